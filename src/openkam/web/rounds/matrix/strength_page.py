"""The comparison with the competition as its pages need it: a list of accounts, and one of them in full."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from openkam.method.errors import InvalidInput
from openkam.web.people.models import User

from ..actions import BEFORE_LOCK
from ..customer.two_views import shown_views
from ..customer.views import may_ask
from ..models import Competitor, Entry, Kind, Round
from ..reading import reading_of
from ..reading.sheets import EntryRead, Integers, Reading, known
from .choice import Choice
from .page import Matrix, Row
from .strength_forms import TargetForm, points_seen
from .table_two import Comparison, comparison, suppliers_at
from .words import changes

PER_PAGE = 50
KNOWN = 500
EMPTY_FIELDS = 3


@dataclass(frozen=True)
class Line:
    """One account of the list."""

    entry: EntryRead
    competitors: tuple[str, ...]
    to_best: float | None
    to_average: float | None


def positions(reading: Reading, *, text: str = "", only_missing: bool = False) -> Integers:
    """Positions of the accounts whose name holds the text; of those without a competitor, if that is asked."""
    wanted = text.casefold()
    found = [
        at
        for at, entry in enumerate(reading.entries)
        if entry.is_ranked
        and wanted in entry.name.casefold()
        and not (only_missing and len(suppliers_at(reading, at)) > 1)
    ]
    return np.array(found, dtype=np.int64)


def lines(reading: Reading, chosen: Integers) -> Iterator[Line]:
    for at in chosen.tolist():
        found = comparison(reading, at)
        yield Line(reading.entries[at], found.names[1:], found.strength("best"), found.strength("average"))


def account_page(round_: Round, entry: Entry, user: User, *, typed: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What the page of one account shows; scores only once they are revealed. typed: points that were refused."""
    reading = reading_of(round_)
    at = reading.position(entry.pk)
    if at is None:  # it came into the round a moment ago
        reading = reading_of(Round.objects.get(pk=round_.pk))
        at = reading.position(entry.pk) or 0
    found = comparison(reading, at)
    theirs, asks = shown_views(round_, entry, reading), may_ask(user, round_, entry)
    names = list(found.names[1:])
    row = _row(round_, reading, at, user) if round_.shown_turn else None
    return {
        "entry": reading.entries[at],
        "found": found,
        "columns": list(_columns(found)),
        "rows": list(_rows(found)),
        "strengths": {rule: found.strength(rule) for rule in ("best", "average")},
        "weights": list(_weights(found)),
        "has_points": bool(reading.entries[at].points),
        "points": list(_points(found, entry, typed)),
        "points_seen": points_seen(entry),
        "turn": _turn(found, round_),
        "row": row,
        "tipping": list(zip(reading.items[Kind.ATTRACTIVENESS], row.tipping, strict=False)) if row else [],
        "competitors": [*names, *[""] * EMPTY_FIELDS],
        "seen_competitors": names,
        "known_competitors": Competitor.objects.values_list("name", flat=True)[:KNOWN],
        "target_form": TargetForm(instance=entry),
        **theirs,
        "may_ask": asks,
        "takes_links": round_.stage in BEFORE_LOCK and entry.account_id is not None,
        "shows_theirs": asks or bool(theirs["views"] and theirs["views"].has_theirs),
    }


def _columns(found: Comparison) -> Iterator[tuple[str, float | None]]:
    """Each supplier with its total, ourselves first."""
    return zip(found.names, found.totals, strict=True)


def _rows(found: Comparison) -> Iterator[tuple[Any, list[tuple[float | None, bool]]]]:
    """Each success factor with the suppliers' medians, and whether raters lie far apart."""
    for k, item in enumerate(found.items):
        cells = zip(found.table[:, k], found.spread[:, k], strict=True)
        yield item, [(known(median), bool(spread >= 4)) for median, spread in cells]


def _weights(found: Comparison) -> Iterator[tuple[Any, float, float]]:
    """Each success factor with its points at this customer and their share."""
    whole = found.weights.sum()
    for item, points in zip(found.items, found.weights.tolist(), strict=True):
        yield item, points, points / whole if whole else 0.0


def _points(found: Comparison, entry: Entry, typed: Mapping[str, str] | None) -> Iterator[tuple[Any, str, float]]:
    """The fields of the points: what was typed, or what there is, each with its share now."""
    for item, _general, share in _weights(found):
        kept = entry.points.get(str(item.id))
        text = typed.get(f"p{item.id}", "")[:20] if typed is not None else "" if kept is None else f"{kept:g}"
        yield item, text, share


def _turn(found: Comparison, round_: Round) -> dict[str, Any] | None:
    """What would turn our strength: the fewest points, and each factor alone."""
    turn = found.turn(round_.strength_rule)
    if turn is None:
        return None
    alone = zip(found.items, found.table[0].tolist(), found.alone(round_.strength_rule), strict=True)
    return {
        "is_gain": turn.is_gain,
        "changes": changes(turn.steps) if turn.steps else "",
        "alone": [(item, now, level) for item, now, level in alone if level is not None],
    }


def _row(round_: Round, reading: Reading, at: int, user: User) -> Row | None:
    """The account in the matrix, by the round's own rules."""
    items = reading.items[Kind.ATTRACTIVENESS]
    if not items or not reading.items[Kind.STRENGTH]:
        return None
    try:
        found = Matrix(round_, reading, Choice.of(round_, items, {}), user)
    except InvalidInput:
        return None
    position = np.array([at])
    return next(found.rows(position, found.before(position)))
