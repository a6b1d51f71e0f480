"""Refusals and steps of imports and mailboxes as sentences."""

from django.utils.translation import gettext_lazy as _

PROBLEMS = {
    "source_missing": _("Choose a file first."),
    "source_empty": _("The file is empty."),
    "source_gone": _("The uploaded file is no longer here. Upload it again."),
    "source_too_large": _("The calendar is larger than %(most)s MB. Export a shorter time."),
    "calendar_broken": _("This is no calendar file: it does not begin with BEGIN:VCALENDAR."),
    "calendar_too_large": _("The calendar has more than %(most)s events. Export a shorter time."),
    "mailbox_broken": _("This is no mailbox: no message was found in it."),
    "table_columns": _("The table needs a column for the day, for our people and for theirs. Choose them below."),
    "table_column_twice": _("“%(column)s” is chosen twice."),
    "table_rows": _("The table has %(rows)s rows; at most %(most)s can be imported at once."),
    "event_broken": _("the event cannot be read"),
    "event_date": _("the event is dated %(value)s"),
    "event_zone": _("nobody knows the time zone “%(zone)s”"),
    "event_rule": _("the event repeats in a way that is not understood"),
    "event_occurrences": _("the event repeats more than %(most)s times"),
    "message_date": _("the message has no date that can be read"),
    "message_in_future": _("the message is dated %(value)s"),
    "row_day": _("no day that can be read"),
    "row_in_future": _("the day has not come yet"),
    "row_kind": _("not a kind of interaction: meeting, call, e-mail, visit, joint team or joint board"),
    "row_person_unknown": _("nobody here is called “%(value)s”"),
    "row_person_ambiguous": _("several people are called “%(value)s”; give the e-mail address"),
    "name_missing": _("Give %(address)s a name."),
    "unknown_whom": _("Enter the exact name of one person who is here."),
    "unknown_account": _("No account of yours is called “%(value)s”."),
    "unknown_accounts": _("Several accounts are called “%(value)s”; make the contact on the account's page."),
    "unknown_taken": _("%(address)s belongs to somebody by now; its messages are counted at the next import."),
    "mailbox_twice": _("This mailbox is connected already."),
    "exclusion_text": _("Enter an address, a domain or words of a subject that fit the choice."),
    "mailbox_secret": _("The stored password can no longer be read. Enter it again."),
    "mailbox_password": _("Enter the password: it is asked for anew when server, port, security or login change."),
    "imap_not_allowed": _(
        "This installation may not speak to %(host)s. Whoever runs it can allow that server in OPENKAM_IMAP_HOSTS."
    ),
    "imap_unreachable": _("The server does not answer. Check its name and port."),
    "imap_timeout": _("The server took too long. What was read is kept; the next visit reads on from there."),
    "imap_certificate": _("The server's certificate is not to be trusted. Nothing was sent to it."),
    "imap_refused_login": _("The server refused the login. Check login and password; some need an app password."),
    "imap_refused_folder": _("The server knows no such folder."),
    "imap_nonsense": _("The server's answer made no sense, or it offers no encryption. Nothing of it was used."),
    "imap_too_much": _("The server sent more than it was asked for. The visit was broken off."),
}
STEPS = {
    "interactions_reading": _("reading the file"),
    "mail_reading": _("reading the mailbox"),
    "interactions_deleting": _("taking interactions back"),
}
