"""Files of accounts: columns guessed, rows used or refused one by one, nothing emptied, nothing doubled."""

import os
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from openkam.method.errors import InvalidInput
from openkam.web.accounts.actions import create_account, create_for_keys
from openkam.web.accounts.import_files import Line, checked, guess, keep, lines, opened
from openkam.web.accounts.importing import import_accounts
from openkam.web.accounts.models import Account, AccountImport
from openkam.web.jobs import queue
from openkam.web.people.models import User
from openkam.web.programme.models import Event

pytestmark = pytest.mark.django_db
DATA = Path(os.environ.get("OPENKAM_TEST_DATA") or Path(__file__).parents[3] / "shared" / "data")
real_data = pytest.mark.skipif(not DATA.is_dir(), reason="the test data is not here: set OPENKAM_TEST_DATA")


def given(*rows: dict[str, str]) -> list[Line]:
    return [Line(number, row) for number, row in enumerate(rows, start=2)]


def read(path: Path, by: User) -> tuple[dict[str, str], list[Line]]:
    subject = AccountImport.objects.create(file_name=path.name, by=by)
    keep(subject, SimpleUploadedFile(path.name, path.read_bytes()))
    found = opened(subject)
    mapping = checked(guess(found.columns), found.columns)
    return mapping, list(lines(found, mapping, found.path.parent))


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (
            ("Id", "Name", "ParentId", "Industry", "BillingCountry", "OwnerId", "Type", "IsDeleted"),
            {
                "external_id": "Id",
                "name": "Name",
                "parent": "ParentId",
                "industry": "Industry",
                "country": "BillingCountry",
                "owner": "OwnerId",
                "deleted": "IsDeleted",
            },
        ),
        (
            ("Record ID", "Company name", "Company owner", "Country/Region", "Industry"),
            {
                "external_id": "Record ID",
                "name": "Company name",
                "owner": "Company owner",
                "country": "Country/Region",
                "industry": "Industry",
            },
        ),
        (("客戶編號", "客戶名稱", "國家"), {"external_id": "客戶編號", "name": "客戶名稱", "country": "國家"}),
        (("客户编号", "客户名称", "行业"), {"external_id": "客户编号", "name": "客户名称", "industry": "行业"}),
        (
            ("hs_object_id", "name", "hubspot_owner_id", "country"),
            {"external_id": "hs_object_id", "name": "name", "owner": "hubspot_owner_id", "country": "country"},
        ),
    ],
)
def test_columns_are_recognised(columns: tuple[str, ...], expected: dict[str, str]) -> None:
    assert guess(columns) == expected


def test_a_mapping_needs_a_name_and_each_column_once() -> None:
    for mapping, code in (
        ({"external_id": "A"}, "account_columns"),
        ({"name": "A", "country": "A"}, "account_column_twice"),
    ):
        with pytest.raises(InvalidInput) as refusal:
            checked(mapping, ("A", "B"))
        assert refusal.value.code == code
    assert checked({"name": "A", "external_id": "B", "key": "B"}, ("A", "B"))["key"] == "B"


def test_accounts_are_created_then_updated_and_never_emptied(diana: User, olga: User) -> None:
    first = given({"external_id": "1", "name": "One", "country": "TW", "owner": "OLGA@supplier.example"})
    receipt = import_accounts(first, by=diana)
    assert (receipt.created, receipt.updated, receipt.problem_count) == (1, 0, 0)
    receipt = import_accounts(given({"external_id": "1", "name": "One 一", "industry": "Chips"}), by=diana)
    assert (receipt.created, receipt.updated) == (0, 1)
    account = Account.objects.search("一").get()
    assert (account.country, account.industry, account.owner) == ("TW", "Chips", olga)
    assert set(Event.objects.about(account).filter(verb="imported").values_list("field", flat=True)) == {
        "name",
        "industry",
    }


def test_the_same_file_again_changes_nothing(diana: User) -> None:
    rows = given(
        {"external_id": "2", "name": "Child", "parent": "1", "key": "K2"},
        {"external_id": "1", "name": "Parent", "status": "key", "currency": "usd"},
        {"name": "Without number"},
    )
    assert import_accounts(rows, by=diana).created == 3
    events = Event.objects.count()
    again = import_accounts(rows, by=diana)
    assert (again.created, again.updated, again.unchanged, again.keys) == (0, 0, 3, 0)
    assert Event.objects.count() == events
    assert Account.objects.get(external_id="2").parent.name == "Parent"


@pytest.mark.parametrize(("before", "wanted"), [("candidate", "key"), ("key", "candidate"), ("key", "exiting")])
def test_a_file_names_and_deselects_no_key_account_that_is_here(before: str, wanted: str, diana: User) -> None:
    Account.objects.create(external_id="1", name="One", status=before)
    receipt = import_accounts(given({"external_id": "1", "name": "One 一", "status": wanted}), by=diana)
    assert [(told["row"], told["code"]) for told in receipt.problems] == [(2, "status_is_decided")]
    assert (receipt.updated, receipt.left_out) == (1, 0)
    account = Account.objects.get()
    assert (account.name, account.status) == ("One 一", before)


def test_a_file_changes_other_states_and_brings_new_key_accounts(diana: User) -> None:
    Account.objects.create(external_id="1", name="One")
    rows = given(
        {"external_id": "1", "name": "One", "status": "exiting"},
        {"external_id": "2", "name": "Two", "status": "key"},
    )
    assert import_accounts(rows, by=diana).problem_count == 0
    assert list(Account.objects.order_by("external_id").values_list("status", flat=True)) == ["exiting", "key"]


def test_an_account_from_the_ledger_is_met_by_its_key(diana: User) -> None:
    pk = create_for_keys({"ALFKI": "ALFKI"}, by=diana)["ALFKI"]
    Account.objects.filter(pk=pk).update(external_id="")
    assert import_accounts(given({"external_id": "ALFKI", "name": "Alfreds"}), by=diana).updated == 1
    account = Account.objects.get()
    assert (account.name, account.external_id) == ("Alfreds", "ALFKI")


def test_each_row_that_cannot_be_used_is_named(diana: User) -> None:
    Account.objects.create(name="Same")
    Account.objects.create(name="Same")
    create_account(by=None, name="Other").keys.create(key="TAKEN")
    rows = given(
        {"external_id": "1", "name": "One", "owner": "nobody@x", "status": "vip", "currency": "€", "parent": "99"},
        {"external_id": "1", "name": "One again"},
        {"external_id": "2"},
        {"name": "Same"},
        {"external_id": "3", "name": "x" * 501},
        {"external_id": "4", "name": "Gone", "deleted": "TRUE"},
        {"external_id": "5", "name": "Five", "key": "TAKEN"},
    )
    receipt = import_accounts(rows, by=diana)
    assert {(problem["row"], problem["code"]) for problem in receipt.problems} == {
        (2, "row_owner_unknown"),
        (2, "row_status_unknown"),
        (2, "row_currency"),
        (2, "row_parent_unknown"),
        (3, "row_twice"),
        (4, "row_name_missing"),
        (5, "row_name_ambiguous"),
        (6, "row_too_long"),
        (8, "row_key_taken"),
    }
    assert (receipt.created, receipt.left_out, receipt.deleted) == (2, 4, 1)


def test_two_people_of_one_name_are_not_guessed_between(diana: User, olga: User) -> None:
    User.objects.create_user("other@supplier.example", name="Olga")
    receipt = import_accounts(given({"name": "One", "owner": "olga"}), by=diana)
    assert [problem["code"] for problem in receipt.problems] == ["row_owner_ambiguous"]


def test_circles_in_a_file_are_refused_row_by_row(diana: User) -> None:
    rows = given(
        {"external_id": "1", "name": "One", "parent": "3"},
        {"external_id": "2", "name": "Two", "parent": "1"},
        {"external_id": "3", "name": "Three", "parent": "2"},
        {"external_id": "4", "name": "Four", "parent": "4"},
    )
    receipt = import_accounts(rows, by=diana)
    assert [(problem["row"], problem["code"]) for problem in receipt.problems] == [
        (4, "row_parent_circle"),
        (5, "row_parent_circle"),
    ]
    assert Account.objects.get(external_id="2").parent.external_id == "1"
    assert Account.objects.get(external_id="1").parent.external_id == "3"


def test_many_rows_cost_few_queries(diana: User, django_assert_max_num_queries: Any) -> None:
    rows = given(*({"external_id": str(n), "name": f"N {n}", "parent": str(n // 2)} for n in range(1, 600)))
    with django_assert_max_num_queries(60):
        import_accounts(rows, by=diana)


def test_only_directors_import_accounts(as_: Any, olga: User, diana: User) -> None:
    assert as_(olga).get("/accounts/import/").status_code == 403
    assert as_(diana).get("/accounts/import/").status_code == 200


def test_sending_no_file_is_said(as_: Any, diana: User) -> None:
    assert "Choose a file first" in as_(diana).post("/accounts/import/").content.decode()


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02\x03" * 50])
def test_a_file_that_is_no_table_is_refused_and_forgotten(as_: Any, diana: User, content: bytes) -> None:
    response = as_(diana).post("/accounts/import/", {"file": SimpleUploadedFile("a.csv", content)})
    assert response.status_code == 422
    assert not AccountImport.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_upload_mapping_run_and_receipt(as_: Any, diana: User) -> None:
    client = as_(diana)
    file = SimpleUploadedFile("客戶.csv", "客戶編號;客戶名稱\nA1;台積電\nA2;聯發科\nA2;again\n".encode())
    address = client.post("/accounts/import/", {"file": file}).headers["Location"]
    page = client.get(address).content.decode()
    assert "台積電" in page
    assert '<option value="客戶名稱" selected' in page
    assert client.post(address, {"external_id": "客戶編號"}).status_code == 422
    client.post(address, {"external_id": "客戶編號", "name": "客戶名稱"})
    assert client.get(address).status_code == 200
    queue.run_waiting()
    receipt = client.get(address).content.decode()
    assert "the same account as row 3" in receipt
    assert Account.objects.search("發").count() == 1
    client.post(address, {"external_id": "客戶編號", "name": "客戶名稱"})
    queue.run_waiting()
    assert Account.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_the_receipt_of_a_known_file_says_that_nothing_changed(as_: Any, diana: User) -> None:
    client = as_(diana)
    for _ in range(2):
        file = SimpleUploadedFile("a.csv", b"id,name\n1,One\n")
        address = client.post("/accounts/import/", {"file": file}).headers["Location"]
        client.post(address, {"external_id": "id", "name": "name"})
        queue.run_waiting()
    assert "Everything in this file was here already" in client.get(address).content.decode()


def test_a_workbook_is_read_like_a_table(diana: User, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["Account ID", "Account Name"], [17, "Büro Süd"], [18, None]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    mapping, rows = read(tmp_path / "a.xlsx", diana)
    assert mapping == {"external_id": "Account ID", "name": "Account Name"}
    assert rows[0]["external_id"] == "17"
    assert rows[0]["name"] == "Büro Süd"


@real_data
@pytest.mark.parametrize(
    ("path", "meanings", "count", "name"),
    [
        (
            "crm-api-shapes/salesforce/sf_account_data.csv",
            {"external_id", "name", "parent", "country", "owner"},
            None,
            None,
        ),
        ("crm-api-shapes/hubspot/company_data.csv", {"external_id", "name", "country", "industry"}, None, None),
        ("adventureworks-dw/resellers.csv", {"external_id", "name", "country"}, 701, "A Bike Store"),
        ("northwind/customers.csv", {"external_id", "name", "country"}, 91, "Ana Trujillo Emparedados y helados"),
    ],
)
def test_real_files_import_whole_and_only_once(  # noqa: PLR0917 - one row per file
    diana: User, path: str, meanings: set[str], count: int | None, name: str | None
) -> None:
    mapping, rows = read(DATA / path, diana)
    assert meanings <= set(mapping)
    receipt = import_accounts(rows, by=diana)
    assert receipt.created + receipt.left_out + receipt.deleted == len(rows)
    assert receipt.created == (count or receipt.created) > 0
    assert name is None or Account.objects.search(name).filter(name=name).exists()
    again = import_accounts(rows, by=diana)
    assert (again.created, again.updated, again.keys) == (0, 0, 0)


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), OSError(5, "Input/output error")])
def test_a_full_disk_refuses_the_file_and_keeps_nothing(
    error: OSError, as_: Any, diana: User, monkeypatch: Any
) -> None:
    def full(*_: Any) -> None:
        raise error

    monkeypatch.setattr("openkam.web.accounts.import_views.keep", full)
    answer = as_(diana).post("/accounts/import/", {"file": SimpleUploadedFile("a.csv", b"Id,Name\n1,A\n")})
    assert answer.status_code == 422
    assert "Nothing was changed" in answer.content.decode()
    assert not AccountImport.objects.exists()


def test_a_file_beyond_the_bound_is_told_so(as_: Any, diana: User, settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 10
    answer = as_(diana).post("/accounts/import/", {"file": SimpleUploadedFile("a.csv", b"Id,Name\n1,A\n" * 10)})
    assert answer.status_code == 422
    assert "Choose a file first" not in answer.content.decode()
