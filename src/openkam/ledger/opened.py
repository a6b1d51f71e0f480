"""What opening a file gives, and what it was asked for."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from uuid import uuid4

from openkam.ledger.guard import Limits
from openkam.ledger.tidy import SAMPLE_ROWS, Ragged
from openkam.method.errors import InvalidInput

__all__ = ["SAMPLE_ROWS", "Job", "Opened"]


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A file that passed the guards, ready for `scan`.

    path        a UTF-8 CSV file or a Parquet file: the one handed over, or a copy in the work folder.
    columns     unique (also when case is ignored) and not empty, in file order.
    sample      the first 20 data rows as trimmed text; None where empty.
    header_row  1-based row of the header in the file; 0 for Parquet, which has none.
    bytes       size of the file as handed over; sha256 its hash, hexadecimal.
    rows        data rows; rows without any text are not counted.
    ragged      the first 100 records of the wrong length; `ragged_rows` counts all of them.
    numbered    the copy carries the row number as its first column and has no header.
    multiline   a quoted field somewhere holds a line break.
    places      Parquet: (place in the file, kind) of each column; width: columns in the file itself.
    longest     bytes of the longest record, 0 where that means nothing.
    crlf        lines end with carriage return and line feed.
    blanks      around values there are blanks other than spaces; padded: there may be any at all.
    notes       what was left out or decided on the way, as codes: "column_left_out", "header_like_data".
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
    places: tuple[tuple[int, str], ...] = ()
    width: int = 0
    longest: int = 0
    crlf: bool = False
    blanks: bool = False
    padded: bool = True
    notes: tuple[InvalidInput, ...] = ()


@dataclass(frozen=True)
class Job:
    """What `open_file` was asked for."""

    path: Path
    workdir: Path
    limits: Limits
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None

    def target(self) -> Path:
        """A new name in the work folder, plain enough for any engine."""
        self.workdir.mkdir(parents=True, exist_ok=True)
        return self.workdir / f"openkam-{uuid4().hex}.csv"
