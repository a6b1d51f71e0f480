"""Two accounts that are one customer: what moves, what stays, and the way back."""

import json
from datetime import date
from typing import Any

import pytest

from openkam.method.errors import InvalidInput
from openkam.web.accounts.actions import accounts_for_keys, create_account
from openkam.web.accounts.merging import merge, preview, separate
from openkam.web.accounts.models import Account, AccountMember
from openkam.web.ledgers.models import AccountYear
from openkam.web.people.models import User
from openkam.web.portfolio.models import Growth, PlanCell, Spend
from openkam.web.programme.models import Event

from .test_accounts_list import fact

pytestmark = pytest.mark.django_db


@pytest.fixture
def twin(acme: Account, stranger: User) -> Account:
    account = create_account(by=None, name="Acme Taiwan", external_id="TWIN", owner=stranger)
    account.keys.create(key="TWIN-KEY")
    return account


def test_keys_children_team_and_names_come_together(acme: Account, twin: Account, diana: User, stranger: User) -> None:
    child = Account.objects.create(name="Child", parent=twin)
    merge(kept=acme, gone=twin, by=diana)
    child.refresh_from_db()
    assert accounts_for_keys(["ACME", "TWIN-KEY", "TWIN"]) == dict.fromkeys(["ACME", "TWIN-KEY", "TWIN"], acme.pk)
    assert child.parent == acme
    assert AccountMember.objects.filter(account=acme, user=stranger).exists()
    assert list(Account.objects.search("twin-k")) == [acme]
    assert not Account.objects.filter(pk=twin.pk).exists()


def test_years_add_up_and_unknown_cost_stays_unknown(acme: Account, twin: Account, diana: User) -> None:
    fact(acme, 2024, "100", "10")
    fact(twin, 2024, "23.5", "1.5")
    fact(acme, 2025, "1", "1")
    fact(twin, 2025, "2")
    fact(twin, 2023, "7", "3")
    merge(kept=acme, gone=twin, by=diana)
    years = {year.fiscal_year: year for year in AccountYear.objects.filter(account=acme)}
    assert (years[2024].revenue, years[2024].net_income, years[2024].lines) == (123.5, 11.5, 4)
    assert (years[2025].revenue, years[2025].net_income, years[2025].direct_cost) == (3, None, None)
    assert (years[2023].revenue, years[2023].last_date) == (7, date(2023, 12, 30))
    acme.refresh_from_db()
    assert acme.revenue == 3


def test_typed_figures_move_and_the_kept_ones_win(acme: Account, twin: Account, diana: User) -> None:
    PlanCell.objects.create(account=acme, fiscal_year=2026, row="revenue", amount=1)
    PlanCell.objects.create(account=twin, fiscal_year=2026, row="revenue", amount=4711)
    PlanCell.objects.create(account=twin, fiscal_year=2027, row="revenue", amount=3)
    Growth.objects.create(account=twin, potential="Doubles")
    Spend.objects.create(account=twin, fiscal_year=2025, potential=9)
    shown = preview(acme, twin)
    assert (shown.figures, shown.figures_left) == (3, 1)
    merge(kept=acme, gone=twin, by=diana)
    assert sorted(PlanCell.objects.filter(account=acme).values_list("fiscal_year", "amount")) == [(2026, 1), (2027, 3)]
    assert acme.growth.potential == "Doubles"
    lost = Event.objects.about(acme).get(field="figures")
    assert "4711" in lost.old
    assert lost.touches_profit


def test_a_merge_can_be_taken_back(acme: Account, twin: Account, diana: User, transactional_db: Any) -> None:
    child = Account.objects.create(name="Child", parent=twin)
    event = merge(kept=acme, gone=twin, by=diana)
    account = separate(event=event, by=diana)
    child.refresh_from_db()
    assert (account.name, account.external_id, account.owner) == (twin.name, "TWIN", twin.owner)
    assert accounts_for_keys(["ACME", "TWIN-KEY", "TWIN"]) == {"ACME": acme.pk, "TWIN-KEY": account.pk}
    assert child.parent == account
    assert list(Account.objects.search("taiwan")) == [account]


def test_a_merge_whose_keys_moved_on_stays(acme: Account, twin: Account, diana: User) -> None:
    event = merge(kept=acme, gone=twin, by=diana)
    acme.keys.filter(key="TWIN-KEY").delete()
    with pytest.raises(InvalidInput) as refusal:
        separate(event=event, by=diana)
    assert refusal.value.code == "merge_keys_moved"


def test_an_account_is_not_merged_into_itself_or_into_its_child(acme: Account, diana: User) -> None:
    child = Account.objects.create(name="Child", parent=acme)
    for gone, kept, code in ((acme, acme, "same_account"), (acme, child, "merge_below")):
        with pytest.raises(InvalidInput) as refusal:
            merge(kept=kept, gone=gone, by=diana)
        assert refusal.value.code == code


def test_a_child_can_be_merged_into_its_parent(acme: Account, diana: User) -> None:
    child = Account.objects.create(name="Child", parent=acme)
    merge(kept=acme, gone=child, by=diana)
    assert list(Account.objects.all()) == [acme]


def test_the_page_previews_then_merges(acme: Account, twin: Account, as_: Any, diana: User) -> None:
    client, address = as_(diana), f"/accounts/{acme.pk}/merge/"
    assert f"?other={twin.pk}" in client.get(address, {"q": "taiwan"}).content.decode()
    assert "becomes part of" in client.get(address, {"other": twin.pk}).content.decode()
    assert client.post(address, {"other": twin.pk}).status_code == 302
    assert json.loads(Event.objects.get(verb="took_over").new)["keys"] == ["TWIN-KEY"]
    assert "Separate again" in client.get(f"/accounts/{acme.pk}/history/").content.decode()


def test_an_owner_merges_only_what_both_are_theirs(acme: Account, twin: Account, as_: Any, olga: User) -> None:
    assert as_(olga).post(f"/accounts/{acme.pk}/merge/", {"other": twin.pk}).status_code == 404
    assert Account.objects.filter(pk=twin.pk).exists()


def test_merging_with_oneself_on_the_page_is_said(acme: Account, as_: Any, olga: User) -> None:
    response = as_(olga).get(f"/accounts/{acme.pk}/merge/", {"other": acme.pk}, follow=True)
    assert "cannot be merged into itself" in response.content.decode()
