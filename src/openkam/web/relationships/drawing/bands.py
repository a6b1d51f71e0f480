"""Who stands in which band: people by level or by function, whoever is missing, and those who are only counted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from openkam.method.network import FUNCTIONS, LEVELS

from . import words
from .model import SIDES, Network, Person, Side

By = Literal["level", "function"]
#: With more people than this on a side, those without an active contact are only counted.
CROWD = 14
#: From top to bottom.
GROUPS = ("brd", "rd", "com", "mkr", "adm", "ops", "log", "she")
HUB, OTHER = "hub", ""


@dataclass(frozen=True)
class Entry:
    """Something with a place of its own: a person, nobody yet, or some people who are only counted."""

    key: str
    side: Side
    look: str
    head: str
    tail: str = ""
    title: str = ""
    url: str = ""
    is_hub: bool = False


@dataclass(frozen=True)
class Column:
    """One side of a band: those who stand at the border, and those behind them."""

    linked: tuple[Entry, ...] = ()
    others: tuple[Entry, ...] = ()

    @property
    def entries(self) -> tuple[Entry, ...]:
        return (*self.linked, *self.others)


@dataclass(frozen=True)
class Band:
    """A level or a function on both sides."""

    key: str
    ours: Column
    theirs: Column

    def of(self, side: Side) -> Column:
        return self.ours if side == "ours" else self.theirs


def bands(network: Network, by: By, *, wanted: Sequence[str] = (), without: Iterable[str] = ()) -> list[Band]:
    """The bands from top to bottom, without the two hubs: those with people, and the wanted ones.

    without  people who stand elsewhere; their band counts as held.
    """
    known = tuple(LEVELS) if by == "level" else GROUPS
    elsewhere = frozenset(without)
    found = {(key, side): _within(network, by, (key, side)) for key in (*known, OTHER) for side in SIDES}
    made = []
    for key in (*known, OTHER):
        people = {side: found[key, side] for side in SIDES}
        if key in wanted or any(people.values()):
            columns = [_column(network, by, (key, side), (people[side], elsewhere)) for side in SIDES]
            if any(column.entries for column in columns):
                made.append(Band(key, *columns))
    return made


def hub(network: Network) -> Band:
    """The key account manager and the main contact; whoever held the role in the window stands with them."""
    ours, theirs = (
        tuple(entry(network, person, by_level=False) for person in _weighty(network, people))
        or (_hole(HUB, side, by_level=False),)
        for side in SIDES
        for people in [[person for person in network.of(side) if person.is_hub]]
    )
    return Band(HUB, Column(ours), Column(theirs))


def band_of(person: Person, by: By) -> str:
    if by == "level":
        return person.level if person.level in LEVELS else OTHER
    return FUNCTIONS.get(person.function) or OTHER


def _within(network: Network, by: By, place: tuple[str, Side]) -> list[Person]:
    key, side = place
    return [person for person in network.of(side) if not person.is_hub and band_of(person, by) == key]


def _weighty(network: Network, people: Iterable[Person]) -> list[Person]:
    return sorted(people, key=lambda person: (-network.weights.get(person.key, 0), person.name, person.key))


def _column(network: Network, by: By, place: tuple[str, Side], held: tuple[list[Person], frozenset[str]]) -> Column:
    """One side of a band. `held`: everybody of it, and the keys of those who stand elsewhere."""
    (key, side), (everybody, elsewhere) = place, held
    people = [person for person in _weighty(network, everybody) if person.key not in elsewhere]
    linked = [person for person in people if person.key in network.weights]
    others = [person for person in people if person.key not in network.weights]
    by_level = by == "level"
    if not everybody and key != OTHER:
        return Column(others=(_hole(key, side, by_level=by_level),))
    entries = tuple(entry(network, person, by_level=by_level) for person in linked)
    if len(others) > 1 and len(network.of(side)) > CROWD:
        return Column(entries, (_more(key, side, others),))
    return Column(entries, tuple(entry(network, person, by_level=by_level) for person in others))


def entry(network: Network, person: Person, *, by_level: bool, look: str = "") -> Entry:
    role = words.role(person, by_level=by_level)
    if network.is_ideal:
        role, name = person.name, ""
    else:
        role, name = (role, person.name) if role else (person.name, "")
    usual = "open" if person.is_placeholder else "linked" if person.key in network.weights else "pale"
    return Entry(
        key=person.key,
        side=person.side,
        look=look or ("linked" if network.is_ideal else usual),
        head=role,
        tail=name,
        title=words.whole(person) if not network.is_ideal else person.name,
        url=person.url,
        is_hub=person.is_hub,
    )


def _hole(key: str, side: Side, *, by_level: bool) -> Entry:
    head = words.missing(key, side, by_level=by_level)
    nobody = words.nobody()
    return Entry(f"hole-{side}-{key}", side, "hole", head, nobody, title=f"{head}: {nobody}")


def _more(key: str, side: Side, people: Sequence[Person]) -> Entry:
    names = ", ".join(person.name for person in people)
    return Entry(f"more-{side}-{key}", side, "more", words.more(len(people)), title=names)
