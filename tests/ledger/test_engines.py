"""Engines by URL: the same store on a table, and errors that say what is missing."""

import sys

import pytest
from tests.ledger.desk import line
from tests.ledger.test_store import parquet

from openkam.ledger.checks import Decisions
from openkam.ledger.engines import TableStore, connect
from openkam.ledger.fiscal import FiscalCalendar
from openkam.ledger.measures import account_years
from openkam.ledger.store import Batch
from openkam.method.errors import InvalidInput


@pytest.fixture(params=["duckdb", "sqlite", "postgres"])
def store(request):
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else f"{request.param}://"
    backend = connect(url)
    store = TableStore(backend, f"t{abs(hash(request.node.name))}")
    yield store
    backend.disconnect()


def facts(store) -> list[dict]:
    table = account_years(store.lines(), FiscalCalendar()).order_by("account", "fiscal_year")
    return table.to_pyarrow().to_pylist()


def test_a_table_tells_the_same_facts_as_parquet(store, desk):
    rows = [line(n, account=key, revenue=n) for n, key in enumerate(["A", "阿", "🦄", "A"], start=1)]
    desk.take(rows)
    receipt = desk.take(rows, store=store)

    assert receipt.stored.lines == 4
    assert facts(store) == desk.facts()


def test_a_second_import_into_a_table_adds_nothing(store, desk):
    desk.take([line(1), line(2)], store=store)
    receipt = desk.take([line(1), line(2), line(3)], store=store)

    assert receipt.stored.lines == 1
    assert {part.code: part.lines for part in receipt.skipped} == {"already_imported": 2}
    assert [batch.lines for batch in store.batches()] == [2, 1]


def test_undo_in_a_table_gives_back_the_facts_of_before(store, desk):
    desk.take([line(1)], store=store)
    before = facts(store)
    desk.take([line(2)], store=store, batch="undone")
    store.remove("undone")

    assert facts(store) == before
    with pytest.raises(InvalidInput) as error:
        store.remove("undone")
    assert error.value.code == "batch_unknown"


def test_lines_of_a_killed_import_are_invisible_and_swept(store, tmp_path, monkeypatch):
    def killed(self, *_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(TableStore, "_last_position", killed)
    with pytest.raises(KeyboardInterrupt):
        store.add(parquet(tmp_path, "half"), Batch(id="half", lines=3, revenue=0))
    monkeypatch.undo()

    assert store.batches() == ()
    assert store.lines().count().to_pyarrow().as_py() == 0
    store.sweep()
    store.add(parquet(tmp_path, "half"), Batch(id="half", lines=3, revenue=0))
    assert store.lines().count().to_pyarrow().as_py() == 3


def test_a_batch_id_is_taken_once(store, tmp_path):
    store.add(parquet(tmp_path, "b"), Batch(id="b", lines=3, revenue=0))
    with pytest.raises(InvalidInput) as error:
        store.add(parquet(tmp_path, "b"), Batch(id="b", lines=3, revenue=0))
    assert error.value.code == "batch_exists"


def test_a_table_of_another_scale_is_refused(store):
    store._run(f"UPDATE {store._about} SET scale = 2")
    with pytest.raises(InvalidInput) as error:
        TableStore(store.backend, store._about.removesuffix("_about"))
    assert error.value.code == "scale"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("oracle://host/db", "engine_unknown"),
        ("", "engine_unknown"),
        ("postgres://user:secret@127.0.0.1:1/none", "engine_unreachable"),
    ],
)
def test_an_engine_that_is_not_there_is_named_without_its_password(url, code):
    with pytest.raises(InvalidInput) as error:
        connect(url)
    assert error.value.code == code
    assert "secret" not in str(error.value)


def test_a_driver_that_is_not_installed_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyspark", None)
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(InvalidInput) as error:
        connect("spark://local[1]")
    assert (error.value.code, error.value.values["missing"]) == ("engine_driver", "pyspark.sql")


def test_decisions_hold_for_every_store(store, desk):
    rows = [line(1), line(2, date="2025-06-01")]
    receipt = desk.take(rows, decisions=Decisions(codes={"date_future": "skip"}), store=store)

    assert receipt.stored.lines == 1
