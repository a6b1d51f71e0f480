"""Files on their way in: what is taken, what is refused and with which words, and who may."""

import errno
import gzip
import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from tests.web.ledger_steps import INVOICES, MAPPING, a_file, uploaded

from openkam.web.jobs.queue import run_waiting
from openkam.web.ledgers import intake, upload
from openkam.web.ledgers.intake import clean_name
from openkam.web.ledgers.models import Import, Source
from openkam.web.ledgers.urls import urlpatterns

HEADERS = "Order,Customer,Date\nR1,ACME,2024-01-01\nR2,BRAVA,2024-01-02\n"
LINES = "Order,Item,Product,Quantity,Net\nR1,1,P1,1,10.00\nR1,2,P2,1,20.00\nR2,1,P1,1,30.00\n"


@pytest.fixture
def director(diana: Any, as_: Any) -> Any:
    return as_(diana)


def test_the_first_page_says_which_file_is_needed(director: Any) -> None:
    page = director.get("/ledger/").content.decode()
    assert "Which file is needed?" in page
    assert 'type="file"' in page


@pytest.mark.parametrize("who", ["olga", "tim", "vera"])
def test_nobody_but_a_director_reaches_a_page_of_the_ledger(who: str, request: Any, as_: Any) -> None:
    client = as_(request.getfixturevalue(who))
    for pattern in urlpatterns:
        if pattern.name != "account-lines":
            path = "/ledger/" + str(pattern.pattern).replace("<int:pk>", "1")
            assert (path, client.get(path).status_code) == (path, 403)
            assert (path, client.post(path).status_code) == (path, 403)


def test_a_director_who_does_not_see_profit_is_refused(diana: Any, as_: Any) -> None:
    diana.sees_profit = False
    diana.save()
    assert as_(diana).get("/ledger/").status_code == 403


def test_an_uploaded_file_lies_in_its_own_folder_and_leads_to_the_mapping(director: Any, settings: Any) -> None:
    subject = uploaded(director, name="../../etc/évil\u202e.csv")
    assert subject.file_name == "évil.csv"
    assert sorted(path.name for path in (settings.UPLOAD_DIR / str(subject.pk)).iterdir()) >= ["lines", "lines.json"]
    assert director.get(f"/ledger/imports/{subject.pk}/")["Location"].endswith("/mapping/")


def test_names_keep_their_end_when_they_are_too_long() -> None:
    assert clean_name("x" * 400 + ".csv").endswith("x.csv")
    assert clean_name("\x00\x01") == "file"


def workbook_that_expands() -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("[Content_Types].xml", "<Types/>")
        book.writestr("xl/workbook.xml", "<workbook/>")
        book.writestr("xl/worksheets/sheet1.xml", b"0" * 60 * 2**20)
    return memory.getvalue()


HOSTILE = {
    "empty": (b"", 422, ""),
    "only a header mark": (b"\xef\xbb\xbf", 422, "has no rows"),
    "a program": (b"\x7fELF" + bytes(range(256)) * 20, 422, "Nothing was kept"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(500), 422, "Nothing was kept"),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), 422, "save it"),
    "a torn gzip": (gzip.compress(INVOICES.encode())[:-20], 422, "damaged or incomplete"),
    "a gzip bomb": (gzip.compress(b"a,b\n" + b"0,0\n" * 30_000_000, 9), 413, "beyond all proportion"),
    "a workbook bomb": (workbook_that_expands(), 422, "Nothing was kept"),
    "half a Parquet file": (b"PAR1" + bytes(100), 422, "Nothing was kept"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_its_sentence_and_leaves_nothing(
    director: Any, settings: Any, name: str
) -> None:
    content, status, words = HOSTILE[name]
    answer = director.post("/ledger/imports/", {"files": [a_file(content)]})
    page = answer.content.decode()
    assert answer.status_code == status
    assert 'class="problem"' in page
    assert words in page
    assert "Not accepted" not in page
    assert not Import.objects.exists()
    assert not [path for path in settings.UPLOAD_DIR.glob("*") if path.is_dir()]


def test_no_file_is_answered_with_what_to_do(director: Any) -> None:
    answer = director.post("/ledger/imports/", {})
    assert (answer.status_code, "No file was chosen" in answer.content.decode()) == (422, True)


def test_a_file_beyond_the_bound_is_refused_while_it_arrives(director: Any, settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 2**20
    answer = director.post("/ledger/imports/", {"files": [a_file(b"a,b\n" + b"1,2\n" * 300_000)]})
    assert (answer.status_code, "larger than this server accepts" in answer.content.decode()) == (413, True)
    assert not Import.objects.exists()


def test_a_disk_that_fills_up_meanwhile_is_said(director: Any, monkeypatch: Any) -> None:
    def full(*args: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(TemporaryFileUploadHandler, "receive_data_chunk", full)
    answer = director.post("/ledger/imports/", {"files": [a_file()]})
    assert (answer.status_code, "The disk is full" in answer.content.decode()) == (507, True)
    assert not Import.objects.exists()


def test_a_disk_that_is_full_when_the_file_is_kept_leaves_no_import(director: Any, monkeypatch: Any) -> None:
    def full(*args: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(intake.shutil, "move", full)
    answer = director.post("/ledger/imports/", {"files": [a_file()]})
    assert answer.status_code == 507
    assert not Import.objects.exists()


def test_two_files_are_joined_by_the_column_they_share(director: Any) -> None:
    subject = uploaded(director, HEADERS, a_file(LINES, "lines.csv"), name="orders.csv")
    assert (subject.file_name, subject.header_file_name) == ("lines.csv", "orders.csv")
    form = director.get(f"/ledger/imports/{subject.pk}/mapping/").context["form"]
    assert (form["lines_key"].value(), form["header_key"].value()) == ("Order", "Order")
    assert form["account"].value() == "Customer"
    assert Import.objects.count() == 1


def test_a_second_file_given_as_such_is_the_header(director: Any) -> None:
    answer = director.post("/ledger/imports/", {"files": [a_file(LINES, "l.csv")], "header": a_file(HEADERS, "h.csv")})
    assert answer.status_code == 302
    assert Import.objects.get().header_file_name == "h.csv"


def test_several_files_with_the_same_columns_become_several_imports(director: Any) -> None:
    uploaded(director, INVOICES, a_file(INVOICES.replace("R", "S"), "more.csv"))
    assert Import.objects.count() == 2


def test_more_files_than_can_be_taken_are_refused(director: Any) -> None:
    answer = director.post("/ledger/imports/", {"files": [a_file(name=f"{n}.csv") for n in range(13)]})
    assert (answer.status_code, Import.objects.count()) == (422, 0)


@pytest.mark.django_db(transaction=True)
def test_a_large_file_is_opened_in_the_background(director: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(intake, "AT_ONCE", 10)
    subject = uploaded(director)
    assert "opening" not in director.get(f"/ledger/imports/{subject.pk}/").content.decode()
    assert "<progress" in director.get(f"/ledger/imports/{subject.pk}/").content.decode()
    run_waiting()
    assert director.get(f"/ledger/imports/{subject.pk}/mapping/").context["lines"].rows == 5


@pytest.mark.django_db(transaction=True)
def test_a_large_file_that_is_refused_says_why_on_its_page(director: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(intake, "AT_ONCE", 10)
    subject = uploaded(director, b"\x7fELF" + bytes(range(256)) * 20)
    run_waiting()
    subject.refresh_from_db()
    assert subject.state == Import.State.FAILED
    assert "Nothing was kept" in director.get(f"/ledger/imports/{subject.pk}/").content.decode()


def test_a_file_in_another_encoding_is_kept_and_read_again(director: Any) -> None:
    subject = uploaded(director, INVOICES.encode("cp950"))
    director.post(f"/ledger/imports/{subject.pk}/reading/", {"encoding": "utf-8", "delimiter": ","})
    subject.refresh_from_db()
    assert subject.error_code == "encoding"
    assert "Choose another encoding" in director.get(f"/ledger/imports/{subject.pk}/mapping/").content.decode()
    director.post(f"/ledger/imports/{subject.pk}/reading/", {"encoding": "cp950", "delimiter": ","})
    subject.refresh_from_db()
    assert subject.error_code == ""
    assert "台積" in director.get(f"/ledger/imports/{subject.pk}/mapping/").content.decode()


def test_the_guess_is_preselected_with_how_sure_it_is(director: Any) -> None:
    subject = uploaded(director)
    answer = director.get(f"/ledger/imports/{subject.pk}/mapping/")
    form, page = answer.context["form"], answer.content.decode()
    assert (form["account"].value(), form["date"].value(), form["revenue"].value()) == ("Customer", "Date", "Net")
    assert '<option value="Net" selected>' in page
    assert "%" in page
    assert "Acme 台積" in page


def test_a_mapping_with_gaps_is_answered_in_sentences(director: Any) -> None:
    subject = uploaded(director)
    wrong = {**MAPPING, "revenue": "", "unit_price": "", "date": "Customer", "default_currency": "EURO"}
    answer = director.post(f"/ledger/imports/{subject.pk}/mapping/", wrong | {"default_currency": "E1"})
    page = answer.content.decode()
    assert answer.status_code == 422
    for sentence in ("“Net revenue” needs a column.", "is chosen twice", "is not a currency code"):
        assert sentence in page
    assert not Source.objects.exists()


def test_a_file_with_the_same_columns_gets_the_saved_mapping(director: Any) -> None:
    first = uploaded(director)
    director.post(f"/ledger/imports/{first.pk}/mapping/", {**MAPPING, "account": "Name", "account_name": ""})
    second = uploaded(director)
    answer = director.get(f"/ledger/imports/{second.pk}/mapping/")
    assert answer.context["form"]["account"].value() == "Name"
    assert "Mapped like the last file of “ERP”." in answer.content.decode()


def test_the_list_of_imports_costs_a_fixed_number_of_queries(
    director: Any, diana: Any, django_assert_max_num_queries: Any
) -> None:
    source = Source.objects.create(name="ERP")
    for number in range(40):
        Import.objects.create(file_name=f"{number}.csv", source=source, uploaded_by=diana, receipt={})
    with django_assert_max_num_queries(12):
        assert director.get("/ledger/").status_code == 200


def test_the_upload_handler_is_the_one_in_use(settings: Any) -> None:
    assert [f"{intake.BoundedUpload.__module__}.BoundedUpload"] == settings.FILE_UPLOAD_HANDLERS
    assert upload.STATUS["too_large"] == 413
    assert issubclass(intake.BoundedUpload, TemporaryFileUploadHandler)
    assert TemporaryUploadedFile("a", "text/csv", 0, "utf-8").temporary_file_path().startswith(str(settings.DATA))


def test_a_file_with_other_columns_is_proposed_as_another_source(director: Any) -> None:
    Source.objects.create(name="Invoices", columns=["a", "b"])
    subject = uploaded(director)
    form = director.get(f"/ledger/imports/{subject.pk}/mapping/").context["form"]
    assert form["source"].value() == "Invoices 2"
