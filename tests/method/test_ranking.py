import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openkam.method.errors import InvalidInput
from openkam.method.ranking import UNRANKED, prepared, ranked, ranks, score_table, weighted

cell = st.one_of(st.just(np.nan), st.integers(1, 10).map(float))
tables = st.integers(1, 5).flatmap(
    lambda k: st.lists(st.lists(cell, min_size=k, max_size=k), min_size=1, max_size=12).map(np.array)
)
scores = st.lists(st.one_of(st.just(np.nan), st.integers(1, 10).map(float)), max_size=30).map(np.array)
points = st.lists(st.integers(0, 100), min_size=5, max_size=5).filter(lambda all_points: any(all_points[:1]))


def by_hand(row, weights):
    """Slow and obvious: the mean of what was answered, by weight."""
    pairs = [(w, s) for w, s in zip(weights, row, strict=False) if not np.isnan(s)]
    total = sum(w for w, _ in pairs)
    return sum(w * s for w, s in pairs) / total if total else np.nan


@given(tables, points)
def test_weighted_scores_are_those_counted_by_hand(table, weights):
    weights = weights[: table.shape[1]]
    found = weighted(table, weights).score
    assert found == pytest.approx([by_hand(row, weights) for row in table], nan_ok=True)


@given(tables, points, st.integers(1, 10**6))
def test_weights_in_another_unit_change_nothing(table, weights, factor):
    weights = np.array(weights[: table.shape[1]])
    first, second = weighted(table, weights), weighted(table, weights * factor)
    assert first.score == pytest.approx(second.score, nan_ok=True)
    assert first.completeness == pytest.approx(second.completeness)


@given(tables, points)
def test_missing_is_not_zero_and_not_ten_either(table, weights):
    score = weighted(table, weights[: table.shape[1]]).score
    assert (np.isnan(score) | ((score >= 1 - 1e-9) & (score <= 10 + 1e-9))).all()


@given(tables, points)
def test_scores_made_ready_are_weighted_alike(table, weights):
    weights = weights[: table.shape[1]]
    assert weighted(prepared(table), weights).score.tolist() == pytest.approx(
        weighted(table, weights).score.tolist(), nan_ok=True
    )


def test_an_account_answered_only_without_weight_has_no_score():
    found = weighted([[np.nan, 8]], [1, 0])
    assert np.isnan(found.score[0])
    assert found.completeness[0] == 0


@pytest.mark.parametrize(
    ("table", "weights", "code"),
    [
        ([[1, 2]], [1], "ragged"),
        ([1, 2], [1, 1], "ragged"),
        ([[1, np.inf]], [1, 1], "not_finite"),
        ([[1, 2]], [1, np.nan], "not_finite"),
        ([[1, 2]], [0, 0], "weights_all_zero"),
        ([[1, 2]], [2, -1], "weight_negative"),
    ],
)
def test_scores_and_weights_that_make_no_sense_are_refused(table, weights, code):
    with pytest.raises(InvalidInput) as error:
        weighted(table, weights)
    assert error.value.code == code


def test_a_table_of_another_width_is_refused():
    with pytest.raises(InvalidInput, match="ragged"):
        score_table([[1, 2]], 3)


def test_ties_share_a_rank_and_the_next_rank_is_skipped():
    assert ranks(np.array([9, 8, 8, 7])).tolist() == [1, 2, 2, 4]


def test_scores_that_differ_by_rounding_only_share_a_rank():
    score = np.array([0.1 + 0.2, 0.3, 0.3 - 1e-8])
    assert ranks(score).tolist() == [1, 1, 3]
    assert ranked(np.array([0.3, 0.1 + 0.2])).tolist() == [0, 1]


def test_the_excluded_and_the_unscored_have_no_rank():
    score = np.array([9, np.nan, 8, 7])
    assert ranks(score, [True, False, False, False]).tolist() == [UNRANKED, UNRANKED, 1, 2]
    assert ranked(score, [True, False, False, False]).tolist() == [2, 3]


def test_exclusions_of_another_length_are_refused():
    with pytest.raises(InvalidInput, match="ragged"):
        ranked(np.array([1.0, 2.0]), [True])


@given(scores)
def test_a_rank_is_one_more_than_the_number_of_better_scores(score):
    better = [1 + int(np.nansum(score > own)) if not np.isnan(own) else UNRANKED for own in score]
    assert ranks(score).tolist() == better


@given(scores, st.integers(0, 40))
def test_the_first_page_is_the_beginning_of_the_whole_ranking(score, size):
    assert ranked(score, first=size).tolist() == ranked(score).tolist()[:size]
