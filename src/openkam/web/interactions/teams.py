"""Joint teams: who is in them, whether they meet, and whether they count for the Synergistic stage."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from openkam.method import network
from openkam.method.errors import InvalidInput
from openkam.web.accounts.models import Account
from openkam.web.contacts.changed import tell
from openkam.web.contacts.models import Colleague, Contact
from openkam.web.people.models import User
from openkam.web.programme.history import record, save_recorded

from .models import Interaction, JointTeam, JointTeamMember, Kind

FIELDS = ("name", "kind", "goal", "started_on", "ended_on")


@dataclass(frozen=True)
class Standing:
    """A team on one day: its people, its meetings in the last six months, and why it does not count, if so."""

    team: JointTeam
    ours: list[Colleague]
    theirs: list[Contact]
    meetings: int
    last_on: date | None
    why_not: list[str]

    @property
    def is_over(self) -> bool:
        return bool(self.team.ended_on and self.why_not)


def standings(teams: Any, on: date) -> list[Standing]:
    """Where teams stand; three queries, whatever their number."""
    from openkam.web.relationships.seen import HALF, thresholds  # noqa: PLC0415 - the diagnosis stands above this app

    rules = thresholds()
    teams = list(teams.prefetch_related("members__contact__account", "members__colleague"))
    met = Interaction.objects.filter(team__in=teams, kind=Kind.JOINT_TEAM, on__lte=on, counts=True).order_by()
    lately = dict(met.filter(on__gt=on - HALF).values_list("team").annotate(times=Count("pk")))
    last = dict(met.values_list("team").annotate(last=Max("on")))
    return [_standing(team, lately.get(team.pk, 0), last.get(team.pk), on=on, rules=rules) for team in teams]


def _standing(team: JointTeam, meetings: int, last_on: date | None, *, on: date, rules: network.Thresholds) -> Standing:
    members = list(team.members.all())
    ours = [member.colleague for member in members if member.colleague]
    theirs = [member.contact for member in members if member.contact]
    seen = network.JointTeam(
        name=team.name,
        ours=len(ours),
        theirs=len(theirs),
        has_goal=bool(team.goal.strip()),
        meetings_in_6_months=meetings,
    )
    return Standing(team, ours, theirs, meetings, last_on, [*_over(team, on), *_missing(seen, rules)])


def _over(team: JointTeam, on: date) -> list[str]:
    if team.ended_on and team.ended_on <= on:
        return [_("It has ended.")]
    return [_("It has not begun yet.")] if team.started_on and team.started_on > on else []


def _missing(team: network.JointTeam, rules: network.Thresholds) -> list[str]:
    """Sentences for what makes a team more than a name, where that is missing."""
    if network.is_working(team, rules):
        return []
    said = [] if team.has_goal else [_("It has no written goal.")]
    said += [] if team.ours else [_("Nobody of ours is in it.")]
    said += [] if team.theirs else [_("Nobody of theirs is in it.")]
    if team.meetings_in_6_months < rules.team_meetings:
        met = ngettext(
            "It met %(n)s time in six months; %(needed)s are needed.",
            "It met %(n)s times in six months; %(needed)s are needed.",
            team.meetings_in_6_months,
        )
        said.append(met % {"n": team.meetings_in_6_months, "needed": rules.team_meetings})
    return said


@transaction.atomic
def create_team(
    *, account: Account, ours: Iterable[Colleague], theirs: Iterable[Contact], by: User, **fields: Any
) -> JointTeam:
    """A joint team of an account. Raises InvalidInput("team_ends_early")."""
    team = JointTeam(account=account, **fields)
    _refuse(team)
    team.save()
    _seat(team, ours, theirs)
    record("created", by=by, about=team, new=team.name)
    tell([account.pk])
    return team


@transaction.atomic
def change_team(team: JointTeam, *, ours: Iterable[Colleague], theirs: Iterable[Contact], by: User) -> list[str]:
    """Save a changed team and its members; returns what changed. Raises InvalidInput("team_ends_early")."""
    _refuse(team)
    changed = save_recorded(team, by=by, fields=FIELDS)
    before = _sides(team)
    team.members.exclude(colleague__in=list(ours), contact=None).exclude(
        contact__in=list(theirs), colleague=None
    ).delete()
    _seat(team, ours, theirs)
    if before != (after := _sides(team)):
        record("changed", by=by, about=team, field="members", old=_counted(before), new=_counted(after))
        changed.append("members")
    if changed:
        JointTeam.objects.filter(pk=team.pk).update(version=F("version") + 1)
        tell([team.account_id])
    return changed


@transaction.atomic
def delete_team(team: JointTeam, *, by: User) -> None:
    """The team goes; its meetings stay as interactions."""
    record("deleted", by=by, about=team, old=team.name)
    account = team.account_id
    team.delete()
    tell([account])


def _refuse(team: JointTeam) -> None:
    if team.started_on and team.ended_on and team.ended_on < team.started_on:
        raise InvalidInput("team_ends_early", "ended_on")


def _seat(team: JointTeam, ours: Iterable[Colleague], theirs: Iterable[Contact]) -> None:
    """Give everybody a seat who has none."""
    seated = set(team.members.values_list("contact_id", "colleague_id"))
    rows = [JointTeamMember(team=team, colleague=one) for one in ours if (None, one.pk) not in seated]
    rows += [JointTeamMember(team=team, contact=one) for one in theirs if (one.pk, None) not in seated]
    JointTeamMember.objects.bulk_create(rows)


def _sides(team: JointTeam) -> set[tuple[int | None, int | None]]:
    return set(JointTeamMember.objects.filter(team=team).values_list("colleague_id", "contact_id"))


def _counted(seats: set[tuple[int | None, int | None]]) -> str:
    """Ours + theirs: an event outlives the names of people."""
    ours = sum(colleague is not None for colleague, _contact in seats)
    return f"{ours} + {len(seats) - ours}"
