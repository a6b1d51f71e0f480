"""What the roll-up page shows, shaped from the sums."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from openkam.web.programme.models import Settings

from .account_rows import SORTS, account_ids, account_page, rows_of, sort_of
from .charts import Bar, Chart, years_chart
from .exports import Table
from .models import Scenario
from .rollup import RollUp, roll_up
from .selection import Selection, whole_number
from .years import Window, months_known

PAST_TWO, NEXT_TWO = slice(0, 2), slice(3, 5)
CHUNK = 1000


def scenario_of(asked: str | None) -> str:
    return asked if asked in Scenario.values else Scenario.BASE


def context(selection: Selection, span: Window, query: Mapping[str, str]) -> dict[str, Any]:
    """Everything that the page's template needs."""
    house, with_profit = Settings.current(), selection.user.sees_profit
    scenario, sort = scenario_of(query.get("scenario")), sort_of(selection, query.get("sort"))
    sums = roll_up(selection, span, scenario, house.discount_rate)
    return {
        "selection": selection,
        "span": span,
        "sums": sums,
        "scenario": scenario,
        "sort": sort,
        "choices": selection.choices(),
        "scenarios": Scenario.choices,
        "sorts": [(name, words) for name, words in SORTS.items() if name != "net" or with_profit],
        "months": months_of_latest(sums, span, house),
        "lines": list(lines(sums, with_profit=with_profit)),
        "shares": shares(sums) if with_profit else [],
        "answers": answers(sums, with_profit=with_profit),
        "chart": chart(sums, house.currency, with_profit=with_profit),
        "page": account_page(selection, span, sort, whole_number(query.get("page"))),
        "carried": selection.query(year=query.get("year")),
        "kept": selection.query(year=span.anchor, scenario=scenario),
        "kept_sorted": selection.query(year=span.anchor, scenario=scenario, sort=sort),
    }


def lines(sums: RollUp, *, with_profit: bool) -> Iterator[dict[str, Any]]:
    """The rows of the five-column table, in the order in which they are subtracted."""
    amounts = [("revenue", _("Revenue"), "")]
    if with_profit:
        amounts += [
            ("direct_cost", _("Direct cost"), "−"),
            ("contribution", _("Contribution"), "="),
            ("indirect_cost", _("Indirect cost"), "−"),
            ("net_income", _("Net income"), "="),
        ]
    for row, words, sign in amounts:
        figures = [year.figures[row] for year in sums.years]
        yield {"row": row, "words": words, "sign": sign, "figures": figures}


def shares(sums: RollUp) -> list[tuple[str, list[float | None]]]:
    return [
        (_("Contribution, % of revenue"), [year.contribution_share for year in sums.years]),
        (_("Net income, % of revenue"), [year.net_share for year in sums.years]),
    ]


def answers(sums: RollUp, *, with_profit: bool) -> dict[str, Any]:
    """Questions one to four, from the sums."""
    found: dict[str, Any] = {"past": sums.over("revenue", PAST_TWO), "next": sums.over("revenue", NEXT_TWO)}
    if with_profit:
        found["costs"] = [(year, year.figures["indirect_cost"]) for year in sums.years]
        found["past_profit"] = sums.over("net_income", PAST_TWO)
        found["next_profit"] = sums.over("net_income", NEXT_TWO)
    return found


def months_of_latest(sums: RollUp, span: Window, house: Settings) -> dict[int, int]:
    """The running year's months, while some are missing."""
    months = {y.fiscal_year: months_known(y.fiscal_year, y.last_date, house.calendar) for y in sums.years}
    return {year: n for year, n in months.items() if year == span.latest and n < 12}


def chart(sums: RollUp, currency: str, *, with_profit: bool) -> Chart:
    kinds = [("revenue", _("Revenue")), ("net_income", _("Net income"))][: 1 + with_profit]
    bars = [
        Bar(year.fiscal_year, year.is_forecast, words, year.figures[row].amount)
        for row, words in kinds
        for year in sums.years
    ]
    return years_chart(bars, currency=currency, label=_("The chosen accounts over five years"))


def table(selection: Selection, span: Window, sort: str) -> Table:
    """Every chosen account with its five years, for a file."""
    with_profit = selection.user.sees_profit
    headings = [_("Account"), _("External id"), _("Status"), *(f"{_('Revenue')} {year}" for year in span.years)]
    if with_profit:
        headings += [f"{_('Net income')} {year}" for year in span.years]
    about = [(_("Sorted by"), str(SORTS[sort])), (_("Fiscal year"), span.anchor)]
    return Table(f"accounts-{span.anchor}", headings, _exported(selection, span, sort), about)


def _exported(selection: Selection, span: Window, sort: str) -> Iterator[list[Decimal | str | None]]:
    ids = list(account_ids(selection, span, sort))
    for start in range(0, len(ids), CHUNK):
        for row in rows_of(selection, span, ids[start : start + CHUNK]):
            account = row.account
            nets = row.nets if selection.user.sees_profit else []
            yield [account.name, account.external_id, account.status, *row.revenues, *nets]
