"""Small tables that people upload: opened by the ledger's guards, read row by row, accounts found by name or key."""

import csv
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from openkam.ledger.formats import Opened, open_file
from openkam.ledger.guard import MIB, Limits, Refused
from openkam.method.errors import InvalidInput
from openkam.web.accounts.models import Account, AccountKey

from .amounts import parse_amount

MOST_ROWS = 500_000
LIMITS = Limits(max_bytes=50 * MIB, max_expanded=200 * MIB, workbook_rows=MOST_ROWS, max_columns=200)
ACCOUNT_NAMES = ("account", "account key", "account_key", "customer", "key", "id", "external id", "external_id", "name")
ACCOUNT_NAMES_ZH = ("客戶", "客户", "客戶名稱", "客户名称", "客戶代號", "客户代码", "客戶編號", "客户编号")
YEAR_NAMES = ("year", "fiscal year", "fiscal_year", "年度", "會計年度", "会计年度", "年")
NAMED_PROBLEMS = 20


@dataclass(frozen=True)
class Table:
    """A file's columns and its rows, each with its number in the file."""

    columns: tuple[str, ...]
    rows: Iterator[tuple[int, list[str]]]

    def place(self, names: Iterable[str]) -> int | None:
        """Where the first column of one of these names stands."""
        wanted = [name.casefold() for name in names]
        found = {column.strip().casefold(): place for place, column in reversed(list(enumerate(self.columns)))}
        return next((found[name] for name in wanted if name in found), None)


@dataclass
class Problems:
    """What could not be read: the first of them named, all of them counted."""

    count: int = 0
    named: list[InvalidInput] = field(default_factory=list)

    def add(self, code: str, row: int, **values: object) -> None:
        self.count += 1
        if len(self.named) < NAMED_PROBLEMS:
            self.named.append(InvalidInput(code, str(row), row=row, **values))


@contextmanager
def opened_table(upload: Any) -> Iterator[Table]:
    """The table in an uploaded CSV or XLSX file. Raises Refused as `open_file` does."""
    with tempfile.TemporaryDirectory(prefix="openkam-") as folder:
        path = Path(folder) / "upload"
        with path.open("wb") as target:
            for chunk in upload.chunks():
                target.write(chunk)
        opened = open_file(path, Path(folder) / "work", limits=LIMITS)
        if opened.kind != "csv":
            raise Refused("format_unknown", found=opened.format)
        if opened.rows > MOST_ROWS:
            raise Refused("too_many_rows", rows=opened.rows, limit=MOST_ROWS)
        yield Table(opened.columns, _rows(opened))


def _rows(opened: Opened) -> Iterator[tuple[int, list[str]]]:
    skip = 0 if opened.numbered else opened.header_row
    with opened.path.open(encoding="utf-8-sig", newline="") as file:
        for _ in range(skip):
            next(file, None)
        reader = csv.reader(file, delimiter="," if opened.numbered else opened.delimiter or ",")
        for place, cells in enumerate(reader, start=skip + 1):
            number, record = (int(cells[0]), cells[1:]) if opened.numbered else (place, cells)
            if any(cell.strip() for cell in record):
                yield number, _fitted(record, len(opened.columns))


def _fitted(cells: list[str], width: int) -> list[str]:
    return [cell.strip() for cell in cells[:width]] + [""] * (width - len(cells))


class AccountsByName:
    """Accounts as a file names them: by external id, by ledger key, or by name when only one has it."""

    def __init__(self, accounts: Any) -> None:
        self._found: dict[str, int] = {}
        self.names: dict[int, str] = {}
        twice: set[str] = set()
        for pk, name, external in accounts.order_by().values_list("pk", "name", "external_id"):
            self.names[pk] = name
            key = name.casefold()
            twice |= {key} & self._found.keys()
            self._found[key] = pk
            if external:
                self._found[f"\0{external}"] = pk
        for key in twice:
            del self._found[key]
        self._keys = dict(AccountKey.objects.filter(account__in=accounts).values_list("key", "account_id"))

    def __getitem__(self, text: str) -> int | None:
        return self._found.get(f"\0{text}") or self._keys.get(text) or self._found.get(text.casefold())


def every_account() -> AccountsByName:
    return AccountsByName(Account.objects.all())


def decimal_of(typed: str) -> Decimal | None:
    """A number in any of the habits that `parse_amount` knows; None for an empty text and for what is no number."""
    try:
        return parse_amount(typed)
    except InvalidInput:
        return None
