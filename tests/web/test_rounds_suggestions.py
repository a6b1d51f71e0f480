"""Suggestions of the ledger, accepted many at once: where the rater has said nothing, as the server works them out."""

import re
from typing import Any

import pytest
from django.urls import reverse
from tests.web.portfolio_facts import booked
from tests.web.round_fixtures import accounts, criteria, entry, round_of, score

from openkam.web.accounts.models import Account
from openkam.web.people.models import User
from openkam.web.rounds.actions import move_on
from openkam.web.rounds.models import Kind, Round, Score
from openkam.web.rounds.scoring import Place

PICKED = ("revenue_potential", "profitability_potential", "market_leader")
OFFERS = {"cards": "Accept the suggestions for this account", "grid": "Accept all suggestions"}


@pytest.fixture
def round_(diana: User, olga: User, tim: User) -> Round:
    """The ledger suggests 10 and 5 for the first two criteria; Olga looks after Ajax and Bolt, Cato is nobody's."""
    ours, others = accounts("Ajax", "Bolt", owner=olga), accounts("Cato")
    for account in (*ours, *others):
        for year in (2023, 2024):
            booked(account, year, 500, 300, 100)
    picked = [*criteria(*PICKED), *criteria("price", kind=Kind.STRENGTH)]
    return round_of(diana, [*ours, *others], raters=[olga, tim], picked=picked)


def address(round_: Round, which: str = "grid") -> str:
    if which == "grid":
        return reverse("round-score-grid", args=[round_.pk])
    return reverse("round-score", args=[round_.pk]) + f"?account={entry(round_, 'Ajax').pk}&filter=all"


def sent(round_: Round, *names: str, **typed: str) -> dict[str, str]:
    """A form of these accounts with nothing in it but what is typed at Ajax, sent by the button for all suggestions."""
    places = [Place(entry(round_, name).pk, item.pk) for name in names for item in items(round_)]
    at = {f"{name}-{entry(round_, 'Ajax').pk}-{items(round_)[0].pk}-0": text for name, text in typed.items()}
    return {f"score-{place}": "" for place in places} | at | {"turn": str(round_.turn), "accept": "all"}


def items(round_: Round) -> list[Any]:
    return list(round_.items.filter(kind=Kind.SELECTION))


def own(rater: User) -> dict[str, list[tuple[int, bool]]]:
    """Account -> the rater's scores in the order of the criteria, and whether each was suggested."""
    found: dict[str, list[tuple[int, bool]]] = {}
    for one in Score.objects.filter(member__user=rater).order_by("turn", "entry__name", "item__pk"):
        found.setdefault(one.entry.name, []).append((one.value, one.is_suggested))
    return found


def test_a_cell_of_the_grid_shows_what_is_suggested_and_why(round_: Round, olga: User, as_: Any) -> None:
    shown = as_(olga).get(address(round_)).content.decode()
    cells = re.findall(r'placeholder="(\d+)" title="([^"]+ \(ledger\))"', shown)
    assert [value for value, _why in cells] == ["10", "5", "10", "5"]
    assert cells[0][1] == "from its share of our revenue in 2023–2024 (ledger)"


@pytest.mark.parametrize("which", OFFERS)
def test_all_that_is_suggested_is_accepted_at_once(which: str, round_: Round, olga: User, as_: Any) -> None:
    client = as_(olga)
    assert OFFERS[which] in client.get(address(round_, which)).content.decode()
    answer = client.post(address(round_, which), sent(round_, "Ajax"))
    assert (answer.status_code, answer["Location"]) == (302, address(round_, which) + ("?" if which == "grid" else ""))
    assert own(olga) == {"Ajax": [(10, True), (5, True)]}


def test_the_shown_accounts_are_filled_and_no_other_rater_is_touched(
    round_: Round, olga: User, tim: User, as_: Any
) -> None:
    score(round_, tim, {"Ajax": (1, None, 1)})
    as_(olga).post(address(round_), sent(round_, "Ajax", "Bolt", "Cato"))
    assert own(olga) == {name: [(10, True), (5, True)] for name in ("Ajax", "Bolt")}
    assert own(tim) == {"Ajax": [(1, False), (1, False)]}


def test_what_was_typed_in_the_form_is_kept_beside_what_is_accepted(round_: Round, olga: User, as_: Any) -> None:
    as_(olga).post(address(round_), sent(round_, "Ajax", score="3", suggested="1"))
    assert own(olga) == {"Ajax": [(3, False), (5, True)]}


def test_evidence_typed_beside_an_empty_cell_goes_with_the_accepted_score(round_: Round, olga: User, as_: Any) -> None:
    as_(olga).post(address(round_, "cards"), sent(round_, "Ajax", note="they said so"))
    assert Score.objects.get(member__user=olga, value=10).note == "they said so"


def test_a_score_that_the_form_knows_nothing_of_is_neither_replaced_nor_lost(
    round_: Round, olga: User, as_: Any
) -> None:
    score(round_, olga, {"Ajax": (2, None, 7)})
    as_(olga).post(address(round_), sent(round_, "Ajax"))
    assert own(olga) == {"Ajax": [(2, False), (5, True), (7, False)]}


def test_beside_a_refused_score_the_accepted_ones_are_shown_as_they_were_kept(
    round_: Round, olga: User, as_: Any
) -> None:
    answer = as_(olga).post(address(round_), sent(round_, "Ajax", score="11"))
    first, second = (f"{entry(round_, 'Ajax').pk}-{item.pk}-0" for item in items(round_)[:2])
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert f'name="score-{first}" value="11"' in shown
    assert f'name="score-{second}" value="5"' in shown
    assert own(olga) == {"Ajax": [(5, True)]}


def test_nothing_is_accepted_of_accounts_or_profit_that_one_may_not_see(round_: Round, tim: User, as_: Any) -> None:
    client = as_(tim)
    client.post(address(round_), sent(round_, "Ajax", "Bolt", suggested="1"))
    assert own(tim) == {}
    Account.objects.filter(name="Ajax").update(owner=tim)
    client.post(address(round_), sent(round_, "Ajax", "Bolt"))
    assert own(tim) == {"Ajax": [(10, True)]}


@pytest.mark.parametrize("which", OFFERS)
def test_where_nothing_is_left_to_accept_no_button_says_so(which: str, round_: Round, olga: User, as_: Any) -> None:
    score(round_, olga, dict.fromkeys(("Ajax", "Bolt"), (2, 2, None)))
    assert OFFERS[which] not in as_(olga).get(address(round_, which)).content.decode()


@pytest.mark.parametrize("which", OFFERS)
def test_after_the_reveal_nothing_is_accepted(
    *, which: str, round_: Round, diana: User, olga: User, tim: User, as_: Any
) -> None:
    form = sent(round_, "Ajax")
    score(round_, tim, {"Ajax": (1, 1, 1)})
    move_on(round_, to="revealed", by=diana)
    answer = as_(olga).post(address(round_, which), form)
    assert answer.status_code == 409
    assert OFFERS[which] not in answer.content.decode()
    assert own(olga) == {}


def test_a_form_of_the_first_turn_accepts_nothing_in_the_second(
    *, round_: Round, diana: User, olga: User, tim: User, as_: Any
) -> None:
    form = sent(round_, "Ajax")
    score(round_, tim, {"Ajax": (1, 1, 1)})
    move_on(move_on(round_, to="revealed", by=diana), to="second", by=diana)
    assert as_(olga).post(address(round_), form).status_code == 422
    assert own(olga) == {}


def test_in_the_second_turn_a_score_of_the_first_is_left_to_the_rater(
    round_: Round, diana: User, olga: User, as_: Any
) -> None:
    score(round_, olga, {"Ajax": (2, None, None)})
    second = move_on(move_on(round_, to="revealed", by=diana), to="second", by=diana)
    as_(olga).post(address(second), sent(second, "Ajax"))
    assert own(olga) == {"Ajax": [(2, False), (5, True)]}


@pytest.mark.parametrize("who", ["diana", "stranger"])
def test_who_does_not_rate_accepts_nothing(who: str, round_: Round, as_: Any, request: Any) -> None:
    assert as_(request.getfixturevalue(who)).post(address(round_), sent(round_, "Ajax")).status_code in {404, 409}
    assert not Score.objects.exists()
