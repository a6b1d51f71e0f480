"""Scores as a form sends them: read, compared with what is there, kept where they can be."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from django.db import transaction
from django.http import QueryDict

from openkam.method.errors import InvalidInput
from openkam.web.accounts.import_files import clean
from openkam.web.people.models import User

from ..access import membership
from ..actions import held
from ..models import Round, Score
from ..scoring import TAKES_SCORES, Given, Place, give_scores
from ..suggestions import Ledger, Suggestion
from .desk import Desk

ALL = "all"
FIELD = re.compile(r"score-(\d{1,18})-(\d{1,18})-(\d{1,18})", re.ASCII)


@dataclass(frozen=True)
class Typed:
    """What a form says of a place; `note` is None where it did not ask for one.

    is_filling  the suggestion is accepted along with others, and only where the rater has no score.
    """

    text: str
    note: str | None
    is_accepted: bool
    turn: str
    is_filling: bool = False


@dataclass(frozen=True)
class Outcome:
    """What was typed, and what of it was refused; all else is kept."""

    typed: Mapping[Place, Typed] = field(default_factory=dict)
    refused: Mapping[Place, InvalidInput] = field(default_factory=dict)


def place_of(text: str) -> Place | None:
    """The place that the name of a field speaks of.

    >>> place_of("score-3-7-0"), place_of("score-3--0")
    (Place(entry=3, item=7, supplier=0), None)
    """
    found = FIELD.fullmatch(text)
    return Place(*map(int, found.groups())) if found else None


def read(post: QueryDict) -> dict[Place, Typed]:
    """Every score of a form. "accept" names the place whose suggestion is taken as it stands, or all left empty."""
    accepted = place_of(f"score-{post.get('accept', '')}")
    found = {place: _typed(post, place) for name in post if (place := place_of(name))}
    if accepted:
        found[accepted] = replace(_typed(post, accepted), text="", is_accepted=True)
    if post.get("accept") == ALL:
        empty = {place: what for place, what in found.items() if not what.text}
        found |= {place: replace(what, is_accepted=True, is_filling=True) for place, what in empty.items()}
    return found


def _typed(post: QueryDict, place: Place) -> Typed:
    note = post.get(f"note-{place}")
    return Typed(
        text=clean(post.get(f"score-{place}", "")[:100]),
        note=None if note is None else clean(note[:5000]),
        is_accepted=post.get(f"suggested-{place}") == "1",
        turn=post.get(f"turn-{place}", post.get("turn", "")),
    )


@transaction.atomic
def take(round_: Round, typed: Mapping[Place, Typed], *, by: User) -> Outcome:
    """Keep what can be kept. Raises InvalidInput as `give_scores` does when nothing can."""
    now = held(round_, TAKES_SCORES)
    member = membership(now, by)
    if member is None or not member.is_rater:
        raise InvalidInput("not_a_rater", now.name)
    desk = Desk(now, member)
    late = {place for place, what in typed.items() if what.turn not in {"", str(now.turn)}}
    there, offers = _there(desk, typed), _offers(desk, typed, by)
    spared = {place: _spared(what, there.get(place), now.turn) for place, what in typed.items()}
    whole = {place: _given(place, what, there.get(place), offers) for place, what in spared.items()}
    given = {
        place: what for place, what in whole.items() if place not in late and _differs(what, there.get(place), now.turn)
    }
    refused = give_scores(now, by=by, given=given)
    alone = {place for place, what in given.items() if _is_note_alone(what, there.get(place))}
    for code, places in (("score_other_turn", late), ("note_alone", alone - refused.keys())):
        refused |= {place: InvalidInput(code, str(place)) for place in places}
    kept = {place: replace(typed[place], text=what.text) for place, what in whole.items() if place not in refused}
    return Outcome({**typed, **kept}, refused)


def _there(desk: Desk, typed: Mapping[Place, Typed]) -> dict[Place, Score]:
    """The rater's own latest score of each place; in the second turn that may be one of the first."""
    entries = {place.entry for place in typed}
    first = desk.own(entries, 1) if desk.round.turn > 1 else {}
    return first | desk.own(entries)


def _offers(desk: Desk, typed: Mapping[Place, Typed], by: User) -> dict[tuple[int, int], Suggestion]:
    """What the ledger suggests at the places where somebody says that they took a suggestion."""
    wanted = {place.entry for place, what in typed.items() if what.is_accepted}
    if not wanted:
        return {}
    items = [item for some in desk.reading.items.values() for item in some]
    return Ledger(by).suggestions(items, [entry for entry in desk.reading.entries if entry.id in wanted])


def _spared(what: Typed, there: Score | None, turn: int) -> Typed:
    """Who accepts many suggestions at once changes no score of their own, nor one of the first turn."""
    if not what.is_filling or there is None:
        return what
    return replace(what, text=str(there.value) if there.turn == turn else "", is_accepted=False)


def _given(place: Place, what: Typed, there: Score | None, offers: Mapping[tuple[int, int], Suggestion]) -> Given:
    offer = offers.get((place.entry, place.item)) if what.is_accepted and not place.supplier else None
    text = what.text or (str(offer.value) if offer else "")
    note = what.note if what.note is not None else there.note if there else ""
    return Given(text, note, is_suggested=offer is not None and text == str(offer.value))


def _differs(what: Given, there: Score | None, turn: int) -> bool:
    if there is None or there.turn != turn:
        return bool(what.text or what.note)
    return (what.text, what.note) != (str(there.value), there.note) or what.is_suggested > there.is_suggested


def _is_note_alone(what: Given, there: Score | None) -> bool:
    return not what.text and bool(what.note) and (there is None or what.note != there.note)
