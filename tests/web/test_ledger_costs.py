"""Costs per product: typed, uploaded in any table, replaced by product and day."""

import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import xlsxwriter
from tests.web.ledger_steps import a_file

from openkam.web.ledgers.checking import product_costs
from openkam.web.ledgers.models import ProductCost, Rate


@pytest.fixture
def director(diana: Any, as_: Any) -> Any:
    return as_(diana)


def kept() -> list[tuple[str, date, Decimal, str]]:
    return list(ProductCost.objects.values_list("product", "valid_from", "unit_cost", "currency"))


def test_a_cost_is_typed_and_deleted(director: Any) -> None:
    director.post("/ledger/costs/", {"product": "P1", "valid_from": "2024-01-01", "unit_cost": "1898.0944"})
    assert kept() == [("P1", date(2024, 1, 1), Decimal("1898.0944"), "")]
    assert "1,898.0944" in director.get("/ledger/costs/", {"q": "p1"}).content.decode()
    director.post(f"/ledger/costs/{ProductCost.objects.get().pk}/deletion/")
    assert kept() == []


def test_a_table_of_costs_is_taken_with_its_dates(director: Any) -> None:
    table = "ProductKey,StandardCost,StartDate\nP1,10.50,2023-01-01\nP1,11.25,2024-01-01\nP2,,2023-01-01\n"
    answer = director.post("/ledger/costs/file/", {"file": a_file(table, "costs.csv")})
    assert answer.status_code == 302, answer.content.decode()
    assert kept() == [("P1", date(2024, 1, 1), Decimal("11.25"), ""), ("P1", date(2023, 1, 1), Decimal("10.5"), "")]


def test_the_same_table_again_replaces_its_costs(director: Any) -> None:
    for cost in ("10", "12"):
        director.post("/ledger/costs/file/", {"file": a_file(f"Product,Unit cost\nP1,{cost}\n", "costs.csv")})
    assert kept() == [("P1", date(1900, 1, 1), Decimal(12), "")]


def test_a_workbook_of_costs_is_taken(director: Any) -> None:
    memory = io.BytesIO()
    with xlsxwriter.Workbook(memory) as book:
        sheet = book.add_worksheet()
        for place, row in enumerate([["Product", "Unit cost"], ["P1", 10.5], ["P2", 3]]):
            sheet.write_row(place, 0, row)
    director.post("/ledger/costs/file/", {"file": a_file(memory.getvalue(), "costs.xlsx")})
    assert [(product, cost) for product, _day, cost, _code in kept()] == [("P1", Decimal("10.5")), ("P2", Decimal(3))]


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("Colour,Taste\nred,sweet\n", "No column for the product"),
        ("Product,Unit cost\n" + "P1,10\n" * 9 + "P2,a lot\n", "cannot be read"),
        ("", "has no rows"),
    ],
)
def test_a_table_that_cannot_be_read_adds_nothing(director: Any, table: str, words: str) -> None:
    answer = director.post("/ledger/costs/file/", {"file": a_file(table, "costs.csv")})
    assert (answer.status_code, words in answer.content.decode(), kept()) == (422, True, [])


def test_no_file_is_answered_in_words(director: Any) -> None:
    answer = director.post("/ledger/costs/file/", {})
    assert (answer.status_code, "No file was chosen" in answer.content.decode()) == (422, True)


def test_a_cost_in_a_currency_without_a_rate_is_refused(director: Any) -> None:
    cost = {"product": "P1", "valid_from": "2024-01-01", "unit_cost": "10", "currency": "usd"}
    assert director.post("/ledger/costs/", cost).status_code == 422
    Rate.objects.create(currency="USD", valid_from=date(2024, 1, 1), rate=Decimal("0.9"))
    assert director.post("/ledger/costs/", cost).status_code == 302
    assert [known.unit_cost for known in product_costs()] == [Decimal("9.0")]


def test_the_costs_cost_a_fixed_number_of_queries(director: Any, django_assert_max_num_queries: Any) -> None:
    ProductCost.objects.bulk_create([ProductCost(product=f"P{n}", unit_cost=1) for n in range(150)])
    with django_assert_max_num_queries(9):
        director.get("/ledger/costs/")
