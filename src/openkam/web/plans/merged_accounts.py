"""Two accounts become one: the kept account's five actions stay, the other's take the places that are free."""

from typing import Any

from django.db.models import F
from django.dispatch import receiver

from openkam.method.ambition import MOST_ACTIONS
from openkam.web.accounts.merging import accounts_merging
from openkam.web.accounts.models import Account
from openkam.web.people.models import User
from openkam.web.programme.history import save_recorded

from .action_actions import top_actions
from .models import Action


@receiver(accounts_merging, dispatch_uid="plans: accounts merging")
def lay_together(*, kept: Account, gone: Account, by: User | None, **_more: Any) -> None:
    """An action whose place is taken, or that would be a sixth, leads to the target no more; it stays an action."""
    taken = {action.place for action in top_actions(kept)}
    for action in top_actions(gone):
        if action.place not in taken and len(taken) < MOST_ACTIONS:
            taken.add(action.place)
            continue
        action.place = None
        save_recorded(action, by=by, fields=("place",))
        Action.objects.filter(pk=action.pk).update(version=F("version") + 1)
