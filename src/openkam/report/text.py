"""A report for a terminal: aligned columns, wide characters counted as two, missing figures as a dash."""

import unicodedata
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from openkam.report.document import Cell, Column, Report, Table

MISSING = "–"
WIDEST = 40


def width(text: str) -> int:
    """Columns that a text takes in a terminal.

    >>> width("Acme"), width("台積")
    (4, 4)
    """
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


def shown(cell: Cell, column: Column) -> str:
    """A cell as people read it: money in whole units, percent with one place, control characters gone.

    >>> shown(Decimal("1234.5"), Column("Revenue", "money")), shown(0.125, Column("Share", "percent"))
    ('1,235', '12.5 %')
    """
    if cell is None:
        return MISSING
    if column.kind == "percent":
        return f"{float(str(cell)) * 100:,.1f} %"
    if column.kind == "money":
        return f"{Decimal(str(cell)).quantize(Decimal(1), ROUND_HALF_UP):,}"
    if column.kind == "number" and isinstance(cell, int):
        return f"{cell:,}"
    return "".join(char for char in str(cell) if char.isprintable())


def render(report: Report) -> str:
    """The whole report as text, ending with a newline.

    >>> print(render(Report("Whale", (("File", "a.csv"),), (Table("T", (Column("A"),), (("x",),)),))))
    Whale
    File: a.csv
    <BLANKLINE>
    T
    A
    -
    x
    <BLANKLINE>
    """
    head = [report.title, *(f"{name}: {value}" for name, value in report.basis)]
    return "\n".join([*head, *(line for table in report.tables for line in ("", *_lines(table)))]) + "\n"


def _lines(table: Table) -> Iterator[str]:
    cells = [[shown(cell, column) for cell, column in zip(row, table.columns, strict=True)] for row in table.rows]
    titles = [column.title for column in table.columns]
    widths = [min(WIDEST, max(width(row[i]) for row in [titles, *cells])) for i in range(len(titles))]
    yield table.title
    yield _line(titles, widths, table)
    yield "  ".join("-" * size for size in widths)
    for row in cells:
        yield _line(row, widths, table)
    if table.note:
        yield table.note


def _line(cells: list[str], widths: list[int], table: Table) -> str:
    parts = []
    for text, size, column in zip(cells, widths, table.columns, strict=True):
        fitted = _fitted(text, size)
        gap = " " * (size - width(fitted))
        parts.append(gap + fitted if column.is_numeric else fitted + gap)
    return "  ".join(parts).rstrip()


def _fitted(text: str, size: int) -> str:
    if width(text) <= size:
        return text
    kept = ""
    for char in text:
        if width(kept + char) > size - 1:
            break
        kept += char
    return kept + "…"
