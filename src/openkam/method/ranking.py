"""Many accounts scored and ranked at once: weighted means of what was answered, and competition ranks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from openkam.method.arrays import FloatArray, Vector
from openkam.method.errors import InvalidInput
from openkam.method.weights import points_weights

BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]
Excluded = Sequence[bool] | BoolArray
Matrix = Sequence[Vector] | FloatArray

UNRANKED = 0
_PIECE = 2000
_SAME = 1e-9  # scores that are closer tie: the difference is rounding


class Weighted(NamedTuple):
    """score: n numbers, NaN when nothing with weight was answered; completeness: share of the weight answered."""

    score: FloatArray
    completeness: FloatArray


@dataclass(frozen=True, eq=False)
class Answers:
    """Scores made ready for many weightings: zero where missing, and 1.0 where answered, accounts x criteria."""

    filled: FloatArray
    answered: FloatArray


def prepared(scores: Matrix) -> Answers:
    """Scores (n accounts x k criteria, NaN = missing) made ready for `weighted`.

    Raises InvalidInput("ragged" | "not_finite").

    >>> prepared([[8, np.nan]]).answered
    array([[1., 0.]])
    """
    table = score_table(scores)
    answered = ~np.isnan(table)
    return Answers(np.where(answered, table, 0), answered.astype(np.float64))


def weighted(scores: Matrix | Answers, weights: Vector) -> Weighted:
    """Each account's weighted mean of what was answered, and the share of the weight that was.

    scores   n accounts x k criteria, NaN = missing; or what `prepared` made of them, to weight again and again.
    weights  k numbers >= 0, in points or shares.
    Raises InvalidInput("ragged" | "not_finite" | "weights_all_zero" | "weight_negative").

    >>> weighted([[8, 6], [np.nan, 4]], [3, 1])
    Weighted(score=array([7.5, 4. ]), completeness=array([1.  , 0.25]))
    """
    shares = points_weights(weights)
    answers = scores if isinstance(scores, Answers) else prepared(scores)
    if answers.filled.shape[1] != len(shares):
        raise InvalidInput("ragged", "weights", weights=len(shares), criteria=answers.filled.shape[1])
    completeness = _products(answers.answered, shares)
    with np.errstate(invalid="ignore"):
        return Weighted(_products(answers.filled, shares) / completeness, np.minimum(completeness, 1))


def ranked(score: FloatArray, excluded: Excluded | None = None, *, first: int | None = None) -> IntArray:
    """The rows of ranked accounts, best first; ties keep the order of the rows.

    score     n numbers, NaN = unscored; those are left out, as are accounts `excluded`.
    first     only so many, which saves sorting the rest.
    Raises InvalidInput("ragged").

    >>> ranked(np.array([5.0, np.nan, 7.0, 7.0]), [False, False, True, False])
    array([3, 0])
    """
    rows = _ranked_rows(score, excluded)
    if first is not None and 0 < first < len(rows):
        known = score[rows]
        rows = rows[known >= np.partition(known, -first)[-first] - _SAME]
    return _ordered(score, rows)[0][:first]


def ranks(score: FloatArray, excluded: Excluded | None = None) -> IntArray:
    """Standard competition ranks (1, 2, 2, 4), best first; UNRANKED (0) for the unscored and the excluded.

    Raises InvalidInput("ragged").

    >>> ranks(np.array([5.0, 7.0, np.nan, 7.0, 6.0]))
    array([4, 1, 0, 1, 3])
    """
    order, tie = _ordered(score, _ranked_rows(score, excluded))
    places = np.full(len(score), UNRANKED)
    places[order] = np.searchsorted(tie, tie) + 1
    return places


def score_table(scores: Matrix, criteria: int | None = None) -> FloatArray:
    """Scores as an array of accounts x criteria, NaN where nobody answered.

    Raises InvalidInput("ragged" | "not_finite") for another shape and for infinite numbers.

    >>> score_table([[8, np.nan]])
    array([[ 8., nan]])
    """
    table = np.asarray(scores, dtype=np.float64)
    if table.ndim != 2 or table.shape[1] != (criteria or table.shape[1]):
        raise InvalidInput("ragged", "scores", shape=table.shape, criteria=criteria)
    if np.isinf(table).any():
        raise InvalidInput("not_finite", "scores")
    return table


def _products(table: FloatArray, shares: FloatArray) -> FloatArray:
    """table @ shares, a piece at a time: for more the library makes threads, which cost more than they save."""
    pieces = len(table) // _PIECE
    first, last = table[: pieces * _PIECE], table[pieces * _PIECE :]
    return np.concatenate(((first.reshape(pieces, _PIECE, len(shares)) @ shares).ravel(), last @ shares))


def _ranked_rows(score: FloatArray, excluded: Excluded | None) -> IntArray:
    known = ~np.isnan(score)
    if excluded is not None:
        out = np.asarray(excluded, dtype=bool)
        if out.shape != known.shape:
            raise InvalidInput("ragged", "excluded", accounts=known.size, excluded=out.size)
        known &= ~out
    return np.flatnonzero(known)


def _ordered(score: FloatArray, rows: IntArray) -> tuple[IntArray, IntArray]:
    """The rows best first, and for each the number of its tie, rising; within a tie the order of the rows."""
    falling = rows[np.argsort(-score[rows], kind="stable")]
    tie: IntArray = np.cumsum(-np.diff(score[falling], prepend=score[falling[:1]]) > _SAME, dtype=np.int64)
    return falling[np.lexsort((falling, tie))], tie
