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

import numpy as np
from django.db.models import Exists, OuterRef

from openkam.method.five_years import POSITIONS, ROWS
from openkam.method.lifetime import cagr, net_present_value
from openkam.method.money import share
from openkam.web.db.fields import from_units, to_units
from openkam.web.ledgers.models import AccountYear

from .arrays import chosen_facts, exact_sum
from .models import PlanCell, Scenario
from .selection import Selection
from .year_facts import PROFIT, UNKNOWN, Integers, YearFacts
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


def summed(amounts: Integers) -> Decimal:
    return from_units(exact_sum(amounts))


def actual_sums(booked: Mapping[int, YearFacts], *, with_profit: bool) -> list[dict[str, Any]]:
    """One row per fiscal year that has account-years: sums, and of how many accounts each is the sum."""
    return [_year_sums(year, facts, with_profit=with_profit) for year, facts in booked.items() if len(facts.accounts)]


def _year_sums(year: int, facts: YearFacts, *, with_profit: bool) -> dict[str, Any]:
    revenue = facts.columns["revenue"]
    sums: dict[str, Any] = {"fiscal_year": year, "accounts": len(revenue), "revenue_sum": summed(revenue)}
    sums["last"] = facts.last_dates.max().astype(object)
    for name in PROFIT if with_profit else ():
        known = facts.columns[name] != UNKNOWN
        sums[f"{name}_sum"], sums[f"{name}_known"] = summed(facts.columns[name][known]), int(known.sum())
        sums[f"revenue_with_{name}_sum"] = summed(revenue[known])
    return sums


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
    booked = chosen_facts(selection, span.years, with_profit=with_profit)
    for row in actual_sums(booked, with_profit=with_profit):
        _add_booked(years[row["fiscal_year"]], row, with_profit=with_profit)
    typed = typed_amounts(selection, span.years, scenario, with_profit=with_profit)
    for (_account, year), amounts in typed.items():
        _add_typed(years[year], amounts)
    columns = list(years.values())
    future = [year.figures["net_income"].amount for year in columns[3:]] if with_profit else [None]
    return RollUp(
        accounts=selection.accounts.count(),
        years=columns,
        growth=like_for_like(span, booked, typed),
        present_value=net_present_value(future, discount_rate),
    )


def like_for_like(span: Window, booked: Mapping[int, YearFacts], typed: Mapping[tuple[int, int], Amounts]) -> Growth:
    """Growth from the first to the last column, of the accounts whose revenue is known in both."""
    first, last = span.years[0], span.years[-1]
    (of_first, sold_first), (of_last, sold_last) = (_revenue_in(year, booked, typed) for year in (first, last))
    _both, before, after = np.intersect1d(of_first, of_last, assume_unique=True, return_indices=True)
    rate = cagr(summed(sold_first[before]), summed(sold_last[after]), last - first) if len(before) else None
    return Growth(rate=rate, accounts=len(before))


def _revenue_in(
    year: int, booked: Mapping[int, YearFacts], typed: Mapping[tuple[int, int], Amounts]
) -> tuple[Integers, Integers]:
    """Accounts and their revenue of a year, booked or, where nothing is, typed."""
    cells = [(account, to_units(a["revenue"])) for (account, of), a in typed.items() if of == year and "revenue" in a]
    added = np.array(cells, dtype=np.int64).reshape(-1, 2).T
    columns = booked[year].columns
    return np.concatenate([columns["account"], added[0]]), np.concatenate([columns["revenue"], added[1]])
