"""A suggested forecast for one account: what the trend says, and into which empty cells it would go."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from openkam.method import forecast
from openkam.web.ledgers.models import AccountYear

from .amounts import typed_text
from .cells import Change, Outcome, save_changes
from .grid import Grid
from .models import PlanCell, Row, Scenario
from .years import months_known


@dataclass(frozen=True)
class Offer:
    """One suggested figure; `kept` is what somebody typed there already, which a suggestion never replaces."""

    row: str
    year: int
    scenario: str
    amount: Decimal
    kept: Decimal | None

    @property
    def row_words(self) -> Any:
        return Row(self.row).label

    @property
    def scenario_words(self) -> Any:
        return Scenario(self.scenario).label


def actuals(grid: Grid) -> list[forecast.Actual]:
    """All booked years of the account; the latest counts as running while months of it are missing."""
    facts = AccountYear.objects.filter(account=grid.account, fiscal_year__lte=grid.span.latest)
    return [_actual(grid, fact) for fact in facts.order_by("fiscal_year")]


def _actual(grid: Grid, fact: AccountYear) -> forecast.Actual:
    is_latest = fact.fiscal_year == grid.span.latest
    months = months_known(fact.fiscal_year, fact.last_date, grid.house.calendar) if is_latest else 12
    amounts = {row: getattr(fact, row) for row in grid.rows}
    return forecast.Actual(fiscal_year=fact.fiscal_year, months=months, **amounts)


def suggest(grid: Grid) -> forecast.Forecast | None:
    """The forecast of the two years after the ledger's last; None when the account's own years end earlier."""
    known = actuals(grid)
    if not known or known[-1].fiscal_year != grid.span.latest:
        return None
    return forecast.suggest(known, years=2)


def offers(grid: Grid, found: forecast.Forecast | None) -> list[Offer]:
    """The suggestion cell by cell, beside what is typed there."""
    if found is None:
        return []
    cells = PlanCell.objects.filter(account=grid.account, row__in=grid.rows, fiscal_year__gt=grid.span.latest)
    rows = cells.values_list("row", "fiscal_year", "scenario", "amount")
    typed = {(row, year, scenario): amount for row, year, scenario, amount in rows}
    return [
        Offer(row, year, scenario, amount, typed.get((row, year, scenario)))
        for row, year, scenario, amount in _figures(grid, found)
    ]


def _figures(grid: Grid, found: forecast.Forecast) -> Iterator[tuple[str, int, str, Decimal]]:
    for row in grid.rows:
        trend = getattr(found, row)
        for year in trend.years if trend else ():
            for scenario in Scenario.values:
                amount = getattr(year, scenario)
                if amount is not None:
                    yield row, year.fiscal_year, scenario, amount


def in_words(grid: Grid, found: forecast.Forecast | None) -> list[str]:
    """How the suggestion was made, for a reader who wants to judge it."""
    if found is None or found.revenue is None:
        return []
    trend, change = found.revenue, typed_text(found.revenue.yearly_change)
    n = ngettext("%(n)s complete year", "%(n)s complete years", trend.n) % {"n": trend.n}
    said = {
        "theil_sen": _(
            "Revenue follows the median slope through %(n)s (Theil–Sen): %(change)s a year. "
            "Low and high are the 80 %% confidence limits of that slope."
        ),
        "straight_line": _(
            "Revenue follows the straight line through %(n)s: %(change)s a year. Two years give no limits."
        ),
        "flat": _("Revenue stays as it was, for only %(n)s is known."),
    }
    words = [said[trend.method] % {"n": n, "change": change}]
    for name, label in (("direct_cost", _("Direct cost")), ("indirect_cost", _("Indirect cost"))):
        cost = getattr(found, name) if name in grid.rows else None
        if cost:
            values = {"cost": label, "ratio": f"{100 * cost.ratio:.1f}"}
            words.append(_("%(cost)s keeps its median share of revenue, %(ratio)s %%.") % values)
    return words


def accept(grid: Grid, wanted: list[Offer]) -> int:
    """Fill the empty cells, scenario by scenario; returns how many were filled."""
    filled = 0
    for scenario in Scenario.values:
        there = Grid(grid.account, grid.span, scenario, grid.user)
        changes = [_change(there, offer) for offer in wanted if offer.scenario == scenario and offer.kept is None]
        outcome: Outcome = save_changes(there, changes)
        filled += len(outcome.saved)
    return filled


def _change(grid: Grid, offer: Offer) -> Change:
    typed = grid.typed.get((offer.row, offer.year, offer.scenario))
    return Change(offer.row, offer.year, str(offer.amount), typed.version if typed else 0)
