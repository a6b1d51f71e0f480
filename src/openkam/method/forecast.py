"""A suggested forecast of the next years from annual actuals: a robust line, never a promise.

Sources: P. K. Sen, Estimates of the regression coefficient based on Kendall's tau, JASA 63 (1968) 1379-1389;
H. Theil, A rank-invariant method of linear and polynomial regression analysis, 1950.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from statistics import median
from typing import Annotated, Literal, NamedTuple

from pydantic import Field
from scipy.stats import theilslopes

from openkam.method.document import FiscalYear, Money, Notice, Strict
from openkam.method.errors import InvalidInput
from openkam.method.money import round_money

INTERVAL = 0.80

TrendMethod = Literal["theil_sen", "straight_line", "flat"]


class Actual(Strict):
    """One fiscal year as booked; fewer than twelve months make it a running year."""

    fiscal_year: FiscalYear
    months: Annotated[int, Field(ge=1, le=12)] = 12
    revenue: Money | None = None
    direct_cost: Money | None = None
    indirect_cost: Money | None = None


class Suggested(Strict):
    """One future year; low and high are None where the method has no limits."""

    fiscal_year: int
    base: Decimal
    low: Decimal | None
    high: Decimal | None


class Trend(Strict):
    """Suggested revenue. n counts the complete years used; interval is the confidence of low..high, 0..1."""

    method: TrendMethod
    n: int
    interval: float | None
    yearly_change: Decimal
    years: tuple[Suggested, ...]


class CostTrend(Strict):
    """Suggested cost: ratio (cost over revenue, the median of n complete years) times suggested revenue."""

    method: Literal["median_ratio"] = "median_ratio"
    n: int
    ratio: float
    years: tuple[Suggested, ...]


class Annualised(Strict):
    """A running year scaled to twelve months, for comparison only: no trend uses it."""

    method: Literal["annualised"] = "annualised"
    fiscal_year: int
    months: int
    revenue: Decimal | None
    direct_cost: Decimal | None
    indirect_cost: Decimal | None


class Forecast(Strict):
    """None where no complete year knows the figure."""

    revenue: Trend | None
    direct_cost: CostTrend | None
    indirect_cost: CostTrend | None
    annualised: tuple[Annualised, ...]
    warnings: tuple[Notice, ...]


class _Line(NamedTuple):
    """y = level + slope * (x - pivot), with the slopes of the lower and upper limit."""

    method: TrendMethod
    pivot: Fraction
    level: Fraction
    slope: Fraction
    limits: tuple[Fraction, Fraction] | None

    def at(self, year: int, slope: Fraction) -> Fraction:
        return self.level + slope * (year - self.pivot)


def suggest(actuals: Sequence[Actual], *, years: int = 2, places: int = 2) -> Forecast:
    """Suggest revenue and costs for the `years` after the last year given.

    actuals  annual figures of one account in one currency, in any order; gaps are allowed.
    years    how many years to suggest, 1..10.
    places   decimals of the suggested money.

    Revenue: three or more complete years give a Theil-Sen line, whose low and high follow the 80 % confidence
    limits of its slope; two give a straight line, one stays flat, none gives None. Revenue below zero becomes
    zero with the warning "clipped_at_zero". Costs: the median ratio to revenue of the complete years.
    Raises InvalidInput("years" | "duplicate_year").

    >>> booked = [Actual(fiscal_year=2022 + i, revenue=r) for i, r in enumerate([800, 920, 1000, 1150])]
    >>> trend = suggest(booked, years=1).revenue
    >>> trend.method, [str(trend.years[0].low), str(trend.years[0].base), str(trend.years[0].high)]
    ('theil_sen', ['1175.00', '1264.58', '1350.00'])
    """
    if not 1 <= years <= 10:
        raise InvalidInput("years", "years", years=years)
    _refuse_duplicates(actuals)
    complete = [actual for actual in actuals if actual.months == 12]
    line = _fit([(a.fiscal_year, a.revenue) for a in complete if a.revenue is not None])
    last = max((actual.fiscal_year for actual in actuals), default=0)
    future = range(last + 1, last + 1 + years)
    found = [] if line is None else [_on_line(line, year) for year in future]
    return Forecast(
        revenue=None if line is None else _trend(line, complete, found, places),
        direct_cost=_cost_trend([(a.revenue, a.direct_cost) for a in complete], found, places),
        indirect_cost=_cost_trend([(a.revenue, a.indirect_cost) for a in complete], found, places),
        annualised=tuple(_annualised(a, places) for a in actuals if a.months < 12),
        warnings=tuple(_clippings(found)),
    )


class _Point(NamedTuple):
    year: int
    bounds: dict[str, Fraction]

    def clipped(self, name: str) -> Fraction | None:
        return max(self.bounds[name], Fraction(0)) if name in self.bounds else None


def _refuse_duplicates(actuals: Sequence[Actual]) -> None:
    seen: set[int] = set()
    for index, actual in enumerate(actuals):
        if actual.fiscal_year in seen:
            raise InvalidInput("duplicate_year", f"/{index}", fiscal_year=actual.fiscal_year)
        seen.add(actual.fiscal_year)


def _fit(points: Sequence[tuple[int, Decimal]]) -> _Line | None:
    if not points:
        return None
    xs = [Fraction(x) for x, _ in sorted(points)]
    ys = [Fraction(y) for _, y in sorted(points)]
    pivot = median(xs)
    method, slope, limits = _slope(xs, ys)
    # the median of what the slope leaves over ("joint" in scipy): one wild year does not lift the line
    level = median([y - slope * (x - pivot) for x, y in zip(xs, ys, strict=True)])
    return _Line(method, pivot, level, slope, limits)


def _slope(
    xs: Sequence[Fraction], ys: Sequence[Fraction]
) -> tuple[TrendMethod, Fraction, tuple[Fraction, Fraction] | None]:
    if len(xs) == 1:
        return "flat", Fraction(0), None
    if len(xs) == 2:
        return "straight_line", (ys[1] - ys[0]) / (xs[1] - xs[0]), None
    # from the first year on: calendar years themselves would cost the slopes digits
    found = theilslopes([float(y) for y in ys], [float(x - xs[0]) for x in xs], alpha=INTERVAL)
    slope, low, high = (Fraction(float(s)) for s in (found.slope, found.low_slope, found.high_slope))
    return "theil_sen", slope, (low, high)


def _on_line(line: _Line, year: int) -> _Point:
    slopes = {"base": line.slope}
    if line.limits:
        slopes |= {"low": line.limits[0], "high": line.limits[1]}
    return _Point(year, {name: line.at(year, slope) for name, slope in slopes.items()})


def _clippings(points: Sequence[_Point]) -> Iterator[Notice]:
    for point in points:
        below = tuple(name for name, value in point.bounds.items() if value < 0)
        if below:
            yield Notice(code="clipped_at_zero", where=str(point.year), values={"bounds": below})


def _scaled(points: Sequence[_Point], factor: Fraction, places: int) -> tuple[Suggested, ...]:
    rows = []
    for point in points:
        low, high = point.clipped("low"), point.clipped("high")
        # a negative ratio (a refunded cost) turns low and high round
        low, high = (high, low) if factor < 0 else (low, high)
        rows.append(
            Suggested(
                fiscal_year=point.year,
                base=round_money((point.clipped("base") or Fraction(0)) * factor, places),
                low=None if low is None else round_money(low * factor, places),
                high=None if high is None else round_money(high * factor, places),
            )
        )
    return tuple(rows)


def _trend(line: _Line, complete: Sequence[Actual], points: Sequence[_Point], places: int) -> Trend:
    return Trend(
        method=line.method,
        n=sum(actual.revenue is not None for actual in complete),
        interval=INTERVAL if line.limits else None,
        yearly_change=round_money(line.slope, places),
        years=_scaled(points, Fraction(1), places),
    )


def _cost_trend(
    pairs: Sequence[tuple[Decimal | None, Decimal | None]], points: Sequence[_Point], places: int
) -> CostTrend | None:
    ratios = [
        Fraction(cost) / Fraction(revenue)
        for revenue, cost in pairs
        if revenue is not None and revenue > 0 and cost is not None
    ]
    if not ratios:
        return None
    middle = median(ratios)
    return CostTrend(n=len(ratios), ratio=float(middle), years=_scaled(points, middle, places))


def _annualised(actual: Actual, places: int) -> Annualised:
    def scaled(amount: Decimal | None) -> Decimal | None:
        return None if amount is None else round_money(Fraction(amount) * 12 / actual.months, places)

    return Annualised(
        fiscal_year=actual.fiscal_year,
        months=actual.months,
        revenue=scaled(actual.revenue),
        direct_cost=scaled(actual.direct_cost),
        indirect_cost=scaled(actual.indirect_cost),
    )
