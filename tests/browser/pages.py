"""Every page of the product, by the name of its address; a page that is missing here fails a test."""

from collections.abc import Callable, Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from openkam.web.accounts.models import Account
from openkam.web.jobs.models import Job
from openkam.web.ledgers.models import Import
from openkam.web.people.models import User
from openkam.web.portfolio.models import Activity, CostPool

PLAIN = (
    "home",
    "search",
    "me",
    "portfolio",
    "quadrant",
    "whale",
    "cost-to-serve",
    "wallet",
    "accounts",
    "account-new",
    "accounts-import",
    "ledger",
    "rates",
    "costs",
    "account-years",
    "people",
    "invitation",
    "settings",
    "history",
)


def _year() -> int:
    return int(CostPool.objects.order_by("-fiscal_year").values_list("fiscal_year", flat=True)[0])


def _account() -> int:
    return int(Account.objects.order_by("-revenue_order").values_list("pk", flat=True)[0])


def _last(model: Any) -> int:
    return int(model.objects.order_by("-pk").values_list("pk", flat=True)[0])


ABOUT: dict[str, Callable[[], list[Any]]] = {
    "account": lambda: [_account()],
    "account-history": lambda: [_account()],
    "account-edit": lambda: [_account()],
    "account-merge": lambda: [_account()],
    "account-value": lambda: [_account()],
    "account-lines": lambda: [_account()],
    "account-wallet": lambda: [_account()],
    "cost-explanation": lambda: [_year(), _account()],
    "cost-model": lambda: [_year()],
    "cost-counts": lambda: [_year()],
    "cost-pool": lambda: [_last(CostPool)],
    "cost-activity": lambda: [_last(Activity)],
    "cost-activity-new": lambda: [_last(CostPool)],
    "job": lambda: [_last(Job)],
    "ledger-import": lambda: [_last(Import)],
    "person": lambda: [_last(User)],
}
#: Parts of a page, actions, files, and steps of a file that another test walks through.
NO_PAGES = {
    "account-answers",
    "account-cells",
    "account-departure",
    "account-parents",
    "account-separation",
    "account-suggestion",
    "account-team",
    "account-value-file",
    "accounts-export",
    "accounts-import-file",
    "cost-assignment",
    "cost-clearance",
    "cost-copy",
    "cost-counts-file",
    "cost-counts-ledger",
    "cost-deletion",
    "cost-rule",
    "costs-file",
    "job-cancellation",
    "language",
    "ledger-acceptance",
    "ledger-account-names",
    "ledger-check",
    "ledger-decisions",
    "ledger-discard",
    "ledger-import-rate",
    "ledger-mapping",
    "ledger-problems",
    "ledger-reading",
    "ledger-undo",
    "ledger-upload",
    "password-link",
    "portfolio-file",
    "quadrant-file",
    "rate",
    "rate-deletion",
    "rates-pasted",
    "two-factor-removal",
    "wallet-file",
    "whale-file",
}


def addresses() -> dict[str, str]:
    """Name to address of every page; the database must hold the example."""
    found = {name: reverse(name) for name in PLAIN}
    return found | {name: reverse(name, args=arguments()) for name, arguments in ABOUT.items()}


def names(resolver: URLResolver | None = None) -> Iterator[str]:
    """The names of our own addresses; the sign-in pages of allauth are walked by hand."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            yield str(entry.name)
        elif not str(entry.pattern).startswith("auth/"):
            yield from names(entry)
