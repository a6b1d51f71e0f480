"""A round: stages under a lock, blind until revealed, medians of the raters who are in it."""

from typing import Any

import numpy as np
import pytest
from tests.web.round_fixtures import accounts, compete, criteria, entry, round_of, score

from openkam.method.errors import InvalidInput
from openkam.web.accounts.merging import merge
from openkam.web.people.models import User
from openkam.web.rounds.actions import move_on, remove_member
from openkam.web.rounds.blind import readable_scores
from openkam.web.rounds.library.built_in import BUILT_IN, DECKS
from openkam.web.rounds.models import Criterion, Kind, Round, Score
from openkam.web.rounds.reading import reading_of
from openkam.web.rounds.reading.loading import load
from openkam.web.rounds.scoring import Given, Place, give_scores, progress

PICKED = ("revenue_potential", "market_leader", "product_fit")


@pytest.fixture
def round_(diana: User, olga: User, tim: User, vera: User) -> Round:
    return round_of(diana, accounts("Ajax", "Bolt"), raters=[olga, tim, vera], picked=criteria(*PICKED))


def test_the_library_holds_the_decks_22_the_eight_and_both_tables(db: None) -> None:
    assert len(DECKS) == 22
    assert Criterion.objects.filter(kind=Kind.SELECTION).count() == 30
    assert Criterion.objects.count() == len(BUILT_IN) == 44
    assert all(set(c.anchors) == {1, 5, 10} for c in Criterion.objects.all())


def test_before_the_reveal_the_reading_holds_no_score_at_all(round_: Round, olga: User) -> None:
    score(round_, olga, {"Ajax": (8, 7, 6)})
    assert np.isnan(reading_of(round_).sheets["selection"].median).all()


def test_before_the_reveal_a_rater_reads_own_scores_only(round_: Round, olga: User, tim: User, diana: User) -> None:
    score(round_, olga, {"Ajax": (8, 7, 6)})
    assert readable_scores(round_, olga).count() == 3
    assert readable_scores(round_, tim).count() == 0
    assert readable_scores(round_, diana).count() == 0


def test_the_median_of_three_raters_and_their_range_stand_in_the_reading(round_: Round, diana: User) -> None:
    for rater, first in (("Olga", 8), ("Tim", 7), ("Vera", 4)):
        score(round_, User.objects.get(name=rater), {"Ajax": (first, 5, 5)})
    sheet = reading_of(move_on(round_, to="revealed", by=diana)).sheets["selection"]
    assert (sheet.median[0, 0], sheet.range[0, 0], sheet.count[0, 0]) == (7, 4, 3)
    assert np.isnan(sheet.median[1]).all()


def test_a_second_turn_replaces_where_it_speaks_and_is_blind_until_revealed(
    round_: Round, diana: User, olga: User
) -> None:
    score(round_, olga, {"Ajax": (8, 7, 6)})
    round_ = move_on(move_on(round_, to="revealed", by=diana), to="second", by=diana)
    score(round_, olga, {"Ajax": (3, None, None)})
    assert reading_of(round_).sheets["selection"].median[0].tolist() == [8, 7, 6]
    round_ = move_on(round_, to="revealed", by=diana)
    assert reading_of(round_).sheets["selection"].median[0].tolist() == [3, 7, 6]
    with pytest.raises(InvalidInput, match="round_stage"):
        move_on(round_, to="second", by=diana)


def test_a_rater_taken_out_keeps_scores_that_no_longer_count(round_: Round, diana: User, olga: User, tim: User) -> None:
    score(round_, olga, {"Ajax": (8, 8, 8)})
    score(round_, tim, {"Ajax": (2, 2, 2)})
    remove_member(round_.members.get(user=tim), by=diana)
    sheet = reading_of(move_on(round_, to="revealed", by=diana)).sheets["selection"]
    assert sheet.median[0].tolist() == [8, 8, 8]
    assert Score.objects.filter(member__user=tim).count() == 3


def test_a_score_of_eleven_is_refused_and_the_others_are_kept(round_: Round, olga: User) -> None:
    ajax = entry(round_, "Ajax")
    first, second, _third = round_.items.all()
    given = {Place(ajax.pk, first.pk): Given("11"), Place(ajax.pk, second.pk): Given("7")}
    refused = give_scores(round_, by=olga, given=given)
    assert [(r.code, r.values["value"]) for r in refused.values()] == [("score_off_scale", "11")]
    assert Score.objects.get().value == 7


@pytest.mark.parametrize("text", ["0", "-1", "7.5", "x", "1e1", "９９", "NaN", "7" * 400])
def test_what_is_no_score_is_refused(round_: Round, olga: User, text: str) -> None:
    place = Place(entry(round_, "Ajax").pk, round_.items.first().pk)  # type: ignore[union-attr]
    assert place in give_scores(round_, by=olga, given={place: Given(text)})
    assert not Score.objects.exists()


def test_only_a_rater_of_the_round_scores_and_only_while_it_is_open(
    round_: Round, diana: User, olga: User, stranger: User
) -> None:
    place = Place(entry(round_, "Ajax").pk, round_.items.first().pk)  # type: ignore[union-attr]
    for nobody in (diana, stranger):
        with pytest.raises(InvalidInput, match="not_a_rater"):
            give_scores(round_, by=nobody, given={place: Given("7")})
    give_scores(round_, by=olga, given={place: Given("7")})
    move_on(round_, to="revealed", by=diana)
    with pytest.raises(InvalidInput, match="round_stage"):
        give_scores(round_, by=olga, given={place: Given("8")})


def test_two_who_reveal_at_once_do_it_once_and_the_second_is_told(round_: Round, diana: User, olga: User) -> None:
    score(round_, olga, {"Ajax": (8, 8, 8)})
    move_on(round_, to="revealed", by=diana)
    with pytest.raises(InvalidInput, match="round_stage"):
        move_on(round_, to="revealed", by=diana)


def test_a_round_without_accounts_or_raters_does_not_open(diana: User, olga: User) -> None:
    empty = round_of(diana, [], raters=[olga], to="draft")
    alone = round_of(diana, accounts("Ajax"), raters=[], to="draft")
    for one in (empty, alone):
        with pytest.raises(InvalidInput, match="round_not_ready"):
            move_on(one, to="open", by=diana)


def test_an_account_merged_mid_round_keeps_its_scores_and_leaves_the_ranking(
    round_: Round, diana: User, olga: User
) -> None:
    score(round_, olga, {"Ajax": (8, 8, 8), "Bolt": (3, 3, 3)})
    ajax, bolt = entry(round_, "Ajax"), entry(round_, "Bolt")
    assert ajax.account
    assert bolt.account
    merge(kept=ajax.account, gone=bolt.account, by=diana)
    reading = reading_of(move_on(round_, to="revealed", by=diana))
    assert reading.ranked.tolist() == [True, False]
    assert reading.sheets["selection"].median[1].tolist() == [3, 3, 3]
    assert reading.entries[1].name == "Bolt"


def test_an_account_merged_into_one_outside_the_round_takes_its_place_there(
    round_: Round, diana: User, olga: User
) -> None:
    score(round_, olga, {"Bolt": (3, 3, 3)})
    (outside,) = accounts("Outside")
    bolt = entry(round_, "Bolt")
    assert bolt.account
    merge(kept=outside, gone=bolt.account, by=diana)
    bolt.refresh_from_db()
    assert bolt.account == outside
    assert reading_of(move_on(round_, to="revealed", by=diana)).entries[1].name == "Outside"


def test_table_two_has_a_row_for_us_at_each_account_and_one_per_competitor(diana: User, olga: User) -> None:
    picked = [*criteria("price", "service", kind=Kind.STRENGTH)]
    round_ = round_of(diana, accounts("Ajax", "Bolt"), raters=[olga], picked=picked)
    compete(round_, diana, "Bolt", {"": (7, 8), "Xeno": (6, 9)}, olga)
    reading = reading_of(move_on(round_, to="revealed", by=diana))
    assert [(s.entry, s.name) for s in reading.suppliers] == [(0, ""), (1, ""), (1, "Xeno")]
    assert reading.sheets["strength"].median[1:].tolist() == [[7, 8], [6, 9]]
    assert np.isnan(reading.sheets["strength"].median[0]).all()


def test_progress_counts_scores_and_says_none(round_: Round, olga: User) -> None:
    score(round_, olga, {"Ajax": (8, 8, 8)})
    done = {str(row.member): (row.given, row.wanted) for row in progress(round_)}
    assert done == {"Olga": (3, 6), "Tim": (0, 6), "Vera": (0, 6)}


@pytest.mark.parametrize("size", [2, 30])
def test_reading_a_round_costs_a_fixed_number_of_queries(
    diana: User, olga: User, size: int, django_assert_num_queries: Any
) -> None:
    round_ = round_of(diana, accounts(*map(str, range(size))), raters=[olga], picked=criteria(*PICKED))
    with django_assert_num_queries(6):
        load(round_)


def test_weights_may_change_without_the_scores_being_read_again(
    round_: Round, diana: User, olga: User, django_assert_num_queries: Any
) -> None:
    score(round_, olga, {"Ajax": (8, 7, 6)})
    before = load(move_on(round_, to="revealed", by=diana))
    round_.items.update(weight=7)
    round_.refresh_from_db()
    with django_assert_num_queries(5):
        after = load(round_)
    assert after.weights("selection").tolist() == [7, 7, 7]
    assert after.sheets is before.sheets
