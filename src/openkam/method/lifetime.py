"""Money over several years: growth, present value and what a customer is worth over a lifetime."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from openkam.method.document import MONEY_PLACES
from openkam.method.errors import InvalidInput
from openkam.method.money import exact, round_money


def cagr(first: Decimal | None, last: Decimal | None, years: int) -> float | None:
    """Compound annual growth: (last / first) ** (1 / years) - 1, as a fraction of one.

    first, last  amounts in one currency, `years` >= 1 apart.
    None when a value is missing or not positive: a growth rate from or to a loss has no meaning.
    Raises InvalidInput("years" | "not_finite").

    >>> round(cagr(Decimal(800), Decimal(1300), 4), 5)
    0.12905
    """
    if years < 1:
        raise InvalidInput("years", "years", years=years)
    if first is None or last is None:
        return None
    if exact(first, "first") <= 0 or exact(last, "last") <= 0:
        return None
    growth: float = float(last / first) ** (1 / years)
    return growth - 1


def net_present_value(
    amounts: Sequence[Decimal | None], discount_rate: Decimal, places: int = MONEY_PLACES
) -> Decimal | None:
    """Sum of amount_t / (1 + d) ** t for t = 1, 2, ...; None when an amount is missing.

    discount_rate  d per year as a fraction of one, > -1. Rounded half-even once, at the end.
    Raises InvalidInput("discount_rate" | "not_finite").

    >>> net_present_value([Decimal(143), Decimal(191)], Decimal("0.1"), 3)
    Decimal('287.851')
    """
    factor = _growth_factor(discount_rate)
    known = [amount for amount in amounts if amount is not None]
    if len(known) < len(amounts):
        return None
    discounted = (exact(amount, "amounts") / factor**t for t, amount in enumerate(known, start=1))
    return round_money(sum(discounted, Fraction(0)), places)


def simple_lifetime_value(annual_sales: Decimal, years: int, margin: Decimal) -> Decimal:
    """Annual sales x years x margin, undiscounted; margin as a fraction of one.

    Raises InvalidInput("years" | "not_finite"); years below 0 are refused.
    Source: Sherman, Sperry & Reese, The Seven Keys to Managing Strategic Accounts, 2003, fig. 7-1.

    >>> simple_lifetime_value(Decimal(4_000_000), 10, Decimal("0.12"))
    Decimal('4800000.0000')
    """
    if years < 0:
        raise InvalidInput("years", "years", years=years)
    return round_money(exact(annual_sales, "annual_sales") * years * exact(margin, "margin"))


def customer_lifetime_value(yearly_margin: Decimal, retention: Decimal, discount_rate: Decimal, years: int) -> Decimal:
    """Sum of m * r**t / (1 + d)**t for t = 1..years.

    yearly_margin  m, money per year while the customer stays.
    retention      r, chance of staying from one year to the next, 0..1.
    discount_rate  d per year as a fraction of one, > -1.
    Raises InvalidInput("retention" | "discount_rate" | "years" | "not_finite"); years is 0..200.

    >>> customer_lifetime_value(Decimal(40_000), Decimal("0.9"), Decimal("0.1"), 8)
    Decimal('143853.0965')
    """
    if not 0 <= exact(retention, "retention") <= 1:
        raise InvalidInput("retention", "retention", retention=retention)
    if not 0 <= years <= 200:
        raise InvalidInput("years", "years", years=years)
    kept = Fraction(retention) / _growth_factor(discount_rate)
    expected_years = sum((kept**t for t in range(1, years + 1)), Fraction(0))
    return round_money(exact(yearly_margin, "yearly_margin") * expected_years)


def _growth_factor(discount_rate: Decimal) -> Fraction:
    rate = exact(discount_rate, "discount_rate")
    if rate <= -1:
        raise InvalidInput("discount_rate", "discount_rate", discount_rate=discount_rate)
    return 1 + rate
