"""The home page: what to do next, what calls, my accounts, what changed. A fixed number of queries."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from openkam.web.accounts.models import Account, AccountQuerySet
from openkam.web.ledgers.models import AccountYear, Import
from openkam.web.people.models import User
from openkam.web.people.permissions import Permission, Role
from openkam.web.portfolio.models import CostRule
from openkam.web.portfolio.years import Window, window

from .calls import calls
from .models import Event, EventQuerySet
from .promises import known_until, promises
from .settings_actions import in_another_currency
from .telling import Line, tell

MOST_ACCOUNTS = 10
MOST_CHANGES = 8


@dataclass(frozen=True)
class Step:
    """Something that waits to be done, and where."""

    text: str
    url: str


@dataclass(frozen=True)
class Mine:
    """An account of the reader with this and last year."""

    account: Account
    last: Decimal | None
    now: Decimal | None
    net_income: Decimal | None

    @property
    def change(self) -> Decimal | None:
        """Growth as a fraction of last year; unknown where last year was not above zero."""
        if self.last is None or self.now is None or self.last <= 0:
            return None
        return self.now / self.last - 1


def page(user: User) -> dict[str, Any]:
    span = window()
    accounts = Account.objects.visible_to(user)
    mine = _mine(user, accounts, span) if span else []
    return {
        "span": span,
        "last_year": span.latest - 1 if span else None,
        "until": known_until(user, span) if span else None,
        "steps": list(_steps(user, span)) if user.role in {Role.DIRECTOR, Role.MANAGER} else [],
        "mine": mine,
        "of_all": user.is_director and any(row.account.owner_id != user.pk for row in mine),
        "promises": promises(user, accounts, span) if span else [],
        "calls": calls(user),
        "changes": _changes(user, accounts),
    }


def _steps(user: User, span: Window | None) -> Iterator[Step]:
    if user.may(Permission.IMPORT_LEDGER):
        if span is None:
            yield Step(_("Import your invoices: one file fills the portfolio."), reverse("ledger"))
        if waiting := Import.objects.filter(state=Import.State.CHECKED).count():
            text = ngettext("%(n)s import waits for your decision.", "%(n)s imports wait for your decision.", waiting)
            yield Step(text % {"n": waiting}, reverse("ledger"))
        if foreign := in_another_currency():
            text = ngettext(
                "%(n)s stored import is still in another reporting currency. Undo it and import it again.",
                "%(n)s stored imports are still in another reporting currency. Undo them and import them again.",
                foreign,
            )
            yield Step(text % {"n": foreign}, reverse("ledger"))
    if user.is_director and (lonely := Account.objects.filter(owner=None).count()):
        text = ngettext("%(n)s account has no account manager.", "%(n)s accounts have no account manager.", lonely)
        yield Step(text % {"n": lonely}, reverse("accounts") + "?owner=nobody")
    if span and user.may(Permission.EDIT_COSTS) and (years := _years_without_cost_to_serve(span)):
        names = ", ".join(str(year) for year in years)
        yield Step(_("Cost to serve is not assigned yet for %(years)s.") % {"years": names}, reverse("cost-to-serve"))
    if not user.is_director and (open_question := _my_unassessed(user)):
        text = ngettext(
            "%(n)s of your accounts is not assessed as transactional or strategic.",
            "%(n)s of your accounts are not assessed as transactional or strategic.",
            open_question,
        )
        yield Step(text % {"n": open_question}, reverse("accounts"))


def _years_without_cost_to_serve(span: Window) -> list[int]:
    """Of the latest three years, as many as a portfolio looks back on."""
    years = range(max(span.first, span.latest - 2), span.latest + 1)
    assigned = CostRule.objects.exclude(assigned_at=None).filter(fiscal_year__in=years)
    return sorted(set(years) - set(assigned.values_list("fiscal_year", flat=True)))


def _my_unassessed(user: User) -> int:
    return Account.objects.filter(owner=user, orientation="").count()


def _mine(user: User, accounts: AccountQuerySet, span: Window) -> list[Mine]:
    """Own accounts, largest first; a director without any sees the largest of all."""
    own = accounts.filter(owner=user) if user.is_director else accounts
    fields = ("name", "status", "owner_id")
    largest = list(own.only(*fields).order_by("-revenue_order", "pk")[:MOST_ACCOUNTS])
    if not largest and user.is_director:
        largest = list(accounts.only(*fields).order_by("-revenue_order", "pk")[:MOST_ACCOUNTS])
    figures = ("revenue", "net_income") if user.sees_profit else ("revenue",)
    facts = {
        (row["account"], row["fiscal_year"]): row
        for row in AccountYear.objects.filter(
            account__in=largest, fiscal_year__in=[span.latest - 1, span.latest]
        ).values("account", "fiscal_year", *figures)
    }
    return [_one(account, facts, span) for account in largest]


def _one(account: Account, facts: dict[tuple[int, int], dict[str, Any]], span: Window) -> Mine:
    now = facts.get((account.pk, span.latest), {})
    last = facts.get((account.pk, span.latest - 1), {})
    return Mine(account, last.get("revenue"), now.get("revenue"), now.get("net_income"))


def _changes(user: User, accounts: AccountQuerySet) -> list[Line]:
    """Directors read everything; others what happened to accounts they may see."""
    events: EventQuerySet = Event.objects.visible_to(user)
    if not user.is_director:
        mine = accounts.order_by().values("pk")
        events = events.filter(subject_type=Account._meta.label_lower, subject_id__in=mine)
    return tell(events.select_related("by").order_by("-pk")[:MOST_CHANGES], user)
