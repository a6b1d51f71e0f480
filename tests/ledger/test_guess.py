from pathlib import Path

import pytest

from openkam.ledger.formats import Opened, open_file
from openkam.ledger.guess import CostColumns, guess, guess_costs, guess_join


def table(folder: Path, text: str, name: str = "lines.csv") -> Opened:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return open_file(path, folder)


def named(opened: Opened, header: Opened | None = None) -> dict[str, str]:
    return guess(opened, header).mapping.named()


def test_adventureworks_reseller_sales_are_understood(tmp_path, real_data):
    found = guess(open_file(real_data("adventureworks-dw/reseller_sales.csv.gz"), tmp_path))
    assert found.mapping.named() == {
        "account": "ResellerKey",
        "date": "OrderDate",
        "document": "SalesOrderNumber",
        "line_no": "SalesOrderLineNumber",
        "product": "ProductKey",
        "quantity": "OrderQuantity",
        "unit_price": "UnitPrice",
        "revenue": "SalesAmount",
        "direct_cost": "TotalProductCost",
    }
    assert found.reasons == ()
    assert min(found.confidence.values()) > 0.9


def test_uci_online_retail_is_understood(tmp_path, real_data):
    found = guess(open_file(real_data("uci-online-retail/online_retail_2010-2011.parquet"), tmp_path))
    assert found.mapping.named() == {
        "account": "CustomerID",
        "date": "InvoiceDate",
        "document": "InvoiceNo",
        "product": "StockCode",
        "quantity": "Quantity",
        "unit_price": "UnitPrice",
    }
    assert found.reasons == ()


def test_northwind_lines_find_their_orders(tmp_path, real_data):
    lines = open_file(real_data("northwind/order_details.csv"), tmp_path)
    orders = open_file(real_data("northwind/orders.csv"), tmp_path)
    assert guess_join(lines, orders) == ("order_id", "order_id")
    found = guess(lines, orders)
    assert found.mapping.named() == {
        "account": "customer_id",
        "date": "order_date",
        "document": "order_id",
        "product": "product_id",
        "quantity": "quantity",
        "unit_price": "unit_price",
        "discount": "discount",
    }
    assert found.mapping.discount_kind == "fraction"
    assert found.reasons == ()
    assert [reason.where for reason in guess(lines).reasons] == ["account", "date"]


def test_a_file_of_products_is_no_header_of_lines(tmp_path, real_data):
    lines = open_file(real_data("northwind/order_details.csv"), tmp_path)
    shippers = open_file(real_data("northwind/shippers.csv"), tmp_path)
    assert guess_join(lines, shippers) is None
    assert guess(lines, shippers).reasons[0].code == "join_unknown"


def test_product_costs_of_adventureworks_are_found_with_their_validity(tmp_path, real_data):
    found = guess_costs(open_file(real_data("adventureworks-dw/products.csv"), tmp_path))
    assert found == CostColumns("ProductKey", "StandardCost", "StartDate", "EndDate")


def test_a_table_without_costs_is_no_cost_table(tmp_path):
    assert guess_costs(table(tmp_path, "SKU,Colour\nA,red\n")) is None
    assert guess_costs(table(tmp_path, "料號,標準成本,幣別\nA,12.5,TWD\n")) == CostColumns(
        "料號", "標準成本", currency="幣別"
    )


TRADITIONAL = (
    "客戶編號,客戶名稱,發票日期,付款到期日,發票號碼,項次,品號,數量,單價,折扣,未稅金額,稅額,含稅金額,成本,幣別\n"
    "C01,台積電,113/05/01,113/06/01,AB12345678,1,P1,2,50,0,100,5,105,60,TWD\n"
)
SIMPLIFIED = (
    "客户代码,客户名称,开票日期,到期日,发票号码,行号,存货编码,数量,单价,无税金额,含税金额,单位成本,币种,业务员\n"
    "C01,华为,2024-05-01,2024-06-01,00123,1,P1,2,50,100,113,60,人民币,王\n"
)
SAP = (
    "KUNNR;NAME1;FKDAT;VBELN;POSNR;MATNR;FKIMG;NETWR;WAVWR;WAERS\n"
    "0001;X;31.12.2023;9001;000010;M1;2,000;1.234,50;900,00-;EUR\n"
)
SALESFORCE = (
    "Account ID,Account Name,Close Date,Opportunity ID,Product Code,Quantity,Sales Price,Total Price,CurrencyIsoCode\n"
    "001,Acme,1/25/2024,006,P,1,5,5,USD\n"
)
SHOP = "Invoice,StockCode,Quantity,InvoiceDate,Price,Customer ID\n489434,85048,12,2009-12-01 07:45:00,6.95,13085.0\n"


@pytest.mark.parametrize(
    ("text", "account", "date", "money", "others"),
    [
        (
            TRADITIONAL,
            "客戶編號",
            "發票日期",
            "未稅金額",
            {"direct_cost": "成本", "currency": "幣別", "line_no": "項次"},
        ),
        (SIMPLIFIED, "客户代码", "开票日期", "无税金额", {"unit_cost": "单位成本", "currency": "币种"}),
        (SAP, "KUNNR", "FKDAT", "NETWR", {"document": "VBELN", "quantity": "FKIMG", "direct_cost": "WAVWR"}),
        (SALESFORCE, "Account ID", "Close Date", "Total Price", {"unit_price": "Sales Price"}),
        (SHOP, "Customer ID", "InvoiceDate", None, {"unit_price": "Price", "document": "Invoice"}),
    ],
)
def test_headers_of_many_houses_are_understood(tmp_path, text, account, date, money, others):  # noqa: PLR0917
    found = named(table(tmp_path, text))
    assert (found["account"], found["date"], found.get("revenue")) == (account, date, money)
    assert others.items() <= found.items()


def test_notation_is_read_from_the_values(tmp_path):
    sap = guess(table(tmp_path, SAP)).mapping
    assert (sap.date_order, sap.decimal_mark) == ("dmy", ",")
    assert guess(table(tmp_path, SALESFORCE)).mapping.date_order == "mdy"
    republic = guess(table(tmp_path, TRADITIONAL))
    assert republic.mapping.date_order == "roc"
    assert [reason.code for reason in republic.reasons if reason.where == "date"] == ["date_roc"]


@pytest.mark.parametrize(
    ("header", "account", "name"),
    [
        ("Customer ID,Name", "Customer ID", "Name"),
        ("Client,Client ID", "Client ID", "Client"),
        ("客戶編號,名稱", "客戶編號", "名稱"),
        ("客戶編號,客戶名稱", "客戶編號", "客戶名稱"),
        ("Customer No,Customer Name", "Customer No", "Customer Name"),
    ],
)
def test_a_name_beside_a_key_is_the_name_of_the_customer(tmp_path, header, account, name):
    found = named(table(tmp_path, f"{header},Date,Net amount\nC1,Ltd,2024-05-01,10\n"))
    assert (found["account"], found["account_name"]) == (account, name)


def test_a_lone_name_and_a_column_of_numbers_name_nobody(tmp_path):
    assert "account_name" not in named(table(tmp_path, "Client,Date,Net amount\nLtd,2024-05-01,10\n"))
    assert "account_name" not in named(table(tmp_path, "Client ID,Name,Date,Net amount\nC1,17,2024-05-01,10\n"))


def test_what_the_values_leave_open_is_flagged(tmp_path):
    found = guess(table(tmp_path, 'Customer,Date,Net sales\nA,01/02/2024,"1,234"\nB,03/04/2024,"5,678"\n'))
    assert [reason.code for reason in found.reasons] == ["date_order_ambiguous", "decimal_mark_ambiguous"]


def test_a_name_is_not_believed_against_the_values(tmp_path):
    found = named(table(tmp_path, "Customer PO Number,Currency,Date,Amount,Due Date\nPO1,100,yes,abc,2024-01-01\n"))
    assert found == {}


@pytest.mark.parametrize(
    ("name", "cells", "kind", "unclear"),
    [
        ("Discount", ["0", "0.15", "0.05"], "fraction", False),
        ("Discount", ["10", "0", "5"], "percent", False),
        ("Discount", ["10%", "5%"], "percent", False),
        ("折讓金額", ["120", "5"], "amount", False),
        ("折扣率", ["0.9", "0.85"], "fraction", True),
        ("Discount", ["0", "0"], "fraction", True),
        ("Discount", ["250", "0"], "amount", True),
    ],
)
def test_a_discount_is_a_fraction_a_percentage_or_money(tmp_path, name, cells, kind, unclear):  # noqa: PLR0917
    rows = "".join(f"A,2024-01-01,1,100,{cell}\n" for cell in cells)
    found = guess(table(tmp_path, f"Customer,Date,Quantity,Unit price,{name}\n{rows}"))
    assert found.mapping.discount_kind == kind
    assert ("discount_unclear" in [reason.code for reason in found.reasons]) == unclear


def test_two_likely_columns_are_both_told(tmp_path):
    found = guess(table(tmp_path, "Customer ID,Customer No,Invoice date,Net sales\nA,1,2024-01-01,5\n"))
    assert [(reason.code, reason.where, reason.values["instead"]) for reason in found.reasons] == [
        ("choice", "account", "Customer No")
    ]
