"""Tables to take away: CSV and XLSX, dated, and harmless in a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone

FORMULA = ("=", "+", "-", "@", "\t", "\r")


class _Echo:
    def write(self, text: str) -> str:
        return text


def plain(value: Any) -> Any:
    """A value for CSV; text that a spreadsheet would run as a formula gets an apostrophe.

    >>> plain("=1+1"), plain(-3), plain(None)
    ("'=1+1", -3, '')
    """
    if value is None:
        return ""
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value.isoformat() if isinstance(value, date | datetime) else value


def dated(name: str, kind: str) -> str:
    return f"{name}-{timezone.localdate().isoformat()}.{kind}"


def csv_stream(name: str, header: Sequence[Any], rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    """Rows as they come, in UTF-8 with the mark that spreadsheets look for."""
    writer = csv.writer(_Echo())

    def pieces() -> Iterator[str]:
        yield "\ufeff"
        yield writer.writerow([plain(str(cell)) for cell in header])
        for row in rows:
            yield writer.writerow([plain(cell) for cell in row])

    return StreamingHttpResponse(
        pieces(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{dated(name, "csv")}"'},
    )


def xlsx(name: str, header: Sequence[Any], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """One sheet; nothing in it is a formula or a link."""
    memory = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(memory, options) as book:
        sheet = book.add_worksheet(name[:31])
        money, day = book.add_format({"num_format": "#,##0.00##"}), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, [str(cell) for cell in header], book.add_format({"bold": True}))
        sheet.freeze_panes(1, 0)
        for place, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                _write(sheet, (place, column), cell, money if isinstance(cell, Decimal) else day)
    return HttpResponse(
        memory.getvalue(),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        headers={"Content-Disposition": f'attachment; filename="{dated(name, "xlsx")}"'},
    )


def _write(sheet: Any, place: tuple[int, int], cell: Any, style: Any) -> None:
    if isinstance(cell, Decimal):
        sheet.write_number(*place, cell, style)
    elif isinstance(cell, date):
        sheet.write_datetime(*place, cell, style)
    elif cell is not None:
        sheet.write(*place, cell)
