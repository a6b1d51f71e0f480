"""Who is in contact with whom, as the recorded interactions show it on any day.

An interaction counts once for each pair of people of both sides in it. Messages count when they go both ways: a pair
has as many as the rarer direction, so that writing alone is no contact.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Count, F, Q
from django.utils import timezone

from openkam.method import network
from openkam.method.document import read
from openkam.web.accounts.models import Account
from openkam.web.contacts.models import Colleague, Contact, Employment, MainContact
from openkam.web.interactions.models import Interaction, JointTeam, Kind, Part, Participant
from openkam.web.ledgers.models import AccountYear
from openkam.web.programme.models import Event

from .models import StageRules, TeamMember

WINDOW = timedelta(days=365)
HALF = timedelta(days=183)


@dataclass(frozen=True)
class Tie:
    """One of ours and one of theirs, with how often and when they were in contact in the window."""

    colleague: int
    contact: int
    n12: int
    last_on: date
    kinds: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Seen:
    """The contacts of one account on one day, and the method's document of them."""

    account: Account
    on: date
    colleagues: dict[int, Colleague]
    contacts: dict[int, Contact]
    ties: tuple[Tie, ...]
    managers: tuple[int, ...]
    main_contacts: tuple[int, ...]
    teams: tuple[JointTeam, ...]
    trades: bool | None
    joint_board: int
    rules: network.Thresholds = field(repr=False)
    team_meetings: dict[int, int] = field(default_factory=dict)

    @cached_property
    def document(self) -> network.Document:
        return network.Document(
            ours=tuple(_person(f"u{pk}", person) for pk, person in self.colleagues.items()),
            theirs=tuple(_person(f"c{pk}", person) for pk, person in self.contacts.items()),
            edges=tuple(
                network.Edge(
                    ours=f"u{tie.colleague}",
                    theirs=f"c{tie.contact}",
                    n12=tie.n12,
                    days_since=(self.on - tie.last_on).days,
                )
                for tie in self.ties
            ),
            account_managers=tuple(f"u{pk}" for pk in self.managers),
            main_contacts=tuple(f"c{pk}" for pk in self.main_contacts),
            trades=self.trades,
            joint_teams=tuple(self._joint_team(team) for team in self.teams),
            joint_board_meetings=self.joint_board,
            rules=self.rules,
        )

    def _joint_team(self, team: JointTeam) -> network.JointTeam:
        members = list(team.members.all())
        return network.JointTeam(
            name=team.name,
            ours=sum(self._works_for_us(member.colleague_id) for member in members),
            theirs=sum(member.contact_id in self.contacts for member in members),
            has_goal=bool(team.goal.strip()),
            meetings_in_6_months=self.team_meetings.get(team.pk, 0),
        )

    def _works_for_us(self, colleague: int | None) -> bool:
        known = self.colleagues.get(colleague or 0)
        return known is not None and (known.left_on is None or known.left_on > self.on)


def _person(key: str, person: Any) -> network.Person:
    return network.Person(id=key, function=person.function or None, level=person.level or None)


def thresholds() -> network.Thresholds:
    """The thresholds in force: the method's own where nobody changed them."""
    row = StageRules.objects.filter(pk=1).first()
    return read(network.Thresholds, row.thresholds if row else {})


def seen(account: Account, on: date) -> Seen:
    return seen_many([account], on)[account.pk]


def seen_many(accounts: Iterable[Account], on: date) -> dict[int, Seen]:
    """The contacts of many accounts in a fixed number of queries."""
    accounts = list(accounts)
    pks, start = [account.pk for account in accounts], on - WINDOW
    ties, board = _ties(pks, start, on)
    ties = _still_there(ties, on)
    teams, meetings = _teams(pks, on)
    people = _people(pks, on, ties)
    managers, mains = _managers(accounts, start, on), _mains(pks)
    trading, rules = _trading(pks, start, on), thresholds()
    colleagues = _colleagues(pks, ties, managers, teams)
    return {
        account.pk: Seen(
            account=account,
            on=on,
            colleagues=colleagues[account.pk],
            contacts=people[account.pk],
            ties=tuple(ties[account.pk]),
            managers=tuple(pk for pk in managers[account.pk] if pk in colleagues[account.pk]),
            main_contacts=tuple(pk for pk in mains[account.pk] if pk in people[account.pk]),
            teams=tuple(teams[account.pk]),
            trades=trading[account.pk],
            joint_board=board[account.pk],
            rules=rules,
            team_meetings=meetings,
        )
        for account in accounts
    }


def _ties(pks: list[int], start: date, on: date) -> tuple[dict[int, list[Tie]], Counter[int]]:
    rows = Participant.objects.filter(
        interaction__account__in=pks, interaction__counts=True, interaction__on__gt=start, interaction__on__lte=on
    ).order_by("interaction_id")
    values = rows.values_list(
        "interaction__account_id",
        "interaction_id",
        "interaction__kind",
        "interaction__on",
        "contact_id",
        "colleague_id",
        "part",
    )
    met: dict[tuple[int, int, int], _Pair] = defaultdict(_Pair)
    board: Counter[int] = Counter()
    for account, kind, day, ours, theirs in _gathered(values.iterator(chunk_size=5_000)):
        if kind == Kind.JOINT_BOARD and ours and theirs:
            board[account] += 1
        for colleague, part in ours:
            for contact, other in theirs:
                met[account, colleague, contact].add(kind, day, part, other)
    ties: dict[int, list[Tie]] = defaultdict(list)
    for (account, colleague, contact), pair in sorted(met.items()):
        if tie := pair.tie(colleague, contact):
            ties[account].append(tie)
    return ties, board


def _gathered(rows: Iterable[Any]) -> Iterable[Any]:
    """Rows of participants, one interaction at a time: account, kind, day, ours and theirs with their parts."""
    last, ours, theirs, head = None, [], [], None
    for account, interaction, kind, day, contact, colleague, part in rows:
        if interaction != last:
            if head:
                yield (*head, ours, theirs)
            last, head, ours, theirs = interaction, (account, kind, day), [], []
        if colleague:
            ours.append((colleague, part))
        else:
            theirs.append((contact, part))
    if head:
        yield (*head, ours, theirs)


@dataclass
class _Pair:
    """What two people had with each other."""

    kinds: Counter[str] = field(default_factory=Counter)
    last: date | None = None
    out: int = 0
    back: int = 0
    mailed: date | None = None

    def add(self, kind: str, day: date, ours: str, theirs: str) -> None:
        if kind == Kind.EMAIL and Part.PRESENT not in (ours, theirs):
            wrote, answered = (ours, theirs) == (Part.SENDER, Part.TO), (theirs, ours) == (Part.SENDER, Part.TO)
            self.out, self.back = self.out + wrote, self.back + answered
            if wrote or answered:
                self.mailed = max(self.mailed or day, day)
            return
        self.kinds[kind] += 1
        self.last = max(self.last or day, day)

    def tie(self, colleague: int, contact: int) -> Tie | None:
        exchanged = min(self.out, self.back)
        kinds = self.kinds + Counter({Kind.EMAIL.value: exchanged})
        days = [day for day in (self.last, self.mailed if exchanged else None) if day]
        if not days:
            return None
        return Tie(colleague, contact, kinds.total(), max(days), tuple(sorted(kinds.items())))


def _still_there(ties: dict[int, list[Tie]], on: date) -> dict[int, list[Tie]]:
    """Without those who had left, or worked for another customer, by the day: nobody is in contact through them."""
    theirs = {tie.contact for some in ties.values() for tie in some}
    ours = {tie.colleague for some in ties.values() for tie in some}
    left = set(Contact.objects.filter(pk__in=theirs, left_on__lte=on).values_list("pk", flat=True))
    gone = set(Colleague.objects.filter(pk__in=ours, left_on__lte=on).values_list("pk", flat=True))
    moved = set(
        Employment.objects.filter(contact__in=theirs, until__lte=on)
        .exclude(contact__account=F("account"))
        .values_list("account_id", "contact_id")
    )
    return defaultdict(
        list,
        {
            account: [
                tie
                for tie in some
                if tie.contact not in left and tie.colleague not in gone and (account, tie.contact) not in moved
            ]
            for account, some in ties.items()
        },
    )


def _people(pks: list[int], on: date, ties: dict[int, list[Tie]]) -> dict[int, dict[int, Contact]]:
    """Those who worked there on the day, as far as is known, and whoever was in contact then."""
    met: dict[int, set[int]] = defaultdict(set)
    for account, some in ties.items():
        for tie in some:
            met[tie.contact].add(account)
    people: dict[int, dict[int, Contact]] = {pk: {} for pk in pks}
    there = Q(account__in=pks) & (Q(left_on=None) | Q(left_on__gt=on)) & Q(erased_at=None)
    for contact in Contact.objects.filter(there | Q(pk__in=list(met))).order_by("pk"):
        for account in met[contact.pk] | ({contact.account_id} & people.keys()):
            people[account][contact.pk] = contact
    _as_they_were(people)
    return people


def _as_they_were(people: dict[int, dict[int, Contact]]) -> None:
    """Somebody who works elsewhere by now is shown with the title that they had here, and not with the new one."""
    elsewhere = {
        (account, pk) for account, some in people.items() for pk, each in some.items() if each.account_id != account
    }
    if not elsewhere:
        return
    past = Employment.objects.filter(contact__in={pk for _, pk in elsewhere}).order_by("until", "pk")
    titles = {(one.account_id, one.contact_id): one.title for one in past}
    for account, pk in elsewhere:
        shown = copy(people[account][pk])
        shown.title = titles.get((account, pk), "")
        people[account][pk] = shown


def _colleagues(
    pks: list[int],
    ties: dict[int, list[Tie]],
    managers: dict[int, list[int]],
    teams: dict[int, list[JointTeam]],
) -> dict[int, dict[int, Colleague]]:
    """Ours who have contacts, look after the account, stand on its team map or sit in a joint team."""
    wanted: dict[int, set[int]] = {pk: {tie.colleague for tie in ties[pk]} | set(managers[pk]) for pk in pks}
    for account, colleague in TeamMember.objects.filter(account__in=pks).values_list("account_id", "colleague_id"):
        wanted[account].add(colleague)
    for account, some in teams.items():
        wanted[account] |= {member.colleague_id for team in some for member in team.members.all()} - {None}
    known = Colleague.objects.in_bulk(set().union(*wanted.values()) if wanted else [])
    return {account: {pk: known[pk] for pk in sorted(some) if pk in known} for account, some in wanted.items()}


def _managers(accounts: list[Account], start: date, on: date) -> dict[int, list[int]]:
    """Whoever looked after each account at some time of the window: the role is kept, not the name."""
    changes = Event.objects.filter(
        subject_type=Account._meta.label_lower,
        subject_id__in=[account.pk for account in accounts],
        field="owner_id",
        at__date__gt=start,
    )
    before: dict[int, set[str]] = defaultdict(set)
    holder = {account.pk: str(account.owner_id or "") for account in accounts}
    for account, old, at in changes.order_by("-at", "-pk").values_list("subject_id", "old", "at"):
        if timezone.localtime(at).date() > on:
            holder[account] = old  # the earliest change after the day says who it was on the day
        else:
            before[account].add(old)
    held = {pk: {int(user) for user in (*before[pk], holder[pk]) if user.isdigit()} for pk in holder}
    users = get_user_model().objects.filter(pk__in=set().union(*held.values()) if held else [])
    colleague = dict(users.exclude(colleague=None).values_list("pk", "colleague__pk"))
    return {account: sorted(colleague[pk] for pk in some if pk in colleague) for account, some in held.items()}


def _mains(pks: list[int]) -> dict[int, list[int]]:
    mains: dict[int, list[int]] = defaultdict(list)
    for account, contact in MainContact.objects.filter(account__in=pks).values_list("account_id", "contact_id"):
        mains[account].append(contact)
    return mains


def _teams(pks: list[int], on: date) -> tuple[dict[int, list[JointTeam]], dict[int, int]]:
    live = (Q(ended_on=None) | Q(ended_on__gt=on)) & (Q(started_on=None) | Q(started_on__lte=on))
    teams: dict[int, list[JointTeam]] = defaultdict(list)
    for team in JointTeam.objects.filter(live, account__in=pks).prefetch_related("members"):
        teams[team.account_id].append(team)
    met = Interaction.objects.filter(
        team__account__in=pks, kind=Kind.JOINT_TEAM, on__gt=on - HALF, on__lte=on, counts=True
    )
    meetings = dict(met.order_by().values_list("team").annotate(times=Count("pk")))
    return teams, meetings


def _trading(pks: list[int], start: date, on: date) -> dict[int, bool | None]:
    """Whether each account had sales in a year that reaches into the window; None where no invoices of it are known."""
    years = AccountYear.objects.filter(last_date__gt=start, first_date__lte=on).order_by()
    sold = set(years.filter(account__in=pks, revenue__gt=0).values_list("account_id", flat=True))
    if not sold and not years.exists():
        return dict.fromkeys(pks)
    return {pk: pk in sold for pk in pks}
