"""The roll-up P&L: five years of the chosen accounts, and the questions that they answer."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.web.portfolio_facts import SOURCE_YEARS, booked

from openkam.web.accounts.models import Account
from openkam.web.portfolio.models import PlanCell
from openkam.web.portfolio.rollup import RollUp, roll_up
from openkam.web.portfolio.selection import Selection
from openkam.web.portfolio.years import months_known, window
from openkam.web.programme.models import Settings


def filled(account: Account, *, last_booked: int = 2020, scenario: str = "base") -> Account:
    for year, (revenue, direct, indirect) in SOURCE_YEARS.items():
        if year <= last_booked:
            booked(account, year, revenue, direct, indirect)
            continue
        for row, amount in (("revenue", revenue), ("direct_cost", direct), ("indirect_cost", indirect)):
            PlanCell.objects.create(account=account, fiscal_year=year, row=row, scenario=scenario, amount=amount)
    return account


def rolled(user: Any, scenario: str = "base", **chosen: Any) -> RollUp:
    span = window()
    assert span is not None
    return roll_up(Selection(user, **chosen), span, scenario, Decimal("0.1"))


def amounts(sums: RollUp, row: str) -> list[Decimal | None]:
    return [year.figures[row].amount for year in sums.years]


def test_sherman_sperry_reese_figure_4_2_comes_out_of_ledger_and_forecast(diana: Any, acme: Account) -> None:
    filled(acme)
    sums = rolled(diana)
    assert amounts(sums, "net_income") == [90, 95, 100, 143, 191]
    assert [round(100 * (year.net_share or 0), 2) for year in sums.years] == [11.25, 10.33, 10.0, 12.43, 14.69]
    assert sums.over("revenue", slice(0, 2))["amount"] == 1720
    assert sums.over("revenue", slice(3, 5))["amount"] == 2450
    assert [sums.over("net_income", part)["amount"] for part in (slice(0, 2), slice(3, 5))] == [185, 334]
    assert round(100 * (sums.growth.rate or 0), 3) == 12.905
    assert sums.present_value == Decimal("287.8512")


def test_a_figure_that_an_account_misses_is_not_counted_as_zero(diana: Any, acme: Account) -> None:
    filled(acme)
    other = Account.objects.create(name="Beta")
    booked(other, 2020, 500, None, 20)
    this_year = rolled(diana).years[2]
    assert (this_year.figures["revenue"].amount, this_year.figures["revenue"].known) == (1500, 2)
    assert (this_year.figures["net_income"].amount, this_year.figures["net_income"].known) == (100, 1)
    assert this_year.net_share == pytest.approx(0.1)  # of Acme's revenue, not of Beta's too
    assert amounts(rolled(diana, ids=(other.pk,)), "revenue") == [None, None, 500, None, None]


def test_growth_compares_the_same_accounts_in_both_years(diana: Any, acme: Account) -> None:
    filled(acme)
    newcomer = Account.objects.create(name="Newcomer")
    PlanCell.objects.create(account=newcomer, fiscal_year=2022, row="revenue", amount=10**6)
    growth = rolled(diana).growth
    assert (round(100 * (growth.rate or 0), 3), growth.accounts) == (12.905, 1)


def test_growth_between_two_booked_years_comes_from_the_ledger(diana: Any, acme: Account) -> None:
    filled(acme, last_booked=2022)
    span = window(2020)
    assert span is not None
    growth = roll_up(Selection(diana), span, "base", Decimal("0.1")).growth
    assert (round(100 * (growth.rate or 0), 3), growth.accounts) == (12.905, 1)


def test_a_scenario_falls_back_to_the_base_where_it_says_nothing(diana: Any, acme: Account) -> None:
    filled(acme)
    PlanCell.objects.create(account=acme, fiscal_year=2021, row="revenue", scenario="high", amount=1500)
    assert amounts(rolled(diana, "high"), "revenue") == [800, 920, 1000, 1500, 1300]
    assert amounts(rolled(diana, "low"), "revenue") == [800, 920, 1000, 1150, 1300]


def test_the_ledger_wins_over_what_was_typed_for_the_same_year(diana: Any, acme: Account) -> None:
    filled(acme)
    PlanCell.objects.create(account=acme, fiscal_year=2020, row="revenue", amount=1)
    assert amounts(rolled(diana), "revenue")[2] == 1000


def test_each_person_adds_up_only_the_accounts_they_see(diana: Any, olga: Any, stranger: Any, acme: Account) -> None:
    filled(acme)
    booked(Account.objects.create(name="Elsewhere"), 2020, 5000, 1, 1)
    assert [rolled(user).years[2].figures["revenue"].amount for user in (diana, olga, stranger)] == [6000, 1000, None]


def test_the_selection_chooses_by_status_owner_country_and_id(diana: Any, olga: Any, acme: Account) -> None:
    other = Account.objects.create(name="Beta", status="key", country="DE")
    chosen = [{"status": ("key",)}, {"country": "DE"}, {"ids": (other.pk,)}]
    assert [list(Selection(diana, **fields).accounts) for fields in chosen] == [[other]] * 3
    assert list(Selection(diana, owner=olga.pk).accounts) == [acme]
    assert list(Selection(olga, mine=True).accounts) == [acme]


@pytest.mark.parametrize(
    "query",
    ["?year=abc", "?year=99999999999999999999", "?owner=1%00", "?status=none&account=x", "?page=-1", "?country=%00"],
)
def test_a_broken_address_shows_the_page_and_not_an_error(as_: Any, diana: Any, acme: Account, query: str) -> None:
    filled(acme)
    assert as_(diana).get(f"/portfolio/{query}").status_code == 200


def test_an_empty_ledger_says_what_to_do_first(as_: Any, diana: Any, tim: Any) -> None:
    for user, words in ((diana, "Import invoices"), (tim, "programme director can import")):
        for address in ("/portfolio/", "/portfolio/whale/"):
            assert words in as_(user).get(address).content.decode()


def test_a_running_year_says_how_many_months_it_has() -> None:
    calendar = Settings().calendar
    assert months_known(2011, date(2011, 12, 9), calendar) == 12
    assert months_known(2011, date(2011, 9, 9), calendar) == 9
    assert months_known(2999, date(2999, 12, 31), calendar) == 11


@pytest.mark.parametrize("accounts", [1, 60])
def test_the_page_costs_a_fixed_number_of_queries(
    as_: Any, *, diana: Any, acme: Account, accounts: int, django_assert_num_queries: Any
) -> None:
    filled(acme)
    for number in range(accounts):
        booked(Account.objects.create(name=f"Account {number}"), 2020, 10 + number, 5, 1)
    client = as_(diana)
    with django_assert_num_queries(16):
        assert client.get("/portfolio/").status_code == 200


def test_without_sees_profit_no_cost_or_profit_is_in_any_byte(as_: Any, tim: Any, acme: Account) -> None:
    booked(acme, 2020, 1_000_000, 711_113, 222_229)
    PlanCell.objects.create(account=acme, fiscal_year=2021, row="direct_cost", amount=733_331)
    client = as_(tim)
    for address in (
        "/portfolio/",
        "/portfolio/?sort=net",
        "/portfolio/accounts.csv",
        "/portfolio/accounts.csv?sort=net",
    ):
        response = client.get(address)
        body = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
        digits = re.sub(rb"[^0-9]", b"", re.sub(rb"(?<=\d)[,.](?=\d)", b"", body))
        assert b"1000000" in digits
        for secret in (b"711113", b"222229", b"66658", b"733331", b"288887", b"933342"):
            assert secret not in digits
        assert b"Net income" not in body


def test_the_order_by_profit_is_refused_to_who_does_not_see_it(as_: Any, tim: Any, acme: Account) -> None:
    filled(acme)
    assert as_(tim).get("/portfolio/?sort=net").context["sort"] == "revenue"


def test_long_and_foreign_names_stand_whole_in_the_table(as_: Any, diana: Any, db: None) -> None:
    names = ["N" * 500, "شركة النور", "🚀 <script>alert(1)</script>"]
    for name in names:
        booked(Account.objects.create(name=name), 2020, 10, 5, 1)
    page = as_(diana).get("/portfolio/").content.decode()
    assert names[0] in page
    assert f"<bdi>{names[1]}</bdi>" in page
    assert "<script>alert" not in page


def test_negative_revenue_is_shown_as_it_is(as_: Any, diana: Any, acme: Account) -> None:
    booked(acme, 2020, -250, 10, 5)
    assert "-250" in as_(diana).get("/portfolio/").content.decode()
    assert rolled(diana).years[2].net_share is None
