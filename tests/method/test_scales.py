from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from openkam.method.document import Strict, read
from openkam.method.errors import InvalidInput
from openkam.method.scales import LEVELS, Anchors, Level, Score, suggested

DAYS_TO_PAY = Anchors(at_1=90, at_5=45, at_10=30)
REVENUE_PERCENT = Anchors(at_1=Decimal("0.5"), at_5=2, at_10=5)
amounts = st.decimals(min_value=-(10**9), max_value=10**9, places=4)


@st.composite
def anchors(draw):
    low, middle, high = sorted(draw(st.lists(amounts, min_size=3, max_size=3, unique=True)))
    return Anchors(at_1=low, at_5=middle, at_10=high)


class Scored(Strict):
    score: Score


@pytest.mark.parametrize(("percent", "score"), [("0.4", 1), ("0.5", 1), (2, 5), (5, 10), (6, 10), ("3.5", 8)])
def test_revenue_potential_by_the_anchors_of_criterion_1(percent, score):
    assert suggested(Decimal(percent), REVENUE_PERCENT) == score


@pytest.mark.parametrize(("days", "score"), [(91, 1), (90, 1), (45, 5), (30, 10), (29, 10), (60, 4), (36, 8)])
def test_quick_pay_by_the_falling_anchors_of_criterion_13(days, score):
    assert suggested(days, DAYS_TO_PAY) == score


@pytest.mark.parametrize(("value", "score"), [(15, 2), (Decimal("14.9999"), 1), (55, 6), (65, 7), (85, 9), (-1, 1)])
def test_half_a_point_is_rounded_up(value, score):
    assert suggested(value, Anchors(at_1=10, at_5=50, at_10=100)) == score


@pytest.mark.parametrize("three", [(1, 1, 2), (1, 2, 2), (1, 3, 2), (3, 1, 2), (5, 5, 5)])
def test_anchors_that_do_not_run_one_way_are_refused(three):
    with pytest.raises(InvalidInput) as error:
        read(Anchors, dict(zip(("at_1", "at_5", "at_10"), three, strict=True)))
    assert (error.value.code, error.value.values["at_5"]) == ("anchors_not_monotone", three[1])


@pytest.mark.parametrize("bad", [float("nan"), Decimal("Infinity")])
def test_a_value_that_is_not_a_number_suggests_nothing(bad):
    with pytest.raises(InvalidInput, match="not_finite at value"):
        suggested(bad, DAYS_TO_PAY)


@pytest.mark.parametrize("score", [1, 10, "7.25", 5.5])
def test_a_score_on_the_scale_is_read_exactly(score):
    assert read(Scored, {"score": score}).score == Decimal(str(score))


@pytest.mark.parametrize(
    ("score", "code"),
    [
        (11, "less_than_equal"),
        (0, "greater_than_equal"),
        ("0.9999", "greater_than_equal"),
        ("10.0001", "less_than_equal"),
        (float("nan"), "finite_number"),
        ("1.00001", "decimal_max_places"),
        (True, "truth_value_as_number"),
    ],
)
def test_a_score_off_the_scale_is_refused_with_its_place(score, code):
    with pytest.raises(InvalidInput) as error:
        read(Scored, {"score": score})
    assert (error.value.code, error.value.where) == (code, "/score")


def test_the_three_levels_are_all_that_a_level_may_be():
    assert TypeAdapter(Level).json_schema()["enum"] == list(LEVELS)


@given(anchors())
def test_the_anchors_themselves_get_their_scores(three):
    assert [suggested(value, three) for value in (three.at_1, three.at_5, three.at_10)] == [1, 5, 10]


@given(anchors(), amounts, amounts)
def test_more_of_a_good_thing_never_scores_less(three, value, other):
    low, high = sorted((value, other))
    assert 1 <= suggested(low, three) <= suggested(high, three) <= 10


@given(anchors(), amounts)
def test_turning_the_sign_of_everything_leaves_the_score(three, value):
    mirrored = Anchors(at_1=-three.at_1, at_5=-three.at_5, at_10=-three.at_10)
    assert suggested(-value, mirrored) == suggested(value, three)


@given(anchors())
def test_anchors_survive_json(three):
    assert read(Anchors, three.model_dump_json()) == three


def test_a_value_beyond_all_measure_is_clipped_at_once():
    assert suggested(Decimal("1e999999"), REVENUE_PERCENT) == 10
