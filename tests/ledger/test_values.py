import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openkam.ledger.values import as_number, currency_share, date_order, date_share, decimal_mark, is_date, number_share


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-31",
        "2024/1/31",
        "31.12.2023",
        "12/31/2023",
        "2024年1月31日",
        "113/05/01",
        "20240131",
        "31-Jan-2024",
        "2024-01-31 08:26:00",
        "2024-01-31T08:26:00.000Z",
        "2024-01-31T08:26:00+08:00",
        "1/31/2024 8:26 AM",
    ],
)
def test_dates_in_many_notations_are_dates(text):
    assert is_date(text)


@pytest.mark.parametrize("text", ["2024-13-31", "32.12.2023", "12.5", "1.2.3.4", "85123A", "20241301", "536365", ""])
def test_what_is_no_date_is_none(text):
    assert not is_date(text)


@given(st.lists(st.dates(datetime.date(1990, 1, 1), datetime.date(2090, 1, 1)), min_size=1, max_size=20))
def test_a_date_order_that_is_sure_is_right(days):
    for order, form in (("dmy", "%d/%m/%Y"), ("mdy", "%m/%d/%Y"), ("ymd", "%Y-%m-%d")):
        found = date_order([day.strftime(form) for day in days])
        same_either_way = all(day.day == day.month for day in days)
        assert found.ambiguous or same_either_way or found.order == order


@pytest.mark.parametrize(
    ("cells", "mark"),
    [
        (["1,234.50"], "."),
        (["1.234,50"], ","),
        (["0,125"], ","),
        (["0.125", "1,234"], "."),
        (["1,234"], None),
        (["12", "5"], None),
        (["1'234.5"], "."),
        (["1 234,5"], ","),
        (["1.234.567"], ","),
    ],
)
def test_the_decimal_mark_is_what_the_values_prove(cells, mark):
    assert decimal_mark(cells) == mark


@pytest.mark.parametrize(
    ("text", "value"),
    [("(1,234.5)", -1234.5), ("12-", -12), ("−3", -3), ("1.234,5", 1234.5), ("NT$ 5", 5), ("x", None)],
)
def test_a_rough_number_keeps_its_sign(text, value):
    assert as_number(text) == value


def test_amounts_are_numbers_and_codes_are_not():
    assert number_share(["1,234.50", "(12)", "12-", "-5", "€ 5", "USD 7.00", "1e-07", "5 %", "−3"]) == 1
    assert number_share(["85123A", "C536365", "31.12.2023", "abc"]) == 0
    assert (currency_share(["usd", "TWD", "人民币"]), currency_share(["100", "XYZ"]), currency_share([])) == (1, 0, 0)
    assert date_share([]) == 0
