"""The scale on which people score, 1 to 10, and the score that written anchors suggest for a measured value."""

from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field, model_validator

from openkam.method.document import Number, Strict
from openkam.method.errors import InvalidInput

LEVELS = ("low", "medium", "high")

Score = Annotated[Number, Field(ge=1, le=10, decimal_places=4)]
Level = Literal["low", "medium", "high"]
Anchor = Annotated[Number, Field(ge=-(10**15), le=10**15, decimal_places=9)]


class Anchors(Strict):
    """What deserves a 1, a 5 and a 10, in the unit of the value: all rising, or all falling (days to pay)."""

    at_1: Anchor
    at_5: Anchor
    at_10: Anchor

    @model_validator(mode="after")
    def _run_one_way(self) -> "Anchors":
        if not (self.at_1 < self.at_5 < self.at_10 or self.at_1 > self.at_5 > self.at_10):
            raise InvalidInput("anchors_not_monotone", "", at_1=self.at_1, at_5=self.at_5, at_10=self.at_10)
        return self


def suggested(value: Decimal | int | float, anchors: Anchors) -> int:
    """The score 1..10 that the anchors suggest for a value in their unit.

    Straight lines from 1 to 5 and from 5 to 10, clipped beyond the ends, rounded half up, exactly.
    Raises InvalidInput("not_finite").

    >>> days_to_pay = Anchors(at_1=90, at_5=45, at_10=30)
    >>> suggested(60, days_to_pay), suggested(120, days_to_pay), suggested(30, days_to_pay)
    (4, 1, 10)
    """
    if not Decimal(value).is_finite():
        raise InvalidInput("not_finite", "value")
    lowest, highest = sorted((anchors.at_1, anchors.at_10))
    measured = Fraction(min(max(Decimal(value), lowest), highest))
    at_1, at_5, at_10 = (Fraction(anchor) for anchor in (anchors.at_1, anchors.at_5, anchors.at_10))
    below, above = (measured - at_1) / (at_5 - at_1), (measured - at_5) / (at_10 - at_5)
    line = 1 + 4 * below if below <= 1 else 5 + 5 * above
    return (line + Fraction(1, 2)).__floor__()
