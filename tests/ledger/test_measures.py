"""Every measure gives the slow, obvious answer on every engine, equal to the minor unit."""

import os
from collections import defaultdict
from datetime import date, timedelta
from itertools import product

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from ibis.common.exceptions import OperationNotDefinedError

from openkam.ledger import measures
from openkam.ledger.engines import connect
from openkam.ledger.fiscal import FiscalCalendar
from openkam.ledger.schema import LINES

AT = date(2024, 6, 30)
CALENDARS = [FiscalCalendar(), FiscalCalendar(start_month=4), FiscalCalendar(start_month=10, named_by="start")]
LOCAL = ["duckdb", "polars", "sqlite", "postgres"]
LARGE = ["spark"]


def some_lines() -> list[dict]:
    """Returns, unknown costs and quantities, lines of no product or document, amounts beyond 2^53, odd names."""
    accounts = ["A", "阿", "🦄", "A" * 500]
    rows = []
    for n, (account, month, day) in enumerate(product(accounts, range(1, 13), (1, 15, 28)), start=1):
        rows.append(
            {
                "batch": f"b{n % 3}",
                "row": n,
                "account": account,
                "date": date(2022 + n % 3, month, day),
                "document": None if n % 17 == 0 else f"D{n % 40}",
                "line_no": None if n % 4 else str(n),
                "product": None if n % 11 == 0 else f"P{n % 7}",
                "quantity": None if n % 13 == 0 else (n % 9 - 3) * 10_000,
                "revenue": (n % 23 - 4) * 3_333 + (n % 2) * 10**16,
                "direct_cost": None if n % 5 == 0 or account == "🦄" else n * 1_111,
                "currency": "EUR",
                "revenue_original": n,
                "direct_cost_original": None,
            }
        )
    return rows


ROWS = some_lines()


@pytest.fixture(scope="module", params=[*LOCAL, *(pytest.param(name, marks=pytest.mark.engines) for name in LARGE)])
def lines(request, tmp_path_factory):
    if request.param in LARGE and not os.environ.get("OPENKAM_TEST_ENGINES"):
        pytest.skip("engine not asked for: OPENKAM_TEST_ENGINES=1")
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_url")
    elif request.param == "spark":
        url = "spark://local-cluster[2,1,1024]"
    else:
        url = f"{request.param}://"
    backend = connect(url)
    table = pa.Table.from_pylist(ROWS, schema=LINES)
    if request.param in LARGE:  # there, lines lie as Parquet where every executor reads them
        path = tmp_path_factory.mktemp("lines") / "lines.parquet"
        pq.write_table(table, path, coerce_timestamps="us")
        yield backend.read_parquet(str(path))
    else:
        yield backend.create_table("measured_lines", table)
    backend.disconnect() if request.param != "polars" else None


def answer(table, *order):
    rows = table.to_pyarrow().to_pylist()
    return sorted(rows, key=lambda row: [(row[name] is not None, row[name]) for name in order])


def facts(rows: list[dict]) -> dict:
    costs = [row["direct_cost"] for row in rows if row["direct_cost"] is not None]
    return {
        "revenue": sum(row["revenue"] for row in rows),
        "direct_cost": sum(costs) if costs else None,
        "lines": len(rows),
        "lines_without_cost": len(rows) - len(costs),
        "first_date": min(row["date"] for row in rows),
        "last_date": max(row["date"] for row in rows),
    }


def quantity(rows: list[dict]) -> int | None:
    known = [row["quantity"] for row in rows if row["quantity"] is not None]
    return sum(known) if known else None


def grouped(key, rows=ROWS) -> dict:
    groups = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return groups


def in_order(rows: list[dict], *names: str) -> list[dict]:
    return sorted(rows, key=lambda row: [(row[name] is not None, row[name]) for name in names])


@pytest.mark.parametrize("calendar", CALENDARS, ids=str)
def test_account_years_agree_with_plain_python(lines, calendar):
    groups = grouped(lambda row: (row["account"], calendar.fiscal_year(row["date"])))
    expected = [{"account": a, "fiscal_year": y, **facts(rows)} for (a, y), rows in groups.items()]

    assert answer(measures.account_years(lines, calendar), "account", "fiscal_year") == in_order(
        expected, "account", "fiscal_year"
    )


def test_products_agree_with_plain_python(lines):
    groups = grouped(lambda row: row["product"])
    expected = [{"product": p, "quantity": quantity(rows), **facts(rows)} for p, rows in groups.items()]

    assert answer(measures.by_product(lines), "product") == in_order(expected, "product")


def test_documents_agree_with_plain_python(lines):
    groups = grouped(lambda row: (row["account"], row["document"]))
    expected = [{"account": a, "document": d, **facts(rows)} for (a, d), rows in groups.items()]

    assert answer(measures.by_document(lines), "account", "document") == in_order(expected, "account", "document")


def test_months_of_two_accounts_agree_with_plain_python(lines):
    chosen = [row for row in ROWS if row["account"] in {"阿", "🦄"}]
    groups = grouped(lambda row: (row["account"], row["date"].replace(day=1)), chosen)
    expected = [{"account": a, "month": m, **facts(rows)} for (a, m), rows in groups.items()]

    found = answer(measures.monthly(lines, ["阿", "🦄"]), "account", "month")
    assert found == in_order(expected, "account", "month")


def test_recency_agrees_with_plain_python(lines):
    groups = grouped(lambda row: row["account"], [row for row in ROWS if row["date"] <= AT])
    expected = [
        {
            "account": account,
            "last_date": max(row["date"] for row in rows),
            "days": (AT - max(row["date"] for row in rows)) // timedelta(days=1),
            "documents": len({row["document"] for row in rows} - {None}),
            "lines": len(rows),
            "revenue": sum(row["revenue"] for row in rows),
        }
        for account, rows in groups.items()
    ]

    assert answer(measures.recency(lines, AT), "account") == in_order(expected, "account")


def test_totals_agree_with_plain_python(lines):
    [found] = measures.totals(lines).to_pyarrow().to_pylist()
    accounts, documents = {row["account"] for row in ROWS}, {row["document"] for row in ROWS} - {None}

    assert found == {"accounts": len(accounts), "documents": len(documents), "quantity": quantity(ROWS), **facts(ROWS)}


@pytest.mark.parametrize("by", ["revenue", "direct_cost"])
def test_ranking_agrees_with_plain_python(lines, by):
    ranking = measures.ranked(measures.account_years(lines, FiscalCalendar()), by)
    if lines.get_backend().name == "polars":
        with pytest.raises(OperationNotDefinedError):
            ranking.to_pyarrow()
        return
    found = ranking.to_pyarrow().to_pylist()

    for rows in grouped(lambda row: row["fiscal_year"], found).values():
        rows.sort(key=lambda row: row["rank"])
        known = [row for row in rows if row[by] is not None]
        assert [row["rank"] for row in rows] == list(range(1, len(rows) + 1))
        assert known == rows[: len(known)]
        assert known == sorted(known, key=lambda row: (-row[by], row["account"]))
        assert [row["cumulative"] for row in known] == [sum(r[by] for r in known[: n + 1]) for n in range(len(known))]


def test_pages_of_a_drill_down_are_the_whole_in_order(lines):
    between = (date(2023, 1, 1), date(2023, 12, 31))
    whole = measures.lines_of(lines, ["A", "阿"], between).to_pyarrow().to_pylist()
    pages = [
        measures.lines_of(lines, ["A", "阿"], between, limit=7, offset=start).to_pyarrow().to_pylist()
        for start in range(0, len(whole), 7)
    ]
    expected = [row["row"] for row in ROWS if row["account"] in {"A", "阿"} and between[0] <= row["date"] <= between[1]]

    assert [row for page in pages for row in page] == whole
    assert sorted(row["row"] for row in whole) == expected
    assert [row["date"] for row in whole] == sorted(row["date"] for row in whole)


def test_no_lines_have_no_facts(lines):
    nothing = measures.of_accounts(lines, [])

    assert measures.account_years(nothing, FiscalCalendar()).to_pyarrow().num_rows == 0
    assert measures.totals(nothing).to_pyarrow().to_pylist()[0]["revenue"] is None


def test_a_measure_compiles_without_an_engine():
    assert "GROUP BY" in ibis.to_sql(measures.account_years(measures.LINES, FiscalCalendar()), dialect="trino")
