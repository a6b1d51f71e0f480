"""Account-years of one year as arrays, for what must look at every account at once."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connections
from django.db.models import QuerySet

from openkam.web.ledgers.models import AccountYear

from .selection import Selection

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class YearArrays:
    """One entry per account that knows every figure asked for; money in ten-thousandths."""

    accounts: Integers
    revenue: Integers
    profit: Integers

    def __len__(self) -> int:
        return len(self.accounts)


def year_arrays(selection: Selection, year: int) -> YearArrays:
    """Revenue and profit of the chosen accounts whose profit is known."""
    facts = selection.narrow(AccountYear.objects.filter(fiscal_year=year, net_income__isnull=False))
    return YearArrays(*_columns(facts.order_by().values_list("account", "revenue", "net_income"), 3))


def revenue_arrays(selection: Selection, year: int) -> tuple[Integers, Integers]:
    """The chosen accounts and their revenue; nothing about profit is read."""
    facts = selection.narrow(AccountYear.objects.filter(fiscal_year=year))
    accounts, revenue = _columns(facts.order_by().values_list("account", "revenue"), 2)
    return accounts, revenue


def _columns(query: "QuerySet[Any, Any]", width: int) -> Integers:
    """The columns of a query as whole numbers, straight from the driver: no object per row, no Decimal per cell."""
    sql, params = query.query.sql_with_params()
    with connections[query.db].cursor() as cursor:
        cursor.execute(sql, params)
        rows = cursor.fetchall()
    return np.array(rows, dtype=np.int64).reshape(-1, width).T
