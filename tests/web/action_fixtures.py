"""Actions for the tests, in few words, and the forms that people post."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from openkam.web.accounts.models import Account
from openkam.web.people.models import User
from openkam.web.plans.action_actions import create_action
from openkam.web.plans.models import Action


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def action(account: Account, owner: User | None, title: str = "Send samples", **fields: Any) -> Action:
    """An action due within two days, unless said."""
    return create_action(account=account, by=owner, owner=owner, title=title, **{"due_on": in_days(2), **fields})


def page_of(account: Account) -> str:
    return f"/accounts/{account.pk}/plan/"


def opened(client: Any, address: str, name: str = "form", **typed: Any) -> dict[str, Any]:
    """What a form posts when it was opened now, with what was typed into it."""
    form = client.get(address).context[name]
    return {**{bound.html_name: _sent(bound.value()) for bound in form}, **typed}


def _sent(value: Any) -> Any:
    if isinstance(value, list):
        return [getattr(each, "pk", each) for each in value]
    return "" if value in (None, False) else value
