"""Krackhardt's high-tech managers as an account's people: their chart and the drawing of who is in contact."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.web.people_file_fixtures import bring
from tests.web.test_contacts_import import DATA, real_data

from openkam.web.accounts.models import Account
from openkam.web.contacts.actions import colleague_of
from openkam.web.contacts.models import Contact
from openkam.web.interactions.actions import record_interaction
from openkam.web.people.models import User

pytestmark = [pytest.mark.django_db, real_data]

FOLDER: Path = DATA / "networks-krackhardt-hightech"


@pytest.fixture
def managers(acme: Account, tim: User, as_: Any) -> list[Contact]:
    """Krackhardt 1987: 21 managers and whom each reports to."""
    client, where = as_(tim), reverse("contacts-import", args=[acme.pk])
    bring(client, where, "m.csv", (FOLDER / "managers.csv").read_bytes(), name="id", level="", function="")
    chosen = {"external_id": "from", "name": "from", "reports_to": "to"}
    bring(client, where, "r.csv", (FOLDER / "reports.csv").read_bytes(), **chosen)
    return sorted(acme.contacts.all(), key=lambda person: int(person.name))


def test_krackhardts_chart_has_all_managers_below_president_7(
    acme: Account, managers: list[Contact], as_: Any, tim: User
) -> None:
    page = as_(tim).get(reverse("org-chart", args=[acme.pk])).content.decode()
    at = {person.name: page.index(f'href="{person.get_absolute_url()}"') for person in managers}
    assert len(at) == 21
    assert min(at, key=at.__getitem__) == "7"


def test_krackhardts_managers_all_have_a_place_in_each_drawing(
    acme: Account, managers: list[Contact], as_: Any, olga: User
) -> None:
    for person, weeks in ((person, week) for person in managers for week in range(4)):
        day = timezone.localdate() - timedelta(weeks=weeks)
        record_interaction(account=acme, ours=[colleague_of(olga)], theirs=[person], by=None, on=day, kind="meeting")
    for stage in range(1, 6):
        drawing = as_(olga).get(reverse("relationship", args=[acme.pk]), {"as": stage}).context["drawing"]
        placed = {node.key for node in drawing.scene.nodes}
        assert {f"c{person.pk}" for person in managers} <= placed
        assert len(drawing.network.edges) == 21
