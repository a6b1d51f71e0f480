"""People from a file: created or updated, never emptied, all in one transaction.

Somebody is known again by their external id, else by an address, else by their name at the account. The same file
again changes nothing. What cannot be used is told row by row; a row is left out whole only when it cannot be said
whom it means, or when somebody else would be changed by it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from openkam.web.accounts.importing import YES
from openkam.web.programme.history import record

from .actions import move_contact
from .changed import tell
from .import_bosses import Bosses
from .import_known import Known, KnownAccounts, Person
from .import_saving import WRITTEN, affected, save_changed, save_new
from .models import Colleague, Contact, Function, Level, PeopleImport
from .naming import folded_name
from .reading import guess
from .reading.columns import Line

#: Problems, and guessed job titles, kept on the receipt; all problems are counted.
KEPT = 1_000
PLAIN = ("title", "site", "languages", "address_form")
MOST = {name: Contact._meta.get_field(name).max_length or 0 for name in ("name", "external_id", "email", *PLAIN)}
MOST |= {"phone": 60, "mobile": 60}


@dataclass
class Receipt:
    """What an import did. `guessed`: job title -> [function, level, the people who were given them]."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    moved: int = 0
    left_out: int = 0
    deleted: int = 0
    problem_count: int = 0
    problems: list[dict[str, Any]] = field(default_factory=list)
    guessed: dict[str, Any] = field(default_factory=dict)

    def add(self, row: int, code: str, **values: Any) -> None:
        self.problem_count += 1
        if len(self.problems) < KEPT:
            self.problems.append({"row": row, "code": code, "values": values})

    def leave_out(self, row: int, code: str, **values: Any) -> None:
        self.left_out += 1
        self.add(row, code, **values)


class Importing:
    """One run over the people of a file."""

    def __init__(self, subject: PeopleImport, lines: list[Line]) -> None:
        self.subject, self.lines, self.receipt = subject, lines, Receipt(rows=len(lines))
        self.model: Any = Colleague if subject.side == PeopleImport.Side.OURS else Contact
        self.accounts = KnownAccounts(subject, lines) if self.model is Contact else None
        self.known = Known(self.model, subject.by, lines)
        self.people: dict[int, Person] = {}  # row -> who it is
        self.emails: dict[int, str] = {}  # row -> its address, where it is one
        self.before: dict[int, dict[str, Any]] = {}  # number of a person -> what was known
        self._first: dict[int, int] = {}

    def run(self) -> Receipt:
        for line in self.lines:
            if self._is_usable(line) and (person := self._person(line)):
                self.people[line.row] = person
                self._fill(person, line)
                self.known.arrives(person)
        fresh = [one for one in self.people.values() if one.pk is None]
        save_new(fresh, self.known, by=self.subject.by)
        Bosses(self.known, self.receipt).put(self.people, self.lines)
        changed = save_changed(self.people.values(), self.before, self.known, by=self.subject.by)
        self._count(fresh, changed)
        return self.receipt

    def _count(self, fresh: list[Person], changed: list[Person]) -> None:
        self.receipt.created, self.receipt.updated = len(fresh), len(changed)
        self.receipt.unchanged = len(self.people) - len(fresh) - len(changed)
        for title, (_function, _level, people) in self.receipt.guessed.items():
            self.receipt.guessed[title][2] = [one.pk for one in people]
        tell(affected([*fresh, *changed]))

    def _is_usable(self, line: Line) -> bool:
        if line["deleted"].casefold() in YES:
            self.receipt.deleted += 1
            return False
        for meaning, most in MOST.items():
            text = line.name if meaning == "name" else line[meaning]
            if len(text) > most:
                self.receipt.leave_out(line.row, "row_too_long", field=meaning, most=most)
                return False
        return True

    def _person(self, line: Line) -> Person | None:
        """Who a row is about, known or new; None when that cannot be said."""
        account = self._account(line)
        if self.accounts and account is None:
            return None
        email = self.emails[line.row] = self._email(line)
        found = self.known.by_id.get(line["external_id"]) or self.known.by_email.get(email)
        if found:
            return self._once(line, found) if self._works_here(line, found, account) else None
        if self.known.is_taken(email):
            self.receipt.leave_out(line.row, "address_taken_elsewhere")
            return None
        namesakes = self._namesakes(line, account)
        if len(namesakes) > 1:
            self.receipt.leave_out(line.row, "row_person_ambiguous", value=line.name)
            return None
        return self._once(line, namesakes[0]) if namesakes else self._new(line, account)

    def _account(self, line: Line) -> int | None:
        """The number of the account that a row names; the page's own where it names none."""
        code, found = self.accounts.of(line) if self.accounts else ("", None)
        if code:
            self.receipt.leave_out(line.row, code, value=line["account"] or line["account_id"])
        return found

    def _email(self, line: Line) -> str:
        """The address of a row in small letters, or "" when it is none."""
        if not line["email"]:
            return ""
        try:
            validate_email(line["email"])
        except ValidationError:
            self.receipt.add(line.row, "row_email", value=line["email"])
            return ""
        return line["email"].lower()

    def _namesakes(self, line: Line, account: int | None) -> list[Person]:
        """Who has the name there, unless an id or an address says that it is somebody else."""
        some = self.known.named(account, folded_name(line.name)) if line.name else []
        return [one for one in some if _may_be(one, line["external_id"], self.emails[line.row])]

    def _works_here(self, line: Line, found: Person, account: int | None) -> bool:
        """Whether somebody known works at the row's account; who works at another is told, or moves if so wanted."""
        if not isinstance(found, Contact) or not self.accounts or found.account_id == account:
            return True
        values = {"name": found.name, "account": self.accounts.name(found.account_id)}
        if not self.subject.moved or found.pk is None:
            self.receipt.leave_out(line.row, "row_works_elsewhere", other=self.accounts.name(account), **values)
            return False
        self.known.leaves(found)
        move_contact(found, account=self.accounts.one(account), on=timezone.localdate(), by=self.subject.by)
        self.known.arrives(found)
        self.receipt.moved += 1
        return True

    def _once(self, line: Line, found: Person) -> Person | None:
        """A person that an earlier row of the file was about already is left as that row says."""
        if id(found) in self._first:
            self.receipt.leave_out(line.row, "row_person_twice", first=self._first[id(found)])
            return None
        self._first[id(found)] = line.row
        if found.pk:
            self.before[found.pk] = {name: getattr(found, name) for name in WRITTEN}
        return found

    def _new(self, line: Line, account: int | None) -> Person | None:
        if not line.name:
            self.receipt.leave_out(line.row, "row_name_missing")
            return None
        at = {"account_id": account} if self.accounts else {}
        person: Person = self.model(name=line.name, external_id=line["external_id"], **at)
        self._first[id(person)] = line.row
        self.known.arrives(person, email=self.emails[line.row])
        return person

    def _fill(self, person: Person, line: Line) -> None:
        """What a row says stands; a blank cell empties nothing."""
        person.name = line.name or person.name
        person.external_id = person.external_id or line["external_id"]
        for name in PLAIN:
            setattr(person, name, line[name] or getattr(person, name))
        person.phone = line["phone"] or line["mobile"] or person.phone
        self._fill_email(person, line)
        self._fill_place(person, line)

    def _fill_email(self, person: Person, line: Line) -> None:
        email = self.emails[line.row]
        if not email or person.email.lower() == email:
            return
        owner = self.known.by_email.setdefault(email, person) if not self.known.is_taken(email) else None
        if owner is person:
            person.email = email
        elif owner:
            self.receipt.add(line.row, "address_taken", address=email, name=owner.name)
        else:
            self.receipt.add(line.row, "address_taken_elsewhere")

    def _fill_place(self, person: Person, line: Line) -> None:
        """Function and level as a row says them; what is said nowhere is guessed from the job title."""
        for name, choices, read in (("function", Function, guess.function), ("level", Level, guess.level)):
            said = _code(line[name], choices) or read(line[name])
            if said:
                setattr(person, name, said)
            elif line[name]:
                self.receipt.add(line.row, f"row_{name}", value=line[name])
        if person.title and not (person.function and person.level):
            self._guess(person)

    def _guess(self, person: Person) -> None:
        guessed = self.receipt.guessed
        function, level = guess.function(person.title), guess.level(person.title)
        person.function, person.level = person.function or function, person.level or level
        if person.title in guessed or len(guessed) < KEPT:
            guessed.setdefault(person.title, [function, level, []])[2].append(person)


def _may_be(person: Person, external_id: str, email: str) -> bool:
    """Whether nothing says that a person of the name is somebody else."""
    other_id = external_id and person.external_id and external_id != person.external_id
    other_email = email and person.email and email != person.email.lower()
    return not (other_id or other_email)


def _code(text: str, choices: Any) -> str:
    """The code of a choice, written as its code or in the words of the reader's language."""
    wanted = text.casefold()
    if not wanted:
        return ""
    return next((str(code) for code, label in choices.choices if wanted in {code, str(label).casefold()}), "")


def import_people(subject: PeopleImport, lines: Iterable[Line]) -> Receipt:
    """Bring the people of a file in, all or nothing, and keep the receipt."""
    with transaction.atomic():
        receipt = Importing(subject, list(lines)).run()
        subject.receipt, subject.state = vars(receipt), PeopleImport.State.IMPORTED
        subject.save(update_fields=["receipt", "state"])
        record("imported", by=subject.by, about=subject, new=f"{receipt.created} + {receipt.updated}")
    return receipt
