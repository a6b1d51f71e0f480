import pytest
from hypothesis import given
from hypothesis import strategies as st

from openkam.method.document import read
from openkam.method.errors import InvalidInput
from openkam.method.perceived import QUESTIONS, Document, band, compare, evaluate

answers = st.lists(st.integers(1, 4), min_size=6, max_size=6)


def refused(given_answers):
    with pytest.raises(InvalidInput) as error:
        read(Document, {"answers": given_answers})
    return error.value.code, error.value.where


def codes(*stages):
    return [notice.code for notice in compare(*stages)]


def test_methods_section_2_4_worked_example_of_six_answers_is_mid():
    result = evaluate(Document(answers=(2, 3, 2, 3, 2, 3)))
    assert (result.total, result.stage) == (15, 3)


@pytest.mark.parametrize(("total", "stage"), [(6, 2), (10, 2), (11, 3), (16, 3), (17, 4), (22, 4), (23, 5), (24, 5)])
def test_methods_section_2_4_edges_of_the_bands(total, stage):
    assert band(total) == stage


@pytest.mark.parametrize("total", [5, 25])
def test_a_total_that_six_answers_cannot_make_is_refused(total):
    with pytest.raises(InvalidInput) as error:
        band(total)
    assert error.value.code == "perceived_total"


def test_methods_section_2_4_six_questions_have_four_answers_each():
    assert list(QUESTIONS) == ["breadth", "information", "horizon", "trust", "exit", "status"]
    assert all(len(set(levels)) == 4 for levels in QUESTIONS.values())


@pytest.mark.parametrize(
    ("given_answers", "refusal"),
    [
        ([2, 3, None, 3, 2, None], ("perceived_incomplete", "/answers/2")),
        ([2, 3, 2, 3, 2], ("perceived_six", "/answers")),
        ([2, 3, 2, 3, 2, 3, 4], ("perceived_six", "/answers")),
        ([0, 3, 2, 3, 2, 3], ("greater_than_equal", "/answers/0")),
        ([2, 3, 2, 3, 2, 5], ("less_than_equal", "/answers/5")),
        ([2, 3, 2, 3, 2, True], ("int_type", "/answers/5")),
        ([2, 3, 2, 3, 2, 2.5], ("int_type", "/answers/5")),
    ],
)
def test_six_whole_answers_of_one_to_four_are_needed(given_answers, refusal):
    assert refused(given_answers) == refusal


def test_methods_section_2_4_structural_two_with_perceived_three_runs_ahead_of_the_contacts():
    assert codes(2, 3, None) == ["claims_run_ahead"]


@pytest.mark.parametrize(
    ("stages", "said"),
    [
        ((3, 3, 3), []),
        ((3, None, None), []),
        ((4, 3, None), ["contacts_run_ahead"]),
        ((3, 4, 3), ["claims_run_ahead", "we_rate_higher"]),
        ((3, 3, 2), ["we_rate_higher"]),
        ((3, 2, 3), ["customer_rates_higher"]),
        ((2, None, 4), ["claims_run_ahead"]),
    ],
)
def test_what_contacts_we_and_the_customer_say_together(stages, said):
    assert codes(*stages) == said


@pytest.mark.parametrize("diagnosed", [0, 1])
def test_the_lowest_score_of_an_instrument_that_starts_at_early_claims_nothing(diagnosed):
    assert codes(diagnosed, 2, 2) == []
    assert codes(diagnosed, 3, None) == ["claims_run_ahead"]


@given(answers, st.permutations(range(6)))
def test_the_order_of_the_questions_does_not_matter(some, order):
    mixed = [some[at] for at in order]
    assert evaluate(Document(answers=tuple(some))) == evaluate(Document(answers=tuple(mixed)))


@given(answers, st.integers(0, 5))
def test_a_higher_answer_never_lowers_the_stage(some, at):
    higher = [min(4, answer + 1) if place == at else answer for place, answer in enumerate(some)]
    assert evaluate(Document(answers=tuple(higher))).stage >= evaluate(Document(answers=tuple(some))).stage
