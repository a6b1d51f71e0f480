import csv
import io

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openkam.ledger.formats import open_file, scan
from openkam.ledger.guard import Limits, Refused
from openkam.ledger.survey import NotUtf8, Survey, survey


def seen(text: str | bytes, width: int = 2, size: int = 7) -> Survey:
    content = text if isinstance(text, bytes) else text.encode()
    pieces = [content[at : at + size] for at in range(0, len(content), size)]
    return survey(pieces, ",", width, Limits())


@pytest.mark.parametrize(
    "text", ["a,b\n1,2\n", "a,b\r\n1,2\r\n", "a,b\n1,2", 'a,b\n"x, ""y""","z\nz"\n', "a,b\n1,2\n\n\n"]
)
def test_a_table_that_all_readers_agree_on_is_tidy(text):
    assert seen(text).tidy
    assert seen(text).records == 2


@pytest.mark.parametrize(
    "text",
    [
        "a,b\n1\n",
        "a,b\n1,2,3\n",
        "a,b\n\n1,2\n",
        "a,b\n,\n1,2\n",
        "a,b\r\n1,2\n",
        "a,b\r1,2\r",
        'a,b\n5" pipe,2\n',
        'a,b\n"x" y,2\n',
        'a,b\n1, "x"\n',
        'a,b\n1,"x\n',
        "a,b\n1\r,2\n",
    ],
)
def test_a_table_that_readers_dispute_is_not(text):
    assert not any(seen(text, size=size).tidy for size in (1, 3, 1000))


@pytest.mark.parametrize(("text", "padded"), [("a,b\nx y,2\n", False), ("a,b\n1, 2\n", True), ("a,b\n1,2 \n", True)])
def test_a_space_at_the_edge_of_a_value_is_noticed(text, padded):
    assert all(seen(text, size=size).padded == padded for size in (4, 1000))


def test_the_place_of_a_broken_byte_does_not_depend_on_the_pieces():
    content = "ab,客\n".encode() + b"x\xe5\xae\n"
    for size in (1, 2, 5, 100):
        with pytest.raises(NotUtf8) as broken:
            seen(content, size=size)
        assert (broken.value.offset, broken.value.byte, broken.value.early) == (8, "E5", False)
    with pytest.raises(NotUtf8) as broken:
        seen(b"plain\nM\xfcller,1\n")
    assert broken.value.early


def test_a_record_beyond_the_bound_is_refused():
    with pytest.raises(Refused) as refused:
        survey([b"a,b\n", b"x" * 50], ",", 2, Limits(max_line_bytes=40))
    assert refused.value.code == "line_too_long"


ROUGH = st.lists(st.sampled_from([*'ab12,,;\n\n\r"" \t客é', "\r\n"]), max_size=60).map("".join)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rough=ROUGH)
def test_any_text_is_refused_or_reads_as_the_standard_reader_reads_it(tmp_path, rough):
    path = tmp_path / "rough.csv"
    path.write_bytes(("first,second\n" + rough).encode())
    refused = ""
    try:
        opened = open_file(path, tmp_path, encoding="utf-8", delimiter=",")
    except Refused as error:
        refused = error.code
    if refused:
        assert refused == "quote_open"
        return
    with duckdb.connect() as con:
        rows = con.sql(f"SELECT * FROM {scan(opened)} ORDER BY _row").fetchall()
    blank = " \t\r\n"
    width = len(opened.columns)
    reader = csv.reader(io.StringIO("first,second\n" + rough, newline=""), skipinitialspace=True)
    table = [(number, [cell.strip(blank) or None for cell in row]) for number, row in enumerate(reader, start=1)]
    expected = [
        (*(row + [None] * width)[:width], number) for number, row in table if number > opened.header_row and any(row)
    ]
    assert [row for row in rows if any(row[:-1])] == [row for row in expected if any(row[:-1])]
    assert opened.rows == len(rows)
