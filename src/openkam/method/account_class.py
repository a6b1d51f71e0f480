"""The four classes of accounts: attractive or not against strong or not, and what each class deserves.

Source: Cheverton, Key Account Management (the matrix); service levels and stage ceilings are our own defaults.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from openkam.method.arrays import FloatArray
from openkam.method.errors import InvalidInput
from openkam.method.strength import TOLERANCE, BoolArray

AccountClass = Literal["key", "key_development", "maintenance", "opportunistic"]
ServiceLevel = Literal["dedicated", "investing", "economical", "tactical"]

# the index is 2 when unattractive, and 1 more when weak
CLASSES: tuple[AccountClass, ...] = ("key", "key_development", "maintenance", "opportunistic")
UNKNOWN = -1
SERVICE_LEVEL: dict[AccountClass, ServiceLevel] = {
    "key": "dedicated",
    "key_development": "investing",
    "maintenance": "economical",
    "opportunistic": "tactical",
}
# the relationship stages, 1..5, that a class deserves at most: from, to
STAGE_CEILING: dict[AccountClass, tuple[int, int]] = {
    "key": (4, 5),
    "key_development": (3, 4),
    "maintenance": (2, 3),
    "opportunistic": (2, 2),
}


@dataclass(frozen=True, eq=False)
class Placement:
    """Of arrays: `classes` holds indices into CLASSES, or UNKNOWN. cut is None when nothing was scored."""

    classes: npt.NDArray[np.int8]
    cut: float | None


def place(score: npt.ArrayLike, strength: npt.ArrayLike, cut: float | None = None) -> Placement:
    """Place many accounts at once.

    score     attractiveness of n accounts, 1..10, NaN = unknown.
    strength  our relative strength at each, NaN = unknown; such accounts have no class but count in the mean.
    cut       attractive at or above it; None: the mean of the known scores.
    Raises InvalidInput("ragged" | "not_finite").

    >>> placement = place([7.2, 6.3, 5.2, 4.7], [1.1, 0.8, 1.05, np.nan])
    >>> placement.classes, round(placement.cut, 4)
    (array([ 0,  1,  2, -1], dtype=int8), 5.85)
    """
    scores, strengths = (np.asarray(side, dtype=np.float64) for side in (score, strength))
    if scores.ndim != 1 or scores.shape != strengths.shape:
        raise InvalidInput("ragged", "strength", scores=scores.shape, strengths=strengths.shape)
    # two sums are quicker than a look at every number, and finite only when all are
    known = None if np.isfinite(scores.sum() + strengths.sum()) else _known(scores, strengths)
    limit = cut_or_mean(scores, cut)
    if limit is None:
        return Placement(np.full(len(scores), UNKNOWN, dtype=np.int8), None)
    if not np.isfinite(limit):
        raise InvalidInput("not_finite", "cut")
    is_low, is_weak = scores < limit - TOLERANCE, strengths < 1 - TOLERANCE
    classes = 2 * is_low.view(np.int8) + is_weak.view(np.int8)
    return Placement(classes if known is None else np.where(known, classes, np.int8(UNKNOWN)), limit)


def cut_or_mean(scores: FloatArray, cut: float | None) -> float | None:
    """The cut, or else the mean of the known scores; None without any.

    >>> cut_or_mean(np.array([4.0, np.nan, 6.0]), None)
    5.0
    """
    if cut is not None:
        return cut
    if len(scores) and not np.isnan(mean := scores.mean()):
        return float(mean)  # all are known, as most often, and need no picking
    known = scores[~np.isnan(scores)]
    return float(known.mean()) if len(known) else None


def _known(scores: FloatArray, strengths: FloatArray) -> BoolArray:
    for name, values in (("score", scores), ("strength", strengths)):
        if np.isinf(values).any():
            raise InvalidInput("not_finite", name)
    known: BoolArray = ~(np.isnan(scores) | np.isnan(strengths))
    return known
