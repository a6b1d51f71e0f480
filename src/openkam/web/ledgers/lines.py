"""From a figure of an account down to the invoice lines it is the sum of."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import chain
from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from openkam.ledger import measures
from openkam.ledger.schema import QUANTITY_SCALE, from_units
from openkam.web.accounts.models import Account
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission
from openkam.web.programme.downloads import as_csv
from openkam.web.programme.models import Settings

from .models import AccountYear, Import
from .store import engine, open_store

PAGE = 100
COSTS = ("direct_cost", "direct_cost_original")
NUMBERS = {"quantity": QUANTITY_SCALE, "revenue": 4, "direct_cost": 4, "revenue_original": 4, "direct_cost_original": 4}


@dataclass(frozen=True, kw_only=True)
class Drill:
    """Which lines: of the keys of one account, of one fiscal year or of all; with cost only for who may see it."""

    keys: tuple[str, ...]
    between: tuple[date, date] | None
    with_cost: bool

    def table(self, limit: int | None = None, offset: int = 0) -> Any:
        lines = measures.lines_of(open_store().lines(), self.keys, self.between, limit=limit, offset=offset)
        return lines if self.with_cost else lines.drop(*COSTS)

    def page(self, number: int) -> list[dict[str, Any]]:
        with engine():
            rows = self.table(PAGE, (number - 1) * PAGE).to_pyarrow().to_pylist()
        return [readable(row) for row in rows]

    def totals(self) -> dict[str, Any]:
        with engine():
            row = measures.totals(measures.lines_of(open_store().lines(), self.keys, self.between)).to_pyarrow()
        found = readable(row.to_pylist()[0])
        if not self.with_cost or found["lines_without_cost"]:
            found["direct_cost"] = None
        return found

    def rows(self, names: list[str]) -> Iterator[list[Any]]:
        for batch in self.table().to_pyarrow_batches(chunk_size=5_000):
            for row in batch.to_pylist():
                shown = readable(row)
                yield [shown[name] for name in names]


def readable(row: dict[str, Any]) -> dict[str, Any]:
    """Whole units of the ledger as amounts."""
    units = {name: from_units(row[name], scale) for name, scale in NUMBERS.items() if row.get(name) is not None}
    return {**row, **units}


@allow(Permission.SEE_ACCOUNTS)
def account_lines(request: PersonRequest, pk: int) -> HttpResponseBase:
    account = get_object_or_404(Account.objects.visible_to(request.user), pk=pk)
    year = _number(request.GET.get("year"))
    drill = _drill(request, account, year)
    if request.GET.get("format") == "csv":
        names = [name for name in drill.table().columns if drill.with_cost or name not in COSTS]
        return as_csv(f"lines-{pk}-{year or 'all'}", chain([names], drill.rows(names)))
    context = _context(drill, account, year, _number(request.GET.get("page")) or 1)
    return render(request, "ledgers/lines.html", {"section": "accounts", "tab": "lines", **context})


def _context(drill: Drill, account: Account, year: int | None, page: int) -> dict[str, Any]:
    totals, known = drill.totals(), AccountYear.objects.filter(account=account)
    return {
        "account": account,
        "year": year,
        "rows": _with_imports(drill.page(page)),
        "totals": totals,
        "fact": known.filter(fiscal_year=year).first() if year else None,
        "years": known.order_by("-fiscal_year").values_list("fiscal_year", flat=True),
        "with_cost": drill.with_cost,
        "number": page,
        "last": max(1, -(-totals["lines"] // PAGE)),
    }


def _drill(request: PersonRequest, account: Account, year: int | None) -> Drill:
    between = Settings.current().calendar.bounds(year) if year else None
    keys = tuple(account.keys.values_list("key", flat=True))
    return Drill(keys=keys, between=between, with_cost=request.user.sees_profit)


def _number(text: str | None) -> int | None:
    if not text:
        return None
    if not text.isdecimal() or len(text) > 4 or not int(text):
        raise Http404(_("no such year or page"))
    return int(text)


def _with_imports(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each line with the import it came from, and what is left of its revenue after its cost."""
    wanted = {row["batch"].removeprefix("import-") for row in rows}
    names = dict(Import.objects.filter(pk__in=[pk for pk in wanted if pk.isdigit()]).values_list("pk", "file_name"))
    for row in rows:
        number = row["batch"].removeprefix("import-")
        row["import"] = int(number) if number.isdigit() and int(number) in names else None
        row["import_name"] = names.get(row["import"], row["batch"])
        cost = row.get("direct_cost")
        row["margin"] = None if cost is None else row["revenue"] - Decimal(cost)
    return rows
