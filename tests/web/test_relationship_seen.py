"""Who is in contact with whom on a day: those who left, moved on, or looked after the account before."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.web.stage_fixtures import ago, bow_tie, diamond, met, pair, trades

from openkam.method import stage
from openkam.web.accounts.actions import set_owner
from openkam.web.accounts.models import Account
from openkam.web.contacts.actions import colleague_of, create_contact, leave, move_contact
from openkam.web.interactions.models import JointTeam, JointTeamMember
from openkam.web.people.models import User
from openkam.web.programme.models import Event
from openkam.web.relationships.seen import seen, seen_many

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(stranger: User) -> Account:
    return Account.objects.create(name="Other", owner=stranger)


def found(account: Account, days: int = 0) -> stage.Result:
    return stage.evaluate(seen(account, ago(days)).document)


def test_a_person_met_at_two_accounts_is_seen_at_both_together_as_alone(acme: Account, other: Account) -> None:
    us, them = pair(acme, "engineer", "rd", "specialist")
    met(us, them, 5, last=ago(60))
    move_contact(them, account=other, on=ago(40), by=None, title="Elsewhere")
    met(us, them, 5, last=ago(3), every=5)
    together = seen_many([acme, other], ago(0))
    for account in (acme, other):
        assert stage.evaluate(together[account.pk].document) == found(account)
    assert (found(acme).metrics.nu, found(other).metrics.nu) == (0, 1)
    assert found(acme, days=41).metrics.nu == 1, "the day before the move they worked there"


def test_a_new_title_is_not_shown_where_somebody_worked_before(acme: Account, other: Account) -> None:
    us, them = pair(acme, "engineer", "rd", "specialist")
    them.title = "Engineer"
    them.save()
    met(us, them, 5, last=ago(60))
    move_contact(them, account=other, on=ago(40), by=None, title="Secret takeover lead")
    assert [each.title for each in seen(acme, ago(41)).contacts.values()] == ["Engineer"]


@pytest.mark.parametrize("side", ["ours", "theirs"])
def test_whoever_has_left_is_missed_as_the_simulation_said(acme: Account, side: str) -> None:
    diamond(acme)
    today = seen(acme, ago(0))
    key = max(
        key
        for key in stage.evaluate(today.document).metrics.weights
        if key.startswith("c" if side == "theirs" else "u")
    )
    person = (today.contacts if side == "theirs" else today.colleagues)[int(key[1:])]
    told = stage.evaluate(stage.without(today.document, key)).metrics
    leave(person, on=ago(0), by=None)
    now = found(acme).metrics
    assert (now.nu, now.weight) == (told.nu, told.weight)


def test_a_joint_team_counts_those_who_are_still_there(acme: Account) -> None:
    us, them = pair(acme, "engineer", "rd", "specialist")
    team = JointTeam.objects.create(account=acme, name="Line", goal="Run it")
    JointTeamMember.objects.create(team=team, colleague=us)
    JointTeamMember.objects.create(team=team, contact=them)
    assert (seen(acme, ago(0)).document.joint_teams[0].ours, seen(acme, ago(0)).document.joint_teams[0].theirs) == (
        1,
        1,
    )
    leave(us, on=ago(1), by=None)
    leave(them, on=ago(1), by=None)
    assert (seen(acme, ago(0)).document.joint_teams[0].ours, seen(acme, ago(0)).document.joint_teams[0].theirs) == (
        0,
        0,
    )


def test_whoever_held_the_role_in_the_window_is_the_hub_also_on_a_past_day(
    acme: Account, olga: User, diana: User, stranger: User
) -> None:
    for user, days in ((diana, 300), (stranger, 30)):
        set_owner(acme, owner=user, by=None)
        at = timezone.now() - timedelta(days=days)
        Event.objects.filter(field="owner_id", new=str(user.pk)).update(at=at)
    people = {name: colleague_of(user).pk for name, user in {"olga": olga, "diana": diana, "sam": stranger}.items()}
    assert set(seen(acme, ago(0)).managers) == set(people.values())
    assert set(seen(acme, ago(40)).managers) == {people["olga"], people["diana"]}
    assert set(seen(acme, ago(310)).managers) == {people["olga"]}


def test_without_any_invoices_trade_is_unknown_and_holds_nothing_up(acme: Account, other: Account, as_: Any) -> None:
    us, them = pair(acme, "engineer", "rd", "specialist")
    met(us, them, 5)
    assert seen(acme, ago(0)).trades is None
    assert found(acme).stage == 2
    assert "trade_unknown" in [notice.code for notice in found(acme).warnings]
    trades(other)
    assert seen(acme, ago(0)).trades is False
    assert found(acme).stage == 1


def test_a_bow_tie_is_one_for_every_day_of_its_life(acme: Account) -> None:
    bow_tie(acme)
    create_contact(account=acme, by=None, name="Nobody met them")
    assert found(acme).stage == 2
    assert found(acme, days=700).stage == 0
