"""Group `ledger`: our ledger against the same question asked by hand, and against what people use instead."""

import csv
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from benchmarks import data
from benchmarks.measure import Figure, interleaved
from openkam.ledger import measures
from openkam.ledger.checks import Decisions
from openkam.ledger.fiscal import FiscalCalendar
from openkam.ledger.formats import open_file
from openkam.ledger.intake import accept
from openkam.ledger.mapping import Mapping
from openkam.ledger.staging import Context, stage
from openkam.ledger.store import ParquetStore

Work = Callable[[], object]
MAPPING = Mapping(
    account="account", date="date", document="document", line_no="line_no", product="product", quantity="quantity",
    revenue="revenue", direct_cost="direct_cost", currency="currency",
)  # fmt: skip
SUMS = "sum(revenue), sum(direct_cost), count(*), min(date), max(date)"


def bring_in(file: Path, store: ParquetStore, batch: str) -> None:
    """A file through every check into a store, as an import does it."""
    with tempfile.TemporaryDirectory(dir=store.directory.parent) as folder:
        work = Path(folder)
        opened = open_file(file, work)
        staged = stage(
            opened, MAPPING, Context(reporting_currency="USD", today=data.TODAY, store=store), work / "staged"
        )
        accept(staged, Decisions(), store, batch)


def stored(scale: str) -> ParquetStore:
    """A store with all lines of a scale, made once."""
    directory = data.folder(scale) / "store"
    store = ParquetStore(directory)
    if not store.batches():
        bring_in(data.csv_file(scale), store, "all")
    return store


def _files(scale: str) -> str:
    return f"read_parquet([{', '.join(repr(str(path)) for path in _parquet(scale))}])"


def _parquet(scale: str) -> list[Path]:
    return sorted(stored(scale).directory.rglob("*.parquet"))


def _warm(store: ParquetStore) -> ParquetStore:
    """Ibis imports its compiler at the first question of a process; a server has long done so."""
    store.lines().limit(1).to_pyarrow()
    return store


def account_years(scale: str) -> Work:
    store = _warm(stored(scale))
    return lambda: measures.account_years(store.lines(), FiscalCalendar()).to_pyarrow()


def account_years_by_hand(scale: str) -> Work:
    sql = f"SELECT account, year(date), {SUMS} FROM {_files(scale)} GROUP BY ALL"
    return lambda: duckdb.connect().execute(sql).to_arrow_table()


def account_years_polars(scale: str) -> Work:
    import polars as pl

    files = _parquet(scale)
    return lambda: (
        pl.scan_parquet(files)
        .group_by("account", pl.col("date").dt.year())
        .agg(pl.sum("revenue"), pl.sum("direct_cost"), pl.len(), pl.min("date").alias("a"), pl.max("date").alias("b"))
        .collect(engine="streaming")
    )


def account_years_pandas(scale: str) -> Work:
    import pandas as pd

    def work() -> object:
        columns = ["account", "date", "revenue", "direct_cost"]
        frame = pd.concat([pd.read_parquet(path, columns=columns) for path in _parquet(scale)])
        years = pd.to_datetime(frame["date"]).dt.year
        return frame.groupby(["account", years]).agg({"revenue": ["sum", "size"], "direct_cost": "sum"})

    return work


def account_years_sqlite(scale: str) -> Work:
    path = data.folder(scale) / "lines.sqlite3"
    if not path.is_file():
        con = sqlite3.connect(path)
        con.execute("CREATE TABLE lines (account TEXT, date TEXT, revenue INTEGER, direct_cost INTEGER)")
        rows = duckdb.connect().execute(f"SELECT account, date::TEXT, revenue, direct_cost FROM {_files(scale)}")
        while batch := rows.fetchmany(100_000):
            con.executemany("INSERT INTO lines VALUES (?, ?, ?, ?)", batch)
        con.commit()
    sql = f"SELECT account, substr(date, 1, 4), {SUMS} FROM lines GROUP BY 1, 2"
    return lambda: sqlite3.connect(path).execute(sql).fetchall()


def portfolio(scale: str) -> Work:
    store = _warm(stored(scale))

    def work() -> object:
        facts = measures.account_years(store.lines(), FiscalCalendar())
        with_profit = facts.mutate(profit=facts.revenue - facts.direct_cost)
        ranked = measures.ranked(with_profit, "profit").to_pyarrow()
        return ranked, measures.recency(store.lines(), data.TODAY).to_pyarrow()

    return work


def portfolio_by_hand(scale: str) -> Work:
    profit = "sum(revenue) - sum(direct_cost) AS p"
    facts = f"SELECT account, year(date) AS y, {SUMS}, {profit} FROM {_files(scale)} GROUP BY ALL"
    order = "PARTITION BY y ORDER BY p DESC NULLS LAST, account"
    ranked = f"SELECT *, row_number() OVER ({order}), sum(p) OVER ({order}) FROM ({facts})"
    recency = (
        f"SELECT account, max(date), count(DISTINCT document), count(*), sum(revenue) FROM {_files(scale)} GROUP BY 1"
    )

    def work() -> object:
        con = duckdb.connect()
        return con.execute(ranked).to_arrow_table(), con.execute(recency).to_arrow_table()

    return work


def _scratch(scale: str) -> Path:
    return Path(tempfile.mkdtemp(dir=data.folder(scale)))


def import_csv(scale: str) -> Work:
    file, scratch = data.csv_file(scale), _scratch(scale)
    _warm(stored("0.1"))

    def work() -> None:
        store = ParquetStore(scratch / "store")
        bring_in(file, store, "all")
        measures.account_years(store.lines(), FiscalCalendar()).to_pyarrow()
        shutil.rmtree(scratch)

    return work


def import_csv_unchecked(scale: str) -> Work:
    file, scratch = data.csv_file(scale), _scratch(scale)

    def work() -> None:
        duckdb.connect().execute(
            f"COPY (FROM read_csv('{file}')) TO '{scratch}/x.parquet' (FORMAT parquet, COMPRESSION zstd)"
        )
        shutil.rmtree(scratch)

    return work


def import_csv_pandas(scale: str) -> Work:
    import pandas as pd

    file, scratch = data.csv_file(scale), _scratch(scale)

    def work() -> None:
        con = sqlite3.connect(scratch / "x.sqlite3")
        for piece in pd.read_csv(file, chunksize=200_000):
            piece.to_sql("lines", con, if_exists="append", index=False)
        con.execute(f"SELECT account, substr(date, 1, 4), {SUMS} FROM lines GROUP BY 1, 2").fetchall()
        shutil.rmtree(scratch)

    return work


def import_csv_orm(scale: str) -> Work:
    """The csv module and Django's bulk_create, the way many in-house tools begin."""
    file, scratch = data.csv_file(scale), _scratch(scale)
    model = _line_model(scratch / "x.sqlite3")

    def work() -> None:
        with file.open(newline="") as stream:
            rows: list[Any] = []
            for row in csv.DictReader(stream):
                rows.append(
                    model(**{name: row[name] for name in ("account", "date", "document", "revenue", "direct_cost")})
                )
                if len(rows) == 5000:
                    model.objects.bulk_create(rows)
                    rows.clear()
            model.objects.bulk_create(rows)
        shutil.rmtree(scratch)

    return work


def _line_model(path: Path) -> Any:
    import django
    from django.conf import settings

    settings.configure(DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": path}}, INSTALLED_APPS=[])
    django.setup()
    from django.db import connection, models

    fields: dict[str, Any] = {
        "account": models.CharField(max_length=50), "date": models.DateField(),
        "document": models.CharField(max_length=50), "__module__": "benchmarks",
        "revenue": models.DecimalField(max_digits=20, decimal_places=4),
        "direct_cost": models.DecimalField(max_digits=20, decimal_places=4),
        "Meta": type("Meta", (), {"app_label": "benchmarks"}),
    }  # fmt: skip
    model = type("Line", (models.Model,), fields)
    with connection.schema_editor() as editor:
        editor.create_model(model)
    return model


def one_more_month(scale: str) -> Work:
    month, scratch = data.last_month(scale), _scratch(scale)
    shutil.copytree(stored(scale).directory, scratch / "store", copy_function=_link)
    store = ParquetStore(scratch / "store")

    def work() -> None:
        bring_in(month, store, "month")
        touched = store.lines().filter(lambda t: t.batch == "month").account
        lines = store.lines()
        measures.account_years(lines.semi_join(touched.as_table().distinct(), "account"), FiscalCalendar()).to_pyarrow()
        shutil.rmtree(scratch)

    return work


def _link(source: str, target: str) -> None:
    Path(target).hardlink_to(source)


QUESTIONS: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = (
    (
        "Lines to account-years", "0.1 1",
        (("OpenKAM", "account_years"), ("DuckDB by hand (floor)", "account_years_by_hand"),
         ("polars", "account_years_polars"), ("pandas", "account_years_pandas"), ("SQLite", "account_years_sqlite")),
    ),
    ("Account-years, rank, whale curve, recency", "0.1 1",
     (("OpenKAM", "portfolio"), ("DuckDB by hand (floor)", "portfolio_by_hand"))),
    (
        "CSV checked, stored, summarised", "0.1 1",
        (("OpenKAM", "import_csv"), ("DuckDB CSV to Parquet, no checks (floor)", "import_csv_unchecked"),
         ("pandas into SQLite", "import_csv_pandas")),
    ),
    ("CSV checked, stored, summarised (small)", "0.1",
     (("OpenKAM", "import_csv"), ("csv module and Django ORM", "import_csv_orm"))),
    ("One more month on top", "1", (("One more month", "one_more_month"), ("All again", "import_csv"))),
)  # fmt: skip


def run(scales: set[str], runs: int) -> list[tuple[str, str, list[Figure]]]:
    """(question, scale, figures) for each question at each of its scales that was asked for."""
    return [
        (title, scale, interleaved([(name, f"benchmarks.ledger:{function}") for name, function in peers], scale, runs))
        for title, its_scales, peers in QUESTIONS
        for scale in its_scales.split()
        if scale in scales
    ]
