"""`{% load history %}{% history_of account %}`: what happened to one subject, on its own page."""

from typing import Any

from django import template
from django.db import models

from openkam.web.programme.models import Event
from openkam.web.programme.telling import tell

register = template.Library()


@register.inclusion_tag("components/history.html", takes_context=True)
def history_of(context: dict[str, Any], subject: models.Model, limit: int = 20) -> dict[str, Any]:
    """The newest events about a subject that the reader may see."""
    reader = context["request"].user
    events = Event.objects.about(subject).visible_to(reader).select_related("by")
    return {"lines": tell(events.order_by("-pk")[:limit], reader)}
