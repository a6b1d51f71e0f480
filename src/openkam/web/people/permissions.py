"""The roles of a key account programme and what each may do. Everything not granted here is refused."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    DIRECTOR = "director", _("Programme director")
    MANAGER = "manager", _("Account manager")
    CONTRIBUTOR = "contributor", _("Contributor")
    VIEWER = "viewer", _("Viewer")


class Permission(models.TextChoices):
    SIGNED_IN = "signed_in", _("use the product")
    SEE_ACCOUNTS = "see_accounts", _("see accounts")
    SEE_PROFIT = "see_profit", _("see cost and profit")
    EDIT_FIGURES = "edit_figures", _("change figures of an account")
    RECORD_CONTACTS = "record_contacts", _("record people, interactions and actions")
    EDIT_ACCOUNTS = "edit_accounts", _("change and create accounts")
    EDIT_COSTS = "edit_costs", _("change the cost model")
    IMPORT_LEDGER = "import_ledger", _("import and undo invoices")
    RUN_ROUNDS = "run_rounds", _("prepare scoring rounds")
    RUN_PROGRAMME = "run_programme", _("change people and settings")

    @classmethod
    def touching_profit(cls) -> frozenset["Permission"]:
        return frozenset({cls.SEE_PROFIT, cls.EDIT_COSTS, cls.IMPORT_LEDGER})


_VIEWER = frozenset({Permission.SIGNED_IN, Permission.SEE_ACCOUNTS, Permission.SEE_PROFIT})
_CONTRIBUTOR = _VIEWER | {Permission.EDIT_FIGURES, Permission.RECORD_CONTACTS}
_MANAGER = _CONTRIBUTOR | {Permission.EDIT_ACCOUNTS, Permission.RUN_ROUNDS}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.VIEWER: _VIEWER,
    Role.CONTRIBUTOR: _CONTRIBUTOR,
    Role.MANAGER: _MANAGER,
    Role.DIRECTOR: frozenset(Permission),
}
