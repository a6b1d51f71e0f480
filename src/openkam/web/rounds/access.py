"""Who may open a round, and who may run it."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from openkam.web.people.access import PersonRequest

from .models import Entry, Member, Round


def visible_round(request: PersonRequest, pk: int) -> Round:
    """The round, or "there is nothing here" for whom has no part in it."""
    return get_object_or_404(Round.objects.visible_to(request.user), pk=pk)


def facilitated_round(request: PersonRequest, pk: int) -> Round:
    """The round, refused to those who take part in it but do not run it."""
    round_ = visible_round(request, pk)
    if not round_.facilitated_by(request.user):
        raise PermissionDenied
    return round_


def membership(round_: Round, user: Any) -> Member | None:
    """The person's part in the round, unless they were taken out."""
    return round_.members.filter(user=user, removed_at=None).first()


def entry_of(round_: Round, pk: int) -> Entry:
    return get_object_or_404(round_.entries.select_related("account"), pk=pk)
