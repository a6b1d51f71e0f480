"""Weights of criteria: points, a ranking, pairwise judgements (AHP) or best against worst (BWM).

Sources: Edwards & Barron, OBHDP 60, 1994 (swing points and the rank-order centroid); Roberts & Goodwin, JMCDA 11,
2002 (the centroid is steep, rank-sum is not). The methods of judgements stand in `judgements`.
"""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BeforeValidator, Field, model_validator

from openkam.method.arrays import FloatArray, Vector, finite, placed, shares
from openkam.method.document import Name, Notice, Number, Strict
from openkam.method.errors import InvalidInput
from openkam.method.judgements import (
    STRONGEST,
    best_worst,
    complete_judgements,
    group_judgements,
    pairwise,
    refuse_too_many,
)

Method = Literal["points", "ranking", "ahp", "best_worst"]
RankRule = Literal["centroid", "rank_sum", "reciprocal"]

CONSISTENT_BELOW = 0.10
MANY_ITEMS = 10
NEARLY_EQUAL = 1.25  # largest weight over smallest

_INPUTS: dict[Method, tuple[str, ...]] = {
    "points": ("points",),
    "ranking": ("ranks",),
    "ahp": ("judgements",),
    "best_worst": ("best_to_others", "others_to_worst"),
}


def _divided(value: object) -> object:
    """People write a reciprocal as 1/3; every other text is left to the number to refuse."""
    if isinstance(value, str) and value in {f"1/{whole}" for whole in range(1, STRONGEST + 1)}:
        return Decimal(1) / Decimal(value[2:])
    return value


Points = Annotated[Number, Field(le=10**9, decimal_places=4)]
Rank = Annotated[Number, Field(ge=1, decimal_places=1)]  # ties may come with their average, 2.5
Judgement = Annotated[Number, BeforeValidator(_divided), Field(gt=0, le=STRONGEST, decimal_places=30)]
Comparison = Annotated[Number, Field(ge=1, le=STRONGEST, decimal_places=4)]


class Document(Strict):
    """Items to weigh, a method, and the input of that method only, in the order of the items.

    points           numbers >= 0, by habit 0..100 with 100 for the most important swing.
    ranks            1 for the most important; equal ranks share what their places would get.
    judgements       per rater the upper triangle row by row: 1 against 2, 1 against 3 ..., each 1/9..9 ("1/3" may
                     be written so).
    best_to_others   how many times the best item is as important as each, 1..9; others_to_worst likewise.
    """

    method: Method
    items: tuple[Name, ...] = Field(min_length=1, max_length=1000)
    points: tuple[Points, ...] | None = None
    ranks: tuple[Rank, ...] | None = None
    rank_rule: RankRule = "centroid"
    judgements: Annotated[tuple[tuple[Judgement, ...], ...], Field(min_length=1)] | None = None
    best_to_others: tuple[Comparison, ...] | None = None
    others_to_worst: tuple[Comparison, ...] | None = None

    @model_validator(mode="after")
    def _only_the_input_of_its_method(self) -> "Document":
        for name, count in Counter(self.items).items():
            if count > 1:
                raise InvalidInput("repeated_name", "/items", name=name)
        for method, fields in _INPUTS.items():
            for field in fields:
                _refuse_wrong_input(self, field, belongs=method == self.method)
        return self

    @model_validator(mode="after")
    def _input_can_be_weighed(self) -> "Document":
        _weigh(self)
        return self


class Weight(Strict):
    """An item's share of the weight, 0..1."""

    name: str
    weight: float


class Consistency(Strict):
    """How far the judgements contradict each other; a ratio of 0 is not at all.

    lambda_max  AHP: the principal eigenvalue of the group's matrix; raters: each one's own ratio.
    xi          BWM: the largest deviation that the weights could not avoid.
    """

    ratio: float
    is_consistent: bool
    lambda_max: float | None = None
    xi: float | None = None
    raters: tuple[float, ...] = ()


class Rule(Strict):
    """How the numbers were made."""

    method: Method
    rank_rule: RankRule | None
    consistent_below: float = CONSISTENT_BELOW
    group: Literal["geometric_mean"] = "geometric_mean"
    many_items: int = MANY_ITEMS
    nearly_equal: float = NEARLY_EQUAL


class Result(Strict):
    """Weights in the order of the items, adding up to one; consistency of AHP and BWM only."""

    rule: Rule
    weights: tuple[Weight, ...]
    consistency: Consistency | None
    warnings: tuple[Notice, ...]


def evaluate(document: Document) -> Result:
    """Weigh the items by the document's method, and say how consistent the judgements are.

    Raises nothing for a valid document; `warnings` name contradictions, a single item, items without weight, equal
    weights, and weights so nearly equal over more than ten items that they hardly choose.

    >>> result = evaluate(Document.model_validate(EXAMPLE))
    >>> [round(weight.weight, 4) for weight in result.weights]
    [0.2857, 0.2286, 0.1714, 0.1429, 0.1143, 0.0571]
    """
    weights, consistency = _weigh(document)
    return Result(
        rule=Rule(method=document.method, rank_rule=document.rank_rule if document.method == "ranking" else None),
        weights=tuple(Weight(name=n, weight=w) for n, w in zip(document.items, weights.tolist(), strict=True)),
        consistency=consistency,
        warnings=(*_contradictions(consistency), *_sameness(weights)),
    )


def points_weights(points: Vector) -> FloatArray:
    """Each item's share of all points, 0..1, adding up to one: w = points / sum of points.

    points  numbers >= 0 in any unit. Raises InvalidInput("empty" | "not_finite" | "weight_negative" |
            "weights_all_zero").

    >>> points_weights([100, 60, 40]).tolist()
    [0.5, 0.3, 0.2]
    """
    given = finite(points)
    for place in np.flatnonzero(given < 0)[:1].tolist():
        raise InvalidInput("weight_negative", f"/{place}", weight=float(given[place]))
    if not given.any():
        raise InvalidInput("weights_all_zero")
    in_proportion = given / given.max()  # a sum of very large points must not overflow
    return shares(in_proportion)


def rank_weights(n: int, rule: RankRule = "centroid") -> FloatArray:
    """The weights of n items in order of importance, falling, adding up to one.

    centroid    (1/n) * sum of 1/i for i = k..n: the mean of all weights that keep the order; steep.
    rank_sum    n + 1 - k, and reciprocal 1/k, as shares.
    Raises InvalidInput("too_few_items" | "rank_rule").

    >>> [round(weight, 4) for weight in rank_weights(3).tolist()]
    [0.6111, 0.2778, 0.1111]
    """
    if n < 1:
        raise InvalidInput("too_few_items", "n", items=n)
    ranks = np.arange(1, n + 1, dtype=np.float64)
    if rule == "centroid":
        return shares(np.cumsum(1 / ranks[::-1])[::-1])
    if rule == "rank_sum":
        return shares(ranks[::-1])
    if rule == "reciprocal":
        return shares(1 / ranks)
    raise InvalidInput("rank_rule", "rule", rule=rule)


def ranking_weights(ranks: Vector, rule: RankRule = "centroid") -> FloatArray:
    """The weight of each item by its rank, 1 for the most important; ties share what their places would get.

    Only the order counts: 1, 2, 2, 3 and 1, 2, 2, 4 say the same. Raises InvalidInput("empty" | "not_finite").

    >>> ranking_weights([2, 1, 2, 4], "rank_sum").tolist()
    [0.25, 0.4, 0.25, 0.1]
    """
    _, groups, sizes = np.unique(finite(ranks), return_inverse=True, return_counts=True)
    ends = np.cumsum(sizes)
    by_place = rank_weights(len(ranks), rule)
    means = [by_place[end - size : end].mean() for end, size in zip(ends, sizes, strict=True)]
    return np.array(means)[groups]


def _refuse_wrong_input(document: Document, field: str, *, belongs: bool) -> None:
    is_given = getattr(document, field) is not None
    if is_given != belongs:
        code = "weights_input_missing" if belongs else "weights_input_of_another_method"
        raise InvalidInput(code, f"/{field}", method=document.method)


def _weigh(document: Document) -> tuple[FloatArray, Consistency | None]:
    if document.method == "ahp":
        return _from_judgements(document)
    if document.method == "best_worst":
        return _from_best_and_worst(document)
    n = len(document.items)
    if document.points is not None:
        _refuse_other_length("/points", document.points, n)
        return placed("/points", points_weights, document.points), None
    ranks = document.ranks or ()
    _refuse_other_length("/ranks", ranks, n)
    for place, rank in enumerate(ranks):
        if rank > n:
            raise InvalidInput("rank", f"/ranks/{place}", rank=rank, items=n)
    return ranking_weights(ranks, document.rank_rule), None


def _from_judgements(document: Document) -> tuple[FloatArray, Consistency]:
    triangles = document.judgements or ()
    n = len(document.items)
    refuse_too_many(n, "/items")
    for rater, upper in enumerate(triangles):
        _refuse_other_length(f"/judgements/{rater}", upper, n * (n - 1) // 2)
    matrices = [placed(f"/judgements/{rater}", complete_judgements, upper) for rater, upper in enumerate(triangles)]
    group = pairwise(group_judgements(matrices))
    return group.weights, Consistency(
        ratio=group.consistency_ratio,
        is_consistent=group.consistency_ratio < CONSISTENT_BELOW,
        lambda_max=group.lambda_max,
        raters=tuple(pairwise(matrix).consistency_ratio for matrix in matrices),
    )


def _from_best_and_worst(document: Document) -> tuple[FloatArray, Consistency]:
    n = len(document.items)
    to_others, to_worst = document.best_to_others or (), document.others_to_worst or ()
    if n < 2:
        raise InvalidInput("too_few_items", "/items", items=n)
    refuse_too_many(n, "/items")
    _refuse_other_length("/best_to_others", to_others, n)
    _refuse_other_length("/others_to_worst", to_worst, n)
    found = best_worst(to_others, to_worst)
    ratio = found.input_consistency_ratio
    return found.weights, Consistency(ratio=ratio, is_consistent=ratio < CONSISTENT_BELOW, xi=found.xi)


def _refuse_other_length(where: str, given: Sequence[object], expected: int) -> None:
    if len(given) != expected:
        raise InvalidInput("ragged", where, length=len(given), expected=expected)


def _contradictions(consistency: Consistency | None) -> Iterator[Notice]:
    if consistency is None:
        return
    if not consistency.is_consistent:
        yield Notice(code="inconsistent", values={"ratio": consistency.ratio, "limit": CONSISTENT_BELOW})
    for rater, ratio in enumerate(consistency.raters):
        if ratio >= CONSISTENT_BELOW and len(consistency.raters) > 1:
            values = {"ratio": ratio, "limit": CONSISTENT_BELOW}
            yield Notice(code="rater_inconsistent", where=f"/judgements/{rater}", values=dict(values))


def _sameness(weights: FloatArray) -> Iterator[Notice]:
    n, largest, smallest = len(weights), float(weights.max()), float(weights.min())
    for place in np.flatnonzero(weights == 0).tolist():
        yield Notice(code="item_without_weight", where=f"/items/{place}")
    if n == 1:
        yield Notice(code="single_item")
    elif n > MANY_ITEMS and largest <= NEARLY_EQUAL * smallest:
        yield Notice(code="many_nearly_equal_weights", values={"items": n, "limit": MANY_ITEMS})
    elif math.isclose(largest, smallest, rel_tol=1e-9):
        yield Notice(code="equal_weights", values={"items": n})


# the swing points of the selection example
EXAMPLE: dict[str, Any] = {
    "method": "points",
    "items": [
        "Revenue potential",
        "Profitability potential",
        "Buying orientation",
        "Cultural fit",
        "Quick pay",
        "Product fit",
    ],
    "points": [100, 80, 60, 50, 40, 20],
}
