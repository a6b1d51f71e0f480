"""What comes out of a ranking: files, paper, the way from the portfolio, and a line on the account's page."""

import csv
import io
from typing import Any

import pytest
from tests.web import crawl
from tests.web.ranking_fixtures import SIX, P, Q, R, S, address, example, moved, names_of
from tests.web.round_fixtures import accounts, criteria, round_of, score

from openkam.web.accounts.models import Account
from openkam.web.people.models import User
from openkam.web.rounds.actions import move_on
from openkam.web.rounds.freezing import freeze
from openkam.web.rounds.models import Criterion, Round, Stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def round_(diana: User, olga: User, tim: User) -> Round:
    return example(diana, [olga, tim], rows={"P": P, "Q": Q, "R": R, "S": S}, top=1)


def table(answer: Any) -> list[dict[str, str]]:
    text = crawl.body_of(answer).decode().removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(text)))


def test_the_file_has_every_account_with_its_round_and_medians(round_: Round, tim: User, as_: Any) -> None:
    rows = table(as_(tim).get(address(round_, ".csv")))
    assert [row["Account"] for row in rows] == ["P", "R", "Q", "S"]
    assert (rows[0]["Score"], rows[0]["Median: Cultural fit"]) == ("7.285714", "9.0")
    assert {row["Round"] for row in rows} == {"Autumn"}
    assert rows[0]["Frozen as"] == "not frozen: revealed"


def test_the_workbook_says_what_it_was_frozen_as_and_by_which_weights(round_: Round, diana: User, as_: Any) -> None:
    frozen = freeze(move_on(round_, to=Stage.LOCKED, by=diana), by=diana)
    for query, words in (({}, "of the round"), (moved(round_, flexibility=0), "what-if: not the weights of the round")):
        said = crawl.text_of(as_(diana).get(address(round_, ".xlsx"), query))
        assert frozen.digest in said
        assert words in said
        assert "0.285714" in said or query


def test_an_unknown_kind_of_file_is_not_found(round_: Round, diana: User, as_: Any) -> None:
    assert as_(diana).get(address(round_, ".json")).status_code == 404


def test_paper_carries_the_ranking_and_what_its_criteria_mean(round_: Round, tim: User, as_: Any) -> None:
    said = as_(tim).get(address(round_, "/print/"))
    assert names_of(said) == ["P", "R", "Q", "S"]
    assert "we work like one company" in said.content.decode()


def test_what_is_frozen_is_shown_as_it_was_named(round_: Round, diana: User, tim: User, as_: Any) -> None:
    freeze(move_on(round_, to=Stage.LOCKED, by=diana), by=diana)
    Criterion.objects.filter(slug="revenue_potential").update(name="Renamed")
    said = as_(tim).get(address(round_)).content.decode()
    assert "Revenue potential" in said
    assert "Renamed" not in said


def test_the_portfolio_leads_to_the_latest_frozen_round(round_: Round, diana: User, tim: User, as_: Any) -> None:
    assert as_(tim).get("/portfolio/selection/")["Location"] == address(round_)
    later = example(diana, [tim], rows={"T": P}, name="Winter")
    freeze(move_on(round_, to=Stage.LOCKED, by=diana), by=diana)
    assert as_(tim).get("/portfolio/selection/")["Location"] == address(round_)
    freeze(move_on(later, to=Stage.LOCKED, by=diana), by=diana)
    assert as_(tim).get("/portfolio/selection/")["Location"] == address(later)


def test_without_a_round_the_portfolio_says_what_one_is(olga: User, vera: User, as_: Any) -> None:
    for person, is_offered in ((olga, True), (vera, False)):
        said = as_(person).get("/portfolio/selection/").content.decode()
        assert "several people score the same customers" in said
        assert ("/rounds/new/" in said) is is_offered


def test_a_round_that_is_still_blind_is_named_in_the_portfolio(diana: User, olga: User, as_: Any) -> None:
    round_of(diana, accounts("P"), raters=[olga], picked=criteria(*SIX))
    assert "The ranking appears here" in as_(olga).get("/portfolio/selection/").content.decode()


def test_the_account_says_where_it_stood_in_the_last_frozen_round(
    acme: Account, *, diana: User, olga: User, vera: User, as_: Any
) -> None:
    page = f"/accounts/{acme.pk}/"
    assert "last round" not in as_(vera).get(page).content.decode()
    round_ = round_of(diana, [acme, *accounts("Q")], raters=[olga], picked=criteria(*SIX))
    score(round_, olga, {acme.name: Q, "Q": P})
    freeze(move_on(move_on(round_, to=Stage.REVEALED, by=diana), to=Stage.LOCKED, by=diana), by=diana)
    for person, is_member in ((vera, False), (olga, True)):
        said = as_(person).get(page).content.decode()
        assert "rank 2 of 2" in said
        assert (address(round_) in said) is is_member
        assert ("Autumn" in said) is is_member
        assert "2026-10-01" in said


def test_the_account_is_excluded_where_the_round_excluded_it(diana: User, olga: User, as_: Any) -> None:
    round_ = example(diana, [olga], rows={"S": S})
    freeze(move_on(round_, to=Stage.LOCKED, by=diana), by=diana)
    page = as_(diana).get(f"/accounts/{Account.objects.get(name='S').pk}/").content.decode()
    assert "excluded by a must-have" in page
