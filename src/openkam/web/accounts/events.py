"""The history of an account in words: names instead of numbers, labels instead of stored values."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import gettext_lazy as _

from openkam.web.people.models import User
from openkam.web.programme.models import Event, EventQuerySet
from openkam.web.programme.telling import read
from openkam.web.programme.words import verb

from .models import Account

VERBS = {
    "created": _("created"),
    "changed": _("changed"),
    "deleted": _("deleted"),
    "imported": _("changed by an import"),
    "joined_team": _("joined the team"),
    "left_team": _("left the team"),
    "key_added": _("ledger key added"),
    "key_moved": _("ledger key moved here"),
    "took_over": _("another account was merged into this one"),
    "merged": _("merged into another account"),
    "split": _("separated again"),
    "named_key_account": _("named a key account"),
    "deselected": _("deselected"),
}
FIELDS = {
    "team": _("team"),
    "key": _("ledger key"),
    "account": _("account"),
    "figures": _("figures not carried over"),
    "stage": _("stage"),
    "perceived us": _("felt by us"),
    "perceived customer": _("felt by the customer"),
    "team_map": _("team map"),
    "sponsor": _("sponsor"),
    "plan": _("plan"),
    "exit": _("exit"),
}


@dataclass(frozen=True, kw_only=True)
class Told:
    """One event as a person reads it."""

    event: Event
    verb: Any
    field: Any
    old: Any
    new: Any

    @property
    def is_merge(self) -> bool:
        return self.event.verb == "took_over"


def events_of(account: Account, user: Any) -> EventQuerySet:
    return Event.objects.about(account).visible_to(user).select_related("by")


def told(events: Iterable[Event], user: Any) -> list[Told]:
    """Events in words; the names of people and visible parents are looked up at once."""
    events = list(events)
    names = {"owner_id": _people(events), "parent_id": _parents(events, user)}
    return [
        Told(
            event=event,
            verb=VERBS.get(event.verb) or verb(event.verb),
            field=_label(event.field),
            old=read(event, event.old) or _value(event.field, event.old, names),
            new=read(event, event.new) or _value(event.field, event.new, names),
        )
        for event in events
    ]


def _mentioned(events: Iterable[Event], field: str) -> set[int]:
    values = {value for event in events if event.field == field for value in (event.old, event.new)}
    return {int(value) for value in values if value.isdigit()}


def _people(events: list[Event]) -> dict[str, str]:
    ids = _mentioned(events, "owner_id")
    return {str(person.pk): str(person) for person in User.objects.filter(pk__in=ids)} if ids else {}


def _parents(events: list[Event], user: Any) -> dict[str, str]:
    ids = _mentioned(events, "parent_id")
    return {str(one.pk): one.name for one in Account.objects.visible_to(user).filter(pk__in=ids)} if ids else {}


def _label(field: str) -> Any:
    if not field or field in FIELDS:
        return FIELDS.get(field, "")
    try:
        return getattr(Account._meta.get_field(field.removesuffix("_id")), "verbose_name", field)
    except FieldDoesNotExist:
        return field


def _value(field: str, value: str, names: dict[str, dict[str, str]]) -> Any:
    if field == "account" and value.startswith("{"):  # what a merge left for taking it back
        return ""
    if field in names and value:
        return names[field].get(value, f"#{value}")
    choices = {"status": Account.Status.choices, "orientation": Account.Orientation.choices}
    return dict(choices[field]).get(value, value) if field in choices else value
