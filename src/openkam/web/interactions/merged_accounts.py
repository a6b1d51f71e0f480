"""Two accounts become one: a message that both have is one interaction, with the people of both."""

from typing import Any

from django.db.models import QuerySet
from django.dispatch import receiver

from openkam.web.accounts.merging import accounts_merging
from openkam.web.accounts.models import Account

from .models import Insight, Interaction, Participant

BATCH = 500


@receiver(accounts_merging, dispatch_uid="interactions: accounts merging")
def lay_together(*, kept: Account, gone: Account, **_more: Any) -> None:
    """What hangs on the other's copy of a message goes to the kept one's."""
    mine = dict(_shared(kept, gone).values_list("source_uid", "pk"))
    copies = _shared(gone, kept)
    stays = {pk: mine[uid] for pk, uid in copies.values_list("pk", "source_uid")}
    _move_people(copies, stays)
    insights = list(Insight.objects.filter(interaction__in=copies.values("pk")))
    for insight in insights:
        insight.interaction_id = stays[insight.interaction_id or 0]
    Insight.objects.bulk_update(insights, ["interaction"], batch_size=BATCH)


def _shared(one: Account, other: Account) -> QuerySet[Interaction]:
    """The interactions of an account whose message the other one has too."""
    theirs = Interaction.objects.filter(account=other).exclude(source_uid=None).order_by()
    return Interaction.objects.filter(account=one, source_uid__in=theirs.values("source_uid")).order_by()


def _move_people(copies: QuerySet[Interaction], stays: dict[int, int]) -> None:
    """Somebody who is in the kept one already is in it once."""
    there = Participant.objects.filter(interaction__in=set(stays.values()))
    taken = set(there.values_list("interaction_id", "contact_id", "colleague_id"))
    people = Participant.objects.filter(interaction__in=copies.values("pk"))
    moving = [one for one in people if (stays[one.interaction_id], one.contact_id, one.colleague_id) not in taken]
    for one in moving:
        one.interaction_id = stays[one.interaction_id]
    Participant.objects.bulk_update(moving, ["interaction"], batch_size=BATCH)
