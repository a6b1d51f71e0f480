"""Which bubbles of the matrix bear their names, and on which side: no name lies on another, the largest first.

The page is as wide as its window, and letters keep their size. So a name is tried on a wide, a middling and a narrow
picture; the style sheet hides those that need more room than there is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from unicodedata import east_asian_width

import numpy as np
import numpy.typing as npt

Boxes = npt.NDArray[np.float64]

#: Width and height of the picture in pixels, from which on a name is shown.
TIERS = (("wide", 720.0, 500.0), ("middling", 480.0, 390.0), ("narrow", 290.0, 390.0))
LINE, LATIN, WIDE, GAP = 15.0, 7.3, 13.0, 4.0
LONGEST = 26  # Latin letters
MOST_NAMES, MOST_TRIED = 60, 160
SIDES = ("right", "left", "above", "below")
#: Where the names of the classes stand: parts of the width, and pixels of the height.
CORNERS = ((0.05, 0.38, True), (0.55, 1.0, True), (0.05, 0.38, False), (0.62, 1.0, False))
CORNER_HEIGHT = 44.0
CAPTION = (175.0, 17.0)


@dataclass(frozen=True)
class Disc:
    """A bubble: its place in parts of the picture, its radius in pixels."""

    x: float
    y: float
    radius: float


@dataclass(frozen=True)
class Label:
    """A name beside its bubble: moved by dx and dy pixels from its centre; needs says how wide a picture it needs."""

    text: str
    dx: float
    dy: float
    anchor: str
    needs: str


def labelled(
    discs: Sequence[Disc], names: Sequence[str], captions: Sequence[tuple[float, bool]] = ()
) -> dict[int, Label]:
    """The names that have room, by the number of the bubble. Bubbles are given largest first.

    captions  words at the right end of a line: its part of the height, and whether they stand above it.
    """
    texts = [shortened(name) for name in names[:MOST_TRIED]]
    room = _Room(discs, captions)
    sides = _seated(room, texts)
    needs = dict.fromkeys(sides, TIERS[0][0])
    shown = list(sides)
    for name, width, height in TIERS[1:]:
        shown = _fitting(room, texts, {index: sides[index] for index in shown}, (width, height))
        needs |= dict.fromkeys(shown, name)
    return {index: _label(texts[index], discs[index].radius, side, needs[index]) for index, side in sides.items()}


def shortened(name: str) -> str:
    """As much of a name as fits into the picture; its whole text stands in the title."""
    text, room = "", LONGEST * LATIN + 0.1
    for sign in " ".join(name.split()):
        room -= _wide(sign)
        if room < 0:
            return text.rstrip() + "…"
        text += sign
    return text


def _wide(sign: str) -> float:
    return WIDE if east_asian_width(sign) in "WF" else LATIN


@dataclass(frozen=True)
class _Room:
    """What names must not lie on."""

    discs: Sequence[Disc]
    captions: Sequence[tuple[float, bool]]

    def taken(self, size: tuple[float, float]) -> Boxes:
        width, height = size
        words = [(part * height - (CAPTION[1] if is_above else 0)) for part, is_above in self.captions]
        lines = [(width - CAPTION[0], top, width, top + CAPTION[1]) for top in words]
        return np.array([*_corners(size), *lines, *(_box(disc, size) for disc in self.discs)])


def _seated(room: _Room, texts: Sequence[str]) -> dict[int, str]:
    """On the wide picture: which names have a side without a neighbour."""
    size = TIERS[0][1:]
    taken = room.taken(size)
    seated: dict[int, str] = {}
    for index, text in enumerate(texts):
        if len(seated) == MOST_NAMES:
            break
        for side in SIDES:
            box = _beside(room.discs[index], text, side, size)
            if _has_room(box, taken, size):
                seated[index] = side
                taken = np.vstack([taken, box])
                break
    return seated


def _fitting(room: _Room, texts: Sequence[str], sides: dict[int, str], size: tuple[float, float]) -> list[int]:
    """Of names with a side those that have room on a smaller picture too."""
    taken = room.taken(size)
    kept = []
    for index, side in sides.items():
        box = _beside(room.discs[index], texts[index], side, size)
        if _has_room(box, taken, size):
            kept.append(index)
            taken = np.vstack([taken, box])
    return kept


def _box(disc: Disc, size: tuple[float, float]) -> tuple[float, float, float, float]:
    """Left, top, right, bottom in pixels."""
    x, y = disc.x * size[0], disc.y * size[1]
    return x - disc.radius, y - disc.radius, x + disc.radius, y + disc.radius


def _corners(size: tuple[float, float]) -> Iterator[tuple[float, float, float, float]]:
    width, height = size
    for left, right, is_top in CORNERS:
        top = 0.055 * height if is_top else 0.905 * height - CORNER_HEIGHT
        yield left * width, top, right * width, top + CORNER_HEIGHT


def _beside(disc: Disc, text: str, side: str, size: tuple[float, float]) -> Boxes:
    label = _label(text, disc.radius, side, "")
    wide = sum(map(_wide, text))
    x, y = disc.x * size[0] + label.dx, disc.y * size[1] + label.dy
    left = {"start": x, "end": x - wide, "middle": x - wide / 2}[label.anchor]
    return np.array([left, y - 0.8 * LINE, left + wide, y + 0.2 * LINE])


def _label(text: str, radius: float, side: str, needs: str) -> Label:
    away = radius + GAP
    dx = {"right": away, "left": -away}.get(side, 0.0)
    dy = {"above": -away, "below": away + 0.7 * LINE}.get(side, 0.3 * LINE)
    anchor = {"right": "start", "left": "end"}.get(side, "middle")
    return Label(text, round(dx, 1), round(dy, 1), anchor, needs)


def _has_room(box: Boxes, taken: Boxes, size: tuple[float, float]) -> bool:
    if box[0] < 0.055 * size[0] or box[2] > size[0] or box[1] < 0 or box[3] > 0.905 * size[1]:
        return False
    apart = (taken[:, 0] >= box[2]) | (taken[:, 2] <= box[0]) | (taken[:, 1] >= box[3]) | (taken[:, 3] <= box[1])
    return bool(apart.all())
