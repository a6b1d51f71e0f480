"""Customer value quadrant: sales amount against profit, High when the value reaches the cut.

The cut default is the median, which one giant account cannot move. Alternatives: mean, a fixed target; for profit
as a percentage of sales, the percentage of the whole portfolio.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field, model_validator

from openkam.method.document import MONEY_PLACES, Money, Name, Notice, Number, Strict
from openkam.method.errors import InvalidInput
from openkam.method.money import percent, round_money

Cell = Literal["HH", "HL", "LH", "LL"]
Advice = Literal["protect_grow", "fix_cost_to_serve", "grow_share", "automate_or_exit"]
CutRule = Literal["median", "mean", "fixed", "portfolio"]
ProfitAxis = Literal["amount", "net_percent"]
Array = npt.NDArray[Any]

# first letter sales, second profit; the index is 2 * sales + profit
CELLS: tuple[Cell, ...] = ("LL", "LH", "HL", "HH")
UNKNOWN = -1
NAMES_SHOWN = 10
ADVICE: dict[Cell, Advice] = {
    "HH": "protect_grow",
    "HL": "fix_cost_to_serve",
    "LH": "grow_share",
    "LL": "automate_or_exit",
}


class Cut(Strict):
    """Where High begins. `value` belongs to "fixed" only: money, or percent of sales on the net % axis."""

    rule: CutRule = "median"
    value: Annotated[Number, Field(ge=-(10**15), le=10**15, decimal_places=4)] | None = None

    @model_validator(mode="after")
    def _fixed_has_a_value(self) -> "Cut":
        if self.rule == "fixed" and self.value is None:
            raise InvalidInput("fixed_cut_needs_value", "/value")
        if self.rule != "fixed" and self.value is not None:
            raise InvalidInput("only_fixed_cut_has_value", "/value", rule=self.rule)
        return self


class Figures(Strict):
    """Sales and profit of one period; None when unknown."""

    sales: Money | None = None
    profit: Money | None = None


class Account(Figures):
    """One account in this period, and in the period before when that is known."""

    name: Name
    previous: Figures | None = None


class Document(Strict):
    """Accounts of one period and one currency. profit_cut None: "median" of amounts, "portfolio" of net %."""

    accounts: tuple[Account, ...] = Field(min_length=1)
    profit_axis: ProfitAxis = "amount"
    sales_cut: Cut = Cut()
    profit_cut: Cut | None = None
    previous_cuts: Literal["this_period", "each_period"] = "this_period"

    @model_validator(mode="after")
    def _portfolio_cuts_percentages_only(self) -> "Document":
        _refuse_portfolio_cut(self.sales_cut, "/sales_cut")
        if self.profit_axis == "amount" and self.profit_cut:
            _refuse_portfolio_cut(self.profit_cut, "/profit_cut")
        return self


class Placed(Strict):
    """One account's place. previous_cell and moved are None when the period before is unknown."""

    name: str
    cell: Cell
    advice: Advice
    sales: Decimal | None
    profit: Decimal | None
    net_percent: float | None
    previous_cell: Cell | None
    moved: bool | None


class CellTotal(Strict):
    """How many accounts stand in a cell, and what they sell and earn."""

    accounts: int
    sales: Decimal
    profit: Decimal


class Rule(Strict):
    """The cuts as used; n is the number of accounts they were taken from.

    sales_cut   money, exact. None when no account could be placed.
    profit_cut  money, or percent of sales on the net % axis. Net below zero is Low whatever the cut.
    """

    profit_axis: ProfitAxis
    sales_rule: CutRule
    profit_rule: CutRule
    sales_cut: Decimal | None
    profit_cut: Decimal | None
    n: int
    high: Literal["at_or_above_cut"] = "at_or_above_cut"
    loss: Literal["always_low"] = "always_low"
    previous_cuts: Literal["this_period", "each_period"]


class Result(Strict):
    """Placed accounts in the document's order, those with unknown figures apart, and totals per cell."""

    rule: Rule
    accounts: tuple[Placed, ...]
    unknown: tuple[str, ...]
    cells: dict[Cell, CellTotal]
    warnings: tuple[Notice, ...]


@dataclass(frozen=True, eq=False)
class Placement:
    """Of arrays: `cells` holds indices into CELLS, or UNKNOWN; cuts are exact for integers.

    sales_cut   in the unit of `sales`; profit_cut in the unit of `profit`, or a fraction of one on the
                net % axis; None when nothing could be placed. n counts the accounts placed.
    """

    cells: npt.NDArray[np.int8]
    sales_cut: Fraction | None
    profit_cut: Fraction | None
    n: int


def place(
    sales: Array,
    profit: Array,
    *,
    known: Array | None = None,
    profit_axis: ProfitAxis = "amount",
    sales_cut: Cut | Fraction | None = None,
    profit_cut: Cut | Fraction | None = None,
) -> Placement:
    """Place many accounts at once.

    sales, profit  one number per account: int64 minor units (exact) or float64.
    known          False where a figure is unknown; such accounts get UNKNOWN and move no cut.
    profit_axis    "net_percent" compares profit / sales; accounts without positive sales are then unknown.
    sales_cut      a rule, or a cut already known (in the unit of `sales`; of profit: as in `Placement`).
                   None: median; portfolio for net %. A fixed rule's value is in the unit of the array, or percent.
    Raises InvalidInput("ragged" | "not_finite" | "portfolio_cut_needs_net_percent").

    >>> placement = place(np.array([1000, 700, 300, 250]), np.array([80, 10, 60, -5]))
    >>> [CELLS[cell] for cell in placement.cells], str(placement.sales_cut)
    (['HH', 'HL', 'LH', 'LL'], '500')
    """
    known = np.ones(len(sales), dtype=bool) if known is None else np.asarray(known, dtype=bool)
    _refuse_bad_arrays(sales, profit, known)
    if profit_axis == "net_percent":
        known = known & (sales > 0)
    cells = np.full(len(sales), UNKNOWN, dtype=np.int8)
    sold, earned = sales[known], profit[known]
    if not len(sold):
        return Placement(cells, None, None, 0)
    first = _threshold(Cut() if sales_cut is None else sales_cut, sold, "sales")
    cut = _default_profit_cut(profit_axis) if profit_cut is None else profit_cut
    second, is_high = _profit_side(cut, sold, earned, profit_axis)
    cells[known] = 2 * _reaches(sold, first) + (is_high & (earned >= 0))
    return Placement(cells, first, second, len(sold))


def evaluate(document: Document) -> Result:
    """Place every account with known figures, say how it moved, and what its cell advises.

    Raises nothing for a valid document; `warnings` name a single account, identical values and unknown figures.

    >>> result = evaluate(Document.model_validate(EXAMPLE))
    >>> [account.cell for account in result.accounts], result.rule.sales_cut, result.rule.profit_cut
    (['HH', 'HL', 'HH', 'LL', 'LH', 'LL'], Decimal('275.0000'), Decimal('28.5000'))
    """
    now = _placed(document, [*document.accounts])
    before = _placed_before(document, now)
    pairs = zip(document.accounts, now.cells.tolist(), before.cells.tolist(), strict=True)
    placed = tuple(_row(account, cell, earlier) for account, cell, earlier in pairs if cell != UNKNOWN)
    unknown = tuple(a.name for a, cell in zip(document.accounts, now.cells.tolist(), strict=True) if cell < 0)
    return Result(
        rule=_rule(document, now),
        accounts=placed,
        unknown=unknown,
        cells={cell: _cell_total(cell, placed) for cell in ADVICE},
        warnings=tuple(_notices(document, placed, unknown)),
    )


def _refuse_portfolio_cut(cut: Cut | Fraction, where: str) -> None:
    if isinstance(cut, Cut) and cut.rule == "portfolio":
        raise InvalidInput("portfolio_cut_needs_net_percent", where)


def _refuse_bad_arrays(sales: Array, profit: Array, known: Array) -> None:
    if not len(sales) == len(profit) == len(known):
        raise InvalidInput("ragged", "", sales=len(sales), profit=len(profit), known=len(known))
    for name, values in (("sales", sales), ("profit", profit)):
        if values.dtype.kind not in "iu" and not np.isfinite(values[known].astype(np.float64)).all():
            raise InvalidInput("not_finite", name)


def _threshold(cut: Cut | Fraction, values: Array, axis: str) -> Fraction:
    """The cut as an exact fraction, in the unit of the values."""
    _refuse_portfolio_cut(cut, axis)
    if isinstance(cut, Fraction):
        return cut
    if cut.value is not None:
        return Fraction(cut.value)
    if cut.rule == "mean":
        mean = _exact_sum(values) / len(values)
        # rounding must not lift the mean of equal numbers above them
        return min(mean, Fraction(values.max().item()))
    middle = [(len(values) - 1) // 2, len(values) // 2]
    return _exact_sum(np.partition(values, middle)[middle]) / 2


def _exact_sum(values: Array) -> Fraction:
    if values.dtype.kind in "iu":
        return Fraction(sum(values.tolist()))  # Python integers cannot overflow
    return Fraction(float(np.sum(values)))


def _reaches(values: Array, cut: Fraction) -> Array:
    """values >= cut, exactly for integers: v >= cut is v >= ceil(cut)."""
    limit: int | float = cut.__ceil__() if values.dtype.kind in "iu" else float(cut)
    reached: Array = values >= limit
    return reached


def _default_profit_cut(axis: ProfitAxis) -> Cut:
    return Cut(rule="median" if axis == "amount" else "portfolio")


def _profit_side(cut: Cut | Fraction, sold: Array, earned: Array, axis: ProfitAxis) -> tuple[Fraction, Array]:
    """The cut and who reaches it; on the net % axis both sides are fractions of one."""
    if axis == "amount":
        limit = _threshold(cut, earned, "profit")
        return limit, _reaches(earned, limit)
    rates = earned / sold
    if isinstance(cut, Cut) and cut.rule == "portfolio":
        limit = _exact_sum(earned) / _exact_sum(sold)
    elif isinstance(cut, Cut) and cut.value is not None:
        limit = Fraction(cut.value) / 100
    else:
        limit = _threshold(cut, rates, "profit")
    return limit, _reaches(rates, limit)


def _minor(amount: Decimal | None) -> int:
    return 0 if amount is None else int(amount.scaleb(MONEY_PLACES))


def _arrays(figures: Sequence[Figures | None]) -> tuple[Array, Array, Array]:
    rows = [row or Figures() for row in figures]
    sales = np.array([_minor(row.sales) for row in rows], dtype=np.int64)
    profit = np.array([_minor(row.profit) for row in rows], dtype=np.int64)
    known = np.array([row.sales is not None and row.profit is not None for row in rows], dtype=bool)
    return sales, profit, known


def _in_minor(cut: Cut) -> Cut | Fraction:
    return cut if cut.value is None else Fraction(cut.value) * 10**MONEY_PLACES


def _profit_cut(document: Document) -> Cut | Fraction:
    cut = document.profit_cut or _default_profit_cut(document.profit_axis)
    return cut if document.profit_axis == "net_percent" else _in_minor(cut)


def _placed(
    document: Document, figures: Sequence[Figures | None], cuts: tuple[Fraction, Fraction] | None = None
) -> Placement:
    sales, profit, known = _arrays(figures)
    sales_cut, profit_cut = cuts or (_in_minor(document.sales_cut), _profit_cut(document))
    return place(
        sales,
        profit,
        known=known,
        profit_axis=document.profit_axis,
        sales_cut=sales_cut,
        profit_cut=profit_cut,
    )


def _placed_before(document: Document, now: Placement) -> Placement:
    """The period before against this period's cuts, so that a move is the account's own; or against its own."""
    figures = [account.previous for account in document.accounts]
    if document.previous_cuts == "each_period" or now.sales_cut is None or now.profit_cut is None:
        return _placed(document, figures)
    return _placed(document, figures, (now.sales_cut, now.profit_cut))


def _row(account: Account, cell: int, before: int) -> Placed:
    return Placed(
        name=account.name,
        cell=CELLS[cell],
        advice=ADVICE[CELLS[cell]],
        sales=account.sales,
        profit=account.profit,
        net_percent=percent(account.profit, account.sales),
        previous_cell=None if before == UNKNOWN else CELLS[before],
        moved=None if before == UNKNOWN else cell != before,
    )


def _rule(document: Document, placement: Placement) -> Rule:
    profit_cut = document.profit_cut or _default_profit_cut(document.profit_axis)
    scale = Fraction(1, 10**MONEY_PLACES)
    profit_scale = scale if document.profit_axis == "amount" else Fraction(100)
    sales_at, profit_at = placement.sales_cut, placement.profit_cut
    return Rule(
        profit_axis=document.profit_axis,
        sales_rule=document.sales_cut.rule,
        profit_rule=profit_cut.rule,
        sales_cut=None if sales_at is None else round_money(sales_at * scale),
        profit_cut=None if profit_at is None else round_money(profit_at * profit_scale),
        n=placement.n,
        previous_cuts=document.previous_cuts,
    )


def _cell_total(cell: Cell, placed: Sequence[Placed]) -> CellTotal:
    inside = [account for account in placed if account.cell == cell]
    return CellTotal(
        accounts=len(inside),
        sales=sum((account.sales or Decimal(0) for account in inside), Decimal(0)),
        profit=sum((account.profit or Decimal(0) for account in inside), Decimal(0)),
    )


def _notices(document: Document, placed: Sequence[Placed], unknown: Sequence[str]) -> Iterator[Notice]:
    if unknown:
        yield Notice(code="unknown_figures", values={"accounts": len(unknown)})
    if not placed:
        yield Notice(code="nothing_to_place")
    if len(placed) == 1:
        yield Notice(code="single_account", where=placed[0].name)
    if len(placed) > 1:
        in_percent = document.profit_axis == "net_percent"
        sides: dict[str, set[object]] = {
            "sales": {account.sales for account in placed},
            "profit": {account.net_percent if in_percent else account.profit for account in placed},
        }
        for side, values in sides.items():
            if len(values) == 1:
                yield Notice(code="all_identical", where=side)
    repeated = [name for name, n in Counter(a.name for a in document.accounts).items() if n > 1]
    if repeated:
        first = tuple(repeated[:NAMES_SHOWN])
        yield Notice(code="same_name_twice", values={"names": first, "count": len(repeated)})


EXAMPLE: dict[str, Any] = {
    "accounts": [
        {"name": "A", "sales": 1000, "profit": 80, "previous": {"sales": 900, "profit": 20}},
        {"name": "B", "sales": 700, "profit": 10, "previous": {"sales": 720, "profit": 35}},
        {"name": "C", "sales": 300, "profit": 60, "previous": {"sales": 250, "profit": 55}},
        {"name": "D", "sales": 250, "profit": -5},
        {"name": "E", "sales": 150, "profit": 45, "previous": {"sales": 140, "profit": 40}},
        {"name": "F", "sales": 100, "profit": 12},
    ],
}
