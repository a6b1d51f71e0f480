"""What is drawn: the people of both sides, who of them is in contact with whom, and the teams they share."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal

from openkam.method.network import RELEVANT

Side = Literal["ours", "theirs"]
SIDES: tuple[Side, Side] = ("ours", "theirs")
#: The five drawings by the number of their stage; a dormant relationship is drawn like a pre-KAM one.
DRAWINGS = ("pre", "pre", "early", "mid", "partnership", "synergistic")
#: A contact whose last time is longer ago than these days is drawn dashed.
STALE_DAYS = 120


@dataclass(frozen=True)
class Person:
    """Somebody of one side. Function and level are codes of the method; empty is not known."""

    key: str
    name: str
    side: Side
    title: str = ""
    function: str = ""
    level: str = ""
    url: str = ""
    is_manager: bool = False
    is_main_contact: bool = False
    is_placeholder: bool = False

    @property
    def is_hub(self) -> bool:
        return self.is_manager or self.is_main_contact


@dataclass(frozen=True)
class Edge:
    """One of ours and one of theirs in active contact: how often in twelve months, when last, in which ways."""

    ours: str
    theirs: str
    n12: int
    weight: int
    last_on: date | None = None
    is_direct: bool = False
    kinds: str = ""
    url: str = ""

    @property
    def key(self) -> str:
        return f"{self.ours}-{self.theirs}"


@dataclass(frozen=True)
class JointTeam:
    """A team with members of both firms, by their keys."""

    name: str
    kind: str = "other"
    ours: tuple[str, ...] = ()
    theirs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Network:
    """One account on one day. `edges` are the active ones alone.

    relevant  the counterpart groups that a partnership needs on both sides, beside the board.
    thread    the contact of the two hubs when it is recorded and not active: a pre-KAM drawing hints at it.
    is_ideal  the deck's own nodes, which bear no names.
    """

    on: date
    our_name: str
    their_name: str
    people: tuple[Person, ...] = ()
    edges: tuple[Edge, ...] = ()
    teams: tuple[JointTeam, ...] = ()
    joint_board: int = 0
    relevant: tuple[str, ...] = RELEVANT
    thread: Edge | None = None
    is_ideal: bool = False

    @cached_property
    def by_key(self) -> dict[str, Person]:
        return {person.key: person for person in self.people}

    @cached_property
    def weights(self) -> dict[str, int]:
        """The contact of everybody who has any."""
        found: dict[str, int] = {}
        for edge in self.edges:
            for key in (edge.ours, edge.theirs):
                found[key] = found.get(key, 0) + edge.weight
        return found

    def of(self, side: Side) -> tuple[Person, ...]:
        return tuple(person for person in self.people if person.side == side)

    def is_stale(self, edge: Edge) -> bool:
        return edge.last_on is not None and (self.on - edge.last_on).days > STALE_DAYS
