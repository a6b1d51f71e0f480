"""Tables of the portfolio as files. Each says which import it is of and when it was made."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.http import Http404, HttpResponseBase
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from openkam.report.document import Cell
from openkam.web.ledgers.models import Import
from openkam.web.programme.downloads import as_csv, as_xlsx


@dataclass(frozen=True)
class Table:
    """What is written: a name for the file, headings, rows, and sentences about the rule behind them."""

    name: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    about: Sequence[tuple[str, Any]] = ()


def provenance() -> list[tuple[str, str]]:
    """Which import the figures come from, and when this file was made."""
    imported = Import.objects.filter(state=Import.State.IMPORTED).order_by("-accepted_at", "-pk").first()
    made = localtime().strftime("%Y-%m-%d %H:%M")
    accepted = localtime(imported.accepted_at).date().isoformat() if imported and imported.accepted_at else ""
    return [
        (_("Exported"), made),
        (_("Latest import"), imported.batch_id if imported else ""),
        (_("Imported"), accepted),
    ]


def export(table: Table, kind: str) -> HttpResponseBase:
    """The table as a download of this kind: "csv" or "xlsx"."""
    name = f"openkam-{table.name}"
    if kind == "csv":
        return as_csv(name, _with_origin(table))
    if kind == "xlsx":
        about = [[str(what), str(value)] for what, value in [*provenance(), *table.about]]
        return as_xlsx(name, chain([table.headings], table.rows), about)
    raise Http404


def _with_origin(table: Table) -> Iterator[list[Cell]]:
    """A CSV has one sheet only, so every row carries where it comes from."""
    origin = provenance()
    yield [*table.headings, *(name for name, _value in origin)]
    tail = [value for _name, value in origin]
    for row in table.rows:
        yield [*row, *tail]
