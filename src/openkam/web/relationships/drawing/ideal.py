"""The deck's own drawings: the nodes that it names on each side, and the contacts across the border."""

from collections.abc import Iterable
from datetime import date

from openkam.method.network import LEVELS
from openkam.web.contacts.models import Function, Level
from openkam.web.interactions.models import TeamKind

from .model import DRAWINGS, Edge, JointTeam, Network, Person, Side
from .words import HUBS

BOW_TIE = ("marketing", "administration", "operations", "board")
DIAMOND = (
    ("rd", "rd"),
    ("administration", "administration"),
    ("operations", "operations"),
    ("outbound_logistics", "inbound_logistics"),
    ("board", "board"),
)
TEAMS = ("operations", "npd", "logistics", "she", "market_research")
THIN, THICK = 2, 24


def ideal(stage: int) -> Network:
    """What a stage, 0 to 5, looks like at its best. Source: the deck, pages 2-6."""
    name = DRAWINGS[stage]
    people, edges = list(_hubs()), [_edge("ours-hub", "theirs-hub", THIN if name == "pre" else THICK)]
    if name in ("pre", "mid"):
        people += [_level(code, side) for code in LEVELS for side in ("ours", "theirs")]
    if name == "early":
        people += [_function(code, side) for code in BOW_TIE for side in ("ours", "theirs")]
    if name == "mid":
        edges += [_edge(f"ours-{code}", f"theirs-{code}", 6) for code in LEVELS]
    if name == "partnership":
        people += [
            _function(code, side) for pair in DIAMOND for side, code in zip(("ours", "theirs"), pair, strict=True)
        ]
        edges += [_edge(f"ours-{ours}", f"theirs-{theirs}", 16) for ours, theirs in DIAMOND]
    if name == "synergistic":
        people += [_function("board", side) for side in ("ours", "theirs")]
        edges.append(_edge("ours-board", "theirs-board", 8))
    teams = tuple(_team(kind, people, edges) for kind in (TEAMS if name == "synergistic" else ()))
    return _network(people, edges, teams)


def _network(people: Iterable[Person], edges: Iterable[Edge], teams: tuple[JointTeam, ...]) -> Network:
    return Network(
        on=date(2000, 1, 1),
        our_name="",
        their_name="",
        people=tuple(people),
        edges=tuple(edges),
        teams=teams,
        joint_board=2 if teams else 0,
        is_ideal=True,
    )


def _hubs() -> Iterable[Person]:
    yield Person("ours-hub", str(HUBS["ours"]), "ours", is_manager=True)
    yield Person("theirs-hub", str(HUBS["theirs"]), "theirs", is_main_contact=True)


def _level(code: str, side: Side) -> Person:
    return Person(f"{side}-{code}", str(Level(code).label), side, level=code)


def _function(code: str, side: Side) -> Person:
    return Person(f"{side}-{code}", str(Function(code).label), side, function=code)


def _team(kind: str, people: list[Person], edges: list[Edge]) -> JointTeam:
    """One member of each firm, who work with each other."""
    for side in ("ours", "theirs"):
        people.append(Person(f"{side}-{kind}", "", side, function="other"))
    edges.append(_edge(f"ours-{kind}", f"theirs-{kind}", 12))
    return JointTeam(str(TeamKind(kind).label), kind, (f"ours-{kind}",), (f"theirs-{kind}",))


def _edge(ours: str, theirs: str, weight: int) -> Edge:
    return Edge(ours, theirs, weight, weight, is_direct="hub" not in ours + theirs)
