"""Leave who, when, old and new behind each change of a figure or a setting."""

from collections.abc import Iterable
from typing import Any

from django.db import models

from .models import Event

PROFIT_FIELDS = frozenset({"direct_cost", "indirect_cost", "net_income", "cost", "unit_cost", "minutes", "capacity"})


def record(verb: str, *, by: Any, about: models.Model, **details: Any) -> Event:
    """One event; details may give field, old, new and touches_profit."""
    return Event.objects.create(
        verb=verb,
        by=by,
        subject_type=about._meta.label_lower,
        subject_id=about.pk,
        subject_name=str(about)[:250],
        **{"touches_profit": details.get("field") in PROFIT_FIELDS, **details},
    )


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def save_recorded(instance: models.Model, *, by: Any, fields: Iterable[str], verb: str = "changed") -> list[str]:
    """Save a changed instance, one event per field that differs from the database; returns those fields."""
    fields = list(fields)
    before = type(instance)._default_manager.filter(pk=instance.pk).values(*fields).first() or {}
    changed = [name for name in fields if before.get(name) != instance.serializable_value(name)]
    if not before:
        instance.save()
    elif changed:
        instance.save(update_fields=changed)
    for name in changed:
        record(
            verb if before else "created",
            by=by,
            about=instance,
            field=name,
            old=_text(before.get(name)),
            new=_text(instance.serializable_value(name)),
        )
    return changed
