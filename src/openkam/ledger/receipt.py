"""The receipt of an import: what the file held, what was stored, what was left out and why, to the last decimal."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal, localcontext

from pydantic import BaseModel, ConfigDict, computed_field

from openkam.ledger.schema import from_units

#: Digits enough for the sum of exact amounts of any file.
_DIGITS = 60


def exact(units: int, residue: Decimal = Decimal(0)) -> Decimal:
    """An amount in major units from whole units of the ledger and what rounding left; no digit is lost.

    >>> exact(98_0000, Decimal("0.0000019"))
    Decimal('98.0000019')
    """
    with localcontext(prec=_DIGITS):
        return from_units(units) + residue


class Amount(BaseModel):
    """Money in one currency, major units, exact."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    currency: str
    amount: Decimal


class Part(BaseModel):
    """Some lines of the file: how many, their revenue per currency, and how many have no readable revenue."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    lines: int = 0
    without_amount: int = 0
    amounts: tuple[Amount, ...] = ()

    def of(self, currency: str) -> Decimal:
        """The amount in one currency; 0 where no line has any.

        >>> Part().of("EUR")
        Decimal('0')
        """
        return next((each.amount for each in self.amounts if each.currency == currency), Decimal(0))


class Skipped(Part):
    """Lines left out, by the code of the first reason."""

    code: str


class Found(BaseModel):
    """How many lines a check found, kept or not."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    column: str
    lines: int


class Receipt(BaseModel):
    """What became of a file.

    file      every line of it, amounts as exact as written, in the currencies of the file.
    stored    the lines kept, amounts as read back from the store (4 decimals).
    skipped   the lines left out, exact amounts, by reason.
    rounding  exact less stored amount of the kept lines, per currency.
    revenue, direct_cost  of the stored lines, in the reporting currency; direct_cost is of those whose cost is known.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    batch: str
    source: str
    sha256: str
    reporting_currency: str
    file: Part
    stored: Part
    skipped: tuple[Skipped, ...]
    rounding: tuple[Amount, ...]
    revenue: Decimal
    direct_cost: Decimal | None
    lines_without_cost: int
    accounts: int
    first_date: date | None
    last_date: date | None
    found: tuple[Found, ...] = ()

    @computed_field  # type: ignore[prop-decorator]
    @property
    def reconciles(self) -> bool:
        """Whether file = stored + skipped + rounding holds, for lines and for every currency."""
        if self.file.lines != self.stored.lines + sum(part.lines for part in self.skipped):
            return False
        with localcontext(prec=_DIGITS):
            return all(self.file.of(currency) == self._accounted(currency) for currency in self._currencies())

    def _currencies(self) -> set[str]:
        parts: Iterable[Part] = (self.file, self.stored, *self.skipped)
        return {each.currency for part in parts for each in part.amounts}

    def _accounted(self, currency: str) -> Decimal:
        skipped = sum((part.of(currency) for part in self.skipped), Decimal(0))
        rounding = Part(amounts=self.rounding).of(currency)
        return self.stored.of(currency) + skipped + rounding
