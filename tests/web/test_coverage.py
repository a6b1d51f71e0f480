"""Whom of theirs does nobody of ours talk to? The matrix, its sums, its days and its files."""

import csv
import io
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from openkam.web.accounts.models import Account
from openkam.web.contacts.models import Contact
from openkam.web.people.models import User
from openkam.web.relationships.coverage import Choice, Matrix, matrix
from openkam.web.relationships.seen import seen

from .contact_fixtures import colleague, contact, met
from .crawl import body_of

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
AGO = timedelta(days=1)


def covered(account: Account, on: date = TODAY, **choice: str) -> Matrix:
    return matrix(seen(account, on), Choice(**choice))


def names(found: Matrix) -> list[str]:
    return [line.person.name for line in found.lines]


@pytest.fixture
def talks(acme: Account) -> dict[str, Any]:
    """Otto meets Lin often and Wu once; nobody meets the director."""
    otto, uta = colleague("Otto"), colleague("Uta")
    lin, wu = contact(acme, "Lin", function="purchasing"), contact(acme, "Wu", level="clerk", function="quality")
    boss = contact(acme, "Boss", level="director")
    for days in (10, 40, 70, 100):
        met(otto, lin, on=TODAY - days * AGO)
    met(otto, wu, on=TODAY - 20 * AGO)
    met(uta, lin, on=TODAY - 300 * AGO)
    return {"otto": otto, "uta": uta, "lin": lin, "wu": wu, "boss": boss}


def test_a_cell_says_how_often_when_last_and_whether_that_is_active(acme: Account, talks: Any) -> None:
    found = covered(acme)
    rows = {line.person.name: line for line in found.lines}
    columns = [column.person.name for column in found.columns]
    assert columns[:2] == ["Otto", "Uta"]
    cell = rows["Lin"].cells[0]
    assert (cell.times, cell.last_on, cell.state) == (4, TODAY - 10 * AGO, "active")
    assert [one.state if one else None for one in rows["Lin"].cells[:2]] == ["active", "stale"]
    assert rows["Wu"].cells[0].state == "stale"
    assert not any(rows["Boss"].cells)


def test_sums_of_rows_and_columns_agree(acme: Account, talks: Any) -> None:
    found = covered(acme)
    assert found.times == sum(line.times for line in found.lines) == sum(column.times for column in found.columns) == 6
    assert found.active == sum(column.active for column in found.columns) == 1
    assert (found.nobody, len(found.lines)) == (2, 3)


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("nobody", ["Boss", "Wu", "Lin"]),
        ("most", ["Lin", "Wu", "Boss"]),
        ("level", ["Boss", "Wu", "Lin"]),
        ("name", ["Boss", "Lin", "Wu"]),
    ],
)
def test_rows_are_ordered_by_choice(sort: str, expected: list[str], acme: Account, talks: Any) -> None:
    assert names(covered(acme, sort=sort)) == expected


def test_a_function_narrows_rows_and_sums(acme: Account, talks: Any) -> None:
    found = covered(acme, function="quality")
    assert (names(found), found.times) == (["Wu"], 1)


def test_a_day_of_the_past_shows_what_was_known_then(acme: Account, talks: Any, tim: User, as_: Any) -> None:
    day = TODAY - 60 * AGO
    assert covered(acme, day).times == 3
    body = as_(tim).get(f"/accounts/{acme.pk}/coverage/?on={day.isoformat()}").content.decode()
    assert (TODAY - 70 * AGO).isoformat() in body
    assert (TODAY - 10 * AGO).isoformat() not in body
    assert "This is no day of the past" in as_(tim).get(f"/accounts/{acme.pk}/coverage/?on=2999-01-01").content.decode()


def test_the_page_shows_empty_cells_empty_and_nobody_in_words(acme: Account, talks: Any, vera: User, as_: Any) -> None:
    body = as_(vera).get(f"/accounts/{acme.pk}/coverage/").content.decode()
    assert "With 2 of 3 nobody of ours is in active contact" in body
    assert body.count('class="coverage__nobody"') == 1
    assert '<td class="coverage__cell"></td>' in body


def test_the_files_hold_what_the_page_shows(acme: Account, talks: Any, tim: User, as_: Any) -> None:
    client = as_(tim)
    text = body_of(client.get(f"/accounts/{acme.pk}/coverage.csv?sort=most")).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["Name"] for row in rows] == ["Lin", "Wu", "Boss", "In all"]
    assert (rows[0]["Otto: contacts"], rows[0]["Otto: last contact"]) == ("4", (TODAY - 10 * AGO).isoformat())
    assert (rows[2]["Otto: contacts"], rows[2]["Contacts in all"], rows[3]["Contacts in all"]) == ("", "0", "6")
    book = openpyxl.load_workbook(io.BytesIO(body_of(client.get(f"/accounts/{acme.pk}/coverage.xlsx"))))
    assert book.worksheets[0].max_row == 5
    assert client.get(f"/accounts/{acme.pk}/coverage.pdf").status_code == 404


def test_who_may_see_it(acme: Account, request: pytest.FixtureRequest, as_: Any) -> None:
    for name, status in {"diana": 200, "olga": 200, "tim": 200, "vera": 200, "stranger": 404}.items():
        client = as_(request.getfixturevalue(name))
        assert client.get(f"/accounts/{acme.pk}/coverage/").status_code == status
        assert client.get(f"/accounts/{acme.pk}/coverage.csv").status_code == status


def test_sixty_people_a_side_ask_a_fixed_number_of_questions(acme: Account, tim: User, as_: Any) -> None:
    client, counts = as_(tim), []
    for more in (1, 60):
        ours = [colleague(f"Our {more} {number}") for number in range(more)]
        theirs = [contact(acme, f"Their {more} {number}") for number in range(more)]
        for one, other in zip(ours, theirs, strict=True):
            met(one, other, on=TODAY - AGO)
        client.get(f"/accounts/{acme.pk}/coverage/")
        with CaptureQueriesContext(connection) as asked:
            assert client.get(f"/accounts/{acme.pk}/coverage/").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 26


def test_an_account_without_people_says_what_to_do(acme: Account, tim: User, as_: Any) -> None:
    client = as_(tim)
    assert "The matrix fills with the people" in client.get(f"/accounts/{acme.pk}/coverage/").content.decode()
    Contact.objects.create(account=acme, name="Lin")
    body = client.get(f"/accounts/{acme.pk}/coverage/?function=it").content.decode()
    assert "Nobody with this function is known here." in body
