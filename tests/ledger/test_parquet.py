import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openkam.ledger.formats import open_file, scan
from openkam.ledger.guard import Refused
from openkam.ledger.parquet import text_sql
from openkam.ledger.workbook import number_text


def refusal(table: pa.Table, folder) -> str:
    pq.write_table(table, folder / "t.parquet")
    with pytest.raises(Refused) as refused:
        open_file(folder / "t.parquet", folder)
    return refused.value.code


def test_nothing_but_nested_columns_is_empty(tmp_path):
    assert refusal(pa.table({"tags": [["a"]], "raw": [b"\xff"]}), tmp_path) == "empty"


def test_the_name_of_the_row_number_is_taken(tmp_path):
    assert refusal(pa.table({"a": [1], "File_Row_Number": [2]}), tmp_path) == "column_reserved"


def test_torn_and_altered_files_are_refused_or_fail_in_the_engine(tmp_path):
    pq.write_table(pa.table({"a": list(range(1000)), "b": ["x"] * 1000}), tmp_path / "t.parquet")
    whole = (tmp_path / "t.parquet").read_bytes()
    for end in range(8, len(whole) - 1, max(len(whole) // 20, 1)):
        (tmp_path / "t.parquet").write_bytes(whole[:end])
        with pytest.raises(Refused) as refused:
            open_file(tmp_path / "t.parquet", tmp_path)
        assert refused.value.code == "parquet_broken"


def test_an_empty_table_has_columns_and_no_rows(tmp_path):
    pq.write_table(pa.table({"a": pa.array([], pa.int64())}), tmp_path / "t.parquet")
    opened = open_file(tmp_path / "t.parquet", tmp_path)
    assert (opened.columns, opened.rows, opened.sample) == (("a",), 0, ())
    assert duckdb.sql(f"SELECT * FROM {scan(opened)}").fetchall() == []


@given(st.lists(st.floats(-1e15, 1e15) | st.decimals(-(10**6), 10**6, places=4).map(float), min_size=1, max_size=20))
def test_a_number_has_the_same_text_in_the_engine_and_here(numbers):
    numbers = [number for number in numbers if number == 0 or abs(number) > 1e-12]
    with duckdb.connect() as con:
        for number in numbers:
            (text,) = con.execute(
                f"SELECT {text_sql('real', 'x')} FROM (SELECT CAST(? AS DOUBLE) AS x)", [number]
            ).fetchone()
            assert float(text) == number
            assert text == number_text(number)
