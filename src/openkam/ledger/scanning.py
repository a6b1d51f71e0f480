"""The SQL that reads an opened file: text columns and the number of each row, nothing left to chance."""

import re

from openkam.ledger.dialect import BLANKS
from openkam.ledger.mapping import joined_columns
from openkam.ledger.opened import Opened
from openkam.ledger.parquet import text_sql

_ENGINE_LINE = 2_000_000  # DuckDB's own bound on one record, bytes


def scan(opened: Opened) -> str:
    """SQL to stand after FROM: every column as trimmed text (blank is NULL), and `_row` BIGINT.

    `_row` is the 1-based row in the file, the header and titles counted, as a spreadsheet shows it; a quoted
    line break makes no new row. Rows come in file order. Path and names are quoted, wildcards in a file name
    mean themselves, and nothing is detected again.
    """
    return f"({_parquet(opened) if opened.kind == 'parquet' else _csv(opened)})"


def _csv(opened: Opened) -> str:
    places = range(len(opened.columns))
    texts = [f"{_trimmed(opened, f'c{n}')} AS {identifier(opened.columns[n])}" for n in places]
    number = "n" if opened.numbered else f"row_number() OVER () + {opened.header_row}"
    types = [f"'c{n}': 'VARCHAR'" for n in places]
    if opened.numbered:
        types.insert(0, "'n': 'BIGINT'")
    options = {
        "auto_detect": "false",
        "header": "false",
        "skip": "0" if opened.numbered else str(opened.header_row),
        "delim": literal("," if opened.numbered else opened.delimiter or ","),
        "quote": "'\"'",
        "escape": "'\"'",
        "compression": "'none'",
        "nullstr": "''",
        "allow_quoted_nulls": "true",
        "hive_partitioning": "false",
        "strict_mode": "true",
        "parallel": "false" if opened.multiline else "true",
        "max_line_size": str(max(_ENGINE_LINE, 2 * opened.longest)),
        "columns": "{" + ", ".join(types) + "}",
    }
    if not opened.crlf:  # told, or a carriage return inside quotes passes for the end of a line
        options["new_line"] = r"'\n'"
    given = ", ".join(f"{name}={value}" for name, value in options.items())
    return f"SELECT {', '.join(texts)}, {number} AS _row FROM read_csv({_path(opened)}, {given})"


def _trimmed(opened: Opened, column: str) -> str:
    if opened.numbered:
        return column  # the copy was trimmed when it was written
    if opened.blanks or opened.multiline:
        return f"nullif(trim({column}, {literal(BLANKS)}), '')"
    return f"nullif(trim({column}), '')" if opened.padded else column


def _parquet(opened: Opened) -> str:
    pairs = zip(opened.columns, opened.places, strict=True)
    texts = ", ".join(
        f"nullif(trim({text_sql(kind, f'c{at}')}, {literal(BLANKS)}), '') AS {identifier(name)}"
        if kind == "text"
        else f"{text_sql(kind, f'c{at}')} AS {identifier(name)}"
        for name, (at, kind) in pairs
    )
    names = ", ".join(f"c{n}" for n in range(opened.width))
    source = f"read_parquet({_path(opened)}, file_row_number=true, hive_partitioning=false) AS t({names}, n)"
    return f"SELECT {texts}, n + 1 AS _row FROM {source}"


def _path(opened: Opened) -> str:
    """The path as SQL, its wildcards made harmless."""
    return literal(re.sub(r"([*?\[])", r"[\1]", str(opened.path)))


def scan_joined(lines: Opened, header: Opened, lines_key: str, header_key: str) -> str:
    """Like `scan(lines)`, each line with its document's columns under the names of `joined_columns`.

    A line without a header keeps NULLs; of two headers with one key the first counts.
    """
    extra = ", ".join(
        f"h.{identifier(name)} AS {identifier(joined)}"
        for joined, name in joined_columns(lines.columns, header.columns)
    )
    key = identifier(header_key)
    first = f"SELECT * FROM {scan(header)} QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY _row) = 1"
    return f"(SELECT l.*, {extra} FROM {scan(lines)} l LEFT JOIN ({first}) h ON l.{identifier(lines_key)} = h.{key})"


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
