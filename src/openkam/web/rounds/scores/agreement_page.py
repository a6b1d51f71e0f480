"""After the reveal: the cells that lie furthest apart first, with who said what and why."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import numpy as np
from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openkam.method.agreement import FLAG_RANGE

from ..blind import revealed_scores
from ..models import Kind, Round, Score
from ..reading import reading_of
from ..reading.sheets import Floats, Integers, Reading
from .agreement_data import Agreement, agreements

PAGE = 50
RANK_BANDS = {
    "very_weak": gettext_lazy("very weak agreement"),
    "weak": gettext_lazy("weak agreement"),
    "moderate": gettext_lazy("moderate agreement"),
    "strong": gettext_lazy("strong agreement"),
}
ICC_BANDS = {
    "poor": gettext_lazy("poor"),
    "moderate": gettext_lazy("moderate"),
    "good": gettext_lazy("good"),
    "excellent": gettext_lazy("excellent"),
}


@dataclass(frozen=True)
class Said:
    """What one rater said of a cell; `first` is their score of the first turn where they changed it."""

    name: str
    value: int
    note: str
    first: int | None = None


@dataclass(frozen=True)
class Spread:
    """One cell with everybody's scores."""

    account: str
    supplier: str
    kind: Kind
    criterion: str
    median: float
    range: float
    said: Sequence[Said]

    @property
    def is_flagged(self) -> bool:
        return self.range >= FLAG_RANGE


class Disagreement:
    """The scored cells of the kinds that were asked for, widest first."""

    def __init__(self, round_: Round, query: QueryDict) -> None:
        self.round, self.reading = round_, reading_of(round_)
        self.all_kinds = [Kind(kind) for kind, items in self.reading.items.items() if items]
        asked = query.get("kind", "")
        self.kind = Kind(asked) if asked in self.all_kinds else None
        self.flagged_only = query.get("flagged") == "1"
        self._cells, ranges = self._in_order()
        self.scored = len(self._cells)
        self.flagged = int((ranges >= FLAG_RANGE).sum())
        shown = self._cells[: self.flagged] if self.flagged_only else self._cells
        self.page: Page[Any] = Paginator(shown, PAGE).get_page(query.get("page"))

    def _in_order(self) -> tuple[Integers, Floats]:
        """Kind, row and column of each scored cell, and their ranges: widest first, else as the round has them."""
        kinds = [self.kind] if self.kind else self.all_kinds
        cells, ranges = [np.empty((0, 3), dtype=np.int64)], [np.empty(0)]
        for kind in kinds:
            sheet = self.reading.sheets[kind]
            rows, columns = np.nonzero(~np.isnan(sheet.range))
            cells.append(np.column_stack([np.full(len(rows), self.all_kinds.index(kind)), rows, columns]))
            ranges.append(sheet.range[rows, columns])
        whole, wide = np.concatenate(cells), np.concatenate(ranges)
        order = np.argsort(-wide, kind="stable")
        return whole[order], wide[order]

    @property
    def query(self) -> str:
        """The address of these cells, for its page to be added."""
        asked = {"kind": self.kind.value if self.kind else "", "flagged": "1" if self.flagged_only else ""}
        return "?" + urlencode({name: value for name, value in asked.items() if value}) + "&"

    @property
    def spreads(self) -> list[Spread]:
        """The cells of this page."""
        places = [self._place(*map(int, cell)) for cell in self.page]
        said = _said(self.round, {key for _kind, _row, _column, key in places})
        return [self._spread(kind, row, column, said[key]) for kind, row, column, key in places]

    def _place(self, which: int, row: int, column: int) -> tuple[Kind, int, int, tuple[int, int, int]]:
        kind = self.all_kinds[which]
        entry, supplier = _whose(self.reading, kind, row)
        return kind, row, column, (self.reading.entries[entry].id, self.reading.items[kind][column].id, supplier[0])

    def _spread(self, kind: Kind, row: int, column: int, said: Sequence[Said]) -> Spread:
        entry, supplier = _whose(self.reading, kind, row)
        sheet = self.reading.sheets[kind]
        return Spread(
            account=self.reading.entries[entry].name,
            supplier=supplier[1],
            kind=kind,
            criterion=self.reading.items[kind][column].name,
            median=float(sheet.median[row, column]),
            range=float(sheet.range[row, column]),
            said=said,
        )


def _whose(reading: Reading, kind: Kind, row: int) -> tuple[int, tuple[int, str]]:
    """The entry's position of a sheet's row, and the supplier there."""
    if kind != Kind.STRENGTH:
        return row, (0, "")
    supplier = reading.suppliers[row]
    return supplier.entry, (supplier.id, supplier.name or _("Us"))


def _said(round_: Round, keys: set[tuple[int, int, int]]) -> dict[tuple[int, int, int], list[Said]]:
    """Revealed scores of some cells, rater by rater; a second score stands for the first."""
    entries, items = {key[0] for key in keys}, {key[1] for key in keys}
    rows = revealed_scores(round_).filter(entry__in=entries, item__in=items).select_related("member__user")
    latest: dict[tuple[int, int, int], dict[int, list[Score]]] = defaultdict(lambda: defaultdict(list))
    for row in rows.order_by("member__user__name", "member", "turn"):
        key = (row.entry_id, row.item_id, row.supplier_id or 0)
        if key in keys:
            latest[key][row.member_id].append(row)
    return defaultdict(list, {key: [_one(some) for some in by.values()] for key, by in latest.items()})


def _one(turns: Sequence[Score]) -> Said:
    first, last = turns[0], turns[-1]
    return Said(str(last.member), last.value, last.note, first.value if first.value != last.value else None)


def context(round_: Round, query: QueryDict) -> dict[str, Any]:
    found = Disagreement(round_, query)
    measured = [_measure(one) for one in agreements(found.reading)]
    return {"found": found, "page": found.page, "measured": measured, "flag_range": FLAG_RANGE}


def _measure(one: Agreement) -> dict[str, Any]:
    """The figures of one kind of criteria with their bands in words."""
    if one.kendall is None or one.icc is None:
        return {"of": one}
    return {
        "of": one,
        "w": _rounded(one.kendall.w),
        "w_band": RANK_BANDS.get(one.kendall.band or ""),
        "single": _rounded(one.icc.single),
        "single_band": ICC_BANDS.get(one.icc.single_band or ""),
        "panel": _rounded(one.icc.panel),
        "panel_band": ICC_BANDS.get(one.icc.band or ""),
    }


def _rounded(figure: float | None) -> float | None:
    """Three decimals, and no sign on a zero."""
    return None if figure is None else round(figure, 3) + 0.0
