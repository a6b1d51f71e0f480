"""What we have learned: from whom, how we know, when to look again, what came back, and who may write it."""

from datetime import timedelta
from typing import Any

import pytest
from tests.web.interaction_fixtures import contact, day, learned, met

from openkam.method.errors import InvalidInput
from openkam.web.accounts.models import Account
from openkam.web.interactions.insight_actions import change_insight, check_insight, create_insight, resolve_insight
from openkam.web.interactions.insights import cycles, due, escalated
from openkam.web.interactions.models import Insight
from openkam.web.people.models import User
from openkam.web.plans.action_actions import create_action
from openkam.web.programme.models import Event

pytestmark = pytest.mark.django_db
PROBLEM = Insight.Kind.PROBLEM


def typed(**more: Any) -> dict[str, Any]:
    given = {"text": "They need a second source", "kind": "need", "how": "said", "learned_on": day().isoformat()}
    return given | more


def address(account: Account) -> str:
    return f"/accounts/{account.pk}/insights/"


def three_times(account: Account, by: User, **fields: Any) -> list[Insight]:
    """Samples arrive late: in March, again in June, again in September."""
    first = learned(account, by, "Samples arrive late", kind=PROBLEM, learned_on=day(270), **fields)
    second = learned(account, by, "Late again", kind=PROBLEM, learned_on=day(180), recurs_of=first, **fields)
    third = learned(account, by, "Late a third time", kind=PROBLEM, learned_on=day(90), recurs_of=second, **fields)
    return [first, second, third]


def test_a_contributor_writes_down_what_was_said_and_by_whom(acme: Account, as_: Any, tim: User) -> None:
    lin = contact(acme)
    answer = as_(tim).post(f"{address(acme)}new/", typed(contact=lin.pk, recheck_on=day(-30).isoformat()))
    made = Insight.objects.get()
    assert answer["Location"] == address(acme)
    assert (made.account, made.contact, made.how, made.by, made.is_confirmed) == (acme, lin, "said", tim, False)
    page = as_(tim).get(address(acme)).content.decode()
    assert made.text in page
    assert "assumed" in page
    assert Event.objects.about(made).filter(verb="created", by=tim).exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"text": " "}, "This field is required"),
        ({"text": "x" * 5001}, "Longer than 5,000 letters"),
        ({"kind": "gossip"}, "Select a valid choice"),
        ({"how": ""}, "This field is required"),
        ({"learned_on": "2999-01-01"}, "That day has not come yet"),
        ({"recheck_on": "1999-01-01"}, "Check it again after the day"),
        ({"contact": "9" * 30}, "Select a valid choice"),
        ({"interaction": "²"}, "Select a valid choice"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(
    *, wrong: dict[str, Any], said: str, acme: Account, as_: Any, tim: User
) -> None:
    answer = as_(tim).post(f"{address(acme)}new/", typed(**wrong))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Insight.objects.exists()


def test_people_and_interactions_of_another_account_are_no_source(
    acme: Account, as_: Any, tim: User, stranger: User
) -> None:
    other = Account.objects.create(name="Zyxomma", owner=stranger)
    there = contact(other, "Quarzwinkel")
    heard = met(other, stranger, there)
    assert "Quarzwinkel" not in as_(tim).get(f"{address(acme)}new/?interaction={heard.pk}").content.decode()
    for wrong in ({"contact": there.pk}, {"interaction": heard.pk}):
        assert as_(tim).post(f"{address(acme)}new/", typed(**wrong)).status_code == 422


def test_after_an_interaction_the_form_knows_when_and_from_whom(acme: Account, as_: Any, tim: User) -> None:
    lin = contact(acme)
    heard = met(acme, tim, lin, back=5)
    start = as_(tim).get(f"{address(acme)}new/?interaction={heard.pk}").context["form"].initial
    assert (start["contact"], start["learned_on"]) == (lin.pk, day(5))
    as_(tim).post(f"{address(acme)}new/", typed(interaction=heard.pk, contact=lin.pk))
    assert "They need a second source" in as_(tim).get(f"/interactions/{heard.pk}/").content.decode()


def test_what_is_to_be_checked_again_comes_first_the_longest_overdue_before_the_others(
    acme: Account, as_: Any, tim: User
) -> None:
    newest = learned(acme, tim, "Newest", learned_on=day())
    overdue = learned(acme, tim, "Overdue", learned_on=day(90), recheck_on=day(3))
    longer = learned(acme, tim, "Overdue longer", learned_on=day(90), recheck_on=day(9))
    later = learned(acme, tim, "Later", learned_on=day(50), recheck_on=day(-9))
    shown = as_(tim).get(address(acme)).context["rows"]
    assert [row.insight for row in shown] == [longer, overdue, newest, later]
    assert [row.is_due for row in shown] == [True, True, False, False]
    assert [row.insight for row in as_(tim).get(f"{address(acme)}?state=due").context["rows"]] == [longer, overdue]


def test_due_are_those_of_the_readers_accounts_that_are_not_resolved(
    acme: Account, tim: User, stranger: User, diana: User
) -> None:
    again = learned(acme, tim, recheck_on=day(1))
    done = learned(acme, tim, recheck_on=day(1))
    resolve_insight(done, by=tim)
    assert [list(due(user)) for user in (tim, diana, stranger)] == [[again], [again], []]


def test_looking_again_confirms_it_and_sets_the_next_day(acme: Account, as_: Any, tim: User) -> None:
    made = learned(acme, tim, recheck_on=day(1))
    as_(tim).post(f"/insights/{made.pk}/state/", {"to": "checked", "again_on": day(-90).isoformat()})
    made.refresh_from_db()
    assert (made.is_confirmed, made.recheck_on) == (True, day(-90))
    with pytest.raises(InvalidInput):
        check_insight(made, by=tim, again_on=day(0))
    for wrong in ("2026-02-31", "tomorrow", day().isoformat()):
        as_(tim).post(f"/insights/{made.pk}/state/", {"to": "checked", "again_on": wrong})
    made.refresh_from_db()
    assert made.recheck_on == day(-90)


def test_a_resolved_insight_leaves_the_list_and_can_be_opened_again(acme: Account, as_: Any, tim: User) -> None:
    made = learned(acme, tim)
    client = as_(tim)
    client.post(f"/insights/{made.pk}/state/", {"to": "resolved"})
    assert client.get(address(acme)).context["rows"] == []
    assert len(client.get(f"{address(acme)}?state=resolved").context["rows"]) == 1
    client.post(f"/insights/{made.pk}/state/", {"to": "open"})
    assert len(client.get(address(acme)).context["rows"]) == 1


def test_the_list_is_narrowed_by_kind_source_certainty_and_text(acme: Account, as_: Any, tim: User) -> None:
    lin = contact(acme)
    sure = learned(acme, tim, "New plant", kind="plan", contact=lin, is_confirmed=True)
    learned(acme, tim, "Prices", kind="need")
    for query in ("kind=plan", f"contact={lin.pk}", "sure=confirmed", "q=plant"):
        assert [row.insight for row in as_(tim).get(f"{address(acme)}?{query}").context["rows"]] == [sure], query
    for query in ("kind=x", "contact=²", "sure=x", "state=x"):
        assert len(as_(tim).get(f"{address(acme)}?{query}").context["rows"]) == 2, query


def test_the_second_recurrence_of_a_problem_is_escalated_sherman_sperry_reese(
    acme: Account, as_: Any, tim: User, stranger: User
) -> None:
    engineer = contact(acme, "Oskar Lund")
    first, second, third = three_times(acme, tim, contact=engineer)
    page = as_(tim).get(address(acme)).content.decode()
    assert "came back 2 times" in page
    assert "Escalate it" in page
    assert "Oskar Lund" in page
    [cycle] = escalated(tim)
    assert (cycle.problems, cycle.times_back) == ((first, second, third), 2)
    assert escalated(stranger) == []
    assert "Escalate it" in as_(tim).get(f"/insights/{third.pk}/").content.decode()
    resolve_insight(third, by=tim)
    assert escalated(tim) == []


def test_the_first_recurrence_is_not_escalated_yet(acme: Account, tim: User) -> None:
    first = learned(acme, tim, kind=PROBLEM, learned_on=day(90))
    learned(acme, tim, kind=PROBLEM, recurs_of=first)
    assert escalated(tim) == []


def test_two_problems_that_came_back_after_the_same_one_are_two_recurrences(acme: Account, tim: User) -> None:
    first = learned(acme, tim, kind=PROBLEM, learned_on=day(90))
    for back in (60, 30):
        learned(acme, tim, kind=PROBLEM, learned_on=day(back), recurs_of=first)
    [cycle] = cycles(Insight.objects.all())
    assert (cycle.times_back, cycle.is_escalated) == (2, True)


def test_a_problem_that_came_back_begins_with_what_was_known(acme: Account, as_: Any, tim: User) -> None:
    lin = contact(acme)
    first = learned(acme, tim, "Samples arrive late", kind=PROBLEM, contact=lin, hurts="days to release")
    start = as_(tim).get(f"{address(acme)}new/?after={first.pk}").context["form"].initial
    assert {name: start[name] for name in ("kind", "recurs_of", "text", "contact", "hurts")} == {
        "kind": "problem",
        "recurs_of": first.pk,
        "text": "Samples arrive late",
        "contact": lin.pk,
        "hurts": "days to release",
    }


def test_only_a_problem_of_the_same_customer_comes_back_and_never_in_a_circle(
    acme: Account, tim: User, stranger: User
) -> None:
    first, second, third = three_times(acme, tim)
    other = Account.objects.create(name="Elsewhere", owner=stranger)
    need = learned(acme, tim)
    for wrong in ({"account": other, "recurs_of": first, "kind": PROBLEM}, {"account": acme, "recurs_of": need}):
        with pytest.raises(InvalidInput, match="recurs_elsewhere"):
            create_insight(by=tim, text="x", learned_on=day(), **wrong)
    for earlier in (first, second, third):
        first.recurs_of = earlier
        with pytest.raises(InvalidInput, match="recurs_circle"):
            change_insight(first, by=tim)


def test_problems_are_counted_per_contact_the_worst_first(acme: Account, as_: Any, tim: User) -> None:
    lin, oskar = contact(acme), contact(acme, "Oskar Lund")
    three_times(acme, tim, contact=oskar)
    learned(acme, tim, kind=PROBLEM, contact=lin)
    lines = as_(tim).get(address(acme)).context["bearers"]
    assert [(line.contact, line.open, line.times_back) for line in lines] == [(oskar, 1, 2), (lin, 1, 0)]


def test_an_insight_names_the_actions_that_rest_on_it(acme: Account, as_: Any, tim: User) -> None:
    known = learned(acme, tim)
    create_action(account=acme, by=tim, title="Qualify the second line", owner=tim, insights=[known])
    for page in (address(acme), f"/insights/{known.pk}/"):
        assert "Qualify the second line" in as_(tim).get(page).content.decode()
    asked = as_(tim).get(f"/insights/{known.pk}/deletion/").content.decode()
    assert "1 action rests on it" in asked
    as_(tim).post(f"/insights/{known.pk}/deletion/")
    assert not Insight.objects.exists()


def test_an_insight_is_changed_and_a_second_editor_is_told(acme: Account, as_: Any, tim: User, olga: User) -> None:
    made = learned(acme, tim)
    edit = f"/insights/{made.pk}/edit/"
    seen = [as_(user).get(edit).context["form"]["seen"].value() for user in (tim, olga)]
    assert as_(tim).post(edit, typed(text="They want two sources", seen=seen[0])).status_code == 302
    late = as_(olga).post(edit, typed(text="They want three", seen=seen[1]))
    assert late.status_code == 422
    assert "They want two sources" in late.content.decode()
    made.refresh_from_db()
    assert made.text == "They want two sources"
    assert Event.objects.about(made).filter(field="text", new="They want two sources").exists()


def test_a_script_in_an_insight_is_text(acme: Account, as_: Any, tim: User) -> None:
    evil = "<script>alert(1)</script>"
    first, _second, third = three_times(acme, tim, hurts=evil)
    change = [setattr(one, "text", evil) or change_insight(one, by=tim) for one in (first, third)]
    assert all(change)
    for page in (address(acme), *(f"/insights/{third.pk}/{part}" for part in ("", "edit/", "deletion/"))):
        assert "<script>alert(1)" not in as_(tim).get(page).content.decode()


def test_the_team_writes_a_viewer_reads_and_a_stranger_finds_nothing(
    *, acme: Account, as_: Any, diana: User, olga: User, tim: User, vera: User, stranger: User
) -> None:
    made = learned(acme, tim)
    people = (diana, olga, tim, vera, stranger)
    for page, answers in {
        address(acme): [200, 200, 200, 200, 404],
        f"/insights/{made.pk}/": [200, 200, 200, 200, 404],
        f"{address(acme)}new/": [200, 200, 200, 403, 404],
        f"/insights/{made.pk}/edit/": [200, 200, 200, 403, 404],
        f"/insights/{made.pk}/deletion/": [200, 200, 200, 403, 404],
    }.items():
        assert [as_(person).get(page).status_code for person in people] == answers, page
    posts = [as_(person).post(f"/insights/{made.pk}/state/", {"to": "resolved"}) for person in (vera, stranger)]
    assert [answer.status_code for answer in posts] == [403, 404]
    assert as_(vera).post(f"{address(acme)}new/", typed()).status_code == 403
    made.refresh_from_db()
    assert made.resolved_on is None


def test_the_list_costs_the_same_queries_for_one_and_for_many(
    acme: Account, as_: Any, tim: User, django_assert_max_num_queries: Any
) -> None:
    lin = contact(acme)
    for number in range(60):
        known = learned(acme, tim, f"Need {number}", contact=lin, learned_on=day() - timedelta(days=number))
        create_action(account=acme, by=tim, title=f"Act {number}", insights=[known])
    client = as_(tim)
    client.get(address(acme))
    with django_assert_max_num_queries(32):
        page = client.get(address(acme))
    assert len(page.context["rows"]) == 50
    assert len(client.get(f"{address(acme)}?page=2").context["rows"]) == 10
