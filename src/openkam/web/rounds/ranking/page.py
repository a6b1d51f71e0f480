"""The ranking of a round as its page needs it: every account in arrays, and one page of them in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from weakref import WeakKeyDictionary

import numpy as np

from openkam.method.agreement import FLAG_RANGE
from openkam.method.sensitivity import critical, tipping_pairs

from ..models import Kind, Round
from ..reading.sheets import EntryRead, Floats, Integers, ItemRead, Reading, known
from ..results import Ranking, Truths, ranking
from .robustness import top_shares
from .trial import Trial

PER_PAGE = 50
TIED = 5e-4  # a change of weight that would be printed as none
REASONS = 2
FEW_RATERS = 3
MANY_CRITERIA = 10
_SAME = 1e-9

_names: WeakKeyDictionary[Reading, tuple[str, ...]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Said:
    """What the raters say of an account on one criterion."""

    item: ItemRead
    median: float


@dataclass(frozen=True)
class Tip:
    """The weight, 0..1, at which an account ties with one on the other side of the border, the others in proportion."""

    item: ItemRead
    now: float
    at: float
    change: float
    against: EntryRead

    @property
    def is_tied(self) -> bool:
        """Whether the two tie already."""
        return abs(self.change) < TIED


@dataclass(frozen=True)
class Row:
    """One account of the ranking. rank is None when it is excluded or unscored; shares are 0..1.

    completeness  the share of the weight that was answered.
    lifts, pulls  the criteria that set it most above, and most below, the mean account.
    chance        the share of random weightings that puts it among the best, whatever the sliders say.
    is_last_in    the border of the best is drawn beneath it.
    """

    entry: EntryRead
    rank: int | None
    score: float | None
    completeness: float
    excluded_by: tuple[Said, ...]
    disputed: tuple[ItemRead, ...]
    lifts: tuple[Said, ...]
    pulls: tuple[Said, ...]
    tip: Tip | None
    chance: float | None
    is_in: bool
    is_last_in: bool

    @property
    def decimals(self) -> int:
        """Of the completeness in per cent: all or nothing needs none."""
        return 0 if round(self.completeness, 4) in (0, 1) else 2


class RankingPage:
    """A round ranked by its own weights, or by those of a trial.

    Raises InvalidInput("weights_all_zero") when nothing weighs anything.
    """

    def __init__(self, round_: Round, reading: Reading, trial: Trial) -> None:
        self.round, self.reading, self.trial = round_, reading, trial
        self.items = reading.items[Kind.SELECTION]
        self.sheet = reading.sheets[Kind.SELECTION]
        self.found: Ranking = ranking(reading, trial.points if trial.is_moved else None)

    @property
    def top(self) -> int:
        return self.round.top

    @cached_property
    def weights(self) -> Floats:
        """Shares that add up to one."""
        shares: Floats = self.found.weights / self.found.weights.sum() if len(self.items) else self.found.weights
        return shares

    @cached_property
    def chances(self) -> Floats | None:
        return top_shares(self.round, self.reading)

    @cached_property
    def mean(self) -> Floats:
        """The mean account: each criterion over the accounts that have a score of it; NaN for none."""
        answered = np.isfinite(self.sheet.median)
        count = answered.sum(axis=0)
        total = np.where(answered, self.sheet.median, 0).sum(axis=0)
        return np.divide(total, count, out=np.full(len(count), np.nan), where=count > 0)

    @cached_property
    def _inside(self) -> Truths:
        inside = np.zeros(len(self.reading.entries), dtype=bool)
        inside[self.found.order[: self.top]] = True
        return inside

    @cached_property
    def positions(self) -> Integers:
        """Every account but those merged away: ranked, then excluded by their score, then unscored."""
        rest = np.flatnonzero((self.found.rank == 0) & self.reading.ranked)
        return np.concatenate((self.found.order, rest[np.argsort(-self.found.score[rest], kind="stable")]))

    def named(self, text: str) -> Integers:
        """The positions of accounts whose name holds the text, in any case; all for an empty text."""
        wanted = text.casefold()
        if not wanted:
            return self.positions
        is_named = np.array([wanted in name for name in _folded(self.reading)], dtype=bool)
        return self.positions[is_named[self.positions]]

    @property
    def merged(self) -> list[EntryRead]:
        """Accounts that left their place to the one they were merged into; their scores are kept and not ranked."""
        return [self.reading.entries[at] for at in np.flatnonzero(~self.reading.ranked)]

    def rows(self, positions: Integers, last_in: int | None = None) -> Iterator[Row]:
        """These accounts in words; the work grows with their number, not with the round's.

        last_in  the position beneath which the border is drawn, as `border` finds it.
        """
        for at, tip in zip(positions.tolist(), self._tips(positions), strict=True):
            yield self._row(at, tip, is_last_in=at == last_in)

    def border(self, positions: Integers) -> int | None:
        """The last of these that is among the best; None when nobody stands behind it or nobody before."""
        inside = positions[self._inside[positions]]
        return int(inside[-1]) if len(inside) and self.top < len(self.found.order) else None

    def _row(self, at: int, tip: Tip | None, *, is_last_in: bool) -> Row:
        found, median = self.found, self.sheet.median[at]
        lifts, pulls = self._reasons(at)
        return Row(
            entry=self.reading.entries[at],
            rank=int(found.rank[at]) or None,
            score=known(found.score[at]),
            completeness=float(found.completeness[at]),
            excluded_by=tuple(Said(self.items[k], median[k]) for k in np.flatnonzero(found.below[at])),
            disputed=tuple(self.items[k] for k in np.flatnonzero(self.sheet.range[at] >= FLAG_RANGE)),
            lifts=lifts,
            pulls=pulls,
            tip=tip,
            chance=None if self.chances is None else known(self.chances[at]),
            is_in=bool(self._inside[at]),
            is_last_in=is_last_in,
        )

    def _reasons(self, at: int) -> tuple[tuple[Said, ...], tuple[Said, ...]]:
        """By what a criterion adds to the score, or takes from it, against the mean account."""
        median = self.sheet.median[at]
        lift = self.weights * (median - self.mean)  # NaN where it was not answered
        told = np.flatnonzero(np.abs(lift) > _SAME)
        falling = told[np.argsort(-lift[told], kind="stable")]
        lifts = [k for k in falling[:REASONS] if lift[k] > 0]
        pulls = [k for k in falling[::-1][:REASONS] if lift[k] < 0]
        return (
            tuple(Said(self.items[k], float(median[k])) for k in lifts),
            tuple(Said(self.items[k], float(median[k])) for k in pulls),
        )

    @property
    def facing(self) -> tuple[EntryRead, EntryRead] | None:
        """The first outside, whom those inside are held against, and the last inside; None without a border."""
        order, top = self.found.order, self.top
        if top >= len(order):
            return None
        return self.reading.entries[order[top]], self.reading.entries[order[top - 1]]

    def _tips(self, positions: Integers) -> list[Tip | None]:
        """For each ranked account the smallest relative change of one weight that takes it across the border."""
        order, top = self.found.order, self.top
        if top >= len(order) or not len(positions):
            return [None] * len(positions)
        facing = np.where(self._inside[positions], order[top], order[top - 1])
        median = self.sheet.median
        tipping = tipping_pairs(median[positions], median[facing], self.weights)
        return [
            self._tip(tips, int(other)) if self.found.rank[at] else None
            for at, other, tips in zip(positions, facing, tipping, strict=True)
        ]

    def _tip(self, tips: Floats, other: int) -> Tip | None:
        found = critical(tips, self.weights)
        if found is None:
            return None
        now = float(self.weights[found.index])
        against = self.reading.entries[other]
        return Tip(self.items[found.index], now, found.weight, found.relative_change, against)

    def notices(self) -> Iterator[tuple[str, int]]:
        """What a reader should know before believing the order: codes, each with a number."""
        order, rank, used = self.found.order, self.found.rank, self.weights[self.weights > 0]
        if self.top >= len(order):
            yield "top_takes_all", len(order)
        elif rank[order[self.top - 1]] == rank[order[self.top]]:
            yield "tie_at_border", self.top
        if len(used) > MANY_CRITERIA and np.ptp(used) < _SAME:
            yield "many_criteria_of_equal_weight", len(used)
        if all(item.floor is None for item in self.items):
            yield "no_knock_out", 0
        if len(self.reading.raters) < FEW_RATERS:
            yield "few_raters", len(self.reading.raters)


def _folded(reading: Reading) -> tuple[str, ...]:
    """The accounts' names to be searched, made once for a reading."""
    if reading not in _names:
        _names[reading] = tuple(entry.name.casefold() for entry in reading.entries)
    return _names[reading]
