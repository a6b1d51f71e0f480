"""Quarterly reviews, the agreed stage that follows them, and how deep both sides feel it is."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.web.stage_fixtures import ago, bow_tie, diamond, posted

from openkam.method.errors import InvalidInput
from openkam.web.accounts.models import Account
from openkam.web.people.models import User
from openkam.web.programme.history import record, save_recorded
from openkam.web.programme.models import Event
from openkam.web.relationships.models import Ambition, PerceivedScore, Stage, StageReview
from openkam.web.relationships.stage_actions import record_perceived, record_review, review_due, undo_review

pytestmark = pytest.mark.django_db


def reviews_of(account: Account) -> str:
    return f"/accounts/{account.pk}/relationship/reviews/"


def questions_of(account: Account) -> str:
    return f"/accounts/{account.pk}/relationship/perceived/"


def reviewed(account: Account, days: int, diagnosed: int, agreed: int) -> StageReview:
    return StageReview.objects.create(account=account, on=ago(days), diagnosed=diagnosed, agreed=agreed)


def text(client: Any, address: str) -> str:
    return " ".join(client.get(address).content.decode().split())


def test_a_review_keeps_the_stage_its_figures_and_the_thresholds(acme: Account, as_: Any, olga: User) -> None:
    bow_tie(acme)
    client = as_(olga)
    client.post(reviews_of(acme), {"note": "We only know the buyer."})
    review = StageReview.objects.get()
    assert (review.diagnosed, review.agreed, review.on, review.by) == (2, 2, timezone.localdate(), olga)
    assert (review.metrics["nu"], review.metrics["direct_share"], review.rules["mid_nu"]) == (1, 0, 3)
    assert not {"key_person", "weights"} & set(review.metrics)
    page = text(client, reviews_of(acme))
    assert "We only know the buyer." in page
    assert "Take today's review back" in page
    assert Event.objects.about(acme).filter(verb="reviewed_stage", new="2", by=olga).exists()


def test_the_agreed_stage_moves_when_two_reviews_in_a_row_say_so(acme: Account, olga: User) -> None:
    reviewed(acme, 220, 2, 2)
    diamond(acme)
    review = record_review(acme, by=olga)
    assert (review.diagnosed, review.agreed) == (4, 2)
    review.delete()
    reviewed(acme, 110, 4, 2)
    assert record_review(acme, by=olga).agreed == 4


def test_a_second_review_on_the_same_day_is_refused(acme: Account, as_: Any, olga: User) -> None:
    record_review(acme, by=olga)
    with pytest.raises(InvalidInput) as refusal:
        record_review(acme, by=olga)
    assert refusal.value.code == "review_twice"
    answer = as_(olga).post(reviews_of(acme), {"note": ""}, follow=True)
    assert "is on record already" in answer.content.decode()
    assert StageReview.objects.count() == 1


def test_only_todays_review_is_taken_back_and_only_by_who_recorded_it(
    *, acme: Account, as_: Any, diana: User, olga: User
) -> None:
    old = reviewed(acme, 100, 2, 2)
    mine = record_review(acme, by=olga)
    for review, person in ((mine, diana), (old, olga)):
        with pytest.raises(InvalidInput) as refusal:
            undo_review(review, by=person)
        assert refusal.value.code == "review_stays"
    as_(diana).post(f"{reviews_of(acme)}{mine.pk}/undo/")
    assert StageReview.objects.count() == 2
    as_(olga).post(f"{reviews_of(acme)}{mine.pk}/undo/")
    assert list(StageReview.objects.all()) == [old]
    assert Event.objects.about(acme).filter(verb="undid_review", by=olga).exists()


def test_a_review_of_another_account_is_not_taken_back_here(acme: Account, as_: Any, olga: User) -> None:
    other = Account.objects.create(name="Other", owner=olga)
    review = record_review(other, by=olga)
    assert as_(olga).post(f"{reviews_of(acme)}{review.pk}/undo/").status_code == 404
    assert StageReview.objects.exists()


def test_a_review_is_due_after_a_quarter() -> None:
    today = date(2026, 11, 25)
    for days, due in ((90, False), (91, True)):
        assert review_due(StageReview(on=today - timedelta(days=days)), today) == due
    assert review_due(None, today)


def test_reviews_are_recorded_by_those_who_may_change_the_account(
    *, acme: Account, as_: Any, diana: User, olga: User, tim: User, vera: User, stranger: User
) -> None:
    for person in (tim, vera):
        assert as_(person).post(reviews_of(acme), {"note": ""}).status_code == 403
        assert "Record the review" not in text(as_(person), reviews_of(acme))
    assert as_(stranger).post(reviews_of(acme), {"note": ""}).status_code == 404
    assert not StageReview.objects.exists()
    as_(diana).post(reviews_of(acme), {"note": ""})
    review = StageReview.objects.get()
    for person, status in ((tim, 403), (vera, 403), (stranger, 404)):
        assert as_(person).post(f"{reviews_of(acme)}{review.pk}/undo/").status_code == status
    assert StageReview.objects.exists()


def test_sc6_fifteen_is_mid_and_runs_ahead_of_a_bow_tie(acme: Account, as_: Any, olga: User) -> None:
    bow_tie(acme)
    client = as_(olga)
    client.post(questions_of(acme), posted((2, 3, 2, 3, 2, 3)))
    assert PerceivedScore.objects.get().answers == [2, 3, 2, 3, 2, 3]
    page = text(client, questions_of(acme))
    assert "15 of 24" in page
    assert "Claims run ahead of contacts: it feels like Mid KAM, the contacts show Early KAM." in page
    relationship = text(client, f"/accounts/{acme.pk}/relationship/")
    assert "Claims run ahead of contacts" in relationship
    assert "not asked yet" in relationship


@pytest.mark.parametrize(
    ("total", "stage"),
    [
        (6, Stage.EARLY),
        (10, Stage.EARLY),
        (11, Stage.MID),
        (16, Stage.MID),
        (17, Stage.PARTNERSHIP),
        (22, Stage.PARTNERSHIP),
        (23, Stage.SYNERGISTIC),
        (24, Stage.SYNERGISTIC),
    ],
)
def test_sc6_bands_reach_the_page(*, total: int, stage: Stage, acme: Account, as_: Any, olga: User) -> None:
    answers = [1 + (total - 6) // 6 + ((total - 6) % 6 > place) for place in range(6)]
    record_perceived(acme, side="us", answers=answers, on=ago(0), by=olga)
    read = as_(olga).get(questions_of(acme)).context["felt"][0][2]
    assert (read.total, read.stage) == (total, stage)


def test_both_sides_are_compared_and_the_customer_is_named(acme: Account, as_: Any, olga: User) -> None:
    client = as_(olga)
    assert client.post(questions_of(acme), posted((2,) * 6, side="customer")).status_code == 422
    client.post(questions_of(acme), posted((2,) * 6, side="customer", said_by="王小明"))
    client.post(questions_of(acme), posted((3,) * 6))
    page = text(client, questions_of(acme))
    assert "We feel Partnership KAM, the customer feels Mid KAM. Suppliers usually rate it higher." in page
    assert "王小明" in page


def test_an_open_question_is_no_answer_and_nothing_is_kept(acme: Account, as_: Any, olga: User) -> None:
    whole = posted((2,) * 6)
    for name in ("breadth", "status", "side", "on"):
        form = {key: value for key, value in whole.items() if key != name}
        assert as_(olga).post(questions_of(acme), form).status_code == 422
    for bad in ({"breadth": "5"}, {"breadth": "0"}, {"side": "them"}, {"on": "soon"}, {"on": ago(-1).isoformat()}):
        assert as_(olga).post(questions_of(acme), whole | bad).status_code == 422
    with pytest.raises(InvalidInput):
        record_perceived(acme, side="us", answers=[2, 2, 2], on=ago(0), by=olga)
    assert not PerceivedScore.objects.exists()


def test_the_latest_answers_of_the_day_count_and_earlier_ones_stay(acme: Account, as_: Any, olga: User) -> None:
    record_perceived(acme, side="us", answers=[1] * 6, on=ago(200), by=olga)
    record_perceived(acme, side="us", answers=[4] * 6, on=ago(10), by=olga)
    client = as_(olga)
    assert client.get(questions_of(acme)).context["felt"][0][2].total == 24
    then = client.get(f"/accounts/{acme.pk}/relationship/", {"on": ago(100).isoformat()})
    assert then.context["felt"][0][2].total == 6
    assert len(client.get(questions_of(acme)).context["history"]) == 2


def test_answers_are_written_by_those_who_may_change_the_account(
    *, acme: Account, as_: Any, tim: User, vera: User, stranger: User
) -> None:
    for person, status in ((tim, 403), (vera, 403), (stranger, 404)):
        assert as_(person).post(questions_of(acme), posted((2,) * 6)).status_code == status
    assert not PerceivedScore.objects.exists()


def test_the_history_names_the_stage_and_writes_the_points_of_a_plan(acme: Account, as_: Any, diana: User) -> None:
    bow_tie(acme)
    as_(diana).post(reviews_of(acme), {})
    record("reviewed_plan", by=diana, about=acme, field="plan", new="66.50")
    save_recorded(Ambition(account=acme, target=4, by_when=ago(-300), by=diana), by=diana, fields=["target"])
    history = text(as_(diana), f"/accounts/{acme.pk}/history/")
    home = text(as_(diana), "/")
    for said in ("Early KAM", "66.5"):
        assert f'<td dir="auto">{said} </td>' in history
        assert f"{said}</ins>" in home
    assert "Partnership KAM</ins>" in home
