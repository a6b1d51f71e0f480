import json
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openkam.method.document import read
from openkam.method.errors import InvalidInput
from openkam.method.ranking import weighted
from openkam.method.selection import DEFAULT_FLOOR, EXAMPLE, Document, evaluate
from openkam.method.sensitivity import reweighted

SWING = (100, 80, 60, 50, 40, 20)
P = (8, 6, 9, 5, 7, 10)
Q = (9, 8, 4, 6, 3, 8)
score = st.one_of(st.none(), st.integers(1, 10))
rows = st.lists(st.lists(score, min_size=3, max_size=3), min_size=1, max_size=8)


def document(accounts, weights=SWING, floors=None, **fields):
    criteria = [{"name": f"criterion {k}", "weight": w, "floor": (floors or {}).get(k)} for k, w in enumerate(weights)]
    named = [{"name": name, "scores": scores} for name, scores in accounts.items()]
    return read(Document, {"criteria": criteria, "accounts": named, "draws": 0} | fields)


def numbered(rows):
    return {str(place): row for place, row in enumerate(rows)}


def by_name(result):
    return {account.name: account for account in result.accounts}


def codes(result):
    return [notice.code for notice in result.warnings]


def test_selection_criteria_example_scores_p_above_q():
    result = evaluate(document({"Q": Q, "P": P}))
    p, q = result.accounts
    assert ([p.name, p.rank, q.name, q.rank]) == ["P", 1, "Q", 2]
    assert (p.score, q.score) == (pytest.approx(7.2857, abs=5e-5), pytest.approx(6.7429, abs=5e-5))
    assert (p.unweighted, q.unweighted) == (pytest.approx(7.5), pytest.approx(6.3333, abs=5e-5))


def test_selection_criteria_example_has_swing_weights_as_shares():
    weights = evaluate(document({"P": P})).rule.weights
    assert weights == pytest.approx([0.2857, 0.2286, 0.1714, 0.1429, 0.1143, 0.0571], abs=5e-5)


def test_selection_criteria_example_with_the_third_criterion_missing():
    (p,) = evaluate(document({"P": (8, 6, None, 5, 7, 10)})).accounts
    assert p.score == pytest.approx(6.9310, abs=5e-5)
    assert p.completeness == pytest.approx(0.8286, abs=5e-5)


def test_selection_criteria_example_with_a_rival_that_a_quarter_less_weight_on_revenue_lifts_above_p():
    # P against a rival made so that 7/32 on the first criterion is a tie
    result = evaluate(read(Document, EXAMPLE))
    tipping = by_name(result)["P"].tipping
    assert (tipping.criterion, tipping.against) == ("Revenue potential", "R")
    assert (round(tipping.weight, 4), round(100 * tipping.relative_change, 1)) == (0.2188, -23.4)
    assert by_name(result)["R"].tipping == tipping.model_copy(update={"against": "P"})


def test_a_score_below_the_floor_excludes_whatever_the_total():
    result = evaluate(document({"high": (10, 10, 10, 3, 10, 10), "P": P}, floors={3: DEFAULT_FLOOR}))
    high, p = by_name(result)["high"], by_name(result)["P"]
    assert (high.rank, high.excluded_by, p.rank) == (None, ("criterion 3",), 1)
    assert high.score > p.score
    assert [account.name for account in result.accounts] == ["P", "high"]


def test_a_score_at_the_floor_stays_in():
    assert evaluate(document({"P": (8, 6, 9, 4, 7, 10)}, floors={3: 4})).accounts[0].rank == 1


def test_the_floor_counts_against_the_median_of_the_raters():
    ratings = [[3], [4], [9]]
    account = {"name": "A", "ratings": ratings}
    criteria = [{"name": "Honesty", "weight": 1, "floor": 4}]
    (kept,) = evaluate(read(Document, {"criteria": criteria, "accounts": [account]})).accounts
    assert (kept.excluded_by, kept.score) == ((), 4)
    half = {"name": "A", "ratings": [["3.9999"], ["4.0001"]]}
    assert evaluate(read(Document, {"criteria": criteria, "accounts": [half]})).accounts[0].excluded_by == ()


def test_a_missing_knock_out_score_does_not_exclude_but_is_told():
    result = evaluate(document({"P": (8, 6, 9, None, 7, 10)}, floors={3: 4}))
    (p,) = result.accounts
    assert (p.rank, p.excluded_by, p.floor_unknown) == (1, (), ("criterion 3",))
    assert codes(result) == ["incomplete", "knock_out_unscored"]


def test_a_criterion_without_weight_can_still_knock_out():
    result = evaluate(document({"A": (9, 2), "B": (5, 5)}, weights=(1, 0), floors={1: 4}))
    assert [(a.name, a.rank, a.score) for a in result.accounts] == [("B", 1, 5), ("A", None, 9)]


def test_an_account_nobody_scored_is_listed_last_without_rank():
    result = evaluate(document({"empty": (None, None), "A": (1, 2)}, weights=(1, 1), floors={0: 4}, top=1, draws=10))
    empty = result.accounts[-1]
    assert (empty.name, empty.rank, empty.score, empty.completeness) == ("empty", None, None, 0)
    assert (empty.lifts, empty.pulls, empty.tipping, empty.top_probability) == ((), (), None, None)
    assert "unscored" in codes(result)


def test_an_account_without_any_row_is_unscored():
    data = {"criteria": [{"name": "c", "weight": 1}], "accounts": [{"name": "A"}]}
    assert evaluate(read(Document, data)).accounts[0].score is None


def test_raters_of_one_cell_give_median_range_and_flag():
    criteria = [{"name": "c", "weight": 1}, {"name": "d", "weight": 1}]
    account = {"name": "A", "ratings": [[8, 5], [7, None], [4, 6]]}
    result = evaluate(read(Document, {"criteria": criteria, "accounts": [account]}))
    first, second = result.accounts[0].ratings
    assert (first.median, first.range, first.raters, first.is_flagged) == (7, 4, 3, True)
    assert (second.median, second.range, second.raters, second.is_flagged) == (5.5, 1, 2, False)
    assert result.accounts[0].score == 6.25
    assert codes(result) == ["no_knock_out", "raters_disagree"]


def test_accounts_of_equal_score_share_a_rank():
    result = evaluate(document({"a": (1, 1), "b": (9, 9), "c": (5, 6), "d": (6, 5)}, weights=(1, 1)))
    assert [(account.name, account.rank) for account in result.accounts] == [("b", 1), ("c", 2), ("d", 2), ("a", 4)]


def test_equal_scores_that_rounding_drives_apart_share_a_rank():
    # both are exactly 29/9
    result = evaluate(document({"a": (3, 3, "3.5"), "b": ("3.5", 3, 3)}, weights=("0.1", "0.3", "0.1")))
    assert [account.rank for account in result.accounts] == [1, 1]


def test_reasons_name_what_lifts_and_what_pulls_most():
    result = evaluate(document({"P": P, "Q": Q}))
    p = by_name(result)["P"]
    assert [reason.criterion for reason in p.lifts] == ["criterion 2", "criterion 4", "criterion 5"]
    assert [reason.criterion for reason in p.pulls] == ["criterion 1", "criterion 0", "criterion 3"]
    lift = p.lifts[0]
    # 0.1714 of the weight, 9 against a mean of 6.5
    assert (lift.median, lift.mean, lift.contribution) == (9, 6.5, pytest.approx(0.4286, abs=5e-5))


def test_a_criterion_left_open_is_no_reason():
    result = evaluate(document({"A": (9, None), "B": (5, 2)}, weights=(1, 1)))
    (lift,) = by_name(result)["A"].lifts
    assert (lift.criterion, lift.contribution) == ("criterion 0", 2)


def test_the_mean_account_leaves_the_unscored_out():
    result = evaluate(document({"A": (9, 5), "B": (None, 5), "C": (5, 5)}, weights=(1, 1)))
    assert by_name(result)["A"].lifts[0].mean == 7


def test_those_outside_face_the_last_inside_and_those_inside_the_first_outside():
    accounts = {"a": (9, 9), "b": (8, 7), "c": (5, 8), "d": (4, 8)}
    result = evaluate(document(accounts, weights=(1, 1), top=2))
    facing = {name: account.tipping.against for name, account in by_name(result).items() if account.tipping}
    assert facing == {"b": "c", "c": "b", "d": "b"}
    assert by_name(result)["a"].tipping is None


def test_the_knocked_out_stand_on_no_side_of_the_border():
    accounts = {"out": (10, 1), "a": (9, 5), "b": (5, 8)}
    result = evaluate(document(accounts, weights=(1, 1), floors={1: 4}, top=1, draws=200))
    out, a, b = (by_name(result)[name] for name in accounts)
    assert (out.tipping, out.top_probability) == (None, 0)
    assert (a.tipping.against, b.tipping.against) == ("b", "a")
    assert a.top_probability + b.top_probability == pytest.approx(1)


def test_without_a_border_nothing_tips_and_nothing_is_drawn():
    (p,) = evaluate(document({"P": P}, draws=10)).accounts
    assert (p.tipping, p.top_probability) == (None, None)
    assert evaluate(document({"P": P, "Q": Q}, top=1)).accounts[0].top_probability is None


def test_a_criterion_without_weight_plays_no_part_in_random_weightings():
    accounts = {"a": (9, 1), "b": (5, 10)}
    result = evaluate(document(accounts, weights=(1, 0), top=1, draws=50))
    assert [a.top_probability for a in result.accounts] == [1, 0]


@pytest.mark.parametrize(
    ("accounts", "fields", "code"),
    [
        ({"a": (5, 5), "b": (4, 4)}, {"top": 2}, "top_takes_all"),
        ({"a": (5, 4), "b": (4, 5), "c": (1, 1)}, {"top": 1}, "tie_at_border"),
        ({"a": (5, None), "b": (4, 4)}, {}, "incomplete"),
    ],
)
def test_a_result_to_read_with_care_says_so(accounts, fields, code):
    result = evaluate(document(accounts, weights=(1, 1), floors={0: 1}, **fields))
    assert codes(result) == [code]


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        ([1] * 22, ["many_criteria_of_equal_weight"]),
        ([2] + [1] * 21, ["many_criteria"]),
        ([1] * 10, []),
        ([1] * 10 + [0], []),
    ],
)
def test_a_long_list_of_criteria_is_told_and_one_of_equal_weights_more_so(weights, expected):
    result = evaluate(document({"a": [5] * len(weights)}, weights=weights, floors={0: 1}))
    assert codes(result) == expected


def test_fewer_than_three_raters_are_told_with_the_names():
    accounts = [{"name": "two", "ratings": [[5], [6]]}, {"name": "three", "ratings": [[5], [6], [7]]}]
    result = evaluate(read(Document, {"criteria": [{"name": "c", "weight": 1, "floor": 1}], "accounts": accounts}))
    (notice,) = result.warnings
    assert (notice.code, notice.values) == ("few_raters", {"accounts": 1, "names": ("two",)})


def test_two_accounts_of_the_same_name_are_both_ranked_and_named():
    accounts = [{"name": "Acme", "scores": [5]}, {"name": "Acme", "scores": [6]}]
    result = evaluate(read(Document, {"criteria": [{"name": "c", "weight": 1, "floor": 1}], "accounts": accounts}))
    assert ([a.score for a in result.accounts], codes(result)) == ([6, 5], ["same_name_twice"])


CRITERIA = [{"name": "c", "weight": 1}, {"name": "d", "weight": 1}]
TWICE = {"name": "A", "ratings": [[5, 5]], "scores": [5, 5]}


@pytest.mark.parametrize(
    ("fields", "code", "where"),
    [
        ({"criteria": []}, "too_short", "/criteria"),
        ({"accounts": []}, "too_short", "/accounts"),
        ({"criteria": [CRITERIA[0], CRITERIA[0]]}, "repeated_name", "/criteria"),
        ({"criteria": [c | {"weight": 0} for c in CRITERIA]}, "weights_all_zero", "/criteria"),
        ({"criteria": [c | {"weight": -1} for c in CRITERIA]}, "greater_than_equal", "/criteria/0/weight"),
        ({"criteria": [c | {"floor": 0} for c in CRITERIA]}, "greater_than_equal", "/criteria/0/floor"),
        ({"accounts": [{"name": "A", "scores": [5, 11]}]}, "less_than_equal", "/accounts/0/scores/1"),
        ({"accounts": [{"name": "A", "scores": [5, 0]}]}, "greater_than_equal", "/accounts/0/scores/1"),
        ({"accounts": [{"name": "A", "scores": [5, True]}]}, "truth_value_as_number", "/accounts/0/scores/1"),
        ({"accounts": [{"name": "A", "scores": [5, float("nan")]}]}, "finite_number", "/accounts/0/scores/1"),
        ({"accounts": [{"name": "A", "scores": [5]}]}, "ragged", "/accounts/0/scores"),
        ({"accounts": [{"name": "A", "ratings": [[5, 5], [5]]}]}, "ragged", "/accounts/0/ratings/1"),
        (
            {"accounts": [{"name": "A", "ratings": [[5, 5]], "scores": [5, 5]}]},
            "scores_and_ratings",
            "/accounts/0/scores",
        ),
        ({"top": 0}, "greater_than_equal", "/top"),
        ({"top": True}, "int_type", "/top"),
        ({"draws": -1}, "greater_than_equal", "/draws"),
        ({"colour": "red"}, "extra_forbidden", "/colour"),
    ],
)
def test_a_document_that_makes_no_sense_is_refused_with_its_place(fields, code, where):
    data = {"criteria": CRITERIA, "accounts": [{"name": "A", "scores": [5, 5]}]}
    with pytest.raises(InvalidInput) as error:
        read(Document, data | fields)
    assert (error.value.code, error.value.where) == (code, where)


@given(rows, st.randoms())
def test_the_order_of_accounts_changes_no_rank(table, random):
    names = list(numbered(table))
    random.shuffle(names)
    first, second = (
        {name: (a.rank, a.score) for name, a in by_name(evaluate(document(accounts, weights=(3, 2, 1)))).items()}
        for accounts in (numbered(table), {name: numbered(table)[name] for name in names})
    )
    assert first == second


@given(rows, st.integers(2, 10**5))
def test_weights_in_another_unit_change_no_rank(table, factor):
    first, second = (
        [(a.name, a.rank) for a in evaluate(document(numbered(table), weights=weights)).accounts]
        for weights in ((3, 2, 1), (3 * factor, 2 * factor, factor))
    )
    assert first == second


@given(rows)
def test_missing_is_not_zero(table):
    for account in evaluate(document(numbered(table), weights=(3, 2, 1))).accounts:
        answered = [rating.median for rating in account.ratings if rating.median is not None]
        assert account.score is None if not answered else min(answered) - 1e-9 <= account.score <= max(answered) + 1e-9


@given(rows)
def test_lifts_and_pulls_of_three_criteria_add_up_to_what_the_account_stands_above_the_mean(table):
    result = evaluate(document(numbered(table), weights=(3, 2, 1)))
    for account in result.accounts:
        reasons = account.lifts + account.pulls
        by_hand = sum(reason.contribution for reason in reasons)
        means = {reason.criterion: reason.mean for reason in reasons}
        rest = [rating for rating in account.ratings if rating.median is not None]
        if rest:
            weights = {f"criterion {k}": w for k, w in enumerate((3, 2, 1))}
            total = sum(weights[rating.criterion] for rating in rest)
            mean = sum(weights[r.criterion] * means.get(r.criterion, r.median) for r in rest) / total
            assert by_hand == pytest.approx(account.score - mean, abs=1e-6)


@given(rows)
def test_an_account_ties_with_its_counterpart_at_its_tipping_weight(table):
    result = evaluate(document(numbered(table), weights=(3, 2, 1), top=1))
    scores = {name: [np.nan if s is None else s for s in row] for name, row in numbered(table).items()}
    for account in result.accounts:
        if account.tipping and 0 < account.tipping.weight < 1:
            k = int(account.tipping.criterion.split()[1])
            pair = np.array([scores[account.name], scores[account.tipping.against]], dtype=float)
            first, second = weighted(pair, reweighted([3, 2, 1], k, account.tipping.weight)).score
            assert first == pytest.approx(second)


@settings(deadline=None)
@given(rows, st.integers(1, 4))
def test_top_probabilities_add_up_to_the_places_there_are(table, top):
    result = evaluate(document(numbered(table), weights=(3, 2, 1), top=top, draws=20))
    ranked = sum(account.rank is not None for account in result.accounts)
    assert sum(account.top_probability or 0 for account in result.accounts) == pytest.approx(min(top, ranked))


def test_the_same_seed_gives_the_same_answer():
    data = EXAMPLE | {"seed": 5, "draws": 100}
    assert evaluate(read(Document, data)) == evaluate(read(Document, data))
    assert evaluate(read(Document, data)) != evaluate(read(Document, data | {"seed": 6}))


@given(rows)
def test_a_document_survives_json(table):
    original = document(numbered(table), weights=(3, 2, 1), floors={0: Decimal("3.5")})
    assert read(Document, original.model_dump_json()) == original


def test_a_result_is_json_without_nan():
    result = evaluate(document({"A": (None, 5), "B": (None, None)}, weights=(1, 1), top=1, draws=5))
    assert "NaN" not in result.model_dump_json()
    assert json.loads(result.model_dump_json())["accounts"][1]["score"] is None
