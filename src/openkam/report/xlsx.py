"""A report as a workbook: one sheet per table, real numbers, no text that a spreadsheet could run."""

import io
import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import IO, Any

import xlsxwriter

from openkam.report.document import Cell, Column, Report, Table

FORMATS = {"money": "#,##0.00", "number": "#,##0.####", "percent": "0.0%", "date": "yyyy-mm-dd"}
LONGEST_TEXT = 32_767
#: What one sheet can hold, its heading not counted.
MOST_ROWS = 1_048_575


def render(report: Report) -> bytes:
    """The workbook's bytes. Text is written as text, so that a name like "=1+1" stays a name.

    >>> render(Report("Whale", (), (Table("T", (Column("A"),), (("=1+1",),)),)))[:2]
    b'PK'
    """
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "remove_timezone": True})
    formats = {kind: book.add_format({"num_format": pattern}) for kind, pattern in FORMATS.items()}
    formats["head"] = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
    _basis(book, report, formats)
    taken: set[str] = {"about"}
    for table in report.tables:
        _sheet(book.add_worksheet(_sheet_name(table.title, taken)), table, formats)
    book.close()
    return stream.getvalue()


def _sheet_name(title: str, taken: set[str]) -> str:
    """At most 31 characters, none of []:*?/\\, unique without regard to case."""
    base = re.sub(r"[\[\]:*?/\\']", " ", title).strip()[:28] or "Sheet"
    name, number = base, 2
    while name.casefold() in taken:
        name, number = f"{base} {number}"[:31], number + 1
    taken.add(name.casefold())
    return name


def _basis(book: Any, report: Report, formats: dict[str, Any]) -> None:
    sheet = book.add_worksheet("About")
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 60)
    sheet.write_string(0, 0, report.title, formats["head"])
    for row, (name, value) in enumerate(report.basis, start=1):
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, value)


def _sheet(sheet: Any, table: Table, formats: dict[str, Any]) -> None:
    for index, column in enumerate(table.columns):
        sheet.set_column(index, index, 14 if column.kind != "text" else 28)
        sheet.write_string(0, index, column.title, formats["head"])
    sheet.freeze_panes(1, 1)
    for number, row in enumerate(table.rows, start=1):
        for index, (cell, column) in enumerate(zip(row, table.columns, strict=True)):
            _write(sheet, (number, index), cell, (column, formats))
    if table.note:
        sheet.write_string(len(table.rows) + 2, 0, table.note)


def _write(sheet: Any, place: tuple[int, int], cell: Cell, style: tuple[Column, dict[str, Any]]) -> None:
    column, formats = style
    if cell is None:
        return
    if column.kind == "date":
        sheet.write_datetime(*place, cell, formats["date"])
    elif isinstance(cell, str):
        sheet.write_string(*place, cell[:LONGEST_TEXT])
    else:
        sheet.write_number(*place, cell, formats.get(column.kind))


def stream(file: IO[bytes], rows: Iterable[Sequence[Cell]], about: Iterable[Sequence[Cell]] = ()) -> None:
    """Rows of any number into one sheet of a file open for writing; the first row is the heading.

    Each cell is written by its type; text is never run. Rows beyond what a sheet can hold are left out.
    `about` goes to a second sheet, where there is any.

    >>> stream(target := io.BytesIO(), [["Account", "Revenue"], ["=1+1", 5]])
    >>> target.getvalue()[:2]
    b'PK'
    """
    with xlsxwriter.Workbook(file, {"constant_memory": True, "remove_timezone": True}) as book:
        formats = {"head": book.add_format({"bold": True}), "money": book.add_format({"num_format": "#,##0.00##"})}
        formats["date"] = book.add_format({"num_format": FORMATS["date"]})
        sheets = [rows, about] if (about := list(about)) else [rows]
        for each in sheets:
            sheet = book.add_worksheet()
            sheet.set_column(0, 0, 40)
            sheet.freeze_panes(1, 1)
            for number, row in zip(range(MOST_ROWS + 1), each, strict=False):
                _write_row(sheet, number, row, formats)


def _write_row(sheet: Any, number: int, row: Sequence[Cell], formats: dict[str, Any]) -> None:
    for column, cell in enumerate(row):
        if cell is None or cell == "":
            continue
        if isinstance(cell, Decimal):
            sheet.write_number(number, column, cell, formats["money"])
        elif isinstance(cell, int | float):
            sheet.write_number(number, column, cell)
        elif isinstance(cell, date):
            sheet.write_datetime(number, column, cell, formats["date"])
        else:
            sheet.write_string(number, column, str(cell)[:LONGEST_TEXT], formats["head"] if number == 0 else None)
