"""Kaplan & Anderson's customer service department as it stands in the database."""

from decimal import Decimal
from typing import Any

from openkam.web.accounts.models import Account
from openkam.web.ledgers.models import AccountYear
from openkam.web.portfolio.models import Activity, CostPool, DriverCount

YEAR = 2025
COUNTS = {
    "Small and noisy": (30, 60, 12),
    "Large and quiet": (120, 10, 4),
    "All others": (48_850, 1_330, 2_484),
}
DRIVERS = ("orders", "inquiries", "credit checks")


def kaplan_anderson_model(year: int = YEAR) -> CostPool:
    pool = CostPool.objects.create(name="Customer service", fiscal_year=year, cost=560_000, minutes=700_000)
    for name, driver, minutes in (
        ("Handle orders", "orders", 8),
        ("Answer inquiries", "inquiries", 44),
        ("Check credit", "credit checks", 50),
    ):
        Activity.objects.create(pool=pool, name=name, driver=driver, minutes=minutes)
    return pool


def kaplan_anderson_counts(year: int = YEAR) -> dict[str, Account]:
    accounts = {name: Account.objects.create(name=name, external_id=name.upper()) for name in COUNTS}
    for name, counts in COUNTS.items():
        for driver, count in zip(DRIVERS, counts, strict=True):
            DriverCount.objects.create(account=accounts[name], fiscal_year=year, driver=driver, count=count)
    return accounts


def invoiced(account: Account, year: int = YEAR, *, revenue: Any = 10_000, direct: Any = 6_000) -> AccountYear:
    return AccountYear.objects.create(
        account=account,
        fiscal_year=year,
        revenue=Decimal(revenue),
        direct_cost=None if direct is None else Decimal(direct),
        lines=10,
        first_date=f"{year}-01-05",
        last_date=f"{year}-12-20",
    )
