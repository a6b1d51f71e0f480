"""The canonical invoice line: one place that says which columns there are and what they mean.

Money is int64 in ten-thousandths of the major unit (`MONEY_SCALE`), so that sums are exact on every
engine; four decimals hold every currency of ISO 4217 and the unit costs of common ledgers.
Quantities are int64 in ten-thousandths too (`QUANTITY_SCALE`): whole pieces and kilograms to the decigram.
"""

from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation, localcontext

import ibis
import pyarrow as pa

from openkam.method.errors import InvalidInput

MONEY_SCALE = 4
QUANTITY_SCALE = 4
INT64_MAX = 2**63 - 1

#: Keys longer than this are refused: cutting a key could make one account of two.
TEXT_LIMIT = 500

#: Null only where it is said; a sum over no lines is null for every column, so the types allow it everywhere.
LINES = pa.schema(
    [
        pa.field("batch", pa.string()),  # the import this line came with
        pa.field("row", pa.int64()),  # its row in the file, counted from 1
        pa.field("account", pa.string()),  # the customer's key as in the file
        pa.field("date", pa.date32()),
        pa.field("document", pa.string()),  # invoice or order number, or null
        pa.field("line_no", pa.string()),  # null where the file numbers no lines
        pa.field("product", pa.string()),  # or null
        pa.field("quantity", pa.int64()),  # QUANTITY_SCALE; null is unknown
        pa.field("revenue", pa.int64()),  # MONEY_SCALE, reporting currency, net of discount
        pa.field("direct_cost", pa.int64()),  # MONEY_SCALE, reporting currency; null is unknown
        pa.field("currency", pa.string()),  # ISO 4217 code of the two originals
        pa.field("revenue_original", pa.int64()),
        pa.field("direct_cost_original", pa.int64()),  # or null
    ]
)

LINES_IBIS = ibis.Schema.from_pyarrow(LINES)


def to_units(amount: Decimal | int | str, scale: int = MONEY_SCALE) -> int:
    """Whole units of the ledger for an amount in major units, rounded half to even.

    Raises InvalidInput("number_unparsable" | "overflow").

    >>> to_units("80450596.9823"), to_units(Decimal("0.00005")), to_units(-3)
    (804505969823, 0, -30000)
    """
    with localcontext(prec=60):
        try:
            units = Decimal(amount).scaleb(scale).quantize(Decimal(1), rounding=ROUND_HALF_EVEN)
        except InvalidOperation:
            raise InvalidInput("number_unparsable", value=str(amount)) from None
    if units.is_nan():
        raise InvalidInput("number_unparsable", value=str(amount))
    if abs(units) > INT64_MAX:
        raise InvalidInput("overflow", value=str(amount))
    return int(units)


def from_units(units: int, scale: int = MONEY_SCALE) -> Decimal:
    """The amount in major units for whole units of the ledger, exact.

    >>> from_units(804505969823)
    Decimal('80450596.9823')
    """
    with localcontext(prec=60):
        return Decimal(units).scaleb(-scale)
