"""What is stored about a person reaches only whom it may, and an erased person leaves no name anywhere."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from tests.web import crawl
from tests.web.contact_fixtures import colleague, contact, judged, met

from openkam.web.accounts.actions import add_to_team
from openkam.web.accounts.models import Account
from openkam.web.contacts.actions import change_person, make_main_contact, move_contact
from openkam.web.contacts.erasing import erase, mentions, outlook
from openkam.web.contacts.import_files import folder, keep
from openkam.web.contacts.merging import merge
from openkam.web.contacts.models import Contact, ContactMerge, PeopleImport
from openkam.web.interactions import import_files as source_files
from openkam.web.interactions.models import Attempt, Insight, Interaction, JointTeam, SourceFile, UnknownAddress
from openkam.web.jobs.queue import every_hour
from openkam.web.people.models import User
from openkam.web.people.permissions import Role
from openkam.web.plans.action_actions import create_action
from openkam.web.programme.history import record
from openkam.web.programme.models import Event
from openkam.web.relationships.models import Judgement, StageReview

pytestmark = pytest.mark.django_db

#: What is judged of the contact of these tests.
SECRETS = ("Zwickelbach", "Quarzwinkel", "Evaluation of options")
#: All that tells who it was.
NAMES = ("Annabella", "Qwertzberg", "Annie", "0987654321", "Chief of widgets", "Hall 77", "Basque")


@pytest.fixture
def anna(acme: Account, olga: User) -> Contact:
    made = contact(acme, "Annabella Qwertzberg", email="annabella@acme.example", phone="0987654321", level="director")
    met(colleague("Ours"), made, subject="Prices")
    Insight.objects.create(account=acme, contact=made, text="They build a plant", learned_on=date(2026, 5, 4))
    judged(made)
    return made


def texts(client: Any, contact: Contact) -> str:
    addresses = ("", "data/", "data.json")
    return "".join(crawl.text_of(client.get(f"/contacts/{contact.pk}/{address}")) for address in addresses)


def test_judgements_reach_only_those_who_may_change_the_account(
    anna: Contact, as_: Any, olga: User, diana: User
) -> None:
    for person in (olga, diana):
        assert all(secret in texts(as_(person), anna) for secret in SECRETS)
    for name in ("Tim", "Vera"):
        said = texts(as_(User.objects.get(name=name)), anna)
        assert "They build a plant" in said
        assert not any(word in said for word in (*SECRETS, "udgement"))


def test_a_judgement_for_another_account_is_that_accounts_alone(anna: Contact, as_: Any, stranger: User) -> None:
    other = Account.objects.create(name="Elsewhere", owner=stranger)
    move_contact(anna, account=other, on=date(2026, 6, 1), by=None)
    said = texts(as_(stranger), anna)
    assert "Annabella" in said
    assert not any(word in said for word in (*SECRETS, "Acme", "They build a plant", "Prices"))


def test_events_that_other_pages_leave_about_a_person_are_for_those_who_judge(
    anna: Contact, as_: Any, olga: User, tim: User
) -> None:
    record("changed", by=olga, about=anna, field="support", new="Zwickelbach")
    record("judged", by=olga, about=anna, new="Zwickelbach")
    assert "Zwickelbach" not in texts(as_(tim), anna)
    assert "Zwickelbach" in texts(as_(olga), anna)


def test_the_file_holds_all_that_is_stored(anna: Contact, as_: Any, olga: User) -> None:
    answer = as_(olga).get(f"/contacts/{anna.pk}/data.json")
    found = json.loads(answer.content)
    assert set(found) == {
        "contacts.contact", "contacts.mailaddress", "interactions.insight", "interactions.participant",
        "relationships.judgement", "relationships.cell", "relationships.answer", "events",
    }  # fmt: skip
    assert found["contacts.contact"][0]["phone"] == "0987654321"
    assert found["interactions.participant"][0]["subject"] == "Prices"
    assert found["relationships.answer"][0]["text"] == "fears Quarzwinkel"
    assert "attachment" in answer.headers["Content-Disposition"]


def test_reading_costs_the_same_queries_for_any_number_of_interactions(
    anna: Contact, as_: Any, olga: User, django_assert_max_num_queries: Any
) -> None:
    ours, client = colleague("More"), as_(olga)
    for _ in range(20):
        met(ours, anna)
    with django_assert_max_num_queries(30):
        client.get(f"/contacts/{anna.pk}/data/")


def lived(anna: Contact, by: User) -> None:
    """A record with a past: changes, a merge, a main contact, an address that mail met, somebody below it."""
    anna.name, anna.address_form, anna.title = "Annabella von Qwertzberg", "Annie", "Chief of widgets"
    anna.site, anna.languages = "Hall 77", "Basque"
    change_person(anna, by=by)
    twin = contact(anna.account, "Qwertzberg, Annabella", email="annabella.q@acme.example")
    judged(twin)
    merge(kept=anna, gone=twin, by=by)
    make_main_contact(anna, by=by)
    contact(anna.account, "Below", reports_to=anna)
    UnknownAddress.objects.create(address="Annabella@acme.example", name="Annabella", by=by)
    record("changed", by=by, about=Interaction.objects.first(), field="participants", new="Annabella Qwertzberg")


def test_an_erased_person_leaves_no_name_in_any_table(anna: Contact, acme: Account, olga: User) -> None:
    boss = contact(acme, "Boss")
    lived(anna, olga)
    Contact.objects.filter(pk=anna.pk).update(reports_to=boss)
    erase(Contact.objects.get(pk=anna.pk), by=olga)
    left = repr(crawl.snapshot())
    assert [word for word in (*NAMES, "annabella", *SECRETS) if word in left] == []
    assert not Judgement.objects.exists()
    assert not ContactMerge.objects.exists()
    assert Contact.objects.get(name="Below").reports_to == boss


def test_receipts_of_imports_tell_no_more_which_row_an_erased_person_stood_in(
    anna: Contact, acme: Account, olga: User
) -> None:
    problems = [
        {"row": 2, "code": "row_person_ambiguous", "values": {"value": "annabella QWERTZBERG"}},
        {"row": 3, "code": "row_person_ambiguous", "values": {"value": "Ben"}},
    ]
    receipt = {"rows": 2, "problem_count": 2, "problems": problems}
    imports = [PeopleImport.objects.create(file_name="people.csv", receipt=receipt, by=olga)]
    imports.append(Attempt.objects.create(receipt=receipt, by=olga))
    erase(anna, by=olga)
    for one in imports:
        one.refresh_from_db()
        assert one.receipt == receipt | {"problems": problems[1:]}


def test_a_file_that_nobody_started_is_forgotten_after_a_week(olga: User, settings: Any) -> None:
    subject = PeopleImport.objects.create(file_name="people.csv", by=olga)
    keep(subject, SimpleUploadedFile("people.csv", b"name"))
    table = SourceFile.objects.create(file_name="met.csv", by=olga)
    source_files.keep(table, SimpleUploadedFile("met.csv", b"name"))
    waiting = Attempt.objects.create(file=table, by=olga)
    places = (folder(subject), source_files.folder(table))
    for days, stays in ((6, True), (8, False)):
        then = timezone.now() - timedelta(days=days)
        PeopleImport.objects.filter(pk=subject.pk).update(at=then)
        Attempt.objects.filter(pk=waiting.pk).update(at=then)
        every_hour()
        assert [place.exists() for place in places] == [stays, stays]
        assert (PeopleImport.objects.exists(), SourceFile.objects.exists()) == (stays, stays)


def test_texts_that_hold_the_name_are_counted_wherever_the_person_was(anna: Contact, acme: Account, olga: User) -> None:
    other = Account.objects.create(name="Elsewhere", owner=olga)
    create_action(account=acme, title="Call Annabella Qwertzberg", owner=olga, due_on=date(2026, 6, 1), by=olga)
    Insight.objects.filter(contact=anna).update(hurts="Annabella Qwertzberg's plant")
    StageReview.objects.create(
        account=acme, on=date(2026, 5, 4), diagnosed=2, agreed=2, note="annabella qwertzberg says so"
    )
    JointTeam.objects.create(account=other, name="Plant", goal="Help Annabella Qwertzberg", started_on=date(2026, 5, 4))
    assert mentions(anna) == 3
    move_contact(anna, account=other, on=date(2026, 6, 1), by=olga)
    assert mentions(anna) == 4


def test_the_contacts_of_an_erased_person_stay_counted(anna: Contact, olga: User) -> None:
    erase(anna, by=olga)
    anna.refresh_from_db()
    assert (anna.name, anna.level, anna.participations.count()) == ("erased person", "director", 1)
    assert Insight.objects.get().contact is None
    assert list(Event.objects.about(anna).values_list("verb", "old", "new")) == [
        ("erased", "", ""),
        ("created", "", ""),
    ]


def test_an_erased_person_is_nowhere_to_be_opened_or_found(anna: Contact, as_: Any, olga: User) -> None:
    erase(anna, by=olga)
    client = as_(olga)
    for address in ("", "edit/", "move/", "merge/", "data/", "data.json", "erasure/"):
        assert client.get(f"/contacts/{anna.pk}/{address}").status_code == 404
    assert "erased person" not in client.get("/search/", {"q": "erased"}).content.decode()
    assert "erased person" not in client.get(f"/accounts/{anna.account_id}/contacts/").content.decode()


def test_an_address_that_was_erased_can_be_given_to_somebody_new(anna: Contact, acme: Account, olga: User) -> None:
    erase(anna, by=olga)
    assert contact(acme, "New", email="annabella@acme.example").pk


def test_the_page_says_what_goes_and_what_stays_and_asks_twice(anna: Contact, as_: Any, olga: User) -> None:
    Insight.objects.create(account=anna.account, text="Annabella Qwertzberg leaves", learned_on=date(2026, 5, 4))
    found = outlook(anna)
    words = [{str(what): count for what, count in some} for some in (found.goes, found.unlinked, found.counted)]
    assert words == [{"E-mail addresses": 1, "Judgements": 1}, {"Insights": 1}, {"Interactions": 1}]
    client, address = as_(olga), f"/contacts/{anna.pk}/erasure/"
    page = client.get(address).content.decode()
    assert "1 text holds the name" in page
    assert client.post(address).status_code == 422
    assert Contact.objects.get(pk=anna.pk).erased_at is None
    assert client.post(address, {"understood": "erase"}).status_code == 302
    assert Contact.objects.get(pk=anna.pk).erased_at is not None


def test_only_who_may_change_the_account_erases(anna: Contact, as_: Any, stranger: User) -> None:
    manager = User.objects.create_user("m@supplier.example", name="Mia", role=Role.MANAGER)
    add_to_team(anna.account, member=manager, by=None)
    for name, status in {"Tim": 403, "Vera": 403, "Sam": 404, "Mia": 302}.items():
        client = as_(User.objects.get(name=name))
        answer = client.post(f"/contacts/{anna.pk}/erasure/", {"understood": "erase"})
        assert answer.status_code == status, name
