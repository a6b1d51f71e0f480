"""The store of lines: immutable Parquet files and one small manifest that is replaced atomically.

A reader opens what the manifest names, so it never sees half an import; a crash leaves the old manifest and perhaps
a file that nobody names, which `sweep` removes. Writers take turns by a lock file, across processes.
"""

import json
import os
import shutil
import threading
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow.parquet as pq
from ibis.backends import BaseBackend
from pydantic import BaseModel, ConfigDict

from openkam.ledger.fiscal import FiscalCalendar
from openkam.ledger.formats import literal
from openkam.ledger.locking import file_lock
from openkam.ledger.schema import LINES, MONEY_SCALE
from openkam.ledger.session import ORDINARY, Resources, shut_in
from openkam.method.errors import InvalidInput

VERSION = 1
#: Readers that opened the manifest before a file was retired may read it for so long, in seconds.
GRACE = 600.0
SCALE_KEY = b"openkam_money_scale"


class Batch(BaseModel):
    """One import as the store remembers it: revenue in units of the ledger, reporting currency."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    lines: int
    revenue: int
    first_date: date | None = None
    last_date: date | None = None
    source: str = ""
    sha256: str = ""


class StoredFile(BaseModel):
    """One Parquet file and the batches whose lines it holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    batches: tuple[str, ...]
    lines: int


class Manifest(BaseModel):
    """What the store holds: read whole, written whole."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int = VERSION
    scale: int = MONEY_SCALE
    batches: tuple[Batch, ...] = ()
    files: tuple[StoredFile, ...] = ()
    retired: dict[str, float] = {}


class Store(Protocol):
    """Where lines live: Parquet files (`ParquetStore`) or a table of an engine (`engines.TableStore`)."""

    def writing(self) -> AbstractContextManager[None]:
        """Take turns with other writers; may be nested."""

    def batches(self) -> tuple[Batch, ...]:
        """The imports in the store, oldest first."""

    def lines(self) -> ir.Table:
        """All lines, as an Ibis table (`schema.LINES`) on a connection of its own."""

    def add(self, lines: Path, batch: Batch) -> None:
        """Take in a Parquet file of canonical lines as one batch, whole or not at all."""

    def remove(self, batch: str) -> None:
        """Undo one import, whole or not at all."""

    def relation(self, workdir: Path) -> str | None:
        """SQL of all lines for a DuckDB session that may read `places()` and `workdir`; None when there are none."""

    def places(self) -> tuple[Path, ...]:
        """Files and folders that such a session must be allowed to read."""


class ParquetStore:
    """A folder of Parquet files; see the head of this module.

    >>> import tempfile
    >>> ParquetStore(Path(tempfile.mkdtemp())).batches()
    ()
    """

    def __init__(self, directory: Path, resources: Resources = ORDINARY) -> None:
        self.directory = directory
        self._resources = resources
        self._lock = threading.RLock()
        self._depth = 0
        directory.mkdir(parents=True, exist_ok=True)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Take turns with other threads and processes; may be nested."""
        with self._lock:
            self._depth += 1
            try:
                if self._depth > 1:
                    yield
                else:
                    with file_lock(self.directory / "lock"):
                        yield
            finally:
                self._depth -= 1

    def manifest(self) -> Manifest:
        """What the store holds now. Raises InvalidInput("scale" | "version") for a store of another make."""
        try:
            text = (self.directory / "manifest.json").read_text(encoding="utf-8")
        except FileNotFoundError:
            return Manifest()
        return _understood(json.loads(text))

    def batches(self) -> tuple[Batch, ...]:
        """The imports in the store, oldest first."""
        return self.manifest().batches

    def places(self) -> tuple[Path, ...]:
        """The folder of the store."""
        return (self.directory,)

    def relation(self, workdir: Path) -> str | None:  # noqa: ARG002 — other stores need it
        """SQL of all lines for a DuckDB that may read the folder; None when the store is empty."""
        return _read(self.directory, self.manifest().files)

    def connect(self) -> BaseBackend:
        """An Ibis connection to an in-memory DuckDB with the view `lines`; it can read this folder and nothing else."""
        backend = ibis.duckdb.connect(memory_limit=self._resources.memory_limit)
        con = backend.con
        if self._resources.threads is not None:
            con.execute(f"SET threads = {self._resources.threads:d}")
        relation = self.relation(self.directory)
        columns = ", ".join(LINES.names)
        con.execute(f"CREATE VIEW lines AS SELECT {columns} FROM {relation or _nothing()}")
        shut_in(con, self.places())
        return backend

    def lines(self) -> ir.Table:
        """All lines as of now, on a connection of their own."""
        return self.connect().table("lines")

    def add(self, lines: Path, batch: Batch) -> None:
        """Take in a Parquet file of canonical lines (it is moved) as one batch.

        Raises InvalidInput("batch_exists" | "scale"); OSError when the disk is full, with the store unchanged.
        """
        with self.writing():
            manifest = self.manifest()
            if any(known.id == batch.id for known in manifest.batches):
                raise InvalidInput("batch_exists", batch.id)
            check_scale(lines)
            files = manifest.files
            if batch.lines:
                files = (*files, StoredFile(name=self._bring(lines), batches=(batch.id,), lines=batch.lines))
            self._publish(manifest, batches=(*manifest.batches, batch), files=files)

    def remove(self, batch: str) -> None:
        """Undo one import. Raises InvalidInput("batch_unknown")."""
        with self.writing():
            manifest = self.manifest()
            if all(known.id != batch for known in manifest.batches):
                raise InvalidInput("batch_unknown", batch)
            left = tuple(known for known in manifest.batches if known.id != batch)
            files = tuple(kept for file in manifest.files for kept in self._without(file, batch))
            self._publish(manifest, batches=left, files=files)

    def compact(self, smaller_than: int = 1_000_000) -> int:
        """Merge the files of fewer lines than this into one; returns how many files there are less."""
        with self.writing():
            manifest = self.manifest()
            small = [file for file in manifest.files if file.lines < smaller_than]
            if len(small) < 2:
                return 0
            merged = self._rewrite(small, "true", tuple(batch for file in small for batch in file.batches))
            rest = tuple(file for file in manifest.files if file not in small)
            self._publish(manifest, batches=manifest.batches, files=(*rest, merged))
            return len(small) - 1

    def sweep(self, grace: float = GRACE) -> tuple[str, ...]:
        """Remove what no manifest names: leftovers of a kill, and files retired for longer than `grace` seconds."""
        with self.writing():
            manifest = self.manifest()
            late = {name for name, at in manifest.retired.items() if time.time() - at >= grace}
            named = {file.name for file in manifest.files} | (manifest.retired.keys() - late)
            gone = [path for path in self._belongings() if path.name not in named]
            for path in gone:
                path.unlink()
            if manifest.retired.keys() & {path.name for path in gone}:
                kept = {name: at for name, at in manifest.retired.items() if name not in late}
                self._replace(manifest.model_copy(update={"retired": kept}))
            return tuple(path.name for path in gone)

    def _belongings(self) -> list[Path]:
        return [path for path in self.directory.iterdir() if path.suffix in {".parquet", ".part"}]

    def _bring(self, lines: Path) -> str:
        """Move a file in under a new name, safe on the disk before anybody names it."""
        name = f"{uuid.uuid4().hex}.parquet"
        part = self.directory / f"{name}.part"
        try:
            shutil.move(lines, part)
            _sync(part)
            part.rename(self.directory / name)
        except OSError:
            part.unlink(missing_ok=True)
            raise
        return name

    def _without(self, file: StoredFile, batch: str) -> list[StoredFile]:
        if batch not in file.batches:
            return [file]
        left = tuple(known for known in file.batches if known != batch)
        return [self._rewrite([file], f"batch <> {literal(batch)}", left)] if left else []

    def _rewrite(self, files: Iterable[StoredFile], condition: str, batches: tuple[str, ...]) -> StoredFile:
        part = self.directory / f"{uuid.uuid4().hex}.part"
        con = duckdb.connect(config={"memory_limit": self._resources.memory_limit})
        try:
            sql = f"SELECT * FROM {_read(self.directory, tuple(files))} WHERE {condition}"
            con.execute(copy_lines(sql, part, FiscalCalendar()))
            count = con.execute(f"SELECT count(*) FROM read_parquet({literal(str(part))})").fetchall()[0][0]
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        finally:
            con.close()
        return StoredFile(name=self._bring(part), batches=batches, lines=count)

    def _publish(self, old: Manifest, *, batches: tuple[Batch, ...], files: tuple[StoredFile, ...]) -> None:
        """The new manifest names these; files it drops are kept for readers that began before, then swept."""
        dropped = {file.name for file in old.files} - {file.name for file in files}
        retired = old.retired | dict.fromkeys(dropped, time.time())
        try:
            self._replace(Manifest(batches=batches, files=files, retired=retired))
        except OSError:
            for file in set(files) - set(old.files):
                (self.directory / file.name).unlink(missing_ok=True)
            raise
        self.sweep()

    def _replace(self, manifest: Manifest) -> None:
        part = self.directory / "manifest.part"
        try:
            part.write_text(manifest.model_dump_json(indent=1), encoding="utf-8")
            _sync(part)
            part.replace(self.directory / "manifest.json")
        except OSError:
            part.unlink(missing_ok=True)
            raise
        _sync(self.directory)


def copy_lines(sql: str, to: Path, calendar: FiscalCalendar) -> str:
    """SQL that writes canonical lines as the store wants them: zstd, by fiscal year, account and date."""
    year = f"year(date) - (month(date) < {calendar.start_month})::INTEGER"
    return (
        f"COPY (SELECT {', '.join(LINES.names)} FROM ({sql}) ORDER BY {year}, account, date, row) "
        f"TO {literal(str(to))} (FORMAT parquet, COMPRESSION zstd, "
        f"KV_METADATA {{{SCALE_KEY.decode()}: '{MONEY_SCALE}'}})"
    )


def _read(directory: Path, files: tuple[StoredFile, ...]) -> str | None:
    if not files:
        return None
    paths = ", ".join(literal(str((directory / file.name).resolve())) for file in files)
    return f"read_parquet([{paths}], hive_partitioning = false)"


def _nothing() -> str:
    types = {"string": "VARCHAR", "int64": "BIGINT", "date32[day]": "DATE"}
    columns = ", ".join(f"NULL::{types[str(field.type)]} AS {field.name}" for field in LINES)
    return f"(SELECT {columns} WHERE false)"


def _understood(content: dict[str, Any]) -> Manifest:
    if content.get("version") != VERSION:
        raise InvalidInput("version", "manifest", given=content.get("version"), expected=VERSION)
    if content.get("scale") != MONEY_SCALE:
        raise InvalidInput("scale", "manifest", given=content.get("scale"), expected=MONEY_SCALE)
    return Manifest.model_validate(content)


def check_scale(lines: Path) -> None:
    """Refuse a file whose money is of another scale. Raises InvalidInput("scale")."""
    given = (pq.read_metadata(lines).metadata or {}).get(SCALE_KEY, b"").decode()
    if given != str(MONEY_SCALE):
        raise InvalidInput("scale", lines.name, given=given, expected=MONEY_SCALE)


def _sync(path: Path) -> None:
    """Make a file, or the names in a folder, survive a power cut."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() or os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
