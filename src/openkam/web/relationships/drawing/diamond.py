"""Partnership KAM: a diamond. The bases meet, function to function; the two hubs coordinate from the outer corners."""

from collections.abc import Sequence
from dataclasses import replace

from . import words
from .bands import Band, Entry, bands, hub
from .model import Network
from .parts import (
    GAP,
    IDEAL_TOP,
    MARGIN,
    Nodes,
    Style,
    firms,
    labels,
    links,
    mirrored,
    node,
    node_with,
    team_pills,
    thread,
)
from .scene import CENTRE, WIDTH, Anchor, Node, Point, Scene, Shape, place, rounded
from .seats import Seating, seated

FACE, HUB_X, FAN_X = 350.0, 36.0, 162.0
FIRM_Y, TOP, BAND_GAP, FOOT = 24.0, 50.0, 7.0, 12.0
HUB_ROW, HUB_ROOM = 58.0, 178.0
IDEAL_ROOM, IDEAL_FAN_X = 280.0, 84.0
HUB_DY = (-11.0, 21.0)


def diamond(network: Network, stage: str = "partnership") -> Scene:
    groups, hubs = bands(network, "function", wanted=("brd", *network.relevant)), hub(network)
    above = middle_of([_rows(band) for band in groups])
    rows = [*groups[:above], hubs, *groups[above:]]
    seating = seated(rows, network)
    style = Style.of(network, seating.rows)
    heights = _heights(seating, style, above)
    nodes = _nodes(seating, style, heights)
    bottom = heights[-1][1] + FOOT
    pills, deeper = team_pills(network, bottom + 12.0)
    return Scene(
        stage=stage,
        height=rounded(bottom + 12.0 + deeper),
        top=IDEAL_TOP if network.is_ideal else 0.0,
        title=words.title(network, stage),
        firms=firms(network, FACE, FIRM_Y, "end"),
        shapes=_triangles(bottom, sum(heights[seating.first(above)]) / 2),
        inside=_coordination(nodes),
        links=links(network, nodes, _way),
        nodes=tuple(nodes.values()),
        pills=pills,
        thread=thread(network, nodes),
        is_ideal=network.is_ideal,
        is_compact=style.is_compact,
    )


def _rows(band: Band) -> int:
    return max(len(band.ours.entries), len(band.theirs.entries))


def middle_of(lengths: Sequence[int]) -> int:
    """How many bands come before the middle."""
    return min(range(len(lengths) + 1), key=lambda at: abs(sum(lengths[:at]) - sum(lengths[at:])))


def _heights(seating: Seating, style: Style, hub_band: int) -> list[tuple[float, float]]:
    """Top and bottom of every row."""
    found, y = [], TOP
    for band, length in enumerate(seating.lengths):
        for _row in range(length):
            step = HUB_ROW if band == hub_band else style.row
            found.append((y, y + step))
            y += step
        y += BAND_GAP
    return found


def _nodes(seating: Seating, style: Style, heights: Sequence[tuple[float, float]]) -> dict[str, Node]:
    found, room = {}, IDEAL_ROOM if style.is_ideal else FACE - FAN_X - GAP
    for seat in seating.seats:
        entry, y = seat.entry, sum(heights[seat.row]) / 2
        if entry.is_hub or entry.key.endswith("-hub"):
            found[entry.key] = _hub(entry, y, style)
        else:
            found[entry.key] = node(entry, Point(mirrored(FACE, entry.side), y), room, style)
    return found


def _hub(entry: Entry, y: float, style: Style) -> Node:
    """In its corner; its words lie on the line that leads from it to the border."""
    ours = entry.side == "ours"
    fit: tuple[Anchor, float] = ("start" if ours else "end", IDEAL_ROOM if style.is_ideal else HUB_ROOM)
    x = mirrored(IDEAL_FAN_X if style.is_ideal else FAN_X, entry.side)
    texts = labels(entry, Point(x, y), fit, replace(style, is_compact=False))
    apart = tuple(replace(text, y=y + dy) for text, dy in zip(texts, HUB_DY, strict=False))
    return node_with(entry, Point(mirrored(HUB_X, entry.side), y), apart)


def _triangles(bottom: float, middle: float) -> tuple[Shape, ...]:
    found = []
    for side in ("ours", "theirs"):
        base, corner = mirrored(FACE, side), mirrored(MARGIN, side)
        points = ((base, TOP - FOOT), (corner, middle), (base, bottom))
        found.append(Shape("M" + "L".join(place(*point) for point in points) + "Z", f"firm-{side}"))
    meeting = f"M{place(FACE, TOP - FOOT)}H{WIDTH - FACE:.1f}V{bottom:.1f}H{FACE:.1f}Z"
    return (*found, Shape(meeting, "meeting"))


def _coordination(nodes: Nodes) -> tuple[str, ...]:
    """From each hub to the people of its own firm."""
    found = []
    for side in ("ours", "theirs"):
        ours = [node for node in nodes.values() if node.side == side]
        hubs = [node for node in ours if node.is_hub]
        people = [node for node in ours if node.is_person and not node.is_hub]
        found += [f"M{place(hubs[0].x, hubs[0].y)}L{place(node.x, node.y)}" for node in people if hubs]
    return tuple(found)


def _way(start: Node, end: Node) -> str:
    """Straight between functions; a hub reaches the border along its own row, past the names."""
    x1, x2 = start.x + start.radius, end.x - end.radius
    near, far = (FACE if start.is_hub else x1), (WIDTH - FACE if end.is_hub else x2)
    curve = f"C{place(CENTRE, start.y)} {place(CENTRE, end.y)} {place(far, end.y)}"
    return f"M{place(x1, start.y)}H{near:.1f}{curve}H{x2:.1f}"
