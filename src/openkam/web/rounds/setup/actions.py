"""What a facilitator does to many things of a round at once."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from openkam.web.people.models import User
from openkam.web.programme.history import record

from ..actions import BEFORE_LOCK, held, set_floor, touch
from ..models import CustomerLink, Entry, Round, Score

SHOWN = 20


@transaction.atomic
def remove_entries(round_: Round, *, entries: Any, by: User) -> tuple[int, list[Entry]]:
    """Take out the accounts that nobody has scored; returns how many went, and those that have scores and stay."""
    held(round_, BEFORE_LOCK)
    wanted = list(entries.only("pk", "name", "round"))
    scored = set(Score.objects.filter(entry__round=round_).order_by().values_list("entry", flat=True).distinct())
    answered = CustomerLink.objects.filter(entry__round=round_).exclude(used_at=None)
    scored |= set(answered.order_by().values_list("entry", flat=True))
    gone = [entry for entry in wanted if entry.pk not in scored]
    if gone:
        entries.exclude(pk__in=scored).delete()
        names = ", ".join(entry.name for entry in gone[:SHOWN]) + (f" … ({len(gone)})" if len(gone) > SHOWN else "")
        record("removed_account", by=by, about=round_, field="accounts", old=names)
        touch(round_)
    return len(gone), [entry for entry in wanted if entry.pk in scored]


@transaction.atomic
def set_floors(round_: Round, *, kind: str, floors: Mapping[int, int | None], by: User) -> None:
    """Must-haves of a kind, by the number of the criterion."""
    for item in round_.items.filter(kind=kind, criterion__in=floors).select_related("criterion", "round"):
        set_floor(item, floor=floors[item.criterion_id], by=by)
