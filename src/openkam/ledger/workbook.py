"""Read a sheet of an XLSX file, after a guard that never trusts what the file says about itself."""

import contextlib
import itertools
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

from openkam.ledger.guard import MIB, Limits, Refused

_CELL = re.compile(rb"(?<!xmlns:)\br\s*=\s*[\"']\s*\$?([A-Za-z]*)\$?(\d*)")
_ROW_TAG = re.compile(rb"<(?:[^\s<>/:]+:)?row(?=[\s/>])")
_CELL_TAG = re.compile(rb"<(?:[^\s<>/:]+:)?c(?=[\s/>])")
_COUNT = re.compile(rb"\b(?:unique)?count\s*=\s*[\"']\s*(\d{1,20})", re.IGNORECASE)
_HOSTILE = re.compile(rb"<!\s*(doctype|entity)", re.IGNORECASE)
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def check_workbook(path: Path, limits: Limits) -> None:
    """Refuse a workbook that would exhaust the reader: Refused("workbook_hostile" | "workbook_broken" | ...)."""
    try:
        with zipfile.ZipFile(path) as archive, path.open("rb") as file:
            entries = archive.infolist()
            _check_kind({entry.filename.lower().replace("\\", "/") for entry in entries})
            _check_entries(entries, limits)
            _check_parts(file, entries, limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise Refused("workbook_broken", path.name, because=str(error)) from None


def _check_kind(names: set[str]) -> None:
    if "[content_types].xml" in names and any(name.endswith("workbook.xml") for name in names):
        return
    kinds = {
        "xl/workbook.bin": "xlsb",
        "word/document.xml": "docx",
        "ppt/presentation.xml": "pptx",
        "content.xml": "ods",
    }
    raise Refused("format_unknown", found=next((kind for name, kind in kinds.items() if name in names), "zip"))


def _check_entries(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(entries) > limits.workbook_entries:
        raise _hostile("entries", len(entries), limits.workbook_entries)
    expanded = sum(entry.file_size for entry in entries)
    if expanded > limits.workbook_expanded:
        raise _hostile("expanded", expanded, limits.workbook_expanded)
    packed = max(sum(entry.compress_size for entry in entries), 1)
    if expanded > limits.workbook_ratio_from and expanded / packed > limits.workbook_ratio:
        raise _hostile("ratio", round(expanded / packed), limits.workbook_ratio)
    for entry in entries:
        if entry.flag_bits & 0x1:
            raise Refused("workbook_locked")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _hostile("compression", entry.compress_type, zipfile.ZIP_DEFLATED)


def _hostile(because: str, value: int, limit: int) -> Refused:
    return Refused("workbook_hostile", because=because, value=value, limit=limit)


def _check_parts(file: BinaryIO, entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    """Expand every part once, counting real bytes, and look at every tag of it whole."""
    budget = limits.workbook_expanded
    for entry in entries:
        bounds, waiting, seen = _Bounds(limits), b"", 0
        for piece in _inflate(file, entry):
            seen += len(piece)
            if seen > entry.file_size or seen > budget:
                raise _hostile("expanded", seen, min(entry.file_size, budget))
            _check_xml(piece, first=seen == len(piece))
            text = waiting + piece
            end = text.rfind(b">") + 1
            _check_tags(text[:end], entry, bounds)
            waiting = _unfinished(text[end:])
        _check_tags(waiting, entry, bounds)
        budget -= seen


def _unfinished(text: bytes) -> bytes:
    """The tag at the end of a piece, to be read with the next one; no honest tag is as long as a piece."""
    if len(text) <= MIB:
        return text
    if b"<" in text:
        raise _hostile("tag", len(text), MIB)
    return b""


def _check_tags(text: bytes, entry: zipfile.ZipInfo, bounds: "_Bounds") -> None:
    if _HOSTILE.search(text):
        raise Refused("workbook_hostile", because="doctype")
    _check_counts(text, entry)
    bounds.look(text)


def _check_xml(piece: bytes, *, first: bool) -> None:
    if first and piece.startswith(_UTF16):
        raise Refused("workbook_hostile", because="encoding")


def _check_counts(text: bytes, entry: zipfile.ZipInfo) -> None:
    """A list that claims more members than its part has bytes: the reader would make room for all of them."""
    claimed = max((int(count) for count in set(_COUNT.findall(text))), default=0)
    if claimed > entry.file_size:
        raise _hostile("count", claimed, entry.file_size)


class _Bounds:
    """The rectangle that one part spans, by references and by tags: the reader asks for all of it at once.

    A row or a cell without a reference follows the one before, so both are counted as well.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits, self.row, self.column = limits, 0, 0
        self.inside, self.down, self.across = False, 0, 0

    def look(self, text: bytes) -> None:
        self.inside = self.inside or b"sheetData" in text  # cells elsewhere are nobody's
        if not self.inside:
            return
        cells = set(_CELL.findall(text))
        if any(len(name) > 3 or len(row) > 9 for name, row in cells):
            raise _hostile("reference", 0, 0)
        self.row = max(self.row, *(int(row or b"0") for _, row in cells), 0)
        self.column = max(self.column, *(column_number(name) for name in {name for name, _ in cells}), 0)
        self._count(text)
        self._compare()

    def _count(self, text: bytes) -> None:
        first, *rows = (len(_CELL_TAG.findall(row)) for row in _ROW_TAG.split(text))
        self.across += first
        self.down += len(rows)
        self.column = max(self.column, self.across, *rows, 0)
        self.across = rows[-1] if rows else self.across
        self.row = max(self.row, self.down)

    def _compare(self) -> None:
        for because, value, limit in (
            ("rows", self.row, self.limits.workbook_rows),
            ("columns", self.column, self.limits.max_columns),
            ("cells", self.row * self.column, self.limits.workbook_cells),
        ):
            if value > limit:
                raise _hostile(because, value, limit)


def column_number(letters: bytes) -> int:
    """1 for A, 27 for AA; 0 for none.

    >>> column_number(b"XFD")
    16384
    """
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _inflate(file: BinaryIO, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The real bytes of a part: Python's zipfile stops at the size that the part claims, other readers do not."""
    file.seek(entry.header_offset + 26)
    sizes = file.read(4)
    file.seek(int.from_bytes(sizes[:2], "little") + int.from_bytes(sizes[2:], "little"), 1)
    unpack = zlib.decompressobj(-15) if entry.compress_type == zipfile.ZIP_DEFLATED else None
    left = entry.compress_size
    while left > 0 and (packed := file.read(min(left, MIB))):
        left -= len(packed)
        while packed and unpack and not unpack.eof:
            yield unpack.decompress(packed, MIB)
            packed = unpack.unconsumed_tail
        if unpack is None:
            yield packed
    while unpack and (rest := unpack.decompress(b"", MIB)):  # what a full piece held back
        yield rest


def sheet_names(path: Path) -> tuple[str, ...]:
    """Names of the sheets that hold cells, in order."""
    with _reading(path), CalamineWorkbook.from_path(path) as book:
        return tuple(one.name for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet)


def sheet_rows(path: Path, sheet: str) -> Iterator[tuple[int, list[str]]]:
    """(row number as the sheet shows it, cells as text) of every row that holds something."""
    with _reading(path), CalamineWorkbook.from_path(path) as book:
        for number, row in enumerate(book.get_sheet_by_name(sheet).iter_rows(), start=1):
            cells = [cell_text(value) for value in row]
            if any(cells):
                yield number, cells


class Rows:
    """Rows of a sheet, the first of them at hand."""

    def __init__(self, rows: Iterator[tuple[int, list[str]]], look: int) -> None:
        self.rest = rows
        self.head = list(itertools.islice(rows, look))

    def after(self, header: int) -> Iterator[tuple[int, list[str]]]:
        """The rows below the `header`-th of those that hold something; to be asked once."""
        return itertools.chain(self.head[header:], self.rest)


@contextlib.contextmanager
def _reading(path: Path) -> Iterator[None]:
    try:
        yield
    except PasswordError:
        raise Refused("workbook_locked", path.name) from None
    except CalamineError as error:
        raise Refused("workbook_broken", path.name, because=str(error)) from None


def cell_text(value: object) -> str:
    """A value as text that reads the same anywhere: ISO dates, numbers without exponent, whole ones without ".0".

    >>> cell_text(3.0), cell_text(1e-07), cell_text(datetime(2024, 1, 2)), cell_text(True)
    ('3', '0.0000001', '2024-01-02', 'true')
    """
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float() | Decimal():
            return number_text(value)
        case datetime():
            return moment_text(value)
    return value.isoformat() if isinstance(value, date | time) else str(value)


def number_text(value: float | Decimal) -> str:
    """The shortest text that means this number; "" when it is none."""
    exact = Decimal(repr(value)) if isinstance(value, float) else value
    if not exact.is_finite():
        return "" if exact.is_nan() else str(value)
    text = f"{exact:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def moment_text(value: datetime) -> str:
    """ISO date, with the time to the second where there is one: a sheet stores times as rounded fractions of a day."""
    if value.tzinfo is not None:
        value = value.astimezone(UTC).replace(tzinfo=None)
    rounded = (value + timedelta(microseconds=500_000)).replace(microsecond=0)
    return rounded.date().isoformat() if rounded.time() == time() else rounded.isoformat(sep=" ")
