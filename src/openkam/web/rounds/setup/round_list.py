"""Rounds as their list shows them: how many accounts, how far the raters are, what is this person's part."""

from typing import Any

from django.db.models import BooleanField, Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from ..models import Entry, Member, Round, Stage


def rounds_of(user: Any) -> "QuerySet[Round]":
    """The rounds that a person may see: first those that wait for their scores, then the latest."""
    members = Member.objects.filter(round=OuterRef("pk"), removed_at=None)
    raters, mine = members.filter(is_rater=True), members.filter(user=user)
    finished = raters.filter(finished_turn__gte=OuterRef("turn"))
    to_give = mine.filter(is_rater=True, finished_turn__lt=OuterRef("turn"))
    is_waiting = Q(stage__in=(Stage.OPEN, Stage.SECOND)) & Exists(to_give)
    return (
        Round.objects.visible_to(user)
        .annotate(
            accounts=_many(Entry.objects.filter(round=OuterRef("pk")).exclude(account=None)),
            raters=_many(raters),
            finished=_many(finished),
            is_rater=Exists(mine.filter(is_rater=True)),
            is_facilitator=Exists(mine.filter(is_facilitator=True)),
            waits_for_me=Case(When(is_waiting, then=Value(True)), default=Value(False), output_field=BooleanField()),
        )
        .order_by(F("waits_for_me").desc(), "-on", "-pk")
    )


def _many(rows: Any) -> Any:
    """How many rows a round has, counted beside the round and not joined to it."""
    counted = rows.order_by().values("round").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)
