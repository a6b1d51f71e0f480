"""Run jobs: one task of django-tasks carries the number of a job; the job's kind names the work.

Work is registered with `@work("kind")` in an app's `jobs.py`, loaded when the app starts. Work must be safe to
run again: a job whose worker died is taken up from its beginning, at most three times.
"""

import fcntl
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection, transaction
from django.db.models import F, Q
from django.utils import timezone
from django_tasks import task
from django_tasks_db.management.commands.db_worker import Worker

from openkam.method.errors import InvalidInput

from .models import STALE_AFTER, Cancelled, Job

logger = logging.getLogger(__name__)
Work = Callable[[Job], None]
MOST_ATTEMPTS = 3
_works: dict[str, Work] = {}
_afterwards: dict[str, Work] = {}
#: Seconds between two signs of life of a running job; well within STALE_AFTER.
PULSE = 15
_held: list[Any] = []
_first: list[Callable[[], None]] = []
_hourly: list[Callable[[], object]] = []
HOUR = 3600


def work(kind: str, *, if_not_done: Work | None = None) -> Callable[[Work], Work]:
    """Register the work of a kind of job, and what to do when it failed or was cancelled."""

    def register(function: Work) -> Work:
        _works[kind] = function
        if if_not_done:
            _afterwards[kind] = if_not_done
        return function

    return register


def at_start(function: Callable[[], None]) -> Callable[[], None]:
    """Register what a worker looks after before its first job, such as work that a crash left undone."""
    _first.append(function)
    return function


def hourly(function: Callable[[], object]) -> Callable[[], object]:
    """Register what a worker does every hour. Several workers may do it at once; it must be safe to."""
    _hourly.append(function)
    return function


def begin(*, before: datetime) -> None:
    """What a worker does before its first job: take up what went silent before an instant, then look after the rest."""
    take_up_again(before=before)
    for function in _first:
        _try(function, "at the start of a worker")


def _try(function: Callable[[], object], when: str) -> None:
    """Its own trouble must not keep the worker from its jobs."""
    try:
        function()
    except Exception:
        logger.exception(when)


def start(kind: str, *, by: Any, subject_id: int | None = None, **parameters: Any) -> Job:
    """Put a job into the queue; it is there when the surrounding transaction commits."""
    with transaction.atomic():
        job = Job.objects.create(kind=kind, by=by, subject_id=subject_id, parameters=parameters)
        run.enqueue(job.pk)
    return job


@task()
def run(job_id: int) -> None:
    job = _claim(job_id)
    if job is None:
        return
    try:
        with _pulse(job):
            _works[job.kind](job)
    except Cancelled:
        _finish(job, Job.State.CANCELLED)
    except InvalidInput as refusal:
        _finish(job, Job.State.FAILED, refusal.code, {k: str(v) for k, v in refusal.values.items()})
    except OSError as error:
        logger.exception("job %s failed", job.pk)
        _finish(
            job,
            Job.State.FAILED,
            "disk_full" if error.errno == 28 else "system",
            {"detail": error.strerror or ""},
        )
    except Exception:
        logger.exception("job %s failed", job.pk)
        _finish(job, Job.State.FAILED, "unexpected")
    else:
        _finish(job, Job.State.DONE)


@contextmanager
def _pulse(job: Job) -> Iterator[None]:
    """Say that the job's worker lives, also during a step that says nothing for long."""
    over = threading.Event()
    thread = threading.Thread(target=_beat_until, args=(job.pk, over), name="openkam-pulse", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()


def _beat_until(job_id: int, over: threading.Event) -> None:
    while not over.wait(PULSE):
        with _own_connection():
            Job.objects.filter(pk=job_id, state=Job.State.RUNNING).update(beat_at=timezone.now())


@contextmanager
def _own_connection() -> Iterator[None]:
    """For a thread that looks at the database now and then: a refusal is logged, and no connection stays open."""
    try:
        yield
    except DatabaseError:
        logger.exception("the database refused")
    finally:
        connection.close()


def cancel(job: Job) -> None:
    """Ask a job to stop. One that still waits is over at once; one that runs stops at its next beat."""
    job.request_cancel()
    job.refresh_from_db()
    if job.state == Job.State.CANCELLED and not job.started_at and job.kind in _afterwards:
        _look_after(job)


def _claim(job_id: int) -> Job | None:
    """Take a waiting job; None when it was cancelled, finished or taken by somebody else."""
    now = timezone.now()
    with transaction.atomic():
        taken = Job.objects.filter(pk=job_id, state=Job.State.WAITING).update(
            state=Job.State.RUNNING, started_at=now, beat_at=now, attempts=F("attempts") + 1
        )
    return Job.objects.get(pk=job_id) if taken else None


def _finish(job: Job, state: Job.State, code: str = "", values: dict[str, str] | None = None) -> None:
    if state != Job.State.DONE and job.kind in _afterwards:
        job.state, job.error_code, job.error_values = state, code, values or {}
        _look_after(job)
    changes: dict[str, Any] = {
        "state": state,
        "error_code": code,
        "error_values": values or {},
        "finished_at": timezone.now(),
    }
    if state == Job.State.DONE:
        changes["fraction"] = 1.0
    with transaction.atomic():
        Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).update(**changes)


def _look_after(job: Job) -> None:
    """What an app does about work that was not done; its own trouble must not keep the job or the worker alive."""
    try:
        _afterwards[job.kind](job)
    except Exception:
        logger.exception("after job %s", job.pk)


def take_up_again(*, before: datetime) -> int:
    """Put jobs whose worker went silent before an instant back into the queue; returns how many."""
    silent = Job.objects.filter(state=Job.State.RUNNING).filter(Q(beat_at=None) | Q(beat_at__lt=before))
    count = 0
    for job in silent:
        if job.attempts >= MOST_ATTEMPTS:
            _finish(job, Job.State.FAILED, "worker_died")
            continue
        with transaction.atomic():
            if silent.filter(pk=job.pk).update(state=Job.State.WAITING):
                run.enqueue(job.pk)
                count += 1
    return count


class JobWorker(Worker):
    """django-tasks' worker, run in a thread of the server or by `openkam worker`."""

    def __init__(self, *, batch: bool = False) -> None:
        super().__init__(
            queue_names=["*"],
            interval=0.5,
            batch=batch,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=f"openkam-{os.getpid()}",
            excluded_queue_names=[],
        )


def start_embedded_worker() -> threading.Thread:
    """Work off the queue in this process. When it is the only worker, whatever was running has died with the last."""

    def live() -> None:
        _begin_and_watch()
        close_old_connections()
        JobWorker().run()

    thread = threading.Thread(target=live, name="openkam-worker", daemon=True)
    thread.start()
    return thread


def _begin_and_watch() -> None:
    begin(before=timezone.now() if _is_alone() else timezone.now() - STALE_AFTER)
    threading.Thread(target=_watch, name="openkam-watch", daemon=True).start()


def _watch() -> None:
    """While this worker lives, take up what another one left, and look after what comes with every hour."""
    last = -float(HOUR)
    while True:
        time.sleep(STALE_AFTER.total_seconds())
        with _own_connection():
            take_up_again(before=timezone.now() - STALE_AFTER)
        if time.monotonic() - last > HOUR:
            last = time.monotonic()
            with _own_connection():
                every_hour()


def every_hour() -> None:
    for function in _hourly:
        _try(function, "every hour")


def _is_alone() -> bool:
    """Whether no other worker lives beside this one: on SQLite all are on one machine and hold the same lock."""
    if connection.vendor != "sqlite":
        return False
    held = (settings.DATA / "worker.lock").open("a")
    _held.append(held)  # for as long as this process lives
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    except OSError:
        return False
    finally:
        fcntl.flock(held, fcntl.LOCK_SH)


def run_waiting() -> None:
    """Work off everything that waits, then return: for the command line and tests."""
    JobWorker(batch=True).run()


def work_until_stopped() -> None:
    """A worker of its own: takes up what a dead worker left, then works until it is told to stop."""
    _begin_and_watch()
    worker = JobWorker()
    worker.configure_signals()
    worker.run()
