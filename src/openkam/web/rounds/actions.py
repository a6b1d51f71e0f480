"""What people do to a round. Each verb looks at the stage under a lock, so that of two at once one is told."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from openkam.method.errors import InvalidInput
from openkam.web.accounts.models import Account
from openkam.web.people.models import User
from openkam.web.programme.history import record, save_recorded

from .models import (
    Competitor,
    Criterion,
    CustomerScore,
    Entry,
    EntryCompetitor,
    Item,
    Kind,
    Member,
    Round,
    Score,
    Stage,
)

MOST_ENTRIES = 10_000
BATCH = 2_000
BEFORE_LOCK = frozenset({Stage.DRAFT, Stage.OPEN, Stage.REVEALED, Stage.SECOND})
UNFROZEN = BEFORE_LOCK | {Stage.LOCKED}
RULES = ("strength_rule", "strength_view", "cut", "cut_at", "top")
#: From which stages a round goes to which, and what that is called.
STEPS: dict[str, tuple[frozenset[str], str]] = {
    Stage.OPEN: (frozenset({Stage.DRAFT}), "opened"),
    Stage.REVEALED: (frozenset({Stage.OPEN, Stage.SECOND, Stage.LOCKED}), "revealed"),
    Stage.SECOND: (frozenset({Stage.REVEALED}), "second_round"),
    Stage.LOCKED: (frozenset({Stage.REVEALED}), "locked"),
}


def held(round_: Round, stages: Iterable[str] = UNFROZEN) -> Round:
    """The round as it is now, locked for this transaction. Raises InvalidInput when its stage does not allow it."""
    now = Round.objects.select_for_update().get(pk=round_.pk)
    if now.is_frozen and Stage.FROZEN not in stages:
        raise InvalidInput("round_frozen", now.name)
    if now.stage not in stages:
        raise InvalidInput("round_stage", now.name, stage=now.get_stage_display())
    return now


def touch(round_: Round) -> None:
    """What was worked out of the round before is no longer true."""
    Round.objects.filter(pk=round_.pk).update(mark=F("mark") + 1)


def touch_rounds_of(account: Account) -> None:
    """What a round says of an account, its name too, is read anew; what is frozen stays."""
    Round.objects.filter(entries__account=account).exclude(stage=Stage.FROZEN).update(mark=F("mark") + 1)


@transaction.atomic
def create_round(*, by: User, top: int = 10, **fields: Any) -> Round:
    """A new round with the criteria that the library picks, and its maker as facilitator."""
    round_ = Round.objects.create(created_by=by, top=top, **fields)
    set_criteria(round_, criteria=Criterion.objects.in_use().filter(is_picked=True), by=by)
    Member.objects.create(round=round_, user=by, is_rater=False, is_facilitator=True)
    record("created", by=by, about=round_, new=round_.name)
    return round_


@transaction.atomic
def change_round(round_: Round, *, by: User, fields: Iterable[str] = ("name", "on", *RULES)) -> list[str]:
    """Save changed fields of a round, each with an event; the rules of a locked round may still be chosen."""
    held(round_)
    changed = save_recorded(round_, by=by, fields=fields)
    touch(round_)
    return changed


@transaction.atomic
def set_criteria(round_: Round, *, criteria: Iterable[Criterion], by: User | None) -> None:
    """Which criteria the round has. One that has scores already stays; floors come from the library."""
    held(round_, {Stage.DRAFT, Stage.OPEN})
    wanted = {criterion.pk: criterion for criterion in criteria}
    there = {item.criterion_id: item for item in round_.items.select_related("criterion")}
    for pk, item in there.items():
        if pk not in wanted:
            if item.scores.exists() or CustomerScore.objects.filter(item=item).exists():
                raise InvalidInput("round_has_scores", str(item), name=str(item))
            item.delete()
    Item.objects.bulk_create(
        Item(round=round_, criterion=c, kind=c.kind, floor=c.floor, position=c.position)
        for pk, c in wanted.items()
        if pk not in there
    )
    if by and set(wanted) != set(there):
        record("changed", by=by, about=round_, field="criteria", old=str(len(there)), new=str(len(wanted)))
    touch(round_)


@transaction.atomic
def set_floor(item: Item, *, floor: int | None, by: User) -> None:
    """The score below which an account is out, whatever its total; None takes the must-have away."""
    held(item.round)
    item.floor = floor
    if save_recorded(item, by=by, fields=["floor"]):
        touch(item.round)


@transaction.atomic
def add_accounts(round_: Round, *, accounts: Iterable[Account], by: User) -> int:
    """Put accounts into the round; those that are in it already change nothing. Returns how many came in."""
    held(round_, BEFORE_LOCK)
    there = set(round_.entries.exclude(account=None).values_list("account_id", flat=True))
    fresh = [account for account in accounts if account.pk not in there]
    if len(there) + len(fresh) > MOST_ENTRIES:
        raise InvalidInput("round_too_many", most=MOST_ENTRIES)
    Entry.objects.bulk_create([Entry(round=round_, account=a, name=a.name) for a in fresh], batch_size=BATCH)
    _bring_competitors(round_, [account.pk for account in fresh])
    if fresh:
        record("added_account", by=by, about=round_, field="accounts", new=_listed(account.name for account in fresh))
        touch(round_)
    return len(fresh)


def _listed(names: Iterable[str], most: int = 20) -> str:
    names = list(names)
    return ", ".join(names[:most]) + (f" … ({len(names)})" if len(names) > most else "")


def _bring_competitors(round_: Round, accounts: list[int]) -> None:
    """Whom we met at these accounts in their latest round before."""
    for start in range(0, len(accounts), BATCH):
        earlier = EntryCompetitor.objects.filter(entry__account__in=accounts[start : start + BATCH])
        earlier = earlier.exclude(entry__round=round_).order_by("entry__round__on", "entry__round", "pk")
        latest: dict[int, tuple[int, list[int]]] = {}
        for account, of, competitor in earlier.values_list("entry__account", "entry__round", "competitor"):
            known = latest.get(account)
            latest[account] = (of, [*known[1], competitor] if known and known[0] == of else [competitor])
        entries = dict(round_.entries.filter(account__in=latest).values_list("account_id", "pk"))
        EntryCompetitor.objects.bulk_create(
            EntryCompetitor(entry_id=entries[account], competitor_id=competitor)
            for account, (_of, competitors) in latest.items()
            for competitor in competitors
        )


@transaction.atomic
def remove_account(entry: Entry, *, by: User) -> None:
    """Take an account out that nobody has scored yet."""
    held(entry.round, BEFORE_LOCK)
    if entry.scores.exists() or entry.links.exclude(used_at=None).exists():
        raise InvalidInput("round_has_scores", entry.name, name=entry.name)
    record("removed_account", by=by, about=entry.round, field="accounts", old=entry.name)
    touch(entry.round)
    entry.delete()


@transaction.atomic
def name_competitors(entry: Entry, *, names: Iterable[str], by: User) -> None:
    """Whom we are compared with at this customer. A competitor that has scores already stays.

    Only who facilitates takes one out: a rater who tries would learn whether somebody has scored it.
    """
    held(entry.round, BEFORE_LOCK)
    wanted = {name.strip()[:200] for name in names if name.strip()}
    there = {str(row): row for row in entry.competitors.select_related("competitor")}
    if there.keys() - wanted and not entry.round.facilitated_by(by):
        raise InvalidInput("competitors_stay", entry.name)
    for name in there.keys() - wanted:
        if there[name].scores.exists() or CustomerScore.objects.filter(supplier=there[name]).exists():
            raise InvalidInput("round_has_scores", name, name=name)
        there[name].delete()
    for name in sorted(wanted - there.keys()):
        competitor, _ = Competitor.objects.get_or_create(name=name)
        EntryCompetitor.objects.create(entry=entry, competitor=competitor)
    if wanted != set(there):
        old, new = ", ".join(sorted(there)), ", ".join(sorted(wanted))
        record("changed", by=by, about=entry.round, field="competitors", old=f"{entry.name}: {old}", new=new)
        touch(entry.round)


@transaction.atomic
def add_member(round_: Round, *, user: User, by: User, is_rater: bool, is_facilitator: bool) -> Member:
    """Let a person score, facilitate, or both; somebody taken out before comes back with their scores."""
    held(round_, BEFORE_LOCK)
    member, is_new = Member.objects.get_or_create(round=round_, user=user)
    is_there, before = not is_new and member.removed_at is None, _part(member)
    member.is_rater, member.is_facilitator, member.removed_at = is_rater, is_facilitator, None
    if is_there and before == _part(member):
        return member
    member.save()
    if is_there:
        record("changed", by=by, about=round_, field="people", old=before, new=_part(member))
    else:
        record("added_person", by=by, about=round_, field="people", new=str(user))
    touch(round_)
    return member


def _part(member: Member) -> str:
    """What somebody does in the round, as the history tells it: "Rita: scores, facilitates"."""
    done = {Member._meta.get_field(name).verbose_name: getattr(member, name) for name in ("is_rater", "is_facilitator")}
    return f"{member}: {', '.join(str(words) for words, does in done.items() if does)}"


@transaction.atomic
def remove_member(member: Member, *, by: User) -> None:
    """Take a person out. Their scores are kept, and no longer counted."""
    held(member.round, BEFORE_LOCK)
    Member.objects.filter(pk=member.pk, removed_at=None).update(removed_at=timezone.now())
    record("removed_person", by=by, about=member.round, field="people", old=str(member))
    touch(member.round)


@transaction.atomic
def move_on(round_: Round, *, to: str, by: User) -> Round:
    """Open, reveal, open the second round, lock; from locked, "revealed" unlocks. Freezing is `freezing.freeze`."""
    sources, verb = STEPS[to]
    now = held(round_, sources)
    if to == Stage.OPEN:
        _refuse_unready(now)
    if to == Stage.REVEALED and now.takes_scores and not Score.objects.filter(entry__round=now).exists():
        raise InvalidInput("round_nothing_scored", now.name)
    if to == Stage.SECOND and now.turn == 2:
        raise InvalidInput("round_stage", now.name, stage=now.get_stage_display())
    before = now.stage
    now.stage, now.timer_ends_at = to, None
    if to == Stage.SECOND:
        now.turn = 2
    now.save(update_fields=["stage", "turn", "timer_ends_at"])
    touch(now)
    record("unlocked" if before == Stage.LOCKED else verb, by=by, about=now)
    now.refresh_from_db()
    return now


@transaction.atomic
def discard_round(round_: Round, *, by: User) -> None:
    """Delete a round that was never opened. Once a customer has answered, it stays."""
    now = held(round_, {Stage.DRAFT})
    if now.entries.filter(links__used_at__isnull=False).exists():
        raise InvalidInput("round_answered", now.name)
    record("discarded", by=by, about=now, old=now.name)
    now.delete()


def _refuse_unready(round_: Round) -> None:
    is_ready = round_.entries.exists() and round_.items.exists()
    if not is_ready or not round_.members.filter(is_rater=True, removed_at=None).exists():
        raise InvalidInput("round_not_ready", round_.name)


@transaction.atomic
def set_targets(entry: Entry, *, by: User) -> list[str]:
    """Where the account should stand, and by when; typed before the round is frozen."""
    held(entry.round)
    changed = save_recorded(entry, by=by, fields=["target_attractiveness", "target_strength", "target_on"])
    touch(entry.round)
    return changed


@transaction.atomic
def set_points(entry: Entry, *, points: dict[int, float], by: User) -> None:
    """What counts how much for this customer: points of the success factors."""
    held(entry.round)
    known = set(entry.round.items.filter(kind=Kind.STRENGTH).values_list("pk", flat=True))
    entry.points = {str(item): value for item, value in points.items() if item in known}
    if save_recorded(entry, by=by, fields=["points"]):
        touch(entry.round)
