"""Tables as files. Each says which import it is of and when it was made; text that would run is disarmed."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from openkam.web.ledgers.models import Import

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LARGEST_SHEET = 1_048_000  # a worksheet has 1,048,576 rows
RUNS = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True)
class Table:
    """What is written: a name for the file, headings, rows, and sentences about the rule behind them."""

    name: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Any]]
    about: Sequence[tuple[str, Any]] = ()


def provenance() -> list[tuple[str, str]]:
    """Which import the figures come from, and when this file was made."""
    imported = Import.objects.filter(state=Import.State.IMPORTED).order_by("-accepted_at", "-pk").first()
    made = localtime().strftime("%Y-%m-%d %H:%M")
    accepted = localtime(imported.accepted_at).date().isoformat() if imported and imported.accepted_at else ""
    return [
        (_("Exported"), made),
        (_("Latest import"), imported.batch_id if imported else ""),
        (_("Imported"), accepted),
    ]


def export(table: Table, kind: str) -> HttpResponse | StreamingHttpResponse:
    """The table as a download of this kind: "csv" or "xlsx"."""
    writers = {"csv": _csv_response, "xlsx": _xlsx_response}
    if kind not in writers:
        raise Http404
    response = writers[kind](table)
    response["Content-Disposition"] = f'attachment; filename="openkam-{table.name}.{kind}"'
    return response


def disarmed(value: Any) -> Any:
    """A text that would be taken for a formula gets an apostrophe in front; numbers stay numbers."""
    if isinstance(value, str):
        return "'" + value if value.startswith(RUNS) else value
    return "" if value is None else value


class _Echo:
    def write(self, text: str) -> str:
        return text


def _csv_response(table: Table) -> StreamingHttpResponse:
    return StreamingHttpResponse(_csv_lines(table, provenance()), content_type="text/csv; charset=utf-8")


def _csv_lines(table: Table, origin: Sequence[tuple[str, str]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(
        [*table.headings, *(name for name, _value in origin)]
    )  # the mark tells Excel UTF-8
    tail = [value for _name, value in origin]
    for row in table.rows:
        yield writer.writerow([disarmed(value) for value in row] + tail)


def _xlsx_response(table: Table) -> HttpResponse:
    stream = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(stream, options) as book:
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, 0, 40)
        for column, heading in enumerate(table.headings):
            sheet.write_string(0, column, heading, bold)
        for number, row in zip(range(1, LARGEST_SHEET), table.rows, strict=False):
            _write_row(sheet, number, row)
        about = book.add_worksheet(_("About"))
        for number, pair in enumerate([*provenance(), *table.about]):
            _write_row(about, number, pair)
    return HttpResponse(stream.getvalue(), content_type=XLSX)


def _write_row(sheet: Any, number: int, row: Sequence[Any]) -> None:
    for column, value in enumerate(row):
        if isinstance(value, Decimal | int | float):
            sheet.write_number(number, column, value)
        elif isinstance(value, date | datetime):
            sheet.write_string(number, column, value.isoformat())
        elif value not in (None, ""):
            sheet.write_string(number, column, str(value)[:32_000])
