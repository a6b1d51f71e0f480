from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openkam.method.ambition import (
    ENOUGH,
    MOST_ACTIONS,
    Action,
    Document,
    agreed,
    calibration,
    evaluate,
    steps_allowed,
    weighted_kappa,
)
from openkam.method.document import read
from openkam.method.errors import InvalidInput

TODAY = date(2026, 11, 25)
FIRST = date(2024, 2, 10)
stages = st.integers(0, 5)
two_raters = st.lists(st.tuples(stages, stages), min_size=1, max_size=30)


def quarterly(*diagnosed):
    """One review a quarter."""
    return [(FIRST + timedelta(days=91 * at), stage) for at, stage in enumerate(diagnosed)]


def action(**fields):
    return {"title": "Introduce our logistics lead to theirs", "gate": "nu"} | fields


def panel(**fields):
    known = {"today": TODAY, "current": 2, "target": 3, "by_when": date(2027, 9, 30), "actions": [action()]}
    return read(Document, known | fields)


def codes(**fields):
    return [notice.code for notice in evaluate(panel(**fields)).warnings]


@pytest.mark.parametrize(
    ("diagnosed", "told"),
    [
        ((3,), (3,)),
        ((2, 3), (2, 2)),
        ((2, 3, 3), (2, 2, 3)),
        ((2, 3, 2, 3), (2, 2, 2, 2)),
        ((2, 3, 5), (2, 2, 3)),
        ((2, 5, 3), (2, 2, 3)),
        ((4, 3, 2), (4, 4, 3)),
        ((4, 1, 3), (4, 4, 3)),
        ((3, 2, 4), (3, 3, 3)),
        ((2, 3, 4, 4), (2, 2, 3, 4)),
        ((), ()),
    ],
)
def test_methods_section_2_3_the_agreed_stage_moves_after_two_consecutive_quarterly_reviews(diagnosed, told):
    assert agreed(quarterly(*diagnosed)) == told


def test_two_reviews_of_the_same_quarter_are_one():
    assert agreed([(date(2026, 1, 5), 2), (date(2026, 4, 5), 3), (date(2026, 6, 20), 3)]) == (2, 2, 2)
    assert agreed([(date(2026, 1, 5), 2), (date(2026, 2, 5), 3), (date(2026, 4, 5), 3)]) == (2, 3, 3)


def test_the_later_review_of_a_quarter_replaces_the_earlier():
    reviews = [(date(2026, 1, 5), 2), (date(2026, 4, 5), 4), (date(2026, 6, 5), 2), (date(2026, 7, 5), 4)]
    assert agreed(reviews) == (2, 2, 2, 2)


def test_a_year_without_a_review_starts_the_count_anew():
    reviews = [(date(2025, 1, 5), 2), (date(2025, 4, 5), 3), (date(2026, 4, 5), 3), (date(2026, 7, 5), 3)]
    assert agreed(reviews) == (2, 2, 2, 3)


@pytest.mark.parametrize(
    ("reviews", "code"),
    [
        ([(date(2026, 4, 5), 2), (date(2026, 1, 5), 3)], "reviews_out_of_order"),
        ([(date(2026, 4, 5), 6)], "stage_number"),
        ([(date(2026, 4, 5), -1)], "stage_number"),
    ],
)
def test_reviews_that_run_backwards_or_leave_the_ladder_are_refused(reviews, code):
    with pytest.raises(InvalidInput) as error:
        agreed(reviews)
    assert error.value.code == code


@given(st.lists(stages, max_size=8))
def test_the_agreed_stage_never_leaves_what_was_diagnosed(diagnosed):
    for at, stage in enumerate(agreed(quarterly(*diagnosed)), start=1):
        assert min(diagnosed[:at]) <= stage <= max(diagnosed[:at])


@given(st.lists(stages, min_size=1, max_size=6), stages)
def test_two_equal_reviews_in_a_row_are_agreed_at_last(diagnosed, settled):
    assert agreed(quarterly(*diagnosed, settled, settled))[-1] == settled


@given(st.lists(stages, min_size=1, max_size=8), stages)
def test_a_later_review_does_not_rewrite_what_was_agreed(diagnosed, later):
    assert agreed(quarterly(*diagnosed, later))[:-1] == agreed(quarterly(*diagnosed))


@pytest.mark.parametrize(
    ("target", "by_when", "is_too_fast"),
    [
        (3, date(2026, 12, 31), False),
        (4, date(2028, 11, 24), False),
        (4, date(2027, 11, 25), True),
        (5, date(2028, 11, 24), True),
    ],
)
def test_methods_section_2_5_one_stage_in_twelve_months(target, by_when, is_too_fast):
    assert ("too_fast" in codes(target=target, by_when=by_when)) is is_too_fast


def test_methods_section_2_5_more_is_allowed_when_justified():
    assert "too_fast" not in codes(target=5, is_justified=True)


@given(st.integers(-2000, 4000), st.integers(0, 400))
def test_a_later_date_allows_no_fewer_steps(days, more):
    early, late = (TODAY + timedelta(days=days + extra) for extra in (0, more))
    assert 1 <= steps_allowed(TODAY, early) <= steps_allowed(TODAY, late)


def test_methods_section_2_5_an_ambition_beyond_the_customers_wish_is_told_and_one_below_is_not():
    assert codes(customer_wishes=2) == ["beyond_customer"]
    assert codes(customer_wishes=4) == []


@pytest.mark.parametrize(
    ("account_class", "ceiling"), [("key", 5), ("key_development", 4), ("maintenance", 3), ("opportunistic", 2)]
)
def test_methods_section_2_5_ceiling_of_each_class_of_account(account_class, ceiling):
    for target in range(3, 6):
        fields = {"account_class": account_class, "target": target, "is_justified": True}
        assert evaluate(panel(**fields)).ceiling == ceiling
        assert ("beyond_class" in codes(**fields)) is (target > ceiling)


def test_an_account_without_a_class_has_no_ceiling():
    assert evaluate(panel(target=5)).ceiling is None


def test_methods_section_2_5_a_sixth_action_is_refused():
    assert codes(actions=[action()] * MOST_ACTIONS) == []
    with pytest.raises(InvalidInput) as error:
        evaluate(panel(actions=[action()] * 6))
    assert (error.value.code, error.value.where, error.value.values["actions"]) == ("too_many_actions", "/actions", 6)


def test_methods_section_2_5_gates_that_no_action_closes_are_named():
    result = evaluate(panel(unmet=["nu", "direct_share", "board"]))
    assert result.open_gates == ("direct_share", "board")
    assert [(notice.code, notice.values["gates"]) for notice in result.warnings] == [
        ("gates_without_action", ("direct_share", "board"))
    ]


def test_climbing_without_any_action_is_told_once():
    assert codes(actions=[], unmet=["nu"]) == ["no_actions"]


def test_staying_needs_no_action():
    assert codes(target=2, actions=[], unmet=["nu"]) == []


def test_methods_section_2_5_an_action_needs_an_owner_and_a_date():
    assert codes(actions=[action(has_owner=False), action(has_date=False)]) == ["action_without_owner_or_date"]


def test_a_target_below_and_a_date_gone_by_are_told():
    assert codes(target=1, by_when=date(2026, 11, 24)) == ["below_current", "date_passed"]


@pytest.mark.parametrize(
    ("fields", "code", "where"),
    [
        ({"target": 6}, "less_than_equal", "/target"),
        ({"current": -1}, "greater_than_equal", "/current"),
        ({"target": True}, "int_type", "/target"),
        ({"account_class": "prospect"}, "literal_error", "/account_class"),
        ({"by_when": "someday"}, "date_from_datetime_parsing", "/by_when"),
    ],
)
def test_an_ambition_off_the_ladder_is_refused_with_its_place(fields, code, where):
    with pytest.raises(InvalidInput) as error:
        panel(**fields)
    assert (error.value.code, error.value.where) == (code, where)


def test_cohen_1968_weighted_kappa_is_one_less_the_disagreement_over_that_of_chance():
    first, second = (0, 0, 0, 1, 2, 2), (0, 1, 0, 1, 2, 0)
    observed = np.mean([(a - b) ** 2 for a, b in zip(first, second, strict=True)])
    expected = np.mean([(a - b) ** 2 for a in first for b in second])
    assert weighted_kappa(first, second) == pytest.approx(1 - observed / expected)


def test_raters_who_know_only_one_level_have_no_kappa():
    assert weighted_kappa([3, 3], [3, 3]) is None
    assert weighted_kappa([], []) is None


def test_raters_who_say_the_opposite_have_a_kappa_of_minus_one():
    assert weighted_kappa([0, 5], [5, 0]) == pytest.approx(-1)


@given(two_raters)
def test_kappa_is_at_most_one_and_one_only_for_the_same_answers(rated):
    first, second = zip(*rated, strict=True)
    kappa = weighted_kappa(first, second)
    assert kappa == weighted_kappa(second, first) or kappa == pytest.approx(weighted_kappa(second, first))
    assert kappa is None or kappa <= 1
    assert kappa is None or (kappa == 1) == (first == second)


def test_methods_section_2_3_a_calibration_on_fewer_than_twenty_accounts_says_so():
    some = [at % 6 for at in range(ENOUGH)]
    assert calibration(some, some).warnings == ()
    few = calibration(some[:-1], some[:-1])
    assert [notice.code for notice in few.warnings] == ["too_few_accounts"]
    assert (few.accounts, few.kappa, few.exact) == (19, 1, 1)


def test_a_calibration_on_nothing_is_unknown():
    nothing = calibration([], [])
    assert (nothing.accounts, nothing.kappa, nothing.exact) == (0, None, None)


@pytest.mark.parametrize(
    ("diagnosed", "told", "code"),
    [([1], [1, 2], "lengths_differ"), ([6], [1], "stage_number"), ([1], [-1], "stage_number")],
)
def test_a_calibration_of_unequal_lists_or_off_the_ladder_is_refused(diagnosed, told, code):
    with pytest.raises(InvalidInput) as error:
        calibration(diagnosed, told)
    assert error.value.code == code


def test_an_action_names_at_most_one_gate_and_may_name_none():
    assert Action(title="Visit").gate == ""
