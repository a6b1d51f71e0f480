"""Measures over canonical lines: Ibis table in, Ibis table out, the same on every engine.

Money and quantities stay int64 (see `schema`); a sum over nothing known is null, never zero.
"""

from collections.abc import Iterable
from datetime import date

import ibis
import ibis.expr.types as ir

from openkam.ledger.fiscal import FiscalCalendar
from openkam.ledger.schema import LINES_IBIS

#: Lines without an engine: measures over it can be inspected and compiled for any.
LINES = ibis.table(LINES_IBIS, "lines")

#: A total order of lines: pages of a drill-down neither repeat nor lose one.
LINE_ORDER = ("date", "document", "batch", "row")


def _total(column: ir.IntegerColumn) -> ir.IntegerScalar:
    """Engines widen a sum of int64 differently; the fact is int64 again."""
    return column.sum().cast("int64")


def _distinct(column: ir.StringColumn) -> ir.IntegerScalar:
    """Different values; null is none of them (Polars would count it)."""
    return column.nunique(where=column.notnull()).cast("int64")


def _facts(lines: ir.Table) -> dict[str, ir.Scalar]:
    return {
        "revenue": _total(lines.revenue),
        "direct_cost": _total(lines.direct_cost),
        "lines": lines.count().cast("int64"),
        "lines_without_cost": _total(ibis.ifelse(lines.direct_cost.isnull(), 1, 0)),
        "first_date": lines.date.min(),
        "last_date": lines.date.max(),
    }


def account_years(lines: ir.Table, calendar: FiscalCalendar) -> ir.Table:
    """One row per account and fiscal year.

    account, fiscal_year, revenue, direct_cost (of the lines whose cost is known; null when none is), lines,
    lines_without_cost, first_date, last_date. Profit is known only where lines_without_cost is 0.

    >>> account_years(LINES, FiscalCalendar()).columns[:4]
    ('account', 'fiscal_year', 'revenue', 'direct_cost')
    """
    dated = lines.mutate(fiscal_year=calendar.of(lines.date))
    return dated.group_by("account", "fiscal_year").agg(**_facts(dated))


def drivers(lines: ir.Table, calendar: FiscalCalendar) -> ir.Table:
    """What the lines themselves can count of the work that an account caused, per account and fiscal year.

    account, fiscal_year, orders (distinct documents), lines, returns (lines of a negative quantity).

    >>> drivers(LINES, FiscalCalendar()).columns
    ('account', 'fiscal_year', 'orders', 'lines', 'returns')
    """
    dated = lines.mutate(fiscal_year=calendar.of(lines.date))
    return dated.group_by("account", "fiscal_year").agg(
        orders=dated.document.nunique().cast("int64"),
        lines=dated.count().cast("int64"),
        returns=ibis.ifelse(dated.quantity < 0, 1, 0).sum().cast("int64"),
    )


def by_product(lines: ir.Table) -> ir.Table:
    """One row per product (null: lines that name none): quantity and the facts of `account_years`.

    >>> by_product(LINES).columns[:3]
    ('product', 'quantity', 'revenue')
    """
    return lines.group_by("product").agg(quantity=_total(lines.quantity), **_facts(lines))


def by_document(lines: ir.Table) -> ir.Table:
    """One row per account and document: the facts of `account_years`.

    >>> by_document(LINES).columns[:3]
    ('account', 'document', 'revenue')
    """
    return lines.group_by("account", "document").agg(**_facts(lines))


def monthly(lines: ir.Table, accounts: Iterable[str] | None = None) -> ir.Table:
    """One row per account and calendar month: month is its first day, then the facts of `account_years`.

    >>> monthly(LINES, ["ACME"]).columns[:3]
    ('account', 'month', 'revenue')
    """
    chosen = of_accounts(lines, accounts)
    dated = chosen.mutate(month=chosen.date.truncate("M"))
    return dated.group_by("account", "month").agg(**_facts(dated))


def recency(lines: ir.Table, at: date) -> ir.Table:
    """One row per account: last_date, days since it at a day (never negative in effect: later lines are left
    out), documents, lines and revenue up to that day.

    >>> recency(LINES, date(2013, 11, 29)).columns
    ('account', 'last_date', 'days', 'documents', 'lines', 'revenue')
    """
    past = lines.filter(lines.date <= ibis.literal(at))
    summary = past.group_by("account").agg(
        last_date=past.date.max(),
        documents=_distinct(past.document),
        lines=past.count().cast("int64"),
        revenue=_total(past.revenue),
    )
    days = ibis.literal(at).delta(summary.last_date, unit="day").cast("int64")
    return summary.mutate(days=days)["account", "last_date", "days", "documents", "lines", "revenue"]


def ranked(facts: ir.Table, by: str = "revenue") -> ir.Table:
    """Account-years with their place inside the fiscal year: rank (1 is the largest) and cumulative (the sum
    down to this row). Ties are ordered by account, rows without the figure come last. Cumulating profit
    gives the whale curve. Needs window functions, which Ibis 12 does not write for Polars.

    >>> ranked(account_years(LINES, FiscalCalendar())).columns[-2:]
    ('rank', 'cumulative')
    """
    order = [ibis.desc(facts[by], nulls_first=False), facts.account]
    window = ibis.window(group_by="fiscal_year", order_by=order)
    upto = ibis.cumulative_window(group_by="fiscal_year", order_by=order)
    return facts.mutate(
        rank=(ibis.row_number().over(window) + 1).cast("int64"),
        cumulative=facts[by].sum().over(upto).cast("int64"),
    )


def totals(lines: ir.Table) -> ir.Table:
    """One row: quantity, accounts, documents and the facts of `account_years` over all lines.

    >>> totals(LINES).columns[:3]
    ('accounts', 'documents', 'quantity')
    """
    return lines.agg(
        accounts=_distinct(lines.account),
        documents=_distinct(lines.document),
        quantity=_total(lines.quantity),
        **_facts(lines),
    )


def of_accounts(lines: ir.Table, accounts: Iterable[str] | None) -> ir.Table:
    """The lines of some accounts; all lines for None, none for an empty choice.

    >>> of_accounts(LINES, None).columns[0]
    'batch'
    """
    return lines if accounts is None else lines.filter(lines.account.isin(list(accounts)))


def lines_of(
    lines: ir.Table,
    accounts: Iterable[str] | None = None,
    between: tuple[date, date] | None = None,
    *,
    limit: int | None = None,
    offset: int = 0,
) -> ir.Table:
    """Drill down: the lines behind a figure, in a fixed order, page by page.

    between  first and last day, both inside (`FiscalCalendar.bounds(year)`); None for all days.

    >>> lines_of(LINES, ["ACME"], limit=50).columns == LINES.columns
    True
    """
    chosen = of_accounts(lines, accounts)
    if between is not None:
        chosen = chosen.filter(chosen.date.between(*map(ibis.literal, between)))
    ordered = chosen.order_by([ibis.asc(chosen[name], nulls_first=True) for name in LINE_ORDER])
    if limit is None and offset == 0:
        return ordered
    # Ibis leaves the row number that it counts an offset with in Spark's answer: name the columns again
    return ordered.limit(limit, offset=offset).select(*lines.columns)
