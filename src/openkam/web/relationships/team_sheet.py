"""The team map of an account as the method's document. For those who may read judgements, and for nobody else."""

from typing import Any

from django.utils import timezone

from openkam.method import network
from openkam.method import team_map as method
from openkam.web.accounts.models import Account
from openkam.web.contacts.models import Contact

from .models import Judgement, Preset, TeamMap, TeamMember
from .seen import Seen

PHASES = {Preset.FOUR: method.PHASES, Preset.FIVE: method.RACKHAM}


def preset_of(account: Account) -> Preset:
    found = TeamMap.objects.filter(account=account).values_list("preset", flat=True).first()
    return Preset(found or Preset.FOUR)


def judgements(account: Account) -> dict[int, Judgement]:
    """What is judged of those who work there still, by the number of the contact. What has ended is not read."""
    found = Judgement.objects.filter(account=account, contact__account=account, contact__left_on=None)
    found = found.filter(contact__erased_at=None, expires_on__gt=timezone.localdate()).select_related("contact")
    return {each.contact_id: each for each in found.prefetch_related("cells__covered_by", "answers")}


def contacted(account: Account, seen: Seen) -> set[int]:
    """Contacts with an active edge to a numbered member of ours."""
    named = {f"u{pk}" for pk in TeamMember.objects.filter(account=account).values_list("colleague_id", flat=True)}
    return {int(edge.theirs[1:]) for edge in network.measures(seen.document).edges if edge.ours in named}


def document_of(account: Account, seen: Seen) -> method.Document:
    """Every contact that somebody judged, in the phases of the sheet."""
    phases, active = PHASES[preset_of(account)], contacted(account, seen)
    members = TeamMember.objects.filter(account=account).order_by("number").values_list("number", flat=True)
    return method.Document(
        contacts=tuple(
            _contact(each, phases, is_contacted=pk in active) for pk, each in sorted(judgements(account).items())
        ),
        phases=phases,
        members=tuple(dict.fromkeys(members)),
    )


def numbers_of(account: Account) -> str:
    """Who has which number: a page that was made with others must not save numbers."""
    members = TeamMember.objects.filter(account=account).order_by("number", "pk")
    return ",".join(map(str, members.values_list("pk", flat=True)))


def _contact(judgement: Judgement, phases: tuple[str, ...], *, is_contacted: bool) -> method.Contact:
    cells = {cell.phase: cell for cell in judgement.cells.all()}
    chosen: list[Any] = [cells.get(phase) for phase in phases]
    return method.Contact(
        id=f"c{judgement.contact_id}",
        types=tuple(judgement.types),
        is_coach=judgement.is_coach,
        influence=judgement.influence,
        participation=tuple(cell.participation if cell else None for cell in chosen),
        support=judgement.support,
        is_contacted=is_contacted,
        covered_by=tuple(_numbers(cell) for cell in chosen),
        is_new=judgement.is_new,
        trust=judgement.trust or None,
        trust_wanted=judgement.trust_wanted or None,
        mode=judgement.mode or None,
    )


def _numbers(cell: Any) -> tuple[int, ...]:
    return tuple(sorted({member.number for member in cell.covered_by.all()})) if cell else ()


def people_to_judge(account: Account) -> Any:
    """Everybody who works at the customer, placeholders too: a place nobody fills is a gap as well."""
    return Contact.objects.present().filter(account=account).select_related("primary").order_by("name", "pk")
