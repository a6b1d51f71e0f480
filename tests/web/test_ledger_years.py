"""Account-years as a table, and from a figure down to its lines: totals that agree, and costs for those who may."""

import csv
import io
import zipfile
from decimal import Decimal
from typing import Any

import pytest
from tests.web.ledger_steps import imported

from openkam.web.accounts.models import Account, AccountMember
from openkam.web.ledgers import lines
from openkam.web.ledgers.models import Import

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def director(diana: Any, as_: Any, acme: Account) -> Any:
    director = as_(diana)
    imported(director)
    return director


def rows_of(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


def test_totals_per_year_agree_with_the_stored_lines(director: Any) -> None:
    answer = director.get("/ledger/years/")
    found = {row["fiscal_year"]: (row["accounts"], row["total_revenue"]) for row in answer.context["totals"]}
    assert found == {2023: (1, Decimal(100)), 2024: (3, Decimal("200.05"))}
    assert answer.context["reconciled"]["equal"]
    assert "equal the stored lines" in answer.content.decode()


def test_the_table_is_filtered_and_ordered_by_its_address(director: Any) -> None:
    answer = director.get("/ledger/years/", {"year": "2024", "order": "account", "q": "b"})
    assert [str(fact.account) for fact in answer.context["page"]] == ["Brava GmbH"]
    assert director.get("/ledger/years/", {"year": "x", "order": "y", "page": "z"}).status_code == 200


def test_the_table_leaves_as_csv_and_as_a_workbook(director: Any) -> None:
    rows = rows_of(director.get("/ledger/years/", {"format": "csv", "year": "2024"}))
    assert [row["revenue"] for row in rows] == ["150.1000", "100.0000", "-50.0500"]
    assert [row["direct cost"] for row in rows] == ["90.0500", "", "-30.0000"]
    book = director.get("/ledger/years/", {"format": "xlsx"})
    sheet = zipfile.ZipFile(io.BytesIO(book.getvalue())).read("xl/worksheets/sheet1.xml").decode()
    assert "<v>150.1000</v>" in sheet or "<v>150.1</v>" in sheet
    assert "<f>" not in sheet


def test_account_years_cost_a_fixed_number_of_queries(director: Any, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(12):
        director.get("/ledger/years/")


def test_the_lines_behind_a_figure_add_up_to_it(director: Any, acme: Account) -> None:
    answer = director.get(f"/ledger/accounts/{acme.pk}/lines/", {"year": 2024})
    page = answer.content.decode()
    assert answer.context["totals"]["revenue"] == answer.context["fact"].revenue == Decimal("150.1")
    assert "These lines add up to the figure of the account-year." in page
    assert f'href="/ledger/imports/{Import.objects.get().pk}/"' in page
    assert "60.05" in page  # what is left after the direct cost of 90.05


def test_all_years_together_come_page_by_page(director: Any, acme: Account, monkeypatch: Any) -> None:
    monkeypatch.setattr(lines, "PAGE", 1)
    first = director.get(f"/ledger/accounts/{acme.pk}/lines/")
    second = director.get(f"/ledger/accounts/{acme.pk}/lines/", {"page": 2})
    assert [row["document"] for row in first.context["rows"] + second.context["rows"]] == ["R1", "R2"]
    assert first.context["last"] == 2
    assert 'rel="next"' in first.content.decode()


@pytest.mark.parametrize("query", ["year=99999", "year=-1", "year=x", "page=0", "page=99999999", "year=²"])
def test_an_address_that_means_nothing_is_not_found(director: Any, acme: Account, query: str) -> None:
    assert director.get(f"/ledger/accounts/{acme.pk}/lines/?{query}").status_code == 404


def test_the_team_sees_the_lines_of_its_account_and_a_stranger_does_not(
    director: Any, acme: Account, as_: Any, request: Any
) -> None:
    address = f"/ledger/accounts/{acme.pk}/lines/"
    seen = {
        who: as_(request.getfixturevalue(who)).get(address).status_code for who in ("olga", "tim", "vera", "stranger")
    }
    assert seen == {"olga": 200, "tim": 200, "vera": 200, "stranger": 404}


def test_who_does_not_see_profit_receives_no_cost_on_page_or_in_the_file(
    director: Any, acme: Account, tim: Any, as_: Any
) -> None:
    address = f"/ledger/accounts/{acme.pk}/lines/"
    answer = as_(tim).get(address)
    page = answer.content.decode()
    for hidden in ("60.00", "90.05", "60.05", "Direct cost", "Margin"):
        assert hidden not in page
    assert answer.context["totals"]["direct_cost"] is None
    assert all("direct_cost" not in row and row["margin"] is None for row in answer.context["rows"])
    assert "/ledger/imports/" not in page
    rows = rows_of(as_(tim).get(address, {"format": "csv"}))
    assert [row["revenue"] for row in rows] == ["100.0000", "150.1000"]
    assert not [name for name in rows[0] if "cost" in name]


def test_the_owner_who_sees_profit_receives_costs_in_the_file(
    director: Any, acme: Account, olga: Any, as_: Any
) -> None:
    rows = rows_of(as_(olga).get(f"/ledger/accounts/{acme.pk}/lines/", {"format": "csv"}))
    assert [row["direct_cost"] for row in rows] == ["60.0000", "90.0500"]


def test_lines_without_cost_make_the_total_unknown(director: Any, olga: Any, as_: Any) -> None:
    brava = Account.objects.get(external_id="BRAVA")
    AccountMember.objects.create(account=brava, user=olga)
    answer = as_(olga).get(f"/ledger/accounts/{brava.pk}/lines/")
    assert answer.context["totals"]["direct_cost"] is None
    assert "no direct cost" in answer.content.decode()


def test_the_lines_cost_a_fixed_number_of_queries(
    director: Any, acme: Account, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(14):
        director.get(f"/ledger/accounts/{acme.pk}/lines/", {"year": 2024})
