"""What every drawing is made of: a node with its words, a line between two nodes, words in a box."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from . import words
from .bands import Entry
from .model import Edge, Network, Side
from .scene import CENTRE, LOOKS, WIDTH, Anchor, Link, Node, Pill, Point, Text, place, rounded
from .text import shortened, width

MARGIN = 16.0
#: An ideal drawing has no names of firms above it.
IDEAL_TOP = 24.0
GAP = 7.0
THINNEST, THICKEST, HEAVIEST = 1.5, 6.0, 24
PILL_PAD, PILL_HEIGHT, PILL_APART = 12.0, 25.0, 8.0
#: How the two lines of a label stand to the middle of its node.
HEAD_DY, TAIL_DY, LONE_DY = -2.5, 12.0, 4.5
RADII = {"linked": 7.0, "pale": 5.5, "open": 6.5, "hole": 6.5, "more": 0.0, "again": 4.0}
LOOK_OF_TAIL = {"hole": "missing", "open": "missing"}

Nodes = Mapping[str, Node]
Way = Callable[[Node, Node], str]


@dataclass(frozen=True)
class Style:
    """How densely a drawing is set: the height of a row, and whether a label has one line alone."""

    row: float
    is_compact: bool = False
    is_ideal: bool = False

    @classmethod
    def of(cls, network: Network, rows: int) -> "Style":
        if network.is_ideal:
            return cls(row=40.0, is_ideal=True)
        return cls(row=24.0, is_compact=True) if rows > 20 else cls(row=38.0)


def mirrored(x: float, side: Side) -> float:
    """A place that is given for our side."""
    return x if side == "ours" else WIDTH - x


def node(entry: Entry, at: Point, room: float, style: Style) -> Node:
    """With its words behind it, away from the border."""
    radius = RADII[entry.look] + (2.0 if entry.is_hub and entry.look == "linked" else 0.0)
    radius = min(radius, 7.0) if style.is_compact else radius
    away = radius + GAP if radius else 0.0
    x = at.x - away if entry.side == "ours" else at.x + away
    anchor: Anchor = "end" if entry.side == "ours" else "start"
    return _node(entry, at, radius, labels(entry, Point(x, at.y), (anchor, room - away), style))


def _node(entry: Entry, at: Point, radius: float, texts: tuple[Text, ...]) -> Node:
    return Node(
        key=entry.key,
        side=entry.side,
        look=entry.look,
        x=rounded(at.x),
        y=rounded(at.y),
        radius=radius,
        title=entry.title,
        url=entry.url,
        texts=texts,
        is_hub=entry.is_hub,
    )


def node_with(entry: Entry, at: Point, texts: tuple[Text, ...]) -> Node:
    """With words that stand elsewhere."""
    return _node(entry, at, RADII[entry.look] + 2.0 * (entry.look == "linked"), texts)


def labels(entry: Entry, at: Point, fit: tuple[Anchor, float], style: Style) -> tuple[Text, ...]:
    """What an entry is in bold, and who it is: below each other, or in one line where it is crowded."""
    if not entry.head:
        return ()
    if style.is_compact and entry.tail:
        return (_one_line(entry, at, fit),)
    anchor, room = fit
    look = "more" if entry.look == "more" else "large" if style.is_ideal else "head"
    lone = not entry.tail
    head = _text(entry.head, look, Point(at.x, at.y + (_lone_dy(look) if lone else HEAD_DY)), (anchor, room))
    if lone:
        return (head,)
    tail = LOOK_OF_TAIL.get(entry.look, "tail")
    return head, _text(entry.tail, tail, Point(at.x, at.y + TAIL_DY), (anchor, room))


def _lone_dy(look: str) -> float:
    return LONE_DY + (2.0 if look == "large" else 0.0)


def _one_line(entry: Entry, at: Point, fit: tuple[Anchor, float]) -> Text:
    """The name first: it is what somebody looks for among many."""
    anchor, room = fit
    look = LOOK_OF_TAIL.get(entry.look, "head")
    name, role = (entry.head, entry.tail) if entry.look == "hole" else (entry.tail, entry.head)
    size, is_bold = LOOKS[look]
    kept = width(f" · {role}", LOOKS["tail"][0]) + 6 if entry.look == "hole" else 0.0
    short = shortened(name, room - kept, size, is_bold=is_bold)
    left = room - width(short, size, is_bold=is_bold)
    after = shortened(f"· {role}", left - 6, LOOKS["tail"][0]) if left > 50 else ""
    return Text(short, rounded(at.x), rounded(at.y + LONE_DY), anchor, look, f" {after}" if after else "")


def _text(text: str, look: str, at: Point, fit: tuple[Anchor, float]) -> Text:
    anchor, room = fit
    size, is_bold = LOOKS[look]
    return Text(shortened(text, room, size, is_bold=is_bold), rounded(at.x), rounded(at.y), anchor, look)


def firms(network: Network, x: float, y: float, anchor: Anchor = "middle") -> tuple[Text, ...]:
    """The two names above the two sides; an ideal drawing has none."""
    names = (network.our_name, network.their_name)
    opposite: Anchor = {"start": "end", "end": "start"}.get(anchor, "middle")  # type: ignore[assignment]
    room = {"middle": 2 * min(x - MARGIN, CENTRE - x - 10), "end": x - MARGIN}.get(anchor, CENTRE - x)
    return (
        _text(names[0], "firm", Point(x, y), (anchor, room)),
        _text(names[1], "firm", Point(WIDTH - x, y), (opposite, room)),
    )


def links(network: Network, nodes: Nodes, way: Way) -> tuple[Link, ...]:
    """Every active contact once; thin lines lie on thick ones."""
    heavy = sorted(network.edges, key=lambda edge: -edge.weight)
    return tuple(_link(network, edge, (nodes[edge.ours], nodes[edge.theirs]), way) for edge in heavy)


def _link(network: Network, edge: Edge, ends: tuple[Node, Node], way: Way) -> Link:
    share = min(edge.weight, HEAVIEST) / HEAVIEST
    return Link(
        key=edge.key,
        d=way(*ends),
        width=rounded(THINNEST + (THICKEST - THINNEST) * share),
        title=words.linked(edge, network),
        url=edge.url,
        ours=edge.ours,
        theirs=edge.theirs,
        is_hub=all(end.is_hub for end in ends),
        is_stale=network.is_stale(edge),
    )


def across(start: Node, end: Node) -> str:
    """Straight out of both nodes, as a soft wave in the middle of the picture between different rows."""
    x1, x2 = start.x + start.radius, end.x - end.radius
    return f"M{place(x1, start.y)}C{place(CENTRE, start.y)} {place(CENTRE, end.y)} {place(x2, end.y)}"


def thread(network: Network, nodes: Nodes) -> str:
    """The contact of the two hubs that is not active."""
    edge = network.thread
    return across(nodes[edge.ours], nodes[edge.theirs]) if edge else ""


def pill(lines: Iterable[str], centre: Point, *, look: str = "team", is_large: bool = False) -> Pill:
    """Words in a box around a point."""
    words_look = "title" if is_large else "pill"
    size, is_bold = LOOKS[words_look]
    whole = list(lines)
    texts = [shortened(line, 300.0, size, is_bold=is_bold) for line in whole]
    wide = max(width(text, size, is_bold=is_bold) for text in texts) + 2 * PILL_PAD
    step = size + 3.0
    high = size + 13.0 + (len(texts) - 1) * step
    top = centre.y - high / 2
    shown = tuple(
        Text(text, rounded(centre.x), rounded(top + size + 5.0 + step * at), "middle", words_look)
        for at, text in enumerate(texts)
    )
    title = " · ".join(whole)
    return Pill(rounded(centre.x - wide / 2), rounded(top), rounded(wide), rounded(high), shown, look, title)


def team_pills(network: Network, top: float) -> tuple[tuple[Pill, ...], float]:
    """Joint teams below a drawing that has no place for them, side by side; with the height they take."""
    if network.is_ideal or not network.teams:
        return (), 0.0
    lines: list[list[Pill]] = [[]]
    for made in (pill([team.name], Point(0.0, 0.0)) for team in network.teams):
        if sum(one.width + PILL_APART for one in (*lines[-1], made)) > WIDTH - 2 * MARGIN:
            lines.append([])
        lines[-1].append(made)
    step = PILL_HEIGHT + PILL_APART
    placed = [one for at, line in enumerate(lines) for one in _in_a_line(line, top + step * at)]
    return tuple(placed), step * len(lines)


def _in_a_line(line: Sequence[Pill], top: float) -> Iterable[Pill]:
    x = CENTRE - (sum(one.width for one in line) + PILL_APART * (len(line) - 1)) / 2
    for one in line:
        yield pill([one.title], Point(x + one.width / 2, top + one.height / 2))
        x += one.width + PILL_APART
