"""Pieces of contact become interactions: matched, stored once, and counted on a receipt.

A batch is one transaction. An import that dies goes on where it was when it is started again: what is there is not
stored twice, whoever read it first.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from openkam.method.errors import InvalidInput
from openkam.web.contacts.changed import tell
from openkam.web.people.models import User
from openkam.web.programme.history import record

from .matching import Exclusions, Found, Names, People, day
from .models import Attempt, Interaction, Participant
from .reading.pieces import Address, Piece, Problem, address
from .reading.rows import Row
from .unknown import guess_accounts, keep_unknown, settle, stored

BATCH = 500
#: Problems kept on the receipt; all are counted.
KEPT = 1_000
#: A clock may be wrong by that much before its message is from the future.
SLACK = timedelta(days=1)


@dataclass
class Receipt:
    """What an import did with what it read."""

    read: int = 0
    stored: int = 0
    already: int = 0
    private: int = 0
    automatic: int = 0
    internal: int = 0
    mass: int = 0
    unmatched: int = 0
    unknown: int = 0
    problem_count: int = 0
    problems: list[dict[str, Any]] = field(default_factory=list)

    def add(self, problem: Problem) -> None:
        self.problem_count += 1
        if len(self.problems) < KEPT:
            self.problems.append({"row": problem.where, "code": problem.code, "values": problem.values})


class Importing:
    """One run over the pieces of a file or a mailbox, for the person who reads it."""

    def __init__(self, attempt: Attempt, *, by: User) -> None:
        self.attempt, self.by, self.receipt = attempt, by, Receipt()
        self.people, self.exclusions = People(by), Exclusions(by)
        self.names: Names | None = None
        self.accounts: set[int] = set()

    def take(self, some: Iterable[Piece | Problem | Row]) -> None:
        """Bring a batch in, all of it or nothing."""
        wanted = [ready for one in some if (ready := self._looked_at(one))]
        try:
            self._store(wanted)
        except IntegrityError:  # somebody else stored one of them meanwhile; now it is found
            self._store(wanted)

    def _looked_at(self, one: Piece | Problem | Row) -> tuple[Piece, Found] | None:
        """A piece that counts, with its people; everything else is counted and dropped."""
        self.receipt.read += 1
        if isinstance(one, Problem):
            self.receipt.add(one)
            return None
        piece, found = self._of_row(one) if isinstance(one, Row) else (one, None)
        if piece is None or self._is_left_out(piece):
            return None
        found = found or self.people.match(piece.people)
        if found.is_internal:
            self.receipt.internal += 1
            return None
        return piece, found

    def _is_left_out(self, piece: Piece) -> bool:
        if piece.left_out == "private" or self.exclusions.hold(piece):
            self.receipt.private += 1
        elif piece.left_out == "automatic":
            self.receipt.automatic += 1
        elif piece.at and piece.at > timezone.now() + SLACK:
            self.receipt.add(Problem(self.receipt.read, "message_in_future", {"value": f"{piece.at:%Y-%m-%d}"}))
        else:
            return False
        return True

    def _of_row(self, row: Row) -> tuple[Piece | None, Found | None]:
        """A line of a table: its people by address or name. Who cannot be found is a remark of their own."""
        self.names = self.names or Names(self.people)
        today = timezone.localdate()
        if row.on is None or row.kind is None or row.on > today:
            code = "row_day" if row.on is None else "row_in_future" if row.on > today else "row_kind"
            self.receipt.add(Problem(row.number, code))
            return None, None
        addresses = [one for text in (*row.ours, *row.theirs) if (one := address(text))]
        found = self.people.match(addresses)
        found.is_internal = False
        for name in (text for text in row.ours if not address(text)):
            self._named(row, found.ours, name, of_ours=True)
        for name in (text for text in row.theirs if not address(text)):
            self._named(row, found.theirs, name, of_ours=False)
        people: tuple[Address, ...] = tuple(addresses)
        return Piece(row.uid, row.kind, None, row.subject, people, note=row.note, on=row.on), found

    def _named(self, row: Row, people: dict[int, str], name: str, *, of_ours: bool) -> None:
        names = self.names or Names(self.people)
        try:
            pk = names.colleague(name) if of_ours else names.contact(name, row.account)
        except InvalidInput as refusal:
            self.receipt.add(Problem(row.number, refusal.code, dict(refusal.values)))
        else:
            people.setdefault(pk, "present")

    @transaction.atomic
    def _store(self, wanted: list[tuple[Piece, Found]]) -> None:
        keep_unknown(wanted, attempt=self.attempt, by=self.by)
        planned = {key: rest for piece, found in wanted for key, rest in self._planned(piece, found)}
        there = stored(planned)
        fresh = {key: rest for key, rest in planned.items() if key not in there}
        rows = Interaction.objects.bulk_create([self._row(key, *rest) for key, rest in fresh.items()], batch_size=BATCH)
        participants = [
            one
            for row, (_, found, contacts) in zip(rows, fresh.values(), strict=True)
            for one in _participants(row, found, contacts)
        ]
        Participant.objects.bulk_create(participants, batch_size=1_000)
        self.accounts |= {account for account, _ in fresh}
        self._count(wanted, planned, {key for key, (_, attempt) in there.items() if attempt != self.attempt.pk})

    def _planned(self, piece: Piece, found: Found) -> Iterator[tuple[tuple[int, str], tuple[Piece, Found, list[int]]]]:
        """(account, uid) -> what is stored there; nothing without somebody of either side."""
        if found.ours:
            for account, contacts in self.people.by_account(found, day(piece)).items():
                yield (account, piece.uid), (piece, found, contacts)

    def _row(self, key: tuple[int, str], piece: Piece, _found: Found, _contacts: list[int]) -> Interaction:
        account, uid = key
        return Interaction(
            account_id=account,
            on=day(piece),
            at=piece.at,
            kind=piece.kind,
            subject=piece.subject,
            note=piece.note,
            counts=piece.left_out != "mass",
            attempt=self.attempt,
            source_uid=uid,
            by=self.by,
        )

    def _count(self, wanted: list[Any], planned: dict[Any, Any], before: set[tuple[int, str]]) -> None:
        """A message to people of two accounts is two interactions, and one message on the receipt."""
        stored, already = {uid for _, uid in planned.keys() - before}, {uid for _, uid in before}
        uids = {piece.uid: piece for piece, _ in wanted}
        self.receipt.already += len(already - stored) + len(wanted) - len(uids)
        self.receipt.unmatched += len(uids.keys() - stored - already)
        self.receipt.mass += sum(uids[uid].left_out == "mass" for uid in stored)
        self.receipt.stored += len(stored)

    def finish(self) -> Receipt:
        """The receipt, kept with the import; whoever draws these accounts is told."""
        self.accounts |= settle(self.by)
        guess_accounts(self.by, self.people.likely_accounts())
        self.receipt.unknown = self.by.unknown_addresses.filter(verdict="", times__gt=0).count()
        with transaction.atomic():
            self.attempt.receipt, self.attempt.state = vars(self.receipt), Attempt.State.DONE
            self.attempt.save(update_fields=["receipt", "state"])
            record("imported", by=self.by, about=self.attempt, new=str(self.receipt.stored))
        tell(self.accounts)
        return self.receipt


def _participants(row: Interaction, found: Found, contacts: list[int]) -> Iterator[Participant]:
    for colleague, part in found.ours.items():
        yield Participant(interaction=row, colleague_id=colleague, part=part)
    for contact in contacts:
        yield Participant(interaction=row, contact_id=contact, part=found.theirs[contact])


def batches(pieces: Iterator[Any]) -> Iterator[list[Any]]:
    while some := list(islice(pieces, BATCH)):
        yield some
