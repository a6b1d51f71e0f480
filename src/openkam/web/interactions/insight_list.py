"""The list of an account's insights: what was asked for, the overdue first, each with what rests on it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, When
from django.utils import timezone

from openkam.web.accounts.models import Account
from openkam.web.portfolio.selection import whole_number

from .insights import PROBLEM, Cycle, cycles
from .models import Insight


@dataclass(frozen=True)
class Choice:
    """What the address asks for; what it does not know is left out."""

    q: str = ""
    kind: str = ""
    state: str = ""
    sure: str = ""
    contact: int | None = None

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Choice":
        def known(name: str, among: Iterable[str]) -> str:
            return given.get(name, "") if given.get(name, "") in set(among) else ""

        return cls(
            q=given.get("q", "").strip()[:200],
            kind=known("kind", Insight.Kind.values),
            state=known("state", ("due", "resolved", "all")),
            sure=known("sure", ("confirmed", "assumed")),
            contact=whole_number(given.get("contact")),
        )

    @property
    def is_narrow(self) -> bool:
        return self != Choice()

    @property
    def query(self) -> str:
        return urlencode({name: value for name, value in vars(self).items() if value})

    def narrow(self, insights: Any) -> Any:
        """Those that answer; without a state, what is not resolved."""
        today = timezone.localdate()
        states = {"due": {"resolved_on": None, "recheck_on__lte": today}, "resolved": {"resolved_on__isnull": False}}
        insights = insights.filter(**({} if self.state == "all" else states.get(self.state, {"resolved_on": None})))
        if self.q:
            insights = insights.filter(text__icontains=self.q)
        if self.kind:
            insights = insights.filter(kind=self.kind)
        if self.sure:
            insights = insights.filter(is_confirmed=self.sure == "confirmed")
        return insights.filter(contact=self.contact) if self.contact else insights


@dataclass(frozen=True)
class Row:
    """One insight of a list. `times_back`: which recurrence of its problem it is."""

    insight: Insight
    actions: list[Any]
    times_back: int
    today: date

    @property
    def is_due(self) -> bool:
        again = self.insight.recheck_on
        return again is not None and again <= self.today and self.insight.resolved_on is None


def in_order(insights: Any) -> Any:
    """Those to be checked again first, the longest overdue before the others; then the newest."""
    overdue = When(resolved_on=None, recheck_on__lte=timezone.localdate(), then=0)
    ordered = insights.annotate(place=Case(overdue, default=1), again=Case(When(place=0, then="recheck_on")))
    return (
        ordered.select_related("contact", "by")
        .prefetch_related("actions")
        .order_by("place", "again", "-learned_on", "-pk")
    )


def rows(insights: Iterable[Insight], of_account: list[Cycle]) -> list[Row]:
    today, back = timezone.localdate(), times_back(of_account)
    return [Row(one, list(one.actions.all()), back.get(one.pk, 0), today) for one in insights]  # type: ignore[attr-defined]


def times_back(of_account: list[Cycle]) -> dict[int, int]:
    """Insight -> how often its problem had come back by then."""
    return {problem.pk: place for cycle in of_account for place, problem in enumerate(cycle.problems)}


def cycles_of(account: Account) -> list[Cycle]:
    return cycles(Insight.objects.filter(account=account, kind=PROBLEM).select_related("contact"))


@dataclass(frozen=True)
class Bearer:
    """A contact with the problems that they have: open ones, and the worst recurrence."""

    contact: Any
    open: int
    times_back: int


def by_contact(of_account: list[Cycle]) -> list[Bearer]:
    """Whom open problems hurt; most recurrences first. Problems of nobody known are one line."""
    found: dict[Any, list[Cycle]] = {}
    for cycle in of_account:
        if cycle.is_open:
            found.setdefault(cycle.latest.contact, []).append(cycle)
    lines = [Bearer(contact, len(some), max(one.times_back for one in some)) for contact, some in found.items()]
    return sorted(lines, key=lambda line: (-line.times_back, -line.open, str(line.contact or "")))
