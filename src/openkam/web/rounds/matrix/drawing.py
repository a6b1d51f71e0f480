"""The picture of the matrix: attractiveness upwards, our strength to the right, from weak to strong.

Strength is a ratio, so its axis is logarithmic and 1.00 stands in the middle. Everything is placed in per cent of the
picture, and letters and bubbles keep their size: a page fits it into any width. A file has points instead.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from openkam.method.account_class import CLASSES
from openkam.method.matrix import MIDPOINT
from openkam.web.programme.templatetags.words import money, number

from ..results import BAND
from .names import Disc, Label, labelled
from .page import Matrix, Shown
from .scales import WIDELY, Paper, Scale, scale_of_scores, scale_of_strength, ticks_of_scores, ticks_of_strength
from .words import ADVICE, CLASS_WORDS, RULES, SHORT

#: Radii in pixels: the largest bubble by the number of bubbles, the smallest, one of unknown size, and one among such.
LARGEST, SMALLEST, NEUTRAL, PLAIN = ((40, 26.0), (120, 18.0), (10_000, 13.0)), 5.0, 6.0, 9.0
#: With more bubbles than this, what hangs on one is shown on demand; with very many, drawn for the listed alone.
MANY, VERY_MANY = 24, 60


@dataclass(frozen=True)
class Line:
    """From here to there; an arrow may have its head on the way, at (middle_x, middle_y)."""

    x1: str
    y1: str
    x2: str
    y2: str
    middle_x: str = ""
    middle_y: str = ""


@dataclass(frozen=True)
class Box:
    """A part of the ground."""

    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True)
class Dot:
    """One account. Lines may be missing: the raters' spread, the way from the last round, the way to the target.

    has_moved  from another class in the last frozen round.
    ghost      where it stands in the other view: ours, or the customer's.
    is_hollow  its size says nothing.
    """

    entry: str
    cell: str
    title: str
    x: str
    y: str
    radius: str
    is_hollow: bool
    is_borderline: bool
    is_beyond: bool
    has_moved: bool
    label: Label | None = None
    spread: Line | None = None
    trail: Line | None = None
    aim: Line | None = None
    ghost: str = ""


@dataclass(frozen=True)
class Corner:
    """A class in its corner of the picture: its ground, its name, the advice."""

    cell: str
    name: Any
    short: Any
    accounts: str
    advice: Any
    box: Box
    at_x: str
    at_y: str
    is_right: bool
    is_top: bool


@dataclass(frozen=True)
class Drawing:
    """Everything that the template draws; all places are texts ready for attributes."""

    corners: tuple[Corner, ...]
    bands: tuple[Box, ...]
    cut: Line
    cut_words: str
    is_cut_above: bool
    midpoint: Line
    even: Line
    rows: tuple[tuple[str, str], ...]
    columns: tuple[tuple[str, str, bool], ...]
    dots: tuple[Dot, ...]
    label: str
    across: str
    is_many: bool
    is_sized: bool
    in_points: bool
    left: str
    top: str
    right: str
    bottom: str

    @property
    def shows(self) -> set[str]:
        """Which kinds of marks there are, for the legend."""
        marks = ("is_hollow", "is_borderline", "spread", "trail", "aim", "ghost")
        return {mark for mark in marks if any(getattr(dot, mark) for dot in self.dots)}

    @property
    def beyond(self) -> int:
        """How many accounts lie outside and stand at the edge instead."""
        return sum(dot.is_beyond for dot in self.dots)


class _Artist:
    """The scales and the paper, and what of the matrix is drawn on them."""

    def __init__(self, matrix: Matrix, shown: Shown, paper: Paper) -> None:
        self.matrix, self.earlier, self.paper = matrix, shown.earlier, paper
        positions = self.positions = shown.drawn
        self.is_many = len(positions) > MANY
        self.fully = set((shown.listed if len(positions) > VERY_MANY else positions).tolist())
        found = matrix.places
        ends = [target for at in positions.tolist() if (target := matrix.reading.entries[at].target)]
        scores = [*found.attractiveness[positions].tolist(), *(end[0] for end in ends)]
        self.up: Scale = scale_of_scores(scores, matrix.cut or MIDPOINT)
        self.over: Scale = scale_of_strength(found.strength[positions].tolist())
        revenue = matrix.revenue.amounts[positions]
        self.is_sized = bool((revenue > 0).any())
        self.radii = _radii(revenue) if self.is_sized else [(PLAIN, False)] * len(positions)

    def place(self, score: float, strength: float) -> tuple[str, str]:
        return self.paper.across(self.over.part(strength)), self.paper.down(self.up.part(score))

    def line(self, start: tuple[float, float], end: tuple[float, float]) -> Line:
        """Between two places, each (score, strength)."""
        up = 0.45 * self.up.part(start[0]) + 0.55 * self.up.part(end[0])
        over = 0.45 * self.over.part(start[1]) + 0.55 * self.over.part(end[1])
        return Line(*self.place(*start), *self.place(*end), self.paper.across(over), self.paper.down(up))

    def dots(self) -> list[Dot]:
        """The largest first, so that small ones lie on them; then the names that have room."""
        dots = [self._dot(at, radius) for at, radius in zip(self.positions.tolist(), self.radii, strict=True)]
        names = [self.matrix.reading.entries[at].name for at in self.positions.tolist()]
        labels = labelled(self._discs(), names, self._captions())
        return [replace(dot, label=labels.get(index)) for index, dot in enumerate(dots)]

    def _captions(self) -> list[tuple[float, bool]]:
        """Where the words on the lines stand, and whether above the line: no name may lie on them."""
        cut = self.matrix.cut or MIDPOINT
        heights = [self.paper.parts(0, self.up.part(score))[1] for score in (cut, MIDPOINT)]
        return [(heights[0], cut >= MIDPOINT), (heights[1], cut < MIDPOINT)]

    def _discs(self) -> list[Disc]:
        found = self.matrix.places
        return [
            Disc(*self.paper.parts(self.over.part(found.strength[at]), self.up.part(found.attractiveness[at])), radius)
            for at, (radius, _hollow) in zip(self.positions.tolist(), self.radii, strict=True)
        ]

    def _dot(self, at: int, size: tuple[float, bool]) -> Dot:
        matrix, found = self.matrix, self.matrix.places
        score, strength = float(found.attractiveness[at]), float(found.strength[at])
        x, y = self.place(score, strength)
        more = self._more(at, score, strength) if at in self.fully else {}
        was = self.earlier.places.get(matrix.reading.entries[at].account or 0)
        return Dot(
            entry=str(matrix.reading.entries[at].id),
            cell=matrix.name_of(matrix.cells[at]),
            title=self._title(at),
            x=x,
            y=y,
            radius=f"{size[0]:.1f}",
            is_hollow=size[1],
            is_borderline=bool(matrix.borders(at)),
            has_moved=bool(was and was[2] not in {"", matrix.name_of(matrix.cells[at])}),
            is_beyond=not (self.up.holds(score) and self.over.holds(strength)),
            **more,
        )

    def _more(self, at: int, score: float, strength: float) -> dict[str, Any]:
        found, entry = self.matrix.places, self.matrix.reading.entries[at]
        more: dict[str, Any] = {}
        low, high = float(found.low[at]), float(found.high[at])
        if high > low:
            more["spread"] = self.line((low, strength), (high, strength))
        was = self.earlier.places.get(entry.account or 0)
        if was and was[0] is not None and was[1] is not None and (was[0], was[1]) != (score, strength):
            more["trail"] = self.line((was[0], was[1]), (score, strength))
        if entry.target:
            more["aim"] = self.line((score, strength), entry.target)
        if not np.isnan(ghost := self.matrix.shown_strength[at]):
            more["ghost"] = self.place(score, float(ghost))[0]
        return more

    def _title(self, at: int) -> str:
        """What the bubble says in words."""
        matrix, found = self.matrix, self.matrix.places
        cell, revenue = matrix.name_of(matrix.cells[at]), matrix.revenue.amounts[at]
        said = [
            str(CLASS_WORDS[cell]),
            _("attractiveness %(n)s") % {"n": number(found.attractiveness[at], 2)},
            _("strength %(n)s") % {"n": number(found.strength[at], 2)},
        ]
        if not np.isnan(revenue):
            said.append(_("revenue %(n)s") % {"n": money(revenue)})
        if matrix.borders(at):
            said.append(_("borderline"))
        return f"{matrix.reading.entries[at].name}: {', '.join(said)}"

    def ground(self) -> Iterator[Corner]:
        """The four classes around where the cut meets 1.00."""
        x, y = self.over.part(1), self.up.part(self.matrix.cut or MIDPOINT)
        for index, cell in enumerate(CLASSES):
            is_top, is_right = index < 2, index % 2 == 0
            left, right = (x, 1.0) if is_right else (0.0, x)
            low, high = (y, 1.0) if is_top else (0.0, y)
            yield Corner(
                cell=cell,
                name=CLASS_WORDS[cell],
                short=SHORT[cell],
                accounts=number(self.matrix.counts[cell]),
                advice=ADVICE[cell],
                box=self.box((left, right), (low, high)),
                at_x=self.paper.across(float(is_right)),
                at_y=self.paper.down(float(is_top)),
                is_right=is_right,
                is_top=is_top,
            )

    def bands(self) -> Iterator[Box]:
        """Five per cent on each side of the borders."""
        cut, around = self.matrix.cut or MIDPOINT, (1 - BAND, 1 + BAND)
        low, high = (self.up.part(cut * part) for part in around)
        yield self.box((0, 1), (low, high))
        left, right = (self.over.part(part) for part in around)
        yield self.box((left, right), (0, 1))

    def box(self, over: tuple[float, float], up: tuple[float, float]) -> Box:
        paper, (left, right), (low, high) = self.paper, over, up
        return Box(paper.across(left), paper.down(high), paper.wide(right - left), paper.tall(high - low))

    def columns(self) -> Iterator[tuple[str, str, bool]]:
        """The strengths on the axis, and whether there is room for them on a narrow picture too."""
        few = ticks_of_strength(self.over, close=WIDELY)
        for n in ticks_of_strength(self.over):
            yield self.paper.across(self.over.part(n)), number(n, 2), n in few

    def level(self, score: float) -> Line:
        y = self.paper.down(self.up.part(score))
        return Line(self.paper.across(0), y, self.paper.across(1), y)


def draw(matrix: Matrix, shown: Shown, paper: Paper | None = None) -> Drawing:
    """The picture of a matrix in which at least one account has a place."""
    paper = paper or Paper()
    artist = _Artist(matrix, shown, paper)
    cut = matrix.cut or MIDPOINT
    rule = matrix.rules.strength_rule
    x = paper.across(artist.over.part(1))
    return Drawing(
        corners=tuple(artist.ground()),
        bands=tuple(artist.bands()),
        cut=artist.level(cut),
        cut_words=_cut_words(matrix, cut),
        is_cut_above=cut >= MIDPOINT,
        midpoint=artist.level(MIDPOINT),
        even=Line(x, paper.down(1), x, paper.down(0)),
        rows=tuple((paper.down(artist.up.part(n)), str(n)) for n in ticks_of_scores(artist.up)),
        columns=tuple(artist.columns()),
        dots=tuple(artist.dots()),
        label=_("Account matrix: attractiveness upwards, our relative strength to the right"),
        across=_("our strength %(rule)s →") % {"rule": RULES[rule]},
        is_many=artist.is_many,
        is_sized=artist.is_sized,
        in_points=paper.in_points,
        left=paper.across(0),
        top=paper.down(1),
        right=paper.across(1),
        bottom=paper.down(0),
    )


def _cut_words(matrix: Matrix, cut: float) -> str:
    names = {"mean": _("average"), "midpoint": _("midpoint"), "fixed": _("fixed")}
    said = {"rule": names[matrix.rules.cut], "cut": number(cut, 2), "total": number(matrix.cut_total or 0, 1)}
    return _("%(rule)s %(cut)s (total %(total)s)") % said


def _radii(revenue: Any) -> Sequence[tuple[float, bool]]:
    """The area of a bubble is its revenue; hollow is one whose revenue the reader does not know."""
    largest = np.nanmax(revenue, initial=0, where=~np.isnan(revenue))
    most = next(radius for count, radius in LARGEST if len(revenue) <= count)
    return [
        (NEUTRAL, True)
        if np.isnan(amount)
        else (round(max(SMALLEST, most * sqrt(max(amount, 0) / largest)), 1) if largest > 0 else SMALLEST, False)
        for amount in revenue.tolist()
    ]
