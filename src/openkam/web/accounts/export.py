"""The filtered list as a file: every account that answers, read in pieces, never all in memory."""

import tempfile
from collections.abc import Iterable, Iterator
from typing import IO, Any

import xlsxwriter
from django.utils.translation import gettext as _

from openkam.report.document import Cell
from openkam.web.programme.models import Settings

from .figures import Row, latest_year, rows
from .models import Account, AccountQuerySet

PIECE = 1_000
#: What one sheet of a workbook can hold, its heading not counted.
MOST_ROWS = 1_048_575


def header(*, sees_profit: bool, year: int | None) -> list[str]:
    currency = Settings.current().currency
    titles = [_("Account"), _("External id"), _("Parent account"), _("Status"), _("Country"), _("Industry")]
    titles += [_("Account manager"), _("Orientation"), _("Last invoice")]
    titles += [f"{_('Revenue')} {year or ''} {currency}", f"{_('Change on the year before')} ({_('fraction')})"]
    return [*titles, f"{_('Net income')} {year or ''} {currency}"] if sees_profit else titles


def table(accounts: AccountQuerySet, *, user: Any) -> Iterator[list[Cell]]:
    """The heading, then one line per account."""
    year = latest_year()
    yield list(header(sees_profit=user.sees_profit, year=year))
    for piece in _pieces(accounts.select_related("owner", "parent")):
        yield from (_line(row, user) for row in rows(piece, user=user, year=year))


def _pieces(accounts: AccountQuerySet) -> Iterator[list[Account]]:
    piece: list[Account] = []
    for account in accounts.iterator(PIECE):
        piece.append(account)
        if len(piece) == PIECE:
            yield piece
            piece = []
    yield piece


def _line(row: Row, user: Any) -> list[Cell]:
    account = row.account
    cells: list[Cell] = [account.name, account.external_id, row.parent.name if row.parent else None]
    cells += [account.get_status_display(), account.country, account.industry]
    cells += [str(account.owner) if account.owner else None, account.get_orientation_display(), row.last_date]
    cells += [row.revenue, row.change]
    return [*cells, row.net_income] if user.sees_profit else cells


def workbook(lines: Iterable[list[Cell]]) -> IO[bytes]:
    """The lines as an XLSX file on disk, opened for reading; text stays text and is never run."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    book = xlsxwriter.Workbook(file, {"constant_memory": True})
    sheet, dates = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
    for number, cells in enumerate(lines):
        if number > MOST_ROWS:
            break
        for column, cell in enumerate(cells):
            _write(sheet, (number, column), cell, dates)
    book.close()
    file.seek(0)
    return file


def _write(sheet: Any, place: tuple[int, int], cell: Cell, dates: Any) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, str):
        sheet.write_string(*place, cell)
    elif hasattr(cell, "isoformat"):
        sheet.write_datetime(*place, cell, dates)
    else:
        sheet.write_number(*place, cell)
