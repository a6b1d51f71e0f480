"""Group `scores`: weighting, ranking and placing many accounts, against numpy written by hand for the case."""

import os
from collections.abc import Callable
from types import ModuleType

import numpy as np
import numpy.typing as npt

from benchmarks.measure import Figure, interleaved
from benchmarks.web_data import environment
from openkam.method import quadrant
from openkam.method.account_class import place
from openkam.method.agreement import medians
from openkam.method.ranking import prepared, ranked, weighted
from openkam.method.sensitivity import DRAWS, draw_weights, top_probability

Work = Callable[[], object]
CRITERIA, RATERS = 22, 7
PAGE, TOP = 50, 20
TIMES = 100  # one call is too short to be measured
MISSING = 0.05


def _rng() -> np.random.Generator:
    return np.random.default_rng(20260930)


def scores(*shape: int) -> npt.NDArray[np.float64]:
    """Whole scores 1..10, one in twenty missing."""
    rng = _rng()
    table = rng.integers(1, 11, shape).astype(np.float64)
    table[rng.random(shape) < MISSING] = np.nan
    return table


def _weights() -> npt.NDArray[np.float64]:
    return draw_weights(CRITERIA, TIMES, 1)


def reweighting(accounts: str) -> Work:
    answers = prepared(scores(int(accounts), CRITERIA))
    excluded = _rng().random(int(accounts)) < MISSING

    def work() -> None:
        for weights in _weights():
            ranked(weighted(answers, weights).score, excluded, first=PAGE)

    return work


def reweighting_by_hand(accounts: str) -> Work:
    """Nothing missing, nobody knocked out, no completeness."""
    table = np.nan_to_num(scores(int(accounts), CRITERIA), nan=5.0)

    def work() -> None:
        for weights in _weights():
            score = table @ weights
            first = np.argpartition(-score, PAGE)[:PAGE]
            first[np.argsort(-score[first])]

    return work


def probability(accounts: str) -> Work:
    table = scores(int(accounts), CRITERIA)
    return lambda: top_probability(table, top=TOP)


def probability_complete(accounts: str) -> Work:
    table = np.nan_to_num(scores(int(accounts), CRITERIA), nan=5.0)
    return lambda: top_probability(table, top=TOP)


def probability_by_hand(accounts: str) -> Work:
    """Nothing missing; of accounts that tie at the border any."""
    table = np.nan_to_num(scores(int(accounts), CRITERIA), nan=5.0)

    def work() -> object:
        counts = np.zeros(len(table))
        for weights in _rng().dirichlet(np.ones(CRITERIA), DRAWS):
            counts[np.argpartition(table @ weights, -TOP)[-TOP:]] += 1
        return counts / DRAWS

    return work


def _times(work: Work) -> Work:
    """Again and again, no result kept."""

    def all_of_them() -> None:
        for _ in range(TIMES):
            work()

    return all_of_them


def matrix_places(accounts: str) -> Work:
    score, strength = _rng().uniform(1, 10, int(accounts)), _rng().uniform(0.5, 1.5, int(accounts))
    return _times(lambda: place(score, strength))


def matrix_by_hand(accounts: str) -> Work:
    score, strength = _rng().uniform(1, 10, int(accounts)), _rng().uniform(0.5, 1.5, int(accounts))
    return _times(lambda: 2 * (score < score.mean()).view(np.int8) + (strength < 1).view(np.int8))


def _money(accounts: str) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    rng = _rng()
    return rng.integers(0, 10**11, int(accounts)), rng.integers(-(10**9), 10**10, int(accounts))


def quadrant_places(accounts: str) -> Work:
    sales, profit = _money(accounts)
    return _times(lambda: quadrant.place(sales, profit))


def quadrant_by_hand(accounts: str) -> Work:
    sales, profit = _money(accounts)
    return _times(lambda: 2 * (sales >= np.median(sales)) + (profit >= max(np.median(profit), 0)))


def _whale_page() -> ModuleType:
    """The product's curve of a whole portfolio stands in `web`; no database is opened."""
    os.environ.update(environment("sqlite", "scores"))
    import django

    django.setup()
    from openkam.web.portfolio import whale_page

    return whale_page


def whale(accounts: str) -> Work:
    _, profit = _money(accounts)
    page, names = _whale_page(), np.arange(int(accounts))
    return _times(lambda: page.verdicts(page.Ranked.of(names, profit)))


def whale_by_hand(accounts: str) -> Work:
    """No order among equals, no money."""
    _, profit = _money(accounts)

    def work() -> object:
        along = np.cumsum(profit[np.argsort(-profit)])
        return along.argmax(), along.max(), along[len(along) // 5 - 1], (profit > 0).sum(), (profit < 0).sum()

    return _times(work)


def panel(accounts: str) -> Work:
    cube, weights = scores(RATERS, int(accounts), CRITERIA), _weights()[0]
    return lambda: ranked(weighted(medians(cube), weights).score)


def panel_by_hand(accounts: str) -> Work:
    cube, weights = scores(RATERS, int(accounts), CRITERIA), _weights()[0]

    def work() -> object:
        median = np.nanmedian(cube, axis=0)
        answered = ~np.isnan(median)
        return np.argsort(-(np.nan_to_num(median) @ weights) / (answered @ weights))

    return work


QUESTIONS: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = (
    (
        f"{CRITERIA} criteria weighted anew and the first page of the ranking, {TIMES} times", "10000 100000",
        (("OpenKAM", "reweighting"), ("numpy by hand, nothing missing (floor)", "reweighting_by_hand")),
    ),
    (
        f"{DRAWS:,} random weightings of {CRITERIA} criteria, probability of the top {TOP}", "1000 10000",
        (("OpenKAM", "probability"), ("OpenKAM, nothing missing", "probability_complete"),
         ("numpy by hand, nothing missing (floor)", "probability_by_hand")),
    ),
    (f"Matrix, {TIMES} times", "10000 100000",
     (("OpenKAM", "matrix_places"), ("numpy by hand (floor)", "matrix_by_hand"))),
    (f"Value quadrant by medians, {TIMES} times", "10000 100000",
     (("OpenKAM", "quadrant_places"), ("numpy by hand (floor)", "quadrant_by_hand"))),
    (f"Whale curve and its verdicts, {TIMES} times", "10000 100000",
     (("OpenKAM", "whale"), ("numpy by hand (floor)", "whale_by_hand"))),
    (f"Medians of {RATERS} raters, {CRITERIA} criteria, then the ranking", "1000 10000",
     (("OpenKAM", "panel"), ("numpy by hand, nanmedian (floor)", "panel_by_hand"))),
)  # fmt: skip


def run(scales: set[str], runs: int) -> list[tuple[str, str, list[Figure]]]:
    """(question, accounts, figures) for each question at each of its sizes that was asked for."""
    return [
        (title, scale, interleaved([(name, f"benchmarks.scores:{function}") for name, function in peers], scale, runs))
        for title, its_scales, peers in QUESTIONS
        for scale in its_scales.split()
        if scale in scales
    ]
