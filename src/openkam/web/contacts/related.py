"""What belongs to a person, in whatever app: every row that names them, found by the models themselves."""

from collections.abc import Iterator
from typing import Any

from django.db import models

from .models import Colleague, Contact, ContactMerge, Distinct

#: What is kept about the records themselves; it is no part of the person.
ABOUT_RECORDS = (ContactMerge, Distinct)


def naming_fields(person: Contact | Colleague) -> Iterator[Any]:
    """Every field of another row, or of another person, that names a person of this side."""
    for relation in type(person)._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and not relation.many_to_many:
            yield relation.field  # type: ignore[union-attr]


def label(field: Any) -> str:
    """A field by the name of its model and its own: interactions.participant.contact."""
    return f"{field.model._meta.label_lower}.{field.name}"


def rows(field: Any, person: Contact | Colleague) -> Any:
    """The rows whose field names a person."""
    return field.model._default_manager.filter(**{field.name: person}).order_by("pk")


def places(field: Any) -> Iterator[tuple[str, ...]]:
    """For each rule of uniqueness that a field is part of, the other fields of it: none for one row a person."""
    if field.unique:
        yield ()
    for constraint in field.model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and field.name in constraint.fields:
            yield tuple(name for name in constraint.fields if name != field.name)


def account_of(model: type[models.Model]) -> str | None:
    """The path from a kind of row to its account, over one row between at most; None where it has no account."""
    names = {field.name: field for field in model._meta.concrete_fields if field.is_relation}
    if "account" in names:
        return "account"
    between = (name for name, field in names.items() if _has_account(field.related_model))
    return next((f"{name}__account" for name in between), None)


def _has_account(model: Any) -> bool:
    is_person = model in (Contact, Colleague)
    return not is_person and any(field.name == "account" for field in model._meta.concrete_fields)
