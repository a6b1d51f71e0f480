"""Where the relationship shall lie, by when, and the five actions that get it there."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.web.stage_fixtures import ago, bow_tie, diamond

from openkam.web.accounts.models import Account, AccountMember
from openkam.web.interactions.models import Insight
from openkam.web.people.models import User
from openkam.web.people.permissions import Role
from openkam.web.plans.action_actions import create_action
from openkam.web.plans.models import Action
from openkam.web.programme.models import Event
from openkam.web.relationships.ambition_views import account_class
from openkam.web.relationships.models import Ambition, Stage, StageReview
from openkam.web.rounds.models import Entry, Placement, Round
from openkam.web.rounds.models import Stage as RoundStage

pytestmark = pytest.mark.django_db


def page_of(account: Account) -> str:
    return f"/accounts/{account.pk}/ambition/"


def in_days(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def row(place: int, **fields: Any) -> dict[str, Any]:
    return {f"action-{place}-{name}": value for name, value in fields.items()}


def form(client: Any, account: Account, **fields: Any) -> dict[str, Any]:
    """What the form posts when it was opened now: everything that it shows, and what was typed into it."""
    context = client.get(page_of(account)).context
    bounds = [bound for each in (context["form"], *context["rows"]) for bound in each]
    shown = {bound.html_name: _typed(bound.value()) for bound in bounds}
    return {**shown, "target": "3", "by_when": in_days(300), **fields}


def _typed(value: Any) -> Any:
    if isinstance(value, list):
        return [getattr(each, "pk", each) for each in value]
    return "" if value in (None, False) else value


def save(client: Any, account: Account, **fields: Any) -> Any:
    return client.post(page_of(account), form(client, account, **fields))


def notices(client: Any, account: Account) -> list[str]:
    return list(client.get(page_of(account)).context["notices"])


def test_a_target_with_its_actions_is_saved_whole(acme: Account, as_: Any, olga: User, tim: User) -> None:
    bow_tie(acme)
    client = as_(olga)
    first = row(1, title="Introduce our  lab", owner=tim.pk, due_on=in_days(30), gate="nu", evidence="Two met twice")
    assert save(client, acme, wished="4", **first, **row(2, title="王總 meets our board")).status_code == 302
    ambition = Ambition.objects.get()
    assert (ambition.target, ambition.wished, ambition.by, ambition.version) == (3, 4, olga, 2)
    one, two = Action.objects.order_by("place")
    assert (one.title, one.owner, one.gate, one.place, two.title, two.place) == (
        *("Introduce our lab", tim, "nu", 1),
        *("王總 meets our board", 2),
    )
    page = " ".join(client.get(f"/accounts/{acme.pk}/relationship/").content.decode().split())
    assert f"To Mid KAM by {in_days(300)}" in page
    assert "Introduce our lab" in page
    assert Event.objects.filter(subject_type="relationships.ambition", by=olga).exists()


def test_an_action_is_changed_and_taken_off_the_list(acme: Account, as_: Any, olga: User) -> None:
    client = as_(olga)
    kept = create_action(account=acme, by=olga, title="Old title", place=1)
    gone = create_action(account=acme, by=olga, title="Not now", place=3)
    assert save(client, acme, **row(1, title="New title"), **row(3, take_off="on")).status_code == 302
    kept.refresh_from_db()
    gone.refresh_from_db()
    assert (kept.title, kept.place, gone.title, gone.place, gone.dropped_on) == ("New title", 1, "Not now", None, None)


def test_an_action_rests_on_insights_of_its_account(acme: Account, as_: Any, olga: User) -> None:
    client = as_(olga)
    other = Account.objects.create(name="Other", owner=olga)
    need = Insight.objects.create(account=acme, text="They need spare parts in a day", learned_on=ago(3))
    strange = Insight.objects.create(account=other, text="Something else", learned_on=ago(3))
    assert save(client, acme, **row(1, title="Do it", insights=[need.pk, strange.pk])).status_code == 422
    for nobodys in ("9" * 30, "x"):
        assert save(client, acme, **row(1, title="Do it", insights=[nobodys])).status_code == 422
    assert save(client, acme, **row(1, title="Do it", insights=[need.pk])).status_code == 302
    assert list(Action.objects.get().insights.all()) == [need]
    page = client.get(page_of(acme)).content.decode()
    assert "Rests on 1 insight" in page
    assert "Something else" not in page


def test_five_places_and_no_sixth(acme: Account, as_: Any, olga: User) -> None:
    client = as_(olga)
    rows = {key: value for place in range(1, 7) for key, value in row(place, title=f"Action {place}").items()}
    save(client, acme, **rows)
    assert sorted(Action.objects.values_list("place", flat=True)) == [1, 2, 3, 4, 5]
    assert not Action.objects.filter(title="Action 6").exists()


def test_a_row_half_typed_saves_nothing(acme: Account, as_: Any, olga: User) -> None:
    answer = save(as_(olga), acme, **row(1, evidence="Two met twice"))
    assert answer.status_code == 422
    assert "Say what shall be done." in answer.content.decode()
    assert not Ambition.objects.exists()
    assert not Action.objects.exists()


@pytest.mark.parametrize(
    "bad",
    [
        {"target": "0"},
        {"target": "6"},
        {"target": ""},
        {"by_when": "soon"},
        {"by_when": ""},
        {"wished": "9"},
        row(1, title="x" * 301),
        row(1, title="x", gate="unknown"),
        row(1, title="x", owner="999999"),
    ],
)
def test_what_is_no_target_is_refused(bad: dict[str, Any], acme: Account, as_: Any, olga: User) -> None:
    assert save(as_(olga), acme, **bad).status_code == 422
    assert not Ambition.objects.exists()
    assert not Action.objects.exists()


def test_an_action_is_owned_by_somebody_who_sees_the_account(
    acme: Account, as_: Any, olga: User, stranger: User
) -> None:
    assert save(as_(olga), acme, **row(1, title="x", owner=stranger.pk)).status_code == 422
    owners = {person for row in as_(olga).get(page_of(acme)).context["rows"] for person in row.fields["owner"].queryset}
    assert stranger not in owners
    assert {"Olga", "Tim", "Vera"} <= {person.name for person in owners}


def test_two_editors_at_once_and_nothing_is_overwritten(acme: Account, as_: Any, diana: User, olga: User) -> None:
    client = as_(olga)
    save(client, acme)
    action = create_action(account=acme, by=olga, title="First", place=1)
    opened = form(client, acme, target="4", **row(1, title="Second"))
    save(as_(diana), acme, target="5")
    answer = client.post(page_of(acme), opened)
    assert answer.status_code == 422
    assert "Somebody changed this while you were typing" in answer.content.decode()
    action.refresh_from_db()
    assert (Ambition.objects.get().target, action.title) == (5, "First")


def test_two_stages_in_a_year_need_their_reason(acme: Account, as_: Any, olga: User) -> None:
    bow_tie(acme)
    client = as_(olga)
    save(client, acme, target="4", by_when=in_days(350))
    assert any("2 stages in this time are more than one in twelve months" in words for words in notices(client, acme))
    save(client, acme, target="4", by_when=in_days(350), justification="They asked us to.")
    assert not any("twelve months" in words for words in notices(client, acme))
    save(client, acme, target="4", by_when=in_days(740))
    assert not any("twelve months" in words for words in notices(client, acme))


def test_a_target_beyond_the_customers_wish_or_the_class_is_warned_of(acme: Account, as_: Any, olga: User) -> None:
    bow_tie(acme)
    acme.status = Account.Status.OPPORTUNISTIC
    acme.save()
    client = as_(olga)
    save(client, acme, target="3", wished="2")
    told = notices(client, acme)
    assert any("The customer wishes Early KAM; our target, Mid KAM, is higher." in words for words in told)
    assert any(words.startswith("Opportunistic account: Early KAM is enough for this class") for words in told)
    save(client, acme, target="2", wished="2")
    assert notices(client, acme) == []


@pytest.mark.parametrize(
    ("status", "low", "high"),
    [("key", 4, 5), ("key_development", 3, 4), ("maintenance", 2, 3), ("opportunistic", 2, 2)],
)
def test_each_class_has_its_ceiling(*, status: str, low: int, high: int, acme: Account, as_: Any, olga: User) -> None:
    Account.objects.filter(pk=acme.pk).update(status=status)
    assert as_(olga).get(page_of(acme)).context["ceiling"] == (low, high)


def test_the_latest_frozen_round_says_the_class_before_the_status(acme: Account) -> None:
    assert account_class(acme) == (None, None)
    acme.status = Account.Status.KEY
    assert account_class(acme) == ("key", None)
    for day, cell in (("2026-03-31", "key"), ("2026-09-30", "maintenance")):
        made = frozen(acme, day, cell)
    assert account_class(acme) == ("maintenance", made)


def frozen(account: Account, day: str, cell: str) -> Round:
    made = Round.objects.create(name=f"Key accounts of {day}", on=day, stage=RoundStage.FROZEN)
    entry = Entry.objects.create(round=made, account=account, name=account.name)
    Placement.objects.create(entry=entry, cell=cell)
    return made


def test_the_page_names_the_class_and_where_it_comes_from(acme: Account, as_: Any, diana: User, olga: User) -> None:
    assert "the account has no class yet" in told_at(as_(olga), acme)
    Account.objects.filter(pk=acme.pk).update(status="key_development")
    assert "Key development account · <bdi>Status</bdi>" in told_at(as_(olga), acme)
    frozen(acme, "2026-03-31", "maintenance")
    assert "Maintenance account · <bdi>Round: Key accounts of 2026-03-31" in told_at(as_(diana), acme)
    assert "Maintenance account · <bdi>a round that you do not take part in</bdi>" in told_at(as_(olga), acme)


def told_at(client: Any, account: Account) -> str:
    return str(client.get(page_of(account)).content.decode())


def test_open_gates_and_half_actions_are_named(acme: Account, as_: Any, olga: User) -> None:
    bow_tie(acme)
    client = as_(olga)
    save(client, acme)
    assert "No action leads to the target yet." in notices(client, acme)
    save(client, acme, **row(1, title="Introduce our lab", gate="nu"))
    told = notices(client, acme)
    assert "No action closes: direct share (D), levels or functions that meet directly." in told
    assert "Without an owner or a date: Introduce our lab." in told


def test_a_day_that_has_passed_and_a_target_below_are_told(acme: Account, as_: Any, olga: User) -> None:
    diamond(acme)
    client = as_(olga)
    save(client, acme, target="3", by_when=in_days(-1))
    told = notices(client, acme)
    assert any(words.startswith("The day, ") and "has passed" in words for words in told)
    assert any("lies below where the relationship is now, Partnership KAM" in words for words in told)


def test_the_agreed_stage_counts_where_there_is_one(acme: Account, as_: Any, olga: User) -> None:
    bow_tie(acme)
    StageReview.objects.create(account=acme, on=ago(10), diagnosed=3, agreed=3)
    client = as_(olga)
    save(client, acme, target="4", by_when=in_days(350))
    assert not any("twelve months" in words for words in notices(client, acme))


def test_the_team_reads_and_whoever_may_change_the_account_writes(
    *, acme: Account, as_: Any, diana: User, olga: User, tim: User, vera: User, stranger: User
) -> None:
    mate = User.objects.create_user("mate@supplier.example", "x", name="Mate", role=Role.MANAGER)
    AccountMember.objects.create(account=acme, user=mate)
    Ambition.objects.create(account=acme, target=Stage.MID, by_when=ago(-300))
    typed = {"target": "5", "by_when": in_days(10)}
    for person, status in ((tim, 403), (vera, 403), (stranger, 404)):
        assert as_(person).post(page_of(acme), typed).status_code == status
    for person in (tim, vera):
        page = as_(person).get(page_of(acme)).content.decode()
        assert "Mid KAM" in page
        assert "Save the ambition" not in page
    for person, target in ((diana, "4"), (olga, "5"), (mate, "3")):
        assert save(as_(person), acme, target=target).status_code == 302
        assert Ambition.objects.get().target == int(target)
