"""The figures of accounts as pages show them. A person who may not see profit gets rows that hold none."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Max
from django.urls import reverse

from openkam.web.ledgers.models import AccountYear

from .models import Account


def latest_year() -> int | None:
    """The latest fiscal year that any account has figures of."""
    return AccountYear.objects.aggregate(latest=Max("fiscal_year"))["latest"]


def change(now: Decimal | None, then: Decimal | None) -> Decimal | None:
    """Growth as a fraction; unknown without both years, and where the year before was not positive.

    >>> change(Decimal(120), Decimal(100))
    Decimal('0.2')
    """
    if now is None or then is None or then <= 0:
        return None
    return (now - then) / then


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the list."""

    account: Account
    parent: Account | None
    address: str
    status: str
    revenue: Decimal | None
    change: Decimal | None
    net_income: Decimal | None
    last_date: date | None


def rows(accounts: Iterable[Account], *, user: Any, year: int | None) -> list[Row]:
    """The lines of the list, in at most three queries whatever their number."""
    accounts = list(accounts)
    figures = _figures([account.pk for account in accounts], year, sees_profit=user.sees_profit)
    parents = visible_parents(accounts, user)
    statuses = {value: str(words) for value, words in Account.Status.choices}
    before, _, after = reverse("account", args=[0]).rpartition("0")
    return [
        Row(
            account=account,
            parent=account.parent if account.parent_id in parents else None,
            address=f"{before}{account.pk}{after}",
            status=statuses[account.status],
            **figures[account.pk],
        )
        for account in accounts
    ]


def _figures(ids: list[int], year: int | None, *, sees_profit: bool) -> dict[int, dict[str, Any]]:
    """Each account's figures of a year, its change from the year before and its last invoice.

    Older years are asked only about accounts that were invoiced in neither of the two.
    """
    names = ("account", "fiscal_year", "last_date", "revenue", *(("net_income",) if sees_profit else ()))
    facts = AccountYear.objects.filter(account__in=ids).order_by()
    years: dict[tuple[int, int], Sequence[Any]] = {}
    if year is not None:  # a range, for SQLite seeks one in the index of account and year, and a list it does not
        rows_of_two = facts.filter(fiscal_year__range=(year - 1, year)).values_list(*names)
        years = {(pk, of): values for pk, of, *values in rows_of_two}
    silent = set(ids) - {pk for pk, _ in years}
    older = facts.filter(account__in=silent).values_list("account").annotate(Max("last_date"))
    last_dates = dict(older) if silent else {}
    nothing = (None, None, None)
    pairs = {pk: [years.get((pk, (year or 0) - back), nothing) for back in (0, 1)] for pk in ids}
    return {
        pk: {**_figures_of(now, then), "last_date": now[0] or then[0] or last_dates.get(pk)}
        for pk, (now, then) in pairs.items()
    }


def _figures_of(now: Sequence[Any], then: Sequence[Any]) -> dict[str, Any]:
    net_income = now[2] if len(now) > 2 else None
    return {"revenue": now[1], "change": change(now[1], then[1]), "net_income": net_income}


def visible_parents(accounts: Iterable[Account], user: Any) -> set[int]:
    """The parents whose names this person may read."""
    wanted = {account.parent_id for account in accounts if account.parent_id}
    if not wanted or user.is_director:
        return wanted
    return set(Account.objects.visible_to(user).filter(pk__in=wanted).order_by().values_list("pk", flat=True))


@dataclass(frozen=True, kw_only=True)
class Year:
    """One fiscal year of an account; cost and profit are None where they are unknown or not for this person."""

    fiscal_year: int
    revenue: Decimal
    change: Decimal | None
    direct_cost: Decimal | None
    indirect_cost: Decimal | None
    net_income: Decimal | None
    net_share: Decimal | None
    lines: int
    lines_without_cost: int | None


def years_of(account: Account, *, sees_profit: bool) -> list[Year]:
    """All fiscal years of an account, oldest first."""
    facts = {fact.fiscal_year: fact for fact in AccountYear.objects.filter(account=account)}
    return [_year(facts[year], facts.get(year - 1), sees_profit) for year in sorted(facts)]


def _year(fact: AccountYear, then: AccountYear | None, sees_profit: bool) -> Year:
    net = fact.net_income if sees_profit else None
    return Year(
        fiscal_year=fact.fiscal_year,
        revenue=fact.revenue,
        change=change(fact.revenue, then.revenue if then else None),
        direct_cost=fact.direct_cost if sees_profit else None,
        indirect_cost=fact.indirect_cost if sees_profit else None,
        net_income=net,
        net_share=net / fact.revenue if net is not None and fact.revenue > 0 else None,
        lines=fact.lines,
        lines_without_cost=fact.lines_without_cost if sees_profit else None,
    )


#: The box of the sparkline, in its own units.
WIDTH, HEIGHT, MARGIN = 120, 32, 3


@dataclass(frozen=True, kw_only=True)
class Sparkline:
    """Revenue of up to five years as a line; a missing year is a gap, not a zero."""

    lines: list[str]
    dots: list[tuple[float, float]]
    first: Year
    last: Year


def sparkline(years: list[Year], latest: int | None) -> Sparkline | None:
    """The last five fiscal years up to the latest one; None with fewer than two figures."""
    shown = [year for year in years if latest is not None and latest - 4 <= year.fiscal_year <= latest]
    if len(shown) < 2:
        return None
    low, high = min(0, *(year.revenue for year in shown)), max(0, *(year.revenue for year in shown))
    step = (WIDTH - 2 * MARGIN) / 4

    def point(year: Year) -> tuple[float, float]:
        share = float((year.revenue - low) / (high - low)) if high > low else 0.0
        across = MARGIN + step * (year.fiscal_year - (latest or 0) + 4)
        return round(across, 1), round(HEIGHT - MARGIN - share * (HEIGHT - 2 * MARGIN), 1)

    runs: list[list[Year]] = []
    for year in shown:
        if runs and runs[-1][-1].fiscal_year == year.fiscal_year - 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    lines = [" ".join(f"{x},{y}" for x, y in map(point, run)) for run in runs if len(run) > 1]
    return Sparkline(lines=lines, dots=[point(year) for year in shown], first=shown[0], last=shown[-1])
