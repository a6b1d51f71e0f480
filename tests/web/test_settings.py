"""House rules: recorded, and asked about once more where account-years are made anew."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from openkam.web.accounts.models import Account
from openkam.web.jobs.models import Job
from openkam.web.ledgers.models import AccountYear, Import
from openkam.web.people.models import User
from openkam.web.programme import currencies
from openkam.web.programme.models import Event, Settings

ADDRESS = "/programme/settings/"
AS_THEY_ARE = {
    "company": "",
    "currency": "EUR",
    "fiscal_start": "1",
    "year_named_by": "end",
    "discount_rate": "0.1",
}


@pytest.fixture
def year(acme: Account) -> AccountYear:
    return AccountYear.objects.create(
        account=acme,
        fiscal_year=2026,
        revenue=100,
        lines=1,
        first_date=date(2026, 1, 1),
        last_date=date(2026, 6, 1),
    )


def test_settings_belong_to_directors(as_: Any, diana: User, olga: User, tim: User) -> None:
    assert as_(diana).get(ADDRESS).status_code == 200
    for person in (olga, tim):
        assert as_(person).get(ADDRESS).status_code == 403
        assert as_(person).post(ADDRESS, AS_THEY_ARE | {"company": "Theirs"}).status_code == 403
    assert Client().get(ADDRESS).status_code == 302
    assert not Settings.objects.exists()


def test_a_change_is_saved_and_recorded(as_: Any, diana: User) -> None:
    Settings.objects.create(pk=1)
    assert as_(diana).post(ADDRESS, AS_THEY_ARE | {"company": "Supplier 供應商"}).status_code == 302
    event = Event.objects.get()
    assert (event.field, event.old, event.new, event.by) == ("company", "", "Supplier 供應商", diana)


def test_saving_what_stands_there_changes_nothing(as_: Any, diana: User, year: AccountYear) -> None:
    Settings.objects.create(pk=1)
    assert as_(diana).post(ADDRESS, AS_THEY_ARE).status_code == 302
    assert not Event.objects.exists()
    assert not Job.objects.exists()


@pytest.mark.parametrize("change", [{"currency": "TWD"}, {"fiscal_start": "4"}, {"year_named_by": "start"}])
def test_a_rule_of_stored_years_is_asked_about_first(
    as_: Any, diana: User, year: AccountYear, change: dict[str, str]
) -> None:
    Settings.objects.create(pk=1)
    client = as_(diana)
    page = client.post(ADDRESS, AS_THEY_ARE | change).content.decode()
    assert "Every account-year will be rebuilt" in page
    assert not Event.objects.exists()
    answer = client.post(ADDRESS, AS_THEY_ARE | change | {"understood": "on"}, follow=True).content.decode()
    assert "The account-years are being rebuilt." in answer
    assert Job.objects.get().kind == "rebuild"
    assert Event.objects.get().field == next(iter(change))


def test_another_currency_warns_of_amounts_that_stay_in_the_old_one(as_: Any, diana: User, year: AccountYear) -> None:
    page = as_(diana).post(ADDRESS, AS_THEY_ARE | {"currency": "TWD"}).content.decode()
    assert "Stored amounts were converted to EUR" in page
    assert "They will not become TWD" in page


def test_imports_left_in_another_currency_are_told_of_until_they_are_gone(as_: Any, diana: User) -> None:
    for currency in ("EUR", "TWD"):
        Import.objects.create(state="imported", file_name=currency, check_result={"currency": currency})
    Import.objects.create(state="undone", file_name="gone", check_result={"currency": "USD"})
    client = as_(diana)
    assert "1 stored import was converted to another currency, not to EUR." in client.get(ADDRESS).content.decode()
    assert "1 stored import is still in another reporting currency." in client.get("/").content.decode()
    Import.objects.filter(file_name="TWD").update(state="undone")
    assert "another currency" not in client.get(ADDRESS).content.decode()


def test_an_empty_ledger_changes_without_a_question(as_: Any, diana: User) -> None:
    assert as_(diana).post(ADDRESS, AS_THEY_ARE | {"currency": "JPY", "fiscal_start": "7"}).status_code == 302
    house = Settings.current()
    assert (house.currency, house.fiscal_start) == ("JPY", 7)
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    "change", [{"currency": "ZZZ"}, {"currency": "DEM"}, {"fiscal_start": "13"}, {"discount_rate": "1.5"}]
)
def test_impossible_rules_are_refused(as_: Any, diana: User, change: dict[str, str]) -> None:
    response = as_(diana).post(ADDRESS, AS_THEY_ARE | change)
    assert response.status_code == 200
    assert "errorlist" in response.content.decode()
    assert not Settings.objects.exists()


def test_currencies_are_those_of_today_named_in_the_pages_language(as_: Any, diana: User) -> None:
    assert {"EUR", "TWD", "CNY", "USD", "JPY"} <= set(currencies.codes())
    assert not {"DEM", "FRF", "XXX"} & set(currencies.codes())
    page = as_(diana).get(ADDRESS, headers={"Accept-Language": "zh-TW"}).content.decode()
    assert "TWD – 新台幣" in page
    assert "四月" in page or "4月" in page
