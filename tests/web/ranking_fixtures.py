"""The worked example of a ranking as a revealed round, and the ranking's table as text."""

import re
from typing import Any
from urllib.parse import urlencode

from tests.web.round_fixtures import accounts, criteria, round_of, score

from openkam.web.people.models import User
from openkam.web.rounds.actions import move_on
from openkam.web.rounds.models import Kind, Round, Stage
from openkam.web.rounds.weights.weighting import set_weights

#: The worked example: swing points, and the scores of four accounts on six criteria.
SIX = ("revenue_potential", "profitability_potential", "cultural_fit", "solvency", "product_fit", "flexibility")
SWING = (100, 80, 60, 50, 40, 20)
P, Q, R, S = (8, 6, 9, 5, 7, 10), (9, 8, 4, 6, 3, 8), (7, 7, 10, 6, 6, 6), (9, 8, 5, 3, 5, 5)
HTMX = {"HX-Request": "true"}


def weigh(round_: Round, points: tuple[int, ...], by: User) -> None:
    items = [str(pk) for pk in round_.items.filter(kind=Kind.SELECTION).values_list("pk", flat=True)]
    content = {"method": "points", "items": items, "points": [str(each) for each in points]}
    set_weights(round_, kind=Kind.SELECTION, content=content, by=by)


def example(by: User, raters: list[User], *, rows: dict[str, Any], **fields: Any) -> Round:
    """A revealed round of these accounts, each scored alike by all raters."""
    round_ = round_of(by, accounts(*rows), raters=raters, picked=criteria(*SIX), **fields)
    weigh(round_, SWING, by)
    for rater in raters:
        score(round_, rater, rows)
    return move_on(round_, to=Stage.REVEALED, by=by)


def rows_of(answer: Any) -> list[list[str]]:
    """The table as text: a list of cells for each account."""
    html = answer.content.decode()
    body = html[html.index("ranking__table") :]
    found = re.findall(r"<tr(?: class=\"is-in\")?><td.*?</tr>", body, re.DOTALL)
    cells = [re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL) for row in found]
    return [[" ".join(re.sub(r"<[^>]+>", "", cell).split()) for cell in row] for row in cells]


def names_of(answer: Any) -> list[str]:
    return [row[1].split(" ")[0] for row in rows_of(answer)]


def address(round_: Round, tail: str = "/") -> str:
    return f"/rounds/{round_.pk}/ranking{tail}"


def moved(round_: Round, **points: int) -> dict[str, int]:
    """The query of moved sliders, by the criterion's slug."""
    items = {item.criterion.slug: item.pk for item in round_.items.select_related("criterion")}
    return {f"w{items[slug]}": value for slug, value in points.items()}


def tried(round_: Round, **points: int) -> str:
    return urlencode(moved(round_, **points))
