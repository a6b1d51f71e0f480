"""Tables as CSV for spreadsheets: UTF-8 with a mark, and no cell that a spreadsheet would run as a formula."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date

from openkam.report.document import Cell

BOM = "\ufeff"
#: A spreadsheet takes a text that begins with one of these for a formula.
RUNS = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe(cell: Cell) -> str:
    """A cell as CSV text: numbers as they are, dangerous text behind an apostrophe, missing as empty.

    >>> safe("=HYPERLINK(1)"), safe(-3), safe(None)
    ("'=HYPERLINK(1)", '-3', '')
    """
    if cell is None:
        return ""
    if isinstance(cell, str):
        return "'" + cell if cell.startswith(RUNS) else cell
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def lines(rows: Iterable[Iterable[Cell]]) -> Iterator[str]:
    """CSV text row by row, for streaming; the first piece carries the mark that Excel wants.

    >>> list(lines([["Name", "Revenue"], ["Acme", 5]]))
    ['\\ufeffName,Revenue\\r\\n', 'Acme,5\\r\\n']
    """
    mark = BOM
    for row in rows:
        text = io.StringIO()
        csv.writer(text).writerow([safe(cell) for cell in row])
        yield mark + text.getvalue()
        mark = ""
