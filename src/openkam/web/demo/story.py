"""What the demo company learned, wants and judges, written down through the product's own verbs."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from openkam.method import ambition, stage
from openkam.web.contacts.actions import change_person
from openkam.web.interactions.insight_actions import create_insight, resolve_insight
from openkam.web.interactions.models import Insight
from openkam.web.people.models import User
from openkam.web.plans.action_actions import create_action
from openkam.web.plans.plan_actions import name_sponsor, review_plan
from openkam.web.relationships.health_actions import save_exit, save_value
from openkam.web.relationships.judging import Said, add_member, judge, set_purpose
from openkam.web.relationships.models import Ambition, Exit, StageReview, ValuePromise
from openkam.web.relationships.seen import seen
from openkam.web.relationships.sheet_text import TYPES, read_place
from openkam.web.relationships.stage_actions import figures, record_perceived, record_review, set_ambition
from openkam.web.relationships.team_sheet import PHASES, preset_of
from openkam.web.relationships.team_words import PURPOSE

from . import insights as told
from .relationships import Cast


def tell(cast: Cast, people: Mapping[str, User]) -> None:
    by = people["diana@demo.example"]
    learned = _insights(cast, by)
    _ambitions(cast, people, learned)
    _maps(cast, by)
    for customer, wanted in told.WANTED.items():
        for key, days in wanted.items():
            contact = cast.theirs[customer][key]
            contact.wanted_days = days
            change_person(contact, by=by, fields=["wanted_days"])
    _reviews(cast, by)
    _the_rest(cast, by)


def _insights(cast: Cast, by: User) -> dict[str, dict[str, Insight]]:
    today, learned = timezone.localdate(), {}
    for customer, rows in told.INSIGHTS.items():
        made: dict[str, Insight] = {}
        for key, kind, text, whom, how, confirmed, ago, again, back, hurts in rows:
            made[key] = create_insight(
                account=cast.accounts[customer], by=by, kind=kind, text=text, how=how, is_confirmed=confirmed,
                contact=cast.theirs[customer][whom], learned_on=today - timedelta(days=ago), hurts=hurts,
                recheck_on=None if again is None else today + timedelta(days=again), recurs_of=made.get(back),
            )  # fmt: skip
            if back:
                resolve_insight(made[back], by=by)
        learned[customer] = made
    return learned


def _ambitions(cast: Cast, people: Mapping[str, User], learned: Mapping[str, Mapping[str, Insight]]) -> None:
    today, by = timezone.localdate(), people["diana@demo.example"]
    for customer, (target, days, wished, why) in told.AMBITIONS.items():
        account = cast.accounts[customer]
        wanted = Ambition(account=account, target=target, by_when=today + timedelta(days=days), wished=wished)
        wanted.justification = why
        set_ambition(wanted, by=by)
    for customer, rows in told.ACTIONS.items():
        for place, title, who, days, gate, evidence, rests in rows:
            create_action(
                account=cast.accounts[customer], by=by, place=place or None, title=title, gate=gate, evidence=evidence,
                owner=people[f"{who}@demo.example"], due_on=today + timedelta(days=days),
                insights=[learned[customer][key] for key in rests],
            )  # fmt: skip


def _maps(cast: Cast, by: User) -> None:
    for customer, members in told.MEMBERS.items():
        account = cast.accounts[customer]
        set_purpose(account, purpose=str(PURPOSE), preset="four", by=by)
        for key, role in members:
            add_member(account, colleague=cast.ours[key], role=role, by=by)
        phases = PHASES[preset_of(account)]
        for key, judged in told.MAPS[customer].items():
            judge(cast.theirs[customer][key], said=_said(judged, phases), by=by)


def _said(judged: told.Judged, phases: tuple[str, ...]) -> Said:
    fields: dict[str, Any] = {
        "types": [TYPES[letter].value for letter in judged.types.split()],
        "influence": judged.influence,
        "support": judged.support,
        "support_needed": judged.needed,
        "power": judged.power,
        "interest": judged.interest,
    }
    return Said(fields, dict(zip(phases, map(read_place, judged.cells), strict=True)), judged.answers)


def _reviews(cast: Cast, by: User) -> None:
    """Two reviews of the quarters before, as they would have been recorded then, and what both sides feel."""
    today = timezone.localdate()
    for customer in told.PERCEIVED:
        account, so_far = cast.accounts[customer], []
        for back in (200, 105):
            on = today - timedelta(days=back)
            found = stage.evaluate(seen(account, on).document)
            so_far.append((on, found.stage))
            StageReview.objects.create(
                account=account, on=on, diagnosed=found.stage, agreed=ambition.agreed(so_far)[-1],
                metrics=figures(found), rules=found.rule.model_dump(mode="json"), by=by,
            )  # fmt: skip
        ours, theirs, who = told.PERCEIVED[customer]
        record_perceived(account, side="us", answers=ours, on=today - timedelta(days=20), by=by)
        record_perceived(account, side="customer", answers=theirs, on=today - timedelta(days=15), by=by, said_by=who)
    record_review(cast.accounts["C1013"], by=by, note="Four joint teams at work; the boards met three times.")


def _the_rest(cast: Cast, by: User) -> None:
    account = cast.accounts["C1002"]
    save_value(ValuePromise(account=account, fiscal_year=2026, promised=420_000, delivered=385_000), by=by)
    name_sponsor(account, user=by, by=by)
    parts = {
        "customer_environment": "16", "key_financials": "8", "current_relationship": "18",
        "strategy_and_execution": "15", "additional_resources": "6", "team_learning": "11",
    }  # fmt: skip
    review_plan(account, parts=parts, phase="embedding", note="Resources for the third team are open.", by=by)
    customer, reason, continuity = told.EXIT
    leaving = Exit(account=cast.accounts[customer], reason=reason, on=timezone.localdate(), continuity=continuity)
    save_exit(leaving, by=by)
