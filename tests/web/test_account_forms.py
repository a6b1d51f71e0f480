"""Creating and changing accounts: what is refused, who may, and two editors at once."""

import re
from typing import Any

import pytest

from openkam.web.accounts.actions import change_account
from openkam.web.accounts.models import Account
from openkam.web.accounts.search import index_accounts
from openkam.web.people.models import User
from openkam.web.programme.models import Event

pytestmark = pytest.mark.django_db


def filled(client: Any, address: str, **changes: str) -> dict[str, str]:
    """The form as the page shows it, with changes."""
    html = client.get(address).content.decode()
    seen = re.search(r'name="seen" value="([^"]*)"', html)
    form = {"name": "Acme 台積", "external_id": "ACME", "country": "TW", "status": "candidate"}
    owner = re.search(r'<option value="(\d+)" selected', html)
    return {**form, "owner": owner[1] if owner else "", "seen": seen[1] if seen else "", **changes}


@pytest.mark.parametrize(
    "address", ["/accounts/new/", "/accounts/{}/edit/", "/accounts/{}/merge/", "/accounts/parents/?parent_text=a"]
)
def test_contributors_and_viewers_are_refused_and_managers_let_in(
    acme: Account, as_: Any, address: str, olga: User
) -> None:
    for person in acme.team.all():
        assert as_(person).get(address.format(acme.pk)).status_code == 403
    assert as_(olga).get(address.format(acme.pk)).status_code == 200


@pytest.mark.parametrize("address", ["edit", "merge"])
def test_an_account_of_others_does_not_exist_for_a_manager(
    acme: Account, as_: Any, address: str, stranger: User
) -> None:
    assert as_(stranger).get(f"/accounts/{acme.pk}/{address}/").status_code == 404
    assert as_(stranger).post(f"/accounts/{acme.pk}/{address}/", {"name": "Mine"}).status_code == 404
    assert as_(stranger).post(f"/accounts/{acme.pk}/team/", {"person": stranger.pk}).status_code == 404


@pytest.mark.parametrize("name", ["台灣積體電路", "שלום בע״מ", "👩‍🔬 Labs", "x" * 500, "<script>alert(1)</script>"])
def test_any_name_can_be_given(as_: Any, olga: User, name: str) -> None:
    client = as_(olga)
    response = client.post("/accounts/new/", {"name": name, "status": "maintenance"}, follow=True)
    account = Account.objects.search(name).get()
    assert (account.name, account.owner) == (name, olga)
    assert "<script>alert" not in response.content.decode()


def test_a_name_longer_than_fits_is_refused(as_: Any, olga: User) -> None:
    response = as_(olga).post("/accounts/new/", {"name": "x" * 501, "status": "maintenance"})
    assert response.status_code == 422
    assert not Account.objects.exists()


def test_an_orientation_needs_its_reason(acme: Account, as_: Any, olga: User) -> None:
    client, address = as_(olga), f"/accounts/{acme.pk}/edit/"
    response = client.post(address, filled(client, address, orientation="strategic"))
    assert "Say why" in response.content.decode()
    client.post(address, filled(client, address, orientation="strategic", orientation_reason="They co-design."))
    acme.refresh_from_db()
    assert acme.orientation == "strategic"


def test_an_account_never_becomes_its_own_ancestor(acme: Account, as_: Any, diana: User) -> None:
    child = Account.objects.create(name="Child", parent=acme)
    grandchild = Account.objects.create(name="Grandchild", parent=child)
    client, address = as_(diana), f"/accounts/{acme.pk}/edit/"
    response = client.post(address, filled(client, address, parent=str(grandchild.pk)))
    assert "belongs to this account already" in response.content.decode()


def test_a_parent_one_may_not_see_cannot_be_chosen(acme: Account, as_: Any, olga: User) -> None:
    secret = Account.objects.create(name="Secret Group")
    index_accounts([secret])
    client, address = as_(olga), f"/accounts/{acme.pk}/edit/"
    assert client.post(address, filled(client, address, parent=str(secret.pk))).status_code == 422
    assert "Secret" not in client.get("/accounts/parents/", {"parent_text": "secret"}).content.decode()


def test_a_hidden_parent_survives_an_edit(acme: Account, as_: Any, olga: User) -> None:
    secret = Account.objects.create(name="Secret Group")
    Account.objects.filter(pk=acme.pk).update(parent=secret)
    client, address = as_(olga), f"/accounts/{acme.pk}/edit/"
    assert "Secret" not in client.get(address).content.decode()
    client.post(address, filled(client, address, parent=str(secret.pk), country="JP"))
    acme.refresh_from_db()
    assert (acme.parent, acme.country) == (secret, "JP")


def test_parents_are_found_by_part_of_their_name_without_scripts_too(acme: Account, as_: Any, diana: User) -> None:
    index_accounts([acme, child := Account.objects.create(name="Child")])
    client, address = as_(diana), f"/accounts/{child.pk}/edit/"
    part = client.get("/accounts/parents/", {"parent_text": "台", "of": str(child.pk)})
    whole = client.post(address, filled(client, address, find="1", parent_text="台", name="Other"))
    for response in (part, whole):
        assert f'value="{acme.pk}"' in response.content.decode()
    child.refresh_from_db()
    assert child.name == "Child"  # looking for a parent saves nothing


def test_a_second_editor_is_told_and_overwrites_nothing(acme: Account, as_: Any, olga: User, diana: User) -> None:
    client, address = as_(olga), f"/accounts/{acme.pk}/edit/"
    form = filled(client, address, country="JP", industry="Chips")
    acme.country = "DE"
    change_account(acme, by=diana)
    response = client.post(address, form)
    assert response.status_code == 422
    assert "it is now “DE”" in response.content.decode()
    acme.refresh_from_db()
    assert (acme.country, acme.industry) == ("DE", "")
    seen = re.search(r'name="seen" value="([^"]*)"', response.content.decode())[1]
    client.post(address, {**form, "seen": seen})  # told, and sent once more
    acme.refresh_from_db()
    assert (acme.country, acme.industry) == ("JP", "Chips")


def test_a_form_without_what_was_seen_is_refused(acme: Account, as_: Any, olga: User) -> None:
    client, address = as_(olga), f"/accounts/{acme.pk}/edit/"
    assert client.post(address, filled(client, address, seen="made up")).status_code == 422


def test_each_changed_field_is_one_event(acme: Account, as_: Any, olga: User, tim: User) -> None:
    client, address = as_(olga), f"/accounts/{acme.pk}/edit/"
    client.post(address, filled(client, address, country="JP", owner=str(tim.pk)))
    changes = set(Event.objects.about(acme).values_list("field", "old", "new"))
    assert changes == {("country", "TW", "JP"), ("owner_id", str(olga.pk), str(tim.pk))}


def test_handing_an_account_over_leads_back_to_the_list(acme: Account, as_: Any, olga: User, stranger: User) -> None:
    client, address = as_(olga), f"/accounts/{acme.pk}/edit/"
    response = client.post(address, filled(client, address, owner=str(stranger.pk)))
    assert response.headers["Location"] == "/accounts/"


@pytest.mark.parametrize("code", ["EURO", "€", "12"])
def test_a_currency_that_is_no_code_is_refused(acme: Account, as_: Any, olga: User, code: str) -> None:
    client, address = as_(olga), f"/accounts/{acme.pk}/edit/"
    assert client.post(address, filled(client, address, currency=code)).status_code == 422


def test_the_team_is_built_by_who_may_edit(acme: Account, as_: Any, olga: User, stranger: User) -> None:
    assert as_(olga).post(f"/accounts/{acme.pk}/team/", {"person": stranger.pk}).status_code == 302
    assert as_(stranger).get(f"/accounts/{acme.pk}/edit/").status_code == 200  # a manager of the team may edit
    as_(olga).post(f"/accounts/{acme.pk}/team/{stranger.pk}/departure/")
    assert as_(stranger).get(f"/accounts/{acme.pk}/").status_code == 404


def test_nobody_joins_by_a_link(acme: Account, as_: Any, olga: User) -> None:
    assert as_(olga).get(f"/accounts/{acme.pk}/team/").status_code == 405


@pytest.mark.parametrize("change", [("candidate", "key"), ("key", "maintenance")])
def test_a_key_account_is_named_and_deselected_by_a_decision_only(
    as_: Any, olga: User, acme: Account, change: tuple[str, str]
) -> None:
    before, after = change
    Account.objects.filter(pk=acme.pk).update(status=before)
    client = as_(olga)
    form = client.get(f"/accounts/{acme.pk}/edit/").context["form"]
    typed = {name: form[name].value() or "" for name in form.fields}
    response = client.post(f"/accounts/{acme.pk}/edit/", {**typed, "status": after})
    assert response.context["form"].has_error("status", "status_is_decided")
    acme.refresh_from_db()
    assert acme.status == before
