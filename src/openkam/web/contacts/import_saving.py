"""Write many people at once, each change with its event and each address kept."""

from collections.abc import Iterable, Mapping
from typing import Any

from openkam.web.accounts.actions import BATCH
from openkam.web.accounts.importing import pieces
from openkam.web.people.models import User
from openkam.web.programme.models import Event

from .import_known import Known, Person
from .models import Colleague, Contact, MailAddress
from .naming import folded_name

WRITTEN = (
    "name",
    "external_id",
    "title",
    "site",
    "languages",
    "address_form",
    "function",
    "level",
    "email",
    "phone",
    "reports_to_id",
)


def save_new(fresh: list[Person], known: Known, *, by: User | None) -> None:
    for one in fresh:
        one.folded = folded_name(one.name)
    known.model.objects.bulk_create(fresh, batch_size=BATCH)
    _keep_addresses(fresh, known)
    Event.objects.bulk_create([_event(one, by, verb="created", new=one.name) for one in fresh], batch_size=BATCH)


def save_changed(
    people: Iterable[Person], before: Mapping[int, Mapping[str, Any]], known: Known, *, by: User | None
) -> list[Person]:
    """Write what differs, one event per field; returns those who were there before. Who is new has a superior now."""
    changed, events, led = [], [], []
    for one in people:
        if one.pk not in before:
            led += [one] if one.reports_to_id else []
            continue
        differing = [name for name in WRITTEN if getattr(one, name) != before[one.pk][name]]
        events += [_change(one, name, before[one.pk][name], by) for name in differing]
        changed += [one] if differing else []
    for one in changed:
        one.folded, one.version = folded_name(one.name), one.version + 1
    known.model.objects.bulk_create(
        [*led, *changed],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=[*WRITTEN, "folded", "version"],
    )
    _keep_addresses((one for one in changed if one.email != before[one.pk]["email"]), known)
    Event.objects.bulk_create(events, batch_size=BATCH)
    return changed


def _keep_addresses(people: Iterable[Person], known: Known) -> None:
    """Messages are matched by every address that a person ever had."""
    side = "contact" if known.model is Contact else "colleague"
    fresh = {one.email.lower(): one for one in people if one.email and one.email.lower() not in known.addresses}
    rows = [MailAddress(address=email, **{side: one}) for email, one in fresh.items()]
    MailAddress.objects.bulk_create(rows, batch_size=BATCH)
    known.addresses |= set(fresh)


def affected(people: Iterable[Person]) -> set[int]:
    """The accounts whose picture a change of these people changes."""
    people = list(people)
    accounts = {one.account_id for one in people if isinstance(one, Contact)}
    for part in pieces(one.pk for one in people if isinstance(one, Colleague)):
        met = Colleague.objects.filter(pk__in=part).order_by()
        accounts |= set(met.values_list("participations__interaction__account_id", flat=True).distinct()) - {None}
    return accounts


def _change(one: Person, name: str, old: Any, by: User | None) -> Event:
    new = getattr(one, name)
    told = {"old": "" if old is None else str(old), "new": "" if new is None else str(new)}
    return _event(one, by, verb="imported", field=name, **told)


def _event(one: Person, by: User | None, **details: str) -> Event:
    kind = one._meta.label_lower
    return Event(by=by, subject_type=kind, subject_id=one.pk, subject_name=one.name[:250], **details)
