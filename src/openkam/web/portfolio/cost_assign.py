"""Assign a year's indirect cost to its account-years, take it back, and keep the accounts' own figures in step."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from openkam.method.errors import InvalidInput
from openkam.web.ledgers.facts import latest_year, mark_changed, refresh_accounts, renew_net_income
from openkam.web.ledgers.models import AccountYear
from openkam.web.programme.history import record

from .cost_counts import counts_of
from .cost_history import text
from .cost_method import Assignment, by_revenue, by_time
from .cost_model import account_years, fingerprint, pools_of, rule_of
from .models import CostPool, CostRule

LARGE = 2_000
Beat = Callable[..., None]


def is_large(year: int) -> bool:
    return account_years(year).count() > LARGE


def assign(year: int, *, by: Any, beat: Beat = lambda **_: None) -> CostRule:
    """Compute and write; safe to run again. Raises InvalidInput when the year cannot be assigned."""
    with transaction.atomic():
        rule, _ = CostRule.objects.get_or_create(fiscal_year=year)
        pools = pools_of(year)
    beat(step="costs_reckoning", fraction=0.1)
    assignment = _computed(rule, pools)
    beat(step="costs_writing", fraction=0.4)
    with transaction.atomic():
        before = account_years(year).aggregate(sum=Sum("indirect_cost"))["sum"]
        _write(year, assignment.costs)
        _keep(rule, assignment, pools, by=by)
        after = account_years(year).aggregate(sum=Sum("indirect_cost"))["sum"]
        details = {"field": "indirect_cost", "old": text(before), "new": text(after)}
        record("assigned", by=by, about=rule, touches_profit=True, **details)
    return rule


def clear(year: int, *, by: Any) -> None:
    """Take an assignment back: cost to serve and net income of the year are unknown again."""
    with transaction.atomic():
        rule = rule_of(year)
        before = account_years(year).aggregate(sum=Sum("indirect_cost"))["sum"]
        account_years(year).update(indirect_cost=None, net_income=None)
        _refresh_accounts(year)
        rule.result, rule.assigned_at, rule.assigned_by = {}, None, None
        rule.save()
        record("cleared", by=by, about=rule, field="indirect_cost", old=text(before), touches_profit=True)


def _computed(rule: CostRule, pools: list[CostPool]) -> Assignment:
    if rule.method == CostRule.Method.REVENUE_SHARE:
        if rule.total is None:
            raise InvalidInput("no_total_to_share")
        revenues = dict(account_years(rule.fiscal_year).order_by().values_list("account_id", "revenue"))
        return by_revenue(rule.total, revenues)
    if not pools:
        raise InvalidInput("no_cost_pools")
    return by_time(pools, counts_of(rule.fiscal_year))


def _write(year: int, costs: Mapping[int, Decimal]) -> None:
    """Indirect cost of every account-year: what was assigned, or nothing; then net income where it is known."""
    account_years(year).update(indirect_cost=Decimal(0))
    served = []
    for fact in account_years(year).order_by().only("pk", "account_id"):
        if costs.get(fact.account_id):
            fact.indirect_cost = costs[fact.account_id]
            served.append(fact)
    AccountYear.objects.bulk_update(served, ["indirect_cost"], batch_size=400)
    renew_net_income(account_years(year))
    _refresh_accounts(year)


def _refresh_accounts(year: int) -> None:
    """The list of accounts shows the latest fiscal year; earlier ones do not touch it."""
    mark_changed()
    if latest_year() == year:
        refresh_accounts()


def _keep(rule: CostRule, assignment: Assignment, pools: list[CostPool], *, by: Any) -> None:
    invoiced = set(account_years(rule.fiscal_year).order_by().values_list("account_id", flat=True))
    outside = [cost for account, cost in assignment.costs.items() if account not in invoiced and cost]
    rule.result = {
        **assignment.summary,
        "method": rule.method,
        "basis": fingerprint(rule, pools),
        "accounts": sum(1 for cost in assignment.costs.values() if cost),
        "outside_accounts": len(outside),
        "outside_cost": str(sum(outside, Decimal(0))),
    }
    rule.assigned_at, rule.assigned_by = timezone.now(), by
    rule.save()
