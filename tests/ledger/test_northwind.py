"""Northwind (Ms-PL, MIT): lines and their document headers in two files, discounts with the noise of 32-bit floats."""

from datetime import date
from decimal import Decimal

import pytest

from openkam.ledger.fiscal import FiscalCalendar
from openkam.ledger.mapping import Mapping
from openkam.ledger.measures import account_years, by_document, recency

JOINED = Mapping(
    account="customer_id",
    date="order_date",
    document="order_id",
    product="product_id",
    quantity="quantity",
    unit_price="unit_price",
    discount="discount",
    discount_kind="fraction",
    lines_key="order_id",
    header_key="order_id",
)


@pytest.fixture
def receipt(desk, real_data):
    lines, header = real_data("northwind/order_details.csv"), real_data("northwind/orders.csv")
    return desk.take(lines, JOINED, header=header, reporting_currency="USD", today=date(1998, 6, 1))


def cents(amount: Decimal | int) -> Decimal:
    return Decimal(amount).quantize(Decimal("0.01"))


def test_net_revenue_after_discount_is_the_published_one(receipt):
    assert receipt.stored.lines == receipt.file.lines == 2_155
    assert cents(receipt.revenue) == Decimal("1265793.04")


def test_gross_revenue_without_the_discount_is_the_published_one(desk, real_data):
    gross = JOINED.model_copy(update={"discount": None, "discount_kind": None})
    lines, header = real_data("northwind/order_details.csv"), real_data("northwind/orders.csv")

    assert cents(desk.take(lines, gross, header=header).revenue) == Decimal("1354458.59")


def test_revenue_by_year_is_the_published_one(desk, receipt):
    years = account_years(desk.store.lines(), FiscalCalendar())
    rows = years.group_by("fiscal_year").agg(revenue=years.revenue.sum()).to_pyarrow().to_pylist()

    assert {row["fiscal_year"]: cents(Decimal(row["revenue"]).scaleb(-4)) for row in rows} == {
        1996: Decimal("208083.97"),
        1997: Decimal("617085.20"),
        1998: Decimal("440623.87"),
    }


def test_top_accounts_and_their_orders_are_the_published_ones(desk, receipt):
    documents = by_document(desk.store.lines())
    accounts = documents.group_by("account").agg(revenue=documents.revenue.sum(), orders=documents.count())
    rows = accounts.order_by(accounts.revenue.desc()).limit(3).to_pyarrow().to_pylist()

    assert [(row["account"], cents(Decimal(row["revenue"]).scaleb(-4)), row["orders"]) for row in rows] == [
        ("QUICK", Decimal("110277.31"), 28),
        ("ERNSH", Decimal("104874.98"), 30),
        ("SAVEA", Decimal("104361.95"), 31),
    ]


def test_recency_counts_the_days_since_the_last_order(desk, receipt):
    rows = recency(desk.store.lines(), date(1998, 5, 6)).to_pyarrow().to_pylist()

    assert len(rows) == 89
    assert all(row["days"] == (date(1998, 5, 6) - row["last_date"]).days >= 0 for row in rows)


def test_float_noise_is_told_as_rounding(receipt):
    [rounding] = receipt.rounding

    assert receipt.file.of("USD") == receipt.stored.of("USD") + rounding.amount
    assert abs(rounding.amount) < Decimal("0.05")
