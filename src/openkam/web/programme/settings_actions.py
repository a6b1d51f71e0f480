"""Change the house rules; what depends on them is made anew."""

from django.db import transaction
from django.db.models import Q

from openkam.web.ledgers import jobs as ledger
from openkam.web.ledgers.models import AccountYear, Import
from openkam.web.people.models import User

from .history import save_recorded
from .models import Settings

FIELDS = ("company", "currency", "fiscal_start", "year_named_by", "discount_rate")
#: A change of these makes every account-year anew.
REBUILDING = frozenset({"currency", "fiscal_start", "year_named_by"})


def stored_facts() -> bool:
    return AccountYear.objects.exists()


def in_another_currency() -> int:
    """How many stored imports were converted to a reporting currency that is no longer ours."""
    known = Import.objects.filter(state=Import.State.IMPORTED, check_result__has_key="currency")
    return known.filter(~Q(check_result__currency=Settings.current().currency)).count()


@transaction.atomic
def change(house: Settings, *, by: User) -> bool:
    """Save the settings; returns whether account-years are being rebuilt."""
    changed = set(save_recorded(house, by=by, fields=FIELDS))
    if not changed & REBUILDING or not stored_facts():
        return False
    ledger.rebuild_all(by=by)
    return True
