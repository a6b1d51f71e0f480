"""Two rounds beside each other: who moved, and why. A frozen round is read as it was frozen.

Accounts are the same by their number today, so that merged ones meet; criteria by their number in the library, so
that a new name changes nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from openkam.method.account_class import CLASSES
from openkam.method.errors import InvalidInput

from ..models import Kind, Placement, Round
from ..reading.sheets import EntryRead, Floats, Integers, ItemRead, Reading, known
from ..results import places, ranking
from .change import Parts, Side, split

REASONS = 3
TOO_SMALL = 0.005  # what a reason must at least add to a score to be told
UNPLACED = -1

Cause = Literal["scores", "weights", "criteria"]


@dataclass(frozen=True, eq=False)
class Standing:
    """A round's result: per entry its rank (0: none), its score and its class (index into CLASSES, or -1)."""

    round: Round
    reading: Reading
    rank: Integers
    score: Floats
    cells: Integers
    weights: Floats

    @classmethod
    def of(cls, round_: Round, reading: Reading) -> "Standing":
        """Raises InvalidInput("weights_all_zero")."""
        found = ranking(reading)
        rank, score, cells = found.rank, found.score, _cells(round_, reading)
        if round_.is_frozen:
            rank, score, cells = _as_frozen(round_, reading)
        return cls(round_, reading, rank, score, cells, found.weights)

    @property
    def items(self) -> dict[int, int]:
        """Criterion -> its column."""
        return {item.criterion: at for at, item in enumerate(self.reading.items[Kind.SELECTION])}

    @property
    def shares(self) -> Floats:
        """The weights, adding up to one."""
        total = self.weights.sum()
        shares: Floats = self.weights / total if total else self.weights
        return shares

    def positions(self) -> dict[int, int]:
        """Account -> its position."""
        return {entry.account: at for at, entry in enumerate(self.reading.entries) if entry.account is not None}


def _cells(round_: Round, reading: Reading) -> Integers:
    try:
        return places(reading, round_).cells.astype(np.int64)
    except InvalidInput:  # nothing weighs anything there
        return np.full(len(reading.entries), UNPLACED)


def _as_frozen(round_: Round, reading: Reading) -> tuple[Integers, Floats, Integers]:
    rows = Placement.objects.filter(entry__round=round_).values_list("entry_id", "rank", "score", "cell")
    kept = {entry: (rank or 0, np.nan if score is None else score, cell) for entry, rank, score, cell in rows}
    found = [kept.get(entry.id, (0, np.nan, "")) for entry in reading.entries]
    rank = np.array([row[0] for row in found], dtype=np.int64)
    cells = [CLASSES.index(row[2]) if row[2] else UNPLACED for row in found]
    return rank, np.array([row[1] for row in found], dtype=float), np.array(cells, dtype=np.int64)


@dataclass(frozen=True)
class Weight:
    """What a criterion weighs, 0..1, in each round; None where it is not in the round."""

    name: str
    before: float | None
    after: float | None


@dataclass(frozen=True)
class Reason:
    """A criterion's part in the change: its medians for scores and criteria, its shares of the weight for weights."""

    cause: Cause
    name: str
    before: float | None
    after: float | None
    effect: float


@dataclass(frozen=True)
class Move:
    """One account in both rounds. The three parts add up to the change of its score."""

    entry: EntryRead
    ranks: tuple[int | None, int | None]
    cells: tuple[str, str]
    scores: tuple[float | None, float | None]
    parts: Mapping[str, float] | None
    reasons: tuple[Reason, ...]
    drawn: tuple[float, float]  # 0 for the first rank, 1 for the last of both rounds

    @property
    def change(self) -> float | None:
        return None if None in self.scores else self.scores[1] - self.scores[0]  # type: ignore[operator]

    @property
    def places_won(self) -> int | None:
        """Positive for an account that rose."""
        return None if None in self.ranks else self.ranks[0] - self.ranks[1]  # type: ignore[operator]

    @property
    def steps(self) -> int:
        return abs(self.places_won or 0)

    @property
    def line(self) -> tuple[float, float]:
        """Where a line of the rank begins and ends in a drawing 20 high."""
        start, end = (round(3 + 14 * height, 1) for height in self.drawn)
        return start, end

    @property
    def direction(self) -> str:
        return "down" if self.drawn[0] < self.drawn[1] else "up" if self.drawn[0] > self.drawn[1] else "same"


class Comparison:
    """The accounts of two rounds, the biggest movers first, and those that only one of them has."""

    def __init__(self, before: Standing, after: Standing) -> None:
        self.before, self.after = before, after
        self.criteria = list(dict.fromkeys([*after.items, *before.items]))
        there, here = before.positions(), after.positions()
        both = [account for account in here if account in there]
        self.at = np.array([[there[account], here[account]] for account in both], dtype=np.int64).reshape(-1, 2)
        self.new = [after.reading.entries[at] for account, at in here.items() if account not in there]
        self.gone = [before.reading.entries[at] for account, at in there.items() if account not in here]
        sides = (before, after)
        merged = {e.name: e for side in sides for e in side.reading.entries if e.account is None}
        self.merged = list(merged.values())

    @cached_property
    def weights(self) -> list[Weight]:
        """Every criterion of the two rounds, named as the later one names it."""
        return [
            Weight(
                self._item(criterion).name,
                _at(self.before.shares, self.before.items.get(criterion)),
                _at(self.after.shares, self.after.items.get(criterion)),
            )
            for criterion in self.criteria
        ]

    def _item(self, criterion: int) -> ItemRead:
        side = self.after if criterion in self.after.items else self.before
        return side.reading.items[Kind.SELECTION][side.items[criterion]]

    @cached_property
    def order(self) -> Integers:
        """Rows of `at`: by places won or lost, then by the change of the score. Outside the ranking is behind it."""
        moved = np.abs(self._places[:, 1] - self._places[:, 0])
        change = np.abs(self.after.score[self.at[:, 1]] - self.before.score[self.at[:, 0]])
        return np.lexsort((np.arange(len(moved)), -np.nan_to_num(change), -moved))

    @cached_property
    def _places(self) -> Integers:
        """Ranks of both rounds; who has none stands behind all who have."""
        columns = [side.rank[self.at[:, one]] for one, side in enumerate((self.before, self.after))]
        behind = [int(side.rank.max(initial=0)) + 1 for side in (self.before, self.after)]
        return np.stack([np.where(c > 0, c, b) for c, b in zip(columns, behind, strict=True)], axis=1)

    def _side(self, one: int, rows: Integers) -> Side:
        standing = (self.before, self.after)[one]
        scores = np.full((len(rows), len(self.criteria)), np.nan)
        weights = np.full(len(self.criteria), np.nan)
        median = standing.reading.sheets[Kind.SELECTION].median
        for column, criterion in enumerate(self.criteria):
            if (k := standing.items.get(criterion)) is not None:
                scores[:, column] = median[self.at[rows, one], k]
                weights[column] = standing.weights[k]
        return Side(scores, weights)

    def moves(self, rows: Integers) -> Iterator[Move]:
        """These rows of `at` in words; the work grows with their number."""
        sides = self._side(0, rows), self._side(1, rows)
        parts = split(*sides)
        for place, row in enumerate(rows.tolist()):
            yield self._move(row, place, parts, sides)

    def _move(self, row: int, place: int, parts: Parts, sides: tuple[Side, Side]) -> Move:
        was, now = self.at[row].tolist()
        one, other = self.before, self.after
        heights = ((self._places[row] - 1) / max(int(self._places.max()) - 1, 1)).tolist()
        shares = {cause: float(getattr(parts, cause)[place].sum()) for cause in ("scores", "weights", "criteria")}
        return Move(
            entry=other.reading.entries[now],
            ranks=(int(one.rank[was]) or None, int(other.rank[now]) or None),
            cells=(_cell(one, was), _cell(other, now)),
            scores=(known(one.score[was]), known(other.score[now])),
            parts=None if np.isnan(shares["scores"]) else shares,
            reasons=tuple(self._reasons(place, parts, sides)),
            drawn=(heights[0], heights[1]),
        )

    def _reasons(self, place: int, parts: Parts, sides: tuple[Side, Side]) -> Iterator[Reason]:
        """The largest parts of the change."""
        causes: tuple[Cause, ...] = ("scores", "weights", "criteria")
        effects = np.stack([getattr(parts, cause)[place] for cause in causes])
        for flat in np.argsort(-np.abs(np.nan_to_num(effects)), axis=None, kind="stable")[:REASONS].tolist():
            cause, column = divmod(flat, len(self.criteria))
            effect = float(effects[cause, column])
            if abs(effect) >= TOO_SMALL:
                told = [known(side.scores[place, column]) for side in sides]
                if causes[cause] == "weights":
                    told = [self.weights[column].before, self.weights[column].after]
                yield Reason(causes[cause], self.weights[column].name, told[0], told[1], effect)

    def counts(self) -> dict[str, int]:
        """How many rose, fell, and changed their class."""
        places = self._places
        cells = [side.cells[self.at[:, one]] for one, side in enumerate((self.before, self.after))]
        return {
            "risen": int((places[:, 1] < places[:, 0]).sum()),
            "fallen": int((places[:, 1] > places[:, 0]).sum()),
            "reclassed": int(((cells[0] != cells[1]) & (cells[0] >= 0) & (cells[1] >= 0)).sum()),
        }


def _cell(side: Standing, at: int) -> str:
    return CLASSES[side.cells[at]] if side.cells[at] >= 0 else ""


def _at(numbers: Floats, column: int | None) -> float | None:
    return None if column is None else float(numbers[column])
