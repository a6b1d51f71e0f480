"""Scoring on a desktop: accounts down, the criteria of one kind across, as many rows as a form can carry."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.utils.translation import gettext as _

from openkam.web.people.models import User

from ..models import Kind, Score
from ..reading.sheets import ItemRead, SupplierRead
from ..scoring import Place
from ..suggestions import Ledger, Suggestion
from .desk import Desk, Stop
from .page import Cell
from .taking import Outcome

MOST_ROWS, MOST_FIELDS = 50, 900


@dataclass(frozen=True)
class Line:
    """A row: an account, and for success factors one of the suppliers there."""

    account: str
    supplier: str
    cells: list[Cell]


class Table:
    """One page of one kind."""

    def __init__(self, desk: Desk, query: QueryDict, outcome: Outcome, user: User) -> None:
        self.desk, self.outcome, self.user = desk, outcome, user
        self.kinds = [Kind(kind) for kind, items in desk.reading.items.items() if items]
        asked = query.get("kind", "")
        self.kind = Kind(asked) if asked in self.kinds else next(iter(self.kinds), Kind.SELECTION)
        self.text = query.get("q", "").strip()[:200]
        self.page: Page[tuple[Stop, SupplierRead]] = Paginator(self._rows(), self._most()).get_page(query.get("page"))

    @property
    def items(self) -> tuple[ItemRead, ...]:
        return self.desk.reading.items[self.kind]

    @property
    def query(self) -> str:
        """The address of this table, for its page to be added."""
        return "?" + urlencode({"kind": self.kind.value, "q": self.text}) + "&"

    @property
    def has_offers(self) -> bool:
        return any(cell.is_offered for line in self.lines for cell in line.cells)

    @cached_property
    def lines(self) -> list[Line]:
        return [self._line(stop, supplier) for stop, supplier in self.page]

    @cached_property
    def _entries(self) -> set[int]:
        return {stop.entry.id for stop, _supplier in self.page}

    @cached_property
    def _own(self) -> tuple[Mapping[Place, Score], Mapping[Place, Score]]:
        """The rater's scores of the running turn, and in the second one those of the first."""
        desk = self.desk
        return desk.own(self._entries), desk.own(self._entries, 1) if desk.is_second else {}

    @cached_property
    def _offers(self) -> Mapping[tuple[int, int], Suggestion]:
        if not self.desk.round.takes_scores:
            return {}
        entries = [entry for entry in self.desk.reading.entries if entry.id in self._entries]
        return Ledger(self.user).suggestions(self.items, entries)

    def _line(self, stop: Stop, supplier: SupplierRead) -> Line:
        named = (supplier.name or _("Us")) if self.kind == Kind.STRENGTH else ""
        cells = [self._cell(Place(stop.entry.id, item.id, supplier.id), item) for item in self.items]
        return Line(stop.entry.name, named, cells)

    def _cell(self, place: Place, item: ItemRead) -> Cell:
        now, first = (rows.get(place) for rows in self._own)
        typed = self.outcome.typed.get(place)
        return Cell(
            place=place,
            name=item.name,
            text=typed.text if typed else str(now.value) if now else "",
            note="",
            refusal=self.outcome.refused.get(place),
            first=first.value if first else None,
            shown=self.desk.cells.at(place) if self.desk.is_second else None,
            is_flagged=self.desk.is_second and self.desk.cells.is_flagged(place),
            suggestion=None if first or place.supplier else self._offers.get((place.entry, place.item)),
        )

    def _rows(self) -> list[tuple[Stop, SupplierRead]]:
        found = self.desk.chosen("all", self.text)
        if self.kind == Kind.STRENGTH:
            return [(stop, supplier) for stop in found for supplier in self.desk.suppliers(stop)]
        return [(stop, self.desk.suppliers(stop)[0]) for stop in found]

    def _most(self) -> int:
        return max(1, min(MOST_ROWS, MOST_FIELDS // max(1, len(self.items))))
