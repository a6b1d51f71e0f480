"""What a report is made of: frozen values that a writer turns into a workbook, a text or a CSV."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

Cell = str | int | float | Decimal | date | None
Kind = Literal["text", "money", "number", "percent", "date"]


@dataclass(frozen=True)
class Column:
    """A column's title and how its cells read; percent cells are fractions (0.125 is 12.5 %).

    >>> Column("Revenue", "money").is_numeric
    True
    """

    title: str
    kind: Kind = "text"

    @property
    def is_numeric(self) -> bool:
        return self.kind in {"money", "number", "percent"}


@dataclass(frozen=True)
class Table:
    """Rows under columns; None is "not known" and stays empty, never zero.

    Raises ValueError when a row has more or fewer cells than there are columns.

    >>> Table("Years", (Column("Year"), Column("Revenue", "money")), ((2013, None),)).rows
    ((2013, None),)
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"ragged table: {self.title}")


@dataclass(frozen=True)
class Report:
    """A title, what it rests on (file, import, date, rule), and tables in reading order."""

    title: str
    basis: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]
