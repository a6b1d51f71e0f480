"""What a file may cost before it is refused: sizes, ratios, columns. Nothing here reads a file."""

from dataclasses import dataclass

from openkam.method.errors import InvalidInput

MIB = 1024 * 1024
GIB = 1024 * MIB


class Refused(InvalidInput):
    """A file that is not read; `code` says why, `values` what a person needs to mend it.

    Codes: "empty", "too_large", "expands_too_far", "too_many_columns", "too_many_rows", "line_too_long",
    "quote_open", "encoding", "encoding_unknown", "binary", "format_unknown" (values: found), "xls_legacy",
    "workbook_locked", "workbook_hostile", "workbook_broken", "sheet_unknown", "gzip_broken", "parquet_broken",
    "column_reserved", "delimiter_unknown".

    >>> Refused("too_large", "invoices.csv", bytes=3, limit=2).code
    'too_large'
    """


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Bounds that hold before and while a file is read; every one can be set.

    max_bytes         the file as handed over, bytes.
    max_expanded      a gzip file after expansion, a text after transcoding, a Parquet file in memory, bytes.
    gzip_ratio        expanded / packed, applied above `gzip_ratio_from` expanded bytes.
    workbook_*        an XLSX file: entries of the zip, expanded bytes, ratio above `workbook_ratio_from`,
                      rows, and cells of the smallest rectangle that holds them all.
    max_columns       columns of any table; max_rows of a Parquet file.
    max_line_bytes    one record of a text file, bytes.

    >>> Limits(max_columns=20).max_columns
    20
    """

    max_bytes: int = 2 * GIB
    max_expanded: int = 20 * GIB
    gzip_ratio: int = 250
    gzip_ratio_from: int = 64 * MIB
    workbook_entries: int = 2_000
    workbook_expanded: int = 200 * MIB
    workbook_ratio: int = 100
    workbook_ratio_from: int = 10 * MIB
    workbook_rows: int = 1_048_576
    workbook_cells: int = 10_000_000
    max_columns: int = 500
    max_rows: int = 2_000_000_000
    max_line_bytes: int = MIB
