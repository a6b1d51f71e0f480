"""Table One and Table Two of a round: the deck's numbers, competitors, success factors of one customer, its target."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.web.crawl import snapshot, text_of
from tests.web.round_fixtures import accounts, compete, criteria, entry, round_of, score
from tests.web.test_rounds_results import CAF, CSF, TABLE_ONE, TABLE_TWO

from openkam.web.people.models import User
from openkam.web.programme.models import Event
from openkam.web.rounds.actions import move_on, name_competitors
from openkam.web.rounds.freezing import freeze
from openkam.web.rounds.matrix.table_one import PER_PAGE, TableOne
from openkam.web.rounds.matrix.table_two import comparison
from openkam.web.rounds.models import Competitor, CustomerLink, CustomerScore, Entry, Kind, Round
from openkam.web.rounds.reading import reading_of

pytestmark = pytest.mark.django_db


def picked() -> list[Any]:
    return [*criteria(*CAF, kind=Kind.ATTRACTIVENESS), *criteria(*CSF, kind=Kind.STRENGTH)]


@pytest.fixture
def blind(diana: User, olga: User, tim: User) -> Round:
    """The deck's four customers, scored by Olga and not yet revealed; Tim rates too, Diana runs the round."""
    round_ = round_of(diana, accounts(*TABLE_ONE), raters=[olga, tim], picked=picked())
    score(round_, olga, TABLE_ONE, Kind.ATTRACTIVENESS)
    for name, rows in TABLE_TWO.items():
        compete(round_, diana, name, rows, olga)
    return round_


@pytest.fixture
def decks(blind: Round, diana: User) -> Round:
    return move_on(blind, to="revealed", by=diana)


@pytest.fixture
def users(request: pytest.FixtureRequest) -> dict[str, User]:
    return {name: request.getfixturevalue(name) for name in ("diana", "olga", "tim", "stranger", "vera")}


def address(round_: Round, name: str, part: str = "") -> str:
    return f"/rounds/{round_.pk}/strength/{entry(round_, name).pk}/{part}"


def cells(page: str, table: str) -> list[list[str]]:
    """The rows of a table as texts, without what is small print."""
    start = page.index(f'class="{table}"')
    body = page[start : page.index("</table>", start)]
    rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in body.split("<tr")[1:]]
    return [[re.sub(r"<small>.*?</small>|<[^>]+>", "", cell).strip() for cell in row] for row in rows]


def test_table_one_is_the_deck_s(decks: Round, diana: User, as_: Any) -> None:
    rows = cells(text_of(as_(diana).get(f"/rounds/{decks.pk}/attractiveness/")), "table-one")
    assert rows == [
        ["Factor", "Alpha", "Beta", "Gamma", "Delta"],
        ["Size", "9", "6", "8", "3"],
        ["Growth potential", "7", "8", "4", "4"],
        ["Financial stability", "8", "6", "7", "5"],
        ["Ease of access", "5", "7", "4", "6"],
        ["Closeness of relationships", "6", "4", "5", "7"],
        ["Strategic fit", "8", "7", "3", "3"],
        ["Total", "43", "38", "31", "28"],
        ["Score, 1 to 10", "7.17", "6.33", "5.17", "4.67"],
        ["Attractive", "yes", "yes", "no", "no"],
    ]


def test_the_average_score_is_the_total_of_all_over_the_customers_rated(decks: Round) -> None:
    table = TableOne(decks, reading_of(decks))
    assert (table.average, table.cut_total, table.rated) == (35, 35, 4)


def test_the_line_of_table_one_stands_before_the_first_below_the_cut(decks: Round) -> None:
    table = TableOne(decks, reading_of(decks))
    columns = list(table.columns(table.order))
    assert [column.entry.name for column in columns if column.is_first_below] == ["Gamma"]


def test_raters_far_apart_are_flagged_with_their_range(blind: Round, diana: User, tim: User, as_: Any) -> None:
    score(blind, tim, {"Alpha": (5, 7, 8, 5, 6, 8)}, Kind.ATTRACTIVENESS)
    move_on(blind, to="revealed", by=diana)
    page = text_of(as_(diana).get(f"/rounds/{blind.pk}/attractiveness/"))
    assert re.search(r'is-flagged">7 <small>5–9 <span title="Far apart', page)
    assert page.count("Far apart") == 1


def test_table_one_shows_twenty_customers_a_page(diana: User, olga: User, as_: Any) -> None:
    names = [f"Customer {number:02d}" for number in range(PER_PAGE + 3)]
    round_ = round_of(diana, accounts(*names), raters=[olga], picked=picked())
    score(round_, olga, dict.fromkeys(names, (5, 5, 5, 5, 5, 5)), Kind.ATTRACTIVENESS)
    move_on(round_, to="revealed", by=diana)
    client = as_(diana)
    first, second = (text_of(client.get(f"/rounds/{round_.pk}/attractiveness/?page={page}")) for page in (1, 2))
    assert len(cells(first, "table-one")[0]) == 1 + PER_PAGE
    assert len(cells(second, "table-one")[0]) == 1 + 3


def test_table_two_is_the_deck_s(decks: Round, diana: User, as_: Any) -> None:
    page = text_of(as_(diana).get(address(decks, "Alpha")))
    assert cells(page, "table-two") == [
        ["Success factor", "You", "X", "Y"],
        ["Price", "6", "8", "7"],
        ["Service", "8", "7", "6"],
        ["Speed of response", "9", "6", "6"],
        ["Relationship", "8", "6", "6"],
        ["Major supplier", "7", "8", "6"],
        ["Technical innovation", "6", "5", "7"],
        ["Total", "44", "40", "38"],
    ]
    assert "1.10" in page
    assert "1.13" in page
    assert "Key account" in page


@pytest.mark.parametrize(
    ("name", "strength"), [("Alpha", 1.1), ("Beta", 35 / 42), ("Gamma", 41 / 39), ("Delta", 30 / 36)]
)
def test_strength_to_the_best_competitor_is_the_deck_s(decks: Round, name: str, strength: float) -> None:
    reading = reading_of(decks)
    at = reading.position(entry(decks, name).pk)
    assert at is not None
    assert comparison(reading, at).strength("best") == pytest.approx(strength)


def test_the_page_says_what_would_move_the_account_and_which_weights_would(decks: Round, diana: User, as_: Any) -> None:
    page = text_of(as_(diana).get(address(decks, "Beta")))
    assert "The fewest points that make us strong here: Price 5 → 10, Relationship 5 → 7." in page
    assert "No single factor would do." in page
    for said in ("Size: at 58.33%", "Closeness of relationships: at 37.50%", "Strategic fit: at no weight"):
        assert said in page
    assert "Ease of access: at 77.27%" in text_of(as_(diana).get(address(decks, "Alpha")))


def test_before_the_reveal_competitors_can_be_named_and_no_score_is_shown(
    blind: Round, users: dict[str, User], as_: Any
) -> None:
    for name in ("diana", "tim"):
        page = text_of(as_(users[name]).get(address(blind, "Alpha")))
        assert "Still blind" in page
        assert 'class="table-two"' not in page
        assert "1.10" not in page
        assert "Save competitors" in page
        listed = text_of(as_(users[name]).get(f"/rounds/{blind.pk}/strength/"))
        assert "<bdi>X</bdi>, <bdi>Y</bdi>" in listed
        assert "1.10" not in listed


def named(client: Any, round_: Round, names: list[str], seen: list[str]) -> Any:
    return client.post(address(round_, "Alpha", "competitors/"), {"competitor": names, "seen": seen}, follow=True)


def competitors(round_: Round) -> list[str]:
    return sorted(str(row) for row in entry(round_, "Alpha").competitors.select_related("competitor"))


def test_who_runs_or_scores_names_competitors_and_others_do_not(blind: Round, users: dict[str, User], as_: Any) -> None:
    codes = {
        name: named(as_(user), blind, ["X", "Y", f"New of {name}"], ["X", "Y"]).status_code
        for name, user in users.items()
    }
    assert codes == {"diana": 200, "olga": 200, "tim": 200, "stranger": 404, "vera": 404}
    assert competitors(blind) == ["New of diana", "New of olga", "New of tim", "X", "Y"]


def test_two_who_name_competitors_at_once_keep_each_other_s(blind: Round, users: dict[str, User], as_: Any) -> None:
    diana, olga = as_(users["diana"]), as_(users["olga"])
    named(diana, blind, ["X", "Y", "Globex"], ["X", "Y"])
    named(olga, blind, ["X", "Y", "Initech", "", "  "], ["X", "Y"])
    assert competitors(blind) == ["Globex", "Initech", "X", "Y"]
    named(diana, blind, ["X", "Y", "Initech", ""], ["X", "Y", "Initech", "Globex"])
    assert competitors(blind) == ["Initech", "X", "Y"]


def test_a_rater_takes_no_competitor_out_and_learns_nothing_of_scores(
    blind: Round, users: dict[str, User], as_: Any
) -> None:
    name_competitors(entry(blind, "Alpha"), names=["X", "Y", "Unscored"], by=users["diana"])
    seen = ["X", "Y", "Unscored"]
    tim = as_(users["tim"])
    pages = [text_of(named(tim, blind, kept, seen)) for kept in (["Y", "Unscored"], ["X", "Y"])]
    said = [re.findall(r'<p class="message .*?</p>', page) for page in pages]
    assert "Only a facilitator of the round takes competitors out." in said[0][0]
    assert said[0] == said[1]
    assert competitors(blind) == ["Unscored", "X", "Y"]
    assert Event.objects.about(blind).latest("pk").by == users["diana"]


def test_a_rater_may_change_no_competitor_that_is_there(blind: Round, users: dict[str, User], as_: Any) -> None:
    for name, expected in (("diana", []), ("tim", ["X", "Y"])):
        page = text_of(as_(users[name]).get(address(blind, "Alpha")))
        assert re.findall(r'name="competitor" value="(\w*)"[^>]*readonly', page) == expected


def test_a_competitor_with_scores_stays(blind: Round, diana: User, as_: Any) -> None:
    page = text_of(named(as_(diana), blind, ["Y"], ["X", "Y"]))
    assert "“X” has scores already and stays in the round." in page
    assert competitors(blind) == ["X", "Y"]


def test_too_many_competitors_are_refused(blind: Round, diana: User, as_: Any) -> None:
    page = text_of(named(as_(diana), blind, [f"C{number}" for number in range(30)], []))
    assert "At most 20 competitors" in page
    assert competitors(blind) == ["X", "Y"]


def test_nobody_names_competitors_of_a_locked_round(decks: Round, diana: User, as_: Any) -> None:
    move_on(decks, to="locked", by=diana)
    assert "is “locked” now" in text_of(named(as_(diana), decks, ["X", "Y", "Z"], ["X", "Y"]))
    assert competitors(decks) == ["X", "Y"]
    assert "Save competitors" not in text_of(as_(diana).get(address(decks, "Alpha")))


def weighed(client: Any, round_: Round, *points: str, seen: str = "") -> Any:
    items = round_.items.filter(kind=Kind.STRENGTH)
    typed = {f"p{item.pk}": text for item, text in zip(items, points, strict=True)}
    return client.post(address(round_, "Alpha", "points/"), {**typed, "seen": seen}, follow=True)


def test_points_of_this_customer_change_its_strength_alone(decks: Round, diana: User, as_: Any) -> None:
    page = text_of(weighed(as_(diana), decks, "100", "0", "0", "0", "0", "0"))
    assert "Saved." in page
    assert "0.75" in page  # 6 over 8
    decks.refresh_from_db()
    reading = reading_of(decks)
    gamma = reading.position(entry(decks, "Gamma").pk)
    assert gamma is not None
    assert comparison(reading, gamma).strength("best") == pytest.approx(41 / 39)


@pytest.mark.parametrize(
    ("points", "said"),
    [
        (("1", "2", "3", "4", "5", ""), "“Technical innovation” has nothing yet"),
        (("0",) * 6, "All weights are zero"),
        (("-1", "1", "1", "1", "1", "1"), "“-1” is no number of points (Price)"),
        (("1001", "1", "1", "1", "1", "1"), "“1001” is no number of points"),
        (("many", "1", "1", "1", "1", "1"), "“many” is no number of points"),
        (("NaN", "1", "1", "1", "1", "1"), "“NaN” is no number of points"),
    ],
)
def test_bad_points_are_told_and_kept_in_the_form(
    decks: Round, director: Any, points: tuple[str, ...], said: str
) -> None:
    answer = weighed(director, decks, *points)
    page = text_of(answer)
    assert answer.status_code == 422
    assert said in page
    assert all(f'value="{text}"' in page for text in points)
    assert entry(decks, "Alpha").points == {}


@pytest.fixture
def director(diana: User, as_: Any) -> Any:
    return as_(diana)


def test_points_that_somebody_else_changed_are_not_overwritten(decks: Round, director: Any) -> None:
    weighed(director, decks, "1", "2", "3", "4", "5", "6")
    kept = entry(decks, "Alpha").points
    assert "Somebody changed these points meanwhile" in text_of(weighed(director, decks, "6", "5", "4", "3", "2", "1"))
    assert entry(decks, "Alpha").points == kept


def test_empty_points_are_those_of_the_round_again(decks: Round, director: Any) -> None:
    weighed(director, decks, "1", "1", "1", "1", "1", "5")
    seen = ",".join(f"{item}:{points}" for item, points in sorted(entry(decks, "Alpha").points.items()))
    weighed(director, decks, "", "", "", "", "", "", seen=seen)
    assert entry(decks, "Alpha").points == {}


def aimed(client: Any, round_: Round, **fields: str) -> Any:
    typed = {"target_attractiveness": "8", "target_strength": "1.2", "target_on": "2028-01-01", "seen": "//"}
    return client.post(address(round_, "Alpha", "target/"), {**typed, **fields}, follow=True)


def test_a_target_is_kept_with_an_event_for_each_part(decks: Round, director: Any) -> None:
    assert "Saved." in text_of(aimed(director, decks))
    at = entry(decks, "Alpha")
    assert (at.target_attractiveness, at.target_strength, at.target_on) == (8, Decimal("1.2"), date(2028, 1, 1))
    fields = Event.objects.filter(by__name="Diana", subject_type="rounds.entry").values_list("field", flat=True)
    assert {"target_attractiveness", "target_strength", "target_on"} <= set(fields)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"target_attractiveness": "11"}, "less than or equal to 10"),
        ({"target_attractiveness": "x"}, "Enter a number"),
        ({"target_strength": ""}, "both numbers, or neither"),
        ({"target_strength": "0"}, "A strength is a ratio from 0.1 to 10."),
        ({"target_strength": "NaN"}, "Enter a number"),
        ({"target_on": "2028-13-01"}, "Enter a valid date"),
        ({"seen": "5/5/"}, "Somebody changed this target meanwhile"),
    ],
)
def test_a_bad_target_is_told_and_nothing_kept(decks: Round, director: Any, fields: dict[str, str], said: str) -> None:
    answer = aimed(director, decks, **fields)
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert entry(decks, "Alpha").target_attractiveness is None


def test_who_was_told_of_another_s_target_may_send_theirs_again(decks: Round, director: Any) -> None:
    aimed(director, decks)
    page = text_of(aimed(director, decks, target_attractiveness="9"))
    assert 'name="seen" value="8.00/1.20/2028-01-01"' in page
    aimed(director, decks, target_attractiveness="9", seen="8.00/1.20/2028-01-01")
    assert entry(decks, "Alpha").target_attractiveness == 9


def test_points_and_targets_are_for_who_runs_the_round(decks: Round, users: dict[str, User], as_: Any) -> None:
    clients = {name: as_(user) for name, user in users.items() if name != "diana"}
    before = snapshot()
    wanted = {"olga": 403, "tim": 403, "stranger": 404, "vera": 404}
    assert {name: aimed(client, decks).status_code for name, client in clients.items()} == wanted
    assert {n: weighed(client, decks, *"123456").status_code for n, client in clients.items()} == wanted
    assert snapshot() == before


def test_nothing_of_a_frozen_round_can_be_typed(decks: Round, users: dict[str, User], as_: Any) -> None:
    diana = users["diana"]
    freeze(move_on(decks, to="locked", by=diana), by=diana)
    client = as_(diana)
    before = snapshot()
    assert "This round is frozen" in text_of(aimed(client, decks))
    assert "This round is frozen" in text_of(named(client, decks, ["Z"], []))
    assert "This round is frozen" in text_of(weighed(client, decks, *"123456"))
    assert snapshot() == before
    page = text_of(client.get(address(decks, "Alpha")))
    for button in ("Save competitors", "Save points", "Save target"):
        assert button not in page
    assert cells(page, "table-two")[-1] == ["Total", "44", "40", "38"]


def test_the_customer_s_own_view_stands_beside_ours(decks: Round, diana: User, as_: Any) -> None:
    at = entry(decks, "Alpha")
    link = CustomerLink.objects.create(
        entry=at, digest="d", contact="Ann", made_by=diana, expires_at="2030-01-01T00:00Z", used_at="2026-11-01T00:00Z"
    )
    for item in decks.items.filter(kind=Kind.STRENGTH):
        CustomerScore.objects.create(link=link, item=item, value=5)
        for supplier in at.competitors.all():
            CustomerScore.objects.create(link=link, item=item, supplier=supplier, value=10)
    Round.objects.filter(pk=decks.pk).update(mark=decks.mark + 100)
    page = text_of(as_(diana).get(address(decks, "Alpha")))
    assert "Our strength as they see it" in page
    assert "0.50" in page
    tried = text_of(as_(diana).get(f"/rounds/{decks.pk}/matrix/?view=theirs"))
    assert 'class="dot__ghost"' in tried
    assert re.search(r"<bdi>Alpha</bdi>.*?chip--key_development", tried, re.DOTALL)


def test_the_list_names_who_is_missing_competitors(decks: Round, diana: User, as_: Any) -> None:
    name_competitors(entry(decks, "Delta"), names=["X", "Y"], by=diana)
    Entry.objects.get(name="Gamma").competitors.all().delete()
    Round.objects.filter(pk=decks.pk).update(mark=decks.mark + 100)
    client = as_(diana)
    page = text_of(client.get(f"/rounds/{decks.pk}/strength/"))
    assert "1 account has no competitor named" in page
    assert "1.10" in page
    only = text_of(client.get(f"/rounds/{decks.pk}/strength/?missing=1"))
    assert "<bdi>Gamma</bdi>" in only
    assert "<bdi>Alpha</bdi>" not in only
    assert "<bdi>Alpha</bdi>" in text_of(client.get(f"/rounds/{decks.pk}/strength/?q=LPH"))


def test_names_of_competitors_are_escaped(blind: Round, diana: User, as_: Any) -> None:
    evil = '</datalist><script>alert(1)</script>"'
    named(as_(diana), blind, ["X", "Y", evil], ["X", "Y"])
    assert Competitor.objects.filter(name=evil).exists()
    for page in (address(blind, "Alpha"), f"/rounds/{blind.pk}/strength/"):
        assert "<script>alert" not in text_of(as_(diana).get(page))


def test_queries_of_the_tables_do_not_grow_with_the_accounts(diana: User, olga: User, as_: Any) -> None:
    client = as_(diana)

    def queries(number: int) -> list[int]:
        names = [f"{number} {each}" for each in range(number)]
        round_ = round_of(diana, accounts(*names), raters=[olga], picked=picked())
        score(round_, olga, dict.fromkeys(names, (5, 5, 5, 5, 5, 5)), Kind.ATTRACTIVENESS)
        compete(round_, diana, names[0], TABLE_TWO["Alpha"], olga)
        move_on(round_, to="revealed", by=diana)
        counts = []
        for page in (
            f"/rounds/{round_.pk}/attractiveness/",
            f"/rounds/{round_.pk}/strength/",
            address(round_, names[0]),
        ):
            client.get(page)
            with CaptureQueriesContext(connection) as caught:
                client.get(page)
            counts.append(len(caught))
        return counts

    few = queries(3)
    assert queries(40) == few
    assert max(few) <= 20


def test_an_entry_of_another_round_is_not_found(decks: Round, diana: User, olga: User, as_: Any) -> None:
    other = round_of(diana, accounts("Elsewhere"), raters=[olga], picked=picked())
    at = entry(other, "Elsewhere").pk
    assert as_(diana).get(f"/rounds/{decks.pk}/strength/{at}/").status_code == 404
    for part in ("competitors", "points", "target"):
        assert as_(diana).post(f"/rounds/{decks.pk}/strength/{at}/{part}/").status_code == 404
        assert as_(diana).get(f"/rounds/{decks.pk}/strength/{at}/{part}/").status_code == 405
