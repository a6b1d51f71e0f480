"""The long work of the ledger. Each may be killed at any moment and run again from its start: the store's manifest
says what is stored, and the account-years are made again from it."""

import contextlib
import shutil
import threading
import time
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from openkam.ledger.intake import accept
from openkam.ledger.staging import Staged, stage
from openkam.method.errors import InvalidInput
from openkam.web.accounts.actions import accounts_for_keys, create_for_keys
from openkam.web.jobs.models import Cancelled, Job
from openkam.web.jobs.queue import at_start, start, work
from openkam.web.programme.history import record
from openkam.web.programme.models import Settings

from . import checking, facts, intake
from .models import Import
from .store import engine, holds, open_store

#: A beat is one small write; more often than this nobody looks.
BEAT = 0.5


class Reporter:
    """Tells a job how far one step is, from whichever thread the engine calls; raises Cancelled when asked to stop."""

    def __init__(self, job: Job, step: str, rows: int) -> None:
        self._job, self._step, self._rows, self._last = job, step, rows, 0.0
        self._home = threading.current_thread()

    def __call__(self, fraction: float) -> None:
        now = time.monotonic()
        if now - self._last < BEAT and fraction < 1:
            return
        self._last = now
        try:
            self._job.beat(step=self._step, fraction=fraction, rows=round(fraction * self._rows))
        finally:
            if threading.current_thread() is not self._home:  # the engine's own thread would keep a connection open
                connection.close()


class Finishing(Reporter):
    """The same after the lines are stored, when there is no way back but undo: a wish to cancel is not heard."""

    def __call__(self, fraction: float) -> None:
        with contextlib.suppress(Cancelled):
            super().__call__(fraction)


def _subject(job: Job) -> Import:
    return Import.objects.get(pk=job.subject_id)


def _fall_back(state: str) -> Any:
    """After a failure or a cancellation the import is where it was before, and says why."""

    def fall_back(job: Job) -> None:
        Import.objects.filter(pk=job.subject_id).update(
            state=state, error_code=job.error_code, error_values=job.error_values
        )

    return fall_back


def _open_failed(job: Job) -> None:
    kept = job.error_code in intake.MENDABLE
    _fall_back(Import.State.UPLOADED if kept else Import.State.FAILED)(job)
    if not kept:
        intake.discard(_subject(job))


@work("open", if_not_done=_open_failed)
def open_files(job: Job) -> None:
    """Open large files in the background and find out which belong together."""
    imports = list(Import.objects.filter(pk__in=job.parameters.get("imports") or [job.subject_id]).order_by("pk"))
    for place, subject in enumerate(imports):
        job.beat(step="opening", fraction=place / len(imports))
        intake.read(subject)
    intake.pair(imports)


@work("check", if_not_done=_fall_back(Import.State.UPLOADED))
def check(job: Job) -> None:
    """Read every line of the file and find what is wrong with it; nothing is stored."""
    subject = _subject(job)
    lines, header = intake.opened(subject), intake.opened(subject, "header")
    if lines is None:
        lines, header = intake.read(subject)
    workdir = intake.folder(subject) / "check"
    shutil.rmtree(workdir, ignore_errors=True)
    job.beat(step="checking")
    reporter = Reporter(job, "checking", lines.rows)
    with engine():
        staged = stage(
            lines, checking.mapping_of(subject), checking.context(), workdir, header=header, progress=reporter
        )
    job.beat(step="summarising", fraction=1.0, rows=lines.rows)
    with engine():
        subject.check_result = checking.result_of(staged, subject)
    subject.state, subject.error_code, subject.error_values = Import.State.CHECKED, "", {}
    subject.save()


def _import_failed(job: Job) -> None:
    """Leave the old state: whatever of this import reached the store is taken out again."""
    store, subject = open_store(), _subject(job)
    if holds(store, subject.batch_id):
        with store.writing():
            store.remove(subject.batch_id)
            facts.rebuild(store=store)
    _fall_back(Import.State.CHECKED)(job)


@work("import", if_not_done=_import_failed)
def import_lines(job: Job) -> None:
    """Store the checked lines, make the accounts behind new keys, and sum up the account-years they touch."""
    subject = _subject(job)
    store = open_store()
    with store.writing():
        subject.refresh_from_db()
        if subject.state != Import.State.IMPORTING:  # another worker took it for dead and was faster, or slower
            return
        staged = Staged.load(intake.folder(subject) / "check")
        receipt = _stored(job, subject, staged, store)
        keys, years = facts.touched_by(store, subject.batch_id)
        finishing = Finishing(job, "summarising", staged.file.lines)
        created = _accounts_behind(keys, subject)
        touched = set(accounts_for_keys(keys).values())
        count = facts.rebuild(touched, years, store=store, progress=finishing)
        summary = {"accounts_created": created, "account_years": count, "years": sorted(years)}
        _note(subject, Import.State.IMPORTED, verb="imported", receipt=receipt.model_dump(mode="json") | summary)
    shutil.rmtree(intake.folder(subject) / "check", ignore_errors=True)


def _stored(job: Job, subject: Import, staged: Staged, store: Any) -> Any:
    """The lines in the store, once. What a worker that died left there has no receipt: it is stored anew."""
    if holds(store, subject.batch_id):
        store.remove(subject.batch_id)
    job.beat(step="storing")
    reporter = Reporter(job, "storing", staged.file.lines)
    calendar, decisions = Settings.current().calendar, checking.decisions_of(subject)
    with engine():
        return accept(staged, decisions, store, subject.batch_id, calendar=calendar, progress=reporter)


@transaction.atomic
def _accounts_behind(keys: set[str], subject: Import) -> int:
    """Make the accounts that are missing; returns how many this import has made, also before it was interrupted."""
    checking.apply_account_choices(subject, keys)
    unknown = keys - accounts_for_keys(keys).keys()
    names = checking.names_of(subject, unknown)
    create_for_keys({key: names.get(key) or key for key in unknown}, by=subject.uploaded_by)
    made = int(subject.receipt.get("accounts_created", 0)) + len(unknown)
    subject.receipt = {"accounts_created": made}
    subject.save(update_fields=["receipt"])
    return made


@transaction.atomic
def _note(subject: Import, state: str, *, verb: str, **changes: Any) -> None:
    for name, value in changes.items():
        setattr(subject, name, value)
    subject.state, subject.error_code, subject.error_values = state, "", {}
    subject.save()
    record(verb, by=subject.uploaded_by, about=subject, touches_profit=True)


def _undo_failed(job: Job) -> None:
    """The store's manifest says whether it was undone; if so, the next worker to start sums up again."""
    stored = holds(open_store(), _subject(job).batch_id)
    _fall_back(Import.State.IMPORTED if stored else Import.State.UNDONE)(job)


@work("undo", if_not_done=_undo_failed)
def undo(job: Job) -> None:
    """Take one import out of the store, whole, and sum up again what it touched."""
    subject = _subject(job)
    store = open_store()
    with store.writing():
        subject.refresh_from_db()
        if subject.state != Import.State.IMPORTING:
            return
        accounts: set[int] | None = None
        years: set[int] | None = None
        if holds(store, subject.batch_id):  # a worker that died after this left the whole to be summed again
            keys, years = facts.touched_by(store, subject.batch_id)
            accounts = set(accounts_for_keys(keys).values())
            job.beat(step="undoing")
            with engine():
                store.remove(subject.batch_id)
        facts.rebuild(accounts, years, store=store, progress=Finishing(job, "summarising", 0))
        _note(subject, Import.State.UNDONE, verb="undone", undone_at=timezone.now())


@work("rebuild")
def rebuild(job: Job) -> None:
    """Sum up all stored lines again."""
    job.beat(step="summarising")
    facts.rebuild(progress=Finishing(job, "summarising", 0))


def rebuild_all(*, by: Any) -> Job:
    """Sum up all stored lines again in the background: for a changed fiscal year, or after a crash."""
    waiting = Job.objects.filter(kind="rebuild", state=Job.State.WAITING).first()
    return waiting or start("rebuild", by=by)


@at_start
def catch_up() -> None:
    """When a worker starts: are the account-years the sum of what is stored?"""
    busy = Job.objects.filter(kind__in=["import", "undo", "rebuild"], state__in=[Job.State.WAITING, Job.State.RUNNING])
    try:
        if not busy.exists() and facts.behind():
            rebuild_all(by=None)
    except InvalidInput:  # a store of another make: the pages say so; nothing is summed from it
        return
