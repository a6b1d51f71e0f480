"""The value quadrant: every account in one of the deck's four cells, for who sees profit."""

import json
import re
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from tests.web.portfolio_facts import booked, several

from openkam.web.accounts.models import Account
from openkam.web.portfolio.arrays import YearArrays
from openkam.web.portfolio.charts import Axes
from openkam.web.portfolio.models import Spend
from openkam.web.portfolio.quadrant_drawing import _name_some
from openkam.web.portfolio.quadrant_page import Choice, Quadrant, places, thinned
from openkam.web.portfolio.selection import Selection
from openkam.web.portfolio.years import window

SOURCE = {"A": (1000, 80), "B": (700, 10), "C": (300, 60), "D": (250, -5), "E": (150, 45), "F": (100, 12)}


def cells(user: Any, **query: str) -> dict[str, str]:
    span = window()
    assert span is not None
    quadrant = Quadrant(Selection(user), span, Choice.of(query))
    return {place.account.name: place.cell for place in places(quadrant, quadrant.placed)}


def test_by_the_median_the_six_accounts_of_the_method_stand_where_it_says(diana: Any) -> None:
    several(SOURCE)
    assert cells(diana) == {"A": "HH", "B": "HL", "C": "HH", "D": "LL", "E": "LH", "F": "LL"}


def test_by_the_mean_c_is_low_in_sales(diana: Any) -> None:
    several(SOURCE)
    found = cells(diana, sales_cut="mean", profit_cut="mean")
    assert found == {"A": "HH", "B": "HL", "C": "LH", "D": "LL", "E": "LH", "F": "LL"}


def test_by_net_percent_of_the_whole_portfolio_a_is_low_in_profit(diana: Any) -> None:
    several(SOURCE)
    found = cells(diana, axis="net_percent", sales_cut="mean")
    assert found == {"A": "HL", "B": "HL", "C": "LH", "D": "LL", "E": "LH", "F": "LH"}


def test_fixed_cuts_come_from_the_address_in_either_habit(diana: Any) -> None:
    several(SOURCE)
    found = cells(diana, sales_cut="fixed", sales_at="1.000,00", profit_cut="fixed", profit_at="(100)")
    assert found == {"A": "HH", "B": "LH", "C": "LH", "D": "LL", "E": "LH", "F": "LH"}  # a loss is always low


@pytest.mark.parametrize(
    "query",
    ["?sales_cut=fixed&sales_at=x", "?sales_cut=fixed&sales_at=" + "9" * 50, "?axis=x&cell=y", "?profit_cut=portfolio"],
)
def test_a_broken_address_falls_back_to_the_default_rule(as_: Any, diana: Any, query: str) -> None:
    several(SOURCE)
    response = as_(diana).get("/portfolio/quadrant/" + query)
    assert response.status_code == 200
    assert response.context["choice"].sales_rule == "median"


def test_the_page_prints_its_rule_its_cells_and_their_advice(as_: Any, diana: Any) -> None:
    several(SOURCE)
    page = as_(diana).get("/portfolio/quadrant/").content.decode()
    for words in (
        "275 (median)",
        "28 (median)",
        "Sales high, profit low",
        "Fix price, mix or cost to serve",
        "is always low",
    ):
        assert words in page


def test_accounts_without_a_known_profit_are_named_with_the_reason(as_: Any, diana: Any) -> None:
    several({**SOURCE, "Unknown": (500, None)})
    Account.objects.create(name="Silent")
    unknown = as_(diana).get("/portfolio/quadrant/").context["unknown"]
    assert unknown["count"] == 2
    assert [account.name for account in unknown["accounts"]] == ["Silent", "Unknown"]
    assert [n for n, _words in unknown["reasons"]] == [1, 1]


def test_a_move_since_last_year_is_the_accounts_own(as_: Any, diana: Any) -> None:
    accounts = several(SOURCE)
    booked(accounts["A"], 2018, 900, 899, 0)
    row = {p.account.name: p for p in as_(diana).get("/portfolio/quadrant/").context["page"].object_list}["A"]
    assert (row.before_cell, row.cell, row.moved) == ("HL", "HH", True)


def test_white_space_is_known_only_where_somebody_said_what_they_spend(as_: Any, diana: Any) -> None:
    accounts = several(SOURCE)
    Spend.objects.create(account=accounts["A"], fiscal_year=2019, potential=4000)
    rows = {p.account.name: p for p in as_(diana).get("/portfolio/quadrant/?bubble=wallet").context["page"].object_list}
    assert (rows["A"].white_space, rows["A"].wallet_share) == (3000, 0.25)
    assert (rows["B"].white_space, rows["B"].wallet_share) == (None, None)


def test_a_manager_sees_own_accounts_with_cuts_of_those_alone(as_: Any, olga: Any, acme: Account) -> None:
    several(SOURCE)
    booked(acme, 2019, 10, 5, 0)
    page = as_(olga).get("/portfolio/quadrant/")
    assert [place.account for place in page.context["page"].object_list] == [acme]
    assert page.context["quadrant"].sales_cut == 10


@pytest.mark.parametrize("who", ["tim", "vera"])
@pytest.mark.parametrize("address", ["quadrant/", "quadrant.csv", "quadrant.xlsx"])
def test_who_does_not_see_profit_gets_nothing(as_: Any, *, request: Any, acme: Account, who: str, address: str) -> None:
    booked(acme, 2019, 1000, 234, 0)
    assert as_(request.getfixturevalue(who)).get(f"/portfolio/{address}").status_code == 403


def test_a_stranger_with_profit_sees_none_of_it(as_: Any, stranger: Any, acme: Account) -> None:
    booked(acme, 2019, 1000, 234, 0)
    body = as_(stranger).get("/portfolio/quadrant/").content.decode()
    assert "No account has a known profit" in body
    assert "Acme" not in body


def test_the_chart_is_a_block_of_data_that_no_name_can_leave(as_: Any, diana: Any) -> None:
    several({**SOURCE, "</script><b>": (400, 40), "🚀 شركة": (300, 30), "N" * 500: (200, 20)})
    page = as_(diana).get("/portfolio/quadrant/").content.decode()
    block = re.search(r'<script type="application/json" data-chart>(.*?)</script>', page)
    assert block is not None
    rows = json.loads(block[1])["datasets"]["rows"]
    assert {"</script><b>", "🚀 شركة"} <= {row["name"] for row in rows}
    assert max(len(row["name"]) for row in rows) == 60


def test_htmx_gets_the_picture_and_its_table_only(as_: Any, diana: Any) -> None:
    several(SOURCE)
    part = as_(diana).get("/portfolio/quadrant/", headers={"hx-request": "true"}).content
    assert b"data-chart" in part
    assert b"<html" not in part


def test_one_account_alone_and_an_empty_ledger_are_no_error(as_: Any, diana: Any) -> None:
    assert "import it first" in as_(diana).get("/portfolio/quadrant/").content.decode()
    several({"Only": (100, 10)})
    assert cells(diana) == {"Only": "HH"}


@pytest.mark.parametrize("accounts", [3, 80])
def test_the_page_costs_a_fixed_number_of_queries(
    as_: Any, diana: Any, accounts: int, django_assert_num_queries: Any
) -> None:
    several({f"Account {n}": (100 + n, 10 + n) for n in range(accounts)})
    several({"Unknown": (5, None)})
    client = as_(diana)
    with django_assert_num_queries(17):
        client.get("/portfolio/quadrant/")


def test_thinning_keeps_the_largest_and_the_extremes() -> None:
    n = 5000
    generator = np.random.default_rng(7)
    revenue = generator.integers(1, 10**9, n)
    profit = generator.integers(-(10**8), 10**8, n)
    ranked = np.argsort(-revenue, kind="stable")
    kept = thinned(YearArrays(np.arange(n), revenue, profit), ranked, 250)
    assert len(kept) <= 250
    assert set(ranked[:62]) <= set(kept)
    assert {int(np.argmax(profit)), int(np.argmin(profit))} <= set(kept.tolist())
    assert list(revenue[kept]) == sorted(revenue[kept], reverse=True)


def test_exported_money_keeps_every_decimal(as_: Any, diana: Any) -> None:
    several({"A": (Decimal("100.1234"), Decimal("0.0001"))})  # type: ignore[dict-item]
    body = b"".join(as_(diana).get("/portfolio/quadrant.csv").streaming_content).decode()
    assert "100.1234,0.0001" in body


def test_names_in_the_picture_do_not_stand_on_each_other() -> None:
    rows = [{"name": f"A{n}", "sales": 1000.0 - n, "profit": 100.0 + n % 3} for n in range(20)]
    rows.append({"name": "Apart", "sales": 500.0, "profit": 60.0})
    rows.append({"name": "At the edge", "sales": 700.0, "profit": 0.0})
    _name_some(rows, Axes(sales="", profit="", sales_constant=None, profit_constant=None))
    named = [row["name"] for row in rows if "label" in row]
    assert named == ["A0", "Apart"]
