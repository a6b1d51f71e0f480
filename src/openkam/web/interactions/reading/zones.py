"""Which instant a wall-clock time of a calendar means: by its zone's name, or by the zone that the file describes."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Component
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from openkam.method.errors import InvalidInput

from .recurrence import occurrences, rule

#: Turns of the clock that one zone of a file may have in the window.
MOST_TURNS = 2_000


class FileZone(tzinfo):
    """A zone as a file describes it: the turns of the clock with the difference from UTC after each."""

    def __init__(self, name: str, turns: list[tuple[datetime, timedelta]]) -> None:
        self.name, self.turns = name, sorted(turns)

    def utcoffset(self, at: datetime | None) -> timedelta:
        before = [offset for turn, offset in self.turns if at is None or turn <= at.replace(tzinfo=None)]
        return before[-1] if before else self.turns[0][1]

    def dst(self, _at: datetime | None) -> timedelta:
        return timedelta(0)

    def tzname(self, _at: datetime | None) -> str:
        return self.name


def named_zone(name: str) -> ZoneInfo | None:
    """A zone by its name in the zone database or in Windows.

    >>> str(named_zone("Taipei Standard Time"))
    'Asia/Taipei'
    >>> named_zone("../../etc/passwd") is None
    True
    """
    plain = name.strip().strip("\"'/")
    try:
        return ZoneInfo(WINDOWS_TO_OLSON.get(plain, plain))
    except (KeyError, ValueError, OSError):  # unknown names, and names that are paths
        return None


def file_zone(name: str, parts: list[bytes], *, until: datetime) -> FileZone | None:
    """The zone of a VTIMEZONE from its STANDARD and DAYLIGHT parts; None when it cannot be used."""
    turns: list[tuple[datetime, timedelta]] = []
    for part in parts:
        try:
            turns += _turns(Component.from_ical(part), until)  # type: ignore[arg-type]
        except (InvalidInput, ValueError, KeyError, AttributeError, TypeError, OverflowError):
            return None
    return FileZone(name, turns) if 0 < len(turns) <= MOST_TURNS else None


def _turns(part: Any, until: datetime) -> list[tuple[datetime, timedelta]]:
    start, offset = part["DTSTART"].dt.replace(tzinfo=None), part["TZOFFSETTO"].td
    starts = {start}
    if "RRULE" in part:
        starts |= set(occurrences(rule(wall_rule(part["RRULE"], UTC), start), start, since=start, until=until))
    for more in listed(part.get("RDATE")):
        starts |= {one.dt.replace(tzinfo=None) for one in more.dts}
    return [(at, offset) for at in starts]


def listed(value: Any) -> list[Any]:
    """A property that may be missing, single or repeated, as a list."""
    return [] if value is None else value if isinstance(value, list) else [value]


def wall_rule(parts: Mapping[str, Any], zone: tzinfo) -> dict[str, Any]:
    """A rule whose end is wall-clock time in a zone, as the occurrences are."""
    ends = [end.astimezone(zone).replace(tzinfo=None) if _is_aware(end) else end for end in parts.get("UNTIL", [])]
    return {name: values for name, values in parts.items() if name != "UNTIL"} | ({"UNTIL": ends} if ends else {})


def _is_aware(value: date) -> bool:
    return isinstance(value, datetime) and value.tzinfo is not None
