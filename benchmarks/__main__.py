"""`python -m benchmarks [group] [--scale 0.1 --scale 1] [--runs 5]`: measure, and rewrite the group's tables."""

import argparse
import math
import os
import platform
import re
from collections.abc import Callable
from datetime import date
from importlib import import_module
from pathlib import Path

from benchmarks.measure import Figure

PAGE = Path(__file__).resolve().parent.parent / "docs/reference/performance.md"
GROUPS = ("ledger", "mail", "network", "scores", "web")
#: (question, size, figures), ours first.
Answers = list[tuple[str, str, list[Figure]]]
#: Of the ledger a share of TPC-H's scale 1, of the others a number of accounts.
ACCOUNTS = ("1000", "10000", "100000")
DEFAULT_SCALES = {
    "ledger": ("0.1", "1"),
    "mail": ("10000", "100000"),
    "network": ("100", "1000", "4000"),
    "scores": ACCOUNTS,
    "web": ACCOUNTS,
}


def main() -> None:
    arguments = _arguments()
    for group in [arguments.group] if arguments.group else GROUPS:
        measured = import_module(f"benchmarks.{group}")
        answers = measured.run(set(arguments.scale or DEFAULT_SCALES[group]), arguments.runs)
        text = _page(answers, arguments.runs, getattr(measured, "page", _tables))
        print(text)
        _rewrite(group, text)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/bench")
    parser.add_argument("group", nargs="?", choices=GROUPS)
    parser.add_argument("--scale", action="append", default=None, help="ledger: 0.1, 1 or 10; else accounts (repeat)")
    parser.add_argument("--runs", type=int, default=5)
    return parser.parse_args()


def _page(answers: Answers, runs: int, tables: Callable[[Answers], list[str]]) -> str:
    measured = f"Measured {date.today():%Y-%m-%d} on {os.cpu_count()} cores, Python {platform.python_version()}"  # noqa: DTZ011
    head = f"{measured}; median of {runs} interleaved runs; CPU seconds of the work alone."
    return "\n".join([head, *tables(answers), "", *_growth(answers)]) + "\n"


def _tables(answers: Answers) -> list[str]:
    lines = []
    for title, scale, figures in answers:
        lines += ["", f"**{title}**, size {scale}", "", "| | CPU s | ratio | peak MB |", "|---|---:|---:|---:|"]
        lines += [f"| {f.name} | {f.cpu:.3f} | {f.ratio_to(figures[0]):.2f} | {f.megabytes:.0f} |" for f in figures]
    return lines


def _growth(answers: Answers) -> list[str]:
    """How our cost grows between the smallest and the largest size: log-log slope, 1 is linear."""
    by_title: dict[str, list[tuple[float, float]]] = {}
    for title, scale, figures in answers:
        by_title.setdefault(title, []).append((float(scale), figures[0].cpu))
    lines = []
    for title, points in by_title.items():
        if len(points) > 1:
            (x0, y0), (x1, y1) = min(points), max(points)
            lines.append(f"- {title}: growth {math.log(y1 / y0) / math.log(x1 / x0):.2f} from {x0:g} to {x1:g}")
    return lines


def _rewrite(group: str, text: str) -> None:
    page = PAGE.read_text()
    start, end = f"<!-- {group}: begin -->\n", f"<!-- {group}: end -->"
    PAGE.write_text(re.sub(f"{start}.*?{end}", lambda _: f"{start}{text}{end}", page, flags=re.DOTALL))


if __name__ == "__main__":
    main()
