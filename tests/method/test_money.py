from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from openkam.method.money import apportion, percent, round_money, share, total

fractions = st.fractions(min_value=-(10**9), max_value=10**9, max_denominator=10**6)
amounts = st.dictionaries(st.text(max_size=3), fractions, min_size=1, max_size=12)


@given(amounts, st.integers(0, 4))
def test_apportioned_amounts_add_up_to_the_rounded_total(exact, places):
    rounded = apportion(exact, places)
    assert sum(rounded.values()) == round_money(sum(exact.values(), Fraction(0)), places)


@given(amounts, st.integers(0, 4))
def test_an_apportioned_amount_is_less_than_one_last_digit_away(exact, places):
    unit = Fraction(1, 10**places)
    assert all(abs(Fraction(v) - exact[k]) < unit for k, v in apportion(exact, places).items())


@given(amounts)
def test_apportioning_does_not_depend_on_the_order(exact):
    backwards = dict(reversed(list(exact.items())))
    assert apportion(exact, 2) == apportion(backwards, 2)


@given(amounts, st.integers(0, 4))
def test_amounts_can_be_apportioned_to_the_sum_rounded_up(exact, places):
    up = Decimal((sum(exact.values(), Fraction(0)) * 10**places).__ceil__()).scaleb(-places)
    assert sum(apportion(exact, places, up).values()) == up


def test_nothing_apportioned_is_nothing():
    assert apportion({}, 2) == {}


def test_rounding_never_yields_a_negative_zero():
    assert str(round_money(Fraction(-1, 1000), 2)) == "0.00"


def test_one_missing_amount_makes_the_total_missing():
    assert total((Decimal(1), None)) is None
    assert total(()) == 0


def test_a_share_of_nothing_is_undefined():
    assert share(Decimal(1), Decimal(0)) is None
    assert share(None, Decimal(1)) is None
    assert percent(Decimal(1), Decimal(-1)) is None
