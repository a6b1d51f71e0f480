"""After the reveal: what lies furthest apart first, who said what, and how far the raters agree."""

import re
from typing import Any

import numpy as np
import pytest
from django.urls import reverse
from tests.web.round_fixtures import accounts, compete, criteria, entry, round_of, score

from openkam.web.people.models import User
from openkam.web.rounds.actions import move_on, remove_member
from openkam.web.rounds.models import Kind, Round
from openkam.web.rounds.reading import reading_of
from openkam.web.rounds.scores.agreement_data import agreement, agreements
from openkam.web.rounds.scoring import Given, Place, give_scores

PICKED = ("revenue_potential", "market_leader")
SIX = {"Ajax": 8, "Bolt": 7, "Cato": 6, "Dido": 5, "Echo": 4, "Fama": 3}


@pytest.fixture
def round_(diana: User, olga: User, tim: User, vera: User) -> Round:
    return round_of(diana, accounts(*SIX), raters=[olga, tim, vera], picked=criteria(*PICKED))


def shown(client: Any, round_: Round, query: str = "") -> str:
    answer = client.get(reverse("round-agreement", args=[round_.pk]) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def everybody(round_: Round, *raters: User) -> None:
    for nth, rater in enumerate(raters):
        score(round_, rater, {name: (value, max(1, value - nth)) for name, value in SIX.items()})


def rows(page: str) -> list[str]:
    return re.findall(r'<th scope="row"><bdi>(.*?)</bdi>', page)


def test_before_the_reveal_the_page_refuses_and_says_why(round_: Round, olga: User, diana: User, as_: Any) -> None:
    everybody(round_, olga)
    for who in (olga, diana):
        answer = as_(who).get(reverse("round-agreement", args=[round_.pk]))
        assert answer.status_code == 403
        assert "Scores are their rater" in answer.content.decode()


def test_the_worked_cell_8_7_4_has_median_7_and_is_flagged(
    *, round_: Round, diana: User, olga: User, tim: User, vera: User, as_: Any
) -> None:
    score(round_, olga, {"Bolt": (8, 5)})
    score(round_, tim, {"Bolt": (7, 5)})
    score(round_, vera, {"Bolt": (4, 5)})
    page = shown(as_(olga), move_on(round_, to="revealed", by=diana))
    assert "1 of 2 cells to talk about" in page
    first = page.partition("<tbody>")[2].partition("</tr>")[0]
    assert "Revenue potential" in first
    assert re.findall(r'class="num">(?:<span.*?</span></span> )?([\d.]+)<', first) == ["4", "7"]
    assert re.findall(r"<bdi>(Olga|Tim|Vera)</bdi> <b>(\d)</b>", first) == [("Olga", "8"), ("Tim", "7"), ("Vera", "4")]


def test_notes_are_read_after_the_reveal_with_the_name_of_who_wrote_them(
    *, round_: Round, diana: User, olga: User, tim: User, as_: Any
) -> None:
    place = Place(entry(round_, "Ajax").pk, round_.items.all()[0].pk)
    give_scores(round_, by=olga, given={place: Given("9", "<b>they</b> told me")})
    page = shown(as_(tim), move_on(round_, to="revealed", by=diana))
    assert "<q>&lt;b&gt;they&lt;/b&gt; told me</q>" in page


def test_a_second_score_stands_with_the_first_beside_it(
    *, round_: Round, diana: User, olga: User, tim: User, as_: Any
) -> None:
    score(round_, olga, {"Ajax": (9, None)})
    score(round_, tim, {"Ajax": (2, None)})
    round_ = move_on(move_on(round_, to="revealed", by=diana), to="second", by=diana)
    score(round_, olga, {"Ajax": (4, None)})
    assert "<b>9</b>" in shown(as_(tim), round_)
    page = shown(as_(tim), move_on(round_, to="revealed", by=diana))
    assert "<b>4</b>" in page
    assert "first 9" in page


def test_table_two_is_compared_supplier_by_supplier(diana: User, olga: User, tim: User, as_: Any) -> None:
    round_ = round_of(diana, accounts("Ajax"), raters=[olga, tim], picked=criteria("price", kind=Kind.STRENGTH))
    compete(round_, diana, "Ajax", {"": (7,), "Xeno": (9,)}, olga)
    compete(round_, diana, "Ajax", {"": (7,), "Xeno": (3,)}, tim)
    page = shown(as_(olga), move_on(round_, to="revealed", by=diana))
    first = page.partition("<tbody>")[2].partition("</tr>")[0]
    assert "Xeno" in first
    assert re.findall(r"<b>(\d)</b></li>", first) == ["9", "3"]


def scored(by: User, raters: list[User], columns: list[list[int]]) -> Round:
    """A revealed round of one criterion, one row of scores per rater."""
    names = [f"A{n}" for n in range(len(columns[0]))]
    round_ = round_of(by, accounts(*names), raters=raters, picked=criteria("market_leader"))
    for rater, column in zip(raters, columns, strict=True):
        score(round_, rater, {name: (value,) for name, value in zip(names, column, strict=True)})
    return move_on(round_, to="revealed", by=by)


def test_the_tied_example_of_kendalls_w_is_8025(*, diana: User, olga: User, tim: User, vera: User, as_: Any) -> None:
    round_ = scored(diana, [olga, tim, vera], [[8, 7, 7, 3], [9, 6, 7, 4], [7, 7, 5, 5]])
    page = shown(as_(olga), round_)
    assert "<b>0.802</b> · strong agreement" in page
    assert "· p " not in page


def test_shrout_and_fleiss_1979_icc_stands_with_its_bands(
    *, diana: User, olga: User, tim: User, vera: User, stranger: User, as_: Any
) -> None:
    columns = [[9, 6, 8, 7, 10, 6], [2, 1, 4, 1, 5, 2], [5, 3, 6, 2, 6, 4], [8, 2, 8, 6, 9, 7]]
    page = shown(as_(olga), scored(diana, [olga, tim, vera, stranger], columns))
    assert "<b>0.29</b> · poor" in page
    assert "<b>0.62</b> · moderate" in page
    assert re.search(r"<b>0\.\d+</b> · strong agreement · p 0\.\d{3}", page)
    assert "4 raters, 6 accounts" in page


def test_with_two_raters_or_four_accounts_no_p_is_shown(
    *, round_: Round, diana: User, olga: User, tim: User, as_: Any
) -> None:
    everybody(round_, olga, tim)
    page = shown(as_(olga), move_on(round_, to="revealed", by=diana))
    assert "With up to four accounts or two raters W says little" in page
    assert "· p " not in page


def test_one_rater_alone_is_told_that_there_is_nothing_to_compare(
    round_: Round, diana: User, olga: User, as_: Any
) -> None:
    everybody(round_, olga)
    page = shown(as_(olga), move_on(round_, to="revealed", by=diana))
    assert "Only one rater has scored here" in page
    assert "Kendall" not in page


def test_one_account_is_too_few_to_agree_on(diana: User, olga: User, tim: User, as_: Any) -> None:
    round_ = round_of(diana, accounts("Ajax"), raters=[olga, tim], picked=criteria(*PICKED))
    score(round_, olga, {"Ajax": (5, 5)})
    score(round_, tim, {"Ajax": (5, 6)})
    assert "Fewer than two accounts" in shown(as_(olga), move_on(round_, to="revealed", by=diana))


def test_a_kind_that_nobody_scored_says_so(diana: User, olga: User, as_: Any) -> None:
    picked = [*criteria(*PICKED), *criteria("price", kind=Kind.STRENGTH)]
    round_ = round_of(diana, accounts("Ajax"), raters=[olga], picked=picked)
    score(round_, olga, {"Ajax": (5, 5)})
    assert "Nobody has scored any of these criteria" in shown(as_(olga), move_on(round_, to="revealed", by=diana))


def test_raters_who_score_everything_alike_agree_on_no_order() -> None:
    found = agreement(Kind.SELECTION, np.full((3, 5), 7.0))
    assert found.kendall
    assert found.icc
    assert (found.kendall.w, found.icc.panel) == (None, None)


def test_agreement_is_of_weighted_accounts_as_plain_python_adds_them_up(diana: User, olga: User, tim: User) -> None:
    round_ = round_of(diana, accounts("Ajax", "Bolt", "Cato"), raters=[olga, tim], picked=criteria(*PICKED))
    first, second = round_.items.all()
    first.weight, second.weight = 3, 1
    first.save()
    second.save()
    score(round_, olga, {"Ajax": (8, 4), "Bolt": (2, None), "Cato": (5, 5)})
    score(round_, tim, {"Ajax": (6, 10), "Bolt": (4, 8), "Cato": (5, None)})
    round_ = move_on(round_, to="revealed", by=diana)
    (found,) = agreements(reading_of(round_))
    theirs = np.array([[(3 * 8 + 4) / 4, 2, 5], [(3 * 6 + 10) / 4, (3 * 4 + 8) / 4, 5]])
    assert found == agreement(Kind.SELECTION, theirs)


def test_a_rater_taken_out_is_not_among_those_who_agree(
    *, round_: Round, diana: User, olga: User, tim: User, vera: User, as_: Any
) -> None:
    everybody(round_, olga, tim, vera)
    remove_member(round_.members.get(user=vera), by=diana)
    page = shown(as_(olga), move_on(round_, to="revealed", by=diana))
    assert "2 raters, 6 accounts" in page
    assert "Vera" not in page.partition("<tbody>")[2]


@pytest.mark.parametrize("query", ["?kind=selection&flagged=1", "?kind=none&page=x", "?page=99999", "?flagged=%00"])
def test_filters_that_make_no_sense_show_the_page_anyway(
    *, query: str, round_: Round, diana: User, olga: User, tim: User, as_: Any
) -> None:
    score(round_, olga, {"Ajax": (9, 5)})
    score(round_, tim, {"Ajax": (2, 5)})
    assert rows(shown(as_(olga), move_on(round_, to="revealed", by=diana), query))[0] == "Ajax"


@pytest.mark.parametrize(("who", "status"), [("stranger", 404), ("tim", 404), ("olga", 200), ("diana", 200)])
def test_who_is_not_in_the_round_reads_no_agreement(
    *, who: str, status: int, diana: User, olga: User, as_: Any, request: Any
) -> None:
    round_ = round_of(diana, accounts("Ajax"), raters=[olga], picked=criteria(*PICKED))
    score(round_, olga, {"Ajax": (5, 5)})
    move_on(round_, to="revealed", by=diana)
    client = as_(request.getfixturevalue(who))
    assert client.get(reverse("round-agreement", args=[round_.pk])).status_code == status


def test_fifty_cells_stand_on_a_page_whatever_the_size_with_the_same_few_questions(
    *, diana: User, olga: User, tim: User, as_: Any, django_assert_max_num_queries: Any
) -> None:
    names = [f"A{n}" for n in range(60)]
    many = round_of(diana, accounts(*names), raters=[olga, tim], picked=criteria(*PICKED))
    score(many, olga, {name: (1 + n % 10, 5) for n, name in enumerate(names)})
    score(many, tim, {name: (5, 1 + n % 10) for n, name in enumerate(names)})
    many = move_on(many, to="revealed", by=diana)
    client = as_(olga)
    assert len(rows(shown(client, many))) == 50
    assert len(rows(shown(client, many, "?page=3"))) == 20
    with django_assert_max_num_queries(12):
        shown(client, many)
