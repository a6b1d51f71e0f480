"""Driver counts: how often each account caused something in a fiscal year. Written in bulk, remembered in history."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction

from openkam.web.accounts.models import Account
from openkam.web.programme.history import record
from openkam.web.programme.models import Event

from .cost_history import count_event, text
from .cost_tables import decimal_of
from .models import CostRule, DriverCount

Cell = tuple[int, int, str]  # account, fiscal year, driver
LARGEST = Decimal(10) ** 11
REMEMBERED_ACCOUNTS = 500
UNIT = Decimal("0.001")


@dataclass(frozen=True)
class Change:
    cell: Cell
    old: Decimal | None
    new: Decimal | None


def counts_of(year: int) -> dict[int, dict[str, Decimal]]:
    """Account to driver to count."""
    found: dict[int, dict[str, Decimal]] = defaultdict(dict)
    rows = DriverCount.objects.filter(fiscal_year=year).order_by("pk")
    for account, driver, count in rows.values_list("account_id", "driver", "count"):
        found[account][driver] = count
    return dict(found)


def stored(cells: Iterable[Cell]) -> dict[Cell, Decimal]:
    """The counts that the database has for the years and drivers of some cells."""
    cells = list(cells)
    rows = DriverCount.objects.filter(fiscal_year__in={c[1] for c in cells}, driver__in={c[2] for c in cells})
    return {(a, y, d): count for a, y, d, count in rows.values_list("account_id", "fiscal_year", "driver", "count")}


def write_counts(wanted: Mapping[Cell, Decimal | None]) -> list[Change]:
    """Write counts, delete those that are None; returns what changed. Call it inside a transaction."""
    now = stored(wanted)
    changes = [Change(cell, now.get(cell), new) for cell, new in wanted.items() if now.get(cell) != new]
    kept = [
        DriverCount(account_id=c.cell[0], fiscal_year=c.cell[1], driver=c.cell[2], count=c.new)
        for c in changes
        if c.new is not None
    ]
    keys = ["account", "fiscal_year", "driver"]
    DriverCount.objects.bulk_create(
        kept, update_conflicts=True, unique_fields=keys, update_fields=["count"], batch_size=1000
    )
    for account, year, driver in (c.cell for c in changes if c.new is None):
        DriverCount.objects.filter(account_id=account, fiscal_year=year, driver=driver).delete()
    return changes


def remember_each(changes: Iterable[Change], names: Mapping[int, str], *, by: Any) -> None:
    """One event for each changed count: for what was typed."""
    Event.objects.bulk_create(
        count_event(c.cell[0], names[c.cell[0]], by=by, change=(f"{c.cell[2]} {c.cell[1]}", text(c.old), text(c.new)))
        for c in changes
    )


def remember_bulk(changes: list[Change], source: str, names: Mapping[int, str], *, by: Any) -> None:
    """One summary, and one event per account as long as they are not too many to be of use to anybody."""
    for year in sorted({c.cell[1] for c in changes}):
        of_year = [c for c in changes if c.cell[1] == year]
        rule, _ = CostRule.objects.get_or_create(fiscal_year=year)
        summary = f"{len(of_year)} counts from {source}"[:500]
        record("imported", by=by, about=rule, field="driver counts", new=summary, touches_profit=True)
        by_account: dict[int, list[Change]] = defaultdict(list)
        for change in of_year:
            by_account[change.cell[0]].append(change)
        Event.objects.bulk_create(
            count_event(pk, names[pk], by=by, change=(f"driver counts {year}", _said(some, "old"), _said(some, "new")))
            for pk, some in list(by_account.items())[:REMEMBERED_ACCOUNTS]
        )


def _said(changes: list[Change], side: str) -> str:
    return "; ".join(f"{c.cell[2]} {text(getattr(c, side)) or '–'}" for c in changes)[:500]


def take_counts(wanted: Mapping[Cell, Decimal | None], source: str, names: Mapping[int, str], *, by: Any) -> int:
    """Write counts that came together from one source, with a bounded memory; returns how many changed."""
    with transaction.atomic():
        changes = write_counts(wanted)
        if changes:
            remember_bulk(changes, source, names, by=by)
    return len(changes)


@dataclass(frozen=True)
class Saved:
    """What became of a typed grid."""

    changed: int
    refused: list[str]
    conflicts: list[str]


def save_grid(year: int, typed: Mapping[tuple[int, str], tuple[str, str]], *, by: Any) -> Saved:
    """Save typed cells: (account, driver) to (seen before, typed now). A count that somebody else changed in the
    meantime is not overwritten; a text that is no count is refused; all others are saved."""
    names = dict(Account.objects.filter(pk__in={pk for pk, _ in typed}).values_list("pk", "name"))
    wanted: dict[Cell, Decimal | None] = {}
    refused, conflicts = [], []
    with transaction.atomic():
        now = stored((pk, year, driver) for pk, driver in typed)
        for (pk, driver), (seen, new) in typed.items():
            cell = (pk, year, driver)
            if pk not in names or seen == new:
                continue
            if text(now.get(cell)) != seen:
                conflicts.append(f"{names[pk]}: {driver}")
            elif new and count_of(new) is None:
                refused.append(f"{names[pk]}: {driver} “{new[:40]}”")
            else:
                wanted[cell] = count_of(new) if new else None
        changes = write_counts(wanted)
        remember_each(changes, names, by=by)
    return Saved(len(changes), refused, conflicts)


def count_of(typed: str) -> Decimal | None:
    """A typed count: not negative, at most three decimals; None when it is none."""
    number = decimal_of(typed)
    if number is None or not 0 <= number < LARGEST or number != number.quantize(UNIT):
        return None
    return number.quantize(UNIT)
