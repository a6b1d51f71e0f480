from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openkam.method.errors import InvalidInput
from openkam.method.lifetime import cagr, customer_lifetime_value, net_present_value, simple_lifetime_value

money = st.decimals(min_value=0, max_value=10**9, places=4)
rates = st.decimals(min_value=0, max_value=1, places=4)


def test_sherman_sperry_reese_2003_figure_7_1_lifetime_value_is_4_8_million():
    assert simple_lifetime_value(Decimal(4_000_000), 10, Decimal("0.12")) == 4_800_000


def test_customer_lifetime_value_of_40_000_over_eight_years_is_143_853():
    worth = customer_lifetime_value(Decimal(40_000), Decimal("0.9"), Decimal("0.10"), 8)
    assert worth.quantize(Decimal("0.01")) == Decimal("143853.10")


def test_present_value_at_ten_percent_matches_the_worked_example():
    assert net_present_value([Decimal(143), Decimal(191)], Decimal("0.10"), 3) == Decimal("287.851")


def test_growth_of_the_worked_example_is_12_905_percent():
    assert cagr(Decimal(800), Decimal(1300), 4) == pytest.approx(0.12905, abs=5e-6)


@pytest.mark.parametrize(("first", "last"), [(0, 1), (-1, 1), (1, 0), (1, -1), (None, 1), (1, None)])
def test_growth_from_or_to_nothing_is_undefined(first, last):
    as_money = [None if amount is None else Decimal(amount) for amount in (first, last)]
    assert cagr(*as_money, 4) is None


def test_growth_over_no_years_is_refused():
    with pytest.raises(InvalidInput, match="years"):
        cagr(Decimal(1), Decimal(2), 0)


def test_a_missing_year_makes_the_present_value_missing():
    assert net_present_value([Decimal(1), None], Decimal(0)) is None


def test_a_discount_rate_of_minus_one_is_refused():
    with pytest.raises(InvalidInput, match="discount_rate"):
        net_present_value([Decimal(1)], Decimal(-1))


@pytest.mark.parametrize("bad", [Decimal("NaN"), Decimal("Infinity")])
@pytest.mark.parametrize(
    "ask",
    [
        lambda bad: net_present_value([Decimal(1)], bad),
        lambda bad: net_present_value([bad], Decimal(0)),
        lambda bad: cagr(bad, Decimal(1), 4),
        lambda bad: simple_lifetime_value(bad, 10, Decimal(1)),
        lambda bad: customer_lifetime_value(bad, Decimal(1), Decimal(0), 1),
        lambda bad: customer_lifetime_value(Decimal(1), bad, Decimal(0), 1),
    ],
)
def test_not_a_number_is_refused(ask, bad):
    with pytest.raises(InvalidInput, match="not_finite"):
        ask(bad)


def test_a_retention_above_one_is_refused():
    with pytest.raises(InvalidInput, match="retention"):
        customer_lifetime_value(Decimal(1), Decimal("1.1"), Decimal(0), 3)


@pytest.mark.parametrize("years", [-1, 201])
def test_a_lifetime_outside_two_centuries_is_refused(years):
    with pytest.raises(InvalidInput, match="years"):
        customer_lifetime_value(Decimal(1), Decimal("0.9"), Decimal(0), years)


def test_a_negative_number_of_years_is_refused():
    with pytest.raises(InvalidInput, match="years"):
        simple_lifetime_value(Decimal(1), -1, Decimal(1))


@given(st.lists(money, max_size=6))
def test_without_discount_the_present_value_is_the_sum(amounts):
    assert net_present_value(amounts, Decimal(0)) == sum(amounts, Decimal(0))


@given(money, rates, st.integers(0, 20))
def test_a_longer_lifetime_is_never_worth_less(margin, retention, years):
    shorter, longer = (customer_lifetime_value(margin, retention, Decimal("0.1"), n) for n in (years, years + 1))
    assert longer >= shorter
