"""The fiscal calendar gives the same year in Python and in an engine."""

from datetime import date, timedelta

import ibis
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from openkam.ledger.fiscal import FiscalCalendar

calendars = st.builds(FiscalCalendar, start_month=st.integers(1, 12), named_by=st.sampled_from(["end", "start"]))
days = st.dates(date(1970, 1, 2), date(2200, 1, 1))


@pytest.mark.parametrize(
    ("start", "named_by", "day", "year"),
    [
        (1, "end", date(2013, 12, 31), 2013),
        (4, "end", date(2013, 3, 31), 2013),
        (4, "end", date(2013, 4, 1), 2014),
        (4, "start", date(2013, 3, 31), 2012),
        (4, "start", date(2013, 4, 1), 2013),
        (12, "end", date(2013, 12, 1), 2014),
    ],
)
def test_a_day_belongs_to_the_year_that_gives_the_name(start, named_by, day, year):
    assert FiscalCalendar(start_month=start, named_by=named_by).fiscal_year(day) == year


@given(calendars, days)
def test_bounds_hold_exactly_the_days_of_the_year(calendar, day):
    first, last = calendar.bounds(calendar.fiscal_year(day))

    assert first <= day <= last
    assert (calendar.fiscal_year(first), calendar.fiscal_year(last)) == (calendar.fiscal_year(day),) * 2
    assert calendar.fiscal_year(first - timedelta(days=1)) == calendar.fiscal_year(day) - 1
    assert calendar.fiscal_year(last + timedelta(days=1)) == calendar.fiscal_year(day) + 1


def test_every_month_and_calendar_agrees_with_duckdb():
    some = [date(year, month, day) for year in (1999, 2000, 2024) for month in range(1, 13) for day in (1, 28)]
    table = ibis.memtable({"day": some}, schema={"day": "date"})
    for start in range(1, 13):
        for named_by in ("end", "start"):
            calendar = FiscalCalendar(start_month=start, named_by=named_by)
            answer = table.mutate(year=calendar.of(table.day)).to_pyarrow().to_pylist()
            assert all(row["year"] == calendar.fiscal_year(row["day"]) for row in answer)


@given(calendars, days)
def test_months_elapsed_is_twelve_on_the_last_day_only(calendar, day):
    _, last = calendar.bounds(calendar.fiscal_year(day))

    assert 0 <= calendar.months_elapsed(day) <= 12
    assert (calendar.months_elapsed(day) == 12) == (day == last)


@pytest.mark.parametrize("month", [0, 13])
def test_a_month_that_is_none_is_refused(month):
    with pytest.raises(ValidationError):
        FiscalCalendar(start_month=month)
