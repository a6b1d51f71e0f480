"""The one pass over a file: SQL that turns texts into candidate lines, each marked with what is wrong.

Five steps, each a SELECT over the one before: texts as written, values read from them, exact amounts, whole
units of the ledger, and the marks. Nothing is left out here; who is kept is decided later (`verdict`).
"""

from datetime import date

from openkam.ledger.checks import ROW_CHECKS, bits
from openkam.ledger.formats import Opened, identifier, literal, scan
from openkam.ledger.mapping import FIELDS, Mapping, joined_columns
from openkam.ledger.parse import (
    AMOUNT,
    FRACTION,
    PRICE,
    QUANTITY,
    blank,
    day,
    exactly,
    finite,
    half_even,
    number,
    rough,
    units,
)
from openkam.ledger.schema import MONEY_SCALE, QUANTITY_SCALE, TEXT_LIMIT

NUMBERS = {
    "quantity": QUANTITY,
    "unit_price": PRICE,
    "discount": FRACTION,
    "revenue": AMOUNT,
    "direct_cost": AMOUNT,
    "unit_cost": PRICE,
}
EARLIEST = date(1970, 1, 1)
YEARS_AHEAD = 10

#: Which column's overflow a number that is too large counts as.
_OVERFLOWS = {"unit_price": "revenue", "discount": "revenue", "unit_cost": "direct_cost"}


def candidates(
    source: Opened,
    mapping: Mapping,
    *,
    texts: str,
    reporting_currency: str,
    today: date,
    tables: frozenset[str],
) -> str:
    """SQL of one row per row of `texts`, in any order: the canonical columns but batch, `name`, `residue`,
    `marks` (bits of `ROW_CHECKS`) and `raw` (the texts, where something is marked).

    texts   SQL as of `texts_of`.
    tables  which of "accounts" (key), "rates", "costs" are registered on the connection.
    """
    lone_currency = mapping.default_currency or reporting_currency
    return (
        f"WITH texts AS ({texts}), parsed AS ({_parsed(mapping, lone_currency)}), "
        f"amounts AS ({_amounts(mapping, tables)}), rounded AS ({_rounded()}), "
        f"converted AS ({_converted(mapping, reporting_currency, lone_currency, tables)}), "
        f"marked AS ({_marked(source, mapping, today, tables)}) {_final(mapping)}"
    )


def texts_of(source: Opened, mapping: Mapping, header: Opened | None) -> str:
    """SQL of a file's texts: row, has_header, and t_<field> for each field, NULL where the mapping names no column."""
    named = mapping.named()
    place = {name: f"l.{identifier(name)}" for name in source.columns}
    origin = f"{scan(source)} AS l"
    if header is not None and mapping.lines_key and mapping.header_key:
        joined = dict(joined_columns(source.columns, header.columns))
        place |= {name: f"h.{identifier(column)}" for name, column in joined.items()}
        needed = {joined[column] for column in named.values() if column in joined}
        origin += _header_join(header, mapping.lines_key, mapping.header_key, needed)
        found = "h._key IS NOT NULL"
    else:
        found = "true"
    cells = [f"{place[named[field]] if field in named else 'NULL::VARCHAR'} AS t_{field}" for field in FIELDS]
    return f"SELECT l._row AS row, {found} AS has_header, {', '.join(cells)} FROM {origin} WHERE {_some_text(source)}"


def _some_text(source: Opened) -> str:
    """A row of delimiters alone is no line; `Opened.rows` does not count it either."""
    if source.kind == "parquet":
        return "true"
    return f"coalesce({', '.join(f'l.{identifier(name)}' for name in source.columns)}) IS NOT NULL"


def _header_join(header: Opened, lines_key: str, header_key: str, needed: set[str]) -> str:
    """A document header that is repeated counts once, or it would double its lines."""
    key = identifier(header_key)
    first = "".join(f", arg_min_null({identifier(name)}, _row) AS {identifier(name)}" for name in sorted(needed))
    once = f"SELECT {key} AS _key{first} FROM {scan(header)} WHERE {key} IS NOT NULL GROUP BY {key}"
    return f" LEFT JOIN ({once}) AS h ON l.{identifier(lines_key)} = h._key"


def _parsed(mapping: Mapping, lone_currency: str) -> str:
    named = mapping.named()
    numbers = [
        f"{number('t_' + field, kind, mapping.decimal_mark)} AS n_{field}"
        if field in named
        else f"NULL::{kind} AS n_{field}"
        for field, kind in NUMBERS.items()
    ]
    account = "t_account" if mapping.account else "t_account_name"
    currency = f"coalesce(upper(t_currency), {literal(lone_currency)})"
    return (
        f"SELECT *, {account} AS account, {day('t_date', mapping.date_order)} AS date, "
        f"{currency} AS currency, {', '.join(numbers)} FROM texts"
    )


def _amounts(mapping: Mapping, tables: frozenset[str]) -> str:
    """Exact revenue and direct cost, as given or as the product of what is given; and a guess of their whole units."""
    cost = "n_direct_cost" if mapping.direct_cost else _product("n_unit_cost * n_quantity")
    columns = (
        f"{_revenue(mapping)} AS x_revenue, {cost} AS x_cost, "
        f"{_guess(_rough_revenue(mapping))} AS g_revenue, {_guess(_rough_cost(mapping))} AS g_cost"
    )
    if "costs" not in tables or mapping.direct_cost or mapping.unit_cost:
        return f"SELECT *, {columns}, NULL::{AMOUNT} AS x_listed FROM parsed"
    listed = f"CASE WHEN c.valid_to IS NULL OR p.date <= c.valid_to THEN {_product('c.unit_cost * n_quantity')} END"
    return (
        f"SELECT p.*, {columns}, {listed} AS x_listed FROM parsed AS p "
        "ASOF LEFT JOIN costs AS c ON p.t_product = c.product AND p.date >= c.valid_from"
    )


def _product(of: str) -> str:
    """An AMOUNT, or NULL where it is too large for one."""
    return f"TRY_CAST(TRY({of}) AS {AMOUNT})"


def _guess(amount: str) -> str:
    return f"TRY_CAST(round({amount} * {10**MONEY_SCALE}) AS BIGINT)"


def _rough_revenue(mapping: Mapping) -> str:
    mark = mapping.decimal_mark
    if mapping.revenue:
        return rough("t_revenue", mark)
    gross = f"{rough('t_unit_price', mark)} * n_quantity::DOUBLE"
    if not mapping.discount:
        return gross
    off = "coalesce(n_discount, 0)::DOUBLE"
    if mapping.discount_kind == "amount":
        return f"({gross} - {off})"
    return f"{gross} * (1 - {off}{' / 100' if mapping.discount_kind == 'percent' else ''})"


def _rough_cost(mapping: Mapping) -> str:
    mark = mapping.decimal_mark
    return rough("t_direct_cost", mark) if mapping.direct_cost else f"{rough('t_unit_cost', mark)} * n_quantity::DOUBLE"


def _revenue(mapping: Mapping) -> str:
    if mapping.revenue:
        return "n_revenue"
    gross = "n_unit_price * n_quantity"
    if not mapping.discount:
        return _product(gross)
    off = f"coalesce(n_discount, CASE WHEN {blank('t_discount')} THEN 0::{FRACTION} END)"
    if mapping.discount_kind == "amount":
        return _product(f"{gross} - {off}")
    share = f"({off} / 100)::{FRACTION}" if mapping.discount_kind == "percent" else off
    return _product(f"{gross} * TRY_CAST(1 - {share} AS {FRACTION})")


def _rounded() -> str:
    """Whole units, and what rounding left of the exact amount (`residue`, file total = stored + residue)."""
    whole = (
        f"SELECT *, {units('x_revenue', 'g_revenue')} AS revenue_original, {units('x_cost', 'g_cost')} AS own_cost, "
        f"{half_even('x_listed', MONEY_SCALE)} AS listed_cost, "
        f"(n_quantity::DECIMAL(23, 4) * {10**QUANTITY_SCALE})::BIGINT AS quantity FROM amounts"
    )
    left = f"nullif(x_revenue - {exactly('revenue_original')}, 0)"
    return f"SELECT *, {left} AS residue FROM ({whole})"


def _converted(mapping: Mapping, reporting_currency: str, lone_currency: str, tables: frozenset[str]) -> str:
    """Reporting currency: the rounded original times the rate of its day, rounded again."""
    if mapping.currency is None and lone_currency == reporting_currency:
        return (
            "SELECT *, 1 AS rate, revenue_original AS revenue, "
            "coalesce(own_cost, listed_cost) AS direct_cost, "
            "coalesce(own_cost, listed_cost) AS direct_cost_original FROM rounded"
        )
    home = f"currency = {literal(reporting_currency)}"
    rated = "SELECT *, NULL::DECIMAL(19, 10) AS dated_rate FROM rounded"
    if "rates" in tables:
        rated = (
            "SELECT x.*, r.rate AS dated_rate FROM rounded AS x ASOF LEFT JOIN rates AS r "
            "ON x.currency = r.currency AND x.date >= r.valid_from"
        )
    revenue, cost = (
        f"CASE WHEN {home} THEN {whole} ELSE {half_even(f'TRY({whole}::DECIMAL(19, 0) * dated_rate)', 0)} END"
        for whole in ("revenue_original", "own_cost")
    )
    return (
        f"SELECT *, CASE WHEN {home} THEN 1 ELSE dated_rate END AS rate, {revenue} AS revenue, "
        f"coalesce({cost}, listed_cost) AS direct_cost, "
        f"coalesce(own_cost, CASE WHEN {home} THEN listed_cost END) AS direct_cost_original FROM ({rated})"
    )


def _marked(source: Opened, mapping: Mapping, today: date, tables: frozenset[str]) -> str:
    marks = " | ".join(
        [
            _date_mark(today),
            *(_number_mark(mapping, field) for field in NUMBERS if field in mapping.named()),
            *(_when(condition, code, column) for code, column, condition in _conditions(source, mapping, tables)),
        ]
    )
    return f"SELECT *, {marks} AS marks FROM converted"


def _when(condition: str, code: str, column: str) -> str:
    return f"(CASE WHEN {condition} THEN {bits([code], column)} ELSE 0 END)::BIGINT"


def _date_mark(today: date) -> str:
    latest = f"{today.year + YEARS_AHEAD:04d}-{today:%m-%d}" if today.day < 29 else f"{today.year + YEARS_AHEAD}-12-31"
    return (
        f"(CASE WHEN date < DATE '{EARLIEST}' OR date > DATE '{latest}' THEN {bits(['date_implausible'])} "
        f"WHEN date > DATE '{today}' THEN {bits(['date_future'])} WHEN date IS NOT NULL THEN 0 "
        f"WHEN {blank('t_date')} THEN {bits(['date_missing'])} ELSE {bits(['date_unparsable'])} END)::BIGINT"
    )


def _number_mark(mapping: Mapping, field: str) -> str:
    text = f"t_{field}"
    too_large = bits(["overflow"], _OVERFLOWS.get(field, field))
    return (
        f"(CASE WHEN n_{field} IS NOT NULL OR {blank(text)} THEN 0 "
        f"WHEN {finite(text, mapping.decimal_mark)} THEN {too_large} "
        f"ELSE {bits(['number_unparsable'], field)} END)::BIGINT"
    )


def _conditions(source: Opened, mapping: Mapping, tables: frozenset[str]) -> list[tuple[str, str, str]]:
    """(code, column, SQL condition) of the checks that need no more than a yes or a no."""
    named = mapping.named()
    account_field = "account" if mapping.account else "account_name"
    found = [("account_missing", "account", "account IS NULL")]
    found += [
        ("too_long", column, f"length(t_{field}) > {TEXT_LIMIT}")
        for column, field in (("account", account_field), ("document",) * 2, ("line_no",) * 2, ("product",) * 2)
        if field in named
    ]
    if source.ragged:
        rows = ", ".join(str(ragged.row) for ragged in source.ragged)
        found.append(("row_ragged", "row", f"row IN ({rows})"))
    if mapping.header_key:
        found.append(("header_missing", "document", "NOT has_header"))
    if "accounts" in tables:
        found.append(
            ("account_unknown", "account", "account IS NOT NULL AND account NOT IN (SELECT key FROM accounts)")
        )
    if mapping.currency or mapping.default_currency:
        valid = "regexp_full_match(currency, '[A-Z]{3}')"
        found.append(("currency_invalid", "currency", f"NOT {valid}"))
        found.append(("currency_without_rate", "currency", f"rate IS NULL AND {valid}"))
    return found + _amount_conditions(mapping, tables)


def _amount_conditions(mapping: Mapping, tables: frozenset[str]) -> list[tuple[str, str, str]]:
    needed = ["revenue"] if mapping.revenue else ["quantity", "unit_price"]
    present = " AND ".join(f"n_{field} IS NOT NULL" for field in needed)
    missing = " OR ".join(blank(f"t_{field}") for field in needed)
    price = "n_unit_price" if mapping.unit_price else "x_revenue"
    found = [
        ("number_missing", "revenue", f"revenue IS NULL AND ({missing})"),
        ("overflow", "revenue", f"revenue IS NULL AND rate IS NOT NULL AND {present}{_discount_read(mapping)}"),
        ("price_zero", "unit_price", f"{price} = 0"),
        ("quantity_negative", "quantity", "quantity < 0"),
        ("revenue_negative", "revenue", "revenue_original < 0 AND coalesce(quantity >= 0, true)"),
    ]
    own = "direct_cost" if mapping.direct_cost else "unit_cost" if mapping.unit_cost else None
    if own:
        also = "" if own == "direct_cost" else " AND n_quantity IS NOT NULL"
        lost = f"direct_cost IS NULL AND rate IS NOT NULL AND n_{own} IS NOT NULL{also}"
        found.append(("overflow", "direct_cost", lost))
        found.append(("cost_missing", "direct_cost", f"direct_cost IS NULL AND {blank('t_' + own)}"))
    elif "costs" in tables:
        found.append(("cost_missing", "direct_cost", "direct_cost IS NULL"))
    return found


def _discount_read(mapping: Mapping) -> str:
    if mapping.revenue or not mapping.discount:
        return ""
    return f" AND (n_discount IS NOT NULL OR {blank('t_discount')})"


def _final(mapping: Mapping) -> str:
    """The columns of the staging file; the texts stay only where somebody may want to see them."""
    shown = sum(1 << place for place, check in enumerate(ROW_CHECKS) if check.code != "account_unknown")
    texts = ", ".join(f"{field} := t_{field}" for field in mapping.named())
    return (
        "SELECT row, account, date, t_document AS document, t_line_no AS line_no, t_product AS product, "
        "quantity, revenue, direct_cost, currency, revenue_original, direct_cost_original, residue, "
        f"CASE WHEN marks & {bits(['account_unknown'])} <> 0 THEN t_account_name END AS name, marks, "
        f"CASE WHEN marks & {shown} <> 0 THEN struct_pack({texts}) END AS raw FROM marked"
    )
