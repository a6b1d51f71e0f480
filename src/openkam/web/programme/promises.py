"""Know more, align, win: what is written down today, of what could be. Each figure says what it counts."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q
from django.utils.translation import gettext as _

from openkam.web.accounts.models import Account, AccountQuerySet
from openkam.web.contacts.models import Contact
from openkam.web.interactions.models import Certainty, Insight
from openkam.web.ledgers.models import AccountYear
from openkam.web.ledgers.remembered import remembered
from openkam.web.people.models import User
from openkam.web.plans.models import Action
from openkam.web.portfolio.models import Assumption, PlanCell, Row
from openkam.web.portfolio.years import Window

#: So many people of a customer known by name are more than one door.
KNOWN_PEOPLE = 3
CHOSEN = (Account.Status.KEY, Account.Status.KEY_DEVELOPMENT)


@dataclass(frozen=True)
class Promise:
    """One figure of "know more, align, win": so many of so many."""

    title: str
    done: int
    of: int
    what: str


def promises(user: User, accounts: AccountQuerySet, span: Window) -> list[Promise]:
    """Both halves of key account management, and what they shall bring."""
    return [_understanding(accounts), _alignment(user), _forecasts(user, accounts, span)]


def known_until(user: User, span: Window) -> date | None:
    """The last invoice of the latest year, so that a running year is not taken for a whole one."""
    facts = AccountYear.objects.visible_to(user).filter(fiscal_year=span.latest)
    if not user.is_director:
        return facts.aggregate(until=Max("last_date"))["until"]
    known: dict[str, Any] = remembered("known until", lambda: facts.aggregate(until=Max("last_date")))
    return known["until"]


def _understanding(accounts: AccountQuerySet) -> Promise:
    """Accounts that we know by people and by what they told us; the key ones, where any are named."""
    people = Contact.objects.present().filter(account=OuterRef("pk"), is_placeholder=False).order_by()
    counted = people.values("account").annotate(people=Count("pk")).filter(people__gte=KNOWN_PEOPLE)
    learned = Insight.objects.filter(account=OuterRef("pk")).exclude(how=Certainty.GUESSED)
    is_known, is_chosen = Exists(counted) & Exists(learned), Q(status__in=CHOSEN)
    counts = accounts.order_by().aggregate(
        all=Count("pk"),
        known=Count("pk", filter=is_known),
        chosen=Count("pk", filter=is_chosen),
        chosen_known=Count("pk", filter=is_chosen & is_known),
    )
    if counts["chosen"]:
        what = _("key accounts are understood: three people known by name, and something they said or we saw")
        return Promise(_("Know more"), counts["chosen_known"], counts["chosen"], what)
    what = _("accounts are understood: three people known by name, and something they said or we saw")
    return Promise(_("Know more"), counts["known"], counts["all"], what)


def _alignment(user: User) -> Promise:
    """Open actions that rest on something we understood."""
    rests = Exists(Action.insights.through.objects.filter(action=OuterRef("pk")))
    actions = Action.objects.open()
    if not user.is_director:
        actions = actions.filter(account__in=Account.objects.visible_to(user).order_by().values("pk"))
    counts = actions.order_by().aggregate(all=Count("pk"), resting=Count("pk", filter=rests))
    return Promise(_("Align"), counts["resting"], counts["all"], _("open actions rest on something we have learned"))


def _forecasts(user: User, accounts: AccountQuerySet, span: Window) -> Promise:
    reason = Assumption.objects.filter(
        account=OuterRef("account"), fiscal_year=OuterRef("fiscal_year"), scenario=OuterRef("scenario")
    ).exclude(text="")
    forecasts = PlanCell.objects.filter(row=Row.REVENUE, fiscal_year__gt=span.latest).exclude(amount=None)
    if not user.is_director:
        forecasts = forecasts.filter(account__in=accounts.order_by())
    counts = forecasts.aggregate(all=Count("pk"), reasoned=Count("pk", filter=Exists(reason)))
    return Promise(_("Win"), counts["reasoned"], counts["all"], _("revenue forecasts name the assumption they rest on"))
