"""Exchange rates: dated, pasted, corrected; each change leaves who and when."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.web.ledger_steps import a_file

from openkam.method.errors import InvalidInput
from openkam.web.ledgers.checking import rate_on
from openkam.web.ledgers.models import Rate
from openkam.web.ledgers.rates import parsed
from openkam.web.programme.models import Event


@pytest.fixture
def director(diana: Any, as_: Any) -> Any:
    return as_(diana)


def kept() -> list[tuple[str, str, Decimal]]:
    return [(rate.currency, rate.valid_from.isoformat(), rate.rate) for rate in Rate.objects.all()]


def test_a_rate_is_added_edited_and_deleted_with_its_history(director: Any) -> None:
    director.post("/ledger/rates/", {"currency": "usd", "valid_from": "2024-01-01", "rate": "0.92"})
    rate = Rate.objects.get()
    director.post(f"/ledger/rates/{rate.pk}/", {"currency": "USD", "valid_from": "2024-01-01", "rate": "0.93"})
    assert kept() == [("USD", "2024-01-01", Decimal("0.93"))]
    assert "0.93" in director.get("/ledger/rates/").content.decode()
    director.post(f"/ledger/rates/{rate.pk}/deletion/")
    assert kept() == []
    assert "deleted" in Event.objects.values_list("verb", flat=True)


@pytest.mark.parametrize(
    ("currency", "rate"), [("EUR", "1"), ("E1", "1"), ("USD", "0"), ("USD", "-2"), ("USD", "NaN"), ("USD", "x")]
)
def test_a_rate_that_cannot_be_is_refused_beside_its_field(director: Any, currency: str, rate: str) -> None:
    answer = director.post("/ledger/rates/", {"currency": currency, "valid_from": "2024-01-01", "rate": rate})
    assert (answer.status_code, "errorlist" in answer.content.decode(), kept()) == (422, True, [])


def test_rates_are_pasted_from_a_spreadsheet_or_given_as_a_file(director: Any) -> None:
    director.post(
        "/ledger/rates/pasted/", {"rows": "Currency\tfrom\trate\nUSD\t2024-01-01\t0,92\ngbp\t2024-01-01\t1.17"}
    )
    director.post("/ledger/rates/pasted/", {"file": a_file("USD,2024-01-01,0.95\nUSD,2024-07-01,0.90\n", "r.csv")})
    assert kept() == [
        ("GBP", "2024-01-01", Decimal("1.17")),
        ("USD", "2024-07-01", Decimal("0.90")),
        ("USD", "2024-01-01", Decimal("0.95")),
    ]


def test_one_row_that_cannot_be_read_keeps_all_of_them_out(director: Any) -> None:
    answer = director.post("/ledger/rates/pasted/", {"rows": "USD,2024-01-01,0.92\nUSD,soon,0.95"})
    assert (answer.status_code, kept()) == (422, [])
    assert "Row 2 cannot be read" in answer.content.decode()


def test_a_heading_is_passed_over_but_a_broken_first_row_is_not() -> None:
    assert parsed("currency;day;rate\nUSD;2024-01-01;0,9")[0].rate == Decimal("0.9")
    with pytest.raises(InvalidInput, match="row_unreadable"):
        parsed("USD;2024-01-99;0,9")


def test_the_page_says_that_stored_lines_keep_their_rate(director: Any) -> None:
    assert "lines that are stored keep the rate of their import" in director.get("/ledger/rates/").content.decode()


def test_a_cost_is_converted_at_the_rate_of_its_day() -> None:
    rates = [
        Rate(currency="USD", valid_from=date(2024, 1, 1), rate=Decimal("0.9")),
        Rate(currency="USD", valid_from=date(2025, 1, 1), rate=Decimal("0.8")),
    ]
    assert rate_on(rates, "USD", date(2024, 6, 1), "EUR") == Decimal("0.9")
    assert rate_on(rates, "USD", date(2025, 6, 1), "EUR") == Decimal("0.8")
    assert rate_on(rates, "USD", date(1900, 1, 1), "EUR") == Decimal("0.9")
    assert rate_on(rates, "EUR", date(1900, 1, 1), "EUR") == 1
    assert rate_on(rates, "JPY", date(2024, 1, 1), "EUR") is None


def test_the_rates_cost_a_fixed_number_of_queries(director: Any, django_assert_max_num_queries: Any) -> None:
    for month in range(1, 13):
        Rate.objects.create(currency="USD", valid_from=date(2024, month, 1), rate=1)
    with django_assert_max_num_queries(9):
        director.get("/ledger/rates/")
