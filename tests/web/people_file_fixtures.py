"""Files of people in the hands of Acme's team, and the steps that bring them in."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.web.import_fixtures import work_off

from openkam.web.accounts.models import Account
from openkam.web.contacts.importing import Receipt, import_people
from openkam.web.contacts.models import PeopleImport
from openkam.web.contacts.reading.columns import Line
from openkam.web.people.models import User


def given(*rows: dict[str, str]) -> list[Line]:
    return [Line(number, row) for number, row in enumerate(rows, start=2)]


def brought(by: User, *rows: dict[str, str], account: Account | None = None, **fields: Any) -> Receipt:
    """Import rows as they were mapped already."""
    subject = PeopleImport.objects.create(file_name="people.csv", format="table", by=by, account=account, **fields)
    return import_people(subject, given(*rows))


def codes(receipt: Receipt) -> list[tuple[int, str]]:
    return [(told["row"], told["code"]) for told in receipt.problems]


def bring(client: Client, where: str, called: str, data: bytes, /, **chosen: str) -> PeopleImport:
    """Upload a file, take its columns as guessed unless told otherwise, and let the worker read it."""
    answer = client.post(where, {"file": SimpleUploadedFile(called, data)})
    assert answer.status_code == 302, answer.content.decode()
    subject = PeopleImport.objects.get(pk=answer["Location"].rstrip("/").rpartition("/")[2])
    answer = client.post(answer["Location"], subject.mapping | chosen)
    assert answer.status_code == 302, answer.content.decode()
    work_off()
    subject.refresh_from_db()
    assert subject.state == "imported"
    return subject
