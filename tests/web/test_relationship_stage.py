"""The page of a relationship: the stage of any day, its gates one by one, and what would be left."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.web.stage_fixtures import ago, bow_tie, diamond, manager_of, met, pair, trades

from openkam.method import perceived
from openkam.method import stage as method
from openkam.method.network import Thresholds
from openkam.web.accounts.models import Account
from openkam.web.contacts.actions import create_contact
from openkam.web.people.models import User
from openkam.web.relationships import days, stage_words
from openkam.web.relationships.models import Ambition, Stage, Standing
from openkam.web.relationships.stage_page import leavers, picture
from openkam.web.relationships.standing import standings

pytestmark = pytest.mark.django_db


def page_of(account: Account) -> str:
    return f"/accounts/{account.pk}/relationship/"


def text(client: Any, address: str, **query: str) -> str:
    answer = client.get(address, query)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def gates(client: Any, account: Account, stage: int, **query: str) -> dict[str, Any]:
    shown = client.get(page_of(account), query).context["picture"]
    return {gate.code: gate for gate in shown.gates_of(stage)}


def test_n2_account_manager_and_buyer_is_early(acme: Account, as_: Any, olga: User) -> None:
    bow_tie(acme)
    client = as_(olga)
    context = client.get(page_of(acme)).context
    found = context["picture"].found
    assert (found.stage, found.metrics.direct_share, found.metrics.nu, found.metrics.key_person_share) == (2, 0, 1, 1)
    assert round(found.progress, 4) == 0.1111
    page = text(client, page_of(acme))
    for words in ("Early KAM", "hangs on one thread", "11%", "What is missing for Mid KAM?", "independent threads"):
        assert words in page
    assert {code: gate.is_met for code, gate in gates(client, acme, 3).items()} == {
        "nu": False,
        "direct_share": False,
        "levels_or_functions": False,
    }


def test_n3_account_manager_who_knows_everybody_stays_early(acme: Account, as_: Any, olga: User) -> None:
    manager, _buyer = bow_tie(acme)
    for number in range(5):
        met(manager, create_contact(account=acme, by=None, name=f"Other {number}", level="clerk"), 6)
    client = as_(olga)
    assert client.get(page_of(acme)).context["picture"].stage == Stage.EARLY
    assert "a wide bow-tie, not a diamond" in text(client, page_of(acme))


def test_n5_five_functions_that_meet_are_a_partnership(acme: Account, as_: Any, olga: User) -> None:
    diamond(acme)
    client = as_(olga)
    found = client.get(page_of(acme)).context["picture"].found
    metrics = found.metrics
    assert (found.stage, round(metrics.direct_share, 3), metrics.nu, metrics.board) == (4, 0.755, 6, True)
    assert (len(metrics.functions), len(metrics.levels)) == (4, 4)
    passed = gates(client, acme, 4)
    assert all(gate.is_met for gate in passed.values())
    assert (passed["functions"].value, passed["functions"].threshold) == (4, 4)
    page = text(client, page_of(acme))
    for words in ("Partnership KAM", "three threads or more", "75.5% of 50%", "6 of 5", "joint teams at work"):
        assert words in page


def test_n8_two_boards_at_golf_stay_early(acme: Account, as_: Any, olga: User) -> None:
    bow_tie(acme)
    met(*pair(acme, "board", "board", "director"), 4)
    client = as_(olga)
    found = client.get(page_of(acme)).context["picture"].found
    assert (found.stage, round(found.metrics.key_person_share, 4), round(found.progress, 4)) == (2, 0.8571, 0.627)
    assert "The boards meet, and nobody below them does." in text(client, page_of(acme))


def test_a_past_day_shows_the_contacts_of_the_year_before_it(acme: Account, as_: Any, olga: User) -> None:
    pairs = diamond(acme)
    client, then = as_(olga), ago(400)
    assert client.get(page_of(acme), {"on": then.isoformat()}).context["picture"].stage == Stage.DORMANT
    rd = pairs["rd"]
    met(*rd, 4, last=then - timedelta(days=1))
    trades(Account.objects.create(name="Somebody bought then"), then)
    shown = client.get(page_of(acme), {"on": then.isoformat()})
    assert shown.context["picture"].stage == Stage.PRE
    assert f"This is how it was on {then.isoformat()}" in shown.content.decode()
    assert client.get(page_of(acme)).context["picture"].stage == Stage.PARTNERSHIP


@pytest.mark.parametrize("day", ["2026-13-40", "yesterday", "9999-01-01", "0001-01-01", "²", "2026-01-01" * 50])
def test_what_is_no_day_of_the_past_shows_today_and_says_so(day: str, acme: Account, as_: Any, olga: User) -> None:
    bow_tie(acme)
    answer = as_(olga).get(page_of(acme), {"on": day})
    assert answer.context["on"] == timezone.localdate()
    assert "That is no day of the past; this is today." in answer.content.decode()


def test_the_quarters_before_today_can_be_chosen() -> None:
    assert days.quarter_ends(date(2026, 1, 5), 3) == [date(2025, 12, 31), date(2025, 9, 30), date(2025, 6, 30)]


def test_an_account_without_contacts_is_dormant_and_says_what_to_do(acme: Account, as_: Any, olga: User) -> None:
    page = text(as_(olga), page_of(acme))
    assert "Dormant: nobody of either side met in the last twelve months." in page
    assert "Nobody is in active contact, so nobody's leaving would cut one." in page
    assert "no active contact" in page


def test_a_contact_too_long_ago_is_no_active_contact(acme: Account, as_: Any, olga: User) -> None:
    manager = manager_of(acme)
    trades(acme)
    met(manager, create_contact(account=acme, by=None, name="Buyer"), 10, last=ago(190))
    found = as_(olga).get(page_of(acme)).context["picture"].found
    assert (found.stage, found.metrics.nu) == (1, 0)


def test_each_gate_says_why_with_the_thresholds_in_force(acme: Account, as_: Any, olga: User) -> None:
    bow_tie(acme)
    page = text(as_(olga), page_of(acme))
    assert "A pair counts for at most 24 contacts." in page
    assert "A pair is in active contact with 4 contacts in 12 months, or 2 between directors or boards" in page


def test_if_the_buyer_of_a_bow_tie_leaves_nothing_is_left(acme: Account, as_: Any, olga: User) -> None:
    _manager, buyer = bow_tie(acme)
    everybody = leavers(picture(acme, timezone.localdate()))
    assert [one.share for one in everybody] == [1, 1]
    page = text(as_(olga), page_of(acme), without=f"c{buyer.pk}")
    assert "the stage falls from Early KAM to Dormant" in page
    assert "Independent threads 1 → 0; 100% of the active contact goes." in page


def test_if_one_of_ours_leaves_it_is_said_whom_nobody_meets_any_more(acme: Account, as_: Any, olga: User) -> None:
    pairs = diamond(acme)
    gone, left = pairs["log"]
    page = text(as_(olga), page_of(acme), without=f"u{gone.pk}")
    assert f"Nobody would be in active contact any more with: <bdi>{left.name}</bdi>" in page
    assert "the stage falls from Partnership KAM to Mid KAM" in page


def test_htmx_gets_what_would_be_left_and_nothing_around_it(acme: Account, as_: Any, olga: User) -> None:
    manager, _buyer = bow_tie(acme)
    answer = as_(olga).get(page_of(acme), {"without": f"u{manager.pk}"}, headers={"hx-request": "true"})
    assert "<html" not in answer.content.decode()
    assert "the stage falls from Early KAM to Dormant" in " ".join(answer.content.decode().split())


@pytest.mark.parametrize("key", ["u999999", "c0", "x", "", "²", "u" * 500])
def test_nobody_of_that_name_changes_nothing(key: str, acme: Account, as_: Any, olga: User) -> None:
    bow_tie(acme)
    assert as_(olga).get(page_of(acme), {"without": key}).context["gone"] is None


def test_the_ladder_marks_where_it_is_agreed_and_wished(acme: Account, as_: Any, olga: User) -> None:
    bow_tie(acme)
    Ambition.objects.create(account=acme, target=Stage.MID, by_when=ago(-300))
    ladder = as_(olga).get(page_of(acme)).context["ladder"]
    assert [rung.stage for rung in ladder if rung.is_now] == [Stage.EARLY]
    assert [rung.stage for rung in ladder if rung.is_target] == [Stage.MID]
    assert f"target, by {ago(-300).isoformat()}" in text(as_(olga), page_of(acme))


def test_five_people_read_and_a_stranger_finds_nothing(
    *, acme: Account, as_: Any, diana: User, olga: User, tim: User, vera: User, stranger: User
) -> None:
    bow_tie(acme)
    for person in (diana, olga, tim, vera):
        page = text(as_(person), page_of(acme))
        assert "Their buyer" in page
        assert ("Set the target" in page) == (person in (diana, olga))
    for address in (page_of(acme), f"{page_of(acme)}reviews/", f"{page_of(acme)}perceived/"):
        assert as_(stranger).get(address).status_code == 404
    assert as_(stranger).get(f"/accounts/{acme.pk}/ambition/").status_code == 404


def test_the_page_asks_the_database_the_same_whoever_many_there_are(
    acme: Account, as_: Any, olga: User, django_assert_max_num_queries: Any
) -> None:
    diamond(acme)
    with django_assert_max_num_queries(64):
        as_(olga).get(page_of(acme))
    for number in range(10):
        met(*pair(acme, f"more {number}", "quality", "clerk"), 4)
    with django_assert_max_num_queries(64):
        as_(olga).get(page_of(acme))


def test_the_account_itself_shows_where_the_relationship_lies(acme: Account, as_: Any, vera: User) -> None:
    bow_tie(acme)
    Ambition.objects.create(account=acme, target=Stage.MID, by_when=ago(-300))
    page = text(as_(vera), f"/accounts/{acme.pk}/")
    assert "Where does the relationship lie?" in page
    assert f"Mid KAM by {ago(-300).isoformat()}" in page
    assert "Last contact on " in page
    assert f'href="{page_of(acme)}">Early KAM → Mid KAM, {ago(-300).isoformat()}</a>' in text(
        as_(vera), f"/accounts/{acme.pk}/history/"
    )


def test_a_new_contact_is_seen_at_once(acme: Account) -> None:
    bow_tie(acme)
    assert standings([acme])[acme.pk].stage == Stage.EARLY
    for name, function in (("a", "rd"), ("b", "administration"), ("c", "operations")):
        met(*pair(acme, name, function, "specialist"), 10)
    assert not Standing.objects.filter(account=acme).exists()
    assert standings([acme])[acme.pk].stage == Stage.MID


def test_every_gate_and_notice_of_the_method_has_its_words() -> None:
    codes = {gate.code for stage in method.evaluate(method.Document(trades=False)).stages for gate in stage.gates}
    assert codes == set(stage_words.GATES) == set(stage_words.GATE_RULES)
    assert set(stage_words.THRESHOLDS) == set(Thresholds.model_fields)
    assert set(stage_words.QUESTIONS) == set(perceived.QUESTIONS)
    for rule in stage_words.GATE_RULES.values():
        assert "%(" not in str(rule) % Thresholds().model_dump()
