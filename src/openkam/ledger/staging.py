"""From an opened file and a mapping to candidate lines in a work folder, with everything a person must decide about.

`stage` reads and checks; in `intake`, `preview` says what some decisions would do and `accept` does it. The work
folder holds all there is between these steps, so they may run in different processes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from pydantic import BaseModel, ConfigDict

from openkam.ledger.checks import AS_CHECKED, LINE_CHECKS, ROW_CHECKS, Check, Disposition, Problem, bits
from openkam.ledger.formats import Opened, literal
from openkam.ledger.mapping import Mapping, joined_columns
from openkam.ledger.passing import Pass, staged_lines, write_candidates
from openkam.ledger.plain import Plain
from openkam.ledger.rates import ProductCost, Rate, costs_table, rates_table
from openkam.ledger.receipt import Amount, Part, exact
from openkam.ledger.session import ORDINARY, Progress, Resources, session
from openkam.ledger.store import Store
from openkam.ledger.verdict import judge

SAMPLES = 20


@dataclass(frozen=True, kw_only=True)
class Context:
    """What the checks need to know about the world.

    reporting_currency  ISO 4217 code that revenue and direct cost are kept in.
    today               a later date is in the future.
    known_accounts      keys that are accounts already; None: every key is.
    rates               currencies without one are left out.
    product_costs       used where the file itself has no cost.
    store               where the lines will go, to find what it has already.
    """

    reporting_currency: str
    today: date
    known_accounts: Iterable[str] | None = None
    rates: tuple[Rate, ...] = ()
    product_costs: tuple[ProductCost, ...] = ()
    store: Store | None = None
    resources: Resources = ORDINARY


class Count(BaseModel):
    """How many lines a check found, and what happens to them unless decided otherwise."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    column: str
    lines: int
    disposition: Disposition
    switchable: bool


class UnknownAccount(BaseModel):
    """A key in the file that is no account yet; revenue in the reporting currency, units of the ledger."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    name: str | None
    lines: int
    revenue: int


class Staged(BaseModel):
    """A file that was read and checked; its candidate lines wait in `directory`.

    file          every line; amounts exact, in the file's currencies.
    counts        per code and column; samples the first few findings of each.
    ragged_rows   records of the wrong length; only the first hundred are marked one by one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    directory: Path
    source: str
    sha256: str
    reporting_currency: str
    mapping: Mapping
    file: Part
    counts: tuple[Count, ...]
    samples: tuple[Problem, ...]
    ragged_rows: int
    unknown_accounts: int
    first_date: date | None
    last_date: date | None

    @property
    def lines_path(self) -> Path:
        """The Parquet file of the candidate lines."""
        return self.directory / "candidates.parquet"

    @property
    def problems_path(self) -> Path:
        """The Parquet file of the findings: row, column, code, value, disposition."""
        return self.directory / "problems.parquet"

    @property
    def accounts_path(self) -> Path:
        """The Parquet file of the unknown accounts: key, name, lines, revenue; the largest first."""
        return self.directory / "accounts.parquet"

    @property
    def unlike(self) -> bool:
        """Every line was kept and none is like another, so none can become so by what a person decides."""
        likenesses = {check.code for check in LINE_CHECKS}
        return not any(count.disposition == "skip" or count.code in likenesses for count in self.counts)

    @classmethod
    def load(cls, directory: Path) -> "Staged":
        """What `stage` left in a work folder."""
        return cls.model_validate_json((directory / "staged.json").read_text(encoding="utf-8"))

    def problems(self, code: str | None = None, *, limit: int = 100, offset: int = 0) -> tuple[Problem, ...]:
        """A page of the findings (of one code), by row."""
        where = "true" if code is None else f"code = {literal(code)}"
        sql = f'SELECT * FROM {_parquet(self.problems_path)} WHERE {where} ORDER BY row, code, "column"'
        return tuple(Problem(**row) for row in _page(sql, limit, offset))

    def accounts(self, *, limit: int = 100, offset: int = 0) -> tuple[UnknownAccount, ...]:
        """A page of the unknown accounts, the largest revenue first."""
        sql = f"SELECT * FROM {_parquet(self.accounts_path)} ORDER BY revenue DESC, key"
        return tuple(UnknownAccount(**row) for row in _page(sql, limit, offset))


def stage(
    source: Opened,
    mapping: Mapping,
    context: Context,
    workdir: Path,
    *,
    header: Opened | None = None,
    progress: Progress | None = None,
) -> Staged:
    """Read and check a file into `workdir` (must be empty or new); one pass over the file.

    header    a second file of document headers, joined by mapping.lines_key and header_key.
    progress  is told the share read, 0..1; may raise `Cancelled`: then nothing is left behind.
    Raises InvalidInput as `Mapping.problems` does.
    """
    _refuse(source, mapping, header)
    workdir.mkdir(parents=True, exist_ok=True)
    reads = [source.path, *([header.path] if header else []), *(context.store.places() if context.store else ())]
    try:
        with session(workdir, reads, context.resources) as con:
            tables = _register(con, context)
            plain = Plain(
                mapping=mapping,
                reporting_currency=context.reporting_currency,
                today=context.today,
                tables=tables,
            )
            write_candidates(con, Pass(source, header, plain, workdir, progress))
            staged = _summarise(con, _Job(source, mapping, header, context, workdir))
    except BaseException:
        discard(workdir)
        raise
    (workdir / "staged.json").write_text(staged.model_dump_json(), encoding="utf-8")
    return staged


def discard(workdir: Path) -> None:
    """Remove what `stage` and `accept` leave in a work folder; other files in it stay."""
    for name in (
        "candidates.parquet",
        "careful.parquet",
        "problems.parquet",
        "accounts.parquet",
        "lines.parquet",
        "known.parquet",
        "staged.json",
    ):
        (workdir / name).unlink(missing_ok=True)


@dataclass(frozen=True)
class _Job:
    source: Opened
    mapping: Mapping
    header: Opened | None
    context: Context
    workdir: Path

    @property
    def lines(self) -> str:
        return staged_lines(self.workdir / "candidates.parquet")


def _refuse(source: Opened, mapping: Mapping, header: Opened | None) -> None:
    columns = list(source.columns)
    if header is not None:
        columns += [name for name, _ in joined_columns(source.columns, header.columns)]
    for problem in mapping.problems(columns):
        raise problem


def _register(con: duckdb.DuckDBPyConnection, context: Context) -> frozenset[str]:
    """The tables of the context, copied into the session; their names."""
    tables: dict[str, pa.Table] = {}
    if context.known_accounts is not None:
        keys = pa.array(set(context.known_accounts), pa.string())
        tables["accounts"] = pa.table({"key": keys})
    if context.rates:
        tables["rates"] = rates_table(context.rates)
    if context.product_costs:
        tables["costs"] = costs_table(context.product_costs)
    for name, table in tables.items():
        con.register(f"{name}_given", table)
        con.execute(f"CREATE TEMP TABLE {name} AS SELECT * FROM {name}_given")
    return frozenset(tables)


def _summarise(con: duckdb.DuckDBPyConnection, job: _Job) -> Staged:
    store = job.context.store
    judge(con, job.lines, AS_CHECKED, store.relation(job.workdir) if store else None)
    _write_problems(con, job)
    unknown = _write_accounts(con, job)
    first, last = con.execute(f"SELECT min(date), max(date) FROM {job.lines}").fetchall()[0]
    return Staged(
        directory=job.workdir,
        source=job.source.path.name,
        sha256=job.source.sha256,
        reporting_currency=job.context.reporting_currency,
        mapping=job.mapping,
        file=part(con, job.lines),
        counts=_counts(con, job),
        samples=_samples(con, job),
        ragged_rows=job.source.ragged_rows,
        unknown_accounts=unknown,
        first_date=first,
        last_date=last,
    )


def part(con: duckdb.DuckDBPyConnection, lines: str) -> Part:
    """Lines and exact amounts of some candidate lines."""
    rows = con.execute(
        "SELECT coalesce(currency, ''), count(*), count(revenue_original), sum(revenue_original), "
        "coalesce(sum(residue), 0) "
        f"FROM {lines} GROUP BY 1 ORDER BY 1"
    ).fetchall()
    return Part(
        lines=sum(row[1] for row in rows),
        without_amount=sum(row[1] - row[2] for row in rows),
        amounts=tuple(
            Amount(currency=currency, amount=exact(units, residue))
            for currency, _, readable, units, residue in rows
            if readable
        ),
    )


def _write_problems(con: duckdb.DuckDBPyConnection, job: _Job) -> None:
    """One SELECT per check that found anything; the staging file keeps the texts of marked lines only."""
    marks = con.execute(f"SELECT coalesce(bit_or(marks), 0) FROM {job.lines}").fetchall()[0][0]
    found = [
        check for check in ROW_CHECKS if marks & bits([check.code], check.column) and check.code != "account_unknown"
    ]
    selects = [
        f'SELECT row, {literal(check.column)} AS "column", {literal(check.code)} AS code, '
        f"{_value(check, job.mapping)} AS value, {literal(check.default)} AS disposition "
        f"FROM {job.lines} WHERE marks & {bits([check.code], check.column)} <> 0"
        for check in found
    ]
    selects += [
        f'SELECT row, {literal(check.column)} AS "column", {literal(check.code)} AS code, '
        f"{'NULL' if check.column == 'row' else check.column} AS value, {literal(check.default)} AS disposition "
        f"FROM judged WHERE suspicion = {literal(check.code)}"
        for check in LINE_CHECKS
    ]
    con.execute(
        f"COPY ({' UNION ALL '.join(selects)}) TO {literal(str(job.workdir / 'problems.parquet'))} (FORMAT parquet)"
    )


def _value(check: Check, mapping: Mapping) -> str:
    """The text that the check looked at."""
    named = mapping.named()
    instead = {"account": "account_name", "revenue": "unit_price", "unit_price": "revenue", "direct_cost": "unit_cost"}
    for column in (check.column, instead.get(check.column, "")):
        if column in named:
            return f"raw.{column}"
    return "NULL"


def _counts(con: duckdb.DuckDBPyConnection, job: _Job) -> tuple[Count, ...]:
    rows = con.execute(
        f'SELECT code, "column", count(*) FROM {_parquet(job.workdir / "problems.parquet")} GROUP BY ALL'
    ).fetchall()
    lines = {(code, column): count for code, column, count in rows}
    unknown = bits(["account_unknown"])
    lines["account_unknown", "account"] = con.execute(
        f"SELECT count(*) FROM {job.lines} WHERE marks & {unknown} <> 0"
    ).fetchall()[0][0]
    return tuple(
        Count(code=check.code, column=check.column, lines=count, disposition=check.default, switchable=check.switchable)
        for check in (*ROW_CHECKS, *LINE_CHECKS)
        if (count := lines.get((check.code, check.column), 0))
    )


def _samples(con: duckdb.DuckDBPyConnection, job: _Job) -> tuple[Problem, ...]:
    nth = 'row_number() OVER (PARTITION BY code, "column" ORDER BY row)'
    sql = f"SELECT * FROM {_parquet(job.workdir / 'problems.parquet')} QUALIFY {nth} <= {SAMPLES} ORDER BY row, code"
    return tuple(Problem(**row) for row in con.execute(sql).to_arrow_table().to_pylist())


def _write_accounts(con: duckdb.DuckDBPyConnection, job: _Job) -> int:
    path = job.workdir / "accounts.parquet"
    unknown = bits(["account_unknown"])
    con.execute(
        "COPY (SELECT account AS key, min(name) AS name, count(*) AS lines, "
        f"coalesce(sum(revenue), 0)::BIGINT AS revenue FROM {job.lines} WHERE marks & {unknown} <> 0 "
        f"GROUP BY account ORDER BY revenue DESC, key) TO {literal(str(path))} (FORMAT parquet)"
    )
    return int(con.execute(f"SELECT count(*) FROM {_parquet(path)}").fetchall()[0][0])


def _parquet(path: Path) -> str:
    return f"read_parquet({literal(str(path.resolve()))}, hive_partitioning = false)"


def _page(sql: str, limit: int, offset: int) -> list[dict[str, Any]]:
    with duckdb.connect() as con:
        rows: list[dict[str, Any]] = (
            con.execute(f"{sql} LIMIT {limit:d} OFFSET {offset:d}").to_arrow_table().to_pylist()
        )
        return rows
