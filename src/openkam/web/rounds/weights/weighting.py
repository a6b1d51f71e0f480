"""Weigh the criteria of a round: the document of a weighing method becomes the weights of its items."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from openkam.method.document import read
from openkam.method.errors import InvalidInput
from openkam.method.weights import Document, Result, evaluate
from openkam.web.people.models import User
from openkam.web.programme.history import record
from openkam.web.programme.templatetags.words import percent

from ..actions import BEFORE_LOCK, held, set_criteria, touch
from ..models import Criterion, Item, Round, Weighting

#: Item.weight is the share of its kind in hundredths.
WHOLE = 100.0


@transaction.atomic
def set_weights(
    round_: Round, *, kind: str, content: Mapping[str, Any], by: User, seen: str | None = None
) -> Weighting:
    """Weigh the criteria of one kind until the round is locked.

    content  a document of `openkam.method.weights` whose items are the numbers of the round's items, in their order.
    seen     the `version` that the editor started from: somebody else's weights are not overwritten unread.
    Raises InvalidInput with the codes of the method, "round_no_criteria", "weights_other_criteria", "weights_taken".
    """
    now = held(round_, BEFORE_LOCK)
    items = list(now.items.filter(kind=kind).select_related("criterion"))
    if not items:
        raise InvalidInput("round_no_criteria", now.name)
    document = read(Document, content)
    if document.items != names_of(items):
        raise InvalidInput("weights_other_criteria", now.name)
    before = weighting_of(now, kind)
    if seen is not None and seen != version(before):
        raise InvalidInput("weights_taken", now.name, who=str(before.by or "OpenKAM") if before else "OpenKAM")
    return _keep(now, kind, items, (document, evaluate(document)), by=by)


def _keep(round_: Round, kind: str, items: list[Item], weighed: tuple[Document, Result], *, by: User) -> Weighting:
    document, result = weighed
    old = _told(items)
    for item, weight in zip(items, result.weights, strict=True):
        item.weight = weight.weight * WHOLE
    Item.objects.bulk_update(items, ["weight"])
    weighting, _ = Weighting.objects.update_or_create(
        round=round_,
        kind=kind,
        defaults={
            "method": document.method,
            "content": document.model_dump(mode="json", exclude_none=True),
            "result": result.model_dump(mode="json"),
            "by": by,
        },
    )
    record("weighed", by=by, about=round_, field="weights", old=old, new=_told(items))
    touch(round_)
    return weighting


def weighting_of(round_: Round, kind: str) -> Weighting | None:
    """How the weights of a kind were found; None for weights that nobody has set."""
    return round_.weightings.select_related("by").filter(kind=kind).first()


def version(weighting: Weighting | None) -> str:
    """Which state of the weights an editor saw."""
    return weighting.at.isoformat() if weighting else ""


def names_of(items: Iterable[Item]) -> tuple[str, ...]:
    """Items as the method's document names them."""
    return tuple(str(item.pk) for item in items)


def shares(items: list[Item]) -> list[float | None]:
    """Each item's part of the weight of all; None where nothing weighs anything."""
    whole = sum(item.weight for item in items)
    return [item.weight / whole if whole else None for item in items]


def _told(items: list[Item]) -> str:
    """Weights as the history tells them."""
    return ", ".join(f"{item} {percent(share)}" for item, share in zip(items, shares(items), strict=True))


@transaction.atomic
def choose_criteria(round_: Round, *, kind: str, criteria: Iterable[Criterion], by: User) -> None:
    """Which criteria of one kind the round has. One that joins weighed ones weighs as much as they do on average."""
    others = [item.criterion for item in round_.items.exclude(kind=kind).select_related("criterion")]
    known = set(round_.items.values_list("pk", flat=True))
    set_criteria(round_, criteria=[*others, *criteria], by=by)
    if weighting_of(round_, kind) is None:
        return
    kept = round_.items.filter(kind=kind, pk__in=known)
    weights = list(kept.values_list("weight", flat=True))
    if weights and sum(weights):
        round_.items.filter(kind=kind).exclude(pk__in=known).update(weight=sum(weights) / len(weights))
