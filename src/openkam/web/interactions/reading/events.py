"""Meetings that took place, from a calendar file (RFC 5545) of any program."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any

from icalendar import Event

from openkam.method.errors import InvalidInput

from .pieces import LONGEST_SUBJECT, MOST_PARTICIPANTS, Address, Piece, Problem, address, clean, distinct
from .recurrence import occurrences, rule
from .zones import FileZone, file_zone, listed, named_zone, wall_rule

#: Dates of one repeating meeting, and events of one file.
MOST_OCCURRENCES = 2_000
MOST_EVENTS = 100_000
#: Bytes of one event, and of one line.
MOST_EVENT = 2 * 2**20
MOST_LINE = 2**16
LONGEST_UID = 180
EARLIEST = 1900
_BROKEN = (ValueError, KeyError, AttributeError, TypeError, OverflowError, IndexError)


@dataclass(frozen=True)
class Window:
    """From when to when meetings are read, and the zone of times that name none."""

    since: datetime
    now: datetime
    zone: tzinfo


@dataclass
class _Blocks:
    """The parts of a file, before anything is read."""

    zones: list[bytes] = field(default_factory=list)
    events: list[bytes | None] = field(default_factory=list)
    is_cancelled: bool = False


@dataclass(frozen=True)
class _Meeting:
    """One event of the file. `start` is wall-clock time in `zone`; `instance` is the date of a series it replaces."""

    number: int
    uid: str
    start: datetime
    zone: tzinfo
    instance: datetime | None
    sequence: int
    component: Any

    def instant(self, wall: datetime) -> datetime:
        return wall.replace(tzinfo=self.zone).astimezone(UTC)


def read_calendar(lines: Iterable[bytes], window: Window) -> Iterator[Piece | Problem]:
    """The meetings of a window, in no order, and the events that could not be read.

    lines   the file, cut at its line ends or anywhere in a line that is too long.

    Cancelled and declined ones are left out, private ones say no more than that they are there.
    Raises InvalidInput("calendar_broken" | "calendar_too_large").
    """
    blocks = _blocks(lines)
    if blocks.is_cancelled:
        return
    reader = _Reader(window, _zones(blocks.zones, window.now))
    for number, block in enumerate(blocks.events, 1):
        if problem := reader.add(number, block):
            yield problem
    yield from reader.pieces()


def _blocks(lines: Iterable[bytes]) -> _Blocks:
    found, open_, held, size = _Blocks(), "", [], 0
    for line in _checked(lines):
        word = line.strip().upper()
        if not open_ and word in {b"BEGIN:VEVENT", b"BEGIN:VTIMEZONE"}:
            open_, held, size = word[6:].decode(), [], 0
        if open_:
            size += len(line)
            held += [line] if size <= MOST_EVENT else []
        elif word == b"METHOD:CANCEL":
            found.is_cancelled = True
        if open_ and word == b"END:" + open_.encode():
            _close(found, open_, b"".join(held) if size <= MOST_EVENT else None)
            open_ = ""
    if open_ == "VEVENT":
        found.events.append(None)
    return found


def _checked(lines: Iterable[bytes]) -> Iterator[bytes]:
    is_first = True
    for line in lines:
        text = line.removeprefix(b"\xef\xbb\xbf") if is_first else line
        if is_first and text.strip():
            is_first = False
            if text.strip().upper() != b"BEGIN:VCALENDAR":
                raise InvalidInput("calendar_broken")
        yield text
    if is_first:
        raise InvalidInput("calendar_broken")


def _close(found: _Blocks, name: str, block: bytes | None) -> None:
    if name == "VEVENT":
        found.events.append(block)
        if len(found.events) > MOST_EVENTS:
            raise InvalidInput("calendar_too_large", most=MOST_EVENTS)
    elif block:
        found.zones.append(block)


def _zones(blocks: list[bytes], until: datetime) -> dict[str, FileZone]:
    """The zones that a file describes and the zone database does not know."""
    found: dict[str, FileZone] = {}
    for block in blocks:
        name, parts = "", []
        held: list[bytes] | None = None
        for line in block.splitlines(keepends=True):
            word = line.strip().upper()
            if word in {b"BEGIN:STANDARD", b"BEGIN:DAYLIGHT"}:
                held = []
            if held is not None:
                held.append(line)
            elif word.startswith(b"TZID"):
                name = line.decode("utf-8", "replace").partition(":")[2].strip()
            if held is not None and word in {b"END:STANDARD", b"END:DAYLIGHT"}:
                parts.append(b"".join(held))
                held = None
        zone = None if named_zone(name) else file_zone(name, parts, until=until.replace(tzinfo=None))
        found |= {name: zone} if zone else {}
    return found


class _Reader:
    def __init__(self, window: Window, zones: dict[str, FileZone]) -> None:
        self.window, self.zones = window, zones
        self.series: dict[str, _Meeting] = {}
        self.replaced: dict[str, dict[datetime, _Meeting]] = {}

    def add(self, number: int, block: bytes | None) -> Problem | None:
        """Take one event in; of two versions the later one stays."""
        try:
            meeting = self._meeting(number, block)
        except InvalidInput as refusal:
            return Problem(number, refusal.code, dict(refusal.values))
        except _BROKEN:
            return Problem(number, "event_broken")
        place: dict[Any, _Meeting] = self.replaced.setdefault(meeting.uid, {}) if meeting.instance else self.series
        key = meeting.instance or meeting.uid
        if key not in place or place[key].sequence <= meeting.sequence:
            place[key] = meeting
        return None

    def _meeting(self, number: int, block: bytes | None) -> _Meeting:
        if block is None:
            raise InvalidInput("event_broken")
        event = Event.from_ical(block)
        start, zone = self._wall(event["DTSTART"])
        if not EARLIEST <= start.year <= 9000:
            raise InvalidInput("event_date", value=str(start.date()))
        sequence = event.get("SEQUENCE", 0)
        return _Meeting(
            number=number,
            uid=_uid(event, start),
            start=start,
            zone=zone,
            instance=self._instant(event["RECURRENCE-ID"]) if "RECURRENCE-ID" in event else None,
            sequence=sequence if isinstance(sequence, int) else 0,
            component=event,
        )

    def _wall(self, value: Any, name: str = "") -> tuple[datetime, tzinfo]:
        """A time as its clock on the wall shows it, and that clock's zone; a day begins at midnight."""
        at, name = value.dt, str(getattr(value, "params", {}).get("TZID", name))
        if isinstance(at, tuple):
            at = at[0]
        if not isinstance(at, datetime):
            return datetime.combine(at, datetime.min.time()), self.window.zone
        if at.tzinfo is not None:
            return at.replace(tzinfo=None), at.tzinfo
        zone = self.zones.get(name) or named_zone(name) if name else self.window.zone
        if zone is None:
            raise InvalidInput("event_zone", zone=clean(name, 80))
        return at, zone

    def _instant(self, value: Any, name: str = "") -> datetime:
        wall, zone = self._wall(value, name)
        return wall.replace(tzinfo=zone).astimezone(UTC)

    def pieces(self) -> Iterator[Piece | Problem]:
        for uid, meeting in self.series.items():
            try:
                yield from self._of_series(meeting, self.replaced.get(uid, {}))
            except InvalidInput as refusal:
                yield Problem(meeting.number, refusal.code, dict(refusal.values))
            except _BROKEN:
                yield Problem(meeting.number, "event_broken")
        for uid, others in self.replaced.items():
            is_private = uid in self.series and _is_private(self.series[uid].component)
            for instance, meeting in others.items():
                yield from self._told(meeting, meeting.instant(meeting.start), instance, is_private)

    def _of_series(self, meeting: _Meeting, replaced: dict[datetime, _Meeting]) -> Iterator[Piece]:
        event = meeting.component
        is_repeated = "RRULE" in event or "RDATE" in event
        if not is_repeated:
            yield from self._told(meeting, meeting.instant(meeting.start), None)
            return
        gone = {self._instant(day, _zone_name(days)) for days in listed(event.get("EXDATE")) for day in days.dts}
        dates = sorted(self._dates(meeting) - gone - set(replaced))
        if len(dates) > MOST_OCCURRENCES:
            raise InvalidInput("event_occurrences", most=MOST_OCCURRENCES)
        for at in dates:
            yield from self._told(meeting, at, at)

    def _dates(self, meeting: _Meeting) -> set[datetime]:
        event, dates = meeting.component, {meeting.instant(meeting.start)}
        since, until = (
            edge.astimezone(meeting.zone).replace(tzinfo=None) for edge in (self.window.since, self.window.now)
        )
        for parts in listed(event.get("RRULE")):
            found = rule(wall_rule(parts, meeting.zone), meeting.start)
            for at in occurrences(found, meeting.start, since=since, until=until):
                dates.add(meeting.instant(at))
                if len(dates) > MOST_OCCURRENCES:
                    raise InvalidInput("event_occurrences", most=MOST_OCCURRENCES)
        more = {self._instant(day, _zone_name(days)) for days in listed(event.get("RDATE")) for day in days.dts}
        return dates | more

    def _told(
        self, meeting: _Meeting, at: datetime, instance: datetime | None, is_private: bool = False
    ) -> Iterator[Piece]:
        event = meeting.component
        if not self.window.since <= at <= self.window.now or str(event.get("STATUS", "")).upper() == "CANCELLED":
            return
        uid = f"{meeting.uid} {instance:%Y%m%dT%H%M%SZ}" if instance else meeting.uid
        if is_private or _is_private(event):
            yield Piece(uid, "meeting", at, left_out="private")
            return
        people = _people(event)
        yield Piece(
            uid=uid,
            kind="meeting",
            at=at,
            subject=clean(str(event.get("SUMMARY", "")), LONGEST_SUBJECT),
            people=people,
            left_out="mass" if len(people) > MOST_PARTICIPANTS else "",
        )


def _zone_name(days: Any) -> str:
    return str(getattr(days, "params", {}).get("TZID", ""))


def _uid(event: Any, start: datetime) -> str:
    """The event's own name; without one, what it says; a long one as its digest."""
    text = clean(str(event.get("UID", "")), 4_000)
    if not text:
        text = f"{start} {event.get('SUMMARY', '')} {event.get('ORGANIZER', '')}"
        return f"ical:{hashlib.sha256(text.encode()).hexdigest()}"
    return f"ical:{text if len(text) <= LONGEST_UID else hashlib.sha256(text.encode()).hexdigest()}"


def _is_private(event: Any) -> bool:
    return str(event.get("CLASS", "PUBLIC")).upper() in {"PRIVATE", "CONFIDENTIAL"}


def _people(event: Any) -> tuple[Address, ...]:
    """Who invited, and everybody who did not decline; rooms and lists are nobody."""
    invited = listed(event.get("ATTENDEE"))
    hosts = [person for person in map(_person, listed(event.get("ORGANIZER"))) if person]
    away = {person.email for one in invited if not _comes(one) and (person := _person(one))}
    coming = [person for one in invited if _comes(one) and (person := _person(one))]
    return distinct([*(host for host in hosts if host.email not in away), *coming])


def _comes(attendee: Any) -> bool:
    said = getattr(attendee, "params", {})
    kind, answer = str(said.get("CUTYPE", "")).upper(), str(said.get("PARTSTAT", "")).upper()
    return kind not in {"ROOM", "RESOURCE", "GROUP"} and answer not in {"DECLINED", "DELEGATED"}


def _person(attendee: Any) -> Address | None:
    said = getattr(attendee, "params", {})
    name = str(said.get("CN", ""))
    return address(str(attendee), name) or address(str(said.get("EMAIL", "")), name)
