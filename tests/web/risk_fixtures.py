"""Risks for the tests, in few words."""

from typing import Any

from openkam.web.accounts.models import Account
from openkam.web.people.models import User
from openkam.web.plans.models import Risk
from openkam.web.plans.risk_actions import create_risk
from openkam.web.projects.actions import create_project
from openkam.web.projects.models import DesignProject
from openkam.web.rounds.models import Entry, Round, Stage


def risk(subject: Account | DesignProject, title: str, place: str = "", *, by: User, **fields: Any) -> Risk:
    """A risk that stands at "impact probability" ("high low"), or nowhere yet; `residual` the same."""
    name = "account" if isinstance(subject, Account) else "project"
    residual = fields.pop("residual", "")
    fields |= _levels("inherent", place) | _levels("residual", residual) | {name: subject}
    return create_risk(by=by, **{"title": title, "family": "planning", **fields})


def _levels(kind: str, place: str) -> dict[str, str]:
    impact, _, probability = place.partition(" ")
    return {f"{kind}_impact": impact, f"{kind}_probability": probability}


def project(*accounts: Account, by: User, **fields: Any) -> DesignProject:
    return create_project(accounts=accounts, by=by, **{"name": "Same-day spare parts", **fields})


def frozen_round(*accounts: Account, name: str = "Autumn round") -> Round:
    """A frozen round that these accounts were compared in."""
    made = Round.objects.create(name=name, on="2026-09-30", stage=Stage.FROZEN)
    for account in accounts:
        Entry.objects.create(round=made, account=account, name=account.name)
    return made


def moved(risk: Risk, place: str, **more: Any) -> dict[str, Any]:
    """What the form of a card posts."""
    impact, _, probability = place.partition(" ")
    return {"impact": impact, "probability": probability, "version": risk.version, "stand": "before", **more}
