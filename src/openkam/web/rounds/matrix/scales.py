"""The axes of the matrix, and the paper that it is drawn on."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, exp, floor, isnan, log

import numpy as np

LEAST_RATIO = 1e-3  # a target of nothing stands at the edge
NARROWEST = log(1.3)
ROOM = 1.12  # bubbles at the edge need some
FAR = 2.5  # so many times as far from 1.00 as most: drawn at the edge
BESIDE = 0.17  # so much of the range is left free at either end, for the names of the classes
ASIDE = 0.24  # neither side of the cut has less of the height
STRENGTHS = (0.1, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.4, 2.0, 3.0, 5.0, 10.0)
CLOSE, WIDELY = 0.065, 0.15  # ticks nearer than this would touch, on a wide and on a narrow picture


@dataclass(frozen=True)
class Paper:
    """Where the field of the picture lies on it; parts run from 0 to 1, left to right and upwards."""

    width: float = 100.0
    height: float = 100.0
    in_points: bool = False
    left: float = 0.055
    right: float = 0.01
    top: float = 0.055
    bottom: float = 0.095

    def parts(self, across: float, up: float) -> tuple[float, float]:
        """Of the whole paper, left to right and downwards, 0..1."""
        x = self.left + across * (1 - self.left - self.right)
        return x, self.top + (1 - up) * (1 - self.top - self.bottom)

    def across(self, part: float) -> str:
        return self._text(self.parts(part, 0)[0] * self.width)

    def down(self, part: float) -> str:
        return self._text(self.parts(0, part)[1] * self.height)

    def wide(self, part: float) -> str:
        return self._text(part * (1 - self.left - self.right) * self.width)

    def tall(self, part: float) -> str:
        return self._text(part * (1 - self.top - self.bottom) * self.height)

    def _text(self, length: float) -> str:
        return f"{length:.2f}{'' if self.in_points else '%'}"


@dataclass(frozen=True)
class Scale:
    """From a value to its part of the field, 0..1; what lies outside stands at the edge."""

    low: float
    high: float
    is_ratio: bool = False

    def part(self, value: float) -> float:
        return min(1.0, max(0.0, self._raw(value)))

    def holds(self, value: float) -> bool:
        return -1e-9 <= self._raw(value) <= 1 + 1e-9

    def _raw(self, value: float) -> float:
        measured = log(max(value, LEAST_RATIO)) if self.is_ratio else value
        return (measured - self.low) / (self.high - self.low)


def scale_of_scores(scores: Sequence[float], cut: float) -> Scale:
    """Scores 1..10, the cut and the midpoint, with room above and below."""
    known = [score for score in scores if not isnan(score)]
    low, high = min([*known, cut, 5.5]), max([*known, cut, 5.5])
    room = max(0.6, BESIDE * (high - low))
    low, high = low - room, high + room
    low = min(low, cut - ASIDE / (1 - ASIDE) * (high - cut))
    high = max(high, cut + ASIDE / (1 - ASIDE) * (cut - low))
    return Scale(low, high)


def scale_of_strength(strengths: Sequence[float]) -> Scale:
    """As far to both sides of 1.00; a few that are very far away do not press the others together."""
    away = np.abs(np.log(np.maximum([s for s in strengths if not isnan(s)], LEAST_RATIO)))
    most = float(np.quantile(away, 0.9)) if len(away) else 0.0
    farthest = float(away.max(initial=0))
    extent = farthest if farthest <= FAR * most or len(away) < 10 else 1.4 * most
    extent = ROOM * max(extent, NARROWEST / ROOM)
    return Scale(-extent, extent, is_ratio=True)


def ticks_of_scores(scale: Scale) -> list[int]:
    return list(range(max(1, ceil(scale.low)), min(10, floor(scale.high)) + 1))


def ticks_of_strength(scale: Scale, *, close: float = CLOSE) -> list[float]:
    """1.00 first, then the others that have room beside those that are there."""
    kept: list[float] = []
    for n in sorted(STRENGTHS, key=lambda n: abs(log(n))):
        part = scale.part(n)
        if exp(scale.low) < n < exp(scale.high) and all(abs(part - scale.part(other)) > close for other in kept):
            kept.append(n)
    return sorted(kept)
