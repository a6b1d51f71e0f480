from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openkam.method.errors import InvalidInput
from openkam.method.strength import alone, is_strong, move, rivals, scored

score = st.integers(1, 10)
weight = st.integers(0, 5)


@st.composite
def comparisons(draw):
    """Our scores, the weights and the scores of one competitor, whole numbers that an oracle can add up exactly."""
    k = draw(st.integers(1, 3))
    columns = [draw(st.lists(cells, min_size=k, max_size=k)) for cells in (score, weight, score)]
    columns[1][draw(st.integers(0, k - 1))] += 1
    return tuple(columns)


def summed(scores, weights):
    return sum(s * w for s, w in zip(scores, weights, strict=True))


def rival_of(theirs, weights):
    return summed(theirs, weights) / sum(weights)


def fewest_points_by_trying_all(ours, weights, theirs):
    """The least number of points after which we are on the other side, among all changes on the scale."""
    to_beat, is_weak = summed(theirs, weights), summed(ours, weights) < summed(theirs, weights)
    levels = [range(s, 11) if is_weak else range(1, s + 1) for s in ours]
    turned = (
        sum(abs(new - old) for new, old in zip(changed, ours, strict=True))
        for changed in product(*levels)
        if (summed(changed, weights) >= to_beat) == is_weak
    )
    return min(turned, default=None)


@pytest.mark.parametrize(
    ("totals", "best", "average"),
    [((44, 40, 38), 1.1, 44 / 39), ((35, 42, 33), 0.8333, 35 / 37.5), ((41, 39, 30), 1.0513, 41 / 34.5)],
)
def test_methods_section_6_relative_strengths(totals, best, average):
    us, *them = totals
    to_beat = rivals([them])
    assert us / to_beat["best"][0] == pytest.approx(best, abs=5e-5)
    assert us / to_beat["average"][0] == pytest.approx(average)


def test_a_missing_score_is_not_zero():
    assert scored([[8, np.nan, 4]], [1, 5, 1]).tolist() == [6]
    assert np.isnan(scored([[np.nan, 3]], [1, 0])).all()


def test_each_row_may_have_its_own_weights():
    assert scored([[8, 4], [8, 4]], [[3, 1], [1, 3]]).tolist() == [7, 5]


@pytest.mark.parametrize("nobody", [np.empty((1, 0)), [[np.nan, np.nan]]])
def test_without_a_scored_competitor_there_is_nobody_to_beat(nobody):
    assert all(np.isnan(rival).all() for rival in rivals(nobody).values())


def test_equal_to_the_best_is_strong_in_spite_of_binary_fractions():
    assert is_strong((0.1 + 0.2) / 0.3 - 1e-15)


def test_the_point_that_weighs_most_comes_first():
    assert move([5, 5, 5], [1, 3, 2], 6).tolist() == [0, 2, 0]


def test_of_equal_weights_the_factor_with_most_room_takes_all_it_can():
    assert move([8, 3, 9], [1, 1, 1], 9).tolist() == [0, 7, 0]


def test_a_factor_stops_at_ten_and_the_next_goes_on():
    assert move([9, 5], [3, 1], 9.5).tolist() == [1, 3]


def test_a_strong_supplier_loses_only_below_one():
    assert move([7, 7], [1, 1], 6).tolist() == [-3, 0]
    assert alone([7, 7], [1, 1], 6).tolist() == [4, 4]


def test_nothing_suffices_against_a_ten_with_a_score_that_cannot_reach_it():
    assert move([9.5, 10], [1, 1], 10) is None
    assert np.isnan(alone([9.5, 10], [1, 1], 10)).all()


def test_nobody_falls_below_a_rival_at_the_bottom():
    assert move([3, 1], [1, 1], 1) is None


def test_half_points_move_by_whole_points():
    assert move([5.5, 6], [1, 1], 7).tolist() == [3, 0]
    levels = alone([5.5, 6], [1, 1], 7)
    assert levels.tolist() == [8.5, 9]


def test_a_factor_nobody_answered_cannot_move():
    assert move([np.nan, 5], [9, 1], 6).tolist() == [0, 1]


def test_a_factor_without_weight_does_not_move():
    assert move([1, 5], [0, 1], 6).tolist() == [0, 1]


@pytest.mark.parametrize(("scores", "rival"), [([np.nan, np.nan], 5), ([5, 5], np.nan)])
def test_an_unknown_side_has_no_move(scores, rival):
    assert move(scores, [1, 1], rival) is None
    assert np.isnan(alone(scores, [1, 1], rival)).all()


def test_scores_and_weights_of_different_length_are_refused():
    with pytest.raises(InvalidInput, match="ragged at weights"):
        move([5, 5], [1], 6)


@given(comparisons())
def test_the_move_has_the_fewest_points_of_all_changes_that_turn_the_strength(comparison):
    ours, weights, theirs = comparison
    change = move(ours, weights, rival_of(theirs, weights))
    fewest = fewest_points_by_trying_all(ours, weights, theirs)
    assert (None if change is None else np.abs(change).sum()) == fewest


@given(comparisons())
def test_the_move_stays_on_the_scale_and_really_turns_the_strength(comparison):
    ours, weights, theirs = comparison
    change = move(ours, weights, rival_of(theirs, weights))
    if change is not None:
        moved = (np.array(ours) + change).tolist()
        assert all(1 <= level <= 10 for level in moved)
        before, after = (summed(scores, weights) >= summed(theirs, weights) for scores in (ours, moved))
        assert before != after


@given(comparisons())
def test_a_level_alone_is_the_nearest_that_turns_the_strength(comparison):
    ours, weights, theirs = comparison
    to_beat, is_weak = summed(theirs, weights), summed(ours, weights) < summed(theirs, weights)
    for k, level in enumerate(alone(ours, weights, rival_of(theirs, weights)).tolist()):
        candidates = range(ours[k] + 1, 11) if is_weak else range(ours[k] - 1, 0, -1)
        turned = [
            new for new in candidates if (summed([*ours[:k], new, *ours[k + 1 :]], weights) >= to_beat) == is_weak
        ]
        assert level == turned[0] if turned else np.isnan(level)


@given(comparisons(), st.integers(1, 10**6))
def test_rescaled_weights_change_no_move(comparison, factor):
    ours, weights, theirs = comparison
    rival = rival_of(theirs, weights)
    scaled = [w * factor for w in weights]
    assert str(move(ours, weights, rival)) == str(move(ours, scaled, rival))


@given(st.lists(st.lists(score | st.none(), min_size=3, max_size=3), min_size=1, max_size=5), st.permutations(range(3)))
def test_the_order_of_competitors_changes_nobody_to_beat(table, order):
    competitors = np.array(table, dtype=float)
    for rule, rival in rivals(competitors[:, list(order)]).items():
        np.testing.assert_allclose(rival, rivals(competitors)[rule])


@given(st.lists(score, min_size=1, max_size=6))
def test_the_best_competitor_is_never_easier_to_beat_than_the_average(competitors):
    to_beat = rivals([competitors])
    assert to_beat["best"][0] >= to_beat["average"][0] - 1e-12
