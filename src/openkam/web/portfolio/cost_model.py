"""The cost model of one fiscal year, as it is kept and as a person reads it."""

import hashlib
import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, QuerySet, Sum
from django.utils import timezone

from openkam.web.db.fields import from_units
from openkam.web.ledgers.models import AccountYear
from openkam.web.ledgers.remembered import remembered
from openkam.web.programme.history import record
from openkam.web.programme.models import Settings

from .arrays import exact_sum
from .cost_history import text
from .models import Activity, CostPool, CostRule, DriverCount, TimeTerm
from .selection import whole_number
from .year_facts import year_facts


def pools_of(year: int) -> list[CostPool]:
    """The pools of a fiscal year with their activities and terms, in three queries."""
    return list(CostPool.objects.filter(fiscal_year=year).prefetch_related("activities__terms"))


def rule_of(year: int) -> CostRule:
    """The year's rule; an unsaved time-driven one when none was chosen yet."""
    return CostRule.objects.filter(fiscal_year=year).first() or CostRule(fiscal_year=year)


def years_known() -> list[int]:
    """Fiscal years with a model or with invoices, the latest first; this year when there are none."""
    years = set(remembered("years", _years_invoiced))
    years |= set(CostPool.objects.order_by().values_list("fiscal_year", flat=True).distinct())
    return sorted(years, reverse=True) or [this_year()]


def _years_invoiced() -> list[int]:
    return list(AccountYear.objects.order_by().values_list("fiscal_year", flat=True).distinct())


def this_year() -> int:
    return Settings.current().calendar.fiscal_year(timezone.localdate())


def chosen_year(asked: str, years: list[int]) -> int:
    """The year that the address asks for, else the latest known one."""
    year = whole_number(asked)
    return year if year is not None and 1900 <= year <= 2999 else years[0]


def equation(activity: Activity) -> str:
    """The time equation of one occurrence: "t = 8 + 2 × lines"."""
    terms = [f"{text(term.minutes)} × {term.driver}" for term in activity.terms.all()]
    return "t = " + " + ".join([text(activity.minutes), *terms])


def drivers_of(pools: Iterable[CostPool]) -> list[str]:
    """Every driver that the model counts by, once, in the order of the model."""
    found: dict[str, None] = {}
    for pool in pools:
        for activity in pool.activities.all():
            found.setdefault(activity.driver)
            for term in activity.terms.all():
                found.setdefault(term.driver)
    return list(found)


def drivers_known(year: int, pools: Iterable[CostPool]) -> list[str]:
    """The model's drivers, then others that were counted in this year."""
    counted = DriverCount.objects.filter(fiscal_year=year).order_by("driver").values_list("driver", flat=True)
    return list(dict.fromkeys([*drivers_of(pools), *counted.distinct()]))


def rate(pool: CostPool) -> Decimal:
    """Cost of one minute: the pool's cost over its practical capacity."""
    return Decimal(pool.cost / pool.minutes)


def described(pools: Iterable[CostPool]) -> list[dict[str, Any]]:
    """Pools with rate and equations for a page."""
    return [
        {
            "pool": pool,
            "rate": rate(pool),
            "activities": [
                {"activity": activity, "equation": equation(activity), "each": rate(pool) * activity.minutes}
                for activity in pool.activities.all()
            ],
        }
        for pool in pools
    ]


def fingerprint(rule: CostRule, pools: Iterable[CostPool]) -> str:
    """A short text that changes when anything changes that an assignment rests on."""
    year = rule.fiscal_year
    model = [
        [text(pool.cost), text(pool.minutes), [[a.driver, equation(a)] for a in pool.activities.all()]]
        for pool in pools
    ]
    counts = DriverCount.objects.filter(fiscal_year=year).aggregate(n=Count("pk"), sum=Sum("count"), last=Max("pk"))
    revenue = year_facts([year], with_profit=True)[year].columns["revenue"]
    facts = (len(revenue), from_units(exact_sum(revenue)) if len(revenue) else None)
    basis = [model, rule.method, text(rule.total), *map(str, counts.values()), *map(str, facts)]
    return hashlib.sha256(json.dumps(basis).encode()).hexdigest()[:16]


def copy_model(source: int, target: int, *, by: Any) -> int:
    """Copy pools, activities and terms of one year into an empty one; returns how many pools came over."""
    with transaction.atomic():
        if CostPool.objects.filter(fiscal_year=target).exists():
            return 0
        pools = pools_of(source)
        for pool in pools:
            _copy_pool(pool, target)
        rule, _ = CostRule.objects.get_or_create(fiscal_year=target)
        details = {"field": "model", "old": "", "new": f"{len(pools)} pools of {source}", "touches_profit": True}
        record("copied", by=by, about=rule, **details)
    return len(pools)


def _copy_pool(pool: CostPool, target: int) -> None:
    activities = list(pool.activities.all())
    copy = CostPool.objects.create(name=pool.name, fiscal_year=target, cost=pool.cost, minutes=pool.minutes)
    for activity in activities:
        fields = {"name": activity.name, "driver": activity.driver, "minutes": activity.minutes}
        twin = Activity.objects.create(pool=copy, **fields)
        TimeTerm.objects.bulk_create(
            TimeTerm(activity=twin, driver=term.driver, minutes=term.minutes) for term in activity.terms.all()
        )


def account_years(year: int) -> QuerySet[AccountYear]:
    return AccountYear.objects.filter(fiscal_year=year)
