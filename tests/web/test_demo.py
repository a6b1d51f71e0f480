"""The demo company: the same every time, filled through the product's own doors, and worth looking at."""

import csv
import hashlib
import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Sum

from openkam.web.accounts.models import Account
from openkam.web.demo import company, plans, seed
from openkam.web.ledgers.models import AccountYear, Import
from openkam.web.people.models import User
from openkam.web.portfolio.models import CostRule, PlanCell


def test_the_invoices_are_the_same_every_time() -> None:
    first, second = (hashlib.sha256(company.invoices_csv().encode()).hexdigest() for _ in range(2))
    assert first == second


def test_every_judgement_names_a_customer() -> None:
    keys = {customer.key for customer in company.customers()}
    assert keys.issuperset([*plans.JUDGEMENTS, *plans.FORECASTS, *plans.SPENDS, *plans.GROWTH])


def test_every_parent_comes_before_its_children() -> None:
    seen: set[str] = set()
    for customer in company.customers():
        assert not customer.parent or customer.parent in seen
        seen.add(customer.key)


@pytest.fixture
def filled(transactional_db: None, settings: Any, tmp_path: Any) -> None:
    settings.DATA = tmp_path
    seed.fill(password="only for this test")


def test_filling_makes_the_whole_story(filled: None) -> None:
    assert Account.objects.count() == len(company.customers()) == 60
    assert {user.role for user in User.objects.all()} == {"director", "manager", "contributor", "viewer"}
    assert Import.objects.get().receipt["reconciles"] is True
    years = AccountYear.objects.values_list("fiscal_year", flat=True).distinct().order_by("fiscal_year")
    assert list(years) == [2022, 2023, 2024, 2025, 2026]
    assert not AccountYear.objects.filter(net_income=None).exists()
    assert AccountYear.objects.filter(fiscal_year=2026, net_income__lt=0).count() >= 10
    assert PlanCell.objects.count() == len(plans.FORECASTS) * 2 * 3


def test_the_account_years_agree_with_the_invoices_to_the_last_unit(filled: None) -> None:

    expected = Decimal(0)
    for row in csv.DictReader(io.StringIO(company.invoices_csv())):
        rate = company.rate_on(row["Currency"], date.fromisoformat(row["Invoice Date"]))
        expected += round(Decimal(row["Net Amount"]) * rate, 4)
    assert AccountYear.objects.aggregate(total=Sum("revenue"))["total"] == expected


def test_assigned_and_unused_cost_make_up_what_the_pools_cost(filled: None) -> None:
    for rule in CostRule.objects.all():
        assert Decimal(rule.result["assigned"]) + Decimal(rule.result["unused"]) == Decimal(rule.result["cost"])
        indirect = AccountYear.objects.filter(fiscal_year=rule.fiscal_year).aggregate(s=Sum("indirect_cost"))["s"]
        assert indirect == Decimal(rule.result["assigned"])
