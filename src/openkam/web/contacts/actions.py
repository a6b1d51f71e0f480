"""What people and imports do to contacts and colleagues: each change leaves an event."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F

from openkam.method.errors import InvalidInput
from openkam.web.accounts.models import Account
from openkam.web.people.models import User
from openkam.web.programme.history import record, save_recorded

from .changed import tell
from .models import Colleague, Contact, Employment, MailAddress, MainContact

PERSON_FIELDS = (
    "name",
    "address_form",
    "title",
    "function",
    "level",
    "site",
    "email",
    "phone",
    "languages",
    "left_on",
    "external_id",
    "reports_to_id",
)
CONTACT_FIELDS = (*PERSON_FIELDS, "is_placeholder", "wanted_days", "primary_id")
COLLEAGUE_FIELDS = (*PERSON_FIELDS, "user_id")


@transaction.atomic
def create_contact(*, account: Account, by: User | None, **fields: Any) -> Contact:
    """A new person of a customer. Raises InvalidInput("address_taken" | "reports_elsewhere")."""
    contact = Contact(account=account, **fields)
    refuse_boss(contact)
    contact.save()
    remember_address(contact)
    record("created", by=by, about=contact, new=contact.name)
    tell([account.pk])
    return contact


@transaction.atomic
def create_colleague(*, by: User | None, **fields: Any) -> Colleague:
    """A person of ours. Raises InvalidInput("address_taken")."""
    colleague = Colleague(**fields)
    refuse_boss(colleague)
    colleague.save()
    remember_address(colleague)
    record("created", by=by, about=colleague, new=colleague.name)
    return colleague


@transaction.atomic
def change_person(person: Contact | Colleague, *, by: User | None, fields: Iterable[str] | None = None) -> list[str]:
    """Save the changed fields, one event each; returns the names of those that changed.

    Raises InvalidInput("address_taken" | "reports_circle" | "reports_elsewhere").
    """
    refuse_boss(person)
    names = fields or (CONTACT_FIELDS if isinstance(person, Contact) else COLLEAGUE_FIELDS)
    changed = save_recorded(person, by=by, fields=names)
    if changed:
        type(person)._default_manager.filter(pk=person.pk).update(version=F("version") + 1)
        person.version += 1
        remember_address(person)
    if changed and isinstance(person, Contact):
        tell([person.account_id])
    elif changed:
        tell(accounts_of(person))
    return changed


def accounts_of(colleague: Colleague) -> list[int]:
    """The accounts whose people a colleague has met."""
    met = colleague.participations.order_by().values_list("interaction__account_id", flat=True)
    return sorted({*met.distinct()})


def remember_address(person: Contact | Colleague) -> None:
    """Messages are matched by every address that a person ever had. Raises InvalidInput("address_taken")."""
    if not person.email:
        return
    side = "contact" if isinstance(person, Contact) else "colleague"
    known = MailAddress.objects.filter(address__iexact=person.email).select_related("contact", "colleague").first()
    if known is None:
        MailAddress.objects.create(address=person.email.lower(), **{side: person})
    elif getattr(known, f"{side}_id") != person.pk:
        owner = known.contact or known.colleague
        raise InvalidInput("address_taken", "email", address=person.email, name=owner.name if owner else "")


def refuse_boss(person: Contact | Colleague) -> None:
    """Nobody reports to themselves, in however wide a circle, or to somebody of another customer."""
    if person.reports_to_id is None or _is_stored(person):
        return
    boss: Any = person.reports_to
    if isinstance(person, Contact) and boss.account_id != person.account_id:
        raise InvalidInput("reports_elsewhere", "reports_to", name=boss.name)
    if person.pk in above(person):
        raise InvalidInput("reports_circle", "reports_to", name=boss.name)


def _is_stored(person: Contact | Colleague) -> bool:
    """Whether they report to the same person already, which was looked at then."""
    same = type(person)._default_manager.filter(pk=person.pk, reports_to=person.reports_to_id)
    return person.pk is not None and same.exists()


def above(person: Contact | Colleague) -> set[int]:
    """The numbers of those whom a person reports to, through others too: one query however many they are."""
    people = type(person)._default_manager.exclude(reports_to=None).order_by()
    if isinstance(person, Contact):
        people = people.filter(account=person.account_id)
    bosses, found = dict(people.values_list("pk", "reports_to_id")), set()
    boss = person.reports_to_id
    while boss is not None and boss not in found:
        found.add(boss)
        boss = bosses.get(boss)
    return found


@transaction.atomic
def move_contact(contact: Contact, *, account: Account, on: date, by: User | None, title: str = "") -> Contact:
    """They work for another customer now: the former employer is kept, what was recorded there stays there.

    Raises InvalidInput("moved_nowhere").
    """
    left = contact.account
    if left.pk == account.pk:
        raise InvalidInput("moved_nowhere", "account", name=contact.name)
    since = contact.employments.order_by("-until").values_list("until", flat=True).first()
    Employment.objects.create(
        contact=contact, account=left, employer=left.name, title=contact.title, since=since, until=on
    )
    MainContact.objects.filter(contact=contact).delete()
    contact.reports.update(reports_to=None)
    contact.account, contact.reports_to, contact.left_on = account, None, None
    contact.title = title or contact.title
    contact.version += 1
    contact.save()
    # by their numbers: whoever reads this may not see both accounts
    record("moved_employer", by=by, about=contact, field="account", old=str(left.pk), new=str(account.pk))
    tell([left.pk, account.pk])
    return contact


@transaction.atomic
def leave(person: Contact | Colleague, *, on: date, by: User | None) -> None:
    """They work there no more, and are nobody's main contact then."""
    person.left_on = on
    if isinstance(person, Contact):
        MainContact.objects.filter(contact=person).delete()
    if change_person(person, by=by, fields=["left_on"]):
        record("left_employer", by=by, about=person, new=on.isoformat())


@transaction.atomic
def make_main_contact(contact: Contact, *, by: User | None) -> None:
    """The hub on the customer's side. Raises InvalidInput("main_contact_left")."""
    if contact.left_on or contact.erased_at:
        raise InvalidInput("main_contact_left", "", name=contact.name)
    MainContact.objects.update_or_create(account=contact.account, defaults={"contact": contact})
    record("made_main_contact", by=by, about=contact, new=contact.name)
    tell([contact.account_id])


def colleague_of(user: User) -> Colleague:
    """The record of somebody who signs in: theirs, one of their address that nobody signs in as yet, or a new one."""
    known = Colleague.objects.filter(user=user).first()
    if known:
        return known
    address = MailAddress.objects.filter(address__iexact=user.email).select_related("colleague").first()
    if address and address.colleague and address.colleague.user_id is None:
        address.colleague.user = user
        address.colleague.save(update_fields=["user"])
        return address.colleague
    email = "" if address else user.email
    colleague = Colleague.objects.create(user=user, name=str(user), email=email)
    remember_address(colleague)
    return colleague
