"""Table Two of one customer: ourselves against the competition there, and the smallest change that would turn it."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from weakref import WeakKeyDictionary

import numpy as np

from openkam.method.agreement import FLAG_RANGE
from openkam.method.strength import StrengthRule, alone, is_strong, move, rivals, scored

from ..models import Kind, Round
from ..reading.sheets import Floats, ItemRead, Reading, known
from ..results import weights_at

_rows: WeakKeyDictionary[Reading, dict[int, list[int]]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Change:
    """A success factor and the level, 1..10, that it would go to."""

    factor: str
    now: float
    to: float


@dataclass(frozen=True)
class Turn:
    """What would turn our strength: up to 1.00 when we are weak, or below it when we are strong.

    steps  the fewest points; None when no change of our scores suffices.
    """

    is_gain: bool
    steps: tuple[Change, ...] | None


@dataclass(frozen=True, eq=False)
class Comparison:
    """Suppliers x success factors at one customer, ourselves first; NaN is unknown.

    spread   the range of the raters' scores, in the same shape; nothing in the customer's own view.
    weights  points of the success factors at this customer.
    """

    items: tuple[ItemRead, ...]
    names: tuple[str, ...]
    table: Floats
    spread: Floats
    weights: Floats

    @cached_property
    def scores(self) -> Floats:
        """1..10 for each supplier."""
        return scored(self.table, self.weights)

    @property
    def totals(self) -> list[float | None]:
        """The deck's totals: the score x the number of success factors."""
        return [known(score * len(self.items)) for score in self.scores]

    @cached_property
    def rivals(self) -> dict[StrengthRule, float]:
        return {rule: float(score[0]) for rule, score in rivals(self.scores[None, 1:]).items()}

    def strength(self, rule: StrengthRule) -> float | None:
        """Our score over the best, or over the average competitor's."""
        return known(self.scores[0] / self.rivals[rule])

    def turn(self, rule: StrengthRule) -> Turn | None:
        """None when a side is unknown."""
        strength, ours = self.strength(rule), self.table[0]
        if strength is None:
            return None
        points = move(ours, self.weights, self.rivals[rule])
        if points is None:
            return Turn(not is_strong(strength), None)
        steps = tuple(
            Change(item.name, float(now), float(now + step))
            for item, now, step in zip(self.items, ours, points, strict=True)
            if step
        )
        return Turn(not is_strong(strength), steps)

    def alone(self, rule: StrengthRule) -> list[float | None]:
        """Per success factor the level that would turn our strength by itself; None where it cannot."""
        return [known(level) for level in alone(self.table[0], self.weights, self.rivals[rule])]

    @property
    def is_flagged(self) -> list[list[bool]]:
        """Where raters lie so far apart that they should talk."""
        found: list[list[bool]] = (self.spread >= FLAG_RANGE).tolist()
        return found


def comparison(reading: Reading, position: int, view: str = Round.View.OURS) -> Comparison:
    """The account at this position, in our view; in the customer's own where it can be compared, if that is asked."""
    rows = suppliers_at(reading, position)
    sheet, items = reading.sheets[Kind.STRENGTH], reading.items[Kind.STRENGTH]
    names = tuple(reading.suppliers[row].name for row in rows)
    weights = weights_at(reading, position)
    if view == Round.View.THEIRS:
        nothing = np.full((len(rows), len(items)), np.nan)
        theirs = Comparison(items, names, reading.customer[rows], nothing, weights)
        if theirs.strength("best") is not None:
            return theirs
    return Comparison(items, names, sheet.median[rows], sheet.range[rows], weights)


def suppliers_at(reading: Reading, position: int) -> list[int]:
    """The rows of the suppliers at this account: ourselves, then the competitors."""
    if reading not in _rows:
        found: dict[int, list[int]] = defaultdict(list)
        for row, supplier in enumerate(reading.suppliers):
            found[supplier.entry].append(row)
        _rows[reading] = found
    return _rows[reading][position]
