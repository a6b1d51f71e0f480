"""The filtered list as a file: every account that answers, read in pieces, never all in memory."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from openkam.report.document import Cell
from openkam.web.programme.models import Settings

from .figures import Row, latest_year, rows
from .models import Account, AccountQuerySet

PIECE = 1_000


def header(*, sees_profit: bool, year: int | None) -> list[str]:
    currency = Settings.current().currency
    titles = [_("Account"), _("External id"), _("Parent account"), _("Status"), _("Country"), _("Industry")]
    titles += [_("Account manager"), _("Orientation"), _("Last invoice")]
    of_year = f"{year or ''} {currency}"
    titles += [_("Revenue") + f" {of_year}", _("Change on the year before, as a fraction")]
    return [*titles, _("Net income") + f" {of_year}"] if sees_profit else titles


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
