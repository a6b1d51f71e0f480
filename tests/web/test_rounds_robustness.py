"""How sure a ranking is: random weightings at once for small rounds, in the background for large ones."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test import Client
from tests.web import crawl
from tests.web.round_fixtures import accounts, criteria, round_of, score

from openkam.method.sensitivity import DRAWS, SEED, top_probability
from openkam.web.accounts.merging import merge
from openkam.web.accounts.models import Account
from openkam.web.jobs import queue
from openkam.web.jobs.models import Job
from openkam.web.people.models import User
from openkam.web.rounds.actions import change_round, move_on
from openkam.web.rounds.models import Item, Robustness, Round, Stage
from openkam.web.rounds.ranking import robustness
from openkam.web.rounds.ranking.robustness import top_shares, work_out
from openkam.web.rounds.reading import reading_of

pytestmark = pytest.mark.django_db(transaction=True)
TABLE = {"A": (9, 2, 5), "B": (3, 9, 6), "C": (6, 6, 6), "D": (2, 2, 2), "E": (10, 10, 3)}
SLUGS = ("revenue_potential", "market_leader", "solvency")  # solvency is a must-have: E is excluded


@pytest.fixture
def round_(diana: User, olga: User) -> Round:
    round_ = round_of(diana, accounts(*TABLE), raters=[olga], picked=criteria(*SLUGS), top=2)
    score(round_, olga, TABLE)
    return move_on(round_, to=Stage.REVEALED, by=diana)


@pytest.fixture
def is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every round of the test is too large to be worked out at once."""
    monkeypatch.setattr(robustness, "AT_ONCE", 0)


def shares(round_: Round) -> dict[str, float | None]:
    reading = reading_of(round_)
    found = top_shares(round_, reading)
    assert found is not None
    return {entry.name: None if np.isnan(share) else share for entry, share in zip(reading.entries, found, strict=True)}


def test_the_shares_are_the_methods_and_add_up_to_the_top(round_: Round) -> None:
    scores = [TABLE[name] for name in "ABC"]
    expected = top_probability(scores, top=2)
    assert shares(round_) == {**dict(zip("ABC", expected.tolist(), strict=True)), "D": None, "E": None}
    assert sum(expected) == pytest.approx(2)


def test_a_criterion_without_weight_is_switched_off(round_: Round) -> None:
    Item.objects.filter(criterion__slug="revenue_potential").update(weight=0)
    Round.objects.update(mark=77)
    round_.refresh_from_db()
    expected = top_probability([TABLE[name][1:] for name in "ABC"], top=2)
    assert list(shares(round_).values())[:3] == expected.tolist()


def test_the_page_prints_draws_and_seed_and_does_not_heed_the_sliders(round_: Round, olga: User, as_: Any) -> None:
    client, item = as_(olga), round_.items.all()[0]
    plain = client.get(f"/rounds/{round_.pk}/ranking/").content.decode()
    assert f"{DRAWS:,} random weightings" in plain
    assert f"Seed {SEED}" in plain
    tried = client.get(f"/rounds/{round_.pk}/ranking/", {f"w{item.pk}": "0"}).content.decode()
    percents = [f"<td>{100 * share:.0f}%</td>" for share in shares(round_).values() if share is not None]
    for each in percents:
        assert each in plain
        assert each in tried


def test_looking_at_a_ranking_keeps_nothing(round_: Round, diana: User, as_: Any) -> None:
    client, before = as_(diana), crawl.snapshot()
    client.get(f"/rounds/{round_.pk}/ranking/")
    assert crawl.snapshot() == before


@pytest.mark.usefixtures("is_large")
def test_a_large_round_is_worked_out_in_the_background(round_: Round, diana: User, as_: Any) -> None:
    page, client = f"/rounds/{round_.pk}/ranking/", as_(diana)
    assert "Work out the probabilities" in client.get(page).content.decode()
    for _ in range(2):  # a second wish while the first waits starts nothing
        assert client.post(f"{page}robustness/")["Location"] == page
    assert Job.objects.count() == 1
    assert 'class="job__bar"' in client.get(page).content.decode()
    queue.run_waiting()
    row = Robustness.objects.get()
    assert (row.mark, row.top, row.draws, row.seed) == (round_.mark, 2, DRAWS, SEED)
    said = client.get(page).content.decode()
    assert f"Seed {SEED}" in said
    assert "Work out the probabilities" not in said
    expected = top_probability([TABLE[name] for name in "ABC"], top=2)
    assert list(shares(round_).values())[:3] == expected.tolist()


@pytest.mark.usefixtures("is_large")
def test_the_work_can_be_stopped(round_: Round, diana: User, as_: Any) -> None:
    client = as_(diana)
    client.post(f"/rounds/{round_.pk}/ranking/robustness/")
    job = Job.objects.get()
    client.post(f"/jobs/{job.pk}/cancellation/")
    queue.run_waiting()
    assert not Robustness.objects.exists()
    assert "Work out the probabilities" in client.get(f"/rounds/{round_.pk}/ranking/").content.decode()


@pytest.mark.usefixtures("is_large")
def test_what_was_worked_out_of_an_earlier_state_no_longer_counts(round_: Round, diana: User) -> None:
    work_out(round_, beat=lambda **_: None)
    assert shares(round_)["C"]
    round_.top = 1
    change_round(round_, by=diana, fields=["top"])
    round_.refresh_from_db()
    assert top_shares(round_, reading_of(round_)) is None
    work_out(round_, beat=lambda **_: None)
    assert Robustness.objects.get().top == 1


@pytest.mark.usefixtures("is_large")
def test_a_job_that_ends_late_leaves_what_a_newer_one_found(round_: Round, diana: User) -> None:
    late = Round.objects.get(pk=round_.pk)
    round_.top = 1
    change_round(round_, by=diana, fields=["top"])
    round_.refresh_from_db()
    work_out(round_, beat=lambda **_: None)
    work_out(late, beat=lambda **_: None)
    assert Robustness.objects.filter(mark=round_.mark, top=1).exists()
    assert shares(round_)["C"] is not None


@pytest.mark.usefixtures("is_large")
def test_of_many_who_start_it_at_once_one_does(round_: Round, diana: User, as_: Any) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("threads share no SQLite in memory")
    clients = [as_(diana) for _ in range(8)]

    def start(client: Client) -> int:
        try:
            return client.post(f"/rounds/{round_.pk}/ranking/robustness/").status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(start, clients)) == {302}
    assert Job.objects.count() == 1


@pytest.mark.usefixtures("is_large")
def test_a_merge_makes_it_be_worked_out_again(round_: Round, diana: User) -> None:
    work_out(round_, beat=lambda **_: None)
    merge(kept=Account.objects.get(name="A"), gone=Account.objects.get(name="B"), by=diana)
    assert top_shares(round_, reading_of(round_)) is None


@pytest.mark.usefixtures("is_large")
def test_only_a_facilitator_has_it_worked_out(round_: Round, olga: User, as_: Any) -> None:
    page = f"/rounds/{round_.pk}/ranking/"
    said = as_(olga).get(page).content.decode()
    assert "A facilitator of the round can have them worked out." in said
    assert as_(olga).post(f"{page}robustness/").status_code == 403
    assert not Job.objects.exists()


def test_nothing_is_worked_out_before_the_reveal(diana: User, olga: User, as_: Any) -> None:
    round_ = round_of(diana, accounts("A"), raters=[olga], picked=criteria(*SLUGS))
    score(round_, olga, {"A": (9, 2, 5)})
    as_(diana).post(f"/rounds/{round_.pk}/ranking/robustness/")
    assert not Job.objects.exists()
    job = queue.start("robustness", by=diana, subject_id=round_.pk)
    queue.run_waiting()
    job.refresh_from_db()
    assert (job.state, job.error_code) == (Job.State.FAILED, "round_not_revealed")


def test_a_round_that_is_gone_fails_in_words(diana: User) -> None:
    job = queue.start("robustness", by=diana, subject_id=4711)
    queue.run_waiting()
    job.refresh_from_db()
    assert job.error_code == "round_not_revealed"


def test_the_progress_is_told(round_: Round) -> None:
    told: list[dict[str, Any]] = []
    work_out(round_, beat=lambda **said: told.append(said))
    assert told[-1] == {"step": "drawing_weights", "fraction": 1.0}
