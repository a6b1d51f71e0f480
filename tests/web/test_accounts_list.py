"""The list of accounts: what answers, in which order, page after page, and for whom."""

import csv
import io
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.urls import reverse

from openkam.web.accounts.actions import create_for_keys
from openkam.web.accounts.listing import Listing, distinct, neighbours, page
from openkam.web.accounts.models import UNKNOWN, Account
from openkam.web.accounts.search import index_accounts
from openkam.web.db.fields import to_units
from openkam.web.ledgers.models import AccountYear
from openkam.web.people.models import User

pytestmark = pytest.mark.django_db
LIST = "/accounts/"


def fact(account: Account, year: int, revenue: str, net: str | None = None) -> AccountYear:
    Account.objects.filter(pk=account.pk).update(
        revenue=Decimal(revenue), revenue_order=to_units(revenue), net_income_order=to_units(net) if net else UNKNOWN
    )
    return AccountYear.objects.create(
        account=account,
        fiscal_year=year,
        revenue=Decimal(revenue),
        direct_cost=Decimal(1) if net else None,
        indirect_cost=Decimal(1) if net else None,
        net_income=Decimal(net) if net else None,
        lines=2,
        first_date=date(year, 1, 1),
        last_date=date(year, 12, 30),
    )


@pytest.fixture
def many(diana: User, olga: User) -> list[Account]:
    create_for_keys({f"K{n:03d}": f"Customer {n % 7} {n:03d}" for n in range(120)}, by=diana)
    accounts = list(Account.objects.order_by("pk"))
    for n, account in enumerate(accounts):
        account.status = ["key", "candidate", "exiting"][n % 3]
        account.country = ["TW", "", "DE"][n % 3]
        account.revenue_order = [UNKNOWN, 5, 5, n][n % 4]
        account.owner = olga if n % 2 else None
    Account.objects.bulk_update(accounts, ["status", "country", "revenue_order", "owner"])
    return accounts


def walk(listing: Listing, visible: Any, size: int = 11) -> list[list[int]]:
    """All pages from the first to the last."""
    pages = []
    while True:
        shown = page(listing, visible, size)
        pages.append([account.pk for account in shown.accounts])
        if shown.next is None:
            return pages
        listing = Listing.read({**vars_of(listing), "after": str(shown.next)}, sees_profit=True)


def vars_of(listing: Listing) -> dict[str, str]:
    return {name: str(value) for name, value in vars(listing).items() if value and name not in {"after", "before"}}


@pytest.mark.parametrize(
    "sort", ["name", "-name", "revenue", "-revenue", "status", "-country", "industry", "net_income"]
)
def test_pages_hold_every_account_once_in_order(many: list[Account], sort: str) -> None:
    listing = Listing.read({"sort": sort}, sees_profit=True)
    pages = walk(listing, Account.objects.all())
    expected = list(Account.objects.order_by(*listing.columns).values_list("pk", flat=True))
    assert [pk for one in pages for pk in one] == expected


@pytest.mark.parametrize("sort", ["name", "-revenue", "status"])
def test_going_back_shows_the_same_pages(many: list[Account], sort: str) -> None:
    listing = Listing.read({"sort": sort}, sees_profit=True)
    pages = walk(listing, Account.objects.all(), 25)
    last = Listing.read({"sort": sort, "before": str(pages[2][0])}, sees_profit=True)
    assert [one.pk for one in page(last, Account.objects.all(), 25).accounts] == pages[1]
    first = Listing.read({"sort": sort, "before": str(pages[0][3])}, sees_profit=True)
    assert [one.pk for one in page(first, Account.objects.all(), 25).accounts] == pages[0]


def test_a_place_one_may_not_see_tells_nothing(many: list[Account], acme: Account, stranger: User) -> None:
    mine = many[0]
    Account.objects.filter(pk=mine.pk).update(owner=stranger, name="Aardvark")  # in front of the hidden place
    listing = Listing.read({"after": str(acme.pk)}, sees_profit=True)
    assert page(listing, Account.objects.visible_to(stranger)).accounts == [mine]


def test_filters_and_search_narrow_together(many: list[Account], as_: Any, diana: User) -> None:
    html = (
        as_(diana).get(LIST, {"q": "customer 3", "status": "key", "country": "TW", "owner": "nobody"}).content.decode()
    )
    found = Account.objects.filter(name__contains="Customer 3", status="key", country="TW", owner=None)
    assert found
    assert html.count("data-row ") == found.count()


@pytest.mark.parametrize(
    "query", ["owner=abc", "after=abc", "sort=password", "status=%00", "owner=99999999999999999999", "q=%00"]
)
def test_an_address_made_up_is_no_error(acme: Account, as_: Any, diana: User, query: str) -> None:
    assert as_(diana).get(f"{LIST}?{query}").status_code == 200


def test_an_account_without_a_name_like_that_says_so(acme: Account, as_: Any, diana: User) -> None:
    assert "No account answers" in as_(diana).get(LIST, {"q": "zzz"}).content.decode()


def test_typing_gets_the_table_alone_and_a_short_address(acme: Account, as_: Any, olga: User) -> None:
    index_accounts([acme])
    response = as_(olga).get(LIST, {"q": "台", "status": ""}, headers={"HX-Request": "true"})
    assert b"<html" not in response.content
    assert "Acme 台積" in response.content.decode()
    assert response.headers["HX-Push-Url"] == "/accounts/?q=%E5%8F%B0"


def test_the_row_shows_growth_and_the_last_invoice(acme: Account, as_: Any, olga: User) -> None:
    fact(acme, 2024, "100")
    fact(acme, 2025, "125", "7")
    html = as_(olga).get(LIST).content.decode()
    assert "25.0%" in html
    assert "2025-12-30" in html
    assert "Net income" in html


def test_the_list_is_empty_for_a_stranger(acme: Account, as_: Any, stranger: User) -> None:
    index_accounts([acme])
    html = as_(stranger).get(LIST, {"q": "acme"}).content.decode()
    assert "台積" not in html


def test_profit_is_nowhere_in_the_list_for_who_may_not_see_it(acme: Account, as_: Any, tim: User) -> None:
    fact(acme, 2025, "125", "77.31")
    for kind in ("", "export.csv"):
        text = as_(tim).get(f"{LIST}{kind}", {"sort": "net_income"}).getvalue().decode()
        assert "Acme" in text
        assert "77" not in text
        assert "Net income" not in text


def test_an_order_by_profit_is_unknown_to_who_may_not_see_it() -> None:
    assert Listing.read({"sort": "-net_income"}, sees_profit=False).sort == "revenue"
    assert Listing.read({"sort": "-net_income"}, sees_profit=True).sort == "-net_income"


def test_a_parent_one_may_not_see_is_not_named(acme: Account, as_: Any, olga: User, diana: User) -> None:
    Account.objects.filter(pk=acme.pk).update(parent=Account.objects.create(name="Secret Group"))
    assert "Secret" not in as_(olga).get(LIST).content.decode()
    assert "Secret" not in as_(olga).get(f"{LIST}export.csv").getvalue().decode()
    assert "part of Secret Group" in as_(diana).get(LIST).content.decode()


def test_the_list_costs_the_same_queries_whatever_its_length(
    many: list[Account], as_: Any, diana: User, django_assert_max_num_queries: Any
) -> None:
    for account in many[:60]:
        fact(account, 2025, "10")
    client = as_(diana)
    with django_assert_max_num_queries(12):
        client.get(LIST, {"after": str(many[10].pk), "sort": "revenue"})


@pytest.mark.parametrize("sort", ["name", "revenue", "-revenue", "status", "country", "industry"])
def test_each_order_is_read_from_an_index(sort: str) -> None:
    """An order without its index would sort the whole table for one page."""
    listing = Listing.read({"sort": sort}, sees_profit=True)
    place = Account.objects.create(name="M")
    fields = [column.removeprefix("-") for column in listing.columns]
    names = [[name.removeprefix("-").replace("id", "pk") for name in index.fields] for index in Account._meta.indexes]
    assert fields in names
    assert (
        page(Listing.read({"sort": sort, "after": str(place.pk)}, sees_profit=True), Account.objects.all()).accounts
        == []
    )


def test_the_values_offered_are_those_of_the_accounts_one_sees(many: list[Account], diana: User, acme: Account) -> None:
    assert distinct(Account.objects.visible_to(diana), "country", 9) == ["DE", "TW"]
    assert distinct(Account.objects.visible_to(diana), "country", 1) == ["DE"]
    assert distinct(Account.objects.visible_to(acme.team.first()), "country", 9) == ["TW"]


def test_neighbours_keep_order_and_filter(many: list[Account]) -> None:
    listing = Listing.read({"status": "key", "sort": "name"}, sees_profit=True)
    keys = list(Account.objects.filter(status="key").order_by("name", "pk"))
    before, after = neighbours(listing, Account.objects.all(), keys[5])
    assert (before, after) == (keys[4], keys[6])


def test_the_csv_holds_every_answer_and_runs_no_formula(many: list[Account], as_: Any, diana: User) -> None:
    Account.objects.filter(pk=many[0].pk).update(name='=HYPERLINK("x")')
    text = as_(diana).get(f"{LIST}export.csv", {"status": "key"}).getvalue().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) == 1 + Account.objects.filter(status="key").count()
    assert any(row[0].startswith("'=HYPERLINK") for row in rows)


def test_the_workbook_holds_real_numbers_and_no_formula(acme: Account, as_: Any, olga: User) -> None:
    Account.objects.filter(pk=acme.pk).update(name="=1+1")
    fact(acme, 2025, "125.5", "-3")
    content = as_(olga).get(f"{LIST}export.xlsx").getvalue()
    head, row = openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)
    assert row[0] == "=1+1"
    assert dict(zip(head, row, strict=True))["Revenue 2025 EUR"] == 125.5
    assert row[-1] == -3


def test_an_export_of_another_kind_does_not_exist(acme: Account, as_: Any, olga: User) -> None:
    assert as_(olga).get(f"{LIST}export.exe").status_code == 404


def test_the_export_reads_the_list_in_pieces(
    many: list[Account], as_: Any, diana: User, django_assert_max_num_queries: Any
) -> None:
    client = as_(diana)
    with django_assert_max_num_queries(9):
        client.get(reverse("accounts-export", args=["csv"])).getvalue()
