import copy
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openkam.method.cost_to_serve import EXAMPLE, Document, evaluate, share_of_revenue
from openkam.method.document import read
from openkam.method.errors import InvalidInput

counts = st.tuples(*[st.integers(0, 10**5)] * 3)
accounts = st.lists(counts, min_size=1, max_size=8)
DRIVERS = ("orders", "inquiries", "credit checks")


def document(*rows, **fields):
    data = copy.deepcopy(EXAMPLE) | fields
    if rows:
        data["accounts"] = [
            {"name": f"{i}", "drivers": dict(zip(DRIVERS, row, strict=True))} for i, row in enumerate(rows)
        ]
    return read(Document, data)


def pool(**fields):
    return {"name": "Customer service", "cost": 560_000} | fields


def codes(result):
    return [(notice.code, notice.where) for notice in result.warnings]


def test_kaplan_anderson_2004_capacity_costs_80_cents_a_minute():
    result = evaluate(document((49_000, 1_400, 2_500)))
    assert result.pools[0].rate == Decimal("0.8")
    assert [activity.base_rate for activity in result.activities] == [Decimal("6.4"), Decimal("35.2"), 40]


def test_kaplan_anderson_2004_uses_82_66_percent_of_capacity():
    (used,) = evaluate(document((49_000, 1_400, 2_500))).pools
    assert (used.used_minutes, round(used.used_percent, 3)) == (578_600, 82.657)
    assert (used.unused_minutes, used.unused_cost) == (121_400, 97_120)


def test_kaplan_anderson_2004_assigns_462_880():
    result = evaluate(document((49_000, 1_400, 2_500)))
    assert [activity.minutes for activity in result.activities] == [392_000, 61_600, 125_000]
    assert [activity.cost for activity in result.activities] == [313_600, 49_280, 100_000]
    assert (result.assigned_cost, result.unused_cost) == (462_880, 97_120)
    assert result.warnings == ()


def test_kaplan_anderson_2004_small_and_noisy_costs_more_than_large_and_quiet():
    noisy, quiet, _ = evaluate(document()).accounts
    assert (noisy.indirect_cost, quiet.indirect_cost) == (2_784, 1_280)


def test_theoretical_capacity_is_worked_to_eighty_percent_unless_said_otherwise():
    result = evaluate(document(pools=[pool(theoretical_minutes=875_000)]))
    assert (result.pools[0].practical_minutes, result.pools[0].rate) == (700_000, Decimal("0.8"))
    assert result.rule.practical_shares == {"Customer service": Decimal("0.80")}


@pytest.mark.parametrize(("share", "unusual"), [("0.80", False), ("0.85", False), ("0.79", True), ("1", True)])
def test_an_unusual_practical_share_is_named(share, unusual):
    result = evaluate(document(pools=[pool(theoretical_minutes=875_000, practical_share=share)]))
    assert (("unusual_practical_share", "/pools/0") in codes(result)) is unusual


def test_a_time_equation_adds_minutes_per_further_driver():
    activity = {
        "name": "Pack",
        "pool": "Customer service",
        "event": "orders",
        "base_minutes": "0.5",
        "per_driver": {"lines": "0.25", "air freight": "6.5"},
    }
    drivers = {"orders": 10, "lines": 40, "air freight": 2}
    data = EXAMPLE | {"activities": [activity], "accounts": [{"name": "a", "drivers": drivers}]}
    (account,) = evaluate(read(Document, data)).accounts
    assert (account.minutes, account.indirect_cost) == (28, Decimal("22.40"))


@pytest.mark.parametrize(
    "drivers", [{"orders": 1, "inquiries": 2}, {"orders": 1, "inquiries": 2, "credit checks": None}]
)
def test_an_unknown_driver_leaves_the_cost_unknown_and_is_named(drivers):
    result = evaluate(read(Document, EXAMPLE | {"accounts": [{"name": "a", "drivers": drivers}]}))
    (account,) = result.accounts
    assert (account.indirect_cost, account.minutes) == (None, None)
    assert account.known_cost == Decimal("76.80")
    assert account.lines[2].cost is None
    assert codes(result) == [("missing_driver", "/accounts/0")]
    assert result.warnings[0].values["drivers"] == ("credit checks",)


def test_a_driver_of_zero_is_known():
    (account,) = evaluate(document((0, 0, 0))).accounts
    assert (account.minutes, account.indirect_cost) == (0, 0)


def test_a_driver_that_no_activity_uses_is_named():
    drivers = {"orders": 1, "inquiries": 1, "credit checks": 1, "visits": 3}
    result = evaluate(read(Document, EXAMPLE | {"accounts": [{"name": "a", "drivers": drivers}]}))
    assert result.warnings[0].values == {"drivers": ("visits",)}


def test_work_beyond_capacity_is_shown_negative_and_named():
    result = evaluate(document((100_000, 0, 0)))
    assert (result.pools[0].unused_minutes, result.unused_cost) == (-100_000, -80_000)
    assert codes(result) == [("over_capacity", "/pools/0")]
    assert result.warnings[0].values == {"minutes": 100_000, "cost": 80_000}


def test_two_pools_have_two_rates():
    pools = [pool(practical_minutes=700_000), {"name": "Field", "cost": 100, "practical_minutes": 200}]
    activities = [*EXAMPLE["activities"], {"name": "Visit", "pool": "Field", "event": "orders", "base_minutes": 1}]
    result = evaluate(document((10, 0, 0), pools=pools, activities=activities))
    assert [p.used_cost for p in result.pools] == [64, 5]
    assert result.accounts[0].indirect_cost == 69


@pytest.mark.parametrize(
    ("fields", "code", "where"),
    [
        ({"pools": [pool()]}, "capacity_missing", "/pools/0"),
        ({"pools": [pool(practical_minutes=1, theoretical_minutes=1)]}, "capacity_given_twice", "/pools/0"),
        ({"pools": [pool(practical_minutes=0)]}, "greater_than", "/pools/0/practical_minutes"),
        ({"pools": [pool(practical_minutes=1, cost=-1)]}, "greater_than_equal", "/pools/0/cost"),
        ({"pools": [pool(practical_minutes=1)] * 2}, "repeated_name", "/pools"),
        ({"accounts": [{"name": "a"}] * 2}, "repeated_name", "/accounts"),
        ({"accounts": []}, "too_short", "/accounts"),
        ({"accounts": [{"name": "a", "drivers": {"orders": "NaN"}}]}, "finite_number", "/accounts/0/drivers/orders"),
    ],
)
def test_an_impossible_document_is_refused_with_its_place(fields, code, where):
    with pytest.raises(InvalidInput) as error:
        read(Document, EXAMPLE | fields)
    assert (error.value.code, error.value.where) == (code, where)


def test_an_activity_of_an_unknown_pool_is_refused():
    activity = EXAMPLE["activities"][0] | {"pool": "Nobody"}
    with pytest.raises(InvalidInput) as error:
        read(Document, EXAMPLE | {"activities": [activity]})
    assert (error.value.code, error.value.where) == ("unknown_pool", "/activities/0/pool")


@pytest.mark.parametrize("name", ["x" * 500, "شركة الاتصالات", "🦄🇹🇼"])
def test_any_account_name_passes_through(name):
    result = evaluate(read(Document, EXAMPLE | {"accounts": [{"name": name}]}))
    assert result.accounts[0].name == name


def test_thirds_of_a_cent_still_add_up():
    pools = [pool(cost=100, practical_minutes=300)]
    activities = [{"name": "x", "pool": "Customer service", "event": "orders", "base_minutes": 1}]
    result = evaluate(document((1, 0, 0), (1, 0, 0), (1, 0, 0), pools=pools, activities=activities))
    assert [str(a.indirect_cost) for a in result.accounts] == ["0.34", "0.33", "0.33"]


@given(accounts, st.integers(0, 4), st.integers(1, 10**7))
def test_lines_accounts_activities_and_pools_add_up_to_the_last_digit(rows, places, minutes):
    result = evaluate(document(*rows, places=places, pools=[pool(practical_minutes=minutes)]))
    by_account = sum(account.indirect_cost for account in result.accounts)
    by_line = sum(line.cost for account in result.accounts for line in account.lines)
    by_activity = sum(activity.cost for activity in result.activities)
    assert by_account == by_line == by_activity == result.assigned_cost
    assert result.assigned_cost + result.unused_cost == 560_000


@given(accounts, st.randoms())
def test_the_order_of_accounts_does_not_matter(rows, random):
    original = document(*rows)
    shuffled = list(original.accounts)
    random.shuffle(shuffled)
    other = evaluate(original.model_copy(update={"accounts": tuple(shuffled)}))
    costs = {account.name: account.indirect_cost for account in evaluate(original).accounts}
    assert costs == {account.name: account.indirect_cost for account in other.accounts}


@given(counts)
def test_ten_times_the_cost_makes_ten_times_the_rate(row):
    small, large = (evaluate(document(row, pools=[pool(practical_minutes=700_000, cost=cost)])) for cost in (560, 5600))
    assert large.pools[0].rate == 10 * small.pools[0].rate
    assert large.pools[0].used_percent == small.pools[0].used_percent


@given(accounts)
def test_a_document_survives_json(rows):
    original = document(*rows)
    assert read(Document, original.model_dump_json()) == original


def test_sharing_by_revenue_always_warns_that_it_hides_loss_makers():
    shared = share_of_revenue(Decimal(300), {"a": Decimal(2), "b": Decimal(1)})
    assert shared.amounts == {"a": 200, "b": 100}
    assert [notice.code for notice in shared.warnings] == ["hides_loss_makers"]


@pytest.mark.parametrize(
    ("revenues", "code"),
    [
        ({}, "no_revenue"),
        ({"a": Decimal(0)}, "no_revenue"),
        ({"a": Decimal(-1), "b": Decimal(2)}, "negative_revenue"),
        ({"a": None, "b": Decimal(2)}, "missing_revenue"),
        ({"a": Decimal("NaN")}, "not_finite"),
    ],
)
def test_revenue_that_cannot_be_shared_by_is_refused(revenues, code):
    with pytest.raises(InvalidInput) as error:
        share_of_revenue(Decimal(1), revenues)
    assert error.value.code == code


def test_an_infinite_total_is_refused():
    with pytest.raises(InvalidInput, match="not_finite"):
        share_of_revenue(Decimal("Infinity"), {"a": Decimal(1)})


@given(
    st.decimals(min_value=0, max_value=10**12, places=4),
    st.lists(st.decimals(min_value="0.01", max_value=10**9, places=2), min_size=1, max_size=20),
)
def test_shares_of_revenue_add_up_to_the_rounded_total(total, revenues):
    shared = share_of_revenue(total, {str(i): revenue for i, revenue in enumerate(revenues)})
    assert sum(shared.amounts.values()) == shared.total == round(total, 2)


def test_the_document_has_a_json_schema():
    assert "pools" in Document.model_json_schema()["properties"]
