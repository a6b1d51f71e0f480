"""A worker killed with SIGKILL at ten moments of an import: after the restart nothing is lost and nothing doubled."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
WHOLE = {
    "batches": [["import-1", 1, 10_000_000], ["import-2", 5, 3_000_500]],
    "facts": [
        ["ACME", 2022, "1000.0000", 1],
        ["ACME", 2023, "100.0000", 1],
        ["ACME", 2024, "150.1000", 1],
        ["BRAVA", 2024, "100.0000", 2],
        ["CIRRUS", 2024, "-50.0500", 1],
    ],
    "states": ["imported", "imported"],
    "behind": False,
    "nameless": [],
}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_an_import_killed_at_ten_moments_is_whole_after_the_restart(tmp_path: Path) -> None:
    environment: dict[str, Any] = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"OPENKAM_DATA": str(tmp_path / "data"), "OPENKAM_PLAIN_STATIC": "1"}
    command = [sys.executable, "-m", "tests.web.kill_worker", "10"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    ends = [json.loads(line) for line in done.stdout.splitlines()]
    assert [end["killed"] for end in ends] == [-signal.SIGKILL] * 10
    assert len({end["call"] for end in ends}) == 10
    for end in ends:
        assert {name: end[name] for name in WHOLE} == WHOLE, f"killed at call {end['call']}"
