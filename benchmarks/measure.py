"""Run workloads in processes of their own, in turn, and compare CPU seconds and memory.

CPU seconds (user and system, children included) of the workload alone, imports and preparation left out:
on a shared machine they hold where wall seconds do not. Peak memory is the whole process.
"""

import json
import resource
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from statistics import median


@dataclass(frozen=True)
class Figure:
    """Median CPU seconds and peak megabytes of one workload."""

    name: str
    cpu: float
    megabytes: float

    def ratio_to(self, floor: "Figure") -> float:
        return self.cpu / floor.cpu if floor.cpu else float("nan")


def cpu_seconds() -> float:
    return sum(
        usage.ru_utime + usage.ru_stime
        for usage in (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    )


def interleaved(workloads: Sequence[tuple[str, str]], argument: str, runs: int = 5) -> list[Figure]:
    """Each workload once per round, round after round, so that a slow minute of the machine hits all alike."""
    measured: dict[str, list[tuple[float, float]]] = {name: [] for name, _ in workloads}
    for _ in range(runs):
        for name, function in workloads:
            measured[name].append(_in_child(function, argument))
    return [
        Figure(name, median(cpu for cpu, _ in taken), median(memory for _, memory in taken))
        for name, taken in measured.items()
    ]


def _in_child(function: str, argument: str) -> tuple[float, float]:
    command = [sys.executable, "-m", "benchmarks.measure", function, argument]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{function} failed:\n{done.stderr[-2000:]}")
    answer = json.loads(done.stdout.strip().splitlines()[-1])
    return answer["cpu"], answer["megabytes"]


def _child(function: str, argument: str) -> None:
    """A workload is a function that prepares and returns the part to be measured."""
    module, name = function.split(":")
    prepared: Callable[[], object] = getattr(import_module(module), name)(argument)
    before = cpu_seconds()
    prepared()
    spent = cpu_seconds() - before
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"cpu": spent, "megabytes": peak}))


if __name__ == "__main__":
    _child(sys.argv[1], sys.argv[2])
