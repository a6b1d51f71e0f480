"""Driver counts: typed, from files of either form, from the invoices; problems, conflicts, bounded history."""

import io
from decimal import Decimal
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.web.cost_model_fixtures import YEAR, kaplan_anderson_counts, kaplan_anderson_model

from openkam.web.accounts.models import Account
from openkam.web.portfolio import cost_count_views, cost_counts
from openkam.web.portfolio.models import DriverCount
from openkam.web.programme.models import Event

pytestmark = pytest.mark.django_db
COUNTS = f"/portfolio/cost-to-serve/{YEAR}/counts/"


@pytest.fixture
def client_of_diana(as_: Any, diana: Any, acme: Account) -> Any:
    return as_(diana)


def send(client: Any, content: str | bytes, name: str = "counts.csv", **fields: Any) -> Any:
    raw = content.encode() if isinstance(content, str) else content
    return client.post(f"{COUNTS}file/", {"file": SimpleUploadedFile(name, raw), **fields}, follow=True)


def held() -> set[tuple[str, int, str, Decimal]]:
    return set(DriverCount.objects.values_list("account__name", "fiscal_year", "driver", "count"))


def test_a_long_file_brings_account_year_driver_and_count(as_: Any, diana: Any, acme: Account) -> None:
    send(as_(diana), "account,year,driver,count\nACME,2024,orders,7\nACME,2025,visits,1.5\n")
    assert held() == {("Acme 台積", 2024, "orders", Decimal(7)), ("Acme 台積", 2025, "visits", Decimal("1.5"))}


def test_a_wide_file_has_one_column_per_driver(as_: Any, diana: Any, acme: Account) -> None:
    send(as_(diana), "客戶;orders;credit checks\nAcme 台積;1,234;\n")
    assert held() == {("Acme 台積", YEAR, "orders", Decimal(1234))}


def test_a_workbook_is_read_like_a_text_file(as_: Any, diana: Any, acme: Account) -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet()
        for row, cells in enumerate([["account key", "name", "orders"], ["ACME", "whatever", 12]]):
            sheet.write_row(row, 0, cells)
    send(as_(diana), buffer.getvalue(), "counts.xlsx")
    assert held() == {("Acme 台積", YEAR, "orders", Decimal(12))}


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("NOBODY,2025,orders,1", "no account is called “NOBODY”"),
        ("ACME,soon,orders,1", "“soon” is no fiscal year"),
        ("ACME,2025,,1", "the driver is missing"),
        ("ACME,2025,orders,-1", "“-1” is no count"),
        ("ACME,2025,orders,many", "“many” is no count"),
        ("ACME,2025,orders,1e400", "is no count"),
        ("ACME,2025,visits,4", "two different counts of visits"),
    ],
)
def test_one_problem_stops_the_whole_file(line: str, complaint: str, client_of_diana: Any) -> None:
    response = send(client_of_diana, f"account,year,driver,count\nACME,2025,visits,3\n{line}\n")
    assert response.status_code == 422
    assert complaint in response.content.decode()
    assert "Row 3" in response.content.decode()
    assert not held()


def test_rows_with_problems_may_be_left_out(as_: Any, diana: Any, acme: Account) -> None:
    response = send(as_(diana), "account,driver,count\nACME,visits,3\nNOBODY,visits,3\n", skip="on")
    assert "1 row left out." in response.content.decode()
    assert len(held()) == 1


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("", "empty"),
        ("colour,count\nred,1\n", "No column names the account"),
        ("account,name\nACME,x\n", "no column with counts"),
        (b"\x00\x01\x02\x03" * 50, "errorlist"),
    ],
)
def test_a_file_that_says_nothing_is_refused(content: Any, complaint: str, client_of_diana: Any) -> None:
    response = send(client_of_diana, content)
    assert response.status_code == 422
    assert complaint in response.content.decode()
    assert not held()


def test_two_accounts_of_one_name_are_told_apart_by_key_only(as_: Any, diana: Any, acme: Account) -> None:
    Account.objects.create(name=acme.name)
    assert send(as_(diana), f"account,driver,count\n{acme.name},visits,3\n").status_code == 422
    assert send(as_(diana), "account,driver,count\nACME,visits,3\n").status_code == 200


def test_an_import_leaves_one_summary_and_a_bounded_history(
    as_: Any, diana: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cost_counts, "REMEMBERED_ACCOUNTS", 3)
    accounts = [Account.objects.create(name=f"Account {n}", external_id=f"A{n}") for n in range(6)]
    rows = "".join(f"{a.external_id},orders,{n + 1}\n{a.external_id},visits,2\n" for n, a in enumerate(accounts))
    send(as_(diana), "account,driver,count\n" + rows)
    summary = Event.objects.get(verb="imported")
    assert summary.new == "12 counts from counts.csv"
    each = Event.objects.filter(subject_type="accounts.account")
    assert each.count() == 3
    assert each.last().new == "orders 1; visits 2"
    assert not Event.objects.filter(touches_profit=False).exists()


def grid(account: Account, driver: str, seen: str, typed: str) -> dict[str, str]:
    return {f"seen-{account.pk}-{driver}": seen, f"count-{account.pk}-{driver}": typed}


def test_a_typed_count_is_saved_and_remembered(as_: Any, diana: Any, acme: Account) -> None:
    as_(diana).post(COUNTS, {**grid(acme, "orders", "", "12"), f"count-{acme.pk}-": "4", "new_driver": "site visits"})
    assert held() == {("Acme 台積", YEAR, "orders", Decimal(12)), ("Acme 台積", YEAR, "site visits", Decimal(4))}
    as_(diana).post(COUNTS, grid(acme, "orders", "12", "15"))
    event = Event.objects.about(acme).first()
    assert event is not None
    assert (event.field, event.old, event.new, event.touches_profit) == ("orders 2025", "12", "15", True)


def test_an_emptied_cell_is_no_count_again(as_: Any, diana: Any, acme: Account) -> None:
    as_(diana).post(COUNTS, grid(acme, "orders", "", "12"))
    as_(diana).post(COUNTS, grid(acme, "orders", "12", ""))
    assert not held()


def test_a_count_that_somebody_else_changed_is_not_overwritten(as_: Any, diana: Any, acme: Account) -> None:
    as_(diana).post(COUNTS, grid(acme, "orders", "", "12"))
    response = as_(diana).post(COUNTS, grid(acme, "orders", "", "99"), follow=True)
    assert "Somebody else changed these" in response.content.decode()
    assert held() == {("Acme 台積", YEAR, "orders", Decimal(12))}


@pytest.mark.parametrize("typed", ["-1", "NaN", "Infinity", "twelve", "1.23456", "9" * 30])
def test_what_is_no_count_is_refused_and_named(typed: str, as_: Any, diana: Any, acme: Account) -> None:
    response = as_(diana).post(COUNTS, grid(acme, "orders", "", typed), follow=True)
    assert "Not saved, because it is no count" in response.content.decode()
    assert not held()


def test_the_ledger_counts_what_it_knows(as_: Any, diana: Any, acme: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    known = {"orders": {acme.pk: Decimal(3)}, "lines": {}, "returns": {acme.pk: Decimal(0)}}
    monkeypatch.setattr(cost_count_views, "driver_counts", lambda year: known if year == YEAR else {})
    client = as_(diana)
    for driver in ("orders", "returns", "<b>"):
        client.post(f"{COUNTS}ledger/", {"driver": driver})
    assert held() == {("Acme 台積", YEAR, "orders", Decimal(3)), ("Acme 台積", YEAR, "returns", Decimal(0))}
    assert Event.objects.filter(verb="imported", new="1 counts from ledger").count() == 2


def test_the_grid_costs_the_same_queries_for_one_account_and_for_many(
    as_: Any, diana: Any, django_assert_max_num_queries: Any
) -> None:
    kaplan_anderson_model()
    kaplan_anderson_counts()
    for n in range(60):
        Account.objects.create(name=f"Account {n}")
    client = as_(diana)
    with django_assert_max_num_queries(14):
        response = client.get(f"{COUNTS}?page=2")
    assert response.status_code == 200
