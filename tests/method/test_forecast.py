from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openkam.method.errors import InvalidInput
from openkam.method.forecast import Actual, suggest

revenues = st.lists(st.integers(0, 10**9), min_size=3, max_size=8)


def booked(*revenue, first=2022, **costs):
    return [
        Actual(fiscal_year=first + i, revenue=r, **{row: c[i] for row, c in costs.items()})
        for i, r in enumerate(revenue)
    ]


def base(trend):
    return [year.base for year in trend.years]


def test_sen_1968_line_is_the_median_of_all_pairwise_slopes():
    # slopes of 800 920 1000 1150: 120, 100, 350/3, 80, 115, 150 -> median (115 + 350/3) / 2;
    # what that slope leaves over in 2023.5: 973.75, 977.92, 942.08, 976.25 -> median 975
    slope = (Fraction(115) + Fraction(350, 3)) / 2
    trend = suggest(booked(800, 920, 1000, 1150), years=2, places=4).revenue
    expected = [975 + slope * Fraction(5, 2), 975 + slope * Fraction(7, 2)]
    assert [float(b) for b in base(trend)] == pytest.approx([float(e) for e in expected], abs=1e-4)


def test_sen_1968_limits_of_six_years_are_the_fourth_and_twelfth_of_fifteen_slopes():
    # sigma = sqrt(6 * 5 * 17 / 18) = 5.32; (15 -+ 1.2816 * 5.32) / 2 = 4.09 and 10.91: ranks 4 and 12 of 15
    amounts = [100, 103, 111, 124, 142, 165]
    pairs = [(i, j) for i in range(6) for j in range(i)]
    slopes = sorted(Fraction(amounts[i] - amounts[j], i - j) for i, j in pairs)
    (year,) = suggest(booked(*amounts), years=1, places=4).revenue.years
    ahead = 6 - Fraction(5, 2)
    assert float(year.base - year.low) == pytest.approx(float((slopes[7] - slopes[3]) * ahead), abs=1e-3)
    assert float(year.high - year.base) == pytest.approx(float((slopes[11] - slopes[7]) * ahead), abs=1e-3)


def test_one_wild_year_does_not_bend_the_line():
    trend = suggest(booked(100, 110, 120, 9000, 140, 150, 160)).revenue
    assert base(trend) == [170, 180]


def test_three_complete_years_name_their_method_count_and_interval():
    trend = suggest(booked(100, 110, 130)).revenue
    assert (trend.method, trend.n, trend.interval) == ("theil_sen", 3, 0.8)
    assert [y.fiscal_year for y in trend.years] == [2025, 2026]


def test_two_years_give_a_straight_line_without_limits():
    trend = suggest(booked(800, 920)).revenue
    assert (trend.method, base(trend), trend.interval) == ("straight_line", [1040, 1160], None)
    assert trend.years[0].low is None


def test_one_year_stays_flat():
    trend = suggest(booked(800)).revenue
    assert (trend.method, base(trend)) == ("flat", [800, 800])


def test_no_year_gives_no_suggestion():
    assert suggest([]).revenue is None


def test_a_gap_between_the_years_counts_as_time():
    trend = suggest([Actual(fiscal_year=2020, revenue=100), Actual(fiscal_year=2024, revenue=140)]).revenue
    assert base(trend) == [150, 160]


def test_a_year_without_revenue_is_not_a_year_of_zero():
    trend = suggest([*booked(100, 110), Actual(fiscal_year=2024)]).revenue
    assert (trend.n, base(trend)) == (2, [130, 140])


def test_a_running_year_is_annualised_and_left_out_of_the_trend():
    running = Actual(fiscal_year=2024, months=9, revenue=90, direct_cost=45)
    result = suggest([*booked(100, 100), running])
    assert (result.revenue.n, base(result.revenue)) == (2, [100, 100])
    (annualised,) = result.annualised
    assert (annualised.method, annualised.revenue, annualised.direct_cost) == ("annualised", 120, 60)
    assert annualised.indirect_cost is None


def test_only_a_running_year_is_not_enough_for_a_trend():
    result = suggest([Actual(fiscal_year=2026, months=6, revenue=50)])
    assert result.revenue is None
    assert result.annualised[0].revenue == 100


def test_a_falling_line_stops_at_zero_and_says_so():
    result = suggest(booked(300, 200, 100))
    assert base(result.revenue) == [0, 0]
    assert [(n.code, n.where) for n in result.warnings] == [("clipped_at_zero", "2026")]


def test_costs_follow_revenue_by_their_median_ratio():
    result = suggest(booked(100, 200, 300, direct_cost=[50, 120, 180], indirect_cost=[10, None, 30]))
    direct, indirect = result.direct_cost, result.indirect_cost
    assert (direct.method, direct.ratio, direct.n) == ("median_ratio", 0.6, 3)
    assert base(direct) == [240, 300]
    assert (indirect.ratio, indirect.n) == (0.1, 2)


def test_costs_without_positive_revenue_have_no_ratio():
    assert suggest(booked(0, 0, direct_cost=[5, 5])).direct_cost is None


def test_a_refunded_cost_keeps_low_below_high():
    year = suggest(booked(100, 150, 300, direct_cost=[-10, -15, -30])).direct_cost.years[0]
    assert year.low <= year.base <= year.high


def test_the_same_year_twice_is_refused():
    with pytest.raises(InvalidInput, match="duplicate_year"):
        suggest([*booked(1), *booked(2)])


@pytest.mark.parametrize("years", [0, 11])
def test_a_horizon_of_nothing_or_beyond_ten_years_is_refused(years):
    with pytest.raises(InvalidInput, match="years"):
        suggest(booked(1), years=years)


def test_one_huge_year_stays_exact():
    huge = Decimal("899999999999999.9999")
    assert base(suggest(booked(huge), places=4).revenue) == [huge, huge]


@given(revenues, st.randoms())
def test_the_order_of_years_does_not_matter(amounts, random):
    actuals = booked(*amounts)
    shuffled = list(actuals)
    random.shuffle(shuffled)
    assert suggest(actuals) == suggest(shuffled)


@given(revenues)
def test_base_lies_between_low_and_high_and_never_below_zero(amounts):
    for year in suggest(booked(*amounts)).revenue.years:
        assert 0 <= year.low <= year.base <= year.high


@given(st.integers(0, 10**6), st.integers(0, 10**4), st.integers(2, 8))
def test_a_straight_history_continues_straight(start, step, n):
    trend = suggest(booked(*(start + step * i for i in range(n)))).revenue
    assert base(trend) == [start + step * n, start + step * (n + 1)]
