"""From rows to stored lines: what is kept, what is left out and why, and the laws of importing."""

import tempfile
from datetime import date
from decimal import Decimal
from itertools import chain, groupby
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from tests.ledger.desk import PLAIN, Desk, line

from openkam.ledger.checks import Decisions
from openkam.ledger.intake import accept, preview
from openkam.ledger.mapping import Mapping
from openkam.ledger.session import Cancelled
from openkam.ledger.staging import Staged, discard
from openkam.method.errors import InvalidInput

UNNUMBERED = PLAIN.model_copy(update={"line_no": None})
PRICED = Mapping(
    account="account",
    date="date",
    quantity="quantity",
    unit_price="price",
    discount="off",
    discount_kind="percent",
    unit_cost="cost",
)


def skipped(receipt) -> dict[str, int]:
    return {part.code: part.lines for part in receipt.skipped}


def counts(staged) -> dict[tuple[str, str], int]:
    return {(count.code, count.column): count.lines for count in staged.counts}


@pytest.mark.parametrize(
    ("given", "code", "column"),
    [
        ({"date": "yesterday"}, "date_unparsable", "date"),
        ({"date": "2024-02-30"}, "date_unparsable", "date"),
        ({"date": "03-01"}, "date_unparsable", "date"),
        ({"date": ""}, "date_missing", "date"),
        ({"date": "1812-01-01"}, "date_implausible", "date"),
        ({"date": "2099-01-01"}, "date_implausible", "date"),
        ({"revenue": "NaN"}, "number_unparsable", "revenue"),
        ({"revenue": "inf"}, "number_unparsable", "revenue"),
        ({"revenue": "1e999"}, "number_unparsable", "revenue"),
        ({"revenue": "ten"}, "number_unparsable", "revenue"),
        ({"revenue": "1e17"}, "overflow", "revenue"),
        ({"revenue": "1e15"}, "overflow", "revenue"),
        ({"revenue": ""}, "number_missing", "revenue"),
        ({"revenue": "n/a"}, "number_missing", "revenue"),
        ({"account": ""}, "account_missing", "account"),
        ({"account": "A" * 501}, "too_long", "account"),
        ({"document": "D" * 501}, "too_long", "document"),
    ],
)
def test_a_bad_line_is_left_out_by_name_and_the_good_one_kept(desk, given, code, column):
    bad = line(2, **given)
    staged = desk.stage([line(1), bad])
    receipt = accept(staged, Decisions(), desk.store, "b")

    assert receipt.reconciles
    assert receipt.stored.lines == 1
    assert skipped(receipt) == {code: 1}
    [problem] = staged.problems(code)
    field = {"account": "account", "document": "document", "date": "date", "revenue": "revenue"}[column]
    assert (problem.row, problem.column, problem.value) == (3, column, str(bad[field]) or None)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"date": "2025-06-01"}, "date_future"),
        ({"revenue": "0"}, "price_zero"),
        ({"revenue": "-5"}, "revenue_negative"),
    ],
)
def test_an_odd_line_is_kept_unless_somebody_decides_otherwise(desk, given, code):
    staged = desk.stage([line(1), line(2, **given)])

    assert preview(staged, Decisions()).stored.lines == 2
    assert skipped(preview(staged, Decisions(codes={code: "skip"}))) == {code: 1}


def test_a_line_that_cannot_be_kept_cannot_be_decided():
    with pytest.raises(ValidationError, match="not_switchable"):
        Decisions(codes={"date_missing": "keep"})


@pytest.mark.parametrize("name", ["客" * 500, "שלום עולם", "عميل", "🦄🏳️‍🌈", "O'Brien; DROP TABLE lines --", 'say "hi"'])
def test_any_name_in_any_script_is_a_key_as_it_stands(desk, name):
    desk.take([line(account=name)])

    assert desk.lines("account") == [{"account": name}]


def test_one_account_alone_is_an_account_year(desk):
    desk.take([line()])

    [fact] = desk.facts()
    assert (fact["account"], fact["fiscal_year"], fact["revenue"], fact["direct_cost"]) == ("A", 2024, 10_0000, None)


def test_returns_reduce_the_year_and_are_counted(desk):
    rows = [
        {"account": "A", "date": "2024-01-01", "quantity": q, "price": "2.5", "off": "", "cost": "1"} for q in (4, -1)
    ]
    receipt = desk.take(rows, PRICED)

    assert receipt.revenue == Decimal("7.5")
    assert receipt.direct_cost == Decimal(3)
    assert {each.code for each in receipt.found} == {"quantity_negative"}


def test_price_times_quantity_less_discount_is_exact_before_it_is_rounded(desk):
    row = {
        "account": "A",
        "date": "2024-01-01",
        "quantity": "3",
        "price": "9.80000019",
        "off": "12.5",
        "cost": "0.00005",
    }
    receipt = desk.take([row], PRICED)

    assert receipt.file.of("EUR") == Decimal("9.80000019") * 3 * Decimal("0.875")
    assert receipt.revenue == Decimal("25.7250")
    assert receipt.direct_cost == Decimal("0.0002")
    assert receipt.rounding[0].amount == Decimal("9.80000019") * 3 * Decimal("0.875") - Decimal("25.725")


def test_an_empty_cost_is_unknown_and_never_zero(desk):
    rows = [
        {"account": "A", "date": "2024-01-01", "quantity": 1, "price": 5, "off": 0, "cost": cost} for cost in ("", "0")
    ]
    receipt = desk.take(rows, PRICED)

    assert (receipt.lines_without_cost, receipt.direct_cost) == (1, Decimal(0))
    assert [row["direct_cost"] for row in desk.lines()] == [None, 0]


def test_unknown_accounts_are_told_with_name_lines_and_revenue(desk):
    mapping = PLAIN.model_copy(update={"account_name": "name"})
    rows = [line(1, account="A"), line(2, account="B", name="Bee"), line(3, account="B", name="Bee", revenue="5")]
    staged = desk.stage(rows, mapping, known_accounts=["A"])

    assert staged.unknown_accounts == 1
    [unknown] = staged.accounts()
    assert (unknown.key, unknown.name, unknown.lines, unknown.revenue) == ("B", "Bee", 2, 15_0000)


@pytest.mark.parametrize(
    ("decisions", "kept"),
    [
        (Decisions(), {"A", "B", "C"}),
        (Decisions(accounts={"B": "skip"}), {"A", "C"}),
        (Decisions(unknown_accounts="skip"), {"A"}),
        (Decisions(unknown_accounts="skip", accounts={"B": "map"}), {"A", "B"}),
        (Decisions(without_account="rest"), {"A", "B", "C", "rest"}),
    ],
)
def test_accounts_are_created_mapped_or_left_out_as_decided(desk, decisions, kept):
    rows = [line(n, account=key) for n, key in enumerate(["A", "B", "C", ""])]
    desk.take(rows, decisions=decisions, known_accounts=["A"])

    assert {row["account"] for row in desk.lines()} == kept


def test_a_line_repeated_under_its_number_counts_once_and_a_changed_one_is_reported(desk):
    staged = desk.stage([line(1), line(1), line(1, revenue="11"), line(2)])
    receipt = accept(staged, Decisions(), desk.store, "b")

    assert skipped(receipt) == {"duplicate_line": 1, "line_changed": 1}
    assert counts(staged)["line_changed", "line_no"] == 1
    assert receipt.revenue == 20


def test_a_line_changed_since_the_last_import_is_reported_and_the_first_stays(desk):
    desk.take([line(1)])
    receipt = desk.take([line(1, revenue="12"), line(2)])

    assert skipped(receipt) == {"line_changed": 1}
    assert sum(fact["revenue"] for fact in desk.facts()) == 20_0000


def test_lines_without_numbers_may_repeat_within_a_file_and_not_across_files(desk):
    rows = [line(), line(), line(revenue="7")]
    first, second = desk.take(rows, UNNUMBERED), desk.take([*rows, line()], UNNUMBERED)

    assert first.stored.lines == 3
    assert {each.code: each.lines for each in first.found} == {"repeated_line": 1}
    assert (second.stored.lines, skipped(second)) == (1, {"already_imported": 3})


def test_a_bad_first_line_does_not_hide_the_good_second_one(desk):
    receipt = desk.take([line(1, date="never"), line(1)])

    assert receipt.stored.lines == 1
    assert skipped(receipt) == {"date_unparsable": 1}


def test_another_import_between_staging_and_accepting_is_noticed(desk):
    staged = desk.stage([line(1), line(2)])
    desk.take([line(1)])
    receipt = accept(staged, Decisions(), desk.store, "late")

    assert receipt.reconciles
    assert skipped(receipt) == {"already_imported": 1}


def test_a_staged_file_waits_in_its_folder_for_another_process(desk):
    staged = desk.stage([line(1), line(2, date="")], known_accounts=[])
    again = Staged.load(staged.directory)

    assert again == staged
    assert accept(again, Decisions(), desk.store, "b").stored.lines == 1
    discard(staged.directory)
    assert not list(staged.directory.glob("*.parquet"))


def test_headers_that_are_missing_leave_their_lines_out_and_repeated_ones_count_once(desk):
    mapping = Mapping(
        account="customer", date="date", revenue="revenue", document="order", lines_key="order", header_key="order"
    )
    header = desk.file([{"order": n, "customer": f"C{n}", "date": "2024-01-01"} for n in (1, 1, 2)])
    lines = desk.file([{"order": n, "revenue": 10 * n} for n in (1, 2, 3)])
    receipt = desk.take(lines, mapping, header=header)

    assert skipped(receipt) == {"header_missing": 1}
    assert receipt.revenue == 30


def test_cancelling_leaves_nothing_behind(desk):
    def stop(share: float) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        desk.stage([line(n) for n in range(20_000)], progress=stop)
    staged = desk.stage([line(n) for n in range(10)])
    with pytest.raises(Cancelled):
        accept(staged, Decisions(), desk.store, "b", progress=stop)

    assert list(desk.folder.rglob("candidates.parquet")) == [staged.lines_path]
    assert desk.store.batches() == ()
    assert not list(desk.folder.rglob("lines.parquet"))


def test_progress_ends_at_one_and_never_goes_outside(desk):
    shares: list[float] = []
    desk.stage([line(n) for n in range(2_000)], progress=shares.append)

    assert shares[-1] == 1.0
    assert all(0.0 <= share <= 1.0 for share in shares)


def test_a_mapping_that_does_not_fit_the_file_is_refused_before_anything_is_read(desk):
    path = desk.file([{"x": 1}])
    with pytest.raises(InvalidInput) as error:
        desk.stage(path, Mapping(account="account", date="x", revenue="x"))
    assert error.value.code == "column_unknown"


days = st.dates(date(2023, 1, 1), date(2023, 1, 9))
amounts = st.decimals(-1000, 1000, places=4, allow_nan=False)
entries = st.lists(st.tuples(days, st.sampled_from("ABC"), amounts), min_size=1, max_size=12)
law = settings(max_examples=15, deadline=None)


def rows_of(entries) -> list[dict]:
    return [{"account": a, "date": d.isoformat(), "revenue": str(r), "document": f"{d}{a}"} for d, a, r in entries]


def facts_of(*files: list[dict]) -> list[dict]:
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder))
        for rows in files:
            desk.take(rows, UNNUMBERED)
        return desk.facts()


@law
@given(entries, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(entries, random):
    rows = rows_of(entries)
    mixed = random.sample(rows, len(rows))

    assert facts_of(mixed) == facts_of(rows)


@law
@given(entries, entries)
def test_one_file_and_then_the_other_is_the_other_way_round(left, right):
    assert facts_of(rows_of(left), rows_of(right)) == facts_of(rows_of(right), rows_of(left))


@law
@given(entries, st.data())
def test_overlapping_pieces_by_whole_days_are_the_whole(entries, data):
    rows = sorted(rows_of(entries), key=lambda row: row["date"])
    by_day = [list(group) for _, group in groupby(rows, key=lambda row: row["date"])]
    end = data.draw(st.integers(1, len(by_day)))
    start = data.draw(st.integers(0, end))
    first, second = list(chain(*by_day[:end])), list(chain(*by_day[start:])) or rows

    assert facts_of(first, second) == facts_of(rows)


@law
@given(entries, entries)
def test_undo_gives_back_the_facts_of_before(left, right):
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder))
        desk.take(rows_of(left), UNNUMBERED)
        before = desk.facts()
        desk.take(rows_of(right), UNNUMBERED, batch="undone")
        desk.store.remove("undone")

        assert desk.facts() == before


texts = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12)
odd_rows = st.fixed_dictionaries({"account": texts, "date": texts, "revenue": texts})


@law
@given(st.lists(odd_rows, min_size=1, max_size=6))
def test_any_text_at_all_gives_a_receipt_that_reconciles(rows):
    with tempfile.TemporaryDirectory() as folder:
        receipt = Desk(Path(folder)).take([{**line(9), "document": "X"}, *rows], UNNUMBERED)

        assert receipt.stored.lines >= 1
