"""A round from the database: half a million scores become a few arrays of medians."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from django.conf import settings
from django.db import connections
from django.db.models.functions import Coalesce
from django.utils import translation

from ..blind import revealed_scores
from ..models import Criterion, CustomerScore, Entry, EntryCompetitor, Kind, Round
from .sheets import EntryRead, Floats, Integers, ItemRead, Reading, Sheet, SupplierRead


def named(criterion: Criterion) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """A criterion's name and anchors in every language."""
    names, anchors = {}, {}
    for code, _language in settings.LANGUAGES:
        with translation.override(code):
            names[code] = str(criterion)
            anchors[code] = {str(score): text for score, text in criterion.anchors.items()}
    return names, anchors


def _items(round_: Round) -> dict[str, tuple[ItemRead, ...]]:
    found: dict[str, list[ItemRead]] = {kind: [] for kind in Kind.values}
    for item in round_.items.select_related("criterion"):
        names, anchors = named(item.criterion)
        found[item.kind].append(
            ItemRead(
                id=item.pk,
                criterion=item.criterion_id,
                kind=item.kind,
                names=names,
                anchors=anchors,
                weight=item.weight,
                floor=item.floor,
                source=item.criterion.source,
            )
        )
    return {kind: tuple(items) for kind, items in found.items()}


def _entries(round_: Round) -> tuple[EntryRead, ...]:
    rows = round_.entries.select_related("account").only(
        "round", "name", "points", "target_attractiveness", "target_strength", "target_on", "account__name"
    )
    return tuple(_entry(row) for row in rows)


def _entry(row: Entry) -> EntryRead:
    goal = (row.target_attractiveness, row.target_strength)
    return EntryRead(
        id=row.pk,
        account=row.account_id,
        is_ranked=row.account_id is not None,
        name=row.account.name if row.account else row.name,
        points={int(item): float(points) for item, points in row.points.items()},
        target=None if None in goal else (float(goal[0] or 0), float(goal[1] or 0)),
        target_on=row.target_on.isoformat() if row.target_on else "",
    )


def _suppliers(round_: Round, entries: Sequence[EntryRead]) -> tuple[SupplierRead, ...]:
    """Ourselves at each account first, in the order of the entries; then the competitors."""
    at = {entry.id: position for position, entry in enumerate(entries)}
    others = EntryCompetitor.objects.filter(entry__round=round_).select_related("competitor")
    ours = [SupplierRead(position, 0, "") for position in at.values()]
    known = (row for row in others if row.entry_id in at)  # an account may have come in between two questions
    return (*ours, *(SupplierRead(at[row.entry_id], row.pk, str(row.competitor)) for row in known))


def _columns(query: Any, width: int) -> Integers:
    """Whole numbers straight from the driver, a column each."""
    sql, params = query.query.sql_with_params()
    with connections[query.db].cursor() as cursor:
        cursor.execute(sql, params)
        return np.fromiter(chain.from_iterable(cursor), dtype=np.int64).reshape(-1, width).T


def _at(known: Sequence[int], wanted: Integers) -> Integers:
    """Where each wanted number stands among the known ones."""
    numbers = np.array(known, dtype=np.int64)
    order = np.argsort(numbers)
    found: Integers = order[np.searchsorted(numbers[order], wanted)]
    return found


def load(round_: Round, *, afresh: bool = False) -> Reading:
    """The round as the database has it now, without a score that was not revealed.

    afresh  read the scores too, although nothing of them should have changed: what is frozen is what is stored.
    """
    items, entries = _items(round_), _entries(round_)
    frame = _Frame(items, entries, _suppliers(round_, entries))
    members = list(round_.members.filter(removed_at=None, is_rater=True).select_related("user"))
    return Reading(
        items=items,
        entries=entries,
        suppliers=frame.suppliers,
        raters=tuple(str(member) for member in members),
        sheets=_sheets(round_, frame, [member.pk for member in members], afresh=afresh),
        customer=_customers(round_, frame),
    )


#: Of one round: what was revealed stays as it is while weights, names and rules change around it.
_revealed: dict[tuple[Any, ...], dict[str, Sheet]] = {}


def _sheets(round_: Round, frame: "_Frame", raters: Sequence[int], *, afresh: bool) -> dict[str, Sheet]:
    database = str(connections[Round.objects.db].settings_dict["NAME"])
    key = (database, round_.pk, round_.created_at, round_.shown_turn, *raters, frame.layout)
    sheets = None if afresh else _revealed.get(key)
    if sheets is None:
        turns = ["turn"] if round_.shown_turn == 2 else []  # sorting two million rows for nothing takes seconds
        scores = revealed_scores(round_).order_by(*turns).annotate(of=Coalesce("supplier_id", 0))
        columns = _columns(scores.values_list("entry_id", "item_id", "member_id", "of", "value"), 5)
        sheets = {kind: frame.sheet(kind, raters, columns) for kind in Kind.values}
        _revealed.clear()
        _revealed[key] = sheets
    return sheets


@dataclass(frozen=True)
class _Frame:
    """What scores are laid out on: rows of accounts or of suppliers, columns of items."""

    items: Mapping[str, tuple[ItemRead, ...]]
    entries: tuple[EntryRead, ...]
    suppliers: tuple[SupplierRead, ...]

    @property
    def layout(self) -> tuple[tuple[int, ...], ...]:
        """The numbers of what stands where: two frames of the same layout take the same scores at the same places."""
        items = tuple(item.id for kind in Kind.values for item in self.items[kind])
        return items, tuple(e.id for e in self.entries), tuple(s.id for s in self.suppliers)

    def sheet(self, kind: str, raters: Sequence[int], columns: Integers) -> Sheet:
        """Raters x rows x items. Later turns stand later in the columns and replace earlier ones."""
        wanted = [item.id for item in self.items[kind]]
        rows = len(self.suppliers) if kind == Kind.STRENGTH else len(self.entries)
        cube = np.full((len(raters), rows, len(wanted)), np.nan)
        if cube.size:
            entry, item, rater, of, value = columns[:, self._is_known(columns, wanted, raters)]
            at = self._rows_of_suppliers(entry, of) if kind == Kind.STRENGTH else self._rows(entry)
            cube[_at(raters, rater), at, _at(wanted, item)] = value
        return Sheet(cube)

    def _is_known(self, columns: Integers, items: Sequence[int], raters: Sequence[int]) -> Any:
        """False for scores of somebody or something that came in while this was read."""
        entry, item, rater, of, _value = columns
        suppliers = [supplier.id for supplier in self.suppliers] or [0]
        entries = [each.id for each in self.entries]
        return np.isin(entry, entries) & np.isin(item, items) & np.isin(rater, raters) & np.isin(of, suppliers)

    def _rows(self, entry: Integers) -> Integers:
        return _at([each.id for each in self.entries], entry)

    def _rows_of_suppliers(self, entry: Integers, of: Integers) -> Integers:
        """Our own rows stand in the order of the entries, the competitors' behind them."""
        rows = self._rows(entry)
        others = [supplier.id for supplier in self.suppliers[len(self.entries) :]]
        theirs = of != 0
        if others and theirs.any():
            rows[theirs] = len(self.entries) + _at(others, of[theirs])
        return rows


def _customers(round_: Round, frame: _Frame) -> Floats:
    answered = CustomerScore.objects.filter(link__entry__round=round_).exclude(link__used_at=None)
    answered = answered.filter(link__revoked_at=None).annotate(of=Coalesce("supplier_id", 0))
    columns = _columns(answered.values_list("link__entry_id", "item_id", "link_id", "of", "value"), 5)
    return frame.sheet(Kind.STRENGTH, sorted(set(columns[2].tolist())), columns).median
