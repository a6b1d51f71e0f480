"""Names as they are typed become people of both sides, in any script; what is not clear is asked."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, F, Max, Q, Value, When
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openkam.method.errors import InvalidInput
from openkam.web.accounts.models import Account
from openkam.web.accounts.search import fold
from openkam.web.contacts.actions import colleague_of, create_colleague, create_contact
from openkam.web.contacts.models import Colleague, Contact
from openkam.web.contacts.naming import folded_name, names_within
from openkam.web.people.models import User

#: What stands between two names: commas and semicolons of all scripts, a new line.
BETWEEN = re.compile(r"[,;，；、\n\r]+")
OFFERED = 8
#: More names than these in one field are a list, and lists are imported.
MOST_NAMES = 100
MOST_LETTERS = 200
#: How somebody who is not on record yet can be put on it.
MADE = {
    "new": gettext_lazy("new contact"),
    "place": gettext_lazy("a place to be filled"),
    "ours": gettext_lazy("new, one of ours"),
}
ME = "me"
#: Who is offered first: of the very name, of the account, still there.
NEAREST = ("exact", "here", F("left_on").asc(nulls_first=True), "name", "pk")


@dataclass(frozen=True)
class Someone:
    """Somebody who takes part: on record already, or under a name to be put on it. `made` is a key of MADE, or ME.

    is_away  they work for a customer now whom the reader does not see.
    """

    name: str
    person: Contact | Colleague | None = None
    made: str = ""
    is_away: bool = False

    @property
    def token(self) -> str:
        """How a form names them."""
        if self.person is None:
            return ME if self.made == ME else f"{self.made}:{self.name}"
        return f"{'u' if isinstance(self.person, Colleague) else 'c'}{self.person.pk}"

    @property
    def is_ours(self) -> bool:
        return isinstance(self.person, Colleague) or self.made in {ME, "ours"}

    @property
    def hint(self) -> str:
        """What tells two people of one name apart."""
        if self.is_away:
            return _("left")
        if self.made:
            return str(MADE.get(self.made, _("one of ours")))
        if not isinstance(self.person, Contact):
            return " · ".join(filter(None, (_("one of ours"), self.person.title if self.person else "")))
        left = _("left") if self.person.left_on else ""
        return " · ".join(filter(None, (self.person.account.name, self.person.title, left)))


@dataclass(frozen=True)
class Question:
    """A name that may mean several people, or nobody on record."""

    number: int
    name: str
    found: list[Someone]

    @property
    def answers(self) -> list[Someone]:
        return [*self.found, *those_of(self.name)]


@dataclass(frozen=True)
class Whom:
    """Those that a form names, and what it must ask before they are known."""

    people: list[Someone] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)

    @property
    def contacts(self) -> list[Contact]:
        return [one.person for one in self.people if isinstance(one.person, Contact)]

    @property
    def has_theirs(self) -> bool:
        return any(not one.is_ours for one in self.people)


def those_of(name: str) -> list[Someone]:
    """The ways in which a name can be put on record; none for no name."""
    return [Someone(name, made=made) for made in MADE] if name else []


def of_people(ours: Iterable[Colleague], theirs: Iterable[Contact], *, user: User) -> Whom:
    """People on record, as this user may know them."""
    theirs = list(theirs)
    homes = {person.account_id for person in theirs}
    visible = set(Account.objects.visible_to(user).order_by().filter(pk__in=homes).values_list("pk", flat=True))
    there = [Someone(person.name, person, is_away=person.account_id not in visible) for person in theirs]
    return Whom([*(Someone(person.name, person) for person in ours), *there])


def myself(user: User) -> Someone:
    """The reader, whose record of ours may still have to be made."""
    mine = Colleague.objects.filter(user=user).first()
    return Someone(mine.name, mine) if mine else Someone(str(user), made=ME)


def ticked(tokens: Iterable[str], user: User) -> Whom:
    """People on record whom an address names."""
    return Whom(_those([token for token in tokens if ":" not in token], user, {}))


def read_whom(data: QueryDict, *, user: User, account: Account | None, known: Iterable[Someone] = ()) -> Whom:
    """The people of a posted form: ticked ones, typed names, and answers to what was asked.

    known  those who stand there already, whoever may see them now.
    Raises InvalidInput("names_many" | "name_long").
    """
    answered = {name.removeprefix("which"): data[name] for name in data if name.startswith("which")}
    tokens = [*data.getlist("person"), *answered.values()]
    people = _those(tokens, user, {one.token: one for one in known})
    asked = [data[name] for name in data if name.startswith("asked") and name.removeprefix("asked") not in answered]
    questions = []
    for name in _names([*asked, data.get("who", "")]):
        found = find(name, user=user, account=account)
        if one := meant(name, found, account):
            people.append(one)
        else:
            questions.append(Question(len(questions), name, found))
    return Whom(list({one.token: one for one in people}.values()), questions)


def _names(texts: Iterable[str]) -> list[str]:
    names = {" ".join(name.replace("\x00", "").split()): None for text in texts for name in BETWEEN.split(text)}
    names.pop("", None)
    if len(names) > MOST_NAMES:
        raise InvalidInput("names_many", "who", most=MOST_NAMES)
    if long := next((name for name in names if len(name) > MOST_LETTERS), ""):
        raise InvalidInput("name_long", "who", name=f"{long[:40]}…", most=MOST_LETTERS)
    return list(names)


def _those(tokens: Iterable[str], user: User, known: dict[str, Someone]) -> list[Someone]:
    """The people behind tokens; those that do not exist for this user are left out."""
    tokens = list(dict.fromkeys(tokens))
    visible = Contact.objects.visible_to(user).filter(erased_at=None).select_related("account")
    contacts = visible.in_bulk(_numbers(tokens, "c"))
    colleagues = Colleague.objects.filter(erased_at=None).in_bulk(_numbers(tokens, "u"))
    return list(filter(None, (known.get(token) or _one(token, user, contacts, colleagues) for token in tokens)))


def _numbers(tokens: Iterable[str], side: str) -> list[int]:
    found = (re.fullmatch(rf"{side}([0-9]{{1,18}})", token, re.ASCII) for token in tokens)
    return [int(match[1]) for match in found if match]


def _one(token: str, user: User, contacts: dict[int, Contact], colleagues: dict[int, Colleague]) -> Someone | None:
    if token == ME:
        return myself(user)
    made, _colon, name = token.partition(":")
    if made in MADE and (names := _names([name])):
        return Someone(names[0], made=made)
    for people, side in ((contacts, "c"), (colleagues, "u")):
        for pk in _numbers([token], side):
            person: Any = people.get(pk)  # type: ignore[attr-defined]
            return Someone(person.name, person) if person else None
    return None


def find(text: str, *, user: User, account: Account | None, most: int = OFFERED) -> list[Someone]:
    """People whose name, form of address or e-mail holds a text; those of the account first."""
    here = Case(When(account=account, then=0), default=1) if account else Value(1)
    contacts = _matching(Contact.objects.visible_to(user), text).select_related("account").annotate(here=here)
    colleagues = _matching(Colleague.objects.all(), text).annotate(here=Value(1))
    found = [*contacts.order_by(*NEAREST)[:most], *colleagues.order_by(*NEAREST)[:most]]
    found.sort(key=lambda person: (person.exact, person.here))
    return [Someone(person.name, person) for person in found[:most]]


def _matching(people: Any, text: str) -> Any:
    wanted = folded_name(text)
    inside = Q()
    for part in wanted.split():
        inside &= Q(folded__contains=part)
    named = inside | Q(address_form__icontains=text) | Q(email__istartswith=text)
    exact = Case(When(Q(folded=wanted) | Q(email__iexact=text), then=0), default=1)
    return people.filter(named, erased_at=None).annotate(exact=exact)


def meant(text: str, found: list[Someone], account: Account | None) -> Someone | None:
    """The one whom a name means beyond doubt: the only one who is called so, or whose name begins so."""
    exact = [one for one in found if _is_called(one.person, text)]
    here = [one for one in exact if account is None or one.is_ours or belongs(one.person, account)]
    for some in (here, exact) if exact else (found,):
        if len(some) == 1 and (exact or _begins(some[0].person, text)):
            return some[0]
    return None


def _is_called(person: Any, text: str) -> bool:
    return folded_name(text) in names_within(person.folded) or fold(text) in {
        fold(person.address_form),
        fold(person.email),
    }


def _begins(person: Any, text: str) -> bool:
    """Whether each typed part begins a part of the name; a Han name has no parts, and any piece of it will do."""
    parts = person.folded.split()
    return all(
        any(part.startswith(typed) or (not typed.isascii() and typed in part) for part in parts)
        for typed in folded_name(text).split()
    )


def belongs(contact: Any, account: Account) -> bool:
    """Whether a contact works for an account, or did."""
    return contact.account_id == account.pk or contact.employments.filter(account=account).exists()


def likely(account: Account) -> list[Someone]:
    """Whom one would record first at an account: those met last."""
    met = Max("participations__interaction__on")
    people = Contact.objects.present().filter(account=account).select_related("account").annotate(met=met)
    return [Someone(one.name, one) for one in people.order_by(F("met").desc(nulls_last=True), "name", "pk")[:OFFERED]]


def put_on_record(whom: Whom, *, account: Account, by: User) -> tuple[list[Colleague], list[Contact]]:
    """Ours and theirs; those under a name alone are created first."""
    ours: list[Colleague] = []
    theirs: list[Contact] = []
    for person in _recorded(whom.people, account, by):
        (ours if isinstance(person, Colleague) else theirs).append(person)  # type: ignore[arg-type]
    return ours, theirs


def _recorded(people: Iterable[Someone], account: Account, by: User) -> Iterator[Contact | Colleague]:
    for one in people:
        if one.person is not None:
            yield one.person
        elif one.made == ME:
            yield colleague_of(by)
        elif one.made == "ours":
            yield create_colleague(by=by, name=one.name)
        else:
            yield create_contact(account=account, by=by, name=one.name, is_placeholder=one.made == "place")
