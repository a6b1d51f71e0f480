"""The portfolio of a file as tables in reading order, for terminal and workbook; English, as the command line is."""

from collections.abc import Iterator
from decimal import Decimal

from openkam.ledger.quick import AccountYear
from openkam.ledger.schema import from_units
from openkam.report.document import Cell, Column, Report, Table
from openkam.report.portfolio import FilePortfolio, contribution_of

POSITIONS = {
    "two_years_ago": "Two years ago", "last_year": "Last year", "this_year": "This year",
    "next_year": "Next year", "year_after_next": "Year after next",
}  # fmt: skip
CELLS = {
    "HH": "sales high, profit high", "HL": "sales high, profit low",
    "LH": "sales low, profit high", "LL": "sales low, profit low",
}  # fmt: skip
METHODS = {
    "theil_sen": "Theil-Sen line through the complete years",
    "straight_line": "straight line through two complete years",
    "flat": "the one complete year, unchanged",
}


def report(result: FilePortfolio, *, top: int | None = 20) -> Report:
    """Years, the five columns, whale and concentration, the four cells, the accounts.

    top  how many accounts to list, the largest revenue of this year first; None lists all.
    """
    receipt = result.analysis.receipt
    basis = (
        ("File", ", ".join(result.files)),
        ("Lines", f"{receipt.file.lines:,} read, {receipt.stored.lines:,} used"),
        ("Currency", result.currency),
        ("Profit", "contribution: revenue less direct cost; the file knows no cost to serve"),
        ("Reconciles", "yes: used + skipped + rounding = file" if receipt.reconciles else "NO"),
    )
    tables = (
        _years(result),
        _skipped(result),
        _five_years(result),
        _verdicts(result),
        _cells(result),
        _accounts(result, top),
    )
    return Report("Portfolio", basis, tuple(table for table in tables if table.rows))


def _years(result: FilePortfolio) -> Table:
    columns = (
        Column("Fiscal year"), Column("Months", "number"), Column("Accounts", "number"), Column("Revenue", "money"),
        Column("Direct cost", "money"), Column("Contribution", "money"), Column("Contribution %", "percent"),
    )  # fmt: skip
    rows = tuple(
        (
            str(t.fiscal_year),
            t.months,
            t.accounts,
            t.revenue,
            t.direct_cost,
            t.contribution,
            _share(t.contribution, t.revenue),
        )
        for t in result.totals
    )
    return Table("Account-years added up", columns, rows)


def _skipped(result: FilePortfolio) -> Table:
    columns = (Column("Left out because"), Column("Lines", "number"), Column("Amount"))
    rows = tuple(
        (part.code, part.lines, "; ".join(f"{each.amount:,.2f} {each.currency}" for each in part.amounts))
        for part in result.analysis.receipt.skipped
        if part.lines
    )
    return Table("Lines left out", columns, rows)


def _five_years(result: FilePortfolio) -> Table:
    years = result.five_years.years
    columns = (Column(""), *(Column(f"{POSITIONS[year.position]} {year.fiscal_year}", "money") for year in years))
    rows: list[tuple[Cell, ...]] = [
        (title, *(getattr(year, row) for year in years))
        for title, row in (("Revenue", "revenue"), ("Direct cost", "direct_cost"), ("Contribution", "contribution"))
    ]
    trend = result.suggestion.revenue
    method = f"Forecast: {METHODS[trend.method]}." if trend else "No complete year to forecast from."
    cagr = result.five_years.cagr_percent
    growth = "" if cagr is None else f" Growth per year over the five columns: {cagr:.1f} %."
    return Table("Portfolio analysis", columns, tuple(rows), method + growth)


def _verdicts(result: FilePortfolio) -> Table:
    return Table(
        f"Whale curve and concentration {result.this_year}",
        (Column("Measure"), Column("Value")),
        tuple(_measures(result)),
    )


def _measures(result: FilePortfolio) -> Iterator[tuple[Cell, ...]]:
    curve, shares = result.whale.curve, result.whale.concentration
    if curve is not None:
        yield "Profitable, break-even, loss-making accounts", f"{curve.profitable}, {curve.breakeven}, {curve.loss}"
        yield "Total contribution", f"{curve.total:,.2f}"
        if curve.peak_percent is not None:
            yield "Peak of the curve, total = 100", f"{curve.peak_percent:.1f} after {curve.peak_rank} accounts"
        yield "What the losses take back", f"{curve.erosion:,.2f}"
        if curve.top20_percent is not None:
            yield f"The best fifth ({curve.top20_accounts} accounts) earns", f"{curve.top20_percent:.1f} %"
    if shares is not None:
        yield "Largest account", f"{shares.largest} with {shares.largest_percent:.1f} % of revenue"
        yield "Largest fifth of the accounts", f"{shares.top[20]:.1f} % of revenue"


def _cells(result: FilePortfolio) -> Table:
    columns = (
        Column("Cell"),
        Column("Accounts", "number"),
        Column("Revenue", "money"),
        Column("Contribution", "money"),
    )
    rows = tuple(
        (CELLS[cell], total.accounts, total.sales, total.profit) for cell, total in result.quadrant.cells.items()
    )
    rule = result.quadrant.rule
    note = "No account has a known profit." if not rule.n else (
        f"High is at or above the {rule.sales_rule} of sales {rule.sales_cut:,.2f} "
        f"and the {rule.profit_rule} of contribution {rule.profit_cut:,.2f}; a loss is always low."
    )  # fmt: skip
    return Table(f"Value quadrant {result.this_year}", columns, rows if rule.n else ((note, None, None, None),), note)


def _accounts(result: FilePortfolio, top: int | None) -> Table:
    columns = (
        Column("Account"), Column("Revenue", "money"), Column("Last year", "money"), Column("Contribution", "money"),
        Column("%", "percent"), Column("Quadrant"), Column("Lines", "number"),
    )  # fmt: skip
    place = {placed.name: placed.cell for placed in result.quadrant.accounts}
    before = {y.account: y for y in result.analysis.account_years if y.fiscal_year == result.this_year - 1}
    latest = [y for y in result.analysis.account_years if y.fiscal_year == result.this_year]
    latest.sort(key=lambda year: (-year.revenue, year.account))
    rows = tuple(_account(year, before.get(year.account), place.get(year.account)) for year in latest[:top])
    left = len(latest) - len(rows)
    return Table(f"Accounts {result.this_year}", columns, rows, f"{left} more accounts." if left else "")


def _account(year: AccountYear, before: AccountYear | None, cell: str | None) -> tuple[Cell, ...]:
    revenue, contribution = from_units(year.revenue), contribution_of(year)
    last = None if before is None else from_units(before.revenue)
    name = CELLS[cell] if cell else None
    return year.account, revenue, last, contribution, _share(contribution, revenue), name, year.lines


def _share(part: Decimal | None, whole: Decimal) -> float | None:
    return None if part is None or whole <= 0 else float(part / whole)
