"""Who may open a risk, write it, and lead its register.

Whoever may change figures of an account writes and places its risks. Whoever may change the account or the project
itself leads the register: reveals placements, accepts the agreed place, closes. Directors approve plans.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from openkam.web.people.access import PersonRequest

from .models import Risk


def visible_risk(request: PersonRequest, pk: int) -> Risk:
    """The risk, or "there is nothing here"."""
    return get_object_or_404(Risk.objects.visible_to(request.user).with_people(), pk=pk)


def leads(risk: Risk, user: Any) -> bool:
    return bool(risk.subject.editable_by(user))


def led_risk(request: PersonRequest, pk: int) -> Risk:
    """The risk, refused to those who do not lead its register."""
    risk = visible_risk(request, pk)
    if not leads(risk, request.user):
        raise PermissionDenied
    return risk
