"""Joint teams: their people, their meetings, and whether each counts for the Synergistic stage."""

from typing import Any

import pytest
from tests.web.interaction_fixtures import contact, day, joint_team, met

from openkam.method.network import is_working
from openkam.web.accounts.models import Account
from openkam.web.contacts.actions import create_colleague
from openkam.web.interactions.models import Interaction, JointTeam
from openkam.web.interactions.teams import change_team, standings
from openkam.web.people.models import User
from openkam.web.programme.models import Event
from openkam.web.relationships.seen import seen

pytestmark = pytest.mark.django_db


def address(account: Account) -> str:
    return f"/accounts/{account.pk}/teams/"


def typed(**more: Any) -> dict[str, Any]:
    return {"name": "Dock to stock", "kind": "operations", "goal": "Half the lead time", "person": ["me"], **more}


def why_not(team: JointTeam) -> str:
    [standing] = standings(JointTeam.objects.filter(pk=team.pk), day())
    return " ".join(standing.why_not)


def meet(account: Account, by: User, team: JointTeam, *backs: int, **fields: Any) -> None:
    people = [member.contact for member in team.members.all() if member.contact]
    for back in backs:
        met(account, by, *people, back=back, **{"kind": "joint_team", "team": team, **fields})


def test_a_team_with_people_of_both_a_goal_and_two_meetings_counts(acme: Account, as_: Any, tim: User) -> None:
    team = joint_team(acme, tim, contact(acme))
    assert why_not(team) == "It met 0 times in six months; 2 are needed."
    meet(acme, tim, team, 10, 100)
    assert why_not(team) == ""
    page = as_(tim).get(address(acme))
    assert page.context["counting"] == 1
    assert "Dock to stock" in page.content.decode()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"goal": " "}, "It has no written goal."),
        ({"ended_on": day(1)}, "It has ended."),
        ({"started_on": day(-9)}, "It has not begun yet."),
    ],
)
def test_a_team_that_does_not_count_says_why(fields: dict[str, Any], said: str, acme: Account, tim: User) -> None:
    team = joint_team(acme, tim, contact(acme), **fields)
    meet(acme, tim, team, 10, 100)
    assert why_not(team) == said


def test_a_team_of_one_firm_alone_does_not_count(acme: Account, tim: User) -> None:
    lin = contact(acme)
    team = joint_team(acme, tim, lin)
    meet(acme, tim, team, 10, 100)
    change_team(team, ours=[], theirs=[lin], by=tim)
    assert why_not(team) == "Nobody of ours is in it."
    change_team(team, ours=[create_colleague(by=None, name="Kofi")], theirs=[], by=tim)
    assert why_not(team) == "Nobody of theirs is in it."


def test_meetings_count_for_six_months_and_only_those_of_the_team(acme: Account, tim: User) -> None:
    team = joint_team(acme, tim, contact(acme))
    meet(acme, tim, team, 10, 200)
    meet(acme, tim, team, 20, kind="meeting")
    meet(acme, tim, team, 30, counts=False)
    assert why_not(team) == "It met 1 time in six months; 2 are needed."


@pytest.mark.parametrize("meetings", [(), (10,), (10, 100), (10, 182), (10, 183), (10, 400)])
def test_the_page_and_the_diagnosis_agree_on_what_counts(meetings: tuple[int, ...], acme: Account, tim: User) -> None:
    team = joint_team(acme, tim, contact(acme))
    meet(acme, tim, team, *meetings)
    document = seen(acme, day()).document
    assert [is_working(one, document.rules) for one in document.joint_teams] == [not why_not(team)]


def test_a_contributor_writes_down_a_team_with_a_new_member(acme: Account, as_: Any, tim: User) -> None:
    contact(acme, "Lin Wei")
    answer = as_(tim).post(f"{address(acme)}new/", typed(who="lin wei", person=["me", "new:Max", "ours:Kofi"]))
    made = JointTeam.objects.get()
    assert answer["Location"] == f"/teams/{made.pk}/"
    members = {str(member.contact or member.colleague) for member in made.members.all()}
    assert members == {"Tim", "Lin Wei", "Max", "Kofi"}
    assert "Half the lead time" in as_(tim).get(f"/teams/{made.pk}/").content.decode()


def test_members_are_asked_about_refused_and_changed(acme: Account, as_: Any, diana: User, stranger: User) -> None:
    other = Account.objects.create(name="Elsewhere", owner=stranger)
    elsewhere, lin = contact(other, "Quarzwinkel"), contact(acme)
    team = joint_team(acme, diana, lin)
    edit = f"/teams/{team.pk}/edit/"
    seen_ = as_(diana).get(edit).context["form"]["seen"].value()
    wrong = as_(diana).post(edit, typed(seen=seen_, person=[f"c{elsewhere.pk}"]))
    assert "“Quarzwinkel” works for Elsewhere" in wrong.content.decode()
    assert "Nobody on record is called" in as_(diana).post(edit, typed(seen=seen_, who="Max")).content.decode()
    assert as_(diana).post(edit, typed(seen=seen_, person=["me"])).status_code == 302
    assert [str(member.colleague) for member in team.members.all()] == ["Diana"]
    event = Event.objects.about(team).get(field="members")
    assert (event.old, event.new) == ("1 + 1", "1 + 0")


def test_a_team_does_not_end_before_it_begins(acme: Account, as_: Any, tim: User) -> None:
    dates = {"started_on": day().isoformat(), "ended_on": day(1).isoformat()}
    answer = as_(tim).post(f"{address(acme)}new/", typed(**dates))
    assert answer.status_code == 422
    assert "A team does not end before it begins." in answer.content.decode()


def test_a_second_editor_of_a_team_is_told(acme: Account, as_: Any, tim: User, olga: User) -> None:
    team = joint_team(acme, tim, contact(acme))
    edit = f"/teams/{team.pk}/edit/"
    seen_ = as_(olga).get(edit).context["form"]["seen"].value()
    change_team(team, ours=[], theirs=[contact(acme, "Cody")], by=tim)
    late = as_(olga).post(edit, typed(seen=seen_))
    assert late.status_code == 422
    assert "Cody" in late.content.decode()


def test_a_meeting_of_a_team_begins_with_its_people(acme: Account, as_: Any, tim: User) -> None:
    lin = contact(acme)
    team = joint_team(acme, tim, lin)
    page = as_(tim).get(f"/teams/{team.pk}/").content.decode()
    link = f"/interactions/new/?account={acme.pk}&amp;kind=joint_team&amp;team={team.pk}"
    assert link in page
    form = (
        as_(tim)
        .get(f"/interactions/new/?account={acme.pk}&kind=joint_team&team={team.pk}&person=c{lin.pk}")
        .context["form"]
    )
    assert (form["kind"].value(), form["team"].value(), form.whom.contacts) == ("joint_team", str(team.pk), [lin])
    given = {"person": ["me", f"c{lin.pk}"], "account": acme.pk, "on": day().isoformat()}
    as_(tim).post("/interactions/new/", given | {"kind": "joint_team", "team": team.pk})
    assert Interaction.objects.get().team == team


def test_a_deleted_team_leaves_its_meetings(acme: Account, as_: Any, tim: User) -> None:
    team = joint_team(acme, tim, contact(acme))
    meet(acme, tim, team, 10)
    assert "Delete “Dock to stock”?" in as_(tim).get(f"/teams/{team.pk}/deletion/").content.decode()
    as_(tim).post(f"/teams/{team.pk}/deletion/")
    assert not JointTeam.objects.exists()
    assert Interaction.objects.get().team is None


def test_board_meetings_of_twelve_months_are_counted(acme: Account, as_: Any, tim: User) -> None:
    lin = contact(acme)
    for back in (10, 300, 400):
        met(acme, tim, lin, back=back, kind="joint_board")
    assert as_(tim).get(address(acme)).context["board"] == 2


def test_the_team_writes_a_viewer_reads_and_a_stranger_finds_nothing(
    *, acme: Account, as_: Any, diana: User, olga: User, tim: User, vera: User, stranger: User
) -> None:
    team = joint_team(acme, tim, contact(acme))
    people = (diana, olga, tim, vera, stranger)
    for page, answers in {
        address(acme): [200, 200, 200, 200, 404],
        f"/teams/{team.pk}/": [200, 200, 200, 200, 404],
        f"{address(acme)}new/": [200, 200, 200, 403, 404],
        f"/teams/{team.pk}/edit/": [200, 200, 200, 403, 404],
        f"/teams/{team.pk}/deletion/": [200, 200, 200, 403, 404],
    }.items():
        assert [as_(person).get(page).status_code for person in people] == answers, page


def test_the_page_costs_the_same_queries_for_one_and_for_many(
    acme: Account, as_: Any, tim: User, django_assert_max_num_queries: Any
) -> None:
    lin = contact(acme)
    for number in range(20):
        joint_team(acme, tim, lin, name=f"Team {number}")
    client = as_(tim)
    client.get(address(acme))
    with django_assert_max_num_queries(28):
        assert len(client.get(address(acme)).context["standings"]) == 20
