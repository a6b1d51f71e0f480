"""The rater's cards: one account at a time, each criterion with its anchors, its ten points, its evidence."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from openkam.web.people.models import User
from openkam.web.portfolio.selection import whole_number

from ..models import Kind, Score
from ..reading.sheets import ItemRead, SupplierRead
from ..scoring import Place
from ..suggestions import Ledger, Suggestion
from .desk import FILTERS, Desk, Stop
from .taking import Outcome

SCALE = range(1, 11)
MOST_LISTED = 50


@dataclass(frozen=True)
class Cell:
    """One place to score: what stands there, what was said before, what the ledger suggests."""

    place: Place
    name: str
    text: str
    note: str
    refusal: Any = None
    is_suggested: bool = False
    first: int | None = None
    shown: tuple[float, float] | None = None
    is_flagged: bool = False
    suggestion: Suggestion | None = None

    @property
    def is_offered(self) -> bool:
        """Whether the suggestion is accepted along with others: the rater has given no score here yet."""
        return self.suggestion is not None and not self.text and self.first is None


@dataclass(frozen=True)
class Card:
    """A criterion: one cell, or for a success factor one for us and each competitor."""

    item: ItemRead
    cells: list[Cell]

    @property
    def is_flagged(self) -> bool:
        return any(cell.is_flagged for cell in self.cells)


@dataclass(frozen=True)
class Choice:
    """What an address asks for: a filter, a part of a name, an account."""

    which: str
    text: str = ""
    account: int | None = None

    @classmethod
    def of(cls, desk: Desk, query: QueryDict) -> "Choice":
        which = query.get("filter", "")
        first = desk.filters[0] if not desk.is_second or desk.asked else "all"
        return cls(
            which if which in desk.filters else first,
            query.get("q", "").strip()[:200],
            whole_number(query.get("account")),
        )

    def at(self, stop: Stop) -> str:
        """The rest of an address that leads to an account, under the same filter."""
        return "?" + urlencode(
            {"account": stop.entry.id, "filter": self.which, **({"q": self.text} if self.text else {})}
        )


class Cards:
    """What the page shows for one choice."""

    def __init__(self, desk: Desk, choice: Choice, outcome: Outcome, user: User) -> None:
        self.desk, self.choice, self.outcome, self.user = desk, choice, outcome, user
        self.listed = list(desk.chosen(choice.which, choice.text))
        self.stop = self._stop()

    def _stop(self) -> Stop | None:
        """The account that was asked for; else the first that still asks for scores."""
        asked = next((stop for stop in self.desk.stops if stop.entry.id == self.choice.account), None)
        still = (stop for stop in self.listed if not stop.is_done)
        return asked or next(still, None) or next(iter(self.listed), None)

    @property
    def here(self) -> str:
        return self.choice.at(self.stop) if self.stop else ""

    @property
    def previous(self) -> str:
        before = [stop for stop in self.listed if self.stop and stop.position < self.stop.position]
        return self.choice.at(before[-1]) if before else ""

    @property
    def next(self) -> str:
        after = (stop for stop in self.listed if self.stop and stop.position > self.stop.position)
        found = next(after, None)
        return self.choice.at(found) if found else ""

    @property
    def jumps(self) -> list[tuple[Stop, str]]:
        """Accounts to go to: those around the one that is shown."""
        here = self.stop.position if self.stop else 0
        start = max(0, sum(stop.position < here for stop in self.listed) - MOST_LISTED // 2)
        return [(stop, self.choice.at(stop)) for stop in islice(self.listed, start, start + MOST_LISTED)]

    @property
    def has_offers(self) -> bool:
        return any(cell.is_offered for _kind, cards in self.sections for card in cards for cell in card.cells)

    @cached_property
    def sections(self) -> list[tuple[Any, list[Card]]]:
        """Kinds of criteria with their cards, in the second turn what lies far apart first."""
        if self.stop is None:
            return []
        made = self._cells(self.stop)
        found = []
        for kind, items in self.desk.reading.items.items():
            cards = [Card(item, [made[place] for place in self._places(self.stop, item)]) for item in items]
            if cards:
                found.append((Kind(kind), sorted(cards, key=lambda card: not card.is_flagged)))
        return found

    def _places(self, stop: Stop, item: ItemRead) -> Iterator[Place]:
        for supplier in self._suppliers(stop, item):
            yield Place(stop.entry.id, item.id, supplier.id)

    def _suppliers(self, stop: Stop, item: ItemRead) -> list[SupplierRead]:
        suppliers = self.desk.suppliers(stop)
        return suppliers if item.kind == Kind.STRENGTH else suppliers[:1]

    def _cells(self, stop: Stop) -> dict[Place, Cell]:
        entries = {stop.entry.id}
        now = self.desk.own(entries)
        first = self.desk.own(entries, 1) if self.desk.is_second else {}
        items = [item for some in self.desk.reading.items.values() for item in some]
        offers = Ledger(self.user).suggestions(items, [stop.entry]) if self.desk.round.takes_scores else {}
        return {
            Place(stop.entry.id, item.id, supplier.id): self._cell(
                Place(stop.entry.id, item.id, supplier.id),
                (item, supplier),
                (now, first),
                None if supplier.id else offers.get((stop.entry.id, item.id)),
            )
            for item in items
            for supplier in self._suppliers(stop, item)
        }

    def _cell(
        self,
        place: Place,
        named: tuple[ItemRead, SupplierRead],
        own: tuple[Mapping[Place, Score], Mapping[Place, Score]],
        suggestion: Suggestion | None,
    ) -> Cell:
        now, first = (rows.get(place) for rows in own)
        typed = self.outcome.typed.get(place)
        item, supplier = named
        note = (now or first).note if now or first else ""  # type: ignore[union-attr]
        return Cell(
            place=place,
            name=(supplier.name or _("Us")) if item.kind == Kind.STRENGTH else item.name,
            text=typed.text if typed else str(now.value) if now else "",
            note=typed.note if typed and typed.note is not None else note,
            refusal=self.outcome.refused.get(place),
            is_suggested=bool(now and now.is_suggested),
            first=first.value if first else None,
            shown=self.desk.cells.at(place) if self.desk.is_second else None,
            is_flagged=self.desk.is_second and self.desk.cells.is_flagged(place),
            suggestion=suggestion,
        )


def context(desk: Desk, choice: Choice, outcome: Outcome, user: User) -> dict[str, Any]:
    cards = Cards(desk, choice, outcome, user)
    return {
        "desk": desk,
        "cards": cards,
        "stop": cards.stop,
        "choice": choice,
        "filters": [(name, FILTERS[name], name == choice.which) for name in desk.filters],
        "scale": SCALE,
        "is_done": desk.member.finished_turn >= desk.round.turn,
    }
