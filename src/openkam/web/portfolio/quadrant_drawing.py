"""The quadrant's chart and file, shaped from the placed accounts."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from openkam.web.programme.templatetags.words import money, percent

from .charts import Axes, Chart, Unit, quadrant_chart, short, unit_for
from .exports import Table
from .quadrant_page import AXIS_WORDS, CELL_WORDS, MEASURE_WORDS, ORDER, RULE_WORDS, Place, Quadrant, places, squeeze

CHUNK = 1000
#: So many accounts at most bear their name in the picture; a name takes so much of its width and height.
NAMED, NAME_SIZE, LONGEST_NAME = 12, (0.17, 0.045), 24
PERCENT = Unit(1, "")


def chart(quadrant: Quadrant, currency: str) -> Chart:
    """A few hundred accounts at their places, with the cuts and last year's trail."""
    drawn = places(quadrant, quadrant.drawn)
    in_percent = quadrant.choice.axis == "net_percent"
    sales_unit = unit_for(place.sales for place in drawn)
    profit_unit = PERCENT if in_percent else unit_for(place.profit for place in drawn)
    rows = _rows(quadrant, drawn, (sales_unit, profit_unit))
    axes = Axes(
        sales=sales_unit.title(_("Sales amount"), currency),
        profit=_("Profit, % of sales") if in_percent else profit_unit.title(_("Profit"), currency),
        sales_constant=squeeze([row["sales"] for row in rows]),
        profit_constant=None if in_percent else squeeze([row["profit"] for row in rows]),
    )
    _name_some(rows, axes)
    cuts = {"sales": sales_unit.of(quadrant.sales_cut), "profit": profit_unit.of(quadrant.profit_cut)}
    label = _("Customer value quadrant: sales amount upwards, profit to the right")
    return quadrant_chart(rows, cuts, cells=[str(CELL_WORDS[cell]) for cell in ORDER], axes=axes, label=label)


def _rows(quadrant: Quadrant, drawn: Sequence[Place], units: tuple[Unit, Unit]) -> list[dict[str, Any]]:
    in_percent = quadrant.choice.axis == "net_percent"
    sizes = _bubbles(quadrant, drawn)
    rows = []
    for place, size in zip(drawn, sizes, strict=True):
        row = {
            "id": place.account.pk,
            "name": short(place.account.name),
            "sales": units[0].of(place.sales),
            "profit": _across(place.sales, place.profit, units[1], in_percent=in_percent),
            "cell": str(place.cell_words),
            "bubble": round(size, 3),
            "said_sales": money(place.sales),
            "said_profit": percent(place.net_share) if in_percent else money(place.profit),
        }
        if place.before:
            sales, profit = place.before
            row["before_sales"] = units[0].of(sales)
            row["before_profit"] = _across(sales, profit, units[1], in_percent=in_percent)
        rows.append(row)
    return rows


def _name_some(rows: list[dict[str, Any]], axes: Axes) -> None:
    """Give the largest their names in the picture, where no other name stands already; the pointer tells the rest."""
    places = np.column_stack(
        [_spread(rows, "profit", axes.profit_constant), _spread(rows, "sales", axes.sales_constant)]
    )
    named: list[int] = []
    for number, row in enumerate(rows[: 3 * NAMED]):
        has_room = places[number][0] > NAME_SIZE[0] and len(named) < NAMED  # names stand to the left
        if has_room and not (np.abs(places[named] - places[number]) < NAME_SIZE).all(axis=1).any():
            named.append(number)
            row["label"] = short(row["name"], LONGEST_NAME)


def _spread(rows: list[dict[str, Any]], axis: str, constant: float | None) -> Any:
    """Where points stand along an axis, 0..1, as the axis draws them."""
    values = np.array([row[axis] or 0.0 for row in rows])
    if constant is not None:
        values = np.sign(values) * np.log1p(np.abs(values) / constant)
    extent = float(np.ptp(values)) if len(values) else 0.0
    return (values - values.min(initial=0)) / extent if extent else values


def _across(sales: Decimal, profit: Decimal, unit: Unit, *, in_percent: bool) -> float | None:
    if not in_percent:
        return unit.of(profit)
    return round(float(100 * profit / sales), 4) if sales > 0 else None


def _bubbles(quadrant: Quadrant, drawn: Sequence[Place]) -> list[float]:
    """0..1: white space where asked for and known (unknown is the smallest), else sales."""
    by_wallet = quadrant.choice.bubble == "wallet"
    amounts = [place.white_space if by_wallet else place.sales for place in drawn]
    sizes = np.array([float(max(amount or 0, 0)) for amount in amounts])
    largest = sizes.max(initial=0)
    return (sizes / largest).tolist() if largest else sizes.tolist()


def rule_words(quadrant: Quadrant) -> list[tuple[str, Any]]:
    """The rule behind the picture, for a reader and for a file."""
    choice = quadrant.choice
    at = percent(quadrant.profit_cut / 100) if _is_percent(quadrant) else money(quadrant.profit_cut)
    return [
        (_("Fiscal year"), quadrant.span.anchor),
        (_("Profit"), str(MEASURE_WORDS[quadrant.arrays.measure])),
        (_("Profit axis"), str(AXIS_WORDS[choice.axis])),
        (_("Sales are high from"), f"{money(quadrant.sales_cut)} ({RULE_WORDS[choice.sales_rule]})"),
        (_("Profit is high from"), f"{at} ({RULE_WORDS[choice.profit_rule]})"),
        (_("Accounts placed"), len(quadrant.placed)),
        (_("A loss"), _("is always low")),
    ]


def _is_percent(quadrant: Quadrant) -> bool:
    return quadrant.choice.axis == "net_percent" and quadrant.profit_cut is not None


def table(quadrant: Quadrant) -> Table:
    headings = [_("Account"), _("External id"), _("Cell"), _("Sales amount"), _("Profit"), _("Cell a year before")]
    headings += [_("Advice"), _("Customer's spend")]
    return Table(f"quadrant-{quadrant.span.anchor}", headings, _exported(quadrant), rule_words(quadrant))


def _exported(quadrant: Quadrant) -> Iterator[list[Any]]:
    for start in range(0, len(quadrant.listed), CHUNK):
        for place in places(quadrant, quadrant.listed[start : start + CHUNK]):
            words = [str(place.cell_words), place.sales, place.profit, str(place.before_words), str(place.advice)]
            yield [place.account.name, place.account.external_id, *words, place.potential]
