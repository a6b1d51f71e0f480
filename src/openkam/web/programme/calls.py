"""What calls today: actions, contacts, insights to check, problems that came back, reviews that are due."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F, Max, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from openkam.web.accounts.models import Account
from openkam.web.interactions.insights import due, escalated
from openkam.web.people.models import User
from openkam.web.plans.models import Action
from openkam.web.plans.plan_actions import REVIEW_EVERY
from openkam.web.relationships.rhythm import Rhythm, overdue

from .promises import CHOSEN

SOON = timedelta(days=7)
#: Of each kind as many as fit one look.
MOST = 5


@dataclass(frozen=True)
class Call:
    """One line: what, at which account, since when, and where to look."""

    text: str
    account: str
    note: str
    url: str
    is_late: bool = True


@dataclass(frozen=True)
class Calls:
    """What calls, kind by kind."""

    actions: tuple[Call, ...]
    contacts: tuple[Call, ...]
    insights: tuple[Call, ...]
    problems: tuple[Call, ...]
    reviews: tuple[Call, ...]

    def __bool__(self) -> bool:
        return any((self.actions, self.contacts, self.insights, self.problems, self.reviews))


def calls(user: User) -> Calls:
    """Of the reader's own actions and accounts."""
    return Calls(
        actions=tuple(_actions(user)),
        contacts=tuple(_contact(each) for each in overdue(user, MOST)),
        insights=tuple(_insights(user)),
        problems=tuple(_problems(user)),
        reviews=tuple(_reviews(user)),
    )


def _actions(user: User) -> Iterator[Call]:
    today = timezone.localdate()
    near = Action.objects.visible_to(user).open().filter(owner=user, due_on__lte=today + SOON)
    for action in near.select_related("account").order_by("due_on", "pk")[:MOST]:
        url, is_late = reverse("action", args=[action.pk]), action.due_on < today
        yield Call(action.title, action.account.name, action.due_on.isoformat(), url, is_late)


def _contact(each: Rhythm) -> Call:
    days = each.days_since
    note = _("never contacted")
    if days is not None:
        note = ngettext("%(n)s day ago, wanted every %(every)s", "%(n)s days ago, wanted every %(every)s", days)
        note %= {"n": days, "every": each.contact.wanted_days}
    return Call(each.contact.name, each.contact.account.name, note, each.contact.get_absolute_url())


def _insights(user: User) -> Iterator[Call]:
    for insight in due(user)[:MOST]:
        note = _("check again since %(day)s") % {"day": insight.recheck_on}
        yield Call(insight.text[:120], insight.account.name, note, insight.get_absolute_url())


def _problems(user: User) -> Iterator[Call]:
    for cycle in escalated(user)[:MOST]:
        times = ngettext("came back %(n)s time", "came back %(n)s times", cycle.times_back) % {"n": cycle.times_back}
        yield Call(cycle.latest.text[:120], cycle.latest.account.name, times, cycle.latest.get_absolute_url())


def _reviews(user: User) -> Iterator[Call]:
    """Of the key accounts that somebody looks after, those whose plan is looked at twice a year, and was not."""
    mine = Account.objects.filter(owner=user, status__in=CHOSEN).annotate(last=Max("plan_scores__on"))
    since = timezone.localdate() - REVIEW_EVERY
    waiting = mine.filter(Q(last=None) | Q(last__lt=since)).order_by(F("last").asc(nulls_first=True), "name", "pk")
    for account in waiting[:MOST]:
        note = _("last reviewed on %(day)s") % {"day": account.last} if account.last else _("never reviewed")
        yield Call(account.name, "", note, reverse("account-plan", args=[account.pk]))
