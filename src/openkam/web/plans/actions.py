"""What directors decide: who is a key account, who is not any more, and with which open risk a launch may go ahead."""

from typing import Any

from django.db import transaction

from openkam.method import risk as method
from openkam.method.errors import InvalidInput
from openkam.web.accounts.actions import change_account
from openkam.web.accounts.models import Account
from openkam.web.people.models import User
from openkam.web.programme.history import record
from openkam.web.rounds.models import Round, Stage

from .models import Decision, Gate, Kind, Risk
from .risk_actions import held_open
from .words import LAUNCH_GATES

#: More key accounts than these nobody can know well; the AKAM's rule is "fewer than five".
MOST_KEY_ACCOUNTS = 4


def frozen_rounds(account: Account) -> Any:
    """The frozen rounds that an account was compared in, newest first: what a decision may rest on."""
    return Round.objects.filter(stage=Stage.FROZEN, entries__account=account).order_by("-on", "-pk")


def key_accounts(manager: User | None) -> int:
    """How many key accounts somebody looks after."""
    return Account.objects.filter(owner=manager, status=Account.Status.KEY).count() if manager else 0


@transaction.atomic
def name_key_account(account: Account, *, reason: str, round: Round | None, by: User) -> Decision:  # noqa: A002
    """Make an account a key account; how many its manager has by then is for the page to say.

    round  the frozen round it rests on; only where the account was in none may it be left out.

    Raises InvalidInput("decision_not_for_you" | "decision_without_reason" | "decision_without_round" |
    "decision_round_strange").
    """
    return _decide(account, kind=Kind.NAMED, status=Account.Status.KEY, reason=reason, round=round, by=by)


@transaction.atomic
def deselect(account: Account, *, status: str, reason: str, round: Round | None, by: User) -> Decision:  # noqa: A002
    """Take an account out of the key accounts; it becomes one of the other classes.

    Raises InvalidInput("deselected_as_key"), and what `name_key_account` raises.
    """
    if status not in set(Account.Status.values) - {Account.Status.KEY}:
        raise InvalidInput("deselected_as_key", "status")
    return _decide(account, kind=Kind.DESELECTED, status=status, reason=reason, round=round, by=by)


def _decide(account: Account, *, by: User, reason: str, round: Round | None, **fields: Any) -> Decision:  # noqa: A002
    _refuse(by, reason)
    _refuse_round(account, round)
    now = Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
    now.status = fields["status"]
    change_account(now, by=by, fields=["status"])
    verb = "named_key_account" if fields["kind"] == Kind.NAMED else "deselected"
    return _recorded(verb, now, Decision(account=now, reason=reason.strip(), round=round, by=by, **fields))


def _refuse(by: User, reason: str) -> None:
    if not by.is_director:
        raise InvalidInput("decision_not_for_you")
    if not reason.strip():
        raise InvalidInput("decision_without_reason", "reason")


def _refuse_round(account: Account, chosen: Round | None) -> None:
    known = set(frozen_rounds(account).values_list("pk", flat=True))
    if chosen is None and known:
        raise InvalidInput("decision_without_round", "round")
    if chosen is not None and chosen.pk not in known:
        raise InvalidInput("decision_round_strange", "round")


def _recorded(verb: str, about: Any, decision: Decision) -> Decision:
    decision.save()
    record(verb, by=decision.by, about=about, new=decision.reason)
    return decision


@transaction.atomic
def sign_waiver(risk: Risk, *, gate: str, reason: str, by: User) -> Decision:
    """Let a launch go ahead with an open risk, as grave as it is now and not graver. Directors only.

    Raises InvalidInput("decision_not_for_you" | "decision_without_reason" | "gate_without_waivers" | "risk_closed" |
    "risk_not_placed" | "showstopper_not_waived" | "nothing_to_waive").
    """
    _refuse(by, reason)
    if gate not in LAUNCH_GATES:
        raise InvalidInput("gate_without_waivers", "gate")
    now = held_open(risk)
    fields = {"risk": now, "gate": Gate(gate), "label": _waivable(now), "reason": reason.strip(), "by": by}
    owner: dict[str, Any] = {"account": now.account, "project": now.project}
    return _recorded("signed_waiver", now, Decision(kind=Kind.WAIVER, **owner, **fields))


def _waivable(risk: Risk) -> str:
    place = risk.current
    if place is None:
        raise InvalidInput("risk_not_placed", "", name=risk.title)
    label = method.label(place.impact, place.probability)
    if label == "showstopper":
        raise InvalidInput("showstopper_not_waived")
    if label == "caution":
        raise InvalidInput("nothing_to_waive", "", name=risk.title)
    return label
