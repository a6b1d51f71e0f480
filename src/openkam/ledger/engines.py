"""Engines by URL: where the lines of a deployment live that has outgrown one machine."""

import importlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow.parquet as pq
from ibis.backends import BaseBackend

from openkam.ledger.formats import literal
from openkam.ledger.schema import LINES, LINES_IBIS, MONEY_SCALE
from openkam.ledger.store import Batch, check_scale
from openkam.method.errors import InvalidInput

#: Scheme -> the engine's module in Ibis.
ENGINES = {
    "duckdb": "duckdb",
    "postgres": "postgres",
    "postgresql": "postgres",
    "sqlite": "sqlite",
    "polars": "polars",
    "clickhouse": "clickhouse",
    "spark": "pyspark",
    "trino": "trino",
    "mysql": "mysql",
    "datafusion": "datafusion",
}
_CHUNK = 100_000
#: Any number, the same in every process: who holds this advisory lock of PostgreSQL writes.
_WRITER = 7_205_759_403


def connect(url: str = "duckdb://") -> BaseBackend:
    """An Ibis connection for a URL: "duckdb://" (in memory), "postgres://user@host/db", "sqlite://file.db", "polars://",
    "spark://host:port" or "spark://local[2]", "clickhouse://…", "trino://…".

    Raises InvalidInput("engine_unknown" | "engine_driver" | "engine_unreachable"); never names a password.

    >>> connect("duckdb://").name
    'duckdb'
    """
    scheme = url.partition(":")[0].lower()
    if scheme not in ENGINES:
        raise InvalidInput("engine_unknown", scheme, known=tuple(ENGINES))
    try:
        return _opened(scheme, url)
    except (ImportError, AttributeError) as error:
        raise InvalidInput("engine_driver", scheme, missing=getattr(error, "name", None)) from None
    except Exception as error:  # noqa: BLE001 — every driver has its own
        raise InvalidInput("engine_unreachable", scheme, because=type(error).__name__) from None


def _opened(scheme: str, url: str) -> BaseBackend:
    if scheme == "spark":
        session = _spark(url)  # first, so that a missing driver is named
        return ibis.pyspark.connect(session)
    backend = getattr(ibis, ENGINES[scheme])
    if scheme in {"polars", "datafusion"}:
        return backend.connect()
    if scheme == "duckdb":
        return backend.connect(url.removeprefix("duckdb://") or ":memory:")
    if scheme == "sqlite":
        return backend.connect(url.removeprefix("sqlite://") or None)
    return ibis.connect(url)


def _spark(url: str) -> Any:
    """A Spark session: spark://host:port is a cluster, spark://local[2] and the like run here."""
    sql = importlib.import_module("pyspark.sql")
    inner = url.removeprefix("spark://")
    return sql.SparkSession.builder.master(inner if inner.startswith("local") else url).getOrCreate()


class TableStore:
    """Lines in a table of an engine; the same promises as `ParquetStore`.

    A batch counts once its row stands in the table of batches, which is written last and removed first: what
    a crash leaves behind is invisible, and `sweep` removes it.

    backend  an Ibis connection that may create tables;  name  prefix of the three tables.
    """

    def __init__(self, backend: BaseBackend, name: str = "openkam") -> None:
        self.backend = backend
        self._lines, self._batches, self._about = f"{name}_lines", f"{name}_batches", f"{name}_about"
        self._lock = threading.RLock()
        self._depth = 0
        self._prepare()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Take turns with other threads, and on PostgreSQL with other processes; may be nested."""
        with self._lock:
            self._depth += 1
            lock = self.backend.name == "postgres" and self._depth == 1
            try:
                if lock:
                    self._run(f"SELECT pg_advisory_lock({_WRITER})")
                yield
            finally:
                self._depth -= 1
                if lock:
                    self._run(f"SELECT pg_advisory_unlock({_WRITER})")

    def batches(self) -> tuple[Batch, ...]:
        """The imports in the store, oldest first."""
        rows = self.backend.table(self._batches).order_by("position").to_pyarrow().to_pylist()
        return tuple(Batch.model_validate_json(row["content"]) for row in rows)

    def lines(self) -> ir.Table:
        """The lines of all batches that count."""
        every = self.backend.table(self._lines)
        counting = self.backend.table(self._batches)
        return every.semi_join(counting, every.batch == counting.id)

    def places(self) -> tuple[Path, ...]:
        """Nothing outside the work folder: `relation` copies the lines there."""
        return ()

    def relation(self, workdir: Path) -> str | None:
        """All lines as a Parquet file in the work folder; None when there are none."""
        if not self.batches():
            return None
        path = workdir / "known.parquet"
        with pq.ParquetWriter(path, LINES_IBIS.to_pyarrow()) as writer:
            for chunk in self.lines().to_pyarrow_batches(chunk_size=_CHUNK):
                writer.write_batch(chunk)
        return f"read_parquet({literal(str(path.resolve()))})"

    def add(self, lines: Path, batch: Batch) -> None:
        """Take in a Parquet file of canonical lines as one batch. Raises InvalidInput("batch_exists" | "scale")."""
        check_scale(lines)
        with self.writing():
            known = self.batches()
            if any(each.id == batch.id for each in known):
                raise InvalidInput("batch_exists", batch.id)
            self._drop_lines(batch.id)
            loader = _LOADERS.get(self.backend.name, _insert)
            loader(self.backend, self._lines, lines)
            position = 1 + self._last_position()
            row = {"id": [batch.id], "position": [position], "content": [batch.model_dump_json()]}
            self.backend.insert(self._batches, ibis.memtable(row))

    def remove(self, batch: str) -> None:
        """Undo one import. Raises InvalidInput("batch_unknown")."""
        with self.writing():
            if all(known.id != batch for known in self.batches()):
                raise InvalidInput("batch_unknown", batch)
            self._run(f"DELETE FROM {self._batches} WHERE id = {literal(batch)}")
            self._drop_lines(batch)

    def sweep(self) -> None:
        """Remove the lines of imports that were killed before they counted."""
        with self.writing():
            self._run(f"DELETE FROM {self._lines} WHERE batch NOT IN (SELECT id FROM {self._batches})")

    def _drop_lines(self, batch: str) -> None:
        self._run(f"DELETE FROM {self._lines} WHERE batch = {literal(batch)}")

    def _last_position(self) -> int:
        positions = self.backend.table(self._batches).position.to_pyarrow().to_pylist()
        return int(max(positions, default=0))

    def _run(self, sql: str) -> None:
        cursor = self.backend.raw_sql(sql)
        if cursor is not self.backend.con:  # DuckDB answers with the connection itself
            cursor.close()

    def _prepare(self) -> None:
        tables = set(self.backend.list_tables())
        if self._about not in tables:
            self.backend.create_table(self._lines, schema=LINES_IBIS)
            batches = ibis.schema({"id": "string", "position": "int64", "content": "string"})
            self.backend.create_table(self._batches, schema=batches)
            self.backend.create_table(self._about, ibis.memtable({"scale": [MONEY_SCALE]}))
        given = self.backend.table(self._about).scale.max().to_pyarrow().as_py()
        if given != MONEY_SCALE:
            raise InvalidInput("scale", self._about, given=given, expected=MONEY_SCALE)


def _insert(backend: BaseBackend, table: str, lines: Path) -> None:
    for chunk in pq.ParquetFile(lines).iter_batches(batch_size=_CHUNK, columns=LINES.names):
        backend.insert(table, ibis.memtable(chunk.to_pydict(), schema=LINES_IBIS))


def _copy(backend: BaseBackend, table: str, lines: Path) -> None:
    """PostgreSQL's own bulk load, whole or not at all."""
    columns = ", ".join(LINES.names)
    command = f"COPY {table} ({columns}) FROM STDIN"
    chunks = pq.ParquetFile(lines).iter_batches(batch_size=_CHUNK, columns=LINES.names)
    with backend.con.transaction(), backend.con.cursor() as cursor, cursor.copy(command) as copy:
        for chunk in chunks:
            for row in zip(*(column.to_pylist() for column in chunk.columns), strict=True):
                copy.write_row(row)


_LOADERS: dict[str, Callable[[BaseBackend, str, Path], None]] = {"postgres": _copy}
