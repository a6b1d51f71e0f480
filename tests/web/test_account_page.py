"""One account: its figures, its group, its history, and for whom."""

import re
from datetime import date
from typing import Any

import pytest

from openkam.web.accounts.actions import change_account
from openkam.web.accounts.family import below, closes_a_circle, group
from openkam.web.accounts.figures import sparkline, years_of
from openkam.web.accounts.models import Account
from openkam.web.people.models import User
from openkam.web.programme.history import record
from openkam.web.relationships.models import Ambition, Standing

from .test_accounts_list import fact

pytestmark = pytest.mark.django_db
PAGES = ["/accounts/{}/", "/accounts/{}/history/"]


@pytest.mark.parametrize("address", PAGES)
def test_director_owner_and_team_see_the_account_and_a_stranger_nothing(  # noqa: PLR0917 - fixtures
    acme: Account, as_: Any, address: str, diana: User, stranger: User
) -> None:
    for person in (diana, acme.owner, *acme.team.all()):
        assert as_(person).get(address.format(acme.pk)).status_code == 200
    assert as_(stranger).get(address.format(acme.pk)).status_code == 404


def test_figures_and_profit_stand_at_the_head(acme: Account, as_: Any, olga: User) -> None:
    fact(acme, 2024, "80", "20")
    fact(acme, 2025, "100", "25.25")
    html = as_(olga).get(f"/accounts/{acme.pk}/").content.decode()
    for text in ("25.0%", "25.25", "Direct cost", "Revenue from 80 in 2024 to 100 in 2025"):
        assert text in html


def test_profit_is_nowhere_on_the_page_for_who_may_not_see_it(acme: Account, as_: Any, tim: User) -> None:
    child = Account.objects.create(name="Child", parent=acme, owner=tim)
    for account in (acme, child):
        fact(account, 2025, "100", "33.77")
    html = as_(tim).get(f"/accounts/{acme.pk}/").content.decode()
    html = html[html.index("<main") :]  # before it stands a random token
    html = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", html)
    for text in ("33", "34", "67", "Net income", "Direct cost", "Indirect"):
        assert text not in html
    assert all(year.net_income is None and year.direct_cost is None for year in years_of(acme, sees_profit=False))


def test_an_account_without_invoices_says_what_to_do(acme: Account, as_: Any, olga: User) -> None:
    assert "No invoices of this account" in as_(olga).get(f"/accounts/{acme.pk}/").content.decode()


def test_unknown_cost_is_shown_as_unknown(acme: Account, as_: Any, olga: User) -> None:
    fact(acme, 2025, "100")
    assert "Unknown until" in as_(olga).get(f"/accounts/{acme.pk}/").content.decode()


def test_the_group_adds_up_all_levels(acme: Account, diana: User, olga: User) -> None:
    child = Account.objects.create(name="Child", parent=acme)
    grandchild = Account.objects.create(name="Grandchild", parent=child)
    for account, revenue in ((acme, "1"), (child, "20"), (grandchild, "300")):
        fact(account, 2025, revenue, "1")
    whole = group(acme, user=diana, year=2025)
    assert (whole.accounts, whole.revenue, whole.net_income) == (3, 321, 3)
    assert group(acme, user=olga, year=2025) is None  # she looks after none of the others


def test_the_group_does_not_know_a_profit_that_one_member_lacks(acme: Account, diana: User) -> None:
    fact(acme, 2025, "1", "1")
    fact(Account.objects.create(name="Child", parent=acme), 2025, "1")
    assert group(acme, user=diana, year=2025).net_income is None


def test_a_circle_in_the_data_ends_the_walk(acme: Account, as_: Any, diana: User) -> None:
    child = Account.objects.create(name="Child", parent=acme)
    Account.objects.filter(pk=acme.pk).update(parent=child)
    fact(acme, 2025, "1")
    assert below(acme) == {child.pk}
    assert closes_a_circle(acme.pk, child.pk)
    assert as_(diana).get(f"/accounts/{acme.pk}/").status_code == 200


def test_a_missing_year_is_a_gap_in_the_sparkline(acme: Account) -> None:
    for year in (2021, 2022, 2024, 2025):
        fact(acme, year, str(year))
    drawn = sparkline(years_of(acme, sees_profit=True), 2025)
    assert len(drawn.lines) == 2
    assert len(drawn.dots) == 4


def test_one_year_draws_no_line(acme: Account) -> None:
    fact(acme, 2025, "5")
    assert sparkline(years_of(acme, sees_profit=True), 2025) is None


def test_the_page_costs_the_same_queries_whatever_the_group(
    acme: Account, as_: Any, diana: User, django_assert_max_num_queries: Any
) -> None:
    for n in range(30):
        fact(Account.objects.create(name=f"Child {n}", parent=acme), 2025, "1")
    client = as_(diana)
    client.get(f"/accounts/{acme.pk}/")  # the first visit of a day diagnoses the relationship
    with django_assert_max_num_queries(29):
        client.get(f"/accounts/{acme.pk}/")


def test_the_head_says_the_stage_and_the_target_when_what_was_kept_is_gone(acme: Account, as_: Any, olga: User) -> None:
    Ambition.objects.create(account=acme, target=3, by_when=date(2030, 6, 30))
    Standing.objects.all().delete()
    page = " ".join(as_(olga).get(f"/accounts/{acme.pk}/history/").content.decode().split())
    assert re.search(r'class="stage-chip"[^>]*>Dormant → Mid KAM, 2030-06-30</a>', page)


def test_the_history_names_people_and_labels(acme: Account, as_: Any, diana: User, tim: User) -> None:
    acme.owner, acme.status = tim, Account.Status.KEY
    change_account(acme, by=diana)
    html = as_(diana).get(f"/accounts/{acme.pk}/history/").content.decode()
    for text in ("Olga", "Tim", "Candidate", "account manager", "changed"):
        assert text in html


def test_the_history_keeps_profit_from_who_may_not_see_it(acme: Account, as_: Any, tim: User, olga: User) -> None:
    record("changed", by=olga, about=acme, field="direct_cost", old="1", new="4711")
    assert "4711" in as_(olga).get(f"/accounts/{acme.pk}/history/").content.decode()
    assert "4711" not in as_(tim).get(f"/accounts/{acme.pk}/history/").content.decode()


def test_a_hidden_parent_is_not_named_anywhere(acme: Account, as_: Any, olga: User, diana: User) -> None:
    acme.parent = Account.objects.create(name="Secret Group")
    change_account(acme, by=diana)
    for address in PAGES:
        assert "Secret" not in as_(olga).get(address.format(acme.pk)).content.decode()
        assert "Secret" in as_(diana).get(address.format(acme.pk)).content.decode()
