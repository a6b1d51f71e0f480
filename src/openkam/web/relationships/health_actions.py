"""Write down value and an exit; each change leaves an event."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import F

from openkam.method.errors import InvalidInput
from openkam.web.accounts.actions import change_account
from openkam.web.accounts.models import Account
from openkam.web.contacts.models import Contact
from openkam.web.people.models import User
from openkam.web.programme.history import record, save_recorded

from .models import Exit, ExitContact, ValuePromise

EXIT_FIELDS = (
    "reason",
    "on",
    "style",
    "orientation",
    "partner_is_powerful",
    "may_return",
    "continuity",
    "lessons",
)


@transaction.atomic
def save_value(promise: ValuePromise, *, by: User) -> None:
    """What was promised and delivered in a year. The events tell money to those alone who may see profit."""
    before = ValuePromise.objects.filter(pk=promise.pk).values("promised", "delivered").first() or {}
    promise.version += 1
    promise.save()
    for name in ("promised", "delivered"):
        old, new = before.get(name), getattr(promise, name)
        if old != new:
            texts = {"old": _amount(old), "new": _amount(new)}
            about = {"about": promise.account, "field": f"value_{name} {promise.fiscal_year}", "touches_profit": True}
            record("changed", by=by, **about, **texts)


def _amount(value: Decimal | None) -> str:
    """As the database gives it, so that a history writes it as money."""
    return "" if value is None else f"{value:.4f}"


@transaction.atomic
def save_exit(exit_: Exit, *, by: User) -> list[str]:
    """Raises InvalidInput("exit_without_reason")."""
    exit_.reason = exit_.reason.strip()
    if not exit_.reason:
        raise InvalidInput("exit_without_reason", "reason")
    if exit_.pk is None:
        exit_.by = by
        exit_.save()
        record("planned_exit", by=by, about=exit_.account, field="exit", new=exit_.reason)
        return list(EXIT_FIELDS)
    changed = save_recorded(exit_, by=by, fields=EXIT_FIELDS)
    if changed:
        Exit.objects.filter(pk=exit_.pk).update(version=F("version") + 1)
    return changed


class Retold(NamedTuple):
    """A field as its editor found it, and as they left it."""

    found: Any
    left: Any


@transaction.atomic
def note_last_contacts(exit_: Exit, *, told: Mapping[int, Mapping[str, Retold]], by: User) -> int:
    """Who speaks with each person a last time, and when that was. Returns of how many people something changed.

    told  number of a contact -> "who" and "done_on", whichever was changed.

    Raises InvalidInput("person_taken") when somebody else changed one of them meanwhile; then nothing is saved.
    """
    Exit.objects.select_for_update(of=("self",)).get(pk=exit_.pk)
    people = Contact.objects.filter(account=exit_.account, pk__in=told).in_bulk()
    there = {row.contact_id: row for row in exit_.last_contacts.all()}
    for pk, contact in people.items():
        row = there.get(pk) or ExitContact(exit=exit_, contact=contact)
        for name, (found, left) in told[pk].items():
            if getattr(row, name) not in (found, left):
                raise InvalidInput("person_taken", name, name=contact.name)
            setattr(row, name, left)
        row.save()
    if people:
        record("changed", by=by, about=exit_, field="last_contacts")
    return len(people)


@transaction.atomic
def say_it_ends(account: Account, *, by: User) -> bool:
    """Let the account's status say that the relationship ends; says whether it did not before."""
    account.status = Account.Status.EXITING
    return bool(change_account(account, by=by, fields=["status"]))


def exit_of(account: Account) -> Exit | None:
    return Exit.objects.filter(account=account).first()


def held(account: Account) -> None:
    """Two people who write the first line of the same account at once wait for each other."""
    Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
