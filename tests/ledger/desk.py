"""A desk for tests: a folder, a store on it, and the short way from rows to stored lines."""

import csv
from collections.abc import Iterable
from collections.abc import Mapping as Dict
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

from openkam.ledger.checks import AS_CHECKED, Decisions
from openkam.ledger.fiscal import CALENDAR_YEARS, FiscalCalendar
from openkam.ledger.formats import open_file
from openkam.ledger.intake import accept
from openkam.ledger.mapping import Mapping
from openkam.ledger.measures import account_years
from openkam.ledger.receipt import Receipt
from openkam.ledger.staging import Context, Staged, stage
from openkam.ledger.store import ParquetStore

TODAY = date(2024, 12, 31)
#: Columns of the tests' own rows; a row may leave any of them out.
PLAIN = Mapping(account="account", date="date", revenue="revenue", document="document", line_no="line")


class Desk:
    """Files, work folders and one store under a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = ParquetStore(folder / "store")
        self._numbers = count(1)

    def file(self, rows: Iterable[Dict[str, Any]], columns: Iterable[str] = ()) -> Path:
        rows = list(rows)
        names = list(dict.fromkeys([*columns, *(name for row in rows for name in row)]))
        path = self.folder / f"file-{next(self._numbers)}.csv"
        with path.open("w", newline="", encoding="utf-8") as out:
            writer = csv.DictWriter(out, names, restval="")
            writer.writeheader()
            writer.writerows(rows)
        return path

    def stage(self, source: Path | Iterable[Dict[str, Any]], mapping: Mapping = PLAIN, **given: Any) -> Staged:
        names = mapping.named().values()
        path = source if isinstance(source, Path) else self.file(source, names)
        header = given.pop("header", None)
        progress = given.pop("progress", None)
        context = Context(**{"reporting_currency": "EUR", "today": TODAY, **given})
        work = self.folder / f"work-{next(self._numbers)}"
        opened = open_file(path, work / "opened")
        documents = open_file(header, work / "opened") if header else None
        return stage(opened, mapping, context, work / "staged", header=documents, progress=progress)

    def take(
        self,
        source: Path | Iterable[Dict[str, Any]],
        mapping: Mapping = PLAIN,
        decisions: Decisions = AS_CHECKED,
        **given: Any,
    ) -> Receipt:
        """Stage and accept; the receipt reconciles, always."""
        batch = given.pop("batch", f"batch-{next(self._numbers)}")
        store = given.pop("store", self.store)
        receipt = accept(self.stage(source, mapping, **given), decisions, store, batch)
        assert receipt.reconciles
        return receipt

    def lines(self, *columns: str) -> list[dict[str, Any]]:
        table = self.store.lines().order_by("batch", "row")
        return (table.select(*columns) if columns else table).to_pyarrow().to_pylist()

    def facts(self, calendar: FiscalCalendar = CALENDAR_YEARS) -> list[dict[str, Any]]:
        table = account_years(self.store.lines(), calendar).order_by("account", "fiscal_year")
        return table.to_pyarrow().to_pylist()


def line(number: int = 1, **given: Any) -> dict[str, Any]:
    """One good row of `PLAIN`."""
    return {"account": "A", "date": "2024-03-01", "revenue": "10", "document": "D1", "line": number, **given}
