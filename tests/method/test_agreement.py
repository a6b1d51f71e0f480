from decimal import Decimal
from statistics import median

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from openkam.method.agreement import (
    EXAMPLE,
    FLAG_RANGE,
    Document,
    counts,
    evaluate,
    icc,
    kendall_w,
    medians,
    ranges,
)
from openkam.method.document import read
from openkam.method.errors import InvalidInput

NAN = float("nan")
SHROUT_FLEISS_1979 = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]])

scores = st.integers(10, 100).map(lambda tenths: tenths / 10)
whole_scores = st.integers(1, 10).map(float)
few = st.integers(1, 6)
tables = st.tuples(st.integers(2, 6), st.integers(2, 7)).flatmap(lambda shape: arrays(float, shape, elements=scores))
coarse = st.tuples(st.integers(2, 5), st.integers(2, 6)).flatmap(
    lambda shape: arrays(float, shape, elements=whole_scores)
)
cubes = st.tuples(few, few, few).flatmap(lambda shape: arrays(float, shape, elements=scores | st.just(NAN)))


def document(*rows, **fields):
    raters = [f"rater {place}" for place in range(len(rows))]
    items = [f"item {place}" for place in range(len(rows[0]))]
    return read(Document, {"raters": raters, "items": items, "scores": rows} | fields)


def codes(result):
    return [(notice.code, notice.where) for notice in result.warnings]


def rounded(found, *names):
    return [round(getattr(found, name), 4) for name in names]


def test_worked_spread_of_8_7_4_has_median_7_and_range_4_and_is_flagged():
    item = evaluate(document([8], [7], [4])).items[0]
    assert (item.median, item.low, item.high, item.range, item.n, item.is_flagged) == (7, 4, 8, 4, 3, True)


def test_worked_kendall_of_three_raters_ranking_four_totals():
    found = kendall_w(np.array([[43, 38, 31, 28], [40, 42, 30, 29], [44, 37, 33, 27]]))
    assert (found.s, found.t, found.df) == (41, 0, 3)
    assert rounded(found, "w", "w_uncorrected", "chi2", "p") == [0.9111, 0.9111, 8.2, 0.0421]
    assert (found.raters, found.items, found.left_out, found.band) == (3, 4, 0, "strong")


def test_worked_kendall_with_ties_is_corrected_from_7222_to_8025():
    found = kendall_w(np.array([[8, 7, 7, 3], [9, 6, 7, 4], [7, 7, 5, 5]]))
    assert (found.s, found.t) == (32.5, 18)
    assert rounded(found, "w", "w_uncorrected", "chi2") == [0.8025, 0.7222, 7.2222]


def test_shrout_fleiss_1979_mean_squares():
    found = icc(SHROUT_FLEISS_1979)
    assert rounded(found, "bms", "wms", "jms", "ems") == [11.2417, 6.2639, 32.4861, 1.0194]


def test_shrout_fleiss_1979_single_correlations_and_that_of_the_panel():
    found = icc(SHROUT_FLEISS_1979)
    assert rounded(found, "single_oneway", "single", "fixed", "panel") == [0.1657, 0.2898, 0.7148, 0.6201]
    assert (found.single_band, found.band) == ("poor", "moderate")
    assert (found.items, found.raters) == (6, 4)


@pytest.mark.parametrize(("raters", "items", "informative"), [(3, 5, True), (2, 5, False), (3, 4, False)])
def test_w_is_informative_above_two_raters_and_four_items(raters, items, informative):
    found = kendall_w(np.tile(np.arange(items), (raters, 1)))
    assert (found.informative, found.w) == (informative, 1)


@pytest.mark.parametrize(
    ("rows", "w", "band"),
    [
        ([[1, 2, 3], [1, 2, 3]], 1, "strong"),
        ([[1, 2, 3], [2, 1, 3]], 0.75, "strong"),
        ([[1, 2, 3], [1, 3, 2], [2, 3, 1]], 0.4444, "weak"),
        ([[1, 2, 3, 4], [2, 4, 1, 3]], 0.5, "moderate"),
        ([[1, 2, 3], [3, 2, 1]], 0, "very_weak"),
    ],
)
def test_w_has_the_bands_of_schmidt_1997(rows, w, band):
    found = kendall_w(np.array(rows))
    assert (round(found.w, 4), found.band) == (w, band)


@pytest.mark.parametrize(
    ("offsets", "band"),
    [([0, 0], "excellent"), ([0, 1], "good"), ([0, 2], "moderate"), ([0, 9], "poor")],
)
def test_a_stricter_rater_lowers_absolute_agreement_but_not_consistency(offsets, band):
    found = icc(np.arange(1.0, 6)[:, np.newaxis] + np.array(offsets))
    assert found.single_band == band
    assert found.fixed == pytest.approx(1)


def test_only_items_scored_by_all_raters_count_and_the_others_are_counted():
    complete = kendall_w(SHROUT_FLEISS_1979.T)
    holes = np.vstack((SHROUT_FLEISS_1979, [[1, 2, 3, NAN], [NAN] * 4]))
    found = kendall_w(holes.T)
    assert (found.w, found.items, found.left_out) == (complete.w, 6, 2)
    assert (icc(holes).single, icc(holes).left_out) == (icc(SHROUT_FLEISS_1979).single, 2)


def test_raters_who_score_everything_alike_have_no_w():
    found = kendall_w(np.array([[5, 5, 5], [7, 7, 7]]))
    assert (found.w, found.chi2, found.p, found.band) == (None, None, None, None)
    assert found.w_uncorrected == 0


@pytest.mark.parametrize("score", [7, 7.1, 9.9999])
def test_without_any_variance_there_is_no_correlation(score):
    found = icc(np.full((4, 3), score))
    assert (found.single_oneway, found.single, found.fixed, found.panel) == (None,) * 4
    assert (found.bms, found.wms, found.jms, found.ems, found.band) == (0, 0, 0, 0, None)


def test_raters_who_only_differ_in_level_leave_nothing_to_be_consistent_about():
    found = icc(np.tile([7.1, 8.2, 3.3], (4, 1)))
    assert (found.single, found.fixed, found.ems) == (0, None, 0)


def test_opposite_raters_have_no_agreement_to_divide_by():
    found = icc(np.array([[1, 2], [2, 1]]))
    assert (found.single, found.panel) == (None, None)
    assert found.fixed == -1


def test_the_panel_has_no_correlation_where_its_formula_leaves_the_scale():
    assert icc(np.array([[1, 9, 2], [9, 1, 9.5]])).panel is None


@pytest.mark.parametrize(
    ("measure", "table", "code"),
    [
        (kendall_w, [[1, 2, 3]], "too_few_raters"),
        (kendall_w, [[1], [2]], "too_few_items"),
        (kendall_w, [[1, NAN], [NAN, 2]], "too_few_items"),
        (icc, [[1], [2], [3]], "too_few_raters"),
        (icc, [[1, 2, 3]], "too_few_items"),
        (kendall_w, [[1, float("inf")], [1, 2]], "not_finite"),
        (icc, [[1, 2], [-float("inf"), 2]], "not_finite"),
        (medians, [[1, float("inf")]], "not_finite"),
        (ranges, [[1, float("inf")]], "not_finite"),
        (counts, np.empty((0, 3)), "too_few_raters"),
    ],
)
def test_what_cannot_be_compared_is_refused(measure, table, code):
    with pytest.raises(InvalidInput) as error:
        measure(np.array(table))
    assert error.value.code == code


def test_an_infinite_score_is_named_by_its_place():
    with pytest.raises(InvalidInput, match="not_finite at /1/0/2"):
        medians(np.array([[[1, 2, 3]], [[1, 2, float("inf")]]]))


def test_a_cell_nobody_scored_has_no_median_and_no_range():
    cube = np.array([[NAN, 3], [NAN, NAN]])
    assert counts(cube).tolist() == [0, 1]
    assert np.isnan(medians(cube)).tolist() == [True, False]
    assert np.isnan(ranges(cube)).tolist() == [True, False]
    assert (medians(cube)[1], ranges(cube)[1]) == (3, 0)


def test_a_range_of_four_in_tenths_is_flagged_in_arrays_and_documents_alike():
    assert FLAG_RANGE != 5.1 - 1.1
    assert (ranges(np.array([[5.1], [1.1]])) >= FLAG_RANGE).all()
    assert evaluate(document(["5.1"], ["1.1"])).items[0].is_flagged


def test_the_array_functions_leave_their_array_alone():
    cube = np.array([[8.0], [7], [NAN], [4]])
    before = cube.copy()
    medians(cube)
    ranges(cube)
    np.testing.assert_array_equal(cube, before)


def test_the_example_flags_what_to_talk_about_and_says_that_w_is_not_informative():
    result = evaluate(read(Document, EXAMPLE))
    assert [item.is_flagged for item in result.items] == [True, False, False, False, False]
    assert (result.flagged, result.raters, round(result.kendall.w, 4)) == (1, 3, 0.6444)
    assert codes(result) == [("items_left_out", ""), ("agreement_not_informative", "")]


def test_three_raters_and_five_items_are_compared_without_a_warning():
    result = evaluate(document([9, 8, 5, 3, 1], [8, 9, 5, 4, 2], [9, 7, 6, 3, 2]))
    assert (result.warnings, result.kendall.informative) == ((), True)


def test_a_single_rater_has_scores_but_nobody_to_agree_with():
    result = evaluate(document([8, 6, 9]))
    assert (result.kendall, result.icc, codes(result)) == (None, None, [("few_raters", "")])
    assert [item.median for item in result.items] == [8, 6, 9]


def test_a_rater_who_has_not_started_does_not_empty_the_agreement():
    started = [[9, 8, 5, 3, 1], [8, 9, 5, 4, 2], [9, 7, 6, 3, 2]]
    result = evaluate(document(*started, [None] * 5))
    assert (result.kendall, result.raters) == (evaluate(document(*started)).kendall, 3)
    assert codes(result) == [("rater_without_scores", "/raters/3")]


def test_nobody_having_scored_is_a_result_with_nothing_in_it():
    result = evaluate(document([None, None]))
    assert (result.items[0].median, result.items[0].n, result.kendall, result.icc) == (None, 0, None, None)
    assert [code for code, _ in codes(result)] == [
        "rater_without_scores",
        "item_without_scores",
        "item_without_scores",
        "few_raters",
    ]


def test_one_item_can_be_spread_but_not_ranked():
    result = evaluate(document([8], [7], [4]))
    assert (result.kendall, result.icc, result.warnings) == (None, None, ())


def test_identical_scores_have_no_agreement_to_speak_of_and_say_so():
    result = evaluate(document(*[[7] * 5] * 3))
    assert (result.kendall.w, result.icc.single) == (None, None)
    assert codes(result) == [("all_tied", ""), ("no_variance", "")]


@pytest.mark.parametrize(
    ("fields", "code", "where"),
    [
        ({"scores": [[8, 7, 6, 5, 11]] * 3}, "less_than_equal", "/scores/0/4"),
        ({"scores": [[8, 7, 6, 5, 0]] * 3}, "greater_than_equal", "/scores/0/4"),
        ({"scores": [[8, 7, 6, 5, NAN]] * 3}, "finite_number", "/scores/0/4"),
        ({"scores": [[8, 7, 6, 5, 4], [8, 7, 6, 5], [1] * 5]}, "ragged", "/scores/1"),
        ({"scores": [[8, 7, 6, 5, 4]] * 2}, "ragged", "/scores"),
        ({"items": []}, "too_short", "/items"),
        ({"raters": []}, "too_short", "/raters"),
        ({"scale": 10}, "extra_forbidden", "/scale"),
    ],
)
def test_a_document_that_cannot_be_compared_is_refused_with_its_place(fields, code, where):
    with pytest.raises(InvalidInput) as error:
        read(Document, EXAMPLE | fields)
    assert (error.value.code, error.value.where) == (code, where)


@given(cubes)
def test_medians_ranges_and_counts_are_those_of_each_cell_by_itself(cube):
    found = zip(medians(cube).flat, ranges(cube).flat, counts(cube).flat, strict=True)
    cells = cube.reshape(len(cube), -1).T
    for cell, (middle, apart, n) in zip(cells, found, strict=True):
        known = cell[~np.isnan(cell)].tolist()
        assert n == len(known)
        if known:
            assert (middle, apart) == (pytest.approx(median(known)), pytest.approx(max(known) - min(known)))
        else:
            assert np.isnan([middle, apart]).all()


@given(cubes, st.randoms(use_true_random=False))
def test_the_order_of_raters_leaves_the_spread(cube, random):
    order = random.sample(range(len(cube)), len(cube))
    for measure in (medians, ranges, counts):
        np.testing.assert_array_equal(measure(cube[order]), measure(cube))


@given(coarse)
def test_documents_and_arrays_have_the_same_spread(table):
    items = evaluate(document(*table.tolist())).items
    assert [float(item.median) for item in items] == medians(table).tolist()
    assert [item.is_flagged for item in items] == (ranges(table) >= FLAG_RANGE).tolist()


@given(coarse)
def test_w_lies_between_zero_and_one_and_correction_never_lowers_it(table):
    found = kendall_w(table)
    if found.w is not None:
        assert 0 <= found.w_uncorrected <= found.w <= 1
        assert 0 <= found.p <= 1


@given(coarse, st.randoms(use_true_random=False))
def test_the_order_of_raters_and_items_leaves_w(table, random):
    raters, items = (random.sample(range(length), length) for length in table.shape)
    assert kendall_w(table[raters][:, items]) == kendall_w(table)


@given(coarse)
def test_w_is_about_order_only(table):
    assert kendall_w(np.exp(table)).w == kendall_w(table).w
    assert kendall_w(-table).w == kendall_w(table).w


@given(arrays(float, st.integers(2, 8), elements=scores, unique=True), st.integers(2, 6))
def test_raters_in_full_accord_have_w_one_and_icc_one(row, raters):
    table = np.tile(row, (raters, 1))
    assert kendall_w(table).w == 1
    assert icc(table.T).single == pytest.approx(1)


@given(tables)
def test_correlations_never_exceed_one_and_are_never_nan(table):
    found = icc(table)
    for value in (found.single_oneway, found.single, found.fixed, found.panel):
        assert value is None or value <= 1 + 1e-9


@given(tables)
def test_two_way_mean_squares_share_out_all_variance(table):
    n, k = table.shape
    found = icc(table)
    total = ((table - table.mean()) ** 2).sum()
    assert (n - 1) * found.bms + n * (k - 1) * found.wms == pytest.approx(total)
    assert n * (k - 1) * found.wms == pytest.approx((k - 1) * found.jms + (n - 1) * (k - 1) * found.ems)


@given(tables, st.randoms(use_true_random=False))
def test_the_order_of_raters_and_items_leaves_the_correlation(table, random):
    items, raters = (random.sample(range(length), length) for length in table.shape)
    found, again = icc(table), icc(table[items][:, raters])
    assume(found.single is not None)
    assert again.single == pytest.approx(found.single, abs=1e-9)


@given(tables, st.integers(-8, 8))
def test_another_zero_and_unit_of_the_scale_leaves_the_correlation(table, zero):
    found, again = icc(table), icc(2 * table + zero)
    assume(found.single is not None)
    assert again.single == pytest.approx(found.single, abs=1e-9)


@given(tables)
def test_the_panel_is_at_least_as_reliable_as_one_of_its_raters(table):
    found = icc(table)
    assume(found.single is not None and found.single >= 0)
    assert found.panel >= found.single - 1e-9


@given(coarse)
def test_a_document_survives_json(table):
    original = document(*[[Decimal(str(score)) for score in row] for row in table.tolist()])
    assert read(Document, original.model_dump_json()) == original


def test_the_document_has_a_json_schema():
    assert "scores" in Document.model_json_schema()["properties"]
