"""Placements are their rater's alone until somebody who leads the register reveals them."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from tests.web import crawl
from tests.web.risk_fixtures import moved, project, risk

from openkam.method.errors import InvalidInput
from openkam.method.risk import Placement
from openkam.web.accounts.actions import add_to_team
from openkam.web.accounts.models import Account
from openkam.web.people.models import User
from openkam.web.people.permissions import Role
from openkam.web.plans.models import Risk, RiskPlacement
from openkam.web.plans.risk_actions import accept_agreement, ask_again, place_blind, reveal
from openkam.web.programme.models import Event

pytestmark = pytest.mark.django_db

#: What differs from one answer to the next for its own reasons: tokens, signatures, the clock.
PASSING = re.compile(
    r'name="csrfmiddlewaretoken" value="[^"]*"|x-csrftoken": "[^"]*"|name="seen" [^>]*'
    r"|\d\d:\d\d(?::\d\d)?Z?|Content-Length: \d+"
)

#: Every address that says something of risks, accounts, projects or of what happened; the others know no risk.
ABOUT_RISKS = re.compile(r"risk|decision|project|history|^/$|^/accounts/\d+/$|^/search/")
QUERY = {"gate": "launch", "stand": "before", "state": "all"}


def at(impact: str, probability: str) -> Placement:
    return Placement(impact=impact, probability=probability)  # type: ignore[arg-type]


def sheet(one: Risk, impact: str, probability: str, **more: str) -> dict[str, str]:
    said = {"impact": impact, "probability": probability, **more}
    return {f"risk-{one.pk}-{name}": value for name, value in said.items()}


@pytest.fixture
def flood(acme: Account, olga: User) -> Risk:
    return risk(acme, "Flood", by=olga)


@pytest.fixture
def blind(acme: Account) -> str:
    return f"/accounts/{acme.pk}/risks/blind/"


def answers(client: Any) -> Iterator[tuple[str, str]]:
    for address in filter(ABOUT_RISKS.search, crawl.addresses()):
        yield address, PASSING.sub("", crawl.text_of(client.get(address, QUERY)))


@pytest.mark.parametrize("role", list(Role.values))
def test_no_answer_of_the_product_depends_on_a_blind_placement(role: str, flood: Risk, tim: User, as_: Any) -> None:
    """Whatever somebody else asks for, it is the same wherever the rater placed the risk."""
    reader = User.objects.create_user(f"reader-{role}@supplier.example", name="Reader", role=role, sees_profit=True)
    add_to_team(flood.account, member=reader, by=None)
    place_blind(flood, inherent=at("low", "low"), residual=at("low", "low"), by=tim)
    client = as_(reader)
    first = dict(answers(client))
    axes = ("inherent_impact", "inherent_probability", "residual_impact", "residual_probability")
    RiskPlacement.objects.update(**dict.fromkeys(axes, "high"))
    assert [address for address, text in answers(client) if text != first[address]] == []


def test_the_rater_reads_their_own_and_so_the_search_above_can_find(flood: Risk, tim: User, as_: Any) -> None:
    place_blind(flood, inherent=at("low", "low"), residual=None, by=tim)
    client = as_(tim)
    first = dict(answers(client))
    RiskPlacement.objects.update(inherent_impact="high")
    changed = {address for address, text in answers(client) if text != first[address]}
    assert {f"/risks/{flood.pk}/", f"/accounts/{flood.account_id}/risks/blind/"} <= changed


def test_after_the_reveal_counts_are_told_and_names_are_not(
    *, flood: Risk, tim: User, olga: User, diana: User, vera: User, as_: Any
) -> None:
    for rater, place in ((tim, at("low", "high")), (olga, at("high", "high")), (diana, at("high", "medium"))):
        place_blind(flood, inherent=place, residual=None, by=rater)
    assert as_(olga).post("/risks/revelation/", {"risk": flood.pk}).status_code == 302
    page = as_(vera).get(f"/risks/{flood.pk}/").content.decode()
    counts = page.split("risk-counts")[1].split("Agreed place")[0]
    assert counts.count("<strong>1</strong>") == 3
    assert "Tim" not in counts
    assert "impact high, probability high" in page.split("Agreed place")[1]


def test_a_sheet_places_every_risk_at_once(*, flood: Risk, blind: str, acme: Account, tim: User, as_: Any) -> None:
    fire = risk(acme, "Fire", by=tim, plan="Water")
    more = {"residual_impact": "low", "residual_probability": "low"}
    as_(tim).post(blind, sheet(flood, "high", "low") | sheet(fire, "medium", "medium", **more))
    placed = {placement.risk.title: placement for placement in RiskPlacement.objects.select_related("risk")}
    assert (placed["Flood"].inherent_impact, placed["Flood"].residual_impact) == ("high", "")
    assert (placed["Fire"].residual_probability, placed["Fire"].rater) == ("low", tim)
    as_(tim).post(blind, sheet(flood, "low", "low") | sheet(fire, "medium", "medium", **more))
    assert RiskPlacement.objects.get(risk=flood).inherent_impact == "low"
    assert Event.objects.filter(verb="placed_blind").count() == 3
    assert set(Event.objects.filter(verb="placed_blind").values_list("old", "new")) == {("", "")}


@pytest.mark.parametrize("wrong", [("high", ""), ("", "low"), ("extreme", "low"), ("😀", "low")])
def test_half_a_place_is_refused(*, wrong: tuple[str, str], flood: Risk, blind: str, tim: User, as_: Any) -> None:
    assert as_(tim).post(blind, sheet(flood, *wrong)).status_code == 422
    assert not RiskPlacement.objects.exists()


def test_no_answer_is_no_placement(flood: Risk, blind: str, tim: User, as_: Any) -> None:
    as_(tim).post(blind, sheet(flood, "", ""))
    assert not RiskPlacement.objects.exists()


def test_once_revealed_nobody_adds_a_placement(*, flood: Risk, blind: str, tim: User, olga: User, as_: Any) -> None:
    place_blind(flood, inherent=at("low", "low"), residual=None, by=olga)
    reveal([flood], by=olga)
    as_(tim).post(blind, sheet(flood, "high", "high"))
    assert RiskPlacement.objects.count() == 1
    with pytest.raises(InvalidInput) as refusal:
        place_blind(flood, inherent=at("low", "low"), residual=None, by=tim)
    assert refusal.value.code == "placements_revealed"


def test_a_contributor_does_not_reveal(flood: Risk, tim: User, as_: Any) -> None:
    place_blind(flood, inherent=at("low", "low"), residual=None, by=tim)
    assert as_(tim).post("/risks/revelation/", {"risk": flood.pk}).status_code == 403
    flood.refresh_from_db()
    assert flood.is_blind


def test_what_nobody_placed_is_not_revealed(flood: Risk, olga: User) -> None:
    assert reveal([flood], by=olga) == []
    flood.refresh_from_db()
    assert flood.is_blind


def test_a_single_placement_of_somebody_else_is_not_revealed(flood: Risk, tim: User, olga: User, as_: Any) -> None:
    place_blind(flood, inherent=at("low", "low"), residual=None, by=tim)
    client, page = as_(olga), f"/risks/{flood.pk}/"
    assert "Show all placements" not in client.get(page).content.decode()
    assert "Show all placements" not in client.get(f"/accounts/{flood.account_id}/risks/blind/").content.decode()
    said = client.post("/risks/revelation/", {"risk": flood.pk}, follow=True).content.decode()
    assert "A risk is revealed once two people have placed it" in said
    assert "placements of 0 risks" not in said
    flood.refresh_from_db()
    assert flood.is_blind
    place_blind(flood, inherent=at("high", "low"), residual=None, by=olga)
    assert "Show all placements" in client.get(page).content.decode()
    assert reveal([flood], by=olga) == [flood]


def test_ones_own_single_placement_may_be_shown(flood: Risk, olga: User, as_: Any) -> None:
    place_blind(flood, inherent=at("low", "low"), residual=None, by=olga)
    client = as_(olga)
    assert "Show all placements" in client.get(f"/risks/{flood.pk}/").content.decode()
    assert "The placements of 1 risk are shown." in (
        client.post("/risks/revelation/", {"risk": flood.pk}, follow=True).content.decode()
    )


def test_no_page_says_who_has_placed_a_risk_before_or_after_the_reveal(
    *, flood: Risk, tim: User, olga: User, diana: User, as_: Any
) -> None:
    for rater in (tim, olga):
        place_blind(flood, inherent=at("low", "low"), residual=None, by=rater)
    assert set(Event.objects.filter(verb="placed_blind").values_list("by", flat=True)) == {None}
    for _turn in ("blind", "revealed"):
        told = as_(diana).get("/programme/history/").content.decode()
        assert "took a blind placement of" in told
        assert "Tim</strong> took" not in told
        reveal([flood], by=olga)


def test_a_person_accepts_the_agreed_place(flood: Risk, tim: User, olga: User, as_: Any) -> None:
    place_blind(flood, inherent=at("high", "low"), residual=at("low", "low"), by=tim)
    place_blind(flood, inherent=at("high", "high"), residual=None, by=olga)
    client = as_(olga)
    early = client.post(f"/risks/{flood.pk}/agreement/", follow=True)
    assert "still blind" in early.content.decode()
    client.post("/risks/revelation/", {"risk": flood.pk})
    client.post(f"/risks/{flood.pk}/agreement/")
    flood.refresh_from_db()
    assert (flood.inherent_impact, flood.inherent_probability) == ("high", "medium")
    assert (flood.residual_impact, flood.residual_probability) == ("low", "low")
    assert "The risk stands there." in client.get(f"/risks/{flood.pk}/").content.decode()


def test_another_turn_is_blind_again_and_the_last_one_stays_on_record(flood: Risk, tim: User, olga: User) -> None:
    for rater in (tim, olga):
        place_blind(flood, inherent=at("low", "low"), residual=None, by=rater)
    reveal([flood], by=olga)
    now = ask_again(flood, by=olga)
    assert (now.turn, now.is_blind) == (2, True)
    place_blind(now, inherent=at("high", "high"), residual=None, by=tim)
    placed = RiskPlacement.objects.filter(rater=tim).order_by("turn").values_list("turn", "inherent_impact")
    assert list(placed) == [(1, "low"), (2, "high")]
    with pytest.raises(InvalidInput):
        accept_agreement(now, by=olga)


def test_placing_openly_says_nothing_of_blind_placements(flood: Risk, tim: User, olga: User, as_: Any) -> None:
    place_blind(flood, inherent=at("high", "high"), residual=None, by=olga)
    response = as_(tim).post(f"/risks/{flood.pk}/place/", moved(flood, "low low"), follow=True)
    assert "Showstopper" not in response.content.decode().split("messages")[1].split("</div>")[0]
    flood.refresh_from_db()
    assert flood.current == at("low", "low")


def test_a_projects_team_places_its_risks_blind(acme: Account, tim: User, olga: User, as_: Any) -> None:
    ours = project(acme, by=olga)
    one = risk(ours, "Late", by=olga)
    address = f"/projects/{ours.pk}/risks/blind/"
    as_(tim).post(f"{address}?risk={one.pk}", sheet(one, "low", "high"))
    assert RiskPlacement.objects.get().rater == tim
    assert "1 person placed it blind" in as_(olga).get(f"/projects/{ours.pk}/").content.decode()


def test_a_closed_risk_is_not_placed(*, flood: Risk, blind: str, tim: User, olga: User, as_: Any) -> None:
    as_(olga).post(f"/risks/{flood.pk}/closure/", {"why": "gone", "version": flood.version})
    assert "Nothing to place" in as_(tim).get(blind).content.decode()
    as_(tim).post(blind, sheet(flood, "low", "low"))
    assert not RiskPlacement.objects.exists()
