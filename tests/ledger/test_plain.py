"""The short way through a file and the long one agree on every line."""

from datetime import date
from decimal import Decimal

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.ledger.desk import TODAY, line

from openkam.ledger.candidates import candidates
from openkam.ledger.formats import Opened
from openkam.ledger.mapping import FIELDS, Mapping
from openkam.ledger.parse import day
from openkam.ledger.passing import staged_lines
from openkam.ledger.plain import Plain, careful_texts, plain_day, widened

GIVEN = Mapping(account="a", date="d", revenue="r", direct_cost="c", quantity="q", currency="m")
PRICED = Mapping(account="a", date="d", quantity="q", unit_price="p", unit_cost="u", currency="m")
COMMA = GIVEN.model_copy(update={"decimal_mark": ",", "date_order": "dmy"})
NOWHERE = {"path": None, "kind": "csv", "format": "csv", "encoding": None, "delimiter": ",", "sheet": None}
SOURCE = Opened(
    **NOWHERE, sheets=(), columns=("a",), sample=(), header_row=1, bytes=0, sha256="", rows=0
)  # fmt: skip
COLUMNS = (
    "row, account, date, document, line_no, product, quantity, revenue, direct_cost, currency, "
    "revenue_original, direct_cost_original, residue, name, marks"
)

digits = st.text("0123456789", min_size=1, max_size=12)
numbers = st.one_of(
    st.none(),
    st.decimals(-(10**6), 10**6, places=4, allow_nan=False).map(str),
    st.decimals(-(10**12), 10**12, places=6, allow_nan=False).map(str),
    st.builds("{}{}{}{}".format, st.sampled_from(["", "-", "+", " "]), digits, st.sampled_from(".,_eE"), digits),
    st.sampled_from(["-922337203685477.5808", "922337203685477.5807", "999999999999999", "nan", "inf", "n/a", "1e-5"]),
    st.sampled_from(["0.10000000000000001", "1_000", "1,000.5", "1.000,5", "0x10", "-0", ".5", "5.", "(1)", "1e3"]),
)
days = st.one_of(
    st.dates(date(1960, 1, 1), date(2040, 1, 1)).map(str),
    st.builds("{}/{}/{}".format, *[st.sampled_from(["1", "01", "12", "31", "2024", "99"])] * 3),
    st.sampled_from(
        [None, "2024-02-30", "2024-03-01 10:00:00", "2024-03-01T10:00:00", "2024-03-01 ab:cd:ef", "1.2.24"]
    ),
)
rows = st.fixed_dictionaries(
    {
        "account": st.sampled_from(["A", "B", None, "X" * 501]),
        "date": days,
        "currency": st.sampled_from(["EUR", "eur", "USD", "?", None]),
        "quantity": numbers,
        "unit_price": numbers,
        "revenue": numbers,
        "direct_cost": numbers,
        "unit_cost": numbers,
    }
)


@pytest.fixture(scope="module")
def con():
    with duckdb.connect() as con:
        con.execute("CREATE TABLE accounts AS SELECT 'A' AS key")
        cells = ", ".join(f"t_{field} VARCHAR" for field in FIELDS)
        con.execute(f"CREATE TABLE texts (row BIGINT, has_header BOOLEAN, {cells})")
        yield con


def fill(con, mapping, given):
    con.execute("DELETE FROM texts")
    for row, texts in enumerate(given, start=2):
        cells = [texts.get(field) if field in mapping.named() else None for field in FIELDS]
        con.execute(f"INSERT INTO texts VALUES (?, true{', ?' * len(cells)})", [row, *cells])


def both_ways(con, mapping):
    """The lines by the long way alone, and by the short way with the long one for the rest."""
    setting = {"reporting_currency": "EUR", "today": TODAY, "tables": frozenset({"accounts"})}
    every = "SELECT * FROM texts"
    long = candidates(SOURCE, mapping, texts=every, **setting)
    short = f"({Plain(mapping=mapping, **setting).lines(SOURCE, every)})"
    rest = candidates(SOURCE, mapping, texts=careful_texts(short), **setting)
    plain = f"SELECT {COLUMNS} FROM {widened(f'{short} WHERE texts IS NULL')}"
    sql = f"({plain}) UNION ALL (SELECT {COLUMNS} FROM ({rest})) ORDER BY row"
    expected = con.execute(f"SELECT {COLUMNS} FROM ({long}) ORDER BY row").fetchall()
    return expected, con.execute(sql).fetchall(), con.execute(f"SELECT count(*) - count(texts) FROM {short}").fetchone()


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([GIVEN, PRICED, COMMA]), st.lists(rows, min_size=1, max_size=12))
@example(GIVEN, [{"account": "A", "date": "2024-01-01", "revenue": "-922337203685477.5808", "direct_cost": "1"}])
def test_the_short_way_and_the_long_way_give_the_same_lines(con, mapping, given):
    fill(con, mapping, given)
    expected, found, _ = both_ways(con, mapping)

    assert found == expected


def test_an_ordinary_line_goes_the_short_way(con):
    fill(
        con, GIVEN, [{"account": "A", "date": "2024-03-01", "revenue": "10.25", "direct_cost": "4", "currency": "EUR"}]
    )

    assert both_ways(con, GIVEN)[2] == (1,)


def test_a_price_times_a_quantity_goes_the_short_way_when_it_leaves_no_remainder(con):
    good = {"account": "A", "date": "2024-03-01", "currency": "EUR", "unit_cost": "1"}
    fill(
        con,
        PRICED,
        [{**good, "unit_price": "1.2345", "quantity": "3"}, {**good, "unit_price": "0.01", "quantity": "0.001"}],
    )
    expected, found, plain = both_ways(con, PRICED)

    assert found == expected
    assert plain == (1,)


@settings(deadline=None)
@given(days, st.sampled_from(["ymd", "dmy", "mdy"]))
def test_a_date_in_its_common_spelling_is_what_the_long_way_reads(con, text, order):
    mapping = GIVEN.model_copy(update={"date_order": order})
    sql = f"SELECT {plain_day('t', mapping)}, {day('t', order)} FROM (SELECT $1::VARCHAR AS t)"
    short, long = con.execute(sql, [text]).fetchone()

    assert short in (None, long)


def test_a_file_of_plain_lines_is_staged_narrow_and_read_whole(desk):
    staged = desk.stage([line(n) for n in range(3)])
    with duckdb.connect() as con:
        stored = con.execute(f"SELECT * FROM read_parquet('{staged.lines_path}')").description
        found = con.execute(f"SELECT revenue_original, residue FROM {staged_lines(staged.lines_path)}").fetchall()

    assert "revenue_original" not in [column[0] for column in stored]
    assert found == [(100_000, None)] * 3


def test_one_odd_line_among_plain_ones_keeps_its_texts_and_its_place(desk):
    staged = desk.stage([line(1), line(2), line(3, revenue="1.000001"), line(4, date="soon")])

    assert staged.file.lines == 4
    assert [(problem.row, problem.value) for problem in staged.problems()] == [(5, "soon")]
    assert staged.file.of("EUR") == Decimal("31.000001")
