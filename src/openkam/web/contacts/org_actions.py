"""Move people in the org chart: one at a time at an account, so that no two moves close a circle together."""

from django.db import transaction

from openkam.method.errors import InvalidInput
from openkam.web.accounts.models import Account
from openkam.web.people.models import User

from .actions import change_person
from .models import Contact


@transaction.atomic
def move_under(*, account: Account, contact: int, boss: int | None, was: int | None, by: User) -> Contact:
    """Put somebody under another superior, or under nobody.

    was  the superior that the mover saw.

    Raises InvalidInput("superior_gone" | "person_taken" | "reports_to_self" | "reports_circle").
    """
    Account.objects.select_for_update().get(pk=account.pk)
    people = Contact.objects.filter(account=account, erased_at=None).in_bulk({contact, boss} - {None})
    if contact not in people or (boss is not None and boss not in people):
        raise InvalidInput("superior_gone", "boss")
    moved = people[contact]
    if moved.reports_to_id != was:
        raise InvalidInput("person_taken", "was", name=moved.name)
    if boss == contact:
        raise InvalidInput("reports_to_self", "boss", name=moved.name)
    moved.reports_to = people.get(boss or 0)
    change_person(moved, by=by, fields=["reports_to_id"])
    return moved
