"""Who reports to whom: drawn, moved, taken back, and never in a circle."""

import re
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from openkam.method.errors import InvalidInput
from openkam.web.accounts.models import Account
from openkam.web.contacts import org_chart
from openkam.web.contacts.import_bosses import on_circles
from openkam.web.contacts.models import Contact
from openkam.web.contacts.org_actions import move_under
from openkam.web.contacts.org_chart import chart
from openkam.web.people.models import User
from openkam.web.programme.models import Event

from .contact_fixtures import contact

pytestmark = pytest.mark.django_db
DAY = date(2026, 5, 4)


def outline(account: Account, start: int | None = None) -> list[str]:
    """The drawing in the order of reading, indented by depth."""
    return [f"{'-' * (node.depth - 1)}{node.person.name}" for node in chart(account, start).nodes]


def moved(client: Any, account: Account, who: Contact, boss: Contact | None) -> Any:
    """Move somebody whom one saw under the superior that `who` was read with."""
    given = {"contact": who.pk, "boss": boss.pk if boss else "", "was": who.reports_to_id or ""}
    return client.post(f"/accounts/{account.pk}/org-chart/moves/", given, follow=True)


@pytest.fixture
def firm(acme: Account) -> dict[str, Contact]:
    """Ada above Ben and Cem; Dan below Ben; Eve alone."""
    ada = contact(acme, "Ada", level="director")
    ben, cem = contact(acme, "Ben", reports_to=ada), contact(acme, "Cem", reports_to=ada, level="manager")
    return {
        "ada": ada,
        "ben": ben,
        "cem": cem,
        "dan": contact(acme, "Dan", reports_to=ben),
        "eve": contact(acme, "Eve", level="director"),
    }


def test_people_stand_below_their_superiors_the_highest_level_first(acme: Account, firm: Any) -> None:
    assert outline(acme) == ["Ada", "-Cem", "-Ben", "--Dan", "Eve"]


def test_lists_are_closed_as_often_as_they_are_opened(acme: Account, firm: Any, tim: User, as_: Any) -> None:
    body = as_(tim).get(f"/accounts/{acme.pk}/org-chart/").content.decode()
    tree = body[body.index('role="tree"') :]
    tree = tree[: tree.index("</section>")]
    assert tree.count("<li ") == tree.count("</li>") == 5
    assert tree.count('<ul role="group"') + 1 == tree.count("</ul>") == 3


def test_who_left_is_drawn_pale_as_long_as_somebody_reports_to_them(
    acme: Account, firm: Any, tim: User, as_: Any
) -> None:
    Contact.objects.filter(name__in=["Ada", "Ben", "Eve"]).update(left_on=DAY)
    assert outline(acme) == ["Ada", "-Cem", "-Ben", "--Dan"]
    body = as_(tim).get(f"/accounts/{acme.pk}/org-chart/").content.decode()
    assert body.count("org__box--left") == 2
    Contact.objects.filter(name="Dan").update(reports_to=None)
    assert outline(acme) == ["Ada", "-Cem", "Dan"]


def test_a_circle_in_the_data_hides_nobody(acme: Account, firm: Any) -> None:
    Contact.objects.filter(name="Ada").update(reports_to=firm["dan"])
    assert sorted(node.person.name for node in chart(acme).nodes) == ["Ada", "Ben", "Cem", "Dan", "Eve"]


def test_a_long_line_of_command_is_drawn(acme: Account, tim: User, as_: Any) -> None:
    above = None
    for number in range(250):
        above = Contact.objects.create(account=acme, name=f"P{number}", reports_to=above)
    assert as_(tim).get(f"/accounts/{acme.pk}/org-chart/").content.count(b"</li>") > 250


def test_what_finds_no_room_is_counted_and_one_click_away(acme: Account, firm: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(org_chart, "MOST", 3)
    drawn = chart(acme)
    assert [(node.person.name, node.hidden) for node in drawn.nodes] == [("Ada", 1), ("Cem", 0), ("Eve", 0)]
    assert outline(acme, firm["ben"].pk) == ["Ben", "-Dan"]
    monkeypatch.setattr(org_chart, "MOST", 1)
    assert (outline(acme), chart(acme).left_out) == (["Ada"], 1)


def test_somebody_is_moved_and_the_history_says_so(acme: Account, firm: Any, tim: User, as_: Any) -> None:
    answer = moved(as_(tim), acme, firm["dan"], firm["cem"])
    assert "“Dan” reports to “Cem” now." in answer.content.decode()
    assert outline(acme) == ["Ada", "-Cem", "--Dan", "-Ben", "Eve"]
    event = Event.objects.about(firm["dan"]).get(field="reports_to_id")
    assert (event.by, event.old, event.new) == (tim, str(firm["ben"].pk), str(firm["cem"].pk))


def test_a_circle_is_refused_with_the_sentence(acme: Account, firm: Any, tim: User, as_: Any) -> None:
    for boss, sentence in (
        ("dan", "“Dan” already reports to this person, directly or through others; choose somebody else."),
        ("ada", "“Ada” cannot report to themselves."),
    ):
        answer = moved(as_(tim), acme, firm["ada"], firm[boss])
        assert sentence in answer.content.decode()
        assert outline(acme) == ["Ada", "-Cem", "-Ben", "--Dan", "Eve"]


def test_a_move_of_somebody_moved_meanwhile_is_refused(acme: Account, firm: Any, tim: User, as_: Any) -> None:
    Contact.objects.filter(name="Dan").update(reports_to=firm["ada"])
    answer = moved(as_(tim), acme, firm["dan"], firm["cem"])
    assert "Somebody else changed “Dan” meanwhile." in answer.content.decode()
    assert Contact.objects.get(name="Dan").reports_to == firm["ada"]


def test_nobody_is_put_under_somebody_of_another_account(acme: Account, firm: Any, olga: User, as_: Any) -> None:
    other = contact(Account.objects.create(name="Beta", owner=olga), "Zwickelbach")
    for who, boss in ((firm["dan"], other), (other, firm["dan"])):
        answer = moved(as_(olga), acme, who, boss)
        assert "One of the two works there no more." in answer.content.decode()
        assert "Zwickelbach" not in answer.content.decode()


def test_a_number_that_is_nobodys_is_refused_with_words(acme: Account, tim: User, as_: Any) -> None:
    for number in ("", "x", "-1", "99999999999999999999999", "0"):
        answer = as_(tim).post(f"/accounts/{acme.pk}/org-chart/moves/", {"contact": number}, follow=True)
        assert "One of the two works there no more." in answer.content.decode()


def test_the_last_move_is_taken_back_once(acme: Account, firm: Any, tim: User, as_: Any) -> None:
    client = as_(tim)
    assert "Take back" not in client.get(f"/accounts/{acme.pk}/org-chart/").content.decode()
    answer = moved(client, acme, firm["dan"], None)
    assert "Take back the move of “Dan”" in answer.content.decode()
    answer = client.post(f"/accounts/{acme.pk}/org-chart/undoing/", follow=True)
    assert "Take back" not in answer.content.decode()
    assert outline(acme) == ["Ada", "-Cem", "-Ben", "--Dan", "Eve"]
    client.post(f"/accounts/{acme.pk}/org-chart/undoing/")
    assert outline(acme) == ["Ada", "-Cem", "-Ben", "--Dan", "Eve"]


def test_a_move_that_somebody_changed_since_is_not_taken_back(acme: Account, firm: Any, tim: User, as_: Any) -> None:
    client = as_(tim)
    moved(client, acme, firm["dan"], None)
    Contact.objects.filter(name="Dan").update(reports_to=firm["eve"])
    assert "Take back" not in client.get(f"/accounts/{acme.pk}/org-chart/").content.decode()
    client.post(f"/accounts/{acme.pk}/org-chart/undoing/")
    assert Contact.objects.get(name="Dan").reports_to == firm["eve"]


def test_a_place_whose_holder_is_not_known_joins_the_chart(acme: Account, firm: Any, tim: User, as_: Any) -> None:
    given = {"name": " Head of  quality ", "function": "quality", "level": "manager", "reports_to": firm["ada"].pk}
    answer = as_(tim).post(f"/accounts/{acme.pk}/org-chart/places/", given, follow=True)
    made = Contact.objects.get(is_placeholder=True)
    assert (made.name, made.reports_to, made.level) == ("Head of quality", firm["ada"], "manager")
    assert "org__box--place" in answer.content.decode()
    refused = as_(tim).post(f"/accounts/{acme.pk}/org-chart/places/", {"name": ""})
    assert refused.status_code == 422


def test_without_scripts_a_form_moves_each_person(acme: Account, firm: Any, tim: User, as_: Any) -> None:
    body = as_(tim).get(f"/accounts/{acme.pk}/org-chart/?move={firm['dan'].pk}").content.decode()
    form = body[body.index('id="org-move"') :]
    options = re.findall(r"<option value=\"\d*\" ?(?:selected)?>([^<]+)", form[: form.index("</form>")])
    assert options == ["nobody we know", "Ada", "Ben", "Cem", "Eve"]
    assert "Whom does “Dan” report to?" in form


def test_who_may_see_and_who_may_move(acme: Account, firm: Any, request: pytest.FixtureRequest, as_: Any) -> None:
    expected = {"diana": (200, 302), "olga": (200, 302), "tim": (200, 302), "vera": (200, 403), "stranger": (404, 404)}
    for name, (see, change) in expected.items():
        client = as_(request.getfixturevalue(name))
        assert client.get(f"/accounts/{acme.pk}/org-chart/").status_code == see
        for verb, data in (("moves", {"contact": firm["dan"].pk}), ("undoing", {}), ("places", {"name": "X"})):
            assert client.post(f"/accounts/{acme.pk}/org-chart/{verb}/", data).status_code == change
    body = as_(request.getfixturevalue("vera")).get(f"/accounts/{acme.pk}/org-chart/").content.decode()
    assert "org__move" not in body
    assert "data-org-form" not in body


def test_the_chart_asks_a_fixed_number_of_questions(acme: Account, firm: Any, tim: User, as_: Any) -> None:
    client, counts = as_(tim), []
    for more in (0, 60):
        for number in range(more):
            contact(acme, f"More {number}", reports_to=firm["ben"])
        client.get(f"/accounts/{acme.pk}/org-chart/")
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/accounts/{acme.pk}/org-chart/")
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 16


def test_an_empty_chart_says_what_to_do(acme: Account, tim: User, as_: Any) -> None:
    assert (
        "Begin with the places that somebody must hold"
        in as_(tim).get(f"/accounts/{acme.pk}/org-chart/").content.decode()
    )


@settings(max_examples=30, deadline=None)
@given(moves=st.lists(st.tuples(st.integers(0, 4), st.integers(-1, 4)), max_size=12))
def test_no_moves_ever_close_a_circle_or_lose_somebody(moves: list[tuple[int, int]]) -> None:
    user = User.objects.first() or User.objects.create_user("law@supplier.example", "correct horse battery", name="Law")
    account = Account.objects.create(name="Law")
    people = [Contact.objects.create(account=account, name=f"P{number}") for number in range(5)]
    for who, boss in moves:
        people[who].refresh_from_db()
        over = people[boss].pk if boss >= 0 else None
        with suppress(InvalidInput):
            move_under(account=account, contact=people[who].pk, boss=over, was=people[who].reports_to_id, by=user)
    above = dict(account.contacts.exclude(reports_to=None).values_list("pk", "reports_to_id"))
    assert not on_circles(above)
    assert len(chart(account).nodes) == 5
