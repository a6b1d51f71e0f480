"""The one way to other people's scores: before the reveal there is none.

Every page, fragment, export and chart reads scores through here or through `reading.py`, which asks here.
"""

from typing import Any

from django.db.models import Q, QuerySet

from .models import Round, Score


def readable_scores(round_: Round, user: Any) -> QuerySet[Score]:
    """A person's own scores, and everybody's of the turns that were revealed."""
    scores = Score.objects.filter(entry__round=round_)
    return scores.filter(Q(member__user=user) | Q(turn__lte=round_.shown_turn))


def revealed_scores(round_: Round) -> QuerySet[Score]:
    """The scores that count and that everybody in the round may read: of revealed turns, by raters still in it."""
    counted = Score.objects.filter(member__round=round_, turn__lte=round_.shown_turn)
    return counted.filter(member__removed_at=None, member__is_rater=True)
