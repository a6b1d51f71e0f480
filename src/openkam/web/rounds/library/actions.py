"""What people do to the library of criteria. Each change leaves an event, and the rounds that use it are read anew."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from openkam.method.errors import InvalidInput
from openkam.web.people.models import User
from openkam.web.programme.history import record, save_recorded

from ..actions import touch
from ..models import Criterion, Kind, Round, Stage
from .built_in import BUILT_IN, DECKS

TEXTS = ("name", "at_1", "at_5", "at_10")
FIELDS = (*TEXTS, "floor", "is_picked")
LOWEST, HIGHEST = 1, 10


def group_of(criterion: Criterion) -> str:
    """Where the library shows it: the deck's own, the optional ones beside them, or ours.

    >>> group_of(Criterion(kind="selection", slug="marquee_value"))
    'optional'
    """
    if not criterion.slug:
        return "own"
    return "optional" if criterion.kind == Kind.SELECTION and criterion.slug not in DECKS else "deck"


@transaction.atomic
def add_criterion(*, kind: str, by: User, **fields: Any) -> Criterion:
    """A criterion of our own, behind the others of its kind."""
    last = Criterion.objects.filter(kind=kind).aggregate(last=Max("position"))["last"] or 0
    criterion = Criterion(kind=kind, position=last + 1, **fields)
    _refuse_unfit(criterion)
    criterion.save()
    record("created", by=by, about=criterion, new=str(criterion))
    return criterion


@transaction.atomic
def change_criterion(criterion: Criterion, *, by: User, fields: Iterable[str] = FIELDS) -> list[str]:
    """Save a changed criterion. A text equal to the built-in one stays built in, in every language."""
    for part in TEXTS:
        text = getattr(criterion, part).strip()
        setattr(criterion, part, "" if text == built_in_text(criterion, part) else text)
    _refuse_unfit(criterion)
    changed = save_recorded(criterion, by=by, fields=fields)
    if changed:
        _touch_rounds(criterion)
    return changed


@transaction.atomic
def reset_criterion(criterion: Criterion, *, by: User) -> list[str]:
    """Give a built-in criterion its own name and anchors back."""
    for part in TEXTS:
        setattr(criterion, part, "")
    _refuse_unfit(criterion)
    changed = save_recorded(criterion, by=by, fields=TEXTS, verb="reset")
    _touch_rounds(criterion)
    return changed


@transaction.atomic
def retire(criterion: Criterion, *, by: User) -> None:
    """Offer it to no new round; the rounds that use it keep it."""
    _set_retired(criterion, timezone.now(), verb="retired", by=by)


@transaction.atomic
def restore(criterion: Criterion, *, by: User) -> None:
    """Offer it again. Raises InvalidInput("criterion_twice") when another has taken its name meanwhile."""
    _refuse_unfit(criterion)
    _refuse_twin(criterion)
    _set_retired(criterion, None, verb="restored", by=by)


def _set_retired(criterion: Criterion, at: Any, *, verb: str, by: User) -> None:
    known = Criterion.objects.filter(pk=criterion.pk, retired_at__isnull=at is not None)
    if known.update(retired_at=at):
        record(verb, by=by, about=criterion)
        _touch_rounds(criterion)


@transaction.atomic
def remove_criterion(criterion: Criterion, *, by: User) -> bool:
    """Delete a criterion of our own that no round uses; one that is used is retired. Says whether it is gone."""
    if criterion.slug or criterion.items.exists():
        retire(criterion, by=by)
        return False
    record("deleted", by=by, about=criterion, old=str(criterion))
    criterion.delete()
    return True


@transaction.atomic
def move_criterion(criterion: Criterion, *, is_up: bool, by: User) -> None:
    """Change places with its neighbour of the same group; at the end nothing happens.

    Raises InvalidInput("criterion_retired") when somebody has retired it meanwhile.
    """
    kind = list(Criterion.objects.select_for_update(no_key=True).in_use().filter(kind=criterion.kind))
    if criterion not in kind:
        raise InvalidInput("criterion_retired", name=str(criterion))
    group = [other for other in kind if group_of(other) == group_of(criterion)]
    at = group.index(criterion) + (-1 if is_up else 1)
    if not 0 <= at < len(group):
        return
    neighbour, first = group[at], kind[0].position
    one, other = kind.index(criterion), kind.index(neighbour)
    kind[one], kind[other] = kind[other], kind[one]
    for place, each in enumerate(kind, start=first):
        Criterion.objects.filter(pk=each.pk).exclude(position=place).update(position=place)
    record("changed", by=by, about=criterion, field="position", old=str(one + 1), new=str(other + 1))
    _touch_rounds(criterion)


def built_in_text(criterion: Criterion, part: str) -> str:
    """The text that comes with the product, in the language of the page; empty for a criterion of our own."""
    words = BUILT_IN.get((criterion.kind, criterion.slug))
    return str(getattr(words, part)) if words else ""


def _refuse_unfit(criterion: Criterion) -> None:
    name = str(criterion).strip()
    if not name:
        raise InvalidInput("criterion_empty", "name")
    if criterion.floor is not None and not LOWEST <= criterion.floor <= HIGHEST:
        raise InvalidInput("floor_off_scale", "floor", value=criterion.floor)
    if not Criterion.objects.filter(pk=criterion.pk, name=criterion.name).exists():
        _refuse_twin(criterion)


def _refuse_twin(criterion: Criterion) -> None:
    name = str(criterion).strip()
    others = Criterion.objects.in_use().filter(kind=criterion.kind).exclude(pk=criterion.pk)
    if any(str(other).casefold() == name.casefold() for other in others):
        raise InvalidInput("criterion_twice", "name", name=name)


def _touch_rounds(criterion: Criterion) -> None:
    for round_ in Round.objects.filter(items__criterion=criterion).exclude(stage=Stage.FROZEN):
        touch(round_)


def install(using: str) -> None:
    """Put what is missing of the built-in criteria into the library; what people changed stays."""
    there = set(Criterion.objects.using(using).exclude(slug="").values_list("kind", "slug"))
    Criterion.objects.using(using).bulk_create(
        Criterion(kind=kind, slug=slug, floor=words.floor, is_picked=words.is_picked, position=position)
        for position, ((kind, slug), words) in enumerate(BUILT_IN.items(), start=1)
        if (kind, slug) not in there
    )
