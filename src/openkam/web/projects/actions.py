"""What people do with design projects; each change leaves an event."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import F

from openkam.method.errors import InvalidInput
from openkam.web.accounts.models import Account
from openkam.web.people.models import User
from openkam.web.programme.history import record, save_recorded

from .models import DesignProject, ProjectAccount

FIELDS = ("name", "purpose", "phase", "launch_on", "owner_id")


@transaction.atomic
def create_project(*, accounts: Iterable[Account], by: User, **fields: Any) -> DesignProject:
    """A new project for at least one account. Raises InvalidInput("project_without_account")."""
    chosen = list(accounts)
    if not chosen:
        raise InvalidInput("project_without_account", "accounts")
    project = DesignProject.objects.create(created_by=by, **fields)
    record("created", by=by, about=project, new=project.name)
    _add(project, chosen, by)
    return project


@transaction.atomic
def change_project(
    project: DesignProject, *, accounts: Iterable[Account], by: User, among: Iterable[int] | None = None
) -> list[str]:
    """Save a changed project and its accounts; returns the names of what changed.

    among  the accounts that this person could have left out; those they do not see stay. None: all.

    Raises InvalidInput("project_without_account").
    """
    chosen = {account.pk: account for account in accounts}
    there = set(project.members.values_list("account_id", flat=True))
    leaving = (there if among is None else there & set(among)) - set(chosen)
    if not (there - leaving) | set(chosen):
        raise InvalidInput("project_without_account", "accounts")
    changed = save_recorded(project, by=by, fields=FIELDS)
    _add(project, [account for pk, account in chosen.items() if pk not in there], by)
    _remove(project, leaving, by)
    if leaving or set(chosen) - there:
        changed.append("accounts")
    if changed:
        DesignProject.objects.filter(pk=project.pk).update(version=F("version") + 1)
    return changed


def _add(project: DesignProject, accounts: Iterable[Account], by: User) -> None:
    for account in accounts:
        ProjectAccount.objects.create(project=project, account=account)
        # by its number: whoever reads the project's history may not see every account
        record("added_account", by=by, about=project, field="accounts", new=f"#{account.pk}")


def _remove(project: DesignProject, accounts: Iterable[int], by: User) -> None:
    for pk in sorted(accounts):
        project.members.filter(account=pk).delete()
        record("removed_account", by=by, about=project, field="accounts", old=f"#{pk}")
