"""How far the raters of a revealed round agree on whole accounts, kept for as long as its reading is."""

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np

from openkam.method.agreement import Icc, Kendall, icc, kendall_w
from openkam.method.errors import InvalidInput

from ..models import Kind
from ..reading.sheets import Floats, Reading


@dataclass(frozen=True)
class Agreement:
    """Of one kind of criteria. `problem` is the code of why there is no figure, empty when there are figures.

    raters  how many of them scored anything of this kind.
    """

    kind: Kind
    raters: int
    problem: str = ""
    kendall: Kendall | None = None
    icc: Icc | None = None


_kept: WeakKeyDictionary[Reading, tuple[Agreement, ...]] = WeakKeyDictionary()


def agreements(reading: Reading) -> tuple[Agreement, ...]:
    """One per kind of criteria that the round has, worked out once for each reading."""
    if reading not in _kept:
        kinds = [Kind(kind) for kind, items in reading.items.items() if items]
        _kept[reading] = tuple(agreement(kind, totals(reading, kind)) for kind in kinds)
    return _kept[reading]


def agreement(kind: Kind, scores: Floats) -> Agreement:
    """Of raters x accounts, NaN where a rater said nothing of an account. Who said nothing at all is left out."""
    scores = scores[~np.isnan(scores).all(axis=1)]
    raters = len(scores)
    if raters < 2:
        return Agreement(kind, raters, "agreement_one_rater" if raters else "agreement_no_rater")
    try:
        return Agreement(kind, raters, "", kendall_w(scores), icc(scores.T))
    except InvalidInput:
        return Agreement(kind, raters, "agreement_few_accounts")


def totals(reading: Reading, kind: str) -> Floats:
    """Raters x accounts: each rater's weighted mean score of an account over what they answered.

    Of success factors our own score alone: a competitor is no account. Accounts that were merged away are left out.
    """
    ours = reading.sheets[kind].cube[:, : len(reading.entries)][:, reading.ranked]
    weights = reading.weights(kind)
    weights = weights if weights.any() else np.ones(len(weights))
    weight = (~np.isnan(ours) * weights).sum(axis=-1)
    sums = np.nansum(ours * weights, axis=-1)
    found: Floats = np.divide(sums, weight, out=np.full(weight.shape, np.nan), where=weight > 0)
    return found
