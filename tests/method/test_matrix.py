from decimal import Decimal

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from openkam.method.account_class import place
from openkam.method.document import read
from openkam.method.errors import InvalidInput
from openkam.method.matrix import EXAMPLE, Document, evaluate
from openkam.method.ranking import weighted
from openkam.method.sensitivity import reweighted

score = st.integers(1, 10)


def named(names):
    return [{"name": name} for name in names]


def document(*accounts, factors=2, success_factors=2, **fields):
    lists = {
        "factors": named(f"factor {i}" for i in range(factors)),
        "success_factors": named(f"success factor {i}" for i in range(success_factors)),
    }
    return read(Document, lists | {"accounts": [{"name": f"account {i}"} | a for i, a in enumerate(accounts)]} | fields)


def account(attractiveness, us=(5, 5), *rivals, **fields):
    competitors = [{"name": f"rival {i}", "scores": scores} for i, scores in enumerate(rivals or [(5, 5)])]
    return {"attractiveness": attractiveness, "us": us, "competitors": competitors} | fields


def classes(result):
    return [row.account_class for row in result.accounts]


def codes(result):
    return [notice.code for notice in result.warnings]


@st.composite
def portfolios(draw, most=6, k=3, cell=score):
    rows = st.lists(cell, min_size=k, max_size=k)
    size = draw(st.integers(1, most))
    return [
        {
            "name": f"account {index}",
            "attractiveness": draw(rows),
            "us": draw(rows),
            "competitors": [{"name": "X", "scores": draw(rows)}, {"name": "Y", "scores": draw(rows)}],
        }
        for index in range(size)
    ]


weights = st.lists(st.integers(0, 100), min_size=3, max_size=3).filter(any)


def with_weights(accounts, points, **fields):
    factors = [{"name": str(index), "weight": weight} for index, weight in enumerate(points)]
    return read(Document, {"factors": factors, "success_factors": named("abc"), "accounts": accounts} | fields)


def assert_alike(first, second):
    """Account by account the same verdicts, and the same numbers but for rounding."""
    verdicts, numbers = zip(*(summary(result) for result in (first, second)), strict=True)
    assert verdicts[0] == verdicts[1]
    assert numbers[0] == pytest.approx(numbers[1], abs=1e-8)


def summary(result):
    rows = sorted(result.accounts, key=lambda row: row.name)
    verdicts = [(row.name, row.account_class, row.class_by_other_rule, row.borderline) for row in rows]
    return verdicts, [number for row in rows for number in (row.score, row.us_total, row.strength)]


def test_methods_section_6_table_one_totals_and_average():
    result = evaluate(read(Document, EXAMPLE))
    assert [row.total for row in result.accounts] == [43, 38, 31, 28]
    assert (result.average, result.rule.cut_total, result.rule.cut_rule) == (35, 35, "mean")


def test_methods_section_6_table_two_totals_and_relative_strengths():
    rows = evaluate(read(Document, EXAMPLE)).accounts
    totals = [(row.us_total, *(rival.total for rival in row.competitors)) for row in rows]
    assert totals == [(44, 40, 38), (35, 42, 33), (41, 39, 30), (30, 33, 36)]
    assert [round(row.strength, 4) for row in rows] == [1.1, 0.8333, 1.0513, 0.8333]
    assert [row.strength for row in rows] == [row.strength_to_best for row in rows]


def test_methods_section_6_classes_and_their_counts():
    result = evaluate(read(Document, EXAMPLE))
    assert classes(result) == ["key", "key_development", "maintenance", "opportunistic"]
    assert set(result.classes.values()) == {1}
    assert [row.stage_ceiling for row in result.accounts] == [(4, 5), (3, 4), (2, 3), (2, 2)]
    assert result.accounts[0].service_level == "dedicated"


def test_methods_section_6_tipping_weights_of_alpha_and_beta():
    tipping = {row.name: row.tipping for row in evaluate(read(Document, EXAMPLE)).accounts}
    flips = {
        name: {factor: round(weight, 4) for factor, weight in of_one.items() if weight is not None}
        for name, of_one in tipping.items()
    }
    assert flips["Alpha"] == {"Ease of access": 0.7727}
    assert flips["Beta"] == {"Size": 0.5833, "Financial stability": 0.5833, "Closeness": 0.375}


def test_beta_reaches_strength_one_with_seven_points_and_alpha_loses_it_with_five():
    alpha, beta, *_ = evaluate(read(Document, EXAMPLE)).accounts
    assert [(step.factor, step.now, step.to) for step in beta.move] == [("Price", 5, 10), ("Relationship", 5, 7)]
    assert [(step.factor, step.now, step.to) for step in alpha.move] == [("Speed of response", 9, 4)]
    assert set(beta.alone.values()) == {None}
    assert alpha.alone["Service"] == 3


def test_a_target_is_placed_against_this_periods_cut():
    assert [row.target_class for row in evaluate(read(Document, EXAMPLE)).accounts] == [None, "key", None, None]


def test_the_strength_rule_can_decide_the_class_and_is_named():
    contested = account((5, 5), (6, 6), (8, 8), (2, 2))
    by_best = evaluate(document(contested))
    by_average = evaluate(document(contested, strength_rule="average"))
    assert (by_best.accounts[0].account_class, by_best.accounts[0].class_by_other_rule) == ("key_development", "key")
    assert (by_average.accounts[0].account_class, by_average.accounts[0].strength) == ("key", 1.2)
    assert by_average.rule.strength_rule == "average"
    assert "strength_rule_decides" in codes(by_best)


@pytest.mark.parametrize(
    ("cut", "found"),
    [
        ({"rule": "mean"}, ["key", "maintenance"]),
        ({"rule": "midpoint"}, ["key", "key"]),
        ({"rule": "fixed", "value": "8.0001"}, ["maintenance", "maintenance"]),
        ({"rule": "fixed", "value": 8}, ["key", "maintenance"]),
    ],
)
def test_the_cut_may_be_the_mean_the_midpoint_or_fixed(cut, found):
    assert classes(evaluate(document(account((8, 8)), account((6, 6)), cut=cut))) == found


def test_weights_are_in_points_and_totals_stay_on_the_decks_scale():
    doc = with_weights([{"name": "a", "attractiveness": [9, 3, 3]}], [50, 25, 25])
    row = evaluate(doc).accounts[0]
    assert (row.score, row.total) == (6, 18)


def test_each_customer_may_weigh_the_success_factors_in_its_own_way():
    favourable = account((5, 5), (8, 4), (6, 6), weights=[3, 1])
    unfavourable = account((5, 5), (8, 4), (6, 6), weights=[1, 3])
    rows = evaluate(document(favourable, unfavourable)).accounts
    assert [row.us_total for row in rows] == [14, 10]
    assert [row.account_class for row in rows] == ["key", "key_development"]


def test_a_missing_score_is_left_out_and_not_zero():
    result = evaluate(document(account((8, None), (9, None), (6, None)), account((8, 8))))
    row = result.accounts[0]
    assert (row.score, row.total, row.completeness, row.strength) == (8, 16, 0.5, 1.5)
    assert [(n.code, n.values) for n in result.warnings if n.code == "missing_scores"] == [
        ("missing_scores", {"names": ("account 0",), "count": 1})
    ]


def test_without_competitor_the_strength_is_unknown_and_the_account_has_no_class():
    alone = {"attractiveness": (8, 8), "us": (9, 9)}
    result = evaluate(document(alone, account((4, 4))))
    row = result.accounts[0]
    assert (row.strength, row.account_class, row.move, row.stage_ceiling) == (None, None, None, None)
    assert (result.rule.cut, result.rule.n, sum(result.classes.values())) == (6, 2, 1)
    assert "no_competitor" in codes(result)


def test_without_our_own_scores_the_strength_is_unknown():
    result = evaluate(document(account((8, 8), None)))
    assert (classes(result), "not_scored_ourselves" in codes(result)) == ([None], True)


def test_an_unscored_account_moves_no_cut():
    result = evaluate(document(account(None), account((8, 8)), account((6, 6))))
    assert (result.accounts[0].score, result.accounts[0].account_class, result.accounts[0].completeness) == (
        None,
        None,
        0,
    )
    assert (result.average, result.rule.n) == (14, 2)
    assert "unscored_account" in codes(result)


def test_nothing_scored_places_nothing_and_says_so():
    result = evaluate(document(account(None)))
    assert (result.average, result.rule.cut, classes(result)) == (None, None, [None])
    assert "nothing_to_place" in codes(result)


def test_attractiveness_alone_can_be_evaluated_before_any_success_factor_is_named():
    result = evaluate(document({"attractiveness": (8, 8)}, {"attractiveness": (4, 4)}, success_factors=0))
    assert [row.total for row in result.accounts] == [16, 8]
    assert (result.accounts[0].alone, classes(result)) == ({}, [None, None])


def test_the_median_of_raters_counts_and_their_spread_is_shown():
    result = evaluate(document(account(None, ratings=[(8, 9), (7, 9), (4, None)])))
    found = result.accounts[0]
    assert (found.score, found.lowest, found.highest) == (8, 4, 8.5)
    assert "raters_apart" in codes(result)


def test_our_scores_and_the_competitors_may_be_rated_too():
    rated = {
        "attractiveness": (5, 5),
        "us_ratings": [(6, 6), (8, 8), (7, 7)],
        "competitors": [{"name": "X", "ratings": [(6, 6), (7, 7)]}],
    }
    row = evaluate(document(rated)).accounts[0]
    assert (row.us_total, row.competitors[0].total, row.lowest) == (14, 13, None)


def test_raters_far_apart_on_a_competitor_are_named():
    rated = {"attractiveness": (5, 5), "us": (5, 5), "competitors": [{"name": "X", "ratings": [(2, 5), (6, 5)]}]}
    assert "raters_apart" in codes(evaluate(document(rated)))


@pytest.mark.parametrize(
    ("level", "us", "axes"),
    [
        ("5.775", 8, ("attractiveness",)),
        ("5.7751", 8, ()),
        ("5.225", "5.25", ("attractiveness", "strength")),
        ("5.2249", "5.2501", ()),
        ("9", "4.75", ("strength",)),
    ],
)
def test_within_five_percent_of_a_border_an_account_is_borderline(level, us, axes):
    result = evaluate(document(account((level, level), (us, us)), cut={"rule": "midpoint"}))
    assert (result.accounts[0].borderline, "borderline" in codes(result)) == (axes, bool(axes))


def test_a_mean_cut_is_relative_and_poor_with_fewer_than_four_accounts():
    few = evaluate(document(account((8, 8)), account((4, 4)), account((4, 5))))
    enough = evaluate(read(Document, EXAMPLE))
    fixed = evaluate(document(account((8, 8)), cut={"rule": "midpoint"}))
    cut_codes = {"mean_cut_is_relative", "few_accounts_for_mean_cut"}
    assert [cut_codes & set(codes(result)) for result in (few, enough, fixed)] == [
        cut_codes,
        {"mean_cut_is_relative"},
        set(),
    ]


def test_identical_totals_are_all_attractive_with_a_warning():
    result = evaluate(document(account((8, 4)), account((4, 8)), account((6, 6))))
    assert (set(classes(result)), "all_identical" in codes(result)) == ({"key"}, True)


def test_adding_a_customer_can_move_the_others():
    before = evaluate(document(account((6, 6)), account((5, 5))))
    after = evaluate(document(account((6, 6)), account((5, 5)), account((10, 10))))
    assert (classes(before)[0], classes(after)[0]) == ("key", "maintenance")


def test_two_accounts_of_the_same_name_are_both_placed_and_named():
    same = account((8, 8), name="Acme")
    result = evaluate(document(same, same))
    assert (len(result.accounts), "same_name_twice" in codes(result)) == (2, True)


@pytest.mark.parametrize(
    ("fields", "code", "where"),
    [
        ({"attractiveness": (11, 5)}, "less_than_equal", "/accounts/0/attractiveness/0"),
        ({"attractiveness": (0, 5)}, "greater_than_equal", "/accounts/0/attractiveness/0"),
        ({"attractiveness": ("NaN", 5)}, "finite_number", "/accounts/0/attractiveness/0"),
        ({"attractiveness": (True, 5)}, "truth_value_as_number", "/accounts/0/attractiveness/0"),
        ({"attractiveness": (5,)}, "ragged", "/accounts/0/attractiveness"),
        ({"attractiveness": None, "ratings": [(5, 5), (5,)]}, "ragged", "/accounts/0/ratings/1"),
        ({"ratings": [(5, 5)]}, "scores_and_ratings", "/accounts/0/attractiveness"),
        ({"us": (5, 5, 5)}, "ragged", "/accounts/0/us"),
        ({"us_ratings": [(5, 5)]}, "scores_and_ratings", "/accounts/0/us"),
        ({"us": None, "us_ratings": [(5, 5), (5,)]}, "ragged", "/accounts/0/us_ratings/1"),
        ({"weights": (1,)}, "ragged", "/accounts/0/weights"),
        ({"weights": (0, 0)}, "weights_all_zero", "/accounts/0/weights"),
        ({"weights": (-1, 2)}, "greater_than_equal", "/accounts/0/weights/0"),
        ({"competitors": [{"name": "X", "scores": (5,)}]}, "ragged", "/accounts/0/competitors/0/scores"),
        ({"competitors": [{"name": "X", "ratings": [(5,)]}]}, "ragged", "/accounts/0/competitors/0/ratings/0"),
        ({"competitors": [{"name": "X"}, {"name": "X"}]}, "repeated_name", "/accounts/0/competitors"),
        ({"target": {"attractiveness": 5, "strength": 0}}, "greater_than_equal", "/accounts/0/target/strength"),
        ({"colour": "red"}, "extra_forbidden", "/accounts/0/colour"),
    ],
)
def test_an_account_that_makes_no_sense_is_refused_with_its_place(fields, code, where):
    with pytest.raises(InvalidInput) as error:
        document(account((5, 5)) | fields)
    assert (error.value.code, error.value.where) == (code, where)


@pytest.mark.parametrize(
    ("fields", "code", "where"),
    [
        ({"factors": []}, "too_short", "/factors"),
        ({"accounts": []}, "too_short", "/accounts"),
        ({"factors": [{"name": "a"}] * 6}, "repeated_name", "/factors"),
        ({"success_factors": [{"name": "a"}] * 6}, "repeated_name", "/success_factors"),
        ({"factors": [{"name": name, "weight": 0} for name in "abcdef"]}, "weights_all_zero", "/factors"),
        ({"cut": {"rule": "fixed"}}, "fixed_cut_needs_value", "/cut/value"),
        ({"cut": {"rule": "mean", "value": 5}}, "only_fixed_cut_has_value", "/cut/value"),
        ({"cut": {"rule": "fixed", "value": 11}}, "less_than_equal", "/cut/value"),
        ({"strength_rule": "worst"}, "literal_error", "/strength_rule"),
        ({"band": 2}, "less_than_equal", "/band"),
    ],
)
def test_a_document_that_makes_no_sense_is_refused_with_its_place(fields, code, where):
    with pytest.raises(InvalidInput) as error:
        read(Document, EXAMPLE | fields)
    assert (error.value.code, error.value.where) == (code, where)


@given(portfolios(), weights, st.randoms())
def test_the_order_of_accounts_and_competitors_does_not_matter(accounts, points, random):
    shuffled = [a | {"competitors": a["competitors"][::-1]} for a in accounts]
    random.shuffle(shuffled)
    first, second = (evaluate(with_weights(rows, points)) for rows in (accounts, shuffled))
    assert_alike(first, second)


@given(st.lists(st.lists(score | st.none(), min_size=2, max_size=2), min_size=1, max_size=5), st.randoms())
def test_the_order_of_raters_does_not_matter(ratings, random):
    shuffled = list(ratings)
    random.shuffle(shuffled)
    rows = [
        evaluate(document({"ratings": table, "us_ratings": table, "competitors": [{"name": "X", "scores": (5, 5)}]}))
        for table in (ratings, shuffled)
    ]
    assert rows[0] == rows[1]


@given(portfolios(), weights, st.integers(1, 1000))
def test_rescaled_weights_change_nothing(accounts, points, factor):
    first = evaluate(with_weights(accounts, points))
    second = evaluate(with_weights(accounts, [point * factor for point in points]))
    assert_alike(first, second)


@given(portfolios(), st.permutations(range(3)))
def test_the_order_of_factors_does_not_matter(accounts, order):
    fields = ("attractiveness", "us")
    turned = [
        a
        | {field: [a[field][i] for i in order] for field in fields}
        | {"competitors": [c | {"scores": [c["scores"][i] for i in order]} for c in a["competitors"]]}
        for a in accounts
    ]
    first, second = (evaluate(with_weights(rows, [1, 1, 1])) for rows in (accounts, turned))
    assert_alike(first, second)


@given(portfolios(cell=score | st.none()), weights, st.sampled_from(["best", "average"]))
def test_every_account_with_both_sides_known_stands_in_one_class(accounts, points, rule):
    result = evaluate(with_weights(accounts, points, strength_rule=rule))
    for row in result.accounts:
        assert (row.account_class is None) == (row.score is None or row.strength is None)
    assert sum(result.classes.values()) == sum(found is not None for found in classes(result))


@given(portfolios(), weights, st.sampled_from([{"rule": "mean"}, {"rule": "midpoint"}]))
def test_attractive_flips_exactly_at_the_tipping_weight_and_nowhere_else(accounts, points, cut):
    result = evaluate(with_weights(accounts, points, cut=cut))
    table = np.array([a["attractiveness"] for a in accounts], dtype=float)
    fixed = None if cut["rule"] == "mean" else 5.5

    def attractive(index, k, weight):
        scores = weighted(table, reweighted(points, k, weight)).score
        return place(scores, np.ones(len(scores)), fixed).classes[index] == 0

    for index, row in enumerate(result.accounts):
        for k, weight in enumerate(row.tipping.values()):
            if weight is None:
                assert len({attractive(index, k, w) for w in np.linspace(0, 1, 11)}) == 1
            elif 1e-6 <= weight <= 1 - 1e-6:
                assert attractive(index, k, weight - 1e-6) != attractive(index, k, weight + 1e-6)


@given(portfolios(most=3), st.sampled_from(["best", "average"]))
def test_the_move_turns_the_class_when_it_is_carried_out(accounts, rule):
    before = evaluate(with_weights(accounts, [1, 1, 1], strength_rule=rule))
    assume(before.accounts[0].move)
    to = {step.factor: step.to for step in before.accounts[0].move}
    us = [to.get(factor, now) for factor, now in zip("abc", accounts[0]["us"], strict=True)]
    after = evaluate(with_weights([accounts[0] | {"us": us}, *accounts[1:]], [1, 1, 1], strength_rule=rule))
    assert (before.accounts[0].strength >= 1) != (after.accounts[0].strength >= 1)


@given(portfolios(cell=score | st.none()), weights)
def test_a_document_survives_json(accounts, points):
    original = with_weights(accounts, points, band=Decimal("0.1"))
    assert read(Document, original.model_dump_json()) == original
