"""The rater's cards, grid and file: saved cell by cell, a bad score told, nothing typed lost."""

import csv
import io
import re
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from tests.web.ledger_steps import a_file
from tests.web.portfolio_facts import booked
from tests.web.round_fixtures import accounts, compete, criteria, entry, round_of, score
from tests.web.test_bad_input import TEXTS

from openkam.report import xlsx
from openkam.web.accounts.models import Account, AccountMember
from openkam.web.people.models import User
from openkam.web.rounds.actions import move_on, remove_member
from openkam.web.rounds.models import Kind, Round, Score
from openkam.web.rounds.reading import reading_of
from openkam.web.rounds.scores import files
from openkam.web.rounds.scores.taking import take
from openkam.web.rounds.scoring import Place
from openkam.web.rounds.suggestions import Ledger

JSON = {"Accept": "application/json"}
PICKED = ("revenue_potential", "profitability_potential", "market_leader")


@pytest.fixture
def round_(diana: User, olga: User, tim: User, vera: User) -> Round:
    picked = [*criteria(*PICKED), *criteria("price", "service", kind=Kind.STRENGTH)]
    made = round_of(diana, accounts("Ajax", "Bolt", "Cato"), raters=[olga, tim], picked=picked)
    compete(made, diana, "Ajax", {"": (7, 8), "Xeno": (6, 9)}, tim)
    return made


def address(round_: Round, name: str = "round-score", **query: Any) -> str:
    asked = "&".join(f"{key}={value}" for key, value in query.items())
    return reverse(name, args=[round_.pk]) + (f"?{asked}" if asked else "")


def place(round_: Round, account: str, nth: int = 0, *, kind: str = Kind.SELECTION, supplier: int = 0) -> Place:
    return Place(entry(round_, account).pk, list(round_.items.filter(kind=kind))[nth].pk, supplier)


def own(rater: User) -> dict[str, int]:
    return {f"{s.entry_id}-{s.item_id}-{s.supplier_id or 0}": s.value for s in Score.objects.filter(member__user=rater)}


def page_of(client: Client, where: str) -> str:
    answer = client.get(where)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_card_shows_its_anchors_and_eleven_choices(round_: Round, olga: User, as_: Any) -> None:
    shown = page_of(as_(olga), address(round_))
    assert "less than 0.5 % of our revenue over three years" in shown
    assert shown.count(f'name="score-{place(round_, "Ajax")}"') == 11
    assert "0 of 3 accounts done" in shown


def test_table_two_asks_for_us_and_each_competitor_of_that_customer(round_: Round, olga: User, as_: Any) -> None:
    xeno = entry(round_, "Ajax").competitors.get().pk
    factor = place(round_, "Ajax", kind=Kind.STRENGTH, supplier=xeno)
    shown = page_of(as_(olga), address(round_))
    assert shown.count(f'name="score-{factor}"') == 11
    assert "Xeno" in shown
    assert "Xeno" not in page_of(as_(olga), address(round_, account=entry(round_, "Bolt").pk))


def test_a_cell_is_saved_by_itself_with_its_evidence(round_: Round, olga: User, as_: Any) -> None:
    where = place(round_, "Ajax")
    answer = as_(olga).post(
        address(round_), {f"score-{where}": "7", f"note-{where}": "said so\x00 twice"}, headers=JSON
    )
    assert answer.json() == {"saved": [str(where)], "refused": {}, "done": "0 of 3 accounts done"}
    kept = Score.objects.get(member__user=olga)
    assert (kept.value, kept.note, kept.turn) == (7, "said so twice", 1)


def test_a_score_of_eleven_is_told_beside_its_cell_and_the_others_are_kept(round_: Round, olga: User, as_: Any) -> None:
    bad, good = place(round_, "Ajax"), place(round_, "Ajax", 1)
    answer = as_(olga).post(address(round_), {f"score-{bad}": "11", f"score-{good}": "10"}, headers=JSON).json()
    assert answer["refused"] == {str(bad): "“11” is not a score. Scores are whole numbers from 1 to 10."}
    assert own(olga) == {str(good): 10}


def test_a_plain_form_with_a_bad_score_keeps_the_rest_and_shows_what_was_typed(
    round_: Round, olga: User, as_: Any
) -> None:
    bad, good = place(round_, "Ajax"), place(round_, "Ajax", 1)
    typed = {f"score-{bad}": "11", f"score-{good}": "10", f"note-{bad}": "because"}
    answer = as_(olga).post(address(round_), typed)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "“11” is not a score" in shown
    assert ">because</textarea>" in shown
    assert own(olga) == {str(good): 10}


def test_an_empty_choice_takes_a_score_back(round_: Round, olga: User, as_: Any) -> None:
    where = place(round_, "Ajax")
    client = as_(olga)
    client.post(address(round_), {f"score-{where}": "7"})
    client.post(address(round_), {f"score-{where}": ""})
    assert own(olga) == {}


def test_evidence_without_a_score_is_told_and_not_lost(round_: Round, olga: User, as_: Any) -> None:
    where = place(round_, "Ajax")
    answer = as_(olga).post(address(round_), {f"score-{where}": "", f"note-{where}": "they said so"})
    assert "Evidence is kept beside a score" in answer.content.decode()
    assert ">they said so</textarea>" in answer.content.decode()


def test_the_grid_changes_scores_and_leaves_evidence(round_: Round, olga: User, as_: Any) -> None:
    where, client = place(round_, "Ajax"), as_(olga)
    client.post(address(round_), {f"score-{where}": "7", f"note-{where}": "they said so"})
    client.post(address(round_, "round-score-grid"), {f"score-{where}": "8"}, headers=JSON)
    kept = Score.objects.get(member__user=olga)
    assert (kept.value, kept.note) == (8, "they said so")


def test_evidence_of_five_hundred_characters_is_kept_whole(round_: Round, olga: User, as_: Any) -> None:
    where, note = place(round_, "Ajax"), "證" * 500
    as_(olga).post(address(round_), {f"score-{where}": "7", f"note-{where}": note}, headers=JSON)
    assert Score.objects.get(member__user=olga).note == note


@pytest.mark.parametrize(
    "name",
    ["score-1-1", "score-1-1-1-1", "score-²-1-0", f"score-{'9' * 18}-1-0", f"score-{'9' * 5000}-1-0", "score-a-b-c"],
)
def test_a_field_of_no_place_saves_nothing(name: str, round_: Round, olga: User, as_: Any) -> None:
    typed = urlencode({name: "7", "accept": name.removeprefix("score-")})
    answer = as_(olga).post(address(round_), typed, content_type="application/x-www-form-urlencoded", headers=JSON)
    assert answer.status_code == 200
    assert own(olga) == {}


def test_an_account_of_another_round_is_refused(round_: Round, diana: User, olga: User, as_: Any) -> None:
    other = round_of(diana, accounts("Elsewhere"), raters=[olga], picked=criteria(*PICKED))
    where = place(other, "Elsewhere")
    answer = as_(olga).post(address(round_), {f"score-{where}": "7"}, headers=JSON).json()
    assert "not in the round any more" in answer["refused"][str(where)]
    assert own(olga) == {}


@pytest.mark.parametrize("who", ["diana", "vera", "stranger"])
@pytest.mark.parametrize("name", ["round-score", "round-score-grid", "round-scores-import"])
def test_who_does_not_rate_scores_nothing(*, who: str, name: str, round_: Round, as_: Any, request: Any) -> None:
    client = as_(request.getfixturevalue(who))
    before = Score.objects.count()
    answer = client.post(address(round_, name), {f"score-{place(round_, 'Ajax')}": "7"})
    assert answer.status_code in {403, 404, 409}
    assert client.get(address(round_)).status_code in {403, 404}
    assert Score.objects.count() == before


def test_a_rater_taken_out_while_typing_is_told_so(round_: Round, diana: User, olga: User, as_: Any) -> None:
    remove_member(round_.members.get(user=olga), by=diana)
    typed = {f"score-{place(round_, 'Ajax')}": "7"}
    answer = as_(olga).post(address(round_), typed, headers=JSON)
    assert (answer.status_code, answer.json()["problem"][:45]) == (409, "You do not score in this round any more; the ")
    assert "You do not score in this round any more" in as_(olga).post(address(round_), typed).content.decode()
    assert own(olga) == {}


def test_after_the_reveal_what_was_typed_is_refused_and_stays_on_the_screen(
    round_: Round, diana: User, olga: User, as_: Any
) -> None:
    move_on(round_, to="revealed", by=diana)
    where, client = place(round_, "Ajax"), as_(olga)
    typed = {f"score-{where}": "7", f"note-{where}": "my reason"}
    assert "is “revealed” now" in client.post(address(round_), typed, headers=JSON).json()["problem"]
    answer = client.post(address(round_), typed)
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert re.search(rf'name="score-{where}" value="7" checked', shown)
    assert ">my reason</textarea>" in shown
    assert client.get(address(round_)).status_code == 302


def test_a_score_typed_in_the_first_turn_does_not_slip_into_the_second(
    round_: Round, diana: User, olga: User, as_: Any
) -> None:
    move_on(move_on(round_, to="revealed", by=diana), to="second", by=diana)
    late, now = place(round_, "Ajax"), place(round_, "Ajax", 1)
    typed = {f"score-{late}": "7", f"turn-{late}": "1", f"score-{now}": "6", f"turn-{now}": "2"}
    answer = as_(olga).post(address(round_), typed, headers=JSON).json()
    assert "belongs to the first round" in answer["refused"][str(late)]
    assert list(Score.objects.filter(member__user=olga).values_list("value", "turn")) == [(6, 2)]


def test_saving_leads_to_the_next_account_under_the_same_filter(round_: Round, olga: User, as_: Any) -> None:
    ajax, bolt = entry(round_, "Ajax").pk, entry(round_, "Bolt").pk
    start = address(round_, account=ajax, filter="missing")
    answer = as_(olga).post(start, {f"score-{place(round_, 'Ajax')}": "7", "then": "next"})
    assert answer["Location"] == address(round_, account=bolt, filter="missing")


def test_the_page_opens_where_something_is_missing(round_: Round, olga: User, as_: Any) -> None:
    score(round_, olga, {"Ajax": (5, 5, 5), "Bolt": (5, 5, 5)})
    compete(round_, olga, "Ajax", {"": (7, 8), "Xeno": (6, 9)}, olga)
    shown = page_of(as_(olga), address(round_))
    assert "<h1><bdi>Bolt</bdi></h1>" in shown
    assert "1 of 3 accounts done" in shown
    assert "Ajax" not in page_of(as_(olga), address(round_, filter="missing"))


def test_the_second_turn_asks_for_flagged_cells_first_with_median_range_and_ones_own_first_score(
    *, round_: Round, diana: User, olga: User, tim: User, as_: Any
) -> None:
    score(round_, olga, {"Ajax": (5, 5, 2), "Bolt": (5, 5, 5)})
    score(round_, tim, {"Ajax": (6, 5, 9), "Bolt": (5, 5, 5)})
    move_on(move_on(round_, to="revealed", by=diana), to="second", by=diana)
    shown = page_of(as_(olga), address(round_))
    assert "0 of 1 accounts done" in shown
    assert "Median 5.5, range 7 · your first score: 2" in shown
    assert shown.index("Market leader") < shown.index("Revenue potential")
    as_(olga).post(address(round_), {f"score-{place(round_, 'Ajax', 2)}": "7"})
    assert "1 of 1 accounts done" in page_of(as_(olga), address(round_, filter="all"))


def test_i_am_done_is_said_and_taken_back(round_: Round, olga: User, as_: Any) -> None:
    client = as_(olga)
    client.post(address(round_, "round-done"), {"done": "1"})
    assert round_.members.get(user=olga).finished_turn == 1
    client.post(address(round_, "round-done"), {"done": "0"})
    assert round_.members.get(user=olga).finished_turn == 0


# Suggestions


@pytest.fixture
def sold(round_: Round, olga: User) -> Account:
    """Ajax is Olga's, with revenue and profit in the ledger; Bolt is nobody's."""
    ajax, bolt = (Account.objects.get(name=name) for name in ("Ajax", "Bolt"))
    ajax.owner = olga
    ajax.save()
    for year in (2023, 2024):
        booked(ajax, year, 500, 300, 100)
        booked(bolt, year, 9500, 9000, 100)
    return ajax


def test_the_ledger_suggests_a_score_and_says_why(sold: Account, round_: Round, olga: User, as_: Any) -> None:
    shown = page_of(as_(olga), address(round_, account=entry(round_, "Ajax").pk))
    assert "Suggested 10: from its share of our revenue in 2023–2024 (ledger)" in shown
    assert "net margin" in shown.partition("Suggested")[2]


def test_only_a_director_reads_shares_of_the_whole_company(
    sold: Account, round_: Round, diana: User, olga: User
) -> None:
    """Who knows one account and its share of the whole knows the whole."""
    reading = reading_of(round_)
    items = [item for some in reading.items.values() for item in some]
    said = {user: [s.why for s in Ledger(user).suggestions(items, reading.entries).values()] for user in (diana, olga)}
    assert any("5.0% of our revenue" in why for why in said[diana])
    assert any("whole portfolio" in why for why in said[diana])
    assert not re.search(r"5\.0%|whole portfolio", " ".join(said[olga]))
    assert any("net margin" in why for why in said[olga])


def test_without_the_account_nothing_is_suggested(sold: Account, round_: Round, olga: User, as_: Any) -> None:
    assert "Suggested" not in page_of(as_(olga), address(round_, account=entry(round_, "Bolt").pk))


def test_without_profit_no_margin_is_suggested(sold: Account, round_: Round, tim: User, as_: Any) -> None:
    AccountMember.objects.create(account=sold, user=tim)
    shown = page_of(as_(tim), address(round_, account=entry(round_, "Ajax").pk))
    assert "of our revenue in 2023–2024" in shown
    assert "whole portfolio" not in re.sub(r"net margin (like|twice) our whole portfolio", "", shown)


def test_an_accepted_suggestion_is_remembered_as_one(sold: Account, round_: Round, olga: User, as_: Any) -> None:
    where = place(round_, "Ajax")
    as_(olga).post(address(round_), {"accept": str(where)})
    kept = Score.objects.get(member__user=olga)
    assert (kept.value, kept.is_suggested) == (10, True)


def test_another_score_than_the_suggested_is_ones_own(sold: Account, round_: Round, olga: User, as_: Any) -> None:
    where = place(round_, "Ajax")
    as_(olga).post(address(round_), {f"score-{where}": "9", f"suggested-{where}": "1"}, headers=JSON)
    kept = Score.objects.get(member__user=olga)
    assert (kept.value, kept.is_suggested) == (9, False)


def test_accepting_where_nothing_may_be_suggested_tells_nothing(
    sold: Account, round_: Round, olga: User, as_: Any
) -> None:
    where = place(round_, "Bolt")
    as_(olga).post(address(round_), {"accept": str(where)}, headers=JSON)
    assert own(olga) == {}


# The grid


def test_the_grid_has_a_cell_for_each_account_and_criterion(round_: Round, olga: User, as_: Any) -> None:
    assert page_of(as_(olga), address(round_, "round-score-grid")).count('class="score-grid__cell') == 9
    shown = page_of(as_(olga), address(round_, "round-score-grid", kind="strength"))
    assert shown.count('class="score-grid__cell') == 8
    assert shown.count("Xeno") >= 2


def test_the_grid_shows_a_bad_score_as_it_was_typed(round_: Round, olga: User, as_: Any) -> None:
    where = place(round_, "Ajax")
    answer = as_(olga).post(address(round_, "round-score-grid"), {f"score-{where}": "11"})
    assert answer.status_code == 422
    assert re.search(rf'name="score-{where}" value="11"', answer.content.decode())


# Files


def table_of(answer: Any) -> list[list[str]]:
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def as_text(rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


def test_own_scores_go_out_with_an_empty_row_where_there_is_none(
    round_: Round, olga: User, tim: User, as_: Any
) -> None:
    score(round_, olga, {"Ajax": (8, None, None)})
    rows = table_of(as_(olga).get(reverse("round-scores-file", args=[round_.pk, "csv"])))
    assert rows[0] == ["account", "criterion", "supplier", "score", "note"]
    assert len(rows) == 1 + 9 + 8
    assert [row for row in rows[1:] if row[3]] == [["Ajax", "Revenue potential", "", "8", ""]]


def test_own_scores_come_back_from_a_file(round_: Round, olga: User, as_: Any) -> None:
    client = as_(olga)
    rows = table_of(client.get(reverse("round-scores-file", args=[round_.pk, "csv"])))
    filled = [rows[0], *([*row[:3], str(1 + at % 10), "=said"] for at, row in enumerate(rows[1:]))]
    answer = client.post(address(round_, "round-scores-import"), {"file": a_file(as_text(filled))})
    assert answer.status_code == 302
    again = table_of(client.get(reverse("round-scores-file", args=[round_.pk, "csv"])))
    assert [row[:4] for row in again] == [row[:4] for row in filled]
    assert set(Score.objects.filter(member__user=olga).values_list("note", flat=True)) == {"=said"}


def test_a_workbook_with_chinese_headings_comes_back_too(round_: Round, olga: User, as_: Any) -> None:
    file = io.BytesIO()
    xlsx.stream(file, [["客戶", "準則", "分數"], ["Ajax", "Revenue potential", 9], ["Bolt", "Market leader", 2]])
    as_(olga).post(address(round_, "round-scores-import"), {"file": a_file(file.getvalue(), "scores.xlsx")})
    assert own(olga) == {str(place(round_, "Ajax")): 9, str(place(round_, "Bolt", 2)): 2}


def test_each_refused_row_says_why_and_the_others_are_kept(round_: Round, olga: User, as_: Any) -> None:
    rows = [
        "account,criterion,supplier,score,note",
        "Ajax,Revenue potential,,11,",
        "Nobody,Revenue potential,,5,",
        "Ajax,Colour,,5,",
        "Ajax,Market leader,Xeno,5,",
        "Ajax,Price,Yost,5,",
        "Ajax,Price,Xeno,5,",
        "Bolt,Market leader,,4,why",
        "Bolt,Market leader,,6,",
        "Cato,Market leader,,,",
    ]
    answer = as_(olga).post(address(round_, "round-scores-import"), {"file": a_file("\n".join(rows))})
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert re.findall(r"Row (\d+):", shown) == ["2", "3", "4", "5", "6", "9"]
    assert "6 rows were refused" in shown
    assert "2 other rows were read and kept" in shown
    assert sorted(own(olga).values()) == [4, 5]


def test_a_round_that_closes_while_a_file_is_read_keeps_what_was_read_and_tells_the_rest(
    *, round_: Round, diana: User, olga: User, as_: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def taken(*args: Any, **kwargs: Any) -> Any:
        outcome = take(*args, **kwargs)
        move_on(round_, to="revealed", by=diana)
        return outcome

    monkeypatch.setattr(files, "AT_ONCE", 1)
    monkeypatch.setattr(files, "take", taken)
    rows = ["account,criterion,score", *(f"{name},Market leader,5" for name in ("Ajax", "Bolt", "Cato"))]
    answer = as_(olga).post(address(round_, "round-scores-import"), {"file": a_file("\n".join(rows))})
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert re.findall(r"Row (\d+): This round is “revealed” now", shown) == ["3", "4"]
    assert "2 rows were refused" in shown
    assert "1 other row was read and kept" in shown
    assert own(olga) == {str(place(round_, "Ajax", 2)): 5}


def test_a_file_without_its_columns_is_refused(round_: Round, olga: User, as_: Any) -> None:
    answer = as_(olga).post(address(round_, "round-scores-import"), {"file": a_file("account,colour\nAjax,red\n")})
    assert "no column for the criterion" in answer.content.decode()


def test_two_accounts_of_one_name_are_told_apart_in_the_file(diana: User, olga: User, as_: Any) -> None:
    twins = round_of(diana, accounts("Same", "Same"), raters=[olga], picked=criteria("market_leader"))
    client = as_(olga)
    rows = table_of(client.get(reverse("round-scores-file", args=[twins.pk, "csv"])))
    filled = [rows[0], [*rows[1][:3], "3", ""], [*rows[2][:3], "9", ""]]
    client.post(address(twins, "round-scores-import"), {"file": a_file(as_text(filled))})
    assert sorted(own(olga).values()) == [3, 9]


# Bad input


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_whatever_is_typed_the_answer_is_a_page(text: str, round_: Round, olga: User, as_: Any) -> None:
    client, where = as_(olga), place(round_, "Ajax")
    fields = ("account", "filter", "q", "kind", "page", "seen", "flagged", "turn", "accept", "then", "done")
    cell = (f"{name}-{where}" for name in ("score", "note", "suggested", "turn"))
    sent = dict.fromkeys((*fields, *cell), text)
    for name in (
        "round",
        "round-live",
        "round-clock",
        "round-score",
        "round-score-grid",
        "round-agreement",
        "round-done",
    ):
        for answer in (client.get(address(round_, name), sent), client.post(address(round_, name), sent)):
            assert answer.status_code in {200, 302, 403, 405, 422}, name


@pytest.mark.parametrize("content", [b"", b"\x00" * 50, b"\xff\xfe\x00\xd8", b"PK\x03\x04broken", b'"', b"a;b\n" * 3])
def test_a_file_that_is_none_is_refused_in_words(content: bytes, round_: Round, olga: User, as_: Any) -> None:
    answer = as_(olga).post(address(round_, "round-scores-import"), {"file": a_file(content)})
    assert answer.status_code == 422
    assert "errorlist" in answer.content.decode()


# What pages cost


@pytest.mark.parametrize("name", ["round-score", "round-score-grid"])
def test_a_page_asks_the_same_few_questions_whatever_the_size(
    *, name: str, diana: User, olga: User, as_: Any, django_assert_max_num_queries: Any
) -> None:
    many = round_of(diana, accounts(*(f"A{n}" for n in range(60))), raters=[olga], picked=criteria(*PICKED))
    score(many, olga, {f"A{n}": (1, 2, 3) for n in range(40)})
    client = as_(olga)
    client.get(address(many, name))  # the round itself is read once for each of its states
    with django_assert_max_num_queries(16):
        client.get(address(many, name))
