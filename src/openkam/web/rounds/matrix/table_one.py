"""Table One: factors down, customers across, totals and the average as in the deck."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from openkam.method.account_class import cut_or_mean
from openkam.method.agreement import FLAG_RANGE
from openkam.method.strength import TOLERANCE, total

from ..models import Kind, Round
from ..reading.sheets import EntryRead, Integers, ItemRead, Reading, known
from ..results import Places, places

PER_PAGE = 20


@dataclass(frozen=True)
class Cell:
    """What the raters say: the median, and from the lowest to the highest where they differ."""

    median: float | None
    low: float | None = None
    high: float | None = None

    @property
    def differs(self) -> bool:
        return self.low is not None and self.high is not None and self.high > self.low

    @property
    def is_flagged(self) -> bool:
        """So far apart that they should talk."""
        return self.differs and (self.high or 0) - (self.low or 0) >= FLAG_RANGE


@dataclass(frozen=True)
class Column:
    """One customer. is_first_below: the cut is drawn before it."""

    entry: EntryRead
    score: float | None
    total: float | None
    is_high: bool
    is_first_below: bool


class TableOne:
    """Every customer of the round by its total. Raises InvalidInput("weights_all_zero")."""

    def __init__(self, round_: Round, reading: Reading) -> None:
        self.round, self.reading = round_, reading
        self.items: tuple[ItemRead, ...] = reading.items[Kind.ATTRACTIVENESS]
        self.places: Places = places(reading, round_)

    @property
    def cut(self) -> float | None:
        return self.places.cut

    @property
    def cut_total(self) -> float | None:
        return total(self.cut, len(self.items))

    @property
    def rated(self) -> int:
        return int((~np.isnan(self.places.attractiveness)).sum())

    @property
    def average(self) -> float | None:
        """The total of all scores / the number of customers rated."""
        return total(cut_or_mean(self.places.attractiveness, None), len(self.items))

    @property
    def shares(self) -> list[float]:
        """What each factor weighs, 0..1."""
        shares: list[float] = (self.places.weights / self.places.weights.sum()).tolist()
        return shares

    @property
    def is_weighted(self) -> bool:
        return bool(np.ptp(self.places.weights) > TOLERANCE)

    @cached_property
    def order(self) -> Integers:
        """Positions by total, the unscored last; without accounts that were merged away."""
        scores = np.where(self.reading.ranked, self.places.attractiveness, np.nan)
        order = np.argsort(-scores, kind="stable")
        ordered: Integers = order[self.reading.ranked[order]]
        return ordered

    def columns(self, positions: Integers) -> Iterator[Column]:
        was_high = True
        for at in positions.tolist():
            score = float(self.places.attractiveness[at])
            is_high = self.cut is not None and score >= self.cut - TOLERANCE
            yield Column(
                entry=self.reading.entries[at],
                score=known(score),
                total=total(known(score), len(self.items)),
                is_high=is_high,
                is_first_below=was_high and not is_high and not np.isnan(score),
            )
            was_high = is_high

    def rows(self, positions: Integers) -> Iterator[tuple[ItemRead, float, list[Cell]]]:
        """Each factor with its share of the weight and what was said of these customers."""
        sheet = self.reading.sheets[Kind.ATTRACTIVENESS]
        some = sheet.cube[:, positions]
        median = sheet.median[positions]
        if some.size:
            low, high = np.fmin.reduce(some, axis=0), np.fmax.reduce(some, axis=0)
        else:
            low = high = median
        for k, (item, share) in enumerate(zip(self.items, self.shares, strict=True)):
            numbers = zip(median[:, k], low[:, k], high[:, k], strict=True)
            yield item, share, [Cell(*(known(number) for number in three)) for three in numbers]
