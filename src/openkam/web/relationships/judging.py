"""Write down what we judge of people. Events say that something was judged, never what; judgements have an end."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from openkam.method.errors import InvalidInput
from openkam.web.accounts.models import Account
from openkam.web.contacts.merging import forget_expired
from openkam.web.contacts.models import Colleague, Contact
from openkam.web.jobs.queue import hourly
from openkam.web.people.models import User
from openkam.web.programme.history import record

from .models import Answer, Cell, Judgement, TeamMap, TeamMember

#: How long a judgement is kept after somebody last looked at it.
KEPT = timedelta(days=365)


@dataclass(frozen=True)
class Place:
    """How much somebody takes part in a phase, and the numbers of those of ours who cover them then."""

    participation: int | None = None
    covered_by: tuple[int, ...] = ()


class Reply(NamedTuple):
    """What we know of one of the five questions, and how; without a text there is none."""

    text: str
    how: str = ""
    is_confirmed: bool = False


@dataclass(frozen=True)
class Said:
    """What is written down of one contact: fields of the judgement, places by phase, replies by question.

    Whatever is left out stays as it is.
    """

    fields: Mapping[str, Any] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)
    answers: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def judge(contact: Contact, *, said: Said, by: User, version: int | None = None) -> Judgement:
    """Write down what somebody judges of a contact. It is kept for a year from now unless they say otherwise.

    version  of the judgement that they started from, 0 for none; None asks for nothing.

    Raises InvalidInput("purpose_missing" | "person_taken" | "unknown_member" | "judgement_ended").
    """
    account = Account.objects.select_for_update(of=("self",)).get(pk=contact.account_id)
    _refuse_without_purpose(account)
    there = Judgement.objects.filter(account=account, contact=contact).first()
    now = there or Judgement(account=account, contact=contact)
    if version is not None and version != (there.version if there else 0):
        raise InvalidInput("person_taken", "", name=contact.name)
    for name, value in said.fields.items():
        setattr(now, name, value)
    if "expires_on" not in said.fields or now.expires_on is None:
        now.expires_on = timezone.localdate() + KEPT
    if now.expires_on <= timezone.localdate():
        raise InvalidInput("judgement_ended", "expires_on")
    now.by, now.version = by, (there.version + 1 if there else 1)
    now.save()
    _place(now, said.places)
    _answer(now, said.answers)
    record("judged", by=by, about=contact)
    return now


def _refuse_without_purpose(account: Account) -> None:
    purpose = TeamMap.objects.filter(account=account).values_list("purpose", flat=True).first()
    if not (purpose or "").strip():
        raise InvalidInput("purpose_missing", "purpose")


def _place(judgement: Judgement, places: Mapping[str, Place]) -> None:
    members = {member.number: member for member in TeamMember.objects.filter(account=judgement.account_id)}
    for phase, place in places.items():
        if strange := set(place.covered_by) - set(members):
            raise InvalidInput("unknown_member", phase, number=min(strange))
        cell, _ = Cell.objects.update_or_create(
            judgement=judgement, phase=phase, defaults={"participation": place.participation}
        )
        cell.covered_by.set([members[number] for number in place.covered_by])


def _answer(judgement: Judgement, answers: Mapping[str, Any]) -> None:
    for question, given in answers.items():
        reply = Reply(*given)
        if text := reply.text.replace("\r\n", "\n").strip():
            values = {"text": text, "how": reply.how, "is_confirmed": reply.is_confirmed}
            Answer.objects.update_or_create(judgement=judgement, question=question, defaults=values)
        else:
            Answer.objects.filter(judgement=judgement, question=question).delete()


@transaction.atomic
def set_purpose(account: Account, *, purpose: str, preset: str, by: User) -> TeamMap:
    """What the notes are for, and into which phases a purchase is divided. Raises InvalidInput("purpose_missing")."""
    if not purpose.strip():
        raise InvalidInput("purpose_missing", "purpose")
    sheet, _ = TeamMap.objects.get_or_create(account=account)
    before = (sheet.purpose, sheet.preset)
    sheet.purpose, sheet.preset = purpose.strip(), preset
    sheet.save()
    if before != (sheet.purpose, sheet.preset):
        record("changed", by=by, about=account, field="team_map")
    return sheet


@transaction.atomic
def add_member(account: Account, *, colleague: Colleague, role: str, by: User) -> TeamMember:
    """One of ours joins the sheet with the next number; somebody who is there already keeps theirs."""
    Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
    there = TeamMember.objects.filter(account=account, colleague=colleague).first()
    if there:
        TeamMember.objects.filter(pk=there.pk).update(role=role.strip())
        return there
    last = TeamMember.objects.filter(account=account).aggregate(last=Max("number"))["last"] or 0
    member = TeamMember.objects.create(account=account, colleague=colleague, role=role.strip(), number=last + 1)
    record("joined_map", by=by, about=account, field="team_map", new=colleague.name)
    return member


@transaction.atomic
def remove_member(member: TeamMember, *, by: User) -> None:
    """Take somebody off the sheet; those after them move up by one number."""
    record("left_map", by=by, about=member.account, field="team_map", old=member.colleague.name)
    account, number = member.account_id, member.number
    member.delete()
    TeamMember.objects.filter(account=account, number__gt=number).update(number=F("number") - 1)


@transaction.atomic
def renumber(member: TeamMember, *, number: int, by: User) -> None:
    """Give somebody another number; the others close up. Whom they cover goes with the person.

    number  beyond either end stands for that end.
    """
    account = Account.objects.select_for_update(of=("self",)).get(pk=member.account_id)
    others = [one for one in TeamMember.objects.filter(account=account) if one.pk != member.pk]
    place = min(max(number, 1), len(others) + 1) - 1
    for at, one in enumerate([*others[:place], member, *others[place:]], 1):
        TeamMember.objects.filter(pk=one.pk).exclude(number=at).update(number=at)
    record("changed", by=by, about=account, field="team_map")


@transaction.atomic
def erase_judgement(contact: Contact, *, by: User) -> int:
    """Forget at once what was judged of a contact for the account where they work."""
    gone = Judgement.objects.filter(contact=contact, account=contact.account_id)
    count = gone.count()
    gone.delete()
    if count:
        record("judgement_erased", by=by, about=contact)
    return count


@hourly
def erase_expired(today: date | None = None) -> int:
    """Forget what has come to its end, in merges of people too; returns how many judgements that were."""
    today = today or timezone.localdate()
    with transaction.atomic():
        forget_expired(today + timedelta(days=1))  # there it is the first day after the end that is asked for
        return _forgotten(Judgement.objects.filter(expires_on__lte=today))


@transaction.atomic
def erase_ended(account: Account) -> int:
    """The same for one account, at once: whoever opens its map reads nothing that has come to its end."""
    return _forgotten(Judgement.objects.filter(account=account, expires_on__lte=timezone.localdate()))


def _forgotten(some: Any) -> int:
    return int(some.delete()[1].get(Judgement._meta.label, 0))


def ending(judgements: Iterable[Judgement], *, within: timedelta = timedelta(days=30)) -> list[Judgement]:
    """Those that will be erased soon unless somebody looks at them again."""
    until = timezone.localdate() + within
    return sorted((each for each in judgements if each.expires_on <= until), key=lambda each: each.expires_on)
