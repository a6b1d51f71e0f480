"""The customer's own rating: a link for one answer, a page for a stranger that shows nothing else, both views."""

import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone, translation
from tests.web import crawl
from tests.web.round_fixtures import accounts, compete, entry, round_of, score

from openkam.method.errors import InvalidInput
from openkam.web.accounts.models import Account
from openkam.web.people.models import User
from openkam.web.programme.history import record
from openkam.web.programme.models import Event, Settings
from openkam.web.programme.telling import tell
from openkam.web.rounds.actions import add_member, move_on, name_competitors, set_criteria, set_points
from openkam.web.rounds.customer.actions import make_link, places_of, revoke_link, take_answer
from openkam.web.rounds.customer.links import digest_of, link_of
from openkam.web.rounds.customer.throttle import MOST_OF_A_LINK, MOST_OF_A_MACHINE
from openkam.web.rounds.customer.two_views import TwoViews, two_views
from openkam.web.rounds.models import Criterion, CustomerLink, CustomerScore, Entry, Kind, Round
from openkam.web.rounds.reading import reading_of

pytestmark = pytest.mark.django_db
SECRET = re.compile(r"http://testserver/ask/([\w-]+)/")
#: A success factor each, at one customer: ourselves, X and Y (the method's Table Two, customer Alpha).
OURS = {"": (6, 8, 9, 8, 7, 6), "X": (8, 7, 6, 6, 8, 5), "Y": (7, 6, 6, 6, 6, 7)}
#: The same as the customer sees it: our relationship is worse than we believe, and of X's innovation they cannot say.
THEIRS = {"": (6, 8, 9, 3, 7, 6), "X": (8, 7, 6, 6, 8, None), "Y": (7, 6, 6, 6, 6, 7)}


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """A page in another language leaves the thread in it."""
    yield
    translation.activate("en")


@pytest.fixture
def round_(diana: User, olga: User, tim: User, acme: Account) -> Round:
    """Acme and another customer; Olga owns Acme and rates, Tim rates, neither facilitates."""
    made = round_of(diana, [acme, *accounts("Umbrella Holding")], raters=[olga, tim])
    name_competitors(entry(made, acme.name), names=["X", "Y"], by=diana)
    name_competitors(entry(made, "Umbrella Holding"), names=["Zenith"], by=diana)
    Settings.objects.create(pk=1, company="Northwind")
    return made


@pytest.fixture
def at(round_: Round, acme: Account) -> Entry:
    return entry(round_, acme.name)


@pytest.fixture
def token(at: Entry, diana: User) -> str:
    return make_link(at, contact="Ms Lin", days=14, by=diana)


@pytest.fixture
def cached(settings: Any) -> Iterator[None]:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "ask"}}
    yield
    cache.clear()


@pytest.fixture
def of(request: Any, as_: Any) -> Callable[[str], Client]:
    """`of("tim")` is a browser in which Tim is signed in."""
    return lambda name: as_(request.getfixturevalue(name))


def page_of(at: Entry) -> str:
    return f"/rounds/{at.round_id}/customer/{at.pk}/"


def ask(token: str) -> str:
    return f"/ask/{token}/"


def fields(token: str) -> list[str]:
    """The names of the questions, in the order of the page: by success factor, then by supplier."""
    said = Client().get(ask(token)).content.decode()
    return list(dict.fromkeys(re.findall(r'name="(rate-\w+)"', said)))


def chosen(token: str, table: Any = None, **changes: Any) -> dict[str, Any]:
    """A filled form: supplier -> a number per success factor, None for "cannot say"."""
    rows = list((table or THEIRS).values())
    values = [row[factor] for factor in range(6) for row in rows]
    filled = {name: "" if value is None else value for name, value in zip(fields(token), values, strict=True)}
    return {**filled, "remark": "", **changes}


# Who may ask, and what is kept


@pytest.mark.parametrize(("who", "status"), [("diana", 200), ("olga", 200), ("tim", 403), ("vera", 404)])
def test_who_runs_the_round_or_may_change_the_account_asks_the_customer(
    who: str, status: int, of: Any, at: Entry
) -> None:
    client = of(who)
    assert client.get(page_of(at)).status_code == status
    assert client.post(page_of(at), {"contact": "Ms Lin", "days": 14}).status_code == status
    assert at.links.count() == (status == 200)


def test_a_member_asks_only_customers_that_they_may_change(of: Any, at: Entry, diana: User, stranger: User) -> None:
    other = entry(at.round, "Umbrella Holding")
    assert of("olga").get(page_of(other)).status_code == 403
    assert of("stranger").get(page_of(at)).status_code == 404
    add_member(at.round, user=stranger, by=diana, is_rater=True, is_facilitator=False)
    assert of("stranger").get(page_of(at)).status_code == 403
    add_member(at.round, user=stranger, by=diana, is_rater=False, is_facilitator=True)
    assert of("stranger").get(page_of(at)).status_code == 200


def test_who_is_not_signed_in_sees_no_links(client: Client, at: Entry) -> None:
    assert client.get(page_of(at))["Location"].startswith("/auth/login/")


def test_a_link_is_shown_once_and_only_its_digest_is_kept(as_: Any, at: Entry, olga: User) -> None:
    client = as_(olga)
    shown = client.post(page_of(at), {"contact": "Ms Lin", "days": 30})
    found = SECRET.search(shown.content.decode())
    assert found
    secret = found[1]
    assert shown["Cache-Control"] == "private, no-store"
    link = CustomerLink.objects.get()
    assert (link.digest, link.contact, link.made_by) == (digest_of(secret), "Ms Lin", olga)
    assert timedelta(days=29) < link.expires_at - timezone.now() <= timedelta(days=30)
    assert secret not in client.get(page_of(at)).content.decode()
    assert secret not in repr(crawl.snapshot())


@pytest.mark.parametrize(
    "typed", [{"days": 0}, {"days": 61}, {"days": "x"}, {"days": ""}, {"contact": ""}, {"contact": "y" * 201}]
)
def test_a_link_without_a_name_or_for_no_sensible_time_is_not_made(
    typed: dict[str, Any], as_: Any, at: Entry, diana: User
) -> None:
    answer = as_(diana).post(page_of(at), {"contact": "Ms Lin", "days": 14, **typed})
    assert answer.status_code == 422
    assert "errorlist" in answer.content.decode()
    assert not CustomerLink.objects.exists()


def test_no_link_is_made_where_there_is_nothing_to_rate(as_: Any, diana: User, at: Entry, round_: Round) -> None:
    set_criteria(round_, criteria=Criterion.objects.filter(kind=Kind.SELECTION)[:3], by=diana)
    answer = as_(diana).post(page_of(at), {"contact": "Ms Lin", "days": 14})
    assert "no success factors" in answer.content.decode()
    assert not CustomerLink.objects.exists()


def test_a_locked_round_makes_no_links_and_says_so(as_: Any, diana: User, olga: User, at: Entry) -> None:
    compete(at.round, diana, at.name, OURS, olga)
    move_on(move_on(at.round, to="revealed", by=diana), to="locked", by=diana)
    client = as_(diana)
    assert "Make a link" not in client.get(page_of(at)).content.decode()
    answer = client.post(page_of(at), {"contact": "Ms Lin", "days": 14})
    assert answer.status_code == 422
    with pytest.raises(InvalidInput, match="round_stage"):
        make_link(at, contact="Ms Lin", days=14, by=diana)


def test_every_act_leaves_an_event_without_the_secret(at: Entry, diana: User, token: str) -> None:
    link = CustomerLink.objects.get()
    take_answer(link, scores={places_of(at)[0]: 7}, remark="Thanks")
    revoke_link(link, by=diana)
    lines = tell(Event.objects.about(at.round).filter(verb__startswith="customer").order_by("pk"), diana)
    who = f"{at.name} · Ms Lin"
    assert [(line.who, line.verb, line.field, line.old, line.new) for line in lines] == [
        ("Diana", "made a link for a customer in", "customer", "", who),
        ("OpenKAM", "took a customer's answer into", "customer", "", who),
        ("Diana", "revoked a link for a customer in", "customer", who, ""),
    ]
    assert not [text for row in Event.objects.values_list() for text in row if token in str(text)]


def test_the_list_says_how_each_link_stands(as_: Any, at: Entry, diana: User) -> None:
    made = {name: link_of(make_link(at, contact=name, days=1, by=diana)) for name in ("Ann", "Ben", "Cid", "Dot")}
    take_answer(made["Ben"], scores={}, remark="Call me <b>back</b>")  # type: ignore[arg-type]
    revoke_link(made["Cid"], by=diana)  # type: ignore[arg-type]
    CustomerLink.objects.filter(contact="Dot").update(expires_at=timezone.now() - timedelta(seconds=1))
    client = as_(diana)
    said = client.get(page_of(at)).content.decode()
    rows = dict(re.findall(r'<th scope="row">(Ann|Ben|Cid|Dot)</th>\s*<td>(\w+)', said))
    assert rows == {"Ann": "open", "Ben": "answered", "Cid": "revoked", "Dot": "expired"}
    assert len(re.findall("/revocation/", said)) == 2
    assert "Call me" not in said, "the remark waits for the reveal"
    Round.objects.update(stage="revealed")
    assert "Call me &lt;b&gt;back&lt;/b&gt;" in client.get(page_of(at)).content.decode()


def test_the_list_takes_a_fixed_number_of_queries(
    as_: Any, at: Entry, diana: User, django_assert_max_num_queries: Any
) -> None:
    for number in range(20):
        make_link(at, contact=f"N{number}", days=1, by=diana)
    client = as_(diana)
    client.get(page_of(at))
    with django_assert_max_num_queries(10):
        client.get(page_of(at))


def test_revoking_belongs_to_who_may_ask(of: Any, at: Entry, token: str) -> None:
    address = f"{page_of(at)}{CustomerLink.objects.get().pk}/revocation/"
    assert of("tim").post(address).status_code == 403
    assert of("vera").post(address).status_code == 404
    assert of("olga").get(address).status_code == 405
    assert Client().get(ask(token)).status_code == 200
    assert of("olga").post(address)["Location"] == page_of(at)
    assert Client().get(ask(token)).status_code == 410


def test_a_link_is_revoked_at_its_own_customer_only(as_: Any, round_: Round, token: str, diana: User) -> None:
    other = entry(round_, "Umbrella Holding")
    address = f"{page_of(other)}{CustomerLink.objects.get().pk}/revocation/"
    assert as_(diana).post(address).status_code == 404
    assert CustomerLink.objects.get().revoked_at is None


def test_an_answer_that_is_revoked_is_kept_and_no_longer_counted(at: Entry, token: str, diana: User) -> None:
    Client().post(ask(token), chosen(token))
    assert both(at).has_theirs
    assert revoke_link(CustomerLink.objects.get(), by=diana)
    assert not revoke_link(CustomerLink.objects.get(), by=diana)
    assert not both(at).has_theirs
    assert CustomerScore.objects.count() == 17


def test_whether_an_answer_counts_is_for_who_runs_the_round_and_settled_by_the_lock(
    at: Entry, token: str, olga: User, diana: User
) -> None:
    Client().post(ask(token), chosen(token))
    link = CustomerLink.objects.get()
    with pytest.raises(InvalidInput, match="answer_not_for_you"):
        revoke_link(link, by=olga)
    Round.objects.filter(pk=at.round_id).update(stage="locked")
    with pytest.raises(InvalidInput, match="round_stage"):
        revoke_link(CustomerLink.objects.get(), by=diana)
    assert both(at).has_theirs


def test_before_the_reveal_raters_do_not_read_what_the_customer_says(
    at: Entry, token: str, of: Any, diana: User
) -> None:
    Client().post(ask(token), chosen(token))
    address = f"/rounds/{at.round_id}/strength/{at.pk}/"
    assert "Our strength as they see it" not in of("tim").get(address).content.decode()
    score(at.round, User.objects.get(name="Olga"), {at.name: [7] * at.round.items.filter(kind="selection").count()})
    move_on(at.round, to="revealed", by=diana)
    assert "What does the customer say?" in of("tim").get(address).content.decode()


def of_customers() -> list[str]:
    return [address for address in crawl.addresses() if re.search("/customer/|/ask/", address)]


@pytest.mark.parametrize("who", ["tim", "vera", "stranger"])
def test_nobody_else_reads_or_changes_what_was_asked_and_said(who: str, of: Any, at: Entry, token: str) -> None:
    Client().post(ask(token), chosen(token, remark="Between us"))
    client, before = of(who), crawl.snapshot()
    assert page_of(at) in of_customers()
    for address in of_customers():
        said = crawl.text_of(client.get(address)) + crawl.text_of(client.post(address, {"contact": "Eve", "days": 9}))
        assert not re.search("Ms Lin|Between us", said), address
    assert crawl.snapshot() == before


# What the customer sees


def test_the_page_asks_for_each_success_factor_of_us_and_the_competitors(token: str) -> None:
    said = Client().get(ask(token)).content.decode()
    assert "How do you rate Northwind?" in said
    for word in ("Price", "Technical innovation", "by far the dearest", "X", "Y", "cannot say"):
        assert word in said
    assert len(fields(token)) == 6 * 3
    assert said.count('type="radio"') == 6 * 3 * 11


def test_the_page_shows_nothing_else(token: str, at: Entry, olga: User, diana: User) -> None:
    """No other account, competitor or person, nobody's scores or weights, and no number of a row."""
    record("changed", by=diana, about=at.round, field="x", new="y")
    compete(at.round, diana, at.name, OURS, olga)
    set_points(at, points={item.pk: 777 for item in at.round.items.filter(kind=Kind.STRENGTH)}, by=diana)
    move_on(at.round, to="revealed", by=diana)
    said = Client().get(ask(token)).content.decode()
    hidden = ["Umbrella", "Zenith", "Acme", "台積", "Ms Lin", "Olga", "Diana", "Autumn", ">777", "Revenue", "<nav"]
    assert [word for word in hidden if word in said] == []
    assert "checked" in said
    assert re.findall(r'value="(\d*)"[^>]*checked', said) == [""] * 18
    values = re.findall(r'(?:href|action|src|data-\w+)="([^"]*)"', said)
    assert [value for value in values if not value.startswith("/static/")] == []
    names = {re.sub("rate-[0-9a-f]{16}", "", name) for name in re.findall(r'name="([^"]*)"', said)}
    assert [name for name in names if re.search(r"\d", name)] == []


def test_the_page_of_another_link_has_other_names(at: Entry, token: str, diana: User) -> None:
    other = make_link(at, contact="Mr Wu", days=14, by=diana)
    assert not set(fields(token)) & set(fields(other))


@pytest.mark.parametrize("method", ["get", "head", "post", "put"])
def test_the_page_stays_out_of_caches_search_engines_and_other_sites(method: str, token: str) -> None:
    for address in (ask(token), ask("forged")):
        answer = getattr(Client(), method)(address)
        assert answer["Cache-Control"] == "no-store"
        assert answer["Referrer-Policy"] == "same-origin"
        assert "noindex" in answer["X-Robots-Tag"]
        assert not answer.cookies.get("sessionid")
    assert '<meta name="robots" content="noindex' in Client().get(ask(token)).content.decode()


def test_the_browsers_language_comes_first_and_a_click_changes_it(token: str) -> None:
    client = Client(headers={"accept-language": "zh-TW,zh;q=0.9"})
    assert 'lang="zh-Hant"' in client.get(ask(token)).content.decode()
    changed = client.post(ask(token), chosen(token, language="zh-hans", remark="半途"))
    said = changed.content.decode()
    assert '<html lang="zh-Hans">' in said
    assert "半途" in said
    assert len(re.findall(r'value="\d+"[^>]*checked', said)) == 17
    assert '<html lang="zh-Hans">' in client.get(ask(token)).content.decode()
    assert not CustomerScore.objects.exists()


def test_an_unknown_language_changes_nothing(token: str) -> None:
    client = Client()
    said = client.post(ask(token), chosen(token, language="xx", remark="kept"))
    assert '<html lang="en">' in said.content.decode()
    assert "kept" in said.content.decode()
    assert "django_language" not in said.cookies


# The answer


def test_an_answer_is_kept_whole_with_its_time_and_makes_results_anew(at: Entry, token: str) -> None:
    before = Round.objects.get().mark
    answer = Client().post(ask(token), chosen(token, remark="Deliver sooner."))
    assert answer.status_code == 200
    assert "Thank you" in answer.content.decode()
    link = CustomerLink.objects.get()
    assert link.used_at is not None
    assert link.remark == "Deliver sooner."
    assert CustomerScore.objects.filter(supplier=None).count() == 6
    assert CustomerScore.objects.count() == 17, "who cannot say does not say zero"
    assert Round.objects.get().mark == before + 1


def test_following_the_link_uses_nothing_up(token: str) -> None:
    before = crawl.snapshot()
    for _ in range(3):
        assert Client().get(ask(token)).status_code == 200
        assert Client().head(ask(token)).status_code == 200
    assert crawl.snapshot() == before


@pytest.mark.parametrize("bad", ["0", "11", "-1", "x", "NaN", "7.5", "1e1", "９", "7" * 400, "\x007"])
def test_what_is_no_score_is_told_and_everything_else_is_kept(bad: str, token: str) -> None:
    first, second, *_rest = fields(token)
    answer = Client().post(ask(token), chosen(token, **{first: bad, second: "9"}, remark="kept"))
    said = answer.content.decode()
    assert answer.status_code == 422
    assert "is not a score" in said
    assert "kept" in said
    assert re.search(rf'name="{second}" value="9"[^>]*checked', said)
    assert not CustomerScore.objects.exists()
    assert CustomerLink.objects.get().used_at is None


def test_an_answer_that_says_nothing_is_sent_back(token: str) -> None:
    nothing = dict.fromkeys(fields(token), "")
    answer = Client().post(ask(token), {**nothing, "remark": "  "})
    assert answer.status_code == 422
    assert "Nothing is rated yet" in answer.content.decode()
    assert Client().post(ask(token), {**nothing, "remark": "Call me."}).status_code == 200
    assert CustomerLink.objects.get().remark == "Call me."


def test_a_remark_that_is_too_long_is_told_and_kept(token: str) -> None:
    answer = Client().post(ask(token), chosen(token, remark="字" * 4001))
    assert answer.status_code == 422
    assert "字" * 4001 in answer.content.decode()
    assert not CustomerScore.objects.exists()


def test_questions_that_changed_meanwhile_are_asked_again(token: str, at: Entry, diana: User) -> None:
    filled = chosen(token)
    name_competitors(at, names=["X", "Y", "Newcomer"], by=diana)
    answer = Client().post(ask(token), filled)
    said = answer.content.decode()
    assert answer.status_code == 422
    assert "The questions have changed" in said
    assert "Newcomer" in said
    assert len(re.findall(r'value="\d+"[^>]*checked', said)) == 17
    assert not CustomerScore.objects.exists()


def test_a_form_without_its_token_is_refused(token: str) -> None:
    answer = Client(enforce_csrf_checks=True).post(ask(token), chosen(token))
    assert answer.status_code == 403
    assert "Nothing was changed" in answer.content.decode()
    assert not CustomerScore.objects.exists()


def test_the_second_of_two_who_opened_the_form_is_told(token: str) -> None:
    first = second = chosen(token)
    assert Client().post(ask(token), first).status_code == 200
    late = Client().post(ask(token), second)
    assert late.status_code == 410
    assert "has been used" in late.content.decode()
    assert CustomerScore.objects.count() == 17


def test_a_link_that_was_open_when_the_form_was_read_is_looked_at_again_under_the_lock(at: Entry, token: str) -> None:
    stale = link_of(token)
    assert stale
    take_answer(stale, scores={places_of(at)[0]: 7}, remark="")
    with pytest.raises(InvalidInput, match="customer_link_shut"):
        take_answer(stale, scores={places_of(at)[0]: 8}, remark="")
    assert CustomerScore.objects.get().value == 7


def test_a_place_of_another_customer_is_refused(round_: Round, token: str) -> None:
    link = link_of(token)
    assert link
    with pytest.raises(InvalidInput, match="customer_questions_changed"):
        take_answer(link, scores={places_of(entry(round_, "Umbrella Holding"))[0]: 7}, remark="")


@pytest.mark.django_db(transaction=True)
def test_of_many_answers_at_once_one_is_kept_and_the_others_are_told(token: str) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("threads share no SQLite in memory; the browser tests do this on a file")
    filled = chosen(token)

    def send(_number: int) -> int:
        try:
            return Client().post(ask(token), filled).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        answers = sorted(threads.map(send, range(8)))
    assert answers == [200] + [410] * 7
    assert CustomerScore.objects.count() == 17


# Links that do not open


@pytest.mark.parametrize("forged", ["x", "forged", "A" * 43, "A" * 3000, "%00", "..%2e", "🙂", "a b"])
def test_a_token_that_is_not_known_is_like_any_address_that_is_not_there(
    forged: str, token: str, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        answer = Client().get(f"/ask/{forged}/")
    assert answer.status_code == Client().get("/no/such/page/").status_code == 404
    said = answer.content.decode()
    assert "This link is not known" in said
    assert "Northwind" not in said
    assert Client().post(f"/ask/{forged}/", chosen(token)).status_code == 404


def test_every_unknown_token_gets_the_same_answer(token: str) -> None:
    spoilt = [token[:-1], token + "A", token.swapcase(), "", digest_of(token)]
    answers = [Client().get(ask(one)) for one in spoilt if one]
    assert {answer.status_code for answer in answers} == {404}
    assert len({re.sub(r"[\w-]{32,}", "", answer.content.decode()).replace(token[:-1], "") for answer in answers}) == 1


def test_an_expired_link_says_so_and_takes_nothing(token: str) -> None:
    filled = chosen(token)
    CustomerLink.objects.update(expires_at=timezone.now())
    for answer in (Client().get(ask(token)), Client().post(ask(token), filled)):
        assert answer.status_code == 410
        assert "has expired" in answer.content.decode()
    assert not CustomerScore.objects.exists()


def test_a_revoked_link_says_so_and_takes_nothing(token: str, diana: User) -> None:
    filled = chosen(token)
    revoke_link(CustomerLink.objects.get(), by=diana)
    for answer in (Client().get(ask(token)), Client().post(ask(token), filled)):
        assert answer.status_code == 410
        assert "was withdrawn" in answer.content.decode()
    assert not CustomerScore.objects.exists()


def test_a_used_link_shows_no_answer(token: str) -> None:
    Client().post(ask(token), chosen(token, remark="Between us"))
    said = Client().get(ask(token)).content.decode()
    assert "has been used" in said
    assert "Between us" not in said


def test_a_locked_round_takes_no_answer_until_it_is_unlocked(at: Entry, token: str, diana: User, olga: User) -> None:
    filled = chosen(token)
    compete(at.round, diana, at.name, OURS, olga)
    locked = move_on(move_on(at.round, to="revealed", by=diana), to="locked", by=diana)
    for answer in (Client().get(ask(token)), Client().post(ask(token), filled)):
        assert answer.status_code == 410
        assert "closed" in answer.content.decode()
    move_on(locked, to="revealed", by=diana)
    assert Client().post(ask(token), filled).status_code == 200


def test_a_frozen_round_takes_no_answer_and_its_links_stay_listed(as_: Any, at: Entry, token: str, diana: User) -> None:
    Round.objects.update(stage="frozen")
    assert Client().get(ask(token)).status_code == 410
    with pytest.raises(InvalidInput, match="round_frozen"):
        take_answer(CustomerLink.objects.get(), scores={}, remark="x")
    with pytest.raises(InvalidInput, match="round_frozen"):
        revoke_link(CustomerLink.objects.get(), by=diana)


# Too often


def test_too_many_requests_for_one_link_are_turned_away_with_a_sentence(cached: None, token: str) -> None:
    answers = [Client().get(ask(token)) for _ in range(2 * MOST_OF_A_LINK + 1)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert answers[0].status_code == 200
    assert refused
    assert "Too many attempts" in refused[0].content.decode()
    assert refused[0]["Retry-After"] == "60"


def test_a_machine_that_guesses_is_turned_away_whatever_it_guesses(cached: None, token: str) -> None:
    guesses = [Client().get(ask(f"guess{n}")).status_code for n in range(2 * MOST_OF_A_MACHINE + 1)]
    assert set(guesses) == {404, 429}
    assert Client(REMOTE_ADDR="203.0.113.9").get(ask(token)).status_code == 200


def test_what_a_machine_that_is_turned_away_asks_is_not_counted_for_a_link(cached: None, token: str) -> None:
    guesser, customer = (Client(REMOTE_ADDR=address) for address in ("198.51.100.7", "203.0.113.9"))

    def asked() -> list[int]:
        cache.clear()
        addresses = [*(ask(f"guess{n}") for n in range(MOST_OF_A_MACHINE)), *[ask(token)] * (MOST_OF_A_LINK + 1)]
        return [guesser.get(address).status_code for address in addresses] + [customer.get(ask(token)).status_code]

    begun, answers = time.time() // 60, asked()
    if time.time() // 60 != begun:  # a minute ended, and with it what was counted
        answers = asked()
    assert answers[-2:] == [429, 200]


def test_strangers_are_counted_apart_and_guesses_leave_one_count(settings: Any, tmp_path: Path, token: str) -> None:
    """A count for each guess would push counts of attempts to sign in out of a cache that holds so many."""
    files = "django.core.cache.backends.filebased.FileBasedCache"
    settings.CACHES = {name: {"BACKEND": files, "LOCATION": str(tmp_path / name)} for name in ("default", "asking")}
    begun = time.time() // 60
    for n in range(5):
        assert Client().get(ask(f"guess{n}")).status_code == 404
    minutes = 1 + time.time() // 60 - begun
    assert 1 <= len(list((tmp_path / "asking").glob("*"))) <= minutes
    assert not list((tmp_path / "default").glob("*"))


def test_addresses_of_one_household_count_together(cached: None) -> None:
    seen = [Client(REMOTE_ADDR=f"2001:db8::{n:x}").get(ask(f"x{n}")).status_code for n in range(1, 122)]
    assert 429 in seen


# Both views


def both(at: Entry) -> TwoViews:
    round_ = Round.objects.get(pk=at.round_id)
    reading = reading_of(round_)
    position = reading.position(at.pk)
    assert position is not None
    return two_views(reading, position, round_.strength_rule)  # type: ignore[arg-type]


@pytest.mark.parametrize("who", ["diana", "olga"])
def test_before_the_reveal_an_answer_anchors_nobody_not_even_who_asked(
    *, who: str, at: Entry, token: str, olga: User, of: Any
) -> None:
    compete(at.round, olga, at.name, OURS, olga)
    Client().post(ask(token), chosen(token, remark="Too dear"))
    client, pages = of(who), (page_of(at), f"/rounds/{at.round_id}/strength/{at.pk}/")
    for address in pages:
        answer = client.get(address)
        said = answer.content.decode()
        assert "An answer has arrived; it is shown after the reveal." in said
        assert not re.search("Their view|as they see it|Too dear", said), address
        assert answer.context["views"] is None
    move_on(at.round, to="revealed", by=olga)
    assert all("Their view" in client.get(address).content.decode() for address in pages)
    assert "Too dear" in client.get(page_of(at)).content.decode()


def test_the_second_turn_hides_no_answer_that_was_shown(at: Entry, token: str, olga: User, of: Any) -> None:
    compete(at.round, olga, at.name, OURS, olga)
    Client().post(ask(token), chosen(token))
    move_on(move_on(at.round, to="revealed", by=olga), to="second", by=olga)
    assert "Their view" in of("diana").get(page_of(at)).content.decode()


@pytest.mark.parametrize(("stage", "words"), [("revealed", "Ask the customer"), ("locked", "Answers")])
def test_a_round_that_takes_no_answers_offers_to_read_them_only(
    *, stage: str, words: str, at: Entry, diana: User, olga: User, of: Any
) -> None:
    compete(at.round, diana, at.name, OURS, olga)
    Round.objects.update(stage=stage)
    said = of("diana").get(f"/rounds/{at.round_id}/strength/{at.pk}/").content.decode()
    assert re.findall(rf'href="{page_of(at)}">([^<]*)<', said) == [words]


def test_both_views_of_the_methods_alpha(at: Entry, token: str, olga: User, of: Any) -> None:
    """Ours is the method's table: 44, 40, 38, strength 1.10. Theirs: 39; X 35 of five factors = 42; Y 38."""
    compete(at.round, olga, at.name, OURS, olga)
    Client().post(ask(token), chosen(token))
    move_on(at.round, to="revealed", by=olga)
    views = both(at)
    assert [(total.supplier, total.ours, total.theirs) for total in views.totals] == [
        ("", 44, 39),
        ("X", 40, pytest.approx(42)),
        ("Y", 38, 38),
    ]
    assert views.our_strength == pytest.approx(1.10)
    assert views.their_strength == pytest.approx(39 / 42)
    first = views.views[0]
    assert (first.factor, first.supplier, first.ours, first.theirs, first.gap) == ("Relationship", "", 8, 3, 5)
    assert views.views[-1].gap is None, "what they could not say has no gap"
    said = of("diana").get(page_of(at)).content.decode()
    assert "1.10" in said
    assert "0.93" in said
    assert "+5" in said
    assert "usually rate the relationship higher" in said


def test_strength_against_the_average_competitor_follows_the_rounds_rule(
    at: Entry, token: str, diana: User, olga: User
) -> None:
    Round.objects.update(strength_rule=Round.Strength.AVERAGE)
    Client().post(ask(token), chosen(token))
    assert both(at).their_strength == pytest.approx(39 / 40)


def test_the_median_of_several_answers_counts(at: Entry, diana: User) -> None:
    for value in (2, 4, 9):
        link = link_of(make_link(at, contact=str(value), days=1, by=diana))
        assert link
        take_answer(link, scores={places_of(at)[0]: value}, remark="")
    assert [view.theirs for view in both(at).views if view.theirs] == [4]


def test_an_account_without_an_answer_says_so(as_: Any, at: Entry, diana: User) -> None:
    assert "has not answered yet" in as_(diana).get(page_of(at)).content.decode()
    assert not both(at).has_theirs
