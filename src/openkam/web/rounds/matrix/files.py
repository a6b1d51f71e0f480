"""The matrix to take away: its table, and its picture as a file of its own."""

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from openkam.web.portfolio.exports import Table
from openkam.web.programme.templatetags.words import number

from .drawing import draw
from .page import PER_PAGE, Matrix, Row
from .scales import Paper
from .words import AXES, CLASS_WORDS, RULES

CHUNK = 500
UNKNOWN_TO_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
SHEET = Paper(width=1120.0, height=760.0, in_points=True)


def picture(matrix: Matrix) -> HttpResponse:
    """As SVG that stands by itself: colours of the light theme, lengths in points."""
    shown = matrix.shown(matrix.listed[:PER_PAGE])
    drawing = draw(matrix, shown, SHEET) if len(matrix.placed) else None
    text = render_to_string("rounds/matrix_file.svg", {"drawing": drawing, "round": matrix.round, "paper": SHEET})
    name = f"openkam-matrix-{localdate().isoformat()}.svg"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(_printable(text), content_type="image/svg+xml; charset=utf-8", headers=headers)


def _printable(text: str) -> str:
    """Signs that XML does not know are left out."""
    return UNKNOWN_TO_XML.sub("", text)


def table(matrix: Matrix) -> Table:
    """The chosen accounts with everything the page says of them."""
    year = matrix.revenue.year
    headings = [
        _("Account"),
        _("Class"),
        _("Class by the other strength rule"),
        _("Class in the round before"),
        _("Borderline"),
        _("Attractiveness"),
        _("Total"),
        _("Relative strength"),
        _("Revenue %(year)s") % {"year": year} if year else _("Revenue"),
        _("Keeps its class"),
        _("What would turn our strength"),
        *(_("Tips at a weight of: %(factor)s") % {"factor": item.name} for item in matrix.items),
    ]
    return Table(f"matrix-{matrix.round.pk}", headings, _rows(matrix), rule_words(matrix))


def _rows(matrix: Matrix) -> Iterator[list[Any]]:
    for start in range(0, len(matrix.listed), CHUNK):
        positions = matrix.listed[start : start + CHUNK]
        for row in matrix.rows(positions, matrix.before(positions)):
            yield _cells(matrix, row)


def _cells(matrix: Matrix, row: Row) -> list[Any]:
    tipping = row.tipping or (None,) * len(matrix.items)
    numbers = [_rounded(number) for number in (row.score, row.total, row.strength, row.revenue, row.keeps)]
    return [
        row.entry.name,
        *(str(CLASS_WORDS.get(cell, "")) for cell in (row.cell, row.other_cell, row.before_cell)),
        ", ".join(str(AXES[axis]) for axis in row.borders),
        *numbers,
        row.turn_words,
        *(_rounded(weight) for weight in tipping),
    ]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def rule_words(matrix: Matrix) -> list[tuple[str, Any]]:
    """The rule behind the picture, for a file."""
    weights = zip(matrix.items, matrix.shares.tolist(), strict=True)
    return [
        (_("Round"), matrix.round.name),
        (_("Date"), matrix.round.on.isoformat()),
        (_("Attractive from"), f"{number(matrix.cut, 4)} ({matrix.rules.get_cut_display()})"),
        (_("Strong from"), f"1.00 ({RULES[matrix.rules.strength_rule]})"),
        (_("Strength as seen in"), str(matrix.rules.get_strength_view_display())),
        (_("What-if"), _("yes") if matrix.choice.is_moved else _("no")),
        (_("Accounts rated"), matrix.rated),
        *((_("Weight: %(factor)s") % {"factor": item.name}, f"{share:.4f}") for item, share in weights),
        (_("Placed"), int(np.count_nonzero(matrix.cells >= 0))),
    ]
