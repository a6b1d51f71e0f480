"""The matrix of a round as its page needs it: every account placed, one page of them listed, a few hundred drawn."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from openkam.method.account_class import CLASSES, UNKNOWN, cut_or_mean, place
from openkam.method.sensitivity import critical, tipping_to_cut
from openkam.method.strength import TOLERANCE, total
from openkam.web.people.models import User

from ..models import Kind, Round
from ..reading.sheets import EntryRead, Floats, Integers, ItemRead, Reading, known
from ..results import BAND, Places, Truths, cut_of, places
from .choice import UNPLACED, Choice
from .facts import Before, Revenue, attractive_shares, before, factor_scores, revenue_of
from .table_two import Turn, comparison
from .words import CLASS_WORDS, turn_words

PER_PAGE = 50
DRAWN = 250
OTHER = {"best": "average", "average": "best"}

_names: WeakKeyDictionary[Reading, tuple[str, ...]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Tip:
    """A factor and its share of the weight, 0..1, now and where it flips the class, the others in proportion."""

    item: ItemRead
    now: float
    at: float


@dataclass(frozen=True)
class Row:
    """One account of the table. cell and the like are classes by name, empty where there is none.

    total    the deck's: the score x the number of factors.
    borders  the axes on which it is within five per cent of the border.
    revenue  None when it is unknown or not for this reader.
    keeps    the share of random weightings in which it keeps its class.
    tipping  per factor the share of weight at which it alone would flip the class; None where it never would.
    tip      the nearest of them.
    """

    entry: EntryRead
    is_visible: bool
    cell: str
    other_cell: str
    before_cell: str
    borders: tuple[str, ...]
    score: float | None
    total: float | None
    strength: float | None
    revenue: float | None
    keeps: float | None
    tipping: tuple[float | None, ...]
    tip: Tip | None
    turn: Turn | None

    @property
    def cell_words(self) -> Any:
        return CLASS_WORDS.get(self.cell, "")

    @property
    def other_words(self) -> Any:
        """The class by the other strength rule, where it differs."""
        return "" if self.other_cell == self.cell else CLASS_WORDS.get(self.other_cell, "")

    @property
    def before_words(self) -> Any:
        """The class in the last frozen round, where it differs."""
        return "" if self.before_cell == self.cell else CLASS_WORDS.get(self.before_cell, "")

    @property
    def turn_words(self) -> str:
        return turn_words(self.turn)


@dataclass(frozen=True, eq=False)
class Shown:
    """Positions of the drawn and of the listed accounts, and where they stood before."""

    drawn: Integers
    listed: Integers
    earlier: Before


class Matrix:
    """A round placed by its own rules, or by those of a choice. Raises InvalidInput("weights_all_zero")."""

    def __init__(self, round_: Round, reading: Reading, choice: Choice, user: User) -> None:
        self.round, self.reading, self.choice, self.user = round_, reading, choice, user
        self.rules = choice.tried
        self.items = reading.items[Kind.ATTRACTIVENESS]
        self.places: Places = places(reading, self.rules, weights=choice.weights)

    @property
    def cells(self) -> Integers:
        return self.places.cells.astype(np.int64)

    @property
    def cut(self) -> float | None:
        return self.places.cut

    @property
    def cut_total(self) -> float | None:
        return total(self.cut, len(self.items))

    @property
    def rated(self) -> int:
        """How many accounts have a score, and so count in the average."""
        return int((~np.isnan(self.places.attractiveness)).sum())

    @property
    def average_total(self) -> float | None:
        """The deck's average score: the total of all scores / the number of customers rated."""
        return total(cut_or_mean(self.places.attractiveness, None), len(self.items))

    @property
    def other_rule(self) -> str:
        return OTHER[self.rules.strength_rule]

    @cached_property
    def other_cells(self) -> Integers:
        """The classes by the other strength rule."""
        strength = getattr(self.places, self.other_rule)
        return place(self.places.attractiveness, strength, self.cut).classes.astype(np.int64)

    @cached_property
    def shown_strength(self) -> Floats:
        """Our strength in the view that is not chosen, where both are known; NaN elsewhere."""
        if self.rules.strength_view == Round.View.OURS:
            return self.places.theirs
        ours = places(self.reading, self.rules, weights=self.choice.weights, view=Round.View.OURS).strength
        return np.where(np.isnan(self.places.theirs), np.nan, ours)

    @property
    def counts(self) -> dict[str, int]:
        return {name: int((self.cells == index).sum()) for index, name in enumerate(CLASSES)}

    @cached_property
    def revenue(self) -> Revenue:
        return revenue_of(self.reading, self.round, self.user)

    @cached_property
    def placed(self) -> Integers:
        """Positions of the placed accounts, the most attractive first."""
        return self._by_score(self.cells != UNKNOWN)

    @cached_property
    def unplaced(self) -> Integers:
        """Positions of the others, without those that were merged away."""
        return self._by_score((self.cells == UNKNOWN) & self.reading.ranked)

    def _by_score(self, chosen: Truths) -> Integers:
        positions = np.flatnonzero(chosen)
        return positions[np.argsort(-self.places.attractiveness[positions], kind="stable")]

    @cached_property
    def listed(self) -> Integers:
        """Positions of the accounts of the chosen class whose name holds the chosen text."""
        only, wanted = self.choice.only, self.choice.text.casefold()
        if only == UNPLACED:
            positions = self.unplaced
        elif only:
            positions = self.placed[self.cells[self.placed] == CLASSES.index(only)]  # type: ignore[arg-type]
        else:
            positions = np.concatenate((self.placed, self.unplaced))
        if not wanted:
            return positions
        names = _folded(self.reading)
        return positions[np.array([wanted in names[at] for at in positions.tolist()], dtype=bool)]

    def shown(self, listed: Integers) -> "Shown":
        """What is drawn beside a page of the table: placed accounts, the largest first, at most so many."""
        ranked = self.placed[np.argsort(-np.nan_to_num(self.revenue.amounts[self.placed], nan=-1), kind="stable")]
        drawn = thinned(ranked, listed, (self.places.attractiveness, self.places.strength), DRAWN)
        return Shown(drawn, listed, self.before(np.union1d(drawn, listed)))

    @cached_property
    def keeps(self) -> Floats:
        """The share of random weightings in which each account keeps its class, 0..1."""
        high = attractive_shares(self.reading, cut_of(self.rules))
        shares: Floats = np.where(self.cells < 2, high, 1 - high)
        shares[self.cells == UNKNOWN] = np.nan
        return shares

    @cached_property
    def tipping(self) -> Floats:
        """Accounts x factors: the share of weight at which attractive flips; NaN where it never does."""
        return tipping_to_cut(factor_scores(self.reading), self.places.weights, cut_of(self.rules))

    @cached_property
    def shares(self) -> Floats:
        """The weights as shares that add up to one."""
        shares: Floats = self.places.weights / self.places.weights.sum()
        return shares

    def before(self, positions: Integers) -> Before:
        """Where these accounts stood in the last frozen round."""
        accounts = [self.reading.entries[at].account for at in positions.tolist()]
        return before(self.round, self.user, [pk for pk in accounts if pk is not None])

    def rows(self, positions: Integers, earlier: Before) -> Iterator[Row]:
        """These accounts in words; the work grows with their number, not with the round's."""
        return (self._row(at, earlier) for at in positions.tolist())

    def _row(self, at: int, earlier: Before) -> Row:
        entry, found = self.reading.entries[at], self.places
        was = earlier.places.get(entry.account or 0)
        return Row(
            entry=entry,
            is_visible=entry.account in self.revenue.visible,
            cell=self.name_of(self.cells[at]),
            other_cell=self.name_of(self.other_cells[at]),
            before_cell=was[2] if was else "",
            borders=self.borders(at),
            score=known(found.attractiveness[at]),
            total=known(found.attractiveness[at] * len(self.items)),
            strength=known(found.strength[at]),
            revenue=known(self.revenue.amounts[at]),
            keeps=known(self.keeps[at]),
            tipping=tuple(known(weight) for weight in self.tipping[at]) if self.cells[at] != UNKNOWN else (),
            tip=self._tip(at),
            turn=comparison(self.reading, at, self.rules.strength_view).turn(self.rules.strength_rule),
        )

    def _tip(self, at: int) -> Tip | None:
        nearest = critical(self.tipping[at], self.places.weights) if self.cells[at] != UNKNOWN else None
        if nearest is None:
            return None
        return Tip(self.items[nearest.index], float(self.shares[nearest.index]), nearest.weight)

    def borders(self, at: int) -> tuple[str, ...]:
        """The axes on which the account is within the band of the border."""
        if self.cells[at] == UNKNOWN or not self.cut:
            return ()
        off = {"attractiveness": self.places.attractiveness[at] / self.cut, "strength": self.places.strength[at]}
        return tuple(axis for axis, ratio in off.items() if abs(ratio - 1) <= BAND + TOLERANCE)

    @staticmethod
    def name_of(cell: int) -> str:
        return "" if cell == UNKNOWN else CLASSES[cell]


def thinned(ranked: Integers, listed: Integers, axes: tuple[Floats, Floats], limit: int) -> Integers:
    """At most so many of the ranked positions, in their order: the listed, the first, the outermost, a sample."""
    if len(ranked) <= limit:
        return ranked
    chosen = set(ranked[np.isin(ranked, listed)].tolist()) | set(ranked[: limit // 5].tolist())
    for axis in axes:
        order = ranked[np.argsort(axis[ranked], kind="stable")]
        chosen |= set(order[: limit // 25].tolist()) | set(order[-limit // 25 :].tolist())
    rest = ranked[~np.isin(ranked, list(chosen))]
    room = limit - len(chosen)
    if room > 0:
        chosen |= set(rest[np.linspace(0, len(rest) - 1, min(room, len(rest))).astype(np.int64)].tolist())
    kept: Integers = ranked[np.isin(ranked, list(chosen))]
    return kept


def _folded(reading: Reading) -> tuple[str, ...]:
    """The accounts' names to be searched, made once for a reading."""
    if reading not in _names:
        _names[reading] = tuple(entry.name.casefold() for entry in reading.entries)
    return _names[reading]
