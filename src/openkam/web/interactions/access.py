"""Who may open an interaction, an insight or a joint team: whoever sees its account; for others it is not there."""

from typing import Any

from django.shortcuts import get_object_or_404

from openkam.web.accounts.models import Account
from openkam.web.people.access import PersonRequest
from openkam.web.people.permissions import Permission

from .models import Insight, Interaction, JointTeam


def visible_interaction(request: PersonRequest, pk: int) -> Interaction:
    found = Interaction.objects.visible_to(request.user).select_related("account__owner", "account__parent", "team")
    return get_object_or_404(found, pk=pk)


def visible_insight(request: PersonRequest, pk: int) -> Insight:
    found = Insight.objects.visible_to(request.user).select_related("account__owner", "account__parent")
    return get_object_or_404(found, pk=pk)


def visible_team(request: PersonRequest, pk: int) -> JointTeam:
    accounts = Account.objects.visible_to(request.user).order_by().values("pk")
    found = JointTeam.objects.select_related("account__owner", "account__parent")
    return get_object_or_404(found.filter(account__in=accounts), pk=pk)


def held(subject: Any) -> Any:
    """The row as it is stored now; a second editor waits until the first has saved, and is told then."""
    rows = type(subject)._default_manager.select_for_update(of=("self",))
    return get_object_or_404(rows.select_related("account__owner", "account__parent"), pk=subject.pk)


def may_record(user: Any) -> bool:
    return bool(user.may(Permission.RECORD_CONTACTS))
