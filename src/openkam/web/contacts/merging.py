"""Two records are one person: what names the one that goes names the kept one, and the merge can be taken back.

Where both have what only one can have (a judgement of the same account, a place in the same interaction), the kept
record's stays; the other is kept inside the merge until it is taken back.
"""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps
from django.core import serializers
from django.db import IntegrityError, models, transaction
from django.db.models.deletion import Collector
from django.utils import timezone

from openkam.method.errors import InvalidInput
from openkam.web.people.models import User
from openkam.web.programme.history import record

from .actions import above, refuse_boss
from .changed import tell
from .models import Colleague, Contact, ContactMerge, Employment, MainContact
from .related import ABOUT_RECORDS, label, naming_fields, places, rows
from .words import ROWS

Person = Contact | Colleague
#: What a record without a value of its own takes over from the other; the rest has its own rule below.
FILLED = (
    "address_form",
    "title",
    "function",
    "level",
    "site",
    "email",
    "phone",
    "languages",
    "external_id",
    "wanted_days",
    "primary_id",
)


@dataclass(frozen=True)
class Moving:
    """Of one kind of row, how many would move, and how many the kept record has already."""

    what: Any
    moving: int
    left: int


def refuse_impossible(kept: Person, gone: Person) -> None:
    """Raises InvalidInput where the two cannot become one."""
    if type(kept) is not type(gone) or kept.pk == gone.pk:
        raise InvalidInput("same_person", "", name=kept.name)
    if kept.erased_at or gone.erased_at:
        raise InvalidInput("person_erased", "", name=kept.name)
    if isinstance(kept, Colleague) and isinstance(gone, Colleague) and kept.user_id and gone.user_id:
        raise InvalidInput("two_who_sign_in", "", name=kept.name, other=gone.name)


def preview(kept: Person, gone: Person) -> list[Moving]:
    """What a merge would do, kind by kind; kinds without a row are left out."""
    found = []
    for field in _moving_fields(gone):
        fitting, left = _sorted_out(field, kept, gone)
        if fitting or left:
            words = ROWS.get(label(field), field.model._meta.verbose_name_plural)
            found.append(Moving(words, len(fitting), len(left)))
    return found


def filled(kept: Person, gone: Person) -> dict[str, Any]:
    """What the kept record lacks and the other has."""
    lacking = {name: getattr(gone, name) for name in FILLED if hasattr(kept, name) and not getattr(kept, name)}
    return {name: value for name, value in lacking.items() if value}


@transaction.atomic
def merge(*, kept: Person, gone: Person, by: User | None) -> ContactMerge:
    """Make two records one. Raises InvalidInput("same_person" | "person_erased" | "two_who_sign_in")."""
    refuse_impossible(kept, gone)
    taken, accounts = filled(kept, gone), _accounts(kept, gone)
    if getattr(gone, "user_id", None):
        taken["user_id"] = gone.user_id  # type: ignore[union-attr]
    told = {"id": gone.pk, "name": gone.name, "fields": _values(gone)}
    told["was"] = {name: getattr(kept, name) for name in ("reports_to_id", *taken)}
    told["now"] = taken | {"reports_to_id": _boss_of_both(kept, gone)}
    _set(kept, {"reports_to_id": told["now"]["reports_to_id"]})
    moved = {label(field): _moved(field, kept, gone) for field in _moving_fields(gone)}
    moved |= {"added": _former_employer(kept, gone), "left": [*gone.reports.values_list("pk", flat=True)]}
    told["rows"] = _remaining(gone)
    record("merged", by=by, about=gone, new=kept.name)
    gone.delete()
    _set(kept, taken | {"version": kept.version + 1})
    merged = ContactMerge.objects.create(**{_side(kept): kept}, gone=_plain(told), moved=moved, by=by)
    record("took_over", by=by, about=kept, old=str(told["name"]))
    tell(accounts)
    return merged


def _plain(values: Any) -> Any:
    """Values as a document keeps them: days and times as text."""
    return json.loads(json.dumps(values, default=str))


def _side(person: Person) -> str:
    return "contact" if isinstance(person, Contact) else "colleague"


def _values(person: Person) -> dict[str, Any]:
    return {field.attname: getattr(person, field.attname) for field in person._meta.concrete_fields}


def _set(person: Person, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(person, name, value)
    person.save(update_fields=list(values))


def _moving_fields(gone: Person) -> list[Any]:
    """An earlier merge into the one that goes moves too, so that it can still be taken back."""
    return [field for field in naming_fields(gone) if field.model not in ABOUT_RECORDS or field.model is ContactMerge]


def _sorted_out(field: Any, kept: Person, gone: Person) -> tuple[list[int], list[int]]:
    """The numbers of the rows that find room at the kept record, and of those whose place is taken there."""
    others = list(places(field))
    names = sorted({name for place in others for name in place})
    taken = [_placed(rows(field, kept), place) for place in others]
    fitting, left = [], []
    for row in rows(field, gone).values("pk", *names):
        there = any(tuple(row[name] for name in place) in some for place, some in zip(others, taken, strict=True))
        (left if there or _stays(field, kept, gone) else fitting).append(row["pk"])
    return fitting, left


def _placed(some: Any, place: tuple[str, ...]) -> set[tuple[Any, ...]]:
    """Where rows are already; a rule without other fields has room for one row."""
    return {tuple(row[name] for name in place) for row in some.values("pk", *place)}


def _stays(field: Any, kept: Person, gone: Person) -> bool:
    """The main contact of a customer, and whom its people report to, work there."""
    return field.model in (MainContact, Contact) and _works_elsewhere(kept, gone)


def _works_elsewhere(kept: Person, gone: Person) -> bool:
    return getattr(kept, "account_id", None) != getattr(gone, "account_id", None)


def _moved(field: Any, kept: Person, gone: Person) -> list[int]:
    fitting, _left = _sorted_out(field, kept, gone)
    field.model._default_manager.filter(pk__in=fitting).update(**{field.name: kept})
    return fitting


def _boss_of_both(kept: Person, gone: Person) -> int | None:
    """Of the two one can be the other's boss, through others too: whom the upper one reports to, they report to."""
    if gone.pk in above(kept):
        return gone.reports_to_id
    if kept.reports_to_id or _works_elsewhere(kept, gone) or kept.pk in above(gone):
        return kept.reports_to_id
    return gone.reports_to_id


def _former_employer(kept: Person, gone: Person) -> list[int]:
    """A record at another customer was this person's former place."""
    if not isinstance(kept, Contact) or not isinstance(gone, Contact) or not _works_elsewhere(kept, gone):
        return []
    place = {"account": gone.account, "employer": gone.account.name, "title": gone.title, "until": gone.left_on}
    return [Employment.objects.create(contact=kept, **place).pk]


def _remaining(gone: Person) -> list[dict[str, Any]]:
    """Every row that goes with the record, those that others rest on first."""
    collector = Collector(using="default")
    collector.collect([gone])
    collector.sort()
    found = [row for some in reversed(collector.data.values()) for row in some]
    found += [row for some in collector.fast_deletes for row in some]
    return list(serializers.serialize("python", [row for row in found if not isinstance(row, Contact | Colleague)]))


def _accounts(*people: Person) -> list[int]:
    """The accounts whose figures may change."""
    numbers = {person.account_id for person in people if isinstance(person, Contact)}
    for person in people:
        numbers |= {*person.participations.order_by().values_list("interaction__account_id", flat=True).distinct()}
    return sorted(numbers)


@transaction.atomic
def separate(merged: ContactMerge, *, by: User | None) -> Person:
    """Take a merge back: the record and what came with it return. Raises InvalidInput("merge_undone")."""
    merged = ContactMerge.objects.select_for_update(of=("self",)).get(pk=merged.pk)
    kept = merged.contact or merged.colleague
    if merged.undone_at or kept is None or kept.erased_at:
        raise InvalidInput("merge_undone", "", name=merged.gone.get("name", ""))
    _give_back(kept, merged.gone)
    person = _restored(kept, merged.gone["fields"])
    _move_back(kept, person, dict(merged.moved))
    _lay_back(merged.gone["rows"])
    ContactMerge.objects.filter(pk=merged.pk).update(undone_at=timezone.now(), gone={"name": person.name}, moved={})
    record("split", by=by, about=kept, new=person.name)
    record("split", by=by, about=person, old=kept.name)
    tell(_accounts(kept, person))
    return person


def _give_back(kept: Person, told: dict[str, Any]) -> None:
    """What the kept record had taken over goes back, unless it was changed since."""
    unchanged = {name for name, value in told["now"].items() if _plain(getattr(kept, name)) == value}
    back = {name: value for name, value in told["was"].items() if name in unchanged}
    if back.get("reports_to_id"):
        back["reports_to_id"] = _still(type(kept), back["reports_to_id"])
    _set(kept, back | {"version": kept.version + 1})


def _restored(kept: Person, fields: dict[str, Any]) -> Person:
    """The record under its old number; what it points at may be gone meanwhile."""
    for field in kept._meta.concrete_fields:
        if field.is_relation:
            fields[field.attname] = _still(field.related_model, fields[field.attname])
    if isinstance(kept, Contact):
        fields["account_id"] = fields["account_id"] or kept.account_id
    person = type(kept)(**fields)
    try:
        refuse_boss(person)
    except InvalidInput:  # the order of who reports to whom has moved on
        person.reports_to = None
    person.save(force_insert=True)
    type(kept)._default_manager.filter(pk=person.pk).update(created_at=fields["created_at"])
    return person


def _still(model: Any, pk: Any) -> Any:
    return pk if pk and model._default_manager.filter(pk=pk).exists() else None


def _move_back(kept: Person, person: Person, moved: dict[str, list[int]]) -> None:
    Employment.objects.filter(pk__in=moved.pop("added")).delete()
    type(kept)._default_manager.filter(pk__in=moved.pop("left"), reports_to=None).update(reports_to=person)
    fields = {label(field): field for field in naming_fields(person)}
    for name, numbers in moved.items():
        if name in fields:
            rows(fields[name], kept).filter(pk__in=numbers).update(**{fields[name].name: person})


def _lay_back(kept_rows: list[dict[str, Any]]) -> None:
    """Rows whose place is taken, whose own subject is gone meanwhile, or whose time has run out stay away."""
    today = timezone.localdate()
    for found in serializers.deserialize("python", kept_rows, ignorenonexistent=True):
        expires = getattr(found.object, "expires_on", None)
        if (expires and expires < today) or not _rests_on_something(found.object):
            continue
        try:
            with transaction.atomic():
                found.save(force_insert=True)
        except IntegrityError:
            continue


def _rests_on_something(row: models.Model) -> bool:
    pointers = [field for field in row._meta.concrete_fields if field.is_relation]
    return all(
        getattr(row, field.attname) is None or _still(field.related_model, getattr(row, field.attname))
        for field in pointers
    )


def forget_expired(on: date) -> int:
    """Judgements that a merge keeps end on their day like all others; returns how many merges were changed."""
    changed = 0
    for merged in ContactMerge.objects.filter(undone_at=None).iterator():
        held = merged.gone["rows"]
        ended = {(row["model"], row["pk"]) for row in held if row["fields"].get("expires_on", "9") < on.isoformat()}
        if ended:
            merged.gone["rows"] = [row for row in held if not ended & {(row["model"], row["pk"]), *_rests_on(row)}]
            merged.save(update_fields=["gone"])
            changed += 1
    return changed


def _rests_on(row: dict[str, Any]) -> set[tuple[str, Any]]:
    """What a kept row points at."""
    pointers = [field for field in apps.get_model(row["model"])._meta.concrete_fields if field.is_relation]
    return {(field.related_model._meta.label_lower, row["fields"].get(field.name)) for field in pointers}
