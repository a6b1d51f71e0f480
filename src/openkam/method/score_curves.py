"""An account's score as a function of one weight, and where two such scores meet.

When one weight moves to w, the others share 1 - w in their old proportions. The mean of what an account answered is
then (n0 + n1 * w) / (d0 + d1 * w): a straight line when it answered everything.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.polynomial import Chebyshev

from openkam.method.arrays import FloatArray
from openkam.method.errors import InvalidInput
from openkam.method.ranking import BoolArray

SAME = 1e-11  # scores closer than this differ by rounding only

_NODES = 64
_STEPS = 98  # a prime number of gaps: no tie of round numbers stands on a step
_HALVINGS = 12


class Curve(NamedTuple):
    """Scores (n0 + n1 * w) / (d0 + d1 * w), arrays of any one shape; d0 + d1 * w is positive for w in 0..1.

    >>> Curve(*(np.array([part]) for part in (6.4, -0.4, 1.0, 0.0))).at(np.array([0.5]))
    array([6.2])
    """

    n0: FloatArray
    n1: FloatArray
    d0: FloatArray
    d1: FloatArray

    def at(self, w: FloatArray) -> FloatArray:
        score: FloatArray = (self.n0 + self.n1 * w) / (self.d0 + self.d1 * w)
        return score


def curves(table: FloatArray, others: FloatArray) -> Curve:
    """Every account's score by every criterion's weight, n x k.

    table   n accounts x k criteria, NaN = missing.
    others  k x k, in column j the weights of the criteria while j has none.
    An account that did not answer the criterion, or answered nothing else, has one score whatever the weight.

    >>> curves(np.array([[9.0, 5.0]]), np.array([[0.0, 1.0], [1.0, 0.0]])).n1
    array([[ 4., -4.]])
    """
    answered: BoolArray = np.isfinite(table)
    filled = np.where(answered, table, 0)
    rest = np.where(answered.all(axis=1, keepdims=True) & (others.sum(axis=0) > 0), 1, answered @ others)
    points = filled @ others
    moves = answered & (rest > 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        still = np.where(answered, table, points / rest)
    return Curve(
        np.where(moves, points, still),
        np.where(moves, table - points, 0),
        np.where(moves, rest, 1),
        np.where(moves, 1 - rest, 0),
    )


def constant(score: float) -> Curve:
    """A score that no weight moves. Raises InvalidInput("not_finite").

    >>> constant(6).at(np.array([0.1]))
    array([6.])
    """
    if not np.isfinite(score):
        raise InvalidInput("not_finite", "cut")
    return Curve(*(np.array(part) for part in (float(score), 0.0, 1.0, 0.0)))


def meeting(first: Curve, second: Curve, now: FloatArray) -> FloatArray:
    """The weight 0..1, nearest to the weight now, where two scores are equal; NaN when none is.

    It is the root of a quadratic, or of a line: -(R - Rc) / ((a - ac) - (R - Rc)).

    >>> both = curves(np.array([[9.0, 5.0], [6.0, 6.0]]), np.array([[0.0, 1.0], [1.0, 0.0]]))
    >>> meeting(Curve(*(part[0] for part in both)), Curve(*(part[1] for part in both)), np.array([0.5, 0.5]))
    array([0.25, 0.75])
    """
    c = _snapped(first.n0 * second.d0 - second.n0 * first.d0)
    b = _snapped(first.n0 * second.d1 + first.n1 * second.d0 - second.n0 * first.d1 - second.n1 * first.d0)
    a = _snapped(first.n1 * second.d1 - second.n1 * first.d1)
    with np.errstate(invalid="ignore", divide="ignore"):
        q = -(b + np.copysign(np.sqrt(b * b - 4 * a * c), b)) / 2
        roots = np.stack([c / q, q / a])
        roots[(roots < -SAME) | (roots > 1 + SAME) | np.isnan(roots)] = np.inf
    nearest = np.abs(roots - now).argmin(axis=0)
    root = np.clip(np.take_along_axis(roots, nearest[None], axis=0)[0], 0, None)
    return np.where(np.isinf(root), np.nan, np.minimum(root, 1))


def meeting_the_mean(column: Curve, now: float) -> FloatArray:
    """The weight 0..1, nearest to the weight now, where each score crosses the mean of all; NaN when it never does.

    With gaps the mean is no straight line: it is sampled, and each crossing found by halving.

    column  of one criterion, one score per account.

    >>> accounts = Curve(*(np.array(part) for part in ([3.0, 6.0], [6.0, 0.0], [1.0, 1.0], [0.0, 0.0])))
    >>> meeting_the_mean(accounts, 0.3).round(6)
    array([0.5, 0.5])
    """
    mean, steps = _mean(column), np.linspace(0, 1, _STEPS)
    high = reach(Curve(*(part[:, None] for part in column)).at(steps), mean(steps))
    away = np.where(high[:, 1:] != high[:, :-1], np.abs(steps[1:] + steps[:-1] - 2 * now), np.inf)
    step = away.argmin(axis=1)
    low, up, side = steps[step], steps[step + 1], high[np.arange(len(high)), step]
    for _ in range(_HALVINGS):
        middle = (low + up) / 2
        same = reach(column.at(middle), mean(middle)) == side
        low, up = np.where(same, middle, low), np.where(same, up, middle)
    before, after = column.at(low) - mean(low), column.at(up) - mean(up)
    flips = np.isfinite(away.min(axis=1))
    share = np.divide(before, before - after, out=np.zeros(len(flips)), where=flips)
    return np.where(flips, low + np.clip(share, 0, 1) * (up - low), np.nan)


def reach(scores: FloatArray, limit: FloatArray | float) -> BoolArray:
    """Who is at the limit or above; rounding must not lift the mean of equal scores above them.

    >>> reach(np.array([5.0, 7.0, 7.0]), 7.0 + 1e-15).tolist()
    [False, True, True]
    """
    return np.greater_equal(scores, limit - SAME)


def _snapped(values: FloatArray) -> FloatArray:
    return np.where(np.abs(values) < SAME, 0, values)


def _mean(column: Curve) -> Callable[[FloatArray], FloatArray]:
    """The mean of the scores at any weight: a series over a scale stretched towards the nearest pole below 0."""
    moving = column.d1 > 0
    pole = (column.d0[moving] / column.d1[moving]).min(initial=1)
    rows = Curve(*(part[:, None] for part in column))
    series = Chebyshev.interpolate(
        lambda t: rows.at(pole * np.expm1(t)).mean(axis=0), _NODES, domain=(0, np.log1p(1 / pole))
    )
    return lambda w: series(np.log1p(w / pole))
