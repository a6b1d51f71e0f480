"""A scoring round in the state that a test needs, made through the product's own verbs."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from openkam.web.accounts.models import Account
from openkam.web.people.models import User
from openkam.web.rounds.actions import add_accounts, add_member, create_round, move_on, name_competitors, set_criteria
from openkam.web.rounds.models import Criterion, Entry, Kind, Round
from openkam.web.rounds.scoring import Given, Place, give_scores


def criteria(*slugs: str, kind: str = Kind.SELECTION) -> list[Criterion]:
    return [Criterion.objects.get(kind=kind, slug=slug) for slug in slugs]


def accounts(*names: str, owner: User | None = None) -> list[Account]:
    return [Account.objects.create(name=name, owner=owner) for name in names]


def round_of(
    by: User,
    members: Sequence[Account],
    *,
    raters: Sequence[User],
    picked: Sequence[Criterion] | None = None,
    to: str = "open",
    **fields: Any,
) -> Round:
    """A round of these accounts and raters, at stage "draft" or "open"."""
    round_ = create_round(by=by, **{"name": "Autumn", "on": date(2026, 10, 1), **fields})
    if picked is not None:
        set_criteria(round_, criteria=picked, by=by)
    add_accounts(round_, accounts=members, by=by)
    for rater in raters:
        add_member(round_, user=rater, by=by, is_rater=True, is_facilitator=rater == by)
    return round_ if to == "draft" else move_on(round_, to=to, by=by)


def entry(round_: Round, name: str) -> Entry:
    return round_.entries.get(name=name)


def score(round_: Round, rater: User, table: Mapping[str, Sequence[int | None]], kind: str = Kind.SELECTION) -> None:
    """A rater's scores: account -> one number per item of the kind, in the order of the round's items."""
    items = list(round_.items.filter(kind=kind))
    given = {
        Place(entry(round_, name).pk, item.pk): Given(str(value))
        for name, row in table.items()
        for item, value in zip(items, row, strict=True)
        if value is not None
    }
    assert not give_scores(round_, by=rater, given=given)


def compete(  # noqa: PLR0917 - a table, and who fills it
    round_: Round, by: User, name: str, rows: Mapping[str, Sequence[int]], rater: User
) -> None:
    """Scores of Table Two at one account: "" for ourselves, else a competitor's name -> a number per success factor."""
    at = entry(round_, name)
    name_competitors(at, names=[other for other in rows if other], by=by)
    known = {"": 0, **{str(row): row.pk for row in at.competitors.select_related("competitor")}}
    items = list(round_.items.filter(kind=Kind.STRENGTH))
    given = {
        Place(at.pk, item.pk, known[supplier]): Given(str(value))
        for supplier, row in rows.items()
        for item, value in zip(items, row, strict=True)
    }
    assert not give_scores(round_, by=rater, given=given)
