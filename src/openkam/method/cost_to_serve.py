"""Cost to serve by time-driven activity-based costing; and, as a warning, by share of revenue.

Source: R. S. Kaplan & S. R. Anderson, Time-Driven Activity-Based Costing, Harvard Business Review, Nov 2004.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field, model_validator

from openkam.method.document import FiscalYear, Money, Name, Notice, Quantity, Share, Strict
from openkam.method.errors import InvalidInput
from openkam.method.money import apportion, exact, round_money

USUAL_PRACTICAL_SHARE = (Decimal("0.80"), Decimal("0.85"))
RATE_PLACES = 10


class Pool(Strict):
    """Resources that cost money and supply minutes.

    Give practical_minutes, or theoretical_minutes of which practical_share (usually 0.80..0.85) can be worked.
    """

    name: Name
    cost: Annotated[Money, Field(ge=0)]
    practical_minutes: Annotated[Quantity, Field(gt=0)] | None = None
    theoretical_minutes: Annotated[Quantity, Field(gt=0)] | None = None
    practical_share: Annotated[Share, Field(gt=0)] = Decimal("0.80")

    @model_validator(mode="after")
    def _capacity_is_given_once(self) -> "Pool":
        if self.practical_minutes is None and self.theoretical_minutes is None:
            raise InvalidInput("capacity_missing", pool=self.name)
        if self.practical_minutes is not None and self.theoretical_minutes is not None:
            raise InvalidInput("capacity_given_twice", pool=self.name)
        return self


class Activity(Strict):
    """A time equation: minutes = base_minutes x events + the sum of per_driver minutes x driver counts.

    event       the driver that counts how often the activity happens.
    per_driver  minutes per unit of further drivers.
    """

    name: Name
    pool: Name
    event: Name
    base_minutes: Quantity
    per_driver: dict[Name, Quantity] = {}


class Account(Strict):
    """How often each driver occurred in the year. A driver that is left out or None is unknown, not zero."""

    name: Name
    drivers: dict[Name, Quantity | None] = {}


class Document(Strict):
    """One fiscal year in one currency. places: the decimals to which costs are assigned."""

    fiscal_year: FiscalYear | None = None
    places: Annotated[int, Field(ge=0, le=4)] = 2
    pools: tuple[Pool, ...] = Field(min_length=1)
    activities: tuple[Activity, ...] = Field(min_length=1)
    accounts: tuple[Account, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_fit_together(self) -> "Document":
        _refuse_repeated("pools", [pool.name for pool in self.pools])
        _refuse_repeated("activities", [activity.name for activity in self.activities])
        _refuse_repeated("accounts", [account.name for account in self.accounts])
        pools = {pool.name for pool in self.pools}
        for index, activity in enumerate(self.activities):
            if activity.pool not in pools:
                raise InvalidInput("unknown_pool", f"/activities/{index}/pool", pool=activity.pool)
        return self


class PoolResult(Strict):
    """Capacity supplied, used and unused; unused is negative beyond capacity. rate is money per minute."""

    name: str
    cost: Decimal
    practical_minutes: Decimal
    rate: Decimal
    used_minutes: Decimal
    used_percent: float
    used_cost: Decimal
    unused_minutes: Decimal
    unused_cost: Decimal


class ActivityResult(Strict):
    """base_rate is the money one event costs before further drivers; minutes and cost are of all accounts."""

    name: str
    pool: str
    base_rate: Decimal
    minutes: Decimal
    cost: Decimal


class Line(Strict):
    """What one account uses of one activity; None where a driver is unknown."""

    activity: str
    minutes: Decimal | None
    cost: Decimal | None


class AccountResult(Strict):
    """indirect_cost is None as long as one activity is unknown; known_cost is the sum of the known lines."""

    name: str
    minutes: Decimal | None
    indirect_cost: Decimal | None
    known_cost: Decimal
    lines: tuple[Line, ...]


class Rule(Strict):
    """How the costs were assigned."""

    method: Literal["time_driven_abc"] = "time_driven_abc"
    rounding: Literal["largest_remainder"] = "largest_remainder"
    places: int
    practical_shares: dict[str, Decimal | None]


class Result(Strict):
    """Lines add up to accounts, activities and pools, and those to assigned_cost, to the last digit."""

    rule: Rule
    pools: tuple[PoolResult, ...]
    activities: tuple[ActivityResult, ...]
    accounts: tuple[AccountResult, ...]
    assigned_cost: Decimal
    unused_cost: Decimal
    warnings: tuple[Notice, ...]


class SharedCost(Strict):
    """A total split by revenue; amounts by account name."""

    method: Literal["share_of_revenue"] = "share_of_revenue"
    total: Decimal
    amounts: dict[str, Decimal]
    warnings: tuple[Notice, ...]


def evaluate(document: Document) -> Result:
    """Rate each pool, time each activity, and assign the cost of the minutes to the accounts.

    Raises nothing for a valid document; `warnings` name drivers that are unknown or used by no activity, pools
    used beyond capacity, and a practical share outside 0.80..0.85.

    >>> result = evaluate(Document.model_validate(EXAMPLE))
    >>> [int(account.indirect_cost) for account in result.accounts], result.assigned_cost
    ([2784, 1280, 458816], Decimal('462880.00'))
    """
    rates = {pool.name: Fraction(pool.cost) / _capacity(pool) for pool in document.pools}
    rows = _assigned(document, rates)
    pools = tuple(_pool_result(pool, rates[pool.name], rows) for pool in document.pools)
    return Result(
        rule=Rule(
            places=document.places,
            practical_shares={p.name: p.practical_share if p.theoretical_minutes else None for p in document.pools},
        ),
        pools=pools,
        activities=tuple(_activity_result(a, rates[a.pool], rows) for a in document.activities),
        accounts=tuple(_account_result(name, lines) for name, lines in rows.items()),
        assigned_cost=sum((pool.used_cost for pool in pools), Decimal(0)),
        unused_cost=sum((pool.unused_cost for pool in pools), Decimal(0)),
        warnings=tuple(_notices(document, pools)),
    )


def share_of_revenue(total: Decimal, revenues: Mapping[str, Decimal | None], *, places: int = 2) -> SharedCost:
    """Split a total by revenue: easy, and wrong where small accounts are noisy.

    total     money to split; revenues by account, in the same currency, none missing or negative.
    places    decimals of the amounts; they add up to the rounded total (largest remainder).
    Always carries the warning "hides_loss_makers": every account then shows the same cost percentage.
    Raises InvalidInput("missing_revenue" | "negative_revenue" | "no_revenue" | "not_finite").

    >>> share_of_revenue(Decimal(100), {"a": Decimal(2), "b": Decimal(1)}).amounts
    {'a': Decimal('66.67'), 'b': Decimal('33.33')}
    """
    known = dict(_usable(revenues))
    whole = sum(known.values(), Fraction(0))
    amount = exact(total, "total")
    if not whole:
        raise InvalidInput("no_revenue", "revenues")
    parts = {name: amount * revenue / whole for name, revenue in known.items()}
    return SharedCost(
        total=round_money(amount, places),
        amounts=apportion(parts, places),
        warnings=(Notice(code="hides_loss_makers"),),
    )


class _Line(NamedTuple):
    activity: Activity
    minutes: Fraction | None
    cost: Decimal | None


def _refuse_repeated(where: str, names: Sequence[str]) -> None:
    for name, count in Counter(names).items():
        if count > 1:
            raise InvalidInput("repeated_name", f"/{where}", name=name)


def _usable(revenues: Mapping[str, Decimal | None]) -> Iterator[tuple[str, Fraction]]:
    for name, revenue in revenues.items():
        if revenue is None:
            raise InvalidInput("missing_revenue", name)
        if exact(revenue, name) < 0:
            raise InvalidInput("negative_revenue", name, revenue=revenue)
        yield name, Fraction(revenue)


def _capacity(pool: Pool) -> Fraction:
    if pool.practical_minutes is not None:
        return Fraction(pool.practical_minutes)
    return Fraction(pool.theoretical_minutes or 0) * Fraction(pool.practical_share)


def _minutes(activity: Activity, drivers: Mapping[str, Decimal | None]) -> Fraction | None:
    """The time equation; None as soon as one of its drivers is unknown."""
    used = Fraction(0)
    for driver, minutes in ((activity.event, activity.base_minutes), *activity.per_driver.items()):
        count = drivers.get(driver)
        if count is None:
            return None
        used += Fraction(minutes) * Fraction(count)
    return used


def _assigned(document: Document, rates: Mapping[str, Fraction]) -> dict[str, list[_Line]]:
    """Per account its lines: first the accounts are rounded together, then each one's lines to its amount."""
    minutes = {
        account.name: {a.name: _minutes(a, account.drivers) for a in document.activities}
        for account in document.accounts
    }
    pools = {activity.name: activity.pool for activity in document.activities}
    shares = {
        account: {a: used * rates[pools[a]] for a, used in of.items() if used is not None}
        for account, of in minutes.items()
    }
    sums = {account: sum(costs.values(), Fraction(0)) for account, costs in shares.items()}
    amounts = apportion(sums, document.places)
    costs = {a: apportion(of, document.places, amounts[a]) for a, of in shares.items()}
    return {
        account: [_Line(a, of[a.name], costs[account].get(a.name)) for a in document.activities]
        for account, of in minutes.items()
    }


def _sum_minutes(lines: Iterable[_Line]) -> Fraction:
    return sum((line.minutes for line in lines if line.minutes is not None), Fraction(0))


def _sum_cost(lines: Iterable[_Line]) -> Decimal:
    return sum((line.cost for line in lines if line.cost is not None), Decimal(0))


def _pool_result(pool: Pool, rate: Fraction, rows: Mapping[str, list[_Line]]) -> PoolResult:
    lines = [line for of in rows.values() for line in of if line.activity.pool == pool.name]
    used, capacity, cost = _sum_minutes(lines), _capacity(pool), _sum_cost(lines)
    return PoolResult(
        name=pool.name,
        cost=pool.cost,
        practical_minutes=round_money(capacity, RATE_PLACES),
        rate=round_money(rate, RATE_PLACES),
        used_minutes=round_money(used, RATE_PLACES),
        used_percent=float(100 * used / capacity),
        used_cost=cost,
        unused_minutes=round_money(capacity - used, RATE_PLACES),
        unused_cost=pool.cost - cost,
    )


def _activity_result(activity: Activity, rate: Fraction, rows: Mapping[str, list[_Line]]) -> ActivityResult:
    lines = [line for of in rows.values() for line in of if line.activity.name == activity.name]
    return ActivityResult(
        name=activity.name,
        pool=activity.pool,
        base_rate=round_money(Fraction(activity.base_minutes) * rate, RATE_PLACES),
        minutes=round_money(_sum_minutes(lines), RATE_PLACES),
        cost=_sum_cost(lines),
    )


def _account_result(name: str, lines: Sequence[_Line]) -> AccountResult:
    complete = all(line.minutes is not None for line in lines)
    known_cost = _sum_cost(lines)
    return AccountResult(
        name=name,
        minutes=round_money(_sum_minutes(lines), RATE_PLACES) if complete else None,
        indirect_cost=known_cost if complete else None,
        known_cost=known_cost,
        lines=tuple(
            Line(
                activity=line.activity.name,
                minutes=None if line.minutes is None else round_money(line.minutes, RATE_PLACES),
                cost=line.cost,
            )
            for line in lines
        ),
    )


def _notices(document: Document, pools: Sequence[PoolResult]) -> Iterator[Notice]:
    low, high = USUAL_PRACTICAL_SHARE
    for index, pool in enumerate(document.pools):
        if pool.theoretical_minutes is not None and not low <= pool.practical_share <= high:
            values = {"share": pool.practical_share}
            yield Notice(code="unusual_practical_share", where=f"/pools/{index}", values=dict(values))
    for index, result in enumerate(pools):
        if result.unused_minutes < 0:
            over = {"minutes": -result.unused_minutes, "cost": -result.unused_cost}
            yield Notice(code="over_capacity", where=f"/pools/{index}", values=dict(over))
    needed = {driver for a in document.activities for driver in (a.event, *a.per_driver)}
    for index, account in enumerate(document.accounts):
        missing = tuple(sorted(d for d in needed if account.drivers.get(d) is None))
        if missing:
            yield Notice(code="missing_driver", where=f"/accounts/{index}", values={"drivers": missing})
    unused = {driver for account in document.accounts for driver in account.drivers} - needed
    if unused:
        yield Notice(code="unused_driver", values={"drivers": tuple(sorted(unused))})


def _example_account(name: str, orders: int, inquiries: int, credit_checks: int) -> dict[str, Any]:
    drivers = {"orders": orders, "inquiries": inquiries, "credit checks": credit_checks}
    return {"name": name, "drivers": drivers}


EXAMPLE: dict[str, Any] = {
    "pools": [{"name": "Customer service", "cost": 560_000, "practical_minutes": 700_000}],
    "activities": [
        {"name": "Handle orders", "pool": "Customer service", "event": "orders", "base_minutes": 8},
        {"name": "Answer inquiries", "pool": "Customer service", "event": "inquiries", "base_minutes": 44},
        {"name": "Check credit", "pool": "Customer service", "event": "credit checks", "base_minutes": 50},
    ],
    "accounts": [
        _example_account("Small and noisy", 30, 60, 12),
        _example_account("Large and quiet", 120, 10, 4),
        _example_account("All others", 48_850, 1_330, 2_484),
    ],
}
