"""Five fiscal years of one account or of many: the arithmetic below `portfolio`."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from openkam.method.document import Notice, Strict
from openkam.method.lifetime import cagr, net_present_value
from openkam.method.money import percent, total

Row = Literal["revenue", "direct_cost", "indirect_cost"]
POSITIONS = ("two_years_ago", "last_year", "this_year", "next_year", "year_after_next")
FUTURE = 3  # the first column of the future
ROWS: tuple[Row, ...] = ("revenue", "direct_cost", "indirect_cost")
PAST_TWO, PAST_THREE, NEXT_TWO = slice(0, 2), slice(0, 3), slice(3, 5)

Scenario = Literal["low", "base", "high"]
CostToServe = Literal["indirect", "direct_without_product_cost"]
Kind = Literal["actual", "forecast", "mixed"]


class Column(NamedTuple):
    """One year's amounts in the order of ROWS, after the scenario was chosen."""

    fiscal_year: int
    kind: Kind
    amounts: tuple[Decimal | None, Decimal | None, Decimal | None]
    fell_back: tuple[str, ...] = ()

    @property
    def net_income(self) -> Decimal | None:
        revenue, direct, indirect = self.amounts
        return total((revenue, negated(direct), negated(indirect)))


class YearResult(Strict):
    """One column derived. Money in the document's unit, percentages of revenue; None where a part is missing.

    fell_back  the rows that have no value in the chosen scenario and show the base value instead.
    """

    position: str
    fiscal_year: int
    kind: Kind
    revenue: Decimal | None
    direct_cost: Decimal | None
    indirect_cost: Decimal | None
    total_cost: Decimal | None
    net_income: Decimal | None
    net_percent: float | None
    contribution: Decimal | None
    contribution_percent: float | None
    cost_to_serve: Decimal | None
    cost_to_serve_percent: float | None
    fell_back: tuple[str, ...] = ()


class Answers(Strict):
    """The first four of the six questions, from the grid; "past three" includes this year."""

    past_two_revenue: Decimal | None
    past_three_revenue: Decimal | None
    next_two_revenue: Decimal | None
    yearly_cost_to_serve: tuple[Decimal | None, ...]
    past_two_profit: Decimal | None
    past_three_profit: Decimal | None
    next_two_profit: Decimal | None


class Rule(Strict):
    """How the numbers were made. None means that the accounts of a roll-up disagree."""

    scenario: Scenario
    cost_to_serve: CostToServe | None
    discount_rate: Decimal | None
    growth: Literal["revenue_last_over_first_of_five"] = "revenue_last_over_first_of_five"


class Summary(Strict):
    """What one account and a roll-up have in common."""

    currency: str
    unit: int
    rule: Rule
    years: tuple[YearResult, ...]
    answers: Answers
    cagr_percent: float | None
    net_present_value: Decimal | None
    warnings: tuple[Notice, ...]


def _derived(position: str, column: Column, rule: CostToServe | None) -> YearResult:
    revenue, direct, indirect = column.amounts
    contribution = total((revenue, negated(direct)))
    costs = {"indirect": indirect, "direct_without_product_cost": total((direct, indirect))}
    cost_to_serve = costs.get(rule or "")
    return YearResult(
        position=position,
        fiscal_year=column.fiscal_year,
        kind=column.kind,
        revenue=revenue,
        direct_cost=direct,
        indirect_cost=indirect,
        total_cost=total((direct, indirect)),
        net_income=column.net_income,
        net_percent=percent(column.net_income, revenue),
        contribution=contribution,
        contribution_percent=percent(contribution, revenue),
        cost_to_serve=cost_to_serve,
        cost_to_serve_percent=percent(cost_to_serve, revenue),
        fell_back=column.fell_back,
    )


def _answers(years: Sequence[YearResult]) -> Answers:
    revenues = [year.revenue for year in years]
    profits = [year.net_income for year in years]
    return Answers(
        past_two_revenue=total(revenues[PAST_TWO]),
        past_three_revenue=total(revenues[PAST_THREE]),
        next_two_revenue=total(revenues[NEXT_TWO]),
        yearly_cost_to_serve=tuple(year.cost_to_serve for year in years),
        past_two_profit=total(profits[PAST_TWO]),
        past_three_profit=total(profits[PAST_THREE]),
        next_two_profit=total(profits[NEXT_TWO]),
    )


def summarise(columns: Sequence[Column], rule: Rule, notices: list[Notice]) -> dict[str, Any]:
    """The fields of a `Summary` except currency and unit, from five columns in the order of POSITIONS.

    >>> rule = Rule(scenario="base", cost_to_serve="indirect", discount_rate=Decimal(0))
    >>> columns = [Column(2024 + i, "actual", (Decimal(9), Decimal(5), Decimal(1))) for i in range(5)]
    >>> summarise(columns, rule, [])["net_present_value"]
    Decimal('6.0000')
    """
    pairs = zip(POSITIONS, columns, strict=True)
    years = tuple(_derived(position, column, rule.cost_to_serve) for position, column in pairs)
    growth = cagr(years[0].revenue, years[-1].revenue, len(years) - 1)
    if growth is None:
        first, last = years[0].revenue, years[-1].revenue
        notices = [*notices, Notice(code="growth_undefined", values={"first": first, "last": last})]
    future = [year.net_income for year in years[NEXT_TWO]]
    rate = rule.discount_rate
    return {
        "rule": rule,
        "years": years,
        "answers": _answers(years),
        "cagr_percent": None if growth is None else 100 * growth,
        "net_present_value": None if rate is None else net_present_value(future, rate),
        "warnings": tuple(notices),
    }


def gaps(columns: Sequence[Column]) -> Iterator[Notice]:
    """What is missing, negative or taken from another scenario, column by column.

    >>> [notice.code for notice in gaps([Column(2026, "actual", (Decimal(1), None, Decimal(2)))])]
    ['missing_cost']
    """
    for index, column in enumerate(columns):
        where = f"/years/{index}"
        missing = tuple(row for row, amount in zip(ROWS, column.amounts, strict=True) if amount is None)
        if len(missing) == len(ROWS):
            yield Notice(code="missing_year", where=where)
        elif "revenue" in missing:
            yield Notice(code="missing_revenue", where=where, values={"rows": missing})
        elif missing:
            yield Notice(code="missing_cost", where=where, values={"rows": missing})
        revenue, net = column.amounts[0], column.net_income
        if revenue is not None and revenue < 0:
            yield Notice(code="negative_revenue", where=where, values={"revenue": revenue})
        if net is not None and net < 0:
            yield Notice(code="negative_net_income", where=where, values={"net_income": net})
        if column.fell_back:
            yield Notice(code="fell_back_to_base", where=where, values={"rows": column.fell_back})


def negated(amount: Decimal | None) -> Decimal | None:
    """Minus the amount; None stays None.

    >>> negated(Decimal(3)), negated(None)
    (Decimal('-3'), None)
    """
    return None if amount is None else -amount
