"""What a rater gives: scores of the running turn, their own only, cell by cell; a bad one is told, the rest is kept."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count

from openkam.method.errors import InvalidInput
from openkam.web.people.models import User

from .actions import held
from .models import EntryCompetitor, Item, Kind, Member, Round, Score, Stage

LOWEST, HIGHEST = 1, 10
LONGEST_NOTE = 1000
BATCH = 500
TAKES_SCORES = frozenset({Stage.OPEN, Stage.SECOND})


@dataclass(frozen=True)
class Place:
    """Where a score belongs: an account, a criterion, and a competitor (0 for ourselves)."""

    entry: int
    item: int
    supplier: int = 0

    def __str__(self) -> str:
        return f"{self.entry}-{self.item}-{self.supplier}"


@dataclass(frozen=True)
class Given:
    """What was typed at a place: a score as text, empty to take it back, with the evidence for it."""

    text: str
    note: str = ""
    is_suggested: bool = False


@transaction.atomic
def give_scores(round_: Round, *, by: User, given: Mapping[Place, Given]) -> dict[Place, InvalidInput]:
    """Keep what can be kept; returns what was refused, and why.

    Raises InvalidInput("round_stage" | "round_frozen" | "not_a_rater") when nothing can be kept at all.
    """
    now = held(round_, TAKES_SCORES)
    member = now.members.filter(user=by, is_rater=True, removed_at=None).first()
    if member is None:
        raise InvalidInput("not_a_rater", now.name)
    known = _known(now, given)
    kept: dict[Place, tuple[int | None, Given]] = {}
    refused: dict[Place, InvalidInput] = {}
    for place, what in given.items():
        try:
            if place not in known:
                raise InvalidInput("score_unknown_place", str(place))
            kept[place] = score_of(what.text), what
        except InvalidInput as refusal:
            refused[place] = refusal
    _write(kept, member, now.turn)
    return refused


def score_of(text: str) -> int | None:
    """The whole number 1..10 that a text says; None for an empty one. Raises InvalidInput("score_off_scale").

    >>> score_of(" 7 "), score_of("")
    (7, None)
    """
    text = text.strip()
    if not text:
        return None
    if not text.isdecimal() or len(text) > 3 or not LOWEST <= int(text) <= HIGHEST:
        raise InvalidInput("score_off_scale", "", value=text[:40])
    return int(text)


def _known(round_: Round, given: Iterable[Place]) -> set[Place]:
    """The places that exist: criteria for every account, success factors for us and for each competitor there."""
    entries = set(round_.entries.filter(pk__in={place.entry for place in given}).values_list("pk", flat=True))
    kinds = dict(Item.objects.filter(round=round_).values_list("pk", "kind"))
    met = set(EntryCompetitor.objects.filter(entry__in=entries).values_list("entry", "pk"))
    return {
        place
        for place in given
        if place.entry in entries
        and place.item in kinds
        and (place.supplier == 0 or (kinds[place.item] == Kind.STRENGTH and (place.entry, place.supplier) in met))
    }


def _write(kept: Mapping[Place, tuple[int | None, Given]], member: Member, turn: int) -> None:
    """Two statements, however many scores: what was said at these places goes, what is said now comes."""
    there = own_scores(member, turn, {place.entry for place in kept})
    Score.objects.filter(pk__in=[row.pk for place, row in there.items() if place in kept]).delete()
    said = [
        Score(
            entry_id=place.entry,
            item_id=place.item,
            supplier_id=place.supplier or None,
            member=member,
            turn=turn,
            value=value,
            note=what.note.strip()[:LONGEST_NOTE],
            is_suggested=what.is_suggested,
        )
        for place, (value, what) in kept.items()
        if value is not None
    ]
    Score.objects.bulk_create(said, batch_size=BATCH)


@transaction.atomic
def finish(round_: Round, *, by: User, is_done: bool) -> None:
    """Say that one has scored all one can in this turn, or take that back."""
    now = held(round_, TAKES_SCORES)
    now.members.filter(user=by, removed_at=None).update(finished_turn=now.turn if is_done else now.turn - 1)


def own_scores(member: Member, turn: int, entries: Iterable[int] | None = None) -> dict[Place, Score]:
    """A rater's own scores of a turn; of some accounts, or of all."""
    rows = Score.objects.filter(member=member, turn=turn)
    rows = rows if entries is None else rows.filter(entry__in=set(entries))
    return {Place(row.entry_id, row.item_id, row.supplier_id or 0): row for row in rows}


@dataclass(frozen=True)
class Progress:
    """How far a rater is: a count, never a score."""

    member: Member
    given: int
    wanted: int
    is_finished: bool

    @property
    def fraction(self) -> float:
        return min(1.0, self.given / self.wanted) if self.wanted else 0.0


def progress(round_: Round) -> list[Progress]:
    """Every rater's progress in the running turn; of the first one once all is over. Few queries, whatever the size."""
    turn = round_.turn if round_.takes_scores else 1
    raters = round_.members.filter(is_rater=True, removed_at=None).select_related("user")
    given: dict[Any, int] = dict(
        Score.objects.filter(member__in=raters, turn=turn).order_by().values_list("member").annotate(n=Count("pk"))
    )
    wanted = places_wanted(round_)
    return [Progress(member, given.get(member.pk, 0), wanted, member.finished_turn >= round_.turn) for member in raters]


def places_wanted(round_: Round) -> int:
    """How many scores a rater can give in a turn."""
    kinds: dict[str, int] = dict(round_.items.order_by().values_list("kind").annotate(n=Count("pk")))
    accounts = round_.entries.exclude(account=None).count()
    suppliers = accounts + EntryCompetitor.objects.filter(entry__round=round_).exclude(entry__account=None).count()
    of_accounts = kinds.get(Kind.SELECTION, 0) + kinds.get(Kind.ATTRACTIVENESS, 0)
    return accounts * of_accounts + suppliers * kinds.get(Kind.STRENGTH, 0)
