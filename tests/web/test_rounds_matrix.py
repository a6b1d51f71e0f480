"""Which customers are strategic? The matrix of a round: the deck's example, what-if, who sees what, and its picture."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.web.crawl import snapshot, text_of
from tests.web.matrix_fixtures import decks_of, filled, matrix_of, picked, rows_of
from tests.web.portfolio_facts import booked
from tests.web.round_fixtures import accounts, compete, criteria, entry, round_of, score
from tests.web.test_rounds_results import CAF, TABLE_ONE, TABLE_TWO

from openkam import method
from openkam.web.accounts.models import Account, AccountMember
from openkam.web.people.models import User
from openkam.web.programme.words import known_problems, problem
from openkam.web.rounds.actions import add_accounts, change_round, move_on
from openkam.web.rounds.freezing import freeze
from openkam.web.rounds.matrix.page import Matrix
from openkam.web.rounds.models import Kind, Round, Score

pytestmark = pytest.mark.django_db


@pytest.fixture
def decks(diana: User, olga: User, tim: User) -> Round:
    return decks_of(diana, olga, tim)


@pytest.fixture
def users(request: pytest.FixtureRequest) -> dict[str, User]:
    return {name: request.getfixturevalue(name) for name in ("diana", "olga", "tim", "stranger", "vera")}


def classes(matrix: Matrix) -> dict[str, str]:
    return {name: row.cell for name, row in rows_of(matrix).items()}


def item(round_: Round, slug: str) -> str:
    return f"w{round_.items.get(criterion__slug=slug).pk}"


def test_the_deck_s_tables_give_its_totals_strengths_and_classes_on_the_page(
    decks: Round, diana: User, as_: Any
) -> None:
    page = text_of(as_(diana).get(f"/rounds/{decks.pk}/matrix/"))
    table = page[page.index("matrix__table") :]
    for name, chip, score_, total, strength in (
        ("Alpha", "key", "7.17", "43", "1.10"),
        ("Beta", "key_development", "6.33", "38", "0.83"),
        ("Gamma", "maintenance", "5.17", "31", "1.05"),
        ("Delta", "opportunistic", "4.67", "28", "0.83"),
    ):
        row = next(part for part in table.split("<tr") if f"<bdi>{name}</bdi>" in part)
        for expected in (f"chip--{chip}", score_, f"<small>{total}</small>", strength):
            assert expected in row, (name, expected)
    assert "Attractive from 5.83 (total 35.0), the average of the 4 rated customers." in page


def test_the_deck_s_tipping_weights_are_those_of_the_method(decks: Round, diana: User) -> None:
    rows = rows_of(matrix_of(decks, diana))
    weights = dict(zip(CAF, rows["Beta"].tipping, strict=True))
    assert {slug: round(weight, 4) for slug, weight in weights.items() if weight} == {
        "size": 0.5833, "financial_stability": 0.5833, "closeness": 0.375,
    }  # fmt: skip
    assert round(rows["Beta"].tip.at, 4) == 0.375
    assert [weight and round(weight, 4) for weight in rows["Alpha"].tipping] == [None, None, None, 0.7727, None, None]


def test_the_file_has_the_tipping_weights_exactly(decks: Round, diana: User, as_: Any) -> None:
    text = text_of(as_(diana).get(f"/rounds/{decks.pk}/matrix.csv"))
    assert ".7727" in text
    assert ".5833" in text
    assert ".375" in text
    assert "Key development account" in text
    assert "Key development account" in text_of(as_(diana).get(f"/rounds/{decks.pk}/matrix.xlsx"))
    assert as_(diana).get(f"/rounds/{decks.pk}/matrix.doc").status_code == 404


def test_beta_moves_with_seven_points_of_two_factors(decks: Round, diana: User) -> None:
    turn = rows_of(matrix_of(decks, diana))["Beta"].turn
    assert turn.is_gain
    assert [(step.factor, step.now, step.to) for step in turn.steps] == [("Price", 5, 10), ("Relationship", 5, 7)]


def test_against_the_average_competitor_strengths_change_and_a_differing_class_is_said(
    decks: Round, diana: User, as_: Any
) -> None:
    compete_again = {"": (7, 7, 7, 7, 7, 7), "X": (9, 9, 9, 9, 9, 9), "Y": (1, 1, 1, 1, 1, 1)}
    Score.objects.filter(entry__name="Alpha", item__kind=Kind.STRENGTH).delete()
    alpha = entry(decks, "Alpha")
    suppliers = {"": None, **{str(row): row for row in alpha.competitors.select_related("competitor")}}
    rater = decks.members.get(user__name="Olga")
    for supplier, row in compete_again.items():
        for each, value in zip(decks.items.filter(kind=Kind.STRENGTH), row, strict=True):
            Score.objects.create(entry=alpha, item=each, member=rater, supplier=suppliers[supplier], value=value)
    change_round(decks, by=diana)
    rows = rows_of(matrix_of(decks, diana))
    assert (rows["Alpha"].cell, rows["Alpha"].other_cell) == ("key_development", "key")
    assert classes(matrix_of(decks, diana, rule="average"))["Alpha"] == "key"
    assert "average competitor:" in text_of(as_(diana).get(f"/rounds/{decks.pk}/matrix/"))


def test_a_what_if_changes_the_picture_and_nothing_in_the_database(decks: Round, diana: User, as_: Any) -> None:
    client = as_(diana)
    before = snapshot()
    query = {item(decks, "closeness"): "100", item(decks, "size"): "0", "cut": "midpoint", "rule": "average"}
    page = text_of(client.get(f"/rounds/{decks.pk}/matrix/", query))
    assert "This is a what-if" in page
    assert "midpoint 5.50 (total 33.0)" in page
    assert snapshot() == before


def test_a_slider_flips_a_class_where_the_tipping_weight_says(decks: Round, diana: User) -> None:
    name, others = item(decks, "closeness"), [item(decks, slug) for slug in CAF if slug != "closeness"]
    beneath = {name: "57", **dict.fromkeys(others, "20")}  # 36.3 %
    beyond = {name: "63", **dict.fromkeys(others, "20")}  # 38.7 %
    assert classes(matrix_of(decks, diana, **beneath))["Beta"] == "key_development"
    assert classes(matrix_of(decks, diana, **beyond))["Beta"] == "opportunistic"


@pytest.fixture
def director(diana: User, as_: Any) -> Any:
    return as_(diana)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"cut": "fixed", "cut_at": "11"}, "“11” is no cut"),
        ({"cut": "fixed", "cut_at": "0.5"}, "“0.5” is no cut"),
        ({"cut": "fixed", "cut_at": "NaN"}, "“NaN” is no cut"),
        ({"cut": "fixed", "cut_at": "six"}, "“six” is no cut"),
        ({"cut": "fixed", "cut_at": "5.125"}, "“5.125” is no cut"),
        ({"cut": "fixed", "cut_at": ""}, "Type the score from which"),
        ({"cut": "fixed"}, "Type the score from which"),
    ],
)
def test_a_fixed_cut_off_the_scale_is_refused_and_the_round_s_own_stays(
    decks: Round, director: Any, query: dict[str, str], said: str
) -> None:
    page = text_of(director.get(f"/rounds/{decks.pk}/matrix/", query))
    assert said in page
    assert "average 5.83 (total 35.0)" in page


def test_a_fixed_cut_in_either_habit_places_by_it(decks: Round, diana: User) -> None:
    for text in ("6.5", "6,5"):
        found = classes(matrix_of(decks, diana, cut="fixed", cut_at=text))
        assert found == {
            "Alpha": "key", "Beta": "opportunistic", "Gamma": "maintenance", "Delta": "opportunistic",
        }  # fmt: skip


def test_weights_of_nothing_are_refused(decks: Round, diana: User, as_: Any) -> None:
    page = text_of(as_(diana).get(f"/rounds/{decks.pk}/matrix/", {item(decks, slug): "0" for slug in CAF}))
    assert "All weights are zero" in page
    assert "average 5.83 (total 35.0)" in page


def test_a_nonsense_address_shows_the_round_s_own_matrix(decks: Round, diana: User, as_: Any) -> None:
    nonsense = {
        "cut": "x",
        "rule": "y",
        "view": "z",
        "only": "w",
        "page": "-7",
        item(decks, "size"): "1e9",
        "q": "\x00",
    }
    response = as_(diana).get(f"/rounds/{decks.pk}/matrix/", nonsense)
    assert response.status_code == 200
    assert "This is a what-if" not in response.content.decode()


def test_htmx_gets_the_picture_and_its_table_alone(decks: Round, diana: User, as_: Any) -> None:
    part = as_(diana).get(f"/rounds/{decks.pk}/matrix/", HTTP_HX_REQUEST="true").content.decode()
    assert "<html" not in part
    assert "<svg" in part
    assert 'id="matrix-table" hx-swap-oob="true"' in part


def test_before_the_reveal_nothing_leaks_to_anybody(diana: User, olga: User, tim: User, as_: Any) -> None:
    round_ = round_of(diana, accounts("Alpha"), raters=[olga, tim], picked=picked())
    score(round_, olga, {"Alpha": (9, 9, 9, 9, 9, 9)}, Kind.ATTRACTIVENESS)
    compete(round_, diana, "Alpha", TABLE_TWO["Alpha"], olga)
    for person in (diana, olga, tim):
        client = as_(person)
        for kind in ("csv", "svg", "xlsx"):
            assert client.get(f"/rounds/{round_.pk}/matrix.{kind}").status_code == 403
        for part in ("matrix/", "attractiveness/"):
            page = text_of(client.get(f"/rounds/{round_.pk}/{part}"))
            assert "Still blind" in page
            assert '<svg class="matrix' not in page
        strength = text_of(client.get(f"/rounds/{round_.pk}/strength/{entry(round_, 'Alpha').pk}/"))
        assert 'table-two"><caption' not in strength
        assert "1.10" not in strength


def test_only_who_takes_part_and_directors_open_a_round(decks: Round, users: dict[str, User], as_: Any) -> None:
    at = entry(decks, "Alpha").pk
    for part in ("matrix/", "matrix.csv", "matrix.svg", "attractiveness/", "strength/", f"strength/{at}/"):
        address = f"/rounds/{decks.pk}/{part}"
        codes = {name: _status(as_(user).get(address)) for name, user in users.items()}
        assert codes == {"diana": 200, "olga": 200, "tim": 200, "stranger": 404, "vera": 404}, part


def _status(answer: Any) -> int:
    text_of(answer)
    return int(answer.status_code)


def kept(client: Any, round_: Round, **fields: str) -> Any:
    seen = f"{round_.strength_rule}/{round_.strength_view}/{round_.cut}/{round_.cut_at}"
    return client.post(f"/rounds/{round_.pk}/matrix/rules/", {"seen": "", "seen_rules": seen, **fields}, follow=True)


def test_who_runs_the_round_keeps_what_they_tried(decks: Round, diana: User, as_: Any) -> None:
    page = text_of(kept(as_(diana), decks, cut="fixed", cut_at="6.5", rule="average", **{item(decks, "size"): "50"}))
    assert "These are the rules of the round now." in page
    decks.refresh_from_db()
    assert (decks.cut, float(decks.cut_at or 0), decks.strength_rule) == ("fixed", 6.5, "average")
    weights = dict(decks.items.filter(kind=Kind.ATTRACTIVENESS).values_list("criterion__slug", "weight"))
    assert weights["size"] == pytest.approx(weights["closeness"] / 2)


def test_others_cannot_keep_and_a_locked_round_stays_as_it_is(decks: Round, users: dict[str, User], as_: Any) -> None:
    clients = {name: as_(user) for name, user in users.items()}
    before = snapshot()
    others = {name: client for name, client in clients.items() if name != "diana"}
    codes = {name: kept(client, decks, cut="midpoint").status_code for name, client in others.items()}
    assert codes == {"olga": 403, "tim": 403, "stranger": 404, "vera": 404}
    assert snapshot() == before
    move_on(decks, to="locked", by=users["diana"])
    assert "is “locked” now" in text_of(kept(clients["diana"], decks, cut="midpoint"))
    decks.refresh_from_db()
    assert decks.cut == "mean"


def test_rules_that_somebody_else_changed_meanwhile_are_not_overwritten(decks: Round, diana: User, as_: Any) -> None:
    stale = "best/ours/midpoint/None"
    page = text_of(kept(as_(diana), decks, rule="average", seen_rules=stale))
    assert "Somebody changed the rules of this round meanwhile" in page
    decks.refresh_from_db()
    assert decks.strength_rule == "best"


REVENUE, HIDDEN = 8675309, 7919113


def test_revenue_reaches_only_who_may_see_the_account(decks: Round, users: dict[str, User], as_: Any) -> None:
    mine, other = (Account.objects.get(name=name) for name in ("Alpha", "Beta"))
    AccountMember.objects.create(account=mine, user=users["tim"])
    booked(mine, 2025, REVENUE, None, None)
    booked(other, 2025, HIDDEN, None, None)
    for part in ("matrix/", "matrix.csv", "matrix.xlsx", "matrix.svg"):
        said = _digits(text_of(as_(users["tim"]).get(f"/rounds/{decks.pk}/{part}")))
        assert str(REVENUE) in said, part
        assert str(HIDDEN) not in said, part
        assert str(HIDDEN) in _digits(text_of(as_(users["diana"]).get(f"/rounds/{decks.pk}/{part}")))


def _digits(text: str) -> str:
    return re.sub(r"(?<=\d),(?=\d)", "", text)


def test_an_account_without_a_competitor_has_no_place_and_a_link_to_name_one(
    decks: Round, diana: User, as_: Any
) -> None:
    add_accounts(decks, accounts=accounts("Alone"), by=diana)
    decks.refresh_from_db()
    page = text_of(as_(diana).get(f"/rounds/{decks.pk}/matrix/"))
    at = entry(decks, "Alone").pk
    assert f'<a href="/rounds/{decks.pk}/strength/{at}/"><bdi>Alone</bdi></a>: No competitor is named there' in page
    only = matrix_of(decks, diana, only="none")
    assert [only.reading.entries[position].name for position in only.listed] == ["Alone"]


def test_one_account_stands_at_its_own_average_and_is_warned_of(diana: User, olga: User, as_: Any) -> None:
    round_ = round_of(diana, accounts("Alpha"), raters=[olga], picked=picked())
    filled(round_, diana, olga, ["Alpha"])
    assert classes(matrix_of(round_, diana)) == {"Alpha": "key"}
    assert "with fewer than 4 accounts an average says little" in text_of(
        as_(diana).get(f"/rounds/{round_.pk}/matrix/")
    )


def test_identical_totals_are_all_attractive_and_that_is_said(diana: User, olga: User, as_: Any) -> None:
    names = [f"Same {number}" for number in range(5)]
    round_ = round_of(diana, accounts(*names), raters=[olga], picked=picked())
    for name in names:
        score(round_, olga, {name: TABLE_ONE["Delta"]}, Kind.ATTRACTIVENESS)
        compete(round_, diana, name, TABLE_TWO["Delta"], olga)
    round_ = move_on(round_, to="revealed", by=diana)
    assert set(classes(matrix_of(round_, diana)).values()) == {"key_development"}
    assert "All accounts are equally attractive" in text_of(as_(diana).get(f"/rounds/{round_.pk}/matrix/"))


def test_a_round_in_which_nothing_of_the_matrix_is_scored_says_so(diana: User, olga: User, as_: Any) -> None:
    round_ = round_of(diana, accounts("Ajax"), raters=[olga], picked=[*picked(), *criteria("solvency")])
    score(round_, olga, {"Ajax": (7,)})
    move_on(round_, to="revealed", by=diana)
    page = text_of(as_(diana).get(f"/rounds/{round_.pk}/matrix/"))
    assert "No account has a place yet" in page
    assert "nothing to place" in page
    for part, said in (("matrix.csv", "Ajax"), ("attractiveness/", "Ajax"), ("matrix.svg", "<svg")):
        assert said in text_of(as_(diana).get(f"/rounds/{round_.pk}/{part}"))


def test_a_round_without_success_factors_has_no_matrix(diana: User, olga: User, as_: Any) -> None:
    round_ = round_of(diana, accounts("Ajax"), raters=[olga], picked=criteria("solvency"))
    score(round_, olga, {"Ajax": (7,)})
    move_on(round_, to="revealed", by=diana)
    for part in ("matrix/", "matrix.csv", "attractiveness/"):
        assert "There is no matrix of this round" in text_of(as_(diana).get(f"/rounds/{round_.pk}/{part}"))


def test_warnings_name_double_counting_and_the_lack_of_evidence(decks: Round, diana: User, as_: Any) -> None:
    page = text_of(as_(diana).get(f"/rounds/{decks.pk}/matrix/"))
    assert "Ease of access, Closeness of relationships: what makes a customer attractive here" in page
    assert "none of them was asked" in page
    assert "another account moves it" in page


def test_the_portfolio_s_tab_goes_to_the_latest_frozen_else_revealed_round(
    decks: Round, users: dict[str, User], as_: Any
) -> None:
    diana, olga = users["diana"], users["olga"]
    blind = round_of(diana, [Account.objects.get(name="Alpha")], raters=[olga], picked=picked(), on=date(2028, 1, 1))
    assert as_(olga).get("/portfolio/matrix/").url == f"/rounds/{decks.pk}/matrix/"
    newer = round_of(diana, accounts("One", "Two"), raters=[olga], picked=picked(), on=date(2027, 1, 1))
    filled(newer, diana, olga, ["One", "Two"])
    assert as_(olga).get("/portfolio/matrix/").url == f"/rounds/{newer.pk}/matrix/"
    freeze(move_on(decks, to="locked", by=diana), by=diana)
    assert as_(olga).get("/portfolio/matrix/").url == f"/rounds/{decks.pk}/matrix/"
    assert "No round has been revealed yet" in text_of(as_(users["stranger"]).get("/portfolio/matrix/"))
    assert blind.is_blind


def test_the_list_is_filtered_by_class_and_by_text_and_counted(decks: Round, diana: User) -> None:
    def listed(**query: str) -> list[str]:
        matrix = matrix_of(decks, diana, **query)
        return [matrix.reading.entries[at].name for at in matrix.listed]

    assert listed() == ["Alpha", "Beta", "Gamma", "Delta"]
    assert listed(only="maintenance") == ["Gamma"]
    assert listed(q="ALP") == ["Alpha"]
    assert listed(q="ta", only="opportunistic") == ["Delta"]


def test_queries_do_not_grow_with_the_accounts(diana: User, olga: User, as_: Any) -> None:
    client = as_(diana)

    def queries(number: int) -> int:
        names = [f"{number} {each}" for each in range(number)]
        round_ = round_of(diana, accounts(*names), raters=[olga], picked=picked())
        filled(round_, diana, olga, names)
        client.get(f"/rounds/{round_.pk}/matrix/")
        with CaptureQueriesContext(connection) as caught:
            client.get(f"/rounds/{round_.pk}/matrix/")
        return len(caught)

    few = queries(4)
    assert queries(60) == few
    assert few <= 14


def test_every_code_of_the_matrix_and_of_strength_has_its_sentence() -> None:
    folder = Path(method.__file__).parent
    names = ("matrix", "strength", "account_class", "scales")
    sources = [(folder / f"{name}.py").read_text("utf-8") for name in names]
    raised = {code for text in sources for code in re.findall(r'\bInvalidInput\(\s*"([a-z_]+)"', text)}
    noticed = {code for text in sources for code in re.findall(r'\bNotice\(code="([a-z_]+)"', text)}
    noticed |= set(re.findall(r'^        "([a-z_]+)":', sources[0].split("found: dict[str, Any] = {")[1], re.MULTILINE))
    assert {"fixed_cut_needs_value", "scores_and_ratings"} <= raised
    assert {"mean_cut_is_relative", "no_competitor", "strength_rule_decides", "same_name_twice"} <= noticed
    assert (raised | noticed) - known_problems() == set()
    assert all("%(" not in problem(code, {}) for code in raised | noticed)
