"""Account-years as arrays, kept in the memory of a process for as long as they are true.

A portfolio page adds up or ranks every account. Reading them from the database each time costs half a second at a
hundred thousand accounts, so a process keeps the years it was last asked for. Whatever writes account-years leaves
a new mark in `LedgerState` within its transaction; each request reads the mark, one row, before it trusts what is
kept. Without a mark nothing is kept. Cost and profit are read only for who may see them.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Literal, TypeVar

import numpy as np
import numpy.typing as npt
from django.db import connections
from django.db.models.functions import Coalesce

from openkam.web.ledgers.models import AccountYear, LedgerState

Integers = npt.NDArray[np.int64]
Days = npt.NDArray[np.datetime64]
Made = TypeVar("Made")
#: Stands for an amount that is not known: the one number of 64 bits that no amount can be.
UNKNOWN = np.iinfo(np.int64).min
Measure = Literal["net_income", "contribution"]
SALES, PROFIT = ("account", "revenue"), ("direct_cost", "indirect_cost", "net_income")
#: Numbers of account-years kept per process: 160 MB, twice that with what follows from them.
#: Beyond, the years longest not asked for go.
MOST_NUMBERS = 20_000_000


@dataclass(frozen=True, eq=False)
class YearFacts:
    """One fiscal year, one entry per account in ascending order of account; money in ten-thousandths.

    measure  what profit means in this year: net income once a cost to serve was assigned to anybody, until then
             contribution (revenue less direct cost), so that a first import shows a picture at once.
    """

    columns: dict[str, Integers]
    last_dates: Days
    measure: Measure = "net_income"
    _derived: dict[str, Any] = field(default_factory=dict)

    @property
    def accounts(self) -> Integers:
        return self.columns["account"]

    @property
    def profit(self) -> Integers:
        """By the year's measure; UNKNOWN where a figure is."""
        if self.measure == "net_income":
            return self.columns["net_income"]
        cost = self.columns["direct_cost"]
        return np.where(cost == UNKNOWN, UNKNOWN, self.columns["revenue"] - np.where(cost == UNKNOWN, 0, cost))

    def once(self, name: str, work: Callable[["YearFacts"], Made]) -> Made:
        """What follows from these facts alone, worked out once: an order of all accounts, a running total."""
        if name not in self._derived:
            self._derived[name] = work(self)
        return self._derived[name]

    def of(self, accounts: Integers | None) -> "YearFacts":
        """Only some accounts; None means all of them."""
        if accounts is None:
            return self
        inside = np.isin(self.accounts, accounts)
        columns = {name: column[inside] for name, column in self.columns.items()}
        return YearFacts(columns, self.last_dates[inside], self.measure)


class _Kept:
    """Years by (database, mark, year, with profit), the one longest not asked for first."""

    def __init__(self) -> None:
        self._years: OrderedDict[tuple[Any, ...], YearFacts] = OrderedDict()
        self._lock = Lock()

    def find(self, key: tuple[Any, ...]) -> YearFacts | None:
        with self._lock:
            if key in self._years:
                self._years.move_to_end(key)
            return self._years.get(key)

    def add(self, key: tuple[Any, ...], facts: YearFacts) -> None:
        with self._lock:
            for old in [old for old in self._years if old[:2] != key[:2]]:
                del self._years[old]
            self._years[key] = facts
            while len(self._years) > 1 and sum(map(_numbers, self._years.values())) > MOST_NUMBERS:
                self._years.popitem(last=False)


def _numbers(facts: YearFacts) -> int:
    return len(facts.accounts) * (len(facts.columns) + 1)


_kept = _Kept()


def year_facts(years: Iterable[int], *, with_profit: bool) -> dict[int, YearFacts]:
    """The facts of these fiscal years, a year without invoices being empty. At most two queries."""
    mark = LedgerState.objects.filter(pk=1).values_list("facts_of", "written_at").first()
    keys = {year: (_database(), mark, year, with_profit) for year in years}
    kept = {year: _kept.find(key) for year, key in keys.items()} if mark else {}
    found = {year: facts for year, facts in kept.items() if facts is not None}
    for year, facts in _read([year for year in keys if year not in found], with_profit=with_profit).items():
        found[year] = facts
        if mark:
            _kept.add(keys[year], facts)
    return found


def _database() -> str:
    return str(connections[AccountYear.objects.db].settings_dict["NAME"])


def _read(years: list[int], *, with_profit: bool) -> dict[int, YearFacts]:
    """Whole numbers straight from the driver: no object per row, no Decimal per cell."""
    if not years:
        return {}
    names = (*SALES, *PROFIT) if with_profit else SALES
    known = {f"{name}_or_unknown": Coalesce(name, UNKNOWN) for name in names[len(SALES) :]}
    facts = AccountYear.objects.filter(fiscal_year__in=years).order_by().annotate(**known)
    sql, params = facts.values_list("fiscal_year", "last_date", *SALES, *known).query.sql_with_params()
    with connections[facts.db].cursor() as cursor:
        cursor.execute(sql, params)
        columns = list(zip(*cursor.fetchall(), strict=True)) or [()] * (len(names) + 2)
    of, days = np.array(columns[0], dtype=np.int64), np.array(columns[1], dtype="datetime64[D]")
    numbers = {name: np.array(column, dtype=np.int64) for name, column in zip(names, columns[2:], strict=True)}
    return {year: _of_year(np.flatnonzero(of == year), numbers, days) for year in years}


def _of_year(places: Integers, numbers: dict[str, Integers], days: Days) -> YearFacts:
    places = places[np.argsort(numbers["account"][places])]
    columns = {name: column[places] for name, column in numbers.items()}
    return YearFacts(columns, days[places], _measure(columns))


def _measure(columns: dict[str, Integers]) -> Measure:
    net = columns.get("net_income")
    return "contribution" if net is not None and not (net != UNKNOWN).any() else "net_income"
