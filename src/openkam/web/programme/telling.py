"""Events as lines that a person reads: names instead of numbers, words instead of codes."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openkam.web.db.fields import MoneyField

from .models import Event, EventQuerySet
from .templatetags.words import exact
from .words import verb

PAGE = 50
#: An amount of money as the database gives it.
AMOUNT = re.compile(r"-?\d+\.\d{4}")
#: Codes that stand in events as values of no model's field.
CODES: dict[str, Any] = {
    "totp": gettext_lazy("authenticator app"),
    "webauthn": gettext_lazy("passkey or security key"),
    "recovery_codes": gettext_lazy("recovery codes"),
}
#: Words in the names of fields that are not fields of a model: "revenue 2027 base", "team".
PARTS: dict[str, Any] = {
    "revenue": gettext_lazy("revenue"),
    "direct_cost": gettext_lazy("direct cost"),
    "indirect_cost": gettext_lazy("indirect cost"),
    "net_income": gettext_lazy("net income"),
    "assumption": gettext_lazy("assumption"),
    "low": gettext_lazy("Low"),
    "base": gettext_lazy("Base"),
    "high": gettext_lazy("High"),
    "team": gettext_lazy("team"),
    "key": gettext_lazy("ledger key"),
    "weights": gettext_lazy("weights"),
    "criteria": gettext_lazy("criteria"),
    "accounts": gettext_lazy("accounts"),
    "people": gettext_lazy("people"),
    "participants": gettext_lazy("participants, ours + theirs"),
    "members": gettext_lazy("members, ours + theirs"),
    "competitors": gettext_lazy("competitors"),
    "customer": gettext_lazy("customer"),
}
#: How a value reads where it is no field of a model: by the kind of its subject and the name of the field.
READ: dict[tuple[str, str], Callable[[str], Any]] = {}
#: Where a subject can be looked at: the name of an address that takes its number.
PLACES = {
    "accounts.account": "account",
    "contacts.colleague": "colleague",
    "contacts.contact": "contact",
    "interactions.insight": "insight",
    "interactions.interaction": "interaction",
    "interactions.jointteam": "joint-team",
    "people.user": "person",
    "plans.risk": "risk",
    "projects.designproject": "project",
    "rounds.round": "round",
    "rounds.criterion": "criterion",
}


@dataclass(frozen=True)
class Line:
    """One event, ready to read."""

    at: datetime
    who: str
    verb: str
    subject: str
    url: str
    field: str
    old: str
    new: str


def page_of(events: EventQuerySet, before: int | None = None) -> tuple[list[Event], int | None]:
    """The newest events below a number, and the number that the next page starts below; nothing is counted."""
    if before is not None:
        events = events.filter(pk__lt=before)
    found = list(events.select_related("by").order_by("-pk")[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None


def tell(events: Iterable[Event], reader: Any) -> list[Line]:
    """Lines for events; the names behind foreign keys are asked for once per kind of thing.

    reader  who reads: an account that they may not see is told by its number alone.
    """
    events = list(events)
    names = _names(events, reader)
    return [_line(event, names) for event in events]


def _line(event: Event, names: dict[tuple[Any, str], str]) -> Line:
    field = _field(event)
    return Line(
        at=event.at,
        who=str(event.by) if event.by else _("OpenKAM"),
        verb=verb(event.verb),
        subject=event.subject_name,
        url=_place(event),
        field=_label(event, field),
        old=read(event, event.old) or _value(event.old, field, names),
        new=read(event, event.new) or _value(event.new, field, names),
    )


def _field(event: Event) -> Any:
    try:
        return apps.get_model(event.subject_type)._meta.get_field(event.field) if event.field else None
    except (LookupError, FieldDoesNotExist):
        return None


def _label(event: Event, field: Any) -> str:
    if field is not None and hasattr(field, "verbose_name"):
        return str(field.verbose_name)
    return " ".join(str(PARTS.get(part, part.replace("_", " "))) for part in event.field.split())


def _place(event: Event) -> str:
    try:
        return reverse(PLACES[event.subject_type], args=[event.subject_id])
    except (KeyError, NoReverseMatch):
        return ""


def read(event: Event, text: str) -> str:
    """A value of an event as an app taught it to be read; empty where none did."""
    reader = READ.get((event.subject_type, event.field))
    return str(reader(text)) if reader and text else ""


def _value(text: str, field: Any, names: dict[tuple[Any, str], str]) -> str:
    if text.startswith("{"):  # what a merge left for taking it back is for the program
        return ""
    if not text or field is None:
        return _money(text) if AMOUNT.fullmatch(text) else str(CODES.get(text, text))
    if isinstance(field, models.ForeignKey):
        return names.get((field.related_model, text), f"#{text}")
    if isinstance(field, models.BooleanField):
        return _("yes") if text == "True" else _("no")
    if getattr(field, "choices", None):
        return str({str(code): words for code, words in field.flatchoices}.get(text, text))
    return _money(text) if isinstance(field, MoneyField) else text


def _money(text: str) -> str:
    try:
        return exact(Decimal(text))
    except InvalidOperation:
        return text


def _names(events: list[Event], reader: Any) -> dict[tuple[Any, str], str]:
    wanted: dict[Any, set[str]] = defaultdict(set)
    for event in events:
        field = _field(event)
        if isinstance(field, models.ForeignKey):
            wanted[field.related_model] |= {text for text in (event.old, event.new) if text.isdigit()}
    return {
        (model, str(row.pk)): str(row)
        for model, numbers in wanted.items()
        for row in _readable(model, reader).filter(pk__in=numbers)
    }


def _readable(model: Any, reader: Any) -> Any:
    rows = model._default_manager.all()
    return rows.visible_to(reader) if hasattr(rows, "visible_to") else rows
