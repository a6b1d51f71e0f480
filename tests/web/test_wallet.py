"""Share of wallet and white space: the published example, what is unknown, files, and who may do what."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.web.cost_model_fixtures import YEAR, invoiced

from openkam.web.accounts.models import Account
from openkam.web.portfolio.models import Spend
from openkam.web.portfolio.wallet_data import in_order, wallets
from openkam.web.programme.models import Event

pytestmark = pytest.mark.django_db
WALLET = f"/portfolio/wallet/?year={YEAR}"


def spends(account: Account, *rows: tuple[str, Any, Any, Any]) -> None:
    for offering, potential, current, probability in rows:
        Spend.objects.create(
            account=account,
            fiscal_year=YEAR,
            offering=offering,
            potential=potential,
            current=current,
            probability=probability,
        )


@pytest.fixture
def three(acme: Account) -> Account:
    spends(acme, ("Filters", 500, 250, "0.5"), ("Service", 300, 60, "0.3"), ("Training", 200, 0, "0.1"))
    return acme


def form(*rows: dict[str, Any], initial: int = 0) -> dict[str, Any]:
    fields = {"spend-TOTAL_FORMS": len(rows), "spend-INITIAL_FORMS": initial}
    blank = {"offering": "", "current": "", "chance": "", "evidence": ""}
    return fields | {f"spend-{n}-{name}": value for n, row in enumerate(rows) for name, value in (blank | row).items()}


def test_three_offerings_give_31_per_cent_690_open_217_weighted(three: Account, as_: Any, olga: Any) -> None:
    for address in (WALLET, f"/portfolio/wallet/{three.pk}/?year={YEAR}"):
        page = as_(olga).get(address).content.decode()
        for figure in ("31.0%", "690", "217"):
            assert figure in page


def test_our_sales_come_from_the_invoices_when_one_row_is_all(acme: Account, as_: Any, olga: Any) -> None:
    spends(acme, ("", 1_000_000, None, None))
    invoiced(acme, revenue=400_000)
    page = as_(olga).get(f"/portfolio/wallet/{acme.pk}/?year={YEAR}").content.decode()
    assert "40.0%" in page
    assert "from the invoices" in page


def test_of_several_offerings_none_takes_the_whole_revenue(acme: Account) -> None:
    spends(acme, ("A", 500, 100, None), ("B", 300, None, None))
    invoiced(acme, revenue=400)
    (wallet,) = wallets(YEAR, Account.objects.all())
    assert wallet.result.share_of_wallet is None
    assert wallet.result.white_space is None
    assert wallet.result.known_white_space == 400


def test_an_account_without_a_spend_is_unknown_not_zero(acme: Account, as_: Any, olga: Any) -> None:
    page = as_(olga).get(WALLET).content.decode()
    assert "No spend is known yet" in page
    assert acme.name in page.split("Spend unknown")[1]


def test_accounts_stand_in_order_and_unknown_ones_last(three: Account) -> None:
    small, unknown = Account.objects.create(name="Small"), Account.objects.create(name="Unknown")
    spends(small, ("", 10, 9, 1))
    spends(unknown, ("", 10, None, None))
    found = wallets(YEAR, Account.objects.all())
    assert [w.account.name for w in in_order(found, "white_space")] == ["Acme 台積", "Small", "Unknown"]
    assert [w.account.name for w in in_order(found, "share")] == ["Small", "Acme 台積", "Unknown"]
    assert [w.account.name for w in in_order(found, "name")] == ["Acme 台積", "Small", "Unknown"]


def test_selling_more_than_the_stated_spend_is_said(acme: Account, as_: Any, olga: Any) -> None:
    spends(acme, ("", 10, 12, None))
    page = as_(olga).get(WALLET).content.decode()
    assert "We sell more than the customer is said to spend." in page
    assert "120.0%" in page


def test_typed_figures_are_saved_with_their_evidence(acme: Account, as_: Any, tim: Any) -> None:
    row = {"offering": " Filters ", "potential": "500", "current": "250", "chance": "50", "evidence": "annual report"}
    as_(tim).post(f"/portfolio/wallet/{acme.pk}/?year={YEAR}", form(row))
    spend = Spend.objects.get()
    assert (spend.offering, spend.potential, spend.probability) == ("Filters", 500, Decimal("0.5"))
    changed = {**row, "offering": "Filters", "potential": "600", "id": spend.pk}
    as_(tim).post(f"/portfolio/wallet/{acme.pk}/?year={YEAR}", form(changed, initial=1))
    event = Event.objects.filter(verb="changed").get()
    assert (event.field, event.new, event.by) == ("potential", "600.0000", tim)


@pytest.mark.parametrize(
    "row",
    [{"potential": "-1"}, {"potential": "NaN"}, {"potential": "5", "chance": "101"}, {"offering": "x"}],
)
def test_figures_that_make_no_sense_are_refused(row: Any, acme: Account, as_: Any, tim: Any) -> None:
    response = as_(tim).post(f"/portfolio/wallet/{acme.pk}/?year={YEAR}", form(row))
    assert response.status_code == 422
    assert not Spend.objects.exists()


def test_one_offering_twice_is_refused(acme: Account, as_: Any, tim: Any) -> None:
    row = {"offering": "A", "potential": "5"}
    response = as_(tim).post(f"/portfolio/wallet/{acme.pk}/?year={YEAR}", form(row, row))
    assert response.status_code == 422
    assert "An offering stands there twice." in response.content.decode()


def test_a_row_is_removed_and_remembered(three: Account, as_: Any, tim: Any) -> None:
    rows = [
        {"offering": s.offering, "potential": s.potential, "current": s.current, "chance": "10", "id": s.pk}
        for s in Spend.objects.order_by("offering")
    ]
    rows[0]["DELETE"] = "on"
    as_(tim).post(f"/portfolio/wallet/{three.pk}/?year={YEAR}", form(*rows, initial=3))
    assert not Spend.objects.filter(offering="Filters").exists()
    assert Event.objects.filter(verb="deleted", old="500.0000").exists()


def send(client: Any, content: str) -> Any:
    upload = SimpleUploadedFile("spend.csv", content.encode())
    return client.post(f"/portfolio/wallet/file/?year={YEAR}", {"file": upload}, follow=True)


def test_a_file_brings_spend_and_leaves_blanks_unknown(acme: Account, as_: Any, olga: Any) -> None:
    head = "account,offering,spend,sales,probability,evidence\n"
    send(as_(olga), head + 'ACME,Filters,"1,500",250,50 %,tender\nACME,Service,,,,\n')
    spend = Spend.objects.get()
    assert (spend.potential, spend.current, spend.probability) == (1500, 250, Decimal("0.5"))
    assert Event.objects.filter(verb="imported").get().new == "1 rows from spend.csv"


@pytest.mark.parametrize("row", ["ACME,A,many,,", "ACME,A,5,some,", "ACME,A,5,1,2000", "ELSE,A,5,1,1", "ACME,A,-5,,"])
def test_one_bad_row_stops_the_file(row: str, acme: Account, as_: Any, olga: Any) -> None:
    response = send(as_(olga), f"account,offering,spend,sales,probability\nACME,Good,5,1,0.5\n{row}\n")
    assert response.status_code == 422
    assert "Row 3" in response.content.decode()
    assert not Spend.objects.exists()


def test_a_file_reaches_visible_accounts_only(acme: Account, as_: Any, stranger: Any) -> None:
    assert send(as_(stranger), "account,spend\nACME,5\n").status_code == 422
    assert not Spend.objects.exists()


def test_a_viewer_reads_and_a_stranger_does_not(three: Account, as_: Any, vera: Any, stranger: Any) -> None:
    address = f"/portfolio/wallet/{three.pk}/?year={YEAR}"
    assert as_(vera).get(address).status_code == 200
    assert as_(vera).post(address, form({"potential": "5"})).status_code == 403
    assert send(as_(vera), "account,spend\nACME,5\n").status_code == 403
    assert as_(stranger).get(address).status_code == 404
    assert as_(stranger).post(address, form({"potential": "5"})).status_code == 404
    assert "Acme" not in as_(stranger).get(WALLET).content.decode()
    assert Spend.objects.count() == 3


def test_the_list_costs_the_same_queries_for_any_number_of_accounts(
    three: Account, as_: Any, diana: Any, django_assert_max_num_queries: Any
) -> None:
    for n in range(60):
        spends(Account.objects.create(name=f"Account {n}"), ("", 10, 5, None))
    client = as_(diana)
    with django_assert_max_num_queries(14):
        assert client.get(WALLET).status_code == 200
