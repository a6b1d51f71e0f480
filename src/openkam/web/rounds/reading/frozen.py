"""A reading as it is frozen, and as it is read again."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..models import Kind, Round
from .sheets import EntryRead, Floats, ItemRead, Reading, Sheet, SupplierRead


def as_document(reading: Reading) -> dict[str, Any]:
    """The reading as it is frozen: plain lists and numbers, None where nobody said anything."""
    return {
        "items": [_plain(item) for items in reading.items.values() for item in items],
        "entries": [_plain(entry) | {"points": _keyed(entry.points)} for entry in reading.entries],
        "suppliers": [[supplier.entry, supplier.id, supplier.name] for supplier in reading.suppliers],
        "raters": list(reading.raters),
        "cubes": {kind: _lists(sheet.cube) for kind, sheet in reading.sheets.items()},
        "customer": _lists(reading.customer),
    }


def _plain(row: ItemRead | EntryRead) -> dict[str, Any]:
    return {name: value for name, value in vars(row).items() if name != "account"}


def _keyed(points: Mapping[int, float]) -> dict[str, float]:
    """As JSON has keys. Numbers would be sorted as numbers now and as texts later: another digest."""
    return {str(item): value for item, value in points.items()}


def _lists(numbers: Floats) -> Any:
    return np.where(np.isnan(numbers), None, numbers.astype(object)).tolist()


def thaw(round_: Round) -> Reading:
    """As frozen; only whose account an entry is today is asked of the database."""
    document = round_.frozen.document["reading"]
    accounts = dict(round_.entries.order_by().values_list("pk", "account_id"))
    items: dict[str, list[ItemRead]] = {kind: [] for kind in Kind.values}
    for item in document["items"]:
        items[item["kind"]].append(ItemRead(**item))
    entries = tuple(_thawed(entry, accounts.get(entry["id"])) for entry in document["entries"])
    suppliers = tuple(SupplierRead(*row) for row in document["suppliers"])
    rows = {kind: len(suppliers) if kind == Kind.STRENGTH else len(entries) for kind in items}
    raters = len(document["raters"])
    return Reading(
        items={kind: tuple(some) for kind, some in items.items()},
        entries=entries,
        suppliers=suppliers,
        raters=tuple(document["raters"]),
        sheets={
            kind: Sheet(_array(cube, raters, rows[kind], len(items[kind]))) for kind, cube in document["cubes"].items()
        },
        customer=_array(document["customer"], len(suppliers), len(items[Kind.STRENGTH])),
    )


def _thawed(entry: Mapping[str, Any], account: int | None) -> EntryRead:
    points = {int(item): float(value) for item, value in entry["points"].items()}
    target = tuple(entry["target"]) if entry["target"] else None
    return EntryRead(**{**entry, "account": account, "points": points, "target": target})


def _array(numbers: Any, *shape: int) -> Floats:
    return np.array(numbers, dtype=float).reshape(shape)
