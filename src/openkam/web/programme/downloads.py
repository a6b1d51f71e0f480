"""Tables to take away, as CSV that streams and as a workbook made on disk: any number of rows in bounded memory."""

import tempfile
from collections.abc import Iterable, Sequence

from django.http import FileResponse, StreamingHttpResponse
from django.utils.timezone import localdate

from openkam.report import comma, xlsx
from openkam.report.document import Cell

Rows = Iterable[Sequence[Cell]]


def as_csv(name: str, rows: Rows) -> StreamingHttpResponse:
    """The first row is the heading. The file is called name-<today>.csv."""
    return StreamingHttpResponse(
        comma.lines(rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{_dated(name)}.csv"'},
    )


def as_xlsx(name: str, rows: Rows, about: Rows = ()) -> FileResponse:
    """The first row is the heading; `about` goes to a second sheet. The file is called name-<today>.xlsx."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    xlsx.stream(file, rows, about)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{_dated(name)}.xlsx")


def _dated(name: str) -> str:
    return f"{name}-{localdate().isoformat()}"
