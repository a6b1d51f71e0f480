"""What was to come next after an interaction: done, or made an action of the account's plan."""

from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from openkam.method.errors import InvalidInput
from openkam.web.people.models import User
from openkam.web.programme.history import save_recorded

from .models import Interaction


@transaction.atomic
def finish_step(interaction: Interaction, *, by: User) -> None:
    """The next step is no longer open. Raises InvalidInput("no_open_step")."""
    _close(interaction, by)


@transaction.atomic
def as_action(interaction: Interaction, *, by: User) -> Any:
    """The next step as an action of the account: mine, by its day, resting on what was learned then.

    Raises InvalidInput("no_open_step"), and what the plan refuses.
    """
    from openkam.web.plans.action_actions import create_action  # noqa: PLC0415 - the plans stand above this app

    _close(interaction, by)
    return create_action(
        account=interaction.account,
        by=by,
        title=interaction.next_step[:300],
        owner=by,
        due_on=interaction.next_on,
        insights=list(interaction.insights.all()),
    )


def _close(interaction: Interaction, by: User) -> None:
    stored = Interaction.objects.select_for_update().get(pk=interaction.pk)
    if not stored.next_step or stored.next_done_on:
        raise InvalidInput("no_open_step", "")
    stored.next_done_on = timezone.localdate()
    save_recorded(stored, by=by, fields=["next_done_on"])
    Interaction.objects.filter(pk=stored.pk).update(version=F("version") + 1)
