"""Account-years in a process's memory: true after every writing, and nothing of profit for who may not see it."""

from decimal import Decimal

import numpy as np
import pytest

from openkam.web.ledgers.facts import mark_changed, refresh_accounts
from openkam.web.ledgers.models import AccountYear
from openkam.web.portfolio import year_facts as facts
from openkam.web.portfolio.arrays import exact_sum
from openkam.web.portfolio.cost_assign import clear
from openkam.web.portfolio.year_facts import UNKNOWN, year_facts

from .portfolio_facts import booked

pytestmark = pytest.mark.django_db


@pytest.fixture
def known(acme):
    booked(acme, 2024, 900, 500, 100)
    mark_changed()
    return AccountYear.objects.get(account=acme)


def _revenue() -> list[int]:
    return year_facts([2024], with_profit=False)[2024].columns["revenue"].tolist()


def test_a_year_is_read_once_while_the_mark_stands(known, django_assert_num_queries):
    _revenue()
    with django_assert_num_queries(1):
        assert _revenue() == [9_000_000]


@pytest.mark.parametrize("write", [mark_changed, refresh_accounts, lambda: clear(2024, by=None)])
def test_a_year_is_read_again_after_every_writing(known, write):
    _revenue()
    AccountYear.objects.update(revenue=Decimal(7))
    write()
    assert _revenue() == [70_000]


def test_without_a_mark_nothing_is_kept(acme):
    booked(acme, 2024, 900, None, None)
    _revenue()
    AccountYear.objects.update(revenue=Decimal(7))
    assert _revenue() == [70_000]


def test_profit_is_not_read_for_who_may_not_see_it(known):
    assert set(year_facts([2024], with_profit=False)[2024].columns) == {"account", "revenue"}


def test_an_unknown_cost_is_not_a_zero(known, acme):
    AccountYear.objects.update(direct_cost=None, net_income=None)
    mark_changed()
    columns = year_facts([2024], with_profit=True)[2024].columns
    assert (columns["direct_cost"][0], columns["net_income"][0]) == (UNKNOWN, UNKNOWN)
    assert columns["indirect_cost"][0] == 1_000_000


def test_a_year_without_invoices_is_empty(known):
    found = year_facts([2024, 2030], with_profit=True)
    assert (len(found[2024].accounts), len(found[2030].accounts)) == (1, 0)


def test_the_years_longest_not_asked_for_make_room(known, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(facts, "MOST_NUMBERS", 1)
    for year in (2024, 2024, 2023):
        year_facts([year], with_profit=False)
    booked(known.account, 2023, 1, None, None)
    mark_changed()
    _revenue()
    year_facts([2023], with_profit=False)
    with django_assert_num_queries(2):
        assert _revenue() == [9_000_000]


def test_a_sum_beyond_64_bits_is_exact():
    assert exact_sum(np.array([2**62, 2**62, 2**62, 1], dtype=np.int64)) == 3 * 2**62 + 1
