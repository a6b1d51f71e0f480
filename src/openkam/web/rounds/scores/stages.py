"""Leading a round through its stages: the stage that a facilitator saw is the one that is left, and the clock."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from openkam.method.errors import InvalidInput
from openkam.web.people.models import User

from ..actions import STEPS, held, move_on
from ..freezing import freeze
from ..models import Round, Stage

MINUTES = (5, 10, 15)
TIMED = frozenset({Stage.OPEN, Stage.REVEALED, Stage.SECOND})


def seen(round_: Round) -> str:
    """A stage as a form remembers it: revealed after the first turn is not revealed after the second."""
    return f"{round_.stage}-{round_.turn}"


@transaction.atomic
def lead(round_: Round, *, to: str, left: str, by: User) -> Round:
    """Move on to a stage from the one that the facilitator saw. Raises InvalidInput; of two at once one is told."""
    now = Round.objects.select_for_update().get(pk=round_.pk)
    if now.is_frozen and to == Stage.FROZEN:
        freeze(now, by=by)  # refuses, and says who was first
    if now.is_frozen:
        raise InvalidInput("round_frozen", now.name)
    if left != seen(now) or to not in {*STEPS, Stage.FROZEN}:
        raise InvalidInput("round_stage", now.name, stage=now.get_stage_display())
    if to == Stage.FROZEN:
        freeze(now, by=by)
        now.refresh_from_db()
        return now
    return move_on(now, to=to, by=by)


@transaction.atomic
def set_clock(round_: Round, *, minutes: int | None) -> None:
    """Start the clock that everybody sees, or stop it."""
    now = held(round_, TIMED)
    now.timer_ends_at = timezone.now() + timedelta(minutes=minutes) if minutes else None
    now.save(update_fields=["timer_ends_at"])
