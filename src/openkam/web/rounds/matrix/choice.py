"""What somebody tries on the matrix: other weights, another cut, another strength. It lives in the address alone."""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from openkam.method.account_class import CLASSES
from openkam.method.errors import InvalidInput

from ..models import Round
from ..ranking.trial import Trial
from ..reading.sheets import Floats, ItemRead

UNPLACED = "none"
SEARCHED = 100
LOWEST, HIGHEST = 1, 10


@dataclass(frozen=True)
class Choice:
    """The rules that are tried, which accounts are listed, and what of it was refused.

    only  a class, "none" for the accounts without a place, empty for all.
    """

    trial: Trial
    tried: Round
    own: Round
    only: str = ""
    text: str = ""
    typed_cut: str = ""
    problem: InvalidInput | None = None

    @classmethod
    def of(cls, round_: Round, items: Sequence[ItemRead], query: Mapping[str, str]) -> "Choice":
        """What an address says; a rule that it does not know, or names wrongly, stays as in the round."""
        trial, tried, problem = Trial.of(items, query), copy(round_), None
        tried.strength_rule = _one_of(Round.Strength.values, query.get("rule"), round_.strength_rule)
        tried.strength_view = _one_of(Round.View.values, query.get("view"), round_.strength_view)
        try:
            tried.cut, tried.cut_at = _cut(round_, query)
            _ = trial.points
        except InvalidInput as refusal:
            problem = refusal
            if refusal.code == "weights_all_zero":
                trial = Trial.of(items, {})
        return cls(
            trial=trial,
            tried=tried,
            own=round_,
            only=_one_of([*CLASSES, UNPLACED], query.get("only"), ""),
            text=query.get("q", "").replace("\x00", "").strip()[:SEARCHED],
            typed_cut=query.get("cut_at", "")[:20],
            problem=problem,
        )

    @property
    def weights(self) -> Floats | None:
        """Points in the order of the factors; None for the round's own."""
        return self.trial.points if self.trial.is_moved else None

    @property
    def rules(self) -> dict[str, Any]:
        """The rules that differ from the round's own."""
        names = {"rule": "strength_rule", "view": "strength_view", "cut": "cut"}
        changed = {short: getattr(self.tried, name) for short, name in names.items() if self._differs(name)}
        if self.tried.cut == Round.Cut.FIXED and ("cut" in changed or self._differs("cut_at")):
            changed |= {"cut": self.tried.cut, "cut_at": f"{self.tried.cut_at:f}"}
        return changed

    def _differs(self, name: str) -> bool:
        return bool(getattr(self.tried, name) != getattr(self.own, name))

    @property
    def is_moved(self) -> bool:
        return self.trial.is_moved or bool(self.rules)

    @property
    def shown_cut(self) -> str:
        """The fixed score as the field shows it."""
        return f"{self.tried.cut_at:f}" if self.tried.cut_at is not None else self.typed_cut

    def what_if(self) -> dict[str, Any]:
        return {**self.trial.parameters(), **self.rules}

    def parameters(self) -> dict[str, Any]:
        """For an address that leads back to this picture."""
        listing = {"only": self.only, "q": self.text}
        return {**self.what_if(), **{name: value for name, value in listing.items() if value}}


def _one_of(known: Sequence[str], asked: str | None, otherwise: str) -> str:
    return asked if asked in known else otherwise


def _cut(round_: Round, query: Mapping[str, str]) -> tuple[str, Decimal | None]:
    rule = _one_of(Round.Cut.values, query.get("cut"), round_.cut)
    if rule != Round.Cut.FIXED or (round_.cut_at is not None and "cut_at" not in query):
        return rule, round_.cut_at
    return rule, _score(query.get("cut_at", ""))


def _score(text: str) -> Decimal:
    """A score 1..10 with at most two decimals. Raises InvalidInput("fixed_cut_needs_value" | "cut_off_scale")."""
    text = text.strip().replace(",", ".")
    if not text:
        raise InvalidInput("fixed_cut_needs_value", "/cut")
    try:
        score = Decimal(text[:20])
    except InvalidOperation:
        score = Decimal(0)
    if not (score.is_finite() and LOWEST <= score <= HIGHEST and score == round(score, 2)):
        raise InvalidInput("cut_off_scale", "/cut", value=text[:20])
    return round(score, 2)
