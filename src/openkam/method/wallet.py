"""Share of wallet, white space, and the share that a supplier's rank would earn.

Sources: share of wallet as a supplier's sales over the customer's category spend; white space per offering and
buying centre; Keiningham, Aksoy, Williams & Buoye, The Wallet Allocation Rule, Wiley 2015, appendix A.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from openkam.method.document import Money, Name, Notice, Number, Share, Strict, Text
from openkam.method.errors import InvalidInput
from openkam.method.money import exact, share, total

MANY_OFFERINGS = 10  # more than ten offerings and nobody keeps the map up to date

Spend = Annotated[Money, Field(ge=0)]


class Cell(Strict):
    """What one buying centre could buy and does buy of one offering; None when unknown.

    probability  chance of winning what is still open, 0..1.
    """

    offering: Name
    buying_centre: Text = ""
    potential: Spend | None = None
    current: Spend | None = None
    probability: Share | None = None


class Supplier(Strict):
    """A supplier as the customer rates it; the higher the better, on any one scale."""

    name: Name
    rating: Annotated[Number, Field(ge=-(10**9), le=10**9)]


class Document(Strict):
    """One account, one period, one currency.

    category_spend  what the customer spends in our categories; None takes the sum of the potentials.
    suppliers       the customer's set of suppliers, with our own name among them as `us`.
    """

    account: Name
    cells: tuple[Cell, ...] = Field(min_length=1)
    category_spend: Spend | None = None
    suppliers: tuple[Supplier, ...] = ()
    us: Name | None = None

    @model_validator(mode="after")
    def _names_fit_together(self) -> "Document":
        cells = Counter((cell.offering, cell.buying_centre) for cell in self.cells)
        for (offering, buying_centre), count in cells.items():
            if count > 1:
                raise InvalidInput("repeated_cell", "/cells", offering=offering, buying_centre=buying_centre)
        names = Counter(supplier.name for supplier in self.suppliers)
        for name, count in names.items():
            if count > 1:
                raise InvalidInput("repeated_name", "/suppliers", name=name)
        if self.us is not None and self.us not in names:
            raise InvalidInput("unknown_supplier", "/us", name=self.us)
        return self


class CellResult(Strict):
    """white_space is what is still open, never below zero; weighted is white_space x probability."""

    offering: str
    buying_centre: str
    white_space: Decimal | None
    weighted: Decimal | None


class Allocation(Strict):
    """A supplier's rank (ties share the average rank) and the share of wallet that the rule gives it, 0..1."""

    name: str
    rank: float
    share: float


class Rule(Strict):
    """How the numbers were made."""

    category_spend: Literal["given", "sum_of_potentials"]
    white_space: Literal["potential_less_current_not_below_zero"] = "potential_less_current_not_below_zero"
    allocation: Literal["one_less_rank_over_n_plus_1_times_2_over_n"] = "one_less_rank_over_n_plus_1_times_2_over_n"
    ties: Literal["average_rank"] = "average_rank"


class Result(Strict):
    """Money in the document's currency, shares 0..1. A sum is None when a part is missing; `known_` sums skip it.

    share_gap  share of wallet less the share our rank would earn: negative means below our rank.
    """

    rule: Rule
    account: str
    our_sales: Decimal | None
    category_spend: Decimal | None
    share_of_wallet: float | None
    white_space: Decimal | None
    known_white_space: Decimal
    weighted_white_space: Decimal | None
    known_weighted_white_space: Decimal
    by_offering: dict[str, Decimal | None]
    by_buying_centre: dict[str, Decimal | None]
    cells: tuple[CellResult, ...]
    allocation: tuple[Allocation, ...]
    share_gap: float | None
    warnings: tuple[Notice, ...]


def evaluate(document: Document) -> Result:
    """Measure the wallet, what is still open in it, and what our rank among the suppliers would earn.

    Raises nothing for a valid document; `warnings` name missing figures, cells and accounts where we sell more
    than the stated potential, and more than ten offerings.

    >>> result = evaluate(Document.model_validate(EXAMPLE))
    >>> result.share_of_wallet, str(result.white_space), str(result.weighted_white_space)
    (0.31, '690', '217.0')
    """
    cells = tuple(_cell_result(cell) for cell in document.cells)
    sales = total([cell.current for cell in document.cells])
    spend = document.category_spend
    if spend is None:
        spend = total([cell.potential for cell in document.cells])
    held = share_of_wallet(sales, spend)
    allocation = wallet_allocation({supplier.name: supplier.rating for supplier in document.suppliers})
    earned = next((a.share for a in allocation if a.name == document.us), None)
    return Result(
        rule=Rule(category_spend="sum_of_potentials" if document.category_spend is None else "given"),
        account=document.account,
        our_sales=sales,
        category_spend=spend,
        share_of_wallet=held,
        white_space=total([cell.white_space for cell in cells]),
        known_white_space=_known(cell.white_space for cell in cells),
        weighted_white_space=total([cell.weighted for cell in cells]),
        known_weighted_white_space=_known(cell.weighted for cell in cells),
        by_offering=_grouped((cell.offering, cell.white_space) for cell in cells),
        by_buying_centre=_grouped((cell.buying_centre, cell.white_space) for cell in cells),
        cells=cells,
        allocation=allocation,
        share_gap=None if held is None or earned is None else held - earned,
        warnings=tuple(_notices(document, held)),
    )


def share_of_wallet(our_sales: Decimal | None, category_spend: Decimal | None) -> float | None:
    """Our sales over the customer's spend in the category, as a fraction of one; above 1 is not clipped.

    None when a figure is missing or the spend is not positive. Raises InvalidInput("not_finite").

    >>> share_of_wallet(Decimal(400_000), Decimal(1_000_000))
    0.4
    """
    for where, amount in (("our_sales", our_sales), ("category_spend", category_spend)):
        _refuse_not_finite(amount, where)
    return share(our_sales, category_spend)


def white_space(potential: Decimal | None, current: Decimal | None) -> Decimal | None:
    """What is still open: potential less current, not below zero; None when a figure is missing.

    Raises InvalidInput("not_finite").

    >>> white_space(Decimal(300), Decimal(60)), white_space(Decimal(5), Decimal(9))
    (Decimal('240'), Decimal('0'))
    """
    for where, amount in (("potential", potential), ("current", current)):
        _refuse_not_finite(amount, where)
    if potential is None or current is None:
        return None
    return max(Decimal(0), potential - current)


def wallet_allocation(
    ratings: Mapping[str, Decimal | float], *, higher_is_better: bool = True
) -> tuple[Allocation, ...]:
    """The Wallet Allocation Rule: share = (1 - rank / (n + 1)) * 2 / n, best supplier first.

    ratings  one number per supplier of the customer's set, any scale; ties share the average rank.
    The shares add up to one. Raises InvalidInput("not_finite").

    >>> [round(a.share, 4) for a in wallet_allocation({"us": 9, "x": 7, "y": 8})]
    [0.5, 0.3333, 0.1667]
    """
    rated = {name: exact(Decimal(rating), name) for name, rating in ratings.items()}
    sign = -1 if higher_is_better else 1
    order = sorted(rated, key=lambda name: (sign * rated[name], name))
    ranks = {name: _average_rank(rated[name], [rated[other] for other in order]) for name in order}
    n = len(order)
    return tuple(Allocation(name=name, rank=ranks[name], share=(1 - ranks[name] / (n + 1)) * 2 / n) for name in order)


def _refuse_not_finite(amount: Decimal | None, where: str) -> None:
    if amount is not None:
        exact(amount, where)


def _average_rank(rating: Fraction, in_order: Sequence[Fraction]) -> float:
    first = in_order.index(rating) + 1
    return first + (in_order.count(rating) - 1) / 2


def _cell_result(cell: Cell) -> CellResult:
    still_open = white_space(cell.potential, cell.current)
    known = still_open is not None and cell.probability is not None
    return CellResult(
        offering=cell.offering,
        buying_centre=cell.buying_centre,
        white_space=still_open,
        weighted=still_open * cell.probability if known else None,  # type: ignore[operator]
    )


def _known(amounts: Iterator[Decimal | None]) -> Decimal:
    return sum((amount for amount in amounts if amount is not None), Decimal(0))


def _grouped(pairs: Iterator[tuple[str, Decimal | None]]) -> dict[str, Decimal | None]:
    groups: dict[str, list[Decimal | None]] = {}
    for name, amount in pairs:
        groups.setdefault(name, []).append(amount)
    return {name: total(amounts) for name, amounts in groups.items()}


def _notices(document: Document, held: float | None) -> Iterator[Notice]:
    for index, cell in enumerate(document.cells):
        figures = {"potential": cell.potential, "current": cell.current, "probability": cell.probability}
        missing = tuple(name for name, value in figures.items() if value is None)
        if missing:
            yield Notice(code="missing_figures", where=f"/cells/{index}", values={"figures": missing})
        if cell.potential is not None and cell.current is not None and cell.current > cell.potential:
            values = {"potential": cell.potential, "current": cell.current}
            yield Notice(code="current_above_potential", where=f"/cells/{index}", values=dict(values))
    if held is not None and held > 1:
        yield Notice(code="share_above_one", values={"share": held})
    offerings = len({cell.offering for cell in document.cells})
    if offerings > MANY_OFFERINGS:
        yield Notice(code="many_offerings", values={"offerings": offerings, "limit": MANY_OFFERINGS})


EXAMPLE: dict[str, Any] = {
    "account": "Northern Lights Foods",
    "cells": [
        {"offering": "Filters", "potential": 500, "current": 250, "probability": 0.5},
        {"offering": "Service", "potential": 300, "current": 60, "probability": 0.3},
        {"offering": "Training", "potential": 200, "current": 0, "probability": 0.1},
    ],
    "suppliers": [
        {"name": "Our company", "rating": 8},
        {"name": "Competitor A", "rating": 9},
        {"name": "Competitor B", "rating": 6},
    ],
    "us": "Our company",
}
