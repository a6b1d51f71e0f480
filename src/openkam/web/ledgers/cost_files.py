"""Costs per product from a file: CSV, XLSX or Parquet, its columns recognised by name."""

import shutil
import tempfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from openkam.ledger.formats import Opened, identifier, open_file, scan
from openkam.ledger.guess import CostColumns, guess, guess_costs
from openkam.ledger.parse import PRICE, day, number
from openkam.ledger.session import session
from openkam.method.errors import InvalidInput

from . import intake
from .models import ProductCost
from .store import engine

MOST = 200_000
ALWAYS = date(1900, 1, 1)


def costs_in(file: UploadedFile) -> list[ProductCost]:
    """The costs a file holds, not yet saved; refuses the whole file for one row that cannot be read."""
    Path(settings.UPLOAD_DIR).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.UPLOAD_DIR, prefix="costs-") as name:
        kept = Path(name) / "costs"
        with kept.open("wb") as target:
            shutil.copyfileobj(file, target)
        opened = open_file(kept, Path(name) / "work", limits=intake.limits())
        columns = guess_costs(opened)
        if columns is None:
            raise InvalidInput("cost_columns")
        return _latest([_cost(row) for row in _rows(opened, columns, Path(name))])


def _rows(opened: Opened, columns: CostColumns, workdir: Path) -> list[tuple[Any, ...]]:
    known = guess(opened).mapping
    cost = identifier(columns.unit_cost)
    since = identifier(columns.valid_from) if columns.valid_from else None
    values = [
        "_row",
        identifier(columns.product),
        cost,
        number(cost, PRICE, known.decimal_mark),
        since or "NULL",
        day(since, known.date_order) if since else "NULL",
        identifier(columns.currency) if columns.currency else "NULL",
    ]
    sql = f"SELECT {', '.join(values)} FROM {scan(opened)} LIMIT {MOST + 1}"  # noqa: S608 - every name is quoted
    with engine(), session(workdir / "session", [opened.path]) as con:
        rows: list[tuple[Any, ...]] = con.execute(sql).fetchall()
    if len(rows) > MOST:
        raise InvalidInput("too_many_rows", limit=MOST)
    return [row for row in rows if row[1] and row[2]]  # a product without a cost says nothing


def _cost(row: tuple[Any, ...]) -> ProductCost:
    place, product, text, cost, since_text, since, currency = row
    if cost is None or (since_text and since is None) or len(product) > 500 or abs(cost) >= Decimal(10**12):
        raise InvalidInput("row_unreadable", row=place, text=f"{product} {text} {since_text or ''}"[:80])
    return ProductCost(
        product=product, unit_cost=round(cost, 4), valid_from=since or ALWAYS, currency=(currency or "").upper()[:3]
    )


def _latest(costs: list[ProductCost]) -> list[ProductCost]:
    """One per product and day: the one that stands later in the file."""
    return list({(cost.product, cost.valid_from): cost for cost in costs}.values())
