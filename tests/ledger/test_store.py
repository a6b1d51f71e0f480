"""The store: an import is whole or not there, whatever happens, and undone without a trace."""

import os
import resource
import signal
import subprocess
import sys
import textwrap
import time
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.ledger.desk import line

from openkam.ledger.schema import LINES, MONEY_SCALE
from openkam.ledger.store import Batch, ParquetStore
from openkam.method.errors import InvalidInput

SCALE = {"openkam_money_scale": str(MONEY_SCALE)}


def parquet(folder: Path, batch: str, count: int = 3, metadata=SCALE) -> Path:
    rows = [
        {
            "batch": batch,
            "row": n,
            "account": f"A{n % 5}",
            "date": date(2024, 1, 1 + n % 28),
            "revenue": n * 10_000,
            "currency": "EUR",
            "revenue_original": n * 10_000,
        }
        for n in range(count)
    ]
    path = folder / f"{batch}.parquet"
    pq.write_table(pa.Table.from_pylist(rows, schema=LINES.with_metadata(metadata)), path)
    return path


def add(store: ParquetStore, batch: str, count: int = 3) -> None:
    store.add(parquet(store.directory.parent, batch, count), Batch(id=batch, lines=count, revenue=0))


def contents(store: ParquetStore) -> list[tuple]:
    rows = store.lines().order_by("batch", "row").to_pyarrow().to_pylist()
    return [(row["batch"], row["row"], row["revenue"]) for row in rows]


def files(store: ParquetStore) -> set[str]:
    return {path.name for path in store.directory.iterdir()} - {"lock"}


@pytest.fixture
def store(tmp_path):
    return ParquetStore(tmp_path / "store")


def test_an_empty_store_has_no_lines_and_the_right_columns(store):
    assert store.lines().to_pyarrow().num_rows == 0
    assert store.lines().columns == tuple(LINES.names)


def test_undo_gives_back_exactly_what_was_there(store):
    add(store, "a")
    before = contents(store)
    add(store, "b")
    store.remove("b")

    assert contents(store) == before
    assert [batch.id for batch in store.batches()] == ["a"]


def test_a_reader_that_came_before_an_undo_reads_on(store):
    add(store, "a")
    lines = store.lines()
    store.remove("a")

    assert lines.count().to_pyarrow().as_py() == 3
    assert store.sweep(grace=0) != ()
    assert files(store) == {"manifest.json"}


@pytest.mark.parametrize("code", ["batch_exists", "batch_unknown"])
def test_a_batch_comes_and_goes_once(store, code):
    add(store, "a")
    with pytest.raises(InvalidInput) as error:
        add(store, "a") if code == "batch_exists" else store.remove("b")
    assert error.value.code == code


def test_another_scale_of_money_is_refused(store, tmp_path):
    for metadata in ({"openkam_money_scale": "2"}, {}):
        with pytest.raises(InvalidInput) as error:
            store.add(parquet(tmp_path, "a", metadata=metadata), Batch(id="a", lines=3, revenue=0))
        assert error.value.code == "scale"


@pytest.mark.parametrize(("key", "value", "code"), [("scale", 2, "scale"), ("version", 99, "version")])
def test_a_store_of_another_make_is_refused(store, key, value, code):
    add(store, "a")
    manifest = store.directory / "manifest.json"
    old = store.manifest().model_dump()
    manifest.write_text(
        str({**old, key: value})
        .replace("'", '"')
        .replace("None", "null")
        .replace("(", "[")
        .replace(",)", "]")
        .replace(")", "]")
    )
    with pytest.raises(InvalidInput) as error:
        store.lines()
    assert error.value.code == code


def test_compacting_changes_files_and_no_line_and_a_batch_can_still_be_undone(store):
    for batch in "abc":
        add(store, batch)
    before = contents(store)

    assert store.compact() == 2
    assert contents(store) == before
    assert len(store.manifest().files) == 1

    store.remove("b")
    assert contents(store) == [row for row in before if row[0] != "b"]


def test_a_connection_reads_the_store_and_nothing_else(store, tmp_path):
    add(store, "a")
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n")
    backend = store.connect()
    for sql in (
        f"SELECT * FROM read_csv('{secret}')",
        f"COPY (SELECT 1) TO '{tmp_path}/out.csv'",
        "SET enable_external_access = true",
    ):
        with pytest.raises(Exception, match=r"(?i)permission|disabled|locked|cannot"):
            backend.raw_sql(sql)


def test_leftovers_of_a_kill_are_swept_and_a_stranger_is_left_alone(store):
    add(store, "a")
    (store.directory / "orphan.parquet").write_bytes(b"x")
    (store.directory / "half.parquet.part").write_bytes(b"x")
    (store.directory / "README.txt").write_text("kept")

    assert set(store.sweep()) == {"orphan.parquet", "half.parquet.part"}
    assert (store.directory / "README.txt").exists()
    assert len(contents(store)) == 3


CHILD = textwrap.dedent(
    """
    import sys
    from pathlib import Path
    from tests.ledger.test_store import add
    from openkam.ledger.store import ParquetStore
    store = ParquetStore(Path(sys.argv[1]))
    for n in range(200):
        add(store, f"{sys.argv[2]}-{n}", 500)
        print("added", flush=True)
        if n % 3 == 2:
            store.compact()
        if n % 4 == 3:
            store.remove(f"{sys.argv[2]}-{n}")
    """
)


def child(store: ParquetStore, name: str, limit: int | None = None) -> subprocess.Popen:
    def bound() -> None:
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    root = str(Path(__file__).resolve().parents[2])
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, str(store.directory), name],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": root},
        preexec_fn=bound,  # noqa: PLW1509 — the child is single-threaded until it runs Python
    )


def is_sound(store: ParquetStore) -> bool:
    """Every batch of the manifest is whole, nothing else is there, and after a sweep no file is nobody's."""
    counted = {batch.id: batch.lines for batch in store.batches()}
    found: dict[str, int] = {}
    for batch, _, _ in contents(store):
        found[batch] = found.get(batch, 0) + 1
    store.sweep(grace=0)
    named = {file.name for file in store.manifest().files}
    return found == counted and files(store) - {"manifest.json"} == named


def test_killed_at_ten_moments_the_store_holds_whole_imports_only(store):
    for moment in range(10):
        process = child(store, f"kill{moment}")
        assert process.stdout.readline() == "added\n"
        time.sleep(0.02 + 0.037 * moment)
        process.kill()
        process.communicate()

        assert f"kill{moment}-0" in {batch.id for batch in store.batches()}
        assert is_sound(store)


def test_a_full_disk_leaves_the_store_as_it_was(store):
    add(store, "before", 500)
    process = child(store, "full", limit=8_000)
    _, errors = process.communicate()

    assert process.returncode != 0
    assert "Error" in errors
    assert is_sound(store)
    assert "before" in {batch.id for batch in store.batches()}


@pytest.mark.parametrize("step", ["move", "sync", "replace"])
def test_no_space_left_at_any_step_leaves_the_old_manifest_and_no_orphan(store, monkeypatch, tmp_path, step):
    add(store, "a")
    before = (store.directory / "manifest.json").read_bytes()
    lines = parquet(tmp_path, "b")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    target = {"move": "shutil.move", "sync": "openkam.ledger.store._sync", "replace": "pathlib.Path.replace"}[step]
    monkeypatch.setattr(target, full)
    with pytest.raises(OSError, match="No space"):
        store.add(lines, Batch(id="b", lines=3, revenue=0))
    monkeypatch.undo()

    assert (store.directory / "manifest.json").read_bytes() == before
    assert is_sound(store)


def test_two_processes_that_write_at_once_lose_nothing(store):
    processes = [child(store, name) for name in ("left", "right")]
    for process in [*processes, *processes]:
        assert process.stdout.readline() == "added\n"
    for process in processes:
        process.kill()
        process.communicate()

    names = {batch.id.split("-")[0] for batch in store.batches()}
    assert names == {"left", "right"}
    assert is_sound(store)


def test_one_line_of_the_tests_own_rows_is_a_line(desk):
    assert desk.take([line()]).stored.lines == 1
