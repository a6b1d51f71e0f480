"""What the check found, and what a person does about it before anything is stored."""

import csv
import io
from decimal import Decimal
from typing import Any

import pytest
from tests.web.ledger_steps import INVOICES, checked, imported

from openkam.web.accounts.models import Account
from openkam.web.jobs.queue import run_waiting
from openkam.web.ledgers.models import AccountYear, Import, ProductCost, Rate

pytestmark = pytest.mark.django_db(transaction=True)

TROUBLE = """Customer,Name,Date,Invoice,Line,Product,Quantity,Net,Cost
ACME,Acme,2024-02-01,R1,1,P1,3,150.00,90.00
ACME,Acme,never,R2,1,P1,3,150.00,90.00
ACME,Acme,2024-02-03,R3,1,P1,3,"12,3,4",90.00
,,2024-02-04,R4,1,P1,3,40.00,30.00
ACME,Acme,2024-02-05,R5,1,P1,-2,-70.00,-30.00
=SUM(A1),Formula Ltd,2024-02-05,R6,1,P1,1,1.00,0.50
"""
FOREIGN = """Customer,Name,Date,Invoice,Line,Product,Quantity,Net,Cost,Currency
ACME,Acme,2024-02-01,R1,1,P1,1,100.00,50.00,USD
ACME,Acme,2024-02-01,R1,2,P1,1,10.00,5.00,EUR
"""


@pytest.fixture
def director(diana: Any, as_: Any) -> Any:
    return as_(diana)


def decide(director: Any, subject: Import, **chosen: str) -> Import:
    director.post(f"/ledger/imports/{subject.pk}/decisions/", chosen)
    subject.refresh_from_db()
    return subject


def stored_lines(subject: Import) -> int:
    return int(subject.check_result["preview"]["stored"]["lines"])


def test_findings_are_grouped_with_what_happens_to_their_lines(director: Any) -> None:
    subject = checked(director, TROUBLE)
    groups = {group["code"]: group for group in director.get(f"/ledger/imports/{subject.pk}/").context["groups"]}
    assert (groups["date_unparsable"]["disposition"], groups["date_unparsable"]["switchable"]) == ("skip", False)
    assert (groups["quantity_negative"]["disposition"], groups["quantity_negative"]["switchable"]) == ("keep", True)
    assert groups["date_unparsable"]["samples"][0]["value"] == "never"
    assert groups["date_unparsable"]["samples"][0]["row"] == 3
    assert "account_unknown" not in groups
    assert stored_lines(subject) == 3


def test_the_check_stores_nothing(director: Any) -> None:
    checked(director, TROUBLE)
    assert not AccountYear.objects.exists()
    assert not Account.objects.exists()


def test_a_switch_leaves_lines_out_and_counts_again(director: Any) -> None:
    subject = decide(director, checked(director, TROUBLE), **{"code-quantity_negative": "skip"})
    assert stored_lines(subject) == 2
    assert subject.decisions["codes"] == {"quantity_negative": "skip"}


def test_a_finding_without_a_switch_cannot_be_switched(director: Any) -> None:
    subject = decide(director, checked(director, TROUBLE), **{"code-date_unparsable": "keep"})
    assert (subject.decisions["codes"], stored_lines(subject)) == ({}, 3)


def test_all_findings_come_as_a_table_that_runs_no_formula(director: Any) -> None:
    subject = checked(director, TROUBLE.replace("never", "=1+1"))
    answer = director.get(f"/ledger/imports/{subject.pk}/problems.csv")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert answer["Content-Disposition"].startswith(f'attachment; filename="import-{subject.pk}-problems-2')
    assert {"row": "3", "column": "date", "code": "date_unparsable", "value": "'=1+1"}.items() <= rows[0].items()
    assert rows[0]["sentence"].startswith("This is not a date")


def test_a_new_customer_can_belong_to_an_account_that_exists(director: Any, acme: Account) -> None:
    subject = checked(director, INVOICES.replace("ACME", "10001"))
    place = [row["key"] for row in director.get(f"/ledger/imports/{subject.pk}/").context["unknown"]].index("10001")
    subject = decide(director, subject, **{f"belongs-{place}": acme.name})
    director.post(f"/ledger/imports/{subject.pk}/acceptance/")
    run_waiting()
    assert set(acme.keys.values_list("key", flat=True)) == {"ACME", "10001"}
    assert AccountYear.objects.get(account=acme, fiscal_year=2023).revenue == 100


def test_an_account_that_nobody_knows_is_refused_in_words(director: Any) -> None:
    subject = checked(director)
    answer = director.post(f"/ledger/imports/{subject.pk}/decisions/", {"belongs-0": "Nobody & Sons"}, follow=True)
    assert "No account is called “Nobody &amp; Sons”." in answer.content.decode()


def test_unknown_customers_can_be_left_out(director: Any) -> None:
    subject = decide(director, checked(director), unknown_accounts="skip")
    assert stored_lines(subject) == 0
    subject = decide(director, subject, unknown_accounts="create", **{"account-0": "skip"})
    assert stored_lines(subject) == 3


def test_lines_without_a_customer_can_go_to_one_account(director: Any, acme: Account) -> None:
    subject = decide(director, checked(director, TROUBLE), without_account="ACME")
    assert stored_lines(subject) == 4
    director.post(f"/ledger/imports/{subject.pk}/acceptance/")
    run_waiting()
    assert AccountYear.objects.get(account=acme).revenue == Decimal(120)


def test_a_missing_rate_is_given_on_the_spot_and_the_file_checked_again(director: Any) -> None:
    subject = checked(director, FOREIGN, currency="Currency")
    page = director.get(f"/ledger/imports/{subject.pk}/")
    assert page.context["result"]["without_rate"] == [{"currency": "USD", "lines": 1, "first_date": "2024-02-01"}]
    rate = {"currency": "USD", "valid_from": "2024-02-01", "rate": "0.9"}
    director.post(f"/ledger/imports/{subject.pk}/rate/", rate)
    run_waiting()
    subject.refresh_from_db()
    assert Rate.objects.get().rate == Decimal("0.9")
    assert (subject.check_result["without_rate"], subject.check_result["preview"]["revenue"]) == ([], "100.0000")


def test_a_rate_that_is_no_rate_is_refused(director: Any) -> None:
    subject = checked(director, FOREIGN, currency="Currency")
    rate = {"currency": "USD", "valid_from": "2024-02-01", "rate": "-1"}
    answer = director.post(f"/ledger/imports/{subject.pk}/rate/", rate, follow=True)
    assert 'class="message message--error"' in answer.content.decode()
    assert not Rate.objects.exists()


def test_costs_per_product_fill_in_what_the_file_lacks(director: Any) -> None:
    no_costs = "\n".join(line.rsplit(",", 1)[0] for line in INVOICES.splitlines())
    subject = checked(director, no_costs, direct_cost="")
    assert director.get(f"/ledger/imports/{subject.pk}/").context["lines_without_cost"] == 5
    for product, cost in (("P1", "30"), ("P2", "70"), ("P3", "5")):
        director.post("/ledger/costs/", {"product": product, "valid_from": "2020-01-01", "unit_cost": cost})
    assert ProductCost.objects.count() == 3
    director.post(f"/ledger/imports/{subject.pk}/check/")
    run_waiting()
    subject.refresh_from_db()
    assert subject.check_result["preview"]["lines_without_cost"] == 0
    assert subject.check_result["preview"]["direct_cost"] == "195.0000"


def test_accounts_are_suggested_while_typing(director: Any, acme: Account) -> None:
    page = director.get("/ledger/account-names/", {"belongs-3": "cme 台"}).content.decode()
    assert '<option value="Acme 台積">ACME</option>' in page


def test_a_checked_file_costs_a_fixed_number_of_queries(director: Any, django_assert_max_num_queries: Any) -> None:
    subject = checked(director, TROUBLE)
    with django_assert_max_num_queries(14):
        director.get(f"/ledger/imports/{subject.pk}/")


def test_checked_lines_that_are_gone_lead_to_another_check(director: Any, settings: Any) -> None:
    subject = checked(director)
    (settings.UPLOAD_DIR / str(subject.pk) / "check" / "staged.json").unlink()
    assert "no longer there" in director.get(f"/ledger/imports/{subject.pk}/").content.decode()
    director.post(f"/ledger/imports/{subject.pk}/acceptance/")
    run_waiting()
    subject.refresh_from_db()
    assert subject.state == Import.State.CHECKED


def test_a_mapping_can_be_changed_after_the_check(director: Any) -> None:
    subject = checked(director)
    assert director.get(f"/ledger/imports/{subject.pk}/mapping/").status_code == 200
    stored = imported(director, INVOICES.replace("R", "S"))
    assert director.get(f"/ledger/imports/{stored.pk}/mapping/").status_code == 404


def test_the_button_that_stores_takes_the_decisions_beside_it_along(director: Any) -> None:
    subject = checked(director)
    page = director.get(f"/ledger/imports/{subject.pk}/").content.decode()
    assert f'form="decisions" formaction="/ledger/imports/{subject.pk}/acceptance/"' in page
    director.post(f"/ledger/imports/{subject.pk}/acceptance/", {"account-0": "skip", "code-quantity_negative": "skip"})
    run_waiting()
    subject.refresh_from_db()
    assert subject.receipt["stored"]["lines"] == 2


def test_decisions_that_cannot_be_meant_stop_the_storing(director: Any) -> None:
    subject = checked(director)
    director.post(f"/ledger/imports/{subject.pk}/acceptance/", {"belongs-0": "Nobody & Sons"})
    subject.refresh_from_db()
    assert subject.state == Import.State.CHECKED


def test_a_rate_may_be_typed_with_a_comma(director: Any) -> None:
    subject = checked(director, FOREIGN, currency="Currency")
    rate = {"currency": "USD", "valid_from": "2024-02-01", "rate": "0,9"}
    director.post(f"/ledger/imports/{subject.pk}/rate/", rate)
    assert Rate.objects.get().rate == Decimal("0.9")
