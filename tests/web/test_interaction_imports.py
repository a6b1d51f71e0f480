"""Calendars, mailboxes and tables become interactions: matched, kept out where private, never stored twice."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from tests.web.import_fixtures import (
    DAY,
    bring,
    calendar,
    contact,
    counts,
    event,
    mbox,
    message,
    people_of,
    today,
    work_off,
    workbook,
)

from openkam.web.accounts.models import Account
from openkam.web.contacts.actions import move_contact
from openkam.web.contacts.models import Contact
from openkam.web.interactions.import_files import folder, piece_of
from openkam.web.interactions.importing import BATCH, Importing
from openkam.web.interactions.models import (
    Attempt,
    ExclusionRule,
    Interaction,
    Part,
    Participant,
    Pending,
    UnknownAddress,
)
from openkam.web.jobs import queue
from openkam.web.jobs.models import Job
from openkam.web.people.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def lin(acme: Account) -> Contact:
    return contact(acme)


def test_a_message_becomes_an_interaction_of_its_account(lin: Contact, olga: User, as_: Any) -> None:
    attempt = bring(as_(olga), "sent.mbox", mbox(message()))
    [interaction] = Interaction.objects.all()
    assert (interaction.account, interaction.kind, interaction.subject) == (lin.account, "email", "Offer 1")
    assert (interaction.on, interaction.at, interaction.note) == (DAY.date(), DAY, "")
    assert people_of(interaction) == {"Olga": Part.SENDER, "Lin": Part.TO}
    assert counts(attempt) == {"read": 1, "stored": 1}
    assert attempt.state == Attempt.State.DONE
    assert not folder(attempt.file).exists()


def test_a_meeting_becomes_an_interaction_of_its_account(lin: Contact, olga: User, as_: Any) -> None:
    bring(as_(olga), "me.ics", calendar(event()))
    [interaction] = Interaction.objects.all()
    assert (interaction.kind, interaction.subject, interaction.source_uid) == ("meeting", "Review", "ical:one")
    assert people_of(interaction) == {"Olga": Part.PRESENT, "Lin": Part.PRESENT}


def test_a_time_is_the_day_of_the_house(lin: Contact, olga: User, settings: Any, as_: Any) -> None:
    settings.TIME_ZONE = "Asia/Taipei"
    late = f"DTSTART;TZID=Taipei Standard Time:{DAY:%Y%m%d}T003000"
    bring(as_(olga), "me.ics", calendar(event(start=late)))
    assert Interaction.objects.get().on == DAY.date()


@pytest.mark.parametrize("name", ["one.eml", "one.EML"])
def test_a_single_message_is_a_mailbox_of_one(name: str, lin: Contact, olga: User, as_: Any) -> None:
    assert counts(bring(as_(olga), name, message())) == {"read": 1, "stored": 1}


def test_the_same_file_again_stores_nothing(lin: Contact, olga: User, as_: Any) -> None:
    box = mbox(message(1), message(2))
    bring(as_(olga), "a.mbox", box)
    assert counts(bring(as_(olga), "b.mbox", box)) == {"read": 2, "already": 2}
    assert Interaction.objects.count() == 2


def test_a_message_twice_in_one_mailbox_is_stored_once(lin: Contact, olga: User, as_: Any) -> None:
    assert counts(bring(as_(olga), "a.mbox", mbox(message(), message()))) == {"read": 2, "stored": 1, "already": 1}


def test_what_two_colleagues_have_of_one_meeting_is_stored_once(lin: Contact, olga: User, tim: User, as_: Any) -> None:
    series = event("one", "RRULE:FREQ=DAILY;COUNT=2", "ATTENDEE:mailto:tim@supplier.example")
    moved = f"RECURRENCE-ID:{DAY + timedelta(days=1):%Y%m%dT%H%M%SZ}"
    only = event("one", moved, start=f"DTSTART:{DAY + timedelta(days=2):%Y%m%dT%H%M%SZ}")
    bring(as_(olga), "olga.ics", calendar(series))
    assert counts(bring(as_(tim), "tim.ics", calendar(only))) == {"read": 1, "already": 1}
    assert Interaction.objects.count() == 2


def test_a_message_to_two_accounts_is_one_interaction_at_each(lin: Contact, olga: User, as_: Any) -> None:
    other = Account.objects.create(name="Other", owner=olga)
    contact(other, "Ben", "ben@other.example")
    attempt = bring(as_(olga), "a.mbox", mbox(message(Cc="ben@other.example")))
    assert counts(attempt)["stored"] == 1
    assert [people_of(one) for one in Interaction.objects.order_by("account_id")] == [
        {"Olga": "sender", "Lin": "to"},
        {"Olga": "sender", "Ben": "cc"},
    ]


def test_text_is_kept_only_when_it_is_asked_for(lin: Contact, olga: User, as_: Any) -> None:
    bring(as_(olga), "a.mbox", mbox(message(1, body="Our secret")))
    assert Interaction.objects.get().note == ""
    bring(as_(olga), "a.mbox", mbox(message(2, body="Our offer")), with_text="1")
    assert Interaction.objects.get(subject="Offer 2").note == "Our offer"


def test_machines_lists_and_mail_among_ourselves_do_not_count(lin: Contact, olga: User, tim: User, as_: Any) -> None:
    box = mbox(
        message(1, List_Id="<news.acme.example>"),
        message(2, From="no-reply@acme.example"),
        message(3, To="tim@supplier.example, somebody@supplier.example"),
        message(4, To="olga@supplier.example"),
    )
    assert counts(bring(as_(olga), "a.mbox", box)) == {"read": 4, "automatic": 2, "internal": 2}
    assert not Interaction.objects.exists()
    assert not UnknownAddress.objects.exists()


def test_ten_thousand_participants_are_an_audience_and_nobody_is_offered(lin: Contact, olga: User, as_: Any) -> None:
    crowd = ", ".join(f"p{number}@acme.example" for number in range(10_000))
    attempt = bring(as_(olga), "a.mbox", mbox(message(To=f"lin@acme.example, {crowd}")))
    assert counts(attempt) == {"read": 1, "stored": 1, "mass": 1}
    assert not Interaction.objects.get().counts
    assert not UnknownAddress.objects.exists()


def test_a_private_event_leaves_no_trace(lin: Contact, olga: User, as_: Any) -> None:
    attempt = bring(as_(olga), "a.ics", calendar(event("x", "CLASS:PRIVATE", who="doctor@clinic.example")))
    assert counts(attempt) == {"read": 1, "private": 1}
    assert not Interaction.objects.exists()
    assert not UnknownAddress.objects.exists()


@pytest.mark.parametrize(
    ("what", "text"),
    [("address", "LIN@acme.example"), ("domain", "acme.example"), ("domain", "@example"), ("subject", "salary")],
)
@pytest.mark.parametrize("for_all", [True, False], ids=["everybody's", "own"])
def test_a_rule_keeps_a_message_out(*, what: str, text: str, for_all: bool, lin: Contact, olga: User, as_: Any) -> None:
    ExclusionRule.objects.create(what=what, text=text, user=None if for_all else olga)
    attempt = bring(as_(olga), "a.mbox", mbox(message(Subject="About your Salary", Cc="x@new.example")))
    assert counts(attempt) == {"read": 1, "private": 1}
    assert not UnknownAddress.objects.exists()


def test_the_rule_of_somebody_else_does_not_hold(lin: Contact, olga: User, tim: User, as_: Any) -> None:
    ExclusionRule.objects.create(what="domain", text="acme.example", user=tim)
    assert counts(bring(as_(olga), "a.mbox", mbox(message()))) == {"read": 1, "stored": 1}


def test_a_message_of_an_earlier_employer_stays_there(lin: Contact, acme: Account, olga: User, as_: Any) -> None:
    other = Account.objects.create(name="Other", owner=olga)
    move_contact(lin, account=other, on=timezone.localdate() - timedelta(days=7), by=olga)
    now = timezone.now() - timedelta(hours=1)
    bring(as_(olga), "a.mbox", mbox(message(1), message(2, Date=f"{now:%a, %d %b %Y %H:%M:%S} +0000")))
    assert dict(Interaction.objects.values_list("subject", "account__name")) == {
        "Offer 1": acme.name,
        "Offer 2": "Other",
    }


def test_what_is_broken_is_told_and_the_rest_is_stored(lin: Contact, olga: User, as_: Any) -> None:
    future = timezone.now() + timedelta(days=30)
    box = mbox(message(1, Date="nonsense"), message(2, Date=f"{future:%a, %d %b %Y %H:%M:%S} +0000"), message(3))
    box = b"From x nonsense 09:00\n" + box.partition(b"\n")[2]
    attempt = bring(as_(olga), "a.mbox", box)
    assert [(one["row"], one["code"]) for one in attempt.receipt["problems"]] == [
        (1, "message_date"),
        (2, "message_in_future"),
    ]
    assert Interaction.objects.get().subject == "Offer 3"


def test_a_script_in_a_subject_is_text_on_every_page(lin: Contact, olga: User, as_: Any) -> None:
    bring(as_(olga), "a.mbox", mbox(message(Subject="<script>alert(1)</script>")))
    interaction = Interaction.objects.get()
    assert interaction.subject == "<script>alert(1)</script>"
    said = as_(olga).get(f"/interactions/{interaction.pk}/").content.decode()
    assert "<script>alert" not in said
    assert "&lt;script&gt;alert" in said


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [("a.ics", b"BEGIN:VCALENDAR\nBEGIN:VEVENT\n", ""), ("a.mbox", b"hello", "mailbox_broken")],
)
def test_a_file_that_is_none_of_its_kind_says_so(
    *, name: str, data: bytes, code: str, acme: Account, olga: User, as_: Any
) -> None:
    client = as_(olga)
    attempt = bring(client, name, data)
    assert attempt.receipt.get("code", "") == code
    assert client.get(f"/interactions/import/{attempt.pk}/").status_code == 200


@pytest.mark.parametrize("data", [b"", b"  \n"])
def test_an_empty_file_is_refused_and_not_kept(data: bytes, acme: Account, olga: User, as_: Any) -> None:
    answer = as_(olga).post("/interactions/import/", {"file": SimpleUploadedFile("a.ics", data)})
    assert answer.status_code == 422 or "file" in answer.content.decode()
    assert not Attempt.objects.exists()


TABLE = "Date;How;Our people;Contact;About\n"


def test_a_table_becomes_interactions(lin: Contact, olga: User, tim: User, as_: Any) -> None:
    contact(lin.account, "王小明", "wang@acme.example")
    rows = f"{DAY:%Y-%m-%d};visit;Olga;Lin;Plant tour\n{DAY:%d.%m.%Y};call;tim@supplier.example;王 小明;Prices\n"
    client = as_(olga)
    attempt = bring(client, "a.csv", (TABLE + rows).encode())
    assert attempt.state == Attempt.State.WAITING
    page = client.get(f"/interactions/import/{attempt.pk}/")
    assert "Plant tour" in page.content.decode()
    chosen = {"on": "Date", "kind": "How", "ours": "Our people", "theirs": "Contact", "subject": "About"}
    assert attempt.file.mapping == chosen
    client.post(f"/interactions/import/{attempt.pk}/", chosen)
    work_off()
    told = {(one.subject, one.kind): people_of(one) for one in Interaction.objects.all()}
    assert told[("Plant tour", "visit")] == {"Olga": "present", "Lin": "present"}
    attempt.refresh_from_db()
    assert counts(attempt)["stored"] + attempt.receipt["problem_count"] == 2


def brought(client: Any, *rows: str) -> Attempt:
    attempt = bring(client, "a.csv", (TABLE + "\n".join(rows)).encode())
    client.post(f"/interactions/import/{attempt.pk}/", attempt.file.mapping)
    work_off()
    attempt.refresh_from_db()
    return attempt


def test_each_line_that_cannot_be_used_is_told(lin: Contact, olga: User, as_: Any) -> None:
    contact(Account.objects.create(name="Other", owner=olga), "Twin", "t1@other.example")
    contact(lin.account, "Twin", "t2@acme.example")
    attempt = brought(
        as_(olga),
        f"{DAY:%Y-%m-%d};meeting;Olga;Nobody;a",
        f"{DAY:%Y-%m-%d};meeting;Olga;Twin;b",
        f"{DAY:%Y-%m-%d};séance;Olga;Lin;c",
        "2999-01-01;meeting;Olga;Lin;d",
        f"{DAY:%Y-%m-%d};meeting;Olga;Lin;e",
    )
    assert [(one["row"], one["code"]) for one in attempt.receipt["problems"]] == [
        (2, "row_person_unknown"),
        (3, "row_person_ambiguous"),
        (4, "row_kind"),
        (5, "row_in_future"),
    ]
    assert [one.subject for one in Interaction.objects.all()] == ["e"]


def test_the_same_table_again_stores_nothing(lin: Contact, olga: User, as_: Any) -> None:
    line = f"{today()};meeting;Olga;Lin;once"
    brought(as_(olga), line)
    assert counts(brought(as_(olga), line)) == {"read": 1, "already": 1}


def test_a_workbook_is_a_table_too(lin: Contact, olga: User, as_: Any) -> None:
    data = workbook(("Date", "Our people", "Contact"), (DAY.date(), "Olga", "lin@acme.example"))
    client = as_(olga)
    attempt = bring(client, "a.xlsx", data)
    client.post(f"/interactions/import/{attempt.pk}/", attempt.file.mapping)
    work_off()
    assert Interaction.objects.get().on == DAY.date()


def test_a_table_without_a_needed_column_asks_for_it(acme: Account, olga: User, as_: Any) -> None:
    client = as_(olga)
    attempt = bring(client, "a.csv", b"Date;Contact\n2024-01-01;Lin\n")
    answer = client.post(f"/interactions/import/{attempt.pk}/", {"on": "Date", "theirs": "Contact"})
    assert answer.status_code == 422
    assert not Job.objects.exists()


def test_an_import_is_taken_back_whole_except_what_was_changed_since(lin: Contact, olga: User, as_: Any) -> None:
    client = as_(olga)
    attempt = bring(client, "a.mbox", mbox(message(1), message(2), message(3, To="wang@acme.example")))
    Interaction.objects.filter(subject="Offer 1").update(version=2)
    bring(client, "b.mbox", mbox(message(4)))
    client.post(f"/interactions/import/{attempt.pk}/undoing/")
    work_off()
    attempt.refresh_from_db()
    assert attempt.state == Attempt.State.UNDONE
    assert set(Interaction.objects.values_list("subject", flat=True)) == {"Offer 1", "Offer 4"}
    assert not Pending.objects.exists()
    assert not UnknownAddress.objects.exists()
    assert Participant.objects.count() == 4
    assert "taken back" in client.get(f"/interactions/import/{attempt.pk}/").content.decode()


def test_an_import_that_runs_again_counts_as_if_it_had_run_once(lin: Contact, olga: User, as_: Any) -> None:
    from openkam.web.interactions.import_files import piece_of  # noqa: PLC0415
    from openkam.web.interactions.importing import Importing  # noqa: PLC0415

    attempt = Attempt.objects.create(by=olga)
    pieces = [piece_of(message(number), number, received="") for number in range(3)]
    Importing(attempt, by=olga).take(pieces[:2])
    again = Importing(attempt, by=olga)
    again.take(pieces)
    receipt = again.finish()
    assert (receipt.read, receipt.stored, receipt.already) == (3, 3, 0)


def test_a_mailbox_of_twenty_thousand_is_read_in_batches(
    lin: Contact, olga: User, django_assert_max_num_queries: Any
) -> None:
    importing = Importing(Attempt.objects.create(by=olga), by=olga)
    for start in range(0, 20_000, BATCH):
        with django_assert_max_num_queries(20):
            importing.take([piece_of(message(number), number, received="") for number in range(start, start + BATCH)])
    assert importing.receipt.stored == Interaction.objects.count() == 20_000


@pytest.mark.django_db(transaction=True)
def test_another_import_under_way_does_not_double(lin: Contact, olga: User, tim: User, as_: Any) -> None:
    box = mbox(message(1, Cc="tim@supplier.example"))
    for user in (olga, tim):
        as_(user).post("/interactions/import/", {"file": SimpleUploadedFile("a.mbox", box)})
    queue.run_waiting()
    assert Interaction.objects.count() == 1


PAGES = ("/interactions/import/", "/mailboxes/", "/exclusions/", "/unknown-addresses/")


@pytest.mark.parametrize("address", PAGES)
def test_who_records_contacts_opens_each_page_and_a_viewer_none(
    *, address: str, acme: Account, diana: User, olga: User, tim: User, vera: User, stranger: User, as_: Any
) -> None:
    answers = {user.name: as_(user).get(address).status_code for user in (diana, olga, tim, vera, stranger)}
    assert answers == {"Diana": 200, "Olga": 200, "Tim": 200, "Vera": 403, "Sam": 200}


def test_an_import_is_seen_and_taken_back_by_who_made_it_alone(
    *, lin: Contact, diana: User, olga: User, tim: User, vera: User, as_: Any
) -> None:
    attempt = bring(as_(olga), "a.mbox", mbox(message()))
    for user in (diana, tim, vera):
        assert as_(user).get(f"/interactions/import/{attempt.pk}/").status_code in {403, 404}
        assert as_(user).post(f"/interactions/import/{attempt.pk}/undoing/").status_code in {403, 404}
        assert "a.mbox" not in as_(user).get("/interactions/import/").content.decode()
    work_off()
    assert Interaction.objects.count() == 1


def test_a_rule_for_everybody_is_a_directors(*, acme: Account, diana: User, olga: User, tim: User, as_: Any) -> None:
    as_(olga).post("/exclusions/", {"what": "domain", "text": "bank.example", "for_all": "on"})
    as_(diana).post("/exclusions/", {"what": "domain", "text": "clinic.example", "for_all": "on"})
    owners = {rule.text: rule.user for rule in ExclusionRule.objects.all()}
    assert owners == {"bank.example": olga, "clinic.example": None}
    common, own = ExclusionRule.objects.get(user=None), ExclusionRule.objects.get(user=olga)
    assert as_(olga).post(f"/exclusions/{common.pk}/removal/").status_code == 404
    assert as_(tim).post(f"/exclusions/{own.pk}/removal/").status_code == 404
    assert "bank.example" not in as_(tim).get("/exclusions/").content.decode()
    as_(diana).post(f"/exclusions/{common.pk}/removal/")
    assert ExclusionRule.objects.get() == own


@pytest.mark.parametrize(("what", "text"), [("address", "nobody"), ("domain", "x"), ("subject", "")])
def test_a_rule_that_fits_nothing_is_refused(*, what: str, text: str, acme: Account, olga: User, as_: Any) -> None:
    assert as_(olga).post("/exclusions/", {"what": what, "text": text}).status_code == 422
    assert not ExclusionRule.objects.exists()


def test_the_pages_ask_the_database_a_few_times(
    lin: Contact, olga: User, as_: Any, django_assert_max_num_queries: Any
) -> None:
    client = as_(olga)
    strangers = [message(number, To=f"Person {number} <p{number}@acme.example>") for number in range(60)]
    bring(client, "a.mbox", mbox(*strangers))
    assert io.BytesIO(client.get("/unknown-addresses/?page=2").content).getvalue()
    for page in PAGES:
        with django_assert_max_num_queries(14):
            assert client.get(page).status_code == 200
