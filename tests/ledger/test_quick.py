"""A file in one call, with nothing told: what is guessed is enough for account-years that reconcile."""

from datetime import date
from decimal import Decimal

import pytest

from openkam.ledger.quick import analyse_file
from openkam.ledger.schema import from_units

TODAY = date(2024, 12, 31)


def analysed(tmp_path, text, **given):
    path = tmp_path / "lines.csv"
    path.write_text(text, encoding="utf-8")
    return analyse_file(path, today=TODAY, **given)


def test_a_file_in_one_currency_is_reported_in_that_currency(tmp_path):
    text = "Customer ID,Date,Net amount,Currency\nA,2024-03-01,10,EUR\nB,2024-03-02,5.5,eur\n"
    found = analysed(tmp_path, text)

    assert found.receipt.reporting_currency == "EUR"
    assert found.receipt.skipped == ()
    assert [year.revenue for year in found.account_years] == [100_000, 55_000]


def test_the_commonest_currency_wins_and_the_others_lack_a_rate(tmp_path):
    text = "Customer ID,Date,Net amount,Currency\nA,2024-03-01,10,USD\nB,2024-03-02,5,EUR\nB,2024-03-03,5,EUR\n"
    found = analysed(tmp_path, text)

    assert found.receipt.reporting_currency == "EUR"
    assert [(part.code, part.lines) for part in found.receipt.skipped] == [("currency_without_rate", 1)]


def test_a_file_without_a_currency_is_reported_in_dollars(tmp_path):
    found = analysed(tmp_path, "Customer ID,Date,Net amount\nA,2024-03-01,10\n")

    assert found.receipt.reporting_currency == "USD"


def test_dates_of_the_republic_are_found_and_read(tmp_path):
    text = "客戶編號,發票日期,發票號碼,項次,未稅金額\nC01,113/05/01,A1,1,100\nC01,112/12/31,A2,1,50\n"
    found = analysed(tmp_path, text)

    assert [(year.fiscal_year, year.revenue) for year in found.account_years] == [(2023, 500_000), (2024, 1_000_000)]


def test_the_currency_may_come_from_the_documents(tmp_path):
    orders = tmp_path / "orders.csv"
    orders.write_text("order_id,customer_id,order_date,currency\n1,A,2024-03-01,CHF\n2,B,2024-03-02,CHF\n")
    found = analysed(tmp_path, "order_id,net_amount\n1,10\n2,20\n", header=orders)

    assert found.receipt.reporting_currency == "CHF"
    assert sum(year.revenue for year in found.account_years) == 300_000


@pytest.mark.parametrize(
    ("lines", "header", "revenue"),
    [
        ("adventureworks-dw/reseller_sales.csv.gz", None, "80450596.98"),
        ("northwind/order_details.csv", "northwind/orders.csv", "1265793.04"),
        ("uci-online-retail/online_retail_2010-2011.parquet", None, None),
    ],
)
def test_real_files_need_no_mapping(real_data, lines, header, revenue):
    documents = real_data(header) if header else None
    found = analyse_file(real_data(lines), header=documents, today=TODAY)

    assert found.receipt.reconciles
    assert len({year.account for year in found.account_years}) == found.receipt.accounts
    total = from_units(sum(year.revenue for year in found.account_years))
    assert total == found.receipt.revenue
    assert revenue is None or round(total, 2) == Decimal(revenue)
