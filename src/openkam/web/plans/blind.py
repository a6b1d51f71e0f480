"""The only way to placements. Before the reveal a person reads their own and no other; afterwards counts are told.

Who placed a risk where is told to nobody, and no event names who has placed at all: a rater must be able to be frank.
So a single placement is revealed by its own rater alone. Of two, each can still tell the other's by their own.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F

from openkam.method import risk as method

from .models import Risk, RiskPlacement

Cells = Counter[tuple[str, str]]


@dataclass(frozen=True)
class Revealed:
    """What the raters of a revealed turn said, as counts per cell, and the place that follows by the method."""

    raters: int
    inherent: Cells
    residual: Cells
    agreed: method.Placement
    agreed_residual: method.Placement | None


def own(risks: Iterable[Risk], user: Any) -> dict[int, RiskPlacement]:
    """A person's own placements of the running turn, by risk."""
    found = RiskPlacement.objects.filter(risk__in=list(risks), rater=user, turn=F("risk__turn"))
    return {placement.risk_id: placement for placement in found}


def count_raters(risks: Iterable[Risk]) -> None:
    """Write into each risk how many people have placed it in its running turn; not who, and not where."""
    risks = list(risks)
    found = RiskPlacement.objects.filter(risk__in=risks, turn=F("risk__turn")).order_by()
    counts = dict(found.values_list("risk").annotate(n=Count("pk")))
    for risk in risks:
        risk.raters = counts.get(risk.pk, 0)


def hides_its_raters(raters: int, *, has_own: bool) -> bool:
    """Whether a reveal by somebody, who has placed the risk or not, would give away no other person's placement."""
    return raters > 1 or (raters == 1 and has_own)


def revealed(risk: Risk) -> Revealed | None:
    """The revealed turn of a risk; None while it is blind, or where nobody has placed it."""
    if risk.is_blind:
        return None
    axes = ("inherent_impact", "inherent_probability", "residual_impact", "residual_probability")
    rows = list(risk.placements.filter(turn=risk.turn).order_by().values_list(*axes))
    if not rows:
        return None
    inherent = [(impact, probability) for impact, probability, _i, _p in rows]
    residual = [(impact, probability) for _i, _p, impact, probability in rows if impact]
    return Revealed(
        raters=len(rows),
        inherent=Counter(inherent),
        residual=Counter(residual),
        agreed=method.agreed(_placements(inherent)),
        agreed_residual=method.agreed(_placements(residual)) if residual else None,
    )


def _placements(cells: Iterable[tuple[str, str]]) -> list[method.Placement]:
    return [method.Placement(impact=impact, probability=chance) for impact, chance in cells]  # type: ignore[arg-type]
