"""Review the quality of an account's plan, name its sponsor; and what plans say over many accounts."""

import hashlib
import json
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from openkam.method import plan_quality
from openkam.method.document import read
from openkam.method.errors import InvalidInput
from openkam.web.accounts.models import Account
from openkam.web.people.models import User
from openkam.web.programme.history import record

from .models import Action, PlanScore, Sponsor

#: Two plan reviews a year.
REVIEW_EVERY = timedelta(days=183)


@transaction.atomic
def review_plan(
    account: Account, *, parts: dict[str, Any], phase: str, note: str, by: User, seen: str | None = None
) -> PlanScore:
    """Score a plan today; a second look on the same day replaces the first.

    seen  the mark of the latest review that the reviewer knew; None asks for nothing.

    Raises InvalidInput("plan_not_scored" | "plan_reviewed_meanwhile"), and what the method refuses.
    """
    read(plan_quality.Document, parts)
    if all(value is None for value in parts.values()):
        raise InvalidInput("plan_not_scored", "parts")
    Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
    before = latest_review(account)
    if seen is not None and before is not None and mark_of(before) != seen:
        raise InvalidInput("plan_reviewed_meanwhile", "", who=str(before.by or "–"))
    values = {"parts": parts, "phase": phase, "note": note.strip(), "by": by}
    score, _ = PlanScore.objects.update_or_create(account=account, on=timezone.localdate(), defaults=values)
    record("reviewed_plan", by=by, about=account, field="plan", new=str(verdict_of(score).known))
    return score


def latest_review(account: Account) -> PlanScore | None:
    return PlanScore.objects.filter(account=account).select_related("by").first()


def mark_of(score: PlanScore | None) -> str:
    """What tells a review from any other, and from itself after it was written again."""
    if score is None:
        return ""
    told = json.dumps([score.pk, score.by_id, score.parts, score.phase, score.note], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()


def verdict_of(score: PlanScore) -> plan_quality.Result:
    return plan_quality.evaluate(read(plan_quality.Document, score.parts))


@transaction.atomic
def name_sponsor(account: Account, *, user: User | None, by: User) -> None:
    """The executive who stands behind an account, or nobody. Raises InvalidInput("sponsor_no_director")."""
    if user is not None and not user.is_director:
        raise InvalidInput("sponsor_no_director", "user", name=str(user))
    before = Sponsor.objects.filter(account=account).select_related("user").first()
    if user == (before.user if before else None):
        return
    if user is None:
        Sponsor.objects.filter(account=account).delete()
    else:
        Sponsor.objects.update_or_create(account=account, defaults={"user": user})
    record(
        "changed", by=by, about=account, field="sponsor", old=str(before.user) if before else "", new=str(user or "")
    )


def review_due(latest: PlanScore | None, today: date) -> bool:
    """Whether the latest review of a plan is half a year old, or there was none."""
    return latest is None or today - latest.on > REVIEW_EVERY


def plan_kpis(accounts: Any) -> dict[str, int]:
    """Over some accounts: how many have an approved plan, and how many finished actions were on time.

    accounts  a queryset. Returns accounts, approved, done, on_time; an open overdue action counts as not on time.
    """
    latest: dict[int, PlanScore] = {}
    for score in PlanScore.objects.filter(account__in=accounts.order_by().values("pk")).order_by("account", "-on"):
        latest.setdefault(score.account_id, score)
    today = timezone.localdate()
    dated = Action.objects.filter(account__in=accounts.order_by().values("pk"), dropped_on=None).exclude(due_on=None)
    told = dated.filter(Q(done_on__isnull=False) | Q(due_on__lt=today))
    return {
        "accounts": accounts.count(),
        "approved": sum(verdict_of(score).verdict == "approve" for score in latest.values()),
        "done": told.count(),
        "on_time": told.filter(done_on__lte=F("due_on")).count(),
    }
