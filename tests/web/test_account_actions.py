"""Each change of an account leaves an event, keeps the index, and costs few queries in bulk."""

from typing import Any

import pytest

from openkam.web.accounts.actions import (
    accounts_for_keys,
    add_to_team,
    change_account,
    create_account,
    create_for_keys,
    remove_from_team,
    set_owner,
)
from openkam.web.accounts.models import Account, AccountKey
from openkam.web.people.models import User
from openkam.web.programme.models import Event

pytestmark = pytest.mark.django_db


def test_an_account_manager_owns_the_account_they_create(olga: User) -> None:
    assert create_account(by=olga, name="New").owner == olga


def test_a_director_creates_an_account_for_nobody_yet(diana: User) -> None:
    assert create_account(by=diana, name="New").owner is None


def test_a_change_leaves_old_and_new_behind(acme: Account, diana: User) -> None:
    acme.country = "JP"
    assert change_account(acme, by=diana) == ["country"]
    event = Event.objects.about(acme).get(field="country")
    assert (event.old, event.new, event.by) == ("TW", "JP", diana)


def test_a_renamed_account_is_found_at_once(acme: Account, diana: User) -> None:
    acme.name = "聯發科"
    change_account(acme, by=diana)
    assert list(Account.objects.search("發科")) == [acme]


def test_saving_the_same_values_is_no_change(acme: Account, olga: User, diana: User) -> None:
    assert not set_owner(acme, owner=olga, by=diana)
    assert not Event.objects.exists()


def test_joining_a_team_twice_is_one_event(acme: Account, diana: User, stranger: User) -> None:
    assert add_to_team(acme, member=stranger, by=diana)
    assert not add_to_team(acme, member=stranger, by=diana)
    assert Event.objects.filter(verb="joined_team").count() == 1
    assert remove_from_team(acme, member=stranger, by=diana)
    assert not remove_from_team(acme, member=stranger, by=diana)


def test_unknown_keys_become_accounts_and_known_ones_stay(acme: Account, diana: User) -> None:
    ids = create_for_keys({"ACME": "ignored", "N-1": "新客戶", "N-2": " "}, by=diana)
    assert ids["ACME"] == acme.pk
    assert Account.objects.get(pk=ids["N-1"]).name == "新客戶"
    assert Account.objects.get(pk=ids["N-2"]).name == "N-2"
    assert accounts_for_keys(["ACME", "N-1", "N-2", "other"]) == ids
    assert Account.objects.search("新客").exists()
    assert Event.objects.filter(verb="created").count() == 2


def test_a_key_that_is_an_external_id_joins_its_account(diana: User) -> None:
    account = create_account(by=diana, name="From the CRM", external_id="ALFKI")
    assert create_for_keys({"ALFKI": "Alfreds"}, by=diana) == {"ALFKI": account.pk}
    assert Account.objects.count() == 1


def test_a_key_longer_than_an_external_id_still_makes_an_account(diana: User) -> None:
    key = "k" * 400
    account = Account.objects.get(pk=create_for_keys({key: ""}, by=diana)[key])
    assert (account.name, account.external_id) == (key, "")


def test_many_keys_cost_few_queries(diana: User, django_assert_max_num_queries: Any) -> None:
    names = {f"K{n}": f"Customer {n}" for n in range(1_500)}
    with django_assert_max_num_queries(80):
        create_for_keys(names, by=diana)
    assert AccountKey.objects.count() == 1_500
