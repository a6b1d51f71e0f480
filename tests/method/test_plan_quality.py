import pytest
from hypothesis import given
from hypothesis import strategies as st

from openkam.method.document import read
from openkam.method.errors import InvalidInput
from openkam.method.plan_quality import EXAMPLE, PARTS, PHASES, REVIEWS_A_YEAR, Document, evaluate, verdict

plans = st.fixed_dictionaries({part: st.none() | st.integers(0, most) for part, most in PARTS.items()})
part_names = st.sampled_from(tuple(PARTS))


def quality(**parts):
    return evaluate(read(Document, parts))


def refused(**parts):
    with pytest.raises(InvalidInput) as error:
        read(Document, parts)
    return error.value.code, error.value.where


def test_methods_section_10_6_worked_example_is_conditional():
    result = evaluate(read(Document, EXAMPLE))
    assert (result.total, result.verdict, result.of) == (74, "conditional", 100)


def test_methods_section_10_6_six_parts_make_one_hundred_points():
    assert tuple(PARTS.values()) == (20, 10, 25, 20, 10, 15)
    assert quality(**PARTS).total == 100


@pytest.mark.parametrize(
    ("total", "expected"),
    [
        (100, "approve"),
        (80, "approve"),
        (79.99, "conditional"),
        (60, "conditional"),
        (59.99, "rework"),
        (0, "rework"),
        (None, None),
    ],
)
def test_methods_section_10_6_bands(total, expected):
    assert verdict(total) == expected


def test_methods_section_10_6_phases_and_two_reviews_a_year():
    assert PHASES == ("scoping", "introducing", "embedding", "optimising")
    assert REVIEWS_A_YEAR == 2


def test_tenths_of_points_add_up_exactly():
    parts = dict.fromkeys(PARTS, "9.9") | {"customer_environment": "20", "current_relationship": "20.4"}
    result = quality(**parts)
    assert (result.total, result.verdict) == (80, "approve")


def test_a_plan_with_a_part_that_is_not_scored_has_points_but_no_total():
    result = quality(**EXAMPLE | {"team_learning": None})
    assert (result.total, result.verdict, result.known, result.of) == (None, None, 63, 85)
    assert [(notice.code, dict(notice.values)) for notice in result.warnings] == [
        ("plan_parts_missing", {"missing": ("team_learning",)})
    ]


def test_a_part_scored_zero_is_scored():
    result = quality(**EXAMPLE | {"team_learning": 0})
    assert (result.total, result.verdict, result.warnings) == (63, "conditional", ())


def test_a_plan_that_nobody_scored_has_no_total():
    result = quality()
    assert (result.total, result.known, result.of) == (None, 0, 0)


@pytest.mark.parametrize(("part", "most"), PARTS.items())
def test_more_points_than_a_part_has_are_refused(part, most):
    assert quality(**{part: most}).known == most
    assert refused(**{part: most + 0.5}) == ("less_than_equal", f"/{part}")


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (-1, "greater_than_equal"),
        (float("nan"), "finite_number"),
        (True, "truth_value_as_number"),
        ("much", "decimal_parsing"),
    ],
)
def test_points_that_are_no_points_are_refused(value, code):
    assert refused(key_financials=value) == (code, "/key_financials")


def test_a_part_that_the_scorecard_does_not_have_is_refused():
    assert refused(style=5) == ("extra_forbidden", "/style")


@given(plans)
def test_known_points_lie_between_zero_and_what_they_are_of(parts):
    result = quality(**parts)
    assert 0 <= result.known <= result.of <= 100
    assert (result.total is None) == (None in parts.values())


@given(plans, part_names)
def test_more_points_for_a_part_never_lower_the_verdict(parts, part):
    order = ("rework", "conditional", "approve")
    full = PARTS | {name: value for name, value in parts.items() if value is not None}
    before, after = quality(**full), quality(**full | {part: PARTS[part]})
    assert after.total >= before.total
    assert order.index(after.verdict) >= order.index(before.verdict)
