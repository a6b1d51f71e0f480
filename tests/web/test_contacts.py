"""People of an account and of ours: who sees them, who records them, what happens when they leave or move."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.web.contact_fixtures import DAY, colleague, contact, met

from openkam.method.errors import InvalidInput
from openkam.web.accounts.actions import add_to_team
from openkam.web.accounts.models import Account
from openkam.web.accounts.search import index_accounts
from openkam.web.contacts.actions import change_person, move_contact
from openkam.web.contacts.finding import named
from openkam.web.contacts.models import Colleague, Contact, Employment, MainContact
from openkam.web.people.models import User
from openkam.web.programme.models import Event

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate


@pytest.fixture
def hidden(stranger: User) -> Account:
    account = Account.objects.create(name="Zyxomma Hidden", owner=stranger)
    index_accounts([account])
    return account


def people_of(account: Account) -> str:
    return f"/accounts/{account.pk}/contacts/"


def shown(client: Client, address: str, **query: Any) -> str:
    return str(client.get(address, query).content.decode())


def seen_in(client: Client, address: str) -> str:
    """What a form says that it started from."""
    return str(client.get(address).context["form"]["seen"].value())


def typed(client: Client, person: Contact | Colleague, **changes: Any) -> dict[str, Any]:
    """What the form of a person sends when nothing but this was changed."""
    form = client.get(f"{person.get_absolute_url()}edit/").context["form"]
    values = {field.name: field.value() for field in form}
    return {name: value for name, value in (values | changes).items() if value not in (None, False)}


# the list


def test_a_name_alone_makes_a_contact(acme: Account, as_: Any, tim: User) -> None:
    response = as_(tim).post(f"{people_of(acme)}new/", {"name": "  王  小明 "})
    made = Contact.objects.get()
    assert (made.name, made.account, response.headers["Location"]) == ("王 小明", acme, f"/contacts/{made.pk}/")
    assert "王 小明" in shown(as_(tim), people_of(acme))
    assert Event.objects.about(made).get().verb == "created"


def test_the_list_says_who_is_a_place_who_left_and_who_was_met_when(acme: Account, as_: Any, vera: User) -> None:
    ours, anna = colleague("Ours"), contact(acme, "Anna")
    contact(acme, "Head of quality", is_placeholder=True)
    contact(acme, "Ben", left_on=date(2026, 1, 31))
    met(ours, anna, on=DAY)
    met(ours, anna, on=DAY - timedelta(1))
    met(ours, anna, on=DAY + timedelta(1), counts=False)
    page = as_(vera).get(people_of(acme))
    rows = {one.name: (one.last_on, one.times) for one in page.context["page"]}
    assert rows == {"Anna": (DAY, 2), "Head of quality": (None, 0)}
    assert [one.name for one in page.context["former"]] == ["Ben"]
    assert "not known by name yet" in page.content.decode()


def test_a_contact_of_another_account_counts_there_alone(acme: Account, as_: Any, olga: User, hidden: Account) -> None:
    anna = contact(hidden, "Anna")
    met(colleague("Ours"), anna)
    move_contact(anna, account=acme, on=DAY, by=None)
    assert [one.times for one in as_(olga).get(people_of(acme)).context["page"]] == [0]
    page = as_(olga).get(f"/contacts/{anna.pk}/")
    assert page.context["met"] == {"last_on": None, "times": 0}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "小明"}, ["王小明"]),
        ({"q": "张"}, ["張 Anna"]),
        ({"q": "MEYER ben"}, ["Ben Meyer"]),
        ({"q": "buy"}, ["Ben Meyer"]),
        ({"q": "\x00"}, ["Ben Meyer", "張 Anna", "王小明"]),
        ({"function": "quality"}, ["王小明"]),
        ({"level": "director", "q": "anna"}, ["張 Anna"]),
        ({"level": "unheard of"}, ["Ben Meyer", "張 Anna", "王小明"]),
        ({"q": "nobody"}, []),
        ({"q": "%"}, []),
    ],
)
def test_the_list_is_narrowed_by_text_in_any_script_function_and_level(
    acme: Account, as_: Any, query: dict[str, str], found: list[str]
) -> None:
    contact(acme, "王小明", function="quality")
    contact(acme, "Ben Meyer", title="Buyer")
    contact(acme, "張 Anna", level="director")
    page = as_(acme.owner).get(people_of(acme), query)
    assert sorted(one.name for one in page.context["page"]) == found


def test_the_list_costs_the_same_queries_for_any_number_of_people(
    acme: Account, as_: Any, olga: User, django_assert_max_num_queries: Any
) -> None:
    ours, client = colleague("Ours"), as_(olga)
    for number in range(60):
        met(ours, contact(acme, f"Person {number}", primary=ours))
    client.get(people_of(acme))
    with django_assert_max_num_queries(22):
        page = client.get(people_of(acme))
    assert len(page.context["page"]) == 50
    assert len(client.get(people_of(acme), {"page": 2}).context["page"]) == 10


def test_an_empty_list_says_what_to_do(acme: Account, as_: Any, tim: User, vera: User) -> None:
    assert "A name is enough" in shown(as_(tim), people_of(acme))
    assert "A name is enough" not in shown(as_(vera), people_of(acme))


def test_who_sees_and_who_records(acme: Account, as_: Any, diana: User, stranger: User) -> None:
    anna, team = contact(acme, "Anna"), dict.fromkeys(("tim", "olga"), (200, 302)) | {"vera": (200, 403)}
    people = {user.name.lower(): user for user in User.objects.all()}
    wanted = {**team, "diana": (200, 302), "sam": (404, 404)}
    for name, (reads, records) in wanted.items():
        client = as_(people[name])
        for address in (people_of(acme), f"/contacts/{anna.pk}/", f"/contacts/{anna.pk}/data/"):
            assert client.get(address).status_code == reads, (name, address)
        assert client.post(f"{people_of(acme)}new/", {"name": f"By {name}"}).status_code == records, name
        assert client.post(f"/contacts/{anna.pk}/departure/", {"on": "2026-01-01"}).status_code == records, name
    assert Client().get(people_of(acme)).status_code == 302


# one contact


def test_a_contact_is_changed_field_by_field_with_an_event_each(acme: Account, as_: Any, tim: User) -> None:
    boss, anna = contact(acme, "Boss"), contact(acme, "Anna")
    client = as_(tim)
    more = {"title": "Head", "level": "director", "reports_to": boss.pk, "wanted_days": 14, "languages": "zh, en"}
    assert client.post(f"/contacts/{anna.pk}/edit/", typed(client, anna, **more)).status_code == 302
    anna.refresh_from_db()
    assert (anna.title, anna.reports_to, anna.wanted_days, anna.version) == ("Head", boss, 14, 2)
    changed = Event.objects.about(anna).filter(verb="changed").values_list("field", flat=True)
    assert sorted(changed) == ["languages", "level", "reports_to_id", "title", "wanted_days"]
    page = shown(client, f"/contacts/{anna.pk}/")
    assert "Boss" in page
    assert "14 days" in page


def test_the_second_of_two_editors_is_told_and_overwrites_nothing(
    acme: Account, as_: Any, tim: User, olga: User
) -> None:
    anna = contact(acme, "Anna")
    first, second = as_(tim), as_(olga)
    late = typed(second, anna, title="Second")
    first.post(f"/contacts/{anna.pk}/edit/", typed(first, anna, title="First"))
    answer = second.post(f"/contacts/{anna.pk}/edit/", late)
    assert answer.status_code == 422
    assert "First" in answer.content.decode()
    anna.refresh_from_db()
    assert anna.title == "First"


@pytest.mark.parametrize(
    "wrong",
    [{"name": " "}, {"name": "n" * 201}, {"email": "nonsense"}, {"level": "king"}, {"reports_to": "9" * 30},
     {"wanted_days": "0"}, {"wanted_days": "-3"}, {"left_on": "2026-02-31"}, {"name": "a\x00b"}, {"primary": "x"}],
)  # fmt: skip
def test_nonsense_about_a_contact_is_refused(acme: Account, as_: Any, tim: User, wrong: dict[str, str]) -> None:
    assert as_(tim).post(f"{people_of(acme)}new/", {"name": "Anna", **wrong}).status_code == 422
    assert not Contact.objects.exists()


def test_nobody_reports_to_themselves_in_however_wide_a_circle(acme: Account, as_: Any, tim: User) -> None:
    top = contact(acme, "Top")
    low = contact(acme, "Low", reports_to=contact(acme, "Middle", reports_to=top))
    client = as_(tim)
    answer = client.post(f"/contacts/{top.pk}/edit/", typed(client, top, reports_to=low.pk))
    assert answer.status_code == 422
    assert "already reports to this person" in answer.content.decode()
    top.refresh_from_db()
    assert top.reports_to is None


def test_a_long_line_of_superiors_costs_no_more_queries_than_a_short_one(acme: Account) -> None:
    costs = set()
    for depth in (2, 20):
        boss = None
        for _level in range(depth):
            boss = Contact.objects.create(account=acme, name="Boss", reports_to=boss)
        for change in ({"reports_to": boss}, {"title": "Buyer"}):
            low = contact(acme, "Low", reports_to=None if "reports_to" in change else boss)
            low = Contact.objects.get(pk=low.pk)
            low.title, low.reports_to_id = change.get("title", ""), boss.pk
            with CaptureQueriesContext(connection) as asked:
                change_person(low, by=None)
            costs.add(("title" in change, len(asked)))
    assert len(costs) == 2
    assert len({cost for is_title, cost in costs}) == 2, "a superior who stays is not looked at again"


def test_nobody_reports_to_somebody_of_another_account(acme: Account, as_: Any, olga: User, hidden: Account) -> None:
    theirs = contact(hidden, "Zora")
    answer = as_(olga).post(f"{people_of(acme)}new/", {"name": "Anna", "reports_to": theirs.pk})
    assert answer.status_code == 422
    assert "Zora" not in answer.content.decode()


def test_an_address_that_is_taken_says_by_whom_and_offers_the_move(acme: Account, as_: Any, olga: User) -> None:
    other = Account.objects.create(name="Elsewhere", owner=olga)
    anna = contact(other, "Anna Meyer", email="anna@elsewhere.example")
    page = as_(olga).post(f"{people_of(acme)}new/", {"name": "Anna", "email": "ANNA@elsewhere.example"})
    said = page.content.decode()
    assert page.status_code == 422
    assert "Anna Meyer" in said
    assert f"/contacts/{anna.pk}/move/?account={acme.pk}" in said


def test_an_address_of_an_account_that_one_does_not_see_names_nobody(
    acme: Account, as_: Any, olga: User, hidden: Account
) -> None:
    contact(hidden, "Zora Unseen", email="z@zyxomma.example")
    page = as_(olga).post(f"{people_of(acme)}new/", {"name": "Anna", "email": "z@zyxomma.example"})
    assert page.status_code == 422
    assert not any(word in page.content.decode() for word in ("Zora", "Zyxomma", "/move/"))
    anna, client = contact(acme, "Anna"), as_(olga)
    page = client.post(f"/contacts/{anna.pk}/edit/", typed(client, anna, email="Z@zyxomma.example"))
    assert "Zora" not in page.content.decode()


def test_an_address_of_earlier_times_stays_known(acme: Account, as_: Any, olga: User) -> None:
    anna, client = contact(acme, "Anna", email="old@acme.example"), as_(olga)
    client.post(f"/contacts/{anna.pk}/edit/", typed(client, anna, email="new@acme.example"))
    assert "also old@acme.example" in shown(client, f"/contacts/{anna.pk}/")


def test_whoever_moves_keeps_the_former_employer(acme: Account, as_: Any, olga: User) -> None:
    other = Account.objects.create(name="Elsewhere", owner=olga)
    index_accounts([other])
    anna = contact(acme, "Anna", title="Buyer", reports_to=contact(acme, "Boss"))
    below = contact(acme, "Below", reports_to=anna)
    MainContact.objects.create(account=acme, contact=anna)
    client, address = as_(olga), f"/contacts/{anna.pk}/move/"
    assert f"?account={other.pk}" in shown(client, address, q="elsew")
    assert client.post(address, {"account": other.pk, "on": "2026-03-01", "title": "Head"}).status_code == 302
    for row in (anna, below):
        row.refresh_from_db()
    assert (anna.account, anna.title, anna.reports_to, below.reports_to) == (other, "Head", None, None)
    former = Employment.objects.get()
    assert (former.account, former.title, former.until) == (acme, "Buyer", date(2026, 3, 1))
    assert not MainContact.objects.exists()
    assert acme.name in shown(client, f"/contacts/{anna.pk}/")


def test_nobody_moves_to_where_they_are_or_to_what_one_does_not_see(
    acme: Account, as_: Any, olga: User, hidden: Account
) -> None:
    anna, client = contact(acme, "Anna"), as_(olga)
    assert client.post(f"/contacts/{anna.pk}/move/", {"account": acme.pk, "on": "2026-03-01"}).status_code == 422
    assert client.post(f"/contacts/{anna.pk}/move/", {"account": hidden.pk, "on": "2026-03-01"}).status_code == 404
    assert client.post(f"/contacts/{anna.pk}/move/", {"account": "9" * 30, "on": "2026-03-01"}).status_code == 422
    with pytest.raises(InvalidInput):
        move_contact(anna, account=acme, on=DAY, by=olga)


def test_a_former_employer_that_one_does_not_see_is_not_named(
    acme: Account, as_: Any, diana: User, hidden: Account
) -> None:
    anna, olga = contact(hidden, "Anna"), acme.owner
    move_contact(anna, account=acme, on=DAY, by=diana)
    for address in (f"/contacts/{anna.pk}/", f"/contacts/{anna.pk}/data/", f"/contacts/{anna.pk}/data.json"):
        assert "Zyxomma" not in shown(as_(olga), address)
        assert "Zyxomma" in shown(as_(diana), address)
    assert "an account that you do not look after" in shown(as_(olga), f"/contacts/{anna.pk}/")


def test_whoever_leaves_is_nobodys_main_contact(acme: Account, as_: Any, tim: User) -> None:
    anna, client = contact(acme, "Anna"), as_(tim)
    client.post(f"/contacts/{anna.pk}/main/")
    assert acme.main_contact.contact == anna
    client.post(f"/contacts/{anna.pk}/departure/", {"on": "2026-03-31"})
    anna.refresh_from_db()
    assert anna.left_on == date(2026, 3, 31)
    assert not MainContact.objects.exists()
    page = client.post(f"/contacts/{anna.pk}/main/", follow=True).content.decode()
    assert "works there no more" in page


def test_nobody_has_left_in_the_future(acme: Account, as_: Any, tim: User) -> None:
    anna = contact(acme, "Anna")
    tomorrow = (TODAY() + timedelta(1)).isoformat()
    page = as_(tim).post(f"/contacts/{anna.pk}/departure/", {"on": tomorrow}, follow=True).content.decode()
    assert "has not come yet" in page
    anna.refresh_from_db()
    assert anna.left_on is None


# ours


def test_our_people_are_seen_by_all_and_changed_by_managers(as_: Any, acme: Account, stranger: User) -> None:
    made = as_(User.objects.get(name="Tim")).post("/colleagues/new/", {"name": "Max Huber", "email": "max@us.example"})
    max_ = Colleague.objects.get(name="Max Huber")
    assert made.headers["Location"] == f"/colleagues/{max_.pk}/"
    for name, status in {"Vera": 403, "Tim": 403, "Sam": 302, "Olga": 302}.items():
        client = as_(User.objects.get(name=name))
        assert "Max Huber" in shown(client, "/colleagues/")
        assert "Max Huber" in shown(client, f"/colleagues/{max_.pk}/")
        data = {"name": "Max Huber", "title": name, "seen": ""}
        if status == 302:
            data = typed(client, max_, title=name)
        assert client.post(f"/colleagues/{max_.pk}/edit/", data).status_code == status, name
    assert as_(User.objects.get(name="Vera")).post("/colleagues/new/", {"name": "No"}).status_code == 403
    assert Client().get("/colleagues/").status_code == 302


def test_who_signs_in_as_whom_is_the_directors_to_say(as_: Any, diana: User, olga: User) -> None:
    newcomer = User.objects.create_user("new@supplier.example", name="New")
    Colleague.objects.filter(user=newcomer).update(user=None)
    max_ = colleague("Max")
    client = as_(olga)
    client.post(f"/colleagues/{max_.pk}/edit/", typed(client, max_, user=newcomer.pk))
    max_.refresh_from_db()
    assert max_.user is None
    director = as_(diana)
    assert director.post(f"/colleagues/{max_.pk}/edit/", typed(director, max_, user=newcomer.pk)).status_code == 302
    max_.refresh_from_db()
    assert max_.user == newcomer


def test_a_colleagues_page_names_no_account_that_one_does_not_see(
    acme: Account, as_: Any, diana: User, hidden: Account
) -> None:
    max_, tim = colleague("Max"), User.objects.get(name="Tim")
    met(max_, contact(acme, "Anna", primary=max_))
    met(max_, contact(hidden, "Zora", primary=max_))
    page = shown(as_(tim), f"/colleagues/{max_.pk}/")
    assert "Anna" in page
    assert acme.name in page
    assert not any(word in page for word in ("Zora", "Zyxomma"))
    assert "Zyxomma" in shown(as_(diana), f"/colleagues/{max_.pk}/")
    assert [one.accounts for one in as_(tim).get("/colleagues/", {"q": "Max"}).context["page"]] == [1]
    assert [one.accounts for one in as_(diana).get("/colleagues/", {"q": "Max"}).context["page"]] == [2]


def test_the_list_of_our_people_costs_the_same_queries_for_any_number(
    as_: Any, olga: User, acme: Account, django_assert_max_num_queries: Any
) -> None:
    anna, client = contact(acme, "Anna"), as_(olga)
    for number in range(60):
        met(colleague(f"Person {number}"), anna)
    with django_assert_max_num_queries(9):
        client.get("/colleagues/")


def test_managers_note_who_of_ours_left_but_not_of_those_who_sign_in(as_: Any, olga: User, tim: User) -> None:
    max_, signs_in = colleague("Max"), Colleague.objects.get(user=tim)
    assert as_(olga).post(f"/colleagues/{max_.pk}/departure/", {"on": "2026-01-31"}).status_code == 302
    assert as_(olga).post(f"/colleagues/{signs_in.pk}/departure/", {"on": "2026-01-31"}).status_code == 403
    max_.refresh_from_db()
    assert max_.left_on == date(2026, 1, 31)


# found


def test_the_palette_finds_people_one_may_see_in_either_variant_of_chinese(
    acme: Account, as_: Any, vera: User, hidden: Account
) -> None:
    one, other = contact(acme, "張學友"), contact(hidden, "張學友")
    page = shown(as_(vera), "/search/", q="张学")
    assert f"/contacts/{one.pk}/" in page
    assert acme.name in page
    assert f"/contacts/{other.pk}/" not in page


def test_a_title_and_an_address_find_a_person_too(acme: Account) -> None:
    anna = contact(acme, "Anna", title="Chief buyer", email="anna.m@acme.example")
    for text in ("chief", "anna.m@", "ANNA"):
        assert [*named(Contact.objects.all(), text)] == [anna]


def test_a_team_member_sees_who_was_added_before_they_joined(acme: Account, as_: Any, stranger: User) -> None:
    anna = contact(acme, "Anna")
    add_to_team(acme, member=stranger, by=None)
    assert as_(stranger).get(f"/contacts/{anna.pk}/").status_code == 200
