"""The one pass over a file: candidate lines into the staging file, by the short way wherever that will do."""

from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from openkam.ledger.candidates import candidates, texts_of
from openkam.ledger.formats import Opened, literal
from openkam.ledger.plain import LOOK, Plain, careful_texts, widened
from openkam.ledger.session import Progress, run

#: Values that hardly repeat gain nothing by a dictionary, and making one costs more than writing them.
_FORMAT = "FORMAT parquet, STRING_DICTIONARY_PAGE_SIZE_LIMIT 1000"


@dataclass(frozen=True)
class Pass:
    """A file to be read into `workdir`/candidates.parquet."""

    source: Opened
    header: Opened | None
    plain: Plain
    workdir: Path
    progress: Progress | None

    @property
    def target(self) -> Path:
        return self.workdir / "candidates.parquet"

    def careful(self, texts: str) -> str:
        """The long way, for these texts."""
        plain = self.plain
        return candidates(
            self.source,
            plain.mapping,
            texts=texts,
            reporting_currency=plain.reporting_currency,
            today=plain.today,
            tables=plain.tables,
        )


def write_candidates(con: duckdb.DuckDBPyConnection, job: Pass) -> None:
    """Write the staging file: narrow when every line is plain, else with all columns (`staged_lines` reads both)."""
    texts = texts_of(job.source, job.plain.mapping, job.header)
    if not _mostly_plain(con, job, texts):
        run(con, _copy(job.careful(texts), job.target), job.progress)
        return
    run(con, _copy(job.plain.lines(job.source, texts), job.target), job.progress)
    if con.execute(f"SELECT count(texts) FROM {_file(job.target)}").fetchall()[0][0]:
        _read_the_rest(con, job)


def _mostly_plain(con: duckdb.DuckDBPyConnection, job: Pass, texts: str) -> bool:
    if not job.plain.possible:
        return False
    sql = job.plain.lines(job.source, f"{texts} LIMIT {LOOK}")
    rows, careful = con.execute(f"SELECT count(*), count(texts) FROM ({sql})").fetchall()[0]
    return bool(rows) and careful * 2 <= rows


def _read_the_rest(con: duckdb.DuckDBPyConnection, job: Pass) -> None:
    """The lines that were not plain go the long way; then all are in one file again."""
    first, careful = _file(job.target), job.workdir / "careful.parquet"
    rest = job.careful(careful_texts(first))
    plain = f"SELECT * FROM {widened(f'{first} WHERE texts IS NULL')}"
    run(con, _copy(f"({plain}) UNION ALL BY NAME ({rest})", careful), job.progress)
    careful.replace(job.target)


def staged_lines(path: Path) -> str:
    """SQL of the candidate lines in a staging file, all columns."""
    return widened(_file(path)) if "texts" in pq.read_schema(path).names else _file(path)


def _copy(sql: str, to: Path) -> str:
    return f"COPY ({sql}) TO {literal(str(to))} ({_FORMAT})"


def _file(path: Path) -> str:
    return f"read_parquet({literal(str(path.resolve()))}, hive_partitioning = false)"
