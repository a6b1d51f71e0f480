"""Write down what we have learned, change it, resolve it; each change leaves an event."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from openkam.method.errors import InvalidInput
from openkam.web.accounts.models import Account
from openkam.web.people.models import User
from openkam.web.programme.history import record, save_recorded

from .models import Insight

FIELDS = (
    "kind",
    "text",
    "contact_id",
    "interaction_id",
    "how",
    "is_confirmed",
    "learned_on",
    "recheck_on",
    "recurs_of_id",
    "hurts",
    "resolved_on",
)


@transaction.atomic
def create_insight(*, account: Account, by: User | None, **fields: Any) -> Insight:
    """Something that we have learned.

    Raises InvalidInput("insight_in_future" | "recheck_before" | "recurs_elsewhere" | "recurs_circle").
    """
    insight = Insight(account=account, by=by, **fields)
    _refuse(insight)
    insight.save()
    record("created", by=by, about=insight, new=insight.text)
    return insight


@transaction.atomic
def change_insight(insight: Insight, *, by: User | None) -> list[str]:
    """Save the changed fields, one event each; returns their names.

    Raises InvalidInput("insight_in_future" | "recheck_before" | "recurs_elsewhere" | "recurs_circle").
    """
    _refuse(insight)
    changed = save_recorded(insight, by=by, fields=FIELDS)
    if changed:
        Insight.objects.filter(pk=insight.pk).update(version=F("version") + 1)
    return changed


@transaction.atomic
def resolve_insight(insight: Insight, *, by: User | None) -> None:
    """It is dealt with, or true no more; it stays on record."""
    insight.resolved_on = insight.resolved_on or timezone.localdate()
    change_insight(insight, by=by)


@transaction.atomic
def reopen_insight(insight: Insight, *, by: User | None) -> None:
    insight.resolved_on = None
    change_insight(insight, by=by)


@transaction.atomic
def check_insight(insight: Insight, *, by: User | None, again_on: date | None) -> None:
    """Somebody looked again and it is still so. Raises InvalidInput("recheck_past")."""
    if again_on and again_on <= timezone.localdate():
        raise InvalidInput("recheck_past", "again_on")
    insight.is_confirmed, insight.recheck_on = True, again_on
    change_insight(insight, by=by)


@transaction.atomic
def delete_insight(insight: Insight, *, by: User | None) -> None:
    record("deleted", by=by, about=insight, old=insight.text)
    insight.delete()


def _refuse(insight: Insight) -> None:
    if insight.learned_on > timezone.localdate():
        raise InvalidInput("insight_in_future", "learned_on")
    if insight.recheck_on and insight.recheck_on < insight.learned_on:
        raise InvalidInput("recheck_before", "recheck_on")
    if insight.recurs_of:
        _refuse_recurrence(insight, insight.recurs_of)


def _refuse_recurrence(insight: Insight, earlier: Insight) -> None:
    """Only a problem comes back, at the same customer, and not before itself."""
    problem = Insight.Kind.PROBLEM
    if earlier.account_id != insight.account_id or {insight.kind, earlier.kind} != {problem}:
        raise InvalidInput("recurs_elsewhere", "recurs_of")
    seen: set[int] = set()
    link: Insight | None = earlier
    while link is not None and link.pk not in seen:
        if link.pk == insight.pk:
            raise InvalidInput("recurs_circle", "recurs_of")
        seen.add(link.pk)
        link = link.recurs_of
