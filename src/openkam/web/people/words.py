"""What people read about roles, and the refusals of this app as sentences."""

from django.utils.translation import gettext_lazy as _

from .permissions import Role

ROLES = {
    Role.DIRECTOR: _("Runs the programme: sees every account, invites people, changes settings, imports invoices."),
    Role.MANAGER: _("Looks after accounts: sees and changes those they own or whose team they belong to."),
    Role.CONTRIBUTOR: _("Works in teams: sees their accounts and fills in figures, but changes nothing else."),
    Role.VIEWER: _("Reads the accounts of their teams and changes nothing."),
}

PROBLEMS = {
    "email_taken": _("There is already a person with this e-mail address."),
    "last_director": _("At least one active programme director must stay. Give somebody else that role first."),
}

VERBS = {
    "invited": _("invited"),
    "link_made": _("made a password link for"),
    "sessions_ended": _("signed out everywhere"),
    "password_changed": _("changed the password of"),
    "two_factor_added": _("added a second factor to"),
    "two_factor_removed": _("removed a second factor of"),
}
