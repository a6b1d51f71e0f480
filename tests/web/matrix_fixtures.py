"""The deck's example as a round, and what the matrix makes of it."""

from typing import Any

import numpy as np
from tests.web.round_fixtures import accounts, compete, criteria, round_of, score
from tests.web.test_rounds_results import CAF, CSF, TABLE_ONE, TABLE_TWO

from openkam.web.accounts.models import Account
from openkam.web.people.models import User
from openkam.web.rounds.actions import move_on
from openkam.web.rounds.matrix.choice import Choice
from openkam.web.rounds.matrix.page import Matrix
from openkam.web.rounds.models import Competitor, EntryCompetitor, Kind, Round, Score
from openkam.web.rounds.reading import reading_of


def picked() -> list[Any]:
    return [*criteria(*CAF, kind=Kind.ATTRACTIVENESS), *criteria(*CSF, kind=Kind.STRENGTH)]


def filled(round_: Round, by: User, rater: User, names: list[str]) -> Round:
    """The deck's scores for accounts of these names, one of its four after the other; revealed."""
    decks = list(TABLE_ONE)
    for number, name in enumerate(names):
        like = decks[number % 4]
        score(round_, rater, {name: TABLE_ONE[like]}, Kind.ATTRACTIVENESS)
        compete(round_, by, name, TABLE_TWO[like], rater)
    return move_on(round_, to="revealed", by=by)


def decks_of(diana: User, olga: User, tim: User) -> Round:
    """The deck's example: Olga and Tim rate, Olga has scored; Diana runs the round."""
    round_ = round_of(diana, accounts(*TABLE_ONE), raters=[olga, tim], picked=picked())
    return filled(round_, diana, olga, list(TABLE_ONE))


def matrix_of(round_: Round, user: User, **query: str) -> Matrix:
    round_.refresh_from_db()
    reading = reading_of(round_)
    return Matrix(round_, reading, Choice.of(round_, reading.items[Kind.ATTRACTIVENESS], query), user)


def rows_of(matrix: Matrix) -> dict[str, Any]:
    shown = matrix.shown(matrix.listed)
    return {row.entry.name: row for row in matrix.rows(shown.listed, shown.earlier)}


def large(number: int, by: User, raters: list[User]) -> Round:
    """So many accounts scored by everybody, without going through a form for each."""
    made = Account.objects.bulk_create([Account(name=f"Customer {n:05d} 客戶") for n in range(number)])
    round_ = round_of(by, made, raters=raters, picked=picked())
    entries, items = list(round_.entries.all()), list(round_.items.all())
    members = list(round_.members.filter(is_rater=True))
    rival = Competitor.objects.create(name="Rival")
    others = EntryCompetitor.objects.bulk_create([EntryCompetitor(entry=e, competitor=rival) for e in entries])
    values = np.random.default_rng(3).integers(1, 11, (len(entries), len(items), len(members), 2))
    rows = [
        Score(entry=e, item=i, member=m, supplier=s, value=int(values[x, y, z, w]))
        for x, e in enumerate(entries)
        for y, i in enumerate(items)
        for z, m in enumerate(members)
        for w, s in enumerate([None, others[x]] if i.kind == Kind.STRENGTH else [None])
    ]
    Score.objects.bulk_create(rows, batch_size=5000)
    return move_on(round_, to="revealed", by=by)
