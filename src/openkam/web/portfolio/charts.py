"""Charts as data: declared with Altair, drawn in the browser, and drawable by the same words for a document.

Colours are the style sheet's own tokens, so that light and dark need no second chart. Each chart goes into
the page as a block of data that no browser executes.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache, wraps
from typing import Any

import altair as alt
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from openkam.web.programme.templatetags.words import money

Spec = dict[str, Any]
ROWS = alt.Data(name="rows")
INK, SOFT, LINE = "var(--ink)", "var(--ink-soft)", "var(--line)"
CELL_COLOURS = ["var(--key)", "var(--develop)", "var(--maintain)", "var(--opportunity)"]
CELL_SHAPES = ["circle", "triangle-up", "square", "diamond"]
LONGEST_NAME = 60
HEIGHT, TALL = 340, 520
ENDING = (("<", "\\u003C"), (">", "\\u003E"), ("&", "\\u0026"))

CONFIG: Spec = {
    "background": None,
    "font": "system-ui, sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelColor": SOFT,
        "titleColor": SOFT,
        "gridColor": LINE,
        "domainColor": LINE,
        "tickColor": LINE,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
    },
    "legend": {
        "orient": "bottom",
        "labelColor": INK,
        "titleColor": SOFT,
        "labelFontSize": 12,
        "labelLimit": 260,
        "columns": 2,
        "symbolStrokeWidth": 2,
    },
}


@dataclass(frozen=True)
class Chart:
    """A drawing with the sentence that a screen reader says instead of it."""

    spec: Spec
    label: str

    @property
    def block(self) -> SafeString:
        """The chart as a data block of the page; what could end the block is escaped."""
        text = json.dumps(self.spec, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
        for sign, escape in ENDING:  # many times as quick as one `translate` over a long text
            text = text.replace(sign, escape)
        return mark_safe(f'<script type="application/json" data-chart>{text}</script>')  # noqa: S308


@dataclass(frozen=True)
class Unit:
    """What one step of an axis stands for: amounts are divided, and the axis says so."""

    divisor: int
    words: str

    def of(self, amount: Decimal | int | None) -> float | None:
        return None if amount is None else float(round(Decimal(amount) / self.divisor, 6))

    def title(self, words: str, currency: str) -> str:
        return f"{words} ({' '.join(filter(None, (self.words, currency)))})"


def unit_for(amounts: Iterable[Decimal | None]) -> Unit:
    """The unit in which the largest amount has few digits; Chinese counts in ten thousands."""
    largest = max((abs(amount) for amount in amounts if amount is not None), default=Decimal(0))
    steps = [(10**9, _("billion")), (10**6, _("million")), (10**3, _("thousand"))]
    if (get_language() or "").startswith("zh"):
        steps = [(10**8, pgettext("10^8", "hundred million")), (10**4, pgettext("10^4", "ten thousand"))]
    return next((Unit(divisor, words) for divisor, words in steps if largest >= 2 * divisor), Unit(1, ""))


def short(name: str, longest: int = LONGEST_NAME) -> str:
    return name if len(name) <= longest else name[: longest - 1] + "…"


def per_language(template: Callable[..., Spec]) -> Callable[..., Spec]:
    """Build a chart's declaration once for each language and set of words; only its rows change."""

    @lru_cache(maxsize=128)
    def built(_language: str | None, *args: Any) -> Spec:
        return template(*args)

    return wraps(template)(lambda *args: built(get_language(), *args))


def _with_rows(template: Spec, rows: Sequence[Mapping[str, Any]], **more: Any) -> Spec:
    return {**template, "datasets": {"rows": rows, **more}}


def _finished(chart: alt.LayerChart | alt.Chart, height: int = HEIGHT) -> Spec:
    whole = chart.properties(width="container", height=height)
    return {**whole.to_dict(), "config": CONFIG, "autosize": {"type": "fit", "contains": "padding"}}


@dataclass(frozen=True)
class Bar:
    """One amount of one year; `what` is its name."""

    year: int
    is_forecast: bool
    what: str
    amount: Decimal | None

    def row(self, unit: Unit) -> dict[str, Any]:
        label = _("%(year)s forecast") % {"year": self.year} if self.is_forecast else str(self.year)
        drawn = {"year": label, "what": self.what, "amount": unit.of(self.amount), "is_forecast": self.is_forecast}
        return drawn | {"said": f"{self.what}: {money(self.amount)}"}


def years_chart(bars: Sequence[Bar], *, currency: str, label: str) -> Chart:
    """Bars of revenue and, where given, net income; forecasts are pale and say so under the axis."""
    unit = unit_for(bar.amount for bar in bars)
    rows = [bar.row(unit) for bar in bars]
    kinds = tuple(dict.fromkeys(row["what"] for row in rows))
    years = tuple(dict.fromkeys(row["year"] for row in rows))
    template = _years_template(kinds, years, unit.title(_("Amount"), currency))
    return Chart(_with_rows(template, rows), label)


@per_language
def _years_template(kinds: tuple[str, ...], years: tuple[str, ...], title: str) -> Spec:
    colours = alt.Scale(domain=list(kinds), range=["var(--accent)", "var(--develop)"][: len(kinds)])
    base = alt.Chart(ROWS).encode(
        x=alt.X(
            "year:N", sort=list(years), title=None, axis=alt.Axis(labelAngle=0, labelExpr="split(datum.label, ' ')")
        ),
        xOffset=alt.XOffset("what:N", sort=list(kinds)),
        y=alt.Y("amount:Q", title=title),
        color=alt.Color("what:N", scale=colours, sort=list(kinds), title=None),
        opacity=alt.condition("datum.is_forecast", alt.value(0.4), alt.value(1)),
        tooltip=[alt.Tooltip("year:N", title=_("Year")), alt.Tooltip("said:N", title=_("Amount"))],
    )
    return _finished(base.mark_bar())


@dataclass(frozen=True)
class Axes:
    """What the quadrant's axes are called, and whether they are squeezed (symmetric logarithm)."""

    sales: str
    profit: str
    sales_constant: float | None = None
    profit_constant: float | None = None


def quadrant_chart(
    rows: Sequence[Mapping[str, Any]],
    cuts: Mapping[str, float | None],
    *,
    cells: Sequence[str],
    axes: Axes,
    label: str,
) -> Chart:
    """Accounts as points: sales upwards, profit to the right; a line at each cut, a trail from last year.

    rows  one per account: id, name, sales, profit, cell (its name), bubble (0..1), said, and before_sales,
          before_profit where last year is known.
    """
    spec = _quadrant_template(tuple(cells), axes)
    return Chart(_with_rows(spec, rows, cuts=[dict(cuts)]), label)


@per_language
def _quadrant_template(cells: tuple[str, ...], axes: Axes) -> Spec:
    x = alt.X("profit:Q", title=axes.profit, scale=_squeezed(axes.profit_constant), axis=_axis(axes.profit_constant))
    y = alt.Y("sales:Q", title=axes.sales, scale=_squeezed(axes.sales_constant), axis=_axis(axes.sales_constant))
    chosen = alt.param(name="highlight", value=0)
    trails = (
        alt.Chart(ROWS)
        .transform_filter("isValid(datum.before_sales) && isValid(datum.before_profit)")
        .mark_rule(strokeWidth=1)
        .encode(x="before_profit:Q", x2="profit:Q", y="before_sales:Q", y2="sales:Q", color=alt.value(SOFT))
        .encode(opacity=alt.condition("datum.id == highlight", alt.value(1), alt.value(0.2)))
    )
    points = (
        alt.Chart(ROWS)
        .mark_point(filled=True)
        .encode(
            x=x,
            y=y,
            color=alt.Color("cell:N", scale=alt.Scale(domain=list(cells), range=CELL_COLOURS), title=None),
            shape=alt.Shape("cell:N", scale=alt.Scale(domain=list(cells), range=CELL_SHAPES), title=None),
            size=alt.Size("bubble:Q", scale=alt.Scale(domain=[0, 1], range=[40, 700]), legend=None),
            opacity=alt.condition("highlight == 0 || datum.id == highlight", alt.value(0.8), alt.value(0.25)),
            stroke=alt.condition("datum.id == highlight", alt.value(INK), alt.value("transparent")),
            tooltip=_said(),
        )
        .add_params(chosen)
    )
    names = (
        alt.Chart(ROWS)
        .transform_filter("isValid(datum.label)")
        .mark_text(align="right", dx=-12, dy=-8, fontSize=12, color=INK, limit=160)
        .encode(x="profit:Q", y="sales:Q", text="label:N")
    )
    lines = alt.Chart(alt.Data(name="cuts")).mark_rule(strokeDash=[6, 4], strokeWidth=1.5, color=INK)
    return _finished(alt.layer(trails, points, names, lines.encode(x="profit:Q"), lines.encode(y="sales:Q")), TALL)


def _said() -> list[alt.Tooltip]:
    return [
        alt.Tooltip("name:N", title=_("Account")),
        alt.Tooltip("said_sales:N", title=_("Sales amount")),
        alt.Tooltip("said_profit:N", title=_("Profit")),
        alt.Tooltip("cell:N", title=_("Cell")),
    ]


def _squeezed(constant: float | None) -> alt.Scale:
    return alt.Scale(zero=False, nice=True) if constant is None else alt.Scale(type="symlog", constant=constant)


def _axis(constant: float | None) -> alt.Axis:
    """A squeezed axis has ticks that crowd: no grid, and labels that give way to each other."""
    return alt.Axis() if constant is None else alt.Axis(grid=False, labelOverlap="greedy", labelSeparation=6)


@dataclass(frozen=True)
class CurveWords:
    """What a cumulative curve's axes and tooltip are called."""

    across: str
    up: str
    amount: str
    line: float | None = None


def curve_chart(rows: Sequence[Mapping[str, Any]], *, words: CurveWords, label: str) -> Chart:
    """A cumulative curve over ranked accounts, with a line at its end value.

    rows  one per drawn account: rank, name, value (0 is put before the first), said.
    """
    return Chart(_with_rows(_curve_template(words), rows, end=[{"value": words.line}]), label)


@per_language
def _curve_template(words: CurveWords) -> Spec:
    base = alt.Chart(ROWS).encode(
        x=alt.X("rank:Q", title=words.across, scale=alt.Scale(nice=False, zero=False), axis=alt.Axis(tickMinStep=1)),
        y=alt.Y("value:Q", title=words.up),
    )
    area = base.mark_area(color="var(--accent)", opacity=0.15)
    line = base.mark_line(color="var(--accent)", strokeWidth=2)
    near = alt.selection_point(name="near", on="pointerover", fields=["rank"], empty=False)
    points = base.mark_point(filled=True, size=70, color="var(--develop)").encode(
        opacity=alt.condition(near, alt.value(1), alt.value(0))
    )
    # an unseen upright line at each account, so that the pointer need not hit the curve itself
    catchers = alt.Chart(ROWS).mark_rule(strokeWidth=16, opacity=0.001).encode(x="rank:Q", tooltip=_curve_said(words))
    layers = [area, line, points, catchers.add_params(near)]
    if words.line is not None:
        end = alt.Chart(alt.Data(name="end")).mark_rule(strokeDash=[6, 4], color=SOFT)
        layers.append(end.encode(y="value:Q"))
    return _finished(alt.layer(*layers))


def _curve_said(words: CurveWords) -> list[alt.Tooltip]:
    return [
        alt.Tooltip("rank:Q", title=words.across),
        alt.Tooltip("name:N", title=_("Account")),
        alt.Tooltip("said:N", title=words.amount),
        alt.Tooltip("said_value:N", title=words.up),
    ]
