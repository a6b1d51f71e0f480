"""Weights of a round by four methods: the published examples, what is refused and how, who may weigh and until when."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.web.round_fixtures import accounts, criteria, round_of, score

from openkam import method
from openkam.method.errors import InvalidInput
from openkam.web.people.models import User
from openkam.web.programme.models import Event
from openkam.web.programme.words import known_problems, problem
from openkam.web.rounds.actions import move_on
from openkam.web.rounds.models import Criterion, Item, Kind, Round, Weighting
from openkam.web.rounds.weights.fields import content_of, fields_of
from openkam.web.rounds.weights.weighting import choose_criteria, set_weights, weighting_of

pytestmark = pytest.mark.django_db
SIX = (
    "revenue_potential",
    "profitability_potential",
    "buying_orientation",
    "cultural_fit",
    "quick_pay",
    "product_fit",
)
SWING = (100, 80, 60, 50, 40, 20)


@pytest.fixture
def round_(diana: User, olga: User, tim: User) -> Round:
    return round_of(olga, accounts("Ajax"), raters=[olga, tim], picked=criteria(*SIX), to="draft")


def items(round_: Round) -> list[Item]:
    return list(round_.items.filter(kind=Kind.SELECTION).select_related("criterion"))


def address(round_: Round, of: str = "selection") -> str:
    return f"/rounds/{round_.pk}/weights/{of}/"


def points(round_: Round, *values: Any) -> dict[str, Any]:
    return {"method": "points"} | {f"points-{item.pk}": n for item, n in zip(items(round_), values, strict=True)}


def weights(round_: Round) -> list[float]:
    return [round(item.weight, 2) for item in items(round_)]


def three(round_: Round, by: User) -> list[Item]:
    """Leave the round its first three criteria."""
    choose_criteria(round_, kind=Kind.SELECTION, criteria=criteria(*SIX[:3]), by=by)
    return items(round_)


def test_swing_points_of_the_selection_example(round_: Round, as_: Any, olga: User) -> None:
    before = round_.mark
    assert as_(olga).post(address(round_), points(round_, *SWING)).status_code == 302
    assert weights(round_) == [28.57, 22.86, 17.14, 14.29, 11.43, 5.71]
    weighting = Weighting.objects.get(round=round_)
    assert (weighting.method, weighting.by, weighting.kind) == ("points", olga, "selection")
    event = Event.objects.about(round_).latest("pk")
    assert (event.verb, event.by, event.field) == ("weighed", olga, "weights")
    assert event.new.startswith("Revenue potential 28.6%, ")
    assert Round.objects.get(pk=round_.pk).mark > before


def test_ahp_of_three_criteria_is_the_published_example(round_: Round, as_: Any, olga: User) -> None:
    one, two, last = three(round_, olga)
    sent = {f"pair-{one.pk}-{two.pk}": "3", f"pair-{one.pk}-{last.pk}": "5", f"pair-{two.pk}-{last.pk}": "3"}
    as_(olga).post(address(round_), {"method": "ahp", **sent})
    assert weights(round_) == [63.7, 25.83, 10.47]
    page = as_(olga).get(address(round_)).content.decode()
    assert "Consistency ratio 0.03" in page
    assert '<option value="5" selected>5 times as important as' in page


def test_a_contradiction_says_which_pair_and_what_to_do(round_: Round, as_: Any, olga: User) -> None:
    one, two, last = three(round_, olga)
    sent = {f"pair-{one.pk}-{two.pk}": "9", f"pair-{one.pk}-{last.pk}": "1/9", f"pair-{two.pk}-{last.pk}": "9"}
    page = as_(olga).get(address(round_), {"method": "ahp", **sent}, headers={"hx-request": "true"}).content.decode()
    assert "The comparisons contradict each other" in page
    assert "fits least: you say" in page
    assert not Weighting.objects.exists()


def test_best_worst_of_three_and_what_is_certain_may_stay_empty(round_: Round, as_: Any, olga: User) -> None:
    one, two, last = three(round_, olga)
    ends = {"best": two.pk, "worst": last.pk}
    sent = {f"best-{one.pk}": "2", f"best-{last.pk}": "8", f"worst-{one.pk}": "4"}
    assert as_(olga).post(address(round_), {"method": "best_worst", **ends, **sent}).status_code == 302
    content = Weighting.objects.get(round=round_).content
    assert (content["best_to_others"], content["others_to_worst"]) == (["2", "1", "8"], ["4", "8", "1"])
    assert weights(round_) == [30.77, 61.54, 7.69]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("centroid", [40.83, 24.17, 15.83, 10.28, 6.11, 2.78]),
        ("rank_sum", [28.57, 23.81, 19.05, 14.29, 9.52, 4.76]),
        ("reciprocal", [40.82, 20.41, 13.61, 10.2, 8.16, 6.8]),
    ],
)
def test_a_ranking_falls_by_its_rule(*, rule: str, expected: list[float], round_: Round, as_: Any, olga: User) -> None:
    ranks = {f"rank-{item.pk}": n for n, item in enumerate(items(round_), start=1)}
    as_(olga).post(address(round_), {"method": "ranking", "rank_rule": rule, **ranks})
    assert weights(round_) == expected


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ((0, 0, 0, 0, 0, 0), "All weights are zero"),
        ((100, "", 0, 0, 0, 0), "“Profitability potential” has nothing yet"),
        ((101, 0, 0, 0, 0, 0), "“101” is not a number from 0 to 100"),
        ((-1, 0, 0, 0, 0, 0), "“-1” is not a number from 0 to 100"),
        (("NaN", 0, 0, 0, 0, 0), "“NaN” is not a number"),
        (("Infinity", 0, 0, 0, 0, 0), "“Infinity” is not a number"),
        (("1e400", 0, 0, 0, 0, 0), "“1e400” is not a number"),
        (("٣", 0, 0, 0, 0, 0), "is not a number"),
        (("9" * 5000, 0, 0, 0, 0, 0), "is not a number"),
        (("<b>", 0, 0, 0, 0, 0), "“&lt;b&gt;” is not a number"),
    ],
)
def test_points_that_cannot_be_weighed_are_refused_in_words(
    *, values: tuple[Any, ...], words: str, round_: Round, as_: Any, olga: User
) -> None:
    answer = as_(olga).post(address(round_), points(round_, *values))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert set(weights(round_)) == {1.0}


def test_incomplete_or_impossible_pairs_are_refused(round_: Round, as_: Any, olga: User) -> None:
    one, two, last = three(round_, olga)
    for sent, words in (
        ({f"pair-{one.pk}-{two.pk}": "3"}, "1 of 3 pairs are compared"),
        ({f"pair-{one.pk}-{two.pk}": "10"}, "from 9 times as important down to a ninth"),
        ({f"pair-{one.pk}-{two.pk}": "0.33"}, "from 9 times as important down to a ninth"),
    ):
        answer = as_(olga).post(address(round_), {"method": "ahp", **sent})
        assert answer.status_code == 422
        assert words in answer.content.decode()
    assert last.pk
    assert not Weighting.objects.exists()


def test_ends_that_contradict_each_other_are_refused(round_: Round, as_: Any, olga: User) -> None:
    one, two, last = (item.pk for item in three(round_, olga))
    rest = {f"best-{two}": "9", f"worst-{two}": "2"}
    for sent, words in (
        ({"worst": last}, "Choose the most important"),
        ({"best": one}, "Choose the least important"),
        ({"best": one, "worst": one}, "cannot be the same"),
        ({"best": one, "worst": last, f"best-{last}": "8", f"worst-{one}": "7", **rest}, "stands there twice, as 8"),
        ({"best": one, "worst": last, f"best-{last}": "8", **rest}, "9.0 is more than the best against the worst"),
    ):
        answer = as_(olga).post(address(round_), {"method": "best_worst", **sent})
        assert answer.status_code == 422
        assert words in answer.content.decode()


def test_ten_criteria_are_too_many_for_pairs(round_: Round, as_: Any, olga: User) -> None:
    more = ("market_leader", "solvency", "flexibility", "honest_dealings")
    choose_criteria(round_, kind=Kind.SELECTION, criteria=criteria(*SIX, *more), by=olga)
    for way in ("ahp", "best_worst"):
        page = as_(olga).get(address(round_), {"method": way}).content.decode()
        assert "10 criteria make too many pairs" in page
        answer = as_(olga).post(address(round_), {"method": way})
        assert answer.status_code == 422


def test_the_verb_refuses_what_is_not_reciprocal_or_of_other_criteria(round_: Round, olga: User) -> None:
    names = [str(item.pk) for item in three(round_, olga)]
    for content, code in (
        ({"method": "ahp", "items": names, "judgements": [["3", "5", "0"]]}, "greater_than"),
        ({"method": "ahp", "items": names, "judgements": [["3", "5"]]}, "ragged"),
        ({"method": "points", "items": [*names[:2], "0"], "points": [1, 1, 1]}, "weights_other_criteria"),
        ({"method": "points", "items": names, "points": [0, 0, 0]}, "weights_all_zero"),
        ({"method": "points", "items": names, "points": [1, 1, -1]}, "weight_negative"),
    ):
        with pytest.raises(InvalidInput, match=code):
            set_weights(round_, kind=Kind.SELECTION, content=content, by=olga)


def test_members_are_refused_and_others_find_nothing(
    *, round_: Round, as_: Any, diana: User, olga: User, tim: User, vera: User, stranger: User
) -> None:
    sent = points(round_, *SWING)
    answers = {person: as_(person).get(address(round_)).status_code for person in (diana, olga, tim, vera, stranger)}
    assert list(answers.values()) == [200, 200, 403, 404, 404]
    assert [as_(person).post(address(round_), sent).status_code for person in (tim, vera, stranger)] == [403, 404, 404]
    assert Client().get(address(round_)).status_code == 302
    assert not Weighting.objects.exists()


def test_an_unknown_kind_is_not_found(round_: Round, as_: Any, olga: User) -> None:
    assert as_(olga).get(address(round_, "nonsense")).status_code == 404


def test_weights_are_set_until_the_round_is_locked(round_: Round, as_: Any, olga: User, tim: User) -> None:
    opened = move_on(round_, to="open", by=olga)
    score(opened, tim, {"Ajax": (1, 2, 3, 4, 5, 6)})
    move_on(opened, to="revealed", by=olga)
    assert as_(olga).post(address(round_), points(round_, *SWING)).status_code == 302
    move_on(opened, to="locked", by=olga)
    answer = as_(olga).post(address(round_), points(round_, 1, 1, 1, 1, 1, 1))
    assert answer.status_code == 422
    assert "is “locked” now" in answer.content.decode()
    page = as_(olga).get(address(round_)).content.decode()
    assert "Save the weights" not in page
    assert weights(round_)[0] == 28.57


def test_what_somebody_else_saved_meanwhile_is_not_overwritten(
    round_: Round, as_: Any, olga: User, diana: User
) -> None:
    seen = as_(olga).get(address(round_)).context["seen"]
    as_(diana).post(address(round_), points(round_, *SWING))
    answer = as_(olga).post(address(round_), {**points(round_, 1, 1, 1, 1, 1, 1), "seen": seen})
    assert answer.status_code == 422
    assert "Diana changed these weights meanwhile" in answer.content.decode()
    assert weights(round_)[0] == 28.57


def test_trying_shows_shares_and_saves_nothing(round_: Round, as_: Any, olga: User) -> None:
    page = as_(olga).get(address(round_), points(round_, *SWING), headers={"hx-request": "true"}).content.decode()
    assert "<html" not in page
    assert "28.6%" in page
    assert "Not saved yet" in page
    assert not Weighting.objects.exists()
    assert set(weights(round_)) == {1.0}


def test_equal_weights_are_named(round_: Round, as_: Any, olga: User) -> None:
    page = as_(olga).get(address(round_), points(round_, *[50] * 6), headers={"hx-request": "true"}).content.decode()
    assert "Is nothing more important than the rest?" in page


def test_a_criterion_that_joins_weighed_ones_weighs_their_average_and_the_page_says_so(
    round_: Round, as_: Any, olga: User
) -> None:
    as_(olga).post(address(round_), points(round_, *SWING))
    choose_criteria(round_, kind=Kind.SELECTION, criteria=criteria(*SIX, "solvency"), by=olga)
    joined = round_.items.get(criterion__slug="solvency")
    assert joined.weight == pytest.approx(100 / 6)
    assert "Criteria have come or gone since" in as_(olga).get(address(round_)).content.decode()


def test_fields_and_documents_say_the_same_both_ways(round_: Round, olga: User) -> None:
    one, two, last = three(round_, olga)
    pairs = {f"pair-{one.pk}-{two.pk}": "1/3", f"pair-{one.pk}-{last.pk}": "1", f"pair-{two.pk}-{last.pk}": "9"}
    for way, posted in (
        ("points", {f"points-{one.pk}": "100", f"points-{two.pk}": "33.5", f"points-{last.pk}": "0"}),
        ("ranking", {"rank_rule": "rank_sum", f"rank-{one.pk}": "2", f"rank-{two.pk}": "1", f"rank-{last.pk}": "2"}),
        ("ahp", pairs),
    ):
        set_weights(round_, kind=Kind.SELECTION, content=content_of(way, items(round_), posted), by=olga)
        known = weighting_of(round_, Kind.SELECTION)
        assert known is not None
        assert fields_of(way, items(round_), known.content) == posted


def test_a_kind_without_criteria_has_nothing_to_weigh(round_: Round, as_: Any, olga: User) -> None:
    assert "Nothing to weigh" in as_(olga).get(address(round_, "strength")).content.decode()
    answer = as_(olga).post(address(round_, "strength"), {"method": "points"})
    assert answer.status_code == 422


def test_the_page_asks_the_database_as_often_for_six_as_for_thirty(
    round_: Round, as_: Any, olga: User, django_assert_num_queries: Any
) -> None:
    client = as_(olga)
    client.get(address(round_))
    with django_assert_num_queries(9):
        client.get(address(round_))
    choose_criteria(round_, kind=Kind.SELECTION, criteria=Criterion.objects.filter(kind="selection"), by=olga)
    with django_assert_num_queries(9):
        client.get(address(round_))


def test_every_code_of_the_weights_and_scales_has_its_sentence() -> None:
    folder = Path(method.__file__).parent
    sources = [(folder / f"{name}.py").read_text("utf-8") for name in ("weights", "judgements", "scales", "agreement")]
    raised = {code for text in sources for code in re.findall(r'\bInvalidInput\(\s*"([a-z_]+)"', text)}
    noticed = set(re.findall(r'\bNotice\(code="([a-z_]+)"', sources[0]))
    assert {"weights_all_zero", "judgement", "anchors_not_monotone"} <= raised
    assert (raised | noticed) - known_problems() == set()
    assert all("%(" not in problem(code, {}) for code in raised | noticed)
