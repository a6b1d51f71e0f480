"""Any day of the past that a page may be asked to show."""

from datetime import date, timedelta

from django.utils import timezone

#: Before this nothing was recorded anywhere.
FIRST = date(1990, 1, 1)
QUARTERS = 8


def day_asked(text: str) -> tuple[date, bool]:
    """The day that an address names, and whether it could be read; today for one that is no day of the past."""
    today = timezone.localdate()
    if not text.strip():
        return today, True
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        return today, False
    return (day, True) if FIRST <= day <= today else (today, False)


def quarter_ends(today: date, count: int = QUARTERS) -> list[date]:
    """The last days of the quarters before a day, latest first.

    >>> quarter_ends(date(2026, 11, 25), 2)
    [datetime.date(2026, 9, 30), datetime.date(2026, 6, 30)]
    """
    ends, start = [], date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
    for _number in range(count):
        end = start - timedelta(days=1)
        ends.append(end)
        start = date(end.year, end.month - 2, 1)
    return ends
