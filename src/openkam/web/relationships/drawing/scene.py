"""What a template draws: places and lengths in the units of the picture, ready for attributes."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from .text import width

WIDTH = 880.0
CENTRE = WIDTH / 2

Anchor = Literal["start", "middle", "end"]
#: Size and weight of the letters by their look; an ideal drawing is shown small, so its letters are large.
LOOKS = {
    "head": (13.0, True),
    "tail": (12.5, False),
    "missing": (12.5, False),
    "more": (12.5, False),
    "firm": (13.5, False),
    "pill": (12.0, True),
    "large": (17.0, True),
    "title": (15.0, True),
}


class Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float


class Point(NamedTuple):
    x: float
    y: float


@dataclass(frozen=True)
class Text:
    """A line of letters, of which `after` is softer."""

    text: str
    x: float
    y: float
    anchor: Anchor
    look: str
    after: str = ""

    @property
    def box(self) -> Box:
        size, is_bold = LOOKS[self.look]
        wide = width(self.text, size, is_bold=is_bold) + width(self.after, LOOKS["tail"][0])
        left = {"start": self.x, "middle": self.x - wide / 2, "end": self.x - wide}[self.anchor]
        return Box(left, self.y - 0.84 * size, left + wide, self.y + 0.26 * size)


@dataclass(frozen=True)
class Node:
    """A person, or the place of one. look: linked, pale, open (a placeholder), hole (nobody yet), more, again."""

    key: str
    side: str
    look: str
    x: float
    y: float
    radius: float
    title: str
    url: str
    texts: tuple[Text, ...]
    is_hub: bool = False

    @property
    def is_person(self) -> bool:
        return self.look in ("linked", "pale", "open")


@dataclass(frozen=True)
class Link:
    """An active contact as a line."""

    key: str
    d: str
    width: float
    title: str
    url: str
    ours: str
    theirs: str
    is_hub: bool
    is_stale: bool


@dataclass(frozen=True)
class Shape:
    """A part of the ground: a path, and what it is."""

    d: str
    look: str


@dataclass(frozen=True)
class Pill:
    """Words in a rounded box."""

    x: float
    y: float
    width: float
    height: float
    texts: tuple[Text, ...]
    look: str = "team"
    title: str = ""

    @property
    def radius(self) -> float:
        return min(self.height / 2, 13.0)


@dataclass(frozen=True)
class Scene:
    """A whole drawing, from `top` downwards.

    inside  the lines within a firm, which stand for coordination and not for contact.
    """

    stage: str
    height: float
    top: float
    title: str
    firms: tuple[Text, ...]
    shapes: tuple[Shape, ...]
    inside: tuple[str, ...]
    links: tuple[Link, ...]
    nodes: tuple[Node, ...]
    pills: tuple[Pill, ...]
    thread: str = ""
    is_ideal: bool = False
    is_compact: bool = False

    @property
    def width(self) -> float:
        return WIDTH

    @property
    def template(self) -> str:
        return f"relationships/drawing/{self.stage}.svg"

    @property
    def shown_height(self) -> float:
        return rounded(self.height - self.top)

    @property
    def texts(self) -> tuple[Text, ...]:
        """Everything that is written, wherever it hangs."""
        hung = [text for holder in (*self.nodes, *self.pills) for text in holder.texts]
        return (*self.firms, *hung)

    @property
    def shows(self) -> set[str]:
        """Which kinds of marks there are, for the legend."""
        looks = {node.look for node in self.nodes}
        lines = {"stale": any(link.is_stale for link in self.links), "thread": bool(self.thread)}
        return looks | {look for look, is_drawn in lines.items() if is_drawn}


def rounded(value: float) -> float:
    return round(value, 1)


def place(x: float, y: float) -> str:
    return f"{x:.1f} {y:.1f}"
