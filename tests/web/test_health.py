"""How healthy a relationship is: its parts, what is not known, what a reader may not infer, and what comes apart."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.web.action_fixtures import action, opened
from tests.web.contact_fixtures import judged
from tests.web.interaction_fixtures import learned
from tests.web.portfolio_facts import booked
from tests.web.stage_fixtures import ago, bow_tie, diamond, met, pair

from openkam.web.accounts.models import Account, AccountMember
from openkam.web.contacts.actions import create_contact
from openkam.web.interactions.models import Insight
from openkam.web.people.models import User
from openkam.web.people.permissions import Role
from openkam.web.portfolio.models import Spend
from openkam.web.programme.models import Event
from openkam.web.relationships.health_page import health_of, reader_of, signals_of
from openkam.web.relationships.models import ValuePromise

pytestmark = pytest.mark.django_db
YEAR = 2026
#: What a page says anew each time.
SECRETS = re.compile(r"csrf[^>]*>|name=\"seen\"[^>]*>")


def page_of(account: Account) -> str:
    return f"/accounts/{account.pk}/health/"


def seen(client: Any, account: Account) -> str:
    return " ".join(client.get(page_of(account)).content.decode().split())


def promised(account: Account, promised: Any, delivered: Any, year: int = YEAR) -> ValuePromise:
    return ValuePromise.objects.create(account=account, fiscal_year=year, promised=promised, delivered=delivered)


@pytest.fixture
def mate(acme: Account) -> User:
    """An account manager of the team who does not see profit."""
    user = User.objects.create_user("mate@supplier.example", name="Mate", role=Role.MANAGER)
    AccountMember.objects.create(account=acme, user=user)
    return user


@pytest.fixture
def whole(acme: Account) -> Account:
    """All five parts known: everybody who decides is covered, supports us and is met in time; 90 of 100 delivered."""
    pairs = diamond(acme)
    for name, support in (("board", 2), ("ops", 1)):
        made = judged(pairs[name][1], types=["economic"], influence=3, support=support)
        made.cells.update(participation=3)
    for _us, them in pairs.values():
        them.wanted_days = 30
        them.save()
    promised(acme, 100, 90)
    return acme


def shares(account: Account, user: User) -> dict[str, float | None]:
    found = health_of(account, timezone.localdate(), reader_of(account, user))
    return {part.code: part.share for part in found.parts}


# The index


def test_every_part_is_shown_with_its_points(whole: Account, as_: Any, olga: User) -> None:
    health = as_(olga).get(page_of(whole)).context["health"]
    points = {part.code: part.points for part in health.parts}
    assert None not in points.values()
    assert health.index == pytest.approx(sum(points.values()))
    assert points["value"] == pytest.approx(13.5)
    assert points["cadence"] == pytest.approx(15)
    page = seen(as_(olga), whole)
    for words in ("Coverage of who decides", "Their support", "Independent threads", "of 100 ·"):
        assert words in page


def test_what_is_not_known_is_no_zero_and_there_is_no_total(acme: Account, as_: Any, olga: User) -> None:
    health = as_(olga).get(page_of(acme)).context["health"]
    assert [part.share for part in health.parts] == [None, None, 0, None, None]
    assert (health.index, health.band) == (None, "")
    page = seen(as_(olga), acme)
    assert "There is no total before all five parts are known." in page
    assert page.count("not known") >= 4


def test_the_value_is_that_of_the_latest_year_of_which_both_are_known(acme: Account, olga: User, as_: Any) -> None:
    promised(acme, 100, 50, 2024)
    promised(acme, 100, 80, 2025)
    promised(acme, 100, None, 2026)
    promised(acme, None, 100, 2027)
    assert shares(acme, olga)["value"] == pytest.approx(0.8)
    assert 'Value delivered of value promised <span class="quiet">2025</span>' in seen(as_(olga), acme)


def test_more_than_promised_counts_as_kept_and_nothing_promised_as_unknown(acme: Account, olga: User, as_: Any) -> None:
    row = promised(acme, 100, 140)
    assert shares(acme, olga)["value"] == 1
    assert "More value was delivered than promised" in seen(as_(olga), acme)
    row.promised = Decimal(0)
    row.save()
    assert shares(acme, olga)["value"] is None
    assert "nothing can be kept of it" in seen(as_(olga), acme)


# Who sees what


def told(account: Account, client: Client) -> str:
    """All that somebody receives about health: the page, and every other address of the account that tells it."""
    addresses = (
        page_of(account),
        f"/accounts/{account.pk}/relationship/",
        f"/accounts/{account.pk}/",
        "/",
        "/relationships/",
    )
    return "\n".join(SECRETS.sub("", client.get(one).content.decode()) for one in addresses)


@pytest.mark.parametrize("name", ["tim", "vera"])
def test_who_may_not_judge_learns_nothing_from_the_index(
    *, name: str, whole: Account, as_: Any, request: Any, olga: User
) -> None:
    """The same bytes in two worlds that differ in what is judged of people."""
    person = request.getfixturevalue(name)
    User.objects.filter(pk=person.pk).update(sees_profit=True)
    client = as_(person)
    health = client.get(page_of(whole)).context["health"]
    assert (health.index, health.band, health.is_whole) == (None, "", False)
    hidden = {part.code: (part.share, part.points) for part in health.parts if part.is_hidden}
    assert hidden == {"coverage": (None, None), "support": (None, None)}
    told(whole, as_(olga))  # from now on every page knows the stage
    before, olgas = told(whole, client), told(whole, as_(olga))
    whole.judgements.update(support=-2, influence=1)
    assert told(whole, client) == before
    assert told(whole, as_(olga)) != olgas
    whole.judgements.all().delete()
    assert told(whole, client) == before
    assert "of 100" not in before.replace("100 %", "")


def test_who_may_not_see_profit_gets_no_value_and_no_total(whole: Account, as_: Any, mate: User) -> None:
    health = as_(mate).get(page_of(whole)).context["health"]
    assert {part.code for part in health.parts if part.is_hidden} == {"value"}
    assert (health.index, health.is_whole) == (None, False)
    assert next(part for part in health.parts if part.code == "support").share is not None
    page = seen(as_(mate), whole)
    assert "What value did they get?" not in page
    assert "Write it down" not in page


def test_the_team_reads_and_whoever_may_change_and_sees_profit_writes_the_value(
    *, acme: Account, as_: Any, diana: User, olga: User, tim: User, vera: User, stranger: User, mate: User
) -> None:
    typed = {"promised": "100", "delivered": "90"}
    for person, reads, writes in ((tim, 200, 403), (vera, 200, 403), (mate, 200, 403), (stranger, 404, 404)):
        client = as_(person)
        assert client.get(page_of(acme)).status_code == reads
        assert client.post(f"{page_of(acme)}value/", typed).status_code == writes
    assert not ValuePromise.objects.exists()
    for person, amount in ((olga, 100), (diana, 200)):
        client = as_(person)
        sent = opened(client, page_of(acme), "value_form", promised=str(amount), note="Agreed in June")
        assert client.post(f"{page_of(acme)}value/", sent).status_code == 302
        assert ValuePromise.objects.get().promised == amount
    assert as_(olga).get(f"{page_of(acme)}value/").status_code == 405


def test_events_of_value_are_for_those_who_see_profit(acme: Account, as_: Any, olga: User, tim: User) -> None:
    client = as_(olga)
    sent = opened(client, page_of(acme), "value_form", promised="7360123", delivered="5104679")
    client.post(f"{page_of(acme)}value/", sent)
    history = f"/accounts/{acme.pk}/history/"
    assert "7360123" in client.get(history).content.decode().replace(",", "")
    for address in (history, "/", page_of(acme)):
        said = as_(tim).get(address).content.decode().replace(",", "")
        assert "7360123" not in said
        assert "5104679" not in said
    assert Event.objects.about(acme).filter(touches_profit=True, field__startswith="value_").count() == 2


@pytest.mark.parametrize("wrong", ["-1", "NaN", "Infinity", "1e30", "x", "1.23456"])
def test_an_amount_that_is_none_is_refused(wrong: str, acme: Account, as_: Any, olga: User) -> None:
    client = as_(olga)
    sent = opened(client, page_of(acme), "value_form", promised=wrong)
    assert client.post(f"{page_of(acme)}value/", sent).status_code == 422
    assert not ValuePromise.objects.exists()


def test_two_editors_at_once_and_nothing_is_overwritten(acme: Account, as_: Any, diana: User, olga: User) -> None:
    client = as_(olga)
    late = opened(client, page_of(acme), "value_form", promised="100")
    other = as_(diana)
    assert (
        other.post(f"{page_of(acme)}value/", opened(other, page_of(acme), "value_form", promised="300")).status_code
        == 302
    )
    answer = client.post(f"{page_of(acme)}value/", late)
    assert answer.status_code == 422
    assert "Somebody changed this while you were typing" in answer.content.decode()
    assert ValuePromise.objects.get().promised == 300


# What comes apart


def signals(account: Account, user: User) -> list[str]:
    return list(signals_of(account, timezone.localdate(), reader_of(account, user)).said)


def test_contact_that_fell_to_less_than_half_is_told(acme: Account, olga: User) -> None:
    us, them = bow_tie(acme, last=ago(380))
    assert signals(acme, olga) == ["Active contact fell to less than half: 0 after 24 in the year before."]
    met(us, them, 12)
    assert signals(acme, olga) == []


def test_boards_that_meet_no_more_and_threads_that_were_lost_are_told(acme: Account, olga: User) -> None:
    bow_tie(acme)
    for name, times in (("board", 3), ("rd", 12), ("ops", 12)):
        function, level = (name, "director") if name == "board" else ("rd" if name == "rd" else "operations", "manager")
        met(*pair(acme, name, function, level), times, last=ago(380))
    said = signals(acme, olga)
    assert "The boards met a year ago, and do not any more." in said
    assert any(words.startswith("Independent threads fell from 3 to 1") for words in said)


def test_a_year_without_contacts_cannot_be_compared(acme: Account, as_: Any, olga: User, vera: User) -> None:
    for person in (olga, vera):
        page = seen(as_(person), acme)
        assert "there were no active contacts in the year before" in page
    assert "net income of two years is not known" in seen(as_(olga), acme)
    assert "net income" not in seen(as_(vera), acme)


def test_two_years_of_loss_are_told_to_those_who_see_profit_until_an_action_deals_with_it(
    acme: Account, as_: Any, olga: User, tim: User
) -> None:
    booked(acme, 2024, 100, 90, 20)
    booked(acme, 2025, 100, 90, 20)
    loss = "Net income was below zero in two years in a row"
    assert loss in seen(as_(olga), acme)
    assert "below zero" not in seen(as_(tim), acme)
    action(acme, olga, "Raise the price", gate="net_income")
    assert loss not in seen(as_(olga), acme)


def test_two_years_with_a_gap_between_them_are_not_two_in_a_row(acme: Account, as_: Any, olga: User) -> None:
    booked(acme, 2023, 100, 90, 20)
    booked(acme, 2025, 100, 90, 20)
    page = seen(as_(olga), acme)
    assert "below zero in two years" not in page
    assert "net income of two years is not known" in page


@pytest.mark.parametrize(("now", "is_told"), [(39, True), (40, False)])
def test_a_share_of_wallet_that_fell_by_more_than_a_fifth_is_told(
    *, now: int, is_told: bool, acme: Account, as_: Any, olga: User
) -> None:
    for year, current in ((2024, 50), (2025, now)):
        Spend.objects.create(account=acme, fiscal_year=year, potential=100, current=current)
    assert ("Our share of their spend fell" in seen(as_(olga), acme)) == is_told


def test_a_wallet_that_nobody_wrote_down_for_two_years_is_not_known(acme: Account, as_: Any, olga: User) -> None:
    Spend.objects.create(account=acme, fiscal_year=2023, potential=100, current=50)
    Spend.objects.create(account=acme, fiscal_year=2025, potential=100, current=1)
    assert "their spend is not written down for two years in a row" in seen(as_(olga), acme)


def test_a_problem_that_came_back_twice_names_whom_it_hurts(acme: Account, as_: Any, vera: User, olga: User) -> None:
    lin = create_contact(account=acme, by=None, name="Lin 品質")
    first = learned(acme, olga, "Late samples", kind=Insight.Kind.PROBLEM, contact=lin, hurts="line stops")
    second = learned(acme, olga, "Late again", kind=Insight.Kind.PROBLEM, recurs_of=first, learned_on=ago(5))
    assert "None came back twice" in seen(as_(vera), acme)
    learned(acme, olga, "Late a third time", kind=Insight.Kind.PROBLEM, recurs_of=second, learned_on=ago(1))
    page = seen(as_(vera), acme)
    for words in ("Late a third time", "came back 2 times", "Lin 品質", "line stops", "makes an adversary"):
        assert words in page


def test_a_circle_of_problems_does_not_stop_the_page(acme: Account, as_: Any, olga: User) -> None:
    first = learned(acme, olga, "One", kind=Insight.Kind.PROBLEM)
    second = learned(acme, olga, "Two", kind=Insight.Kind.PROBLEM, recurs_of=first)
    Insight.objects.filter(pk=first.pk).update(recurs_of=second)
    assert as_(olga).get(page_of(acme)).status_code == 200


def test_the_page_takes_as_many_queries_for_many_people_as_for_a_few(
    whole: Account, as_: Any, olga: User, django_assert_max_num_queries: Any
) -> None:
    for number in range(40):
        us, them = pair(whole, f"person {number}", "quality", "specialist")
        met(us, them, 2)
        judged(them, support=1, influence=1)
    client = as_(olga)
    client.get(page_of(whole))  # the first visit of a day diagnoses the relationship
    with django_assert_max_num_queries(67):
        client.get(page_of(whole))


def test_what_came_is_written_down_when_the_year_is_over(acme: Account, as_: Any, olga: User) -> None:
    client, running = as_(olga), timezone.localdate().year
    sent = opened(client, f"{page_of(acme)}?year={running - 1}", "value_form", promised="100", delivered="90")
    assert client.post(f"{page_of(acme)}value/?year={running - 1}", sent).status_code == 302
    for asked in ("²", str(running - 2), "9" * 40):
        assert client.get(f"{page_of(acme)}?year={asked}").context["value_form"].instance.fiscal_year == running
    assert ValuePromise.objects.get().fiscal_year == running - 1
