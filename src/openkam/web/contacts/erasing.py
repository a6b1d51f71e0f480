"""Forget a person: what is left are contacts that somebody had with an account, counted and nameless.

The function and the level stay, for the stage of a relationship rests on them; nothing that tells who it was does.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from openkam.web.people.models import User
from openkam.web.programme.history import record
from openkam.web.programme.models import Event

from .changed import tell
from .models import Contact
from .related import ABOUT_RECORDS, account_of, label, naming_fields, rows
from .words import ROWS

#: Rows that are counted on, and so outlive the name.
COUNTED = frozenset({"interactions.participant.contact"})
EMPTIED: dict[str, Any] = {
    **dict.fromkeys(("address_form", "title", "site", "email", "phone", "languages", "external_id"), ""),
    **dict.fromkeys(("left_on", "wanted_days", "primary", "reports_to")),
}
#: Apps whose events can hold the name of a person as a value.
NAMING = ("contacts.", "interactions.", "relationships.", "plans.", "accounts.")

#: Imports whose receipts tell which rows could not be used, and with which value.
IMPORTS = ("contacts.PeopleImport", "interactions.Attempt")
#: What people write in their own words, most of it in apps above this one.
TEXTS = {
    "interactions.Interaction": ("subject", "note", "next_step"),
    "interactions.Insight": ("text", "hurts"),
    "interactions.JointTeam": ("goal",),
    "plans.Action": ("title", "evidence", "done_note"),
    "relationships.PerceivedScore": ("said_by",),
    "relationships.StageReview": ("note",),
    "relationships.ExitContact": ("who",),
}


@dataclass(frozen=True)
class Outlook:
    """What would happen, kind by kind with how many rows: what goes, what loses the name, what is counted on."""

    goes: list[tuple[Any, int]]
    unlinked: list[tuple[Any, int]]
    counted: list[tuple[Any, int]]


def outlook(contact: Contact) -> Outlook:
    found = Outlook([], [], [])
    for field in naming_fields(contact):
        if field.model not in ABOUT_RECORDS and (count := rows(field, contact).count()):
            words = ROWS.get(label(field), field.model._meta.verbose_name_plural)
            _fate(found, field).append((words, count))
    return found


def _fate(found: Outlook, field: Any) -> list[tuple[Any, int]]:
    if label(field) in COUNTED:
        return found.counted
    return found.goes if _goes(field) else found.unlinked


def _goes(field: Any) -> bool:
    return label(field) not in COUNTED and field.remote_field.on_delete is models.CASCADE


@transaction.atomic
def erase(contact: Contact, *, by: User | None) -> None:
    """Take away all that tells who a person was, for good."""
    accounts = {contact.account_id, *contact.participations.values_list("interaction__account_id", flat=True)}
    subjects = {(contact._meta.label_lower, contact.pk), *_merged_into(contact)}
    names = _names(contact)
    contact.reports.update(reports_to=contact.reports_to)
    for field in naming_fields(contact):
        if _goes(field):
            subjects |= _deleted(rows(field, contact))
        elif label(field) not in COUNTED:
            rows(field, contact).update(**{field.name: None})
    _forget_unknown(names)
    _forget_problems({name.casefold() for name in names})
    for name, value in EMPTIED.items():
        setattr(contact, name, value)
    contact.name, contact.erased_at = _("erased person"), timezone.now()
    contact.version += 1
    contact.save()
    _silence(subjects, names)
    record("erased", by=by, about=contact)
    tell(accounts)


def _merged_into(contact: Contact) -> Iterator[tuple[str, int]]:
    """Earlier records of the same person, which have their own events."""
    for merged in contact.merges.all():
        if "id" in merged.gone:
            yield contact._meta.label_lower, merged.gone["id"]


def _names(contact: Contact) -> set[str]:
    """What the person was called and reached by, now and before."""
    events = Event.objects.about(contact).filter(field__in=("name", "email", "phone", "address_form"))
    before = {text for pair in events.values_list("old", "new") for text in pair}
    merged = {str(one.gone.get("name", "")) for one in contact.merges.all()}
    addresses = set(contact.addresses.values_list("address", flat=True))
    return {contact.name, contact.email, contact.phone, *before, *merged, *addresses} - {""}


def _deleted(some: Any) -> set[tuple[str, int]]:
    """Delete rows with all that rests on them; returns what went, whose events go silent too."""
    collector = models.deletion.Collector(using=some.db)
    collector.collect(some)
    gone = {(row._meta.label_lower, row.pk) for group in collector.data.values() for row in group}
    gone |= {(row._meta.label_lower, row.pk) for group in collector.fast_deletes for row in group}
    collector.delete()
    return gone


def _forget_unknown(addresses: Iterable[str]) -> None:
    """Addresses met in mail stand in an app above this one, so its model is asked for by name."""
    of_person = Q()
    for address in addresses:
        of_person |= Q(address__iexact=address)
    apps.get_model("interactions", "UnknownAddress")._default_manager.filter(of_person).delete()


def _forget_problems(names: set[str]) -> None:
    """A row that an import could not use is told with its value; where that names the person, it is told no more."""
    for name in IMPORTS:
        imports = apps.get_model(name)._default_manager
        for one in imports.filter(receipt__problems__0__isnull=False).select_for_update(of=("self",)).iterator():
            told = one.receipt["problems"]
            kept = [each for each in told if names.isdisjoint(str(text).casefold() for text in each["values"].values())]
            if len(kept) < len(told):
                imports.filter(pk=one.pk).update(receipt=one.receipt | {"problems": kept})


def _silence(subjects: Iterable[tuple[str, int]], names: set[str]) -> None:
    """That something happened stays in the history; what it was about this person does not."""
    about = Q(pk__in=[])
    for kind, pk in subjects:
        about |= Q(subject_type=kind, subject_id=pk)
    Event.objects.filter(about).update(old="", new="", subject_name="")
    elsewhere = Q()
    for kind in NAMING:
        elsewhere |= Q(subject_type__startswith=kind)
    Event.objects.filter(elsewhere, old__in=names).update(old="")
    Event.objects.filter(elsewhere, new__in=names).update(new="")


def mentions(contact: Contact) -> int:
    """How many texts of the accounts where they work, worked or took part hold the name: only people rewrite them."""
    accounts = {
        contact.account_id,
        *contact.employments.values_list("account", flat=True),
        *contact.participations.values_list("interaction__account", flat=True),
    }
    found = 0
    for name, fields in TEXTS.items():
        model, held = apps.get_model(name), Q()
        for field in fields:
            held |= Q(**{f"{field}__icontains": contact.name})
        found += model._default_manager.filter(held, **{f"{account_of(model)}__in": accounts - {None}}).count()
    return found
