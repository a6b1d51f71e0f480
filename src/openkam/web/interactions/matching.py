"""Who a piece of contact is between: addresses and names as people of ours and theirs, unknown ones kept apart.

Read once for a whole import: fifty thousand addresses are a few megabytes, and a mailbox asks for each of them often.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import timezone

from openkam.method.errors import InvalidInput
from openkam.web.accounts.models import Account
from openkam.web.contacts.models import Colleague, Contact, Employment, MailAddress
from openkam.web.contacts.naming import folded_name

from .models import ExclusionRule
from .reading.pieces import Address, Piece

_PUBLIC = """
gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com yahoo.com.tw ymail.com icloud.com me.com
aol.com gmx.de gmx.net web.de t-online.de proton.me protonmail.com qq.com foxmail.com 163.com 126.com sina.com
sohu.com aliyun.com hinet.net pchome.com.tw
"""
#: Where everybody has an address: it says nothing about the firm.
PUBLIC = frozenset(_PUBLIC.split())


def day(piece: Piece) -> date:
    """The day of a piece where the house is."""
    return piece.on or timezone.localtime(piece.at).date()


def domain(email: str) -> str:
    return email.rpartition("@")[2]


@dataclass
class Found:
    """Whom a piece is between: numbers of colleagues and contacts with their part, and addresses of nobody known."""

    ours: dict[int, str] = field(default_factory=dict)
    theirs: dict[int, str] = field(default_factory=dict)
    unknown: list[Address] = field(default_factory=list)
    #: Nobody but people of ours, as far as their addresses say.
    is_internal: bool = False


class People:
    """Everybody whom somebody may meet in their messages: our people, and the contacts of the accounts they see."""

    def __init__(self, user: Any) -> None:
        contacts = Contact.objects.visible_to(user)
        visible = Account.objects.visible_to(user).order_by()
        self.colleagues = dict(_addresses("colleague_id"))
        self.contacts: dict[str, int] = {}
        #: Known to others: neither matched nor offered.
        self.hidden: set[str] = set()
        self.account = dict(contacts.order_by().values_list("pk", "account_id"))
        for address, contact in _addresses("contact_id"):
            if contact in self.account:
                self.contacts[address] = contact
            else:
                self.hidden.add(address)
        self.our_domains = {domain(address) for address in self.colleagues} - PUBLIC
        self._left = _employments(self.account)
        self._visible = set(visible.values_list("pk", flat=True))

    def match(self, people: Iterable[Address]) -> Found:
        """Whom these addresses belong to; one that belongs to nobody is unknown, unless somebody else knows it."""
        found, is_hidden = Found(), False
        for one in people:
            if colleague := self.colleagues.get(one.email):
                found.ours.setdefault(colleague, one.part)
            elif contact := self.contacts.get(one.email):
                found.theirs.setdefault(contact, one.part)
            elif one.email in self.hidden:
                is_hidden = True
            else:
                found.unknown.append(one)
        only_ours = all(domain(one.email) in self.our_domains for one in found.unknown)
        found.is_internal = only_ours and not found.theirs and not is_hidden
        return found

    def by_account(self, found: Found, on: date) -> dict[int, list[int]]:
        """Account -> its contacts in a piece: whom they worked for on that day, if that is visible."""
        groups: dict[int, list[int]] = defaultdict(list)
        for contact in found.theirs:
            account = self._on(contact, on)
            if account in self._visible:
                groups[account].append(contact)
        return dict(groups)

    def _on(self, contact: int, on: date) -> int:
        left = (account for until, account in self._left.get(contact, ()) if on <= until)
        return next(left, self.account[contact])

    def likely_accounts(self) -> dict[str, int]:
        """Domain -> the account most of whose contacts have an address there."""
        counts: dict[str, Counter[int]] = defaultdict(Counter)
        for address, contact in self.contacts.items():
            counts[domain(address)][self.account[contact]] += 1
        return {name: count.most_common(1)[0][0] for name, count in counts.items() if name not in PUBLIC}


def _addresses(side: str) -> Iterable[tuple[str, int]]:
    rows = MailAddress.objects.exclude(**{side: None}).order_by().values_list("address", side)
    return ((address.casefold(), pk) for address, pk in rows.iterator(chunk_size=5_000))


def _employments(contacts: dict[int, int]) -> dict[int, list[tuple[date, int]]]:
    """Contact -> the accounts they worked for, with the last day there, oldest first."""
    left: dict[int, list[tuple[date, int]]] = defaultdict(list)
    rows = Employment.objects.exclude(account=None).exclude(until=None).order_by("until")
    for contact, until, account in rows.values_list("contact_id", "until", "account_id"):
        if contact in contacts:
            left[contact].append((until, account))
    return left


class Names:
    """People by their names, for tables that give no addresses."""

    def __init__(self, people: People) -> None:
        self.people = people
        self.ours: dict[str, set[int]] = defaultdict(set)
        self.theirs: dict[str, set[int]] = defaultdict(set)
        for pk, folded in Colleague.objects.filter(erased_at=None).order_by().values_list("pk", "folded"):
            self.ours[folded].add(pk)
        rows = Contact.objects.filter(erased_at=None, is_placeholder=False).order_by().values_list("pk", "folded")
        for pk, folded in rows:
            if pk in people.account:
                self.theirs[folded].add(pk)
        self._accounts: dict[str, set[int]] = defaultdict(set)
        every = Account.objects.filter(pk__in=set(people.account.values())).order_by()
        for account, name, external in every.values_list("pk", "name", "external_id"):
            for text in {name.casefold(), external.casefold()} - {""}:
                self._accounts[text].add(account)

    def colleague(self, name: str) -> int:
        return _only(self.ours.get(folded_name(name), set()), name)

    def contact(self, name: str, account: str) -> int:
        """The contact of a name, of an account when the table names one that is known.

        Raises InvalidInput("row_person_unknown" | "row_person_ambiguous").
        """
        named = self.theirs.get(folded_name(name), set())
        if of := self._accounts.get(account.casefold()):
            named = {pk for pk in named if self.people.account[pk] in of}
        return _only(named, name)


def _only(found: set[int], name: str) -> int:
    if len(found) != 1:
        raise InvalidInput("row_person_ambiguous" if found else "row_person_unknown", value=name)
    return next(iter(found))


class Exclusions:
    """What somebody wants kept out, and what holds for everybody."""

    def __init__(self, user: Any) -> None:
        rules = [*ExclusionRule.objects.filter(user=None), *ExclusionRule.objects.filter(user=user)]
        said = {what: {rule.text.casefold() for rule in rules if rule.what == what} for what in ExclusionRule.What}
        self.addresses = said[ExclusionRule.What.ADDRESS]
        self.domains = {text.removeprefix("@") for text in said[ExclusionRule.What.DOMAIN]}
        self.words = said[ExclusionRule.What.SUBJECT]

    def hold(self, piece: Piece) -> bool:
        """Whether a piece is to be kept out: one of its people, or its subject, is named by a rule."""
        subject = piece.subject.casefold()
        return any(word in subject for word in self.words) or any(self._holds(one.email) for one in piece.people)

    def _holds(self, email: str) -> bool:
        if not self.domains:
            return email in self.addresses
        parts = domain(email).split(".")
        above = {".".join(parts[at:]) for at in range(len(parts))}
        return email in self.addresses or not above.isdisjoint(self.domains)
