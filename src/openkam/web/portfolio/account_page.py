"""What the page of one account's value shows, shaped from its grid."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from openkam.web.accounts.models import Account
from openkam.web.programme.words import problem

from .amounts import typed_text
from .cells import Outcome
from .charts import Bar, Chart, years_chart
from .exports import Table
from .grid import Grid
from .models import Growth, Row, Scenario

DERIVED = ("contribution", "net_income")
PARTS = {
    "grid-derived": "account_derived",
    "grid-answers": "account_figures",
    "grid-notices": "account_notices",
    "grid-chart": "chart",
}


def context(grid: Grid, outcome: Outcome | None = None) -> dict[str, Any]:
    """Everything that the page's template needs; after a refusal also what was typed and why it was refused."""
    outcome = outcome or Outcome()
    words = refusals(outcome)
    return {
        "section": "accounts",
        "account": grid.account,
        "grid": grid,
        "summary": grid.summary,
        "derived": list(derived_rows(grid)) if grid.with_profit else [],
        "given": given(grid.account),
        "growth_hint": growth_hint(grid),
        "orientations": Account.Orientation.choices,
        "orientation_hint": orientation_hint(grid),
        "scenarios": Scenario.choices,
        "chart": chart(grid),
        "lines": [
            (words_of_row, [(cell, outcome.typed.get(cell.key, cell.text), words.get(cell.key, "")) for cell in cells])
            for words_of_row, cells in grid.lines
        ],
        "assumptions": [
            (head, outcome.typed.get(key, head.assumption), words.get(key, ""))
            for head in grid.years
            if head.is_forecast
            for key in [f"assumption-{head.year}"]
        ],
    }


def given(account: Account) -> dict[str, Any]:
    """The answers to questions five and six as they are stored."""
    growth = Growth.objects.filter(account=account).first() or Growth()
    return {
        "potential": growth.potential,
        "months": growth.months,
        "orientation": account.orientation,
        "orientation_reason": account.orientation_reason,
    }


def derived_rows(grid: Grid) -> Iterator[dict[str, Any]]:
    """What follows from the typed rows: money with its share of revenue."""
    words = {"contribution": _("Contribution"), "net_income": _("Net income")}
    rules = {"contribution": _("revenue − direct cost"), "net_income": _("revenue − direct cost − indirect cost")}
    for name in DERIVED:
        percents = {"contribution": "contribution_percent", "net_income": "net_percent"}[name]
        pairs = [(getattr(year, name), getattr(year, percents)) for year in grid.summary.years]
        yield {"words": words[name], "rule": rules[name], "figures": pairs}


def chart(grid: Grid) -> Chart:
    kinds = [("revenue", _("Revenue")), ("net_income", _("Net income"))][: 1 + grid.with_profit]
    bars = [
        Bar(year.fiscal_year, grid.span.is_forecast(year.fiscal_year), words, getattr(year, row))
        for row, words in kinds
        for year in grid.summary.years
    ]
    return years_chart(bars, currency=grid.house.currency, label=_("The account over five years"))


def refusals(outcome: Outcome) -> dict[str, str]:
    return {key: problem(code, values) for key, (code, values) in outcome.refused.items()}


def answer(grid: Grid, outcome: Outcome, request: Any) -> dict[str, Any]:
    """What the grid's script needs after a save: new versions, refusals, and the parts that follow from them."""
    page = context(grid)
    return {
        "saved": {
            key: {"version": cell.version, "text": typed_text(cell.amount)} for key, cell in outcome.saved.items()
        },
        "refused": refusals(outcome),
        "versions": outcome.versions,
        "theirs": outcome.theirs,
        "parts": {place: render_to_string(f"portfolio/{part}.html", page, request) for place, part in PARTS.items()},
    }


def growth_hint(grid: Grid) -> str:
    """A first answer to question five, from the figures."""
    rate = grid.summary.cagr_percent
    if rate is None:
        return ""
    first, last = grid.summary.years[0], grid.summary.years[-1]
    values = {"rate": f"{rate:.1f}", "first": first.fiscal_year, "last": last.fiscal_year}
    return _("The grid grows by %(rate)s %% a year from %(first)s to %(last)s.") % values


def orientation_hint(grid: Grid) -> str:
    """A first answer to question six: what the figures make likely, to be judged by people."""
    revenue, rate = [year.revenue for year in grid.summary.years[:3]], grid.summary.cagr_percent
    if None in revenue:
        return _("Fewer than three years are known: the figures say nothing yet.")
    if min(r for r in revenue if r is not None) <= 0:
        return _("A year without sales speaks for a transactional customer.")
    if rate is not None and rate > 0:
        return _("Three years of sales, and growing: ask whether they buy a relationship (strategic) or a price.")
    return _("Three years of sales without growth: ask what they would lose if they bought elsewhere.")


def table(grid: Grid) -> Table:
    """The grid as a file."""
    headings = ["", *(f"{head.year} {head.words}" for head in grid.years)]
    rows: list[list[Decimal | str | None]] = [
        [str(Row(row).label), *(cell.amount for cell in cells)] for row, cells in grid.cells.items()
    ]
    if grid.with_profit:
        rows += [[line["words"], *(amount for amount, _percent in line["figures"])] for line in derived_rows(grid)]
    about = [(_("Account"), grid.account.name), (_("Scenario"), Scenario(grid.scenario).label)]
    return Table(f"account-{grid.account.pk}", headings, rows, [*about, (_("Currency"), grid.house.currency)])
