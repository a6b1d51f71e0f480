"""Between the stored cost model and the method: names become keys, results become what a rule keeps.

Drivers are counted for a year as a whole: an account that a counted driver does not list caused none of it. A driver
that was counted for nobody is unknown, and then nothing is assigned.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_precision

from openkam.method import cost_to_serve as method
from openkam.method.document import MONEY_PLACES
from openkam.method.errors import InvalidInput
from openkam.web.programme.models import Settings

from .cost_model import drivers_of
from .models import Activity, CostPool

Counts = Mapping[int, Mapping[str, Decimal]]


@dataclass(frozen=True)
class Assignment:
    """Cost by account, and what the rule keeps about how it came about (JSON; money as text)."""

    costs: dict[int, Decimal]
    summary: dict[str, Any]


def places() -> int:
    """The decimals of the reporting currency."""
    return min(MONEY_PLACES, get_currency_precision(Settings.current().currency))


def by_time(pools: list[CostPool], counts: Counts) -> Assignment:
    """Time-driven: raises InvalidInput("no_activities" | "drivers_not_counted")."""
    activities = [activity for pool in pools for activity in pool.activities.all()]
    if not activities:
        raise InvalidInput("no_activities")
    _refuse_uncounted(pools, counts)
    result = method.evaluate(_document(pools, activities, counts))
    costs = {int(account.name): account.indirect_cost or Decimal(0) for account in result.accounts}
    names = {str(pool.pk): pool.name for pool in pools}
    summary = {
        "cost": str(sum((pool.cost for pool in pools), Decimal(0))),
        "assigned": str(result.assigned_cost),
        "unused": str(result.unused_cost),
        "used_share": _share(result.pools),
        "pools": [_kept(pool, names[pool.name]) for pool in result.pools],
        "warnings": [
            {"code": "over_capacity", "values": _kept(pool, names[pool.name])}
            for pool in result.pools
            if pool.unused_minutes < 0
        ],
    }
    return Assignment(costs, summary)


def by_revenue(total: Decimal, revenues: Mapping[int, Decimal]) -> Assignment:
    """Share of revenue: accounts without revenue carry nothing. Raises InvalidInput("no_revenue_to_share_by")."""
    positive = {str(pk): revenue for pk, revenue in revenues.items() if revenue > 0}
    if not positive:
        raise InvalidInput("no_revenue_to_share_by")
    shared = method.share_of_revenue(total, positive, places=places())
    summary = {"cost": str(total), "assigned": str(sum(shared.amounts.values(), Decimal(0)))}
    summary["unused"] = str(total - Decimal(summary["assigned"]))
    return Assignment({int(pk): cost for pk, cost in shared.amounts.items()}, {**summary, "pools": [], "warnings": []})


def _refuse_uncounted(pools: Iterable[CostPool], counts: Counts) -> None:
    counted = {driver for of in counts.values() for driver in of}
    missing = [driver for driver in drivers_of(pools) if driver not in counted]
    if missing:
        raise InvalidInput("drivers_not_counted", drivers=", ".join(missing))


def _document(pools: list[CostPool], activities: list[Activity], counts: Counts) -> method.Document:
    needed = drivers_of(pools)
    return method.Document(
        places=places(),
        pools=tuple(method.Pool(name=str(p.pk), cost=p.cost, practical_minutes=p.minutes) for p in pools),
        activities=tuple(_activity(activity) for activity in activities),
        accounts=tuple(
            method.Account(name=str(pk), drivers={driver: of.get(driver, Decimal(0)) for driver in needed})
            for pk, of in counts.items()
        ),
    )


def _activity(activity: Activity) -> method.Activity:
    further: dict[str, Decimal] = defaultdict(Decimal)
    for term in activity.terms.all():
        further[term.driver] += term.minutes
    return method.Activity(
        name=str(activity.pk),
        pool=str(activity.pool_id),
        event=activity.driver,
        base_minutes=activity.minutes,
        per_driver=dict(further),
    )


def _kept(pool: method.PoolResult, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "cost": str(pool.cost),
        "minutes": str(pool.practical_minutes),
        "rate": str(pool.rate),
        "used_minutes": str(pool.used_minutes),
        "used_share": str(pool.used_minutes / pool.practical_minutes),
        "used_cost": str(pool.used_cost),
        "unused_minutes": str(pool.unused_minutes),
        "unused_cost": str(pool.unused_cost),
        "over_minutes": str(-pool.unused_minutes),
    }


def _share(pools: Iterable[method.PoolResult]) -> str:
    used = sum((pool.used_minutes for pool in pools), Decimal(0))
    return str(used / sum((pool.practical_minutes for pool in pools), Decimal(0)))
