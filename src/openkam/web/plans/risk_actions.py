"""What people do to a risk. Each verb locks it, looks whether somebody changed it meanwhile, and leaves an event."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from openkam.method import risk as method
from openkam.method.errors import InvalidInput
from openkam.web.people.models import User
from openkam.web.programme.history import record, save_recorded

from .blind import hides_its_raters, revealed
from .models import Label, Risk, RiskPlacement

#: What people type; the money at stake is kept apart, because its changes touch profit.
TYPED = ("title", "what", "family", "prompt", "owner_id", "due_on", "plan", "chance")
#: A plan is approved as it stands: a change of these ends the approval.
APPROVED = frozenset({"owner_id", "due_on", "plan"})


def held(risk: Risk, *, version: int | None = None) -> Risk:
    """The risk as it is now, locked for this transaction.

    version  the one that the person saw; None where that does not matter. Raises InvalidInput("risk_taken").
    """
    now = Risk.objects.select_for_update().get(pk=risk.pk)
    if version is not None and now.version != version:
        raise InvalidInput("risk_taken", "version", name=now.title, who=str(now.changed_by or "–"))
    return now


def held_open(risk: Risk, *, version: int | None = None) -> Risk:
    now = held(risk, version=version)
    if not now.is_open:
        raise InvalidInput("risk_closed", "", name=now.title)
    return now


def _save(risk: Risk, *, by: User, **changed: Any) -> Risk:
    """Write these fields and count the version up."""
    for name, value in changed.items():
        setattr(risk, name, value)
    risk.version += 1
    risk.changed_by = by
    risk.save(update_fields=[*changed, "version", "changed_by"])
    return risk


@transaction.atomic
def create_risk(*, by: User, **fields: Any) -> Risk:
    """A new risk of an account or of a project."""
    risk = Risk.objects.create(changed_by=by, **fields)
    record("created", by=by, about=risk, new=risk.title)
    if risk.at_stake is not None:
        _money_changed(risk, None, by)
    return risk


@transaction.atomic
def change_risk(risk: Risk, *, by: User) -> list[str]:
    """Save what a form changed of a risk, an event for each field; ends the approval of a plan that changed."""
    before = held(risk)
    changed = save_recorded(risk, by=by, fields=TYPED)
    if risk.at_stake != before.at_stake:
        risk.save(update_fields=["at_stake"])
        _money_changed(risk, before.at_stake, by)
        changed.append("at_stake")
    if APPROVED & set(changed) and risk.has_approved_plan:
        record("withdrew_approval", by=by, about=risk)
        _save(risk, by=by, plan_approved_by=None, plan_approved_at=None)
        changed.append("plan_approved_at")
    elif changed:
        _save(risk, by=by)
    return changed


def _money_changed(risk: Risk, before: Any, by: User) -> None:
    old = "" if before is None else str(before)
    new = "" if risk.at_stake is None else str(risk.at_stake)
    record("changed", by=by, about=risk, field="at_stake", old=old, new=new, touches_profit=True)


@transaction.atomic
def move_risk(risk: Risk, *, impact: str, probability: str, residual: bool, by: User, version: int | None) -> Label:
    """Place a risk on the grid, before its measures or, `residual`, after them; returns the label of the new place.

    A risk that has no place yet gets its inherent one, whatever is asked. Raises InvalidInput("level" | "risk_taken" |
    "risk_closed").
    """
    label = Label(method.label(impact, probability))  # type: ignore[arg-type]
    now = held_open(risk, version=version)
    kind = "residual" if residual and now.inherent else "inherent"
    _place(now, kind, (impact, probability), by, verb="scored_again" if kind == "residual" else "moved")
    return label


def _place(risk: Risk, kind: str, place: tuple[str, str], by: User, *, verb: str) -> None:
    names = (f"{kind}_impact", f"{kind}_probability")
    before = tuple(getattr(risk, name) for name in names)
    if before == place:
        return
    for name, old, new in zip(names, before, place, strict=True):
        if old != new:
            record(verb, by=by, about=risk, field=name, old=old, new=new)
    _save(risk, by=by, **dict(zip(names, place, strict=True)))


@transaction.atomic
def place_blind(
    risk: Risk, *, inherent: method.Placement, residual: method.Placement | None, by: User
) -> RiskPlacement:
    """One rater's placement in the running turn. The event says neither whose it is nor where.

    Raises InvalidInput("risk_closed" | "placements_revealed").
    """
    now = held_open(risk)
    if not now.is_blind:
        raise InvalidInput("placements_revealed", "", name=now.title)
    made, _new = RiskPlacement.objects.update_or_create(
        risk=now,
        turn=now.turn,
        rater=by,
        defaults={
            "inherent_impact": inherent.impact,
            "inherent_probability": inherent.probability,
            "residual_impact": residual.impact if residual else "",
            "residual_probability": residual.probability if residual else "",
        },
    )
    record("placed_blind", by=None, about=now)
    return made


@transaction.atomic
def reveal(risks: Iterable[Risk], *, by: User) -> list[Risk]:
    """Show the placements of these risks; returns what was revealed.

    A risk that nobody has placed stays blind, and so does one that a single other person has: it would be theirs.
    """
    shown = []
    for risk in risks:
        now = held(risk)
        raters = set(now.placements.filter(turn=now.turn).values_list("rater", flat=True))
        if now.is_blind and hides_its_raters(len(raters), has_own=by.pk in raters):
            record("revealed_placements", by=by, about=now)
            shown.append(_save(now, by=by, revealed_by=by, revealed_at=timezone.now()))
    return shown


@transaction.atomic
def ask_again(risk: Risk, *, by: User) -> Risk:
    """Begin another blind turn; what was revealed before stays on record."""
    now = held_open(risk)
    if now.is_blind:
        raise InvalidInput("placements_still_blind")
    record("asked_again", by=by, about=now)
    return _save(now, by=by, turn=now.turn + 1, revealed_by=None, revealed_at=None)


@transaction.atomic
def accept_agreement(risk: Risk, *, by: User) -> Risk:
    """Put the risk where its raters agree that it stands. Raises InvalidInput("placements_still_blind")."""
    now = held_open(risk)
    found = revealed(now)
    if found is None:
        raise InvalidInput("placements_still_blind")
    _place(now, "inherent", (found.agreed.impact, found.agreed.probability), by, verb="agreed")
    if found.agreed_residual:
        again = (found.agreed_residual.impact, found.agreed_residual.probability)
        _place(now, "residual", again, by, verb="agreed")
    return now


@transaction.atomic
def approve_plan(risk: Risk, *, by: User, version: int | None) -> Risk:
    """The sponsor's word for a plan, as it stands. Directors only.

    Raises InvalidInput("plan_not_for_you" | "plan_incomplete" | "risk_taken" | "risk_closed").
    """
    if not by.is_director:
        raise InvalidInput("plan_not_for_you")
    now = held_open(risk, version=version)
    if not (now.plan.strip() and now.owner_id and now.due_on):
        raise InvalidInput("plan_incomplete")
    record("approved_plan", by=by, about=now)
    return _save(now, by=by, plan_approved_by=by, plan_approved_at=timezone.now())


@transaction.atomic
def close_risk(risk: Risk, *, why: str, by: User, version: int | None) -> Risk:
    """Close a risk with a reason. Raises InvalidInput("closing_without_reason" | "risk_taken" | "risk_closed")."""
    if not why.strip():
        raise InvalidInput("closing_without_reason", "why")
    now = held_open(risk, version=version)
    record("closed", by=by, about=now, new=why.strip())
    return _save(now, by=by, closed_by=by, closed_at=timezone.now(), closed_why=why.strip())


@transaction.atomic
def reopen_risk(risk: Risk, *, by: User, version: int | None) -> Risk:
    """Open a closed risk again; why it was closed stays in the history."""
    now = held(risk, version=version)
    if now.is_open:
        return now
    record("reopened", by=by, about=now, old=now.closed_why)
    return _save(now, by=by, closed_by=None, closed_at=None, closed_why="")
