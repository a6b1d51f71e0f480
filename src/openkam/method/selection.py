"""Which customers are strategic: weighted criteria, floors that knock out, and the weights that the order hangs on.

score = sum(w * s) / sum(w) over the criteria answered, s the median of the raters, 1..10; completeness is the share
of the weight that was answered. A median below a criterion's floor excludes the account whatever its score.

Sources: Sherman, Sperry & Reese, The Seven Keys to Managing Strategic Accounts, McGraw-Hill 2003, fig. 4-4 (the
criteria); Triantaphyllou & Sanchez 1997 (which weight decides), see `sensitivity`.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field, model_validator

from openkam.method.agreement import FLAG_RANGE, counts, medians, ranges
from openkam.method.arrays import FloatArray
from openkam.method.document import Name, Notice, Number, Strict
from openkam.method.errors import InvalidInput
from openkam.method.ranking import BoolArray, IntArray, ranked, ranks, weighted
from openkam.method.scales import Score
from openkam.method.sensitivity import DRAWS, SEED, critical, tipping_pairs, top_probability
from openkam.method.weights import points_weights

DEFAULT_FLOOR = 4
ENOUGH_RATERS = 3
MANY_CRITERIA = 10
REASONS = 3
NAMES_SHOWN = 10
_SAME = 1e-9

Ratings = tuple[Score | None, ...]
Points = Annotated[Number, Field(ge=0, le=10**9, decimal_places=9)]
Count = Annotated[int, Field(strict=True)]


class Criterion(Strict):
    """What an account is judged by. `floor` makes it a knock-out criterion: a median below it excludes."""

    name: Name
    weight: Points
    floor: Score | None = None


class Account(Strict):
    """One account: a row of scores per rater, or the one row agreed, in the order of the criteria; None = missing."""

    name: Name
    ratings: tuple[Ratings, ...] = ()
    scores: Ratings | None = None

    @model_validator(mode="after")
    def _rated_one_way(self) -> "Account":
        if self.ratings and self.scores is not None:
            raise InvalidInput("scores_and_ratings", "/scores")
        return self


class Document(Strict):
    """Criteria and accounts of one round.

    top    how many accounts are to be chosen; None draws no border.
    draws  random weightings, of the criteria with weight, for the probability of standing in the top; 0 leaves it out.
    """

    criteria: tuple[Criterion, ...] = Field(min_length=1)
    accounts: tuple[Account, ...] = Field(min_length=1)
    top: Annotated[Count, Field(ge=1)] | None = None
    draws: Annotated[Count, Field(ge=0, le=100_000)] = DRAWS
    seed: Annotated[Count, Field(ge=0, lt=2**63)] = SEED

    @model_validator(mode="after")
    def _parts_fit_together(self) -> "Document":
        _refuse_bad_criteria(self.criteria)
        for place, account in enumerate(self.accounts):
            for where, row in _rows(account, f"/accounts/{place}"):
                if len(row) != len(self.criteria):
                    raise InvalidInput("ragged", where, length=len(row), expected=len(self.criteria))
        return self


class Rating(Strict):
    """What the raters of an account say of one criterion; median and range are None when nobody answered."""

    criterion: str
    median: float | None
    range: float | None
    raters: int
    is_flagged: bool


class Reason(Strict):
    """What a criterion adds to the score, or takes from it, against the mean account: w * (median - mean)."""

    criterion: str
    contribution: float
    median: float
    mean: float


class Tipping(Strict):
    """The weight (of one) at which the account ties with its counterpart across the border, the others in proportion.

    against          an account of the last place inside for those outside, of the first place outside for those inside.
    weight           at which they tie; relative_change = weight / weight now - 1.
    """

    criterion: str
    against: str
    weight: float
    relative_change: float


class Ranked(Strict):
    """One account's place. rank is None when excluded or unscored; shares are 0..1.

    unweighted       the plain mean of what was answered.
    excluded_by      criteria whose median is below their floor; floor_unknown: floors that nothing was scored against.
    lifts, pulls     the criteria that set the account most above, and most below, the mean account.
    tipping          the smallest relative change of one weight that takes the account across the border; None when
                     no single weight does, or no border was drawn.
    top_probability  share of random weightings that put the account in the top; 0 when excluded.
    """

    name: str
    rank: int | None
    score: float | None
    unweighted: float | None
    completeness: float
    ratings: tuple[Rating, ...]
    excluded_by: tuple[str, ...]
    floor_unknown: tuple[str, ...]
    lifts: tuple[Reason, ...]
    pulls: tuple[Reason, ...]
    tipping: Tipping | None
    top_probability: float | None


class Rule(Strict):
    """How the numbers were made. weights add up to one; floors are those of the knock-out criteria."""

    weights: tuple[float, ...]
    floors: dict[str, Decimal]
    top: int | None
    draws: int
    seed: int
    flag_range: int = FLAG_RANGE
    score: Literal["weighted_mean_of_answered"] = "weighted_mean_of_answered"
    raters: Literal["median"] = "median"
    excluded: Literal["median_below_floor"] = "median_below_floor"
    ties: Literal["standard_competition"] = "standard_competition"


class Result(Strict):
    """Accounts best first, then those excluded, then those without a score."""

    rule: Rule
    accounts: tuple[Ranked, ...]
    warnings: tuple[Notice, ...]


@dataclass(frozen=True, eq=False)
class _Sheet:
    """The document as arrays, accounts x criteria; weights add up to one, order holds the ranked rows best first."""

    weights: FloatArray
    median: FloatArray
    range: FloatArray
    raters: IntArray
    score: FloatArray
    unweighted: FloatArray
    completeness: FloatArray
    below: BoolArray
    unknown: BoolArray
    order: IntArray
    rank: IntArray
    mean: FloatArray


def evaluate(document: Document) -> Result:
    """Rank the accounts, exclude those below a floor, and say why and how surely.

    Raises nothing for a valid document; `warnings` name what was left unanswered, disagreement, few raters, a list of
    criteria that is long, alike in weight or without a knock-out, and a border that does not part the accounts.

    >>> result = evaluate(Document.model_validate(EXAMPLE))
    >>> [(account.name, account.rank, round(account.score, 4)) for account in result.accounts]
    [('P', 1, 7.2857), ('R', 2, 7.2), ('Q', 3, 6.7429), ('S', None, 6.5429)]
    """
    sheet = _sheet(document)
    tipping, chances = _tippings(document, sheet), _probabilities(document, sheet)
    accounts = tuple(
        _row(document, sheet, row, tipping=tipping.get(row), chance=chances[row]) for row in _display_order(sheet)
    )
    return Result(
        rule=Rule(
            weights=tuple(sheet.weights.tolist()),
            floors={criterion.name: criterion.floor for criterion in document.criteria if criterion.floor is not None},
            top=document.top,
            draws=document.draws,
            seed=document.seed,
        ),
        accounts=accounts,
        warnings=tuple(_notices(document, sheet, accounts)),
    )


def _refuse_bad_criteria(criteria: Sequence[Criterion]) -> None:
    for name, count in Counter(criterion.name for criterion in criteria).items():
        if count > 1:
            raise InvalidInput("repeated_name", "/criteria", name=name)
    if not any(criterion.weight for criterion in criteria):
        raise InvalidInput("weights_all_zero", "/criteria")


def _rows(account: Account, place: str = "") -> Iterator[tuple[str, Ratings]]:
    """Rows of scores, each with its place."""
    if account.scores is not None:
        yield f"{place}/scores", account.scores
    yield from ((f"{place}/ratings/{rater}", row) for rater, row in enumerate(account.ratings))


def _cube(document: Document) -> FloatArray:
    """Raters x accounts x criteria; accounts with fewer raters than others have empty ones."""
    rows = [[row for _, row in _rows(account)] for account in document.accounts]
    cube = np.full((max(1, *map(len, rows)), len(rows), len(document.criteria)), np.nan)
    for account, of_account in enumerate(rows):
        for rater, row in enumerate(of_account):
            cube[rater, account] = [np.nan if score is None else float(score) for score in row]
    return cube


def _sheet(document: Document) -> _Sheet:
    cube = _cube(document)
    weights = points_weights([criterion.weight for criterion in document.criteria])
    floors = np.array([np.nan if c.floor is None else float(c.floor) for c in document.criteria])
    median = medians(cube)
    below: BoolArray = median < floors - _SAME
    scored, plain = weighted(median, weights), weighted(median, np.ones(len(weights)))
    excluded: BoolArray = np.any(below, axis=1)
    return _Sheet(
        weights=weights,
        median=median,
        range=ranges(cube),
        raters=counts(cube),
        score=scored.score,
        unweighted=plain.score,
        completeness=scored.completeness,
        below=below,
        unknown=np.isnan(median) & ~np.isnan(floors),
        order=ranked(scored.score, excluded),
        rank=ranks(scored.score, excluded),
        mean=_means(median),
    )


def _means(median: FloatArray) -> FloatArray:
    """The mean account: each criterion over the accounts that have a score of it."""
    answered = np.isfinite(median)
    mean: FloatArray = np.where(answered, median, 0).sum(axis=0) / np.maximum(answered.sum(axis=0), 1)
    return mean


def _display_order(sheet: _Sheet) -> list[int]:
    """Ranked, then excluded by score, then unscored."""
    scored = ranked(sheet.score, sheet.rank > 0)
    unscored = np.flatnonzero(np.isnan(sheet.score))
    return [*sheet.order.tolist(), *scored.tolist(), *unscored.tolist()]


def _tippings(document: Document, sheet: _Sheet) -> dict[int, Tipping]:
    """For each ranked account the weight that takes it across the border between the last inside and the next."""
    order, top = sheet.order, document.top
    if top is None or top >= len(order):
        return {}
    facing = np.where(np.arange(len(order)) < top, order[top], order[top - 1])
    tips = tipping_pairs(sheet.median[order], sheet.median[facing], sheet.weights)
    found = {}
    for row, other, tip in zip(order.tolist(), facing.tolist(), tips, strict=True):
        if change := critical(tip, sheet.weights):
            name, against = document.criteria[change.index].name, document.accounts[other].name
            relative = change.relative_change
            found[row] = Tipping(criterion=name, against=against, weight=change.weight, relative_change=relative)
    return found


def _probabilities(document: Document, sheet: _Sheet) -> list[float | None]:
    """Of random weightings; a criterion without weight is switched off there too."""
    if document.top is None or not document.draws:
        return [None] * len(document.accounts)
    scores, may = sheet.median[:, sheet.weights > 0], sheet.rank > 0
    shares = top_probability(scores, top=document.top, draws=document.draws, seed=document.seed, allowed=may)
    unscored = np.isnan(sheet.score).tolist()
    return [None if missing else share for share, missing in zip(shares.tolist(), unscored, strict=True)]


def _row(document: Document, sheet: _Sheet, row: int, *, tipping: Tipping | None, chance: float | None) -> Ranked:
    names = [criterion.name for criterion in document.criteria]
    reasons = _reasons(names, sheet, row)
    return Ranked(
        name=document.accounts[row].name,
        rank=int(sheet.rank[row]) or None,
        score=_known(sheet.score[row]),
        unweighted=_known(sheet.unweighted[row]),
        completeness=float(sheet.completeness[row]),
        ratings=tuple(_ratings(names, sheet, row)),
        excluded_by=tuple(name for name, is_below in zip(names, sheet.below[row], strict=True) if is_below),
        floor_unknown=tuple(name for name, unknown in zip(names, sheet.unknown[row], strict=True) if unknown),
        lifts=tuple(reason for reason in reasons[:REASONS] if reason.contribution > 0),
        pulls=tuple(reason for reason in reasons[: -REASONS - 1 : -1] if reason.contribution < 0),
        tipping=tipping,
        top_probability=chance,
    )


def _known(number: np.float64) -> float | None:
    return None if np.isnan(number) else float(number)


def _ratings(names: Sequence[str], sheet: _Sheet, row: int) -> Iterator[Rating]:
    for place, name in enumerate(names):
        yield Rating(
            criterion=name,
            median=_known(sheet.median[row, place]),
            range=_known(sheet.range[row, place]),
            raters=int(sheet.raters[row, place]),
            is_flagged=bool(sheet.range[row, place] >= FLAG_RANGE),
        )


def _reasons(names: Sequence[str], sheet: _Sheet, row: int) -> list[Reason]:
    """What each criterion answered adds to the score against the mean account, most first."""
    if np.isnan(sheet.score[row]):
        return []
    median, mean = sheet.median[row], sheet.mean
    lift = sheet.weights / sheet.completeness[row] * (median - mean)
    told = np.flatnonzero(np.abs(lift) > _SAME)  # NaN where it was not answered
    return [
        Reason(criterion=names[k], contribution=float(lift[k]), median=float(median[k]), mean=float(mean[k]))
        for k in told[np.argsort(-lift[told], kind="stable")].tolist()
    ]


def _notices(document: Document, sheet: _Sheet, accounts: Sequence[Ranked]) -> Iterator[Notice]:
    yield from _notices_of_criteria(document)
    yield from _notices_of_border(document, sheet)
    groups = {
        "unscored": [a.name for a in accounts if a.score is None],
        "incomplete": [a.name for a in accounts if a.score is not None and a.completeness < 1 - _SAME],
        "knock_out_unscored": [a.name for a in accounts if a.floor_unknown and not a.excluded_by],
        "raters_disagree": [a.name for a in accounts if any(rating.is_flagged for rating in a.ratings)],
        "few_raters": [a.name for a in document.accounts if 0 < len(a.ratings) < ENOUGH_RATERS],
        "same_name_twice": [name for name, n in Counter(a.name for a in document.accounts).items() if n > 1],
    }
    for code, names in groups.items():
        if names:
            yield Notice(code=code, values={"accounts": len(names), "names": tuple(names[:NAMES_SHOWN])})


def _notices_of_criteria(document: Document) -> Iterator[Notice]:
    used = [criterion for criterion in document.criteria if criterion.weight]
    if len(used) > MANY_CRITERIA:
        is_equal = len({criterion.weight for criterion in used}) == 1
        code = "many_criteria_of_equal_weight" if is_equal else "many_criteria"
        yield Notice(code=code, values={"criteria": len(used), "limit": MANY_CRITERIA})
    if all(criterion.floor is None for criterion in document.criteria):
        yield Notice(code="no_knock_out")


def _notices_of_border(document: Document, sheet: _Sheet) -> Iterator[Notice]:
    order, top = sheet.order, document.top
    if top is None:
        return
    if top >= len(order):
        yield Notice(code="top_takes_all", values={"top": top, "accounts": len(order)})
    elif sheet.rank[order[top - 1]] == sheet.rank[order[top]]:
        names = tuple(document.accounts[row].name for row in order[top - 1 : top + 1])
        yield Notice(code="tie_at_border", values={"top": top, "names": names})


EXAMPLE: dict[str, Any] = {
    "criteria": [
        {"name": "Revenue potential", "weight": 100},
        {"name": "Profitability potential", "weight": 80},
        {"name": "Cultural fit", "weight": 60},
        {"name": "Solvency", "weight": 50, "floor": DEFAULT_FLOOR},
        {"name": "Product fit", "weight": 40},
        {"name": "Flexibility", "weight": 20},
    ],
    "accounts": [
        {"name": "P", "scores": [8, 6, 9, 5, 7, 10]},
        {"name": "Q", "scores": [9, 8, 4, 6, 3, 8]},
        {"name": "R", "scores": [7, 7, 10, 6, 6, 6]},
        {"name": "S", "scores": [9, 8, 5, 3, 5, 5]},
    ],
    "top": 1,
}
