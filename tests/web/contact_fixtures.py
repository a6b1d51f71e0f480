"""People of both sides for the tests, in few words."""

from datetime import date
from typing import Any

from openkam.web.accounts.models import Account
from openkam.web.contacts.actions import create_colleague, create_contact
from openkam.web.contacts.models import Colleague, Contact
from openkam.web.interactions.actions import record_interaction
from openkam.web.interactions.models import Interaction
from openkam.web.relationships.models import Judgement

DAY = date(2026, 5, 4)


def contact(account: Account, name: str, **fields: Any) -> Contact:
    return create_contact(account=account, name=name, by=None, **fields)


def colleague(name: str, **fields: Any) -> Colleague:
    return create_colleague(name=name, by=None, **fields)


def met(ours: Colleague, *theirs: Contact, on: date = DAY, **fields: Any) -> Interaction:
    return record_interaction(account=theirs[0].account, ours=[ours], theirs=theirs, on=on, by=None, **fields)


def judged(contact: Contact, **fields: Any) -> Judgement:
    """What is judged of a contact, with one cell and one answer that nothing else can be mistaken for."""
    given = {"expires_on": date(2099, 1, 1), "competitor": "golf with Zwickelbach", **fields}
    made = Judgement.objects.create(account=contact.account, contact=contact, **given)
    made.cells.create(phase="evaluation", participation=3)
    made.answers.create(question="motive", text="fears Quarzwinkel")
    return made
