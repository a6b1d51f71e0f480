"""Home says what to do next and how much is known; nobody reads there what is not theirs."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from openkam.web.accounts.models import Account
from openkam.web.contacts.actions import create_contact
from openkam.web.interactions.models import Insight
from openkam.web.ledgers.models import AccountYear, Import
from openkam.web.people.models import User
from openkam.web.plans.action_actions import create_action
from openkam.web.portfolio.models import Assumption, CostRule, PlanCell, Row
from openkam.web.programme.front import page
from openkam.web.programme.history import record


def year(account: Account, number: int, revenue: int, net_income: int | None = None) -> AccountYear:
    Account.objects.filter(pk=account.pk).update(revenue_order=revenue * 10_000)
    return AccountYear.objects.create(
        account=account,
        fiscal_year=number,
        revenue=revenue,
        net_income=net_income,
        lines=1,
        first_date=date(number, 1, 1),
        last_date=date(number, 6, 30),
    )


@pytest.fixture
def facts(acme: Account) -> Account:
    year(acme, 2025, 400, 40)
    year(acme, 2026, 500, 76_543)
    return acme


def texts(user: User) -> str:
    return "\n".join(step.text for step in page(user)["steps"])


def test_a_stranger_signs_in_first(client: Client, db: None) -> None:
    assert client.get("/")["Location"].startswith("/auth/login/")


def test_an_empty_ledger_leads_the_director_to_an_import(as_: Any, diana: User) -> None:
    home = as_(diana).get("/").content.decode()
    assert "Import your invoices" in home
    assert "openkam demo" in home
    assert 'href="/ledger/"' in home


def test_an_empty_ledger_asks_nothing_of_those_who_may_not_import(as_: Any, olga: User, vera: User) -> None:
    for person in (olga, vera):
        home = as_(person).get("/").content.decode()
        assert "A programme director imports them" in home
        assert 'href="/ledger/"' not in home


def test_what_waits_is_named_for_the_director(diana: User, facts: Account) -> None:
    Import.objects.create(state=Import.State.CHECKED, file_name="a.csv")
    Account.objects.create(name="Nobody's")
    words = texts(diana)
    assert "1 import waits for your decision." in words
    assert "1 account has no account manager." in words
    assert "Cost to serve is not assigned yet for 2025, 2026." in words
    CostRule.objects.create(fiscal_year=2025, assigned_at="2026-02-01T00:00Z")
    assert "for 2026." in texts(diana)


def test_a_director_without_profit_is_not_asked_about_costs(diana: User, facts: Account) -> None:
    diana.sees_profit = False
    diana.save()
    assert "Cost to serve" not in texts(diana)


def test_a_manager_is_asked_about_their_own_accounts_only(olga: User, stranger: User, facts: Account) -> None:
    assert texts(olga) == "1 of your accounts is not assessed as transactional or strategic."
    assert texts(stranger) == ""


def test_every_step_leads_to_a_page_that_answers(as_: Any, diana: User, facts: Account) -> None:
    Import.objects.create(state=Import.State.CHECKED, file_name="a.csv")
    Account.objects.create(name="Nobody's")
    client = as_(diana)
    for step in page(diana)["steps"]:
        assert client.get(step.url).status_code == 200


def test_my_accounts_show_this_and_last_year(as_: Any, olga: User, facts: Account) -> None:
    row = page(olga)["mine"][0]
    assert (row.last, row.now, row.net_income) == (400, 500, 76_543)
    assert row.change == Decimal("0.25")
    home = as_(olga).get("/").content.decode()
    assert "2026 is known until 2026-06-30." in home
    assert "76,543" in home


@pytest.mark.parametrize("name", ["tim", "vera"])
def test_who_may_not_see_profit_gets_no_profit(as_: Any, request: Any, facts: Account, name: str) -> None:
    record("changed", by=None, about=facts, field="net_income", new="76543")
    person = request.getfixturevalue(name)
    home = as_(person).get("/").content.decode()
    assert "Acme" in home
    assert "500" in home
    assert "76,543" not in home
    assert "76543" not in home
    assert "rofit" not in home
    assert page(person)["mine"][0].net_income is None


def test_an_account_of_others_appears_nowhere(as_: Any, stranger: User, facts: Account) -> None:
    record("changed", by=None, about=facts, field="name", new="Acme renamed")
    home = as_(stranger).get("/").content.decode()
    assert "Acme" not in home
    assert "No account is yours yet." in home
    assert [promise.of for promise in page(stranger)["promises"]] == [0, 0, 0]


def test_a_director_without_accounts_reads_of_the_largest(as_: Any, diana: User, olga: User, facts: Account) -> None:
    assert "The largest accounts" in as_(diana).get("/").content.decode()
    assert "My accounts" in as_(olga).get("/").content.decode()


def test_growth_from_nothing_is_not_a_number(olga: User, acme: Account) -> None:
    year(acme, 2026, 500)
    row = page(olga)["mine"][0]
    assert row.last is None
    assert row.change is None


def test_both_halves_of_the_promise_are_counted(olga: User, tim: User, facts: Account) -> None:
    other = Account.objects.create(name="Other", owner=olga)
    year(other, 2026, 5)
    for number in (2027, 2028):
        PlanCell.objects.create(account=facts, fiscal_year=number, row=Row.REVENUE, amount=1)
    Assumption.objects.create(account=facts, fiscal_year=2027, text="Second line opens in May.")
    for name in ("Ann", "Bo", "Cy"):
        create_contact(account=facts, by=olga, name=name)
    guess = Insight.objects.create(account=facts, text="They will build", how="guessed", learned_on=date(2026, 1, 1))
    create_action(account=facts, by=olga, title="Ask whether they build", insights=[guess])
    create_action(account=facts, by=olga, title="Visit")
    know, align, win = page(olga)["promises"]
    assert (know.done, know.of) == (0, 2), "a guess is no understanding"
    assert (align.done, align.of) == (1, 2)
    assert (win.done, win.of) == (1, 2)
    Insight.objects.create(account=facts, text="They build in May", how="said", learned_on=date(2026, 2, 1))
    assert [page(tim)["promises"][0].done, page(tim)["promises"][0].of] == [1, 1]
    Account.objects.filter(pk=other.pk).update(status="key")
    assert [page(olga)["promises"][0].done, page(olga)["promises"][0].of] == [0, 1], "of the key accounts alone"


def test_what_calls_is_named_for_whom_it_calls(as_: Any, olga: User, stranger: User, facts: Account) -> None:
    today = timezone.localdate()
    create_action(account=facts, by=olga, title="Send samples", owner=olga, due_on=today - timedelta(days=1))
    create_action(account=facts, by=olga, title="Later", owner=olga, due_on=today + timedelta(days=30))
    create_contact(account=facts, by=olga, name="Ann Buyer", wanted_days=14)
    Insight.objects.create(account=facts, text="Budget is frozen", learned_on=today, recheck_on=today)
    home = as_(olga).get("/").content.decode()
    for said in ("Send samples", "Ann Buyer", "never contacted", "Budget is frozen"):
        assert said in home
    assert "Later" not in home
    elsewhere = as_(stranger).get("/").content.decode()
    assert "Ann Buyer" not in elsewhere
    assert "Budget is frozen" not in elsewhere


def test_home_takes_as_many_queries_for_many_accounts_as_for_one(
    as_: Any, diana: User, facts: Account, django_assert_max_num_queries: Any
) -> None:
    for number in range(25):
        account = Account.objects.create(name=f"Account {number}", owner=diana)
        year(account, 2026, number)
        record("changed", by=diana, about=account, field="name", new=f"Account {number}")
    client = as_(diana)
    with django_assert_max_num_queries(24):
        client.get("/")
    assert len(page(diana)["mine"]) == 10
