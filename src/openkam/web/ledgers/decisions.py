"""What a person decided about the findings of a check: read from the posted form, kept with the import."""

from typing import Any

from django.contrib import messages

from openkam.method.errors import InvalidInput
from openkam.web.accounts.models import Account
from openkam.web.people.access import PersonRequest
from openkam.web.programme.words import problem

from . import check_view, checking
from .models import Import
from .store import engine


def decided(request: PersonRequest, subject: Import) -> bool:
    """Keep the posted decisions and what they would store; says in a message what cannot be decided like this."""
    staged = checking.staged_of(subject)
    try:
        if staged is None:
            raise InvalidInput("check_gone")
        made = _decided(request.POST, subject, staged)
        if made != subject.decisions:
            subject.decisions = made
            with engine():
                subject.check_result["preview"] = checking.previewed(staged, subject)
            subject.save(update_fields=["decisions", "check_result"])
    except InvalidInput as wrong:
        messages.error(request, problem(wrong.code, wrong.values))
        return False
    return True


def _decided(data: Any, subject: Import, staged: Any) -> dict[str, Any]:
    """The posted form; fields that a page did not show keep what was decided before."""
    made = dict(subject.decisions)
    switchable = {group["code"] for group in check_view.groups(subject) if group["switchable"]}
    chosen = {code: data[f"code-{code}"] for code in switchable if data.get(f"code-{code}") in {"keep", "skip"}}
    made["codes"] = made.get("codes", {}) | chosen
    if data.get("unknown_accounts") in {"create", "skip"}:
        made["unknown_accounts"] = data["unknown_accounts"]
    made["accounts"], made["belongs"] = _about_accounts(data, staged, made)
    if "without_account" in data:
        name = data["without_account"].strip()
        made["without_account"] = account_named(name).pk if name else None
    return made


def _about_accounts(data: Any, staged: Any, made: dict[str, Any]) -> tuple[dict[str, str], dict[str, int]]:
    choices, belongs = dict(made.get("accounts", {})), dict(made.get("belongs", {}))
    for place, account in enumerate(staged.accounts(limit=check_view.SHOWN_ACCOUNTS)):
        if f"belongs-{place}" not in data and f"account-{place}" not in data:
            continue
        choices.pop(account.key, None)
        belongs.pop(account.key, None)
        if name := data.get(f"belongs-{place}", "").strip():
            belongs[account.key] = account_named(name).pk
        elif data.get(f"account-{place}") == "skip":
            choices[account.key] = "skip"
    return choices, belongs


def account_named(name: str) -> Account:
    """The account that a person means by an external id or a name."""
    found = list(Account.objects.filter(external_id=name)[:2]) or list(Account.objects.filter(name__iexact=name)[:2])
    if len(found) != 1:
        raise InvalidInput("account_ambiguous" if found else "account_not_found", name=name)
    return found[0]
