"""Addresses that belong to nobody yet: kept with just enough to count their messages once somebody says who it is."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Case, Count, IntegerField, Max, QuerySet, When

from openkam.method.errors import InvalidInput
from openkam.web.accounts.models import Account
from openkam.web.contacts.actions import create_colleague, create_contact
from openkam.web.contacts.changed import tell
from openkam.web.contacts.models import Colleague, Contact, MailAddress
from openkam.web.jobs import queue
from openkam.web.people.models import User
from openkam.web.programme.history import record

from .kept_people import still_there
from .matching import Found, People, day, domain
from .models import Attempt, Interaction, Participant, Pending, UnknownAddress
from .reading.pieces import Piece

BATCH = 500
#: Kept messages that are counted while somebody waits.
AT_ONCE = 2_000


def keep_unknown(wanted: Iterable[tuple[Piece, Found]], *, attempt: Attempt, by: User) -> None:
    """Remember who else is in some pieces. Of an audience nobody is, and of a piece of contact only day and people."""
    kept = [(piece, found) for piece, found in wanted if found.unknown and piece.left_out != "mass"]
    people = sorted((one.email, one.name) for _, found in kept for one in found.unknown)
    addresses = _addresses(dict(people), by)  # of an address with and without a name the name stays
    rows = [
        Pending(
            address_id=addresses[one.email],
            uid=piece.uid,
            on=day(piece),
            at=piece.at,
            kind=piece.kind,
            part=one.part,
            ours=_others(found),
            attempt=attempt,
        )
        for piece, found in kept
        for one in found.unknown
        if one.email in addresses
    ]
    Pending.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)


def _others(found: Found) -> list[list[Any]]:
    """Who is known in a piece: [number, part] of ours, [number, part, "contact"] of theirs."""
    ours = [[pk, part] for pk, part in found.ours.items()]
    return ours + [[pk, part, "contact"] for pk, part in found.theirs.items()]


def _addresses(names: dict[str, str], by: User) -> dict[str, int]:
    """Address -> its number, for those that are still to be decided."""
    fresh = [UnknownAddress(address=email, name=name, by=by) for email, name in names.items()]
    UnknownAddress.objects.bulk_create(fresh, batch_size=BATCH, ignore_conflicts=True)
    known = by.unknown_addresses.filter(address__in=names, verdict="")
    return dict(known.order_by().values_list("address", "pk"))


def settle(by: User) -> set[int]:
    """Count the kept messages of addresses that belong to somebody by now, and how many those of the others are.

    Returns the accounts that have new interactions.
    """
    people, accounts = People(by), set()
    for unknown in by.unknown_addresses.filter(pending__isnull=False).distinct():
        email = unknown.address.casefold()
        if colleague := people.colleagues.get(email):
            accounts |= _settle_one(unknown, Colleague.objects.get(pk=colleague))
        elif contact := people.contacts.get(email):
            accounts |= _settle_one(unknown, Contact.objects.get(pk=contact))
        elif email in people.hidden:
            unknown.delete()
    recount(by)
    return accounts


@transaction.atomic
def recount(by: User) -> None:
    """How many messages each undecided address has; one without any is forgotten."""
    counted = Pending.objects.filter(address__by=by, address__verdict="").order_by().values("address")
    found = {row["address"]: row for row in counted.annotate(times=Count("pk"), last=Max("on"))}
    changed = []
    for row in by.unknown_addresses.filter(verdict=""):
        said = found.get(row.pk, {"times": 0, "last": None})
        if (row.times, row.last_on) != (said["times"], said["last"]):
            row.times, row.last_on = said["times"], said["last"]
            changed.append(row)
    UnknownAddress.objects.bulk_update(changed, ["times", "last_on"], batch_size=BATCH)
    by.unknown_addresses.filter(verdict="", times=0).delete()


def guess_accounts(by: User, likely: dict[str, int]) -> None:
    """Give each undecided address the account whose people have addresses of the same domain."""
    rows = [row for row in by.unknown_addresses.filter(verdict="", account=None) if domain(row.address) in likely]
    for row in rows:
        row.account_id = likely[domain(row.address)]
    UnknownAddress.objects.bulk_update(rows, ["account"], batch_size=BATCH)


@transaction.atomic
def make_contact(unknown: UnknownAddress, *, account: Account, name: str, by: User) -> Contact:
    """Say that an address is a new person of a customer. Raises InvalidInput("unknown_taken" | "name_missing")."""
    _refuse_taken(unknown)
    contact = create_contact(account=account, by=by, name=_name(unknown, name), email=unknown.address)
    _decided(unknown, contact)
    return contact


@transaction.atomic
def make_colleague(unknown: UnknownAddress, *, name: str, by: User) -> Colleague:
    """Say that an address is a person of ours. Raises InvalidInput("unknown_taken" | "name_missing")."""
    _refuse_taken(unknown)
    colleague = create_colleague(by=by, name=_name(unknown, name), email=unknown.address)
    _decided(unknown, colleague)
    return colleague


@transaction.atomic
def give_to(unknown: UnknownAddress, *, person: Contact | Colleague, by: User) -> None:
    """Say that an address is a further one of somebody who is here. Raises InvalidInput("unknown_taken")."""
    _refuse_taken(unknown)
    MailAddress.objects.create(address=unknown.address, **{_side(person): person})
    record("changed", by=by, about=person, field="email", new=unknown.address)
    _decided(unknown, person)


@transaction.atomic
def ignore(unknown: UnknownAddress) -> None:
    """Never offer an address again; what was kept of its messages goes."""
    unknown.pending.all().delete()
    unknown.verdict, unknown.times = UnknownAddress.Verdict.IGNORED, 0
    unknown.save(update_fields=["verdict", "times"])


def _refuse_taken(unknown: UnknownAddress) -> None:
    """Whose an address is by now is not said: it may be somebody at an account that the reader does not see."""
    if MailAddress.objects.filter(address__iexact=unknown.address).exists():
        raise InvalidInput("unknown_taken", "address", address=unknown.address)


def _name(unknown: UnknownAddress, name: str) -> str:
    said = name.strip() or unknown.name
    if not said:
        raise InvalidInput("name_missing", "name", address=unknown.address)
    return said[:200]


def _side(person: Contact | Colleague) -> str:
    return "contact" if isinstance(person, Contact) else "colleague"


def _decided(unknown: UnknownAddress, person: Contact | Colleague) -> None:
    """Count a few messages at once, and many of them in the background."""
    unknown.verdict = UnknownAddress.Verdict(_side(person))
    unknown.save(update_fields=["verdict"])
    if unknown.pending.count() > AT_ONCE:
        queue.start("unknown_addresses", by=unknown.by, subject_id=unknown.pk)
    else:
        tell(_settle_one(unknown, person))


@transaction.atomic
def _settle_one(unknown: UnknownAddress, person: Contact | Colleague) -> set[int]:
    """Let the kept messages of an address count for somebody; returns the accounts that they count at."""
    touched: set[int] = set()
    while rows := list(unknown.pending.order_by("pk")[:BATCH]):
        still_there(rows)
        touched |= _count_for(rows, person, unknown.by)
        _tell_the_others(rows, unknown, person)
        Pending.objects.filter(pk__in=[row.pk for row in rows]).delete()
    unknown.verdict, unknown.times = UnknownAddress.Verdict(_side(person)), 0
    unknown.save(update_fields=["verdict", "times"])
    return touched


def _count_for(rows: list[Pending], person: Contact | Colleague, by: User) -> set[int]:
    """Add somebody to the interactions of kept messages; those that are not there yet are made."""
    accounts = _accounts_of(rows)
    planned = {(account, row.uid): row for row in rows for account in _accounts(row, person, accounts)}
    there = stored(planned)
    fresh = [_interaction(key, row, by) for key, row in planned.items() if key not in there]
    made = {(one.account_id, str(one.source_uid)): one.pk for one in Interaction.objects.bulk_create(fresh)}
    numbers = made | {key: pk for key, (pk, _) in there.items()}
    people = [
        Participant(interaction_id=numbers[key], part=row.part, **{f"{_side(person)}_id": person.pk})
        for key, row in planned.items()
    ]
    people += [one for key in made for one in _known(numbers[key], planned[key], key[0], accounts)]
    Participant.objects.bulk_create(people, batch_size=BATCH, ignore_conflicts=True)
    return {account for account, _ in planned}


def _accounts_of(rows: Iterable[Pending]) -> dict[int, int]:
    """The contacts that are known in kept messages -> their accounts."""
    wanted = {pk for row in rows for pk, _, *more in row.ours if more}
    return dict(Contact.objects.filter(pk__in=wanted).order_by().values_list("pk", "account_id"))


def _accounts(row: Pending, person: Contact | Colleague, accounts: dict[int, int]) -> set[int]:
    """Where a message counts once it is known who somebody in it is: with people of both sides alone."""
    if isinstance(person, Contact):
        return {person.account_id} if any(len(one) == 2 for one in row.ours) else set()
    return {accounts[pk] for pk, _, *more in row.ours if more and pk in accounts}


def _interaction(key: tuple[int, str], row: Pending, by: User) -> Interaction:
    account, uid = key
    return Interaction(
        account_id=account, source_uid=uid, on=row.on, at=row.at, kind=row.kind, attempt_id=row.attempt_id, by=by
    )


def _known(interaction: int, row: Pending, account: int, accounts: dict[int, int]) -> Iterable[Participant]:
    """Those who were known in a message already, of ours and of its account."""
    for pk, part, *more in row.ours:
        if not more:
            yield Participant(interaction_id=interaction, colleague_id=pk, part=part)
        elif accounts.get(pk) == account:
            yield Participant(interaction_id=interaction, contact_id=pk, part=part)


def _tell_the_others(rows: list[Pending], unknown: UnknownAddress, person: Contact | Colleague) -> None:
    """Other unknown addresses of the same messages now have one more who is known beside them."""
    parts = {row.uid: row.part for row in rows}
    others = Pending.objects.filter(address__by=unknown.by, uid__in=parts).exclude(address=unknown)
    changed = list(others)
    for row in changed:
        mark = ["contact"] if isinstance(person, Contact) else []
        row.ours = [*row.ours, [person.pk, parts[row.uid], *mark]]
    Pending.objects.bulk_update(changed, ["ours"], batch_size=BATCH)


def stored(keys: Iterable[tuple[int, str]]) -> dict[tuple[int, str], tuple[int, int]]:
    """Those of (account, uid) that are stored: their number, and the attempt that stored them or 0."""
    wanted = set(keys)
    rows = Interaction.objects.filter(
        source_uid__in={uid for _, uid in wanted}, account__in={account for account, _ in wanted}
    )
    found = rows.order_by().values_list("account_id", "source_uid", "pk", "attempt_id")
    return {(account, str(uid)): (pk, by or 0) for account, uid, pk, by in found if (account, uid) in wanted}


def waiting(by: User) -> QuerySet[UnknownAddress]:
    """The addresses that somebody should decide on: those of likely accounts first, then by their messages."""
    nobodys = Case(When(account=None, then=1), default=0, output_field=IntegerField())
    return by.unknown_addresses.filter(verdict="").select_related("account").order_by(nobodys, "-times", "address")
