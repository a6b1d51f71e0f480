"""Money in the operational database: whole ten-thousandths in the column, Decimal in Python.

SQLite keeps a DECIMAL as a binary float; an integer column is exact, sorts and sums on every database, and
is the ledger's own unit. See docs/decisions/0005.
"""

from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from openkam.ledger.schema import MONEY_SCALE

UNIT = Decimal(1).scaleb(-MONEY_SCALE)
LARGEST = 2**63 - 1


def to_units(amount: Decimal | int | str) -> int:
    """Ten-thousandths of an amount, half-even; refuses what is not finite or does not fit 64 bits.

    >>> to_units("12.34565")
    123456
    """
    try:
        units = Decimal(amount).quantize(UNIT, ROUND_HALF_EVEN).scaleb(MONEY_SCALE)
    except InvalidOperation as error:
        raise ValidationError(_("Enter an amount."), code="money_invalid") from error
    if abs(units) > LARGEST:
        raise ValidationError(_("This amount is too large."), code="money_too_large")
    return int(units)


def from_units(units: int) -> Decimal:
    """The amount that a number of ten-thousandths stands for."""
    return Decimal(units).scaleb(-MONEY_SCALE)


class MoneyField(models.BigIntegerField):
    """An amount of money: a Decimal with four places in Python, an integer in the database."""

    description = _("Amount of money")

    def from_db_value(self, value: int | None, expression: object, connection: object) -> Decimal | None:  # noqa: ARG002
        return None if value is None else from_units(int(value))

    def to_python(self, value: Any) -> Decimal | None:
        if value in (None, ""):
            return None
        return from_units(to_units(value))

    def get_prep_value(self, value: Any) -> int | None:
        return None if value is None else to_units(value)

    def formfield(self, **kwargs: Any) -> Any:
        return models.Field.formfield(
            self,
            **{"form_class": forms.DecimalField, "decimal_places": MONEY_SCALE, "max_digits": 19, **kwargs},
        )
