from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openkam.method.document import read
from openkam.method.errors import InvalidInput
from openkam.method.whale import EXAMPLE, Document, concentration, curve, evaluate, thin

PUBLISHED = (120, 90, 60, 30, 10, 0, -5, -15, -40, -50)
money = st.decimals(min_value=-(10**9), max_value=10**9, places=4)
profits = st.lists(money, min_size=1, max_size=40)
positive = st.lists(st.decimals(min_value="0.01", max_value=10**9, places=2), min_size=1, max_size=40)


def named(amounts):
    return [(f"{index:03}", Decimal(amount)) for index, amount in enumerate(amounts)]


def document(*accounts, **fields):
    rows = [{"name": f"{i}", "profit": p, "revenue": r} for i, (p, r) in enumerate(accounts)]
    return read(Document, {"accounts": rows} | fields)


def codes(result):
    return [notice.code for notice in result.warnings]


def test_worked_whale_curve_climbs_to_155_and_ends_at_100():
    drawn = curve(named(PUBLISHED))
    assert [p.cumulative for p in drawn.points] == [120, 210, 270, 300, 310, 310, 305, 290, 250, 200]
    assert (drawn.top20_percent, drawn.peak_percent, drawn.erosion) == (105.0, 155.0, -110)
    assert (drawn.points[-1].index, drawn.peak_rank) == (100.0, 5)


def test_worked_whale_curve_counts_five_profitable_one_even_and_four_losing_accounts():
    drawn = curve(named(PUBLISHED))
    assert (drawn.profitable, drawn.breakeven, drawn.loss) == (5, 1, 4)


def test_a_breakeven_band_is_inclusive():
    drawn = curve(named(PUBLISHED), breakeven=Decimal(10))
    assert (drawn.profitable, drawn.breakeven, drawn.loss) == (4, 3, 3)


@pytest.mark.parametrize("amounts", [(10, -10), (10, -30)])
def test_a_total_that_is_not_positive_has_no_index_only_money(amounts):
    result = evaluate(document(*((p, 1) for p in amounts)))
    assert result.curve.peak_percent is None
    assert {point.index for point in result.curve.points} == {None}
    assert result.curve.peak == 10
    assert "index_undefined" in codes(result)


def test_the_best_fifth_is_rounded_up():
    assert curve(named([1] * 6)).top20_accounts == 2


def test_one_account_is_its_own_whale():
    result = evaluate(document((5, 7)))
    assert (result.curve.peak_percent, result.concentration.hhi) == (100.0, 10_000.0)
    assert codes(result) == ["dependence"]


def test_a_curve_of_nothing_is_refused():
    with pytest.raises(InvalidInput, match="empty"):
        curve([])


@pytest.mark.parametrize("measure", [curve, concentration])
def test_a_pair_that_is_not_a_number_is_refused_by_name(measure):
    with pytest.raises(InvalidInput) as error:
        measure([("a", Decimal("NaN"))])
    assert (error.value.code, error.value.where) == ("not_finite", "a")


def test_an_unknown_profit_is_listed_apart_and_not_counted_as_zero():
    result = evaluate(document((5, 10), (None, 10), (3, 10), (1, 10)))
    assert (result.curve.accounts, result.curve.breakeven) == (3, 0)
    assert result.unknown_profit == ("1",)
    assert codes(result) == ["unknown_profit"]


def test_nothing_known_gives_neither_curve_nor_concentration():
    result = evaluate(document((None, None)))
    assert (result.curve, result.concentration) == (None, None)
    assert codes(result) == ["unknown_profit", "unknown_revenue"]


def test_equal_profits_rank_by_name():
    drawn = curve([("b", Decimal(1)), ("a", Decimal(1))])
    assert [point.name for point in drawn.points] == ["a", "b"]


def test_hhi_of_four_equal_accounts_is_2500():
    found = concentration(named([5] * 4))
    assert (found.hhi, found.largest_percent) == (2500.0, 25.0)


def test_doj_ftc_guidelines_example_shares_of_30_30_20_20_make_2600():
    assert concentration(named([30, 30, 20, 20])).hhi == 2600.0


def test_exactly_a_quarter_is_not_yet_dependence():
    assert codes(evaluate(document(*[(1, 5)] * 4))) == []
    result = evaluate(document((1, "5.01"), *[(1, 5)] * 3))
    assert [(n.code, n.where) for n in result.warnings] == [("dependence", "0")]


def test_top_shares_of_a_hundred_accounts():
    found = concentration(named(range(1, 101)))
    expected = {1: 100 / 50.5, 5: 490 / 50.5, 10: 955 / 50.5, 20: 1810 / 50.5}
    assert found.top == pytest.approx(expected)


def test_abc_classes_split_80_15_5_and_the_account_that_crosses_belongs_to_the_upper_class():
    found = concentration(named([50, 30, 10, 6, 4]))
    assert [share.abc for share in found.shares] == ["A", "A", "B", "B", "C"]


def test_revenue_that_is_not_positive_has_no_share_and_is_counted():
    result = evaluate(document((1, -5), (1, 0), *[(1, 10)] * 4))
    assert (result.concentration.left_out, result.concentration.total) == (2, 40)
    assert codes(result) == ["revenue_not_positive"]


def test_the_largest_amounts_stay_exact():
    huge = Decimal("899999999999999.9999")
    assert curve(named([huge] * 50)).total == 50 * huge


def test_a_curve_of_a_hundred_thousand_accounts_can_be_thinned():
    drawn = curve(named(50_000 - i for i in range(100_001)))
    kept = thin(drawn.points, 200)
    assert len(kept) <= 200
    assert drawn.points[drawn.peak_rank - 1] in kept
    assert (kept[0], kept[-1]) == (drawn.points[0], drawn.points[-1])


def test_a_thinned_document_keeps_the_verdicts_of_the_whole_curve():
    whole, thinned = evaluate(read(Document, EXAMPLE)), evaluate(read(Document, EXAMPLE | {"max_points": 4}))
    assert len(thinned.curve.points) <= 4
    assert thinned.rule.max_points == 4
    assert thinned.curve.model_copy(update={"points": whole.curve.points}) == whole.curve


def test_thinning_to_two_points_is_refused():
    with pytest.raises(InvalidInput, match="too_few_points"):
        thin(curve(named(PUBLISHED)).points, 2)


def test_a_curve_of_zeros_can_be_thinned():
    assert len(thin(curve(named([0] * 10)).points, 4)) <= 4


@pytest.mark.parametrize("bad", ["NaN", float("inf"), ""])
def test_not_a_number_is_refused_with_its_place(bad):
    with pytest.raises(InvalidInput) as error:
        document((bad, 1))
    assert error.value.where == "/accounts/0/profit"


@pytest.mark.parametrize("name", ["x" * 500, "شركة الاتصالات", "🦄🇹🇼"])
def test_any_account_name_passes_through(name):
    account = {"name": name, "profit": 1, "revenue": 1}
    assert evaluate(read(Document, {"accounts": [account]})).curve.points[0].name == name


@given(profits)
def test_the_curve_ends_at_the_total(amounts):
    drawn = curve(named(amounts))
    assert drawn.points[-1].cumulative == drawn.total == sum(amounts)
    assert drawn.points[-1].index == (100.0 if drawn.total > 0 else None)


@given(profits, st.randoms())
def test_the_order_of_accounts_does_not_matter(amounts, random):
    pairs = named(amounts)
    shuffled = list(pairs)
    random.shuffle(shuffled)
    assert curve(pairs) == curve(shuffled)
    assert concentration(pairs) == concentration(shuffled)


@given(profits)
def test_the_curve_rises_to_its_peak_and_never_again(amounts):
    drawn = curve(named(amounts))
    heights = [point.cumulative for point in drawn.points]
    assert heights[: drawn.peak_rank] == sorted(heights[: drawn.peak_rank])
    assert heights[drawn.peak_rank - 1 :] == sorted(heights[drawn.peak_rank - 1 :], reverse=True)
    assert drawn.profitable + drawn.breakeven + drawn.loss == len(amounts)


@given(profits, st.integers(3, 20))
def test_a_thinned_curve_keeps_first_peak_and_last_and_invents_nothing(amounts, limit):
    drawn = curve(named(amounts))
    kept = thin(drawn.points, limit)
    assert len(kept) <= limit
    assert {drawn.points[0], drawn.points[drawn.peak_rank - 1], drawn.points[-1]} <= set(kept)
    assert set(kept) <= set(drawn.points)
    assert [point.rank for point in kept] == sorted(point.rank for point in kept)


@given(profits)
def test_another_unit_of_account_scales_money_and_leaves_the_index(amounts):
    small, large = curve(named(amounts)), curve(named(10 * amount for amount in amounts))
    assert large.total == 10 * small.total
    assert [p.index for p in large.points] == [p.index for p in small.points]


@given(positive)
def test_top_shares_grow_with_the_number_of_accounts(amounts):
    found = concentration(named(amounts))
    held = list(found.top.values())
    assert held == sorted(held)
    assert 10_000 / len(amounts) <= found.hhi * 1.000001 <= 10_001
    assert found.shares[0].abc == "A"


@given(profits)
def test_a_document_survives_json(amounts):
    original = document(*((amount, amount) for amount in amounts))
    assert read(Document, original.model_dump_json()) == original


def test_the_document_has_a_json_schema():
    assert "accounts" in Document.model_json_schema()["properties"]
