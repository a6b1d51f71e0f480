"""What the check found, shaped for its page."""

from collections import defaultdict
from typing import Any

from django.utils.translation import gettext as _

from openkam.ledger.schema import from_units
from openkam.web.accounts.models import Account
from openkam.web.programme.words import problem

from . import checking, words
from .models import Import

SHOWN_ACCOUNTS = 50
SUGGESTED = 100


def shaped(subject: Import) -> dict[str, Any]:
    result = subject.check_result
    staged = checking.staged_of(subject)
    preview = result.get("preview", {})
    return {
        "result": result,
        "preview": preview,
        "groups": groups(subject),
        "unknown": unknown_accounts(subject, staged) if staged else [],
        "unknown_rest": max(0, result.get("unknown_accounts", 0) - SHOWN_ACCOUNTS),
        "decisions": subject.decisions,
        "without_account": _without_account(subject),
        "suggested": Account.objects.order_by("-revenue_order", "pk").values("name", "external_id")[:SUGGESTED],
        "gone": staged is None,
        "nothing_new": not preview.get("stored", {}).get("lines"),
        "lines_without_cost": preview.get("lines_without_cost", 0),
    }


def groups(subject: Import) -> list[dict[str, Any]]:
    """Per code: how many lines, the sentence, what happens to them, the first examples."""
    made = subject.decisions.get("codes", {})
    samples = defaultdict(list)
    for sample in subject.check_result.get("samples", []):
        column = words.COLUMNS.get(sample["column"], sample["column"])
        samples[sample["code"]].append({**sample, "column": column})
    found: dict[str, dict[str, Any]] = {}
    for count in subject.check_result.get("counts", []):
        code = count["code"]
        if code == "account_unknown":
            continue
        group = found.setdefault(code, {"code": code, "lines": 0, "switchable": count["switchable"]})
        group["lines"] += count["lines"]
        group["sentence"] = problem(code)
        group["disposition"] = made.get(code, count["disposition"])
        group["samples"] = samples[code][: checking.SAMPLES]
    return sorted(found.values(), key=lambda group: (group["disposition"] != "skip", -group["lines"]))


def unknown_accounts(subject: Import, staged: Any) -> list[dict[str, Any]]:
    """The customers that are no accounts yet, the largest first, with what was decided about each."""
    skipped = subject.decisions.get("accounts", {})
    belongs = subject.decisions.get("belongs", {})
    names = dict(Account.objects.filter(pk__in=belongs.values()).values_list("pk", "name"))
    return [
        {
            "key": account.key,
            "name": account.name or "",
            "lines": account.lines,
            "revenue": from_units(account.revenue),
            "choice": skipped.get(account.key, "create"),
            "belongs": names.get(belongs.get(account.key), ""),
        }
        for account in staged.accounts(limit=SHOWN_ACCOUNTS)
    ]


def _without_account(subject: Import) -> dict[str, Any]:
    lines = sum(c["lines"] for c in subject.check_result.get("counts", []) if c["code"] == "account_missing")
    chosen = subject.decisions.get("without_account")
    account = Account.objects.filter(pk=chosen).first() if chosen else None
    return {"lines": lines, "account": account.name if account else "", "label": _("Lines that name no customer")}
