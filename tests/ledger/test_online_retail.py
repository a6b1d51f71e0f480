"""UCI Online Retail (Chen 2015, CC BY 4.0): returns, lines without a customer, repeats without line numbers."""

from datetime import date
from decimal import Decimal

import pyarrow.parquet as pq
import pytest

from openkam.ledger.checks import Decisions
from openkam.ledger.mapping import Mapping
from openkam.ledger.measures import totals

RETAIL = Mapping(
    account="CustomerID",
    date="InvoiceDate",
    document="InvoiceNo",
    product="StockCode",
    quantity="Quantity",
    unit_price="UnitPrice",
    default_currency="GBP",
)
GIVEN = {"reporting_currency": "GBP", "today": date(2012, 1, 1)}


@pytest.fixture
def retail(real_data):
    return real_data("uci-online-retail/online_retail_2010-2011.parquet")


def found(receipt):
    return {(each.code, each.column): each.lines for each in receipt.found}


def test_every_line_of_the_file_is_accounted_for(desk, retail):
    receipt = desk.take(retail, RETAIL, **GIVEN)
    skipped = {part.code: part for part in receipt.skipped}

    assert receipt.file.lines == 541_909
    assert receipt.file.of("GBP") == Decimal("9747747.934")
    assert {code: part.lines for code, part in skipped.items()} == {"account_missing": 135_080}
    assert receipt.stored.lines == 541_909 - 135_080
    assert receipt.accounts == 4_372
    assert receipt.stored.of("GBP") + skipped["account_missing"].of("GBP") == Decimal("9747747.934")
    assert found(receipt)["quantity_negative", "quantity"] == 10_624
    assert found(receipt)["price_zero", "unit_price"] == 2_515
    assert found(receipt)["revenue_negative", "revenue"] == 2


def test_lines_without_a_customer_can_be_given_one(desk, retail):
    receipt = desk.take(retail, RETAIL, Decisions(without_account="counter sales"), **GIVEN)
    [facts] = totals(desk.store.lines()).to_pyarrow().to_pylist()

    assert receipt.stored.lines == 541_909
    assert receipt.revenue == Decimal("9747747.9340")
    assert (facts["accounts"], facts["documents"]) == (4_373, 25_900)


def test_the_cleaned_subset_is_a_question_to_the_stored_lines(desk, retail):
    desk.take(retail, RETAIL, **GIVEN)
    lines = desk.store.lines()
    cleaned = lines.filter((lines.quantity > 0) & (lines.revenue > 0) & ~lines.document.startswith("C"))
    [facts] = totals(cleaned).to_pyarrow().to_pylist()

    assert facts["revenue"] == 8_911_407_9040
    assert (facts["lines"], facts["accounts"], facts["documents"]) == (397_884, 4_338, 18_532)


def test_two_exports_that_overlap_by_nine_days_count_every_line_once(desk, retail, tmp_path):
    table = pq.read_table(retail)
    days = [text.as_py()[:10] for text in table["InvoiceDate"]]
    until = table.filter([day <= "2011-06-09" for day in days])
    since = table.filter([day >= "2011-06-01" for day in days])
    for name, piece in (("until", until), ("since", since)):
        pq.write_table(piece, tmp_path / f"{name}.parquet")
    first = desk.take(tmp_path / "until.parquet", RETAIL, **GIVEN)
    second = desk.take(tmp_path / "since.parquet", RETAIL, **GIVEN)

    assert first.stored.lines + second.stored.lines == 541_909 - 135_080
    again = {part.code: part.lines for part in second.skipped}["already_imported"]
    assert again == until.num_rows + since.num_rows - 541_909 - overlap_without_customer(until)
    assert first.revenue + second.revenue == sum(part_revenue(desk))


def overlap_without_customer(until) -> int:
    rows = zip(until["InvoiceDate"], until["CustomerID"], strict=True)
    return sum(1 for day, customer in rows if day.as_py()[:10] >= "2011-06-01" and customer.as_py() is None)


def part_revenue(desk) -> list[Decimal]:
    return [Decimal(batch.revenue).scaleb(-4) for batch in desk.store.batches()]
