"""SQLite with a writer queue.

While one thread holds SQLite's write lock, Python's garbage collector may free a cursor that belongs to
another thread; freeing it waits for that thread's connection, which sleeps in BEGIN IMMEDIATE waiting for
the first. Both stand still until the busy timeout ends. A fair queue in front of BEGIN removes the deadlock
(measured: from 68 s at worst to about 1 s with 16 writing threads). See docs/decisions/0004.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

#: What begins a statement that takes the write lock; outside a transaction it is one by itself.
WRITES = frozenset({"INSERT", "UPDATE", "DELETE", "REPLAC"})
_locks: dict[str, threading.Lock] = {}
_guard = threading.Lock()


def _queue_for(name: object) -> threading.Lock:
    with _guard:
        return _locks.setdefault(str(name), threading.Lock())


class QueuedCursor(base.SQLiteCursorWrapper):
    """A cursor whose writes outside a transaction wait their turn like a transaction does."""

    def __init__(self, connection: Any, wrapper: "DatabaseWrapper") -> None:
        super().__init__(connection)
        self._wrapper = wrapper

    def execute(self, query: str, params: Any = None) -> Any:
        if self._wrapper.holds_turn or query[:6].upper() not in WRITES:
            return super().execute(query, params)
        with self._wrapper.turn():
            return super().execute(query, params)


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's SQLite backend, where a transaction waits its turn before it asks SQLite."""

    _holds_turn = False

    @property
    def holds_turn(self) -> bool:
        return self._holds_turn

    @contextmanager
    def turn(self) -> Iterator[None]:
        self._take_turn()
        try:
            yield
        finally:
            self._give_turn()

    def create_cursor(self, name: str | None = None) -> Any:  # noqa: ARG002 - Django's own signature
        return self.connection.cursor(factory=lambda connection: QueuedCursor(connection, self))

    def _take_turn(self) -> None:
        if self._holds_turn:
            return
        patience = self.settings_dict["OPTIONS"].get("timeout", 5.0)
        if not _queue_for(self.settings_dict["NAME"]).acquire(timeout=patience):
            raise OperationalError("database is locked (waited in the writer queue)")
        self._holds_turn = True

    def _give_turn(self) -> None:
        if self._holds_turn:
            self._holds_turn = False
            _queue_for(self.settings_dict["NAME"]).release()

    def _start_transaction_under_autocommit(self) -> None:
        self._take_turn()
        try:
            super()._start_transaction_under_autocommit()
        except BaseException:
            self._give_turn()
            raise

    def _commit(self) -> Any:
        try:
            return super()._commit()
        finally:
            self._give_turn()

    def _rollback(self) -> Any:
        try:
            return super()._rollback()
        finally:
            self._give_turn()

    def _close(self) -> Any:
        try:
            return super()._close()
        finally:
            self._give_turn()
