"""Who may see, write and lead a register; money for those who see profit alone; files."""

import csv
import io
from decimal import Decimal
from typing import Any

import pytest
from tests.web import crawl
from tests.web.risk_fixtures import moved, project, risk

from openkam.web.accounts.models import Account
from openkam.web.people.models import User
from openkam.web.plans.models import Risk
from openkam.web.programme.models import Event

pytestmark = pytest.mark.django_db

MONEY = Decimal(8_675_309)
LOSS = "3,470,124"  # 40 % of it


@pytest.fixture
def flood(acme: Account, olga: User) -> Risk:
    return risk(acme, "Flood", "high medium", by=olga, at_stake=MONEY, plan="Dam", owner=olga, due_on="2030-01-01")


def writes(one: Risk) -> list[tuple[str, dict[str, Any]]]:
    """Everything that can be posted about a risk."""

    version, blind = {"version": one.version}, f"risk-{one.pk}"
    return [
        (f"/risks/{one.pk}/place/", moved(one, "low low")),
        (f"/risks/{one.pk}/edit/", {"title": "Taken over", "family": "kam"}),
        (f"/risks/{one.pk}/closure/", {"why": "because", **version}),
        (f"/risks/{one.pk}/approval/", version),
        (f"/risks/{one.pk}/waiver/", {"gate": "launch", "reason": "because"}),
        (f"/risks/{one.pk}/turn/", {}),
        (f"/risks/{one.pk}/agreement/", {}),
        ("/risks/revelation/", {"risk": one.pk}),
        (f"/accounts/{one.account_id}/risks/new/", {"title": "Mine", "family": "kam"}),
        (f"/accounts/{one.account_id}/risks/blind/", {f"{blind}-impact": "low", f"{blind}-probability": "low"}),
    ]  # fmt: skip


def test_a_viewer_reads_and_changes_nothing(flood: Risk, as_: Any, vera: User) -> None:
    client, before = as_(vera), crawl.snapshot()
    assert "Flood" in client.get(f"/accounts/{flood.account_id}/risks/").content.decode()
    assert {client.post(address, typed).status_code for address, typed in writes(flood)} == {403}
    assert crawl.snapshot() == before


def test_for_a_stranger_the_risk_does_not_exist(flood: Risk, as_: Any, stranger: User) -> None:
    client, before = as_(stranger), crawl.snapshot()
    for address in (
        f"/risks/{flood.pk}/",
        f"/accounts/{flood.account_id}/risks/",
        f"/accounts/{flood.account_id}/risks.csv",
    ):
        assert client.get(address).status_code == 404
    for address in ("/risks/", "/decisions/", "/projects/"):
        assert "Flood" not in client.get(address).content.decode()
    codes = {address: client.post(address, typed).status_code for address, typed in writes(flood)}
    codes.pop("/risks/revelation/")  # answers about what one sees, and that is nothing
    assert set(codes.values()) <= {403, 404}
    assert crawl.snapshot() == before


def test_a_contributor_writes_and_places_but_does_not_lead(flood: Risk, as_: Any, tim: User) -> None:
    client = as_(tim)
    codes = [client.post(address, typed).status_code for address, typed in writes(flood)]
    assert codes == [302, 422, 403, 403, 403, 403, 403, 403, 302, 302]


def test_the_owner_leads_and_directors_alone_approve(flood: Risk, as_: Any, olga: User, diana: User) -> None:
    assert as_(olga).post(f"/risks/{flood.pk}/approval/", {"version": flood.version}).status_code == 403
    as_(diana).post(f"/risks/{flood.pk}/approval/", {"version": flood.version})
    flood.refresh_from_db()
    assert (flood.plan_approved_by, flood.has_approved_plan) == (diana, True)
    as_(olga).post(f"/risks/{flood.pk}/closure/", {"why": "The dam stands", "version": flood.version})
    flood.refresh_from_db()
    assert (flood.closed_by, flood.closed_why) == (olga, "The dam stands")
    page = as_(olga).get(f"/risks/{flood.pk}/").content.decode()
    assert "The dam stands" in page
    assert "Approved by Diana" in page


def test_a_plan_is_approved_as_it_was_read(flood: Risk, as_: Any, diana: User) -> None:
    seen = flood.version
    as_(diana).post(f"/risks/{flood.pk}/place/", moved(flood, "high high"))
    response = as_(diana).post(f"/risks/{flood.pk}/approval/", {"version": seen}, follow=True)
    assert "changed “Flood” meanwhile" in response.content.decode()
    flood.refresh_from_db()
    assert not flood.has_approved_plan


def test_a_plan_without_owner_or_date_is_not_approved(acme: Account, as_: Any, diana: User) -> None:
    one = risk(acme, "Fire", "high medium", by=diana, plan="Water")
    response = as_(diana).post(f"/risks/{one.pk}/approval/", {"version": one.version}, follow=True)
    assert "text, an owner and a date" in response.content.decode()
    one.refresh_from_db()
    assert not one.has_approved_plan


def test_a_changed_plan_needs_approval_again(flood: Risk, as_: Any, diana: User) -> None:
    client = as_(diana)
    client.post(f"/risks/{flood.pk}/approval/", {"version": flood.version})
    form = client.get(f"/risks/{flood.pk}/edit/").context["form"]
    typed = {"title": "Flood", "family": "planning", "owner": flood.owner_id, "due_on": "2030-01-01",
             "at_stake": str(MONEY), "seen": form["seen"].value()}  # fmt: skip
    client.post(f"/risks/{flood.pk}/edit/", {**typed, "plan": "Sandbags"})
    flood.refresh_from_db()
    assert (flood.plan, flood.has_approved_plan) == ("Sandbags", False)


def test_closing_needs_a_reason_and_can_be_taken_back(flood: Risk, as_: Any, olga: User) -> None:
    client = as_(olga)
    response = client.post(f"/risks/{flood.pk}/closure/", {"why": "  ", "version": flood.version}, follow=True)
    assert "Say why it is closed" in response.content.decode()
    client.post(f"/risks/{flood.pk}/closure/", {"why": "done", "version": flood.version})
    closed = Risk.objects.get()
    refused = client.post(f"/risks/{flood.pk}/place/", moved(closed, "low low"), follow=True)
    assert "is closed" in refused.content.decode()
    client.post(f"/risks/{flood.pk}/closure/", {"reopen": "1", "version": closed.version})
    assert Risk.objects.get().is_open


def test_the_manager_of_one_account_leads_a_shared_project_and_not_the_other_account(
    acme: Account, as_: Any, stranger: User, olga: User
) -> None:
    theirs = Account.objects.create(name="Elsewhere", owner=stranger)
    shared = project(acme, theirs, by=olga)
    one, other = risk(shared, "Shared risk", "low low", by=olga), risk(acme, "Own risk", "low low", by=olga)
    client = as_(stranger)
    assert "Shared risk" in client.get(f"/projects/{shared.pk}/").content.decode()
    assert client.post(f"/risks/{one.pk}/closure/", {"why": "x", "version": 1}).status_code == 302
    assert client.post(f"/risks/{other.pk}/closure/", {"why": "x", "version": 1}).status_code == 404
    assert [found.title for found in Risk.objects.exclude(closed_at=None)] == ["Shared risk"]


def test_money_and_expected_loss_are_for_those_who_see_profit(flood: Risk, as_: Any, olga: User, tim: User) -> None:
    pages = [f"/risks/{flood.pk}/", f"/accounts/{flood.account_id}/risks/", "/risks/", f"/risks/{flood.pk}/edit/"]
    pages += ["/risks.csv", "/risks.xlsx", f"/accounts/{flood.account_id}/risks.csv"]
    for address in pages:
        text = crawl.text_of(as_(tim).get(address))
        assert not any(
            sign in text for sign in ("8,675,309", "8675309", LOSS, "3470123", "Expected loss", "8.7M", "3.5M")
        )
    for address in pages[:3]:
        assert LOSS in crawl.text_of(as_(olga).get(address)) or "3.5M" in crawl.text_of(as_(olga).get(address))
    assert "8675309" in crawl.text_of(as_(olga).get("/risks.csv"))


def test_who_does_not_see_money_neither_reads_nor_wipes_it(flood: Risk, as_: Any, tim: User) -> None:
    client = as_(tim)
    form = client.get(f"/risks/{flood.pk}/edit/").context["form"]
    typed = {"title": "Deluge", "family": "planning", "at_stake": "1", "seen": form["seen"].value()}
    assert client.post(f"/risks/{flood.pk}/edit/", typed).status_code == 302
    flood.refresh_from_db()
    assert (flood.title, flood.at_stake) == ("Deluge", MONEY)


def test_a_change_of_money_is_an_event_that_touches_profit(flood: Risk, as_: Any, olga: User, tim: User) -> None:
    client = as_(olga)
    form = client.get(f"/risks/{flood.pk}/edit/").context["form"]
    typed = {
        **form.initial,
        "title": "Flood",
        "family": "planning",
        "at_stake": "7919113",
        "seen": form["seen"].value(),
    }
    client.post(f"/risks/{flood.pk}/edit/", {name: value for name, value in typed.items() if value is not None})
    events = Event.objects.about(flood).filter(field="at_stake")
    assert events.count() == 2
    assert set(events.values_list("touches_profit", flat=True)) == {True}
    assert "7,919,113" in client.get(f"/risks/{flood.pk}/").content.decode()
    assert "7,919,113" not in as_(tim).get(f"/risks/{flood.pk}/").content.decode()


def rows_of(client: Any, address: str) -> list[dict[str, str]]:
    text = b"".join(client.get(address).streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_a_file_holds_what_the_page_shows(flood: Risk, as_: Any, olga: User) -> None:
    risk(flood.account, "=HYPERLINK(1)", by=olga)
    unplaced, placed = rows_of(as_(olga), f"/accounts/{flood.account_id}/risks.csv")
    assert (placed["Risk"], placed["Label now"], placed["Impact before measures"]) == (
        "Flood",
        "Significant risk",
        "High",
    )
    assert (placed["Money at stake, EUR"], placed["Expected loss, EUR"]) == ("8675309.0000", "3470123.6000")
    assert (unplaced["Risk"], unplaced["Label now"]) == ("'=HYPERLINK(1)", "")


def test_a_file_takes_the_filter_along_and_opens_as_a_workbook(flood: Risk, as_: Any, olga: User) -> None:
    assert rows_of(as_(olga), "/risks.csv?family=technical") == []
    assert b"".join(as_(olga).get("/risks.xlsx").streaming_content)[:2] == b"PK"
    assert as_(olga).get("/risks.json").status_code == 404


def test_the_palette_finds_the_pages(as_: Any, tim: User) -> None:
    page = as_(tim).get("/search/", {"q": "risk"}).content.decode()
    assert 'href="/risks/"' in page
    assert 'href="/decisions/"' in as_(tim).get("/search/", {"q": "decis"}).content.decode()
