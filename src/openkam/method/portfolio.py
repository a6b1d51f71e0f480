"""Portfolio analysis: one account's profit and loss over five years, and the roll-up of several accounts.

Source: Sherman, Sperry & Reese, The Seven Keys to Managing Strategic Accounts, McGraw-Hill 2003, fig. 4-2 and
"The Six-Question Meeting".
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from openkam.method.document import Currency, FiscalYear, Money, Name, Notice, Number, Strict, Text
from openkam.method.errors import InvalidInput
from openkam.method.five_years import (
    FUTURE,
    ROWS,
    Column,
    CostToServe,
    Row,
    Rule,
    Scenario,
    Summary,
    gaps,
    summarise,
)
from openkam.method.money import total

Orientation = Literal["transactional", "consultative", "strategic"]
Rate = Annotated[Number, Field(ge=0, le=10, decimal_places=6)]


class Figures(Strict):
    """What is entered for one year: three amounts in the document's unit, and what forecasts rest on."""

    revenue: Money | None = None
    direct_cost: Money | None = None
    indirect_cost: Money | None = None
    assumption: Text = ""
    assumptions: dict[Row, Text] = {}


class Year(Figures):
    """One column; `low` and `high` replace its amounts in that scenario (future columns only)."""

    fiscal_year: FiscalYear
    kind: Literal["actual", "forecast"]
    low: Figures | None = None
    high: Figures | None = None


class Document(Strict):
    """One account (or one of its locations): five consecutive fiscal years, this year in the middle."""

    account: Name
    location: Text = ""
    currency: Currency
    unit: Literal[1, 1000, 1_000_000] = 1
    last_month: Annotated[int, Field(ge=1, le=12)] = 12
    years: tuple[Year, Year, Year, Year, Year]
    scenario: Scenario = "base"
    discount_rate: Rate = Decimal("0.1")
    cost_to_serve: CostToServe = "indirect"
    growth_potential: Text = ""
    time_to_realise: Text = ""
    orientation: Orientation | None = None

    @model_validator(mode="after")
    def _columns_fit(self) -> "Document":
        for index, year in enumerate(self.years):
            where = f"/years/{index}"
            if year.fiscal_year != self.years[0].fiscal_year + index:
                raise InvalidInput("mixed_fiscal_years", where, fiscal_year=year.fiscal_year)
            if index < FUTURE and (year.low or year.high):
                raise InvalidInput("scenario_in_the_past", where, fiscal_year=year.fiscal_year)
            if index >= FUTURE and year.kind == "actual":
                raise InvalidInput("actual_in_the_future", where, fiscal_year=year.fiscal_year)
        return self


class Result(Summary):
    """One account's five years; questions five and six as they were typed."""

    account: str
    growth_potential: str
    time_to_realise: str
    orientation: Orientation | None


class Coverage(Strict):
    """How many accounts know a row, of how many; the sum over those (None when nobody knows)."""

    known: int
    of: int
    sum_of_known: Decimal | None


class RollUp(Summary):
    """Several accounts together; `coverage` maps, for each year, a row or "net_income" to its coverage."""

    accounts: int
    coverage: tuple[dict[str, Coverage], ...]


def evaluate(document: Document) -> Result:
    """Derive net income, shares of revenue, growth and present value, and answer questions one to four.

    Missing is never zero: net income is None when any of its three parts is. Losses are shown as they are.
    Raises nothing for a valid document; `warnings` name forecasts without an assumption, missing figures,
    negative net income, scenario values that fell back to base, and growth that is undefined.

    >>> result = evaluate(Document.model_validate(EXAMPLE))
    >>> [int(year.net_income) for year in result.years], result.net_present_value
    ([90, 95, 100, 143, 191], Decimal('287.8512'))
    """
    rule = Rule(
        scenario=document.scenario,
        cost_to_serve=document.cost_to_serve,
        discount_rate=document.discount_rate,
    )
    columns = _columns(document, document.scenario)
    return Result(
        **summarise(columns, rule, [*gaps(columns), *_unfounded(document)]),
        currency=document.currency,
        unit=document.unit,
        account=document.account,
        growth_potential=document.growth_potential,
        time_to_realise=document.time_to_realise,
        orientation=document.orientation,
    )


def roll_up(documents: Sequence[Document], *, scenario: Scenario = "base") -> RollUp:
    """Add accounts up, year by year.

    A figure that one account misses makes that sum missing; `coverage` says how many accounts know it and
    what those add up to. Accounts that disagree on the discount rate or on what cost-to-serve means get no
    present value, or no cost-to-serve, and a warning that says so.
    Raises InvalidInput("empty" | "mixed_currencies" | "mixed_units" | "mixed_fiscal_years").

    >>> roll_up([Document.model_validate(EXAMPLE)] * 2).answers.past_two_revenue
    Decimal('3440')
    """
    _refuse_mixtures(documents)
    by_year = list(zip(*(_columns(document, scenario) for document in documents), strict=True))
    columns = [_added_up(columns) for columns in by_year]
    rule, notices = _common_rule(documents, scenario)
    return RollUp(
        **summarise(columns, rule, [*notices, *gaps(columns)]),
        currency=documents[0].currency,
        unit=documents[0].unit,
        accounts=len(documents),
        coverage=tuple(_coverage(columns) for columns in by_year),
    )


def _columns(document: Document, scenario: Scenario) -> list[Column]:
    """The past as it is; the future in the scenario, each amount falling back to base on its own."""
    past, future = document.years[:FUTURE], document.years[FUTURE:]
    return [*(_plain(year) for year in past), *(_imagined(year, scenario) for year in future)]


def _plain(year: Year) -> Column:
    return Column(year.fiscal_year, year.kind, (year.revenue, year.direct_cost, year.indirect_cost))


def _imagined(year: Year, scenario: Scenario) -> Column:
    if scenario == "base":
        return _plain(year)
    base = _plain(year).amounts
    other = _alternative(year, scenario) or Figures()
    given = (other.revenue, other.direct_cost, other.indirect_cost)
    used = [b if g is None else g for g, b in zip(given, base, strict=True)]
    pairs = zip(ROWS, given, base, strict=True)
    fell_back = tuple(row for row, g, b in pairs if g is None and b is not None)
    return Column(year.fiscal_year, year.kind, (used[0], used[1], used[2]), fell_back)


def _alternative(year: Year, scenario: Scenario) -> Figures | None:
    return {"low": year.low, "high": year.high, "base": None}[scenario]


def _unfounded(document: Document) -> Iterator[Notice]:
    """Forecasts that name no assumption: neither the cell, nor its column, nor its scenario."""
    for index, year in enumerate(document.years):
        other = _alternative(year, document.scenario)
        rows = tuple(row for row in ROWS if _is_unfounded(row, year, other))
        if year.kind == "forecast" and rows:
            yield Notice(code="forecast_without_assumption", where=f"/years/{index}", values={"rows": rows})


def _is_unfounded(row: Row, year: Year, other: Figures | None) -> bool:
    replaced = other is not None and getattr(other, row) is not None
    if not replaced and getattr(year, row) is None:
        return False
    figures = [year, other] if other is not None and replaced else [year]
    texts = [text for f in figures for text in (f.assumption, f.assumptions.get(row, ""))]
    return not any(text.strip() for text in texts)


def _refuse_mixtures(documents: Sequence[Document]) -> None:
    if not documents:
        raise InvalidInput("empty", "documents")
    first = documents[0]
    for index, document in enumerate(documents):
        where = f"/{index}"
        if document.currency != first.currency:
            raise InvalidInput("mixed_currencies", where, first=first.currency, other=document.currency)
        if document.unit != first.unit:
            raise InvalidInput("mixed_units", where, first=first.unit, other=document.unit)
        periods = [(d.years[0].fiscal_year, d.last_month) for d in (first, document)]
        if periods[0] != periods[1]:
            raise InvalidInput("mixed_fiscal_years", where, first=periods[0], other=periods[1])


def _added_up(columns: Sequence[Column]) -> Column:
    sums = [total(amounts) for amounts in zip(*(column.amounts for column in columns), strict=True)]
    kinds = {column.kind for column in columns}
    kind = kinds.pop() if len(kinds) == 1 else "mixed"
    fell_back = tuple(row for row in ROWS if any(row in column.fell_back for column in columns))
    return Column(columns[0].fiscal_year, kind, (sums[0], sums[1], sums[2]), fell_back)


def _common_rule(documents: Sequence[Document], scenario: Scenario) -> tuple[Rule, list[Notice]]:
    rates = {document.discount_rate for document in documents}
    definitions = {document.cost_to_serve for document in documents}
    rule = Rule(
        scenario=scenario,
        cost_to_serve=definitions.pop() if len(definitions) == 1 else None,
        discount_rate=rates.pop() if len(rates) == 1 else None,
    )
    sheets = {(document.account, document.location) for document in documents}
    notices = []
    if rule.discount_rate is None:
        notices.append(Notice(code="mixed_discount_rates"))
    if rule.cost_to_serve is None:
        notices.append(Notice(code="mixed_cost_to_serve_rules"))
    if len(sheets) < len(documents):
        notices.append(Notice(code="same_account_twice"))
    return rule, notices


def _coverage(columns: Sequence[Column]) -> dict[str, Coverage]:
    rows: dict[str, list[Decimal | None]] = {}
    rows |= {row: [column.amounts[index] for column in columns] for index, row in enumerate(ROWS)}
    rows["net_income"] = [column.net_income for column in columns]
    return {row: _covered(amounts) for row, amounts in rows.items()}


def _covered(amounts: Sequence[Decimal | None]) -> Coverage:
    known = [amount for amount in amounts if amount is not None]
    return Coverage(known=len(known), of=len(amounts), sum_of_known=total(known) if known else None)


def _example_year(fiscal_year: int, amounts: tuple[int, int, int]) -> dict[str, Any]:
    forecast = fiscal_year > 2026
    return {
        "fiscal_year": fiscal_year,
        "kind": "forecast" if forecast else "actual",
        **dict(zip(ROWS, amounts, strict=True)),
        "assumption": "The second plant opens in January" if forecast else "",
    }


EXAMPLE: dict[str, Any] = {
    "account": "Northern Lights Foods",
    "currency": "EUR",
    "unit": 1000,
    "years": [
        _example_year(2024, (800, 560, 150)),
        _example_year(2025, (920, 640, 185)),
        _example_year(2026, (1000, 690, 210)),
        _example_year(2027, (1150, 782, 225)),
        _example_year(2028, (1300, 871, 238)),
    ],
    "growth_potential": "The second plant buys the same range",
    "time_to_realise": "Eighteen months",
    "orientation": "strategic",
}
