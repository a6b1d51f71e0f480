"""Weights from judgements: every pair (AHP), or the best and the worst against the others (linear BWM).

Sources: Saaty, The Analytic Hierarchy Process, 1980; Rezaei, Omega 64, 2016 (linear BWM); Liang, Brunelli & Rezaei,
Omega 96, 2020 (its consistency ratio from the input alone).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog

from openkam.method.arrays import FloatArray, Vector, finite, placed, shares
from openkam.method.errors import InvalidInput

Matrix = Sequence[Sequence[float | Decimal]] | FloatArray

STRONGEST = 9
RANDOM_INDEX = (0, 0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45)  # of 1..9 items
MOST_PAIRWISE = len(RANDOM_INDEX)

_TOLERANCE = 1e-6  # seven decimals of 1/9 are as good as 1/9; 0.33 is not 1/3


@dataclass(frozen=True, eq=False)
class Pairwise:
    """Of a matrix of judgements; weights add up to one, a consistency ratio below 0.10 will do."""

    weights: FloatArray
    lambda_max: float
    consistency_ratio: float


@dataclass(frozen=True, eq=False)
class BestWorst:
    """Of two rows of comparisons; weights add up to one, xi is 0 when nothing contradicts."""

    weights: FloatArray
    xi: float
    input_consistency_ratio: float


def complete_judgements(upper: Vector) -> FloatArray:
    """The whole n x n matrix from its upper triangle row by row, n (n - 1) / 2 judgements of 1/9..9.

    Raises InvalidInput("judgements_incomplete" | "judgement" | "not_finite" | "pairwise_too_many").

    >>> complete_judgements([2, 4, 2]).tolist()
    [[1.0, 2.0, 4.0], [0.5, 1.0, 2.0], [0.25, 0.5, 1.0]]
    """
    given = finite(upper) if len(upper) else np.empty(0)
    n = round((1 + (1 + 8 * len(given)) ** 0.5) / 2)
    if n * (n - 1) // 2 != len(given):
        raise InvalidInput("judgements_incomplete", "", judgements=len(given), expected=n * (n - 1) // 2)
    refuse_too_many(n)
    for place in np.flatnonzero(_off_scale(given))[:1].tolist():
        raise InvalidInput("judgement", f"/{place}", judgement=float(given[place]))
    matrix = np.ones((n, n))
    above = np.triu_indices(n, 1)
    matrix[above] = given
    matrix.T[above] = 1 / given
    return matrix


def group_judgements(matrices: Sequence[Matrix]) -> FloatArray:
    """One matrix for several raters: the geometric mean of each judgement, which keeps it reciprocal.

    Raises InvalidInput("empty" | "ragged") and as `pairwise`, with the rater's place first.

    >>> group_judgements([[[1, 2], [0.5, 1]], [[1, 8], [0.125, 1]]]).round(6).tolist()
    [[1.0, 4.0], [0.25, 1.0]]
    """
    if not len(matrices):
        raise InvalidInput("empty")
    checked = [placed(f"/{rater}", _judgements, matrix) for rater, matrix in enumerate(matrices)]
    for rater, matrix in enumerate(checked):
        if matrix.shape != checked[0].shape:
            raise InvalidInput("ragged", f"/{rater}", items=len(matrix), expected=len(checked[0]))
    mean: FloatArray = np.exp(np.mean(np.log(checked), axis=0))
    return mean


def pairwise(matrix: Matrix) -> Pairwise:
    """The weights of an n x n matrix of judgements: its principal eigenvector, as shares.

    matrix  1/9..9, how many times row i is as important as column j; [j][i] is 1 / [i][j]; at most 9 items.
    CR = (lambda - n) / ((n - 1) RI); 0 below three items, which cannot contradict each other.
    Raises InvalidInput("empty" | "not_finite" | "pairwise_not_square" | "pairwise_too_many" | "judgement" |
    "pairwise_not_reciprocal").

    >>> weighed = pairwise([[1, 3, 5], [1 / 3, 1, 3], [1 / 5, 1 / 3, 1]])
    >>> weighed.weights.round(4).tolist(), round(weighed.consistency_ratio, 4)
    ([0.637, 0.2583, 0.1047], 0.0332)
    """
    judgements = _judgements(matrix)
    n = len(judgements)
    values, vectors = np.linalg.eig(judgements)
    principal = int(np.argmax(values.real))
    weights = shares(np.abs(vectors[:, principal].real))
    lambda_max = max(float(values[principal].real), float(n))  # it is never below n, rounding apart
    ratio = (lambda_max - n) / ((n - 1) * RANDOM_INDEX[n - 1]) if n > 2 else 0.0
    return Pairwise(weights, lambda_max, ratio)


def best_worst(best_to_others: Vector, others_to_worst: Vector) -> BestWorst:
    """The weights of 2..9 items from comparing the best with each and each with the worst, all 1..9.

    best_to_others   1 at the best item itself; others_to_worst  1 at the worst itself.
    The linear model: least xi with |w_best - a_j w_j| <= xi and |w_j - b_j w_worst| <= xi. Of equals, the first
    item is the best (worst). The ratio is the largest |a_j b_j - a_worst| / (a_worst^2 - a_worst).
    Raises InvalidInput("empty" | "not_finite" | "ragged" | "too_few_items" | "pairwise_too_many" | "comparison" |
    "best_missing" | "worst_missing" | "best_to_worst_differs" | "beyond_best_to_worst").

    >>> weighed = best_worst([2, 1, 4, 3, 8], [4, 8, 4, 2, 1])
    >>> weighed.weights.round(4).tolist(), round(weighed.input_consistency_ratio, 4)
    ([0.2462, 0.4308, 0.1231, 0.1538, 0.0462], 0.1429)
    """
    to_others = placed("/best_to_others", _comparisons, best_to_others)
    to_worst = placed("/others_to_worst", _comparisons, others_to_worst)
    if len(to_others) != len(to_worst):
        raise InvalidInput("ragged", "/others_to_worst", items=len(to_worst), expected=len(to_others))
    best, worst = _ends(to_others, to_worst)
    strongest = float(to_others[worst])
    worst_error = float(np.abs(to_others * to_worst - strongest).max())
    ratio = worst_error / (strongest**2 - strongest) if strongest > 1 else 0.0
    weights, xi = _least_deviation(to_others, to_worst, best, worst)
    return BestWorst(weights, xi, ratio)


def refuse_too_many(n: int, where: str = "") -> None:
    """Nobody compares more than nine items in pairs. Raises InvalidInput("pairwise_too_many").

    >>> refuse_too_many(22, "/items")
    Traceback (most recent call last):
    openkam.method.errors.InvalidInput: pairwise_too_many at /items: items=22, limit=9
    """
    if n > MOST_PAIRWISE:
        raise InvalidInput("pairwise_too_many", where, items=n, limit=MOST_PAIRWISE)


def _ends(to_others: FloatArray, to_worst: FloatArray) -> tuple[int, int]:
    """Where the best and the worst item are; both rows must agree on how far they lie apart."""
    if to_others.min() > 1:
        raise InvalidInput("best_missing", "/best_to_others")
    if to_worst.min() > 1:
        raise InvalidInput("worst_missing", "/others_to_worst")
    best = int(np.argmax(np.where(to_others == 1, to_worst, 0)))
    worst = int(np.argmax(np.where(to_worst == 1, to_others, 0)))
    apart = float(to_others[worst])
    if apart != to_worst[best]:
        raise InvalidInput("best_to_worst_differs", "", best_to_worst=apart, worst_to_best=float(to_worst[best]))
    for field, row in (("best_to_others", to_others), ("others_to_worst", to_worst)):
        for place in np.flatnonzero(row > apart)[:1].tolist():
            raise InvalidInput("beyond_best_to_worst", f"/{field}/{place}", comparison=float(row[place]), limit=apart)
    return best, worst


def _least_deviation(to_others: FloatArray, to_worst: FloatArray, best: int, worst: int) -> tuple[FloatArray, float]:
    """Solve the linear program; its unknowns are the weights and, last, xi."""
    n = len(to_others)
    from_best, from_worst = -np.diag(to_others), np.eye(n)
    from_best[:, best] += 1
    from_worst[:, worst] -= to_worst
    deviations = np.vstack((from_best, from_worst))
    xi = np.ones((2 * n, 1))
    solved = linprog(
        np.append(np.zeros(n), 1),
        A_ub=np.block([[deviations, -xi], [-deviations, -xi]]),
        b_ub=np.zeros(4 * n),
        A_eq=np.append(np.ones(n), 0)[np.newaxis],
        b_eq=[1],
    )
    return shares(np.maximum(solved.x[:n], 0)), max(float(solved.x[n]), 0.0)


def _comparisons(values: Vector) -> FloatArray:
    given = finite(values)
    if len(given) < 2:
        raise InvalidInput("too_few_items", "", items=len(given))
    refuse_too_many(len(given))
    for place in np.flatnonzero((given < 1) | (given > STRONGEST))[:1].tolist():
        raise InvalidInput("comparison", f"/{place}", comparison=float(given[place]))
    return given


def _judgements(matrix: Matrix) -> FloatArray:
    """The matrix as an array, once it is square, on the scale and reciprocal."""
    n = len(matrix)
    for row, judgements in enumerate(matrix):
        if len(judgements) != n:
            raise InvalidInput("pairwise_not_square", f"/{row}", columns=len(judgements), rows=n)
    refuse_too_many(n)
    given = np.array([placed(f"/{row}", finite, judgements) for row, judgements in enumerate(matrix)])
    if not n:
        raise InvalidInput("empty")
    for row, column in np.argwhere(_off_scale(given))[:1].tolist():
        raise InvalidInput("judgement", f"/{row}/{column}", judgement=float(given[row, column]))
    for row, column in np.argwhere(np.abs(given * given.T - 1) > _TOLERANCE)[:1].tolist():
        raise InvalidInput("pairwise_not_reciprocal", f"/{row}/{column}", judgement=float(given[row, column]))
    return given


def _off_scale(judgements: FloatArray) -> npt.NDArray[np.bool_]:
    return (judgements < (1 - _TOLERANCE) / STRONGEST) | (judgements > STRONGEST * (1 + _TOLERANCE))
