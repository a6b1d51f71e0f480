"""Money in the operational database: whole ten-thousandths in the column, Decimal in Python.

SQLite keeps a DECIMAL as a binary float; an integer column is exact, sorts and sums on every database, and
is the ledger's own unit. See docs/decisions/0005.
"""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from openkam.ledger import schema
from openkam.ledger.schema import MONEY_SCALE, from_units
from openkam.method.errors import InvalidInput

SENTENCES = {
    "number_unparsable": _("Enter an amount."),
    "overflow": _("This amount is too large."),
}


def to_units(amount: Decimal | int | str) -> int:
    """The ledger's own rounding, half-even; what it refuses is a form's error here.

    >>> to_units("12.34565")
    123456
    """
    try:
        return schema.to_units(amount)
    except InvalidInput as refusal:
        raise ValidationError(SENTENCES[refusal.code], code=refusal.code) from refusal


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
