"""Record who met whom; each change leaves an event and is told to whoever keeps figures of it."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from openkam.method.errors import InvalidInput
from openkam.web.accounts.models import Account
from openkam.web.contacts.changed import tell
from openkam.web.contacts.models import Colleague, Contact
from openkam.web.people.models import User
from openkam.web.programme.history import record, save_recorded

from .models import Interaction, Participant

#: More participants than these are an audience; it is kept and does not count as contact between people.
MOST_PARTICIPANTS = 30
FIELDS = ("on", "at", "kind", "subject", "note", "next_step", "next_on", "team_id", "counts")


@transaction.atomic
def record_interaction(
    *, account: Account, ours: Iterable[Colleague], theirs: Iterable[Contact], by: User | None, **fields: Any
) -> Interaction:
    """Somebody of ours met somebody of theirs.

    Raises InvalidInput("interaction_one_sided" | "interaction_in_future").
    """
    ours, theirs = _once(ours), _once(theirs)
    _refuse(ours, theirs, fields.get("on"))
    fields.setdefault("counts", len(ours) + len(theirs) <= MOST_PARTICIPANTS)
    interaction = Interaction.objects.create(account=account, by=by, **fields)
    _take_part(interaction, ours, theirs)
    record("recorded", by=by, about=interaction, new=str(interaction))
    tell([account.pk])
    return interaction


@transaction.atomic
def change_interaction(
    interaction: Interaction, *, ours: Iterable[Colleague], theirs: Iterable[Contact], by: User | None
) -> list[str]:
    """Save a changed interaction and its participants; returns what changed.

    Raises InvalidInput("interaction_one_sided" | "interaction_in_future").
    """
    ours, theirs = _once(ours), _once(theirs)
    _refuse(ours, theirs, interaction.on)
    if interaction.source_uid is None:
        interaction.counts = len(ours) + len(theirs) <= MOST_PARTICIPANTS
    changed = save_recorded(interaction, by=by, fields=FIELDS)
    there = interaction.participants
    gone = there.exclude(contact__in=theirs, colleague=None).exclude(colleague__in=ours, contact=None)
    known = set(there.values_list("contact_id", "colleague_id"))
    added = (
        [person for person in ours if (None, person.pk) not in known],
        [person for person in theirs if (person.pk, None) not in known],
    )
    if gone.exists() or any(added):
        gone.delete()
        _take_part(interaction, *added)
        now = f"{len(ours)} + {len(theirs)}"  # no names: an event outlives them
        record("changed", by=by, about=interaction, field="participants", new=now)
        changed.append("participants")
    if changed:
        Interaction.objects.filter(pk=interaction.pk).update(version=F("version") + 1)
        tell([interaction.account_id])
    return changed


@transaction.atomic
def delete_interaction(interaction: Interaction, *, by: User | None) -> None:
    record("deleted", by=by, about=interaction, old=str(interaction))
    account = interaction.account_id
    interaction.delete()
    tell([account])


def _once(people: Iterable[Any]) -> list[Any]:
    return list({person.pk: person for person in people}.values())


def _refuse(ours: list[Colleague], theirs: list[Contact], on: Any) -> None:
    if not ours or not theirs:
        raise InvalidInput("interaction_one_sided", "participants")
    if on and on > timezone.localdate():
        raise InvalidInput("interaction_in_future", "on")


def _take_part(interaction: Interaction, ours: list[Colleague], theirs: list[Contact]) -> None:
    rows = [Participant(interaction=interaction, colleague=person) for person in ours]
    rows += [Participant(interaction=interaction, contact=person) for person in theirs]
    Participant.objects.bulk_create(rows, batch_size=1_000)
