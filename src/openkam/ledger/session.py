"""A DuckDB of one's own for one job: bounded memory, its own folder for spilling, no way out, cancellable."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

import duckdb

from openkam.ledger.formats import literal

#: Told the share of the running step, 0..1; may raise `Cancelled`.
Progress = Callable[[float], None]


class Cancelled(Exception):  # noqa: N818 — not an error: somebody asked for it
    """Raise this in a progress callback to stop the work; everything temporary is removed."""


@dataclass(frozen=True, kw_only=True)
class Resources:
    """What one job may use: memory_limit as DuckDB writes it, threads (None: every core)."""

    memory_limit: str = "1GB"
    threads: int | None = None


ORDINARY = Resources()


@contextmanager
def session(
    workdir: Path, reads: Iterable[Path] = (), resources: Resources = ORDINARY
) -> Iterator[duckdb.DuckDBPyConnection]:
    """An in-memory DuckDB that can read `reads`, read and write `workdir`, and nothing else.

    reads    files, or folders with all they hold.
    Raises nothing of its own; the connection is closed at the end.
    """
    spill = workdir / "spill"
    spill.mkdir(parents=True, exist_ok=True)
    con = duckdb.connect(config={"memory_limit": resources.memory_limit})
    try:
        con.execute(f"SET temp_directory = {literal(str(spill))}")
        con.execute("SET preserve_insertion_order = false")
        con.execute("SET enable_progress_bar = true")
        con.execute("SET enable_progress_bar_print = false")
        if resources.threads is not None:
            con.execute(f"SET threads = {resources.threads:d}")
        shut_in(con, [workdir, *reads])
        yield con
    finally:
        con.close()


def shut_in(con: duckdb.DuckDBPyConnection, places: Iterable[Path]) -> None:
    """Let a connection reach these files and folders only, for good."""
    folders = [f"{place.resolve()}/" for place in places if place.is_dir()]
    files = [str(place.resolve()) for place in places if not place.is_dir()]
    con.execute(f"SET allowed_directories = [{', '.join(map(literal, folders))}]")
    con.execute(f"SET allowed_paths = [{', '.join(map(literal, files))}]")
    con.execute("SET enable_external_access = false")
    con.execute("SET lock_configuration = true")


def run(con: duckdb.DuckDBPyConnection, sql: str, progress: Progress | None = None) -> None:
    """Execute one statement, telling `progress` how far it is; what the callback raises stops the statement."""
    if progress is None:
        con.execute(sql)
        return
    watch = _Watch(con, progress)
    try:
        con.execute(sql)
    except duckdb.InterruptException:
        if watch.raised is None:
            raise
    finally:
        watch.stop()
    if watch.raised is not None:
        raise watch.raised
    progress(1.0)


class _Watch:
    """Asks a connection how far it is, five times a second, from a thread of its own."""

    def __init__(self, con: duckdb.DuckDBPyConnection, progress: Progress) -> None:
        self.raised: Exception | None = None
        self._con, self._progress, self._done = con, progress, Event()
        self._thread = Thread(target=self._poll, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._done.set()
        self._thread.join()

    def _poll(self) -> None:
        while True:
            try:
                self._progress(min(1.0, max(0.0, self._con.query_progress() / 100)))
            except Exception as error:  # noqa: BLE001 — whatever the callback raises ends the statement
                self.raised = error
                self._interrupt_until_done()
                return
            if self._done.wait(0.2):
                return

    def _interrupt_until_done(self) -> None:
        """The statement may not have begun yet; an interrupt before it would be lost."""
        while True:
            self._con.interrupt()
            if self._done.wait(0.05):
                return
