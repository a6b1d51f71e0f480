"""The first ten minutes with a real ledger: 60,855 lines of Adventure Works, to the cent."""

import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.web.ledger_steps import uploaded

from openkam.web.accounts.models import Account
from openkam.web.jobs.queue import run_waiting
from openkam.web.ledgers.models import AccountYear
from openkam.web.ledgers.years import reconciled, totals

DATA = Path(os.environ.get("OPENKAM_TEST_DATA") or Path(__file__).parents[3] / "shared" / "data")
SALES = DATA / "adventureworks-dw" / "reseller_sales.csv.gz"

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not SALES.exists(), reason=f"the Adventure Works ledger is not at {SALES}"),
]


def accept_the_guess(client: Any, subject: Any) -> None:
    form = client.get(f"/ledger/imports/{subject.pk}/mapping/").context["form"]
    guessed = {name: form[name].value() or "" for name in form.fields}
    answer = client.post(f"/ledger/imports/{subject.pk}/mapping/", {**guessed, "source": "Adventure Works"})
    assert answer.status_code == 302
    run_waiting()


def test_the_reseller_sales_become_635_accounts_that_agree_with_the_file(diana: Any, as_: Any) -> None:
    client = as_(diana)
    subject = uploaded(client, SALES.read_bytes(), name=SALES.name)
    accept_the_guess(client, subject)
    client.post(f"/ledger/imports/{subject.pk}/acceptance/")
    run_waiting()
    subject.refresh_from_db()
    assert (subject.state, subject.receipt["reconciles"]) == ("imported", True)
    assert Account.objects.count() == 635
    assert {row["fiscal_year"]: (row["accounts"], row["total_revenue"]) for row in totals()} == {
        2010: (38, Decimal("489328.5787")),
        2011: (251, Decimal("18192802.7143")),
        2012: (401, Decimal("28193631.5321")),
        2013: (489, Decimal("33574834.1572")),
    }
    assert sum(row["known_cost"] for row in totals()) == Decimal("79980114.3790")
    assert reconciled()["equal"]

    again = uploaded(client, SALES.read_bytes(), name=SALES.name)
    accept_the_guess(client, again)
    assert "There is nothing new in this file." in client.get(f"/ledger/imports/{again.pk}/").content.decode()

    client.post(f"/ledger/imports/{subject.pk}/undo/")
    run_waiting()
    assert not AccountYear.objects.exists()
