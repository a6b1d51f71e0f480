"""Refusals and deeds of this app as sentences."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from . import import_words, org_words

PROBLEMS = {
    "reports_circle": _("“%(name)s” already reports to this person, directly or through others; choose somebody else."),
    "reports_elsewhere": _("“%(name)s” does not work for the same customer."),
    "address_taken": _("The address %(address)s already belongs to “%(name)s”."),
    "address_taken_elsewhere": _("This address already belongs to somebody at an account that you do not look after."),
    "main_contact_left": _("“%(name)s” works there no more; choose somebody who does."),
    "moved_nowhere": _("“%(name)s” works there already."),
    "person_taken": _("Somebody else changed “%(name)s” meanwhile. Nothing was saved; look at it and try again."),
    "same_person": _("This is “%(name)s” already."),
    "person_erased": _("What was known of this person has been erased."),
    "two_who_sign_in": _("“%(name)s” and “%(other)s” both sign in; take the sign-in from one of them first."),
    "merge_undone": _("This merge cannot be taken back: it was already, or the person was erased."),
    "in_the_future": _("This day has not come yet."),
}
PROBLEMS |= import_words.PROBLEMS | org_words.PROBLEMS
STEPS = import_words.STEPS
VERBS = {
    "moved_employer": _("noted a new employer of"),
    "left_employer": _("noted the departure of"),
    "made_main_contact": _("named as main contact"),
    "took_over": _("joined another record to"),
    "split": _("separated again"),
    "told_apart": _("said who is somebody else:"),
    "erased": _("erased what was known of"),
}
#: Rows that name a person, as a merge and an export call them.
ROWS: dict[str, Any] = {
    "contacts.contact.reports_to": _("People who report to them"),
    "contacts.contact.primary": _("Contacts whose first contact they are"),
    "contacts.colleague.reports_to": _("People who report to them"),
    "contacts.employment.contact": _("Former employers"),
    "contacts.mailaddress.contact": _("E-mail addresses"),
    "contacts.mailaddress.colleague": _("E-mail addresses"),
    "contacts.maincontact.contact": _("Main contact of"),
    "contacts.contactmerge.contact": _("Earlier merges"),
    "contacts.contactmerge.colleague": _("Earlier merges"),
    "interactions.participant.contact": _("Interactions"),
    "interactions.participant.colleague": _("Interactions"),
    "interactions.insight.contact": _("Insights"),
    "interactions.jointteammember.contact": _("Joint teams"),
    "interactions.jointteammember.colleague": _("Joint teams"),
    "relationships.judgement.contact": _("Judgements"),
    "relationships.exitcontact.contact": _("Last contacts of an exit"),
    "relationships.teammember.colleague": _("Places on team maps"),
    "relationships.cell.judgement": _("Participation per buying phase"),
    "relationships.answer.judgement": _("Answers to the five questions"),
}
#: Facts whose fields nobody types, as an export calls them.
FACTS: dict[str, Any] = {
    "by": _("recorded by"),
    "at": _("recorded at"),
    "created_at": _("recorded at"),
    "changed_at": _("changed at"),
    "counts": _("counts as contact"),
    "part": _("part in it"),
    "question": _("question"),
    "text": _("text"),
    "phase": _("buying phase"),
    "participation": _("degree of participation"),
    "who": _("who speaks with them"),
}
