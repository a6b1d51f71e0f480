import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openkam.method.account_class import CLASSES, place
from openkam.method.errors import InvalidInput
from openkam.method.ranking import ranked, weighted
from openkam.method.sensitivity import (
    Critical,
    class_shares,
    critical,
    draw_weights,
    high_share,
    most_critical,
    reweighted,
    tipping_pair,
    tipping_pairs,
    tipping_to_cut,
    top_probability,
)

#: Size, growth, stability, access, closeness, fit of four customers.
ATTRACTIVENESS = np.array([[9, 7, 8, 5, 6, 8], [6, 8, 6, 7, 4, 7], [8, 4, 7, 4, 5, 3], [3, 4, 5, 6, 7, 3]], dtype=float)
ALPHA, BETA, GAMMA, DELTA = range(4)
SWING = (100, 80, 60, 50, 40, 20)
P = (8, 6, 9, 5, 7, 10)
Q = (9, 8, 4, 6, 3, 8)
NEVER = np.nan
AWAY = 1e-6

few = settings(max_examples=40, deadline=None)

whole = st.integers(1, 10).map(float)
cell = st.one_of(st.just(np.nan), whole, whole, whole)


def tables(of, least=1):
    return st.integers(2, 5).flatmap(
        lambda k: st.lists(st.lists(of, min_size=k, max_size=k), min_size=least, max_size=8).map(np.array)
    )


def points(draw, table):
    return draw(st.lists(st.integers(1, 100), min_size=table.shape[1], max_size=table.shape[1]))


def high(table, weights, cut):
    """Slow and obvious: who reaches the cut under these weights."""
    score = weighted(table, weights).score
    return score >= (np.nanmean(score) if cut is None else cut) - 1e-10


def test_cheverton_table_one_by_the_closed_form_alpha_flips_on_access_only():
    assert tipping_to_cut(ATTRACTIVENESS, [1] * 6)[ALPHA] == pytest.approx(
        [NEVER, NEVER, NEVER, 0.7727, NEVER, NEVER], abs=5e-5, nan_ok=True
    )


def test_cheverton_table_one_by_the_closed_form_beta_flips_on_size_stability_and_closeness():
    assert tipping_to_cut(ATTRACTIVENESS, [1] * 6)[BETA] == pytest.approx(
        [0.5833, NEVER, 0.5833, NEVER, 0.3750, NEVER], abs=5e-5, nan_ok=True
    )


def test_cheverton_table_one_against_a_cut_that_stands_still():
    # beta's other five factors average 6.4: size at w gives 6.4 - 0.4 w
    assert tipping_to_cut(ATTRACTIVENESS, [1] * 6, cut=6.2)[BETA][0] == pytest.approx(0.5)


def test_selection_example_p_against_q_turns_soonest_on_the_third_criterion():
    # by hand: without it P has 6.9310 and Q 7.3103; 0.3793 / (5 + 0.3793)
    assert tipping_pair(P, Q, SWING)[2] == pytest.approx(0.0705, abs=5e-5)
    found = most_critical(P, Q, SWING)
    assert (found.index, round(found.weight, 4), round(found.relative_change, 3)) == (2, 0.0705, -0.589)


def test_triantaphyllou_sanchez_a_quarter_less_of_the_first_criterion_turns_a_close_pair():
    # a rival chosen so that 7/32 of the weight on the first criterion makes a tie
    found = most_critical(P, (7, 7, 10, 6, 6, 6), SWING)
    assert (found.index, round(found.weight, 4), round(100 * found.relative_change, 1)) == (0, 0.2188, -23.4)


def test_the_smallest_relative_change_decides_not_the_smallest_step_of_weight():
    # 0.6 to 0.5 is a sixth less, 0.1 to 0.15 is half more
    assert critical(np.array([0.5, 0.15, np.nan]), [6, 1, 3]) == Critical(0, 0.5, -0.166666666667)


def test_a_pair_where_one_is_better_throughout_has_no_critical_criterion():
    assert most_critical((5, 5), (4, 4), (1, 1)) is None


def test_a_criterion_without_weight_is_never_called_critical():
    # on the others together 7.5 against 6.5, so a third of the weight makes up for 1 against 3
    assert tipping_pair((9, 1, 6), (8, 3, 5), (1, 0, 1))[1] == pytest.approx(1 / 3)
    assert most_critical((9, 1, 6), (8, 3, 5), (1, 0, 1)) is None


def test_identical_accounts_never_flip_in_spite_of_rounding():
    table = np.full((7, 3), 0.1) * [11, 23, 37]
    assert np.isnan(tipping_to_cut(table, [1, 2, 4])).all()
    assert np.isnan(tipping_pairs(table, table, [1, 2, 4])).all()


def test_a_single_criterion_has_nothing_to_give_way_to():
    assert np.isnan(tipping_to_cut([[4], [6]], [1])).all()
    assert reweighted([5], 0, 0.3).tolist() == [1]


def test_an_unscored_account_never_flips_and_moves_no_cut():
    with_stranger = np.vstack([ATTRACTIVENESS, np.full(6, np.nan)])
    found = tipping_to_cut(with_stranger, [1] * 6)
    assert found[:4] == pytest.approx(tipping_to_cut(ATTRACTIVENESS, [1] * 6), nan_ok=True)
    assert np.isnan(found[4]).all()
    assert np.isnan(tipping_to_cut([[np.nan, np.nan]], [1, 1])).all()


def test_a_criterion_that_an_account_did_not_answer_flips_it_against_a_fixed_cut_never():
    assert np.isnan(tipping_to_cut([[np.nan, 5, 7]], [1, 1, 1], cut=5.5)[0, 0])


def test_others_without_weight_share_what_a_criterion_gives_up():
    assert reweighted([1, 0, 0], 0, 0.5).tolist() == [0.5, 0.25, 0.25]


@pytest.mark.parametrize("w", [-0.1, 1.1, np.nan])
def test_a_weight_outside_nought_to_one_is_refused(w):
    with pytest.raises(InvalidInput, match="weight_outside_0_1"):
        reweighted([1, 1], 0, w)


@pytest.mark.parametrize("cut", [np.nan, np.inf])
def test_a_cut_that_is_no_number_is_refused(cut):
    with pytest.raises(InvalidInput, match="not_finite"):
        tipping_to_cut(ATTRACTIVENESS, [1] * 6, cut=cut)


@pytest.mark.parametrize(
    ("scores", "weights", "code"),
    [
        (ATTRACTIVENESS, [1] * 5, "ragged"),
        (ATTRACTIVENESS, [0] * 6, "weights_all_zero"),
        ([[np.inf, 1]], [1, 1], "not_finite"),
    ],
)
def test_scores_and_weights_that_make_no_sense_are_refused(scores, weights, code):
    with pytest.raises(InvalidInput) as error:
        tipping_to_cut(scores, weights)
    assert error.value.code == code


@given(st.data(), tables(whole), st.floats(0, 1))
def test_other_weights_keep_their_proportions(data, table, w):
    weights = points(data.draw, table)
    moved = reweighted(weights, 0, w)
    assert moved.sum() == pytest.approx(1)
    assert moved[0] == w
    assert moved[1:] * sum(weights[1:]) == pytest.approx(np.array(weights[1:]) * (1 - w))


@pytest.mark.parametrize("of", [whole, cell], ids=["complete", "with gaps"])
@pytest.mark.parametrize("cut", [None, 5.3])
@few
@given(data=st.data())
def test_a_class_flips_exactly_at_its_tipping_weight(of, cut, data):
    table = data.draw(tables(of, least=2))
    weights = points(data.draw, table)
    tipping = tipping_to_cut(table, weights, cut)
    for account, k in np.argwhere((tipping > 100 * AWAY) & (tipping < 1 - 100 * AWAY)):
        w = tipping[account, k]
        before, after = (high(table, reweighted(weights, k, w + step), cut)[account] for step in (-AWAY, AWAY))
        assert before != after


@pytest.mark.parametrize("of", [whole, cell], ids=["complete", "with gaps"])
@pytest.mark.parametrize("cut", [None, 5.3])
@few
@given(data=st.data())
def test_a_class_keeps_still_between_the_weight_now_and_its_tipping_weight(of, cut, data):
    table = data.draw(tables(of, least=2))
    weights = np.array(points(data.draw, table))
    tipping = tipping_to_cut(table, weights, cut)
    now = weights / weights.sum()
    scored = ~np.isnan(weighted(table, weights).score)
    for k in range(len(weights)):
        for share in (0.05, 0.5, 0.95):
            towards = np.where(np.isnan(tipping[:, k]), share, now[k] + share * (tipping[:, k] - now[k]))
            for account in np.flatnonzero(scored & (np.abs(tipping[:, k] - now[k]) > AWAY)):
                there = high(table, reweighted(weights, k, towards[account]), cut)[account]
                assert there == high(table, weights, cut)[account]


@given(st.data(), tables(cell, least=2))
def test_two_accounts_tie_at_their_tipping_weight(data, table):
    weights = points(data.draw, table)
    tipping = tipping_pair(table[0], table[1], weights)
    for k in np.flatnonzero((tipping > 0) & (tipping < 1)):
        first, second = weighted(table[:2], reweighted(weights, k, tipping[k])).score
        assert first == pytest.approx(second)


@few
@given(st.data(), tables(cell), st.integers(2, 10**6), st.sampled_from([None, 5.3]))
def test_weights_in_another_unit_tip_alike(data, table, factor, cut):
    weights = np.array(points(data.draw, table))
    first, second = tipping_to_cut(table, weights, cut), tipping_to_cut(table, weights * factor, cut)
    assert first == pytest.approx(second, nan_ok=True)


@few
@given(st.data(), tables(cell))
def test_the_order_of_accounts_does_not_matter(data, table):
    weights = points(data.draw, table)
    order = data.draw(st.permutations(range(len(table))))
    shuffled = tipping_to_cut(table[order], weights)
    assert shuffled == pytest.approx(tipping_to_cut(table, weights)[order], nan_ok=True, abs=1e-9)


def test_the_same_seed_draws_the_same_weights_and_another_seed_others():
    first, again, other = (draw_weights(3, draws=5, seed=seed) for seed in (1, 1, 2))
    assert first.tolist() == again.tolist() != other.tolist()


@given(st.integers(1, 22), st.integers(1, 50))
def test_drawn_weights_are_shares_of_one(k, draws):
    weights = draw_weights(k, draws)
    assert weights.shape == (draws, k)
    assert (weights >= 0).all()
    assert weights.sum(axis=1) == pytest.approx(np.ones(draws))


def test_every_mix_of_weights_is_equally_likely():
    weights = draw_weights(3, draws=100_000)
    # of a uniform triangle: mean 1/3, and a ninth of the mixes give one criterion two thirds or more
    assert weights.mean(axis=0) == pytest.approx([1 / 3] * 3, abs=0.005)
    assert (weights >= 2 / 3).mean(axis=0) == pytest.approx([1 / 9] * 3, abs=0.005)


def test_one_of_two_mirrored_accounts_is_first_in_half_of_the_draws():
    assert top_probability([[9, 1], [1, 9]], top=1, draws=20_000) == pytest.approx([0.5, 0.5], abs=0.02)


def test_the_best_throughout_is_always_in_the_top_and_the_worst_never():
    assert top_probability([[5, 5], [9, 9], [1, 1]], top=1).tolist() == [0, 1, 0]


def test_those_knocked_out_are_never_in_the_top():
    shares = top_probability([[9, 9], [5, 5], [1, 1]], top=1, allowed=[False, True, True])
    assert shares.tolist() == [0, 1, 0]


def test_fewer_accounts_than_places_are_all_in():
    assert top_probability([[9, 9], [np.nan, np.nan]], top=5).tolist() == [1, 0]


def test_of_accounts_that_tie_at_the_border_the_earlier_rows_are_in():
    table = np.tile([3.3, 7.7, 1.1], (37, 1))
    assert top_probability(table, top=5).tolist() == [1] * 5 + [0] * 32


def test_a_missing_answer_is_not_a_zero():
    # one good answer beats two middling ones whatever the weights
    assert top_probability([[9, np.nan], [5, 5]], top=1).tolist() == [1, 0]


@pytest.mark.parametrize("size", [50, 3000])
def test_top_probability_agrees_with_ranking_under_each_draw(size):
    rng = np.random.default_rng(4)
    table = rng.integers(1, 11, (size, 5)).astype(float)
    table[rng.random(table.shape) < 0.2] = np.nan
    counts = np.zeros(size)
    for weights in draw_weights(5, 40, seed=9):
        counts[ranked(weighted(table, weights).score, first=20)] += 1
    assert top_probability(table, top=20, draws=40, seed=9).tolist() == (counts / 40).tolist()


@given(tables(cell), st.integers(1, 6))
def test_shares_of_the_top_add_up_to_its_places(table, top):
    eligible = int((~np.isnan(table)).any(axis=1).sum())
    assert top_probability(table, top=top, draws=20).sum() == pytest.approx(min(top, eligible))


@given(tables(cell), st.integers(1, 6), st.integers(0, 2**40))
def test_the_same_seed_gives_the_same_answer(table, top, seed):
    first, again = (top_probability(table, top=top, draws=10, seed=seed).tolist() for _ in range(2))
    assert first == again


def test_the_order_of_accounts_does_not_change_their_shares():
    rng = np.random.default_rng(5)
    table, order = rng.random((500, 4)) * 9 + 1, rng.permutation(500)
    assert top_probability(table[order], top=7).tolist() == top_probability(table, top=7)[order].tolist()


def test_progress_rises_to_one():
    told = []
    top_probability(np.random.default_rng(1).random((3000, 4)), top=3, progress=told.append)
    assert told == sorted(told)
    assert (len(told) > 2, told[-1]) == (True, 1)


@pytest.mark.parametrize(
    ("fields", "where"),
    [({"top": 0}, "top"), ({"top": 1, "draws": 0}, "draws"), ({"top": 1, "allowed": [True]}, "allowed")],
)
def test_a_draw_that_makes_no_sense_is_refused_with_its_place(fields, where):
    with pytest.raises(InvalidInput) as error:
        top_probability([[1, 2], [2, 1]], **fields)
    assert error.value.where == where


def test_cheverton_customers_above_the_average_under_random_weights():
    shares = high_share(ATTRACTIVENESS, draws=2000)
    by_hand = np.mean([high(ATTRACTIVENESS, weights, None) for weights in draw_weights(6, 2000)], axis=0)
    assert shares.tolist() == by_hand.tolist()
    assert shares[ALPHA] > shares[BETA] > 0.5 > shares[GAMMA]


def test_identical_accounts_are_all_high_under_every_draw():
    assert high_share(np.tile([1.1, 2.3, 3.7], (7, 1))).tolist() == [1] * 7


def test_a_fixed_cut_is_reached_when_it_is_met():
    assert high_share([[6, 6], [5, 5]], cut=6).tolist() == [1, 0]


def test_an_account_in_no_known_class_has_no_shares():
    shares = class_shares([[9, 9], [5, 5], [np.nan, np.nan]], [np.nan, 1, 1])
    assert np.isnan(shares[[0, 2]]).all()
    assert dict(zip(CLASSES, shares[1], strict=True))["maintenance"] == 1
    assert np.isnan(class_shares([[np.nan, np.nan]], [1])).all()


def test_every_draw_puts_an_account_in_the_class_where_the_matrix_would_place_it():
    strength = [1.1, 35 / 42, 41 / 39, 0.1 + 0.2 + 0.7 - 1e-16]
    drawn = [place(weighted(ATTRACTIVENESS, w).score, strength).classes for w in draw_weights(6, 200)]
    by_hand = np.mean([np.eye(len(CLASSES))[classes] for classes in drawn], axis=0)
    assert class_shares(ATTRACTIVENESS, strength, draws=200) == pytest.approx(by_hand)


def test_strengths_of_another_length_are_refused():
    with pytest.raises(InvalidInput, match="ragged"):
        class_shares([[9, 9], [5, 5]], [1])


@given(tables(whole), st.data())
def test_shares_of_the_classes_add_up_to_one(table, data):
    strength = data.draw(st.lists(st.floats(0.1, 10), min_size=len(table), max_size=len(table)))
    assert class_shares(table, strength, draws=20).sum(axis=1) == pytest.approx(np.ones(len(table)))
