"""Background work as people see it: how far, how fast, how to stop it, and what became of it."""

import threading
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from openkam.method.errors import InvalidInput
from openkam.web.jobs import queue
from openkam.web.jobs.models import Cancelled, Job

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def works(monkeypatch: Any) -> dict[str, Any]:
    known: dict[str, Any] = {}
    monkeypatch.setattr(queue, "_works", known)
    monkeypatch.setattr(queue, "_afterwards", {})
    return known


def done(works: dict[str, Any], work: Any, by: Any = None) -> Job:
    works["a test"] = work
    job = queue.start("a test", by=by)
    queue.run_waiting()
    job.refresh_from_db()
    return job


def refuse(error: BaseException) -> Any:
    def work(job: Job) -> None:
        raise error

    return work


def test_work_that_is_done_is_done(works: dict[str, Any]) -> None:
    job = done(works, lambda job: job.beat(step="storing", fraction=0.5, rows=10))
    assert (job.state, job.fraction, job.rows, job.attempts) == (Job.State.DONE, 1.0, 10, 1)


def test_what_is_refused_keeps_its_code_and_values(works: dict[str, Any]) -> None:
    job = done(works, refuse(InvalidInput("too_large", limit=3)))
    assert (job.state, job.error_code, job.error_values) == (Job.State.FAILED, "too_large", {"limit": "3"})


@pytest.mark.parametrize(
    ("error", "code"),
    [(OSError(28, "No space left"), "disk_full"), (OSError(5, "I/O"), "system"), (KeyError(), "unexpected")],
)
def test_what_breaks_says_so(works: dict[str, Any], error: Exception, code: str) -> None:
    assert done(works, refuse(error)).error_code == code


def test_a_wish_to_stop_is_heard_at_the_next_beat(works: dict[str, Any]) -> None:
    def work(job: Job) -> None:
        job.request_cancel()
        job.beat(fraction=0.1)

    assert done(works, work).state == Job.State.CANCELLED


def test_what_waits_is_cancelled_at_once_and_never_runs(works: dict[str, Any], diana: Any, as_: Any) -> None:
    ran: list[int] = []
    works["a test"] = lambda job: ran.append(job.pk)
    job = queue.start("a test", by=diana)
    answer = as_(diana).post(f"/jobs/{job.pk}/cancellation/", {"next": "https://elsewhere.example/"})
    queue.run_waiting()
    job.refresh_from_db()
    assert (answer["Location"], job.state, ran) == (f"/jobs/{job.pk}/", Job.State.CANCELLED, [])


def test_a_job_whose_worker_went_silent_runs_again_three_times_at_most(works: dict[str, Any]) -> None:
    works["a test"] = lambda job: None
    job = queue.start("a test", by=None)
    long_ago = timezone.now() - timedelta(hours=1)
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING, beat_at=long_ago, attempts=1)
    queue.begin(before=timezone.now())
    queue.run_waiting()
    job.refresh_from_db()
    assert (job.state, job.attempts) == (Job.State.DONE, 2)
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING, beat_at=long_ago, attempts=3)
    queue.begin(before=timezone.now())
    job.refresh_from_db()
    assert (job.state, job.error_code) == (Job.State.FAILED, "worker_died")


def test_a_job_that_still_beats_is_left_alone(works: dict[str, Any]) -> None:
    job = queue.start("a test", by=None)
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING, beat_at=timezone.now(), attempts=1)
    assert queue.take_up_again(before=timezone.now() - timedelta(minutes=1)) == 0


def test_the_page_shows_step_share_speed_and_time_left(diana: Any, as_: Any) -> None:
    began = timezone.now() - timedelta(seconds=100)
    job = Job.objects.create(
        kind="check", by=diana, state=Job.State.RUNNING, step="checking", fraction=0.5, rows=2_000_000, started_at=began
    )
    page = as_(diana).get(f"/jobs/{job.pk}/").content.decode()
    for words in (
        "checking every line",
        'value="0.5"',
        "2,000,000 lines",
        "lines per second",
        "2 minutes left",
        "Cancel",
    ):
        assert words in page
    part = as_(diana).get(f"/jobs/{job.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "<progress" in part


def test_the_page_around_it_is_loaded_again_when_it_is_over(diana: Any, as_: Any) -> None:
    job = Job.objects.create(kind="check", by=diana, state=Job.State.DONE)
    answer = as_(diana).get(f"/jobs/{job.pk}/", headers={"HX-Request": "true"})
    assert answer["HX-Refresh"] == "true"


def test_a_job_belongs_to_who_began_it_and_to_directors(olga: Any, tim: Any, diana: Any, as_: Any) -> None:
    job = Job.objects.create(kind="check", by=olga)
    seen = {who.name: as_(who).get(f"/jobs/{job.pk}/").status_code for who in (olga, tim, diana)}
    assert seen == {"Olga": 200, "Tim": 404, "Diana": 200}


def test_a_beat_outside_the_bounds_is_brought_inside(works: dict[str, Any]) -> None:
    job = Job.objects.create(kind="check", state=Job.State.RUNNING)
    job.beat(fraction=7)
    job.refresh_from_db()
    assert job.fraction == 1.0
    job.request_cancel()
    with pytest.raises(Cancelled):
        job.beat()


def test_a_step_that_says_nothing_for_long_still_beats(works: dict[str, Any], monkeypatch: Any) -> None:
    monkeypatch.setattr(queue, "PULSE", 0.01)
    beaten = threading.Event()

    def beat(job_id: int, over: threading.Event) -> None:
        while not over.wait(queue.PULSE):
            beaten.set()

    monkeypatch.setattr(queue, "_beat_until", beat)
    assert done(works, lambda job: beaten.wait(10) or job.beat()).state == Job.State.DONE
    assert beaten.is_set()


def test_a_pulse_moves_the_last_sign_of_life_of_a_running_job(db: None, monkeypatch: Any) -> None:
    monkeypatch.setattr(queue, "_own_connection", nullcontext)
    long_ago = timezone.now() - timedelta(hours=1)
    job = Job.objects.create(kind="a test", state=Job.State.RUNNING, beat_at=long_ago)
    queue._beat_until(job.pk, Waits(False, True))  # type: ignore[arg-type]
    job.refresh_from_db()
    assert job.beat_at is not None
    assert job.beat_at > long_ago


class Waits:
    """An event that is not there yet, and then is."""

    def __init__(self, *answers: bool) -> None:
        self._answers = iter(answers)

    def wait(self, _seconds: float) -> bool:
        return next(self._answers)


def test_the_second_worker_on_one_machine_knows_of_the_first(db: None, settings: Any, tmp_path: Path) -> None:
    settings.DATA = tmp_path
    if connection.vendor == "sqlite":
        assert [queue._is_alone(), queue._is_alone()] == [True, False]
        for held in queue._held[-2:]:
            held.close()
        del queue._held[-2:]
    assert queue._is_alone() == (connection.vendor == "sqlite")
    while queue._held:
        queue._held.pop().close()
