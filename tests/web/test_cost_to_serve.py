"""Cost to serve on the web: Kaplan & Anderson's numbers, what reconciles, what is undone, what history keeps."""

import re
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.web.cost_model_fixtures import YEAR, invoiced, kaplan_anderson_counts, kaplan_anderson_model

from openkam.method.errors import InvalidInput
from openkam.web.accounts.models import UNKNOWN, Account
from openkam.web.jobs import queue
from openkam.web.jobs.models import Job
from openkam.web.ledgers.models import AccountYear
from openkam.web.portfolio import cost_assign
from openkam.web.portfolio.cost_assign import assign, clear
from openkam.web.portfolio.models import Activity, CostPool, CostRule, DriverCount, TimeTerm
from openkam.web.programme.models import Event, Settings

pytestmark = pytest.mark.django_db


def words(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def accounts() -> dict[str, Account]:
    kaplan_anderson_model()
    accounts = kaplan_anderson_counts()
    for account in accounts.values():
        invoiced(account)
    return accounts


def test_kaplan_anderson_2004_through_the_web(as_: Any, diana: Any, accounts: dict[str, Account]) -> None:
    client = as_(diana)
    response = client.post(f"/portfolio/cost-to-serve/{YEAR}/assignment/", follow=True)
    page = words(response)
    for figure in ("560,000.00", "462,880.00", "97,120.00", "82.657%", "0.80", "121,400"):
        assert figure in page
    costs = dict(AccountYear.objects.values_list("account__name", "indirect_cost"))
    assert costs == {"Small and noisy": 2784, "Large and quiet": 1280, "All others": 458_816}


def test_the_assignment_makes_net_income_known(accounts: dict[str, Account], diana: Any) -> None:
    assign(YEAR, by=diana)
    noisy = Account.objects.get(name="Small and noisy")
    assert noisy.years.get().net_income == 10_000 - 6_000 - 2_784
    assert noisy.net_income == 1_216
    assert noisy.net_income_order == 12_160_000


def test_without_direct_cost_net_income_stays_unknown(accounts: dict[str, Account], diana: Any) -> None:
    AccountYear.objects.update(direct_cost=None)
    assign(YEAR, by=diana)
    assert set(AccountYear.objects.values_list("net_income", flat=True)) == {None}


def test_an_account_without_any_count_carries_nothing(accounts: dict[str, Account], acme: Account, diana: Any) -> None:
    invoiced(acme)
    assign(YEAR, by=diana)
    assert acme.years.get().indirect_cost == 0


def test_an_earlier_year_does_not_touch_the_figures_of_the_list(accounts: dict[str, Account], diana: Any) -> None:
    noisy = accounts["Small and noisy"]
    invoiced(noisy, YEAR + 1, revenue=500, direct=100)
    assign(YEAR, by=diana)
    noisy.refresh_from_db()
    assert noisy.net_income is None
    assert noisy.net_income_order == UNKNOWN


def test_cost_of_accounts_without_invoices_is_named(accounts: dict[str, Account], as_: Any, diana: Any) -> None:
    AccountYear.objects.filter(account=accounts["Small and noisy"]).delete()
    page = words(as_(diana).post(f"/portfolio/cost-to-serve/{YEAR}/assignment/", follow=True))
    assert "1 account was served without an invoice in this year: 2,784.00" in page


@pytest.mark.parametrize("prepare", ["no pool", "no activity", "a driver nobody counted"])
def test_a_model_that_cannot_be_assigned_says_why(prepare: str, accounts: Any, as_: Any, diana: Any) -> None:
    if prepare == "no pool":
        CostPool.objects.all().delete()
    elif prepare == "no activity":
        Activity.objects.all().delete()
    else:
        DriverCount.objects.filter(driver="inquiries").delete()
    page = words(as_(diana).post(f"/portfolio/cost-to-serve/{YEAR}/assignment/", follow=True))
    expected = {"no pool": "no resource pool", "no activity": "no activity yet"}.get(prepare, "known: inquiries")
    assert expected in page
    assert set(AccountYear.objects.values_list("indirect_cost", flat=True)) == {None}


def test_more_work_than_capacity_is_warned_of_and_still_reconciles(accounts: Any, as_: Any, diana: Any) -> None:
    CostPool.objects.update(minutes=500_000)
    page = words(as_(diana).post(f"/portfolio/cost-to-serve/{YEAR}/assignment/", follow=True))
    assert "Customer service did 78600" in page.replace(",", "")
    result = CostRule.objects.get().result
    assert Decimal(result["assigned"]) + Decimal(result["unused"]) == 560_000
    assert Decimal(result["unused"]) < 0


def test_taking_an_assignment_back_makes_cost_unknown_again(accounts: Any, as_: Any, diana: Any) -> None:
    assign(YEAR, by=diana)
    as_(diana).post(f"/portfolio/cost-to-serve/{YEAR}/clearance/")
    assert set(AccountYear.objects.values_list("indirect_cost", "net_income")) == {(None, None)}
    assert Account.objects.filter(net_income_order=UNKNOWN).count() == 3
    assert CostRule.objects.get().result == {}


def test_a_change_after_the_assignment_is_said(accounts: Any, as_: Any, diana: Any) -> None:
    assign(YEAR, by=diana)
    assert "have changed since" not in words(as_(diana).get("/portfolio/cost-to-serve/"))
    DriverCount.objects.filter(driver="inquiries").update(count=1)
    assert "have changed since" in words(as_(diana).get("/portfolio/cost-to-serve/"))


def test_assigning_twice_gives_the_same(accounts: Any, diana: Any) -> None:
    first = assign(YEAR, by=diana).result
    assert assign(YEAR, by=diana).result == first


def test_why_adds_up_to_the_assigned_cost(accounts: dict[str, Account], as_: Any, diana: Any) -> None:
    assign(YEAR, by=diana)
    noisy = accounts["Small and noisy"]
    page = words(as_(diana).get(f"/portfolio/cost-to-serve/{YEAR}/accounts/{noisy.pk}/"))
    assert "30 orders × 8" in page
    for figure in ("192.00", "2,112.00", "480.00", "2,784.00", "3,480"):
        assert figure in page


def test_further_terms_take_their_minutes(accounts: dict[str, Account], as_: Any, diana: Any) -> None:
    handle = Activity.objects.get(name="Handle orders")
    TimeTerm.objects.create(activity=handle, driver="lines", minutes=2)
    noisy = accounts["Small and noisy"]
    DriverCount.objects.create(account=noisy, fiscal_year=YEAR, driver="lines", count=100)
    assign(YEAR, by=diana)
    assert noisy.years.get().indirect_cost == 2_784 + Decimal(160)
    assert "t = 8 + 2 × lines" in words(as_(diana).get(f"/portfolio/cost-to-serve/{YEAR}/model/"))


def test_a_share_of_revenue_needs_a_sum_and_shows_its_warning(accounts: Any, as_: Any, diana: Any) -> None:
    client = as_(diana)
    refused = client.post(f"/portfolio/cost-to-serve/{YEAR}/rule/", {"method": "revenue_share", "total": ""})
    assert refused.status_code == 422
    client.post(f"/portfolio/cost-to-serve/{YEAR}/rule/", {"method": "revenue_share", "total": "100"})
    page = words(client.post(f"/portfolio/cost-to-serve/{YEAR}/assignment/", follow=True))
    assert "hides loss-making customers: every account then shows the same cost per cent" in page
    assert sorted(AccountYear.objects.values_list("indirect_cost", flat=True)) == [
        Decimal("33.33"),
        Decimal("33.33"),
        Decimal("33.34"),
    ]


def test_a_share_of_revenue_leaves_credits_out(accounts: Any, diana: Any) -> None:
    CostRule.objects.create(fiscal_year=YEAR, method="revenue_share", total=90)
    AccountYear.objects.filter(account__name="All others").update(revenue=-5)
    assign(YEAR, by=diana)
    assert AccountYear.objects.get(account__name="All others").indirect_cost == 0
    AccountYear.objects.update(revenue=0)
    with pytest.raises(InvalidInput, match="no_revenue_to_share_by"):
        assign(YEAR, by=diana)


def test_costs_are_rounded_to_the_decimals_of_the_currency(accounts: Any, diana: Any) -> None:
    Settings.objects.create(pk=1, currency="JPY")
    CostPool.objects.update(cost=Decimal("560000.55"))
    result = assign(YEAR, by=diana).result
    assert Decimal(result["assigned"]) % 1 == 0
    assert Decimal(result["assigned"]) + Decimal(result["unused"]) == Decimal("560000.55")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cost=st.decimals(0, 10**7, places=2),
    capacity=st.integers(1, 10**6),
    counts=st.lists(st.decimals(0, 10**5, places=3), min_size=1, max_size=6),
)
def test_accounts_and_unused_capacity_add_up_to_the_cost(
    cost: Decimal, capacity: int, counts: list[Decimal], db: None
) -> None:
    for model in (CostPool, DriverCount, CostRule, AccountYear, Account):
        model.objects.all().delete()
    pool = CostPool.objects.create(name="p", fiscal_year=YEAR, cost=cost, minutes=capacity)
    Activity.objects.create(pool=pool, name="a", driver="orders", minutes=Decimal("7.333"))
    for n, count in enumerate(counts):
        account = Account.objects.create(name=f"account {n}")
        invoiced(account)
        DriverCount.objects.create(account=account, fiscal_year=YEAR, driver="orders", count=count)
    result = assign(YEAR, by=None).result
    assigned = sum(AccountYear.objects.values_list("indirect_cost", flat=True))
    assert assigned + Decimal(result["unused"]) == cost


@pytest.mark.django_db(transaction=True)
def test_many_accounts_are_assigned_in_the_background(
    accounts: Any, as_: Any, diana: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cost_assign, "LARGE", 2)
    response = as_(diana).post(f"/portfolio/cost-to-serve/{YEAR}/assignment/")
    job = Job.objects.get(kind="assign_costs")
    assert response.headers["Location"] == f"/jobs/{job.pk}/"
    queue.run_waiting()
    job.refresh_from_db()
    assert job.state == Job.State.DONE
    assert CostRule.objects.get().result["assigned"] == "462880.00"


def test_assigning_and_clearing_leave_their_events(accounts: Any, diana: Any) -> None:
    assign(YEAR, by=diana)
    clear(YEAR, by=diana)
    verbs = list(Event.objects.values_list("verb", "touches_profit", "old", "new"))
    assert verbs == [("cleared", True, "462880", ""), ("assigned", True, "", "462880")]
