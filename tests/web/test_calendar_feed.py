"""My actions in my calendar program: a secret address that shows no more than its owner may see today."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from icalendar import Calendar
from tests.web import crawl
from tests.web.action_fixtures import action, in_days
from tests.web.interaction_fixtures import learned
from tests.web.portfolio_facts import booked

from openkam.web.accounts.models import Account, AccountMember
from openkam.web.people.models import User
from openkam.web.plans.action_actions import change_action, drop_action, finish_action
from openkam.web.plans.feeds import MOST, digest_of, make_feed, revoke_feeds
from openkam.web.plans.models import Action, CalendarFeed
from openkam.web.programme.models import Event
from openkam.web.rounds.customer.throttle import MOST_OF_A_LINK, MOST_OF_A_MACHINE

pytestmark = pytest.mark.django_db
PAGE = "/calendar/"
ADDRESS = re.compile(r'value="http://localhost:8321/calendar/([\w-]+)\.ics"')


@pytest.fixture
def cached(settings: Any) -> Iterator[None]:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "feed"}}
    yield
    cache.clear()


def answer(token: str, **head: Any) -> Any:
    return Client().get(f"/calendar/{token}.ics", **head)


def events(token: str) -> list[Any]:
    said = answer(token)
    assert said.status_code == 200
    return Calendar.from_ical(said.content).walk("VEVENT")


def summaries(token: str) -> list[str]:
    return [str(event["summary"]) for event in events(token)]


# The address


def test_an_address_is_shown_once_and_only_its_digest_is_kept(as_: Any, acme: Account, olga: User) -> None:
    client = as_(olga)
    assert "It needs a secret address" in client.get(PAGE).content.decode()
    shown = client.post(PAGE)
    found = ADDRESS.search(shown.content.decode())
    assert found
    token = found[1]
    assert shown["Cache-Control"] == "private, no-store"
    feed = CalendarFeed.objects.get()
    assert (feed.user, feed.digest) == (olga, digest_of(token))
    assert len(token) >= 43, "256 bits"
    assert token not in client.get(PAGE).content.decode()
    assert token not in repr(crawl.snapshot())
    assert Event.objects.about(olga).filter(verb="made_feed", by=olga).exists()


def test_a_new_address_ends_the_one_before_it(acme: Account, olga: User) -> None:
    first = make_feed(by=olga)
    second = make_feed(by=olga)
    assert (answer(first).status_code, answer(second).status_code) == (404, 200)


def test_an_address_is_revoked_by_its_owner_alone(as_: Any, acme: Account, olga: User, diana: User) -> None:
    token = make_feed(by=olga)
    as_(diana).post(f"{PAGE}revocation/")
    assert answer(token).status_code == 200
    assert as_(olga).get(f"{PAGE}revocation/").status_code == 405
    assert "The address is revoked" in as_(olga).post(f"{PAGE}revocation/", follow=True).content.decode()
    assert answer(token).status_code == 404
    assert revoke_feeds(by=olga) == 0


def test_everybody_makes_an_address_of_their_own(
    *, as_: Any, acme: Account, diana: User, olga: User, tim: User, vera: User, stranger: User
) -> None:
    people = (diana, olga, tim, vera, stranger)
    for person in people:
        assert as_(person).post(PAGE).status_code == 200
    assert set(CalendarFeed.objects.values_list("user", flat=True)) == {person.pk for person in people}
    assert Client().post(PAGE)["Location"].startswith("/auth/login/")


def test_my_page_leads_to_it(as_: Any, vera: User) -> None:
    assert f'href="{PAGE}"' in as_(vera).get("/programme/me/").content.decode()


def test_the_page_says_when_a_calendar_read_it(as_: Any, acme: Account, olga: User) -> None:
    token = make_feed(by=olga)
    assert "No calendar has read it yet" in as_(olga).get(PAGE).content.decode()
    answer(token)
    assert "A calendar last read it on" in as_(olga).get(PAGE).content.decode()


# Who gets nothing


def test_unknown_revoked_and_left_are_the_same_nothing(acme: Account, olga: User, tim: User) -> None:
    action(acme, olga, "Quarzwinkel")
    revoked, left = make_feed(by=olga), make_feed(by=tim)
    revoke_feeds(by=olga)
    User.objects.filter(pk=tim.pk).update(is_active=False)
    tokens = ("unknown", "x" * 5000, "%00", "..%2e", "🙂", "A" * 43, revoked, left)
    said = [answer(token) for token in tokens]
    assert {one.status_code for one in said} == {404}
    assert len({len(one.content) for one in said[-3:]}) == 1, "nothing but the address differs"
    assert CalendarFeed.objects.exclude(read_at=None).count() == 0


def test_only_reading_is_answered(acme: Account, olga: User) -> None:
    token = make_feed(by=olga)
    address = f"/calendar/{token}.ics"
    assert Client().head(address).status_code == 200
    assert {Client().generic(method, address).status_code for method in ("POST", "PUT", "DELETE")} == {405}


def test_too_many_questions_are_refused(cached: None, acme: Account, olga: User, tim: User) -> None:
    token, other = make_feed(by=olga), make_feed(by=tim)
    answers = [answer(token).status_code for _number in range(MOST_OF_A_LINK + 1)]
    assert answers == [200] * MOST_OF_A_LINK + [429]
    assert answer(other, REMOTE_ADDR="203.0.113.9").status_code == 200
    for _number in range(MOST_OF_A_MACHINE):
        refused = answer("unknown", REMOTE_ADDR="203.0.113.9")
    assert (refused.status_code, refused["Retry-After"]) == (429, "60")
    assert answer(other, REMOTE_ADDR="203.0.113.9").status_code == 429


# What it says


def test_dated_open_actions_of_mine_are_whole_days(acme: Account, olga: User, tim: User) -> None:
    mine = action(acme, olga, "Send samples", due_on=in_days(3))
    action(acme, olga, "Some day", due_on=None)
    action(acme, tim, "Tim's")
    finish_action(action(acme, olga, "Done"), note="Seen", by=olga)
    drop_action(action(acme, olga, "Dropped"), by=olga)
    [event] = events(make_feed(by=olga))
    assert str(event["summary"]) == "Send samples · Acme 台積"
    assert (event["dtstart"].dt, event["dtend"].dt) == (in_days(3), in_days(4))
    assert str(event["url"]) == f"http://localhost:8321/actions/{mine.pk}/"
    assert str(event["transp"]) == "TRANSPARENT"


def test_a_moved_action_is_the_same_event_with_a_higher_number(acme: Account, olga: User) -> None:
    token, made = make_feed(by=olga), action(acme, olga)
    [before] = events(token)
    made.due_on = in_days(20)
    change_action(made, by=olga)
    [after] = events(token)
    assert before["uid"] == after["uid"]
    assert after["sequence"] > before["sequence"]
    assert after["dtstart"].dt == in_days(20)


def test_an_account_that_is_no_longer_seen_is_gone(acme: Account, tim: User) -> None:
    token = make_feed(by=tim)
    action(acme, tim)
    assert summaries(token) == ["Send samples · Acme 台積"]
    AccountMember.objects.filter(account=acme, user=tim).delete()
    assert summaries(token) == []


def test_no_figure_no_note_and_no_insight_is_told(acme: Account, olga: User) -> None:
    booked(acme, 2024, 8675309, 5104679, 100)
    need = learned(acme, olga, "Quarzwinkel wants a second source")
    action(acme, olga, evidence="7360123 saved", insights=[need])
    said = answer(make_feed(by=olga)).content.decode()
    for secret in ("8675309", "5104679", "7360123", "Quarzwinkel", "Olga", olga.email):
        assert secret not in said
    assert Decimal(8675309) in acme.years.values_list("revenue", flat=True)


def test_a_title_runs_nothing_and_ends_no_line(acme: Account, olga: User) -> None:
    token = make_feed(by=olga)
    strange = "王總: <script>alert(1)</script>;,\\ \r\nBEGIN:VALARM\r\nATTACH:file:///etc/passwd"
    Action.objects.filter(pk=action(acme, olga).pk).update(title=strange)
    said = answer(token)
    assert said["Content-Type"] == "text/calendar; charset=utf-8"
    assert said["X-Content-Type-Options"] == "nosniff"
    [component] = Calendar.from_ical(said.content).walk("VEVENT")
    assert component.subcomponents == []
    assert "attach" not in component
    assert "王總" in str(component["summary"])


def test_a_calendar_is_kept_out_of_caches_and_search_engines(acme: Account, olga: User) -> None:
    said = answer(make_feed(by=olga))
    assert said["Cache-Control"] == "no-store"
    assert said["X-Robots-Tag"] == "noindex, nofollow"
    assert not said.cookies


def test_many_actions_are_bounded_and_take_no_more_queries(
    acme: Account, olga: User, django_assert_max_num_queries: Any
) -> None:
    Action.objects.bulk_create(
        Action(account=acme, owner=olga, title=f"Action {number}", due_on=in_days(1)) for number in range(MOST + 20)
    )
    token = make_feed(by=olga)
    with django_assert_max_num_queries(5):
        said = answer(token)
    assert said.content.count(b"BEGIN:VEVENT") == MOST
