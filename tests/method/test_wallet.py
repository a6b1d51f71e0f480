import copy
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openkam.method.document import read
from openkam.method.errors import InvalidInput
from openkam.method.wallet import (
    EXAMPLE,
    Document,
    evaluate,
    share_of_wallet,
    wallet_allocation,
    white_space,
)

amounts = st.none() | st.decimals(min_value=0, max_value=10**9, places=4)
chances = st.none() | st.decimals(min_value=0, max_value=1, places=2)
cells = st.lists(st.tuples(amounts, amounts, chances), min_size=1, max_size=10)
ratings = st.dictionaries(st.text(max_size=4), st.integers(-5, 5), min_size=1, max_size=9)


def document(*figures, **fields):
    rows = [
        {"offering": f"{i}", "potential": p, "current": c, "probability": chance}
        for i, (p, c, chance) in enumerate(figures)
    ]
    return read(Document, {"account": "Acme", "cells": rows} | fields)


def codes(result):
    return [(notice.code, notice.where) for notice in result.warnings]


def shares(*values, **options):
    found = wallet_allocation({f"{i}": value for i, value in enumerate(values)}, **options)
    return [round(allocation.share, 4) for allocation in found]


def test_partners_in_excellence_400_000_of_a_million_is_40_percent():
    assert share_of_wallet(Decimal(400_000), Decimal(1_000_000)) == 0.4


def test_worked_white_space_is_690_and_217_weighted_at_31_percent_share():
    result = evaluate(read(Document, EXAMPLE))
    assert (result.white_space, result.weighted_white_space) == (690, 217)
    assert result.share_of_wallet == 0.31
    assert result.by_offering == {"Filters": 250, "Service": 240, "Training": 200}
    assert result.warnings == ()


def test_keiningham_2015_wallet_allocation_for_two_three_and_four_suppliers():
    assert shares(2, 1) == [0.6667, 0.3333]
    assert shares(3, 2, 1) == [0.5, 0.3333, 0.1667]
    assert shares(4, 3, 2, 1) == [0.4, 0.3, 0.2, 0.1]


def test_keiningham_2015_ties_share_the_average_rank():
    found = wallet_allocation({"a": 9, "b": 9, "c": 7})
    assert [allocation.rank for allocation in found] == [1.5, 1.5, 3]
    assert [round(allocation.share, 4) for allocation in found] == [0.4167, 0.4167, 0.1667]


def test_ranks_can_be_given_where_the_lower_is_the_better():
    found = wallet_allocation({"a": 2, "b": 1}, higher_is_better=False)
    assert [allocation.name for allocation in found] == ["b", "a"]


def test_the_only_supplier_gets_everything():
    assert shares(3) == [1.0]


def test_no_suppliers_get_nothing():
    assert wallet_allocation({}) == ()


def test_our_share_is_compared_with_what_our_rank_would_earn():
    result = evaluate(read(Document, EXAMPLE))
    assert result.share_gap == pytest.approx(0.31 - 1 / 3)


def test_a_given_category_spend_replaces_the_sum_of_potentials_and_is_named():
    result = evaluate(document((500, 250, 1), category_spend=1000))
    assert (result.share_of_wallet, result.rule.category_spend) == (0.25, "given")


def test_an_unknown_figure_makes_the_sum_unknown_but_keeps_what_is_known():
    result = evaluate(document((500, 250, "0.5"), (300, None, "0.5")))
    assert (result.white_space, result.known_white_space) == (None, 250)
    assert (result.weighted_white_space, result.known_weighted_white_space) == (None, 125)
    assert result.share_of_wallet is None
    assert codes(result) == [("missing_figures", "/cells/1")]


def test_selling_more_than_the_potential_leaves_no_white_space_and_is_named():
    result = evaluate(document((100, 150, 1)))
    assert (result.white_space, result.share_of_wallet) == (0, 1.5)
    assert codes(result) == [("current_above_potential", "/cells/0"), ("share_above_one", "")]


def test_more_than_ten_offerings_are_named():
    assert codes(evaluate(document(*[(1, 1, 1)] * 11))) == [("many_offerings", "")]


def test_white_space_adds_up_by_buying_centre():
    data = copy.deepcopy(EXAMPLE)
    for cell, centre in zip(data["cells"], ("Leeds", "Leeds", "Porto"), strict=True):
        cell["buying_centre"] = centre
    assert evaluate(read(Document, data)).by_buying_centre == {"Leeds": 490, "Porto": 200}


@pytest.mark.parametrize("spend", [None, Decimal(0), Decimal(-1)])
def test_the_share_of_an_unknown_or_empty_wallet_is_undefined(spend):
    assert share_of_wallet(Decimal(1), spend) is None


@pytest.mark.parametrize("measure", [share_of_wallet, white_space])
@pytest.mark.parametrize("bad", [Decimal("NaN"), Decimal("-Infinity")])
def test_an_amount_that_is_not_a_number_is_refused(measure, bad):
    for amounts in ((bad, Decimal(1)), (Decimal(1), bad)):
        with pytest.raises(InvalidInput, match="not_finite"):
            measure(*amounts)


def test_white_space_of_an_unknown_potential_is_unknown():
    assert white_space(None, Decimal(1)) is None


@pytest.mark.parametrize(
    ("fields", "code", "where"),
    [
        ({"cells": []}, "too_short", "/cells"),
        ({"cells": [{"offering": "a"}] * 2}, "repeated_cell", "/cells"),
        ({"suppliers": [{"name": "a", "rating": 1}] * 2}, "repeated_name", "/suppliers"),
        ({"us": "nobody"}, "unknown_supplier", "/us"),
        ({"cells": [{"offering": "a", "potential": -1}]}, "greater_than_equal", "/cells/0/potential"),
        ({"cells": [{"offering": "a", "probability": 1.1}]}, "less_than_equal", "/cells/0/probability"),
        ({"cells": [{"offering": "a", "current": float("nan")}]}, "finite_number", "/cells/0/current"),
    ],
)
def test_an_impossible_document_is_refused_with_its_place(fields, code, where):
    with pytest.raises(InvalidInput) as error:
        read(Document, EXAMPLE | fields)
    assert (error.value.code, error.value.where) == (code, where)


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_a_rating_that_is_not_a_number_is_refused(bad):
    with pytest.raises(InvalidInput, match="not_finite"):
        wallet_allocation({"a": bad})


@pytest.mark.parametrize("name", ["x" * 500, "شركة الاتصالات", "🦄🇹🇼"])
def test_any_offering_name_passes_through(name):
    result = evaluate(read(Document, {"account": name, "cells": [{"offering": name}]}))
    assert (result.account, result.cells[0].offering) == (name, name)


@given(ratings)
def test_allocated_shares_add_up_to_one_and_follow_the_ratings(rated):
    found = wallet_allocation(rated)
    assert sum(allocation.share for allocation in found) == pytest.approx(1)
    assert [rated[a.name] for a in found] == sorted(rated.values(), reverse=True)


@given(ratings)
def test_the_order_of_suppliers_does_not_matter(rated):
    assert wallet_allocation(rated) == wallet_allocation(dict(reversed(list(rated.items()))))


@given(cells)
def test_weighting_never_adds_white_space(figures):
    result = evaluate(document(*figures))
    assert 0 <= result.known_weighted_white_space <= result.known_white_space


@given(cells)
def test_another_unit_of_account_scales_money_and_leaves_the_share(figures):
    tenfold = [[None if p is None else 10 * p, None if c is None else 10 * c, chance] for p, c, chance in figures]
    small, large = evaluate(document(*figures)), evaluate(document(*tenfold))
    assert large.known_white_space == 10 * small.known_white_space
    assert large.share_of_wallet == small.share_of_wallet


@given(cells)
def test_a_document_survives_json(figures):
    original = document(*figures)
    assert read(Document, original.model_dump_json()) == original


def test_the_document_has_a_json_schema():
    assert "cells" in Document.model_json_schema()["properties"]
