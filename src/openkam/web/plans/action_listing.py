"""Actions in the order in which they call: overdue, within a week, later, without a day, done."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openkam.report.document import Cell
from openkam.web.accounts.models import Account
from openkam.web.people.models import User
from openkam.web.people.permissions import Role
from openkam.web.portfolio.exports import Table
from openkam.web.portfolio.selection import whole_number

from .gates import gate_words
from .models import Action

SOON = timedelta(days=7)
#: People and accounts offered in a filter.
OFFERED = 300
WHEN = {
    "overdue": gettext_lazy("Overdue"),
    "soon": gettext_lazy("Within a week"),
    "later": gettext_lazy("Later"),
    "undated": gettext_lazy("Without a day"),
    "done": gettext_lazy("Done"),
    "dropped": gettext_lazy("Dropped"),
}
STATES = {"": gettext_lazy("open"), "overdue": gettext_lazy("overdue"), "done": gettext_lazy("done")}
#: Who reads lists of others: directors of everybody, managers of whoever has actions of the accounts that they see.
LEADERS = frozenset({Role.DIRECTOR, Role.MANAGER})


@dataclass(frozen=True)
class Choice:
    """What the address asks for; what it does not know is left out. `who`: a number, "all", or nothing for myself."""

    who: str = ""
    account: int | None = None
    state: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str], user: User) -> "Choice":
        who, state = given.get("who", ""), given.get("state", "")
        may_choose = user.role in LEADERS and (who == "all" or whole_number(who) not in {None, user.pk})
        return cls(
            who=who if may_choose else "",
            account=whole_number(given.get("account")),
            state=state if state in STATES else "",
        )

    @property
    def query(self) -> str:
        return urlencode({name: value for name, value in vars(self).items() if value})

    def whose(self, user: User) -> Any:
        """The actions of one person, or of everybody; always of accounts that the reader sees."""
        actions = Action.objects.visible_to(user)
        return actions if self.who == "all" else actions.filter(owner=whole_number(self.who) or user.pk)

    def narrow(self, actions: Any) -> Any:
        """Those that answer, the most urgent first, or the latest done first."""
        if self.account:
            actions = actions.filter(account=self.account)
        if self.state == "done":
            return listed(actions.exclude(done_on=None)).order_by("-done_on", "-pk")
        late = {"due_on__lt": timezone.localdate()} if self.state == "overdue" else {}
        return listed(actions.open().filter(**late))


@dataclass(frozen=True)
class Row:
    """An action with how urgent it is. `rests` counts the insights that it rests on."""

    action: Action
    when: str

    @property
    def words(self) -> Any:
        return WHEN[self.when]

    @property
    def rests(self) -> int:
        return int(self.action.rests)  # type: ignore[attr-defined]


def urgency(action: Action, today: date) -> str:
    if action.done_on or action.dropped_on:
        return "done" if action.done_on else "dropped"
    if action.due_on is None:
        return "undated"
    if action.due_on < today:
        return "overdue"
    return "soon" if action.due_on <= today + SOON else "later"


def listed(actions: Any) -> Any:
    """Actions with what a list shows, the most urgent first."""
    known = actions.select_related("account", "owner").annotate(rests=Count("insights", distinct=True))
    return known.order_by(F("due_on").asc(nulls_last=True), "place", "pk")


def rows(actions: Iterable[Action]) -> list[Row]:
    today = timezone.localdate()
    return [Row(action, urgency(action, today)) for action in actions]


def people_to_choose(user: User) -> list[User]:
    """Whose list this person may read besides their own."""
    if user.role not in LEADERS:
        return []
    owners = Action.objects.visible_to(user).exclude(owner=None).order_by().values("owner")
    return list(User.objects.filter(pk__in=owners).exclude(pk=user.pk).order_by("name", "pk")[:OFFERED])


def accounts_to_choose(actions: Any) -> list[Account]:
    """The accounts of some actions. actions is a queryset."""
    there = Account.objects.filter(pk__in=actions.order_by().values("account"))
    return list(there.only("pk", "name").order_by("name", "pk")[:OFFERED])


def actions_table(actions: Iterable[Action]) -> Table:
    headings = [
        _("Account"), _("Action"), _("Who"), _("By"), _("State"), _("Gate that it closes"), _("How we will know"),
        _("Rests on insights"), _("Done on"), _("What shows it"),
    ]  # fmt: skip
    return Table("actions", headings, _cells(actions))


def _cells(actions: Iterable[Action]) -> Iterator[list[Cell]]:
    for row in rows(actions):
        action = row.action
        yield [
            action.account.name,
            action.title,
            str(action.owner or ""),
            action.due_on,
            str(row.words),
            gate_words(action.gate),
            action.evidence,
            row.rests,
            action.done_on,
            action.done_note,
        ]
