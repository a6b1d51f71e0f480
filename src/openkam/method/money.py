"""Arithmetic with money and shares: exact sums, honest rounding, None where a number is missing."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from openkam.method.document import MONEY_PLACES
from openkam.method.errors import InvalidInput


def exact(amount: Decimal | int, where: str = "") -> Fraction:
    """The amount as a fraction; `where` names it if it is not a finite number.

    Raises InvalidInput("not_finite").

    >>> exact(Decimal("0.10"))
    Fraction(1, 10)
    """
    if not Decimal(amount).is_finite():
        raise InvalidInput("not_finite", where)
    return Fraction(amount)


def round_money(amount: Fraction | Decimal | int, places: int = MONEY_PLACES) -> Decimal:
    """The amount rounded half-even to so many decimals, exactly, never "-0".

    >>> round_money(Fraction(2, 3), 2), round_money(Fraction(1, 8), 2)
    (Decimal('0.67'), Decimal('0.12'))
    """
    scaled = round(Fraction(amount) * 10**places)
    return _written(scaled, places)


def percent(part: Decimal | None, whole: Decimal | None) -> float | None:
    """100 * part / whole; None when a number is missing or the whole is not positive.

    >>> percent(Decimal(90), Decimal(800)), percent(Decimal(1), Decimal(0))
    (11.25, None)
    """
    if part is None or whole is None or whole <= 0:
        return None
    return float(100 * part / whole)


def share(part: Decimal | None, whole: Decimal | None) -> float | None:
    """part / whole as a fraction of one; None as in `percent`.

    >>> share(Decimal(310), Decimal(1000))
    0.31
    """
    if part is None or whole is None or whole <= 0:
        return None
    return float(part / whole)


def total(amounts: Sequence[Decimal | None]) -> Decimal | None:
    """The sum, or None as soon as one amount is missing: missing is never zero.

    >>> total([Decimal(1), Decimal(2)]), total([Decimal(1), None])
    (Decimal('3'), None)
    """
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if len(known) == len(amounts) else None


def apportion(amounts: Mapping[str, Fraction], places: int, target: Decimal | None = None) -> dict[str, Decimal]:
    """Round amounts so that their sum is the rounded sum (largest remainder; ties go by name).

    places  decimals to round to. Every rounded amount is less than one last digit from the exact one.
    target  the sum to reach instead: the exact sum rounded up or down.
    Source: the Hamilton method of apportionment.

    >>> apportion({"a": Fraction(10, 3), "b": Fraction(10, 3), "c": Fraction(10, 3)}, 2)
    {'a': Decimal('3.34'), 'b': Decimal('3.33'), 'c': Decimal('3.33')}
    """
    scaled = {name: amount * 10**places for name, amount in amounts.items()}
    floors = {name: amount.__floor__() for name, amount in scaled.items()}
    aim = round(sum(scaled.values(), Fraction(0))) if target is None else int(Fraction(target) * 10**places)
    left_over = aim - sum(floors.values())
    by_remainder = sorted(scaled, key=lambda name: (floors[name] - scaled[name], name))
    for name in by_remainder[:left_over]:
        floors[name] += 1
    return {name: _written(floors[name], places) for name in amounts}


def _written(scaled: int, places: int) -> Decimal:
    """From text, because that is exact at any size; arithmetic would round to 28 digits."""
    return Decimal(f"{scaled}e-{places}")
