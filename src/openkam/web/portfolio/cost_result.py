"""What an assignment found, as pages show it."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
from django.db.models import Count

from openkam.method.money import apportion, round_money
from openkam.web.db.fields import from_units
from openkam.web.ledgers.models import AccountYear

from .arrays import chosen_facts, exact_sum
from .cost_method import places
from .cost_model import account_years, equation, fingerprint, rate
from .models import Activity, CostPool, CostRule, DriverCount
from .selection import Selection
from .year_facts import UNKNOWN, Integers, year_facts


def is_stale(rule: CostRule, pools: list[CostPool]) -> bool:
    """Whether the model, the counts or the invoices have changed since the assignment."""
    return bool(rule.result) and rule.result.get("basis") != fingerprint(rule, pools)


def dearest(year: int, user: Any) -> Integers:
    """The visible accounts with an assigned cost, the dearest first."""
    facts = chosen_facts(Selection(user), (year,), with_profit=True)[year]
    costs = facts.columns["indirect_cost"]
    served = np.flatnonzero(costs > 0)
    return facts.accounts[served[np.lexsort((facts.accounts[served], -costs[served]))]]


def facts_in_order(year: int, accounts: Integers) -> list[AccountYear]:
    """The account-years of these accounts, in their order."""
    ids = [int(pk) for pk in accounts]
    found = {fact.account_id: fact for fact in account_years(year).filter(account__in=ids).select_related("account")}
    return [found[pk] for pk in ids if pk in found]


def share_of_revenue(fact: AccountYear) -> Decimal | None:
    """Cost to serve as a fraction of revenue; none where there is no revenue to speak of."""
    if fact.indirect_cost is None or fact.revenue <= 0:
        return None
    return Decimal(fact.indirect_cost / fact.revenue)


def coverage(year: int) -> dict[str, Any]:
    """How many accounts have invoices, counts and an assigned cost in a year."""
    costs = year_facts([year], with_profit=True)[year].columns["indirect_cost"]
    assigned = costs[costs != UNKNOWN]
    counted = DriverCount.objects.filter(fiscal_year=year).aggregate(counted=Count("account", distinct=True))
    cost = from_units(exact_sum(assigned)) if len(assigned) else None
    return {"invoiced": len(costs), "assigned": len(assigned), "cost": cost, **counted}


def without_invoices(year: int) -> int:
    """Accounts that were served in a year and were invoiced nothing."""
    invoiced = account_years(year).values("account")
    served = DriverCount.objects.filter(fiscal_year=year, count__gt=0).exclude(account__in=invoiced)
    return served.values("account").distinct().count()


def why(pools: list[CostPool], counts: dict[str, Decimal], assigned: Decimal | None) -> list[dict[str, Any]]:
    """For each activity that an account caused: count times minutes, times the pool's rate per minute.

    assigned  the cost that the lines add up to, to the last digit; None to round each by itself.
    """
    lines = [_line(pool, activity, counts) for pool in pools for activity in pool.activities.all()]
    lines = [line for line in lines if line["minutes"]]
    exact = {str(n): Fraction(line["minutes"]) * line["exact_rate"] for n, line in enumerate(lines)}
    rounded = {n: round_money(cost, places()) for n, cost in exact.items()}
    if assigned is not None and abs(sum(rounded.values()) - assigned) < 1:
        rounded = apportion(exact, places(), assigned)
    for n, line in enumerate(lines):
        line["cost"] = rounded[str(n)]
    return lines


def _line(pool: CostPool, activity: Activity, counts: dict[str, Decimal]) -> dict[str, Any]:
    parts = [(activity.driver, activity.minutes), *((t.driver, t.minutes) for t in activity.terms.all())]
    taken = [(driver, counts[driver], each) for driver, each in parts if counts.get(driver)]
    return {
        "pool": pool.name,
        "activity": activity.name,
        "equation": equation(activity),
        "parts": taken,
        "minutes": sum((count * each for _, count, each in taken), Decimal(0)),
        "rate": rate(pool),
        "exact_rate": Fraction(pool.cost) / Fraction(pool.minutes),
    }
