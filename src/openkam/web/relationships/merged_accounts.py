"""Two accounts become one: the sheets of both are one sheet, with each number and each of ours on it once."""

from typing import Any

from django.dispatch import receiver

from openkam.web.accounts.merging import accounts_merging
from openkam.web.accounts.models import Account

from .models import Cell, TeamMember


@receiver(accounts_merging, dispatch_uid="relationships: accounts merging")
def lay_together(*, kept: Account, gone: Account, **_more: Any) -> None:
    """Those who are on the kept sheet stay as they are there; the others follow with the next numbers."""
    there = {member.colleague_id: member for member in kept.team_members.all()}
    if not there:
        return
    number = max(member.number for member in there.values())
    for member in gone.team_members.all():
        if twin := there.get(member.colleague_id):
            _cover_by(twin, instead_of=member)
        else:
            number += 1
            TeamMember.objects.filter(pk=member.pk).update(number=number)


def _cover_by(kept: TeamMember, *, instead_of: TeamMember) -> None:
    """Where one of ours covers somebody on both sheets, once is enough."""
    covers = Cell.covered_by.through.objects
    already = covers.filter(teammember=kept).values("cell")
    covers.filter(teammember=instead_of).exclude(cell__in=already).update(teammember=kept)
