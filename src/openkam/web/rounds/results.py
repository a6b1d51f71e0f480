"""What follows from a round's medians: the ranking, and each account's place in the matrix. Arrays in, arrays out.

Weights and cuts other than the round's own are a what-if: they are arguments, and nothing here writes.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from openkam.method import matrix
from openkam.method.ranking import ranked, ranks, weighted
from openkam.method.strength import TOLERANCE, rivals, scored

from .models import Kind, Round
from .reading.sheets import Floats, Integers, Reading

BAND = 0.05
Truths = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Ranking:
    """One entry per account of the reading. rank is 0 for the excluded, the unscored, and those that were merged away.

    below  accounts x criteria: True where a must-have is missed.
    order  positions of the ranked accounts, best first.
    """

    weights: Floats
    score: Floats
    completeness: Floats
    below: Truths
    rank: Integers
    order: Integers

    @property
    def excluded(self) -> Truths:
        out: Truths = self.below.any(axis=1)
        return out


def ranking(reading: Reading, weights: Floats | None = None) -> Ranking:
    """The selection criteria weighted. Raises InvalidInput("weights_all_zero" | "weight_negative" | "ragged")."""
    items, scores = reading.items[Kind.SELECTION], reading.sheets[Kind.SELECTION].median
    points = reading.weights(Kind.SELECTION) if weights is None else weights
    floors = np.array([item.floor or 0 for item in items])
    below = scores < floors  # NaN is below nothing: missing is not zero
    if items:
        score, completeness = weighted(scores, points)
    else:
        score, completeness = np.full(len(scores), np.nan), np.zeros(len(scores))
    out = below.any(axis=1) | ~reading.ranked
    rank = ranks(score, out)
    return Ranking(points, score, completeness, below, rank, ranked(score, out))


@dataclass(frozen=True, eq=False)
class Places:
    """The matrix: one entry per account. Unknown is NaN; `cells` holds indices into matrix.CLASSES, or -1.

    attractiveness  1..10; low and high are the lowest and the highest of a single rater.
    strength        by the round's rule, from the round's view; `theirs` as the customers themselves see it.
    """

    weights: Floats
    attractiveness: Floats
    low: Floats
    high: Floats
    strength: Floats
    theirs: Floats
    best: Floats
    average: Floats
    cells: npt.NDArray[np.int8]
    cut: float | None

    @property
    def borderline(self) -> Truths:
        """Within five per cent of a border, on either axis."""
        near = BAND + TOLERANCE  # the band's own edge is inside, whatever binary fractions make of it
        by_cut = (
            np.abs(self.attractiveness / self.cut - 1) <= near if self.cut else np.zeros(len(self.cells), dtype=bool)
        )
        found: Truths = (self.cells >= 0) & (by_cut | (np.abs(self.strength - 1) <= near))
        return found


def places(
    reading: Reading,
    round_: Round,
    *,
    weights: Floats | None = None,
    cut: float | None = None,
    rule: str = "",
    view: str = "",
) -> Places:
    """Where each account stands, by the round's rules or by others that somebody tries.

    cut  a score; None takes the round's own rule.
    """
    points = reading.weights(Kind.ATTRACTIVENESS) if weights is None else weights
    attractive, low, high = _attractiveness(reading, points)
    rule, view = rule or round_.strength_rule, view or round_.strength_view
    ours = _strength(reading, reading.sheets[Kind.STRENGTH].median)
    theirs = _strength(reading, reading.customer)
    answered = ~np.isnan(theirs["best"])
    shown = {name: np.where(answered & (view == Round.View.THEIRS), theirs[name], ours[name]) for name in ours}
    limit = cut_of(round_) if cut is None else cut
    placed = matrix.place(attractive, shown[rule], limit)
    return Places(
        weights=points,
        attractiveness=attractive,
        low=low,
        high=high,
        strength=shown[rule],
        theirs=theirs[rule],
        best=shown["best"],
        average=shown["average"],
        cells=placed.classes,
        cut=placed.cut,
    )


def cut_of(round_: Round) -> float | None:
    """The round's own cut as a score; None for the mean of the rated accounts."""
    if round_.cut == Round.Cut.MIDPOINT:
        return matrix.MIDPOINT
    return float(round_.cut_at) if round_.cut == Round.Cut.FIXED and round_.cut_at is not None else None


def _attractiveness(reading: Reading, points: Floats) -> tuple[Floats, Floats, Floats]:
    sheet, gone = reading.sheets[Kind.ATTRACTIVENESS], ~reading.ranked
    nothing = np.full(len(reading.entries), np.nan)
    if not points.size:
        return nothing, nothing, nothing
    score = weighted(sheet.median, points).score
    score[gone] = np.nan
    single = scored(sheet.cube, points) if sheet.cube.size else nothing[None]
    return score, np.fmin.reduce(single, axis=0), np.fmax.reduce(single, axis=0)


def weights_at(reading: Reading, position: int) -> Floats:
    """What counts how much for this customer; without points of its own, as everywhere in the round."""
    general, points = reading.weights(Kind.STRENGTH), reading.entries[position].points
    if not points:
        return general
    items = reading.items[Kind.STRENGTH]
    return np.array([points.get(item.id, usual) for item, usual in zip(items, general, strict=True)], dtype=float)


def supplier_weights(reading: Reading) -> Floats:
    """Suppliers x success factors: what counts at each supplier's customer."""
    general = reading.weights(Kind.STRENGTH)
    table = np.tile(general, (len(reading.entries), 1))
    for position, entry in enumerate(reading.entries):
        if entry.points:
            table[position] = weights_at(reading, position)
    weights: Floats = table[[supplier.entry for supplier in reading.suppliers]]
    return weights


def supplier_scores(reading: Reading, table: Floats) -> Floats:
    """The weighted score of every supplier, 1..10; NaN where nothing is known."""
    return scored(table, supplier_weights(reading)) if table.size else np.full(len(table), np.nan)


def _strength(reading: Reading, table: Floats) -> dict[str, Floats]:
    """Our score at each account over the best competitor's, and over the average competitor's."""
    count = len(reading.entries)
    scores = supplier_scores(reading, table)
    others = reading.suppliers[count:]
    seats = np.zeros(count, dtype=int)
    columns = []
    for supplier in others:  # each competitor's seat at the table of its customer
        columns.append(seats[supplier.entry])
        seats[supplier.entry] += 1
    rows = np.full((count, int(seats.max(initial=0))), np.nan)
    if others:
        rows[[supplier.entry for supplier in others], columns] = scores[count:]
    return {rule: scores[:count] / score for rule, score in rivals(rows).items()}
