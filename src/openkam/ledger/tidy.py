"""Rewrite a text table that no two readers agree on: one record a line, numbered, all of one width."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from openkam.ledger.dialect import BLANKS, Dialect
from openkam.ledger.guard import Limits, Refused

SAMPLE_ROWS = 20
NAMED = 100  # ragged records that are named; the rest is counted


@dataclass(frozen=True)
class Ragged:
    """A record with too few or too many fields: missing ones read as NULL, extra ones are left out."""

    row: int
    fields: int
    expected: int


@dataclass
class Tidy:
    """What the rewrite met: data rows, records of other lengths, line breaks inside a field."""

    rows: int = 0
    ragged: list[Ragged] = field(default_factory=list)
    ragged_rows: int = 0
    multiline: bool = False
    longest: int = 0
    sample: list[tuple[str | None, ...]] = field(default_factory=list)
    blanks: bool = False
    padded: bool = True
    crlf: bool = False
    numbered: bool = True

    def take(self, number: int, row: Sequence[str], width: int) -> Sequence[str]:
        """Note one data row and give it back trimmed and of the table's width."""
        cells = [cell.strip(BLANKS) for cell in fit(row, width)]
        self.rows += 1
        self.longest = max(self.longest, sum(map(len, cells)) * 4)
        if not self.multiline and any("\n" in cell or "\r" in cell for cell in cells):
            self.multiline = True
        if len(row) != width:
            self._note(number, row, width)
        if len(self.sample) < SAMPLE_ROWS:
            self.sample.append(tuple(cell or None for cell in cells))
        return cells

    def _note(self, number: int, row: Sequence[str], width: int) -> None:
        """Extra fields that are empty harm nobody: some programs end every line with a delimiter."""
        if len(row) > width and not any(cell.strip(BLANKS) for cell in row[width:]):
            return
        self.ragged_rows += 1
        if len(self.ragged) < NAMED:
            self.ragged.append(Ragged(number, len(row), width))


def rewrite_text(source: Path, target: Path, dialect: Dialect, limits: Limits) -> Tidy:
    """Rewrite UTF-8 text; Refused("line_too_long" | "quote_open") where one record never ends."""
    with source.open(encoding="utf-8-sig", newline="") as file:
        return write_rows(target, _records(file, dialect, limits), dialect)


def _records(lines: Iterable[str], dialect: Dialect, limits: Limits) -> Iterator[tuple[int, list[str]]]:
    """Records with their row number, the header's excluded."""
    feed = _Feed(lines, limits)
    skip = dialect.delimiter != "\t"
    reader = csv.reader(feed, delimiter=dialect.delimiter, skipinitialspace=skip)
    number = 0
    while True:
        feed.row, feed.size = number + 1, 0
        try:
            record = next(reader, None)
        except csv.Error as error:
            raise Refused("line_too_long", f"row {number + 1}", because=str(error)) from None
        if record is None:
            return
        number += 1
        if feed.ended:
            raise Refused("quote_open", f"row {number}")
        if number > dialect.header_row:
            yield number, record


class _Feed:
    """Lines for the reader, with a bound on one record and a note when it asks past the end."""

    def __init__(self, lines: Iterable[str], limits: Limits) -> None:
        self.lines, self.limit = iter(lines), limits.max_line_bytes
        self.row, self.size, self.ended = 1, 0, False

    def __iter__(self) -> "_Feed":
        return self

    def __next__(self) -> str:
        line = next(self.lines, None)
        if line is None:
            self.ended = True
            raise StopIteration
        self.size += len(line)
        if self.size > self.limit:
            code = "quote_open" if self.size > len(line) else "line_too_long"
            raise Refused(code, f"row {self.row}", limit=self.limit)
        return line


class _PlainEnds:
    """Ends rows with a line feed alone: the writer is told CR LF so that it quotes both characters in a cell."""

    def __init__(self, file: TextIO) -> None:
        self.file = file

    def write(self, row: str) -> int:
        return self.file.write(row.removesuffix("\r\n") + "\n")


def write_rows(target: Path, rows: Iterable[tuple[int, Sequence[str]]], dialect: Dialect) -> Tidy:
    """Write numbered rows as CSV without a header; on any failure the file is gone."""
    tidy = Tidy()
    try:
        with target.open("w", encoding="utf-8", newline="") as file:
            write = csv.writer(_PlainEnds(file)).writerow
            for number, row in rows:
                if any(cell.strip(BLANKS) for cell in row):
                    write([number, *tidy.take(number, row, len(dialect.columns))])
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return tidy


def fit(row: Sequence[str], width: int) -> list[str]:
    """A row of this many fields: missing ones empty, extra ones left out.

    >>> fit(["a"], 2), fit(["a", "b", "c"], 2)
    (['a', ''], ['a', 'b'])
    """
    return [*row[:width], *[""] * (width - len(row))]
