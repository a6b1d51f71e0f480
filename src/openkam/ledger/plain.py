"""The short way for lines that need no care: ISO dates, short plain numbers, the reporting currency, nothing wrong.

Most lines of most files are like that, and for them doubles and 64-bit integers do exactly what wide decimals do:
two decimals of at most 15 digits that are the same double are the same number. Whatever is not surely plain goes the
long way (`candidates`) with its texts, so a line's fate never depends on which way it went.
"""

from dataclasses import dataclass
from datetime import date

from openkam.ledger.candidates import EARLIEST
from openkam.ledger.checks import bits
from openkam.ledger.formats import Opened, literal
from openkam.ledger.mapping import FIELDS, Mapping
from openkam.ledger.schema import TEXT_LIMIT

_NUMBERS = ("quantity", "unit_price", "discount", "revenue", "direct_cost", "unit_cost")
_UNIT = 10_000
#: Digits that a double tells apart, and amounts that keep within them.
_DIGITS = 15
_LARGEST = 10**_DIGITS
#: Factors whose product surely fits into 64 bits.
_FACTOR = 3_000_000_000
#: A discount beyond this is no fraction that the long way could read.
_FRACTION = 9_999 * _UNIT
#: Rows that say whether the short way is worth trying.
LOOK = 2048


@dataclass(frozen=True, kw_only=True)
class Plain:
    """What makes a line plain: the mapping, the one currency, today, and which tables are registered."""

    mapping: Mapping
    reporting_currency: str
    today: date
    tables: frozenset[str]

    @property
    def possible(self) -> bool:
        """Whether any line of a file so mapped can be plain."""
        mapping = self.mapping
        code = self.reporting_currency
        priced = bool(mapping.revenue) or not mapping.discount
        costed = bool(mapping.direct_cost or mapping.unit_cost) or "costs" not in self.tables
        home = bool(mapping.currency) or mapping.default_currency in (None, code)
        return priced and costed and home and len(code) == 3 and code.isascii() and code.isupper()

    def lines(self, source: Opened, texts: str) -> str:
        """SQL of the narrow canonical columns, and `texts`: NULL for plain lines, else a list for `careful_texts`.

        texts  SQL as of `candidates.texts_of`.
        """
        cells = ", ".join(f"t_{field}" for field in FIELDS)
        narrow = "row, account, date, t_document AS document, t_line_no AS line_no, t_product AS product"
        name = "CASE WHEN marks <> 0 THEN t_account_name END AS name, coalesce(marks, 0)::BIGINT AS marks"
        return (
            f"WITH texts AS ({texts}), doubles AS ({self._doubles()}), whole AS ({self._whole()}), "
            f"amounts AS ({self._amounts()}), told AS (SELECT *, {self._unknown()} AS marks, "
            f"coalesce({' AND '.join(self._conditions(source))}, false) AS plain FROM amounts) "
            f"SELECT {narrow}, u_quantity AS quantity, revenue, direct_cost, "
            f"{literal(self.reporting_currency)} AS currency, {name}, "
            f"CASE WHEN NOT plain THEN [has_header::VARCHAR, {cells}] END AS texts FROM told"
        )

    def _numbers(self) -> list[str]:
        return [field for field in _NUMBERS if field in self.mapping.named()]

    def _doubles(self) -> str:
        account = "t_account" if self.mapping.account else "t_account_name"
        doubles = "".join(f", TRY_CAST({self._pointed(field)} AS DOUBLE) AS d_{field}" for field in self._numbers())
        return f"SELECT *, {account} AS account, {plain_day('t_date', self.mapping)} AS date{doubles} FROM texts"

    def _pointed(self, field: str) -> str:
        """A decimal point for the engine; a grouping point makes the text no number at all."""
        text = f"t_{field}"
        return text if self.mapping.decimal_mark == "." else f"translate({text}, ',._', '.??')"

    def _whole(self) -> str:
        units = [
            f"TRY_CAST(round(d_{field} * {_UNIT}) AS BIGINT)" if field in self._numbers() else "NULL::BIGINT"
            for field in _NUMBERS
        ]
        return (
            f"SELECT *, {', '.join(f'{unit} AS u_{field}' for field, unit in zip(_NUMBERS, units, strict=True))} "
            "FROM doubles"
        )

    def _amounts(self) -> str:
        mapping = self.mapping
        revenue = "u_revenue" if mapping.revenue else _product("u_unit_price")
        cost = "u_direct_cost" if mapping.direct_cost else _product("u_unit_cost") if mapping.unit_cost else "NULL"
        return f"SELECT *, {revenue} AS revenue, {cost}::BIGINT AS direct_cost FROM whole"

    def _unknown(self) -> str:
        if "accounts" not in self.tables:
            return "0"
        return f"CASE WHEN account NOT IN (SELECT key FROM accounts) THEN {bits(['account_unknown'])} ELSE 0 END"

    def _conditions(self, source: Opened) -> list[str]:
        """What all must hold for a line to carry no mark but `account_unknown`, and no remainder of rounding."""
        mapping, named = self.mapping, self.mapping.named()
        found = [f"date BETWEEN DATE '{EARLIEST}' AND DATE '{self.today}'", "account IS NOT NULL", "revenue > 0"]
        keys = ("account" if mapping.account else "account_name", "document", "line_no", "product")
        found += [f"coalesce(strlen(t_{field}), 0) <= {TEXT_LIMIT}" for field in keys if field in named]
        needed = ("revenue",) if mapping.revenue else ("unit_price", "quantity")
        found += [_same(field) for field in needed]
        found += [f"(t_{field} IS NULL OR {_same(field)})" for field in self._numbers() if field not in needed]
        return found + self._further(source)

    def _further(self, source: Opened) -> list[str]:
        """Conditions on what only some mappings have."""
        mapping = self.mapping
        found = []
        if mapping.quantity:
            found.append("coalesce(u_quantity, 0) >= 0")
        if mapping.unit_price:
            found.append("coalesce(u_unit_price, 1) <> 0")
        if mapping.discount:
            found.append(f"coalesce(u_discount, 0) BETWEEN -{_FRACTION} AND {_FRACTION}")
        if mapping.direct_cost or mapping.unit_cost:
            found.append("direct_cost IS NOT NULL")
        if mapping.currency:
            lone = literal(mapping.default_currency or self.reporting_currency)
            found.append(f"coalesce(upper(t_currency), {lone}) = {literal(self.reporting_currency)}")
        if mapping.header_key:
            found.append("has_header")
        if source.ragged:
            found.append(f"row NOT IN ({', '.join(str(ragged.row) for ragged in source.ragged)})")
        return found


def _same(field: str) -> str:
    """Whether the whole units are the number that is written, to the last digit."""
    unit = f"u_{field}"
    return (
        f"strlen(t_{field}) <= {_DIGITS} AND {unit} BETWEEN -{_LARGEST} AND {_LARGEST} "
        f"AND {unit}::DOUBLE / {_UNIT}::DOUBLE = d_{field}"
    )


def _product(price: str) -> str:
    """Price times quantity in whole units where that is exact, else NULL."""
    fits = f"{price} BETWEEN -{_FACTOR} AND {_FACTOR} AND u_quantity BETWEEN 0 AND {_FACTOR}"
    product = f"(CASE WHEN {fits} THEN {price} ELSE 0 END * CASE WHEN {fits} THEN u_quantity ELSE 0 END)"
    return f"(CASE WHEN {fits} AND {product} % {_UNIT} = 0 THEN {product} // {_UNIT} END)"


def plain_day(text: str, mapping: Mapping) -> str:
    """A date in its commonest spellings, the same as `parse.day` reads it, else NULL.

    >>> plain_day("t", Mapping(date_order="ymd"))[:39]
    "CASE WHEN t LIKE '____-__-__' THEN TRY_"
    """
    order = mapping.date_order
    other = ""
    if order in ("dmy", "mdy"):
        formats = ", ".join(literal("%" + order[0] + mark + "%" + order[1] + mark + "%Y") for mark in "/.")
        shape = f"{text} LIKE '__/__/____' OR {text} LIKE '__.__.____'"
        other = f" WHEN {shape} THEN try_strptime({text}, [{formats}])::DATE"
    timed = f"{text} LIKE '____-__-__ __:__:__' OR {text} LIKE '____-__-__T__:__:__'"
    return (
        f"CASE WHEN {text} LIKE '____-__-__' THEN TRY_CAST({text} AS DATE) "
        f"WHEN {timed} THEN TRY_CAST({text} AS TIMESTAMP)::DATE{other} END"
    )


def careful_texts(lines: str) -> str:
    """The texts of the lines that were not plain, as `candidates.texts_of` would give them."""
    cells = ", ".join(f"texts[{at}] AS t_{field}" for at, field in enumerate(FIELDS, start=2))
    return f"SELECT row, texts[1]::BOOLEAN AS has_header, {cells} FROM {lines} WHERE texts IS NOT NULL"


def widened(lines: str) -> str:
    """All columns of a staging file, from a narrow one."""
    return (
        "(SELECT row, account, date, document, line_no, product, quantity, revenue, direct_cost, currency, "
        "revenue AS revenue_original, direct_cost AS direct_cost_original, NULL::DECIMAL(38, 22) AS residue, "
        f"name, marks FROM {lines})"
    )
