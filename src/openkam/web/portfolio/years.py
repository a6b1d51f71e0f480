"""The five fiscal years of a portfolio page, and how complete the running one is."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Subquery
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from openkam.ledger.fiscal import FiscalCalendar
from openkam.method.five_years import POSITIONS
from openkam.web.ledgers.models import AccountYear

POSITION_WORDS = dict(
    zip(
        POSITIONS,
        (_("Two years ago"), _("Last year"), _("This year"), _("Next year"), _("Year after next")),
        strict=True,
    )
)


@dataclass(frozen=True)
class Window:
    """Five consecutive fiscal years around `anchor`; the ledger knows years from `first` to `latest`."""

    anchor: int
    first: int
    latest: int

    @property
    def years(self) -> tuple[int, ...]:
        return tuple(range(self.anchor - 2, self.anchor + 3))

    @property
    def anchors(self) -> range:
        """The years that this page can be anchored at, newest first."""
        return range(self.latest, self.first - 1, -1)

    def is_forecast(self, year: int) -> bool:
        return year > self.latest


def window(asked: int | None = None) -> Window | None:
    """The window around the asked year, or around the latest; None while the ledger is empty."""
    # Both ends of the index in one query: MIN and MAX asked for together read all of it on SQLite.
    earliest = Subquery(AccountYear.objects.order_by("fiscal_year").values("fiscal_year")[:1])
    known = AccountYear.objects.order_by("-fiscal_year").values_list(earliest, "fiscal_year").first()
    if known is None:
        return None
    first, latest = known
    anchor = asked if asked is not None and first <= asked <= latest else latest
    return Window(anchor=anchor, first=first, latest=latest)


def months_known(year: int, last_date: date | None, calendar: FiscalCalendar) -> int:
    """Months of a fiscal year that have begun by its last invoice; 12 only when the year is over too."""
    if last_date is None:
        return 12
    begun = min(12, (last_date.month - calendar.start_month) % 12 + 1)
    return begun if localdate() > calendar.bounds(year)[1] else min(begun, 11)
