import copy
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openkam.method import portfolio
from openkam.method.document import read
from openkam.method.errors import InvalidInput
from openkam.method.portfolio import EXAMPLE, Document, evaluate, roll_up

ROWS = ("revenue", "direct_cost", "indirect_cost")
amounts = st.none() | st.decimals(min_value=-(10**9), max_value=10**9, places=4)
years = st.tuples(*[st.tuples(amounts, amounts, amounts)] * 5)


def document(figures=None, **changes):
    """The worked example, with other figures or other fields."""
    data = copy.deepcopy(EXAMPLE) | changes
    for year, row in zip(data["years"], figures or (), strict=False):
        year.update(zip(ROWS, row, strict=True))
    return read(Document, data)


def change(index, **fields):
    data = copy.deepcopy(EXAMPLE)
    data["years"][index].update(fields)
    return data


def codes(result):
    return [(notice.code, notice.where) for notice in result.warnings]


def test_sherman_sperry_reese_2003_figure_4_2_grid_gives_the_worked_net_income():
    result = evaluate(document())
    assert [year.net_income for year in result.years] == [90, 95, 100, 143, 191]
    assert [round(year.net_percent, 2) for year in result.years] == [11.25, 10.33, 10.00, 12.43, 14.69]


def test_sherman_sperry_reese_2003_six_questions_are_answered_from_the_grid():
    answers = evaluate(document()).answers
    assert (answers.past_two_revenue, answers.next_two_revenue) == (1720, 2450)
    assert (answers.past_two_profit, answers.next_two_profit) == (185, 334)
    assert (answers.past_three_revenue, answers.past_three_profit) == (2720, 285)
    assert answers.yearly_cost_to_serve == (150, 185, 210, 225, 238)


def test_worked_grid_grows_12_905_percent_and_is_worth_287_851():
    result = evaluate(document())
    assert result.cagr_percent == pytest.approx(12.905, abs=5e-4)
    assert round(result.net_present_value, 3) == Decimal("287.851")


def test_worked_grid_has_nothing_to_warn_about():
    assert evaluate(document()).warnings == ()


def test_contribution_is_revenue_less_direct_cost():
    year = evaluate(document()).years[0]
    assert (year.contribution, year.contribution_percent) == (240, 30.0)


def test_cost_to_serve_counts_indirect_cost_alone_by_default_and_says_so():
    result = evaluate(document())
    assert (result.rule.cost_to_serve, result.years[0].cost_to_serve_percent) == ("indirect", 18.75)


def test_cost_to_serve_counts_both_costs_when_direct_cost_holds_no_product_cost():
    year = evaluate(document(cost_to_serve="direct_without_product_cost")).years[0]
    assert (year.cost_to_serve, year.cost_to_serve_percent) == (710, 88.75)


@pytest.mark.parametrize("row", ROWS)
def test_a_missing_part_makes_net_income_missing_and_is_named(row):
    result = evaluate(read(Document, change(1, **{row: None})))
    assert result.years[1].net_income is None
    assert result.answers.past_two_profit is None
    code = "missing_revenue" if row == "revenue" else "missing_cost"
    assert (code, "/years/1") in codes(result)


def test_a_zero_is_not_missing():
    assert evaluate(read(Document, change(1, indirect_cost=0))).years[1].net_income == 280


def test_an_empty_year_is_called_missing_once():
    empty = dict.fromkeys(ROWS)
    assert codes(evaluate(read(Document, change(1, **empty)))) == [("missing_year", "/years/1")]


def test_a_loss_is_shown_as_a_loss_and_named():
    result = evaluate(read(Document, change(2, indirect_cost=900)))
    assert result.years[2].net_income == -590
    assert codes(result) == [("negative_net_income", "/years/2")]


def test_negative_revenue_is_kept_without_percentages():
    result = evaluate(read(Document, change(2, revenue=-5)))
    assert (result.years[2].net_income, result.years[2].net_percent) == (-905, None)
    assert ("negative_revenue", "/years/2") in codes(result)


def test_growth_from_zero_revenue_is_undefined_with_a_reason():
    result = evaluate(read(Document, change(0, revenue=0)))
    assert result.cagr_percent is None
    assert ("growth_undefined", "") in codes(result)


@pytest.mark.parametrize("assumption", ["", "   "])
def test_a_forecast_without_an_assumption_is_named(assumption):
    result = evaluate(read(Document, change(3, assumption=assumption)))
    assert codes(result) == [("forecast_without_assumption", "/years/3")]
    assert result.warnings[0].values["rows"] == ROWS


def test_an_assumption_of_one_cell_covers_that_cell_only():
    data = change(3, assumption="", assumptions={"revenue": "price +3 %"})
    assert evaluate(read(Document, data)).warnings[0].values["rows"] == ("direct_cost", "indirect_cost")


def test_a_low_scenario_replaces_what_it_names_and_visibly_falls_back_for_the_rest():
    data = change(3, low={"revenue": 1000}) | {"scenario": "low"}
    result = evaluate(read(Document, data))
    assert [year.net_income for year in result.years] == [90, 95, 100, -7, 191]
    assert result.years[3].fell_back == ("direct_cost", "indirect_cost")
    assert ("fell_back_to_base", "/years/4") in codes(result)
    assert result.rule.scenario == "low"


def test_a_scenario_may_bring_its_own_assumption():
    low = {"revenue": 1000, "direct_cost": 700, "indirect_cost": 200, "assumption": "plant opens late"}
    data = change(3, low=low, assumption="") | {"scenario": "low"}
    assert "forecast_without_assumption" not in [code for code, _ in codes(evaluate(read(Document, data)))]


@pytest.mark.parametrize(
    ("data", "code", "where"),
    [
        (change(1, fiscal_year=2019), "mixed_fiscal_years", "/years/1"),
        (change(1, low={"revenue": 1}), "scenario_in_the_past", "/years/1"),
        (change(4, kind="actual"), "actual_in_the_future", "/years/4"),
    ],
)
def test_columns_that_do_not_fit_are_refused_with_their_place(data, code, where):
    with pytest.raises(InvalidInput) as error:
        read(Document, data)
    assert (error.value.code, error.value.where) == (code, where)


def test_four_years_are_not_five():
    with pytest.raises(InvalidInput) as error:
        read(Document, EXAMPLE | {"years": EXAMPLE["years"][:4]})
    assert error.value.where == "/years/4"


@pytest.mark.parametrize("name", ["x" * 500, "شركة", "🦄 & <b>Söhne</b>"])
def test_any_account_name_passes_through(name):
    assert evaluate(document(account=name)).account == name


def test_the_largest_amounts_stay_exact():
    huge = Decimal("899999999999999.9999")
    result = evaluate(document([(huge, -huge, -huge)]))
    assert result.years[0].net_income == 3 * huge
    assert roll_up([document([(huge, -huge, -huge)])] * 3).years[0].net_income == 9 * huge


def test_roll_up_adds_accounts_and_keeps_the_answers_together():
    result = roll_up([document(), document(account="Southern Cross")])
    assert [year.net_income for year in result.years] == [180, 190, 200, 286, 382]
    assert (result.accounts, result.answers.next_two_profit) == (2, 668)
    assert result.warnings == ()


def test_roll_up_with_a_missing_cell_has_no_sum_but_says_what_is_known():
    gap = read(Document, change(0, indirect_cost=None) | {"account": "B"})
    result = roll_up([document(), gap])
    assert result.years[0].net_income is None
    coverage = result.coverage[0]["net_income"]
    assert (coverage.known, coverage.of, coverage.sum_of_known) == (1, 2, 90)
    assert result.coverage[0]["revenue"].sum_of_known == 1600


def test_roll_up_of_what_nobody_knows_has_no_sum_of_known():
    gap = read(Document, change(0, indirect_cost=None))
    assert roll_up([gap]).coverage[0]["indirect_cost"].sum_of_known is None


def test_roll_up_applies_the_scenario_to_every_account():
    data = change(3, high={"revenue": 2000})
    assert roll_up([read(Document, data)] * 2, scenario="high").years[3].revenue == 4000


def test_roll_up_of_actual_and_forecast_is_mixed():
    other = read(Document, change(2, kind="forecast", assumption="two months to go"))
    assert roll_up([document(), other]).years[2].kind == "mixed"


def test_roll_up_with_two_discount_rates_has_no_present_value_and_says_so():
    result = roll_up([document(), document(account="B", discount_rate="0.2")])
    assert result.net_present_value is None
    assert codes(result) == [("mixed_discount_rates", "")]


def test_roll_up_with_two_definitions_of_cost_to_serve_has_none_and_says_so():
    result = roll_up([document(), document(account="B", cost_to_serve="direct_without_product_cost")])
    assert result.years[0].cost_to_serve is None
    assert codes(result) == [("mixed_cost_to_serve_rules", "")]


def test_roll_up_names_an_account_that_was_selected_twice():
    assert codes(roll_up([document(), document()])) == [("same_account_twice", "")]


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"currency": "USD"}, "mixed_currencies"),
        ({"unit": 1}, "mixed_units"),
        ({"last_month": 3}, "mixed_fiscal_years"),
    ],
)
def test_roll_up_refuses_what_cannot_be_added(other, code):
    with pytest.raises(InvalidInput) as error:
        roll_up([document(), document(**other)])
    assert (error.value.code, error.value.where) == (code, "/1")


def test_roll_up_refuses_different_fiscal_years():
    shifted = copy.deepcopy(EXAMPLE)
    for year in shifted["years"]:
        year["fiscal_year"] -= 1
    with pytest.raises(InvalidInput, match="mixed_fiscal_years"):
        roll_up([document(), read(Document, shifted)])


def test_roll_up_of_nothing_is_refused():
    with pytest.raises(InvalidInput, match="empty"):
        roll_up([])


@given(years)
def test_a_document_survives_json(figures):
    original = document(figures)
    assert read(Document, original.model_dump_json()) == original


@given(st.lists(years, min_size=1, max_size=4), st.randoms())
def test_the_order_of_accounts_does_not_matter(grids, random):
    documents = [document(figures, account=str(index)) for index, figures in enumerate(grids)]
    shuffled = list(documents)
    random.shuffle(shuffled)
    assert roll_up(documents) == roll_up(shuffled)


@given(years)
def test_net_income_is_what_is_left_of_contribution(figures):
    for year in evaluate(document(figures)).years:
        if year.net_income is not None:
            assert year.net_income == year.contribution - year.indirect_cost == year.revenue - year.total_cost


@given(years)
def test_another_unit_of_account_scales_money_and_leaves_percentages(figures):
    tenfold = [[None if a is None else a * 10 for a in row] for row in figures]
    small, large = evaluate(document(figures)), evaluate(document(tenfold))
    for before, after in zip(small.years, large.years, strict=True):
        assert after.net_income == (None if before.net_income is None else 10 * before.net_income)
        assert after.net_percent == before.net_percent


@given(years)
def test_the_roll_up_of_one_account_is_that_account(figures):
    one, rolled = evaluate(document(figures)), roll_up([document(figures)])
    assert (rolled.years, rolled.answers) == (one.years, one.answers)


def test_the_document_has_a_json_schema():
    schema = portfolio.Document.model_json_schema()
    assert schema["additionalProperties"] is False
