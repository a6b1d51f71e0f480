"""A round as its pages read it: criteria, accounts, and what raters say of them, in arrays."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
from django.utils import translation

from openkam.method.agreement import counts, medians, ranges

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


def known(number: float) -> float | None:
    """A number of an array for a page or a document; None for NaN."""
    return None if np.isnan(number) else float(number)


@dataclass(frozen=True)
class ItemRead:
    """A criterion as the round names it, in each language."""

    id: int
    criterion: int
    kind: str
    names: Mapping[str, str]
    anchors: Mapping[str, Mapping[str, str]]
    weight: float
    floor: int | None
    source: str = ""

    @property
    def name(self) -> str:
        return self.names.get(translation.get_language() or "en") or self.names["en"]

    @property
    def anchor_texts(self) -> dict[int, str]:
        texts = self.anchors.get(translation.get_language() or "en") or self.anchors["en"]
        return {int(score): text for score, text in texts.items()}


@dataclass(frozen=True)
class EntryRead:
    """An account in the round. `account` is its number today, None for one that was merged into another of the round.

    is_ranked  False for one whose account had gone before the round was frozen.
    points     of success factors at this customer, by item; an item without points counts like the others.
    """

    id: int
    account: int | None
    name: str
    is_ranked: bool = True
    points: Mapping[int, float] = field(default_factory=dict)
    target: tuple[float, float] | None = None
    target_on: str = ""


@dataclass(frozen=True)
class SupplierRead:
    """A column of the second table: ourselves (`id` 0) or a competitor, at one customer."""

    entry: int
    id: int
    name: str


class Sheet:
    """What raters say: raters x rows x items, NaN where one said nothing. A row is an account or a supplier."""

    def __init__(self, cube: Floats) -> None:
        self.cube = cube

    @cached_property
    def median(self) -> Floats:
        return medians(self.cube) if self.cube.size else self._nothing(np.nan)

    @cached_property
    def range(self) -> Floats:
        return ranges(self.cube) if self.cube.size else self._nothing(np.nan)

    @cached_property
    def count(self) -> Floats:
        return counts(self.cube).astype(float) if self.cube.size else self._nothing(0)

    def _nothing(self, value: float) -> Floats:
        return np.full(self.cube.shape[1:], value)


@dataclass(frozen=True, eq=False)
class Reading:
    """Everything that the pages of a round need, in arrays. Entries keep their order in all of them.

    sheets    of selection and attractiveness: accounts x items; of strength: suppliers x items.
    customer  the customers' own scores: suppliers x items, the median where several answered.
    """

    items: Mapping[str, tuple[ItemRead, ...]]
    entries: tuple[EntryRead, ...]
    suppliers: tuple[SupplierRead, ...]
    raters: tuple[str, ...]
    sheets: Mapping[str, Sheet]
    customer: Floats

    @property
    def ranked(self) -> npt.NDArray[np.bool_]:
        """False for accounts that left their place to the one they were merged into."""
        return np.array([entry.is_ranked for entry in self.entries], dtype=bool)

    def weights(self, kind: str) -> Floats:
        return np.array([item.weight for item in self.items[kind]], dtype=float)

    def position(self, entry_id: int) -> int | None:
        return next((at for at, entry in enumerate(self.entries) if entry.id == entry_id), None)
