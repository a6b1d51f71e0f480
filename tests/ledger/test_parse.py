"""Texts as people and programs write them: read exactly, or not at all."""

from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openkam.ledger.parse import AMOUNT, blank, day, finite, number, rough, units


@pytest.fixture(scope="module")
def ask():
    """The value of an SQL expression over the text t."""
    with duckdb.connect() as con:
        con.execute("CREATE TABLE texts (t VARCHAR)")

        def answer(expression, text):
            return con.execute(f"SELECT {expression} FROM (SELECT $1::VARCHAR AS t)", [text]).fetchone()[0]

        yield answer


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,234.50", "1234.5"),
        ("12,34,567.8", "1234567.8"),
        ("(1,234.5)", "-1234.5"),
        ("12-", "-12"),
        ("−5", "-5"),
        ("$ 5.10", "5.10"),
        ("-€5", "-5"),
        ("1 234.5", "1234.5"),
        ("1\u00a0234\u202f567", "1234567"),
        ("1'234", "1234"),
        ("1.5e3", "1500"),
        ("١٢٣", "123"),
        ("１２３", "123"),
        ("9.80000019", "9.80000019"),
        ("0.30000000000000004", "0.30000000000000004"),
        ("9999999999999999", "9999999999999999"),
    ],
)
def test_a_number_is_read_exactly(ask, text, value):
    assert ask(number("t", AMOUNT), text) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    ["NaN", "nan", "inf", "-Infinity", "1e999", "1,23", "1.2.3", "abc", "--5", "-(5)", "5 kg", "", "0x10", "1,2345"],
)
def test_what_is_no_number_is_nothing(ask, text):
    assert ask(number("t", AMOUNT), text) is None


@pytest.mark.parametrize(
    ("text", "large"), [("1e17", True), ("99999999999999999.5", True), ("NaN", False), ("1e999", False)]
)
def test_a_number_too_large_is_told_from_no_number(ask, text, large):
    assert ask(number("t", AMOUNT), text) is None
    assert ask(finite("t"), text) is large


@pytest.mark.parametrize(
    ("text", "value"), [("1.234,50", "1234.5"), ("1.234", "1234"), ("1,234", "1.234"), ("12", "12"), ("-0,5", "-0.5")]
)
def test_a_decimal_comma_turns_the_marks_around(ask, text, value):
    assert ask(number("t", AMOUNT, ","), text) == Decimal(value)


def test_a_point_that_groups_nothing_is_refused_under_a_decimal_comma(ask):
    assert ask(number("t", AMOUNT, ","), "1.23") is None


@pytest.mark.parametrize(
    ("text", "order", "value"),
    [
        ("2010-12-01 08:26:00", "dmy", date(2010, 12, 1)),
        ("2010-12-01T08:26:00Z", "mdy", date(2010, 12, 1)),
        ("2010/1/2", "ymd", date(2010, 1, 2)),
        ("2013年11月29日", "ymd", date(2013, 11, 29)),
        ("20131129", "ymd", date(2013, 11, 29)),
        ("29.11.2013", "dmy", date(2013, 11, 29)),
        ("29/11/13", "dmy", date(2013, 11, 29)),
        ("3/1/2024 8:26", "dmy", date(2024, 1, 3)),
        ("1 Mar 2024", "dmy", date(2024, 3, 1)),
        ("12/1/2010 8:26:00 PM", "mdy", date(2010, 12, 1)),
        ("March 1, 2024", "mdy", date(2024, 3, 1)),
        ("113/05/01", "roc", date(2024, 5, 1)),
        ("民國113年5月1日", "roc", date(2024, 5, 1)),
        ("中華民國 99 年 12 月 31 日", "roc", date(2010, 12, 31)),
        ("113.5.1 08:30", "roc", date(2024, 5, 1)),
        ("1130501", "roc", date(2024, 5, 1)),
        ("2024/05/01", "roc", date(2024, 5, 1)),
        ("2024-05-01", "roc", date(2024, 5, 1)),
    ],
)
def test_a_date_is_read_in_the_order_told(ask, text, order, value):
    assert ask(day("t", order), text) == value


@pytest.mark.parametrize(
    "text",
    ["2010-02-30", "2013-11", "11-29", "infinity", "epoch", "today", "0000-00-00", "2010-12-01 abc", "31/31/2024"],
)
def test_what_is_no_date_is_nothing(ask, text):
    assert ask(day("t"), text) is None


@pytest.mark.parametrize("text", ["113/13/01", "113/02/29x", "112/02/29", "民國", "113/05"])
def test_what_is_no_date_of_the_republic_is_nothing(ask, text):
    assert ask(day("t", "roc"), text) is None


@pytest.mark.parametrize("text", [None, "n/a", "NULL", "-", "None"])
def test_words_for_no_value_are_blank(ask, text):
    assert ask(blank("t"), text) is True


@settings(deadline=None)
@given(text=st.decimals(-(10**13), 10**13, places=22, allow_nan=False).map(lambda d: f"{d:.22f}"[:36]))
def test_rounding_by_guess_is_rounding_half_to_even(ask, text):
    guess = f"TRY_CAST(round({rough('t')} * 10000) AS BIGINT)"
    amount = number("t", AMOUNT)
    expected = Decimal(text).quantize(Decimal("0.0001"), rounding=ROUND_HALF_EVEN)

    assert ask(units(amount, guess), text) == int(expected.scaleb(4))


@settings(deadline=None)
@given(st.integers(-(10**9), 10**9))
def test_a_tie_is_rounded_to_even_whatever_the_guess_says(ask, number_of_halves):
    text = f"{Decimal(2 * number_of_halves + 1) * Decimal('0.00005'):.5f}"
    guess = f"TRY_CAST(round({rough('t')} * 10000) AS BIGINT)"

    assert ask(units(number("t", AMOUNT), guess), text) % 2 == 0


@settings(deadline=None)
@given(st.text(max_size=40).filter(lambda text: "\x00" not in text))
def test_no_text_at_all_stops_the_reading(ask, text):
    for mark in (".", ","):
        ask(number("t", AMOUNT, mark), text)
        ask(finite("t", mark), text)
    for order in ("ymd", "dmy", "mdy", "roc"):
        ask(day("t", order), text)
