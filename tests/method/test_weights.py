import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openkam.method.document import read
from openkam.method.errors import InvalidInput
from openkam.method.weights import EXAMPLE, Document, evaluate, points_weights, rank_weights, ranking_weights

RULES = ["centroid", "rank_sum", "reciprocal"]
rules = st.sampled_from(RULES)
points = st.lists(st.integers(0, 100), min_size=1, max_size=25).filter(any)
rankings = st.lists(st.integers(1, 9), min_size=1, max_size=20)


def rounded(weights):
    return [round(weight, 4) for weight in np.asarray(weights).tolist()]


def weights(result):
    return rounded([item.weight for item in result.weights])


def codes(result):
    return [(notice.code, notice.where) for notice in result.warnings]


def document(method, n, **given):
    return read(Document, {"method": method, "items": [f"item {place}" for place in range(n)]} | given)


def test_worked_swing_points_of_the_selection_criteria():
    expected = [0.2857, 0.2286, 0.1714, 0.1429, 0.1143, 0.0571]
    assert rounded(points_weights([100, 80, 60, 50, 40, 20])) == expected
    assert weights(evaluate(read(Document, EXAMPLE))) == expected


@pytest.mark.parametrize(
    ("n", "expected"),
    [
        (3, [0.6111, 0.2778, 0.1111]),
        (4, [0.5208, 0.2708, 0.1458, 0.0625]),
        (5, [0.4567, 0.2567, 0.1567, 0.0900, 0.0400]),
        (6, [0.4083, 0.2417, 0.1583, 0.1028, 0.0611, 0.0278]),
    ],
)
def test_rank_order_centroid_weights_of_edwards_barron_1994(n, expected):
    assert rounded(rank_weights(n)) == expected
    assert weights(evaluate(document("ranking", n, ranks=range(1, n + 1)))) == expected


def test_roberts_goodwin_2002_rank_sum_and_reciprocal_weights_of_four():
    assert rounded(rank_weights(4, "rank_sum")) == [0.4, 0.3, 0.2, 0.1]
    assert rounded(rank_weights(4, "reciprocal")) == [0.48, 0.24, 0.16, 0.12]
    ranked = document("ranking", 4, ranks=[4, 3, 2, 1], rank_rule="reciprocal")
    assert weights(evaluate(ranked)) == [0.12, 0.16, 0.24, 0.48]


def test_saaty_example_reaches_the_document():
    result = evaluate(document("ahp", 3, judgements=[[3, 5, 3]]))
    assert weights(result) == [0.6370, 0.2583, 0.1047]
    assert (round(result.consistency.lambda_max, 4), round(result.consistency.ratio, 4)) == (3.0385, 0.0332)
    assert (result.consistency.is_consistent, result.warnings) == (True, ())


def test_rezaei_2016_example_reaches_the_document():
    compared = {"best_to_others": [2, 1, 4, 3, 8], "others_to_worst": [4, 8, 4, 2, 1]}
    result = evaluate(document("best_worst", 5, **compared))
    assert weights(result) == [0.2462, 0.4308, 0.1231, 0.1538, 0.0462]
    assert (round(result.consistency.xi, 4), round(result.consistency.ratio, 4)) == (0.0615, 0.1429)
    assert codes(result) == [("inconsistent", "")]


def test_reciprocal_judgements_may_be_written_as_people_write_them():
    written = evaluate(document("ahp", 3, judgements=[["1/3", "1/9", "1/2"]]))
    counted = evaluate(document("ahp", 3, judgements=[[1 / 3, 1 / 9, 0.5]]))
    assert weights(written) == weights(counted)


def test_several_raters_are_weighed_by_their_geometric_mean():
    result = evaluate(document("ahp", 2, judgements=[[2], [8]]))
    assert weights(result) == [0.8, 0.2]
    assert result.consistency.raters == (0, 0)


def test_contradictions_of_the_group_and_of_one_rater_are_named():
    circular = [9, "1/9", 9]
    assert codes(evaluate(document("ahp", 3, judgements=[circular]))) == [("inconsistent", ""), ("equal_weights", "")]
    group = evaluate(document("ahp", 3, judgements=[[2, 4, 2]] * 9 + [circular]))
    assert codes(group) == [("rater_inconsistent", "/judgements/9")]


def test_the_rule_names_the_rank_rule_of_rankings_only():
    assert evaluate(document("ranking", 2, ranks=[1, 2])).rule.rank_rule == "centroid"
    assert evaluate(read(Document, EXAMPLE)).rule.rank_rule is None


@pytest.mark.parametrize("ranks", [[2, 1, 2, 4], [2, 1, 2, 3], ["2.5", 1, "2.5", 4]])
def test_tied_ranks_share_what_their_places_would_get(ranks):
    ranked = document("ranking", 4, ranks=ranks, rank_rule="rank_sum")
    assert weights(evaluate(ranked)) == [0.25, 0.4, 0.25, 0.1]


@pytest.mark.parametrize(
    ("method", "given"),
    [("points", {"points": [30]}), ("ranking", {"ranks": [1]}), ("ahp", {"judgements": [[]]})],
)
def test_a_single_item_has_all_the_weight_and_a_warning(method, given):
    result = evaluate(document(method, 1, **given))
    assert (weights(result), codes(result)) == ([1], [("single_item", "")])


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ([50] * 10, "equal_weights"),
        ([50] * 11, "many_nearly_equal_weights"),
        ([50] * 10 + [40], "many_nearly_equal_weights"),
    ],
)
def test_weights_that_hardly_choose_are_named(given, code):
    assert codes(evaluate(document("points", len(given), points=given))) == [(code, "")]


@pytest.mark.parametrize("given", [[50] * 10 + [39], [50, 40]])
def test_weights_that_choose_need_no_warning(given):
    assert evaluate(document("points", len(given), points=given)).warnings == ()


def test_an_item_without_weight_is_named():
    assert codes(evaluate(document("points", 3, points=[50, 0, 20]))) == [("item_without_weight", "/items/1")]


def test_points_too_large_to_add_are_still_shares():
    assert points_weights([1e308, 1e308]).tolist() == [0.5, 0.5]


@pytest.mark.parametrize(
    ("given", "code", "where"),
    [
        ([], "empty", ""),
        ([0, 0], "weights_all_zero", ""),
        ([1, -1], "weight_negative", "/1"),
        ([1, float("nan")], "not_finite", "/1"),
        ([float("inf"), 1], "not_finite", "/0"),
        ([1, None], "not_finite", "/1"),
    ],
)
def test_points_that_make_no_weights_are_refused(given, code, where):
    with pytest.raises(InvalidInput) as error:
        points_weights(given)
    assert (error.value.code, error.value.where) == (code, where)


@pytest.mark.parametrize(("n", "rule", "code"), [(0, "centroid", "too_few_items"), (3, "borda", "rank_rule")])
def test_ranks_that_make_no_weights_are_refused(n, rule, code):
    with pytest.raises(InvalidInput, match=code):
        rank_weights(n, rule)


@pytest.mark.parametrize(
    ("method", "n", "given", "code", "where"),
    [
        ("points", 2, {}, "weights_input_missing", "/points"),
        ("points", 2, {"points": [1, 2], "ranks": [1, 2]}, "weights_input_of_another_method", "/ranks"),
        ("best_worst", 2, {"best_to_others": [1, 2]}, "weights_input_missing", "/others_to_worst"),
        ("points", 2, {"points": [1, 2, 3]}, "ragged", "/points"),
        ("points", 2, {"points": [0, 0]}, "weights_all_zero", "/points"),
        ("points", 2, {"points": [1, -1]}, "weight_negative", "/points/1"),
        ("points", 2, {"points": [1, float("nan")]}, "finite_number", "/points/1"),
        ("points", 2, {"points": [1, None]}, "decimal_type", "/points/1"),
        ("ranking", 2, {"ranks": [1]}, "ragged", "/ranks"),
        ("ranking", 2, {"ranks": [1, 3]}, "rank", "/ranks/1"),
        ("ranking", 2, {"ranks": [1, 0]}, "greater_than_equal", "/ranks/1"),
        ("ranking", 2, {"ranks": [True, 2]}, "truth_value_as_number", "/ranks/0"),
        ("ahp", 3, {"judgements": []}, "too_short", "/judgements"),
        ("ahp", 3, {"judgements": [[1, 2, 3], [1, 2]]}, "ragged", "/judgements/1"),
        ("ahp", 3, {"judgements": [[1, 2, 10]]}, "less_than_equal", "/judgements/0/2"),
        ("ahp", 3, {"judgements": [[1, "0.1", 2]]}, "judgement", "/judgements/0/1"),
        ("ahp", 3, {"judgements": [[1, "1/10", 2]]}, "decimal_parsing", "/judgements/0/1"),
        ("ahp", 10, {"judgements": [[1] * 45]}, "pairwise_too_many", "/items"),
        ("best_worst", 1, {"best_to_others": [1], "others_to_worst": [1]}, "too_few_items", "/items"),
        ("best_worst", 10, {"best_to_others": [1] * 10, "others_to_worst": [1] * 10}, "pairwise_too_many", "/items"),
        ("best_worst", 2, {"best_to_others": [1], "others_to_worst": [2, 1]}, "ragged", "/best_to_others"),
        ("best_worst", 2, {"best_to_others": [2, 2], "others_to_worst": [2, 1]}, "best_missing", "/best_to_others"),
        (
            "best_worst",
            2,
            {"best_to_others": [1, 9.5], "others_to_worst": [2, 1]},
            "less_than_equal",
            "/best_to_others/1",
        ),
        ("points", 0, {"points": []}, "too_short", "/items"),
        ("guess", 2, {}, "literal_error", "/method"),
    ],
)
def test_a_document_that_cannot_be_weighed_is_refused_with_its_place(*, method, n, given, code, where):
    with pytest.raises(InvalidInput) as error:
        document(method, n, **given)
    assert (error.value.code, error.value.where) == (code, where)


def test_two_items_of_the_same_name_are_refused():
    with pytest.raises(InvalidInput, match="repeated_name at /items"):
        read(Document, {"method": "points", "items": ["Cultural fit"] * 2, "points": [1, 2]})


@given(points)
def test_points_become_shares_that_add_up_to_one_in_the_same_proportions(given_points):
    found = points_weights(given_points)
    assert found.sum() == pytest.approx(1)
    assert found * sum(given_points) == pytest.approx(np.array(given_points))


@given(points, st.floats(1e-6, 1e6))
def test_another_unit_of_points_leaves_the_weights(given_points, unit):
    assert points_weights(np.array(given_points) * unit) == pytest.approx(points_weights(given_points))


@given(points, st.randoms(use_true_random=False))
def test_weights_move_with_their_items(given_points, random):
    order = random.sample(range(len(given_points)), len(given_points))
    moved = points_weights([given_points[place] for place in order])
    assert moved == pytest.approx(points_weights(given_points)[order])


@given(st.integers(1, 60), rules)
def test_rank_weights_add_up_to_one_and_keep_the_order(n, rule):
    found = rank_weights(n, rule)
    assert found.sum() == pytest.approx(1)
    assert (found > 0).all()
    assert (np.diff(found) < 0).all()


@given(st.integers(2, 60))
def test_the_centroid_is_steeper_than_the_rank_sum(n):
    centroid, rank_sum = rank_weights(n), rank_weights(n, "rank_sum")
    assert centroid[0] > rank_sum[0]
    assert centroid[-1] < rank_sum[-1]


@given(rankings, rules)
def test_ranked_items_keep_their_order_and_add_up_to_one(ranks, rule):
    found = ranking_weights(ranks, rule)
    assert found.sum() == pytest.approx(1)
    for rank, weight in zip(ranks, found, strict=True):
        for other_rank, other in zip(ranks, found, strict=True):
            assert (rank < other_rank) == (weight > other)


@given(st.permutations(range(1, 8)), rules)
def test_a_ranking_without_ties_gives_each_place_its_weight(ranks, rule):
    by_place = rank_weights(len(ranks), rule)
    assert ranking_weights(ranks, rule).tolist() == [by_place[rank - 1] for rank in ranks]


@given(points)
def test_a_document_survives_json(given_points):
    original = document("points", len(given_points), points=given_points)
    assert read(Document, original.model_dump_json()) == original


def test_a_document_of_written_reciprocals_survives_json():
    original = document("ahp", 3, judgements=[["1/3", "1/9", "1/7"]])
    assert read(Document, original.model_dump_json()) == original


def test_the_document_has_a_json_schema():
    assert "judgements" in Document.model_json_schema()["properties"]
