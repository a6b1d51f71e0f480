import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openkam.method.errors import InvalidInput
from openkam.method.ranking import weighted
from openkam.method.score_curves import Curve, constant, curves, meeting, meeting_the_mean
from openkam.method.sensitivity import reweighted

WEIGHTS = np.array([0.5, 0.3, 0.2])
OTHERS = np.array([[0, 5 / 7, 5 / 8], [3 / 5, 0, 3 / 8], [2 / 5, 2 / 7, 0]])
NOW = 0.3

cell = st.one_of(st.just(np.nan), *[st.integers(1, 10).map(float)] * 3)
row = st.lists(cell, min_size=3, max_size=3)
#: In each column one point of the line at w = 0 and one at w = 1.
lines = st.lists(st.tuples(st.integers(1, 10), st.integers(1, 10)), min_size=1, max_size=8).map(np.array)


def line(at_0, at_1):
    at_0, at_1 = np.asarray(at_0, dtype=float), np.asarray(at_1, dtype=float)
    return Curve(at_0, at_1 - at_0, np.ones_like(at_0), np.zeros_like(at_0))


@given(row, st.integers(0, 2), st.floats(0.01, 0.99))
def test_a_score_at_any_weight_is_that_of_the_weights_moved_there(scores, k, w):
    table = np.array([scores])
    curve = Curve(*(part[:, k] for part in curves(table, OTHERS)))
    assert curve.at(np.array(w)) == pytest.approx(weighted(table, reweighted(WEIGHTS, k, w)).score, nan_ok=True)


def test_an_account_that_answered_one_criterion_alone_has_its_score_at_every_weight():
    curve = curves(np.array([[np.nan, 7, np.nan]]), OTHERS)
    for w in (0.0, 0.5, 1.0):
        assert curve.at(np.array(w)) == pytest.approx(np.full((1, 3), 7.0))


def test_two_lines_meet_at_the_closed_form():
    # -(R - Rc) / ((a - ac) - (R - Rc)) with R 6.4, Rc 5.7, a 6, ac 6.5
    found = meeting(line([6.4], [6]), line([5.7], [6.5]), np.array([NOW]))
    assert found == pytest.approx([0.7 / 1.2])


def test_a_curve_and_its_chord_meet_twice_and_the_meeting_nearest_to_now_counts():
    # (0.5 + 8.5 w) / (0.25 + 0.75 w) is 5.5 at 0.2 and 73 / 8.5 at 0.8
    bent = Curve(*(np.array([part]) for part in (0.5, 8.5, 0.25, 0.75)))
    slope = (73 / 8.5 - 5.5) / 0.6
    chord = line([5.5 - 0.2 * slope], [5.5 + 0.8 * slope])
    found = [meeting(bent, chord, np.array([now]))[0] for now in (0.1, 0.45, 0.55, 0.9)]
    assert found == pytest.approx([0.2, 0.2, 0.8, 0.8])


@pytest.mark.parametrize(("at_0", "at_1"), [(5, 5), (5, 6), (7, 9)])
def test_lines_that_run_apart_or_together_never_meet(at_0, at_1):
    other = line([at_0], [at_1]) if (at_0, at_1) == (5, 5) else line([4], [4])
    assert np.isnan(meeting(line([at_0], [at_1]), other, np.array([NOW])))


@pytest.mark.parametrize("score", [np.nan, np.inf, -np.inf])
def test_a_limit_that_is_no_number_is_refused(score):
    with pytest.raises(InvalidInput, match="not_finite"):
        constant(score)


@settings(deadline=None)
@given(lines)
def test_lines_meet_their_mean_where_the_closed_form_says(ends):
    accounts = line(ends[:, 0], ends[:, 1])
    mean = Curve(*(part.mean() for part in accounts))
    sampled, closed = meeting_the_mean(accounts, NOW), meeting(accounts, mean, np.full(len(ends), NOW))
    inside = (closed > 1e-6) & (closed < 1 - 1e-6)
    assert sampled[inside] == pytest.approx(closed[inside], abs=1e-9)
    assert np.isnan(sampled[np.isnan(closed)]).all()


@settings(deadline=None)
@given(st.floats(1e-6, 1), st.integers(1, 10), st.integers(1, 10), st.integers(1, 6))
def test_identical_accounts_never_cross_their_mean_however_little_they_answered(answered, own, others, n):
    account = (answered * others, own - answered * others, answered, 1 - answered)
    accounts = Curve(*(np.full(n, part) for part in account))
    assert np.isnan(meeting_the_mean(accounts, NOW)).all()
