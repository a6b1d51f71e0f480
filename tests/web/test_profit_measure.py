"""Before anybody has assigned a cost to serve, profit is contribution, and every picture says so."""

from datetime import date
from typing import Any

import pytest

from openkam.web.accounts.models import Account
from openkam.web.ledgers.models import AccountYear

FIGURES = {"Ann": (1000, 700, 60), "Bob": (800, 790, 5), "Cy": (100, 40, 10), "Di": (50, 65, 1)}


@pytest.fixture
def first_import(diana: Any) -> None:
    """Four accounts with direct costs, two years, no cost to serve yet."""
    for name, (revenue, direct, _) in FIGURES.items():
        account = Account.objects.create(name=name)
        for year in (2020, 2021):
            AccountYear.objects.create(
                account=account, fiscal_year=year, revenue=revenue, direct_cost=direct, lines=1,
                first_date=date(year, 1, 1), last_date=date(year, 12, 31),
            )  # fmt: skip


def assign(year: int) -> None:
    for name, (revenue, direct, indirect) in FIGURES.items():
        facts = AccountYear.objects.filter(account__name=name, fiscal_year=year)
        facts.update(indirect_cost=indirect, net_income=revenue - direct - indirect)


def test_a_first_import_fills_the_quadrant_with_contribution(as_: Any, diana: Any, first_import: None) -> None:
    page = as_(diana).get("/portfolio/quadrant/").content.decode()
    assert "4 of 4 accounts drawn" in page
    assert "No cost to serve has been assigned for 2021" in page
    assert "cannot be placed" not in page


def test_last_years_place_is_measured_the_same_way(as_: Any, diana: Any, first_import: None) -> None:
    places = as_(diana).get("/portfolio/quadrant/").context["page"].object_list
    assert {place.account.name: (place.cell, place.before_cell) for place in places} == {
        "Ann": ("HH", "HH"),
        "Bob": ("HL", "HL"),
        "Cy": ("LH", "LH"),
        "Di": ("LL", "LL"),
    }


def test_a_first_import_draws_the_whale_of_contribution(as_: Any, diana: Any, first_import: None) -> None:
    response = as_(diana).get("/portfolio/whale/")
    assert response.context["verdicts"]["total"] == 300 + 10 + 60 - 15
    assert "No cost to serve has been assigned for 2021" in response.content.decode()


def test_once_assigned_the_same_pages_show_net_income(as_: Any, diana: Any, first_import: None) -> None:
    assign(2021)
    response = as_(diana).get("/portfolio/whale/")
    assert response.context["verdicts"]["total"] == 240 + 5 + 50 - 16
    assert "No cost to serve has been assigned" not in response.content.decode()


def test_one_account_without_a_cost_is_not_mixed_in(as_: Any, diana: Any, first_import: None) -> None:
    assign(2021)
    AccountYear.objects.filter(account__name="Ann", fiscal_year=2021).update(indirect_cost=None, net_income=None)
    page = as_(diana).get("/portfolio/quadrant/").content.decode()
    assert "3 of 3 accounts drawn" in page
    assert "1 account cannot be placed" in page
