"""Account-years of the chosen accounts as arrays, for what must look at every account at once."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .selection import Selection
from .year_facts import UNKNOWN, Integers, Measure, YearFacts, year_facts

#: Beyond it, sums of 64 bits would wrap; Python's own integers take over.
SAFE_SUM = 9e18


@dataclass(frozen=True, eq=False)
class YearArrays:
    """One entry per account that knows every figure asked for; money in ten-thousandths."""

    accounts: Integers
    revenue: Integers
    profit: Integers
    measure: Measure = "net_income"

    def __len__(self) -> int:
        return len(self.accounts)

    @cached_property
    def by_revenue(self) -> Integers:
        """Positions, the largest revenue first."""
        return np.argsort(-self.revenue, kind="stable")

    @cached_property
    def by_profit(self) -> Integers:
        """Positions, the smallest profit first."""
        return np.argsort(self.profit, kind="stable")


def chosen_facts(selection: Selection, years: tuple[int, ...], *, with_profit: bool) -> dict[int, YearFacts]:
    """The facts of the chosen accounts in some fiscal years."""
    accounts = selection.account_ids
    wanted = None if accounts is None else np.array(accounts, dtype=np.int64)
    return {year: facts.of(wanted) for year, facts in year_facts(years, with_profit=with_profit).items()}


def year_arrays(facts: YearFacts) -> YearArrays:
    """Revenue and profit of the accounts whose profit is known."""
    return facts.once("with_profit", _with_profit)


def _with_profit(facts: YearFacts) -> YearArrays:
    profit = facts.profit
    known = profit != UNKNOWN
    return YearArrays(facts.accounts[known], facts.columns["revenue"][known], profit[known], facts.measure)


def exact_sum(amounts: Integers) -> int:
    """The sum of any number of amounts, to the last ten-thousandth."""
    large = float(np.abs(amounts.astype(np.float64)).sum()) > SAFE_SUM
    return sum(amounts.tolist()) if large else int(amounts.sum())
