"""Whatever somebody types into an address or a form, the answer is a sentence, never a broken page."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from tests.web import crawl
from tests.web.ledger_steps import a_file
from tests.web.portfolio_facts import booked

from openkam.web.accounts.forms import TYPED
from openkam.web.accounts.models import Account, AccountImport
from openkam.web.jobs.models import Job
from openkam.web.ledgers.models import Import, ProductCost, Rate
from openkam.web.people.models import User
from openkam.web.portfolio.models import Activity, CostPool

pytestmark = pytest.mark.django_db

HUGE = "9" * 30
#: Longer than the longest number that Python reads from a text.
ENDLESS = "9" * 5_000
TEXTS = {
    "empty": "",
    "blank": "  ",
    "not a number": "NaN",
    "infinite": "-Infinity",
    "large exponent": "1e400",
    "huge": HUGE,
    "endless": ENDLESS,
    "negative": "-1",
    "zero": "0",
    "far year": "99999",
    "superscript": "²",
    "other digits": "٣",
    "letters": "abc",
    "long": "n" * 500,
    "emoji and right to left": "😀 \u202eمرحبا",
    "nul": "a\x00b",
    "half a character": "%ED%A0%80",
    "quotes": "'\"; DROP TABLE x; --<script>alert(1)</script>",
    "wildcards": "%_*\\",
    "a day that is none": "2024-02-31",
    "the last day": "9999-12-31",
    "json": '{"a": [1]}',
}
#: The worst of them, tried in each field by itself too: one refused field must not hide another.
SHARP = {TEXTS[name] for name in ("infinite", "large exponent", "endless", "superscript", "letters", "nul")}
#: Every parameter that an address of ours reads.
PARAMETERS = (
    *("q", "sort", "order", "after", "before", "page", "year", "format", "owner", "status", "country", "industry"),
    *("orientation", "scenario", "account", "mine", "axis", "cell", "sales_cut", "profit_cut", "sales_at", "profit_at"),
    *("bubble", "parent_text", "of", "other", "by", "about", "since", "until", "subject", "source", "next"),
)


@pytest.fixture
def house(acme: Account, diana: User) -> Account:
    """One row of everything that stands in an address."""
    for year in crawl.YEARS:
        booked(acme, year, 1000, 600, 100)
    pool = CostPool.objects.create(name="Pool", fiscal_year=2024, cost=10, minutes=10)
    Activity.objects.create(pool=pool, name="Work", driver="orders", minutes=1)
    Rate.objects.create(currency="USD", valid_from=date(2024, 1, 1), rate=1)
    ProductCost.objects.create(product="P", unit_cost=1)
    for state in set(Import.State.values) - {Import.State.IMPORTED}:  # which has a receipt
        Import.objects.create(file_name="f.csv", state=state, uploaded_by=diana)
    AccountImport.objects.create(file_name="f.csv", by=diana)
    Job.objects.create(kind="rebuild", by=diana)
    return acme


@pytest.fixture
def director(house: Account, diana: User, as_: Any) -> Client:
    client = as_(diana)
    client.raise_request_exception = False
    return client


def broken(answer: Any) -> bool:
    """Reads the answer to its end, for what is streamed breaks late."""
    crawl.text_of(answer)
    return bool(answer.status_code >= 500)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_no_parameter_of_an_address_breaks_a_page(text: str, director: Client) -> None:
    pages = {
        shape(address): address for address in crawl.addresses(skip={"account_logout"}) if _opens(director, address)
    }
    asked = dict.fromkeys(PARAMETERS, text)
    assert [page for page in pages.values() if broken(director.get(page, asked))] == []


def shape(address: str) -> str:
    """An address without its numbers: one of each kind is enough."""
    return "/".join("N" if part.isdigit() else part for part in address.split("/"))


def _opens(client: Client, address: str) -> bool:
    answer = client.get(address)
    crawl.body_of(answer)
    return answer.status_code == 200


@pytest.mark.parametrize("number", ["0", "99999", "2147483648", "9223372036854775808", HUGE, ENDLESS])
@pytest.mark.parametrize("method", ["get", "post"])
def test_no_number_in_an_address_breaks_a_page(method: str, number: str, director: Client, house: Account) -> None:
    found = []
    for address in {shape(address): address for address in crawl.addresses(skip={"account_logout"})}.values():
        for own in {part for part in address.split("/") if part.isdigit()}:
            wrong = address.replace(f"/{own}/", f"/{number}/")
            if broken(getattr(director, method)(wrong)):
                found.append(wrong[:80])
    assert sorted(set(found)) == []


def forms(account: Account) -> dict[str, list[str]]:
    """The addresses that take a form, and the names of its fields."""
    count = f"count-{account.pk}-orders"
    money = [
        "cell-revenue-2025",
        "version-revenue-2025",
        "cell-direct_cost-2025",
        "assumption-2025",
        "scenario",
        "year",
    ]
    spend = [f"spend-0-{name}" for name in ("offering", "potential", "current", "chance", "evidence", "id")]
    term = [f"terms-0-{name}" for name in ("id", "driver", "minutes")]
    typed = [*TYPED, "seen"]
    held = Import.objects.get(state=Import.State.CHECKED).pk
    pool, activity = CostPool.objects.get().pk, Activity.objects.get().pk
    serve = "/portfolio/cost-to-serve"
    return {
        "/accounts/new/": typed,
        f"/accounts/{account.pk}/edit/": typed,
        f"/accounts/{account.pk}/team/": ["person"],
        f"/accounts/{account.pk}/merge/": ["other"],
        f"/portfolio/accounts/{account.pk}/cells/": money,
        f"/portfolio/accounts/{account.pk}/answers/": [
            "potential",
            "months",
            "orientation",
            "orientation_reason",
            "year",
        ],
        f"/portfolio/wallet/{account.pk}/": spend,
        f"{serve}/2024/rule/": ["method", "total"],
        f"{serve}/2024/model/": ["name", "cost", "minutes", "people", "hours", "share"],
        f"{serve}/2025/copy/": ["source"],
        f"{serve}/pools/{pool}/": ["name", "cost", "minutes", "people", "hours", "share"],
        f"{serve}/activities/{activity}/": ["name", "driver", "minutes", *term],
        f"{serve}/2024/counts/": [count, f"seen-{account.pk}-orders", "new_driver"],
        f"{serve}/2024/counts/ledger/": ["driver"],
        "/ledger/rates/": ["currency", "valid_from", "rate"],
        "/ledger/rates/pasted/": ["rows"],
        "/ledger/costs/": ["product", "valid_from", "unit_cost", "currency"],
        f"/ledger/imports/{held}/rate/": ["currency", "valid_from", "rate"],
        f"/ledger/imports/{held}/decisions/": ["unknown_accounts", "without_account", "belongs-0", "account-0"],
        "/programme/settings/": ["company", "currency", "fiscal_start", "year_named_by", "discount_rate", "understood"],
        "/programme/people/invitation/": ["email", "name", "role", "sees_profit"],
        "/programme/me/": ["name", "language"],
        "/language/": ["language", "next"],
        "/auth/login/": ["login", "password", "next"],
    }


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_no_text_in_a_form_breaks_a_page(text: str, director: Client, house: Account) -> None:
    whole = {f"{name}-{part}": "1" for name in ("spend", "terms") for part in ("TOTAL_FORMS", "INITIAL_FORMS")}
    found = []
    for address, names in forms(house).items():
        alone = [{name: text} for name in names] if text in SHARP else []
        for wrong in [dict.fromkeys(names, text), *alone]:
            if broken(director.post(address, {**whole, **wrong})):
                found.append((address, sorted(wrong)))
    assert found == []


@pytest.mark.parametrize("rows", ["USD,2024-01-01,0.00000000000001", f"USD,2024-01-01,{'9' * 200_000}", "USD,a\x00,1"])
def test_rates_that_cannot_be_kept_are_refused(rows: str, director: Client) -> None:
    assert director.post("/ledger/rates/pasted/", {"rows": rows}).status_code == 422


def test_fields_with_impossible_names_are_passed_over(director: Client, house: Account) -> None:
    for name in ("count-²-orders", f"count-{HUGE}-orders", f"count-{ENDLESS}-orders", "count--", "count-x"):
        assert not broken(director.post("/portfolio/cost-to-serve/2024/counts/", {name: "1"}))


@pytest.mark.parametrize("name", ["../../etc/passwd", "a\x00b.csv", "…" * 300 + ".csv", "\u202efdp.csv", "   "])
def test_no_name_of_a_file_breaks_an_upload(name: str, director: Client) -> None:
    for address, field in (
        ("/ledger/imports/", "files"),
        ("/accounts/import/", "file"),
        ("/ledger/costs/file/", "file"),
    ):
        assert not broken(director.post(address, {field: a_file("Customer,Name\n1,2\n", name)}))


@pytest.mark.parametrize("content", [b"", b"\x00" * 50, b"\xff\xfe\x00\xd8", b"PK\x03\x04broken", b'"', b"a;b\n" * 3])
def test_no_content_of_a_file_breaks_an_upload(content: bytes, director: Client, house: Account) -> None:
    uploads = {
        "/ledger/imports/": "files",
        "/accounts/import/": "file",
        "/ledger/costs/file/": "file",
        "/ledger/rates/pasted/": "file",
        "/portfolio/wallet/file/": "file",
        "/portfolio/cost-to-serve/2024/counts/file/": "file",
    }
    for address, field in uploads.items():
        assert not broken(director.post(address, {field: a_file(content)})), address
