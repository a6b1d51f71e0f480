"""Currencies and dated costs: exact decimals, the rate of the day, and nothing converted without one."""

from datetime import date
from decimal import Decimal

import pytest
from pydantic import ValidationError
from tests.ledger.desk import PLAIN, line

from openkam.ledger.mapping import Mapping
from openkam.ledger.rates import ProductCost, Rate

MONEYED = PLAIN.model_copy(update={"currency": "money"})
RATES = (
    Rate(currency="USD", rate=Decimal("0.9"), valid_from=date(2024, 1, 1)),
    Rate(currency="USD", rate=Decimal("0.8"), valid_from=date(2024, 7, 1)),
)


def test_a_line_takes_the_rate_of_its_day(desk):
    days = ["2023-12-31", "2024-01-01", "2024-06-30", "2024-07-01"]
    rows = [line(n, date=day, money="usd") for n, day in enumerate(days)]
    receipt = desk.take([*rows, line(9, money="EUR"), line(10, money="")], MONEYED, rates=RATES)

    assert [row["revenue"] for row in desk.lines()] == [9_0000, 9_0000, 8_0000, 10_0000, 10_0000]
    assert {part.code: part.lines for part in receipt.skipped} == {"currency_without_rate": 1}
    assert (receipt.file.of("USD"), receipt.stored.of("USD"), receipt.stored.of("EUR")) == (40, 30, 20)
    assert receipt.revenue == 46


@pytest.mark.parametrize(
    ("money", "code"), [("GBP", "currency_without_rate"), ("€", "currency_invalid"), ("EURO", "currency_invalid")]
)
def test_a_currency_that_cannot_be_converted_is_left_out(desk, money, code):
    receipt = desk.take([line(1), line(2, money=money)], MONEYED, rates=RATES)

    assert {part.code: part.lines for part in receipt.skipped} == {code: 1}


def test_conversion_rounds_half_to_even_and_keeps_the_original(desk):
    rates = (Rate(currency="USD", rate=Decimal("0.5")),)
    desk.take([line(1, revenue="0.0001", money="USD"), line(2, revenue="0.0003", money="USD")], MONEYED, rates=rates)

    assert [(row["revenue"], row["revenue_original"], row["currency"]) for row in desk.lines()] == [
        (0, 1, "USD"),
        (2, 3, "USD"),
    ]


def test_a_file_all_in_a_foreign_currency_needs_only_the_default(desk):
    mapping = PLAIN.model_copy(update={"default_currency": "USD"})

    assert desk.take([line()], mapping, rates=RATES).revenue == 9


def test_the_cost_of_the_day_is_used_where_the_file_has_none(desk):
    mapping = Mapping(account="account", date="date", product="product", quantity="quantity", revenue="revenue")
    costs = (
        ProductCost(product="P", unit_cost=Decimal("2.5"), valid_to=date(2024, 1, 31)),
        ProductCost(product="P", unit_cost=Decimal(3), valid_from=date(2024, 3, 1)),
    )
    days = ["2024-01-31", "2024-02-01", "2024-03-01"]
    rows = [{"account": "A", "date": day, "product": "P", "quantity": 2, "revenue": 10} for day in days]
    receipt = desk.take([*rows, {**rows[0], "product": "Q"}], mapping, product_costs=costs)

    assert [row["direct_cost"] for row in desk.lines()] == [5_0000, None, 6_0000, None]
    assert (receipt.lines_without_cost, receipt.direct_cost) == (2, 11)
    assert {each.code: each.lines for each in receipt.found} == {"cost_missing": 2}


@pytest.mark.parametrize("rate", ["0", "-1", "NaN", "Infinity", "1e-11"])
def test_a_rate_that_is_none_is_refused(rate):
    with pytest.raises(ValidationError):
        Rate(currency="USD", rate=Decimal(rate))
