"""The whale curve for who sees profit, concentration of revenue for everybody, from arrays."""

from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.web.portfolio_facts import booked, several

from openkam.method import whale
from openkam.web.accounts.models import Account
from openkam.web.db.fields import from_units, to_units
from openkam.web.portfolio.whale_page import Ranked, concentration, verdicts

SOURCE = (120, 90, 60, 30, 10, 0, -5, -15, -40, -50)
MONEY = st.integers(min_value=-(10**14), max_value=10**14)


def ranked(amounts: Any) -> Ranked:
    return Ranked.of(np.arange(len(amounts)), np.array([to_units(amount) for amount in amounts], dtype=np.int64))


def test_the_published_curve_peaks_at_155_and_loses_110() -> None:
    found = verdicts(ranked(SOURCE))
    assert [from_units(int(c)) for c in ranked(SOURCE).cumulative] == [120, 210, 270, 300, 310, 310, 305, 290, 250, 200]
    assert (found["peak_index"], found["top20_index"], found["erosion"]) == (1.55, 1.05, -110)
    assert (found["profitable"], found["loss"], found["peak_rank"]) == (5, 4, 5)


@given(st.lists(MONEY, min_size=1, max_size=60))
def test_the_arrays_agree_with_the_method(units: list[int]) -> None:
    amounts = [from_units(n) for n in units]
    curve = whale.curve([(f"{n:03}", amount) for n, amount in enumerate(amounts)])
    found = verdicts(ranked(amounts))
    for ours, theirs in (("total", "total"), ("peak", "peak"), ("erosion", "erosion"), ("top20", "top20_profit")):
        assert found[ours] == getattr(curve, theirs)
    assert (found["profitable"], found["loss"], found["peak_rank"]) == (curve.profitable, curve.loss, curve.peak_rank)


@given(st.lists(MONEY.filter(lambda units: units > 0), min_size=1, max_size=60))
def test_concentration_agrees_with_the_method(units: list[int]) -> None:
    amounts = [from_units(n) for n in units]
    theirs = whale.concentration([(f"{n:03}", amount) for n, amount in enumerate(amounts)])
    ours = concentration(ranked(amounts), 0)
    assert theirs is not None
    assert ours["hhi"] == pytest.approx(theirs.hhi)
    assert 100 * ours["largest"] == pytest.approx(theirs.largest_percent)
    assert {p: pytest.approx(100 * held) for p, _n, held in ours["tops"]} == theirs.top


def test_sums_beyond_64_bits_stay_exact() -> None:
    amounts = [Decimal(900_000_000_000_000)] * 20
    assert verdicts(ranked(amounts))["total"] == Decimal(18_000_000_000_000_000)


def test_thinning_keeps_first_peak_and_last() -> None:
    curve = ranked([Decimal(3000 - 2 * n) for n in range(4000)])
    kept = curve.thinned(240)
    assert len(kept) <= 243
    assert {0, curve.peak_rank - 1, 3999} <= set(kept.tolist())
    assert list(ranked(SOURCE).thinned(240)) == list(range(10))


def test_a_total_that_is_not_positive_shows_money_and_no_index(as_: Any, diana: Any) -> None:
    several({"A": (100, 10), "B": (100, -40)})
    page = as_(diana).get("/portfolio/whale/")
    assert page.context["verdicts"]["peak_index"] is None
    assert "an index has no meaning" in page.content.decode()


def test_without_sees_profit_only_concentration_of_revenue_is_there(as_: Any, tim: Any, acme: Account) -> None:
    booked(acme, 2019, 1_000_000, 711_113, 222_229)
    client = as_(tim)
    bodies = [client.get("/portfolio/whale/").content, b"".join(client.get("/portfolio/whale.csv").streaming_content)]
    for body in bodies:
        text = body.decode().replace(",", "")
        assert "1000000" in text
        for secret in ("711113", "222229", "66658", "Profit", "profit", "Whale"):
            assert secret not in text
    assert "Herfindahl" in bodies[0].decode()


def test_a_dependence_on_one_account_is_said(as_: Any, diana: Any) -> None:
    several({"A": (900, 10), "B": (100, 10)})
    assert "One account brings 90.0%" in as_(diana).get("/portfolio/whale/").content.decode()


def test_negative_revenue_has_no_share_and_is_counted(as_: Any, diana: Any) -> None:
    several({"A": (900, 10), "B": (-100, None)})
    found = as_(diana).get("/portfolio/whale/").context["concentration"]
    assert (found["largest"], found["left_out"]) == (1.0, 1)


def test_each_person_sees_the_curve_of_their_own_accounts(
    as_: Any, *, diana: Any, olga: Any, stranger: Any, acme: Account
) -> None:
    several({"A": (900, 10)})
    booked(acme, 2019, 100, 50, 0)
    seen = [as_(user).get("/portfolio/whale/").context["verdicts"] for user in (diana, olga, stranger)]
    assert [found and found["total"] for found in seen] == [60, 50, None]


@pytest.mark.parametrize("accounts", [3, 80])
def test_the_page_costs_a_fixed_number_of_queries(
    as_: Any, diana: Any, accounts: int, django_assert_num_queries: Any
) -> None:
    several({f"Account {n}": (100 + n, 10 + n) for n in range(accounts)})
    client = as_(diana)
    with django_assert_num_queries(15):
        client.get("/portfolio/whale/")
