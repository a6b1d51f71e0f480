"""Changes of the cost model leave who, when, old and new; all of them touch profit."""

from collections.abc import Iterable
from typing import Any

from django.db import models, transaction

from openkam.web.programme.history import record
from openkam.web.programme.models import Event

Fields = Iterable[str]


@transaction.atomic
def save_touching_profit(instance: models.Model, *, by: Any, fields: Fields) -> list[str]:
    """Save an instance, one event per field that differs from the database; returns those fields."""
    before = type(instance)._default_manager.filter(pk=instance.pk).values(*fields).first() or {}
    instance.save()
    stored = type(instance)._default_manager.filter(pk=instance.pk).values(*fields).get()
    changed = [name for name in fields if before.get(name) != stored[name]]
    for name in changed:
        verb = "changed" if before else "created"
        record(
            verb,
            by=by,
            about=instance,
            field=name,
            old=text(before.get(name)),
            new=text(stored[name]),
            touches_profit=True,
        )
    return changed


@transaction.atomic
def delete_touching_profit(instance: models.Model, *, by: Any, fields: Fields) -> None:
    """Delete an instance; the event keeps what it held."""
    held = "; ".join(f"{name} {text(getattr(instance, name))}" for name in fields)
    record("deleted", by=by, about=instance, old=held, touches_profit=True)
    instance.delete()


def count_event(account_id: int, name: str, *, by: Any, change: tuple[str, str, str]) -> Event:
    """An unsaved event about one account's driver counts; change is field, old, new."""
    field, old, new = change
    return Event(
        verb="changed",
        by=by,
        subject_type="accounts.account",
        subject_id=account_id,
        subject_name=name[:250],
        field=field[:80],
        old=old,
        new=new,
        touches_profit=True,
    )


def text(value: Any) -> str:
    """A value as history keeps it; a decimal without idle zeros."""
    if value is None:
        return ""
    return f"{value.normalize():f}" if hasattr(value, "normalize") else str(value)
