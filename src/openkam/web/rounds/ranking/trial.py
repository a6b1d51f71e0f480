"""Weights that somebody tries with sliders: read from an address, never written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from openkam.method.errors import InvalidInput

from ..reading.sheets import Floats, ItemRead

MOST = 100


@dataclass(frozen=True)
class Slider:
    """One criterion's weight in points, the heaviest of the round being 100.

    own  exactly what the round has; a slider shows whole points only, and one that is not moved keeps them all.
    """

    item: ItemRead
    own: float
    at: int

    @property
    def name(self) -> str:
        return f"w{self.item.id}"

    @property
    def rest(self) -> int:
        """Where the slider stands when nobody moves it."""
        return round(self.own)

    @property
    def is_moved(self) -> bool:
        return self.at != self.rest

    @property
    def anchors(self) -> tuple[str, ...]:
        """What a 1, a 5 and a 10 mean; an empty text where nobody wrote it."""
        return tuple(self.item.anchor_texts.get(score, "") for score in (1, 5, 10))

    @property
    def points(self) -> float:
        return float(self.at) if self.is_moved else self.own


@dataclass(frozen=True)
class Trial:
    """The sliders of one kind of criteria."""

    sliders: tuple[Slider, ...]

    @classmethod
    def of(cls, items: Sequence[ItemRead], query: Mapping[str, str]) -> "Trial":
        """The sliders as an address has them; what it does not name, or not as 0 to 100, stays as in the round."""
        heaviest = max((item.weight for item in items), default=0)
        sliders = []
        for item in items:
            own = item.weight / heaviest * MOST if heaviest else 0.0
            at = _points(query.get(f"w{item.id}"))
            sliders.append(Slider(item, own, round(own) if at is None else at))
        return cls(tuple(sliders))

    @property
    def is_moved(self) -> bool:
        return any(slider.is_moved for slider in self.sliders)

    @cached_property
    def points(self) -> Floats:
        """In the order of the items. Raises InvalidInput("weights_all_zero")."""
        points = np.array([slider.points for slider in self.sliders])
        if len(points) and not points.any():
            raise InvalidInput("weights_all_zero", "/weights")
        return points

    @property
    def shares(self) -> list[tuple[Slider, float]]:
        """Each slider with its share of the weight, 0..1; of nothing, nothing."""
        total = sum(slider.points for slider in self.sliders)
        return [(slider, slider.points / total if total else 0.0) for slider in self.sliders]

    def parameters(self) -> dict[str, int]:
        """For an address that leads back to these weights: the moved sliders."""
        return {slider.name: slider.at for slider in self.sliders if slider.is_moved}

    def document(self) -> dict[str, Any]:
        """As a document of `openkam.method.weights`."""
        items = [str(slider.item.id) for slider in self.sliders]
        return {"method": "points", "items": items, "points": [f"{slider.points:.4f}" for slider in self.sliders]}


def _points(text: str | None) -> int | None:
    if not text or not text.isascii() or not text.isdecimal() or len(text) > 3:
        return None
    return int(text) if int(text) <= MOST else None
