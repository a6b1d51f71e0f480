"""One's own scores as a file, out and in. A row without a score says nothing: it takes no score back."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.utils import translation

from openkam.method.errors import InvalidInput
from openkam.report import comma
from openkam.report.document import Cell
from openkam.web.accounts.import_files import clean
from openkam.web.accounts.models import Account
from openkam.web.people.models import User
from openkam.web.portfolio.cost_tables import (
    ACCOUNT_NAMES,
    ACCOUNT_NAMES_ZH,
    AccountsByName,
    Problems,
    Table,
    opened_table,
)

from ..models import Kind, Round
from ..reading.sheets import ItemRead
from ..scoring import Place, score_of
from .desk import Desk
from .taking import Typed, take

COLUMNS = {
    "account": (*ACCOUNT_NAMES, *ACCOUNT_NAMES_ZH),
    "criterion": ("criterion", "factor", "準則", "准则", "因素", "標準", "标准"),
    "supplier": ("supplier", "competitor", "供應商", "供应商", "競爭對手", "竞争对手"),
    "score": ("score", "rating", "分數", "分数", "評分", "评分"),
    "note": ("note", "evidence", "備註", "备注", "依據", "依据"),
}
HEADINGS = tuple(COLUMNS)
NEEDED = ("account", "criterion", "score")
US = ("", "us", "you", "我們", "我们")
MOST = 50_000
AT_ONCE = 2_000


def rows(desk: Desk) -> Iterator[Sequence[Cell]]:
    """The heading, then every place that the rater can score, with what they gave."""
    yield HEADINGS
    names, criteria = _account_names(desk), _criterion_names(desk)
    for start in range(0, len(desk.stops), AT_ONCE // 10):
        stops = desk.stops[start : start + AT_ONCE // 10]
        entries = {stop.entry.id for stop in stops}
        own = (desk.own(entries, 1) if desk.round.turn > 1 else {}) | desk.own(entries)
        for stop in stops:
            for kind, items in desk.reading.items.items():
                suppliers = desk.suppliers(stop) if kind == Kind.STRENGTH else desk.suppliers(stop)[:1]
                for item in items:
                    for supplier in suppliers:
                        row = own.get(Place(stop.entry.id, item.id, supplier.id))
                        given = (row.value, row.note) if row else (None, "")
                        yield names[stop.entry.id], criteria[item.id], supplier.name, *given


def _account_names(desk: Desk) -> dict[int, str]:
    """By entry; two accounts of one name are told apart by the number of their place in the round."""
    known = Counter(stop.entry.name.casefold() for stop in desk.stops)
    return {
        stop.entry.id: stop.entry.name
        if known[stop.entry.name.casefold()] == 1
        else f"{stop.entry.name} #{stop.entry.id}"
        for stop in desk.stops
    }


def _criterion_names(desk: Desk) -> dict[int, str]:
    items = [item for some in desk.reading.items.values() for item in some]
    known = Counter(item.name.casefold() for item in items)
    return {item.id: item.name if known[item.name.casefold()] == 1 else _longer(item) for item in items}


def _longer(item: ItemRead) -> str:
    return f"{item.name} ({Kind(item.kind).label})"


def take_file(upload: Any, round_: Round, desk: Desk, *, by: User) -> tuple[int, Problems]:
    """Keep the rows that can be kept; returns how many, and row by row what was refused.

    Raises InvalidInput: a file that cannot be opened or lacks a column, and as `take` does before a row is kept. When
    the round stops taking scores later on, what was read until then stays, and each row after it is refused.
    """
    problems = Problems()
    with opened_table(upload) as table:
        found = _Reader(desk, problems).read(table)
    kept = 0
    places = list(found)
    for start in range(0, len(places) or 1, AT_ONCE):
        some = {place: found[place][1] for place in places[start : start + AT_ONCE]}
        try:
            outcome = take(round_, some, by=by)
        except InvalidInput as refusal:
            if not kept:
                raise
            for place in places[start:]:
                problems.add(refusal.code, found[place][0], **refusal.values)
            break
        for place, refusal in outcome.refused.items():
            problems.add(refusal.code, found[place][0], **refusal.values)
        kept += len(some) - len(outcome.refused)
    return kept, problems


class _Reader:
    """Rows of a file as places of the round."""

    def __init__(self, desk: Desk, problems: Problems) -> None:
        self.desk, self.problems = desk, problems
        self.turn = str(desk.round.turn)
        self.entries = {name.casefold(): entry for entry, name in _account_names(desk).items()}
        self.by_account = {stop.entry.account: stop.entry.id for stop in desk.stops}
        self.accounts = AccountsByName(Account.objects.filter(entries__round=desk.round))
        self.criteria = _criteria(desk)
        self.suppliers = {
            (stop.entry.id, supplier.name.casefold()): supplier.id
            for stop in desk.stops
            for supplier in desk.suppliers(stop)
        }

    def read(self, table: Table) -> dict[Place, tuple[int, Typed]]:
        """Place -> number of the row and what it says."""
        at = _places(table)
        found: dict[Place, tuple[int, Typed]] = {}
        for number, cells in table.rows:
            row = {name: _unguarded(cells[place]) for name, place in at.items()}
            if not row["score"]:
                continue
            if len(found) == MOST:
                raise InvalidInput("scores_too_many", "", most=MOST)
            if (place := self._place(row, number)) is None:
                continue
            if place in found:
                self.problems.add("score_twice", number)
                continue
            note = clean(row["note"]) if "note" in row else None
            found[place] = (number, Typed(clean(row["score"]), note, is_accepted=False, turn=self.turn))
        return found

    def _place(self, row: Mapping[str, str], number: int) -> Place | None:
        entry, items = self._entry(row["account"]), self.criteria.get(row["criterion"].casefold(), ())
        if entry is None:
            self.problems.add("score_account_unknown", number, account=row["account"][:100])
        elif not items:
            self.problems.add("score_criterion_unknown", number, criterion=row["criterion"][:100])
        elif len(items) > 1:
            self.problems.add("score_criterion_of_two_kinds", number, criterion=row["criterion"][:100])
        elif (supplier := self._supplier(entry, items[0], row.get("supplier", ""))) is None:
            self.problems.add("score_supplier_unknown", number, supplier=row["supplier"][:100])
        elif self._is_score(row["score"], number):
            return Place(entry, items[0].id, supplier)
        return None

    def _entry(self, name: str) -> int | None:
        account = self.accounts[name]
        return self.entries.get(name.casefold()) or (self.by_account.get(account) if account else None)

    def _supplier(self, entry: int, item: ItemRead, name: str) -> int | None:
        if name.casefold() in US:
            return 0
        return self.suppliers.get((entry, name.casefold())) if item.kind == Kind.STRENGTH else None

    def _is_score(self, text: str, number: int) -> bool:
        try:
            score_of(clean(text))
        except InvalidInput as refusal:
            self.problems.add(refusal.code, number, **refusal.values)
            return False
        return True


def _criteria(desk: Desk) -> dict[str, list[ItemRead]]:
    """By name in any language; a name that two kinds share needs its kind beside it."""
    found: dict[str, list[ItemRead]] = defaultdict(list)
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for item in (item for some in desk.reading.items.values() for item in some):
                for name in (item.name.casefold(), _longer(item).casefold()):
                    if item not in found[name]:
                        found[name].append(item)
    return found


def _unguarded(text: str) -> str:
    """Without the apostrophe that keeps a spreadsheet from running a text as a formula."""
    return text[1:] if text.startswith("'") and text[1:].startswith(comma.RUNS) else text


def _places(table: Table) -> dict[str, int]:
    found = {name: table.place(names) for name, names in COLUMNS.items()}
    for name in NEEDED:
        if found[name] is None:
            raise InvalidInput(f"no_{name}_column", columns=", ".join(table.columns[:10]))
    return {name: place for name, place in found.items() if place is not None}
