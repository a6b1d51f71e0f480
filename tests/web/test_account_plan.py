"""What we will do at an account: its actions, who stands behind it, and how good the plan is."""

from typing import Any

import pytest
from tests.web.action_fixtures import action, in_days, opened, page_of
from tests.web.interaction_fixtures import learned

from openkam.web.accounts.models import Account
from openkam.web.people.models import User
from openkam.web.plans.action_actions import drop_action, finish_action
from openkam.web.plans.models import Action

pytestmark = pytest.mark.django_db


def add(client: Any, account: Account, **typed: Any) -> Any:
    return client.post(page_of(account), opened(client, page_of(account), title="Visit their lab", **typed))


def test_an_action_is_added_with_what_it_rests_on(acme: Account, as_: Any, tim: User) -> None:
    need = learned(acme, tim)
    given = {"owner": tim.pk, "due_on": in_days(9).isoformat(), "gate": "nu", "evidence": "Two met twice"}
    assert add(as_(tim), acme, insights=[need.pk], **given).status_code == 302
    made = Action.objects.get()
    assert (made.owner, made.due_on, made.gate, made.evidence, made.place) == (
        *(tim, in_days(9), "nu", "Two met twice"),
        None,
    )
    assert (list(made.insights.all()), made.created_by) == ([need], tim)
    page = as_(tim).get(page_of(acme)).content.decode()
    assert "independent threads" in page
    assert "1 insight" in page


def test_an_action_becomes_one_of_the_five_while_there_is_a_place(acme: Account, as_: Any, olga: User) -> None:
    client = as_(olga)
    for place in range(1, 6):
        assert "one of the five" in client.get(page_of(acme)).content.decode()
        add(client, acme, to_target="on", owner=olga.pk)
        assert Action.objects.latest("pk").place == place
    assert "one of the five" not in client.get(page_of(acme)).content.decode()
    add(client, acme, to_target="on", owner=olga.pk)
    assert Action.objects.latest("pk").place is None


def test_the_five_stand_in_their_order_then_the_others_then_what_is_past(acme: Account, as_: Any, olga: User) -> None:
    action(acme, olga, "Other", due_on=in_days(1))
    action(acme, olga, "Second", place=2, due_on=in_days(1))
    action(acme, olga, "First", place=1, due_on=in_days(90))
    finish_action(action(acme, olga, "Done long ago"), note="Seen", by=olga, on=in_days(-50))
    drop_action(action(acme, olga, "Dropped today"), by=olga)
    finish_action(action(acme, olga, "Done last week"), note="Seen", by=olga, on=in_days(-7))
    context = as_(olga).get(page_of(acme)).context
    assert [row.action.title for row in context["top"]] == ["First", "Second"]
    assert [row.action.title for row in context["others"]] == ["Other"]
    assert [row.action.title for row in context["past"]] == ["Dropped today", "Done last week", "Done long ago"]


def test_an_account_without_actions_says_what_to_do(acme: Account, as_: Any, vera: User) -> None:
    page = as_(vera).get(page_of(acme)).content.decode()
    assert "None yet. At most five lead to the target stage" in page
    assert f'href="/accounts/{acme.pk}/ambition/"' in page


def test_the_team_reads_and_contributors_add(
    *, acme: Account, as_: Any, diana: User, olga: User, tim: User, vera: User, stranger: User
) -> None:
    for person, reads, adds in ((diana, 200, 302), (olga, 200, 302), (tim, 200, 302), (vera, 200, 403)):
        client, before = as_(person), Action.objects.count()
        assert client.get(page_of(acme)).status_code == reads
        assert add(client, acme, owner=olga.pk).status_code == adds
        assert Action.objects.count() == before + (adds == 302)
    assert as_(stranger).get(page_of(acme)).status_code == 404
    assert as_(stranger).post(page_of(acme), {"title": "Taken"}).status_code == 404
    assert "Add an action" not in as_(vera).get(page_of(acme)).content.decode()


def test_an_owner_of_elsewhere_is_neither_offered_nor_taken(
    acme: Account, as_: Any, olga: User, stranger: User
) -> None:
    client = as_(olga)
    assert stranger not in client.get(page_of(acme)).context["form"].fields["owner"].queryset
    assert add(client, acme, owner=stranger.pk).status_code == 422
    assert not Action.objects.exists()


def test_a_refused_form_keeps_what_was_typed(acme: Account, as_: Any, olga: User) -> None:
    page = add(as_(olga), acme, due_on="soon", evidence="Two met twice", to_target="on").content.decode()
    assert "Two met twice" in page
    assert 'name="to_target" checked' in page


def test_many_actions_have_pages_and_no_more_queries(
    acme: Account, as_: Any, olga: User, django_assert_max_num_queries: Any
) -> None:
    for number in range(60):
        action(acme, olga, f"Action {number:02}", due_on=in_days(number))
    client = as_(olga)
    with django_assert_max_num_queries(40):
        assert len(client.get(page_of(acme)).context["others"]) == 50
    assert len(client.get(f"{page_of(acme)}?page=2").context["others"]) == 10


def test_a_title_comes_with_the_address_of_a_next_step(acme: Account, as_: Any, olga: User) -> None:
    form = as_(olga).get(f"{page_of(acme)}?title={'x' * 400}").context["form"]
    assert form["title"].value() == "x" * 300
