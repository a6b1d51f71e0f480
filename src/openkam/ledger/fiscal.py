"""The fiscal calendar: which fiscal year a date belongs to, in Python and inside any engine."""

from datetime import date, timedelta
from typing import Literal

import ibis
import ibis.expr.types as ir
from pydantic import BaseModel, ConfigDict, Field


class FiscalCalendar(BaseModel):
    """Fiscal years of twelve months.

    start_month  1..12, the first month of the year.
    named_by     the calendar year that gives the name: the one in which it ends (April 2013 to March 2014
                 is 2014, the default) or the one in which it starts (2013). The same when it starts in January.

    >>> FiscalCalendar(start_month=4).fiscal_year(date(2013, 4, 1))
    2014
    >>> FiscalCalendar(start_month=4, named_by="start").fiscal_year(date(2013, 4, 1))
    2013
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    start_month: int = Field(default=1, ge=1, le=12)
    named_by: Literal["end", "start"] = "end"

    @property
    def _shift(self) -> int:
        """Years from the calendar year of the first month to the name."""
        return int(self.start_month > 1 and self.named_by == "end")

    def fiscal_year(self, day: date) -> int:
        """The fiscal year of a date.

        >>> FiscalCalendar().fiscal_year(date(2013, 12, 31))
        2013
        """
        return day.year - int(day.month < self.start_month) + self._shift

    def of(self, day: ir.DateValue) -> ir.IntegerValue:
        """The fiscal year of a date column, as an Ibis expression on any engine.

        >>> FiscalCalendar(start_month=4).of(ibis.literal(date(2013, 4, 1))).type()
        Int32(nullable=True)
        """
        before = ibis.ifelse(day.month() < self.start_month, 1, 0)
        return (day.year() - before + self._shift).cast("int32")

    def bounds(self, year: int) -> tuple[date, date]:
        """First and last day of a fiscal year, both inside it.

        >>> FiscalCalendar(start_month=4).bounds(2014)
        (datetime.date(2013, 4, 1), datetime.date(2014, 3, 31))
        """
        first = date(year - self._shift, self.start_month, 1)
        return first, first.replace(year=first.year + 1) - timedelta(days=1)

    def months_elapsed(self, day: date) -> int:
        """Months of the fiscal year that are complete at the end of a day, 0..12.

        >>> FiscalCalendar().months_elapsed(date(2013, 11, 29)), FiscalCalendar().months_elapsed(date(2013, 11, 30))
        (10, 11)
        """
        month_is_over = (day + timedelta(days=1)).month != day.month
        return (day.month - self.start_month) % 12 + int(month_is_over)


CALENDAR_YEARS = FiscalCalendar()
