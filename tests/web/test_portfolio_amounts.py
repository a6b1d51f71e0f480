"""Amounts as people type them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openkam.method.errors import InvalidInput
from openkam.web.portfolio.amounts import parse_amount, typed_text

MONEY = st.decimals(min_value=-(10**12), max_value=10**12, places=4)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1,234.50", "1234.5"),
        ("1.234,50", "1234.5"),
        ("1 234,5", "1234.5"),
        ("1'234.5", "1234.5"),
        ("1\u202f234\u00a0567", "1234567"),
        ("1,234", "1234"),
        ("1.234", "1.234"),
        ("1.234.567", "1234567"),
        ("12,5", "12.5"),
        ("(250)", "-250"),
        ("(1,234.5)", "-1234.5"),
        ("-250", "-250"),
        ("−250", "-250"),
        ("１２３", "123"),
        (".5", "0.5"),
        ("0", "0"),
    ],
)
def test_an_amount_is_understood_in_either_habit(text: str, amount: str) -> None:
    assert parse_amount(text) == Decimal(amount)


@pytest.mark.parametrize("text", ["", "  ", "-", "–", "\u00a0"])
def test_an_empty_text_means_not_known_and_never_zero(text: str) -> None:
    assert parse_amount(text) is None


@pytest.mark.parametrize("text", ["twelve", "1,23,4", "NaN", "Infinity", "1e5", "12a", "=1+1", "1.2.3"])
def test_what_is_no_amount_is_refused_with_its_text(text: str) -> None:
    with pytest.raises(InvalidInput) as error:
        parse_amount(text)
    assert (error.value.code, error.value.values["text"]) == ("not_an_amount", text)


@pytest.mark.parametrize("text", ["9" * 40, "900000000000001"])
def test_an_amount_beyond_the_column_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as error:
        parse_amount(text)
    assert error.value.code == "amount_too_large"


@given(MONEY)
def test_what_a_field_shows_is_read_back_as_the_same_amount(amount: Decimal) -> None:
    assert parse_amount(typed_text(amount)) == amount
