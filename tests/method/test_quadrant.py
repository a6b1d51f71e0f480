from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openkam.method.document import read
from openkam.method.errors import InvalidInput
from openkam.method.quadrant import CELLS, EXAMPLE, UNKNOWN, Cut, Document, evaluate, place

money = st.integers(-(10**10), 10**10)
pairs = st.lists(st.tuples(money, money), min_size=1, max_size=30)


def document(*figures, **fields):
    accounts = [{"name": f"account {i}", "sales": s, "profit": p} for i, (s, p) in enumerate(figures)]
    return read(Document, {"accounts": accounts} | fields)


def cells(result):
    return [account.cell for account in result.accounts]


def codes(result):
    return [notice.code for notice in result.warnings]


def test_worked_example_by_mean_places_c_low_on_sales():
    mean = {"rule": "mean"}
    result = evaluate(read(Document, EXAMPLE | {"sales_cut": mean, "profit_cut": mean}))
    assert cells(result) == ["HH", "HL", "LH", "LL", "LH", "LL"]
    assert (result.rule.sales_cut, result.rule.profit_cut) == (Decimal("416.6667"), Decimal("33.6667"))


def test_worked_example_by_median_makes_c_high_on_both():
    result = evaluate(read(Document, EXAMPLE))
    assert cells(result) == ["HH", "HL", "HH", "LL", "LH", "LL"]
    assert (result.rule.sales_cut, result.rule.profit_cut) == (275, Decimal("28.5"))
    assert (result.rule.sales_rule, result.rule.profit_rule, result.rule.n) == ("median", "median", 6)


def test_worked_example_by_net_percent_makes_the_largest_account_low_on_profit():
    mean = {"rule": "mean"}
    result = evaluate(read(Document, EXAMPLE | {"sales_cut": mean, "profit_axis": "net_percent"}))
    assert cells(result) == ["HL", "HL", "LH", "LL", "LH", "LH"]
    assert (result.rule.profit_rule, result.rule.profit_cut) == ("portfolio", Decimal("8.0800"))


def test_each_cell_has_its_advice_and_its_totals():
    result = evaluate(read(Document, EXAMPLE))
    advice = {account.name: account.advice for account in result.accounts}
    assert [advice[name] for name in "ABDE"] == [
        "protect_grow",
        "fix_cost_to_serve",
        "automate_or_exit",
        "grow_share",
    ]
    high = result.cells["HH"]
    assert (high.accounts, high.sales, high.profit) == (2, 1300, 140)


def test_moves_are_measured_against_this_periods_cuts():
    moves = {a.name: (a.previous_cell, a.moved) for a in evaluate(read(Document, EXAMPLE)).accounts}
    assert moves["A"] == ("HL", True)
    assert moves["C"] == ("LH", True)
    assert moves["E"] == ("LH", False)
    assert moves["D"] == (None, None)


def test_moves_can_be_measured_against_each_periods_own_cuts():
    result = evaluate(read(Document, EXAMPLE | {"previous_cuts": "each_period"}))
    # the four known of the year before: sales median 485, profit median 37.5
    assert [a.previous_cell for a in result.accounts if a.previous_cell] == ["HL", "HL", "LH", "LH"]
    assert result.rule.previous_cuts == "each_period"


def test_moves_by_net_percent_hold_this_periods_percentage():
    accounts = [
        {"name": "a", "sales": 100, "profit": 20, "previous": {"sales": 100, "profit": 5}},
        {"name": "b", "sales": 100, "profit": 10, "previous": {"sales": 0, "profit": 5}},
    ]
    result = evaluate(read(Document, {"accounts": accounts, "profit_axis": "net_percent"}))
    assert [(a.cell, a.previous_cell, a.moved) for a in result.accounts] == [("HH", "HL", True), ("HL", None, None)]
    assert result.rule.profit_cut == 15


def test_an_unknown_profit_is_listed_apart_and_moves_no_cut():
    result = evaluate(document((100, 10), (10**6, None), (200, 20)))
    assert result.unknown == ("account 1",)
    assert (result.rule.sales_cut, result.rule.n) == (150, 2)
    assert codes(result) == ["unknown_figures"]


def test_nothing_known_places_nothing_and_says_so():
    result = evaluate(document((None, None)))
    assert (result.accounts, result.rule.sales_cut) == ((), None)
    assert codes(result) == ["unknown_figures", "nothing_to_place"]


def test_a_single_account_is_high_on_both_with_a_warning():
    result = evaluate(document((100, 10)))
    assert (cells(result), codes(result)) == (["HH"], ["single_account"])


def test_a_loss_is_low_even_above_a_negative_cut():
    result = evaluate(document((100, -1), (100, 0), profit_cut={"rule": "fixed", "value": -50}))
    assert cells(result) == ["HL", "HH"]


@pytest.mark.parametrize("rule", ["median", "mean"])
def test_identical_accounts_all_reach_the_cut_with_a_warning(rule):
    cut = {"rule": rule}
    result = evaluate(document(*[("0.1", "0.01")] * 3, sales_cut=cut, profit_cut=cut))
    assert cells(result) == ["HH"] * 3
    assert [(n.code, n.where) for n in result.warnings] == [("all_identical", "sales"), ("all_identical", "profit")]


@pytest.mark.parametrize("rule", ["portfolio", "median", "mean"])
def test_identical_percentages_all_reach_the_cut(rule):
    figures = [(Decimal(s), Decimal(s) * Decimal("0.0808")) for s in (100, 300, 700, 1100)]
    result = evaluate(document(*figures, profit_axis="net_percent", profit_cut={"rule": rule}))
    assert {cell[1] for cell in cells(result)} == {"H"}


def test_a_fixed_percentage_is_reached_exactly():
    fixed = {"rule": "fixed", "value": "8"}
    result = evaluate(document((1000, 80), (1000, "79.9999"), profit_axis="net_percent", profit_cut=fixed))
    assert cells(result) == ["HH", "HL"]


def test_a_percentage_without_sales_is_unknown():
    result = evaluate(document((0, 5), (-10, 5), (100, 5), profit_axis="net_percent"))
    assert result.unknown == ("account 0", "account 1")


def test_one_ten_thousandth_below_the_cut_is_low():
    fixed = {"rule": "fixed", "value": "899999999999999.9999"}
    figures = [("899999999999999.9999", 1), ("899999999999999.9998", 1)]
    assert cells(evaluate(document(*figures, sales_cut=fixed))) == ["HH", "LH"]


def test_a_cut_beyond_every_ledger_makes_everybody_low():
    fixed = {"rule": "fixed", "value": 10**15}
    assert cells(evaluate(document((1, 1), (2, 1), sales_cut=fixed))) == ["LH", "LH"]


@pytest.mark.parametrize(
    ("fields", "code", "where"),
    [
        ({"sales_cut": {"rule": "fixed"}}, "fixed_cut_needs_value", "/sales_cut/value"),
        ({"sales_cut": {"rule": "mean", "value": 3}}, "only_fixed_cut_has_value", "/sales_cut/value"),
        ({"sales_cut": {"rule": "portfolio"}}, "portfolio_cut_needs_net_percent", "/sales_cut"),
        ({"profit_cut": {"rule": "portfolio"}}, "portfolio_cut_needs_net_percent", "/profit_cut"),
        ({"accounts": []}, "too_short", "/accounts"),
    ],
)
def test_a_cut_that_makes_no_sense_is_refused_with_its_place(fields, code, where):
    with pytest.raises(InvalidInput) as error:
        read(Document, EXAMPLE | fields)
    assert (error.value.code, error.value.where) == (code, where)


@pytest.mark.parametrize("name", ["x" * 500, "شركة الاتصالات", "🦄🇹🇼"])
def test_any_account_name_passes_through(name):
    account = {"name": name, "sales": 1, "profit": 1}
    assert evaluate(read(Document, {"accounts": [account]})).accounts[0].name == name


def test_two_accounts_of_the_same_name_are_both_placed_and_named():
    account = {"name": "Acme", "sales": 1, "profit": 1}
    result = evaluate(read(Document, {"accounts": [account, account | {"sales": 2, "profit": 3}]}))
    assert (len(result.accounts), codes(result)) == (2, ["same_name_twice"])


def test_arrays_of_different_length_are_refused():
    with pytest.raises(InvalidInput, match="ragged"):
        place(np.array([1, 2]), np.array([1]))


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_not_a_number_in_an_array_is_refused_unless_marked_unknown(bad):
    sales, profit = np.array([1.0, 2.0]), np.array([1.0, bad])
    with pytest.raises(InvalidInput) as error:
        place(sales, profit)
    assert (error.value.code, error.value.where) == ("not_finite", "profit")
    placed = place(sales, profit, known=np.array([True, False]))
    assert placed.cells.tolist() == [3, UNKNOWN]


def test_no_accounts_give_no_cut():
    assert place(np.array([], dtype=np.int64), np.array([], dtype=np.int64)).sales_cut is None


def test_the_sum_of_huge_amounts_does_not_overflow():
    sales = np.full(1000, 9 * 10**18, dtype=np.int64)
    assert place(sales, sales, sales_cut=Cut(rule="mean")).sales_cut == 9 * 10**18


def test_a_cut_between_two_whole_numbers_separates_them():
    sales = np.array([0, 1])
    placed = place(sales, np.array([0, 1]))
    assert placed.sales_cut == Fraction(1, 2)
    assert [CELLS[cell] for cell in placed.cells] == ["LL", "HH"]


def test_the_smallest_positive_sales_have_a_percentage():
    placed = place(np.array([1, 1000]), np.array([1, 100]), profit_axis="net_percent")
    assert placed.n == 2


def test_a_cut_of_exactly_zero_is_a_cut():
    placed = place(np.array([-1, 1]), np.array([1, 1]), sales_cut=Cut(rule="fixed", value=Decimal(0)))
    assert [CELLS[cell] for cell in placed.cells] == ["LH", "HH"]


def test_a_hundred_thousand_accounts_are_placed_as_one_by_one():
    rng = np.random.default_rng(7)
    sales = rng.integers(0, 10**12, 100_000)
    profit = rng.integers(-(10**11), 10**11, 100_000)
    placed = place(sales, profit)
    high_sales, high_profit = sales >= float(placed.sales_cut), profit >= max(float(placed.profit_cut), 0)
    assert (placed.cells == 2 * high_sales + high_profit).all()
    assert high_sales.sum() == 50_000


@given(pairs, st.randoms(), st.sampled_from(["median", "mean"]))
def test_the_order_of_accounts_does_not_matter(figures, random, rule):
    cut = {"rule": rule}
    accounts = [{"name": str(i), "sales": s, "profit": p} for i, (s, p) in enumerate(figures)]
    shuffled = list(accounts)
    random.shuffle(shuffled)
    first, second = (
        {a.name: a.cell for a in evaluate(read(Document, {"accounts": rows, "sales_cut": cut})).accounts}
        for rows in (accounts, shuffled)
    )
    assert first == second


@given(pairs, st.integers(1, 10**4), st.sampled_from(["median", "mean"]))
def test_another_unit_of_account_changes_no_cell(figures, factor, rule):
    sales, profit = (np.array(side, dtype=np.int64) for side in zip(*figures, strict=True))
    cut = Cut(rule=rule)
    small = place(sales, profit, sales_cut=cut, profit_cut=cut)
    large = place(sales * factor, profit * factor, sales_cut=cut, profit_cut=cut)
    assert (small.cells == large.cells).all()


@given(pairs, money, st.integers(0, 10**6))
def test_raising_a_cut_never_turns_low_into_high(figures, value, rise):
    sales, profit = (np.array(side, dtype=np.int64) for side in zip(*figures, strict=True))
    lower, higher = (place(sales, profit, sales_cut=Cut(rule="fixed", value=Decimal(v))) for v in (value, value + rise))
    assert (higher.cells // 2 <= lower.cells // 2).all()


@given(pairs)
def test_whole_numbers_and_floats_agree(figures):
    sales, profit = (np.array(side, dtype=np.int64) for side in zip(*figures, strict=True))
    exact, floating = place(sales, profit), place(sales.astype(float), profit.astype(float))
    assert (exact.cells == floating.cells).all()


@given(st.floats(0.001, 1e12), st.integers(2, 20), st.sampled_from(["median", "mean"]))
def test_identical_floats_all_reach_the_cut(value, n, rule):
    side = np.full(n, value)
    assert (place(side, side, sales_cut=Cut(rule=rule), profit_cut=Cut(rule=rule)).cells == 3).all()


@given(pairs)
def test_a_document_survives_json(figures):
    original = document(*figures)
    assert read(Document, original.model_dump_json()) == original


@given(pairs)
def test_every_known_account_stands_in_exactly_one_cell(figures):
    result = evaluate(document(*figures))
    assert sum(cell.accounts for cell in result.cells.values()) == len(figures)
    assert sum(cell.profit for cell in result.cells.values()) == sum(p for _, p in figures)


def test_the_document_has_a_json_schema():
    assert "accounts" in Document.model_json_schema()["properties"]
