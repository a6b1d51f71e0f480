"""Tables as files: what a spreadsheet must not run, what it must be told."""

import csv
import io
from typing import Any

import openpyxl
import pytest
from django.utils.timezone import now
from tests.web.portfolio_facts import booked

from openkam.report.comma import safe
from openkam.web.accounts.models import Account
from openkam.web.ledgers.models import Import


def read(response: Any) -> list[list[str]]:
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_a_text_that_a_spreadsheet_would_run_is_safe(name: str) -> None:
    assert safe(name) == "'" + name


def test_a_csv_names_its_import_and_keeps_every_decimal(as_: Any, diana: Any, db: None) -> None:
    Import.objects.create(state=Import.State.IMPORTED, file_name="x.csv", accepted_at=now())
    booked(Account.objects.create(name="=HYPERLINK(1)", external_id="A"), 2020, 10.0625, 5, 1)
    heading, row = read(as_(diana).get("/portfolio/accounts.csv"))
    assert row[0] == "'=HYPERLINK(1)"
    assert row[heading.index("Revenue 2020")] == "10.0625"
    assert row[heading.index("Net income 2020")] == "4.0625"
    assert row[heading.index("Latest import")].startswith("import-")
    assert row[heading.index("Revenue 2019")] == ""


def test_a_workbook_opens_with_numbers_and_says_its_rule(as_: Any, diana: Any, acme: Account) -> None:
    booked(acme, 2020, 100, 60, 10)
    for address in ("accounts.xlsx", "quadrant.xlsx", "whale.xlsx", f"accounts/{acme.pk}/grid.xlsx"):
        response = as_(diana).get(f"/portfolio/{address}")
        book = openpyxl.load_workbook(io.BytesIO(response.getvalue()))
        rows = list(book.worksheets[0].values)
        assert any(cell in {30, 100} for row in rows for cell in row), address
        assert book.worksheets[1]["A1"].value == "Exported"


def test_an_unknown_kind_of_file_is_not_found(as_: Any, diana: Any, acme: Account) -> None:
    booked(acme, 2020, 100, 60, 10)
    assert as_(diana).get("/portfolio/accounts.pdf").status_code == 404
