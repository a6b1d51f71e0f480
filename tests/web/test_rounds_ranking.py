"""Which customers are strategic: the ranking's page, its what-if, its files, and who may see it."""

import re
from itertools import product
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest
from tests.web import crawl
from tests.web.ranking_fixtures import HTMX, SIX, P, Q, R, S, address, example, moved, names_of, rows_of, tried
from tests.web.round_fixtures import accounts, criteria, entry, round_of, score

from openkam.method import selection
from openkam.web.accounts.merging import merge
from openkam.web.accounts.models import Account
from openkam.web.people.models import User
from openkam.web.rounds.actions import move_on, set_criteria
from openkam.web.rounds.freezing import freeze
from openkam.web.rounds.models import Criterion, Entry, Item, Kind, Member, Round, Score, Stage
from openkam.web.rounds.ranking.page import RankingPage
from openkam.web.rounds.ranking.trial import Trial
from openkam.web.rounds.reading import reading_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def round_(diana: User, olga: User, tim: User) -> Round:
    return example(diana, [olga, tim], rows={"P": P, "Q": Q, "R": R, "S": S}, top=1)


def page_of(round_: Round, **query: str) -> RankingPage:
    reading = reading_of(round_)
    return RankingPage(round_, reading, Trial.of(reading.items[Kind.SELECTION], query))


def test_methods_section_3_p_scores_7_2857_and_q_6_7429(round_: Round, as_: Any, tim: User) -> None:
    shown = {row[1].split(" ")[0]: row for row in rows_of(as_(tim).get(address(round_)))}
    assert (shown["P"][0], shown["P"][2]) == ("1", "7.2857")
    assert (shown["Q"][0], shown["Q"][2]) == ("3", "6.7429")
    assert shown["S"][0] == "–"
    assert "excluded: Company&#x27;s solvency 3 &lt; 4" in shown["S"][1]


def test_methods_section_3_p_without_criterion_3_scores_6_9310_of_82_86_per_cent(
    diana: User, olga: User, as_: Any
) -> None:
    missing = (*P[:2], None, *P[3:])
    round_ = example(diana, [olga], rows={"P": missing, "Q": Q})
    (first, _) = rows_of(as_(olga).get(address(round_)))
    assert (first[2], first[4]) == ("6.9310", "82.86%")


def test_triantaphyllou_sanchez_1997_p_against_r_tips_at_23_4_per_cent_less(round_: Round, as_: Any, tim: User) -> None:
    said = as_(tim).get(address(round_))
    shown = {row[1].split(" ")[0]: row for row in rows_of(said)}
    assert shown["P"][5].endswith("Revenue potential 28.6% → 21.9% (-23.4%)")
    assert "for the top 1 against “R”" in said.content.decode()


def test_the_page_says_what_the_method_says(round_: Round) -> None:
    told = {account.name: account for account in selection.evaluate(
        selection.Document.model_validate(selection.EXAMPLE)).accounts}  # fmt: skip
    page = page_of(round_)
    for row in page.rows(page.positions):
        same = told[row.entry.name]
        assert (row.rank, row.completeness) == (same.rank, pytest.approx(same.completeness))
        assert row.score == pytest.approx(same.score)
        assert row.chance == (same.top_probability if same.rank else None)
        assert [said.median for said in row.lifts] == [reason.median for reason in same.lifts][: len(row.lifts)]
        assert [said.median for said in row.pulls] == [reason.median for reason in same.pulls][: len(row.pulls)]
        assert (row.tip and (row.tip.against.name, round(row.tip.at, 9))) == (
            same.tipping and (same.tipping.against, round(same.tipping.weight, 9))
        )


def test_the_line_is_drawn_beneath_the_last_of_the_best(round_: Round, as_: Any, tim: User) -> None:
    html = as_(tim).get(address(round_)).content.decode()
    before, after = html.split("The top 1 end here")
    assert "<bdi>P</bdi>" in before
    assert "<bdi>R</bdi>" in after


@pytest.mark.parametrize("stage", ["draft", "open"])
def test_before_the_reveal_there_is_no_ranking(stage: str, diana: User, olga: User, as_: Any) -> None:
    round_ = round_of(diana, accounts("P"), raters=[olga], picked=criteria(*SIX), to=stage)
    if stage == "open":
        score(round_, olga, {"P": P})
    for person, headers in product((diana, olga), ({}, HTMX)):
        said = as_(person).get(address(round_), headers=headers)
        assert "until then everybody sees only their own" in said.content.decode()
        assert "7.2857" not in said.content.decode()
        for tail in ("/print/", ".csv", ".xlsx"):
            assert as_(person).get(address(round_, tail)).status_code == 403


def test_in_the_second_round_the_first_stays_readable_and_the_second_is_blind(
    round_: Round, diana: User, tim: User, as_: Any
) -> None:
    again = move_on(round_, to=Stage.SECOND, by=diana)
    score(again, tim, {"Q": (10, 10, 10, 10, 10, 10)})
    assert names_of(as_(diana).get(address(again))) == ["P", "R", "Q", "S"]


def test_who_is_not_in_the_round_finds_nothing(round_: Round, vera: User, stranger: User, as_: Any) -> None:
    for person in (vera, stranger):
        for tail in ("/", "/print/", ".csv"):
            assert as_(person).get(address(round_, tail)).status_code == 404
        for tail in ("/weights/", "/robustness/"):
            assert as_(person).post(address(round_, tail)).status_code == 404


def test_who_was_taken_out_finds_nothing_any_more(round_: Round, tim: User, as_: Any) -> None:
    Member.objects.filter(user=tim).update(removed_at="2026-10-02T00:00Z")
    assert as_(tim).get(address(round_)).status_code == 404


def test_who_is_not_signed_in_is_sent_to_the_sign_in_page(round_: Round, client: Any) -> None:
    assert client.get(address(round_))["Location"].startswith("/auth/login/")


def test_an_account_is_a_link_for_who_may_see_it(round_: Round, tim: User, diana: User, as_: Any) -> None:
    link = f'href="/accounts/{Account.objects.get(name="P").pk}/"'
    assert link in as_(diana).get(address(round_)).content.decode()
    assert link not in as_(tim).get(address(round_)).content.decode()


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_what_if_ranks_anew_and_changes_nothing(
    headers: dict[str, str], round_: Round, diana: User, as_: Any
) -> None:
    client, before = as_(diana), crawl.snapshot()
    said = client.get(address(round_), moved(round_, revenue_potential=0), headers=headers)
    assert names_of(said) == ["R", "P", "Q", "S"]
    assert "these are not the weights of the round" in said.content.decode()
    assert crawl.snapshot() == before
    assert names_of(client.get(address(round_))) == ["P", "R", "Q", "S"]


def test_a_fragment_is_the_table_and_nothing_around_it(round_: Round, tim: User, as_: Any) -> None:
    said = as_(tim).get(address(round_), headers=HTMX).content.decode()
    assert "ranking__table" in said
    assert "<html" not in said
    assert 'type="range"' not in said


def test_unmoved_sliders_leave_the_weights_exactly_as_they_are(round_: Round) -> None:
    Item.objects.filter(round=round_).update(weight=1 / 3)
    Item.objects.filter(round=round_, criterion__slug="solvency").update(weight=0.777)
    reading = reading_of(round_)
    trial = Trial.of(reading.items[Kind.SELECTION], {})
    every = {slider.name: str(slider.at) for slider in trial.sliders}
    assert not Trial.of(reading.items[Kind.SELECTION], every).is_moved
    assert [slider.at for slider in trial.sliders] == [43, 43, 43, 100, 43, 43]


@pytest.mark.parametrize("value", ["101", "-1", "nan", "1e2", "", "９", "50.5", "9" * 5000])
def test_a_weight_that_is_none_stays_as_in_the_round(value: str, round_: Round, tim: User, as_: Any) -> None:
    query = dict.fromkeys(moved(round_, revenue_potential=0), value)
    said = as_(tim).get(address(round_), query)
    assert said.status_code == 200
    assert "these are not the weights of the round" not in said.content.decode()


def test_weights_that_are_all_zero_leave_the_last_table(round_: Round, tim: User, as_: Any) -> None:
    zero = moved(round_, **dict.fromkeys(SIX, 0))
    part = as_(tim).get(address(round_), zero, headers=HTMX)
    assert part["HX-Retarget"] == "#ranking-problem"
    assert "All weights are zero." in part.content.decode()
    assert "<table" not in part.content.decode()
    whole = as_(tim).get(address(round_), zero)
    assert whole.status_code == 422
    assert names_of(whole) == ["P", "R", "Q", "S"]
    assert "All weights are zero." in whole.content.decode()
    assert as_(tim).get(address(round_, ".csv"), zero).status_code == 404


def test_a_round_whose_own_weights_are_zero_says_so(round_: Round, tim: User, as_: Any) -> None:
    Item.objects.update(weight=0)
    said = as_(tim).get(address(round_)).content.decode()
    assert "All weights are zero." in said


def test_a_facilitator_keeps_the_weights_of_a_what_if(round_: Round, diana: User, as_: Any) -> None:
    client = as_(diana)
    whole = client.get(address(round_), moved(round_, revenue_potential=0)).content.decode()
    seen = re.search(r'name="seen" value="([^"]+)"', whole)
    assert seen
    client.post(address(round_, "/weights/"), {"tried": tried(round_, revenue_potential=0), "seen": seen[1]})
    weights = dict(round_.items.values_list("criterion__slug", "weight"))
    assert weights["revenue_potential"] == 0
    assert weights["profitability_potential"] == pytest.approx(32)
    assert names_of(client.get(address(round_))) == ["R", "P", "Q", "S"]


def test_weights_that_somebody_changed_meanwhile_are_not_overwritten(round_: Round, diana: User, as_: Any) -> None:
    before = list(round_.items.values_list("pk", "weight"))
    answer = as_(diana).post(
        address(round_, "/weights/"), {"tried": tried(round_, flexibility=99), "seen": "long ago"}, follow=True
    )
    assert "changed these weights meanwhile" in answer.content.decode()
    assert list(round_.items.values_list("pk", "weight")) == before


def test_who_only_scores_is_not_offered_and_not_allowed_to_keep_weights(round_: Round, tim: User, as_: Any) -> None:
    client, query = as_(tim), moved(round_, revenue_potential=0)
    assert "Keep these weights" not in client.get(address(round_), query).content.decode()
    assert client.post(address(round_, "/weights/"), {"tried": urlencode(query)}).status_code == 403
    assert round_.items.get(criterion__slug="revenue_potential").weight > 0


def test_a_locked_round_keeps_its_weights(round_: Round, diana: User, as_: Any) -> None:
    move_on(round_, to=Stage.LOCKED, by=diana)
    client, query = as_(diana), moved(round_, revenue_potential=0)
    assert "Keep these weights" not in client.get(address(round_), query).content.decode()
    client.post(address(round_, "/weights/"), {"tried": urlencode(query)})
    assert round_.items.get(criterion__slug="revenue_potential").weight > 0


def test_a_single_account_is_ranked_first_without_a_border(diana: User, olga: User, as_: Any) -> None:
    said = as_(olga).get(address(example(diana, [olga], rows={"P": P}, top=5)))
    (row,) = rows_of(said)
    assert (row[0], row[3]) == ("1", "100%")
    assert "→" not in row[5]
    assert "end here" not in said.content.decode()
    assert "all 1 are in" in said.content.decode()


def test_identical_totals_share_a_rank_and_the_border_says_so(diana: User, olga: User, as_: Any) -> None:
    round_ = example(diana, [olga], rows={"P": P, "P2": P, "Q": Q}, top=1)
    said = as_(olga).get(address(round_))
    assert [row[0] for row in rows_of(said)] == ["1", "1", "3"]
    assert "tie at the border of the best 1" in said.content.decode()


def test_one_rater_is_shown_as_one(diana: User, olga: User, as_: Any) -> None:
    said = as_(olga).get(address(example(diana, [olga], rows={"P": P, "Q": Q})))
    assert "Only 1 scored" in said.content.decode()


def test_raters_who_differ_are_flagged(diana: User, olga: User, tim: User, as_: Any) -> None:
    round_ = round_of(diana, accounts("P"), raters=[olga, tim], picked=criteria(*SIX))
    score(round_, olga, {"P": (9, 5, 5, 5, 5, 5)})
    score(round_, tim, {"P": (5, 5, 5, 5, 5, 8)})
    (row,) = rows_of(as_(tim).get(address(move_on(round_, to=Stage.REVEALED, by=diana))))
    assert "raters differ: Revenue potential" in row[1]
    assert "Flexibility" not in row[1]


def test_an_account_nobody_scored_is_last_and_not_zero(diana: User, olga: User, as_: Any) -> None:
    round_ = example(diana, [olga], rows={"P": P, "Q": (None,) * 6})
    rows = rows_of(as_(olga).get(address(round_)))
    assert (rows[1][0], rows[1][2], rows[1][4]) == ("–", "–", "0%")


def test_a_merged_account_is_listed_apart(round_: Round, diana: User, as_: Any) -> None:
    kept, gone = (Account.objects.get(name=name) for name in "PR")
    merge(kept=kept, gone=gone, by=diana)
    said = as_(diana).get(address(round_))
    assert names_of(said) == ["P", "Q", "S"]
    assert "<bdi>R</bdi>" in said.content.decode().split("Merged; scores kept, not ranked")[1]


def test_a_round_without_selection_criteria_says_so(diana: User, olga: User, as_: Any) -> None:
    picked = criteria("size", kind=Kind.ATTRACTIVENESS)
    round_ = round_of(diana, accounts("P"), raters=[olga], picked=picked)
    score(round_, olga, {"P": (7,)}, Kind.ATTRACTIVENESS)
    move_on(round_, to=Stage.REVEALED, by=diana)
    assert "No selection criteria" in as_(olga).get(address(round_)).content.decode()


def test_the_ranking_is_filtered_by_text_in_any_script(diana: User, olga: User, as_: Any) -> None:
    round_ = example(diana, [olga], rows={"北極光 Foods": P, "Nord": Q})
    assert names_of(as_(olga).get(address(round_), {"q": "極光"})) == ["北極光"]
    assert names_of(as_(olga).get(address(round_), {"q": "NORD"})) == ["Nord"]
    assert "None." in as_(olga).get(address(round_), {"q": "<b>"}).content.decode()


def large(by: User, raters: list[User], count: int) -> Round:
    """A revealed round of many accounts on 22 criteria; its scores are written in bulk."""
    made = Account.objects.bulk_create(Account(name=f"{n} Internationale Handelsgesellschaft") for n in range(count))
    round_ = round_of(by, list(made), raters=raters, picked=list(Criterion.objects.filter(kind=Kind.SELECTION)[:22]))
    items = list(round_.items.values_list("pk", flat=True))
    entries = list(Entry.objects.filter(round=round_).values_list("pk", flat=True))
    for member in round_.members.filter(is_rater=True):
        values = np.random.default_rng(member.pk).integers(1, 11, (len(entries), len(items))).tolist()
        scores = (
            Score(entry_id=at, item_id=item, member=member, value=value)
            for at, row in zip(entries, values, strict=True)
            for item, value in zip(items, row, strict=True)
        )
        Score.objects.bulk_create(scores, batch_size=5_000)
    return move_on(round_, to=Stage.REVEALED, by=by)


def test_the_answer_to_a_slider_stays_small_and_costs_the_same_queries(
    diana: User, olga: User, tim: User, *, as_: Any, django_assert_num_queries: Any
) -> None:
    client = as_(diana)
    for count, queries in ((60, 8), (3_000, 9)):  # the ninth asks for probabilities that the background worked out
        round_ = large(diana, [olga, tim], count)
        every = {f"w{pk}": str(2 + n) for n, pk in enumerate(round_.items.values_list("pk", flat=True))}
        client.get(address(round_))
        with django_assert_num_queries(queries):
            said = client.get(address(round_), every, headers=HTMX)
        assert len(rows_of(said)) == 50
        assert len(said.content) < 30_000
    assert "Page 60 of 60" in client.get(address(round_), {"page": "60"}).content.decode()


def test_criteria_that_join_later_are_ranked_too(diana: User, olga: User) -> None:
    round_ = round_of(diana, accounts("P"), raters=[olga], picked=criteria("solvency"))
    set_criteria(round_, criteria=criteria("solvency", "quick_pay"), by=diana)
    score(round_, olga, {"P": (6, 8)})
    page = page_of(move_on(round_, to=Stage.REVEALED, by=diana))
    assert [row.score for row in page.rows(page.positions)] == [7]
    assert entry(round_, "P").pk


def test_from_a_frozen_ranking_a_director_goes_on_to_name_its_best(
    diana: User, olga: User, tim: User, as_: Any
) -> None:
    round_ = example(diana, [olga, tim], rows={"P": P, "Q": Q}, top=1)
    best = entry(round_, "P").account_id
    link = f"/accounts/{best}/decisions/?kind=named&amp;round={round_.pk}"
    assert link not in as_(diana).get(address(round_)).content.decode()
    freeze(move_on(round_, to=Stage.LOCKED, by=diana), by=diana)
    shown = as_(diana).get(address(round_)).content.decode()
    assert (shown.count("?kind=named"), link in shown) == (1, True)
    assert "?kind=named" not in as_(olga).get(address(round_)).content.decode()
    page = as_(diana).get(link.replace("&amp;", "&")).content.decode()
    assert f'<option value="{round_.pk}" selected>' in page
