"""Typing into the grid: each figure with the version it was read at, so that nobody overwrites anybody unaware."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.timezone import now

from openkam.method.errors import InvalidInput
from openkam.web.ledgers.models import AccountYear
from openkam.web.programme.history import record

from .amounts import parse_amount, typed_text
from .grid import Grid, cell_scenario
from .models import Assumption, PlanCell, Row

MOST_TEXT = 4000


@dataclass(frozen=True)
class Change:
    """What somebody typed into one cell, and the version of the cell that they had before them."""

    row: str
    year: int
    text: str
    version: int

    @property
    def key(self) -> str:
        return f"{self.row}-{self.year}"


@dataclass
class Outcome:
    """Saved cells by key, and why others were refused: a code with its values."""

    saved: dict[str, PlanCell] = field(default_factory=dict)
    refused: dict[str, tuple[str, Mapping[str, Any]]] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    theirs: dict[str, str] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)

    def refuse(self, key: str, code: str, **values: Any) -> None:
        self.refused[key] = (code, values)


def read_changes(posted: Mapping[str, str], grid: Grid) -> Iterator[Change]:
    """The cells of a posted form whose text differs from what the form was filled with."""
    for row in Row.values:
        for year in grid.span.years:
            key = f"{row}-{year}"
            text = posted.get(f"cell-{key}")
            if text is None or text == posted.get(f"was-{key}"):
                continue
            version = posted.get(f"version-{key}", "0")
            yield Change(row, year, text[:80], int(version) if version.isdecimal() and len(version) < 10 else 0)


def save_changes(grid: Grid, changes: Iterable[Change]) -> Outcome:
    """Save what can be saved, each cell for itself. Cost rows of who does not see profit refuse the whole."""
    changes, outcome = list(changes), Outcome()
    if any(change.row not in grid.rows for change in changes):
        raise PermissionDenied
    with transaction.atomic():
        for change in changes:
            outcome.typed[change.key] = change.text
            _save(grid, change, outcome)
    return outcome


def _save(grid: Grid, change: Change, outcome: Outcome) -> None:
    try:
        amount = parse_amount(change.text)
    except InvalidInput as error:
        return outcome.refuse(change.key, error.code, **error.values)
    if AccountYear.objects.filter(account=grid.account, fiscal_year=change.year).exists():
        return outcome.refuse(change.key, "cell_from_ledger", year=change.year)
    scenario = cell_scenario(change.year, grid.scenario, grid.span)
    place = {"account": grid.account, "fiscal_year": change.year, "row": change.row, "scenario": scenario}
    current = PlanCell.objects.filter(**place).select_related("by").first()
    if amount == (current.amount if current else None):
        if current:
            outcome.saved[change.key] = current
        return None
    if (current.version if current else 0) != change.version or not _written(current, place, amount, grid):
        return _tell(change, place, outcome)
    saved = PlanCell.objects.get(**place)
    outcome.saved[change.key] = saved
    _remember(grid, saved, current.amount if current else None)
    return None


def _written(current: PlanCell | None, place: dict[str, Any], amount: Decimal | None, grid: Grid) -> bool:
    """Write unless somebody was faster between our look and our write."""
    if current:
        unchanged = PlanCell.objects.filter(pk=current.pk, version=current.version)
        return bool(unchanged.update(amount=amount, version=F("version") + 1, by=grid.user, at=now()))
    try:
        with transaction.atomic():
            PlanCell.objects.create(**place, amount=amount, by=grid.user)
    except IntegrityError:
        return False
    return True


def _tell(change: Change, place: dict[str, Any], outcome: Outcome) -> None:
    theirs = PlanCell.objects.select_related("by").filter(**place).first()
    outcome.versions[change.key] = theirs.version if theirs else 0
    outcome.theirs[change.key] = typed_text(theirs.amount if theirs else None)
    outcome.refuse(
        change.key,
        "cell_taken",
        who=str(theirs.by) if theirs and theirs.by else "–",
        theirs=outcome.theirs[change.key] or "–",
        yours=change.text or "–",
    )


def _remember(grid: Grid, cell: PlanCell, old: Decimal | None) -> None:
    record(
        "changed",
        by=grid.user,
        about=grid.account,
        field=f"{cell.row} {cell.fiscal_year} {cell.scenario}",
        old="" if old is None else str(old),
        new="" if cell.amount is None else str(cell.amount),
        touches_profit=cell.row != Row.REVENUE,
    )


@transaction.atomic
def save_assumptions(grid: Grid, posted: Mapping[str, str], outcome: Outcome) -> None:
    """The reasons of the forecast years; a text that changed meanwhile is kept and its writer told."""
    for year in filter(grid.span.is_forecast, grid.span.years):
        key = f"assumption-{year}"
        text, was = (_clean(posted.get(name)) for name in (key, f"was-{key}"))
        if key not in posted or text == was:
            continue
        found = {"account": grid.account, "fiscal_year": year, "scenario": grid.scenario}
        current = Assumption.objects.select_for_update().filter(**found).first()
        old = current.text if current else ""
        if old not in {text, was}:
            outcome.typed[key], outcome.theirs[key] = text, old
            outcome.refuse(key, "assumption_taken", theirs=old)
            continue
        Assumption.objects.update_or_create(**found, defaults={"text": text})
        field_name = f"assumption {year} {grid.scenario}"
        record("changed", by=grid.user, about=grid.account, field=field_name, old=old, new=text)


def _clean(text: str | None) -> str:
    return (text or "").replace("\r\n", "\n").replace("\x00", "").strip()[:MOST_TEXT]
