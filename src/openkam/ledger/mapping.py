"""Which column of a customer's file means what: the agreement between a file and the ledger."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Literal

from pydantic import BaseModel, ConfigDict

from openkam.method.errors import InvalidInput

FIELDS = (
    "account",
    "account_name",
    "date",
    "document",
    "line_no",
    "product",
    "quantity",
    "unit_price",
    "discount",
    "revenue",
    "direct_cost",
    "unit_cost",
    "currency",
)
DateOrder = Literal["ymd", "dmy", "mdy", "roc"]
DecimalMark = Literal[".", ","]
DiscountKind = Literal["fraction", "percent", "amount"]


class Mapping(BaseModel):
    """Column names for the fields of an invoice line, and how its texts are written.

    account, account_name  the customer's code and name; at least one of them.
    date                   the invoice (or order) date.
    document, line_no      number of the invoice and of the line in it.
    product                the article's code.
    quantity, unit_price   units, and money per unit before the discount.
    discount               see discount_kind: fraction 0..1, percent 0..100, amount: money off the whole line.
    revenue                net money of the line, without tax; when None, quantity * unit_price less the discount.
    direct_cost, unit_cost cost of the whole line; or per unit, multiplied by quantity. Never both.
    currency               ISO 4217 codes, column; default_currency where the column is absent or empty.
    date_order             of dates in digits: 2024-03-01 ymd, 01/03/2024 dmy, 03/01/2024 mdy,
                           113/03/01 roc (years of the Republic of China, 民國, +1911). ISO is always understood.
    decimal_mark           "." or ","; the other one, blanks and apostrophes group thousands.
    lines_key, header_key  the columns that join the lines to a second file of document headers.

    Negative numbers are understood as -1, 1-, (1) and with the minus sign U+2212, always. A name that is in
    both files means the lines' column; the header file's own is then called "name (2)", see `joined_columns`.

    >>> Mapping(account="Customer", date="Date", revenue="Net").problems(["Customer", "Date", "Net"])
    ()
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    account: str | None = None
    account_name: str | None = None
    date: str | None = None
    document: str | None = None
    line_no: str | None = None
    product: str | None = None
    quantity: str | None = None
    unit_price: str | None = None
    discount: str | None = None
    revenue: str | None = None
    direct_cost: str | None = None
    unit_cost: str | None = None
    currency: str | None = None
    discount_kind: DiscountKind | None = None
    date_order: DateOrder = "ymd"
    decimal_mark: DecimalMark = "."
    default_currency: str | None = None
    lines_key: str | None = None
    header_key: str | None = None

    def named(self) -> dict[str, str]:
        """The fields that have a column, in canonical order: field -> column.

        >>> Mapping(date="D", account="A").named()
        {'account': 'A', 'date': 'D'}
        """
        named = {field: getattr(self, field) for field in FIELDS}
        return {field: column for field, column in named.items() if column is not None}

    def problems(self, columns: Iterable[str]) -> tuple[InvalidInput, ...]:
        """What stands against reading a table of `columns` (joined ones included) with this mapping.

        Codes: "required" (where: the missing field), "column_unknown", "column_twice", "cost_twice",
        "discount_kind", "currency", "join_half".
        """
        return (*self._missing(), *self._misnamed(set(columns)), *self._unclear())

    def _missing(self) -> Iterator[InvalidInput]:
        if not (self.account or self.account_name):
            yield InvalidInput("required", "account")
        if not self.date:
            yield InvalidInput("required", "date")
        if not (self.revenue or (self.quantity and self.unit_price)):
            yield InvalidInput("required", "revenue")

    def _misnamed(self, columns: set[str]) -> Iterator[InvalidInput]:
        named = self.named()
        for field, column in named.items():
            if column not in columns:
                yield InvalidInput("column_unknown", field, column=column)
        for column, times in Counter(named.values()).items():
            if times > 1:
                fields = tuple(field for field, name in named.items() if name == column)
                yield InvalidInput("column_twice", fields[1], column=column, fields=fields)

    def _unclear(self) -> Iterator[InvalidInput]:
        if self.direct_cost and self.unit_cost:
            yield InvalidInput("cost_twice", "unit_cost")
        if self.unit_cost and not self.quantity:
            yield InvalidInput("required", "quantity", because="unit_cost")
        if self.discount and not self.discount_kind:
            yield InvalidInput("discount_kind", "discount")
        if bool(self.lines_key) != bool(self.header_key):
            yield InvalidInput("join_half", "lines_key" if not self.lines_key else "header_key")
        if self.default_currency is not None and not _is_code(self.default_currency):
            yield InvalidInput("currency", "default_currency", found=self.default_currency)


def _is_code(text: str) -> bool:
    return len(text) == 3 and text.isascii() and text.isalpha() and text.isupper()


def joined_columns(lines: Iterable[str], header: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """The header file's columns beside the lines': (name in the joined table, name in the header file).

    >>> joined_columns(["order_id", "price"], ["order_id", "customer"])
    (('order_id (2)', 'order_id'), ('customer', 'customer'))
    """
    taken = {name.casefold() for name in lines}
    pairs = []
    for name in header:
        free, number = name, 2
        while free.casefold() in taken:
            free, number = f"{name} ({number})", number + 1
        taken.add(free.casefold())
        pairs.append((free, name))
    return tuple(pairs)
