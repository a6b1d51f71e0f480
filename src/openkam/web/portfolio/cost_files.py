"""Driver counts from a file: one count in a row (long), or one driver in a column (wide)."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from openkam.method.errors import InvalidInput

from .cost_counts import Cell, count_of, take_counts
from .cost_forms import tidy_driver
from .cost_tables import (
    ACCOUNT_NAMES,
    ACCOUNT_NAMES_ZH,
    YEAR_NAMES,
    AccountsByName,
    Problems,
    Table,
    every_account,
    opened_table,
)

DRIVER_NAMES = ("driver", "cost driver", "動因", "动因", "成本動因", "成本动因")
COUNT_NAMES = ("count", "number", "quantity", "value", "次數", "次数", "數量", "数量")


@dataclass(frozen=True)
class Taken:
    """What a file brought: counts read, counts that differ from before, problems."""

    read: int
    changed: int
    problems: Problems


def take_file(upload: Any, year: int, *, skip: bool, by: Any) -> Taken:
    """Take the counts of a file; a problem stops everything unless rows with problems are to be left out.

    Raises InvalidInput: a file that cannot be opened, or has no column for the account.
    """
    accounts, problems = every_account(), Problems()
    with opened_table(upload) as table:
        wanted = _read(table, year, accounts, problems)
    if problems.count and not skip:
        return Taken(len(wanted), 0, problems)
    return Taken(len(wanted), take_counts(wanted, upload.name, accounts.names, by=by), problems)


def _read(table: Table, year: int, accounts: AccountsByName, problems: Problems) -> dict[Cell, Decimal | None]:
    wanted: dict[Cell, Decimal | None] = {}
    for row, account, its_year, driver, typed in _records(table, str(year)):
        cell = _cell(accounts[account], its_year, driver)
        count = count_of(typed)
        if accounts[account] is None:
            problems.add("account_unknown", row, account=account)
        elif cell is None:
            problems.add("year_unreadable", row, year=its_year)
        elif not driver:
            problems.add("driver_missing", row)
        elif count is None:
            problems.add("count_unreadable", row, count=typed)
        elif wanted.get(cell, count) != count:
            problems.add("count_twice", row, account=account, driver=driver)
        else:
            wanted[cell] = count
    return wanted


def _cell(account: int | None, year: str, driver: str) -> Cell | None:
    readable = year.isascii() and year.isdigit() and len(year) == 4 and 1900 <= int(year) <= 2999
    return (account, int(year), driver) if account is not None and readable else None


def _records(table: Table, year: str) -> Iterator[tuple[int, str, str, str, str]]:
    """Row, account, year, driver and count, whichever form the file has; an empty cell is unknown, not zero."""
    account = table.place((*ACCOUNT_NAMES, *ACCOUNT_NAMES_ZH))
    if account is None:
        raise InvalidInput("no_account_column", columns=", ".join(table.columns[:10]))
    its_year = table.place(YEAR_NAMES)
    pairs = _pairs(table, _places_of_accounts(table) | {its_year})
    for row, cells in table.rows:
        for driver, count in pairs(cells):
            if count:
                yield row, cells[account], year if its_year is None else cells[its_year] or year, driver, count


def _places_of_accounts(table: Table) -> set[int | None]:
    """A file may hold both a customer's key and its name; neither is a driver."""
    names = {*ACCOUNT_NAMES, *ACCOUNT_NAMES_ZH}
    return {place for place, column in enumerate(table.columns) if column.strip().casefold() in names}


def _pairs(table: Table, taken: set[int | None]) -> Any:
    driver, count = table.place(DRIVER_NAMES), table.place(COUNT_NAMES)
    if driver is not None and count is not None:
        return lambda cells: [(tidy_driver(cells[driver]), cells[count])]
    places = [(n, tidy_driver(name)) for n, name in enumerate(table.columns) if n not in taken]
    if not places:
        raise InvalidInput("no_driver_column", columns=", ".join(table.columns[:10]))
    return lambda cells: [(name, cells[n]) for n, name in places]
