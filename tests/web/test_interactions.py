"""Interactions typed in seconds: names that become people, lists, changes, files, next steps, who may what."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.web import crawl
from tests.web.interaction_fixtures import contact, day, joint_team, learned, met, typed

from openkam.method.errors import InvalidInput
from openkam.web.accounts.models import Account
from openkam.web.accounts.search import index_accounts
from openkam.web.contacts.actions import colleague_of, create_colleague, move_contact
from openkam.web.contacts.models import Contact
from openkam.web.interactions.actions import MOST_PARTICIPANTS, record_interaction
from openkam.web.interactions.models import Interaction
from openkam.web.interactions.next_steps import as_action, finish_step
from openkam.web.interactions.whom import find, meant
from openkam.web.people.models import User
from openkam.web.plans.models import Action
from openkam.web.programme.models import Event

pytestmark = pytest.mark.django_db
NEW = "/interactions/new/"


def who_met(interaction: Interaction) -> set[str]:
    return {str(row.contact or row.colleague) for row in interaction.participants.all()}


@pytest.fixture
def zyxomma(stranger: User) -> Account:
    account = Account.objects.create(name="Zyxomma Hidden", owner=stranger)
    index_accounts([account])
    return account


def test_a_name_and_enter_record_a_meeting_of_today(acme: Account, as_: Any, tim: User) -> None:
    contact(acme, "Lin Wei")
    client = as_(tim)
    answer = client.post(NEW, typed("lin wei"))
    made = Interaction.objects.get()
    assert answer["Location"] == f"/accounts/{acme.pk}/interactions/"
    assert (made.account, made.on, made.kind, made.by) == (acme, day(), "meeting", tim)
    assert who_met(made) == {"Lin Wei", "Tim"}
    assert "Recorded for Acme" in client.get(answer["Location"]).content.decode()


@pytest.mark.parametrize(
    ("name", "text"),
    [("王小明", "小明"), ("王小明", "王 小明"), ("張學友", "张学友"), ("Dr. Anna Meyer", "MEYER Anna"),
     ("蔡美玲 Mei-Ling Tsai", "蔡美玲"), ("蔡美玲 Mei-Ling Tsai", "mei tsai"), ("Ирина Соколова", "соколова")],
)  # fmt: skip
def test_a_name_is_understood_in_any_script_and_order(
    *, name: str, text: str, acme: Account, as_: Any, tim: User
) -> None:
    contact(acme, name)
    assert as_(tim).post(NEW, typed(text)).status_code == 302
    assert name in who_met(Interaction.objects.get())


def test_a_form_of_address_and_an_email_are_names_too(acme: Account, tim: User) -> None:
    wang = contact(acme, "王大為", address_form="王總", email="wang@acme.example")
    for text in ("王總", "WANG@acme.example"):
        one = meant(text, find(text, user=tim, account=None), None)
        assert one is not None
        assert one.person == wang


def test_several_names_stand_in_one_field_with_any_comma(acme: Account, as_: Any, tim: User) -> None:
    for name in ("Lin Wei", "Cody Marsh", "Nora Feld"):
        contact(acme, name)
    create_colleague(by=None, name="Kofi Mensah")
    as_(tim).post(NEW, typed("lin wei， cody; nora、kofi"))
    assert who_met(Interaction.objects.get()) == {"Tim", "Lin Wei", "Cody Marsh", "Nora Feld", "Kofi Mensah"}


def test_two_people_of_one_name_are_asked_about_and_the_answer_counts(acme: Account, as_: Any, tim: User) -> None:
    first, second = contact(acme, "Anna Meyer", title="Buyer"), contact(acme, "Anna Meyer", title="Engineer")
    asked = as_(tim).post(NEW, typed("anna meyer"))
    page = asked.content.decode()
    assert asked.status_code == 422
    assert not Interaction.objects.exists()
    assert "Which “anna meyer”?" in page
    assert "Buyer" in page
    assert "Engineer" in page
    as_(tim).post(NEW, typed(asked0="anna meyer", which0=f"c{second.pk}"))
    assert [row.contact for row in Interaction.objects.get().participants.exclude(contact=None)] == [second]
    assert first.participations.count() == 0


def test_a_question_without_an_answer_is_asked_again(acme: Account, as_: Any, tim: User) -> None:
    contact(acme, "Anna Meyer")
    contact(acme, "Anna Meyer")
    assert as_(tim).post(NEW, typed(asked0="anna meyer")).status_code == 422
    assert not Interaction.objects.exists()


def test_of_two_people_of_one_name_the_one_of_the_account_is_meant(
    acme: Account, as_: Any, diana: User, zyxomma: Account
) -> None:
    here, _there = contact(acme, "Anna Meyer"), contact(zyxomma, "Anna Meyer")
    assert as_(diana).post(NEW, typed("anna meyer", account=acme.pk)).status_code == 302
    assert here.participations.count() == 1
    assert as_(diana).post(NEW, typed("anna meyer")).status_code == 422


@pytest.mark.parametrize(("made", "is_placeholder"), [("new", False), ("place", True)])
def test_an_unknown_name_is_put_on_record_at_once(
    *, made: str, is_placeholder: bool, acme: Account, as_: Any, tim: User
) -> None:
    asked = as_(tim).post(NEW, typed("Head of quality", account=acme.pk))
    assert asked.status_code == 422
    assert "Nobody on record is called “Head of quality”" in asked.content.decode()
    as_(tim).post(NEW, typed(account=acme.pk, asked0="Head of quality", which0=f"{made}:Head of quality"))
    known = Contact.objects.get()
    assert (known.account, known.name, known.is_placeholder) == (acme, "Head of quality", is_placeholder)
    assert who_met(Interaction.objects.get()) == {"Tim", "Head of quality"}


def test_an_unknown_name_can_be_one_of_ours(acme: Account, as_: Any, tim: User) -> None:
    contact(acme)
    as_(tim).post(NEW, typed("lin wei", asked0="Kofi", which0="ours:Kofi"))
    assert who_met(Interaction.objects.get()) == {"Tim", "Lin Wei", "Kofi"}


def test_for_new_people_alone_the_account_is_asked_by_name(acme: Account, as_: Any, tim: User) -> None:
    index_accounts([acme])
    new = typed(person=["me", "new:Max"])
    page = as_(tim).post(NEW, new).content.decode()
    assert "Which account is it?" in page
    assert as_(tim).post(NEW, new | {"of": "acme"}).status_code == 302
    assert Contact.objects.get().account == acme


def test_an_account_that_one_does_not_see_is_not_found(zyxomma: Account, acme: Account, as_: Any, tim: User) -> None:
    index_accounts([acme])
    answer = as_(tim).post(NEW, typed(person=["me", "new:Max"], of="Zyxomma"))
    assert "You see no account that is called like that." in answer.content.decode()
    assert as_(tim).post(NEW, typed(person=["me", "new:Max"], account=zyxomma.pk)).status_code == 422
    assert not Contact.objects.exists()


def test_nobody_is_found_at_an_account_that_one_does_not_see(
    zyxomma: Account, acme: Account, as_: Any, tim: User
) -> None:
    hidden = contact(zyxomma, "Quarzwinkel")
    assert f"c{hidden.pk}" not in as_(tim).get("/interactions/people/?who=quarz").content.decode()
    answer = as_(tim).post(NEW, typed(person=["me", f"c{hidden.pk}"]))
    assert answer.status_code == 422
    assert not Interaction.objects.exists()


def test_people_of_two_customers_are_two_interactions(acme: Account, as_: Any, diana: User, zyxomma: Account) -> None:
    contact(acme, "Lin Wei")
    contact(zyxomma, "Cody")
    answer = as_(diana).post(NEW, typed("lin wei, cody"))
    assert answer.status_code == 422
    assert "“Cody” works for Zyxomma Hidden" in answer.content.decode()


def test_the_preset_account_gives_way_to_the_account_of_the_people(
    acme: Account, as_: Any, diana: User, zyxomma: Account
) -> None:
    contact(zyxomma, "Cody")
    as_(diana).post(NEW, typed("cody", account=acme.pk))
    assert Interaction.objects.get().account == zyxomma


def test_whoever_has_moved_on_still_stands_in_what_happened_before(
    acme: Account, as_: Any, diana: User, zyxomma: Account
) -> None:
    gone = contact(acme, "Lin Wei")
    move_contact(gone, account=zyxomma, on=day(1), by=diana)
    as_(diana).post(NEW, typed("lin wei", account=acme.pk, on=day(30).isoformat()))
    assert Interaction.objects.get().account == acme


def test_where_somebody_works_now_is_told_to_nobody_who_does_not_see_it(
    acme: Account, as_: Any, tim: User, *, diana: User, zyxomma: Account
) -> None:
    gone = contact(acme, "Lin Wei")
    before = met(acme, tim, gone)
    move_contact(gone, account=zyxomma, title="Quarzwinkel buyer", on=day(1), by=diana)
    address = before.get_absolute_url() + "edit/"
    assert "Zyxomma Hidden" in as_(diana).get(address).content.decode()
    client = as_(tim)
    for answer in (client.get(address), client.post(address, {"person": f"c{gone.pk}"})):
        said = answer.content.decode()
        assert f'value="c{gone.pk}" checked> <bdi>Lin Wei</bdi> <span class="quiet">left</span>' in said
        assert "Zyxomma" not in said
        assert "Quarzwinkel" not in said


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"who": ""}, "Name at least one person of ours and one of theirs."),
        ({"person": []}, "Name at least one person of ours and one of theirs."),
        ({"on": "2999-01-01"}, "That day has not come yet."),
        ({"who": "x" * 300}, "is longer than 200 letters"),
        ({"who": ",".join(f"n{i}" for i in range(200))}, "are a list; import it from a file"),
        ({"kind": "golf"}, "Select a valid choice"),
        ({"on": "2026-02-31"}, "Enter a valid date"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(
    *, wrong: dict[str, Any], said: str, acme: Account, as_: Any, tim: User
) -> None:
    contact(acme)
    answer = as_(tim).post(NEW, typed("lin wei", account=acme.pk) | wrong)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Interaction.objects.exists()


def test_a_refused_form_creates_nobody(acme: Account, as_: Any, tim: User) -> None:
    as_(tim).post(NEW, typed(person=["me", "new:Max"], account=acme.pk, on="2999-01-01"))
    assert not Contact.objects.exists()


@pytest.mark.parametrize("token", ["c²", "c" + "9" * 30, "u-1", "zzz", "new:", "place:\x00", "c", "nobody"])
def test_a_forged_person_is_nobody(token: str, acme: Account, as_: Any, tim: User) -> None:
    contact(acme)
    assert as_(tim).post(NEW, typed("lin wei", person=["me", token])).status_code == 302
    assert who_met(Interaction.objects.get()) == {"Tim", "Lin Wei"}


def test_a_script_in_a_name_or_a_subject_is_text(acme: Account, as_: Any, tim: User) -> None:
    evil = "<script>alert(1)</script>"
    as_(tim).post(NEW, typed(person=["me", f"new:{evil}"], account=acme.pk, subject=evil, next_step=evil))
    made = Interaction.objects.get()
    own = [f"/interactions/{made.pk}/{part}" for part in ("", "edit/", "deletion/")]
    for address in (
        *own,
        f"/accounts/{acme.pk}/interactions/",
        "/interactions/",
        "/interactions/people/?who=%3Cscript",
    ):
        assert "<script>alert(1)" not in as_(tim).get(address).content.decode()


def test_in_the_dialog_the_page_is_told_and_a_refusal_stays_in_it(acme: Account, as_: Any, tim: User) -> None:
    contact(acme)
    htmx = {"hx-request": "true"}
    form = as_(tim).get(f"{NEW}?account={acme.pk}", headers=htmx).content.decode()
    assert "<html" not in form
    assert f'name="account" value="{acme.pk}"' in form
    refused = as_(tim).post(NEW, typed(""), headers=htmx)
    assert refused.status_code == 200
    assert b"Name at least one person" in refused.content
    done = as_(tim).post(NEW, typed("lin wei"), headers=htmx)
    assert done.status_code == 204
    assert "Recorded for Acme" in json.loads(done["HX-Trigger"])["recorded"]["said"]


def test_suggestions_name_people_of_the_account_first_then_the_ways_to_add_a_name(
    acme: Account, as_: Any, diana: User, zyxomma: Account
) -> None:
    there, here = contact(zyxomma, "Anna A"), contact(acme, "Anna Z")
    listed = as_(diana).get(f"/interactions/people/?who=anna&account={acme.pk}").content.decode()
    order = [listed.index(f'value="{token}"') for token in (f"c{here.pk}", f"c{there.pk}", "new:anna", "place:anna")]
    assert order == sorted(order)
    chosen = as_(diana).get(f"/interactions/people/?who=anna&person=c{here.pk}").content.decode()
    assert f'value="c{here.pk}"' not in chosen


def test_an_empty_field_offers_those_met_last(acme: Account, as_: Any, tim: User) -> None:
    contact(acme, "Aaron")
    last = contact(acme, "Zoe")
    met(acme, tim, last)
    listed = as_(tim).get(f"/interactions/people/?who=&account={acme.pk}").content.decode()
    assert listed.index("Zoe") < listed.index("Aaron")
    assert "new:" not in listed


def test_an_audience_is_kept_and_does_not_count(acme: Account, as_: Any, tim: User) -> None:
    crowd = [contact(acme, f"Guest {number}") for number in range(MOST_PARTICIPANTS)]
    as_(tim).post(NEW, typed(person=["me", *(f"c{one.pk}" for one in crowd)]))
    made = Interaction.objects.get()
    assert made.counts is False
    assert "that is an audience" in as_(tim).get(f"/interactions/{made.pk}/").content.decode()
    fewer = typed(person=["me", f"c{crowd[0].pk}"])
    change(as_(tim), made, fewer)
    made.refresh_from_db()
    assert made.counts is True


def change(client: Any, interaction: Interaction, fields: dict[str, Any]) -> Any:
    """Open the form, change fields, send it."""
    page = client.get(f"/interactions/{interaction.pk}/edit/")
    seen = page.context["form"]["seen"].value()
    return client.post(f"/interactions/{interaction.pk}/edit/", fields | {"seen": seen})


def test_an_interaction_is_changed_with_its_people(acme: Account, as_: Any, tim: User) -> None:
    lin, cody = contact(acme), contact(acme, "Cody")
    made = met(acme, tim, lin)
    change(as_(tim), made, typed(person=["me", f"c{cody.pk}"], subject="Price review", kind="call"))
    made.refresh_from_db()
    assert (made.subject, made.kind, who_met(made)) == ("Price review", "call", {"Tim", "Cody"})
    fields = set(Event.objects.about(made).values_list("field", flat=True))
    assert {"subject", "kind", "participants"} <= fields


def test_a_second_editor_is_told_and_overwrites_nothing(acme: Account, as_: Any, tim: User, olga: User) -> None:
    lin, cody = contact(acme), contact(acme, "Cody")
    made = met(acme, tim, lin)
    seen = as_(olga).get(f"/interactions/{made.pk}/edit/").context["form"]["seen"].value()
    change(as_(tim), made, typed(person=["me", f"c{cody.pk}"], subject="Review"))
    late = as_(olga).post(f"/interactions/{made.pk}/edit/", typed(f"{lin.name}", subject="Review", seen=seen))
    assert late.status_code == 422
    assert "Cody" in late.content.decode()
    assert who_met(made) == {"Tim", "Cody"}


@pytest.mark.parametrize("recorded", [met, learned, joint_team])
def test_a_second_editor_waits_until_the_first_has_saved(recorded: Any, acme: Account, as_: Any, tim: User) -> None:
    subject = recorded(acme, tim, contact(acme)) if recorded is met else recorded(acme, tim)
    address = subject.get_absolute_url() + "edit/"
    client = as_(tim)
    with CaptureQueriesContext(connection) as asked:
        assert client.post(address, {"seen": "nothing"}).status_code == 422
    said = [one["sql"] for one in asked]
    inside = said[next(at for at, sql in enumerate(said) if sql.startswith("SAVEPOINT")) :]
    first = next(sql for sql in inside if sql.startswith("SELECT"))
    assert f'FROM "{subject._meta.db_table}"' in first


def test_a_crowd_is_counted_and_kept_without_a_tick_for_each(acme: Account, as_: Any, tim: User) -> None:
    Contact.objects.bulk_create(Contact(account=acme, name=f"Guest {number:04}") for number in range(1_200))
    fair = met(acme, tim, *Contact.objects.all(), subject="Fair")
    contact(acme, "Nobody Else")
    client = as_(tim)
    shown = client.get(fair.get_absolute_url()).content.decode()
    assert shown.count("<bdi>Guest") == 100
    assert "+ 1100 more" in shown
    form = client.get(fair.get_absolute_url() + "edit/").content.decode()
    assert ("people: 1201" in form, "Guest" in form) == (True, False)
    assert change(client, fair, typed("Nobody Else", subject="The fair", people="unchanged")).status_code == 302
    fair.refresh_from_db()
    assert (fair.subject, fair.participants.count()) == ("The fair", 1_202)


def test_a_deletion_asks_first(acme: Account, as_: Any, tim: User) -> None:
    made = met(acme, tim, contact(acme))
    assert "Delete “Review”?" in as_(tim).get(f"/interactions/{made.pk}/deletion/").content.decode()
    assert Interaction.objects.exists()
    as_(tim).post(f"/interactions/{made.pk}/deletion/")
    assert not Interaction.objects.exists()
    assert Event.objects.filter(verb="deleted", subject_id=made.pk).exists()


def test_team_records_a_viewer_reads_and_a_stranger_finds_nothing(
    *, acme: Account, as_: Any, diana: User, olga: User, tim: User, vera: User, stranger: User
) -> None:
    made = met(acme, tim, contact(acme))
    people = (diana, olga, tim, vera, stranger)
    for address, answers in {
        f"/accounts/{acme.pk}/interactions/": [200, 200, 200, 200, 404],
        f"/accounts/{acme.pk}/interactions.csv": [200, 200, 200, 200, 404],
        f"/interactions/{made.pk}/": [200, 200, 200, 200, 404],
        f"/interactions/{made.pk}/edit/": [200, 200, 200, 403, 404],
        f"/interactions/{made.pk}/deletion/": [200, 200, 200, 403, 404],
        NEW: [200, 200, 200, 403, 200],
        "/interactions/people/": [200, 200, 200, 403, 200],
    }.items():
        assert [as_(person).get(address).status_code for person in people] == answers, address
    assert [as_(person).post(f"/interactions/{made.pk}/step/").status_code for person in (vera, stranger)] == [403, 404]
    assert "Review" not in as_(stranger).get("/interactions/?whose=all").content.decode()
    assert "Record a contact" not in as_(vera).get(f"/accounts/{acme.pk}/interactions/").content.decode()


@pytest.mark.parametrize(
    ("query", "left"),
    [("", {"Spring", "Autumn"}), ("q=autu", {"Autumn"}), ("kind=call", {"Autumn"}), ("kind=golf", {"Spring", "Autumn"}),
     ("year=x", {"Spring", "Autumn"}), ("who=c987654", set()), ("who=c999999999999999999999", {"Spring", "Autumn"})],
)  # fmt: skip
def test_the_list_is_narrowed_by_what_is_known(
    *, query: str, left: set[str], acme: Account, as_: Any, tim: User
) -> None:
    lin = contact(acme)
    met(acme, tim, lin, subject="Spring", back=20)
    met(acme, tim, lin, subject="Autumn", kind="call")
    page = as_(tim).get(f"/accounts/{acme.pk}/interactions/?{query}").context["rows"]
    assert {row.interaction.subject for row in page} == left


def test_the_list_is_narrowed_to_one_person_and_one_year(acme: Account, as_: Any, tim: User) -> None:
    lin, cody = contact(acme), contact(acme, "Cody")
    met(acme, tim, lin, subject="With Lin")
    old = met(acme, tim, cody, subject="With Cody", back=800)
    address = f"/accounts/{acme.pk}/interactions/"
    for query in (f"who=c{cody.pk}", f"year={old.on.year}"):
        assert [row.interaction for row in as_(tim).get(f"{address}?{query}").context["rows"]] == [old]


def test_the_list_costs_the_same_queries_for_one_and_for_many(
    acme: Account, as_: Any, tim: User, django_assert_max_num_queries: Any
) -> None:
    people = [contact(acme, f"Guest {number}") for number in range(8)]
    for back in range(60):
        met(acme, tim, *people, back=back)
    client = as_(tim)
    client.get(f"/accounts/{acme.pk}/interactions/")
    with django_assert_max_num_queries(30):
        page = client.get(f"/accounts/{acme.pk}/interactions/")
    assert len(page.context["rows"]) == 50
    assert page.context["rows"][0].more == 4
    assert len(client.get(f"/accounts/{acme.pk}/interactions/?page=2").context["rows"]) == 10


def test_mine_are_those_that_i_took_part_in_or_typed(acme: Account, as_: Any, tim: User, olga: User) -> None:
    lin = contact(acme)
    met(acme, tim, lin, subject="Tim was there")
    met(acme, olga, lin, subject="Olga was there")
    record_interaction(
        account=acme, ours=[colleague_of(olga)], theirs=[lin], by=tim, on=day(), kind="call", subject="Tim typed it"
    )
    mine = {row.interaction.subject for row in as_(tim).get("/interactions/").context["rows"]}
    everybody = {row.interaction.subject for row in as_(tim).get("/interactions/?whose=all").context["rows"]}
    assert mine == {"Tim was there", "Tim typed it"}
    assert everybody == mine | {"Olga was there"}


def test_a_file_holds_every_person_and_what_is_filtered(acme: Account, as_: Any, tim: User) -> None:
    people = [contact(acme, f"Guest {number}") for number in range(8)]
    met(acme, tim, *people, subject="=cmd()", kind="call")
    met(acme, tim, people[0], subject="Other")
    text = crawl.text_of(as_(tim).get(f"/accounts/{acme.pk}/interactions.csv?kind=call"))
    assert all(person.name in text for person in people)
    assert "Other" not in text
    assert ",=cmd()" not in text
    assert "Guest 7" in crawl.text_of(as_(tim).get("/interactions.xlsx"))
    assert as_(tim).get("/interactions.pdf").status_code == 404


def test_an_open_next_step_is_listed_until_it_is_done(acme: Account, as_: Any, tim: User) -> None:
    lin = contact(acme)
    late = met(acme, tim, lin, next_step="Send the offer", next_on=day(-30))
    met(acme, tim, lin, next_step="Call again")
    address = f"/accounts/{acme.pk}/interactions/"
    assert [one.next_step for one in as_(tim).get(address).context["steps"]] == ["Send the offer", "Call again"]
    as_(tim).post(f"/interactions/{late.pk}/step/")
    assert [one.next_step for one in as_(tim).get(address).context["steps"]] == ["Call again"]
    with pytest.raises(InvalidInput):
        finish_step(late, by=tim)


def test_a_next_step_becomes_an_action_that_rests_on_what_was_learned(acme: Account, as_: Any, tim: User) -> None:
    made = met(acme, tim, contact(acme), next_step="Send the offer", next_on=day(-30))
    known = learned(acme, tim, interaction=made)
    as_(tim).post(f"/interactions/{made.pk}/step/", {"action": "1"})
    action = Action.objects.get()
    assert (action.title, action.owner, action.due_on, action.account) == ("Send the offer", tim, day(-30), acme)
    assert list(action.insights.all()) == [known]
    with pytest.raises(InvalidInput):
        as_action(made, by=tim)


def test_the_dialog_is_on_every_page_of_whoever_records(acme: Account, as_: Any, tim: User, vera: User) -> None:
    assert f"/interactions/new/?account={acme.pk}" in as_(tim).get(f"/accounts/{acme.pk}/").content.decode()
    assert 'data-key="n"' in as_(tim).get("/").content.decode()
    assert 'data-key="n"' not in as_(vera).get("/").content.decode()


def test_the_palette_finds_the_pages(acme: Account, as_: Any, tim: User) -> None:
    assert "/interactions/new/" in as_(tim).get("/search/?q=record a contact").content.decode()
    assert "/interactions/" in as_(tim).get("/search/?q=interactions").content.decode()
