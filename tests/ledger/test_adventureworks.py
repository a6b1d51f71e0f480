"""Microsoft's AdventureWorksDW reseller sales (MIT): the facts of its notes, through the whole way a file goes."""

from datetime import date
from decimal import Decimal

import pyarrow.csv as pacsv
import pytest
from tests.ledger.desk import Desk

from openkam.ledger.fiscal import FiscalCalendar
from openkam.ledger.mapping import Mapping
from openkam.ledger.measures import account_years, by_document, lines_of, monthly, ranked, totals
from openkam.ledger.quick import analyse_file
from openkam.ledger.rates import ProductCost

SALES = Mapping(
    account="ResellerKey",
    date="OrderDate",
    document="SalesOrderNumber",
    line_no="SalesOrderLineNumber",
    product="ProductKey",
    quantity="OrderQuantity",
    revenue="SalesAmount",
    direct_cost="TotalProductCost",
)
NO_COST = SALES.model_copy(update={"direct_cost": None})
COMPUTED = SALES.model_copy(
    update={
        "revenue": None,
        "unit_price": "UnitPrice",
        "discount": "DiscountAmount",
        "discount_kind": "amount",
        "direct_cost": None,
        "unit_cost": "ProductStandardCost",
    }
)


@pytest.fixture
def sales(real_data):
    return real_data("adventureworks-dw/reseller_sales.csv.gz")


def take(desk: Desk, sales, mapping=SALES, **given):
    return desk.take(sales, mapping, reporting_currency="USD", today=date(2014, 1, 1), **given)


def test_every_line_is_stored_and_totals_agree_to_the_last_decimal(desk, sales):
    receipt = take(desk, sales)

    assert (receipt.file.lines, receipt.stored.lines, receipt.skipped) == (60_855, 60_855, ())
    assert receipt.revenue == Decimal("80450596.9823")
    assert receipt.direct_cost == Decimal("79980114.3790")
    assert (receipt.accounts, receipt.lines_without_cost) == (635, 0)
    assert (receipt.first_date, receipt.last_date) == (date(2010, 12, 29), date(2013, 11, 29))
    [facts] = totals(desk.store.lines()).to_pyarrow().to_pylist()
    assert (facts["documents"], facts["quantity"]) == (3_796, 214_378_0000)


def test_sales_and_buying_accounts_by_calendar_year_are_the_published_ones(desk, sales):
    take(desk, sales)

    years = account_years(desk.store.lines(), FiscalCalendar())
    by_year = years.group_by("fiscal_year").agg(accounts=years.count(), revenue=years.revenue.sum())

    assert {row["fiscal_year"]: (row["accounts"], row["revenue"]) for row in by_year.to_pyarrow().to_pylist()} == {
        2010: (38, 489_328_5787),
        2011: (251, 18_192_802_7143),
        2012: (401, 28_193_631_5321),
        2013: (489, 33_574_834_1572),
    }


def test_prices_quantities_and_discounts_give_the_invoiced_amounts(desk, sales):
    receipt = take(desk, sales, COMPUTED)

    assert abs(receipt.revenue - Decimal("80450596.9823")) < Decimal("0.5")
    assert abs(receipt.direct_cost - Decimal("79980114.3790")) < Decimal("0.5")


def test_a_second_import_of_the_file_adds_nothing(desk, sales):
    take(desk, sales)
    again = take(desk, sales)

    assert again.stored.lines == 0
    assert [(part.code, part.lines) for part in again.skipped] == [("already_imported", 60_855)]
    assert sum(row["revenue"] for row in desk.facts()) == 80_450_596_9823


def test_a_file_without_cost_has_unknown_cost_not_zero(desk, sales):
    receipt = take(desk, sales, NO_COST)

    assert (receipt.direct_cost, receipt.lines_without_cost) == (None, 60_855)
    assert {row["direct_cost"] for row in desk.facts()} == {None}


def test_dated_product_costs_give_the_cost_of_the_day(desk, sales, real_data):
    rows = pacsv.read_csv(real_data("adventureworks-dw/products.csv")).to_pylist()
    costs = tuple(
        ProductCost(
            product=str(row["ProductKey"]),
            unit_cost=Decimal(str(row["StandardCost"])),
            valid_from=row["StartDate"].date() if row["StartDate"] else date(1, 1, 1),
        )
        for row in rows
        if row["StandardCost"] is not None
    )
    receipt = take(desk, sales, NO_COST, product_costs=costs)

    assert receipt.lines_without_cost < 60_855
    assert receipt.direct_cost > 0


def test_one_call_gives_the_account_years_of_a_file(sales, tmp_path):
    analysis = analyse_file(sales, SALES, today=date(2014, 1, 1), calendar=FiscalCalendar(start_month=7))

    assert analysis.receipt.reconciles
    assert sum(row.revenue for row in analysis.account_years) == 80_450_596_9823
    assert {row.fiscal_year for row in analysis.account_years} == {2011, 2012, 2013, 2014}


def test_drilling_down_reaches_every_line_once(desk, sales):
    take(desk, sales)
    lines = desk.store.lines()
    pages = [lines_of(lines, ["676"], limit=50, offset=start).to_pyarrow().to_pylist() for start in range(0, 400, 50)]
    rows = [row["row"] for page in pages for row in page]

    assert len(rows) == len(set(rows)) == lines.filter(lines.account == "676").count().to_pyarrow().as_py()


def test_months_and_documents_add_up_to_the_whole(desk, sales):
    take(desk, sales)
    lines = desk.store.lines()

    for measure in (monthly(lines), by_document(lines)):
        assert measure.revenue.sum().to_pyarrow().as_py() == 80_450_596_9823
    assert by_document(lines).count().to_pyarrow().as_py() == 3_796


def test_ranking_cumulates_to_the_total_of_each_year(desk, sales):
    take(desk, sales)
    rows = ranked(account_years(desk.store.lines(), FiscalCalendar())).to_pyarrow().to_pylist()
    last = {row["fiscal_year"]: row["cumulative"] for row in sorted(rows, key=lambda row: row["rank"])}

    assert last[2013] == 33_574_834_1572
