"""Risk analysis: impact against probability on a 3 x 3 grid, and what an open risk means at a gate.

A label is an action (stop, fix before launch, watch), not a quantity: labels are never averaged or added up.
Source: GE-style risk grid of design for six sigma; with low, medium, high as 1, 2, 3 the sum of impact and
probability decides. On the limits of such grids: Cox, What's Wrong with Risk Matrices?, Risk Analysis 28(2), 2008.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field

from openkam.method.document import Money, Name, Notice, Share, Strict
from openkam.method.errors import InvalidInput
from openkam.method.money import exact, round_money, total
from openkam.method.scales import LEVELS, Level

Label = Literal["caution", "fix_before_launch", "significant", "showstopper"]
Family = Literal["business_case", "planning", "organizational", "technical", "external", "kam"]
Gate = Literal["define", "measure", "analyze", "design", "verify", "launch"]
Decision = Literal["go", "conditional", "no_go"]
Why = Literal["showstopper_open", "open_at_launch", "no_approved_plan"]

LABELS: tuple[Label, ...] = ("caution", "fix_before_launch", "significant", "showstopper")
GATES: tuple[Gate, ...] = ("define", "measure", "analyze", "design", "verify", "launch")
LAUNCH_GATES: tuple[Gate, ...] = ("verify", "launch")
NAMES_SHOWN = 10

# keys are impact, then probability
GRID: dict[tuple[Level, Level], Label] = {
    ("low", "low"): "caution",
    ("low", "medium"): "caution",
    ("low", "high"): "fix_before_launch",
    ("medium", "low"): "caution",
    ("medium", "medium"): "fix_before_launch",
    ("medium", "high"): "significant",
    ("high", "low"): "fix_before_launch",
    ("high", "medium"): "significant",
    ("high", "high"): "showstopper",
}

# low below 20 %, medium up to 60 %, high above: our own anchors, as are the middles of these bands
BAND_LIMITS = (Decimal("0.2"), Decimal("0.6"))
BAND_MIDDLE: dict[Level, Decimal] = {"low": Decimal("0.1"), "medium": Decimal("0.4"), "high": Decimal("0.8")}

FAMILIES: dict[Family, tuple[str, ...]] = {
    "business_case": ("cost_increase", "roi_lead_time_increase", "changing_environment", "business_commitment"),
    "planning": ("resource_availability", "project_complexity", "development_time", "project_management_experience"),
    "organizational": (
        "cross_functional_involvement",
        "process_ownership",
        "multiple_locations",
        "change_acceleration",
    ),
    "technical": (
        "technology_experience",
        "design_complexity",
        "scope_changes",
        "business_process_knowledge",
        "quality_methods_experience",
    ),
    "external": ("vendor_experience", "multiple_vendors", "vendor_dependence", "recruitment"),
    "kam": ("single_threaded", "concentration", "payment", "competitor_move", "account_manager_leaves"),
}


class Placement(Strict):
    """Where a risk stands on the grid."""

    impact: Level
    probability: Level


class Risk(Strict):
    """Something that could happen to the account plan or project.

    inherent     before any mitigation; residual after it, None until somebody has scored again.
    is_waived    the sponsor has signed that the launch may go ahead with it.
    money        what it would cost, zero or more; probability 0..1 if somebody knows better than the band.
    """

    name: Name
    family: Family
    inherent: Placement
    residual: Placement | None = None
    is_open: bool = True
    has_approved_plan: bool = False
    is_waived: bool = False
    money: Annotated[Money, Field(ge=0)] | None = None
    probability: Share | None = None

    @property
    def current(self) -> Placement:
        """Where it stands now: residual once scored again, inherent until then."""
        return self.residual or self.inherent


class Document(Strict):
    """The risk register of one account or project in one currency, and the gate it is about to pass."""

    risks: tuple[Risk, ...] = ()
    gate: Gate = "define"


class Rated(Strict):
    """One risk with its labels.

    probability    what the expected loss was reckoned with: typed, or the middle of the band it stands in.
    expected_loss  probability x money, rounded to the ledger's places; None when the money is unknown.
    """

    name: str
    family: Family
    inherent: Label
    residual: Label | None
    current: Label
    is_open: bool
    probability: Decimal
    probability_from: Literal["typed", "band"]
    expected_loss: Decimal | None


class Reason(Strict):
    """Why a risk keeps the gate shut or makes it conditional; `where` is a JSON pointer to the risk."""

    name: str
    where: str
    label: Label
    why: Why


class Verdict(Strict):
    """What the open risks mean at a gate. Of a go there are no reasons."""

    gate: Gate
    decision: Decision
    reasons: tuple[Reason, ...]


class Cell(Strict):
    """One cell of the grid, and how many open risks stood and stand in it."""

    impact: Level
    probability: Level
    label: Label
    inherent: int
    current: int


class Rule(Strict):
    """How labels, losses and the verdict were made."""

    label: Literal["impact_plus_probability"] = "impact_plus_probability"
    verdict: Literal["residual_else_inherent"] = "residual_else_inherent"
    launch_gates: tuple[Gate, ...] = LAUNCH_GATES
    waiver: Literal["never_lifts_a_showstopper"] = "never_lifts_a_showstopper"
    band_limits: tuple[Decimal, Decimal] = BAND_LIMITS
    band_middle: dict[Level, Decimal] = BAND_MIDDLE


class Result(Strict):
    """Risks in the document's order, cells as printed (probability falling, impact rising), labels of open risks.

    expected_loss  of the open risks; None when the money of one is unknown, which `known_expected_loss` skips.
    """

    rule: Rule
    risks: tuple[Rated, ...]
    verdict: Verdict
    cells: tuple[Cell, ...]
    labels: dict[Label, int]
    expected_loss: Decimal | None
    known_expected_loss: Decimal
    warnings: tuple[Notice, ...]


def evaluate(document: Document) -> Result:
    """Label every risk, reckon its expected loss and say whether the gate may be passed.

    Raises nothing for a valid document; `warnings` name an empty register, everything scored medium, mitigation
    that was not scored again, a probability outside its band, unknown money and waivers.

    >>> result = evaluate(Document.model_validate(EXAMPLE))
    >>> [risk.current for risk in result.risks], result.verdict.decision
    (['fix_before_launch', 'significant', 'caution'], 'conditional')
    """
    risks = tuple(_rated(risk) for risk in document.risks)
    still_open = [risk for risk in document.risks if risk.is_open]
    losses = [risk.expected_loss for risk in risks if risk.is_open]
    return Result(
        rule=Rule(),
        risks=risks,
        verdict=verdict(document.risks, document.gate),
        cells=tuple(_cells(still_open)),
        labels={name: sum(risk.is_open and risk.current == name for risk in risks) for name in LABELS},
        expected_loss=total(losses),
        known_expected_loss=sum((loss for loss in losses if loss is not None), Decimal(0)),
        warnings=tuple(_notices(document)),
    )


def label(impact: Level, probability: Level) -> Label:
    """What to do about a risk of this impact and probability, each "low", "medium" or "high".

    With low, medium, high as 1, 2, 3 the sum decides: 6 showstopper, 5 significant, 4 fix before launch, 3 or less
    caution. Raises InvalidInput("level").

    >>> label("high", "medium"), label("low", "high")
    ('significant', 'fix_before_launch')
    """
    for where, level in (("impact", impact), ("probability", probability)):
        if level not in LEVELS:
            raise InvalidInput("level", where, level=level)
    return GRID[impact, probability]


def agreed(placements: Sequence[Placement]) -> Placement:
    """Several raters' placements as one: the median of each axis; between two steps the higher.

    The order of raters does not matter. Raises InvalidInput("no_placements").

    >>> low, high = Placement(impact="low", probability="low"), Placement(impact="medium", probability="high")
    >>> agreed([low, high])
    Placement(impact='medium', probability='medium')
    """
    if not placements:
        raise InvalidInput("no_placements")
    return Placement(
        impact=_middle(placement.impact for placement in placements),
        probability=_middle(placement.probability for placement in placements),
    )


def expected_loss(money: Decimal | None, probability: Decimal) -> Decimal | None:
    """probability x money, exact and then rounded to the ledger's places; None when the money is unknown.

    money        zero or more, in one currency.
    probability  0..1; `BAND_MIDDLE` has one for each level.
    Raises InvalidInput("not_finite" | "share").

    >>> expected_loss(Decimal(250_000), BAND_MIDDLE["medium"])
    Decimal('100000.0000')
    """
    chance = exact(probability, "probability")
    if not 0 <= chance <= 1:
        raise InvalidInput("share", "probability", share=probability)
    return None if money is None else round_money(exact(money, "money") * chance)


def verdict(risks: Sequence[Risk], gate: Gate) -> Verdict:
    """Whether the gate may be passed, by the current labels of the open risks; the gravest reason first.

    An open showstopper is a no-go anywhere. At a launch gate (verify, launch) so is an open significant or fix before
    launch, unless waived. Before launch a significant risk without an approved plan makes the go conditional.
    Raises InvalidInput("gate").

    >>> low = Placement(impact="low", probability="low")
    >>> verdict([Risk(name="Payment", family="kam", inherent=low)], "launch").decision
    'go'
    """
    if gate not in GATES:
        raise InvalidInput("gate", "", gate=gate)
    found = [reason for index, risk in enumerate(risks) if (reason := _reason(risk, gate, f"/risks/{index}"))]
    reasons = tuple(sorted(found, key=lambda reason: -LABELS.index(reason.label)))
    return Verdict(gate=gate, decision=_decision(reasons), reasons=reasons)


def _label(placement: Placement) -> Label:
    return label(placement.impact, placement.probability)


def _reason(risk: Risk, gate: Gate, where: str) -> Reason | None:
    now = _label(risk.current)
    why = _why(risk, now, gate) if risk.is_open else None
    return None if why is None else Reason(name=risk.name, where=where, label=now, why=why)


def _why(risk: Risk, now: Label, gate: Gate) -> Why | None:
    if now == "showstopper":
        return "showstopper_open"
    if gate in LAUNCH_GATES:
        return None if now == "caution" or risk.is_waived else "open_at_launch"
    return "no_approved_plan" if now == "significant" and not risk.has_approved_plan else None


def _decision(reasons: Sequence[Reason]) -> Decision:
    if not reasons:
        return "go"
    return "conditional" if all(reason.why == "no_approved_plan" for reason in reasons) else "no_go"


def _middle(levels: Iterable[Level]) -> Level:
    """The upper median: of an odd number the middle, of an even number halfway between the two, rounded up."""
    steps = sorted(LEVELS.index(level) for level in levels)
    lower, upper = steps[(len(steps) - 1) // 2], steps[len(steps) // 2]
    middle: Level = LEVELS[-((lower + upper) // -2)]  # type: ignore[assignment]
    return middle


def _rated(risk: Risk) -> Rated:
    inherent = _label(risk.inherent)
    residual = None if risk.residual is None else _label(risk.residual)
    probability = BAND_MIDDLE[risk.current.probability] if risk.probability is None else risk.probability
    return Rated(
        name=risk.name,
        family=risk.family,
        inherent=inherent,
        residual=residual,
        current=residual or inherent,
        is_open=risk.is_open,
        probability=probability,
        probability_from="band" if risk.probability is None else "typed",
        expected_loss=expected_loss(risk.money, probability),
    )


def _cells(risks: Sequence[Risk]) -> Iterator[Cell]:
    inherent = Counter((risk.inherent.impact, risk.inherent.probability) for risk in risks)
    current = Counter((risk.current.impact, risk.current.probability) for risk in risks)
    # GRID runs from low to high on both axes; the stable sort keeps impact rising within a row
    for place in sorted(GRID, key=lambda cell: -LEVELS.index(cell[1])):
        yield Cell(
            impact=place[0],
            probability=place[1],
            label=GRID[place],
            inherent=inherent[place],
            current=current[place],
        )


def _notices(document: Document) -> Iterator[Notice]:
    risks = document.risks
    if not risks:
        yield Notice(code="no_risks")
    medium = Placement(impact="medium", probability="medium")
    if len(risks) > 1 and all(risk.inherent == medium for risk in risks):
        yield Notice(code="everything_medium", values={"risks": len(risks)})
    for index, risk in enumerate(risks):
        yield from _notices_of(risk, f"/risks/{index}", document.gate)
    unknown = sum(risk.is_open and risk.money is None for risk in risks)
    if unknown:
        yield Notice(code="unknown_money", values={"risks": unknown})
    repeated = [name for name, count in Counter(risk.name for risk in risks).items() if count > 1]
    if repeated:
        yield Notice(code="same_name_twice", values={"names": tuple(repeated[:NAMES_SHOWN]), "count": len(repeated)})


def _notices_of(risk: Risk, where: str, gate: Gate) -> Iterator[Notice]:
    now = _label(risk.current)
    named: dict[str, Any] = {"name": risk.name}
    if risk.has_approved_plan and risk.residual in (None, risk.inherent):
        yield Notice(code="mitigated_without_rescoring", where=where, values=named)
    if LABELS.index(now) > LABELS.index(_label(risk.inherent)):
        yield Notice(code="residual_above_inherent", where=where, values=named)
    if risk.probability is not None and _band(risk.probability) != risk.current.probability:
        values = named | {"probability": risk.probability, "level": risk.current.probability}
        yield Notice(code="probability_outside_band", where=where, values=values)
    if risk.is_open and risk.is_waived and now == "showstopper":
        yield Notice(code="showstopper_cannot_be_waived", where=where, values=named)
    elif risk.is_open and risk.is_waived and gate in LAUNCH_GATES and now != "caution":
        yield Notice(code="passed_by_waiver", where=where, values=named | {"label": now})


def _band(probability: Decimal) -> Level:
    low, medium = BAND_LIMITS
    if probability < low:
        return "low"
    return "medium" if probability <= medium else "high"


EXAMPLE: dict[str, Any] = {
    "gate": "define",
    "risks": [
        {
            "name": "Only one contact at the customer",
            "family": "kam",
            "inherent": {"impact": "high", "probability": "medium"},
            "residual": {"impact": "high", "probability": "low"},
            "has_approved_plan": True,
            "money": 250_000,
        },
        {
            "name": "Service team not available in time",
            "family": "planning",
            "inherent": {"impact": "medium", "probability": "high"},
            "money": 80_000,
            "probability": "0.7",
        },
        {
            "name": "New process crosses four departments",
            "family": "organizational",
            "inherent": {"impact": "medium", "probability": "low"},
        },
    ],
}
