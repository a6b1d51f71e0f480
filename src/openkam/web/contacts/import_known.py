"""Whom and which accounts the rows of a file may mean: all that the importing person sees, and nobody else."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from openkam.web.accounts.importing import pieces
from openkam.web.accounts.models import Account, AccountKey
from openkam.web.accounts.search import fold
from openkam.web.people.models import User

from .models import Colleague, Contact, MailAddress, PeopleImport
from .naming import folded_name
from .reading.columns import Line

Person = Contact | Colleague


class KnownAccounts:
    """Accounts by their external id, a ledger key or their name, whatever its case."""

    def __init__(self, subject: PeopleImport, lines: list[Line]) -> None:
        self._visible = Account.objects.visible_to(subject.by)
        self._names: dict[int, str] = {}
        self._by_id: dict[str, int] = {}
        self._by_name: dict[str, list[int]] = defaultdict(list)
        for pk, name, external_id in self._visible.order_by().values_list("pk", "name", "external_id").iterator():
            self._names[pk] = name
            self._by_name[fold(name)].append(pk)
            self._by_id |= {external_id: pk} if external_id else {}
        for part in pieces({line[meaning] for line in lines for meaning in ("account_id", "account")} - {""}):
            keys = AccountKey.objects.filter(key__in=part).order_by().values_list("key", "account_id")
            self._by_id |= {key: pk for key, pk in keys if pk in self._names and key not in self._by_id}
        self._own = subject.account_id if subject.account_id in self._names else None

    def of(self, line: Line) -> tuple[str, int | None]:
        """Why the account of a row is not known, or its number."""
        texts = [text for text in (line["account_id"], line["account"]) if text]
        if not texts:
            return ("", self._own) if self._own else ("row_account_missing", None)
        if found := next((self._by_id[text] for text in texts if text in self._by_id), None):
            return "", found
        named = self._by_name.get(fold(line["account"]), []) if line["account"] else []
        if len(named) > 1:
            return "row_account_ambiguous", None
        return ("", named[0]) if named else ("row_account_unknown", None)

    def name(self, pk: int | None) -> str:
        return self._names.get(pk or 0, "")

    def one(self, pk: int | None) -> Account:
        return self._visible.get(pk=pk)


class Known:
    """People by their external id, any address they ever had, and their name at an account."""

    def __init__(self, model: Any, by: User | None, lines: list[Line]) -> None:
        self.model = model
        self.people = model.objects.filter(erased_at=None)
        if model is Contact:
            self.people = Contact.objects.visible_to(by).filter(erased_at=None)
        self._one: dict[int, Person] = {}
        self.by_id: dict[str, Person] = {}
        self.by_email: dict[str, Person] = {}
        self.addresses: set[str] = set()  # all that belong to somebody, of either side
        self._by_name: dict[tuple[int | None, str], list[Person]] = defaultdict(list)
        self._read_ids({text for line in lines for text in (line["external_id"], line["reports_to"])} - {""})
        emails = {text.lower() for line in lines for text in (line["email"], line["reports_to"]) if "@" in text}
        self._read_emails(emails)
        self._read_names({folded_name(text) for line in lines for text in (line.name, line["reports_to"]) if text})

    def _same(self, some: Iterable[Person]) -> list[Person]:
        """One object per person, however they were found, so that no change is lost."""
        return [self._one.setdefault(one.pk, one) for one in some]

    def _read_ids(self, ids: set[str]) -> None:
        for part in pieces(ids):
            for one in self._same(self.people.filter(external_id__in=part).order_by("pk")):
                self.by_id.setdefault(one.external_id, one)

    def _read_emails(self, emails: set[str]) -> None:
        side = "contact" if self.model is Contact else "colleague"
        for part in pieces(emails):
            owners = dict(MailAddress.objects.filter(address__in=part).order_by().values_list("address", f"{side}_id"))
            self.addresses |= {address.lower() for address in owners}
            found = {one.pk: one for one in self._same(self.people.filter(pk__in=set(owners.values()) - {None}))}
            self.by_email |= {address.lower(): found[pk] for address, pk in owners.items() if pk in found}

    def _read_names(self, names: set[str]) -> None:
        for part in pieces(names):
            for one in self._same(self.people.filter(folded__in=part).order_by("pk")):
                self._by_name[_account(one), one.folded].append(one)

    def is_taken(self, email: str) -> bool:
        """Whether an address belongs to somebody who is not among these people."""
        return email in self.addresses and email not in self.by_email

    def named(self, account: int | None, folded: str) -> list[Person]:
        """Who has a name at an account: those who work there before those who left."""
        some = self._by_name.get((account, folded), [])
        return [one for one in some if one.left_on is None] or some

    def arrives(self, person: Person, *, email: str = "") -> None:
        """Somebody new, somebody who works elsewhere now, or who has another name or number."""
        there = self._by_name[_account(person), folded_name(person.name)]
        if not any(one is person for one in there):
            there.append(person)
        if person.external_id:
            self.by_id[person.external_id] = person
        if email:
            self.by_email[email] = person

    def leaves(self, person: Person) -> None:
        for there in self._by_name.values():
            there[:] = [one for one in there if one is not person]
        for one in self._one.values():
            if one.reports_to_id == person.pk:
                one.reports_to_id = None


def _account(person: Person) -> int | None:
    return getattr(person, "account_id", None)
