"""The home page: what to do next, my accounts, three honest figures, what changed. A fixed number of queries."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from openkam.web.accounts.models import Account, AccountQuerySet
from openkam.web.ledgers.models import AccountYear, Import
from openkam.web.people.models import User
from openkam.web.people.permissions import Permission, Role
from openkam.web.portfolio.models import Assumption, CostRule, PlanCell, Row
from openkam.web.portfolio.years import Window, window

from .models import Event, EventQuerySet
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


@dataclass(frozen=True)
class Promise:
    """One figure of "know more, align, win": so many of so many."""

    title: str
    done: int
    of: int
    what: str


def page(user: User) -> dict[str, Any]:
    span = window()
    accounts = Account.objects.visible_to(user)
    mine = _mine(user, accounts, span) if span else []
    return {
        "span": span,
        "last_year": span.latest - 1 if span else None,
        "until": _until(accounts, span) if span else None,
        "steps": list(_steps(user, span)) if user.role in {Role.DIRECTOR, Role.MANAGER} else [],
        "mine": mine,
        "of_all": user.is_director and any(row.account.owner_id != user.pk for row in mine),
        "promises": _promises(user, accounts, span) if span else [],
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
    if span and user.may(Permission.EDIT_COSTS) and (years := _years_without_cost_to_serve()):
        names = ", ".join(str(year) for year in years)
        yield Step(_("Cost to serve is not assigned yet for %(years)s.") % {"years": names}, reverse("cost-to-serve"))
    if not user.is_director and (open_question := _my_unassessed(user)):
        text = ngettext(
            "%(n)s of your accounts is not assessed as transactional or strategic.",
            "%(n)s of your accounts are not assessed as transactional or strategic.",
            open_question,
        )
        yield Step(text % {"n": open_question}, reverse("accounts"))


def _years_without_cost_to_serve() -> list[int]:
    assigned = CostRule.objects.exclude(assigned_at=None).values("fiscal_year")
    years = AccountYear.objects.exclude(fiscal_year__in=assigned).order_by().values_list("fiscal_year", flat=True)
    return sorted(set(years.distinct()))


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


def _until(accounts: AccountQuerySet, span: Window) -> date | None:
    """The last invoice of the latest year, so that a running year is not taken for a whole one."""
    year = AccountYear.objects.filter(account__in=accounts.order_by(), fiscal_year=span.latest)
    last: date | None = year.aggregate(last=Max("last_date"))["last"]
    return last


def _one(account: Account, facts: dict[tuple[int, int], dict[str, Any]], span: Window) -> Mine:
    now = facts.get((account.pk, span.latest), {})
    last = facts.get((account.pk, span.latest - 1), {})
    return Mine(account, last.get("revenue"), now.get("revenue"), now.get("net_income"))


def _promises(user: User, accounts: AccountQuerySet, span: Window) -> list[Promise]:
    """Know more, align, win: what is written down today, of what could be."""
    asked = {
        "all": Count("pk"),
        "assessed": Count("pk", filter=~Q(orientation="") & ~Q(orientation_reason="")),
        "potential": Count("pk", filter=Q(growth__potential__gt="")),
    }
    counts = accounts.aggregate(**asked)
    what = _("accounts are assessed as transactional or strategic, with a reason")
    align = Promise(_("Align"), counts["assessed"], counts["all"], what)
    return [_knowledge(user, counts, span), align, _forecasts(accounts, span)]


def _knowledge(user: User, counts: dict[str, int], span: Window) -> Promise:
    """How much of the latest year's profit is known; whoever may not see profit reads of growth instead."""
    if not user.sees_profit:
        what = _("accounts have their growth potential written down")
        return Promise(_("Know more"), counts["potential"], counts["all"], what)
    year = AccountYear.objects.visible_to(user).filter(fiscal_year=span.latest)
    known = year.aggregate(all=Count("pk"), known=Count("net_income"))
    what = _("accounts with sales in %(year)s have a known profit") % {"year": span.latest}
    return Promise(_("Know more"), known["known"], known["all"], what)


def _forecasts(accounts: AccountQuerySet, span: Window) -> Promise:
    reason = Assumption.objects.filter(
        account=OuterRef("account"), fiscal_year=OuterRef("fiscal_year"), scenario=OuterRef("scenario")
    ).exclude(text="")
    forecasts = PlanCell.objects.filter(
        row=Row.REVENUE, fiscal_year__gt=span.latest, account__in=accounts.order_by()
    ).exclude(amount=None)
    counts = forecasts.aggregate(all=Count("pk"), reasoned=Count("pk", filter=Exists(reason)))
    return Promise(_("Win"), counts["reasoned"], counts["all"], _("revenue forecasts name the assumption they rest on"))


def _changes(user: User, accounts: AccountQuerySet) -> list[Line]:
    """Directors read everything; others what happened to accounts they may see."""
    events: EventQuerySet = Event.objects.visible_to(user)
    if not user.is_director:
        mine = accounts.order_by().values("pk")
        events = events.filter(subject_type=Account._meta.label_lower, subject_id__in=mine)
    return tell(events.select_related("by").order_by("-pk")[:MOST_CHANGES])
