"""What an installation keeps is its owner's alone."""

import os
import subprocess
import sys
from pathlib import Path


def test_nobody_else_may_read_what_an_installation_keeps(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o755)
    here = {**os.environ, "OPENKAM_DATA": str(data)}
    for name in ("DATABASE_URL", "OPENKAM_SECRET_KEY", "DJANGO_SETTINGS_MODULE"):
        here.pop(name, None)
    subprocess.run(
        [sys.executable, "-m", "openkam.web.manage", "migrate", "programme", "--verbosity", "0"], env=here, check=True
    )
    kept = [path for path in data.rglob("*") if path.is_file()]
    assert {"openkam.sqlite3", "secret.key"} <= {path.name for path in kept}
    assert [path.name for path in kept if path.stat().st_mode & 0o077] == []
