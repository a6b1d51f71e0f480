"""One list of actions per person: what calls first, who reads whose, and how an action ends."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.web import crawl
from tests.web.action_fixtures import action, in_days, opened, page_of
from tests.web.interaction_fixtures import learned

from openkam.method.errors import InvalidInput
from openkam.web.accounts.models import Account, AccountMember
from openkam.web.people.models import User
from openkam.web.people.permissions import Role
from openkam.web.plans.action_actions import (
    change_action,
    create_action,
    drop_action,
    finish_action,
    free_place,
    reopen_action,
    top_actions,
)
from openkam.web.plans.action_listing import urgency
from openkam.web.plans.models import Action
from openkam.web.programme.models import Event

pytestmark = pytest.mark.django_db
LIST = "/actions/"


@pytest.fixture
def elsewhere(stranger: User) -> Account:
    return Account.objects.create(name="Zyxomma", owner=stranger)


def titles(client: Any, query: str = "") -> list[str]:
    return [row.action.title for row in client.get(LIST + query).context["rows"]]


# The list


def test_the_most_urgent_comes_first_and_says_so(acme: Account, as_: Any, olga: User) -> None:
    for title, days in (("Later", 30), ("Late", -1), ("Soon", 7), ("Today", 0), ("Day eight", 8)):
        action(acme, olga, title, due_on=in_days(days))
    action(acme, olga, "Some day", due_on=None)
    rows = as_(olga).get(LIST).context["rows"]
    assert [(row.action.title, row.when) for row in rows] == [
        ("Late", "overdue"),
        ("Today", "soon"),
        ("Soon", "soon"),
        ("Day eight", "later"),
        ("Later", "later"),
        ("Some day", "undated"),
    ]


def test_what_is_overdue_and_what_is_done_are_asked_for_apart(acme: Account, as_: Any, olga: User) -> None:
    action(acme, olga, "Open")
    action(acme, olga, "Late", due_on=in_days(-3))
    for title, days in (("First done", -9), ("Last done", -2)):
        finish_action(action(acme, olga, title), note="Seen", by=olga, on=in_days(days))
    drop_action(action(acme, olga, "Dropped"), by=olga)
    client = as_(olga)
    assert titles(client, "?state=overdue") == ["Late"]
    assert titles(client, "?state=done") == ["Last done", "First done"]
    assert titles(client, "?state=nonsense") == ["Late", "Open"]


def test_an_empty_list_says_where_actions_come_from(acme: Account, as_: Any, olga: User) -> None:
    assert "Actions are made on an account" in as_(olga).get(LIST).content.decode()


def test_everybody_reads_their_own_and_leaders_those_of_others(
    *, acme: Account, elsewhere: Account, as_: Any, diana: User, olga: User, tim: User, vera: User, stranger: User
) -> None:
    action(acme, olga, "Olga's")
    action(acme, tim, "Tim's")
    action(acme, vera, "Vera's")
    action(elsewhere, stranger, "Sam's")
    everybodys = ["Olga's", "Tim's", "Vera's"]
    for person, own in ((olga, "Olga's"), (tim, "Tim's"), (vera, "Vera's"), (stranger, "Sam's")):
        assert titles(as_(person)) == [own]
    assert sorted(titles(as_(olga), "?who=all")) == everybodys
    assert titles(as_(olga), f"?who={tim.pk}") == ["Tim's"]
    assert titles(as_(olga), f"?who={stranger.pk}") == []
    for person, own in ((tim, "Tim's"), (vera, "Vera's")):
        assert titles(as_(person), "?who=all") == [own]
        assert titles(as_(person), f"?who={olga.pk}") == [own]
        assert as_(person).get(LIST).context["people"] == []
    assert sorted(titles(as_(diana), "?who=all")) == [*everybodys[:1], "Sam's", *everybodys[1:]]
    assert titles(as_(diana), f"?who={stranger.pk}") == ["Sam's"]


def test_a_manager_is_offered_people_and_accounts_of_theirs_alone(
    *, acme: Account, elsewhere: Account, as_: Any, olga: User, tim: User, stranger: User
) -> None:
    action(acme, tim)
    action(elsewhere, stranger)
    context = as_(olga).get(f"{LIST}?who=all").context
    assert context["people"] == [tim]
    assert context["accounts"] == [acme]


def test_the_list_is_narrowed_to_an_account_and_leads_to_its_form(acme: Account, as_: Any, olga: User) -> None:
    other = Account.objects.create(name="Other", owner=olga)
    action(acme, olga, "At Acme")
    action(other, olga, "At another")
    client = as_(olga)
    assert titles(client, f"?account={acme.pk}") == ["At Acme"]
    assert f'href="{page_of(acme)}#add"' in client.get(f"{LIST}?account={acme.pk}").content.decode()


@pytest.mark.parametrize(
    "query", ["who=²", "who=" + "9" * 40, "account=²", "account=" + "9" * 40, "page=-1", "state[]=x"]
)
def test_an_address_that_means_nothing_shows_my_list(query: str, acme: Account, as_: Any, diana: User) -> None:
    action(acme, diana, "Mine")
    for kind in (LIST, f"{LIST}export.csv"):
        assert as_(diana).get(f"{kind}?{query}").status_code == 200


def test_a_long_list_has_pages_that_keep_what_was_asked_and_no_more_queries(
    acme: Account, as_: Any, olga: User, django_assert_max_num_queries: Any
) -> None:
    for number in range(60):
        action(acme, olga, f"Action {number:02}", due_on=in_days(-1))
    client = as_(olga)
    with django_assert_max_num_queries(12):
        page = client.get(f"{LIST}?state=overdue&who=all")
    assert len(page.context["rows"]) == 50
    assert "?who=all&amp;state=overdue&amp;page=2" in page.content.decode()
    assert len(titles(client, "?state=overdue&who=all&page=2")) == 10


def test_a_file_has_the_actions_that_the_page_shows(
    *, acme: Account, elsewhere: Account, as_: Any, olga: User, stranger: User
) -> None:
    action(acme, olga, "=cmd|' /C calc'!A0", gate="nu", evidence="Two met twice")
    action(elsewhere, stranger, "Quarzwinkel")
    said = crawl.text_of(as_(olga).get(f"{LIST}export.csv?who=all"))
    assert "independent threads" in said
    assert "Two met twice" in said
    assert "Quarzwinkel" not in said
    assert ",=cmd" not in said
    assert as_(olga).get(f"{LIST}export.pdf").status_code == 404


# One action


def test_an_action_shows_what_it_rests_on_and_from_whom(acme: Account, as_: Any, olga: User, vera: User) -> None:
    need = learned(acme, olga, "They need spare parts in a day")
    resting, bare = action(acme, olga, insights=[need]), action(acme, olga, "Visit")
    assert "They need spare parts in a day" in as_(vera).get(resting.get_absolute_url()).content.decode()
    assert "Nothing yet. What have we learned" in as_(vera).get(bare.get_absolute_url()).content.decode()


def test_who_may_record_changes_finishes_drops_and_reopens(
    *, acme: Account, as_: Any, diana: User, olga: User, tim: User, vera: User, stranger: User
) -> None:
    made = action(acme, olga)
    address = made.get_absolute_url()
    for person, reads, writes in ((vera, 200, 403), (stranger, 404, 404)):
        client = as_(person)
        assert client.get(address).status_code == reads
        for part in ("", "completion/", "reopening/", "dropping/"):
            assert client.post(address + part, {"title": "Taken", "note": "Taken"}).status_code == writes
    made.refresh_from_db()
    assert (made.title, made.done_on, made.dropped_on) == ("Send samples", None, None)
    for person in (diana, olga, tim):
        client = as_(person)
        assert client.post(address, opened(client, address, title=f"By {person}")).status_code == 302
        client.post(f"{address}completion/", {"note": "They said so"})
        client.post(f"{address}reopening/")
        client.post(f"{address}dropping/")
        made.refresh_from_db()
        assert (made.title, made.done_on, made.dropped_on) == (f"By {person}", None, in_days(0))
        client.post(f"{address}reopening/")
    assert as_(olga).get(f"{address}completion/").status_code == 405


def test_who_lost_the_account_lost_its_actions_too(acme: Account, as_: Any, olga: User, tim: User) -> None:
    need = learned(acme, olga, "Quarzwinkel needs a second source")
    made = action(acme, tim, insights=[need])
    AccountMember.objects.filter(account=acme, user=tim).delete()
    client = as_(tim)
    assert client.get(made.get_absolute_url()).status_code == 404
    assert titles(client) == []
    assert "Send samples" not in client.get("/").content.decode()


def test_what_rests_on_another_account_or_nothing_is_refused(
    *, acme: Account, elsewhere: Account, as_: Any, olga: User, stranger: User
) -> None:
    strange = learned(elsewhere, stranger, "Quarzwinkel")
    made = action(acme, olga)
    client, address = as_(olga), made.get_absolute_url()
    for wrong in ([strange.pk], ["²"], ["9" * 40], ["-1"]):
        answer = client.post(address, opened(client, address, insights=wrong))
        assert answer.status_code == 422
        assert "Quarzwinkel" not in answer.content.decode()
    with pytest.raises(InvalidInput, match="insight_elsewhere"):
        change_action(made, by=olga, insights=[strange])


@pytest.mark.parametrize(
    "wrong",
    [{"title": " "}, {"title": "x" * 301}, {"due_on": "soon"}, {"owner": "9" * 30}, {"owner": "²"}, {"gate": "none"}],
)
def test_what_makes_no_sense_changes_nothing(wrong: dict[str, Any], acme: Account, as_: Any, olga: User) -> None:
    made = action(acme, olga)
    client, address = as_(olga), made.get_absolute_url()
    assert client.post(address, opened(client, address, **wrong)).status_code == 422
    made.refresh_from_db()
    assert (made.title, made.owner, made.version) == ("Send samples", olga, 1)


def test_two_editors_at_once_and_nothing_is_overwritten(acme: Account, as_: Any, olga: User, tim: User) -> None:
    need = learned(acme, olga, "They need spare parts in a day")
    made = action(acme, olga)
    client, address = as_(olga), made.get_absolute_url()
    late = opened(client, address, evidence="Two met twice")
    change_action(made, by=tim, insights=[need])
    answer = client.post(address, late)
    assert answer.status_code == 422
    assert "They need spare parts in a day" in answer.content.decode()
    assert list(made.insights.all()) == [need], "what Tim added stays"
    again = {bound.html_name: bound.value() or "" for bound in answer.context["form"]}
    assert client.post(address, {**again, "insights": [need.pk]}).status_code == 302
    made.refresh_from_db()
    assert (made.evidence, list(made.insights.all())) == ("Two met twice", [need])


@pytest.mark.parametrize(
    ("part", "typed"),
    [("", {"evidence": "Two met twice"}), ("completion/", {"note": "Samples are with them"}), ("dropping/", {})],
)
def test_whoever_changes_an_action_holds_its_account_first_so_that_no_two_wait_for_each_other(
    part: str, typed: dict[str, str], *, acme: Account, as_: Any, olga: User
) -> None:
    made = action(acme, olga)
    client = as_(olga)
    sent = opened(client, made.get_absolute_url(), **typed) if not part else typed
    with CaptureQueriesContext(connection) as asked:
        assert client.post(made.get_absolute_url() + part, sent).status_code == 302
    said = [one["sql"] for one in asked]
    locked = said[next(at for at, sql in enumerate(said) if sql.startswith("SAVEPOINT")) :]
    first = next(sql for sql in locked if sql.startswith("SELECT"))
    assert 'FROM "accounts_account"' in first


def test_what_somebody_finished_meanwhile_stays_finished(acme: Account, as_: Any, olga: User, tim: User) -> None:
    made = action(acme, olga)
    finish_action(Action.objects.get(pk=made.pk), note="Samples are with them", by=tim)
    client, address = as_(olga), made.get_absolute_url()
    for part, typed in (("completion/", {"note": "Other"}), ("dropping/", {})):
        said = client.post(address + part, typed, follow=True).content.decode()
        assert "was finished or dropped already" in said
    made.refresh_from_db()
    assert (made.done_note, made.dropped_on) == ("Samples are with them", None)


def test_done_needs_what_shows_it(acme: Account, as_: Any, olga: User) -> None:
    made = action(acme, olga)
    assert as_(olga).post(f"{made.get_absolute_url()}completion/", {"note": "  "}).status_code == 422
    with pytest.raises(InvalidInput, match="action_without_evidence"):
        finish_action(made, note=" ", by=olga)
    finish_action(made, note=" Signed ", by=olga)
    made.refresh_from_db()
    assert (made.done_on, made.done_note) == (in_days(0), "Signed")
    assert Event.objects.about(made).filter(verb="finished", field="done_note", new="Signed", by=olga).exists()


# The five


def test_five_places_are_filled_and_no_sixth(acme: Account, olga: User) -> None:
    for place in (1, 2, 4, 5):
        action(acme, olga, f"Place {place}", place=place)
    assert free_place(acme) == 3
    with pytest.raises(InvalidInput, match="place_taken"):
        action(acme, olga, "Again", place=4)
    third = action(acme, olga, "Place 3", place=3)
    assert [one.title for one in top_actions(acme)] == [f"Place {place}" for place in range(1, 6)]
    assert free_place(acme) is None
    with pytest.raises(InvalidInput, match="too_many_actions"):
        action(acme, olga, "Sixth", place=1)
    drop_action(third, by=olga)
    action(acme, olga, "Another third", place=3)
    with pytest.raises(InvalidInput, match="too_many_actions"):
        reopen_action(third, by=olga)


def test_an_owner_sees_the_account(acme: Account, olga: User, stranger: User) -> None:
    with pytest.raises(InvalidInput, match="owner_cannot_see"):
        create_action(account=acme, by=olga, title="Visit", owner=stranger)
    assert not Action.objects.exists()
    mate = User.objects.create_user("mate@supplier.example", name="Mate", role=Role.DIRECTOR)
    assert create_action(account=acme, by=olga, title="Visit", owner=mate).owner == mate


def test_an_unchanged_action_leaves_no_event(acme: Account, olga: User) -> None:
    made = action(acme, olga)
    count = Event.objects.count()
    assert change_action(made, by=olga) == []
    assert Event.objects.count() == count
    assert urgency(made, in_days(0)) == "soon"
