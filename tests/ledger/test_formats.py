import csv
import datetime
import gzip
import hashlib
import io
import os
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openkam.ledger.formats import Limits, Opened, Ragged, Refused, open_file, scan, scan_joined

ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp950", "gb18030", "cp1252"]
DELIMITERS = [",", ";", "\t", "|", "^", "~"]
WORDS = {
    "cp950": [["客戶編號", "發票日期", "金額"], ["台積電", "2024-01-31", "1200"], ["鴻海", "2024-02-01", "35"]],
    "gb18030": [["客户代码", "开票日期", "金额"], ["华为", "2024-01-31", "1200"], ["中兴", "2024-02-01", "35"]],
    "cp1252": [["Kunde", "Straße", "Betrag"], ["Müller", "Höhe", "1200"], ["Café Zoë", "x", "35"]],
}
TABLE = [["Customer", "Straße 客戶", "Amount"], ["A", "x", "12"], ["B", "客戶编号", "35"]]


@pytest.fixture
def con():
    with duckdb.connect(config={"threads": 2}) as connection:
        yield connection


def read(con, opened: Opened) -> list[tuple]:
    return con.sql(f"SELECT * FROM {scan(opened)} ORDER BY _row").fetchall()


def written(table, delimiter: str = ",", **how) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, **how).writerows(table)
    return text.getvalue()


def saved(folder: Path, content: bytes | str, name: str = "lines.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def refusal(folder: Path, content: bytes | str, **how) -> Refused:
    with pytest.raises(Refused) as refused:
        open_file(saved(folder, content), folder / "work", **how)
    left = list((folder / "work").glob("*")) if (folder / "work").exists() else []
    assert left == []
    return refused.value


@pytest.mark.parametrize("delimiter", DELIMITERS)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_encoding_and_delimiter_reads_the_same(tmp_path, con, encoding, delimiter):
    table = WORDS.get(encoding, TABLE)
    opened = open_file(saved(tmp_path, written(table, delimiter).encode(encoding)), tmp_path)
    assert opened.columns == tuple(table[0])
    assert opened.delimiter == delimiter
    assert read(con, opened) == [(*table[1], 2), (*table[2], 3)]
    assert opened.sample == tuple(tuple(row) for row in table[1:])


@pytest.mark.parametrize(
    ("encoding", "line"),
    [
        ("cp950", "客戶,金額\n1,2\n"),
        ("cp950", "日期,品名,數量,單價\n2024/1/1,鍵盤,1,590\n"),
        ("cp950", "發票號碼;買受人;銷售額\nAB12345678;聯華電子股份有限公司;100\n"),
        ("gb18030", "客户,金额\n1,2\n"),
        ("gb18030", "日期,品名,数量,单价\n2024/1/1,键盘,1,590\n"),
        ("gb18030", "发票号码;购方名称;销售额\n12345678;上海汽车集团股份有限公司;100\n"),
        ("big5hkscs", "客戶,地址,金額\n啲嘢有限公司,尖沙咀,5\n"),
        ("cp1252", "Kunde;Größe\nMüller;1\n"),
        ("cp1252", "client,montant\nSociété Générale,1\n"),
        ("cp1252", "cliente,país\nMuñoz,España\n"),
        ("cp1252", "item,price\nTea,£5\n"),
    ],
)
def test_short_texts_reveal_their_encoding(tmp_path, encoding, line):
    assert open_file(saved(tmp_path, line.encode(encoding)), tmp_path).encoding == encoding


def test_a_forced_encoding_and_delimiter_win(tmp_path, con):
    content = "a;b\nпривет;x,y\n".encode("cp1251")
    opened = open_file(saved(tmp_path, content), tmp_path, encoding="windows-1251", delimiter=";")
    assert read(con, opened) == [("привет", "x,y", 2)]
    assert refusal(tmp_path, "a,b\n", encoding="rot13").code == "encoding_unknown"
    assert refusal(tmp_path, "a,b\n", delimiter="、").code == "delimiter_unknown"


def test_a_late_western_letter_in_a_plain_file_is_understood(tmp_path, con):
    content = b"name,amount\n" + b"Smith,10\n" * 200_000 + "Müller,7\n".encode("cp1252")
    opened = open_file(saved(tmp_path, content), tmp_path)
    assert (opened.encoding, opened.rows) == ("cp1252", 200_001)
    assert con.sql(f"SELECT max(_row) FROM {scan(opened)} WHERE name = 'Müller'").fetchone() == (200_002,)


def test_a_broken_byte_after_true_utf8_is_refused_with_its_place(tmp_path):
    content = "name\nMüller äöü\n".encode() + b"Gr\xfc\xdfe\n"
    refused = refusal(tmp_path, content)
    assert (refused.code, refused.values["offset"], refused.values["byte"]) == ("encoding", 22, "FC")
    forced = refusal(tmp_path, content, encoding="utf-8")
    assert forced.values["offset"] == 22


@pytest.mark.parametrize("size", [10, 600_000])
def test_a_broken_byte_while_transcoding_is_refused_with_its_place(tmp_path, size):
    start = ("金額,數量\n" * size).encode("cp950")
    refused = refusal(tmp_path, start + b"1,\xff\n", encoding="big5")
    assert (refused.code, refused.values["offset"]) == ("encoding", len(start) + 2)


def test_plain_utf8_stays_in_place_and_a_copy_leaves_one_file(tmp_path):
    path = saved(tmp_path, "a,b\n1,2\n")
    assert open_file(path, tmp_path / "work").path == path
    assert not (tmp_path / "work").exists()
    opened = open_file(saved(tmp_path, gzip.compress(b"a,b\n1\n"), "x.csv"), tmp_path / "work")
    assert list((tmp_path / "work").iterdir()) == [opened.path]


def test_the_hash_and_size_are_of_the_file_as_handed_over(tmp_path):
    packed = gzip.compress(b"a,b\n1,2\n", mtime=0)
    opened = open_file(saved(tmp_path, packed), tmp_path)
    assert opened.bytes == len(packed)
    assert opened.sha256 == hashlib.sha256(packed).hexdigest()


def test_gzip_of_several_members_and_padding_reads_as_one(tmp_path, con):
    packed = gzip.compress(b"a,b\n1,2\n") + gzip.compress(b"3,4\n") + b"\0" * 100
    opened = open_file(saved(tmp_path, packed), tmp_path)
    assert (opened.format, read(con, opened)) == ("csv.gz", [("1", "2", 2), ("3", "4", 3)])


def test_gzip_of_big5_is_expanded_and_transcoded(tmp_path, con):
    packed = gzip.compress("客戶,金額\n台塑,5\n".encode("cp950"))
    assert read(con, open_file(saved(tmp_path, packed), tmp_path)) == [("台塑", "5", 2)]


def test_torn_and_swollen_gzip_files_are_refused(tmp_path):
    packed = gzip.compress(os.urandom(50_000).hex().encode())
    assert refusal(tmp_path, packed[:-500]).code == "gzip_broken"
    assert refusal(tmp_path, packed + b"garbage").code == "gzip_broken"
    bomb = gzip.compress(b"a,b\n" + b"1,2\n" * 2_000_000)
    assert refusal(tmp_path, bomb, limits=Limits(gzip_ratio_from=1_000_000)).code == "expands_too_far"
    assert refusal(tmp_path, bomb, limits=Limits(max_expanded=1_000_000)).code == "expands_too_far"
    assert refusal(tmp_path, gzip.compress(b"%PDF-1.7")).values["found"] == "gzip of pdf"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\n \n\r\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"sep=;\n", "empty"),
        (b"%PDF-1.7\n%\xe2\xe3", "format_unknown"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "format_unknown"),
        (b"<html><table><tr><td>1", "format_unknown"),
        (b"\n  <!DOCTYPE html>", "format_unknown"),
        (b'{"rows": []}', "format_unknown"),
        (b"PK\x03\x04 not a zip", "workbook_broken"),
        (b"PAR1 not parquet", "parquet_broken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "xls_legacy"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
            "workbook_locked",
        ),
        (bytes(range(256)) * 20, "binary"),
        (b"\x01\x02\x03\x04" * 100, "binary"),
        (b"a,b\n1,\0\n", "binary"),
        (b",".join(b"c%d" % n for n in range(501)) + b"\n", "too_many_columns"),
        (b"a,b\n1,2\n3," + b"x" * 2_000_000 + b"\n", "line_too_long"),
        (b'a,b\n1,"2\n' + b"3,4\n" * 500_000, "quote_open"),
        (b'a,b\n1,"2\n3,4\n', "quote_open"),
    ],
)
def test_what_is_no_table_is_refused_with_its_code(tmp_path, content, code):
    assert refusal(tmp_path, content).code == code


def test_a_file_beyond_the_bound_is_refused_unread(tmp_path):
    refused = refusal(tmp_path, "a,b\n1,2\n", limits=Limits(max_bytes=5))
    assert (refused.code, dict(refused.values)) == ("too_large", {"bytes": 8, "limit": 5})


def test_quotes_line_breaks_and_blanks_keep_their_meaning(tmp_path, con):
    content = 'a,b\r\n"x, y","said ""hi"""\r\n"two\r\nlines",\u3000 z \r\n"",""\r\nlast,"end"'
    opened = open_file(saved(tmp_path, content), tmp_path)
    assert opened.multiline
    assert read(con, opened) == [
        ("x, y", 'said "hi"', 2),
        ("two\r\nlines", "z", 3),
        *([(None, None, 4)] if not opened.numbered else []),
        ("last", "end", 5),
    ]


@pytest.mark.parametrize(
    "content",
    [
        'a,b\n1,5" pipe\n2,x\n',
        'a,b\n1,"5"" pipe"\n2,x\n',
        'a, b\n1, "5"" pipe"\n2, x\n',
        'a,b\r1,"5"" pipe"\r2,x\r',
        'a,b\r\n1,"5"" pipe"\n2,x\r\n',
        'sep=;\na;b\n1;"5"" pipe"\n2;x',
        'a;b;\n1;5" pipe;\n2;x;\n',
    ],
)
def test_loose_habits_of_writing_are_understood(tmp_path, con, content):
    opened = open_file(saved(tmp_path, content), tmp_path)
    assert [row[:2] for row in read(con, opened)] == [("1", '5" pipe'), ("2", "x")]
    assert opened.ragged == ()


def test_blank_lines_do_not_shift_the_row_numbers(tmp_path, con):
    opened = open_file(saved(tmp_path, "a,b\n\n1,2\n,\n\n3,4\n\n\n"), tmp_path)
    assert read(con, opened) == [("1", "2", 3), ("3", "4", 6)]
    assert opened.rows == 2


def test_short_and_long_records_are_read_and_named(tmp_path, con):
    opened = open_file(saved(tmp_path, "a,b,c\n1,2,3\n4,5\n6,7,8,9\n1,2,3,\n1,2,3\n"), tmp_path)
    assert opened.ragged == (Ragged(3, 2, 3), Ragged(4, 4, 3))
    assert opened.ragged_rows == 2
    assert read(con, opened)[1:4] == [("4", "5", None, 3), ("6", "7", "8", 4), ("1", "2", "3", 5)]


def test_titles_above_the_header_are_passed(tmp_path, con):
    opened = open_file(saved(tmp_path, "Sales report,,\nfrom,2024,\n\nname,date,amount\nA,2024-01-01,5\n"), tmp_path)
    assert (opened.header_row, opened.columns) == (4, ("name", "date", "amount"))
    assert read(con, opened) == [("A", "2024-01-01", "5", 5)]


def test_columns_get_unique_names(tmp_path, con):
    opened = open_file(saved(tmp_path, 'Name,name,,"two\nlines",_row,NAME (2)\n1,2,3,4,5,6\n'), tmp_path)
    assert opened.columns == ("Name", "name (2)", "column 3", "two lines", "_row (2)", "NAME (2) (2)")
    assert read(con, opened) == [("1", "2", "3", "4", "5", "6", 2)]


def test_a_table_without_header_is_noted(tmp_path):
    opened = open_file(saved(tmp_path, "10248,1996-07-04,12\n10249,1996-07-05,13\n"), tmp_path)
    assert [note.code for note in opened.notes] == ["header_like_data"]


def test_one_column_and_a_header_alone_are_tables(tmp_path, con):
    assert read(con, open_file(saved(tmp_path, "time\n10:30\n11:15\n"), tmp_path)) == [("10:30", 2), ("11:15", 3)]
    alone = open_file(saved(tmp_path, "a,b"), tmp_path)
    assert (alone.columns, alone.rows, read(con, alone)) == (("a", "b"), 0, [])


@pytest.mark.parametrize(
    "name", ["x[1].csv", "x*.csv", "x?.csv", "it's.csv", 'a"b.csv', "http:x.csv", "x.csv.gz", "客戶.csv", "s3{a,b}.csv"]
)
def test_a_file_name_is_only_a_name(tmp_path, con, name):
    folder = tmp_path / "k=1" / "[z]"
    folder.mkdir(parents=True)
    saved(folder, "a,b\nother,1\n", "x1.csv")
    opened = open_file(saved(folder, "a,b\nmine,2\n", name), tmp_path)
    assert read(con, opened) == [("mine", "2", 2)]


def test_hostile_column_names_stay_names(tmp_path, con):
    opened = open_file(saved(tmp_path, '"a""; DROP TABLE x; --","b\')"\n1,2\n'), tmp_path)
    assert read(con, opened) == [("1", "2", 2)]


def test_row_numbers_hold_when_the_engine_reads_in_parallel(tmp_path, con):
    lines = "".join(f"{n},{'x' * (n % 90)}\n" for n in range(2, 600_002))
    opened = open_file(saved(tmp_path, "n,text\n" + lines), tmp_path)
    assert not opened.numbered
    wrong = con.sql(f"SELECT count(*), count(*) FILTER (WHERE n::BIGINT <> _row) FROM {scan(opened)}").fetchone()
    assert wrong == (600_000, 0)


def test_parquet_values_become_exact_text(tmp_path, con):
    moment = datetime.datetime.fromisoformat("2010-12-01T08:26:00")
    table = pa.table(
        {
            "id": pa.array([17850.0, None, float("nan")]),
            "price": pa.array([2.55, 1e-7, 1e20]),
            "net": pa.array([Decimal("10.50"), Decimal("3.00"), None]),
            "day": pa.array([datetime.date(2024, 1, 2)] * 3),
            "at": pa.array([moment, datetime.datetime.fromisoformat("2010-12-01"), None]),
            "zoned": pa.array([moment] * 3, pa.timestamp("us", "Asia/Taipei")),
            "name": pa.array([" a ", "", None]).dictionary_encode(),
            "tags": pa.array([["x"], [], None]),
            "Name": pa.array(["b", "c", "d"]),
            "big": pa.array([2**62, 1, None]),
        }
    )
    pq.write_table(table, tmp_path / "t.parquet")
    opened = open_file(tmp_path / "t.parquet", tmp_path)
    first, second, third = read(con, opened)
    assert "tags" not in opened.columns
    assert "Name (2)" in opened.columns
    assert [(note.code, note.where) for note in opened.notes] == [("column_left_out", "tags")]
    day = "2024-01-02"
    early = "2010-12-01 08:26:00"
    assert first == ("17850", "2.55", "10.5", day, early, early, "a", "b", str(2**62), 1)
    assert second == (None, "0.0000001", "3", day, "2010-12-01", early, None, "c", "1", 2)
    assert third == (None, "100000000000000000000", None, day, None, early, None, "d", None, 3)
    assert opened.sample == (first[:-1], second[:-1], third[:-1])


def test_a_parquet_file_beyond_the_bounds_is_refused(tmp_path):
    pq.write_table(pa.table({f"c{n}": [1] for n in range(5)}), tmp_path / "t.parquet")
    for limits, code in [
        (Limits(max_columns=4), "too_many_columns"),
        (Limits(max_rows=0), "too_many_rows"),
        (Limits(max_expanded=10), "expands_too_far"),
    ]:
        with pytest.raises(Refused) as refused:
            open_file(tmp_path / "t.parquet", tmp_path, limits=limits)
        assert refused.value.code == code


def test_lines_and_headers_join_on_their_key(tmp_path, con):
    lines = open_file(saved(tmp_path, "order,item\n1,a\n1,b\n3,c\n", "lines.csv"), tmp_path)
    header = open_file(saved(tmp_path, "order,customer\n1,X\n1,twice\n2,Y\n", "heads.csv"), tmp_path)
    joined = con.sql(f"SELECT * FROM {scan_joined(lines, header, 'order', 'order')} ORDER BY _row")
    assert joined.columns == ["order", "item", "_row", "order (2)", "customer"]
    assert joined.fetchall() == [("1", "a", 2, "1", "X"), ("1", "b", 3, "1", "X"), ("3", "c", 4, None, None)]


CELLS = st.text(st.sampled_from("ab 12.-\"',;|\t\n\r客戶编号é€"), max_size=8)
TABLES = st.integers(1, 4).flatmap(lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=6))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    table=TABLES,
    dress=st.tuples(
        st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"]),
        st.sampled_from(DELIMITERS),
        st.sampled_from(["\n", "\r\n"]),
        st.booleans(),
    ),
)
def test_any_table_in_any_dress_comes_back_the_same(tmp_path, con, table, dress):
    encoding, delimiter, end, packed = dress
    width = len(table[0]) if table else 2
    header = [f"name{n}" for n in range(width)]
    content = written([header, *table], delimiter, lineterminator=end, quoting=csv.QUOTE_ALL).encode(encoding)
    path = saved(tmp_path, gzip.compress(content) if packed else content)
    opened = open_file(path, tmp_path, encoding=encoding, delimiter=delimiter)
    blank = " \t\r\n"
    expected = [
        (*(cell.strip(blank) or None for cell in row), number)
        for number, row in enumerate(table, start=2)
        if any(cell.strip(blank) for cell in row)
    ]
    assert [row for row in read(con, opened) if any(row[:-1])] == expected
