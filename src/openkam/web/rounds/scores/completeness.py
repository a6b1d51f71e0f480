"""How complete the scores are, before somebody reveals, locks or freezes them: counts, never a score."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from django.db.models import Count
from django.utils.translation import gettext as _

from openkam.web.programme.templatetags.words import number

from ..models import Kind, Round, Score
from ..reading.sheets import Reading


def completeness(round_: Round, reading: Reading) -> str:
    """ "27 of 240 scores given; Attractiveness factors: none". In the second turn of the first, which is revealed."""
    wanted = {kind: len(reading.raters) * _places(reading, kind) for kind in Kind.values}
    given = _revealed(reading) if round_.shown_turn else _blind(round_)
    said = so_many(sum(given.values()), sum(wanted.values()))
    for kind in Kind:
        if wanted[kind] and not given.get(kind):
            said = _("%(said)s; %(kind)s: none") % {"said": said, "kind": kind.plural}
    return said


def so_many(given: int, wanted: int) -> str:
    return _("%(given)s of %(wanted)s scores given") % {"given": number(given), "wanted": number(wanted)}


def _rows(reading: Reading, kind: str) -> Any:
    """Which rows of a kind's sheet can be scored: nothing of an account that was merged away."""
    if kind == Kind.STRENGTH:
        return reading.ranked[[supplier.entry for supplier in reading.suppliers]]
    return reading.ranked


def _places(reading: Reading, kind: str) -> int:
    return int(np.count_nonzero(_rows(reading, kind))) * len(reading.items[kind])


def _revealed(reading: Reading) -> Mapping[str, int]:
    return {kind: int(sheet.count[_rows(reading, kind)].sum()) for kind, sheet in reading.sheets.items()}


def _blind(round_: Round) -> Mapping[str, int]:
    """How many scores of each kind there are of the first turn, by raters still in the round."""
    raters = round_.members.filter(is_rater=True, removed_at=None)
    scores = Score.objects.filter(member__in=raters, turn=1).exclude(entry__account=None)
    return dict(scores.order_by().values_list("item__kind").annotate(n=Count("pk")))
