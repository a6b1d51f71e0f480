"""Our view of ourselves and the competitors beside the customer's, the largest gap first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from openkam.method.strength import StrengthRule, rivals

from ..models import Entry, Kind, Round
from ..reading.sheets import Floats, Reading, known
from ..results import supplier_scores


@dataclass(frozen=True)
class View:
    """One success factor of one supplier (empty for ourselves), 1..10, in the medians of both sides; None unknown."""

    factor: str
    supplier: str
    ours: float | None
    theirs: float | None

    @property
    def gap(self) -> float | None:
        """How much higher we rate than the customer does."""
        return None if self.ours is None or self.theirs is None else self.ours - self.theirs


@dataclass(frozen=True)
class Total:
    """A supplier's total in both views: its score times the number of success factors."""

    supplier: str
    ours: float | None
    theirs: float | None


@dataclass(frozen=True)
class TwoViews:
    """Both views of one customer. A strength is our total / the best (or the average) competitor's."""

    views: tuple[View, ...]
    totals: tuple[Total, ...]
    our_strength: float | None
    their_strength: float | None

    @property
    def has_theirs(self) -> bool:
        return any(view.theirs is not None for view in self.views)


def shown_views(round_: Round, entry: Entry, reading: Reading) -> dict[str, Any]:
    """What a page may show of both views: the context of `two_views.html`.

    Until the first reveal nobody reads an answer, not even who asked for it: it would anchor those who still score.
    """
    position = reading.position(entry.pk)
    if position is None or not round_.shown_turn:
        return {"views": None, "is_waiting": entry.links.filter(revoked_at=None).exclude(used_at=None).exists()}
    return {"views": two_views(reading, position, round_.strength_rule), "is_waiting": False}


def two_views(reading: Reading, position: int, rule: StrengthRule = "best") -> TwoViews:
    """Both views of the customer at this position. For pages, ask `shown_views`.

    rule  whom strength is measured against: the round's `strength_rule`.
    """
    rows = [at for at, supplier in enumerate(reading.suppliers) if supplier.entry == position]
    names = [reading.suppliers[at].name for at in rows]
    factors = [item.name for item in reading.items[Kind.STRENGTH]]
    ours, theirs = reading.sheets[Kind.STRENGTH].median, reading.customer
    our_scores, their_scores = supplier_scores(reading, ours)[rows], supplier_scores(reading, theirs)[rows]
    return TwoViews(
        views=_largest_gap_first(_views(factors, names, (ours[rows], theirs[rows]))),
        totals=tuple(
            Total(name, known(one * len(factors)), known(other * len(factors)))
            for name, one, other in zip(names, our_scores, their_scores, strict=True)
        ),
        our_strength=_strength(our_scores, rule),
        their_strength=_strength(their_scores, rule),
    )


def _views(factors: Sequence[str], names: Sequence[str], sides: tuple[Floats, Floats]) -> list[View]:
    ours, theirs = sides
    return [
        View(factor, name, known(ours[row, column]), known(theirs[row, column]))
        for column, factor in enumerate(factors)
        for row, name in enumerate(names)
    ]


def _largest_gap_first(views: list[View]) -> tuple[View, ...]:
    return tuple(sorted(views, key=lambda view: (view.gap is None, -abs(view.gap or 0))))


def _strength(scores: Floats, rule: StrengthRule) -> float | None:
    """Ours stands first, the competitors' behind it."""
    return known(scores[0] / rivals(scores[None, 1:])[rule][0])
