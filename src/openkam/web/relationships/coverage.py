"""Who of theirs is in contact with whom of ours: a matrix of any day, from the same network as the drawing."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode

from openkam.method.network import LEVELS, is_active
from openkam.web.contacts.models import Colleague, Contact, Function

from .seen import Seen

ACTIVE, STALE = "active", "stale"


@dataclass(frozen=True)
class Cell:
    """The contacts of two people in the twelve months before, and whether they are enough and recent enough."""

    times: int
    last_on: date
    state: str


@dataclass
class Line:
    """One of their people. `cells` has one place for each of ours, None where there was no contact."""

    person: Contact
    cells: list[Cell | None]
    times: int = 0
    active: int = 0
    last_on: date | None = None

    @property
    def known(self) -> int:
        return sum(cell is not None for cell in self.cells)


@dataclass(frozen=True)
class Column:
    """One of ours with the sums over the people that are shown."""

    person: Colleague
    times: int
    active: int
    last_on: date | None


@dataclass(frozen=True)
class Matrix:
    columns: list[Column]
    lines: list[Line]
    times: int = 0
    active: int = 0
    nobody: int = field(default=0)


@dataclass(frozen=True)
class Choice:
    """What is shown and in which order, as the address says."""

    function: str = ""
    sort: str = "nobody"
    on: str = ""

    @classmethod
    def of(cls, query: Any) -> "Choice":
        function, sort = query.get("function", ""), query.get("sort", "")
        return cls(
            function=function if function in Function.values else "",
            sort=sort if sort in SORTS else "nobody",
            on=query.get("on", "")[:10],
        )

    @property
    def kept(self) -> str:
        standard = Choice()
        return urlencode({name: value for name, value in vars(self).items() if value != getattr(standard, name)})


def _rank(line: Line) -> tuple[int, str, int]:
    return -LEVELS.get(line.person.level, 0), line.person.folded, line.person.pk


#: How the rows can be ordered; within each the highest level comes first.
SORTS: dict[str, Callable[[Line], tuple[Any, ...]]] = {
    "nobody": lambda line: (line.active > 0, line.known > 0, *_rank(line)),
    "most": lambda line: (-line.times, *_rank(line)),
    "level": _rank,
    "name": lambda line: (line.person.folded, line.person.pk),
}


def matrix(seen: Seen, choice: Choice) -> Matrix:
    """Their people against ours; who of ours has most contacts stands first."""
    cells = _cells(seen)
    theirs = [one for one in seen.contacts.values() if choice.function in ("", one.function)]
    columns = _columns(seen, cells, {one.pk for one in theirs})
    order = [column.person.pk for column in columns]
    lines = sorted((_line(one, cells.get(one.pk, {}), order) for one in theirs), key=SORTS[choice.sort])
    return Matrix(
        columns=columns,
        lines=lines,
        times=sum(line.times for line in lines),
        active=sum(line.active for line in lines),
        nobody=sum(line.active == 0 for line in lines),
    )


def _cells(seen: Seen) -> dict[int, dict[int, Cell]]:
    """Contact -> colleague -> what they had with each other."""
    document = seen.document
    people = {person.id: person for person in (*document.ours, *document.theirs)}
    cells: dict[int, dict[int, Cell]] = defaultdict(dict)
    for tie, edge in zip(seen.ties, document.edges, strict=True):
        state = ACTIVE if is_active(edge, people, document.rules) else STALE
        cells[tie.contact][tie.colleague] = Cell(tie.n12, tie.last_on, state)
    return cells


def _columns(seen: Seen, cells: dict[int, dict[int, Cell]], theirs: set[int]) -> list[Column]:
    found = []
    for pk, person in seen.colleagues.items():
        own = [cells[contact][pk] for contact in theirs if pk in cells.get(contact, {})]
        found.append(Column(person, *_sums(own)))
    return sorted(found, key=lambda column: (-column.times, column.person.folded, column.person.pk))


def _line(person: Contact, own: dict[int, Cell], order: list[int]) -> Line:
    return Line(person, [own.get(pk) for pk in order], *_sums(list(own.values())))


def _sums(cells: list[Cell]) -> tuple[int, int, date | None]:
    active = sum(cell.state == ACTIVE for cell in cells)
    return sum(cell.times for cell in cells), active, max((cell.last_on for cell in cells), default=None)
