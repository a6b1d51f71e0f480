"""The days on which a repeating meeting took place (RFC 5545, 3.3.10), in a window.

dateutil walks on to the year 9999 when a rule matches no day; a file from outside must not be able to ask for that.
Here the steps are counted, whatever the rule says.
"""

import calendar
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from openkam.method.errors import InvalidInput

#: Steps of one rule: daily for half a century.
MOST_STEPS = 20_000
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_KNOWN = frozenset(
    [
        "FREQ",
        "INTERVAL",
        "COUNT",
        "UNTIL",
        "WKST",
        "BYDAY",
        "BYMONTH",
        "BYMONTHDAY",
        "BYYEARDAY",
        "BYSETPOS",
        "BYHOUR",
        "BYMINUTE",
        "BYSECOND",
    ]
)
_DAILY, _WEEKLY, _MONTHLY, _YEARLY = "DAILY", "WEEKLY", "MONTHLY", "YEARLY"


@dataclass(frozen=True)
class Rule:
    """A rule that was checked; weekdays count from Monday as 0, with their place in the month or year or 0."""

    frequency: str
    interval: int = 1
    count: int | None = None
    until: datetime | None = None
    week_start: int = 0
    weekdays: tuple[tuple[int, int], ...] = ()
    months: frozenset[int] = field(default_factory=frozenset)
    month_days: frozenset[int] = field(default_factory=frozenset)
    year_days: frozenset[int] = field(default_factory=frozenset)
    places: tuple[int, ...] = ()


def rule(parts: Mapping[str, Sequence[Any]], start: datetime) -> Rule:
    """The rule of an event that starts at a wall-clock time; raises InvalidInput("event_rule") for what is not known.

    >>> from datetime import datetime
    >>> rule({"FREQ": ["WEEKLY"], "BYDAY": ["MO", "WE"]}, datetime(2024, 1, 1, 9)).weekdays
    ((0, 0), (2, 0))
    """
    frequency = str(_one(parts, "FREQ", "")).upper()
    if frequency not in {_DAILY, _WEEKLY, _MONTHLY, _YEARLY} or set(parts) - _KNOWN or not _keeps_time(parts, start):
        raise InvalidInput("event_rule")
    try:
        return _with_defaults(_parsed(frequency, parts), start)
    except (ValueError, TypeError, OverflowError):
        raise InvalidInput("event_rule") from None


def _one(parts: Mapping[str, Sequence[Any]], name: str, otherwise: Any) -> Any:
    return next(iter(parts.get(name) or [otherwise]))


def _keeps_time(parts: Mapping[str, Sequence[Any]], start: datetime) -> bool:
    """Whether hour and minute, when a rule says them, are those of the start: one meeting on a day, no more."""
    said = {"BYHOUR": start.hour, "BYMINUTE": start.minute, "BYSECOND": start.second}
    return all([int(x) for x in parts[name]] == [value] for name, value in said.items() if name in parts)


def _parsed(frequency: str, parts: Mapping[str, Sequence[Any]]) -> Rule:
    interval, count = int(_one(parts, "INTERVAL", 1)), _one(parts, "COUNT", None)
    if interval < 1 or (count is not None and int(count) < 1):
        raise ValueError
    return Rule(
        frequency=frequency,
        interval=interval,
        count=None if count is None else int(count),
        until=_end(_one(parts, "UNTIL", None)),
        week_start=_DAYS.index(str(_one(parts, "WKST", "MO")).upper()),
        weekdays=tuple(_weekday(str(text)) for text in parts.get("BYDAY", ())),
        months=_numbers(parts, "BYMONTH"),
        month_days=_numbers(parts, "BYMONTHDAY"),
        year_days=_numbers(parts, "BYYEARDAY"),
        places=tuple(int(place) for place in parts.get("BYSETPOS", ())),
    )


def _end(value: Any) -> datetime | None:
    """The end as wall-clock time; a day counts whole."""
    if value is None or isinstance(value, datetime):
        return value
    return datetime.combine(value, datetime.max.time())


def _weekday(text: str) -> tuple[int, int]:
    return _DAYS.index(text[-2:].upper()), int(text[:-2] or 0)


def _numbers(parts: Mapping[str, Sequence[Any]], name: str) -> frozenset[int]:
    return frozenset(int(number) for number in parts.get(name, ()))


def _with_defaults(found: Rule, start: datetime) -> Rule:
    """What a rule leaves open comes from the start (RFC 5545: "information from DTSTART")."""
    if found.weekdays or found.month_days or found.year_days or found.frequency == _DAILY:
        return found
    if found.frequency == _WEEKLY:
        return _changed(found, weekdays=((start.weekday(), 0),))
    months = found.months or (frozenset({start.month}) if found.frequency == _YEARLY else frozenset())
    return _changed(found, months=months, month_days=frozenset({start.day}))


def _changed(found: Rule, **changes: Any) -> Rule:
    return Rule(**{**vars(found), **changes})


def occurrences(found: Rule, start: datetime, *, since: datetime, until: datetime) -> Iterator[datetime]:
    """The starts between two wall-clock times, both included, in their order; the rule's own end holds too."""
    last = min(until, found.until) if found.until else until
    every = islice(_matches(found, start, since, last), found.count)
    return (at for at in every if at >= since)


def _matches(found: Rule, start: datetime, since: datetime, last: datetime) -> Iterator[datetime]:
    skip_to = start.date() if found.count else max(start.date(), since.date())
    for first in islice(_periods(found, start.date(), skip_to), MOST_STEPS):
        if first > last.date():
            return
        days = [day for day in _days(found.frequency, first) if _fits(found, day)]
        for day in _placed(days, found.places):
            at = datetime.combine(day, start.time())
            if start <= at <= last:
                yield at


def _periods(found: Rule, start: date, skip_to: date) -> Iterator[date]:
    """The first day of each period that the interval meets, from the one that holds a day or comes before it."""
    if found.frequency in {_DAILY, _WEEKLY}:
        first = start - timedelta(days=(start.weekday() - found.week_start) % 7 if found.frequency == _WEEKLY else 0)
        step = found.interval * (1 if found.frequency == _DAILY else 7)
        return _stepped(first.toordinal(), skip_to.toordinal(), step, date.fromordinal)
    first_month = 12 * start.year + (start.month - 1 if found.frequency == _MONTHLY else 0)
    step = found.interval * (1 if found.frequency == _MONTHLY else 12)
    return _stepped(first_month, 12 * skip_to.year + skip_to.month - 1, step, _month)


def _stepped(first: int, skip_to: int, step: int, as_date: Callable[[int], date]) -> Iterator[date]:
    number = first + (skip_to - first) // step * step
    try:
        while True:
            yield as_date(number)
            number += step
    except (OverflowError, ValueError):  # the calendar ends with the year 9999
        return


def _month(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)


def _days(frequency: str, first: date) -> list[date]:
    length = {_DAILY: 1, _WEEKLY: 7, _MONTHLY: _month_length(first), _YEARLY: _year_length(first)}[frequency]
    start = first.toordinal()
    return [date.fromordinal(number) for number in range(start, min(start + length, date.max.toordinal() + 1))]


def _month_length(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def _year_length(day: date) -> int:
    return 366 if calendar.isleap(day.year) else 365


def _fits(found: Rule, day: date) -> bool:
    tests: list[tuple[Any, Callable[[], bool]]] = [
        (found.months, lambda: day.month in found.months),
        (found.month_days, lambda: _is_one_of(found.month_days, day.day, _month_length(day))),
        (found.year_days, lambda: _is_one_of(found.year_days, day.timetuple().tm_yday, _year_length(day))),
        (found.weekdays, lambda: any(_is_weekday(found, day, *wanted) for wanted in found.weekdays)),
    ]
    return all(test() for wanted, test in tests if wanted)


def _is_one_of(wanted: frozenset[int], number: int, length: int) -> bool:
    return number in wanted or number - length - 1 in wanted


def _is_weekday(found: Rule, day: date, weekday: int, place: int) -> bool:
    if day.weekday() != weekday:
        return False
    if not place or found.frequency in {_DAILY, _WEEKLY}:
        return True
    if found.frequency == _MONTHLY or found.months:
        number, length = day.day, _month_length(day)
    else:
        number, length = day.timetuple().tm_yday, _year_length(day)
    return place == ((number - 1) // 7 + 1 if place > 0 else -((length - number) // 7 + 1))


def _placed(days: list[date], places: tuple[int, ...]) -> list[date]:
    if not places:
        return days
    size = len(days)
    return sorted({days[p - 1 if p > 0 else p] for p in places if (0 < p <= size) or (0 > p >= -size)})
