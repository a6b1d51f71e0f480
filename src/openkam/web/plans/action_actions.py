"""What people do with actions; each change leaves an event."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from openkam.method.ambition import MOST_ACTIONS
from openkam.method.errors import InvalidInput
from openkam.web.accounts.models import Account
from openkam.web.interactions.models import Insight
from openkam.web.people.models import User
from openkam.web.programme.history import record, save_recorded

from .models import Action

FIELDS = (
    "title",
    "owner_id",
    "due_on",
    "gate",
    "evidence",
    "place",
    "project_id",
    "done_on",
    "done_note",
    "dropped_on",
)


@transaction.atomic
def create_action(*, account: Account, by: User | None, insights: Iterable[Insight] = (), **fields: Any) -> Action:
    """A new action of an account.

    Raises InvalidInput("too_many_actions" | "place_taken" | "owner_cannot_see" | "insight_elsewhere").
    """
    action = Action(account=held(account), created_by=by, **fields)
    _refuse(action)
    action.save()
    _rest_on(action, insights)
    record("created", by=by, about=action, new=action.title)
    return action


@transaction.atomic
def change_action(action: Action, *, by: User | None, insights: Iterable[Insight] | None = None) -> list[str]:
    """Save a changed action and what it rests on; returns the names of what changed.

    Raises what `create_action` raises.
    """
    held(action.account)
    _refuse(action)
    changed = save_recorded(action, by=by, fields=FIELDS)
    if insights is not None and _rest_on(action, insights):
        changed.append("insights")
        record("changed", by=by, about=action, field="insights")
    if changed:
        again = {"reminded_at": None} if {"owner_id", "due_on"} & set(changed) else {}
        Action.objects.filter(pk=action.pk).update(version=F("version") + 1, **again)
    return changed


@transaction.atomic
def finish_action(action: Action, *, note: str, by: User | None, on: date | None = None) -> Action:
    """Done, and what shows it. Raises InvalidInput("action_without_evidence" | "action_closed")."""
    if not note.strip():
        raise InvalidInput("action_without_evidence", "done_note")
    _refuse_closed(action)
    action.done_on, action.done_note = on or timezone.localdate(), note.strip()
    save_recorded(action, by=by, fields=("done_on", "done_note"), verb="finished")
    return action


@transaction.atomic
def reopen_action(action: Action, *, by: User | None) -> Action:
    """Not done after all. Raises InvalidInput("too_many_actions" | "place_taken")."""
    held(action.account)
    action.done_on, action.dropped_on = None, None
    _refuse(action)
    save_recorded(action, by=by, fields=("done_on", "dropped_on"), verb="reopened")
    return action


@transaction.atomic
def drop_action(action: Action, *, by: User | None) -> Action:
    """Nobody will do it. Raises InvalidInput("action_closed")."""
    _refuse_closed(action)
    action.dropped_on = timezone.localdate()
    save_recorded(action, by=by, fields=("dropped_on",), verb="dropped")
    return action


def top_actions(account: Account) -> list[Action]:
    """The at most five open actions that lead to the target, in their order."""
    actions = account.actions.filter(done_on=None, dropped_on=None).exclude(place=None)
    return list(actions.select_related("owner").prefetch_related("insights").order_by("place", "pk"))


def free_place(account: Account) -> int | None:
    """The first of the five places without an open action; None when all are taken."""
    taken = set(Action.objects.open().filter(account=account).exclude(place=None).values_list("place", flat=True))
    return next((place for place in range(1, MOST_ACTIONS + 1) if place not in taken), None)


def held(account: Account) -> Account:
    """Two people who fill the last of the five places wait for each other: first the account, then its action."""
    return Account.objects.select_for_update(of=("self",)).get(pk=account.pk)


def _refuse_closed(action: Action) -> None:
    """What somebody finished or dropped meanwhile stays as they left it."""
    held(action.account)
    now = Action.objects.select_for_update(of=("self",)).get(pk=action.pk)
    if now.done_on or now.dropped_on:
        raise InvalidInput("action_closed", "", name=now.title)


def _refuse(action: Action) -> None:
    if action.owner and not Account.objects.visible_to(action.owner).filter(pk=action.account_id).exists():
        raise InvalidInput("owner_cannot_see", "owner", name=str(action.owner))
    if action.place is None or action.done_on or action.dropped_on:
        return
    others = Action.objects.open().filter(account=action.account_id).exclude(place=None).exclude(pk=action.pk)
    if others.count() >= MOST_ACTIONS:
        raise InvalidInput("too_many_actions", "place", actions=MOST_ACTIONS + 1, most=MOST_ACTIONS)
    if others.filter(place=action.place).exists():
        raise InvalidInput("place_taken", "place", place=action.place)


def _rest_on(action: Action, insights: Iterable[Insight]) -> bool:
    """Set what an action rests on; says whether that was a change. Raises InvalidInput("insight_elsewhere")."""
    wanted = {insight.pk: insight for insight in insights}
    if strange := next((each for each in wanted.values() if each.account_id != action.account_id), None):
        raise InvalidInput("insight_elsewhere", "insights", name=str(strange))
    if set(wanted) == set(action.insights.values_list("pk", flat=True)):
        return False
    action.insights.set(wanted.values())
    return True
