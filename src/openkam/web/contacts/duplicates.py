"""Records that may be one person: they share a name, an address or a number. What people said is no pair stays none."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from django.db.models import Model, Q

from .models import Colleague, Contact, Distinct
from .naming import names_within

Person = Contact | Colleague
#: A name, or a switchboard's number, that more records than these share tells nobody apart.
MOST_ALIKE = 12
#: At different customers a name is a hint only while it is rare.
RARE = 3
#: Digits that make a number: what comes before them is a way to dial it.
DIGITS = 8
#: Addresses of desks: whoever answers them is not one person.
DESKS = frozenset({"info", "office", "sales", "admin", "contact", "service", "support", "mail", "purchasing"})


@dataclass(frozen=True)
class Pair:
    """Two records and what they share: "name", "email", "phone"."""

    first: Person
    second: Person
    reasons: tuple[str, ...]

    @property
    def works_elsewhere(self) -> bool:
        """Whether the two stand at different customers."""
        return getattr(self.first, "account_id", None) != getattr(self.second, "account_id", None)


def pairs(people: Any, *, of: Iterable[int] | None = None) -> list[Pair]:
    """The pairs among some people, those with most in common first.

    people  a QuerySet of contacts or of colleagues: nobody outside it is named.
    of      only pairs with one of these in it.
    """
    chosen = set(of) if of is not None else None
    shared = _shared(people if chosen is None else _near(people, chosen), chosen)
    for pair in _told_apart(people.model):
        shared.pop(pair, None)
    known = people.in_bulk({pk for pair in shared for pk in pair})
    made = [Pair(known[low], known[high], tuple(sorted(why))) for (low, high), why in shared.items()]
    return sorted(made, key=lambda pair: (-len(pair.reasons), pair.first.folded, pair.first.pk, pair.second.pk))


def _near(people: Any, of: set[int]) -> Any:
    """Those who could be one with some contacts: the rest of a large house need not be read."""
    if people.model is not Contact:
        return people
    chosen = Contact.objects.filter(pk__in=of)
    near = Q(account__in=chosen.values("account")) | Q(folded__in=chosen.filter(is_placeholder=False).values("folded"))
    for phone in chosen.exclude(phone="").values_list("phone", flat=True) if len(of) == 1 else ():
        near |= Q(phone__endswith=phone.rstrip()[-3:])
    return people.filter(near)


def _shared(people: Any, of: set[int] | None) -> dict[tuple[int, int], set[str]]:
    alike: dict[tuple[Any, ...], set[int]] = defaultdict(set)
    for pk, *facts in people.order_by().values_list("pk", *_facts(people.model)):
        for key in _keys(*facts):
            alike[key].add(pk)
    shared: dict[tuple[int, int], set[str]] = defaultdict(set)
    for (reason, most, *_what), group in alike.items():
        if 1 < len(group) <= most:
            for pair in combinations(sorted(group), 2):
                if of is None or of & {*pair}:
                    shared[pair].add(reason)
    return shared


def _facts(model: type[Model]) -> tuple[str, ...]:
    of_contacts = ("is_placeholder", "account_id") if model is Contact else ()
    return ("folded", "email", "phone", *of_contacts)


def _keys(
    folded: str, email: str, phone: str, is_placeholder: bool = False, *account: int
) -> Iterator[tuple[Any, ...]]:
    """What a record is compared by, and how many may share it: what it is, that number, and the thing itself.

    The name of a place that nobody is known to hold is no person's name.
    """
    for name in names_within(folded) if folded and not is_placeholder else ():
        yield "name", MOST_ALIKE, name, *account
        yield "name", RARE, name
    local, _, domain = email.casefold().partition("@")
    local = local.partition("+")[0]
    if local:
        yield "email", MOST_ALIKE, local, domain
    if len(local) > 3 and local not in DESKS:
        yield "email", MOST_ALIKE, local, *account
    digits = re.sub(r"\D", "", phone)
    if len(digits) >= DIGITS:
        yield "phone", MOST_ALIKE, digits[-DIGITS:]


def _sides(model: type[Model]) -> tuple[str, str]:
    side = "contact" if model is Contact else "colleague"
    return side, f"other_{side}"


def _told_apart(model: type[Model]) -> Iterable[tuple[int, int]]:
    first, second = _sides(model)
    return Distinct.objects.exclude(**{first: None}).values_list(f"{first}_id", f"{second}_id")


def tell_apart(one: Person, other: Person, *, by: Any) -> None:
    """Somebody knows that the two are two people; the pair is not offered again."""
    first, second = _sides(type(one))
    low, high = sorted((one, other), key=lambda person: person.pk)
    Distinct.objects.get_or_create(**{first: low, second: high}, defaults={"by": by})
