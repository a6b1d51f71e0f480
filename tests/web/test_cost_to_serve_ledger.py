"""Drivers that the invoices count by themselves: orders, lines and returns of an account's keys in a fiscal year."""

from decimal import Decimal
from typing import Any

import pytest
from tests.web.ledger_steps import imported

from openkam.web.accounts.models import Account, AccountKey
from openkam.web.ledgers.driver_counts import driver_counts
from openkam.web.portfolio.models import DriverCount

pytestmark = pytest.mark.django_db(transaction=True)


def test_orders_lines_and_returns_are_counted_from_the_stored_lines(as_: Any, diana: Any) -> None:
    imported(as_(diana))
    names = dict(Account.objects.values_list("pk", "external_id"))
    found = {driver: {names[pk]: int(n) for pk, n in of.items()} for driver, of in driver_counts(2024).items()}
    assert found == {
        "orders": {"ACME": 1, "BRAVA": 1, "CIRRUS": 1},
        "lines": {"ACME": 1, "BRAVA": 2, "CIRRUS": 1},
        "returns": {"ACME": 0, "BRAVA": 0, "CIRRUS": 1},
    }


def test_the_keys_of_a_merged_account_add_up(as_: Any, diana: Any) -> None:
    imported(as_(diana))
    acme = AccountKey.objects.get(key="ACME").account
    AccountKey.objects.filter(key="BRAVA").update(account=acme)
    assert driver_counts(2024)["lines"][acme.pk] == 3


def test_the_button_takes_them_over(as_: Any, diana: Any) -> None:
    imported(as_(diana))
    as_(diana).post("/portfolio/cost-to-serve/2024/counts/ledger/", {"driver": "lines"})
    assert sorted(DriverCount.objects.values_list("count", flat=True)) == [Decimal(1), Decimal(1), Decimal(2)]


def test_a_year_without_invoices_counts_nothing(as_: Any, diana: Any) -> None:
    assert driver_counts(1999) == {"orders": {}, "lines": {}, "returns": {}}
