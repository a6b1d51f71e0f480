"""Who may read cost to serve, who may change it, and that nobody else receives a figure of it."""

from typing import Any

import pytest
from tests.web.cost_model_fixtures import YEAR, invoiced, kaplan_anderson_counts, kaplan_anderson_model

from openkam.web.accounts.models import Account
from openkam.web.portfolio.cost_assign import assign
from openkam.web.portfolio.models import Activity, CostPool, CostRule, DriverCount

pytestmark = pytest.mark.django_db
BASE = "/portfolio/cost-to-serve/"


@pytest.fixture
def assigned(acme: Account, diana: Any) -> Account:
    kaplan_anderson_model()
    for account in kaplan_anderson_counts().values():
        invoiced(account)
    invoiced(acme)
    DriverCount.objects.create(account=acme, fiscal_year=YEAR, driver="inquiries", count=7)
    assign(YEAR, by=diana)
    return acme


def readable(account: Account) -> list[str]:
    return [BASE, f"{BASE}{YEAR}/model/", f"{BASE}{YEAR}/counts/", f"{BASE}{YEAR}/accounts/{account.pk}/"]


def changing() -> list[tuple[str, dict[str, Any]]]:
    pool, activity = CostPool.objects.get(), Activity.objects.first()
    assert activity is not None
    return [
        (f"{BASE}{YEAR}/rule/", {"method": "revenue_share", "total": "1"}),
        (f"{BASE}{YEAR}/assignment/", {}),
        (f"{BASE}{YEAR}/clearance/", {}),
        (f"{BASE}{YEAR}/copy/", {"source": YEAR - 1}),
        (f"{BASE}{YEAR}/model/", {"name": "X", "cost": "1", "minutes": "1"}),
        (f"{BASE}pools/{pool.pk}/", {"remove": "1"}),
        (f"{BASE}pools/{pool.pk}/activities/", {}),
        (f"{BASE}activities/{activity.pk}/", {"remove": "1"}),
        (f"{BASE}{YEAR}/counts/", {f"count-{Account.objects.first().pk}-orders": "1"}),  # type: ignore[union-attr]
        (f"{BASE}{YEAR}/counts/file/", {}),
        (f"{BASE}{YEAR}/counts/ledger/", {"driver": "orders"}),
    ]


@pytest.mark.parametrize("who", ["diana", "olga"])
def test_people_who_see_profit_read_every_page(who: str, assigned: Account, as_: Any, request: Any) -> None:
    client = as_(request.getfixturevalue(who))
    assert [client.get(address).status_code for address in readable(assigned)] == [200] * 4


@pytest.mark.parametrize("who", ["tim", "vera"])
def test_people_who_do_not_see_profit_receive_no_byte_of_it(
    who: str, assigned: Account, as_: Any, request: Any
) -> None:
    client = as_(request.getfixturevalue(who))
    cost = f"{assigned.years.get().indirect_cost:.2f}"
    for address in readable(assigned):
        response = client.get(address)
        assert response.status_code == 403
        for figure in (b"462", b"560", b"0.80", cost.encode(), b"Customer service", b"inquiries"):
            assert figure not in response.content.split(b"<main", 1)[-1]
    assert b"cost-to-serve" not in client.get("/portfolio/wallet/").content


@pytest.mark.parametrize("who", ["olga", "tim", "vera", "stranger"])
def test_only_directors_change_the_model(who: str, assigned: Account, as_: Any, request: Any) -> None:
    client = as_(request.getfixturevalue(who))
    before = list(CostRule.objects.values()), list(CostPool.objects.values()), list(DriverCount.objects.values())
    for address, fields in changing():
        assert client.post(address, fields).status_code == 403, address
    after = list(CostRule.objects.values()), list(CostPool.objects.values()), list(DriverCount.objects.values())
    assert before == after


def test_a_manager_sees_the_costs_of_own_accounts_only(assigned: Account, as_: Any, olga: Any) -> None:
    page = as_(olga).get(BASE).content.decode()
    assert "Acme 台積" in page
    assert "Small and noisy" not in page
    foreign = Account.objects.get(name="Small and noisy")
    assert as_(olga).get(f"{BASE}{YEAR}/accounts/{foreign.pk}/").status_code == 404
    assert "Small and noisy" not in as_(olga).get(f"{BASE}{YEAR}/counts/").content.decode()


def test_a_stranger_to_the_account_sees_neither_cost_nor_name(assigned: Account, as_: Any, stranger: Any) -> None:
    assert "Acme" not in as_(stranger).get(BASE).content.decode()
    assert as_(stranger).get(f"{BASE}{YEAR}/accounts/{assigned.pk}/").status_code == 404


def test_nobody_changes_anything_by_a_plain_link(assigned: Account, as_: Any, diana: Any) -> None:
    client = as_(diana)
    for name in ("rule", "assignment", "clearance", "copy", "counts/file", "counts/ledger"):
        assert client.get(f"{BASE}{YEAR}/{name}/").status_code == 405


def test_the_overview_costs_the_same_queries_for_any_number_of_accounts(
    assigned: Account, as_: Any, diana: Any, django_assert_max_num_queries: Any
) -> None:
    for n in range(60):
        account = Account.objects.create(name=f"Account {n}")
        invoiced(account).account.years.update(indirect_cost=5)
    client = as_(diana)
    with django_assert_max_num_queries(21):
        assert client.get(f"{BASE}?page=2").status_code == 200
