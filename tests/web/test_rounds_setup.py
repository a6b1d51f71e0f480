"""Setting a round up: who may, what comes in, what is still missing, and what is refused in words."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.web.portfolio_facts import booked
from tests.web.round_fixtures import accounts, criteria, entry, round_of, score

from openkam.web.accounts.models import Account
from openkam.web.accounts.search import index_accounts
from openkam.web.ledgers.facts import refresh_accounts
from openkam.web.people.models import User
from openkam.web.programme.models import Event
from openkam.web.rounds.actions import add_accounts, move_on
from openkam.web.rounds.models import CustomerLink, Entry, Kind, Round
from openkam.web.rounds.setup.checklist import checks, is_ready

pytestmark = pytest.mark.django_db
PICKED = ("revenue_potential", "market_leader", "solvency")
PARTS = ("setup", "accounts", "criteria", "people")


@pytest.fixture
def round_(olga: User, tim: User, acme: Account) -> Round:
    """Olga's round of her own account, scored by Tim."""
    return round_of(olga, [acme], raters=[tim], picked=criteria(*PICKED), to="draft")


def page(client: Client, round_: Round, part: str, query: str = "") -> str:
    return client.get(f"/rounds/{round_.pk}/{part}/{query}").content.decode()


def names(round_: Round) -> list[str]:
    return list(round_.entries.values_list("name", flat=True))


# the list and a new round


def test_everybody_sees_their_rounds_and_what_waits_for_them_first(
    round_: Round, as_: Any, diana: User, tim: User
) -> None:
    round_of(diana, accounts("Bolt"), raters=[tim], name="Later", on=date(2027, 1, 1), to="draft")
    move_on(round_, to="open", by=diana)
    client = as_(tim)
    assert [row.name for row in client.get("/rounds/").context["page"]] == ["Autumn", "Later"]
    assert "Score now" in client.get("/rounds/").content.decode()


def test_a_round_is_seen_by_its_members_and_directors_alone(
    *, round_: Round, as_: Any, diana: User, olga: User, tim: User, vera: User, stranger: User
) -> None:
    seen = [len(as_(person).get("/rounds/").context["page"]) for person in (diana, olga, tim, vera, stranger)]
    assert seen == [1, 1, 1, 0, 0]
    assert Client().get("/rounds/").status_code == 302


def test_the_list_counts_accounts_and_raters_who_are_done(round_: Round, as_: Any, olga: User, vera: User) -> None:
    round_.members.create(user=vera, finished_turn=1)
    Round.objects.filter(pk=round_.pk).update(stage="open")
    (row,) = as_(olga).get("/rounds/").context["page"]
    assert (row.accounts, row.finished, row.raters, row.is_facilitator) == (1, 1, 2, True)


def test_the_list_asks_the_database_as_often_for_one_round_as_for_twenty(
    *, round_: Round, as_: Any, diana: User, tim: User, django_assert_num_queries: Any
) -> None:
    client = as_(tim)
    client.get("/rounds/")
    with django_assert_num_queries(5):
        client.get("/rounds/")
    for n in range(20):
        round_of(diana, [], raters=[tim], name=f"R{n}", to="draft")
    with django_assert_num_queries(5):
        client.get("/rounds/")


def test_an_account_manager_prepares_a_round_with_the_picked_criteria_and_facilitates_it(as_: Any, olga: User) -> None:
    sent = {"name": "Spring 🌱 春", "on": "2027-03-01", "top": "5"}
    answer = as_(olga).post("/rounds/new/", sent)
    fresh = Round.objects.get()
    assert answer["Location"] == f"/rounds/{fresh.pk}/setup/"
    assert (fresh.name, fresh.top, fresh.stage, fresh.facilitated_by(olga)) == ("Spring 🌱 春", 5, "draft", True)
    assert fresh.items.filter(kind=Kind.SELECTION).count() == 6
    assert Event.objects.about(fresh).filter(verb="created", by=olga).exists()


def test_others_prepare_no_round(as_: Any, tim: User, vera: User) -> None:
    for person in (tim, vera):
        assert as_(person).get("/rounds/new/").status_code == 403
        assert as_(person).post("/rounds/new/", {"name": "x", "on": "2027-03-01", "top": "5"}).status_code == 403
    assert not Round.objects.exists()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": ""}, "required"),
        ({"name": "n" * 500}, "at most 200 characters"),
        ({"name": "a\x00b"}, "Null characters"),
        ({"on": "2024-02-31"}, "valid date"),
        ({"on": ""}, "required"),
        ({"top": "0"}, "greater than or equal to 1"),
        ({"top": "1001"}, "less than or equal to 1000"),
        ({"top": "9" * 5000}, "whole number"),
    ],
)
def test_what_is_no_round_is_refused_in_words(fields: dict[str, str], words: str, as_: Any, olga: User) -> None:
    answer = as_(olga).post("/rounds/new/", {"name": "R", "on": "2027-03-01", "top": "5", **fields})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Round.objects.exists()


# who may set it up


@pytest.mark.parametrize("part", PARTS)
def test_members_are_refused_and_others_find_nothing(
    *, part: str, round_: Round, as_: Any, diana: User, olga: User, tim: User, vera: User, stranger: User
) -> None:
    address = f"/rounds/{round_.pk}/{part}/"
    answers = [as_(person).get(address).status_code for person in (diana, olga, tim, vera, stranger)]
    assert answers == [200, 200, 403, 404, 404]
    assert Client().get(address).status_code == 302


@pytest.mark.parametrize("part", [*PARTS, "accounts/in", "accounts/out", "people/{tim}", "people/{tim}/departure"])
def test_whoever_does_not_facilitate_changes_nothing(
    *, part: str, round_: Round, as_: Any, tim: User, stranger: User
) -> None:
    sent = {"name": "Taken over", "on": "2027-01-01", "all": "1", "people": str(stranger.pk), "is_rater": "on"}
    before = (names(round_), list(round_.members.values()), list(round_.items.values()), Round.objects.values().get())
    address = f"/rounds/{round_.pk}/{part.format(tim=tim.pk)}/"
    assert [as_(person).post(address, sent).status_code for person in (tim, stranger)] == [403, 404]
    after = (names(round_), list(round_.members.values()), list(round_.items.values()), Round.objects.values().get())
    assert after == before


# rules and the check list


def rules(client: Client, round_: Round, **changes: Any) -> dict[str, Any]:
    """The form of the rules as its page fills it, with changes."""
    form = client.get(f"/rounds/{round_.pk}/setup/").context["form"]
    return {name: form[name].value() or "" for name in form.fields} | changes


def test_rules_are_changed_with_an_event_each(round_: Round, as_: Any, olga: User) -> None:
    client = as_(olga)
    sent = rules(client, round_, cut="fixed", cut_at="6.5", strength_rule="average")
    client.post(f"/rounds/{round_.pk}/setup/", sent)
    round_.refresh_from_db()
    assert (round_.cut, str(round_.cut_at), round_.strength_rule) == ("fixed", "6.50", "average")
    changed = Event.objects.about(round_).filter(verb="changed", by=olga).values_list("field", flat=True)
    assert {"cut", "cut_at", "strength_rule"} <= set(changed)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"cut": "fixed"}, "Enter the score from which"),
        ({"cut": "fixed", "cut_at": "11"}, "less than or equal to 10"),
        ({"cut": "fixed", "cut_at": "NaN"}, "Enter a number"),
        ({"strength_rule": "worst"}, "valid choice"),
    ],
)
def test_rules_that_make_no_sense_are_refused(
    *, changes: dict[str, str], words: str, round_: Round, as_: Any, olga: User
) -> None:
    client = as_(olga)
    answer = client.post(f"/rounds/{round_.pk}/setup/", rules(client, round_, **changes))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Round.objects.get().cut == "mean"


def test_a_second_facilitator_is_told_field_by_field_and_can_send_again(
    round_: Round, as_: Any, olga: User, diana: User
) -> None:
    first, second, where = as_(olga), as_(diana), f"/rounds/{round_.pk}/setup/"
    sent = rules(second, round_, name="Autumn 2026")
    first.post(where, rules(first, round_, cut="midpoint", top="7"))
    answer = second.post(where, sent)
    told = answer.context["form"].errors
    assert answer.status_code == 422
    assert sorted(told) == ["cut", "top"]
    assert "it is now “midpoint of the scale, 5.5”" in told["cut"][0]
    round_.refresh_from_db()
    assert (round_.name, round_.cut, round_.top) == ("Autumn", "midpoint", 7)
    again = sent | {"cut": "midpoint", "top": "7", "seen": answer.context["form"]["seen"].value()}
    assert second.post(where, again).status_code == 302
    round_.refresh_from_db()
    assert (round_.name, round_.cut, round_.top) == ("Autumn 2026", "midpoint", 7)


def test_a_frozen_round_is_read_and_not_changed(round_: Round, as_: Any, olga: User) -> None:
    Round.objects.filter(pk=round_.pk).update(stage="frozen")
    client = as_(olga)
    for part in PARTS:
        assert "This round is frozen" in page(client, round_, part)
    answer = client.post(f"/rounds/{round_.pk}/setup/", rules(client, round_, name="Other"))
    assert answer.status_code == 422
    assert Round.objects.get().name == "Autumn"
    client.post(f"/rounds/{round_.pk}/accounts/out/", {"all": "1"})
    assert names(round_) == ["Acme 台積"]


def test_the_check_list_says_what_is_missing_and_what_would_be_better(round_: Round, olga: User, tim: User) -> None:
    states = {line.name: line.state for line in checks(round_)}
    assert (states["Accounts"], states["Selection criteria"], states["Raters"]) == ("advice", "advice", "advice")
    assert is_ready(checks(round_))
    empty = round_of(olga, [], raters=[], picked=[], to="draft")
    states = {line.name: line.state for line in checks(empty)}
    assert {states[name] for name in ("Accounts", "Selection criteria", "Raters")} == {"missing"}
    assert not is_ready(checks(empty))


def test_a_ready_round_is_opened_from_its_set_up(round_: Round, as_: Any, olga: User) -> None:
    client = as_(olga)
    seen = client.get(f"/rounds/{round_.pk}/setup/").context["seen"]
    assert f'name="seen" value="{seen}"' in page(client, round_, "setup")
    client.post(f"/rounds/{round_.pk}/stage/", {"to": "open", "seen": seen})
    assert Round.objects.get().stage == "open"


def test_the_set_up_asks_the_database_as_often_for_a_large_round(
    round_: Round, as_: Any, olga: User, django_assert_num_queries: Any
) -> None:
    client = as_(olga)
    page(client, round_, "setup")
    with django_assert_num_queries(12):
        page(client, round_, "setup")
    many = Account.objects.bulk_create(Account(name=f"A{n}", owner=olga) for n in range(200))
    add_accounts(round_, accounts=many, by=olga)
    with django_assert_num_queries(12):
        page(client, round_, "setup")


# accounts


@pytest.fixture
def seven(diana: User) -> list[Account]:
    found = accounts(*"ABCDEFG")
    for n, account in enumerate(found, start=1):
        booked(account, 2024, n * 1000, 0, 0)
    index_accounts(found)
    refresh_accounts()
    return found


def test_a_director_adds_the_largest_in_one_click(round_: Round, seven: list[Account], as_: Any, diana: User) -> None:
    before = Round.objects.get().mark
    as_(diana).post(f"/rounds/{round_.pk}/accounts/in/", {"largest": "3"})
    assert names(round_) == ["Acme 台積", "E", "F", "G"]
    event = Event.objects.about(round_).latest("pk")
    assert (event.verb, event.by, event.new) == ("added_account", diana, "G, F, E")
    assert Round.objects.get().mark > before
    as_(diana).post(f"/rounds/{round_.pk}/accounts/in/", {"largest": "3"})
    assert len(names(round_)) == 4


def test_filters_narrow_what_is_offered(round_: Round, seven: list[Account], as_: Any, diana: User) -> None:
    Account.objects.filter(name="B").update(country="JP", industry="Robots", status="key", owner=diana)
    client = as_(diana)
    for query, expected in (
        ("?country=JP", ["B"]),
        ("?industry=Robots", ["B"]),
        ("?status=key", ["B"]),
        (f"?owner={diana.pk}", ["B"]),
        ("?q=b", ["B"]),
        ("?at_least=5000", ["G", "F", "E"]),
        ("?largest=2", ["G", "F"]),
        ("?at_least=2000&largest=1&country=JP", ["B"]),
        ("?at_least=abc", []),
        ("?largest=0", []),
        ("?owner=%00&q=%00", list("GFEDCBA")),
    ):
        found = client.get(f"/rounds/{round_.pk}/accounts/{query}").context["found"]
        assert [account.name for account in found] == expected, query


def test_all_that_answer_come_in_together(round_: Round, seven: list[Account], as_: Any, diana: User) -> None:
    as_(diana).post(f"/rounds/{round_.pk}/accounts/in/", {"all": "1", "at_least": "6000"})
    assert names(round_) == ["Acme 台積", "F", "G"]


def test_only_accounts_that_the_facilitator_sees_come_in_or_are_named(
    round_: Round, seven: list[Account], as_: Any, olga: User
) -> None:
    client = as_(olga)
    assert list(client.get(f"/rounds/{round_.pk}/accounts/").context["found"]) == []
    for sent in ({"account": [a.pk for a in seven]}, {"all": "1"}, {"largest": "5"}, {"account": ["x", "²", "9" * 30]}):
        client.post(f"/rounds/{round_.pk}/accounts/in/", sent)
    assert names(round_) == ["Acme 台積"]


def test_ten_thousand_and_one_accounts_are_refused_and_none_comes_in(round_: Round, as_: Any, diana: User) -> None:
    Account.objects.bulk_create((Account(name=f"N{n}") for n in range(10_000)), batch_size=2_000)
    answer = as_(diana).post(f"/rounds/{round_.pk}/accounts/in/", {"all": "1"}, follow=True)
    assert "At most 10000 accounts fit" in answer.content.decode()
    assert len(names(round_)) == 1


def test_accounts_that_nobody_scored_go_and_scored_ones_stay(
    *, round_: Round, seven: list[Account], as_: Any, diana: User, tim: User
) -> None:
    add_accounts(round_, accounts=seven, by=diana)
    opened = move_on(round_, to="open", by=diana)
    score(opened, tim, {"A": (1, 2, 3)})
    ticked = {"entry": [entry(round_, name).pk for name in "AB"]}
    answer = as_(diana).post(f"/rounds/{round_.pk}/accounts/out/", ticked, follow=True)
    assert "“A” has scores already and stays in the round." in answer.content.decode()
    assert "B" not in names(round_)
    as_(diana).post(f"/rounds/{round_.pk}/accounts/out/", {"all": "1"})
    assert names(round_) == ["A"]
    assert Event.objects.about(round_).latest("pk").verb == "removed_account"


def test_an_entry_of_another_round_is_not_taken_out(round_: Round, as_: Any, diana: User, olga: User) -> None:
    other = round_of(diana, accounts("Bolt"), raters=[], to="draft")
    as_(olga).post(f"/rounds/{round_.pk}/accounts/out/", {"entry": [entry(other, "Bolt").pk]})
    assert Entry.objects.filter(round=other).count() == 1


def test_the_accounts_ask_the_database_as_often_for_seven_as_for_three_hundred(
    *, round_: Round, seven: list[Account], as_: Any, diana: User, django_assert_num_queries: Any
) -> None:
    client = as_(diana)
    page(client, round_, "accounts")
    with django_assert_num_queries(12):
        page(client, round_, "accounts")
    Account.objects.bulk_create(Account(name=f"N{n}", owner=diana) for n in range(300))
    add_accounts(round_, accounts=Account.objects.filter(name__endswith="1"), by=diana)
    with django_assert_num_queries(12):
        page(client, round_, "accounts")


# a draft that comes to nothing


def test_who_runs_a_draft_discards_it_and_the_history_tells(round_: Round, as_: Any, olga: User) -> None:
    assert "data-confirm" in page(as_(olga), round_, "setup")
    answer = as_(olga).post(f"/rounds/{round_.pk}/discard/", follow=True)
    assert "“Autumn” was discarded." in answer.content.decode()
    assert not Round.objects.exists()
    event = Event.objects.get(verb="discarded")
    assert (event.by, event.subject_name, event.old) == (olga, "Autumn", "Autumn")


def test_a_round_that_was_opened_is_not_discarded(round_: Round, as_: Any, olga: User) -> None:
    client, opened = as_(olga), move_on(round_, to="open", by=olga)
    assert "/discard/" not in page(client, opened, "setup")
    answer = client.post(f"/rounds/{opened.pk}/discard/", follow=True)
    assert "that is not possible any more" in answer.content.decode()
    assert Round.objects.exists()


def test_an_answer_of_a_customer_is_not_discarded_with_its_draft(round_: Round, as_: Any, olga: User) -> None:
    at = round_.entries.get()
    CustomerLink.objects.create(entry=at, digest="1" * 64, contact="Ms Lin", expires_at=timezone.now())
    CustomerLink.objects.create(
        entry=at, digest="2" * 64, contact="Mr Wu", expires_at=timezone.now(), used_at=timezone.now()
    )
    answer = as_(olga).post(f"/rounds/{round_.pk}/discard/", follow=True)
    assert "It cannot be discarded." in answer.content.decode()
    assert Round.objects.exists()


@pytest.mark.parametrize(("who", "status"), [("tim", 403), ("vera", 404), ("stranger", 404)])
def test_others_discard_no_draft(*, who: str, status: int, round_: Round, as_: Any, request: Any) -> None:
    assert as_(request.getfixturevalue(who)).post(f"/rounds/{round_.pk}/discard/").status_code == status
    assert Round.objects.exists()
