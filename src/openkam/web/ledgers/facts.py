"""Account-years: the stored lines summed per account and fiscal year, kept in the operational database.

The stored lines are the truth; these rows can be made again from them at any time. Each writing leaves, in its last
transaction, of which state of the store the rows are the sum (`LedgerState`), so that a crash in between is seen.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import BigIntegerField, F, Max, OuterRef, Subquery
from django.db.models.functions import Cast, Coalesce

from openkam.ledger import measures
from openkam.ledger.store import Store
from openkam.web.accounts.models import UNKNOWN, Account, AccountKey
from openkam.web.db.fields import from_units
from openkam.web.programme.models import Settings

from .models import AccountYear, LedgerState
from .store import engine, fingerprint, open_store

#: Account-years written in one transaction; more are written in several, marked as behind until the last.
AT_ONCE = 50_000
#: Keys and ids named in one query, below every database's limit.
NAMED = 900
#: More keys than this are not named to the engine; it sums them all.
FEW = 5_000
Progress = Callable[[float], None]


def _silent(_fraction: float) -> None:
    """Nobody asked how far it is."""


@dataclass
class Sum:
    """What one account's lines of one fiscal year add up to, in units of the ledger."""

    revenue: int = 0
    direct_cost: int = 0
    lines: int = 0
    without_cost: int = 0
    first: date = date.max
    last: date = date.min

    def add(self, row: dict[str, Any]) -> None:
        self.revenue += row["revenue"]
        self.direct_cost += row["direct_cost"] or 0
        self.lines += row["lines"]
        self.without_cost += row["lines_without_cost"]
        self.first, self.last = min(self.first, row["first_date"]), max(self.last, row["last_date"])

    def fact(self, account: int, year: int) -> AccountYear:
        return AccountYear(
            account_id=account,
            fiscal_year=year,
            revenue=from_units(self.revenue),
            direct_cost=None if self.without_cost else from_units(self.direct_cost),
            lines=self.lines,
            lines_without_cost=self.without_cost,
            first_date=self.first,
            last_date=self.last,
        )


def chunks(items: Iterable[Any], size: int = NAMED) -> Iterator[list[Any]]:
    rest = iter(items)
    while part := list(islice(rest, size)):
        yield part


def latest_year() -> int | None:
    """The latest fiscal year that any account has figures of."""
    return AccountYear.objects.aggregate(latest=Max("fiscal_year"))["latest"]


def state_of(store: Store) -> str:
    """What the facts are a sum of: these lines, by this calendar."""
    calendar = Settings.current().calendar
    return f"{fingerprint(store)} {calendar.start_month} {calendar.named_by}"


def behind(store: Store | None = None) -> bool:
    """Whether the facts are of another state than the store, as after a crash between the two."""
    known = LedgerState.objects.filter(pk=1).values_list("facts_of", flat=True).first() or ""
    store = store or open_store()
    return known != state_of(store) and bool(known or store.batches())


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Which account-years are summed again; None: all."""

    accounts: list[int] | None = None
    years: list[int] | None = None


def rebuild(
    accounts: Iterable[int] | None = None,
    years: Iterable[int] | None = None,
    *,
    store: Store | None = None,
    progress: Progress = _silent,
) -> int:
    """Sum the stored lines again, for some accounts and fiscal years or for all; returns how many account-years.

    Indirect cost stays as cost-to-serve left it; net income is worked out again. A caller that already writes hands
    over its store: its turn is not given up in between.
    """
    scope = Scope(
        accounts=None if accounts is None else sorted(set(accounts)),
        years=None if years is None else sorted(set(years)),
    )
    store = store or open_store()
    with store.writing(), engine():
        sums = _sums(store, scope)
        _write(sums, scope, state=state_of(store), progress=progress)
    return len(sums)


def touched_by(store: Store, batch: str) -> tuple[set[str], set[int]]:
    """The keys and the fiscal years that the lines of one import are about."""
    lines = store.lines()
    lines = lines.filter(lines.batch == batch)
    facts = measures.account_years(lines, Settings.current().calendar)
    with engine():
        table = facts.select("account", "fiscal_year").to_pyarrow()
    return set(table["account"].to_pylist()), set(table["fiscal_year"].to_pylist())


def _sums(store: Store, scope: Scope) -> dict[tuple[int, int], Sum]:
    """Per account and fiscal year; the keys of a merged account add up."""
    owner = _owners(scope.accounts)
    facts = measures.account_years(_narrowed(store.lines(), owner, scope), Settings.current().calendar)
    if scope.years is not None:
        facts = facts.filter(facts.fiscal_year.isin(scope.years))
    sums: dict[tuple[int, int], Sum] = {}
    for batch in facts.to_pyarrow_batches(chunk_size=20_000):
        for row in batch.to_pylist():
            if row["account"] in owner:
                sums.setdefault((owner[row["account"]], row["fiscal_year"]), Sum()).add(row)
    return sums


def _narrowed(lines: Any, owner: dict[str, int], scope: Scope) -> Any:
    """Fewer lines to read, where that is cheap to say; what is too much is left out later."""
    if scope.accounts is not None and len(owner) <= FEW:
        lines = measures.of_accounts(lines, owner)
    if scope.years:
        calendar = Settings.current().calendar
        first, last = calendar.bounds(min(scope.years))[0], calendar.bounds(max(scope.years))[1]
        lines = lines.filter(lines.date.between(first, last))
    return lines


def _owners(accounts: list[int] | None) -> dict[str, int]:
    keys = AccountKey.objects.order_by()
    if accounts is None:
        return dict(keys.values_list("key", "account_id").iterator(20_000))
    return {key: owner for part in chunks(accounts) for key, owner in _keys_of(part)}


def _keys_of(accounts: list[int]) -> Iterable[tuple[str, int]]:
    return AccountKey.objects.filter(account__in=accounts).order_by().values_list("key", "account_id")


def _write(sums: dict[tuple[int, int], Sum], scope: Scope, *, state: str, progress: Progress) -> None:
    """In one transaction, or in several: the first says that the facts are behind, the last that they are not."""
    before, gone = latest_year(), _gone(set(sums), scope)
    parts = list(chunks(sorted(sums), AT_ONCE)) or [[]]
    for place, part in enumerate(parts, start=1):
        with transaction.atomic():
            if place == 1:
                _mark("behind")
                for ids in chunks(gone):
                    AccountYear.objects.filter(pk__in=ids).delete()
            _upsert([sums[key].fact(*key) for key in part])
            if place == len(parts):
                refresh_accounts(scope.accounts if latest_year() == before else None)
                _mark(state)
        progress(place / len(parts))


def _mark(state: str) -> None:
    LedgerState.objects.update_or_create(pk=1, defaults={"facts_of": state})


def mark_changed() -> None:
    """Say, within the transaction that changes account-years, that what is remembered of them is out of date."""
    LedgerState.objects.update_or_create(pk=1)


def _gone(found: set[tuple[int, int]], scope: Scope) -> list[int]:
    """Account-years in scope that no line stands for any more."""
    facts = AccountYear.objects.order_by()
    if scope.years is not None:
        facts = facts.filter(fiscal_year__in=scope.years)
    some = [facts] if scope.accounts is None else [facts.filter(account__in=part) for part in chunks(scope.accounts)]
    rows = (row for part in some for row in part.values_list("pk", "account_id", "fiscal_year").iterator(20_000))
    return [pk for pk, account, year in rows if (account, year) not in found]


def _upsert(facts: list[AccountYear]) -> None:
    changing = ["revenue", "direct_cost", "lines", "lines_without_cost", "first_date", "last_date"]
    AccountYear.objects.bulk_create(
        facts,
        batch_size=2_000,
        update_conflicts=True,
        unique_fields=["account", "fiscal_year"],
        update_fields=changing,
    )
    for part in chunks(sorted({fact.account_id for fact in facts})):
        renew_net_income(AccountYear.objects.filter(account__in=part))


def renew_net_income(facts: Any) -> None:
    """Net income of these account-years from their costs; unknown as soon as one cost is."""
    facts.update(net_income=F("revenue") - F("direct_cost") - F("indirect_cost"))


def refresh_accounts(accounts: Iterable[int] | None = None) -> None:
    """The figures that the list of accounts sorts by: those of the latest fiscal year."""
    mark_changed()
    year = latest_year()
    scopes = [Account.objects.all()]
    if accounts is not None:
        scopes = [Account.objects.filter(pk__in=part) for part in chunks(accounts)]
    for scope in scopes:
        scope.order_by().update(
            revenue=_latest("revenue", year),
            net_income=_latest("net_income", year),
            revenue_order=_order("revenue", year),
            net_income_order=_order("net_income", year),
        )


def _latest(field: str, year: int | None) -> Subquery:
    facts = AccountYear.objects.filter(account=OuterRef("pk"), fiscal_year=year if year is not None else 0)
    return Subquery(facts.order_by().values(field)[:1])


def _order(field: str, year: int | None) -> Coalesce:
    return Coalesce(Cast(_latest(field, year), BigIntegerField()), UNKNOWN)
