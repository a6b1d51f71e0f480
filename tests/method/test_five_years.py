from decimal import Decimal

from openkam.method.five_years import POSITIONS, Column, Rule, gaps, negated, summarise

RULE = Rule(scenario="base", cost_to_serve="indirect", discount_rate=Decimal(0))


def columns(*amounts):
    return [
        Column(2024 + index, "actual", tuple(None if a is None else Decimal(a) for a in row))
        for index, row in enumerate(amounts)
    ]


def test_the_five_columns_get_their_positions_in_order():
    years = summarise(columns(*[(3, 1, 1)] * 5), RULE, [])["years"]
    assert tuple(year.position for year in years) == POSITIONS


def test_present_value_without_discount_is_the_profit_of_the_two_future_years():
    summary = summarise(columns((0, 0, 0), (0, 0, 0), (9, 0, 0), (3, 1, 1), (7, 1, 1)), RULE, [])
    assert summary["net_present_value"] == 6


def test_gaps_name_a_loss_beside_a_missing_year():
    found = [(notice.code, notice.where) for notice in gaps(columns((1, 2, 3), (None, None, None)))]
    assert found == [("negative_net_income", "/years/0"), ("missing_year", "/years/1")]


def test_the_negative_of_missing_is_missing():
    assert negated(None) is None
