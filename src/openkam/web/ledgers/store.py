"""The one door to the stored lines: which store this installation has, and which state it is in."""

import errno
import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import duckdb
import ibis
from django.conf import settings

from openkam.ledger.checks import bits
from openkam.ledger.engines import TableStore, connect
from openkam.ledger.fiscal import FiscalCalendar
from openkam.ledger.staging import Staged
from openkam.ledger.store import ParquetStore, Store
from openkam.method.errors import InvalidInput


def open_store() -> Store:
    """Parquet files beside the database, or the engine that OPENKAM_LEDGER_URL names."""
    return _table_store(settings.LEDGER_URL) if settings.LEDGER_URL else ParquetStore(settings.LEDGER_DIR)


_threads = threading.local()


def _table_store(url: str) -> TableStore:
    """One connection per thread; drivers differ in what they allow threads to share."""
    known = getattr(_threads, "stores", {})
    if url not in known or getattr(known[url].backend.con, "closed", False) is True:
        known[url] = TableStore(connect(url))
        _threads.stores = known
    return known[url]


def fingerprint(store: Store) -> str:
    """Changes whenever the stored lines do."""
    batches = "\n".join(batch.model_dump_json() for batch in store.batches())
    return hashlib.sha256(batches.encode()).hexdigest()


def holds(store: Store, batch: str) -> bool:
    return any(known.id == batch for known in store.batches())


@contextmanager
def engine() -> Iterator[None]:
    """What the engine refuses, in the words of the product: a full disk, too little memory, anything else."""
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise InvalidInput("engine_memory") from error
    except duckdb.IOException as error:
        full = "No space left" in str(error)
        raise OSError(errno.ENOSPC if full else errno.EIO, str(error).splitlines()[0]) from error
    except duckdb.Error as error:
        raise InvalidInput("engine", detail=str(error).splitlines()[0][:300]) from error


def staged_years(staged: Staged, calendar: FiscalCalendar) -> list[dict[str, Any]]:
    """Per fiscal year what the file says, before anything is left out; units of the ledger."""
    lines = ibis.duckdb.connect().read_parquet(staged.lines_path)
    lines = lines.filter(lines.date.notnull())
    dated = lines.mutate(fiscal_year=calendar.of(lines.date))
    years = dated.group_by("fiscal_year").agg(
        lines=dated.count(),
        revenue=dated.revenue.sum().cast("int64"),
        direct_cost=dated.direct_cost.sum().cast("int64"),
        lines_without_cost=dated.direct_cost.isnull().sum(),
    )
    rows: list[dict[str, Any]] = years.order_by("fiscal_year").to_pyarrow().to_pylist()
    return rows


def currencies_without_rate(staged: Staged) -> list[dict[str, Any]]:
    """The currencies whose lines cannot be converted: how many lines, and the day from which a rate is needed."""
    lines = ibis.duckdb.connect().read_parquet(staged.lines_path)
    lines = lines.filter((lines.marks.cast("int64") & bits(["currency_without_rate"])) != 0)
    found = lines.group_by("currency").agg(lines=lines.count(), first_date=lines.date.min())
    rows: list[dict[str, Any]] = found.order_by(ibis.desc("lines")).to_pyarrow().to_pylist()
    return rows
