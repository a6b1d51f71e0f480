"""How a text table is written: delimiter, header row, names of the columns."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from openkam.ledger.guard import Limits, Refused

DELIMITERS = (",", ";", "\t", "|", "^", "~", "\x1f", ":")
BLANKS = " \t\r\n\v\f\u00a0\u2007\u202f\u3000\ufeff"
_NUMBER = re.compile(r"^[-+(]?[\d.,'\s/:%-]*\d[\d.,'\s/:%)-]*$")
_LOOK = 200

Row = Sequence[str]


@dataclass(frozen=True)
class Dialect:
    """Delimiter; 1-based header row; column names; whether a `sep=` line or the like makes a tidy copy due."""

    delimiter: str
    header_row: int
    columns: tuple[str, ...]


def detect_dialect(text: str, delimiter: str | None, limits: Limits) -> Dialect:
    """The dialect of the text at the head of a file; Refused("empty") when there is nothing in it."""
    told = _told(text)
    rows = records(text.split("\n", 1)[1] if told and "\n" in text else text, ",", 1)
    if not any(cell.strip(BLANKS) for row in records(text, ",", _LOOK) for cell in row) or (told and not rows):
        raise Refused("empty")
    delimiter = delimiter or told or _likeliest(text)
    table = records(text, delimiter, _LOOK)
    if told:
        table[0] = []
    header_row = find_header(table)
    return Dialect(delimiter, header_row, name_columns(table, header_row, limits))


def records(text: str, delimiter: str, count: int) -> list[list[str]]:
    """The first records of a text; blank lines are empty lists."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=delimiter != "\t")
    rows: list[list[str]] = []
    try:
        for row in reader:
            rows.append(row)
            if len(rows) == count:
                break
    except csv.Error:  # a field of more than 128 KiB: an open quote, which the survey will name
        pass
    return rows


def _told(text: str) -> str | None:
    """The delimiter that a first line `sep=;` names, as Excel writes and reads it."""
    found = re.match(r"\ufeff?\"?sep=(.)\"?\r?(\n|$)", text, re.IGNORECASE)
    return found[1] if found else None


def _likeliest(text: str) -> str:
    """Times and ratios hold colons too, so a colon must also have a row of names to be believed."""
    fits = {delimiter: _fit(text, delimiter) for delimiter in DELIMITERS}
    best = max(fits, key=lambda delimiter: fits[delimiter])
    return best if fits[best][0] >= (1.2 if best == ":" else 0.6) else ","


def _fit(text: str, delimiter: str) -> tuple[float, int]:
    """How well a delimiter explains a text: share of records of one width, led by a row of names."""
    rows = [row for row in records(text, delimiter, _LOOK) if row]
    widths = Counter(len(row) for row in rows if len(row) > 1)
    if not widths:
        return (0.0, 0)
    width, times = max(widths.items(), key=lambda item: (item[1], item[0]))
    first = next(row for row in rows if len(row) == width)
    return (times / len(rows) + (0.5 if _names(first) else 0.0), width)


def _names(row: Row) -> bool:
    filled = [cell for cell in row if cell.strip(BLANKS)]
    return bool(filled) and sum(bool(_NUMBER.match(cell.strip(BLANKS))) for cell in filled) * 2 < len(filled)


def find_header(rows: Sequence[Row]) -> int:
    """The 1-based row of the header: the first that is filled like the table, so that titles above it are passed.

    >>> find_header([["Sales 2024"], [], ["customer", "date", "amount"], ["A", "2024-01-01", "5"]])
    3
    """
    filled = [sum(bool(cell.strip(BLANKS)) for cell in row) for row in rows[:60]]
    times = Counter(count for count in filled if count)
    usual = max(times, key=lambda count: (times[count], count), default=0)
    likely = [at for at, count in enumerate(filled) if count and count >= 0.6 * usual]
    if not likely:
        raise Refused("empty")
    first = likely[0]
    if filled[first] < usual and not _names(rows[first]):  # "from, 2024": a second title
        first = next((at for at in likely if filled[at] > filled[first] and _names(rows[at])), first)
    return first + 1


def name_columns(rows: Sequence[Row], header_row: int, limits: Limits) -> tuple[str, ...]:
    """Unique names for the columns: "column 3" for an empty header, "name (2)" for a repeated one."""
    header, body = rows[header_row - 1], rows[header_row : header_row + 100]
    width = max([_extent(header), *(_usual(body))])
    if width > limits.max_columns:
        raise Refused("too_many_columns", columns=width, limit=limits.max_columns)
    return unique_names([*header, *[""] * width][:width])


def _extent(row: Row) -> int:
    return max((at for at, cell in enumerate(row, start=1) if cell.strip(BLANKS)), default=0)


def _usual(body: Sequence[Row]) -> list[int]:
    """The width that at least half of the rows reach: one long row makes no column."""
    extents = sorted((_extent(row) for row in body if row), reverse=True)
    return [extents[len(extents) // 2]] if extents else []


def looks_like_data(names: Sequence[str]) -> bool:
    """Whether a header reads like a row of values: the file may have no header.

    >>> looks_like_data(["10248", "1996-07-04", "VINET"]), looks_like_data(["order", "date", "2024"])
    (True, False)
    """
    return bool(names) and not _names(names)


def unique_names(header: Iterable[str], reserved: Iterable[str] = ("_row",)) -> tuple[str, ...]:
    """Names without blanks around, none empty, none twice, not even in another case.

    >>> unique_names(["Name", "", "name", "a  b"])
    ('Name', 'column 2', 'name (2)', 'a b')
    """
    taken = {name.casefold() for name in reserved}
    names = []
    for at, cell in enumerate(header, start=1):
        name = base = " ".join(cell.replace("\0", "").strip(BLANKS).split())[:200] or f"column {at}"
        number = 2
        while name.casefold() in taken:
            name, number = f"{base} ({number})", number + 1
        taken.add(name.casefold())
        names.append(name)
    return tuple(names)
