"""Our strength relative to the competition at one customer, and the smallest change that would turn it.

strength = our score / the best competitor's (or the average one's), all as this customer sees them. We are strong at
1.00 or above. Sources: Cheverton, Key Account Management (higher or lower than the competition); McDonald's directional
policy matrix (the ratio to the best competitor, on which the best stands at 1.0).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from pydantic import Field, model_validator

from openkam.method.agreement import FLAG_RANGE, medians, ranges
from openkam.method.arrays import FloatArray
from openkam.method.document import Name, Number, Strict
from openkam.method.errors import InvalidInput
from openkam.method.scales import Score

StrengthRule = Literal["best", "average"]
Row = tuple[Score | None, ...]
Weight = Annotated[Number, Field(ge=0, le=10**9, decimal_places=4)]
BoolArray = npt.NDArray[np.bool_]

LOWEST, HIGHEST = 1, 10  # the scale of scores
TOLERANCE = 1e-11  # numbers closer than this differ by rounding only
PLACES = 9  # decimals of a result; the rest is rounding


class SuccessFactor(Strict):
    """A critical success factor: what decides for a customer between suppliers. 10 is the best for the customer."""

    name: Name


class Competitor(Strict):
    """A competing supplier as this customer sees it: agreed scores, or one row per rater."""

    name: Name
    scores: Row | None = None
    ratings: tuple[Row, ...] = ()

    @model_validator(mode="after")
    def _scored_one_way(self) -> "Competitor":
        refuse_both(self.scores, self.ratings, "/scores")
        return self


class Comparison(Strict):
    """Suppliers at one customer, in the order of the success factors, None where missing.

    us           our agreed scores, or `us_ratings` with one row per rater, of which the median counts.
    weights      points of the success factors for this customer; equal when left out.
    """

    us: Row | None = None
    us_ratings: tuple[Row, ...] = ()
    competitors: tuple[Competitor, ...] = ()
    weights: tuple[Weight, ...] | None = None

    @model_validator(mode="after")
    def _compares_each_once(self) -> "Comparison":
        refuse_both(self.us, self.us_ratings, "/us")
        refuse_repeated([competitor.name for competitor in self.competitors], "/competitors")
        if self.weights is not None and not any(self.weights):
            raise InvalidInput("weights_all_zero", "/weights")
        return self


class Supplier(Strict):
    """A competitor's total at one customer: its score x the number of success factors."""

    name: str
    total: float | None


class Step(Strict):
    """A success factor on which our score should go, or would have to fall, to another level."""

    factor: str
    now: float
    to: float


@dataclass(frozen=True, eq=False)
class Standing:
    """Ourselves and the competitors at n customers: us and weights n x k, score n, competitors n x m; NaN = unknown.

    strength  our score over the one to beat, by rule: n ratios.
    apart     where raters lie so far apart on a success factor that they should talk.
    missing   where a supplier was scored on some of the factors only, or a competitor named but not scored.
    """

    us: FloatArray
    weights: FloatArray
    score: FloatArray
    competitors: FloatArray
    rivals: dict[StrengthRule, FloatArray]
    strength: dict[StrengthRule, FloatArray]
    apart: BoolArray
    missing: BoolArray


def rounded(value: Any) -> float | None:
    """A number for a result, without the noise of binary fractions; None for NaN.

    >>> rounded(0.1 + 0.2), rounded(np.nan)
    (0.3, None)
    """
    return None if value is None or np.isnan(float(value)) else round(float(value), PLACES)


def total(score: Any, factors: int) -> float | None:
    """score x number of factors: of equal weights and complete scores the plain sum.

    >>> total(43 / 6, 6)
    43.0
    """
    return None if score is None else rounded(float(score) * factors)


def refuse_both(agreed: Row | None, ratings: Sequence[Row], where: str) -> None:
    """Scores are agreed or rated. Raises InvalidInput("scores_and_ratings")."""
    if agreed is not None and ratings:
        raise InvalidInput("scores_and_ratings", where)


def refuse_repeated(names: Sequence[str], where: str) -> None:
    """Names that stand for columns or lines differ. Raises InvalidInput("repeated_name")."""
    for name, count in Counter(names).items():
        if count > 1:
            raise InvalidInput("repeated_name", where, name=name)


def refuse_ragged(row: Sequence[object] | None, expected: int, where: str) -> None:
    """A row has one cell per factor. Raises InvalidInput("ragged")."""
    if row is not None and len(row) != expected:
        raise InvalidInput("ragged", where, length=len(row), expected=expected)


def refuse_misfits(comparison: Comparison, factors: int) -> None:
    """Every row has one cell per success factor. Raises InvalidInput("ragged") with its place."""
    refuse_ragged(comparison.us, factors, "/us")
    refuse_ragged(comparison.weights, factors, "/weights")
    for rater, row in enumerate(comparison.us_ratings):
        refuse_ragged(row, factors, f"/us_ratings/{rater}")
    for index, competitor in enumerate(comparison.competitors):
        refuse_ragged(competitor.scores, factors, f"/competitors/{index}/scores")
        for rater, row in enumerate(competitor.ratings):
            refuse_ragged(row, factors, f"/competitors/{index}/ratings/{rater}")


def cube(rated: Sequence[tuple[Row | None, Sequence[Row]]], width: int) -> FloatArray:
    """Agreed rows, or rows per rater, as raters x n x width; NaN = missing.

    >>> cube([((8, None), ()), (None, ((5, 6), (7, 8)))], 2).tolist()
    [[[8.0, nan], [5.0, 6.0]], [[nan, nan], [7.0, 8.0]]]
    """
    rows = [ratings if agreed is None else (agreed,) for agreed, ratings in rated]
    table = np.full((max(map(len, rows), default=1) or 1, len(rows), width), np.nan)
    for index, of_one in enumerate(rows):
        if of_one:
            table[: len(of_one), index] = np.array(of_one, dtype=np.float64)
    return table


def scored(scores: npt.ArrayLike, weights: npt.ArrayLike) -> FloatArray:
    """sum(w * s) / sum(w) over what was answered, for each of n rows of k scores.

    scores   n x k, NaN = missing, which is never zero.
    weights  k numbers >= 0 in points, or n x k when each row has its own.
    Returns n scores; NaN where nothing that has a weight was answered.

    >>> scored([[8, 6], [np.nan, 6]], [3, 1])
    array([7.5, 6. ])
    """
    table = np.asarray(scores, dtype=np.float64)
    answered = ~np.isnan(table)
    held = answered * np.asarray(weights, dtype=np.float64)
    sums = held.sum(axis=-1)
    points = (held * np.where(answered, table, 0)).sum(axis=-1)
    score: FloatArray = np.divide(points, sums, out=np.full(sums.shape, np.nan), where=sums > 0)
    return score


def rivals(competitors: npt.ArrayLike) -> dict[StrengthRule, FloatArray]:
    """The score to beat at each of n customers, by rule: the best competitor's, or the mean of all.

    competitors  n x m scores 1..10, NaN where a competitor was not scored or does not exist. m may be 0.

    >>> rivals([[40, 38], [42, np.nan]])
    {'best': array([40., 42.]), 'average': array([39., 42.])}
    """
    table = np.asarray(competitors, dtype=np.float64)
    best = np.fmax.reduce(table, axis=1, initial=-np.inf)
    return {"best": np.where(np.isinf(best), np.nan, best), "average": scored(table, np.ones(table.shape[1]))}


def compared(comparisons: Sequence[Comparison], factors: int) -> Standing:
    """Where we and the competitors stand at each of n customers on so many success factors."""
    ours = cube([(c.us, c.us_ratings) for c in comparisons], factors)
    theirs = cube([(rival.scores, rival.ratings) for c in comparisons for rival in c.competitors], factors)
    sizes = [len(c.competitors) for c in comparisons]
    customer = np.repeat(np.arange(len(sizes)), sizes)
    column = np.array([index for size in sizes for index in range(size)], dtype=np.int64)
    weights = np.array([c.weights or [1] * factors for c in comparisons], dtype=np.float64).reshape(len(sizes), factors)
    us, them = medians(ours), medians(theirs)
    competitors = np.full((len(sizes), max(sizes, default=0)), np.nan)
    competitors[customer, column] = scored(them, weights[customer])
    ours_score, to_beat = scored(us, weights), rivals(competitors)
    return Standing(
        us=us,
        weights=weights,
        score=ours_score,
        competitors=competitors,
        rivals=to_beat,
        strength={rule: ours_score / rival for rule, rival in to_beat.items()},
        apart=_is_apart(ours) | _of_any(_is_apart(theirs), customer, len(sizes)),
        missing=_has_gaps(us) | _of_any(np.asarray(np.isnan(them).any(axis=1)), customer, len(sizes)),
    )


def is_strong(strength: npt.ArrayLike) -> Any:
    """Whether a relative strength reaches 1.00; False where it is unknown. Of an array, an array.

    >>> is_strong([1.0, 0.99, np.nan])
    array([ True, False, False])
    """
    return np.asarray(strength) >= 1 - TOLERANCE


def move(scores: npt.ArrayLike, weights: npt.ArrayLike, rival: float) -> npt.NDArray[np.int64] | None:
    """The fewest points by which our scores must change for strength to reach 1, or to lose it when we have it.

    scores   our k scores 1..10, NaN = missing; only what was answered can change, in whole points within 1..10.
    weights  k numbers >= 0 in points.
    rival    the score to beat, 1..10.
    Returns k whole numbers, rising (weak) or falling (strong); None when no change suffices or a side is unknown.
    A point where it weighs most comes first; of equal weights where there is most room, so that few factors change.
    Raises InvalidInput("ragged").

    >>> move([5, 6, 7, 5, 5, 7], [1, 1, 1, 1, 1, 1], 7)
    array([5, 0, 0, 2, 0, 0])
    """
    ours = _Ours.of(scores, weights, rival)
    order = np.lexsort((-ours.room, -ours.effect))
    points = np.repeat(order, ours.room[order])
    turned = ours.turned(np.cumsum(ours.effect[points]))
    if not turned.any():
        return None
    return ours.sign * np.bincount(points[: turned.argmax() + 1], minlength=len(order))


def alone(scores: npt.ArrayLike, weights: npt.ArrayLike, rival: float) -> FloatArray:
    """For each of our k scores the level that would turn the strength by itself, whole points away; NaN for none.

    Arguments and errors as in `move`.

    >>> alone([9, 6, 7, 8, 7, 7], [1, 1, 1, 1, 1, 1], 7.75)
    array([nan,  9., 10., nan, 10., 10.])
    """
    ours = _Ours.of(scores, weights, rival)
    steps = np.arange(1, HIGHEST - LOWEST + 1)[:, None]
    turned = ours.turned(steps * ours.effect) & (steps <= ours.room)
    levels = ours.scores + ours.sign * (turned.argmax(axis=0) + 1)
    return np.where(turned.any(axis=0), levels, np.nan)


def steps(standing: Standing, rule: StrengthRule, index: int, names: Sequence[str]) -> tuple[Step, ...] | None:
    """`move` at one of the customers, in words: the factors that change. None when no change suffices."""
    ours = standing.us[index]
    change = move(ours, standing.weights[index], standing.rivals[rule][index])
    if change is None:
        return None
    rows = zip(names, ours.tolist(), change.tolist(), strict=True)
    return tuple(Step(factor=name, now=now, to=round(now + points, PLACES)) for name, now, points in rows if points)


def levels(standing: Standing, rule: StrengthRule, index: int, names: Sequence[str]) -> dict[str, float | None]:
    """`alone` at one of the customers, by the factor's name; None where it does not suffice."""
    found = alone(standing.us[index], standing.weights[index], standing.rivals[rule][index])
    return {name: rounded(level) for name, level in zip(names, found.tolist(), strict=True)}


def _is_apart(ratings: FloatArray) -> BoolArray:
    return np.asarray((ranges(ratings) >= FLAG_RANGE).any(axis=1))


def _has_gaps(scores: FloatArray) -> BoolArray:
    unknown = np.isnan(scores)
    return np.asarray(unknown.any(axis=1) & ~unknown.all(axis=1))


def _of_any(marks: BoolArray, customer: npt.NDArray[np.int64], n: int) -> BoolArray:
    """Whether any of a customer's competitors is marked."""
    return np.asarray(np.bincount(customer, weights=marks, minlength=n) > 0)


class _Ours(NamedTuple):
    """Our side of the comparison: what one point on each factor does to the score, and how many points there are."""

    scores: FloatArray
    effect: FloatArray
    room: npt.NDArray[np.int64]
    sign: int
    score: float
    rival: float

    @classmethod
    def of(cls, scores: npt.ArrayLike, weights: npt.ArrayLike, rival: float) -> "_Ours":
        ours, points = np.asarray(scores, dtype=np.float64), np.asarray(weights, dtype=np.float64)
        if ours.ndim != 1 or ours.shape != points.shape:
            raise InvalidInput("ragged", "weights", scores=ours.shape, weights=points.shape)
        held = np.where(np.isnan(ours), 0, points)
        score = float(scored(ours, points))
        sign = -1 if is_strong(score / rival) else 1
        room = np.where(held > 0, HIGHEST - ours if sign > 0 else ours - LOWEST, 0)
        whole = np.floor(room + TOLERANCE).astype(np.int64)
        return cls(ours, held / (held.sum() or 1), whole, sign, score, rival)

    def turned(self, change: FloatArray) -> Any:
        """Whether the strength is on the other side of 1 once our score has moved by `change`."""
        return is_strong((self.score + self.sign * change) / self.rival) != (self.sign < 0)
