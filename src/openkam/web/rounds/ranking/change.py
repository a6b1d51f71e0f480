"""Why an account's score changed from one round to the next: other scores, other weights, other criteria.

A score is the weighted mean of what was answered. On the criteria that both rounds have, S(w, s) is the score under
the weights w with the medians s; 0 is the earlier round, 1 the later one.

scores    half of [S(w0, s1) - S(w0, s0)] + [S(w1, s1) - S(w1, s0)]
weights   half of [S(w1, s0) - S(w0, s0)] + [S(w1, s1) - S(w0, s1)]
criteria  [S(w0, s0) - the earlier score] + [the later score - S(w1, s1)]

The three add up to the change, and turn their signs when the rounds change places. An account with nothing to weigh
on the common criteria under one of the four has all of its change from its criteria. An answer that is only there in
one round counts as a changed score.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..reading.sheets import Floats
from ..results import Truths


@dataclass(frozen=True, eq=False)
class Side:
    """One round: scores n accounts x k criteria, NaN = missing; weights of k, NaN for a criterion it does not have."""

    scores: Floats
    weights: Floats


@dataclass(frozen=True, eq=False)
class Parts:
    """n accounts x k criteria each: what a criterion adds to the change in each of the three ways.

    All rows together add up to after - before; they are NaN where one of the two is unknown.
    """

    before: Floats
    after: Floats
    scores: Floats
    weights: Floats
    criteria: Floats


def split(earlier: Side, later: Side) -> Parts:
    """Split the change of every account's score.

    >>> one, other = np.array([[8.0, 4.0]]), np.array([[6.0, 4.0]])
    >>> parts = split(Side(one, np.array([1.0, 1.0])), Side(other, np.array([1.0, 3.0])))
    >>> parts.after - parts.before, parts.scores.sum(axis=1), parts.weights.sum(axis=1)
    (array([-1.5]), array([-0.75]), array([-0.75]))
    """
    first, last = _weighed(earlier.scores, earlier.weights), _weighed(later.scores, later.weights)
    is_common = ~np.isnan(earlier.weights) & ~np.isnan(later.weights)
    by_scores, by_weights, (was, now) = _on_common(earlier, later, is_common)
    by_criteria = np.where(is_common, 0, _pulls(last, later, now) - _pulls(first, earlier, was))
    middle = (first.score + last.score) / 2
    nowhere = np.isnan(by_scores).any(axis=1, keepdims=True)
    alone = _pulls(last, later, middle) - _pulls(first, earlier, middle)
    known = np.where(np.isnan(middle), np.nan, 0)[:, None]
    return Parts(
        before=first.score,
        after=last.score,
        scores=np.where(nowhere, 0, by_scores) + known,
        weights=np.where(nowhere, 0, by_weights) + known,
        criteria=np.where(nowhere, alone, by_criteria) + known,
    )


class _Weighed(NamedTuple):
    """shares n x k of the weight of what an account answered, adding up to one; score n; NaN where nothing weighs."""

    shares: Floats
    score: Floats


def _weighed(scores: Floats, weights: Floats) -> _Weighed:
    counted = np.where(np.isnan(scores) | np.isnan(weights), 0, weights)
    with np.errstate(invalid="ignore"):
        shares = counted / counted.sum(axis=1, keepdims=True)
    return _Weighed(shares, (shares * _filled(scores)).sum(axis=1))


def _filled(scores: Floats) -> Floats:
    return np.where(np.isnan(scores), 0, scores)


def _pulls(weighed: _Weighed, side: Side, middle: Floats) -> Floats:
    """How far each criterion pulls its account's score away from a middle: n x k that add up to score - middle."""
    pulls: Floats = weighed.shares * (_filled(side.scores) - middle[:, None])
    return pulls


def _on_common(earlier: Side, later: Side, is_common: Truths) -> tuple[Floats, Floats, tuple[Floats, Floats]]:
    """By scores and by weights, n x k each, and the scores of both rounds on the criteria that both have."""
    weights = [np.where(is_common, side.weights, np.nan) for side in (earlier, later)]
    sides = (earlier, later)
    at = [[_weighed(side.scores, under) for side in sides] for under in weights]
    middle = (at[0][0].score + at[1][1].score) / 2
    pulls = [[_pulls(at[w][s], sides[s], middle) for s in (0, 1)] for w in (0, 1)]
    by_scores = (pulls[0][1] - pulls[0][0] + pulls[1][1] - pulls[1][0]) / 2
    by_weights = (pulls[1][0] - pulls[0][0] + pulls[1][1] - pulls[0][1]) / 2
    return by_scores, by_weights, (at[0][0].score, at[1][1].score)
