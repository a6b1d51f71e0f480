"""What every test may use."""

from pathlib import Path

import pytest
from django.db import connections
from hypothesis import settings

# A deadline would be a timed assertion: a busy machine is no defect.
settings.register_profile("house", deadline=None)
settings.load_profile("house")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def django_db_modify_db_settings(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A browser's server answers in several threads: like the product, it then has its SQLite in a file."""
    served = any(item.get_closest_marker("browser") for item in request.session.items)
    if served and connections["default"].vendor == "sqlite":
        connections["default"].settings_dict["TEST"]["NAME"] = str(tmp_path_factory.mktemp("db") / "test.sqlite3")
