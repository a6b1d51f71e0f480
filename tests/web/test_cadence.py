"""Cadence: how often they want to hear from us, the day of the last contact, and who is overdue."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.web.contact_fixtures import colleague, contact, met
from tests.web.team_fixtures import typed

from openkam.web.accounts.models import Account
from openkam.web.contacts.actions import colleague_of
from openkam.web.contacts.models import Colleague, Contact
from openkam.web.interactions.models import Interaction
from openkam.web.people.models import User
from openkam.web.programme.models import Event
from openkam.web.relationships.rhythm import kept, overdue, rhythms, wanting

pytestmark = pytest.mark.django_db


def cadence(account: Account) -> str:
    return f"/accounts/{account.pk}/cadence/"


def ago(days: int) -> date:
    return timezone.localdate() - timedelta(days=days)


def _ours() -> Colleague:
    return Colleague.objects.filter(name="Ours").first() or colleague("Ours")


def wants(account: Account, name: str, days: int, last: int | None = None, **fields: Any) -> Contact:
    made = contact(account, name, wanted_days=days, **fields)
    if last is not None:
        met(_ours(), made, on=ago(last))
    return made


@pytest.mark.parametrize(
    ("last", "is_overdue"), [(0, False), (40, False), (50, False), (51, True), (400, True), (None, True)]
)
def test_overdue_begins_above_one_and_a_quarter_of_the_wanted_interval(
    last: int | None, is_overdue: bool, acme: Account
) -> None:
    wants(acme, "Anna", 40, last)
    assert [each.is_overdue for each in rhythms(wanting(Account.objects.all()))] == [is_overdue]


def test_who_never_said_how_often_is_not_overdue_and_in_no_share(acme: Account) -> None:
    contact(acme, "Silent")
    wants(acme, "In time", 30, 5)
    wants(acme, "Late", 30, 100)
    found = rhythms(Contact.objects.all())
    assert {each.contact.name: each.is_overdue for each in found} == {"Silent": False, "In time": False, "Late": True}
    assert kept(found) == 0.5
    assert kept([]) is None


def test_messages_that_do_not_count_and_days_to_come_are_no_contact(acme: Account) -> None:
    anna = wants(acme, "Anna", 30, 200)
    met(_ours(), anna, on=ago(1))
    met(_ours(), anna, on=ago(2))
    Interaction.objects.filter(on=ago(1)).update(counts=False)
    Interaction.objects.filter(on=ago(2)).update(on=ago(-5))
    assert [each.days_since for each in rhythms(Contact.objects.all())] == [200]


def test_the_page_puts_overdue_ones_first_and_says_the_share(acme: Account, olga: User, as_: Any) -> None:
    wants(acme, "Anna", 30, 5)
    wants(acme, "Zoe", 30, 100)
    contact(acme, "Head of quality", is_placeholder=True)
    page = as_(olga).get(cadence(acme)).content.decode()
    assert page.index("Zoe") < page.index("Anna")
    assert "50.0% of those who said how often are in time" in page
    assert "Head of quality" not in page


def test_a_contributor_changes_the_interval_and_the_primary_contact_in_place(
    acme: Account, tim: User, as_: Any
) -> None:
    anna, ours, client = contact(acme, "Anna"), colleague("Ours"), as_(tim)
    changes = {f"c{anna.pk}-wanted_days": "21", f"c{anna.pk}-primary": str(ours.pk)}
    assert client.post(cadence(acme), typed(client, cadence(acme), **changes)).status_code == 302
    anna.refresh_from_db()
    assert (anna.wanted_days, anna.primary) == (21, ours)
    assert set(Event.objects.filter(verb="changed").values_list("field", "new")) == {
        ("wanted_days", "21"),
        ("primary_id", str(ours.pk)),
    }


@pytest.mark.parametrize(
    "case", [("wanted_days", text) for text in ("0", "-7", "soon", "3651", "1.5")] + [("primary", "999")]
)
def test_what_is_no_interval_or_nobody_is_refused(case: tuple[str, str], acme: Account, olga: User, as_: Any) -> None:
    field, value = case
    anna, client = contact(acme, "Anna", wanted_days=30), as_(olga)
    answer = client.post(cadence(acme), typed(client, cadence(acme), **{f"c{anna.pk}-{field}": value}))
    assert answer.status_code == 422
    anna.refresh_from_db()
    assert (anna.wanted_days, anna.primary) == (30, None)


def test_two_who_change_different_people_keep_both_and_the_same_one_is_told(
    acme: Account, olga: User, tim: User, as_: Any
) -> None:
    anna, ben = contact(acme, "Anna", wanted_days=30), contact(acme, "Ben")
    first, second = as_(olga), as_(tim)
    mine = typed(first, cadence(acme), **{f"c{ben.pk}-wanted_days": "14"})
    both = typed(first, cadence(acme), **{f"c{anna.pk}-wanted_days": "60"})
    second.post(cadence(acme), typed(second, cadence(acme), **{f"c{anna.pk}-wanted_days": "7"}))
    assert first.post(cadence(acme), mine).status_code == 302
    assert first.post(cadence(acme), both).status_code == 422
    assert list(Contact.objects.order_by("name").values_list("wanted_days", flat=True)) == [7, 14]


def test_a_viewer_reads_and_changes_nothing_and_a_stranger_finds_nothing(
    acme: Account, vera: User, stranger: User, as_: Any
) -> None:
    anna = wants(acme, "Anna", 30, 100)
    page = as_(vera).get(cadence(acme)).content.decode()
    assert "Anna" in page
    assert "wanted_days" not in page
    assert as_(vera).post(cadence(acme), {f"c{anna.pk}-wanted_days": "1"}).status_code == 403
    for method in ("get", "post"):
        assert getattr(as_(stranger), method)(cadence(acme)).status_code == 404


def test_a_primary_contact_who_left_stays_named(acme: Account, olga: User, as_: Any) -> None:
    ours = colleague("Gone One", left_on=ago(5))
    anna, client = contact(acme, "Anna", primary=ours), as_(olga)
    data = typed(client, cadence(acme), **{f"c{anna.pk}-wanted_days": "9"})
    assert client.post(cadence(acme), data).status_code == 302
    anna.refresh_from_db()
    assert (anna.wanted_days, anna.primary) == (9, ours)


def test_an_overdue_contact_calls_their_primary_contact_or_else_the_account_manager(
    acme: Account, tim: User, vera: User, stranger: User
) -> None:
    wants(acme, "Tim's", 30, 100, primary=colleague_of(tim))
    wants(acme, "Nobody's", 30, 200)
    wants(acme, "Hers who does not sign in", 30, primary=colleague("Una"))
    names = {
        person.name: [each.contact.name for each in overdue(person)] for person in (acme.owner, tim, vera, stranger)
    }
    assert names == {
        "Olga": ["Hers who does not sign in", "Nobody's"],
        "Tim": ["Tim's"],
        "Vera": [],
        "Sam": [],
    }
    assert len(overdue(acme.owner, 1)) == 1


def test_who_lost_the_account_is_called_by_nobody_of_it(acme: Account, tim: User) -> None:
    wants(acme, "Tim's", 30, 100, primary=colleague_of(tim))
    acme.members.filter(user=tim).delete()
    assert overdue(tim) == []


def test_an_empty_page_says_what_to_do(acme: Account, olga: User, as_: Any) -> None:
    page = as_(olga).get(cadence(acme)).content.decode()
    assert "Nobody has said yet how often" in page
    assert "No people of this customer are known yet" in page


def test_sixty_people_and_colleagues_cost_no_more_queries_than_one(
    acme: Account, olga: User, as_: Any, django_assert_max_num_queries: Any
) -> None:
    for number in range(61):
        wants(acme, f"Person {number:02}", 30, 10, primary=colleague(f"Colleague {number:02}"))
    client = as_(olga)
    with django_assert_max_num_queries(30):
        answer = client.get(cadence(acme))
    assert len(answer.context["rows"]) == 60
