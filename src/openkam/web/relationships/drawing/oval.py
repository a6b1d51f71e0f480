"""Synergistic KAM: one oval. Teams of both firms lie on the dotted border; the two hubs coordinate in the centre."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from . import words
from .bands import HUB, Band, Column, Entry, bands, entry, hub
from .diamond import middle_of
from .model import SIDES, JointTeam, Network, Side
from .parts import GAP, IDEAL_TOP, Style, across, firms, links, mirrored, node, pill, thread
from .scene import CENTRE, WIDTH, Node, Pill, Point, Scene, Shape, place, rounded
from .seats import Seating, seated

FACE, EDGE, IDEAL_EDGE = 372.0, 180.0, 112.0
FIRM_Y, TOP = 24.0, 40.0
HEAD, PAD, APART, CORNER, INSET = 20.0, 8.0, 22.0, 20.0, 12.0
OVAL = CENTRE - 8.0
#: How full the oval is: .55 is an ellipse, 1 would be a box.
FULL = 0.76


@dataclass(frozen=True)
class _Block:
    """Some rows of the oval: a team, a function, or the hubs."""

    title: str
    band: Band

    @property
    def has_box(self) -> bool:
        return bool(self.title) or self.band.key == HUB


@dataclass(frozen=True)
class _Layout:
    blocks: tuple[_Block, ...]
    seating: Seating
    style: Style
    top: float
    tops: tuple[float, ...]
    high: float

    @property
    def edge(self) -> float:
        """Where the words of our side begin."""
        return IDEAL_EDGE if self.style.is_ideal else EDGE

    def y(self, band: int, row: int) -> float:
        start = self.top + self.tops[band] + (HEAD if self.blocks[band].title else PAD)
        return start + (row - self.seating.first(band) + 0.5) * self.style.row


def oval(network: Network, stage: str = "synergistic") -> Scene:
    layout = _layout(network, _blocks(network))
    nodes = _nodes(layout)
    real = {key: node for key, node in nodes.items() if node.look != "again"}
    middle = layout.top + layout.high / 2
    reach = middle - TOP
    return Scene(
        stage=stage,
        height=rounded(middle + reach + 12.0),
        top=IDEAL_TOP if network.is_ideal else 0.0,
        title=words.title(network, stage),
        firms=firms(network, 150.0, FIRM_Y),
        shapes=(*_outline(middle, reach), *_boxes(layout)),
        inside=(),
        links=links(network, real, across),
        nodes=tuple(nodes.values()),
        pills=_titles(layout),
        thread=thread(network, real),
        is_ideal=network.is_ideal,
        is_compact=layout.style.is_compact,
    )


def _blocks(network: Network) -> list[_Block]:
    """The board, the teams, the functions outside of teams; the hubs in the middle of them."""
    board = _board(network) if network.joint_board else []
    placed = {entry.key for block in board for side in SIDES for entry in block.band.of(side).entries}
    teams = [_team(network, team, at, placed) for at, team in enumerate(network.teams)]
    loose = [_Block("", band) for band in bands(network, "function", without=placed)]
    found = [*board, *teams, *(block for block in loose if not (board and block.band.key == "brd"))]
    above = middle_of([_rows(block.band) + (1 if block.title else 0) for block in found])
    return [*found[:above], _Block("", hub(network)), *found[above:]]


def _board(network: Network) -> list[_Block]:
    """The two boards in their meetings. Who has no active contact and is in a team stands there instead."""
    teamed = {key for team in network.teams for key in (*team.ours, *team.theirs)} - set(network.weights)
    found = bands(network, "function", wanted=("brd",), without=teamed)
    boards = [band for band in found if band.key == "brd"] or [Band("brd", Column(), Column())]
    return [_Block(words.joint_board(network), band) for band in boards]


def _rows(band: Band) -> int:
    return max(len(band.ours.entries), len(band.theirs.entries))


def _team(network: Network, team: JointTeam, at: int, placed: set[str]) -> _Block:
    """Its members; whoever stands elsewhere already is named again, without a place of their own."""
    columns = []
    for side, keys in zip(SIDES, (team.ours, team.theirs), strict=True):
        columns.append(Column(tuple(_members(network, (at, side), keys, placed))))
    return _Block(team.name, Band(f"team-{at}", *columns))


def _members(network: Network, place: tuple[int, Side], keys: Iterable[str], placed: set[str]) -> Iterable[Entry]:
    at, side = place
    known = [network.by_key[key] for key in dict.fromkeys(keys) if key in network.by_key]
    for person in known:
        if person.side != side:
            continue
        if person.is_hub or person.key in placed:
            again = entry(network, person, by_level=False, look="again")
            yield Entry(f"{person.key}@{at}", side, "again", again.head, again.tail, again.title, again.url)
        else:
            placed.add(person.key)
            yield entry(network, person, by_level=False)


def _layout(network: Network, blocks: Sequence[_Block]) -> _Layout:
    seating = seated([block.band for block in blocks], network)
    style = Style.of(network, seating.rows)
    tops, y = [], 0.0
    for block, length in zip(blocks, seating.lengths, strict=True):
        tops.append(y)
        y += length * style.row + (HEAD if block.title else PAD) + PAD + (APART if block.has_box else PAD)
    high = y - APART
    across = (CENTRE - (IDEAL_EDGE if style.is_ideal else EDGE) + INSET) / OVAL
    top = TOP + 26.0 + high / 2 * (1 / _steepness(across) - 1)
    return _Layout(tuple(blocks), seating, style, top, tuple(tops), high)


def _steepness(across: float) -> float:
    """How high the oval still is, as a part of its half height, where it is that part of its half width across."""
    low, high = 0.0, 1.0
    for _step in range(40):
        t = (low + high) / 2
        x = (1 - t) ** 3 + 3 * (1 - t) ** 2 * t + 3 * (1 - t) * t**2 * FULL
        low, high = (t, high) if x > across else (low, t)
    return 3 * (1 - low) ** 2 * low * FULL + 3 * (1 - low) * low**2 + low**3


def _nodes(layout: _Layout) -> dict[str, Node]:
    room = FACE - layout.edge - GAP - 3.0
    found = {}
    for seat in layout.seating.seats:
        at = Point(mirrored(FACE, seat.entry.side), layout.y(seat.band, seat.row))
        found[seat.entry.key] = node(seat.entry, at, room, layout.style)
    return found


def _outline(middle: float, reach: float) -> tuple[Shape, ...]:
    """Fuller than an ellipse, as it holds rows of names."""
    turns = ((1, -1), (1, 1), (-1, 1), (-1, -1))
    d = f"M{place(CENTRE, middle - reach)}"
    for (x, y), is_down in zip(turns, (True, False, True, False), strict=True):
        corner = [(FULL * x, y), (x, FULL * y), (x, 0)] if is_down else [(x, FULL * y), (FULL * x, y), (0, y)]
        d += "C" + " ".join(place(CENTRE + OVAL * across, middle + reach * down) for across, down in corner)
    border = f"M{place(CENTRE, middle - reach)}V{middle + reach:.1f}"
    return Shape(f"{d}Z", "oval"), Shape(border, "border")


def _boxes(layout: _Layout) -> tuple[Shape, ...]:
    found = []
    for band, block in enumerate(layout.blocks):
        if block.has_box:
            top = layout.top + layout.tops[band]
            bottom = layout.y(band, layout.seating.first(band + 1)) - layout.style.row / 2 + PAD
            found.append(Shape(_box(layout.edge, top, bottom), "hubs" if block.band.key == HUB else "team"))
    return tuple(found)


def _box(edge: float, top: float, bottom: float) -> str:
    left, right, r = edge - INSET, WIDTH - edge + INSET, CORNER
    turn = f"a{r} {r} 0 0 1"
    wide, high = right - left - 2 * r, bottom - top - 2 * r
    sides = (
        f"h{wide:.1f}{turn} {r} {r}v{high:.1f}{turn} -{r} {r}h{-wide:.1f}{turn} -{r} -{r}v{-high:.1f}{turn} {r} -{r}Z"
    )
    return f"M{place(left + r, top)}{sides}"


def _titles(layout: _Layout) -> tuple[Pill, ...]:
    """On the upper edge of each team."""
    return tuple(
        pill([block.title], Point(CENTRE, layout.top + layout.tops[band]), is_large=layout.style.is_ideal)
        for band, block in enumerate(layout.blocks)
        if block.title
    )
