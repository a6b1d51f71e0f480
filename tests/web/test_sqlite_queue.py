"""On SQLite every write waits in one queue, inside a transaction or not."""

from typing import Any

import pytest
from django.db import connection, transaction

from openkam.web.db.sqlite.base import DatabaseWrapper
from openkam.web.programme.models import Settings

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def turns(monkeypatch: Any) -> list[str]:
    """What takes and gives a turn, in order."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL needs no queue")
    seen: list[str] = []
    take, give = DatabaseWrapper._take_turn, DatabaseWrapper._give_turn

    def taken(self: DatabaseWrapper) -> None:
        take(self)
        seen.append("taken")

    def given(self: DatabaseWrapper) -> None:
        seen.extend(["given"] if self.holds_turn else [])
        give(self)

    monkeypatch.setattr(DatabaseWrapper, "_take_turn", taken)
    monkeypatch.setattr(DatabaseWrapper, "_give_turn", given)
    return seen


def test_a_write_outside_a_transaction_waits_its_turn(turns: list[str]) -> None:
    Settings.objects.filter(pk=1).update(company="A")
    assert turns == ["taken", "given"]


def test_a_transaction_takes_one_turn_for_all_its_writes(turns: list[str]) -> None:
    with transaction.atomic():
        Settings.objects.filter(pk=1).update(company="A")
        Settings.objects.filter(pk=1).update(company="B")
    assert turns == ["taken", "given"]


def test_reading_waits_for_nobody(turns: list[str]) -> None:
    assert list(Settings.objects.all()) == []
    assert turns == []


def test_a_refused_write_gives_its_turn_back(turns: list[str]) -> None:
    with pytest.raises(Exception, match="settings_are_one_row"):
        Settings.objects.bulk_create([Settings(pk=2)])
    assert turns == ["taken", "given"]
