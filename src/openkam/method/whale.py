"""Whale curve of profit, and how concentrated revenue is.

Sources: Kaplan & Narayanan, Measuring and Managing Customer Profitability, 2001 (the curve); US DoJ & FTC,
Horizontal Merger Guidelines (the Herfindahl-Hirschman index on percentages, 0..10 000).
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from openkam.method.document import Money, Name, Notice, Number, Strict
from openkam.method.errors import InvalidInput
from openkam.method.money import exact, percent

TOP_PERCENTS = (1, 5, 10, 20)
DEPENDENCE_PERCENT = 25.0
ABC_PERCENTS = (80, 95)  # A up to 80 % of revenue, B the next 15, C the last 5

AbcClass = Literal["A", "B", "C"]


class Account(Strict):
    """Net profit and revenue of one account in one period; None when unknown."""

    name: Name
    profit: Money | None = None
    revenue: Money | None = None


class Document(Strict):
    """Accounts of one period and one currency.

    breakeven   accounts within plus or minus this amount of money count as break-even.
    max_points  thin the curve to so many points; None keeps every account.
    """

    accounts: tuple[Account, ...] = Field(min_length=1)
    breakeven: Annotated[Number, Field(ge=0, le=10**15, decimal_places=4)] = Decimal(0)
    max_points: Annotated[int, Field(ge=3)] | None = None


class Point(Strict):
    """The account at a rank (1 is the most profitable), and the profit of all accounts down to it.

    index  cumulative as a percentage of the total; None when the total is not positive.
    """

    rank: int
    name: str
    profit: Decimal
    cumulative: Decimal
    index: float | None


class Curve(Strict):
    """The curve and its verdicts. Money in the document's currency, percentages of the total profit.

    top20_percent  what the best fifth of the accounts (rounded up) earn together.
    erosion        total less peak, zero or negative: what the losses take back.
    """

    points: tuple[Point, ...]
    accounts: int
    total: Decimal
    peak: Decimal
    peak_rank: int
    peak_percent: float | None
    erosion: Decimal
    top20_accounts: int
    top20_profit: Decimal
    top20_percent: float | None
    profitable: int
    breakeven: int
    loss: int


class Share(Strict):
    """One account's revenue, in percent of all positive revenue, and its class."""

    name: str
    revenue: Decimal
    percent: float
    cumulative_percent: float
    abc: AbcClass


class Concentration(Strict):
    """Of positive revenues only. top maps a percentage of accounts (rounded up) to their percent of revenue.

    hhi  sum of squared percentages, 0..10 000: above 1 800 is highly concentrated by the 2023 guidelines.
    """

    total: Decimal
    top: dict[int, float]
    hhi: float
    largest: str
    largest_percent: float
    shares: tuple[Share, ...]
    left_out: int


class Rule(Strict):
    """How the numbers were made."""

    breakeven: Decimal
    max_points: int | None
    order: Literal["descending_then_name"] = "descending_then_name"
    top_accounts: Literal["rounded_up"] = "rounded_up"
    abc: Literal["by_share_before_the_account"] = "by_share_before_the_account"
    abc_percents: tuple[int, ...] = ABC_PERCENTS
    dependence_percent: float = DEPENDENCE_PERCENT


class Result(Strict):
    """curve is None when no profit is known, concentration when no revenue is positive."""

    rule: Rule
    curve: Curve | None
    concentration: Concentration | None
    unknown_profit: tuple[str, ...]
    unknown_revenue: tuple[str, ...]
    warnings: tuple[Notice, ...]


def evaluate(document: Document) -> Result:
    """Draw the whale curve of the known profits and measure the concentration of the known revenues.

    Raises nothing for a valid document; `warnings` name unknown figures, a total that is not positive, revenue
    that is not positive, and one account with more than 25 % of revenue.

    >>> result = evaluate(Document.model_validate(EXAMPLE))
    >>> result.curve.peak_percent, result.curve.erosion
    (155.0, Decimal('-110'))
    """
    profits = [(a.name, a.profit) for a in document.accounts if a.profit is not None]
    revenues = [(a.name, a.revenue) for a in document.accounts if a.revenue is not None]
    drawn = curve(profits, breakeven=document.breakeven) if profits else None
    shares = concentration(revenues)
    notices = tuple(_notices(document, drawn, shares))
    if drawn and document.max_points:
        drawn = drawn.model_copy(update={"points": thin(drawn.points, document.max_points)})
    return Result(
        rule=Rule(breakeven=document.breakeven, max_points=document.max_points),
        curve=drawn,
        concentration=shares,
        unknown_profit=tuple(a.name for a in document.accounts if a.profit is None),
        unknown_revenue=tuple(a.name for a in document.accounts if a.revenue is None),
        warnings=notices,
    )


def curve(profits: Sequence[tuple[str, Decimal]], *, breakeven: Decimal = Decimal(0)) -> Curve:
    """The whale curve of (name, net profit) pairs, exactly: every account is one point.

    breakeven  accounts within plus or minus this amount count as break-even.
    Raises InvalidInput("empty" | "not_finite").

    >>> drawn = curve([("a", Decimal(60)), ("b", Decimal(-20)), ("c", Decimal(10))])
    >>> [point.index for point in drawn.points], drawn.peak_percent
    ([120.0, 140.0, 100.0], 140.0)
    """
    if not profits:
        raise InvalidInput("empty", "profits")
    ranked = sorted(profits, key=_descending_then_name)
    cumulative = list(accumulate(profit for _, profit in ranked))
    total, peak = cumulative[-1], max(cumulative)
    best_fifth = _rounded_up(20, len(ranked))
    profitable = sum(profit > breakeven for _, profit in ranked)
    loss = sum(profit < -breakeven for _, profit in ranked)
    return Curve(
        points=tuple(_points(ranked, cumulative)),
        accounts=len(ranked),
        total=total,
        peak=peak,
        peak_rank=cumulative.index(peak) + 1,
        peak_percent=percent(peak, total),
        erosion=total - peak,
        top20_accounts=best_fifth,
        top20_profit=cumulative[best_fifth - 1],
        top20_percent=percent(cumulative[best_fifth - 1], total),
        profitable=profitable,
        breakeven=len(ranked) - profitable - loss,
        loss=loss,
    )


def thin(points: Sequence[Point], limit: int) -> tuple[Point, ...]:
    """At most `limit` of the points, always the first, the peak and the last; none is moved or invented.

    The others are spread evenly along the drawn line, so steep ends keep more points than the flat back.
    Raises InvalidInput("too_few_points") for a limit below 3.

    >>> drawn = curve([(str(i), Decimal(50 - i)) for i in range(100)])
    >>> [point.rank for point in thin(drawn.points, 5)]
    [1, 28, 50, 74, 100]
    """
    if limit < 3:
        raise InvalidInput("too_few_points", "limit", limit=limit)
    if len(points) <= limit:
        return tuple(points)
    peak = max(range(len(points)), key=lambda index: points[index].cumulative)
    steps = np.abs(np.array([float(point.profit) for point in points]))
    along = np.cumsum(1 / len(points) + steps / max(float(steps.sum()), np.finfo(float).tiny))
    wanted = np.linspace(along[0], along[-1], limit - 1)[1:-1]
    kept = {0, peak, len(points) - 1, *np.searchsorted(along[:-1], wanted).tolist()}
    return tuple(points[index] for index in sorted(kept))


def concentration(revenues: Sequence[tuple[str, Decimal]]) -> Concentration | None:
    """How much of the revenue few accounts bring, from (name, revenue) pairs.

    Revenue that is not positive has no share: it is left out and counted. None when nothing is left.
    ABC: A while the accounts before it hold less than 80 % of revenue, B below 95 %, C the rest.
    Raises InvalidInput("not_finite").

    >>> found = concentration([("a", Decimal(60)), ("b", Decimal(30)), ("c", Decimal(10))])
    >>> found.hhi, [share.abc for share in found.shares]
    (4600.0, ['A', 'A', 'B'])
    """
    ranked = [pair for pair in sorted(revenues, key=_descending_then_name) if pair[1] > 0]
    if not ranked:
        return None
    cumulative = list(accumulate(revenue for _, revenue in ranked))
    total = cumulative[-1]
    shares = tuple(_shares(ranked, cumulative))
    tops = {p: cumulative[_rounded_up(p, len(ranked)) - 1] for p in TOP_PERCENTS}
    return Concentration(
        total=total,
        top={p: float(100 * held / total) for p, held in tops.items()},
        hhi=float(sum((100 * revenue / total) ** 2 for _, revenue in ranked)),
        largest=ranked[0][0],
        largest_percent=shares[0].percent,
        shares=shares,
        left_out=len(revenues) - len(ranked),
    )


def _descending_then_name(pair: tuple[str, Decimal]) -> tuple[Fraction, str]:
    name, amount = pair
    return -exact(amount, name), name


def _rounded_up(percentage: int, count: int) -> int:
    return -(-count * percentage // 100)


def _points(ranked: Sequence[tuple[str, Decimal]], cumulative: Sequence[Decimal]) -> Iterator[Point]:
    for rank, ((name, profit), so_far) in enumerate(zip(ranked, cumulative, strict=True), start=1):
        index = percent(so_far, cumulative[-1])
        yield Point(rank=rank, name=name, profit=profit, cumulative=so_far, index=index)


def _shares(ranked: Sequence[tuple[str, Decimal]], cumulative: Sequence[Decimal]) -> Iterator[Share]:
    total = cumulative[-1]
    for (name, revenue), so_far in zip(ranked, cumulative, strict=True):
        yield Share(
            name=name,
            revenue=revenue,
            percent=float(100 * revenue / total),
            cumulative_percent=float(100 * so_far / total),
            abc=_abc(so_far - revenue, total),
        )


def _abc(before: Decimal, total: Decimal) -> AbcClass:
    a_ends, b_ends = ABC_PERCENTS
    if 100 * before < a_ends * total:
        return "A"
    return "B" if 100 * before < b_ends * total else "C"


def _notices(document: Document, drawn: Curve | None, shares: Concentration | None) -> Iterator[Notice]:
    known = drawn.accounts if drawn else 0
    if known < len(document.accounts):
        yield Notice(code="unknown_profit", values={"accounts": len(document.accounts) - known})
    if drawn and drawn.total <= 0:
        yield Notice(code="index_undefined", values={"total": drawn.total})
    if any(account.revenue is None for account in document.accounts):
        count = sum(account.revenue is None for account in document.accounts)
        yield Notice(code="unknown_revenue", values={"accounts": count})
    not_positive = sum(account.revenue is not None and account.revenue <= 0 for account in document.accounts)
    if not_positive:
        yield Notice(code="revenue_not_positive", values={"accounts": not_positive})
    if shares and shares.largest_percent > DEPENDENCE_PERCENT:
        values = {"percent": shares.largest_percent, "limit": DEPENDENCE_PERCENT}
        yield Notice(code="dependence", where=shares.largest, values=dict(values))


_EXAMPLE_PROFITS = (120, 90, 60, 30, 10, 0, -5, -15, -40, -50)
_EXAMPLE_REVENUES = (800, 600, 500, 300, 200, 150, 150, 120, 100, 80)
EXAMPLE: dict[str, Any] = {
    "accounts": [
        {"name": name, "profit": profit, "revenue": revenue}
        for name, profit, revenue in zip("ABCDEFGHIJ", _EXAMPLE_PROFITS, _EXAMPLE_REVENUES, strict=True)
    ],
}
