"""Cost drivers that the stored lines know by themselves: how many orders, lines and returns an account caused."""

from collections import defaultdict
from decimal import Decimal

from openkam.ledger import measures
from openkam.web.accounts.models import AccountKey
from openkam.web.programme.models import Settings

from .store import engine, open_store

DRIVERS = ("orders", "lines", "returns")


def driver_counts(year: int) -> dict[str, dict[int, Decimal]]:
    """Driver to account to count, for one fiscal year; the keys of an account add up."""
    owner = dict(AccountKey.objects.order_by().values_list("key", "account_id"))
    found = measures.drivers(open_store().lines(), Settings.current().calendar)
    with engine():
        rows = found.filter(found.fiscal_year == year).to_pyarrow().to_pylist()
    counts: dict[str, dict[int, Decimal]] = {driver: defaultdict(Decimal) for driver in DRIVERS}
    for row in rows:
        for driver in DRIVERS:
            if row["account"] in owner:
                counts[driver][owner[row["account"]]] += row[driver]
    return {driver: dict(of) for driver, of in counts.items()}
