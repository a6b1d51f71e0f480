"""Accept a staged file: apply the decisions, write immutable lines, publish them, and account for every line."""

from datetime import date
from typing import NamedTuple

import duckdb

from openkam.ledger.checks import Decisions
from openkam.ledger.fiscal import CALENDAR_YEARS, FiscalCalendar
from openkam.ledger.formats import literal
from openkam.ledger.passing import staged_lines
from openkam.ledger.receipt import Amount, Found, Part, Receipt, Skipped
from openkam.ledger.schema import from_units
from openkam.ledger.session import ORDINARY, Progress, Resources, run, session
from openkam.ledger.staging import Staged, part
from openkam.ledger.store import Batch, Store, copy_lines
from openkam.ledger.verdict import judge


class _Written(NamedTuple):
    """What a query says about lines to keep, or about lines just written."""

    lines: int
    revenue: int
    direct_cost: int | None
    lines_without_cost: int
    accounts: int
    first_date: date | None
    last_date: date | None


def preview(
    staged: Staged, decisions: Decisions, store: Store | None = None, *, resources: Resources = ORDINARY
) -> Receipt:
    """The receipt that `accept` would give now, without storing anything."""
    with session(staged.directory, store.places() if store else (), resources) as con:
        _judge(con, staged, decisions, store)
        kept = "(SELECT * FROM judged WHERE reason IS NULL)"
        return _receipt(con, staged, _facts(con, kept), _stored(con, kept), batch_id="")


def accept(
    staged: Staged,
    decisions: Decisions,
    store: Store,
    batch_id: str,
    *,
    calendar: FiscalCalendar = CALENDAR_YEARS,
    resources: Resources = ORDINARY,
    progress: Progress | None = None,
) -> Receipt:
    """Store the staged lines as one batch; whole or not at all.

    What the store already has is looked up now, while nobody else writes: an import may have come in since `stage`.
    calendar  decides how the file is laid out, not what it says.
    Raises InvalidInput("batch_exists"); `Cancelled` from the callback; OSError or duckdb's IOException when the disk
    is full. In each case the store is as before.
    """
    path = staged.directory / "lines.parquet"
    try:
        with store.writing():
            with session(staged.directory, store.places(), resources) as con:
                _judge(con, staged, decisions, store)
                kept = f"SELECT *, {literal(batch_id)} AS batch FROM judged WHERE reason IS NULL"
                run(con, copy_lines(kept, path, calendar), progress)
                written = f"read_parquet({literal(str(path.resolve()))}, hive_partitioning = false)"
                facts = _facts(con, written)
                receipt = _receipt(con, staged, facts, _stored(con, written), batch_id=batch_id)
            store.add(path, _batch(staged, batch_id, facts))
    finally:
        path.unlink(missing_ok=True)
    return receipt


def _judge(con: duckdb.DuckDBPyConnection, staged: Staged, decisions: Decisions, store: Store | None) -> None:
    known = store.relation(staged.directory) if store else None
    judge(con, staged_lines(staged.lines_path), decisions, known, unlike=staged.unlike)


def _facts(con: duckdb.DuckDBPyConnection, lines: str) -> _Written:
    row = con.execute(
        "SELECT count(*), coalesce(sum(revenue), 0), sum(direct_cost), count(*) - count(direct_cost), "
        f"count(DISTINCT account), min(date), max(date) FROM {lines}"
    ).fetchall()[0]
    return _Written(*row)


def _batch(staged: Staged, batch_id: str, facts: _Written) -> Batch:
    return Batch(
        id=batch_id,
        lines=facts.lines,
        revenue=facts.revenue,
        first_date=facts.first_date,
        last_date=facts.last_date,
        source=staged.source,
        sha256=staged.sha256,
    )


def _receipt(
    con: duckdb.DuckDBPyConnection, staged: Staged, facts: _Written, stored: Part, *, batch_id: str
) -> Receipt:
    """The file as measured when it was read, the stored lines as read back, the rest as judged."""
    return Receipt(
        batch=batch_id,
        source=staged.source,
        sha256=staged.sha256,
        reporting_currency=staged.reporting_currency,
        file=staged.file,
        stored=stored,
        skipped=_skipped(con),
        rounding=_rounding(con),
        revenue=from_units(facts.revenue),
        direct_cost=None if facts.direct_cost is None else from_units(facts.direct_cost),
        lines_without_cost=facts.lines_without_cost,
        accounts=facts.accounts,
        first_date=facts.first_date,
        last_date=facts.last_date,
        found=tuple(Found(code=each.code, column=each.column, lines=each.lines) for each in staged.counts),
    )


def _stored(con: duckdb.DuckDBPyConnection, stored: str) -> Part:
    rows = con.execute(
        f"SELECT currency, count(*), sum(revenue_original) FROM {stored} GROUP BY 1 ORDER BY 1"
    ).fetchall()
    amounts = tuple(Amount(currency=currency, amount=from_units(units)) for currency, _, units in rows)
    return Part(lines=sum(row[1] for row in rows), amounts=amounts)


def _rounding(con: duckdb.DuckDBPyConnection) -> tuple[Amount, ...]:
    rows = con.execute(
        "SELECT currency, coalesce(sum(residue), 0) FROM judged WHERE reason IS NULL GROUP BY 1 ORDER BY 1"
    ).fetchall()
    return tuple(Amount(currency=currency, amount=residue) for currency, residue in rows)


def _skipped(con: duckdb.DuckDBPyConnection) -> tuple[Skipped, ...]:
    codes = con.execute("SELECT DISTINCT reason FROM judged WHERE reason IS NOT NULL ORDER BY 1").fetchall()
    return tuple(
        Skipped(code=code, **part(con, f"(SELECT * FROM judged WHERE reason = {literal(code)})").model_dump())
        for (code,) in codes
    )
