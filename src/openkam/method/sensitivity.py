"""How far a class or a ranking hangs on the weights: tipping weights, the most critical criterion, random weights.

A score is the weighted mean of what was answered; missing is never zero. When one weight moves, the others keep their
proportions (`score_curves`).

Sources: Triantaphyllou & Sanchez, Decision Sciences 28, 1997 (most critical criterion); Butler, Jia & Dyer, European
Journal of Operational Research 103, 1997 (random weights).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from openkam.method.arrays import FloatArray, Vector
from openkam.method.errors import InvalidInput
from openkam.method.ranking import BoolArray, IntArray, Matrix, score_table
from openkam.method.score_curves import SAME, Curve, constant, curves, meeting, meeting_the_mean, reach
from openkam.method.strength import is_strong
from openkam.method.weights import points_weights

Progress = Callable[[float], object]

SEED = 20260930
DRAWS = 1000

_BLOCK = 2**17  # scores held at a time while drawing: what a processor keeps close
_TILE = 250  # accounts multiplied at a time
_PRODUCTS = 2**18  # of larger multiplications the library makes threads, which cost more than they save here


@dataclass(frozen=True)
class Critical:
    """The criterion whose weight needs the smallest relative change to turn a comparison around.

    index            its place among the criteria.
    weight           the tipping weight, 0..1, when all weights add up to one.
    relative_change  weight / weight now - 1: -0.25 is a quarter less.
    """

    index: int
    weight: float
    relative_change: float


def reweighted(weights: Vector, k: int, w: float) -> FloatArray:
    """Weights that add up to one, criterion k at w (0..1) and the others in their old proportions.

    Others that were all zero share equally; a single criterion keeps all.
    Raises InvalidInput("weight_outside_0_1" | "weights_all_zero" | "weight_negative" | "not_finite").

    >>> reweighted([50, 30, 20], 0, 0.2)
    array([0.2 , 0.48, 0.32])
    """
    if not 0 <= w <= 1:
        raise InvalidInput("weight_outside_0_1", "w", w=w)
    others = points_weights(weights)
    if len(others) == 1:
        return others
    others[k] = 0
    others = others if others.any() else np.ones(len(others))
    others[k] = 0
    moved: FloatArray = others / others.sum() * (1 - w)
    moved[k] = w
    return moved


def tipping_to_cut(scores: Matrix, weights: Vector, cut: float | None = None) -> FloatArray:
    """The weight of each criterion at which each account's score meets the cut, and its class flips.

    scores  n accounts x k criteria, NaN = missing.
    weights k numbers >= 0, in points or shares.
    cut     in the unit of the scores, High at or above it. None: the mean of the accounts' scores, which moves with
            the weights.
    Returns n x k weights 0..1, the one nearest to the weight now; NaN where the class never flips.

    Complete scores: w* = -(R - Rc) / ((a - ac) - (R - Rc)), R the score of the other criteria, a of this one; c: cut.
    Raises InvalidInput("ragged" | "not_finite" | "weights_all_zero" | "weight_negative").

    >>> attractiveness = [[9, 7, 8, 5, 6, 8], [6, 8, 6, 7, 4, 7], [8, 4, 7, 4, 5, 3], [3, 4, 5, 6, 7, 3]]
    >>> tipping_to_cut(attractiveness, [1] * 6)[1].round(4)
    array([0.5833,    nan, 0.5833,    nan, 0.375 ,    nan])
    """
    shares = points_weights(weights)
    table = score_table(scores, len(shares))
    by_weight, scored = curves(table, _others(shares)), _eligible(table, None)
    if cut is not None:
        return meeting(by_weight, constant(cut), shares)
    of_scored = Curve(*(part[scored] for part in by_weight))
    tipping = np.full(table.shape, np.nan)
    if scored.any() and not np.isnan(table[scored]).any():
        tipping[scored] = meeting(of_scored, Curve(*(part.mean(axis=0) for part in of_scored)), shares)
    elif scored.any():
        columns = (Curve(*(part[:, k] for part in of_scored)) for k in range(len(shares)))
        tipping[scored] = np.stack([meeting_the_mean(*pair) for pair in zip(columns, shares, strict=True)], axis=1)
    return tipping


def tipping_pairs(scores: Matrix, others: Matrix, weights: Vector) -> FloatArray:
    """The weight of each criterion at which each account ties with its counterpart: n x k, NaN where never.

    scores, others  n x k each, NaN = missing; each account is scored on what it answered.
    Raises as `tipping_to_cut`.

    >>> tipping_pairs([[9, 5]], [[6, 6]], [1, 1])
    array([[0.25, 0.75]])
    """
    shares = points_weights(weights)
    first, second = (curves(score_table(side, len(shares)), _others(shares)) for side in (scores, others))
    return meeting(first, second, shares)


def tipping_pair(a: Vector, b: Vector, weights: Vector) -> FloatArray:
    """`tipping_pairs` for two accounts: k weights 0..1, NaN where the order never turns.

    >>> tipping_pair([9, 5], [6, 6], [1, 1])
    array([0.25, 0.75])
    """
    pair: FloatArray = tipping_pairs([a], [b], weights)[0]
    return pair


def most_critical(a: Vector, b: Vector, weights: Vector) -> Critical | None:
    """The criterion with the smallest relative change of weight that turns the order of two accounts around.

    None when no single weight can. A criterion of weight zero has no relative change and is passed over.
    Source: Triantaphyllou & Sanchez 1997.

    >>> most_critical([9, 5], [6, 6], [1, 1])
    Critical(index=0, weight=0.25, relative_change=-0.5)
    """
    return critical(tipping_pair(a, b, weights), weights)


def critical(tipping: FloatArray, weights: Vector) -> Critical | None:
    """The smallest relative change among one account's k tipping weights; None when all are NaN.

    >>> critical(np.array([0.6, np.nan, 0.1]), [2, 1, 1])
    Critical(index=0, weight=0.6, relative_change=0.2)
    """
    shares = points_weights(weights)
    possible = (shares > 0) & ~np.isnan(tipping)
    if not possible.any():
        return None
    change = np.divide(tipping, shares, out=np.full(len(shares), np.inf), where=possible) - 1
    index = int(np.argmin(np.abs(change).round(12)))
    return Critical(index, float(tipping[index]), round(float(change[index]), 12))


def draw_weights(k: int, draws: int = DRAWS, seed: int = SEED) -> FloatArray:
    """Random weights, every mix of k criteria equally likely: draws x k, rows add up to one.

    Dirichlet(1, ..., 1) from PCG64: the same seed gives the same weights.
    Raises InvalidInput("not_positive").

    >>> draw_weights(3, draws=2).sum(axis=1).round(12)
    array([1., 1.])
    """
    _refuse_not_positive(k=k, draws=draws)
    return np.random.Generator(np.random.PCG64(seed)).dirichlet(np.ones(k), draws)


def top_probability(
    scores: Matrix,
    *,
    top: int,
    draws: int = DRAWS,
    seed: int = SEED,
    allowed: Sequence[bool] | BoolArray | None = None,
    progress: Progress | None = None,
) -> FloatArray:
    """The share of random weightings in which each account stands among the best `top`.

    scores    n accounts x k criteria, NaN = missing.
    allowed   False for accounts that are never in the top, as those knocked out; the unscored never are.
    progress  called with the share of the draws that is done, 0..1.
    Returns n shares 0..1; they add up to `top`, or to the number of accounts that may be in it when that is less.
    Of accounts that tie at the border, those of earlier rows are in.
    Raises InvalidInput("ragged" | "not_finite" | "not_positive").

    >>> top_probability([[9, 9], [5, 5], [np.nan, 4]], top=1)
    array([1., 0., 0.])
    """
    table = score_table(scores)
    _refuse_not_positive(top=top)
    weights = draw_weights(table.shape[1], draws, seed)
    eligible = np.flatnonzero(_eligible(table, allowed))
    shares = np.zeros(len(table))
    if len(eligible) <= top:
        shares[eligible] = 1
        return shares
    counts = np.zeros(len(eligible))
    for block in _drawn(table[eligible], weights, progress):
        for few, places in _contenders(block, top):
            counts[places[_best(few, top)]] += 1
    shares[eligible] = counts / draws
    return shares


def high_share(
    scores: Matrix,
    *,
    cut: float | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
    progress: Progress | None = None,
) -> FloatArray:
    """The share of random weightings in which each account's score reaches the cut: n shares, NaN when unscored.

    cut  in the unit of the scores; None: the mean of the accounts' scores under the same weights.
    Raises InvalidInput("ragged" | "not_finite" | "not_positive").

    >>> high_share([[9, 9], [5, 5], [7, 7]])
    array([1., 0., 1.])
    """
    table = score_table(scores)
    weights = draw_weights(table.shape[1], draws, seed)
    scored = _eligible(table, None)
    shares = np.full(len(table), np.nan)
    if scored.any():
        counts = np.zeros(scored.sum())
        for tiled in _drawn(table[scored], weights, progress):
            block = tiled.reshape(len(tiled), -1)[:, : len(counts)]
            limit = block.mean(axis=1, keepdims=True) if cut is None else cut
            counts += reach(block, limit).sum(axis=0)
        shares[scored] = counts / draws
    return shares


def class_shares(
    scores: Matrix,
    strength: Vector,
    *,
    cut: float | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
    progress: Progress | None = None,
) -> FloatArray:
    """The share of random weightings of attractiveness in which each account stands in each class.

    strength  n relative strengths, strong at 1 or above; NaN when unknown.
    Returns n x 4 shares in the order of `account_class.CLASSES`; rows add up to one, or are NaN when a side is unknown.
    Raises InvalidInput("ragged" | "not_finite" | "not_positive").

    >>> class_shares([[9, 9], [5, 5]], [1.1, 0.9])
    array([[1., 0., 0., 0.],
           [0., 0., 0., 1.]])
    """
    high = high_share(scores, cut=cut, draws=draws, seed=seed, progress=progress)
    relative = np.asarray(strength, dtype=np.float64)
    if relative.shape != high.shape:
        raise InvalidInput("ragged", "strength", accounts=len(high), strengths=relative.size)
    strong = np.where(np.isnan(relative), np.nan, is_strong(relative))
    low, weak = 1 - high, 1 - strong
    return np.stack([high * strong, high * weak, low * strong, low * weak], axis=1)


def _others(shares: FloatArray) -> FloatArray:
    """In each column the weights of the other criteria while that one has none."""
    others = np.stack([reweighted(shares, k, 0) for k in range(len(shares))], axis=1)
    np.fill_diagonal(others, 0)
    return others


def _refuse_not_positive(**numbers: int) -> None:
    for name, number in numbers.items():
        if number < 1:
            raise InvalidInput("not_positive", name, value=number)


def _eligible(table: FloatArray, allowed: Sequence[bool] | BoolArray | None) -> BoolArray:
    may = np.ones(len(table), dtype=bool) if allowed is None else np.asarray(allowed, dtype=bool)
    if may.shape != (len(table),):
        raise InvalidInput("ragged", "allowed", accounts=len(table), allowed=may.size)
    eligible: BoolArray = may & ~np.isnan(table).all(axis=1)
    return eligible


def _drawn(table: FloatArray, weights: FloatArray, progress: Progress | None) -> Iterator[FloatArray]:
    """Scores under each weighting, some draws at a time: draws x tiles x accounts of a tile.

    The last tile is filled up with accounts that score the lowest.
    """
    tile, criteria = min(_TILE, len(table)), table.shape[1]
    padded = np.pad(table, ((0, -len(table) % tile), (0, 0)), constant_values=np.nanmin(table))
    tiles = padded.reshape(-1, tile, criteria).swapaxes(1, 2)
    answered = ~np.isnan(tiles)
    filled = np.where(answered, tiles, 0).copy(order="C")
    parts = None if answered.all() else answered.astype(np.float64, order="C")
    size = max(1, min(_BLOCK // len(padded), _PRODUCTS // (tile * criteria)))
    for start in range(0, len(weights), size):
        some = weights[start : start + size]
        block = some @ filled
        if parts is not None:
            block /= some @ parts
        yield block.swapaxes(0, 1)
        if progress:
            progress(min(1.0, (start + size) / len(weights)))


def _best(scores: FloatArray, top: int) -> IntArray:
    """Places of the best; of those that tie at the border the earlier ones."""
    border = np.partition(scores, -top)[-top]
    inside = np.flatnonzero(scores > border + SAME)
    ties = np.flatnonzero(np.abs(scores - border) <= SAME)
    return np.concatenate((inside, ties[: top - len(inside)]))


def _contenders(block: FloatArray, top: int) -> Iterator[tuple[FloatArray, IntArray]]:
    """Of each draw's scores, tiles x accounts, the few that can be among the best, and their places."""
    if block.shape[2] <= top:
        yield from ((tiles.ravel(), np.arange(tiles.size)) for tiles in block)
        return
    # the border is no lower than the top-th of the bests of all columns: so many columns have one as good
    floors = np.partition(block.max(axis=1), -top, axis=1)[:, -top]
    for tiles, floor in zip(block, floors, strict=True):
        places = np.flatnonzero(tiles >= floor - SAME)
        yield tiles.ravel()[places], places
