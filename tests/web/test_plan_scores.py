"""How good is the plan: six parts of a hundred points, twice a year, and an executive behind it."""

from typing import Any

import pytest
from django.utils import timezone
from tests.web.action_fixtures import action, in_days, opened, page_of

from openkam.method.errors import InvalidInput
from openkam.method.plan_quality import EXAMPLE
from openkam.web.accounts.models import Account
from openkam.web.people.models import User
from openkam.web.plans.action_actions import drop_action, finish_action
from openkam.web.plans.models import PlanScore, Sponsor
from openkam.web.plans.plan_actions import latest_review, mark_of, name_sponsor, plan_kpis, review_due, review_plan
from openkam.web.programme.models import Event

pytestmark = pytest.mark.django_db
NOTHING: dict[str, Any] = dict.fromkeys(EXAMPLE)


def review_of(account: Account) -> str:
    return f"{page_of(account)}review/"


def sent(client: Any, account: Account, **typed: Any) -> Any:
    return client.post(review_of(account), opened(client, page_of(account), "score_form", **typed))


def reviewed(account: Account, by: User, **parts: Any) -> PlanScore:
    return review_plan(account, parts={**NOTHING, **parts}, phase="", note="", by=by)


def test_whitespace_plan_scorecard_74_is_conditional(acme: Account, as_: Any, olga: User) -> None:
    assert sent(as_(olga), acme, **EXAMPLE, phase="embedding", note="One team is missing").status_code == 302
    page = " ".join(as_(olga).get(page_of(acme)).content.decode().split())
    for said in ("74 of 100 · Conditional", "Embedding", "One team is missing"):
        assert said in page
    assert Event.objects.about(acme).filter(verb="reviewed_plan", by=olga).exists()


def test_a_part_that_is_not_scored_is_no_zero(acme: Account, as_: Any, olga: User) -> None:
    assert sent(as_(olga), acme, customer_environment="16", team_learning="0").status_code == 302
    page = " ".join(as_(olga).get(page_of(acme)).content.decode().split())
    assert "16 of 35 points; not every part is scored" in page
    assert PlanScore.objects.get().parts["key_financials"] is None


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"customer_environment": "21"},
        {"key_financials": "-1"},
        {"current_relationship": "NaN"},
        {"team_learning": "1e9"},
        {"team_learning": "x"},
        {"team_learning": "5", "phase": "waning"},
        {"team_learning": "5", "note": "x" * 5001},
    ],
)
def test_what_is_no_score_is_refused(wrong: dict[str, Any], acme: Account, as_: Any, olga: User) -> None:
    assert sent(as_(olga), acme, **wrong).status_code == 422
    assert not PlanScore.objects.exists()


def test_a_second_look_on_the_same_day_replaces_the_first(acme: Account, as_: Any, olga: User) -> None:
    client = as_(olga)
    sent(client, acme, team_learning="5")
    assert sent(client, acme, key_financials="8").status_code == 302
    only = PlanScore.objects.get()
    assert (only.parts["team_learning"], only.parts["key_financials"]) == ("5", "8"), "it began with the first"


def test_two_reviewers_at_once_and_the_first_stays(acme: Account, as_: Any, diana: User, olga: User) -> None:
    client = as_(olga)
    late = opened(client, page_of(acme), "score_form", team_learning="15")
    reviewed(acme, diana, team_learning=3)
    answer = client.post(review_of(acme), late)
    assert answer.status_code == 422
    assert "Diana reviewed this plan meanwhile" in answer.content.decode()
    assert PlanScore.objects.get().parts["team_learning"] == 3
    again = {**late, "seen": answer.context["score_form"]["seen"].value()}
    assert client.post(review_of(acme), again).status_code == 302
    assert PlanScore.objects.get().parts["team_learning"] == "15"


def test_the_mark_of_a_review_changes_with_what_it_says(acme: Account, olga: User) -> None:
    assert mark_of(latest_review(acme)) == ""
    first = mark_of(reviewed(acme, olga, team_learning=3))
    assert first == mark_of(latest_review(acme))
    assert first != mark_of(reviewed(acme, olga, team_learning=4))


def test_whoever_may_change_the_account_reviews_its_plan_and_names_its_sponsor(
    *, acme: Account, as_: Any, diana: User, olga: User, tim: User, vera: User, stranger: User
) -> None:
    for person, status in ((tim, 403), (vera, 403), (stranger, 404)):
        client = as_(person)
        assert client.post(review_of(acme), {"team_learning": "5"}).status_code == status
        assert client.post(f"{page_of(acme)}sponsor/", {"user": diana.pk}).status_code == status
    assert not PlanScore.objects.exists()
    assert not Sponsor.objects.exists()
    for person, points in ((olga, "5"), (diana, "6")):
        assert sent(as_(person), acme, team_learning=points).status_code == 302
        assert PlanScore.objects.get().parts["team_learning"] == points
    for person in (tim, vera):
        page = as_(person).get(page_of(acme)).content.decode()
        assert "6 of 15 points" in page
        assert "Record the review" not in page


def test_a_review_is_due_after_half_a_year(acme: Account, as_: Any, olga: User) -> None:
    page = page_of(acme)
    assert "A review is due" in as_(olga).get(page).content.decode()
    made, today = reviewed(acme, olga, team_learning=3), timezone.localdate()
    assert "A review is due" not in as_(olga).get(page).content.decode()
    assert not review_due(made, in_days(183))
    assert review_due(made, in_days(184))
    assert review_due(None, today)


def test_a_key_account_whose_plan_waits_is_named_on_the_home_page(acme: Account, as_: Any, olga: User) -> None:
    client = as_(olga)
    assert "Plans to review" not in client.get("/").content.decode()
    Account.objects.filter(pk=acme.pk).update(status="key")
    assert "never reviewed" in client.get("/").content.decode()
    reviewed(acme, olga, team_learning=3)
    assert "Plans to review" not in client.get("/").content.decode()
    PlanScore.objects.update(on=in_days(-184))
    assert f"last reviewed on {in_days(-184)}" in client.get("/").content.decode()


def test_a_sponsor_stands_above_the_team(acme: Account, as_: Any, diana: User, olga: User) -> None:
    client, address = as_(olga), f"{page_of(acme)}sponsor/"
    assert "No executive stands behind" in client.get(page_of(acme)).content.decode()
    assert client.post(address, {"user": olga.pk}).status_code == 422
    assert client.post(address, {"user": "9" * 30}).status_code == 422
    with pytest.raises(InvalidInput, match="sponsor_no_director"):
        name_sponsor(acme, user=olga, by=olga)
    assert client.post(address, {"user": diana.pk}).status_code == 302
    assert Sponsor.objects.get().user == diana
    events = Event.objects.about(acme).filter(field="sponsor")
    client.post(address, {"user": diana.pk})
    assert events.count() == 1, "nothing was different"
    client.post(address, {"user": ""})
    assert not Sponsor.objects.exists()
    assert events.count() == 2


def test_approved_plans_and_actions_on_time_are_counted(acme: Account, olga: User) -> None:
    other = Account.objects.create(name="Other", owner=olga)
    reviewed(acme, olga, **EXAMPLE)
    PlanScore.objects.update(on=in_days(-300))
    reviewed(acme, olga, **{**EXAMPLE, "team_learning": 15, "key_financials": 10})
    reviewed(other, olga, team_learning=15)
    finish_action(action(acme, olga, "In time"), note="Seen", by=olga)
    finish_action(action(acme, olga, "Late", due_on=in_days(-5)), note="Seen", by=olga)
    action(acme, olga, "Overdue", due_on=in_days(-1))
    action(acme, olga, "Not due yet")
    drop_action(action(acme, olga, "Dropped", due_on=in_days(-9)), by=olga)
    mine = Account.objects.filter(owner=olga)
    assert plan_kpis(mine) == {"accounts": 2, "approved": 1, "done": 3, "on_time": 1}
    assert plan_kpis(Account.objects.none()) == {"accounts": 0, "approved": 0, "done": 0, "on_time": 0}
