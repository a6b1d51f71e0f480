"""The projector page: stages, progress in names and counts, the clock, and two facilitators at once."""

import hashlib
from typing import Any

import pytest
from django.urls import reverse
from tests.web.round_fixtures import accounts, criteria, entry, round_of, score

from openkam.web.people.models import User
from openkam.web.rounds.actions import add_member, move_on, set_points
from openkam.web.rounds.freezing import digest_of, freeze
from openkam.web.rounds.models import Entry, Frozen, Item, Kind, Round

PICKED = ("revenue_potential", "market_leader")


@pytest.fixture
def round_(diana: User, olga: User, tim: User) -> Round:
    return round_of(diana, accounts("Ajax", "Bolt"), raters=[olga, tim], picked=criteria(*PICKED))


def at(round_: Round, name: str = "round") -> str:
    return reverse(name, args=[round_.pk])


def press(client: Any, round_: Round, to: str, left: str) -> Any:
    return client.post(at(round_, "round-stage"), {"to": to, "seen": left})


def test_a_facilitator_leads_a_round_from_draft_to_frozen(diana: User, olga: User, tim: User, as_: Any) -> None:
    round_ = round_of(diana, accounts("Ajax", "Bolt"), raters=[olga, tim], picked=criteria(*PICKED), to="draft")
    client, turn = as_(diana), 1
    for left, to in (
        *(("draft", "open"), ("open", "revealed"), ("revealed", "second"), ("second", "revealed")),
        *(("revealed", "locked"), ("locked", "revealed"), ("revealed", "locked"), ("locked", "frozen")),
    ):
        assert press(client, round_, to, f"{left}-{turn}").status_code == 302, (left, to)
        round_.refresh_from_db()
        assert round_.stage == to
        if to == "open":
            score(round_, olga, {"Ajax": (8, 7), "Bolt": (3, 4)})
        turn = round_.turn
    assert round_.frozen.by == diana


def test_of_two_who_reveal_at_once_the_second_is_told(round_: Round, diana: User, olga: User, as_: Any) -> None:
    score(round_, olga, {"Ajax": (8, 7)})
    add_member(round_, user=olga, by=diana, is_rater=True, is_facilitator=True)
    assert press(as_(diana), round_, "revealed", "open-1").status_code == 302
    answer = press(as_(olga), round_, "revealed", "open-1")
    assert answer.status_code == 409
    assert "This round is “revealed” now" in answer.content.decode()


def test_an_old_page_unlocks_nothing(round_: Round, diana: User, olga: User, as_: Any) -> None:
    """ "Reveal" on a page that still shows the open round would otherwise unlock a locked one."""
    score(round_, olga, {"Ajax": (8, 7)})
    move_on(move_on(round_, to="revealed", by=diana), to="locked", by=diana)
    assert press(as_(diana), round_, "revealed", "open-1").status_code == 409
    round_.refresh_from_db()
    assert round_.stage == "locked"


def test_of_two_who_freeze_at_once_the_second_reads_who_was_first(
    round_: Round, diana: User, olga: User, as_: Any
) -> None:
    score(round_, olga, {"Ajax": (8, 7)})
    add_member(round_, user=olga, by=diana, is_rater=True, is_facilitator=True)
    move_on(move_on(round_, to="revealed", by=diana), to="locked", by=diana)
    press(as_(olga), round_, "frozen", "locked-1")
    answer = press(as_(diana), round_, "frozen", "locked-1")
    assert answer.status_code == 409
    assert "Olga froze this round already" in answer.content.decode()


@pytest.mark.parametrize(("to", "left"), [("", ""), ("frozen", "open-1"), ("draft", "open-1"), ("second", "open-1")])
def test_a_step_that_does_not_exist_is_refused(*, to: str, left: str, round_: Round, diana: User, as_: Any) -> None:
    assert press(as_(diana), round_, to, left).status_code == 409
    round_.refresh_from_db()
    assert round_.stage == "open"


@pytest.mark.parametrize(("who", "status"), [("olga", 403), ("tim", 403), ("vera", 404), ("stranger", 404)])
@pytest.mark.parametrize("name", ["round-stage", "round-timer"])
def test_only_a_facilitator_leads(*, who: str, status: int, name: str, round_: Round, as_: Any, request: Any) -> None:
    typed = {"to": "revealed", "seen": "open-1", "minutes": "5"}
    answer = as_(request.getfixturevalue(who)).post(at(round_, name), typed)
    assert answer.status_code == status
    round_.refresh_from_db()
    assert (round_.stage, round_.timer_ends_at) == ("open", None)


@pytest.mark.parametrize(("who", "status"), [("diana", 200), ("olga", 200), ("vera", 404), ("stranger", 404)])
@pytest.mark.parametrize("name", ["round", "round-live", "round-clock"])
def test_the_page_is_for_who_is_in_the_round(
    *, who: str, status: int, name: str, round_: Round, as_: Any, request: Any
) -> None:
    assert as_(request.getfixturevalue(who)).get(at(round_, name)).status_code == status


def test_progress_says_how_many_and_never_which(round_: Round, olga: User, tim: User, as_: Any) -> None:
    score(round_, olga, {"Ajax": (8, 7), "Bolt": (9, None)})
    shown = as_(tim).get(at(round_, "round-live")).content.decode()
    assert "3 of 4" in shown
    assert "0 of 4" in shown
    assert "Ajax" not in shown


def test_a_page_of_another_stage_loads_itself_again(round_: Round, diana: User, olga: User, as_: Any) -> None:
    live = at(round_, "round-live") + "?seen=open-1"
    assert "HX-Refresh" not in as_(olga).get(live)
    score(round_, olga, {"Ajax": (8, 7)})
    move_on(round_, to="revealed", by=diana)
    assert as_(olga).get(live)["HX-Refresh"] == "true"


def test_who_is_scoring_is_told_that_the_stage_has_changed(round_: Round, diana: User, olga: User, as_: Any) -> None:
    clock = at(round_, "round-clock") + "?seen=open-1"
    score(round_, olga, {"Ajax": (8, 7)})
    move_on(round_, to="revealed", by=diana)
    answer = as_(olga).get(clock)
    assert "HX-Refresh" not in answer
    assert "This round is “revealed” now" in answer.content.decode()


def test_everybody_sees_the_clock_that_the_facilitator_starts_and_stops(
    round_: Round, diana: User, olga: User, as_: Any
) -> None:
    as_(diana).post(at(round_, "round-timer"), {"minutes": "10"})
    for name in ("round", "round-live", "round-clock"):
        assert "data-countdown" in as_(olga).get(at(round_, name)).content.decode()
    as_(diana).post(at(round_, "round-timer"), {"minutes": "0"})
    assert "data-countdown" not in as_(olga).get(at(round_, "round-live")).content.decode()


@pytest.mark.parametrize("minutes", ["7", "-5", "²", "9" * 5000, "a\x00b", ""])
def test_other_minutes_start_no_clock(minutes: str, round_: Round, diana: User, as_: Any) -> None:
    as_(diana).post(at(round_, "round-timer"), {"minutes": minutes})
    round_.refresh_from_db()
    assert round_.timer_ends_at is None


def test_a_round_being_prepared_has_no_clock(diana: User, olga: User, as_: Any) -> None:
    draft = round_of(diana, accounts("Ajax"), raters=[olga], picked=criteria(*PICKED), to="draft")
    assert as_(diana).post(at(draft, "round-timer"), {"minutes": "5"}).status_code == 409


def test_the_second_round_counts_what_is_scored_again(
    *, round_: Round, diana: User, olga: User, tim: User, as_: Any
) -> None:
    score(round_, olga, {"Ajax": (8, 2), "Bolt": (9, 9)})
    score(round_, tim, {"Ajax": (8, 9), "Bolt": (2, 9)})
    round_ = move_on(move_on(round_, to="revealed", by=diana), to="second", by=diana)
    score(round_, olga, {"Ajax": (None, 5)})
    assert "1 of 2" in as_(diana).get(at(round_)).content.decode()


@pytest.mark.parametrize("stage", ["open", "second", "frozen"])
def test_the_page_asks_the_same_few_questions_whatever_the_size(
    *, stage: str, diana: User, olga: User, tim: User, as_: Any, django_assert_max_num_queries: Any
) -> None:
    many = round_of(diana, accounts(*(f"A{n}" for n in range(40))), raters=[olga, tim], picked=criteria(*PICKED))
    score(many, olga, {f"A{n}": (1, 2) for n in range(40)})
    steps = {"open": (), "second": ("revealed", "second"), "frozen": ("revealed", "locked")}[stage]
    for step in steps:
        many = move_on(many, to=step, by=diana)
    if stage == "frozen":
        press(as_(diana), many, "frozen", "locked-1")
    client = as_(olga)
    client.get(at(many))
    with django_assert_max_num_queries(15):
        client.get(at(many))
    with django_assert_max_num_queries(12):
        client.get(at(many, "round-live"))


@pytest.mark.parametrize("name", ["round-stage", "round-timer"])
def test_who_loads_the_address_of_a_step_comes_to_the_round(*, name: str, round_: Round, as_: Any, olga: User) -> None:
    assert as_(olga).get(at(round_, name))["Location"] == at(round_)


def test_the_address_of_a_step_tells_strangers_of_no_round(round_: Round, as_: Any, stranger: User) -> None:
    assert as_(stranger).get(at(round_, "round-stage")).status_code == 404


# how complete, before a step


def test_the_step_says_how_complete_the_scores_are(round_: Round, diana: User, olga: User, as_: Any) -> None:
    """Two accounts, two raters, two selection criteria and one attractiveness factor: 12 scores."""
    size = Item.objects.create(
        round=round_, criterion=criteria("size", kind=Kind.ATTRACTIVENESS)[0], kind=Kind.ATTRACTIVENESS
    )
    score(round_, olga, {"Ajax": (8, 7), "Bolt": (3, None)})
    said, client = "3 of 12 scores given; Attractiveness factors: none", as_(diana)
    assert said in client.get(at(round_)).content.decode()
    round_ = move_on(round_, to="revealed", by=diana)
    assert said in client.get(at(round_)).content.decode()
    round_ = move_on(round_, to="locked", by=diana)
    shown = client.get(at(round_)).content.decode()
    assert f'data-confirm="Freeze the round for ever? This cannot be undone. {said}"' in shown
    assert 'data-confirm="Unlock the round again?"' in shown
    assert size.scores.count() == 0


def test_an_account_that_was_merged_away_is_not_waited_for(round_: Round, diana: User, olga: User, as_: Any) -> None:
    score(round_, olga, {"Ajax": (8, 7), "Bolt": (3, 4)})
    Entry.objects.filter(name="Bolt").update(account=None)
    client = as_(diana)
    assert "2 of 4 scores given" in client.get(at(round_)).content.decode()
    move_on(round_, to="revealed", by=diana)
    assert "2 of 4 scores given" in client.get(at(round_)).content.decode()


def test_the_second_turn_counts_towards_what_is_scored_again(
    *, round_: Round, diana: User, olga: User, tim: User, as_: Any
) -> None:
    score(round_, olga, {"Ajax": (8, 2), "Bolt": (9, 9)})
    score(round_, tim, {"Ajax": (8, 9), "Bolt": (2, 9)})
    round_ = move_on(move_on(round_, to="revealed", by=diana), to="second", by=diana)
    score(round_, olga, {"Ajax": (None, 5)})
    assert "1 of 4 scores given" in as_(diana).get(at(round_)).content.decode()


# what is missing to open


def test_a_round_that_is_not_ready_names_what_is_missing_and_the_way_to_it(diana: User, as_: Any) -> None:
    draft = round_of(diana, [], raters=[], picked=criteria(*PICKED), to="draft")
    answer = press(as_(diana), draft, "open", "draft-1")
    said = answer.content.decode()
    assert answer.status_code == 409
    assert "needs accounts, criteria and raters" not in said
    for name, words in (("round-accounts", "No accounts yet."), ("round-people", "Nobody scores yet.")):
        assert f'href="{at(draft, name)}"' in said
        assert words in said
    assert f'href="{at(draft, "round-criteria")}' not in said


# the frozen record


@pytest.fixture
def frozen(round_: Round, diana: User, olga: User) -> Frozen:
    score(round_, olga, {"Ajax": (8, 7), "Bolt": (3, 4)})
    return freeze(move_on(move_on(round_, to="revealed", by=diana), to="locked", by=diana), by=diana)


def test_a_frozen_round_shows_its_digest_who_froze_it_and_that_it_agrees(frozen: Frozen, as_: Any, tim: User) -> None:
    said = as_(tim).get(at(frozen.round)).content.decode()
    assert frozen.digest in said
    assert "<bdi>Diana</bdi>" in said
    assert f'datetime="{frozen.at.year}-' in said
    assert "the record agrees with its digest" in said
    assert "Do not rely on it" not in said


def test_a_record_that_was_changed_behind_the_product_is_told(frozen: Frozen, as_: Any, tim: User) -> None:
    frozen.document["round"]["top"] = 9
    Frozen.objects.update(document=frozen.document)
    said = as_(tim).get(at(frozen.round)).content.decode()
    assert "Do not rely on it" in said
    assert "the record agrees with its digest" not in said


def test_the_digest_is_the_one_of_the_file_that_members_take_away(frozen: Frozen, as_: Any, tim: User) -> None:
    answer = as_(tim).get(at(frozen.round, "round-document"))
    assert hashlib.sha256(answer.content).hexdigest() == frozen.digest
    assert answer["Content-Type"] == "application/json"
    assert answer.json()["reading"]["raters"] == ["Olga", "Tim"]


def test_the_record_is_for_members_and_only_once_it_is_frozen(
    *, round_: Round, diana: User, olga: User, stranger: User, as_: Any
) -> None:
    assert as_(diana).get(at(round_, "round-document")).status_code == 404
    score(round_, olga, {"Ajax": (8, 7)})
    freeze(move_on(move_on(round_, to="revealed", by=diana), to="locked", by=diana), by=diana)
    assert as_(stranger).get(at(round_, "round-document")).status_code == 404
    assert as_(diana).get(at(round_, "round-document")).status_code == 200


def test_the_digest_agrees_whatever_numbers_the_database_gave(diana: User, olga: User) -> None:
    """9 stands before 10 as a number and behind it as a text: what is stored has texts."""
    round_ = round_of(diana, accounts("Ajax"), raters=[olga], picked=criteria(*PICKED))
    factors = criteria("price", "relationship", kind=Kind.STRENGTH)
    for pk, factor in zip((999_999, 1_000_000), factors, strict=True):
        Item.objects.create(pk=pk, round=round_, criterion=factor, kind=Kind.STRENGTH)
    set_points(entry(round_, "Ajax"), points={999_999: 3.0, 1_000_000: 2.0}, by=diana)
    score(round_, olga, {"Ajax": (8, 7)})
    freeze(move_on(move_on(round_, to="revealed", by=diana), to="locked", by=diana), by=diana)
    stored = Frozen.objects.get()
    assert digest_of(stored.document) == stored.digest
