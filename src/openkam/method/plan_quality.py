"""The quality of an account plan: six parts of one hundred points.

Sources: Whitespace consulting (plan scorecard); Woodburn 2006, Davies & Ryals 2009 (phases of a programme). The bands
are our own.
"""

from typing import Annotated, Literal

from pydantic import Field

from openkam.method.document import Notice, Number, Strict

PARTS = {
    "customer_environment": 20,
    "key_financials": 10,
    "current_relationship": 25,
    "strategy_and_execution": 20,
    "additional_resources": 10,
    "team_learning": 15,
}
PHASES = ("scoping", "introducing", "embedding", "optimising")
APPROVE, CONDITIONAL = 80, 60
REVIEWS_A_YEAR = 2

Verdict = Literal["approve", "conditional", "rework"]


class Document(Strict):
    """Points of each part, from 0 to its maximum; None is not scored."""

    customer_environment: Annotated[Number, Field(ge=0, le=20)] | None = None
    key_financials: Annotated[Number, Field(ge=0, le=10)] | None = None
    current_relationship: Annotated[Number, Field(ge=0, le=25)] | None = None
    strategy_and_execution: Annotated[Number, Field(ge=0, le=20)] | None = None
    additional_resources: Annotated[Number, Field(ge=0, le=10)] | None = None
    team_learning: Annotated[Number, Field(ge=0, le=15)] | None = None


class Rule(Strict):
    """From how many points on a plan is approved, and from how many on condition."""

    approve: int = APPROVE
    conditional: int = CONDITIONAL


class Result(Strict):
    """total 0..100 and the verdict, both None until every part is scored; known points of `of`."""

    rule: Rule
    total: float | None
    verdict: Verdict | None
    known: float
    of: int
    warnings: tuple[Notice, ...]


def evaluate(document: Document) -> Result:
    """Add the parts up. Raises nothing for a valid document.

    >>> result = evaluate(Document.model_validate(EXAMPLE))
    >>> result.total, result.verdict
    (74.0, 'conditional')
    """
    points = {part: getattr(document, part) for part in PARTS}
    missing = tuple(part for part, value in points.items() if value is None)
    known = float(sum(value for value in points.values() if value is not None))
    total = None if missing else known
    return Result(
        rule=Rule(),
        total=total,
        verdict=verdict(total),
        known=known,
        of=sum(most for part, most in PARTS.items() if points[part] is not None),
        warnings=(Notice(code="plan_parts_missing", values={"missing": missing}),) if missing else (),
    )


def verdict(total: float | None) -> Verdict | None:
    """80 and more approve, 60 to below 80 conditional, below 60 rework.

    >>> verdict(80), verdict(79.5), verdict(59)
    ('approve', 'conditional', 'rework')
    """
    if total is None:
        return None
    return "approve" if total >= APPROVE else "conditional" if total >= CONDITIONAL else "rework"


EXAMPLE: dict[str, object] = {
    "customer_environment": 16,
    "key_financials": 8,
    "current_relationship": 18,
    "strategy_and_execution": 15,
    "additional_resources": 6,
    "team_learning": 11,
}
