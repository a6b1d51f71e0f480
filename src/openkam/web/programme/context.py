from typing import Any

from django.http import HttpRequest

from openkam.web.people.adapter import mail_works
from openkam.web.people.permissions import Permission

from .models import Settings


def house(request: HttpRequest) -> dict[str, Any]:
    """What every page needs: the house rules, and what this person may do."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"mail_works": mail_works()}
    return {"house": Settings.current(), "may": _May(user), "mail_works": mail_works()}


class _May:
    """`{% if may.import_ledger %}` in templates."""

    def __init__(self, user: Any) -> None:
        self._user = user

    def __getitem__(self, name: str) -> bool:
        return bool(self._user.may(Permission(name)))
