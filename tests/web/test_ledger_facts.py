"""Account-years: sums of the stored lines, unknown where a cost is unknown, made again at any time."""

from decimal import Decimal
from typing import Any

import pytest
from tests.web.ledger_steps import imported

from openkam.web.accounts.models import UNKNOWN, Account, AccountKey
from openkam.web.jobs.queue import run_waiting
from openkam.web.ledgers import facts, jobs
from openkam.web.ledgers.models import AccountYear
from openkam.web.programme.models import Settings

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def director(diana: Any, as_: Any) -> Any:
    director = as_(diana)
    imported(director)
    return director


def fact(key: str, year: int) -> AccountYear:
    return AccountYear.objects.get(account__keys__key=key, fiscal_year=year)


def test_the_keys_of_a_merged_account_add_up(director: Any) -> None:
    acme, cirrus = Account.objects.get(external_id="ACME"), Account.objects.get(external_id="CIRRUS")
    AccountKey.objects.filter(account=cirrus).update(account=acme)
    facts.rebuild([acme.pk, cirrus.pk])
    merged = fact("CIRRUS", 2024)
    assert (merged.account, merged.revenue, merged.direct_cost) == (acme, Decimal("100.05"), Decimal("60.05"))
    assert not AccountYear.objects.filter(account=cirrus).exists()
    acme.refresh_from_db()
    assert acme.revenue == Decimal("100.05")


def test_one_line_without_cost_makes_the_cost_of_the_year_unknown(director: Any) -> None:
    brava = fact("BRAVA", 2024)
    assert (brava.direct_cost, brava.net_income, brava.lines_without_cost) == (None, None, 1)


def test_net_income_is_known_only_when_both_costs_are(director: Any) -> None:
    assert fact("ACME", 2024).net_income is None
    AccountYear.objects.filter(fiscal_year=2024).update(indirect_cost=Decimal(10))
    facts.rebuild()
    assert fact("ACME", 2024).net_income == Decimal("50.05")
    assert fact("BRAVA", 2024).net_income is None


def test_a_rebuild_keeps_indirect_cost_and_repairs_the_rest(director: Any) -> None:
    AccountYear.objects.filter(fiscal_year=2024).update(indirect_cost=Decimal(7), revenue=Decimal(1), lines=99)
    AccountYear.objects.filter(fiscal_year=2023).delete()
    assert facts.rebuild() == 4
    acme = fact("ACME", 2024)
    assert (acme.revenue, acme.lines, acme.indirect_cost) == (Decimal("150.1"), 1, Decimal(7))
    assert fact("ACME", 2023).revenue == 100


def test_a_rebuild_of_one_year_leaves_the_others_alone(director: Any) -> None:
    AccountYear.objects.update(revenue=Decimal(1))
    facts.rebuild(years=[2023])
    assert (fact("ACME", 2023).revenue, fact("ACME", 2024).revenue) == (Decimal(100), Decimal(1))


def test_facts_written_in_several_transactions_are_the_same(director: Any, monkeypatch: Any) -> None:
    before = list(AccountYear.objects.order_by("pk").values())
    monkeypatch.setattr(facts, "AT_ONCE", 1)
    told: list[float] = []
    facts.rebuild(progress=told.append)
    assert list(AccountYear.objects.order_by("pk").values()) == before
    assert told == [0.25, 0.5, 0.75, 1.0]


def test_a_writing_that_is_torn_apart_is_known_to_be_behind(director: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(facts, "AT_ONCE", 1)

    def torn(fraction: float) -> None:
        if fraction > 0.4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        facts.rebuild(progress=torn)
    assert facts.behind()
    jobs.catch_up()
    run_waiting()
    assert not facts.behind()


def test_another_fiscal_year_moves_the_lines(director: Any, diana: Any) -> None:
    house = Settings.current()
    house.fiscal_start = 3
    house.save()
    assert facts.behind()
    jobs.rebuild_all(by=diana)
    assert jobs.rebuild_all(by=diana).kind == "rebuild"
    run_waiting()
    assert sorted(AccountYear.objects.values_list("account__external_id", "fiscal_year")) == [
        ("ACME", 2023),
        ("ACME", 2024),
        ("BRAVA", 2025),
        ("CIRRUS", 2025),
    ]
    assert facts.latest_year() == 2025
    assert Account.objects.get(external_id="ACME").revenue_order == UNKNOWN


def test_an_empty_ledger_is_not_behind_and_sums_to_nothing(db: None) -> None:
    assert (facts.behind(), facts.rebuild(), facts.latest_year()) == (False, 0, None)
