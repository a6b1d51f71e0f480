"""What a reader of the matrix should know before believing it, and why some accounts have no place."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from openkam.method.agreement import FLAG_RANGE
from openkam.method.matrix import FEW_ACCOUNTS, NAMES_SHOWN
from openkam.method.strength import TOLERANCE
from openkam.web.programme.words import problem

from ..models import Criterion, Kind, Round
from ..reading.sheets import known
from ..results import Truths
from .page import Matrix
from .table_two import comparison

#: Factors of attractiveness that overlap with our strength.
OVERLAPPING = ("ease_of_access", "closeness")


def notices(matrix: Matrix) -> list[str]:
    """Sentences, the general ones first."""
    return [
        problem(code, values) for code, values in (*_of_the_cut(matrix), *_of_scores(matrix), *_of_accounts(matrix))
    ]


def _of_the_cut(matrix: Matrix) -> Iterator[tuple[str, dict[str, Any]]]:
    known_scores = matrix.places.attractiveness[~np.isnan(matrix.places.attractiveness)]
    if not len(known_scores):
        yield "nothing_to_place", {}
    elif matrix.rules.cut == Round.Cut.MEAN:
        yield "mean_cut_is_relative", {"accounts": len(known_scores)}
        if len(known_scores) < FEW_ACCOUNTS:
            yield "few_accounts_for_mean_cut", {"accounts": len(known_scores), "limit": FEW_ACCOUNTS}
        if len(known_scores) > 1 and np.ptp(known_scores) <= TOLERANCE:
            yield "all_identical", {}


def _of_scores(matrix: Matrix) -> Iterator[tuple[str, dict[str, Any]]]:
    reading = matrix.reading
    criteria = [item.criterion for item in matrix.items]
    overlapping = set(Criterion.objects.filter(pk__in=criteria, slug__in=OVERLAPPING).values_list("pk", flat=True))
    if overlapping:
        names = [item.name for item in matrix.items if item.criterion in overlapping]
        yield "counts_twice", {"names": ", ".join(names)}
    if np.isnan(reading.customer).all() and not np.isnan(reading.sheets[Kind.STRENGTH].median).all():
        yield "no_customer_evidence", {}


def _of_accounts(matrix: Matrix) -> Iterator[tuple[str, dict[str, Any]]]:
    reading, found = matrix.reading, matrix.places
    factors = np.isnan(reading.sheets[Kind.ATTRACTIVENESS].median)
    wide = (reading.sheets[Kind.ATTRACTIVENESS].range >= FLAG_RANGE).any(axis=1)
    marks: dict[str, Truths] = {
        "missing_scores": factors.any(axis=1) & ~factors.all(axis=1),
        "raters_apart": wide,
        "borderline": found.borderline,
        "strength_rule_decides": matrix.cells != matrix.other_cells,
    }
    for code, mark in marks.items():
        positions = np.flatnonzero(mark & reading.ranked)
        if len(positions):
            names = [reading.entries[at].name for at in positions[:NAMES_SHOWN].tolist()]
            rest = " …" if len(positions) > NAMES_SHOWN else ""
            yield code, {"names": ", ".join(names) + rest, "count": len(positions)}


def why_unplaced(matrix: Matrix, position: int) -> str:
    """What an account lacks for a place in the matrix."""
    found = comparison(matrix.reading, position, matrix.rules.strength_view)
    if len(found.names) < 2:
        return problem("no_competitor")
    if known(found.scores[0]) is None:
        return problem("not_scored_ourselves")
    if known(found.rivals["best"]) is None:
        return problem("competitors_unscored")
    return problem("unscored_account")
