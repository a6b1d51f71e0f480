"""The portfolio of one file of invoices: ledger and method put together, without a database.

A file knows revenue and perhaps direct cost, never the cost to serve. So profit here is contribution (revenue
less direct cost), and is called that.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from openkam.ledger import mapping as mappings
from openkam.ledger.fiscal import FiscalCalendar
from openkam.ledger.quick import AccountYear, Analysis, analyse_file
from openkam.ledger.schema import from_units
from openkam.ledger.staging import Context
from openkam.method import document, forecast, portfolio, quadrant, whale
from openkam.method.errors import InvalidInput


@dataclass(frozen=True)
class YearTotal:
    """All accounts of a fiscal year; cost is None as soon as one line lacks it. `months` of the year are covered."""

    fiscal_year: int
    months: int
    accounts: int
    revenue: Decimal
    direct_cost: Decimal | None

    @property
    def contribution(self) -> Decimal | None:
        return None if self.direct_cost is None else self.revenue - self.direct_cost


@dataclass(frozen=True)
class FilePortfolio:
    """What `openkam analyse` knows about a file; money in `currency`, this year is the last one in the file."""

    files: tuple[str, ...]
    currency: str
    analysis: Analysis
    totals: tuple[YearTotal, ...]
    five_years: portfolio.Result
    suggestion: forecast.Forecast
    quadrant: quadrant.Result
    whale: whale.Result

    @property
    def this_year(self) -> int:
        return self.totals[-1].fiscal_year


def of_files(
    file: Path,
    header: Path | None = None,
    *,
    mapping: Mapping[str, Any] | None = None,
    fiscal_start: int = 1,
    currency: str | None = None,
) -> FilePortfolio:
    """Read, check and analyse a file of invoice lines (and a second one of order headers).

    Raises InvalidInput where the file cannot be read or mapped, and "no_lines" when no line could be kept.
    """
    calendar = FiscalCalendar(start_month=fiscal_start)
    chosen = mappings.Mapping.model_validate(mapping) if mapping else None
    context = Context(reporting_currency=currency, today=_today()) if currency else None
    analysis = analyse_file(file, chosen, header=header, calendar=calendar, context=context)
    years = analysis.account_years
    if not years:
        raise InvalidInput("no_lines", file.name)
    totals = _totals(years, calendar)
    latest = [year for year in years if year.fiscal_year == totals[-1].fiscal_year]
    suggestion = forecast.suggest([_actual(total) for total in totals])
    return FilePortfolio(
        files=tuple(path.name for path in (file, header) if path),
        currency=analysis.receipt.reporting_currency,
        analysis=analysis,
        totals=totals,
        five_years=portfolio.evaluate(_five_years(file.name, totals, suggestion, analysis)),
        suggestion=suggestion,
        quadrant=quadrant.evaluate(_quadrant(latest, years)),
        whale=whale.evaluate(_whale(latest)),
    )


def _cost(years: Iterable[AccountYear]) -> Decimal | None:
    """The sum of direct cost, or None when one line of them lacks it."""
    years = list(years)
    if any(year.lines_without_cost for year in years):
        return None
    return from_units(sum(year.direct_cost or 0 for year in years))


def _totals(years: Sequence[AccountYear], calendar: FiscalCalendar) -> tuple[YearTotal, ...]:
    groups: dict[int, list[AccountYear]] = defaultdict(list)
    for year in years:
        groups[year.fiscal_year].append(year)
    first, last = min(year.first_date for year in years), max(year.last_date for year in years)
    return tuple(
        YearTotal(
            fiscal_year=number,
            months=_months_covered(calendar.bounds(number), first, last),
            accounts=len(group),
            revenue=from_units(sum(year.revenue for year in group)),
            direct_cost=_cost(group),
        )
        for number, group in sorted(groups.items())
    )


def _months_covered(year: tuple[date, date], first: date, last: date) -> int:
    """Months of a year that lie between the first and the last line of the file, rounded; at least one."""
    opening, closing = year
    covered = (min(closing, last) - max(opening, first)).days + 1
    return max(1, round(12 * covered / ((closing - opening).days + 1)))


def _actual(total: YearTotal) -> forecast.Actual:
    return forecast.Actual(
        fiscal_year=total.fiscal_year, months=total.months, revenue=total.revenue, direct_cost=total.direct_cost
    )


def _five_years(
    name: str, totals: Sequence[YearTotal], suggestion: forecast.Forecast, analysis: Analysis
) -> portfolio.Document:
    known = {total.fiscal_year: total for total in totals}
    this = totals[-1].fiscal_year
    years = [_past(known.get(number), number) for number in range(this - 2, this + 1)]
    years += [_future(suggestion, number, step) for step, number in enumerate((this + 1, this + 2))]
    currency = analysis.receipt.reporting_currency
    return document.read(portfolio.Document, {"account": name[:500], "currency": currency, "years": years})


def _past(total: YearTotal | None, number: int) -> dict[str, Any]:
    if total is None:
        return {"fiscal_year": number, "kind": "actual"}
    return {
        "fiscal_year": number,
        "kind": "actual",
        "revenue": total.revenue,
        "direct_cost": total.direct_cost,
    }


def _future(suggestion: forecast.Forecast, number: int, step: int) -> dict[str, Any]:
    year: dict[str, Any] = {"fiscal_year": number, "kind": "forecast"}
    for row in ("revenue", "direct_cost"):
        trend = getattr(suggestion, row)
        if trend is not None:
            year[row] = trend.years[step].base
            year["assumption"] = f"suggested: {suggestion.revenue.method}" if suggestion.revenue else "suggested"
    return year


def contribution_of(year: AccountYear | None) -> Decimal | None:
    """Revenue less direct cost; None as soon as one line of the year lacks its cost."""
    if year is None or year.lines_without_cost or year.direct_cost is None:
        return None
    return from_units(year.revenue - year.direct_cost)


def _quadrant(latest: Sequence[AccountYear], years: Sequence[AccountYear]) -> quadrant.Document:
    before = {year.account: year for year in years if year.fiscal_year == latest[0].fiscal_year - 1}
    accounts = []
    for year in latest:
        previous = before.get(year.account)
        figures: dict[str, Any] = {
            "name": year.account,
            "sales": from_units(year.revenue),
            "profit": contribution_of(year),
        }
        if previous is not None:
            figures["previous"] = {"sales": from_units(previous.revenue), "profit": contribution_of(previous)}
        accounts.append(figures)
    return document.read(quadrant.Document, {"accounts": accounts})


def _whale(latest: Sequence[AccountYear]) -> whale.Document:
    accounts = [
        {"name": year.account, "profit": contribution_of(year), "revenue": from_units(year.revenue)} for year in latest
    ]
    return document.read(whale.Document, {"accounts": accounts, "max_points": 1000})


def _today() -> date:
    return date.today()  # noqa: DTZ011 - the date on this machine's calendar is meant


def as_json(result: FilePortfolio) -> str:
    """The whole answer as JSON; money as text with every decimal, dates as ISO 8601."""
    answer = {
        "files": result.files,
        "currency": result.currency,
        "profit": "contribution",
        "this_year": result.this_year,
        "mapping": result.analysis.mapping.model_dump(mode="json", exclude_none=True),
        "receipt": result.analysis.receipt.model_dump(mode="json"),
        "reconciles": result.analysis.receipt.reconciles,
        "years": [_year_json(total) for total in result.totals],
        "portfolio": result.five_years.model_dump(mode="json"),
        "suggested_forecast": result.suggestion.model_dump(mode="json"),
        "quadrant": result.quadrant.model_dump(mode="json"),
        "whale": result.whale.model_dump(mode="json"),
        "account_years": [_account_json(year) for year in result.analysis.account_years],
    }
    return json.dumps(answer, ensure_ascii=False, indent=1, default=str) + "\n"


def _year_json(total: YearTotal) -> dict[str, Any]:
    return {
        "fiscal_year": total.fiscal_year,
        "months": total.months,
        "accounts": total.accounts,
        "revenue": total.revenue,
        "direct_cost": total.direct_cost,
        "contribution": total.contribution,
    }


def _account_json(year: AccountYear) -> dict[str, Any]:
    return {
        **year.model_dump(mode="json"),
        "revenue": from_units(year.revenue),
        "direct_cost": None if year.direct_cost is None else from_units(year.direct_cost),
        "contribution": contribution_of(year),
    }
