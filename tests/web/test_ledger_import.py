"""From a dropped file to account-years and back: accepted, repeated, undone, interrupted."""

import errno
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from tests.web.ledger_steps import INVOICES, checked, imported, mapped, uploaded

from openkam.ledger.staging import stage
from openkam.web.accounts.models import UNKNOWN, Account
from openkam.web.jobs.models import Job
from openkam.web.jobs.queue import begin, run_waiting
from openkam.web.ledgers import facts, jobs, store
from openkam.web.ledgers.models import AccountYear, Import
from openkam.web.programme.models import Event

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def director(diana: Any, as_: Any) -> Any:
    return as_(diana)


def figures() -> dict[tuple[str, int], tuple[Any, Any, int]]:
    rows = AccountYear.objects.select_related("account")
    return {(row.account.external_id, row.fiscal_year): (row.revenue, row.direct_cost, row.lines) for row in rows}


EXPECTED = {
    ("ACME", 2023): (Decimal(100), Decimal(60), 1),
    ("ACME", 2024): (Decimal("150.1"), Decimal("90.05"), 1),
    ("BRAVA", 2024): (Decimal(100), None, 2),
    ("CIRRUS", 2024): (Decimal("-50.05"), Decimal(-30), 1),
}


def test_an_accepted_file_becomes_accounts_and_account_years_to_the_cent(director: Any) -> None:
    subject = imported(director)
    assert subject.state == Import.State.IMPORTED
    assert figures() == EXPECTED
    assert subject.receipt["reconciles"] is True
    assert (subject.receipt["accounts_created"], subject.receipt["years"]) == (3, [2023, 2024])
    page = director.get(f"/ledger/imports/{subject.pk}/").content.decode()
    assert "300.05" in page
    assert "Yes, to the last decimal." in page


def test_accounts_carry_the_figures_of_the_latest_year(director: Any) -> None:
    imported(director)
    acme, brava = Account.objects.get(external_id="ACME"), Account.objects.get(external_id="BRAVA")
    assert (acme.name, acme.revenue, acme.revenue_order) == ("Acme 台積", Decimal("150.1"), 1_501_000)
    assert (brava.net_income, brava.net_income_order) == (None, UNKNOWN)


def test_the_same_file_again_says_that_nothing_is_new_and_stores_nothing(director: Any) -> None:
    imported(director)
    again = checked(director)
    assert "There is nothing new in this file." in director.get(f"/ledger/imports/{again.pk}/").content.decode()
    director.post(f"/ledger/imports/{again.pk}/acceptance/")
    run_waiting()
    again.refresh_from_db()
    assert again.state == Import.State.CHECKED
    assert figures() == EXPECTED


def test_a_second_click_on_accept_imports_once(director: Any) -> None:
    subject = checked(director)
    for _click in range(2):
        director.post(f"/ledger/imports/{subject.pk}/acceptance/")
    assert Job.objects.filter(kind="import").count() == 1
    run_waiting()
    assert figures() == EXPECTED


def test_undo_takes_the_lines_out_whole_and_leaves_the_rest(director: Any) -> None:
    first = imported(director)
    more = INVOICES.splitlines()[0] + "\nACME,Acme,2024-06-01,R9,1,P1,1,10.00,4.00\n"
    second = imported(director, more)
    assert figures()["ACME", 2024] == (Decimal("160.1"), Decimal("94.05"), 2)
    director.post(f"/ledger/imports/{second.pk}/undo/")
    run_waiting()
    assert figures() == EXPECTED
    director.post(f"/ledger/imports/{first.pk}/undo/")
    run_waiting()
    first.refresh_from_db()
    assert (figures(), first.state) == ({}, Import.State.UNDONE)
    assert store.open_store().batches() == ()
    assert Account.objects.get(external_id="ACME").revenue_order == UNKNOWN


def test_an_undone_file_can_be_checked_and_stored_again(director: Any) -> None:
    subject = imported(director)
    director.post(f"/ledger/imports/{subject.pk}/undo/")
    run_waiting()
    director.post(f"/ledger/imports/{subject.pk}/check/")
    run_waiting()
    director.post(f"/ledger/imports/{subject.pk}/acceptance/")
    run_waiting()
    assert figures() == EXPECTED


def test_import_and_undo_leave_who_and_when(director: Any, diana: Any) -> None:
    subject = imported(director)
    director.post(f"/ledger/imports/{subject.pk}/undo/")
    run_waiting()
    verbs = list(Event.objects.about(subject).order_by("pk").values_list("verb", "by", "touches_profit"))
    assert verbs == [("imported", diana.pk, True), ("undone", diana.pk, True)]


def test_two_imports_at_once_are_stored_one_after_the_other(director: Any) -> None:
    first, second = checked(director), checked(director)
    for subject in (first, second):
        director.post(f"/ledger/imports/{subject.pk}/acceptance/")
    run_waiting()
    assert figures() == EXPECTED
    second.refresh_from_db()
    assert second.receipt["stored"]["lines"] == 0
    assert [part["code"] for part in second.receipt["skipped"]] == ["already_imported"]


def test_cancelling_while_it_is_checked_goes_back_to_the_mapping(director: Any, monkeypatch: Any) -> None:
    subject = uploaded(director)
    mapped(director, subject)
    beat = Job.beat

    def cancelled_meanwhile(self: Job, **how_far: Any) -> None:
        Job.objects.filter(pk=self.pk).update(cancel_requested=True)
        beat(self, **how_far)

    def interrupted(*args: Any, progress: Any, **more: Any) -> Any:
        monkeypatch.setattr(Job, "beat", cancelled_meanwhile)
        return stage(*args, progress=progress, **more)

    monkeypatch.setattr(jobs, "stage", interrupted)
    run_waiting()
    subject.refresh_from_db()
    assert Job.objects.get().state == Job.State.CANCELLED
    assert (subject.state, subject.check_result) == (Import.State.UPLOADED, {})
    assert director.get(f"/ledger/imports/{subject.pk}/", follow=True).status_code == 200


def test_cancelling_before_it_began_goes_back_at_once(director: Any) -> None:
    subject = checked(director)
    director.post(f"/ledger/imports/{subject.pk}/acceptance/")
    job = Job.objects.get(kind="import")
    answer = director.post(f"/jobs/{job.pk}/cancellation/", {"next": f"/ledger/imports/{subject.pk}/"})
    subject.refresh_from_db()
    assert (answer["Location"], subject.state) == (f"/ledger/imports/{subject.pk}/", Import.State.CHECKED)
    run_waiting()
    assert figures() == {}


@pytest.mark.parametrize("moment", ["stage", "accept"])
def test_a_full_disk_is_said_and_leaves_nothing(director: Any, monkeypatch: Any, moment: str) -> None:
    def full(*args: Any, **more: Any) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(jobs, moment, full)
    subject = checked(director)
    director.post(f"/ledger/imports/{subject.pk}/acceptance/")
    run_waiting()
    subject.refresh_from_db()
    assert subject.error_code == "disk_full"
    assert "The disk is full" in director.get(f"/ledger/imports/{subject.pk}/", follow=True).content.decode()
    assert (figures(), store.open_store().batches()) == ({}, ())


def test_a_failure_after_the_lines_are_stored_takes_them_out_again(director: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(jobs, "accounts_for_keys", lambda keys: 1 / 0)
    subject = imported(director)
    assert (subject.state, subject.error_code) == (Import.State.CHECKED, "unexpected")
    assert (figures(), store.open_store().batches()) == ({}, ())


def test_an_import_whose_worker_died_is_taken_up_again_and_counts_once(director: Any, monkeypatch: Any) -> None:
    subject = checked(director)
    director.post(f"/ledger/imports/{subject.pk}/acceptance/")

    class Died(BaseException):
        """Stands for the kill: nothing of the worker runs after it."""

    def die(*args: Any, **more: Any) -> Any:
        raise Died

    monkeypatch.setattr(jobs.facts, "rebuild", die)
    with pytest.raises(Died):
        jobs.import_lines(Job.objects.get(kind="import"))
    monkeypatch.undo()
    Job.objects.filter(kind="import").update(state=Job.State.RUNNING)
    assert len(store.open_store().batches()) == 1
    begin(before=timezone.now() + timedelta(seconds=1))
    run_waiting()
    assert figures() == EXPECTED
    assert Import.objects.get().receipt["accounts_created"] == 3


def test_facts_that_are_behind_are_noticed_when_a_worker_starts(director: Any) -> None:
    imported(director)
    assert not facts.behind()
    batch = store.open_store().batches()[0].id
    store.open_store().remove(batch)
    assert facts.behind()
    jobs.catch_up()
    jobs.catch_up()
    assert Job.objects.filter(kind="rebuild").count() == 1
    run_waiting()
    assert (figures(), facts.behind()) == ({}, False)


def test_a_file_that_was_discarded_is_gone_from_the_disk(director: Any, settings: Any) -> None:
    subject = checked(director)
    director.post(f"/ledger/imports/{subject.pk}/discard/")
    assert not (settings.UPLOAD_DIR / str(subject.pk)).exists()
    assert director.get("/ledger/").context["page"].paginator.count == 0


def test_a_stored_import_cannot_be_discarded(director: Any) -> None:
    subject = imported(director)
    director.post(f"/ledger/imports/{subject.pk}/discard/")
    subject.refresh_from_db()
    assert subject.state == Import.State.IMPORTED


def test_lines_may_live_in_an_engine_named_by_url(director: Any, settings: Any, tmp_path: Any) -> None:
    settings.LEDGER_URL = f"sqlite://{tmp_path / 'lines.db'}"
    subject = imported(director)
    assert figures() == EXPECTED
    acme = Account.objects.get(external_id="ACME")
    assert director.get(f"/ledger/accounts/{acme.pk}/lines/").context["totals"]["revenue"] == Decimal("250.1")
    assert not settings.LEDGER_DIR.exists()
    director.post(f"/ledger/imports/{subject.pk}/undo/")
    run_waiting()
    assert (figures(), store.open_store().batches()) == ({}, ())


def test_work_that_a_second_worker_takes_for_dead_is_done_once(director: Any) -> None:
    subject = imported(director)
    jobs.import_lines(Job.objects.get(kind="import"))
    assert figures() == EXPECTED
    director.post(f"/ledger/imports/{subject.pk}/undo/")
    run_waiting()
    jobs.undo(Job.objects.get(kind="undo"))
    jobs.import_lines(Job.objects.get(kind="import"))
    assert (figures(), store.open_store().batches()) == ({}, ())


def test_trouble_at_the_start_of_a_worker_does_not_stop_it(monkeypatch: Any) -> None:
    monkeypatch.setattr(jobs.facts, "behind", lambda: 1 / 0)
    begin(before=timezone.now())
