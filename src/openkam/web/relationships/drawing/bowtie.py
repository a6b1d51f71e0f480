"""Early KAM: a bow-tie. Two triangles lie on their sides; all contact runs through the two apexes."""

from collections.abc import Sequence
from dataclasses import replace

from . import words
from .bands import Band, bands, hub
from .model import Network
from .parts import (
    IDEAL_TOP,
    MARGIN,
    Nodes,
    Style,
    across,
    firms,
    labels,
    links,
    mirrored,
    node,
    node_with,
    team_pills,
    thread,
)
from .scene import CENTRE, Node, Point, Scene, Shape, place, rounded
from .seats import Seating, seated

BASE, IDEAL_BASE, HUB_X, HUB_STEP = 190.0, 196.0, 392.0, 58.0
FIRM_Y, TOP, BAND_GAP, FOOT = 24.0, 52.0, 6.0, 12.0
LEAST_HEIGHT = 190.0
HUB_ROOM, HUB_LABEL_DY, NEAR = 224.0, -27.0, 34.0
ABOVE, BELOW = 58.0, 34.0


def bowtie(network: Network, stage: str = "early") -> Scene:
    groups, hubs = bands(network, "function"), hub(network)
    seating = seated(groups, network)
    style = Style.of(network, seating.rows)
    hubs_high = max(len(hubs.ours.linked), len(hubs.theirs.linked)) * HUB_STEP
    needed = seating.rows * style.row + max(0, len(groups) - 1) * BAND_GAP
    high = max(needed, LEAST_HEIGHT, hubs_high + 60.0)
    middle = TOP + high / 2
    nodes = _base(seating, style, middle - needed / 2) | _hubs(hubs, middle, style)
    pills, deeper = team_pills(network, TOP + high + FOOT + 16.0)
    return Scene(
        stage=stage,
        height=rounded(TOP + high + FOOT + 10.0 + deeper),
        top=IDEAL_TOP if network.is_ideal else 0.0,
        title=words.title(network, stage),
        firms=firms(network, BASE, FIRM_Y, "middle"),
        shapes=_triangles(_base_x(style), (TOP - FOOT, middle, TOP + high + FOOT)),
        inside=_stars(nodes),
        links=links(network, nodes, lambda start, end: _way(start, end, middle)),
        nodes=tuple(nodes.values()),
        pills=pills,
        thread=thread(network, nodes),
        is_ideal=network.is_ideal,
        is_compact=style.is_compact,
    )


def _base_x(style: Style) -> float:
    return IDEAL_BASE if style.is_ideal else BASE


def _base(seating: Seating, style: Style, top: float) -> dict[str, Node]:
    found = {}
    for seat in seating.seats:
        y = top + (seat.row + 0.5) * style.row + seat.band * BAND_GAP
        at = Point(mirrored(_base_x(style), seat.entry.side), y)
        found[seat.entry.key] = node(seat.entry, at, _base_x(style) - MARGIN, style)
    return found


def _hubs(hubs: Band, middle: float, style: Style) -> dict[str, Node]:
    """Their words stand above them, outside the triangles."""
    found = {}
    for column in (hubs.ours, hubs.theirs):
        for at, entry in enumerate(column.linked):
            y = middle + (at - (len(column.linked) - 1) / 2) * HUB_STEP
            ours = entry.side == "ours"
            words_at = Point(CENTRE - 6.0 if ours else CENTRE + 6.0, y + HUB_LABEL_DY)
            texts = labels(entry, words_at, ("end" if ours else "start", HUB_ROOM), replace(style, is_compact=False))
            found[entry.key] = node_with(entry, Point(mirrored(HUB_X, entry.side), y), texts)
    return found


def _triangles(x: float, heights: tuple[float, float, float]) -> tuple[Shape, ...]:
    found = []
    for side in ("ours", "theirs"):
        base, (top, middle, bottom) = mirrored(x, side), heights
        corners: Sequence[tuple[float, float]] = ((base, top), (CENTRE, middle), (base, bottom))
        found.append(Shape("M" + "L".join(place(*corner) for corner in corners) + "Z", f"firm-{side}"))
    return tuple(found)


def _stars(nodes: Nodes) -> tuple[str, ...]:
    """Everybody of a firm reports to its own hub."""
    found = []
    for side in ("ours", "theirs"):
        ours = [node for node in nodes.values() if node.side == side]
        centre = next(node for node in ours if node.is_hub or node.key == f"hole-{side}-hub")
        people = [node for node in ours if node.is_person and not node.is_hub]
        found += [f"M{place(node.x, node.y)}L{place(centre.x, centre.y)}" for node in people]
    return tuple(found)


def _way(start: Node, end: Node, middle: float) -> str:
    """Round the two hubs, unless it leads to them."""
    if start.is_hub and end.is_hub:
        return across(start, end)
    if start.is_hub or end.is_hub:
        return _fan(start, end)
    bow = _bow((start.y + end.y) / 2 - middle)
    return _curve(start, end, (CENTRE, start.y + bow), (CENTRE, end.y + bow))


def _bow(beside: float) -> float:
    """How far a curve must bend so as to pass above the words of the hubs, or below the hubs."""
    if -ABOVE < beside < BELOW:
        return (BELOW - beside if beside >= 0 else -ABOVE - beside) / 0.75
    return 0.0


def _fan(start: Node, end: Node) -> str:
    """From one hub to somebody else of the other firm, past the other hub."""
    rise = end.y - start.y
    if abs(rise) < NEAR:
        return _curve(start, end, ((start.x + end.x) / 2, start.y + 56.0), ((start.x + end.x) / 2, end.y + 56.0))
    first, last = (0.2, 0.55) if start.is_hub else (0.45, 0.8)
    x = [start.x + (end.x - start.x) * share for share in (first, last)]
    y = (start.y + 0.7 * rise, end.y) if start.is_hub else (start.y, end.y - 0.7 * rise)
    return _curve(start, end, (x[0], y[0]), (x[1], y[1]))


def _curve(start: Node, end: Node, first: tuple[float, float], last: tuple[float, float]) -> str:
    x1, x2 = start.x + start.radius, end.x - end.radius
    return f"M{place(x1, start.y)}C{place(*first)} {place(*last)} {place(x2, end.y)}"
