"""Look at a Parquet file without reading it: columns, bounds, and its values as exact text."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from openkam.ledger.dialect import BLANKS, unique_names
from openkam.ledger.guard import Limits, Refused
from openkam.ledger.workbook import cell_text
from openkam.method.errors import InvalidInput


@dataclass(frozen=True)
class Leaf:
    """One flat column: its name for people, its place in the file, and how its values become text."""

    name: str
    at: int
    kind: str


@dataclass(frozen=True)
class Outline:
    """What the footer of a Parquet file says, checked."""

    leaves: tuple[Leaf, ...]
    width: int
    rows: int
    sample: tuple[tuple[str | None, ...], ...]
    notes: tuple[InvalidInput, ...]


def outline(path: Path, limits: Limits) -> Outline:
    """Check the footer and read the first rows; Refused("parquet_broken" | "too_many_columns" | ...)."""
    try:
        with pq.ParquetFile(path, memory_map=True) as file:
            _check(file.metadata, file.schema_arrow, limits)
            leaves, notes = _leaves(file.schema_arrow)
            return Outline(leaves, len(file.schema_arrow), file.metadata.num_rows, _sample(file, leaves), notes)
    except (pa.ArrowException, OSError, ValueError, KeyError) as error:
        if isinstance(error, Refused):
            raise
        raise Refused("parquet_broken", path.name, because=str(error)[:200]) from None


def _check(metadata: Any, schema: Any, limits: Limits) -> None:
    if max(metadata.num_columns, len(schema)) > limits.max_columns:
        raise Refused("too_many_columns", columns=metadata.num_columns, limit=limits.max_columns)
    if "file_row_number" in {name.casefold() for name in schema.names}:  # the engine's own name for it
        raise Refused("column_reserved", "file_row_number")
    if metadata.num_rows > limits.max_rows:
        raise Refused("too_many_rows", rows=metadata.num_rows, limit=limits.max_rows)
    expanded = sum(metadata.row_group(at).total_byte_size for at in range(metadata.num_row_groups))
    if expanded > limits.max_expanded:
        raise Refused("expands_too_far", bytes=expanded, limit=limits.max_expanded)


_KINDS: tuple[tuple[str, Callable[[Any], bool]], ...] = (
    ("text", lambda t: pa.types.is_string(t) or pa.types.is_large_string(t) or pa.types.is_string_view(t)),
    ("whole", lambda t: pa.types.is_integer(t) or pa.types.is_boolean(t)),
    ("real", pa.types.is_floating),
    ("decimal", pa.types.is_decimal),
    ("date", pa.types.is_date),
    ("moment", pa.types.is_timestamp),
    ("nothing", pa.types.is_null),
)


def _kind(type_: Any) -> str | None:
    inner = type_.value_type if pa.types.is_dictionary(type_) else type_
    return next((kind for kind, fits in _KINDS if fits(inner)), None)


def _leaves(schema: Any) -> tuple[tuple[Leaf, ...], tuple[InvalidInput, ...]]:
    """Flat columns by place; lists, structs and raw bytes are left out with a note."""
    names = unique_names(schema.names)
    kinds = [_kind(column.type) for column in schema]
    leaves = tuple(Leaf(name, at, kind) for at, (name, kind) in enumerate(zip(names, kinds, strict=True)) if kind)
    if not leaves:
        raise Refused("empty")
    left_out = (at for at, kind in enumerate(kinds) if kind is None)
    notes = tuple(InvalidInput("column_left_out", names[at], type=str(schema.field(at).type)) for at in left_out)
    return leaves, notes


def _sample(file: Any, leaves: tuple[Leaf, ...]) -> tuple[tuple[str | None, ...], ...]:
    batch = next(file.iter_batches(batch_size=20), None)
    if batch is None:
        return ()
    columns = [[_text(value) for value in batch.column(leaf.at).to_pylist()] for leaf in leaves]
    return tuple(zip(*columns, strict=True))


def _text(value: object) -> str | None:
    return cell_text(value).strip(BLANKS) or None


_REAL = (
    "CASE WHEN isnan({0}) THEN NULL "
    "WHEN abs({0}) < 1e18 AND {0} = trunc({0}) THEN CAST(CAST({0} AS BIGINT) AS VARCHAR) "
    "WHEN abs({0}) < 1e37 AND {0} = trunc({0}) THEN CAST(CAST({0} AS HUGEINT) AS VARCHAR) "
    "WHEN abs({0}) < 1e-3 THEN rtrim(CAST(CAST(CAST({0} AS VARCHAR) AS DECIMAL(38, 30)) AS VARCHAR), '0') "
    "ELSE CAST({0} AS VARCHAR) END"
)
_MOMENT = "make_timestamp(epoch_us({0}))"
_AS_TEXT = {
    "text": "{0}",
    "whole": "CAST({0} AS VARCHAR)",
    "real": _REAL,
    "decimal": "CASE WHEN CAST({0} AS VARCHAR) LIKE '%.%' THEN rtrim(rtrim(CAST({0} AS VARCHAR), '0'), '.') "
    "ELSE CAST({0} AS VARCHAR) END",
    "date": "CAST({0} AS VARCHAR)",
    "moment": f"CASE WHEN {_MOMENT} = date_trunc('day', {_MOMENT}) THEN strftime({_MOMENT}, '%Y-%m-%d') "
    f"ELSE strftime({_MOMENT}, '%Y-%m-%d %H:%M:%S') END",
    "nothing": "CAST(NULL AS VARCHAR)",
}


def text_sql(kind: str, column: str) -> str:
    """SQL that turns a column of this kind into exact text."""
    return _AS_TEXT[kind].format(column)
