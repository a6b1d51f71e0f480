"""The chosen accounts together over five years: sums that say of how many accounts they are the sum.

A sum over those who know a figure is honest only beside their number, so the two travel together; what is
derived (shares, growth) is taken from the accounts that know every part of it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, Sum

from openkam.method.five_years import POSITIONS, ROWS
from openkam.method.lifetime import cagr, net_present_value
from openkam.method.money import share
from openkam.web.ledgers.models import AccountYear

from .models import PlanCell, Scenario
from .selection import Selection
from .years import POSITION_WORDS, Window

Amounts = dict[str, Decimal]


@dataclass
class Figure:
    """A sum, and how many accounts know their part of it. No account, no sum: None, never zero."""

    total: Decimal = Decimal(0)
    known: int = 0

    def add(self, amount: Decimal | None, known: int = 1) -> None:
        if amount is not None and known:
            self.total += amount
            self.known += known

    @property
    def amount(self) -> Decimal | None:
        return self.total if self.known else None


def _figures() -> dict[str, Figure]:
    return defaultdict(Figure)


@dataclass
class YearSum:
    """One column of the roll-up."""

    fiscal_year: int
    position: str
    is_forecast: bool
    figures: dict[str, Figure] = field(default_factory=_figures)
    typed: int = 0
    last_date: date | None = None

    @property
    def words(self) -> Any:
        return POSITION_WORDS[self.position]

    def share_of_revenue(self, part: str) -> float | None:
        """Of the accounts that know the part, for theirs is the revenue it is compared with."""
        return share(self.figures[part].amount, self.figures[f"revenue_with_{part}"].amount)

    @property
    def net_share(self) -> float | None:
        return self.share_of_revenue("net_income")

    @property
    def contribution_share(self) -> float | None:
        return self.share_of_revenue("contribution")


def actual_sums(selection: Selection, years: Iterable[int], *, with_profit: bool) -> list[dict[str, Any]]:
    """One row per fiscal year from the account-years, added up by the database."""
    facts = selection.narrow(AccountYear.objects.filter(fiscal_year__in=tuple(years)))
    sums: dict[str, Any] = {"accounts": Count("pk"), "revenue_sum": Sum("revenue"), "last": Max("last_date")}
    if with_profit:
        for name in ("direct_cost", "indirect_cost", "net_income"):
            sums |= {f"{name}_sum": Sum(name), f"{name}_known": Count(name)}
            sums[f"revenue_with_{name}_sum"] = Sum("revenue", filter=Q(**{f"{name}__isnull": False}))
    return list(facts.order_by().values("fiscal_year").annotate(**sums))


def typed_amounts(
    selection: Selection, years: Iterable[int], scenario: str, *, with_profit: bool
) -> dict[tuple[int, int], Amounts]:
    """(account, fiscal year) -> row -> typed amount, where the ledger has no year of its own.

    A scenario that says nothing about a cell falls back to the base.
    """
    booked = AccountYear.objects.filter(account=OuterRef("account"), fiscal_year=OuterRef("fiscal_year"))
    cells = selection.narrow(PlanCell.objects.filter(fiscal_year__in=tuple(years), amount__isnull=False))
    cells = cells.filter(~Exists(booked), scenario__in={Scenario.BASE, scenario})
    if not with_profit:
        cells = cells.filter(row="revenue")
    found: dict[tuple[int, int], Amounts] = defaultdict(dict)
    rows = cells.values_list("account", "fiscal_year", "row", "scenario", "amount")
    for account, year, row, of, amount in sorted(rows, key=lambda cell: cell[3] == scenario):
        found[account, year][row] = amount if of == scenario else found[account, year].get(row, amount)
    return found


def derived(amounts: Mapping[str, Decimal | None]) -> dict[str, Decimal | None]:
    """Contribution and net income of one account-year; None as soon as a part is missing."""
    revenue, direct, indirect = (amounts.get(row) for row in ROWS)
    contribution = None if revenue is None or direct is None else revenue - direct
    net = None if contribution is None or indirect is None else contribution - indirect
    return {"contribution": contribution, "net_income": net}


def _add_booked(year: YearSum, row: Mapping[str, Any], *, with_profit: bool) -> None:
    year.last_date = row["last"]
    figures = year.figures
    figures["revenue"].add(row["revenue_sum"], row["accounts"])
    if not with_profit:
        return
    for name in ("direct_cost", "indirect_cost", "net_income"):
        figures[name].add(row[f"{name}_sum"], row[f"{name}_known"])
    known, with_direct = row["direct_cost_known"], row["revenue_with_direct_cost_sum"]
    if known:
        figures["contribution"].add(with_direct - row["direct_cost_sum"], known)
    figures["revenue_with_contribution"].add(with_direct, known)
    figures["revenue_with_net_income"].add(row["revenue_with_net_income_sum"], row["net_income_known"])


def _add_typed(year: YearSum, amounts: Amounts) -> None:
    year.typed += 1
    for row, amount in amounts.items():
        year.figures[row].add(amount)
    for name, amount in derived(amounts).items():
        year.figures[name].add(amount)
        if amount is not None:
            year.figures[f"revenue_with_{name}"].add(amounts["revenue"])


@dataclass(frozen=True)
class Growth:
    """Compound yearly growth of the accounts that know both ends, and how many those are."""

    rate: float | None
    accounts: int


@dataclass(frozen=True)
class RollUp:
    """Five columns, the number of accounts chosen, and what follows from them."""

    accounts: int
    years: list[YearSum]
    growth: Growth
    present_value: Decimal | None

    def over(self, row: str, part: slice) -> dict[str, Any]:
        """The sum of a row over some columns, with the number of accounts known in each."""
        figures = [year.figures[row] for year in self.years[part]]
        amounts = [figure.amount for figure in figures]
        missing = None in amounts
        return {
            "amount": None if missing else sum((a for a in amounts if a is not None), Decimal(0)),
            "known": [figure.known for figure in figures],
            "is_partial": any(figure.known < self.accounts for figure in figures),
        }


def roll_up(selection: Selection, span: Window, scenario: str, discount_rate: Decimal) -> RollUp:
    """Five years of the chosen accounts; costs and profit are not even read for who may not see them."""
    with_profit = selection.user.sees_profit
    pairs = zip(POSITIONS, span.years, strict=True)
    years = {year: YearSum(year, position, span.is_forecast(year)) for position, year in pairs}
    for row in actual_sums(selection, span.years, with_profit=with_profit):
        _add_booked(years[row["fiscal_year"]], row, with_profit=with_profit)
    typed = typed_amounts(selection, span.years, scenario, with_profit=with_profit)
    for (_account, year), amounts in typed.items():
        _add_typed(years[year], amounts)
    columns = list(years.values())
    future = [year.figures["net_income"].amount for year in columns[3:]] if with_profit else [None]
    return RollUp(
        accounts=selection.accounts.count(),
        years=columns,
        growth=like_for_like(selection, span, typed),
        present_value=net_present_value(future, discount_rate),
    )


def like_for_like(selection: Selection, span: Window, typed: Mapping[tuple[int, int], Amounts]) -> Growth:
    """Growth from the first to the last column, of the accounts whose revenue is known in both."""
    first, last = span.years[0], span.years[-1]
    ends = {
        year: {account: a["revenue"] for (account, of), a in typed.items() if of == year and "revenue" in a}
        for year in (first, last)
    }
    booked = AccountYear.objects.filter(fiscal_year=last, account=OuterRef("account"))
    if span.is_forecast(last):
        booked = PlanCell.objects.filter(fiscal_year=last, account=OuterRef("account"), row="revenue")
    facts = selection.narrow(AccountYear.objects.filter(Exists(booked), fiscal_year=first))
    ends[first] |= dict(facts.order_by().values_list("account", "revenue"))
    if not span.is_forecast(last):
        ends[last] |= dict(
            selection.narrow(AccountYear.objects.filter(fiscal_year=last)).values_list("account", "revenue")
        )
    both = ends[first].keys() & ends[last].keys()
    sums = [sum((ends[year][account] for account in both), Decimal(0)) for year in (first, last)]
    rate = cagr(sums[0], sums[1], last - first) if both else None
    return Growth(rate=rate, accounts=len(both))
