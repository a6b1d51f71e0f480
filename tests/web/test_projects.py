"""Design projects: for whom, who sees them, who changes them, what a merge of accounts does."""

from typing import Any

import pytest
from tests.web import crawl
from tests.web.risk_fixtures import project, risk

from openkam.method.errors import InvalidInput
from openkam.web.accounts.merging import merge
from openkam.web.accounts.models import Account
from openkam.web.accounts.search import index_accounts
from openkam.web.people.models import User
from openkam.web.programme.models import Event
from openkam.web.projects.actions import create_project
from openkam.web.projects.models import DesignProject

pytestmark = pytest.mark.django_db


def typed(*accounts: Account, **more: Any) -> dict[str, Any]:
    return {"name": "Spare parts", "phase": "define", "accounts": [account.pk for account in accounts], **more}


@pytest.fixture
def theirs(stranger: User) -> Account:
    account = Account.objects.create(name="Zyxomma Hidden", owner=stranger)
    index_accounts([account])
    return account


def test_a_manager_begins_a_project_for_an_account(acme: Account, as_: Any, olga: User) -> None:
    more = {"purpose": "A part within a day", "launch_on": "2027-05-01", "owner": olga.pk}
    response = as_(olga).post("/projects/new/", typed(acme, **more))
    made = DesignProject.objects.get()
    assert response.headers["Location"] == f"/projects/{made.pk}/"
    assert (list(made.accounts.all()), made.owner, str(made.launch_on)) == ([acme], olga, "2027-05-01")
    page = as_(olga).get("/projects/").content.decode()
    assert "Spare parts" in page
    assert acme.name in page


def test_a_project_serves_at_least_one_account(acme: Account, as_: Any, olga: User) -> None:
    assert as_(olga).post("/projects/new/", typed()).status_code == 422
    with pytest.raises(InvalidInput):
        create_project(accounts=[], by=olga, name="Nothing")
    assert not DesignProject.objects.exists()


def test_nobody_begins_a_project_for_an_account_they_do_not_see(theirs: Account, as_: Any, olga: User) -> None:
    response = as_(olga).post("/projects/new/", typed(theirs))
    assert response.status_code == 422
    assert "Zyxomma" not in response.content.decode()


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"name": "n" * 501}, {"phase": "unknown"}, {"launch_on": "2026-02-31"}, {"owner": "9" * 30},
     {"accounts": ["²"]}, {"accounts": ["9" * 30]}],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(wrong: dict[str, Any], acme: Account, as_: Any, olga: User) -> None:
    assert as_(olga).post("/projects/new/", typed(acme) | wrong).status_code == 422
    assert not DesignProject.objects.exists()


@pytest.mark.parametrize("name", ["n" * 500, "😀 \u202eمرحبا", "<script>alert(1)</script>"])
def test_any_name_is_kept(name: str, acme: Account, as_: Any, olga: User) -> None:
    as_(olga).post("/projects/new/", typed(acme, name=name))
    made = DesignProject.objects.get()
    assert made.name == name
    for address in ("/projects/", f"/projects/{made.pk}/", f"/projects/{made.pk}/edit/", "/risks/"):
        assert "<script>alert(1)" not in as_(olga).get(address).content.decode()


def test_owner_team_and_viewer_see_a_project_and_a_stranger_does_not(
    *, acme: Account, as_: Any, olga: User, tim: User, vera: User, stranger: User
) -> None:
    ours = project(acme, by=olga)
    address = f"/projects/{ours.pk}/"
    assert [as_(person).get(address).status_code for person in (olga, tim, vera, stranger)] == [200, 200, 200, 404]
    edits = [as_(person).post(f"{address}edit/", typed(acme)).status_code for person in (tim, vera, stranger)]
    assert edits == [403, 403, 404]
    assert as_(tim).post("/projects/new/", typed(acme)).status_code == 403
    assert "Spare parts" not in as_(stranger).get("/projects/").content.decode()


def test_its_owner_sees_and_changes_it_without_seeing_the_account(
    acme: Account, as_: Any, olga: User, stranger: User
) -> None:
    ours = project(acme, by=olga, owner=stranger)
    page = as_(stranger).get(f"/projects/{ours.pk}/").content.decode()
    assert "1 account that you do not look after" in page
    assert acme.name not in page
    form = as_(stranger).get(f"/projects/{ours.pk}/edit/").context["form"]
    again = typed(name="Renamed", owner=stranger.pk, seen=form["seen"].value())
    assert as_(stranger).post(f"/projects/{ours.pk}/edit/", again).status_code == 302
    ours.refresh_from_db()
    assert (ours.name, list(ours.accounts.all())) == ("Renamed", [acme])


def test_accounts_that_an_editor_does_not_see_stay(acme: Account, theirs: Account, as_: Any, olga: User) -> None:
    ours, mine = project(acme, theirs, by=olga), Account.objects.create(name="Second", owner=olga)
    form = as_(olga).get(f"/projects/{ours.pk}/edit/")
    assert "Zyxomma" not in form.content.decode()
    as_(olga).post(f"/projects/{ours.pk}/edit/", typed(mine, seen=form.context["form"]["seen"].value()))
    assert set(ours.accounts.all()) == {theirs, mine}
    history = as_(olga).get(f"/projects/{ours.pk}/").content.decode()
    assert f"#{acme.pk}" in history


def test_a_second_editor_is_told_and_nothing_is_overwritten(acme: Account, as_: Any, olga: User, diana: User) -> None:
    ours = project(acme, by=olga)
    seen = as_(olga).get(f"/projects/{ours.pk}/edit/").context["form"]["seen"].value()
    theirs = as_(diana).get(f"/projects/{ours.pk}/edit/").context["form"]["seen"].value()
    as_(diana).post(f"/projects/{ours.pk}/edit/", typed(acme, name="Hers", seen=theirs))
    refused = as_(olga).post(f"/projects/{ours.pk}/edit/", typed(acme, name="Mine", seen=seen))
    assert refused.status_code == 422
    assert "it is now “Hers”" in refused.content.decode()
    ours.refresh_from_db()
    assert (ours.name, ours.version) == ("Hers", 2)


def test_a_form_without_its_signature_is_refused(acme: Account, as_: Any, olga: User) -> None:
    ours = project(acme, by=olga)
    assert as_(olga).post(f"/projects/{ours.pk}/edit/", typed(acme, name="Forged", seen="x")).status_code == 422


def test_searching_for_an_account_saves_nothing_and_keeps_what_was_chosen(acme: Account, as_: Any, olga: User) -> None:
    other = Account.objects.create(name="Borealis", owner=olga)
    index_accounts([acme, other])
    answer = as_(olga).post("/projects/new/", typed(acme, find="1", account_text="real"))
    page = answer.content.decode()
    assert (answer.status_code, DesignProject.objects.exists()) == (200, False)
    assert f'value="{acme.pk}" checked' in page
    assert f'value="{other.pk}"' in page
    part = as_(olga).get("/projects/accounts/", {"account_text": "real", "accounts": acme.pk}).content.decode()
    assert f'value="{acme.pk}" checked' in part
    assert "<html" not in part


def test_the_search_finds_only_accounts_that_one_sees(acme: Account, theirs: Account, as_: Any, olga: User) -> None:
    part = as_(olga).get("/projects/accounts/", {"account_text": "Zyx", "accounts": theirs.pk}).content.decode()
    assert "Zyxomma" not in part


def test_a_merge_keeps_the_account_in_its_projects_once(acme: Account, olga: User, diana: User) -> None:
    twin = Account.objects.create(name="Acme twin", owner=olga)
    both, only = project(acme, twin, by=olga), project(twin, by=olga, name="Other")
    merge(kept=acme, gone=twin, by=diana)
    assert list(both.accounts.all()) == [acme]
    assert list(only.accounts.all()) == [acme]


def test_the_list_narrows_to_a_phase_and_counts_open_risks(acme: Account, as_: Any, olga: User) -> None:
    first, second = project(acme, by=olga, name="First"), project(acme, by=olga, name="Second", phase="design")
    risk(second, "Late", "low low", by=olga)
    page = as_(olga).get("/projects/", {"phase": "design"}).content.decode()
    assert "Second" in page
    assert first.name not in page
    assert '<td class="num">1</td>' in page
    assert as_(olga).get("/projects/", {"phase": "x", "page": "-5"}).status_code == 200


def test_changes_are_events_and_reading_makes_none(acme: Account, as_: Any, olga: User) -> None:
    ours = project(acme, by=olga)
    verbs = set(Event.objects.about(ours).values_list("verb", flat=True))
    assert verbs == {"created", "added_account"}

    client = as_(olga)
    before = crawl.snapshot()
    client.get(f"/projects/{ours.pk}/")
    assert crawl.snapshot() == before


def test_the_list_costs_the_same_queries_for_any_number_of_projects(
    acme: Account, as_: Any, diana: User, django_assert_max_num_queries: Any
) -> None:
    for n in range(20):
        ours = project(acme, by=diana, name=f"Project {n}", owner=diana)
        risk(ours, "Late", "low low", by=diana)
    client = as_(diana)
    with django_assert_max_num_queries(8):
        client.get("/projects/")
    with django_assert_max_num_queries(18):
        client.get(f"/projects/{ours.pk}/")
