"""A register of risks as its pages show it: who stands where, what that asks for, and whether a gate may be passed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from openkam.method import risk as method
from openkam.web.people.models import User
from openkam.web.people.permissions import Permission
from openkam.web.programme.words import problem

from .models import Decision, Gate, Kind, Label, Level, Risk
from .words import IMPACT_ANCHORS, MEANINGS, PROBABILITY_ANCHORS, SHORT_IMPACT_ANCHORS, VERDICT_MEANINGS, VERDICTS, WHY

#: Cards that fit into one cell; the table has them all.
MOST_CARDS = 10
ARROWS = {
    (-1, 0): "←", (1, 0): "→", (0, 1): "↑", (0, -1): "↓", (-1, -1): "↙", (-1, 1): "↖", (1, -1): "↘", (1, 1): "↗",
}  # fmt: skip
ORDER = list(Level.values)


@dataclass(frozen=True)
class Row:
    """One risk with its labels. `loss` is known to who sees profit, where the money at stake is."""

    risk: Risk
    rated: method.Rated | None = None
    waiver: Decision | None = None
    with_money: bool = False

    @property
    def inherent(self) -> Label | None:
        return Label(self.rated.inherent) if self.rated else None

    @property
    def residual(self) -> Label | None:
        return Label(self.rated.residual) if self.rated and self.rated.residual else None

    @property
    def current(self) -> Label | None:
        return Label(self.rated.current) if self.rated else None

    @property
    def loss(self) -> Decimal | None:
        return self.rated.expected_loss if self.rated and self.with_money else None

    @property
    def gravity(self) -> tuple[int, Any, int]:
        """Those without a place first, then the gravest, then the earliest date."""
        risk, label = self.risk, self.current
        rank = len(Label.values) if label is None else Label.values.index(label)
        return -rank, (risk.due_on is None, risk.due_on), risk.pk

    @property
    def arrow(self) -> str:
        """From its inherent place to its residual one; empty where it did not move."""
        before, after = self.risk.inherent, self.risk.residual
        if not before or not after or before == after:
            return ""
        return ARROWS[_step(before.impact, after.impact), _step(before.probability, after.probability)]


def _step(before: str, after: str) -> int:
    way = ORDER.index(after) - ORDER.index(before)
    return (way > 0) - (way < 0)


@dataclass
class Cell:
    """One cell of the grid: its label, the cards that stand there, and those that stood there before measures."""

    impact: Level
    probability: Level
    label: Label
    rows: list[Row] = field(default_factory=list)
    left: list[Row] = field(default_factory=list)

    @property
    def cards(self) -> list[Row]:
        return self.rows[:MOST_CARDS]

    @property
    def more(self) -> int:
        return len(self.rows) - len(self.cards)


@dataclass(frozen=True)
class Reason:
    """Why a gate is shut, and whether a waiver could open it."""

    row: Row
    label: Label
    words: Any
    can_be_waived: bool


@dataclass(frozen=True)
class Verdict:
    gate: Gate
    code: str
    reasons: Sequence[Reason]
    is_launch: bool

    @property
    def words(self) -> Any:
        return VERDICTS[self.code]

    @property
    def meaning(self) -> Any:
        return VERDICT_MEANINGS[self.code]


@dataclass(frozen=True)
class Register:
    """stand  "before" or "after": which of the two places of a risk the grid shows."""

    rows: Sequence[Row]
    grid: Sequence[tuple[Level, Any, Sequence[Cell]]]
    unplaced: Sequence[Row]
    verdict: Verdict
    notices: Sequence[str]
    waived: Sequence[Row]
    stand: str
    with_money: bool
    expected_loss: Decimal | None
    known_loss: Decimal


def read_register(risks: Iterable[Risk], *, user: User, gate: Gate = Gate.DEFINE, stand: str = "") -> Register:
    """Everything a page shows of some risks; one query, for the waivers of the gate."""
    risks, with_money = list(risks), user.may(Permission.SEE_PROFIT)
    placed = [risk for risk in risks if risk.inherent]
    waivers = _waivers(placed, gate)
    document = method.Document(risks=tuple(_read(risk, waivers, with_money) for risk in placed), gate=gate.value)
    result = method.evaluate(document)
    rated = dict(zip((risk.pk for risk in placed), result.risks, strict=True))
    rows = sorted(
        (Row(risk, rated.get(risk.pk), waivers.get(risk.pk), with_money) for risk in risks), key=lambda row: row.gravity
    )
    stand = stand if stand in {"before", "after"} else _stand(placed)
    unplaced = [row for row in rows if row.rated is None and row.risk.is_open]
    by_risk = {row.risk.pk: row for row in rows}
    return Register(
        rows=rows,
        grid=_grid(rows, stand),
        unplaced=unplaced,
        verdict=_verdict(result.verdict, [by_risk[risk.pk] for risk in placed]),
        notices=_notices(result, unplaced, with_money),
        waived=[row for row in rows if row.waiver and row.risk.is_open and row.current != Label.CAUTION],
        stand=stand,
        with_money=with_money,
        expected_loss=result.expected_loss if with_money else None,
        known_loss=result.known_expected_loss if with_money else Decimal(0),
    )


def _stand(risks: Iterable[Risk]) -> str:
    return "after" if any(risk.residual and risk.is_open for risk in risks) else "before"


def _waivers(risks: Sequence[Risk], gate: Gate) -> dict[int, Decision]:
    """The waiver of each risk at this gate: signed for a label as grave as the present one, or graver."""
    if gate.value not in method.LAUNCH_GATES:
        return {}
    found = Decision.objects.filter(kind=Kind.WAIVER, gate=gate, risk__in=risks).select_related("by").order_by("pk")
    present = {risk.pk: method.label(risk.current.impact, risk.current.probability) for risk in risks if risk.current}
    rank = Label.values.index
    return {one.risk_id: one for one in found if rank(one.label) >= rank(present[one.risk_id])}


def _read(risk: Risk, waivers: dict[int, Decision], with_money: bool) -> method.Risk:
    return method.Risk(
        name=risk.title,
        family=risk.family,  # type: ignore[arg-type]
        inherent=risk.inherent,  # type: ignore[arg-type]
        residual=risk.residual,
        is_open=risk.is_open,
        has_approved_plan=risk.has_approved_plan,
        is_waived=risk.pk in waivers,
        money=risk.at_stake if with_money else None,
        probability=risk.chance,
    )


def _grid(rows: Iterable[Row], stand: str) -> list[tuple[Level, Any, list[Cell]]]:
    """Rows from high probability down to low, cells from low impact to high, as the deck draws them."""
    cells = {place: Cell(Level(place[0]), Level(place[1]), Label(label)) for place, label in method.GRID.items()}
    for row in rows:
        before, now = row.risk.inherent, row.risk.current
        if not row.risk.is_open or before is None or now is None:
            continue
        place = before if stand == "before" else now
        cells[place.impact, place.probability].rows.append(row)
        if stand == "after" and row.arrow:
            cells[before.impact, before.probability].left.append(row)
    return [
        (Level(chance), PROBABILITY_ANCHORS[Level(chance)], [cells[impact, chance] for impact in ORDER])  # type: ignore[index]
        for chance in reversed(ORDER)
    ]


def _verdict(found: method.Verdict, rows: Sequence[Row]) -> Verdict:
    reasons = [
        Reason(
            row=rows[int(reason.where.rsplit("/", 1)[1])],
            label=Label(reason.label),
            words=WHY[reason.why],
            can_be_waived=reason.why == "open_at_launch",
        )
        for reason in found.reasons
    ]
    return Verdict(Gate(found.gate), found.decision, reasons, found.gate in method.LAUNCH_GATES)


def _notices(result: method.Result, unplaced: Sequence[Row], with_money: bool) -> list[str]:
    hidden = {"no_risks"} if unplaced else set()
    hidden |= set() if with_money else {"unknown_money"}
    said = [problem(notice.code, notice.values) for notice in result.warnings if notice.code not in hidden]
    return [problem("risks_not_placed", {"risks": len(unplaced)}), *said] if unplaced else said


def explanations() -> dict[str, Any]:
    """The anchors of both axes and what each label asks for, gravest first."""
    return {
        "levels": Level.choices,
        "impact_anchors": [(Level(level), words) for level, words in SHORT_IMPACT_ANCHORS.items()],
        "probability_anchors": [(Level(level), words) for level, words in PROBABILITY_ANCHORS.items()],
        "anchors": [(Level(level), PROBABILITY_ANCHORS[level], IMPACT_ANCHORS[level]) for level in reversed(Level)],
        "meanings": [(Label(label), MEANINGS[label]) for label in reversed(Label)],
    }
