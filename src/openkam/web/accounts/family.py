"""Groups of companies: who belongs to whom, and what a whole group brings in. A circle in the data ends the walk."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum

from openkam.web.ledgers.models import AccountYear

from .models import Account

#: Levels below an account that are walked; deeper ones are said to be left out.
DEEPEST = 50
ASK = 900


@dataclass(frozen=True, kw_only=True)
class Group:
    """An account with everything below it, as far as a person may see it.

    net_income is unknown (None) as soon as it is unknown of one account-year that has revenue.
    """

    accounts: int
    revenue: Decimal | None
    net_income: Decimal | None


def below(account: Account) -> set[int]:
    """The ids of all accounts under an account, the account itself not among them."""
    seen, level = {account.pk}, {account.pk}
    for _ in range(DEEPEST):
        level = _children(level) - seen
        if not level:
            break
        seen |= level
    return seen - {account.pk}


def _children(parents: set[int]) -> set[int]:
    found: set[int] = set()
    for part in _parts(parents):
        found |= set(Account.objects.filter(parent__in=part).order_by().values_list("pk", flat=True))
    return found


def _parts(ids: Iterable[int]) -> Iterable[list[int]]:
    every = sorted(ids)
    return (every[start : start + ASK] for start in range(0, len(every), ASK))


def closes_a_circle(account_id: int | None, parent_id: int | None) -> bool:
    """Whether an account would become its own ancestor under this parent."""
    seen: set[int] = set()
    while parent_id is not None and parent_id not in seen:
        if parent_id == account_id:
            return True
        seen.add(parent_id)
        parent_id = Account.objects.filter(pk=parent_id).values_list("parent", flat=True).first()
    return False


def group(account: Account, *, user: Any, year: int | None) -> Group | None:
    """What an account and everything below it bring in in a fiscal year; None for an account without children."""
    under = below(account)
    if not under or year is None:
        return None
    visible = {account.pk}
    for part in _parts(under):
        visible |= set(Account.objects.visible_to(user).filter(pk__in=part).order_by().values_list("pk", flat=True))
    if len(visible) == 1:
        return None
    return _summed(visible, year, sees_profit=user.sees_profit)


def _summed(ids: set[int], year: int, *, sees_profit: bool) -> Group:
    revenue = net = Decimal(0)
    rows = known = 0
    for part in _parts(ids):
        sums = AccountYear.objects.filter(account__in=part, fiscal_year=year).aggregate(
            revenue=Sum("revenue"), net=Sum("net_income"), rows=Count("pk"), known=Count("net_income")
        )
        revenue, net = revenue + (sums["revenue"] or 0), net + (sums["net"] or 0)
        rows, known = rows + sums["rows"], known + sums["known"]
    return Group(
        accounts=len(ids),
        revenue=revenue if rows else None,
        net_income=net if rows and rows == known and sees_profit else None,
    )
