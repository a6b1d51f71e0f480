"""Everything that is stored about one person, as far as the reader may see it: for the person to have."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CASCADE, Q
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from openkam.web.accounts.models import Account
from openkam.web.programme.models import Event

from .actions import CONTACT_FIELDS
from .models import Contact
from .related import ABOUT_RECORDS, account_of, label, naming_fields, rows
from .words import FACTS, ROWS, VERBS

#: What is judged of a person is read by those alone who may change the account that it was judged for.
JUDGED = frozenset({"relationships.judgement", "relationships.cell", "relationships.answer"})
#: Events that tell no more than the record itself does: whatever else is told about a person is for those who judge.
TOLD_FIELDS = frozenset({"", "account", *CONTACT_FIELDS})
TOLD_VERBS = frozenset({"created", "changed", "imported", "merged", *VERBS})
#: Fields that say nothing of a person.
INNER = frozenset({"id", "folded", "version", "erased_at", "source_uid", "attempt", "stored_as"})


@dataclass(frozen=True)
class Fact:
    code: str
    words: Any
    value: Any

    @property
    def text(self) -> str:
        """The value as a person reads it."""
        if isinstance(self.value, bool):
            return _("yes") if self.value else _("no")
        if isinstance(self.value, datetime):
            return localtime(self.value).strftime("%Y-%m-%d %H:%M")
        return ", ".join(map(str, self.value)) if isinstance(self.value, list) else str(self.value)


@dataclass(frozen=True)
class Section:
    """Rows of one kind, each as its facts."""

    code: str
    words: Any
    rows: list[list[Fact]]


def sections(contact: Contact, reader: Any) -> list[Section]:
    """The record itself, then every row that names the person, kind by kind."""
    found = [Section("contacts.contact", contact._meta.verbose_name, [list(_facts(contact))])]
    for field in naming_fields(contact):
        if field.model not in (*ABOUT_RECORDS, Contact):
            found += _kind(field, _readable(rows(field, contact), reader))
    return [section for section in found if section.rows]


def _kind(field: Any, some: Any) -> Iterator[Section]:
    """Rows of one kind, and below them the rows that are part of them."""
    words = ROWS.get(label(field), field.model._meta.verbose_name_plural)
    told = [_whole(row, field) for row in some.select_related(*_pointers(field.model))]
    yield Section(field.model._meta.label_lower, words, told)
    for relation in field.model._meta.related_objects:
        if relation.on_delete is CASCADE and not relation.many_to_many:
            below = relation.related_model._default_manager.filter(**{f"{relation.field.name}__in": some})
            yield from _kind(relation.field, below)


def _pointers(model: Any) -> list[str]:
    """What a row points at, and what that points at where it is told along."""
    found = [field.name for field in model._meta.concrete_fields if field.is_relation]
    if between := _between(model):
        target = model._meta.get_field(between).related_model
        found += [f"{between}__{field.name}" for field in target._meta.concrete_fields if field.is_relation]
    return found


def _between(model: Any) -> str:
    """The field of a row that only ties a person to something: what that is, is told along."""
    path = account_of(model) or ""
    return path.partition("__")[0] if "__" in path else ""


def _readable(some: Any, reader: Any) -> Any:
    """Rows of accounts that the reader sees; judgements of those that they may change."""
    path = account_of(some.model)
    if path is None:
        return some
    seen = Account.objects.visible_to(reader).order_by()
    if some.model._meta.label_lower in JUDGED:
        judged = seen.filter(pk__in=some.order_by().values(path))
        return some.filter(**{f"{path}__in": [one.pk for one in judged if one.editable_by(reader)]})
    return some.filter(Q(**{f"{path}__in": seen.values("pk")}) | Q(**{path: None}))


def _whole(row: Any, field: Any) -> list[Fact]:
    """A row's facts; of a row that only ties a person to something, also those of what it ties to."""
    between = _between(field.model)
    facts = [fact for fact in _facts(row) if fact.code not in {field.name, between}]
    return [*(_facts(getattr(row, between)) if between else ()), *facts]


def _facts(row: Any) -> Iterator[Fact]:
    """What a row says, empty fields left out."""
    for field in row._meta.concrete_fields:
        value = _value(row, field)
        if field.name not in INNER and value not in (None, "", [], {}):
            yield Fact(field.name, FACTS.get(field.name, field.verbose_name), value)


def _value(row: Any, field: Any) -> Any:
    if field.is_relation:
        return str(getattr(row, field.name)) if getattr(row, field.attname) else None
    return getattr(row, f"get_{field.name}_display")() if field.choices else getattr(row, field.name)


def events(contact: Contact, reader: Any) -> Any:
    """What happened to the record, newest first."""
    about = Event.objects.about(contact).visible_to(reader).select_related("by").order_by("-pk")
    if contact.account.editable_by(reader):
        return about
    return about.filter(field__in=TOLD_FIELDS, verb__in=TOLD_VERBS)


def document(contact: Contact, reader: Any) -> dict[str, Any]:
    """The same for machines: codes instead of words, text and numbers alone."""
    found: dict[str, Any] = {
        section.code: [{fact.code: fact.value for fact in row} for row in section.rows]
        for section in sections(contact, reader)
    }
    found["events"] = [
        {
            "at": event.at,
            "by": str(event.by or ""),
            "verb": event.verb,
            "field": event.field,
            "old": event.old,
            "new": event.new,
        }
        for event in events(contact, reader)
    ]
    return found
