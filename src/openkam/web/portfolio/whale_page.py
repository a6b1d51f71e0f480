"""The whale curve and revenue concentration of a whole portfolio, from arrays.

`method.whale` gives the same verdicts for named accounts one by one; here all accounts are looked at and only
those that are drawn or listed get their names. The tests hold the two against each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from openkam.method.whale import ABC_PERCENTS, DEPENDENCE_PERCENT, TOP_PERCENTS
from openkam.web.accounts.models import Account
from openkam.web.db.fields import from_units
from openkam.web.programme.templatetags.words import money, percent

from .arrays import SAFE_SUM, chosen_facts
from .charts import Chart, CurveWords, curve_chart, short, unit_for
from .exports import Table
from .selection import Selection
from .year_facts import UNKNOWN, Integers, Measure, YearFacts
from .years import Window

DRAWN = 240
PER_PAGE = 50
CHUNK = 1000


def rounded_up(percentage: int, count: int) -> int:
    return -(-count * percentage // 100)


@dataclass(frozen=True, eq=False)
class Ranked:
    """Accounts in descending order of an amount (ties by account), with the exact running total."""

    accounts: Integers
    amounts: Integers
    measure: Measure = "net_income"

    @classmethod
    def of(cls, accounts: Integers, amounts: Integers, measure: Measure = "net_income") -> "Ranked":
        order = np.lexsort((accounts, -amounts))
        return cls(accounts[order], amounts[order], measure)

    def __len__(self) -> int:
        return len(self.accounts)

    @cached_property
    def cumulative(self) -> Any:
        large = float(np.abs(self.amounts.astype(np.float64)).sum()) > SAFE_SUM
        return np.cumsum(self.amounts.astype(object) if large else self.amounts)

    @cached_property
    def total(self) -> int:
        return int(self.cumulative[-1])

    @cached_property
    def peak_rank(self) -> int:
        return int(np.argmax(self.cumulative)) + 1

    @cached_property
    def parts(self) -> Any:
        """Each amount as a fraction of a positive total."""
        return self.amounts.astype(np.float64) / self.total

    @cached_property
    def hhi(self) -> float:
        """The Herfindahl–Hirschman index, 10,000 for a single account."""
        return float((100 * self.parts) @ (100 * self.parts))

    @cached_property
    def classes(self) -> tuple[int, ...]:
        """How many accounts begin before each of the limits between A, B and C."""
        before = np.concatenate([[0.0], np.cumsum(self.parts)[:-1]])
        return tuple(int((before < limit / 100).sum()) for limit in ABC_PERCENTS)

    def top(self, percentage: int) -> int:
        """What the best so many percent of the accounts (rounded up) bring together."""
        return int(self.cumulative[rounded_up(percentage, len(self)) - 1])

    def index(self, units: int) -> float | None:
        return units / self.total if self.total > 0 else None

    @cached_property
    def drawn(self) -> Integers:
        return self.thinned(DRAWN)

    def thinned(self, limit: int) -> Integers:
        """Positions along the drawn line: the steep ends keep more of them; first, peak and last always stay."""
        n = len(self)
        if n <= limit:
            return np.arange(n)
        steps = np.abs(self.amounts.astype(np.float64))
        along = np.cumsum(1 / n + steps / max(float(steps.sum()), 1.0))
        wanted = np.searchsorted(along[:-1], np.linspace(along[0], along[-1], limit - 2))
        return np.unique(np.concatenate([wanted, [0, self.peak_rank - 1, n - 1]])).astype(np.int64)


def whale(selection: Selection, year: int) -> Ranked | None:
    """The chosen accounts by profit; None when nobody's profit is known."""
    return chosen_facts(selection, (year,), with_profit=True)[year].once("whale", _by_profit)


def _by_profit(facts: YearFacts) -> Ranked | None:
    profit = facts.profit
    known = profit != UNKNOWN
    return Ranked.of(facts.accounts[known], profit[known], facts.measure) if known.any() else None


def pareto(selection: Selection, year: int) -> tuple[Ranked | None, int]:
    """The chosen accounts by positive revenue, and how many had none to share.

    Nothing about profit is read for who may not see it.
    """
    with_profit = selection.user.sees_profit
    return chosen_facts(selection, (year,), with_profit=with_profit)[year].once("pareto", _by_revenue)


def _by_revenue(facts: YearFacts) -> tuple[Ranked | None, int]:
    revenue = facts.columns["revenue"]
    positive = revenue > 0
    left_out = int((~positive).sum())
    return (Ranked.of(facts.accounts[positive], revenue[positive]) if positive.any() else None), left_out


def verdicts(curve: Ranked) -> dict[str, Any]:
    """Peak, erosion and what the best fifth earns, in money and (for a positive total) as an index."""
    peak = int(curve.cumulative[curve.peak_rank - 1])
    return {
        "total": from_units(curve.total),
        "peak": from_units(peak),
        "peak_rank": curve.peak_rank,
        "peak_index": curve.index(peak),
        "erosion": from_units(curve.total - peak),
        "top20": from_units(curve.top(20)),
        "top20_accounts": rounded_up(20, len(curve)),
        "top20_index": curve.index(curve.top(20)),
        "profitable": int((curve.amounts > 0).sum()),
        "loss": int((curve.amounts < 0).sum()),
        "accounts": len(curve),
    }


def concentration(shares: Ranked, left_out: int) -> dict[str, Any]:
    """Top shares, Herfindahl–Hirschman index, the largest account and the ABC classes, of positive revenue."""
    parts, (a, b) = shares.parts, shares.classes
    return {
        "total": from_units(shares.total),
        "tops": [(p, rounded_up(p, len(shares)), shares.top(p) / shares.total) for p in TOP_PERCENTS],
        "hhi": shares.hhi,
        "largest": float(parts[0]),
        "depends": 100 * float(parts[0]) > DEPENDENCE_PERCENT,
        "abc": [("A", a), ("B", b - a), ("C", len(shares) - b)],
        "accounts": len(shares),
        "left_out": left_out,
    }


def listed(ranked: Ranked, positions: Sequence[int], user: Any) -> list[dict[str, Any]]:
    """Accounts at some positions with their names: one query."""
    ids = [int(ranked.accounts[position]) for position in positions]
    accounts = Account.objects.visible_to(user).only("name", "external_id").in_bulk(ids)
    return [
        {
            "rank": int(position) + 1,
            "account": accounts[pk],
            "amount": from_units(int(ranked.amounts[position])),
            "cumulative": from_units(int(ranked.cumulative[position])),
            "index": ranked.index(int(ranked.cumulative[position])),
            "share": ranked.index(int(ranked.amounts[position])),
        }
        for pk, position in zip(ids, positions, strict=True)
        if pk in accounts
    ]


def profit_chart(curve: Ranked, user: Any, currency: str) -> Chart:
    """The curve as an index of 100; in money when the total is not positive."""
    rows = listed(curve, curve.drawn.tolist(), user)
    up = _("Cumulative profit (total = 100)")
    unit = unit_for(row["cumulative"] for row in rows)
    if curve.total <= 0:
        up = unit.title(_("Cumulative profit"), currency)
    words = CurveWords(_("Rank by profit"), up, _("Profit"), 100.0 if curve.total > 0 else 0.0)
    drawn = [_drawn(row, 100 * row["index"] if curve.total > 0 else unit.of(row["cumulative"])) for row in rows]
    return curve_chart([{"rank": 0, "value": 0}, *drawn], words=words, label=_("Whale curve of profit"))


def revenue_chart(shares: Ranked, user: Any) -> Chart:
    rows = listed(shares, shares.drawn.tolist(), user)
    words = CurveWords(_("Rank by revenue"), _("Cumulative revenue, %"), _("Revenue"))
    drawn = [_drawn(row, 100 * row["index"]) for row in rows]
    return curve_chart([{"rank": 0, "value": 0}, *drawn], words=words, label=_("How few accounts bring the revenue"))


def _drawn(row: dict[str, Any], value: float | None) -> dict[str, Any]:
    said = percent(row["index"]) if row["index"] is not None else money(row["cumulative"])
    return {
        "rank": row["rank"],
        "name": short(row["account"].name),
        "value": None if value is None else round(value, 3),
        "said": money(row["amount"]),
        "said_value": said,
    }


def table(selection: Selection, span: Window) -> Table:
    """All ranks as a file: by profit for who sees it, else by revenue."""
    if selection.user.sees_profit:
        ranked, amount = whale(selection, span.anchor), _("Profit")
    else:
        ranked, amount = pareto(selection, span.anchor)[0], _("Revenue")
    headings = [_("Rank"), _("Account"), _("External id"), amount, _("Cumulative"), _("Cumulative, % of total")]
    about = [(_("Fiscal year"), span.anchor), (_("Order"), _("largest first; ties by account"))]
    return Table(f"whale-{span.anchor}", headings, _exported(ranked, selection.user), about)


def _exported(ranked: Ranked | None, user: Any) -> Any:
    for start in range(0, len(ranked) if ranked else 0, CHUNK):
        for row in listed(ranked, range(start, min(start + CHUNK, len(ranked))), user):  # type: ignore[arg-type]
            index = None if row["index"] is None else Decimal(f"{100 * row['index']:.4f}")
            yield [
                row["rank"],
                row["account"].name,
                row["account"].external_id,
                row["amount"],
                row["cumulative"],
                index,
            ]
