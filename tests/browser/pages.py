"""Every page of the product, by the name of its address; a page that is missing here fails a test."""

from collections.abc import Callable, Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from openkam.web.accounts.models import Account
from openkam.web.contacts.models import Colleague, Contact
from openkam.web.interactions.models import Insight, Interaction, JointTeam
from openkam.web.jobs.models import Job
from openkam.web.ledgers.models import Import
from openkam.web.people.models import User
from openkam.web.plans.models import Action, Risk
from openkam.web.portfolio.models import Activity, CostPool
from openkam.web.projects.models import DesignProject
from openkam.web.rounds.models import Criterion, Entry, Round

PLAIN = (
    "home",
    "search",
    "help-index",
    "me",
    "portfolio",
    "quadrant",
    "matrix",
    "whale",
    "cost-to-serve",
    "wallet",
    "risks",
    "decisions",
    "projects",
    "project-new",
    "rounds",
    "rounds-compare",
    "round-new",
    "selection",
    "criteria",
    "accounts",
    "account-new",
    "accounts-import",
    "colleagues",
    "colleague-new",
    "people-import",
    "colleague-duplicates",
    "duplicates",
    "interactions",
    "interaction-new",
    "interactions-import",
    "mailboxes",
    "exclusions",
    "unknown-addresses",
    "actions",
    "calendar-feed",
    "relationships",
    "stage-rules",
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


def _entry() -> int:
    """An account of the latest round."""
    return int(Entry.objects.filter(round=_last(Round)).latest("pk").pk)


def _ranked() -> int:
    """The latest round whose scores are revealed."""
    return int(Round.objects.exclude(stage__in=("draft", "open")).latest("pk").pk)


def _judged() -> int:
    """One of the people of the account that the pages are about."""
    return int(Contact.objects.filter(account=_account(), left_on=None).latest("pk").pk)


ABOUT: dict[str, Callable[[], list[Any]]] = {
    "help": lambda: ["matrix"],
    "account": lambda: [_account()],
    "account-history": lambda: [_account()],
    "account-edit": lambda: [_account()],
    "account-merge": lambda: [_account()],
    "account-value": lambda: [_account()],
    "account-lines": lambda: [_account()],
    "account-wallet": lambda: [_account()],
    "account-risks": lambda: [_account()],
    "account-risk-new": lambda: [_account()],
    "account-risks-blind": lambda: [_account()],
    "account-decisions": lambda: [_account()],
    "account-contacts": lambda: [_account()],
    "account-duplicates": lambda: [_account()],
    "contacts-import": lambda: [_account()],
    "org-chart": lambda: [_account()],
    "coverage": lambda: [_account()],
    "contact-new": lambda: [_account()],
    "contact": lambda: [_last(Contact)],
    "contact-edit": lambda: [_last(Contact)],
    "contact-move": lambda: [_last(Contact)],
    "contact-merge": lambda: [_last(Contact)],
    "contact-data": lambda: [_last(Contact)],
    "contact-erasure": lambda: [_last(Contact)],
    "colleague": lambda: [_last(Colleague)],
    "colleague-edit": lambda: [_last(Colleague)],
    "colleague-merge": lambda: [_last(Colleague)],
    "account-interactions": lambda: [_account()],
    "account-insights": lambda: [_account()],
    "account-teams": lambda: [_account()],
    "insight-new": lambda: [_account()],
    "joint-team-new": lambda: [_account()],
    "interaction": lambda: [_last(Interaction)],
    "interaction-edit": lambda: [_last(Interaction)],
    "interaction-deletion": lambda: [_last(Interaction)],
    "insight": lambda: [_last(Insight)],
    "insight-edit": lambda: [_last(Insight)],
    "insight-deletion": lambda: [_last(Insight)],
    "joint-team": lambda: [_last(JointTeam)],
    "joint-team-edit": lambda: [_last(JointTeam)],
    "joint-team-deletion": lambda: [_last(JointTeam)],
    "relationship": lambda: [_account()],
    "relationship-print": lambda: [_account()],
    "team-map": lambda: [_account()],
    "team-map-card": lambda: [_account(), _judged()],
    "stakeholders": lambda: [_account()],
    "cadence": lambda: [_account()],
    "stage-reviews": lambda: [_account()],
    "perceived": lambda: [_account()],
    "account-ambition": lambda: [_account()],
    "account-health": lambda: [_account()],
    "account-exit": lambda: [_account()],
    "account-plan": lambda: [_account()],
    "action": lambda: [_last(Action)],
    "risk": lambda: [_last(Risk)],
    "risk-edit": lambda: [_last(Risk)],
    "project": lambda: [_last(DesignProject)],
    "project-edit": lambda: [_last(DesignProject)],
    "project-risk-new": lambda: [_last(DesignProject)],
    "project-risks-blind": lambda: [_last(DesignProject)],
    "cost-explanation": lambda: [_year(), _account()],
    "cost-model": lambda: [_year()],
    "cost-counts": lambda: [_year()],
    "cost-pool": lambda: [_last(CostPool)],
    "cost-activity": lambda: [_last(Activity)],
    "cost-activity-new": lambda: [_last(CostPool)],
    "job": lambda: [_last(Job)],
    "ledger-import": lambda: [_last(Import)],
    "person": lambda: [_last(User)],
    "criterion": lambda: [_last(Criterion)],
    "criterion-new": lambda: ["selection"],
    "round": lambda: [_last(Round)],
    "round-setup": lambda: [_last(Round)],
    "round-accounts": lambda: [_last(Round)],
    "round-criteria": lambda: [_last(Round)],
    "round-weights": lambda: [_last(Round), "selection"],
    "round-people": lambda: [_last(Round)],
    "round-matrix": lambda: [_last(Round)],
    "round-attractiveness": lambda: [_last(Round)],
    "round-ranking": lambda: [_ranked()],
    "round-ranking-print": lambda: [_ranked()],
    "round-strengths": lambda: [_last(Round)],
    "round-strength": lambda: [_last(Round), _entry()],
    "round-links": lambda: [_last(Round), _entry()],
}
#: Parts of a page, actions, files, and steps of a file that another test walks through.
NO_PAGES = {
    "relationship-drawing",
    "relationships-file",
    "stage-review-undo",
    "stage-rules-defaults",
    "stakeholders-export",
    "team-map-confirmation",
    "team-map-departure",
    "team-map-erasure",
    "team-map-export",
    "team-map-members",
    "team-map-place",
    "team-map-purpose",
    "account-exit-contacts",
    "account-exit-status",
    "account-plan-review",
    "account-sponsor",
    "account-value-promise",
    "action-completion",
    "action-dropping",
    "action-reopening",
    "actions-export",
    "calendar",
    "calendar-feed-revocation",
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
    "colleague-apart",
    "colleague-departure",
    "contact-apart",
    "contact-data-file",
    "contact-departure",
    "contact-main",
    "contact-separation",
    "coverage-file",
    "org-chart-move",
    "org-chart-place",
    "org-chart-undo",
    "people-import-file",
    "people-import-guesses",
    "account-interactions-file",
    "insight-state",
    "interaction-people",
    "interaction-step",
    "interactions-file",
    "account-risks-file",
    "cost-assignment",
    "cost-clearance",
    "cost-copy",
    "cost-counts-file",
    "cost-counts-ledger",
    "cost-deletion",
    "cost-rule",
    "costs-file",
    "decisions-file",
    "customer-rating",
    "exclusion-removal",
    "interactions-attempt",
    "interactions-undoing",
    "mailbox",
    "mailbox-removal",
    "mailbox-visit",
    "unknown-address",
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
    "project-accounts",
    "project-risks-file",
    "quadrant-file",
    "rate",
    "rate-deletion",
    "rates-pasted",
    "risk-agreement",
    "risk-approval",
    "risk-closure",
    "risk-place",
    "risk-turn",
    "risk-waiver",
    "risks-file",
    "risks-revelation",
    "criterion-choice",
    "criterion-place",
    "criterion-removal",
    "criterion-reset",
    "criterion-retirement",
    "round-accounts-in",
    "round-agreement",
    "round-clock",
    "round-discard",
    "round-document",
    "round-done",
    "round-live",
    "round-score",
    "round-score-grid",
    "round-scores-file",
    "round-scores-import",
    "round-stage",
    "round-timer",
    "round-accounts-out",
    "round-departure",
    "round-competitors",
    "round-link-revocation",
    "round-matrix-file",
    "round-matrix-rules",
    "round-part",
    "round-ranking-file",
    "round-ranking-weights",
    "round-robustness",
    "rounds-compare-file",
    "round-points",
    "round-target",
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
