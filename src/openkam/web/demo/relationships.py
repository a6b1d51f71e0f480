"""The relationships of the demo company: people on both sides and two years of contacts, counted back from today."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from openkam.web.accounts.models import Account
from openkam.web.contacts.actions import (
    change_person,
    colleague_of,
    create_colleague,
    create_contact,
    make_main_contact,
)
from openkam.web.contacts.models import Colleague, Contact
from openkam.web.interactions.models import Interaction, JointTeam, JointTeamMember, Participant
from openkam.web.people.models import User

from . import contacts as told

SEED = 20261125
YEAR = 365


@dataclass(frozen=True)
class Cast:
    """The accounts of the story with the people on both sides, by the keys of the story."""

    accounts: Mapping[str, Account]
    ours: Mapping[str, Colleague]
    theirs: Mapping[str, Mapping[str, Contact]]

    def of_ours(self, key: str, account: Account) -> Colleague:
        return colleague_of(account.owner) if key == "kam" and account.owner else self.ours[key]


def introduce(accounts: Mapping[str, Account], people: Mapping[str, User]) -> Cast:
    """Everybody of the story, through the verbs that people use."""
    by = people["diana@demo.example"]
    cast = Cast(accounts, _ours(people, by), {key: _theirs(accounts[key], key, by) for key in told.THEIRS})
    chance = random.Random(SEED)  # noqa: S311 - a story, not a secret
    _meet(list(_interactions(cast, chance, timezone.localdate())), by)
    _joint_teams(cast, chance, by)
    return cast


def _ours(people: Mapping[str, User], by: User) -> dict[str, Colleague]:
    ours = {key: colleague_of(people[f"{key}@demo.example"]) for key in told.OURS_WITH_LOGIN}
    for key, who in told.OURS.items():
        ours[key] = create_colleague(by=by, **_fields(who), email=f"{key}@demo.example")
    for key, who in (told.OURS_WITH_LOGIN | told.OURS).items():
        for name, value in _fields(who).items():
            setattr(ours[key], name, value)
        ours[key].reports_to = ours.get(who.boss)
        change_person(ours[key], by=by)
    return ours


def _theirs(account: Account, customer: str, by: User) -> dict[str, Contact]:
    made: dict[str, Contact] = {}
    for key, who in told.THEIRS[customer].items():
        unknown = who.name.startswith(("(", "（"))
        made[key] = create_contact(
            account=account, by=by, **(_fields(who) | {"name": who.name.strip("()（）")}), is_placeholder=unknown,
            email="" if unknown else f"{key}@{customer.lower()}.example",
        )  # fmt: skip
    for key, who in told.THEIRS[customer].items():
        if who.boss:
            made[key].reports_to = made[who.boss]
            change_person(made[key], by=by, fields=["reports_to_id"])
    make_main_contact(next(iter(made.values())), by=by)
    return made


def _fields(who: told.Who) -> dict[str, str]:
    return {
        "name": who.name,
        "address_form": who.form,
        "title": who.title,
        "function": who.function,
        "level": who.level,
    }


@dataclass(frozen=True)
class _Met:
    """An interaction of the story."""

    account: Account
    on: date
    kind: str
    subject: str
    ours: tuple[Colleague, ...]
    theirs: tuple[Contact, ...]
    team: JointTeam | None = None


def _interactions(cast: Cast, chance: random.Random, today: date) -> Iterator[_Met]:
    for customer, ties in told.TIES.items():
        account, subjects = cast.accounts[customer], _subjects(cast.accounts[customer])
        for ours, theirs, now, before, kind in ties:
            people = ((cast.of_ours(ours, account),), (cast.theirs[customer][theirs],))
            for times, start in ((now, 0), (before, YEAR)):
                for on in _days(times, today - timedelta(days=start), chance):
                    yield _Met(account, on, kind, chance.choice(subjects[kind]), *people)
    for customer, (ours, theirs, times) in told.JOINT_BOARDS.items():
        account, known = cast.accounts[customer], cast.theirs[customer]
        people = (tuple(cast.ours[key] for key in ours), tuple(known[key] for key in theirs))
        for on in _days(times, today, chance):
            yield _Met(account, on, "joint_board", told.SUBJECTS["joint_board"][0], *people)


def _subjects(account: Account) -> dict[str, tuple[str, ...]]:
    own = {"Taiwan": told.SUBJECTS_HANT, "China": told.SUBJECTS_HANS}.get(account.country, {})
    return told.SUBJECTS | own


def _days(times: int, end: date, chance: random.Random) -> Iterator[date]:
    """So many days of the year before a day, evenly, a little shaken, and never on a weekend."""
    for number in range(times):
        back = round((number + 0.5) * YEAR / times) + chance.randint(-2, 2)
        day = end - timedelta(days=max(back, 1))
        yield day - timedelta(days=max(0, day.weekday() - 4))


def _meet(all_met: list[_Met], by: User) -> None:
    """Recorded in one go, as an import does."""
    rows = [
        Interaction(account=met.account, on=met.on, kind=met.kind, subject=met.subject, team=met.team, by=by)
        for met in all_met
    ]
    made = Interaction.objects.bulk_create(rows, batch_size=1_000)
    people = []
    for met, row in zip(all_met, made, strict=True):
        people += _participants(met, row)
    Participant.objects.bulk_create(people, batch_size=1_000)


def _participants(met: _Met, row: Interaction) -> list[Participant]:
    ours = [Participant(interaction=row, colleague=person) for person in met.ours]
    return ours + [Participant(interaction=row, contact=person) for person in met.theirs]


def _joint_teams(cast: Cast, chance: random.Random, by: User) -> None:
    today = timezone.localdate()
    met = []
    for customer, teams in told.JOINT_TEAMS.items():
        account = cast.accounts[customer]
        for name, kind, goal, ours, theirs, times in teams:
            team = JointTeam.objects.create(
                account=account, name=name, kind=kind, goal=goal, started_on=today - timedelta(days=600)
            )
            people = (
                tuple(cast.of_ours(key, account) for key in ours),
                tuple(cast.theirs[customer][key] for key in theirs),
            )
            rows = [JointTeamMember(team=team, colleague=person) for person in people[0]]
            rows += [JointTeamMember(team=team, contact=person) for person in people[1]]
            JointTeamMember.objects.bulk_create(rows)
            for on in _days(times, today, chance):
                met.append(_Met(account, on, "joint_team", chance.choice(told.SUBJECTS["joint_team"]), *people, team))
    _meet(met, by)
