"""Account-years for the portfolio's tests, in few words."""

from datetime import date
from decimal import Decimal

from openkam.web.accounts.models import Account
from openkam.web.ledgers.models import AccountYear

SOURCE_YEARS = {  # the account of Sherman, Sperry & Reese, fig. 4-2: revenue, direct and indirect cost
    2018: (800, 560, 150),
    2019: (920, 640, 185),
    2020: (1000, 690, 210),
    2021: (1150, 782, 225),
    2022: (1300, 871, 238),
}


def booked(account: Account, year: int, revenue: float, *costs: float | None) -> AccountYear:
    """One account-year with its direct and indirect cost; net income is known when both are."""
    amounts = [None if amount is None else Decimal(str(amount)) for amount in (revenue, *costs)]
    net = None if None in amounts else amounts[0] - amounts[1] - amounts[2]  # type: ignore[operator]
    return AccountYear.objects.create(
        account=account,
        fiscal_year=year,
        revenue=amounts[0],
        direct_cost=amounts[1],
        indirect_cost=amounts[2],
        net_income=net,
        lines=3,
        first_date=date(year, 1, 3),
        last_date=date(year, 12, 29),
    )


def several(amounts: dict[str, tuple[float, float | None]], year: int = 2019) -> dict[str, Account]:
    """Accounts with (sales, profit); the profit is what is left after direct cost, None is unknown."""
    accounts = {}
    for name, (sales, profit) in amounts.items():
        accounts[name] = Account.objects.create(name=name)
        direct = None if profit is None else sales - profit
        booked(accounts[name], year, sales, direct, None if profit is None else 0)
    return accounts
