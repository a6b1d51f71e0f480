"""The demo company chooses its key accounts: two frozen rounds, one that waits for raters, risks, decisions."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from openkam.web.accounts.actions import accounts_for_keys
from openkam.web.accounts.models import Account
from openkam.web.people.models import User
from openkam.web.plans.actions import deselect, name_key_account
from openkam.web.plans.risk_actions import approve_plan, close_risk, create_risk, move_risk
from openkam.web.projects.actions import create_project
from openkam.web.rounds.actions import (
    add_accounts,
    add_member,
    create_round,
    move_on,
    name_competitors,
    set_points,
    set_targets,
)
from openkam.web.rounds.customer.actions import make_link, take_answer
from openkam.web.rounds.customer.links import digest_of
from openkam.web.rounds.freezing import freeze
from openkam.web.rounds.models import CustomerLink, Entry, Kind, Round, Stage
from openkam.web.rounds.scoring import Given, Place, finish, give_scores
from openkam.web.rounds.weights.weighting import set_weights

from . import company, hazards
from . import judgements as told


def choose_key_accounts(people: Mapping[str, User]) -> None:
    """Everything that the people of the company judged, through the product's own verbs."""
    by = people["diana@demo.example"]
    numbers = accounts_for_keys(customer.key for customer in company.customers())
    accounts = {key: Account.objects.get(pk=pk) for key, pk in numbers.items()}
    raters = {name: people[f"{name}@demo.example"] for name in told.RATERS}
    for number, story in enumerate(told.ROUNDS):
        round_ = _scored(story, accounts, raters, by)
        if number == 1:
            _second_round(round_, story, accounts, raters)
            _customers_view(round_, accounts, by)
        freeze(move_on(round_, to=Stage.LOCKED, by=by), by=by)
        for key, reason in told.NAMED[number].items():
            name_key_account(accounts[key], reason=reason, round=round_, by=by)
    _deselect(accounts, by)
    _waiting(accounts, raters, by)
    _risks(accounts, people)


def _prepared(story: told.Told, accounts: Mapping[str, Account], raters: Mapping[str, User], by: User) -> Round:
    round_ = create_round(by=by, name=story.name, on=story.on, top=6)
    add_accounts(round_, accounts=[accounts[key] for key in story.accounts], by=by)
    for rater in raters.values():
        add_member(round_, user=rater, by=by, is_rater=True, is_facilitator=rater == by)
    for key in story.accounts:
        name_competitors(_entry(round_, accounts[key]), names=told.rivals(key), by=by)
    if story.points:
        items = [str(pk) for pk in round_.items.filter(kind=Kind.SELECTION).values_list("pk", flat=True)]
        content = {"method": "points", "items": items, "points": _by_slug(round_, story.points)}
        set_weights(round_, kind=Kind.SELECTION, content=content, by=by)
    return round_


def _by_slug(round_: Round, points: tuple[int, ...]) -> list[int]:
    wanted = dict(zip(told.CRITERIA, points, strict=True))
    slugs = round_.items.filter(kind=Kind.SELECTION).values_list("criterion__slug", flat=True)
    return [wanted[slug] for slug in slugs]


def _scored(story: told.Told, accounts: Mapping[str, Account], raters: Mapping[str, User], by: User) -> Round:
    round_ = move_on(_prepared(story, accounts, raters, by), to=Stage.OPEN, by=by)
    for name, rater in raters.items():
        give_scores(round_, by=rater, given=_given(round_, story, accounts, name))
        finish(round_, by=rater, is_done=True)
    return move_on(round_, to=Stage.REVEALED, by=by)


def _given(round_: Round, story: told.Told, accounts: Mapping[str, Account], rater: str) -> dict[Place, Given]:
    entries = {entry.account_id: entry.pk for entry in round_.entries.all()}
    items = dict(round_.items.values_list("criterion__slug", "pk"))
    rivals = {
        (entry, name): pk
        for entry, name, pk in round_.entries.values_list(
            "competitors__entry", "competitors__competitor__name", "competitors__pk"
        )
    }
    given = {}
    for key, slug, rival, value in told.scores(story, rater):
        entry = entries[accounts[key].pk]
        first = told.APART.get((key, slug, rater), value) if not rival else value
        note = told.EVIDENCE.get((key, slug), "") if not rival and rater == told.RATERS[0] else ""
        given[Place(entry, items[slug], rivals.get((entry, rival), 0))] = Given(str(first), note)
    return given


def _second_round(round_: Round, story: told.Told, accounts: Mapping[str, Account], raters: Mapping[str, User]) -> None:
    """Whoever stood apart has heard the others, and scores those cells again."""
    by = raters["diana"]
    move_on(round_, to=Stage.SECOND, by=by)
    items = dict(round_.items.values_list("criterion__slug", "pk"))
    for (key, slug, rater), first in told.APART.items():
        place = Place(_entry(round_, accounts[key]).pk, items[slug])
        was = next(v for k, s, rival, v in told.scores(story, rater) if (k, s, rival) == (key, slug, ""))
        give_scores(round_, by=raters[rater], given={place: Given(str(round((first + 2 * was) / 3)))})
    for each in raters.values():
        finish(round_, by=each, is_done=True)
    move_on(round_, to=Stage.REVEALED, by=by)
    for key, points in told.POINTS.items():
        wanted = {items[slug]: points.get(slug, 10) for slug in told.SUCCESS}
        set_points(_entry(round_, accounts[key]), points=wanted, by=by)
    for key, (attractiveness, strength, on) in told.TARGETS.items():
        entry = _entry(round_, accounts[key])
        entry.target_attractiveness, entry.target_strength = Decimal(str(attractiveness)), Decimal(str(strength))
        entry.target_on = on
        set_targets(entry, by=by)


def _customers_view(round_: Round, accounts: Mapping[str, Account], by: User) -> None:
    entry = _entry(round_, accounts[told.CUSTOMER])
    token = make_link(entry, contact=told.CONTACT, days=30, by=by)
    items = dict(round_.items.filter(kind=Kind.STRENGTH).values_list("criterion__slug", "pk"))
    suppliers = {"": 0, **{str(row): row.pk for row in entry.competitors.select_related("competitor")}}
    scores = {
        Place(entry.pk, items[slug], suppliers[name]): value
        for name, row in told.CUSTOMERS_VIEW.items()
        for slug, value in zip(told.SUCCESS, row, strict=True)
    }
    remark = "技術は最高。緊急時の対応をもう少し速く。"
    take_answer(CustomerLink.objects.get(digest=digest_of(token)), scores=scores, remark=remark)


def _entry(round_: Round, account: Account) -> Entry:
    return round_.entries.get(account=account)


def _deselect(accounts: Mapping[str, Account], by: User) -> None:
    key, status, reason = told.DESELECTED
    first = Round.objects.order_by("on").first()
    deselect(accounts[key], status=status, reason=reason, round=first, by=by)


def _waiting(accounts: Mapping[str, Account], raters: Mapping[str, User], by: User) -> None:
    """One rater has scored half of it; everybody's progress shows, nobody's scores do."""
    round_ = move_on(_prepared(told.OPEN, accounts, raters, by), to=Stage.OPEN, by=by)
    given = _given(round_, told.OPEN, accounts, "jonas")
    give_scores(round_, by=raters["jonas"], given=dict(list(given.items())[: len(given) // 2]))


def _risks(accounts: Mapping[str, Account], people: Mapping[str, User]) -> None:
    director = people["diana@demo.example"]
    for hazard in hazards.OF_ACCOUNTS:
        _risk(hazard, people, director, account=accounts[hazard.of])
    for name, purpose, phase, launch, keys in hazards.PROJECTS:
        project = create_project(
            accounts=[accounts[key] for key in keys], by=director, name=name, purpose=purpose, phase=phase,
            launch_on=date.fromisoformat(launch), owner=director,
        )  # fmt: skip
        for hazard in hazards.OF_PROJECTS:
            if hazard.of == name:
                _risk(hazard, people, director, project=project)


def _risk(hazard: hazards.Hazard, people: Mapping[str, User], director: User, **of: Any) -> None:
    risk = create_risk(
        by=director, title=hazard.title, what=hazard.what, family=hazard.family, prompt=hazard.prompt,
        owner=people[f"{hazard.owner}@demo.example"], due_on=date.fromisoformat(hazard.due), plan=hazard.plan,
        at_stake=None if hazard.money is None else Decimal(hazard.money), **of,
    )  # fmt: skip
    for place, residual in _moves(hazard):
        move_risk(risk, impact=place[0], probability=place[1], residual=residual, by=director, version=None)
    if hazard.is_approved:
        approve_plan(risk, by=director, version=None)
    if hazard.closed:
        close_risk(risk, why=hazard.closed, by=director, version=None)


def _moves(hazard: hazards.Hazard) -> Iterable[tuple[tuple[str, str], bool]]:
    yield hazard.inherent, False
    if hazard.residual:
        yield hazard.residual, True
