from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openkam.method.document import read
from openkam.method.errors import InvalidInput
from openkam.method.health import (
    COMPONENTS,
    EXAMPLE,
    Change,
    Document,
    Problem,
    advised_exit,
    band,
    evaluate,
    loss_cycle,
    uncoupling,
)

FULL = {
    "coverage": 1,
    "support_index": 1,
    "nu": 5,
    "cadence_kept": 1,
    "value_promised": 100,
    "value_delivered": 100,
}
BEFORE = {"weight": 60, "board": True, "nu": 5}

share = st.floats(0, 1)
known = st.fixed_dictionaries(
    {
        "coverage": share,
        "support_index": st.floats(-1, 1),
        "nu": st.integers(0, 30),
        "cadence_kept": share,
        "value_promised": st.integers(1, 10**9),
        "value_delivered": st.integers(0, 10**9),
    }
)
windows = st.fixed_dictionaries({"weight": st.integers(0, 500), "board": st.booleans(), "nu": st.integers(0, 30)})


def health(**fields):
    return evaluate(read(Document, fields))


def refused(**fields):
    with pytest.raises(InvalidInput) as error:
        read(Document, fields)
    return error.value.code, error.value.where


def points(result):
    return {part.code: part.points for part in result.components}


def codes(notices):
    return [notice.code for notice in notices]


def signals(now=BEFORE, before=BEFORE, **fields):
    return uncoupling(read(Change, {"now": now, "before": before} | fields))


def chain(*problems):
    """Problems as (id, recurs_of), with further fields behind."""
    return [Problem(id=name, recurs_of=of, **(more[0] if more else {})) for name, of, *more in problems]


def test_methods_section_10_4_worked_example_is_amber():
    result = health(**EXAMPLE)
    assert (round(result.index, 2), result.band) == (71.25, "amber")
    assert points(result) == pytest.approx(
        {"coverage": 18.75, "support": 15, "threads": 12, "cadence": 12, "value": 13.5}
    )


@pytest.mark.parametrize(
    ("index", "expected"), [(100, "green"), (80, "green"), (79.99, "amber"), (60, "amber"), (59.99, "red"), (0, "red")]
)
def test_methods_section_10_4_bands(index, expected):
    assert band(index) == expected


def test_eighty_points_are_green_where_binary_fractions_add_up_to_a_hair_less():
    parts = {"coverage": 0.57, "support_index": 0.82, "nu": 4, "cadence_kept": 0.81, "value_delivered": 99}
    result = health(**FULL | parts)
    assert sum(points(result).values()) < 80
    assert (result.index, result.band) == (80, "green")


def test_the_best_relationship_has_one_hundred_points():
    assert health(**FULL).index == 100


def test_more_than_five_threads_count_as_five():
    assert points(health(**FULL | {"nu": 6})) == points(health(**FULL))


def test_more_value_than_promised_counts_as_kept_and_is_told():
    result = health(**FULL | {"value_delivered": 250})
    assert points(result)["value"] == 15
    assert result.rule.value == "delivered_over_promised_not_above_1"
    assert codes(result.warnings) == ["more_than_promised"]


def test_value_just_as_promised_needs_no_telling():
    assert health(**FULL).warnings == ()


def test_what_is_unknown_is_no_zero_but_leaves_the_index_open():
    result = health(coverage=0.8, nu=5)
    assert (result.index, result.band) == (None, None)
    assert (result.known, result.of) == (40, 45)
    assert points(result) == {"coverage": 20, "support": None, "threads": 20, "cadence": None, "value": None}
    assert [dict(notice.values) for notice in result.warnings] == [{"missing": ("support", "cadence", "value")}]


def test_zero_is_known_and_gives_no_points():
    nothing = {
        "coverage": 0,
        "support_index": -1,
        "nu": 0,
        "cadence_kept": 0,
        "value_promised": 9,
        "value_delivered": 0,
    }
    result = health(**nothing)
    assert (result.index, result.band, result.of) == (0, "red", 100)


def test_nothing_known_is_no_index_of_zero():
    result = health()
    assert (result.index, result.known, result.of) == (None, 0, 0)


def test_a_promise_of_nothing_can_not_be_kept_and_is_told():
    result = health(**FULL | {"value_promised": 0})
    assert result.index is None
    assert codes(result.warnings) == ["health_incomplete", "nothing_promised"]


def test_value_without_a_promise_stays_unknown():
    assert points(health(**FULL | {"value_promised": None}))["value"] is None


def test_a_part_without_weight_may_stay_unknown():
    weights = {"coverage": 30, "support": 30, "threads": 25, "cadence": 15, "value": 0}
    result = health(**FULL | {"value_promised": None, "weights": weights})
    assert (result.index, result.warnings) == (100, ())


def test_other_weights_are_the_rule_of_the_result():
    weights = {"coverage": 100, "support": 0, "threads": 0, "cadence": 0, "value": 0}
    result = health(**FULL | {"coverage": 0.5, "weights": weights})
    assert (result.index, result.rule.weights.coverage, result.rule.enough_threads) == (50, 100, 5)


def test_weights_that_are_not_one_hundred_are_refused():
    assert refused(weights={"coverage": 26}) == ("weights_not_100", "/weights")


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"coverage": 1.01}, ("less_than_equal", "/coverage")),
        ({"coverage": float("nan")}, ("finite_number", "/coverage")),
        ({"support_index": -1.01}, ("greater_than_equal", "/support_index")),
        ({"nu": -1}, ("greater_than_equal", "/nu")),
        ({"nu": 2.5}, ("int_type", "/nu")),
        ({"cadence_kept": float("inf")}, ("finite_number", "/cadence_kept")),
        ({"value_promised": -1}, ("greater_than_equal", "/value_promised")),
        ({"weights": {"coverage": -5, "support": 55}}, ("greater_than_equal", "/weights/coverage")),
        ({"index": 80}, ("extra_forbidden", "/index")),
    ],
)
def test_a_part_outside_its_range_is_refused_at_its_place(fields, refusal):
    assert refused(**fields) == refusal


@given(known)
def test_the_index_is_the_sum_of_the_points_and_lies_between_zero_and_one_hundred(fields):
    result = health(**fields)
    assert 0 <= result.index <= 100
    assert result.index == pytest.approx(sum(points(result).values()), abs=1e-8)


@given(known, st.sampled_from(("coverage", "support_index", "cadence_kept")))
def test_a_better_part_never_lowers_the_index(fields, part):
    assert health(**fields | {part: 1}).index >= health(**fields).index


@given(known, st.sets(st.sampled_from(("coverage", "support_index", "nu", "cadence_kept", "value_delivered"))))
def test_known_points_never_exceed_what_they_are_of(fields, unknown):
    result = health(**fields | dict.fromkeys(unknown))
    assert result.known <= result.of
    assert (result.index is None) == bool(unknown)
    assert len([part for part in result.components if part.share is None]) == len(unknown)


def test_the_components_come_in_one_order():
    assert tuple(points(health())) == COMPONENTS


def test_methods_section_10_7_weight_down_by_more_than_half_is_a_signal_and_half_is_none():
    assert codes(signals(BEFORE | {"weight": 29}).signals) == ["weight_halved"]
    assert codes(signals(BEFORE | {"weight": 30}).signals) == []


def test_methods_section_10_7_a_lost_board_contact_is_a_signal():
    assert codes(signals(BEFORE | {"board": False}).signals) == ["board_lost"]
    assert codes(signals(before=BEFORE | {"board": False}).signals) == []


def test_methods_section_10_7_two_threads_fewer_are_a_signal_and_one_is_none():
    (signal,) = signals(BEFORE | {"nu": 3}).signals
    assert (signal.code, dict(signal.values)) == ("threads_lost", {"now": 3, "before": 5})
    assert codes(signals(BEFORE | {"nu": 4}).signals) == []


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        ("0.31", "0.40", ["wallet_shrinks"]),
        ("0.32", "0.40", []),
        ("0", "0.40", ["wallet_shrinks"]),
        ("0.50", "0.40", []),
    ],
)
def test_methods_section_10_7_a_wallet_down_by_more_than_a_fifth_of_itself_is_a_signal(now, before, expected):
    assert codes(signals(wallet_now=now, wallet_before=before).signals) == expected


@pytest.mark.parametrize(
    ("net_income", "has_fix", "expected"),
    [
        ((-1, -5), False, ["loss_twice"]),
        ((-1, -5), True, []),
        ((-1, 0), False, []),
        ((3, -5), False, []),
        ((None, -5), False, []),
    ],
)
def test_methods_section_10_7_two_years_of_loss_without_a_fix_are_a_signal(net_income, has_fix, expected):
    assert codes(signals(net_income=net_income, has_fix=has_fix).signals) == expected


def test_all_signals_come_together_with_their_figures():
    found = signals({"weight": 10, "board": False, "nu": 1}, wallet_now="0.1", wallet_before="0.4", net_income=(-2, -3))
    assert codes(found.signals) == ["weight_halved", "board_lost", "threads_lost", "wallet_shrinks", "loss_twice"]
    assert found.signals[3].values == {"now": Decimal("0.1"), "before": Decimal("0.4")}
    assert found.unknown == ()


def test_what_could_not_be_compared_is_said():
    nobody = {"weight": 0, "board": False, "nu": 0}
    assert signals(before=nobody).unknown == ("contacts", "wallet", "net_income")
    assert signals(wallet_now="0.2", wallet_before="0", net_income=(1, None)).unknown == ("wallet", "net_income")


@given(windows)
def test_a_year_like_the_one_before_has_no_signal(window):
    assert signals(window, window, wallet_now="0.3", wallet_before="0.3", net_income=(5, 5)).signals == ()


@given(windows, windows)
def test_no_signal_of_the_contacts_points_both_ways(now, before):
    there, back = (codes(signals(*pair).signals) for pair in ((now, before), (before, now)))
    assert not set(there) & set(back)


def test_seven_keys_loss_cycle_escalates_the_second_recurrence_and_names_the_contact():
    problems = chain(
        ("late", None, {"contact": "Planner"}),
        ("late again", "late"),
        ("late thrice", "late again", {"hurts_measure": True}),
    )
    (found,) = loss_cycle(problems)
    assert (found.first, found.latest, found.recurrences) == ("late", "late thrice", 2)
    assert (found.contact, found.hurts_measure) == ("Planner", True)


def test_the_first_recurrence_is_not_yet_escalated():
    assert loss_cycle(chain(("a", None), ("b", "a"))) == ()


def test_two_problems_that_came_back_after_the_same_one_are_two_recurrences():
    (found,) = loss_cycle(chain(("a", None), ("b", "a"), ("c", "a")))
    assert (found.first, found.latest, found.recurrences) == ("a", "c", 2)


def test_a_problem_whose_latest_return_is_solved_is_not_escalated():
    solved = {"is_resolved": True}
    assert loss_cycle(chain(("a", None), ("b", "a"), ("c", "b", solved))) == ()
    assert len(loss_cycle(chain(("a", None, solved), ("b", "a", solved), ("c", "b")))) == 1


def test_the_latest_contact_is_the_one_who_turns_against_us():
    contacts = ({"contact": "Buyer"}, {"contact": "Planner"}, {})
    (found,) = loss_cycle(chain(*zip("abc", (None, "a", "b"), contacts, strict=True)))
    assert found.contact == "Planner"


def test_a_problem_that_nobody_was_named_for_has_no_contact():
    (found,) = loss_cycle(chain(("a", None), ("b", "a"), ("c", "b")))
    assert (found.contact, found.hurts_measure) == (None, False)


def test_the_problem_that_came_back_most_often_comes_first():
    twice = [("x", None), ("y", "x"), ("z", "y")]
    thrice = [("a", None), ("b", "a"), ("c", "b"), ("d", "c")]
    found = loss_cycle(chain(*twice, *thrice))
    assert [(each.first, each.recurrences) for each in found] == [("a", 3), ("x", 2)]


@pytest.mark.parametrize(
    ("problems", "code"),
    [
        ([("a", None), ("a", None)], "repeated_name"),
        ([("a", "gone")], "unknown_problem"),
        ([("a", "a")], "problem_circle"),
        ([("a", "b"), ("b", "a")], "problem_circle"),
        ([("a", "b"), ("b", "c"), ("c", "b")], "problem_circle"),
    ],
)
def test_problems_that_come_back_after_nothing_or_after_themselves_are_refused(problems, code):
    with pytest.raises(InvalidInput) as error:
        loss_cycle(chain(*problems))
    assert (error.value.code, error.value.where) == (code, "/problems")


@given(st.lists(st.integers(0, 9), max_size=10), st.sets(st.integers(0, 9)))
def test_every_escalation_is_open_and_came_back_twice(targets, solved):
    problems = [
        Problem(id=str(at), recurs_of=str(of) if of < at else None, is_resolved=at in solved)
        for at, of in enumerate(targets)
    ]
    found = loss_cycle(problems)
    assert all(each.recurrences >= 2 and int(each.latest) not in solved for each in found)
    assert sum(each.recurrences + 1 for each in found) <= len(problems)


@pytest.mark.parametrize(
    ("powerful", "may_return", "orientation"),
    [(True, True, "partner"), (True, False, "partner"), (False, True, "partner"), (False, False, "self")],
)
def test_methods_section_10_7_the_partner_comes_first_when_powerful_or_likely_to_return(
    powerful, may_return, orientation
):
    assert advised_exit(partner_is_powerful=powerful, may_return=may_return) == ("direct", orientation)
