"""One rater's work in the running turn: which accounts are asked about, and how far each of them is."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from openkam.method.agreement import FLAG_RANGE

from ..models import Kind, Member, Round, Score, Stage
from ..reading import reading_of
from ..reading.sheets import EntryRead, Reading, Sheet, SupplierRead
from ..scoring import Place, own_scores

FILTERS = {"all": _("All"), "missing": _("Missing"), "talk": _("Talk about these")}


@dataclass(frozen=True)
class Stop:
    """An account on the way: how many scores it still asks for."""

    position: int
    entry: EntryRead
    given: int
    wanted: int

    @property
    def is_done(self) -> bool:
        return self.given >= self.wanted


@dataclass(frozen=True, eq=False)
class Cells:
    """The medians and ranges that were revealed, by place; nothing before the first reveal."""

    reading: Reading

    def at(self, place: Place) -> tuple[float, float] | None:
        """Median and range of what everybody may read of a place."""
        found = self._where(place)
        if found is None:
            return None
        sheet, row, column = found
        median = float(sheet.median[row, column])
        return None if np.isnan(median) else (median, float(sheet.range[row, column]))

    def is_flagged(self, place: Place) -> bool:
        found = self.at(place)
        return found is not None and found[1] >= FLAG_RANGE

    def flagged(self) -> npt.NDArray[np.int64]:
        """How many cells of each account lie too far apart, in the order of the entries."""
        counts = np.zeros(len(self.reading.entries), dtype=np.int64)
        for kind, sheet in self.reading.sheets.items():
            in_row = (sheet.range >= FLAG_RANGE).sum(axis=1)
            rows = [s.entry for s in self.reading.suppliers] if kind == Kind.STRENGTH else np.arange(len(counts))
            np.add.at(counts, rows, in_row)
        return counts

    def _where(self, place: Place) -> tuple[Sheet, int, int] | None:
        kind, column = self._columns.get(place.item, ("", 0))
        row = (self._suppliers if kind == Kind.STRENGTH else self._entries).get((place.entry, place.supplier))
        return None if row is None or not kind else (self.reading.sheets[kind], row, column)

    @cached_property
    def _columns(self) -> dict[int, tuple[str, int]]:
        items = self.reading.items
        return {item.id: (kind, column) for kind, some in items.items() for column, item in enumerate(some)}

    @cached_property
    def _entries(self) -> dict[tuple[int, int], int]:
        return {(entry.id, 0): row for row, entry in enumerate(self.reading.entries)}

    @cached_property
    def _suppliers(self) -> dict[tuple[int, int], int]:
        entries = self.reading.entries
        return {(entries[s.entry].id, s.id): row for row, s in enumerate(self.reading.suppliers)}


class Desk:
    """What a rater has before them. In the second turn only what lies far apart is asked again."""

    def __init__(self, round_: Round, member: Member) -> None:
        self.round, self.member = round_, member
        self.reading = reading_of(round_)
        self.cells = Cells(self.reading)
        self.is_second = round_.stage == Stage.SECOND

    @property
    def filters(self) -> tuple[str, ...]:
        return ("talk", "missing", "all") if self.is_second else ("all", "missing")

    @cached_property
    def stops(self) -> list[Stop]:
        """Every account of the round that was not merged away, in the order of the reading."""
        wanted = self.cells.flagged() if self.is_second else self._wanted()
        given = self._given_again() if self.is_second else self._given()
        return [
            Stop(at, entry, given.get(entry.id, 0), int(wanted[at]))
            for at, entry in enumerate(self.reading.entries)
            if entry.is_ranked
        ]

    def chosen(self, which: str, text: str = "") -> Iterator[Stop]:
        """The accounts of a filter whose name holds a text."""
        text = text.casefold()
        for stop in self.stops:
            is_wanted = which == "all" or (stop.wanted > 0 and (which == "talk" or not stop.is_done))
            if is_wanted and text in stop.entry.name.casefold():
                yield stop

    @property
    def asked(self) -> int:
        """How many accounts are asked about at all."""
        return sum(stop.wanted > 0 for stop in self.stops)

    @property
    def done(self) -> int:
        return sum(stop.wanted > 0 and stop.is_done for stop in self.stops)

    def suppliers(self, stop: Stop) -> list[SupplierRead]:
        """Ourselves and whom we are compared with at an account."""
        return self._suppliers[stop.position]

    def own(self, entries: set[int], turn: int | None = None) -> dict[Place, Score]:
        """The rater's own scores of some accounts, in the running turn or another one."""
        return own_scores(self.member, turn or self.round.turn, entries)

    @cached_property
    def _suppliers(self) -> dict[int, list[SupplierRead]]:
        found: dict[int, list[SupplierRead]] = defaultdict(list)
        for supplier in self.reading.suppliers:
            found[supplier.entry].append(supplier)
        return found

    def _wanted(self) -> list[int]:
        items = self.reading.items
        of_account, factors = len(items[Kind.SELECTION]) + len(items[Kind.ATTRACTIVENESS]), len(items[Kind.STRENGTH])
        return [of_account + factors * len(self._suppliers[at]) for at in range(len(self.reading.entries))]

    def _given(self) -> dict[int, int]:
        rows = Score.objects.filter(member=self.member, turn=self.round.turn).order_by()
        return dict(rows.values_list("entry").annotate(n=Count("pk")))

    def _given_again(self) -> dict[int, int]:
        """Only scores of cells that were to be talked about count towards being through with them."""
        found: dict[int, int] = defaultdict(int)
        rows = Score.objects.filter(member=self.member, turn=self.round.turn)
        for entry, item, supplier in rows.values_list("entry_id", "item_id", "supplier_id"):
            found[entry] += self.cells.is_flagged(Place(entry, item, supplier or 0))
        return found
