"""Lists of interactions: what was asked for, which answer, and each with some of its people."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, OuterRef, Prefetch, Q, Subquery

from openkam.web.accounts.models import Account
from openkam.web.contacts.models import Colleague, Contact
from openkam.web.portfolio.selection import whole_number

from .models import Interaction, Kind, Participant
from .reasons import why_not

#: People of one side that a line of a list names.
SHOWN = 4
#: People offered in the filter, and open next steps shown.
OFFERED = 300
STEPS = 20


@dataclass(frozen=True)
class Choice:
    """What the address asks for; what it does not know is left out. `who` is "c" or "u" and a number."""

    q: str = ""
    kind: str = ""
    year: int | None = None
    who: str = ""
    whose: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Choice":
        kind, year, who = given.get("kind", ""), whole_number(given.get("year")), given.get("who", "")
        return cls(
            q=given.get("q", "").strip()[:200],
            kind=kind if kind in Kind.values else "",
            year=year if year and 1900 <= year <= 9999 else None,
            who=who if who[:1] in {"c", "u"} and whole_number(who[1:]) else "",
            whose="all" if given.get("whose") == "all" else "",
        )

    @property
    def is_narrow(self) -> bool:
        return bool(self.q or self.kind or self.year or self.who)

    @property
    def query(self) -> str:
        return urlencode({name: value for name, value in vars(self).items() if value})

    def narrow(self, interactions: Any) -> Any:
        if self.q:
            interactions = interactions.filter(Q(subject__icontains=self.q) | Q(note__icontains=self.q))
        if self.kind:
            interactions = interactions.filter(kind=self.kind)
        if self.year:
            interactions = interactions.filter(on__year=self.year)
        if self.who:
            side = "contact" if self.who[0] == "c" else "colleague"
            part = Participant.objects.filter(**{side: int(self.who[1:])})
            interactions = interactions.filter(pk__in=part.order_by().values("interaction"))
        return interactions


@dataclass(frozen=True)
class Row:
    """One line of a list."""

    interaction: Interaction
    theirs: list[Contact]
    ours: list[Colleague]
    more: int
    why_not: str


def rows(interactions: Iterable[Interaction]) -> list[Row]:
    return [_row(one) for one in interactions]


def _row(one: Any) -> Row:
    theirs, ours = [row.contact for row in one.theirs], [row.colleague for row in one.ours]
    return Row(one, theirs, ours, (one.people or 0) - len(theirs) - len(ours), why_not(one, one.people or 0))


def with_some_people(interactions: Any) -> Any:
    """Each with a few people of either side and the number of all: an audience of thousands costs no more."""
    count = Participant.objects.filter(interaction=OuterRef("pk")).order_by().values("interaction")
    people = Participant.objects.order_by("pk")
    theirs = people.exclude(contact=None).select_related("contact")[:SHOWN]
    ours = people.exclude(colleague=None).select_related("colleague")[:SHOWN]
    return interactions.annotate(people=Subquery(count.annotate(n=Count("pk")).values("n"))).prefetch_related(
        Prefetch("participants", theirs, to_attr="theirs"), Prefetch("participants", ours, to_attr="ours")
    )


def met_at(account: Account) -> dict[str, Any]:
    """The people and the years that the filters of an account offer."""
    taking_part = Participant.objects.filter(interaction__account=account).order_by()
    theirs = Contact.objects.filter(pk__in=taking_part.values("contact"))
    ours = Colleague.objects.filter(pk__in=taking_part.values("colleague"))
    return {
        "theirs": _offered(theirs, "c"),
        "ours": _offered(ours, "u"),
        "years": years_of(Interaction.objects.filter(account=account)),
    }


def _offered(people: Any, side: str) -> list[tuple[str, str]]:
    names = people.order_by("name", "pk").values_list("pk", "name")[:OFFERED]
    return [(f"{side}{pk}", name) for pk, name in names]


def years_of(interactions: Any) -> list[int]:
    return [day.year for day in interactions.order_by().dates("on", "year", order="DESC")]


def open_steps(interactions: Any) -> Any:
    """Next steps that nobody has done or turned into an action, the most pressing first."""
    waiting = interactions.exclude(next_step="").filter(next_done_on=None)
    return waiting.order_by(F("next_on").asc(nulls_last=True), "-on", "-pk")
