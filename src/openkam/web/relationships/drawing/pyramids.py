"""Pre and mid KAM: two upright pyramids of levels, apart or touching; people in contact stand on the facing slopes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from . import words
from .bands import Band, bands, hub
from .model import SIDES, Network, Side
from .parts import (
    IDEAL_TOP,
    LONE_DY,
    MARGIN,
    Nodes,
    Style,
    across,
    firms,
    links,
    mirrored,
    node,
    pill,
    team_pills,
    thread,
)
from .scene import CENTRE, LOOKS, WIDTH, Node, Pill, Point, Scene, Shape, place, rounded
from .seats import Seating, seated
from .text import shortened

SLOT = 165.0
FIRM_Y, APEX_Y, HEAD, FOOT = 24.0, 36.0, 30.0, 14.0
#: Where the apex of our pyramid stands, and the corner of its base on the border.
APART, TOUCHING = (212.0, 386.0), (226.0, CENTRE)
PILL_ROOM, WIDEST = 28.0, 300.0


@dataclass(frozen=True)
class _Slope:
    """Our facing slope."""

    top: float
    corner: float
    base_y: float

    def x(self, y: float) -> float:
        return self.top + (self.corner - self.top) * (y - APEX_Y) / (self.base_y - APEX_Y)


@dataclass(frozen=True)
class _Layout:
    slope: _Slope
    style: Style
    seating: Seating

    def y(self, row: float) -> float:
        return APEX_Y + HEAD + (row + 0.5) * self.style.row


def pyramids(network: Network, stage: str) -> Scene:
    """Raises nothing: a side without people shows what is missing."""
    rows = _with_hub(bands(network, "level"), hub(network))
    layout = _layout(network, rows, APART if stage == "pre" else TOUCHING)
    nodes = _nodes(layout)
    hubs = _hub_label(nodes, is_ideal=network.is_ideal) if stage == "mid" else ()
    nodes = {key: _named(node) if hubs and node.is_hub else node for key, node in nodes.items()}
    pills, deeper = team_pills(network, layout.slope.base_y + 16.0) if stage == "mid" else ((), 0.0)
    return Scene(
        stage=stage,
        height=rounded(layout.slope.base_y + 16.0 + deeper),
        top=IDEAL_TOP if network.is_ideal else 0.0,
        title=words.title(network, stage),
        firms=firms(network, layout.slope.top, FIRM_Y),
        shapes=(*_outlines(layout), *_floors(layout)),
        inside=(),
        links=links(network, nodes, across),
        nodes=tuple(nodes.values()),
        pills=(*hubs, *pills),
        thread=thread(network, nodes) if stage == "pre" else "",
        is_ideal=network.is_ideal,
        is_compact=layout.style.is_compact,
    )


def _with_hub(levels: Sequence[Band], hubs: Band) -> list[Band]:
    """Beneath the managers, where a key account manager stands."""
    above = sum(band.key in ("director", "manager") for band in levels)
    return [*levels[:above], hubs, *levels[above:]]


def _layout(network: Network, rows: Sequence[Band], corners: tuple[float, float]) -> _Layout:
    top, corner = corners

    def slots(row: int, count: int) -> int:
        share = (row + 0.5) / count
        return max(1, int((top + (corner - top) * share * 0.96 - MARGIN) // SLOT))

    seating = seated(rows, network, slots)
    style = Style.of(network, seating.rows)
    base = APEX_Y + HEAD + seating.rows * style.row + FOOT
    return _Layout(_Slope(top, corner, base), style, seating)


def _nodes(layout: _Layout) -> Nodes:
    found: dict[str, Node] = {}
    for seat in layout.seating.seats:
        y = layout.y(seat.row)
        x = layout.slope.x(y) - SLOT * seat.slot
        room = x - MARGIN if seat.slot or seat.is_alone else SLOT - 12.0
        at = Point(mirrored(x, seat.entry.side), y)
        found[seat.entry.key] = node(seat.entry, at, min(room, WIDEST), layout.style)
    return found


def _outlines(layout: _Layout) -> tuple[Shape, ...]:
    return tuple(Shape(_pyramid(layout.slope, side), f"firm-{side}") for side in ("ours", "theirs"))


def _pyramid(slope: _Slope, side: Side) -> str:
    corners = [(slope.top, APEX_Y), (slope.corner, slope.base_y), (2 * slope.top - slope.corner, slope.base_y)]
    return "M" + "L".join(place(mirrored(x, side), y) for x, y in corners) + "Z"


def _floors(layout: _Layout) -> tuple[Shape, ...]:
    """A line between two levels."""
    found = []
    for band in range(1, len(layout.seating.lengths)):
        y = APEX_Y + HEAD + layout.seating.first(band) * layout.style.row
        right = layout.slope.x(y)
        ends = (2 * layout.slope.top - right, right)
        for side in ("ours", "theirs"):
            left, right = (mirrored(x, side) for x in ends)
            found.append(Shape(f"M{place(left, y)}H{right:.1f}", "floor"))
    return tuple(found)


def _named(node: Node) -> Node:
    """Without what it is, which the label between the hubs says."""
    if len(node.texts) != 2:
        return replace(node, texts=() if node.texts and not node.texts[0].after else node.texts)
    name, (size, is_bold) = node.texts[1], LOOKS["head"]
    room = (name.x if node.side == "ours" else WIDTH - name.x) - MARGIN
    text = shortened(name.text, min(room, WIDEST), size, is_bold=is_bold)
    return replace(node, texts=(replace(name, text=text, look="head", y=rounded(node.y + LONE_DY)),))


def _hub_label(nodes: Nodes, *, is_ideal: bool) -> tuple[Pill, ...]:
    """One label for both hubs on the line between them, where there is room for it."""
    ours, theirs = (
        next(node for node in nodes.values() if node.side == side and (node.is_hub or node.key == f"hole-{side}-hub"))
        for side in SIDES
    )
    middle = Point(CENTRE, (ours.y + theirs.y) / 2)
    label = pill([str(words.HUBS[side]) for side in SIDES], middle, look="hub", is_large=is_ideal)
    return (label,) if theirs.x - ours.x > label.width + PILL_ROOM else ()
