"""Remind people by e-mail of actions that are due within three days or overdue: one mail a person and day."""

import logging
from collections import defaultdict
from datetime import date, datetime, timedelta
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import ngettext

from openkam.web.accounts.models import Account
from openkam.web.people.adapter import deliver, mail_works
from openkam.web.people.models import User
from openkam.web.people.permissions import Permission

from .action_listing import rows
from .models import Action

logger = logging.getLogger(__name__)
AHEAD = timedelta(days=3)
#: An action that stays open is told again after so many days.
AGAIN = timedelta(days=7)
#: Whoever got a mail gets the next one on another day, at about the same hour.
PAUSE = timedelta(hours=20)


def remind(today: date | None = None) -> int:
    """Send every reminder that is due; returns how many people got one. Nobody is told twice, whoever else sends.

    Without a mail server nothing is sent; what cannot be delivered is tried again with the next run.
    """
    if not mail_works():
        return 0
    today = today or timezone.localdate()
    people = [person for person in _owners(today) if person.may(Permission.SEE_ACCOUNTS)]
    if not people:
        return 0
    try:
        with get_connection() as connection:
            return sum(_told(person, today, connection) for person in people)
    except (OSError, SMTPException):
        logger.exception("the mail server does not answer; reminders wait for the next run")
        return 0


def _owners(today: date) -> list[User]:
    owners = Action.objects.open().filter(due_on__lte=today + AHEAD).order_by().values("owner").distinct()
    return list(User.objects.filter(pk__in=owners, is_active=True, wants_reminders=True).order_by("pk"))


def due(user: User, today: date) -> Any:
    """What somebody is to be reminded of: their dated open actions, of accounts that they see."""
    seen = Account.objects.visible_to(user).order_by().values("pk")
    near = Action.objects.open().filter(owner=user, due_on__lte=today + AHEAD, account__in=seen)
    return near.exclude(reminded_at__gt=timezone.now() - AGAIN).select_related("account").order_by("due_on", "pk")


def _told(person: User, today: date, connection: Any) -> bool:
    """Claim the actions first: of two who send at once, one finds nothing left."""
    actions = _claimed(person, today)
    if not actions:
        return False
    try:
        is_sent = _sent(person, actions, connection)
    except Exception:  # one strange address must not keep the others from their mail
        logger.exception("a reminder could not be written")
        is_sent = False
    if not is_sent:
        _give_back(actions)
    return is_sent


@transaction.atomic
def _claimed(person: User, today: date) -> list[Action]:
    now = timezone.now()
    if Action.objects.filter(owner=person, reminded_at__gt=now - PAUSE).exists():
        return []
    actions = list(due(person, today).select_for_update(of=("self",)))
    Action.objects.filter(pk__in=[action.pk for action in actions]).update(reminded_at=now)
    return actions


def _give_back(actions: list[Action]) -> None:
    """As if nobody had tried."""
    before: dict[datetime | None, list[int]] = defaultdict(list)
    for action in actions:
        before[action.reminded_at].append(action.pk)
    for at, numbers in before.items():
        Action.objects.filter(pk__in=numbers).update(reminded_at=at)


def _sent(person: User, actions: list[Action], connection: Any) -> bool:
    """In the reader's language; titles, accounts and days alone."""
    with translation.override(person.language or settings.LANGUAGE_CODE):
        count = len(actions)
        subject = ngettext("%(n)s action is due", "%(n)s actions are due", count) % {"n": count}
        details = {"person": person, "rows": rows(actions), "base": settings.BASE_URL}
        body = render_to_string("plans/reminder.txt", details)
        return deliver(EmailMessage(subject, body, to=[person.email], connection=connection))
