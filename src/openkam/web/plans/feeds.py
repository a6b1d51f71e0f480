"""The actions of a person as a calendar: a secret address, of which only the digest is kept."""

import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from openkam.web.accounts.models import Account
from openkam.web.people.models import User
from openkam.web.people.permissions import Permission
from openkam.web.programme.history import record
from openkam.web.programme.tokens import digest_of

from .models import Action, CalendarFeed

#: More actions than a calendar can be read with.
MOST = 500


@transaction.atomic
def make_feed(*, by: User) -> str:
    """A new secret address; the one before it stops working. Returned once, and kept nowhere."""
    revoke_feeds(by=by)
    token = secrets.token_urlsafe(32)
    CalendarFeed.objects.create(user=by, digest=digest_of(token))
    record("made_feed", by=by, about=by)
    return token


@transaction.atomic
def revoke_feeds(*, by: User) -> int:
    """Close every address of a person; returns how many were open."""
    count = CalendarFeed.objects.filter(user=by, revoked_at=None).update(revoked_at=timezone.now())
    if count:
        record("revoked_feed", by=by, about=by)
    return count


def feed_of(token: str) -> CalendarFeed | None:
    """What a token opens; nothing for an unknown or a revoked one, and for that of somebody who may not sign in."""
    feed = CalendarFeed.objects.filter(digest=digest_of(token), revoked_at=None).select_related("user").first()
    return feed if feed and feed.user.may(Permission.SEE_ACCOUNTS) else None


def read(feed: CalendarFeed) -> None:
    """Its owner sees when a calendar read it last."""
    CalendarFeed.objects.filter(pk=feed.pk).update(read_at=timezone.now())


def calendar_of(user: User) -> bytes:
    """The dated open actions of accounts that a person sees today, as whole days. No figures, no notes."""
    with translation.override(user.language or settings.LANGUAGE_CODE):
        book = Calendar()
        book.add("prodid", "-//OpenKAM//actions//")
        book.add("version", "2.0")
        book.add("x-wr-calname", _("Actions"))
        seen = Account.objects.visible_to(user).order_by().values("pk")
        actions = Action.objects.open().filter(owner=user, account__in=seen).exclude(due_on=None)
        for action in actions.select_related("account").order_by("due_on", "pk")[:MOST]:
            book.add_component(_event(action))
        return bytes(book.to_ical())


def _event(action: Action) -> Any:
    event = Event()
    event.add("uid", f"action-{action.pk}@{settings.BASE_URL.split('//')[-1]}")
    event.add("dtstamp", action.created_at)
    event.add("sequence", action.version)
    event.add("dtstart", action.due_on)
    event.add("dtend", action.due_on + timedelta(days=1))  # type: ignore[operator]
    event.add("transp", "TRANSPARENT")  # a day on which something is due is no busy day
    event.add("summary", f"{action.title} · {action.account.name}")
    event.add("url", settings.BASE_URL + reverse("action", args=[action.pk]))
    return event
