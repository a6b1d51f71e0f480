"""Codes of design projects as sentences."""

from django.utils.translation import gettext_lazy as _

PROBLEMS = {
    "project_without_account": _("Choose at least one account: a design project serves somebody."),
    "project_accounts_too_many": _("A project has at most %(most)s accounts."),
}
VERBS = {
    "added_account": _("added an account to"),
    "removed_account": _("took an account out of"),
}
