"""Who met whom at Acme, in few words: typed forms, and rows made by the verbs."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from openkam.web.accounts.models import Account
from openkam.web.contacts.actions import colleague_of, create_contact
from openkam.web.contacts.models import Contact
from openkam.web.interactions.actions import record_interaction
from openkam.web.interactions.insight_actions import create_insight
from openkam.web.interactions.models import Insight, Interaction, JointTeam
from openkam.web.interactions.teams import create_team
from openkam.web.people.models import User


def day(back: int = 0) -> date:
    return timezone.localdate() - timedelta(days=back)


def contact(account: Account, name: str = "Lin Wei", **fields: Any) -> Contact:
    return create_contact(account=account, by=None, name=name, **fields)


def typed(who: str = "", **more: Any) -> dict[str, Any]:
    """The form as somebody fills it: myself, a meeting, today."""
    return {"person": ["me"], "who": who, "kind": "meeting", "on": day().isoformat(), **more}


def met(account: Account, by: User, *theirs: Contact, back: int = 0, **fields: Any) -> Interaction:
    ours = [colleague_of(by)]
    fields = {"kind": "meeting", "subject": "Review", **fields}
    return record_interaction(account=account, ours=ours, theirs=theirs, by=by, on=day(back), **fields)


def learned(account: Account, by: User, text: str = "They need a second source", **fields: Any) -> Insight:
    return create_insight(account=account, by=by, **{"text": text, "learned_on": day(10), **fields})


def joint_team(account: Account, by: User, *theirs: Contact, **fields: Any) -> JointTeam:
    given = {"name": "Dock to stock", "kind": "operations", "goal": "Half the lead time", **fields}
    return create_team(account=account, ours=[colleague_of(by)], theirs=theirs, by=by, **given)
