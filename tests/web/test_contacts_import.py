"""Files of people: known again, never emptied, told row by row, and nobody else's account touched."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from openkam.web.accounts.models import Account
from openkam.web.contacts.import_files import folder
from openkam.web.contacts.models import Colleague, Contact, MailAddress, PeopleImport
from openkam.web.people.models import User
from openkam.web.programme.models import Event
from openkam.web.relationships.models import Standing
from openkam.web.relationships.standing import standings

from .contact_fixtures import colleague, contact
from .import_fixtures import work_off, workbook
from .people_file_fixtures import bring, brought, codes

pytestmark = pytest.mark.django_db
DATA = Path(os.environ.get("OPENKAM_TEST_DATA") or Path(__file__).parents[3] / "shared" / "data")
real_data = pytest.mark.skipif(not DATA.is_dir(), reason="the test data is not here: set OPENKAM_TEST_DATA")


@pytest.fixture
def other(olga: User) -> Account:
    """Another account of Olga's, which Tim does not see."""
    return Account.objects.create(name="Beta", external_id="BETA", owner=olga)


def test_people_are_created_then_changed_and_never_emptied(acme: Account, tim: User) -> None:
    first = {"external_id": "1", "name": "Lin", "account": "ACME 台積", "email": "Lin@acme.example", "title": "Buyer"}
    receipt = brought(tim, first)
    assert (receipt.created, receipt.updated, receipt.problems) == (1, 0, [])
    receipt = brought(tim, {"external_id": "1", "account_id": "ACME", "name": "Lin 林", "phone": "1"})
    assert (receipt.created, receipt.updated) == (0, 1)
    lin = Contact.objects.get()
    assert (lin.name, lin.email, lin.title, lin.phone, lin.version) == ("Lin 林", "lin@acme.example", "Buyer", "1", 2)
    told = Event.objects.about(lin).values_list("verb", "field")
    assert sorted(told) == [("created", ""), ("imported", "name"), ("imported", "phone")]


def test_the_same_file_again_changes_nothing(acme: Account, tim: User) -> None:
    rows: Any = (
        {"external_id": "1", "name": "Lin", "reports_to": "2", "title": "Buyer"},
        {"external_id": "2", "name": "Chen", "email": "chen@acme.example"},
        {"name": "王 小明", "title": "品保經理"},
    )
    assert brought(tim, *rows, account=acme).created == 3
    events = Event.objects.exclude(subject_type="contacts.peopleimport").count()
    again = brought(tim, *rows, account=acme)
    assert (again.created, again.updated, again.unchanged, again.problems) == (0, 0, 3, [])
    assert Event.objects.exclude(subject_type="contacts.peopleimport").count() == events
    assert Contact.objects.get(name="Lin").reports_to.name == "Chen"
    assert MailAddress.objects.filter(contact__isnull=False).count() == 1


@pytest.mark.parametrize(
    "again",
    [
        {"external_id": "7", "name": "Somebody"},
        {"email": "OLD@acme.example", "name": "Somebody"},
        {"name": "LIN, Mei"},
    ],
)
def test_somebody_is_known_again_by_id_any_address_or_name(again: dict[str, str], acme: Account, tim: User) -> None:
    lin = contact(acme, "Mei Lin", email="lin@acme.example", external_id="7")
    MailAddress.objects.create(address="old@acme.example", contact=lin)
    receipt = brought(tim, again, account=acme)
    assert (receipt.created, Contact.objects.get().pk) == (0, lin.pk)


def test_a_namesake_with_another_address_is_somebody_else(acme: Account, tim: User) -> None:
    contact(acme, "王偉", email="one@acme.example")
    assert brought(tim, {"name": "王偉", "email": "two@acme.example"}, account=acme).created == 1
    receipt = brought(tim, {"name": "王伟"}, account=acme)
    assert codes(receipt) == [(2, "row_person_ambiguous")]


def test_each_row_that_cannot_be_used_is_told_and_the_rest_is_kept(acme: Account, tim: User) -> None:
    colleague("Otto", email="otto@supplier.example")
    receipt = brought(
        tim,
        {"name": "One", "email": "no address", "level": "vip", "function": "Astrology"},
        {"external_id": "2"},
        {"name": "Two", "external_id": "2", "email": "otto@supplier.example"},
        {"name": "Three", "account": "Gamma"},
        {"name": "x" * 201},
        {"name": "ONE"},
        {"name": "Gone", "deleted": "TRUE"},
        account=acme,
    )
    assert codes(receipt) == [
        (2, "row_email"),
        (2, "row_function"),
        (2, "row_level"),
        (3, "row_name_missing"),
        (4, "address_taken_elsewhere"),
        (5, "row_account_unknown"),
        (6, "row_too_long"),
        (7, "row_person_twice"),
    ]
    assert (receipt.created, receipt.left_out, receipt.deleted) == (1, 5, 1)
    assert Contact.objects.get().name == "One"


def test_another_persons_account_is_told_in_the_same_words_as_none(acme: Account, other: Account, tim: User) -> None:
    receipt = brought(tim, {"name": "One", "account": "Beta"}, {"name": "Two", "account": "Nowhere"}, {"name": "Three"})
    assert codes(receipt) == [(2, "row_account_unknown"), (3, "row_account_unknown"), (4, "row_account_missing")]
    assert receipt.problems[0]["values"] == {"value": "Beta"}
    assert not Contact.objects.exists()


def test_somebody_at_an_account_that_one_does_not_see_is_not_named(acme: Account, other: Account, tim: User) -> None:
    contact(other, "Hidden", email="hidden@beta.example", external_id="9")
    receipt = brought(tim, {"name": "One", "email": "hidden@beta.example"}, account=acme)
    assert "Hidden" not in str(receipt.problems)
    assert "Beta" not in str(receipt.problems)
    assert codes(receipt) == [(2, "address_taken_elsewhere")]
    assert brought(tim, {"name": "New", "external_id": "9"}, account=acme).created == 1
    assert Contact.objects.get(name="Hidden").account == other


def test_a_contact_at_two_accounts_is_told_with_both_names_and_left(acme: Account, other: Account, olga: User) -> None:
    lin = contact(other, "Lin", email="lin@beta.example")
    receipt = brought(olga, {"name": "Lin Mei", "email": "lin@beta.example"}, account=acme)
    assert codes(receipt) == [(2, "row_works_elsewhere")]
    assert receipt.problems[0]["values"] == {"name": "Lin", "account": "Beta", "other": "Acme 台積"}
    lin.refresh_from_db()
    assert (lin.account, lin.name) == (other, "Lin")


def test_who_has_moved_is_moved_when_the_importing_person_says_so(acme: Account, other: Account, olga: User) -> None:
    lin = contact(other, "Lin", email="lin@beta.example", title="Buyer")
    junior = contact(other, "Junior", reports_to=lin)
    rows: Any = (
        {"name": "Lin", "email": "lin@beta.example", "title": "Director"},
        {"name": "New", "reports_to": "Lin"},
    )
    receipt = brought(olga, *rows, account=acme, moved=True)
    assert (receipt.moved, receipt.created, receipt.problems) == (1, 1, [])
    lin.refresh_from_db()
    junior.refresh_from_db()
    assert (lin.account, lin.title, junior.reports_to) == (acme, "Director", None)
    assert [(one.employer, one.title) for one in lin.employments.all()] == [("Beta", "Buyer")]
    assert Contact.objects.get(name="New").reports_to == lin


def test_superiors_are_found_by_id_address_and_name_whatever_the_order(acme: Account, tim: User) -> None:
    contact(acme, "Here Already")
    receipt = brought(
        tim,
        {"name": "A", "reports_to": "77"},
        {"name": "B", "reports_to": "boss@acme.example"},
        {"name": "C", "reports_to": "The Boss"},
        {"name": "D", "reports_to": "Already, Here"},
        {"name": "E", "reports_to": "Nobody"},
        {"name": "The Boss", "external_id": "77", "email": "boss@acme.example"},
        account=acme,
    )
    assert codes(receipt) == [(6, "row_boss_unknown")]
    bosses = dict(Contact.objects.exclude(reports_to=None).values_list("name", "reports_to__name"))
    assert bosses == {"A": "The Boss", "B": "The Boss", "C": "The Boss", "D": "Here Already"}


def test_a_circle_is_a_problem_of_its_rows_and_nothing_else_is_lost(acme: Account, tim: User) -> None:
    receipt = brought(
        tim,
        {"name": "A", "reports_to": "B"},
        {"name": "B", "reports_to": "C"},
        {"name": "C", "reports_to": "A"},
        {"name": "D", "reports_to": "A"},
        {"name": "E", "reports_to": "E"},
        account=acme,
    )
    assert codes(receipt) == [(row, "row_boss_circle") for row in (2, 3, 4, 6)]
    assert receipt.created == 5
    assert dict(Contact.objects.exclude(reports_to=None).values_list("name", "reports_to__name")) == {"D": "A"}


def test_a_circle_through_somebody_known_before_is_refused_too(acme: Account, tim: User) -> None:
    top = contact(acme, "Top")
    contact(acme, "Middle", reports_to=top)
    receipt = brought(tim, {"name": "Top", "reports_to": "Middle"}, account=acme)
    assert codes(receipt) == [(2, "row_boss_circle")]
    assert Contact.objects.get(name="Top").reports_to is None


def test_our_own_people_are_imported_beside_those_who_sign_in(acme: Account, olga: User) -> None:
    rows: Any = (
        {"name": "Olga M.", "email": "olga@supplier.example", "title": "KAM"},
        {"name": "Otto", "reports_to": "Olga M."},
    )
    receipt = brought(olga, *rows, side="ours")
    assert (receipt.created, receipt.updated, receipt.problems) == (1, 1, [])
    assert Colleague.objects.get(name="Otto").reports_to.user == olga


def test_guesses_fill_what_nobody_said_and_are_kept_for_correction(acme: Account, tim: User) -> None:
    contact(acme, "Known", title="", function="it", level="clerk")
    receipt = brought(
        tim,
        {"name": "Known", "title": "Head of Quality"},
        {"name": "New", "title": "Head of Quality"},
        {"name": "Said", "title": "Head of Quality", "function": "Einkauf", "level": "Operator"},
        account=acme,
    )
    assert set(Contact.objects.values_list("name", "function", "level")) == {
        ("Known", "it", "clerk"),
        ("New", "quality", "manager"),
        ("Said", "purchasing", "operator"),
    }
    assert receipt.guessed == {"Head of Quality": ["quality", "manager", [Contact.objects.get(name="New").pk]]}


def test_the_diagnosis_of_the_account_is_made_anew(acme: Account, tim: User) -> None:
    standings([acme])
    brought(tim, {"name": "Lin"}, account=acme)
    assert not Standing.objects.filter(account=acme).exists()


def test_a_table_is_uploaded_mapped_and_imported_from_the_accounts_page(acme: Account, tim: User, as_: Any) -> None:
    where, data = (
        f"/accounts/{acme.pk}/contacts/import/",
        workbook(
            ("姓名", "職稱", "電子郵件", "主管"),
            ("王小明", "採購經理", "wang@acme.example", ""),
            ("李四", "專員", "", "王小明"),
        ),
    )
    client = as_(tim)
    answer = client.post(where, {"file": SimpleUploadedFile("人.xlsx", data)}, follow=True)
    page = answer.content.decode()
    assert "王小明" in page
    assert "<i>Purchasing</i>" in page
    assert "<i>Manager</i>" in page
    subject = bring(client, where, "人.xlsx", data)
    assert Contact.objects.get(name="李四").reports_to.name == "王小明"
    receipt = client.get(f"/contacts/import/{subject.pk}/").content.decode()
    assert "採購經理" in receipt
    assert "What did we take the job titles for?" in receipt


def test_a_guess_is_corrected_for_all_who_still_have_it(acme: Account, tim: User, as_: Any) -> None:
    client, where = as_(tim), f"/accounts/{acme.pk}/contacts/import/"
    subject = bring(client, where, "people.csv", b"name,title\nA,Buyer\nB,Buyer\n")
    Contact.objects.filter(name="B").update(level="director")
    answer = client.post(f"/contacts/import/{subject.pk}/guesses/", {"function-0": "sales", "level-0": "clerk"})
    assert answer.status_code == 302
    assert set(Contact.objects.values_list("name", "function", "level")) == {
        ("A", "sales", "clerk"),
        ("B", "sales", "director"),
    }
    assert Event.objects.filter(subject_type="contacts.contact", verb="changed", by=tim).count() == 3


def test_a_guess_cannot_be_corrected_at_an_account_one_sees_no_more(acme: Account, tim: User, as_: Any) -> None:
    client = as_(tim)
    subject = bring(client, f"/accounts/{acme.pk}/contacts/import/", "people.csv", b"name,title\nA,Buyer\n")
    acme.members.filter(user=tim).delete()
    client.post(f"/contacts/import/{subject.pk}/guesses/", {"function-0": "sales"})
    assert Contact.objects.get().function == "purchasing"


def test_cards_are_shown_and_imported_with_their_account(acme: Account, tim: User, as_: Any) -> None:
    cards = (
        "BEGIN:VCARD\nVERSION:3.0\nFN:Lin\nORG:Acme 台積;Quality\nTITLE:Clerk\nEND:VCARD\n"
        "BEGIN:VCARD\nVERSION:3.0\nORG:Acme 台積\nEND:VCARD\n"
    )
    subject = bring(as_(tim), "/contacts/import/", "people.vcf", cards.encode())
    assert subject.format == "cards"
    lin = Contact.objects.get()
    assert (lin.account, lin.function, lin.level) == (acme, "quality", "clerk")
    assert [told["code"] for told in subject.receipt["problems"]] == ["row_name_missing"]


@pytest.mark.parametrize(
    ("name", "data"), [("empty.csv", b""), ("photo.csv", b"\x89PNG\r\n\x1a\n"), ("none.vcf", b"BEGIN:VCARD")]
)
def test_what_holds_nobody_is_refused_with_words_and_not_kept(name: str, data: bytes, tim: User, as_: Any) -> None:
    answer = as_(tim).post("/contacts/import/", {"file": SimpleUploadedFile(name, data)})
    assert answer.status_code == 422 or name == "none.vcf"
    assert PeopleImport.objects.count() == (1 if name == "none.vcf" else 0)


def test_a_script_in_a_name_is_text(acme: Account, tim: User, as_: Any) -> None:
    client, where = as_(tim), f"/accounts/{acme.pk}/contacts/import/"
    subject = bring(
        client,
        where,
        "people.csv",
        b"name,title,reports to\n<script>x</script>,<script>y</script>,<script>z</script>\n",
    )
    pages = [
        f"/contacts/import/{subject.pk}/",
        f"/accounts/{acme.pk}/contacts/",
        Contact.objects.get().get_absolute_url(),
    ]
    assert not any(
        b"<script>x" in body or b"<script>y" in body or b"<script>z" in body for body in map(_body(client), pages)
    )


def _body(client: Any) -> Any:
    return lambda address: client.get(address).content


def test_who_may_import_where(acme: Account, request: pytest.FixtureRequest, as_: Any) -> None:
    for name, status in {"diana": 200, "olga": 200, "tim": 200, "vera": 403, "stranger": 404}.items():
        client = as_(request.getfixturevalue(name))
        assert client.get(f"/accounts/{acme.pk}/contacts/import/").status_code == status
        assert client.get("/contacts/import/").status_code == (403 if name == "vera" else 200)


def test_a_file_and_its_receipt_are_its_owners_alone(acme: Account, tim: User, diana: User, as_: Any) -> None:
    subject = bring(as_(tim), f"/accounts/{acme.pk}/contacts/import/", "people.csv", b"name\nLin\n")
    for user in (diana, acme.owner):
        assert as_(user).get(f"/contacts/import/{subject.pk}/").status_code == 404
        assert as_(user).post(f"/contacts/import/{subject.pk}/guesses/").status_code == 404


def test_an_import_that_fails_waits_with_its_mapping(acme: Account, tim: User, as_: Any) -> None:
    client = as_(tim)
    answer = client.post("/contacts/import/", {"file": SimpleUploadedFile("people.csv", b"name\nLin\n")})
    subject = PeopleImport.objects.get()
    client.post(answer["Location"], {"name": "name"})
    (folder(subject) / "file").unlink()
    work_off()
    subject.refresh_from_db()
    assert (subject.state, Contact.objects.count()) == ("uploaded", 0)


def test_a_column_chosen_twice_is_said_and_nothing_starts(acme: Account, tim: User, as_: Any) -> None:
    client = as_(tim)
    answer = client.post("/contacts/import/", {"file": SimpleUploadedFile("people.csv", b"name,x\nLin,1\n")})
    refused = client.post(answer["Location"], {"name": "name", "title": "name"})
    assert refused.status_code == 422
    assert "“name” is chosen twice." in refused.content.decode()
    assert PeopleImport.objects.get().state == "uploaded"


@real_data
def test_krackhardts_managers_import_with_whom_they_report_to(acme: Account, tim: User, as_: Any) -> None:
    """Krackhardt 1987: 21 managers; the president is number 7, and 2, 14, 18 and 21 report to him."""
    data = DATA / "networks-krackhardt-hightech"
    client, where = as_(tim), f"/accounts/{acme.pk}/contacts/import/"
    people = bring(
        client, where, "managers.csv", (data / "managers.csv").read_bytes(), name="id", level="", function=""
    )
    assert (people.receipt["created"], people.receipt["problems"]) == (21, [])
    chosen = {"external_id": "from", "name": "from", "reports_to": "to"}
    ties = bring(client, where, "reports.csv", (data / "reports.csv").read_bytes(), **chosen)
    assert (ties.receipt["updated"], ties.receipt["created"], ties.receipt["problems"]) == (20, 0, [])
    president = Contact.objects.get(reports_to=None)
    assert president.name == "7"
    assert sorted(president.reports.values_list("name", flat=True), key=int) == ["2", "14", "18", "21"]


@real_data
def test_salesforces_and_hubspots_contacts_are_recognised(acme: Account, tim: User, as_: Any) -> None:
    client, where = as_(tim), f"/accounts/{acme.pk}/contacts/import/"
    shapes = DATA / "crm-api-shapes"
    sales = bring(client, where, "sf.csv", (shapes / "salesforce/sf_contact_data.csv").read_bytes(), account_id="")
    assert Contact.objects.filter(name="Janet Yellen", external_id="0031G00000q9jPQAQ").exists()
    assert sales.receipt["created"] + sales.receipt["left_out"] + sales.receipt["deleted"] == sales.receipt["rows"]
    hub = bring(client, where, "hub.csv", (shapes / "hubspot/contact_data.csv").read_bytes(), account="")
    assert Contact.objects.filter(external_id="78971951").exists()
    assert hub.receipt["created"] > 0
