"""The library of criteria: the deck's 22 and the eight told apart, rewritten and reset, added, retired, in order."""

from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from tests.web.round_fixtures import accounts, criteria, round_of

from openkam.method.errors import InvalidInput
from openkam.web.people.models import User
from openkam.web.programme.models import Event
from openkam.web.rounds.library.actions import (
    FIELDS,
    add_criterion,
    change_criterion,
    group_of,
    move_criterion,
    remove_criterion,
    restore,
    retire,
)
from openkam.web.rounds.models import Criterion, Item, Kind, Round

pytestmark = pytest.mark.django_db
LIBRARY = "/criteria/"


@pytest.fixture
def leader(db: None) -> Criterion:
    return Criterion.objects.get(kind=Kind.SELECTION, slug="market_leader")


@pytest.fixture
def round_(diana: User, olga: User) -> Round:
    return round_of(diana, accounts("Ajax"), raters=[olga], picked=criteria("market_leader", "product_fit"))


def mark(round_: Round) -> int:
    return Round.objects.values_list("mark", flat=True).get(pk=round_.pk)


def filled(client: Client, criterion: Criterion, **changes: Any) -> dict[str, Any]:
    """The form of a criterion as its page fills it, with changes."""
    form = client.get(f"{LIBRARY}{criterion.pk}/").context["form"]
    fields = {name: form[name].value() for name in (*FIELDS, "seen")}
    return {name: value for name, value in {**fields, **changes}.items() if value not in (None, False)}


def test_the_decks_22_and_the_eight_stand_apart(as_: Any, diana: User) -> None:
    groups = dict(as_(diana).get(LIBRARY).context["groups"])
    assert [len(groups[name]) for name in ("deck", "optional", "own")] == [22, 8, 0]


@pytest.mark.parametrize(("of", "size"), [("attractiveness", 8), ("strength", 6), ("unknown", 22), ("\x00", 22)])
def test_each_kind_has_its_own_list_and_an_unknown_one_is_the_first(of: str, size: int, as_: Any, diana: User) -> None:
    groups = dict(as_(diana).get(LIBRARY, {"of": of}).context["groups"])
    assert len(groups["deck"]) == size


def test_anchors_floors_and_picks_are_in_view(as_: Any, olga: User) -> None:
    page = as_(olga).get(LIBRARY).content.decode()
    for words in ("pays after 45 days", "must-have: at least 4", "6 are picked for new rounds"):
        assert words in page


def test_account_managers_read_the_library_and_directors_change_it(
    *, leader: Criterion, as_: Any, diana: User, olga: User, tim: User, vera: User
) -> None:
    pages = (LIBRARY, f"{LIBRARY}{leader.pk}/", f"{LIBRARY}new/selection/")
    assert [as_(diana).get(page).status_code for page in pages] == [200, 200, 200]
    assert [as_(olga).get(page).status_code for page in pages] == [200, 403, 403]
    for reader in (tim, vera):
        assert [as_(reader).get(page).status_code for page in pages] == [403, 403, 403]
    assert Client().get(LIBRARY).status_code == 302


@pytest.mark.parametrize("verb", ["choice", "place", "reset", "retirement", "removal"])
def test_whoever_does_not_run_the_programme_changes_nothing(
    *, verb: str, leader: Criterion, as_: Any, olga: User, tim: User
) -> None:
    before = Criterion.objects.filter(pk=leader.pk).values().get()
    for person in (olga, tim):
        assert as_(person).post(f"{LIBRARY}{leader.pk}/{verb}/", {"up": "1", "picked": "1"}).status_code == 403
    assert Criterion.objects.filter(pk=leader.pk).values().get() == before


def test_a_built_in_text_is_rewritten_with_an_event_and_reset_in_every_language(
    leader: Criterion, round_: Round, as_: Any, diana: User
) -> None:
    client, before = as_(diana), mark(round_)
    client.post(f"{LIBRARY}{leader.pk}/", filled(client, leader, name="Leads its market 😀"))
    leader.refresh_from_db()
    assert (leader.name, leader.at_5) == ("Leads its market 😀", "")
    event = Event.objects.about(leader).get()
    assert (event.verb, event.by, event.field, event.new) == ("changed", diana, "name", "Leads its market 😀")
    assert mark(round_) == before + 1
    client.post(f"{LIBRARY}{leader.pk}/reset/")
    leader.refresh_from_db()
    assert (str(leader), leader.anchors[5]) == ("Market leader", "among the top five")
    assert Event.objects.about(leader).latest("pk").verb == "reset"


def test_saving_the_built_in_text_unchanged_keeps_it_in_every_language(leader: Criterion, diana: User) -> None:
    with translation.override("zh-hant"):
        leader.name = str(leader)
        assert change_criterion(leader, by=diana) == []
    leader.refresh_from_db()
    assert str(leader) == "Market leader"
    assert not Event.objects.about(leader).exists()


def test_a_frozen_rounds_mark_stays(leader: Criterion, round_: Round, diana: User) -> None:
    Round.objects.filter(pk=round_.pk).update(stage="frozen")
    before = mark(round_)
    leader.at_1 = "nobody knows them"
    change_criterion(leader, by=diana)
    assert mark(round_) == before


def test_a_criterion_of_our_own_comes_last_and_is_found_by_its_name(as_: Any, diana: User) -> None:
    sent = {"name": "Reputation 聲譽", "at_1": "bad", "at_10": "good", "floor": "3", "is_picked": "on"}
    assert as_(diana).post(f"{LIBRARY}new/selection/", sent).status_code == 302
    own = Criterion.objects.filter(kind=Kind.SELECTION).last()
    assert own is not None
    assert (own.name, own.floor, own.is_picked, group_of(own)) == ("Reputation 聲譽", 3, True, "own")
    assert own.anchors == {1: "bad", 10: "good"}
    assert Event.objects.about(own).get().verb == "created"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": ""}, "required"),
        ({"name": "   "}, "required"),
        ({"name": "n" * 500}, "at most 200 characters"),
        ({"name": "a\x00b"}, "Null characters"),
        ({"name": "market LEADER"}, "has “market LEADER” already"),
        ({"name": "New", "floor": "11"}, "less than or equal to 10"),
        ({"name": "New", "floor": "0"}, "greater than or equal to 1"),
        ({"name": "New", "floor": "9" * 400}, "less than or equal to 10"),
        ({"name": "New", "floor": "9" * 5000}, "whole number"),
        ({"name": "New", "at_1": "x" * 301}, "at most 300 characters"),
    ],
)
def test_what_is_no_criterion_is_refused_in_words(fields: dict[str, str], words: str, as_: Any, diana: User) -> None:
    answer = as_(diana).post(f"{LIBRARY}new/selection/", fields)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Criterion.objects.filter(kind=Kind.SELECTION).count() == 30


def test_a_kind_that_does_not_exist_has_no_form(as_: Any, diana: User) -> None:
    assert as_(diana).get(f"{LIBRARY}new/nonsense/").status_code == 404


def test_the_verbs_refuse_what_a_form_would(diana: User) -> None:
    for fields, code in (({"name": " "}, "criterion_empty"), ({"name": "x", "floor": 11}, "floor_off_scale")):
        with pytest.raises(InvalidInput, match=code):
            add_criterion(kind=Kind.SELECTION, by=diana, **fields)


def test_a_second_editor_is_told_and_can_send_again(leader: Criterion, as_: Any, diana: User) -> None:
    client = as_(diana)
    sent = filled(client, leader, name="Second")
    leader.name = "First"
    change_criterion(leader, by=diana)
    answer = client.post(f"{LIBRARY}{leader.pk}/", sent)
    assert answer.status_code == 422
    assert "First" in answer.content.decode()
    client.post(f"{LIBRARY}{leader.pk}/", {**sent, "seen": answer.context["form"]["seen"].value()})
    leader.refresh_from_db()
    assert leader.name == "Second"


def test_one_that_rounds_use_is_retired_not_deleted_and_comes_back(
    leader: Criterion, round_: Round, diana: User
) -> None:
    before = mark(round_)
    assert remove_criterion(leader, by=diana) is False
    leader.refresh_from_db()
    assert leader.retired_at is not None
    assert Item.objects.filter(round=round_, criterion=leader).exists()
    restore(leader, by=diana)
    leader.refresh_from_db()
    assert leader.retired_at is None
    assert list(Event.objects.about(leader).order_by("pk").values_list("verb", flat=True)) == ["retired", "restored"]
    assert mark(round_) == before + 2


def test_retiring_twice_leaves_one_event(leader: Criterion, diana: User) -> None:
    retire(leader, by=diana)
    retire(leader, by=diana)
    assert Event.objects.about(leader).count() == 1


@pytest.fixture
def twins(diana: User) -> tuple[Criterion, Criterion]:
    """One that was retired, and another that has its name since."""
    old = add_criterion(kind=Kind.SELECTION, name="Reputation", by=diana)
    retire(old, by=diana)
    return old, add_criterion(kind=Kind.SELECTION, name="reputation", by=diana)


def test_one_whose_name_was_taken_meanwhile_does_not_come_back(
    twins: tuple[Criterion, Criterion], as_: Any, diana: User
) -> None:
    answer = as_(diana).post(f"{LIBRARY}{twins[0].pk}/retirement/", {"restore": "1"}, follow=True)
    assert "The library has “Reputation” already." in answer.content.decode()
    assert Criterion.objects.exclude(pk=twins[0].pk).filter(retired_at=None, name="reputation").exists()
    assert not Criterion.objects.filter(pk=twins[0].pk, retired_at=None).exists()


def test_names_are_compared_when_a_name_changes_and_not_before(
    twins: tuple[Criterion, Criterion], as_: Any, diana: User
) -> None:
    Criterion.objects.filter(pk=twins[0].pk).update(retired_at=None)  # as if two had come back at once
    assert as_(diana).post(f"{LIBRARY}{twins[1].pk}/choice/", {"picked": "1"}).status_code == 302
    assert Criterion.objects.get(pk=twins[1].pk).is_picked
    twins[1].name = "Market leader"
    with pytest.raises(InvalidInput, match="criterion_twice"):
        change_criterion(twins[1], by=diana)


@pytest.mark.parametrize("headers", [{}, {"hx-request": "true"}])
def test_moving_one_that_somebody_retired_is_told_and_moves_nothing(
    headers: dict[str, str], leader: Criterion, as_: Any, diana: User
) -> None:
    retire(leader, by=diana)
    answer = as_(diana).post(f"{LIBRARY}{leader.pk}/place/", {"up": "1"}, headers=headers, follow=True)
    assert answer.status_code == 200
    assert "“Market leader” was retired meanwhile." in answer.content.decode()
    assert not Event.objects.about(leader).filter(field="position").exists()


def test_an_unused_one_of_our_own_is_deleted(as_: Any, diana: User) -> None:
    own = add_criterion(kind=Kind.STRENGTH, name="Packaging", by=diana)
    as_(diana).post(f"{LIBRARY}{own.pk}/removal/")
    assert not Criterion.objects.filter(pk=own.pk).exists()
    assert Event.objects.filter(verb="deleted", subject_name="Packaging").exists()


def test_a_retired_criterion_joins_no_new_round(diana: User) -> None:
    picked = Criterion.objects.get(kind=Kind.SELECTION, slug="product_fit")
    retire(picked, by=diana)
    fresh = round_of(diana, [], raters=[], to="draft")
    assert not fresh.items.filter(criterion=picked).exists()


def test_criteria_change_places_within_their_group_only(as_: Any, diana: User) -> None:
    def slugs() -> list[str]:
        return list(Criterion.objects.filter(kind=Kind.SELECTION).values_list("slug", flat=True))

    before = slugs()
    first, second, last = (Criterion.objects.get(kind="selection", slug=before[at]) for at in (0, 1, 21))
    as_(diana).post(f"{LIBRARY}{second.pk}/place/", {"up": "1"})
    assert slugs() == [before[1], before[0], *before[2:]]
    assert Event.objects.about(second).get().field == "position"
    for criterion, is_up in ((second, True), (last, False)):
        move_criterion(criterion, is_up=is_up, by=diana)
    assert slugs() == [before[1], before[0], *before[2:]]
    assert first.pk != second.pk


def test_htmx_gets_the_list_alone(as_: Any, diana: User) -> None:
    (prompt,) = criteria("quick_pay")
    answer = as_(diana).post(f"{LIBRARY}{prompt.pk}/choice/", {"picked": "1"}, headers={"hx-request": "true"})
    assert b"<html" not in answer.content
    assert b"7 are picked" in answer.content
    prompt.refresh_from_db()
    assert prompt.is_picked


def test_the_library_asks_the_database_as_often_for_thirty_as_for_sixty(
    as_: Any, diana: User, django_assert_num_queries: Any
) -> None:
    client = as_(diana)
    client.get(LIBRARY)
    with django_assert_num_queries(4):
        client.get(LIBRARY)
    for n in range(30):
        Criterion.objects.create(kind=Kind.SELECTION, name=f"Own {n}")
    with django_assert_num_queries(4):
        client.get(LIBRARY)
