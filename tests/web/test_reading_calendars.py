"""Calendar files of any program: which meetings took place, when, with whom; hostile files included."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from openkam.method.errors import InvalidInput
from openkam.web.interactions.reading.events import MOST_OCCURRENCES, Window, read_calendar
from openkam.web.interactions.reading.pieces import Piece, Problem
from openkam.web.interactions.reading.recurrence import occurrences, rule

NOW = datetime(2024, 6, 30, 12, tzinfo=UTC)
WINDOW = Window(since=NOW - timedelta(days=3 * 365), now=NOW, zone=ZoneInfo("Asia/Taipei"))
OLGA = "ATTENDEE;CN=Olga:mailto:olga@supplier.example"
LIN = "ATTENDEE;CN=林:mailto:lin@acme.example"


def event(*lines: str, start: str = "DTSTART:20240610T090000Z", uid: str = "one") -> str:
    return "\n".join(["BEGIN:VEVENT", f"UID:{uid}", start, "SUMMARY:Review", OLGA, LIN, *lines, "END:VEVENT"])


def told(*parts: str, head: str = "VERSION:2.0") -> list[Piece | Problem]:
    text = "\n".join(["BEGIN:VCALENDAR", head, *parts, "END:VCALENDAR"])
    return list(read_calendar(text.replace("\n", "\r\n").encode().splitlines(keepends=True), WINDOW))


def starts(*parts: str) -> list[str]:
    return sorted(f"{piece.at:%Y-%m-%d %H:%M}" for piece in told(*parts) if isinstance(piece, Piece))


def codes(*parts: str) -> list[str]:
    return [problem.code for problem in told(*parts) if isinstance(problem, Problem)]


def test_a_meeting_says_when_about_what_and_who() -> None:
    [piece] = told(event("ORGANIZER;CN=Olga:mailto:OLGA@supplier.example", "DTEND:20240610T100000Z"))
    assert isinstance(piece, Piece)
    assert (piece.uid, piece.kind, piece.subject) == ("ical:one", "meeting", "Review")
    assert [(one.email, one.name) for one in piece.people] == [
        ("olga@supplier.example", "Olga"),
        ("lin@acme.example", "林"),
    ]


@pytest.mark.parametrize(
    ("start", "instant"),
    [
        ("DTSTART:20240610T090000Z", "2024-06-10 09:00"),
        ("DTSTART;TZID=Europe/Berlin:20240610T090000", "2024-06-10 07:00"),
        ("DTSTART;TZID=Taipei Standard Time:20240610T090000", "2024-06-10 01:00"),
        ('DTSTART;TZID="W. Europe Standard Time":20240110T090000', "2024-01-10 08:00"),
        ("DTSTART:20240610T090000", "2024-06-10 01:00"),
        ("DTSTART;VALUE=DATE:20240610", "2024-06-09 16:00"),
    ],
    ids=["UTC", "zone", "windows", "windows in winter", "floating", "all day"],
)
def test_each_way_to_write_a_time_is_its_instant(start: str, instant: str) -> None:
    assert starts(event(start=start)) == [instant]


ODD = """BEGIN:VTIMEZONE
TZID:Our office
BEGIN:STANDARD
DTSTART:19701025T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19700329T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
END:VTIMEZONE"""


def test_a_zone_that_the_file_describes_turns_its_clock() -> None:
    winter = event(start="DTSTART;TZID=Our office:20240110T090000", uid="w")
    summer = event(start="DTSTART;TZID=Our office:20240610T090000", uid="s")
    assert starts(ODD, winter, summer) == ["2024-01-10 08:00", "2024-06-10 07:00"]


def test_two_files_may_call_different_zones_by_one_name() -> None:
    meeting = event(start="DTSTART;TZID=Our office:20240610T090000")
    west = ODD.replace("+0200", "-0700").replace("+0100", "-0800")
    assert starts(ODD, meeting) == ["2024-06-10 07:00"]
    assert starts(west, meeting) == ["2024-06-10 16:00"]


def test_a_zone_that_nobody_describes_is_a_problem_of_its_event_alone() -> None:
    odd = event(start="DTSTART;TZID=../../etc/passwd:20240610T090000", uid="x")
    assert codes(odd, event()) == ["event_zone"]
    assert starts(odd, event()) == ["2024-06-10 09:00"]


def test_a_series_keeps_its_hour_when_the_clock_turns() -> None:
    weekly = event("RRULE:FREQ=WEEKLY;COUNT=3", start="DTSTART;TZID=Europe/Berlin:20240318T090000")
    assert starts(weekly) == ["2024-03-18 08:00", "2024-03-25 08:00", "2024-04-01 07:00"]


def test_of_a_series_the_cancelled_days_are_gone_the_moved_ones_moved_and_the_added_ones_there() -> None:
    series = event("RRULE:FREQ=DAILY;COUNT=4", "EXDATE:20240611T090000Z", "RDATE:20240620T090000Z")
    moved = event("RECURRENCE-ID:20240612T090000Z", start="DTSTART:20240612T150000Z")
    gone = event("RECURRENCE-ID:20240613T090000Z", "STATUS:CANCELLED", start="DTSTART:20240613T090000Z")
    assert starts(series, moved, gone) == ["2024-06-10 09:00", "2024-06-12 15:00", "2024-06-20 09:00"]


def test_a_moved_day_keeps_its_name_so_that_it_is_not_stored_twice() -> None:
    series, moved = event("RRULE:FREQ=DAILY;COUNT=1"), event("RECURRENCE-ID:20240610T090000Z", start="DTSTART:20240611")
    [before], [after] = told(series), told(series, moved.replace("DTSTART:", "DTSTART;VALUE=DATE:"))
    assert isinstance(before, Piece)
    assert isinstance(after, Piece)
    assert before.uid == after.uid == "ical:one 20240610T090000Z"
    assert before.at != after.at


def test_what_has_not_happened_yet_or_long_ago_is_not_told() -> None:
    assert starts(event("RRULE:FREQ=MONTHLY", start="DTSTART:20190105T090000Z"))[0] == "2021-07-05 09:00"
    assert starts(event("RRULE:FREQ=MONTHLY", start="DTSTART:20190105T090000Z"))[-1] == "2024-06-05 09:00"
    assert told(event(start="DTSTART:20240701T090000Z")) == []


def test_of_two_versions_the_later_one_counts() -> None:
    later = event("SEQUENCE:2", start="DTSTART:20240611T090000Z")
    earlier = event("SEQUENCE:1", start="DTSTART:20240612T090000Z")
    assert starts(later, earlier) == starts(earlier, later) == ["2024-06-11 09:00"]


@pytest.mark.parametrize("line", ["STATUS:CANCELLED", "STATUS:cancelled"])
def test_a_cancelled_meeting_is_not_told(line: str) -> None:
    assert told(event(line)) == []


def test_a_file_that_cancels_tells_nothing() -> None:
    assert told(event(), head="METHOD:CANCEL") == []


@pytest.mark.parametrize("value", ["PRIVATE", "CONFIDENTIAL", "private"])
def test_a_private_meeting_says_nothing_but_that_it_is_there(value: str) -> None:
    [piece] = told(event(f"CLASS:{value}"))
    assert isinstance(piece, Piece)
    assert (piece.left_out, piece.subject, piece.people) == ("private", "", ())


def test_a_moved_day_of_a_private_series_is_private_too() -> None:
    series = event("CLASS:PRIVATE", "RRULE:FREQ=DAILY;COUNT=2")
    moved = event("RECURRENCE-ID:20240611T090000Z", start="DTSTART:20240611T150000Z")
    assert {(piece.left_out, piece.subject) for piece in told(series, moved) if isinstance(piece, Piece)} == {
        ("private", "")
    }


def test_who_declined_and_rooms_were_not_there() -> None:
    declined = "ATTENDEE;PARTSTAT=DECLINED:mailto:ben@acme.example"
    room = "ATTENDEE;CUTYPE=ROOM:mailto:room1@acme.example"
    host = "ORGANIZER:mailto:ben@acme.example"
    [piece] = told(event(declined, room, host))
    assert isinstance(piece, Piece)
    assert [one.email for one in piece.people] == ["olga@supplier.example", "lin@acme.example"]


def test_an_address_that_stands_in_a_parameter_is_read() -> None:
    [piece] = told(event('ATTENDEE;CN=Ben;EMAIL=ben@acme.example:/o=ExchangeLabs/cn="x"'))
    assert isinstance(piece, Piece)
    assert piece.people[-1].email == "ben@acme.example"


def test_ten_thousand_participants_are_an_audience() -> None:
    crowd = [f"ATTENDEE:mailto:p{number}@acme.example" for number in range(10_000)]
    [piece] = told(event(*crowd))
    assert isinstance(piece, Piece)
    assert (piece.left_out, len(piece.people)) == ("mass", 10_002)


def test_a_script_and_line_ends_in_a_subject_are_text() -> None:
    [piece] = told(event("SUMMARY:<script>alert(1)</script>\\nBcc: x@y.example").replace("SUMMARY:Review\n", ""))
    assert isinstance(piece, Piece)
    assert piece.subject == "<script>alert(1)</script> Bcc: x@y.example"


@pytest.mark.parametrize("text", [b"", b"\n\n", b"hello", b"PK\x03\x04", b"\xff\xfe\x00\x01", b"BEGIN:VEVENT\nUID:1\n"])
def test_a_file_that_is_no_calendar_is_refused(text: bytes) -> None:
    with pytest.raises(InvalidInput) as error:
        list(read_calendar(text.splitlines(keepends=True), WINDOW))
    assert error.value.code == "calendar_broken"


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        ("BEGIN:VEVENT\nUID:x\nEND:VEVENT", "event_broken"),
        ("BEGIN:VEVENT\nUID:x\nDTSTART:99999999T999999\nEND:VEVENT", "event_broken"),
        ("BEGIN:VEVENT\nUID:x\nnonsense without a colon\nBEGIN:VALARM\nEND:VEVENT", "event_broken"),
        ("BEGIN:VEVENT\nUID:x\nDTSTART:00010101T000000Z\nEND:VEVENT", "event_date"),
        (event("RRULE:FREQ=SECONDLY", uid="x"), "event_rule"),
        (event("RRULE:FREQ=DAILY;BYHOUR=1,2,3", uid="x"), "event_rule"),
        (event("RRULE:FREQ=DAILY;INTERVAL=0", uid="x"), "event_rule"),
        (event("RDATE:20240601T000000Z,nonsense", uid="x"), "event_broken"),
        (event("X-LONG:" + "x" * 3_000_000, uid="x"), "event_broken"),
    ],
    ids=["no start", "no date", "unclosed", "year 1", "secondly", "hours", "interval", "dates", "3 MB"],
)
def test_a_broken_event_is_a_problem_and_the_rest_goes_on(broken: str, code: str) -> None:
    assert codes(broken, event()) == [code]
    assert "2024-06-10 09:00" in starts(broken, event())


def test_a_file_that_ends_in_the_middle_keeps_what_was_whole() -> None:
    text = f"BEGIN:VCALENDAR\n{event()}\nBEGIN:VEVENT\nUID:two\nDTSTART:2024"
    found = list(read_calendar(text.encode().splitlines(keepends=True), WINDOW))
    assert [type(one) for one in found] == [Problem, Piece]


@pytest.mark.parametrize(
    "never",
    ["FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31", "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=9"],
)
def test_a_rule_that_matches_no_day_ends(never: str) -> None:
    assert starts(event(f"RRULE:{never}", start="DTSTART:19000101T090000Z")) == []


def test_more_days_than_a_series_can_have_are_a_problem() -> None:
    many = ",".join(f"{datetime(2022, 1, 1) + timedelta(hours=hour):%Y%m%dT%H%M%SZ}" for hour in range(2_100))  # noqa: DTZ001
    assert MOST_OCCURRENCES < 2_100
    assert codes(event(f"RDATE:{many}")) == ["event_occurrences"]


def test_a_zone_that_turns_each_second_is_not_followed() -> None:
    hostile = ODD.replace("FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU", "FREQ=SECONDLY")
    assert codes(hostile, event(start="DTSTART;TZID=Our office:20240610T090000")) == ["event_zone"]


days = st.lists(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), min_size=1, max_size=3, unique=True)
rules = st.one_of(
    st.builds("FREQ=DAILY;INTERVAL={}".format, st.integers(1, 9)),
    st.builds("FREQ=DAILY;BYDAY={}".format, days.map(",".join)),
    st.builds(
        "FREQ=WEEKLY;INTERVAL={};BYDAY={};WKST={}".format,
        st.integers(1, 4),
        days.map(",".join),
        st.sampled_from(["MO", "SU"]),
    ),
    st.builds("FREQ=WEEKLY;INTERVAL={}".format, st.integers(1, 4)),
    st.builds("FREQ=MONTHLY;BYMONTHDAY={},{}".format, st.integers(1, 31), st.integers(-31, -1)),
    st.builds("FREQ=MONTHLY;INTERVAL={};BYDAY={}{}".format, st.integers(1, 5), st.integers(-4, -1), days.map("".join)),
    st.builds("FREQ=MONTHLY;BYDAY={};BYSETPOS={}".format, days.map(",".join), st.sampled_from([-2, -1, 1, 2])),
    st.builds("FREQ=MONTHLY;INTERVAL={}".format, st.integers(1, 12)),
    st.builds("FREQ=YEARLY;BYMONTH={};BYDAY={}MO".format, st.integers(1, 12), st.integers(-3, -1)),
    st.builds("FREQ=YEARLY;BYYEARDAY={},{}".format, st.integers(1, 366), st.integers(-366, -1)),
    st.builds("FREQ=YEARLY;INTERVAL={}".format, st.integers(1, 3)),
).filter(lambda text: "MOTU" not in text)
ends = st.one_of(st.just(""), st.builds(";COUNT={}".format, st.integers(1, 40)), st.just(";UNTIL=20231231T235959"))


@given(
    text=rules,
    end=ends,
    start=st.datetimes(datetime(2018, 1, 1), datetime(2023, 6, 1)).map(lambda at: at.replace(microsecond=0)),  # noqa: DTZ001
)
def test_the_days_of_a_series_are_those_of_dateutil(text: str, end: str, start: datetime) -> None:
    if text.count("BYDAY=-") and len(text.rpartition("BYDAY=-")[2]) > 3 and "YEARLY" not in text:
        text = text[: text.rindex("BYDAY=-") + 10]
    parts = dict(piece.split("=") for piece in f"{text}{end}".split(";"))
    since, until = datetime(2022, 1, 1), datetime(2024, 6, 30)  # noqa: DTZ001
    values = {name: value.split(",") for name, value in parts.items() if name != "UNTIL"}
    if "UNTIL" in parts:
        values["UNTIL"] = [datetime(2023, 12, 31, 23, 59, 59)]  # type: ignore[list-item] # noqa: DTZ001
    ours = list(occurrences(rule(values, start), start, since=since, until=until))
    assert ours == rrulestr(f"{text}{end}", dtstart=start).between(since, until, inc=True)
