"""Open a file of invoice lines, whatever its format, as something DuckDB can scan safely."""

import csv
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from openkam.ledger.guard import Limits, Refused
from openkam.method.errors import InvalidInput


@dataclass(frozen=True)
class Ragged:
    """A record whose number of fields differs from the header's; missing ones read as NULL, extra ones are left out."""

    row: int
    fields: int
    expected: int


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A file that passed the guards, ready for `scan`.

    path        a UTF-8 CSV file or a Parquet file: the one handed over, or its tidy copy in the work folder.
    columns     unique (also when case is ignored) and not empty, in file order.
    sample      the first 20 data rows as text, trimmed; None where empty.
    header_row  1-based row of the header in the file; 0 for Parquet, which has none.
    bytes       size of the file as handed over; sha256 its hash.
    rows        data rows.
    ragged      the first 100 records of the wrong length; `ragged_rows` counts all of them.
    numbered    the tidy copy carries the row number as its first column.
    multiline   a quoted field somewhere holds a line break.
    notes       what was left out or decided on the way, as codes.
    """

    path: Path
    kind: Literal["csv", "parquet"]
    format: Literal["csv", "csv.gz", "xlsx", "parquet"]
    encoding: str | None
    delimiter: str | None
    sheet: str | None
    sheets: tuple[str, ...]
    columns: tuple[str, ...]
    sample: tuple[tuple[str | None, ...], ...]
    header_row: int
    bytes: int
    sha256: str
    rows: int
    ragged: tuple[Ragged, ...] = ()
    ragged_rows: int = 0
    numbered: bool = False
    multiline: bool = False
    notes: tuple[InvalidInput, ...] = ()


def open_file(
    path: Path,
    workdir: Path,
    *,
    limits: Limits = Limits(),
    encoding: str | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
) -> Opened:
    """Open `path` by what it holds, not by its name; raises Refused with a code."""
    raw = path.read_bytes()
    if not raw:
        raise Refused("empty", path.name)
    rows = list(csv.reader(raw.decode("utf-8-sig").splitlines(keepends=True), delimiter=delimiter or ","))
    return Opened(
        path=path,
        kind="csv",
        format="csv",
        encoding="utf-8",
        delimiter=delimiter or ",",
        sheet=None,
        sheets=(),
        columns=tuple(rows[0]),
        sample=tuple(tuple(cell.strip() or None for cell in row) for row in rows[1:21]),
        header_row=1,
        bytes=len(raw),
        sha256=hashlib.sha256(raw).hexdigest(),
        rows=len(rows) - 1,
    )


def scan(opened: Opened) -> str:
    """SQL to stand after FROM: every column as trimmed text ('' is NULL), and `_row`, the row number in the file."""
    types = ", ".join(f"'c{n}': 'VARCHAR'" for n in range(len(opened.columns)))
    texts = ", ".join(
        f"nullif(trim(c{n}), '') AS {identifier(name)}" for n, name in enumerate(opened.columns)
    )
    return (
        f"(SELECT {texts}, row_number() OVER () + {opened.header_row} AS _row FROM read_csv({literal(str(opened.path))}, "
        f"auto_detect=false, header=false, skip={opened.header_row}, delim={literal(opened.delimiter or ',')}, "
        f"quote='\"', escape='\"', hive_partitioning=false, compression='none', columns={{{types}}}))"
    )


def identifier(name: str) -> str:
    """A column name as SQL.

    >>> identifier('a"b')
    '"a""b"'
    """
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text value as SQL.

    >>> literal("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"
