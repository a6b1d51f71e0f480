"""Dated exchange rates and dated product costs: exact decimals, never floats."""

from datetime import date
from decimal import Decimal

import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field

#: Valid since ever.
ALWAYS = date(1, 1, 1)

_RATES = pa.schema([("currency", pa.string()), ("valid_from", pa.date32()), ("rate", pa.decimal128(19, 10))])
_COSTS = pa.schema(
    [
        ("product", pa.string()),
        ("valid_from", pa.date32()),
        ("valid_to", pa.date32()),
        ("unit_cost", pa.decimal128(28, 10)),
    ]
)


class Rate(BaseModel):
    """One unit of a currency in the reporting currency, from a day on until the next rate of that currency.

    currency    ISO 4217 code.
    rate        > 0, up to 10 decimals.

    >>> Rate(currency="EUR", rate=Decimal("1.0825")).valid_from
    datetime.date(1, 1, 1)
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    currency: str = Field(pattern=r"^[A-Z]{3}$")
    rate: Decimal = Field(gt=0, lt=10**9, decimal_places=10, allow_inf_nan=False)
    valid_from: date = ALWAYS


class ProductCost(BaseModel):
    """What one unit of a product costs us, in the reporting currency, from a day to a day (both inside).

    >>> ProductCost(product="BK-1", unit_cost=Decimal("1898.0944")).valid_to is None
    True
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    product: str
    unit_cost: Decimal = Field(lt=10**12, decimal_places=10, allow_inf_nan=False)
    valid_from: date = ALWAYS
    valid_to: date | None = None


def rates_table(rates: tuple[Rate, ...]) -> pa.Table:
    """The rates as a table: currency, valid_from, rate.

    >>> rates_table((Rate(currency="EUR", rate=Decimal(2)),)).num_rows
    1
    """
    return pa.Table.from_pylist([rate.model_dump() for rate in rates], schema=_RATES)


def costs_table(costs: tuple[ProductCost, ...]) -> pa.Table:
    """The costs as a table: product, valid_from, valid_to, unit_cost.

    >>> costs_table(()).num_rows
    0
    """
    return pa.Table.from_pylist([cost.model_dump() for cost in costs], schema=_COSTS)
