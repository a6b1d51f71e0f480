import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from openkam.method.errors import InvalidInput
from openkam.method.judgements import RANDOM_INDEX, best_worst, complete_judgements, group_judgements, pairwise

SAATY = [[1, 3, 5], [1 / 3, 1, 3], [1 / 5, 1 / 3, 1]]

scale = st.integers(1, 9)
judgement = st.one_of(scale.map(float), scale.map(lambda whole: 1 / whole))
importances = st.lists(st.floats(1, 9), min_size=1, max_size=9)


@st.composite
def matrices(draw, n=None):
    n = n or draw(st.integers(1, 9))
    size = n * (n - 1) // 2
    return complete_judgements(draw(st.lists(judgement, min_size=size, max_size=size)))


@st.composite
def comparisons(draw):
    """Best first, worst last, nobody else at either end."""
    apart = draw(st.integers(2, 9))
    between = st.integers(2, apart)
    middle = draw(st.lists(st.tuples(between, between), max_size=7))
    return [1, *(a for a, _ in middle), apart], [apart, *(b for _, b in middle), 1]


def rounded(weights):
    return [round(weight, 4) for weight in weights.tolist()]


def consistent(weights):
    column = np.array(weights, dtype=float)[:, np.newaxis]
    return column / column.T


def test_worked_ahp_matrix_of_three():
    found = pairwise(SAATY)
    assert rounded(found.weights) == [0.6370, 0.2583, 0.1047]
    assert (round(found.lambda_max, 4), round(found.consistency_ratio, 4)) == (3.0385, 0.0332)


def test_saaty_random_index_up_to_nine_items():
    assert RANDOM_INDEX == (0, 0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45)


def test_worked_bwm_without_contradiction():
    found = best_worst([2, 1, 4, 2, 8], [4, 8, 2, 4, 1])
    assert rounded(found.weights) == [0.2105, 0.4211, 0.1053, 0.2105, 0.0526]
    assert (found.xi, found.input_consistency_ratio) == (pytest.approx(0, abs=1e-9), 0)


def test_worked_bwm_with_a_contradiction():
    found = best_worst([2, 1, 4, 3, 8], [4, 8, 4, 2, 1])
    assert rounded(found.weights) == [0.2462, 0.4308, 0.1231, 0.1538, 0.0462]
    assert (round(found.xi, 4), round(found.input_consistency_ratio, 4)) == (0.0615, 0.1429)


def test_three_items_solved_by_hand_are_in_the_ratio_of_2_to_9_to_17():
    found = best_worst([8, 2, 1], [1, 5, 8])
    assert rounded(found.weights * 28) == [2, 9, 17]
    assert round(found.xi * 28, 4) == 1


@pytest.mark.parametrize("n", [1, 2])
def test_fewer_than_three_items_cannot_contradict_each_other(n):
    found = pairwise(np.ones((n, n)))
    assert (found.consistency_ratio, found.lambda_max) == (0, n)


def test_no_judgements_are_the_matrix_of_one_item():
    assert complete_judgements([]).tolist() == [[1]]


def test_of_equally_good_items_the_first_is_the_best():
    found = best_worst([1, 1, 4], [4, 4, 1])
    assert rounded(found.weights) == [0.4444, 0.4444, 0.1111]


def test_items_all_alike_share_the_weight():
    found = best_worst([1, 1, 1], [1, 1, 1])
    assert rounded(found.weights) == [0.3333] * 3
    assert found.input_consistency_ratio == 0


@pytest.mark.parametrize(
    ("matrix", "code", "where"),
    [
        ([], "empty", ""),
        ([[1, 2], [0.5]], "pairwise_not_square", "/1"),
        ([[1, 2, 3], [0.5, 1, 2]], "pairwise_not_square", "/0"),
        (np.ones((10, 10)), "pairwise_too_many", ""),
        ([[1, 2], [2, 1]], "pairwise_not_reciprocal", "/0/1"),
        ([[1, 3], [0.33, 1]], "pairwise_not_reciprocal", "/0/1"),
        ([[2, 1], [1, 1]], "pairwise_not_reciprocal", "/0/0"),
        ([[1, 10], [0.1, 1]], "judgement", "/0/1"),
        ([[1, 0], [1, 1]], "judgement", "/0/1"),
        ([[1, -2], [-0.5, 1]], "judgement", "/0/1"),
        ([[1, 2], [float("nan"), 1]], "not_finite", "/1/0"),
    ],
)
def test_a_matrix_that_is_no_set_of_judgements_is_refused_with_its_place(matrix, code, where):
    with pytest.raises(InvalidInput) as error:
        pairwise(matrix)
    assert (error.value.code, error.value.where) == (code, where)


@pytest.mark.parametrize(
    ("upper", "code", "where"),
    [
        ([1, 2], "judgements_incomplete", ""),
        ([1, 2, 9.5], "judgement", "/2"),
        ([1, 0.1, 2], "judgement", "/1"),
        ([1, float("inf"), 2], "not_finite", "/1"),
        ([1] * 45, "pairwise_too_many", ""),
    ],
)
def test_an_upper_triangle_that_cannot_be_completed_is_refused(upper, code, where):
    with pytest.raises(InvalidInput) as error:
        complete_judgements(upper)
    assert (error.value.code, error.value.where) == (code, where)


@pytest.mark.parametrize(
    ("group", "code", "where"),
    [
        ([], "empty", ""),
        ([SAATY, [[1]]], "ragged", "/1"),
        ([SAATY, [[1, 2], [2, 1]]], "pairwise_not_reciprocal", "/1/0/1"),
    ],
)
def test_a_group_that_did_not_judge_the_same_is_refused(group, code, where):
    with pytest.raises(InvalidInput) as error:
        group_judgements(group)
    assert (error.value.code, error.value.where) == (code, where)


@pytest.mark.parametrize(
    ("to_others", "to_worst", "code", "where"),
    [
        ([1], [1], "too_few_items", "/best_to_others"),
        ([1] * 10, [1] * 10, "pairwise_too_many", "/best_to_others"),
        ([1, 2, 3], [3, 1], "ragged", "/others_to_worst"),
        ([1, 10], [9, 1], "comparison", "/best_to_others/1"),
        ([1, 2], [2, 0.5], "comparison", "/others_to_worst/1"),
        ([1, 2], [float("nan"), 1], "not_finite", "/others_to_worst/0"),
        ([2, 3], [3, 1], "best_missing", "/best_to_others"),
        ([1, 3], [3, 2], "worst_missing", "/others_to_worst"),
        ([1, 3, 8], [7, 3, 1], "best_to_worst_differs", ""),
        ([1, 9, 8], [8, 3, 1], "beyond_best_to_worst", "/best_to_others/1"),
        ([1, 3, 4], [4, 5, 1], "beyond_best_to_worst", "/others_to_worst/1"),
    ],
)
def test_comparisons_that_cannot_be_weighed_are_refused_with_their_place(to_others, to_worst, code, where):
    with pytest.raises(InvalidInput) as error:
        best_worst(to_others, to_worst)
    assert (error.value.code, error.value.where) == (code, where)


@given(importances)
def test_a_consistent_matrix_returns_the_weights_it_was_made_of(weights):
    found = pairwise(consistent(weights))
    assert found.weights == pytest.approx(np.array(weights) / sum(weights))
    assert found.consistency_ratio == pytest.approx(0, abs=1e-9)
    assert found.lambda_max == pytest.approx(len(weights))


@given(matrices())
def test_pairwise_weights_are_positive_add_up_to_one_and_solve_the_eigenproblem(matrix):
    found = pairwise(matrix)
    assert found.weights.sum() == pytest.approx(1)
    assert (found.weights > 0).all()
    assert matrix @ found.weights == pytest.approx(found.lambda_max * found.weights)
    assert found.consistency_ratio >= 0


@given(matrices(), st.randoms(use_true_random=False))
def test_pairwise_weights_move_with_their_items(matrix, random):
    order = random.sample(range(len(matrix)), len(matrix))
    moved, found = pairwise(matrix[np.ix_(order, order)]), pairwise(matrix)
    assert moved.weights == pytest.approx(found.weights[order])
    assert moved.consistency_ratio == pytest.approx(found.consistency_ratio, abs=1e-9)


@given(st.integers(2, 6).flatmap(lambda n: st.lists(matrices(n), min_size=1, max_size=5)))
def test_the_group_of_reciprocal_matrices_is_reciprocal_whatever_the_order_of_raters(group):
    mean = group_judgements(group)
    assert mean * mean.T == pytest.approx(np.ones(mean.shape))
    assert group_judgements(group[::-1]) == pytest.approx(mean)
    assert group_judgements([mean] * 3) == pytest.approx(mean)


@given(matrices())
def test_the_upper_triangle_completes_to_the_matrix_it_came_from(matrix):
    upper = matrix[np.triu_indices(len(matrix), 1)]
    assert complete_judgements(upper) == pytest.approx(matrix)


@given(st.integers(1, 7).flatmap(lambda n: st.lists(st.sampled_from([2, 4, 8]), min_size=n, max_size=n)))
def test_comparisons_without_contradiction_return_their_weights(between):
    to_others = [1, *between, 8]
    found = best_worst(to_others, [8 / times for times in to_others])
    expected = 1 / np.array(to_others, dtype=float)
    assert found.weights == pytest.approx(expected / expected.sum(), abs=1e-7)
    assert (found.xi, found.input_consistency_ratio) == (pytest.approx(0, abs=1e-7), 0)


@given(comparisons())
def test_best_worst_weights_are_shares_within_xi_of_every_comparison(compared):
    to_others, to_worst = (np.array(row) for row in compared)
    found = best_worst(to_others, to_worst)
    deviations = [
        *(found.weights[0] - to_others * found.weights),
        *(found.weights - to_worst * found.weights[-1]),
    ]
    assert found.weights.sum() == pytest.approx(1)
    assert (found.weights >= 0).all()
    assert np.abs(deviations).max() == pytest.approx(found.xi, abs=1e-7)


@given(comparisons(), st.randoms(use_true_random=False))
def test_best_worst_weights_move_with_their_items(compared, random):
    to_others, to_worst = (np.array(row) for row in compared)
    order = random.sample(range(len(to_others)), len(to_others))
    found, moved = best_worst(to_others, to_worst), best_worst(to_others[order], to_worst[order])
    assert moved.weights == pytest.approx(found.weights[order], abs=1e-6)
    assert moved.input_consistency_ratio == found.input_consistency_ratio


@given(comparisons(), st.lists(st.floats(0.01, 1), min_size=9, max_size=9))
def test_no_other_weights_come_closer_to_the_comparisons(compared, other):
    to_others, to_worst = (np.array(row) for row in compared)
    weights = np.array(other[: len(to_others)])
    weights = weights / weights.sum()
    deviations = [*(weights[0] - to_others * weights), *(weights - to_worst * weights[-1])]
    assert np.abs(deviations).max() >= best_worst(to_others, to_worst).xi - 1e-7


@given(comparisons())
def test_the_input_ratio_is_zero_exactly_without_contradiction(compared):
    to_others, to_worst = (np.array(row) for row in compared)
    is_consistent = (to_others * to_worst == to_others[-1]).all()
    ratio = best_worst(to_others, to_worst).input_consistency_ratio
    assume(len(to_others) > 2)
    assert (ratio == 0) == is_consistent
    assert ratio <= 1
