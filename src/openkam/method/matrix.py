"""Account matrix: how attractive a customer is to us against how strong we are there, and the four classes.

Attractive at or above the cut (by default the mean of the accounts, which moves with them); strong when our score
reaches the best competitor's. Source: Cheverton, Key Account Management: customer attractiveness factors, relative
strength against the competition, and the key account matrix; there without weights, here weights are optional.
"""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any, Literal, NamedTuple

import numpy as np
from pydantic import Field, model_validator

from openkam.method.account_class import (
    CLASSES,
    SERVICE_LEVEL,
    STAGE_CEILING,
    UNKNOWN,
    AccountClass,
    Placement,
    ServiceLevel,
    cut_or_mean,
    place,
)
from openkam.method.agreement import FLAG_RANGE, medians, ranges
from openkam.method.arrays import FloatArray, placed
from openkam.method.document import Name, Notice, Number, Share, Strict
from openkam.method.errors import InvalidInput
from openkam.method.ranking import weighted
from openkam.method.scales import Score
from openkam.method.sensitivity import tipping_to_cut
from openkam.method.strength import (
    PLACES,
    TOLERANCE,
    BoolArray,
    Comparison,
    Row,
    Standing,
    Step,
    StrengthRule,
    SuccessFactor,
    Supplier,
    Weight,
    compared,
    cube,
    levels,
    refuse_both,
    refuse_misfits,
    refuse_ragged,
    refuse_repeated,
    rounded,
    steps,
    total,
)

CutRule = Literal["mean", "midpoint", "fixed"]
Axis = Literal["attractiveness", "strength"]

MIDPOINT = 5.5  # of 1..10
FEW_ACCOUNTS = 4  # with fewer a mean says little
NAMES_SHOWN = 10


class Factor(Strict):
    """An attractiveness factor and its weight in points. Score it so that 10 is the most attractive to us."""

    name: Name
    weight: Weight = Decimal(1)


class Target(Strict):
    """Where the account shall stand in some years: its score, and our relative strength."""

    attractiveness: Score
    strength: Annotated[Number, Field(ge=Decimal("0.1"), le=10, decimal_places=4)]


class Account(Comparison):
    """One customer: its attractiveness to us, and ourselves against the competition there.

    attractiveness  agreed scores in the order of the factors, None where missing; or `ratings` with one row per
                    rater, of which the median counts.
    """

    name: Name
    attractiveness: Row | None = None
    ratings: tuple[Row, ...] = ()
    target: Target | None = None

    @model_validator(mode="after")
    def _scored_one_way(self) -> "Account":
        refuse_both(self.attractiveness, self.ratings, "/attractiveness")
        return self


class Cut(Strict):
    """Where attractive begins. `value`, a score 1..10, belongs to "fixed" only; the midpoint is 5.5."""

    rule: CutRule = "mean"
    value: Score | None = None

    @model_validator(mode="after")
    def _fixed_has_a_value(self) -> "Cut":
        if self.rule == "fixed" and self.value is None:
            raise InvalidInput("fixed_cut_needs_value", "/value")
        if self.rule != "fixed" and self.value is not None:
            raise InvalidInput("only_fixed_cut_has_value", "/value", rule=self.rule)
        return self


class Document(Strict):
    """The accounts of one round. band: within this share of the cut, or of strength 1, an account is borderline."""

    factors: tuple[Factor, ...] = Field(min_length=1, max_length=1000)
    success_factors: tuple[SuccessFactor, ...] = Field(default=(), max_length=1000)
    accounts: tuple[Account, ...] = Field(min_length=1)
    cut: Cut = Cut()
    strength_rule: StrengthRule = "best"
    band: Share = Decimal("0.05")

    @model_validator(mode="after")
    def _scores_fit_the_factors(self) -> "Document":
        refuse_repeated([factor.name for factor in self.factors], "/factors")
        refuse_repeated([factor.name for factor in self.success_factors], "/success_factors")
        if not any(factor.weight for factor in self.factors):
            raise InvalidInput("weights_all_zero", "/factors")
        for index, account in enumerate(self.accounts):
            placed(f"/accounts/{index}", self._refuse_misfits, account)
        return self

    def _refuse_misfits(self, account: Account) -> None:
        refuse_ragged(account.attractiveness, len(self.factors), "/attractiveness")
        for rater, row in enumerate(account.ratings):
            refuse_ragged(row, len(self.factors), f"/ratings/{rater}")
        refuse_misfits(account, len(self.success_factors))


class Placed(Strict):
    """One account in the matrix; None where too little is known.

    score         1..10; total is score x number of factors: the plain sum if weights are equal and nothing is missing.
    completeness  the share of the weight that was answered, 0..1.
    lowest        and highest score by a single rater, when several rated.
    strength      ours relative to the best or the average competitor, by the document's rule.
    borderline    the axes on which the account is within the band of the border.
    tipping       per factor the share of weight 0..1 at which attractive flips; None where it never does.
    move          the fewest points by which our scores would reach strength 1, or lose it; None when nothing suffices.
    alone         per success factor the level that would do so by itself, or None.
    """

    name: str
    total: float | None
    score: float | None
    completeness: float
    lowest: float | None
    highest: float | None
    us_total: float | None
    competitors: tuple[Supplier, ...]
    strength: float | None
    strength_to_best: float | None
    strength_to_average: float | None
    account_class: AccountClass | None
    class_by_other_rule: AccountClass | None
    service_level: ServiceLevel | None
    stage_ceiling: tuple[int, int] | None
    borderline: tuple[Axis, ...]
    tipping: dict[str, float | None]
    move: tuple[Step, ...] | None
    alone: dict[str, float | None]
    target_class: AccountClass | None


class Rule(Strict):
    """The cut as used, as a score and as a total; None when no account was scored. n accounts were scored."""

    cut_rule: CutRule
    cut: float | None
    cut_total: float | None
    n: int
    strength_rule: StrengthRule
    band: Decimal
    attractive: Literal["at_or_above_cut"] = "at_or_above_cut"
    strong: Literal["at_or_above_one"] = "at_or_above_one"
    total: Literal["score_times_factors"] = "score_times_factors"


class Result(Strict):
    """Accounts in the document's order. average is the mean of their totals whatever the cut."""

    rule: Rule
    average: float | None
    accounts: tuple[Placed, ...]
    classes: dict[AccountClass, int]
    warnings: tuple[Notice, ...]


def evaluate(document: Document) -> Result:
    """Place every account, say what its class hangs on, and what would move it.

    Raises nothing for a valid document; `warnings` name a cut that moves with the accounts, few accounts, identical
    scores, missing scores, unknown strength, raters apart, borders, and classes that the strength rule decides.

    >>> result = evaluate(Document.model_validate(EXAMPLE))
    >>> [account.account_class for account in result.accounts], result.average
    (['key', 'key_development', 'maintenance', 'opportunistic'], 35.0)
    """
    table = _read(document)
    cut = MIDPOINT if document.cut.rule == "midpoint" else rounded(document.cut.value)
    other_rule: StrengthRule = "average" if document.strength_rule == "best" else "best"
    now = place(table.score, table.standing.strength[document.strength_rule], cut)
    verdict = _Verdict(
        now=now,
        other=place(table.score, table.standing.strength[other_rule], now.cut),
        target=_targets(document, now),
        tipping=tipping_to_cut(table.factors, table.weights, cut),
    )
    accounts = tuple(_placed(document, table, verdict, index) for index in range(len(document.accounts)))
    average = cut_or_mean(table.score, None)
    return Result(
        rule=_rule(document, table, now.cut),
        average=total(average, len(document.factors)),
        accounts=accounts,
        classes={name: sum(account.account_class == name for account in accounts) for name in CLASSES},
        warnings=tuple(_notices(document, table, accounts)),
    )


class _Table(NamedTuple):
    """The document as arrays of n accounts: factors n x k (NaN = missing, and the whole row when unscored)."""

    factors: FloatArray
    weights: FloatArray
    score: FloatArray
    completeness: FloatArray
    lowest: FloatArray
    highest: FloatArray
    apart: BoolArray
    standing: Standing


class _Verdict(NamedTuple):
    now: Placement
    other: Placement
    target: Placement
    tipping: FloatArray


def _read(document: Document) -> _Table:
    k = len(document.factors)
    rated = cube([(account.attractiveness, account.ratings) for account in document.accounts], k)
    weights = np.array([factor.weight for factor in document.factors], dtype=np.float64)
    factors = medians(rated)
    score, completeness = weighted(factors, weights)
    by_rater = np.stack([weighted(rows, weights).score for rows in rated])
    several = (~np.isnan(by_rater)).sum(axis=0) > 1
    return _Table(
        factors=np.where(np.isnan(score)[:, None], np.nan, factors),
        weights=weights,
        score=score,
        completeness=completeness,
        lowest=np.where(several, np.fmin.reduce(by_rater), np.nan),
        highest=np.where(several, np.fmax.reduce(by_rater), np.nan),
        apart=np.asarray((ranges(rated) >= FLAG_RANGE).any(axis=1)),
        standing=compared(document.accounts, len(document.success_factors)),
    )


def _targets(document: Document, now: Placement) -> Placement:
    """Targets against this period's cut, so that an arrow shows the account's own way."""
    if now.cut is None:
        return now
    targets = [account.target for account in document.accounts]
    pairs = [(target.attractiveness, target.strength) if target else (None, None) for target in targets]
    scores, strengths = np.array(pairs, dtype=np.float64).T
    return place(scores, strengths, now.cut)


def _class(placement: Placement, index: int) -> AccountClass | None:
    found = int(placement.classes[index])
    return None if found == UNKNOWN else CLASSES[found]


def _rule(document: Document, table: _Table, cut: float | None) -> Rule:
    return Rule(
        cut_rule=document.cut.rule,
        cut=rounded(cut),
        cut_total=total(cut, len(document.factors)),
        n=int((~np.isnan(table.score)).sum()),
        strength_rule=document.strength_rule,
        band=document.band,
    )


def _placed(document: Document, table: _Table, verdict: _Verdict, index: int) -> Placed:
    account, standing, k = document.accounts[index], table.standing, len(document.success_factors)
    names = [factor.name for factor in document.success_factors]
    now = _class(verdict.now, index)
    rivals = zip(account.competitors, standing.competitors[index].tolist(), strict=False)
    tipping = zip(document.factors, verdict.tipping[index].tolist(), strict=True)
    return Placed(
        name=account.name,
        total=total(table.score[index], len(document.factors)),
        score=rounded(table.score[index]),
        completeness=round(float(table.completeness[index]), PLACES),
        lowest=rounded(table.lowest[index]),
        highest=rounded(table.highest[index]),
        us_total=total(standing.score[index], k),
        competitors=tuple(Supplier(name=rival.name, total=total(score, k)) for rival, score in rivals),
        strength=rounded(standing.strength[document.strength_rule][index]),
        strength_to_best=rounded(standing.strength["best"][index]),
        strength_to_average=rounded(standing.strength["average"][index]),
        account_class=now,
        class_by_other_rule=_class(verdict.other, index),
        service_level=SERVICE_LEVEL[now] if now else None,
        stage_ceiling=STAGE_CEILING[now] if now else None,
        borderline=tuple(_borders(document, table, verdict.now.cut, index)),
        tipping={factor.name: rounded(weight) for factor, weight in tipping},
        move=steps(standing, document.strength_rule, index, names),
        alone=levels(standing, document.strength_rule, index, names),
        target_class=_class(verdict.target, index),
    )


def _borders(document: Document, table: _Table, cut: float | None, index: int) -> Iterator[Axis]:
    band = float(document.band) + TOLERANCE
    strength = table.standing.strength[document.strength_rule][index]
    if cut is not None and abs(table.score[index] / cut - 1) <= band:
        yield "attractiveness"
    if abs(strength - 1) <= band:
        yield "strength"


def _notices(document: Document, table: _Table, accounts: tuple[Placed, ...]) -> Iterator[Notice]:
    yield from _notices_of_the_cut(document, table.score[~np.isnan(table.score)])
    standing, factors = table.standing, np.isnan(table.factors)
    no_rival = np.isnan(standing.rivals["best"])
    found: dict[str, Any] = {
        "unscored_account": np.isnan(table.score),
        "missing_scores": (factors.any(axis=1) & ~factors.all(axis=1)) | standing.missing,
        "no_competitor": no_rival,
        "not_scored_ourselves": np.isnan(standing.score) & ~no_rival,
        "raters_apart": table.apart | standing.apart,
        "borderline": [bool(account.borderline) for account in accounts],
        "strength_rule_decides": [account.account_class != account.class_by_other_rule for account in accounts],
    }
    for code, marks in found.items():
        names = [account.name for account, mark in zip(accounts, marks, strict=True) if mark]
        if names:
            yield Notice(code=code, values={"names": tuple(names[:NAMES_SHOWN]), "count": len(names)})
    repeated = [name for name, count in Counter(account.name for account in accounts).items() if count > 1]
    if repeated:
        yield Notice(code="same_name_twice", values={"names": tuple(repeated[:NAMES_SHOWN]), "count": len(repeated)})


def _notices_of_the_cut(document: Document, scores: FloatArray) -> Iterator[Notice]:
    if not len(scores):
        yield Notice(code="nothing_to_place")
    elif document.cut.rule == "mean":
        yield Notice(code="mean_cut_is_relative", values={"accounts": len(scores)})
        if len(scores) < FEW_ACCOUNTS:
            yield Notice(code="few_accounts_for_mean_cut", values={"accounts": len(scores), "limit": FEW_ACCOUNTS})
        if len(scores) > 1 and np.ptp(scores) <= TOLERANCE:
            yield Notice(code="all_identical", where="attractiveness")


_FACTORS = ("Size", "Growth potential", "Financial stability", "Ease of access", "Closeness", "Strategic fit")
_SUCCESS_FACTORS = ("Price", "Service", "Speed of response", "Relationship", "Major supplier", "Technical innovation")
EXAMPLE: dict[str, Any] = {
    "factors": [{"name": name} for name in _FACTORS],
    "success_factors": [{"name": name} for name in _SUCCESS_FACTORS],
    "accounts": [
        {
            "name": "Alpha",
            "attractiveness": [9, 7, 8, 5, 6, 8],
            "us": [6, 8, 9, 8, 7, 6],
            "competitors": [{"name": "X", "scores": [8, 7, 6, 6, 8, 5]}, {"name": "Y", "scores": [7, 6, 6, 6, 6, 7]}],
        },
        {
            "name": "Beta",
            "attractiveness": [6, 8, 6, 7, 4, 7],
            "us": [5, 6, 7, 5, 5, 7],
            "competitors": [{"name": "X", "scores": [7, 8, 6, 7, 8, 6]}, {"name": "Y", "scores": [6, 5, 5, 6, 5, 6]}],
            "target": {"attractiveness": 7, "strength": "1.05"},
        },
        {
            "name": "Gamma",
            "attractiveness": [8, 4, 7, 4, 5, 3],
            "us": [7, 8, 7, 8, 6, 5],
            "competitors": [{"name": "X", "scores": [7, 7, 6, 6, 7, 6]}, {"name": "Y", "scores": [6, 5, 5, 4, 5, 5]}],
        },
        {
            "name": "Delta",
            "attractiveness": [3, 4, 5, 6, 7, 3],
            "us": [4, 6, 6, 5, 4, 5],
            "competitors": [{"name": "X", "scores": [7, 5, 5, 5, 6, 5]}, {"name": "Y", "scores": [8, 6, 5, 6, 6, 5]}],
        },
    ],
}
