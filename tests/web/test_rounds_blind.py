"""Blind means blind: whatever a rater gives before the reveal changes no byte that anybody else receives.

The whole product is crawled by everybody else in two worlds that differ in one rater's scores and nothing more:
other cells, other numbers, other evidence, as many of them. What is received must be the same in both.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from tests.web import crawl
from tests.web.conftest import person
from tests.web.round_fixtures import accounts, compete, criteria, entry, round_of, score

from openkam.web.accounts.models import Account
from openkam.web.people.models import User
from openkam.web.people.permissions import Role
from openkam.web.rounds import reading
from openkam.web.rounds.actions import add_member, move_on
from openkam.web.rounds.models import Kind, Round, Score
from openkam.web.rounds.reading import loading
from openkam.web.rounds.scoring import Given, Place, give_scores

pytestmark = pytest.mark.django_db

NOTES = ("Quixotic zebra", "Jabberwock vortex")
#: What differs from one answer to the next of the same page: tokens, signatures, the time of day, what follows of it.
FLEETING = re.compile(
    r'(csrfmiddlewaretoken" value|x-csrftoken"|name="([\w-]+-)?seen")[^>]*|(csrftoken|sessionid|expires)=[^;]*'
    r"|(Expires|Content-Length): .*|\d\d:\d\d(:\d\d)?"
)
#: The query and the head with which a page of a round that opens is asked for again.
QUERY = f"?seen=draft-1&filter=all&kind=strength&view=theirs&sort=range&flagged=1&order=score&q={NOTES[0][:3]}"
HEAD = {"HX-Request": "true", "Accept": "application/json", "Accept-Language": "zh-hant"}
#: What somebody could post to hear more than they should; revealing is no leak, so that address is left out.
TYPED = {"name": NOTES[0], "minutes": "x", "done": "1", "then": "next", "turn": "2"}
#: The only rows there are here that stand in addresses of a round or beside them.
SUBJECTS = ("accounts.Account", "rounds.Round")


@dataclass(frozen=True)
class World:
    """One rater's scores: which criterion of Ajax, with which number and which evidence."""

    nth: int
    value: int
    note: str
    supplier: str


ONE, OTHER = World(0, 9, NOTES[0], ""), World(1, 2, NOTES[1], "Xeno")


@pytest.fixture
def round_(*, diana: User, olga: User, tim: User, acme: Account, monkeypatch: pytest.MonkeyPatch) -> Round:
    """Olga and Tim rate, Fay leads without rating, Diana directs; everything is small, so that crawling it is quick."""
    picked = [*criteria("revenue_potential", "market_leader"), *criteria("size", kind=Kind.ATTRACTIVENESS)]
    picked += criteria("price", "service", kind=Kind.STRENGTH)
    monkeypatch.setattr(crawl, "SUBJECTS", SUBJECTS)
    made = round_of(diana, [acme, *accounts("Ajax")], raters=[olga, tim], picked=picked)
    fay = person("Fay", Role.MANAGER, sees_profit=True)
    add_member(made, user=fay, by=diana, is_rater=False, is_facilitator=True)
    compete(made, diana, "Ajax", {"": (5, 5), "Xeno": (5, 5)}, tim)
    score(made, tim, {"Ajax": (5, 5)})
    return made


@pytest.fixture
def second(round_: Round, diana: User, olga: User) -> Round:
    """The same round in its second turn, with scores of the first that everybody may read."""
    score(round_, olga, {"Ajax": (1, 8)})
    return move_on(move_on(round_, to="revealed", by=diana), to="second", by=diana)


def others(*names: str) -> dict[str, Client]:
    """Everybody but Olga, signed in, and somebody who is not; or some of them."""
    clients = {} if names else {"nobody": Client()}
    for user in User.objects.filter(name__in=names) if names else User.objects.exclude(name="Olga"):
        clients[user.name] = Client()
        clients[user.name].force_login(user)
    return clients


def live_in(world: World, round_: Round, rater: User) -> None:
    """The rater's scores of the running turn are those of this world; nothing remembered is from another."""
    Score.objects.filter(member__user=rater, turn=round_.turn).delete()
    ajax = entry(round_, "Ajax")
    of_account = list(round_.items.filter(kind=Kind.SELECTION))[world.nth]
    factor = list(round_.items.filter(kind=Kind.STRENGTH))[world.nth]
    supplier = ajax.competitors.get().pk if world.supplier else 0
    places = (Place(ajax.pk, of_account.pk), Place(ajax.pk, factor.pk, supplier))
    given = {place: Given(str(world.value), world.note) for place in places}
    assert not give_scores(round_, by=rater, given=given)
    reading._kept.clear()
    loading._revealed.clear()


def received(
    client: Client, skip: frozenset[str] = frozenset(), *, within: str = "/", posts: bool = True
) -> Iterator[tuple[str, str]]:
    """Everything that a person receives of the whole product, or of a part: address and text.

    skip  addresses that are not asked for.
    """
    for address in crawl.addresses(skip={"account_logout"}):
        if not address.startswith(within):
            continue
        of_round = re.match(r"/(rounds|portfolio/matrix|portfolio/selection)/", address)
        if address not in skip:
            answer = client.get(address)
            yield address, _text(answer)
            if of_round and answer.status_code == 200:
                yield f"{address}?", _text(client.get(address + QUERY, headers=HEAD))
        if posts and of_round and not address.endswith("/stage/"):
            yield f"POST {address}", _posted(client, address)


def _posted(client: Client, address: str) -> str:
    """What a form hears back; what it changed is taken back at once."""
    with transaction.atomic():
        text = _text(client.post(address, TYPED))
        transaction.set_rollback(True)
    return text


def _text(answer: Any) -> str:
    return FLEETING.sub("", f"{answer.status_code}\n{crawl.text_of(answer)}\n{answer.cookies}")


def differences(round_: Round, rater: User, *names: str, within: str = "/") -> list[str]:
    """Where somebody else could tell the two worlds apart, or read the evidence.

    What did not open in the one world is not asked for in the other: only a score could open it, and it has none.
    """
    found = []
    for name, client in others(*names).items():
        live_in(ONE, round_, rater)
        one = dict(received(client, within=within))
        live_in(OTHER, round_, rater)
        shut = frozenset(where for where, text in one.items() if text.startswith("404"))
        other = dict(received(client, shut, within=within))
        found += [f"{name} can tell at {where}" for where in other if one[where] != other[where]]
        found += [f"{name} reads it at {where}" for where in one if NOTES[0] in one[where] and "POST" not in where]
    return found


def test_before_the_reveal_nobody_can_tell_what_a_rater_gave(
    round_: Round, olga: User, vera: User, stranger: User
) -> None:
    assert differences(round_, olga) == []


def test_in_the_second_turn_nobody_can_tell_either_while_the_first_stays_readable(
    second: Round, olga: User, vera: User
) -> None:
    assert differences(second, olga, "Diana", "Tim", "Fay") == []


def test_a_filter_without_its_turn_would_be_noticed(second: Round, olga: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """The search above can find: with every turn readable, the medians give the second scores away."""

    def every_turn(round_: Round) -> Any:
        return Score.objects.filter(entry__round=round_, member__removed_at=None, member__is_rater=True)

    monkeypatch.setattr(loading, "revealed_scores", every_turn)
    assert any(
        where.startswith("Tim can tell at /rounds/") for where in differences(second, olga, "Tim", within="/rounds/")
    )


def test_after_the_reveal_the_evidence_is_read_by_who_is_in_the_round_and_by_nobody_else(
    round_: Round, diana: User, olga: User, vera: User
) -> None:
    live_in(ONE, round_, olga)
    move_on(round_, to="revealed", by=diana)
    readers = {
        name
        for name, client in others("Tim", "Fay", "Vera").items()
        if any(NOTES[0] in text for _where, text in received(client, posts=False))
    }
    assert readers == {"Tim", "Fay"}


def test_the_rater_finds_the_own_scores_again(round_: Round, olga: User, as_: Any) -> None:
    live_in(ONE, round_, olga)
    assert NOTES[0] in as_(olga).get(f"/rounds/{round_.pk}/score/?account={entry(round_, 'Ajax').pk}").content.decode()
    assert NOTES[0] in crawl.text_of(as_(olga).get(f"/rounds/{round_.pk}/score/mine.csv"))
