"""The criteria and the people of a round: ticked, floored, added and taken out; what is refused in words."""

from typing import Any

import pytest
from django.test import Client
from tests.web.round_fixtures import criteria, round_of, score

from openkam.web.accounts.models import Account
from openkam.web.people.models import User
from openkam.web.programme.models import Event
from openkam.web.rounds.actions import move_on
from openkam.web.rounds.models import Kind, Round, Score

pytestmark = pytest.mark.django_db
PICKED = ("revenue_potential", "market_leader", "solvency")


@pytest.fixture
def round_(olga: User, tim: User, acme: Account) -> Round:
    """Olga's round of her own account, scored by Tim."""
    return round_of(olga, [acme], raters=[tim], picked=criteria(*PICKED), to="draft")


def page(client: Client, round_: Round, part: str) -> str:
    return client.get(f"/rounds/{round_.pk}/{part}/").content.decode()


def choice(*taken: str, of: str = Kind.SELECTION, **floors: str) -> dict[str, str]:
    fields = {f"take-{criterion.pk}": "on" for criterion in criteria(*taken, kind=of)}
    return fields | {f"floor-{criteria(slug, kind=of)[0].pk}": floor for slug, floor in floors.items()}


def chosen(round_: Round) -> dict[str, int | None]:
    return dict(round_.items.values_list("criterion__slug", "floor"))


def test_criteria_are_ticked_in_the_library_with_their_floors(round_: Round, as_: Any, olga: User) -> None:
    as_(olga).post(f"/rounds/{round_.pk}/criteria/", choice("solvency", "quick_pay", "marquee_value", quick_pay="6"))
    assert chosen(round_) == {"solvency": None, "quick_pay": 6, "marquee_value": None}
    verbs = Event.objects.filter(by=olga, field__in=("criteria", "floor")).values_list("field", "old", "new")
    assert {("criteria", "3", "3"), ("floor", "4", ""), ("floor", "", "6")} <= set(verbs)


def test_choosing_one_kind_leaves_the_others(round_: Round, as_: Any, olga: User) -> None:
    sent = choice("price", "service", of=Kind.STRENGTH)
    as_(olga).post(f"/rounds/{round_.pk}/criteria/?of=strength", sent)
    assert round_.items.filter(kind=Kind.STRENGTH).count() == 2
    assert round_.items.filter(kind=Kind.SELECTION).count() == 3


@pytest.mark.parametrize("floor", ["11", "0", "-1", "4.5", "x", "9" * 5000])
def test_a_floor_off_the_scale_saves_nothing(floor: str, round_: Round, as_: Any, olga: User) -> None:
    answer = as_(olga).post(f"/rounds/{round_.pk}/criteria/", choice("quick_pay", quick_pay=floor))
    assert answer.status_code == 422
    assert "Nothing was saved: a floor is a whole number from 1 to 10." in answer.content.decode()
    assert set(chosen(round_)) == set(PICKED)


def test_a_criterion_that_has_scores_stays_and_nothing_else_changes(
    round_: Round, as_: Any, olga: User, tim: User
) -> None:
    opened = move_on(round_, to="open", by=olga)
    score(opened, tim, {"Acme 台積": (7, None, None)})
    answer = as_(olga).post(f"/rounds/{round_.pk}/criteria/", choice("quick_pay", "solvency"))
    assert answer.status_code == 422
    assert "“Revenue potential” has scores already" in answer.content.decode()
    assert set(chosen(round_)) == set(PICKED)
    assert Score.objects.count() == 1


def test_many_criteria_of_equal_weight_are_advised_against(round_: Round, as_: Any, olga: User) -> None:
    slugs = [c.slug for c in criteria(*PICKED)]
    more = ["quick_pay", "flexibility", "product_fit", "cultural_fit", "honest_dealings", "channel_partner"]
    as_(olga).post(f"/rounds/{round_.pk}/criteria/", choice(*slugs, *more, "buying_orientation", "needed_expertise"))
    words = page(as_(olga), round_, "criteria")
    assert "11 criteria are many" in words
    assert "All of them weigh the same." in words


def test_after_the_reveal_criteria_are_read_only(round_: Round, as_: Any, olga: User, tim: User) -> None:
    opened = move_on(round_, to="open", by=olga)
    score(opened, tim, {"Acme 台積": (7, 7, 7)})
    move_on(opened, to="revealed", by=olga)
    assert "Criteria come and go until the scores are revealed" in page(as_(olga), round_, "criteria")
    assert as_(olga).post(f"/rounds/{round_.pk}/criteria/", choice(*PICKED, "quick_pay")).status_code == 422


def test_people_are_added_as_raters_or_facilitators(
    *, round_: Round, as_: Any, olga: User, vera: User, stranger: User
) -> None:
    sent = {"people": [vera.pk, stranger.pk], "is_rater": "on"}
    as_(olga).post(f"/rounds/{round_.pk}/people/", sent)
    assert set(round_.members.filter(is_rater=True).values_list("user__name", flat=True)) == {"Tim", "Vera", "Sam"}
    as_(olga).post(f"/rounds/{round_.pk}/people/{vera.pk}/", {"is_facilitator": "on"})
    assert round_.facilitated_by(vera)
    assert Event.objects.about(round_).filter(verb="added_person", new="Vera").count() == 1


def test_a_changed_part_is_told_as_a_change(round_: Round, as_: Any, olga: User, tim: User) -> None:
    client, before = as_(olga), Event.objects.about(round_).count()
    for sent in ({"is_facilitator": "on"}, {"is_facilitator": "on", "is_rater": "on"}):
        for _twice in range(2):
            client.post(f"/rounds/{round_.pk}/people/{tim.pk}/", sent)
    assert Event.objects.about(round_).count() == before + 2
    told = Event.objects.about(round_).filter(verb="changed", field="people").order_by("pk").values_list("old", "new")
    assert list(told) == [
        ("Tim: scores", "Tim: facilitates"),
        ("Tim: facilitates", "Tim: scores, facilitates"),
    ]


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"is_rater": "on"}, "Choose at least one person."),
        ({"people": ["{vera}"]}, "score, facilitate, or both"),
        ({"people": ["0"], "is_rater": "on"}, "not one of the available"),
        ({"people": ["x" * 500], "is_rater": "on"}, "Choose among the people"),
        ({"people": ["9" * 30], "is_rater": "on"}, "Choose among the people"),
        ({"people": ["{gone}"], "is_rater": "on"}, "not one of the available"),
    ],
)
def test_nobody_joins_without_a_part_or_an_account_here(
    *, sent: dict[str, Any], words: str, round_: Round, as_: Any, olga: User, vera: User, stranger: User
) -> None:
    User.objects.filter(pk=stranger.pk).update(is_active=False)
    known = {"vera": vera.pk, "gone": stranger.pk}
    filled = {name: [v.format(**known) for v in values] for name, values in sent.items()}
    answer = as_(olga).post(f"/rounds/{round_.pk}/people/", filled)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert round_.members.count() == 2


def test_a_rater_taken_out_mid_round_keeps_scores_and_the_page_says_so(
    round_: Round, as_: Any, olga: User, tim: User
) -> None:
    opened = move_on(round_, to="open", by=olga)
    score(opened, tim, {"Acme 台積": (7, 7, 7)})
    answer = as_(olga).post(f"/rounds/{round_.pk}/people/{tim.pk}/departure/", follow=True)
    assert "Tim is out. Scores that they gave are kept and no longer counted" in answer.content.decode()
    assert Score.objects.count() == 3
    assert as_(tim).get("/rounds/").context["page"].paginator.count == 0
    as_(olga).post(f"/rounds/{round_.pk}/people/", {"people": [tim.pk], "is_rater": "on"})
    assert round_.members.get(user=tim).removed_at is None


def test_who_gives_the_round_away_lands_on_the_list(round_: Round, as_: Any, olga: User) -> None:
    answer = as_(olga).post(f"/rounds/{round_.pk}/people/{olga.pk}/departure/")
    assert answer["Location"] == "/rounds/"


def test_somebody_without_a_part_is_told_and_stays(round_: Round, as_: Any, olga: User, tim: User) -> None:
    answer = as_(olga).post(f"/rounds/{round_.pk}/people/{tim.pk}/", {}, follow=True)
    assert "Choose whether they score, facilitate, or both." in answer.content.decode()
    assert round_.members.get(user=tim).is_rater


def test_few_raters_are_advised_against(round_: Round, as_: Any, olga: User) -> None:
    assert "1 rater. Three to seven are best" in page(as_(olga), round_, "people")


def test_the_people_ask_the_database_as_often_for_two_as_for_thirty(
    round_: Round, as_: Any, olga: User, django_assert_num_queries: Any
) -> None:
    client = as_(olga)
    page(client, round_, "people")
    with django_assert_num_queries(9):
        page(client, round_, "people")
    for n in range(30):
        user = User.objects.create_user(f"p{n}@supplier.example", name=f"P{n}")
        if n % 2:
            round_.members.create(user=user)
    with django_assert_num_queries(9):
        page(client, round_, "people")
