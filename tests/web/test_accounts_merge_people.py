"""Two accounts that are one customer: messages that both have, the sheet, the five actions, and what is judged."""

import json
from typing import Any

import pytest
from django.utils import timezone
from tests.web.action_fixtures import action
from tests.web.contact_fixtures import DAY, colleague, contact, judged, met

from openkam.web.accounts.actions import create_account
from openkam.web.accounts.merging import merge, separate
from openkam.web.accounts.models import Account
from openkam.web.contacts.models import Contact
from openkam.web.interactions.models import Insight, Interaction
from openkam.web.people.models import User
from openkam.web.plans.action_actions import top_actions
from openkam.web.programme.models import Event
from openkam.web.relationships.judging import add_member
from openkam.web.relationships.models import Judgement, Standing, TeamMember
from openkam.web.relationships.standing import standings

pytestmark = pytest.mark.django_db


@pytest.fixture
def twin(acme: Account, olga: User) -> Account:
    return create_account(by=None, name="Acme Taiwan", owner=olga)


def read(theirs: Contact, ours: Any, uid: str) -> Interaction:
    made = met(ours, theirs, on=timezone.localdate(), subject="Zwickelbach")
    Interaction.objects.filter(pk=made.pk).update(source_uid=uid)
    return made


def test_a_message_at_both_accounts_keeps_the_people_of_both(acme: Account, twin: Account, diana: User) -> None:
    ours, here, there = colleague("Ours"), contact(acme, "Here"), contact(twin, "There")
    stays, goes, alone = read(here, ours, "one"), read(there, ours, "one"), read(there, ours, "two")
    learned = Insight.objects.create(account=twin, text="They need it", interaction=goes, learned_on=DAY)
    merge(kept=acme, gone=twin, by=diana)
    assert set(acme.interactions.all()) == {stays, alone}
    assert sorted(str(one.contact or one.colleague) for one in stays.participants.all()) == ["Here", "Ours", "There"]
    learned.refresh_from_db()
    assert (learned.account, learned.interaction) == (acme, stays)


def test_two_sheets_become_one_with_each_number_once(acme: Account, twin: Account, diana: User) -> None:
    both, first, last = colleague("Both"), colleague("First"), colleague("Last")
    for account, ours in ((acme, first), (acme, both), (twin, both), (twin, last)):
        add_member(account, colleague=ours, role="", by=diana)
    merge(kept=acme, gone=twin, by=diana)
    found = TeamMember.objects.filter(account=acme).values_list("number", "colleague__name")
    assert list(found) == [(1, "First"), (2, "Both"), (3, "Last")]


def test_whom_somebody_on_both_sheets_covers_stays_covered(acme: Account, twin: Account, diana: User) -> None:
    ours = colleague("Both")
    stays, goes = (add_member(account, colleague=ours, role="", by=diana) for account in (acme, twin))
    cell = judged(contact(twin, "Buyer")).cells.get()
    cell.covered_by.add(goes)
    merge(kept=acme, gone=twin, by=diana)
    assert list(cell.covered_by.all()) == [stays]


def test_of_two_plans_the_kept_ones_places_stay(acme: Account, twin: Account, diana: User) -> None:
    for place in (1, 2):
        action(acme, diana, f"Here {place}", place=place)
    for place in (2, 3):
        action(twin, diana, f"There {place}", place=place)
    merge(kept=acme, gone=twin, by=diana)
    assert [(one.place, one.title) for one in top_actions(acme)] == [(1, "Here 1"), (2, "Here 2"), (3, "There 3")]
    moved = acme.actions.get(title="There 2")
    assert (moved.place, moved.version) == (None, 2)
    assert Event.objects.about(moved).get(field="place").old == "2"


def test_the_stage_is_diagnosed_anew_after_a_merge(acme: Account, twin: Account, diana: User) -> None:
    met(colleague("Ours"), contact(twin, "There"), on=timezone.localdate())
    assert standings([acme])[acme.pk].last_on is None
    merge(kept=acme, gone=twin, by=diana)
    assert standings([acme])[acme.pk].last_on == timezone.localdate()


def test_the_stage_is_diagnosed_anew_after_a_merge_is_taken_back(
    acme: Account, twin: Account, diana: User, transactional_db: Any
) -> None:
    event = merge(kept=acme, gone=twin, by=diana)
    standings([acme])
    separate(event=event, by=diana)
    assert not Standing.objects.filter(account=acme).exists()


def test_the_history_of_a_merge_holds_nothing_personal(acme: Account, twin: Account, diana: User) -> None:
    ours, person = colleague("Ours"), contact(acme, "Here")
    judged(person)
    Judgement.objects.create(account=twin, contact=person, competitor="Quarzwinkel", expires_on=DAY)
    read(person, ours, "one")
    read(contact(twin, "There"), ours, "one")
    merge(kept=acme, gone=twin, by=diana)
    left = [json.loads(event.old) for event in Event.objects.about(acme).filter(field="figures")]
    assert sorted(row["kind"] for row in left) == ["interactions.interaction", "relationships.judgement"]
    assert all(set(row) == {"kind"} for row in left)
