"""What people do about stages: record reviews, write down what both sides feel, set the ambition."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from openkam.method import ambition, perceived
from openkam.method import stage as method
from openkam.method.document import read
from openkam.method.errors import InvalidInput
from openkam.web.accounts.models import Account
from openkam.web.people.models import User
from openkam.web.programme.history import record, save_recorded

from .models import Ambition, PerceivedScore, StageReview
from .seen import seen

#: A review is due once the last one is older than a quarter.
QUARTER = timedelta(days=90)
AMBITION_FIELDS = ("target", "by_when", "wished", "justification")


@transaction.atomic
def record_review(account: Account, *, by: User, note: str = "") -> StageReview:
    """Keep what the contacts show today, with its figures and thresholds, and move the agreed stage by the rule.

    Raises InvalidInput("review_twice").
    """
    today = timezone.localdate()
    if account.stage_reviews.filter(on=today).exists():
        raise InvalidInput("review_twice", "on", on=today.isoformat())
    there = seen(account, today)
    found = method.evaluate(there.document)
    before = account.stage_reviews.first()
    review = StageReview.objects.create(
        account=account,
        on=today,
        diagnosed=found.stage,
        agreed=_agreed(account, today, found.stage),
        metrics=figures(found),
        rules=there.rules.model_dump(mode="json"),
        note=note.strip(),
        by=by,
    )
    old = "" if before is None else str(before.agreed)
    record("reviewed_stage", by=by, about=account, field="stage", old=old, new=str(review.agreed))
    return review


def _agreed(account: Account, today: date, diagnosed: int) -> int:
    past = account.stage_reviews.order_by("on", "pk").values_list("on", "diagnosed")
    return ambition.agreed([*past, (today, diagnosed)])[-1]


def figures(found: method.Result) -> dict[str, Any]:
    """The figures of a diagnosis without those of single people: a review outlives them."""
    metrics = found.metrics
    return {
        "nu": metrics.nu,
        "direct_share": metrics.direct_share,
        "functions": list(metrics.functions),
        "levels": list(metrics.levels),
        "board": metrics.board,
        "joint_teams": metrics.joint_teams,
        "joint_board": metrics.joint_board,
        "key_person_share": metrics.key_person_share,
        "lamp": metrics.lamp,
        "progress": found.progress,
        "unmet": [gate.code for gate in found.unmet],
    }


def may_undo(review: StageReview, user: User) -> bool:
    """The latest review can be taken back on its day by who recorded it."""
    return review.by_id == user.pk and review.on == timezone.localdate()


@transaction.atomic
def undo_review(review: StageReview, *, by: User) -> None:
    """Raises InvalidInput("review_stays")."""
    if not may_undo(review, by) or review.account.stage_reviews.filter(on__gt=review.on).exists():
        raise InvalidInput("review_stays", "", on=review.on.isoformat())
    record("undid_review", by=by, about=review.account, field="stage", old=str(review.agreed))
    review.delete()


def review_due(latest: StageReview | None, today: date) -> bool:
    return latest is None or today - latest.on > QUARTER


@transaction.atomic
def record_perceived(
    account: Account, *, side: str, answers: Sequence[int], on: date, by: User, said_by: str = ""
) -> PerceivedScore:
    """What one side answered to the six questions.

    Raises InvalidInput("perceived_incomplete" | "perceived_in_future").
    """
    if on > timezone.localdate():
        raise InvalidInput("perceived_in_future", "on")
    score = perceived.evaluate(read(perceived.Document, {"answers": tuple(answers)}))
    made = PerceivedScore.objects.create(
        account=account, side=side, on=on, answers=list(answers), said_by=said_by.strip(), by=by
    )
    record("recorded_perceived", by=by, about=account, field=f"perceived {side}", new=str(score.total))
    return made


@transaction.atomic
def set_ambition(wanted: Ambition, *, by: User) -> list[str]:
    """Save where the relationship shall lie and by when; returns what changed."""
    wanted.by = by
    changed = save_recorded(wanted, by=by, fields=AMBITION_FIELDS)
    if changed:
        Ambition.objects.filter(pk=wanted.pk).update(version=F("version") + 1, by=by)
    return changed
