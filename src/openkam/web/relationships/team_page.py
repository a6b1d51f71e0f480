"""What the team map shows: members, rows, phases with their figures, flags and gaps in words."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from openkam.method import team_map as method
from openkam.method.document import Notice
from openkam.web.accounts.models import Account
from openkam.web.contacts.models import Contact
from openkam.web.interactions.models import Certainty

from .judging import Place, ending
from .models import Buying, Judgement, Phase, TeamMember
from .seen import seen
from .sheet_text import places_of, support_text
from .team_sheet import contacted, document_of, judgements, people_to_judge
from .team_words import BANDS, EVERYTHING, FLAGS, INFLUENCE, ROLE_GUESSED, SUPPORT


@dataclass(frozen=True)
class Line:
    """A contact on the sheet."""

    contact: Contact
    judgement: Judgement | None
    is_contacted: bool
    guessed: int

    @property
    def types(self) -> list[str]:
        return [str(Buying(code).label) for code in self.judgement.types] if self.judgement else []

    @property
    def version(self) -> int:
        """Of the judgement; 0 where there is none."""
        return self.judgement.version if self.judgement else 0

    @property
    def side(self) -> str:
        """For the colour: for us, against us, in between, or not known."""
        support = self.judgement.support if self.judgement else None
        return "open" if support is None else "for" if support > 0 else "against" if support < 0 else "neutral"

    @property
    def support(self) -> str:
        return support_text(self.judgement.support).replace("-", "−") if self.judgement else ""

    @property
    def words(self) -> list[Any]:
        """What colour and ring say, for everybody."""
        judged = self.judgement
        said = (INFLUENCE.get(judged.influence or 0), SUPPORT.get(judged.support)) if judged else ()  # type: ignore[arg-type]
        return [each for each in said if each is not None]

    def takes_part(self, phase: str) -> bool:
        """Whether they may take part in a phase: who is not judged may."""
        return places_of(self.judgement).get(phase, Place()).participation != 0


@dataclass(frozen=True)
class Column:
    """A buying phase with its figures; None is not known."""

    phase: str
    words: str
    support_index: float | None
    support_band: str
    support_words: Any
    coverage: float | None
    coverage_band: str
    coverage_words: Any
    judged: int
    of: int
    flags: tuple[str, ...]
    gaps: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """The whole map on one day."""

    members: list[TeamMember]
    phases: tuple[str, ...]
    lines: list[Line]
    columns: list[Column]
    everything: Column
    flags: tuple[str, ...]
    ending: list[Judgement]

    @property
    def guessed(self) -> int:
        return sum(line.guessed for line in self.lines)

    @property
    def first_open(self) -> Line | None:
        """Whose card to fill in first: somebody whom nobody has judged, or else the first of all."""
        return next((line for line in self.lines if line.judgement is None), self.lines[0] if self.lines else None)


def sheet_of(account: Account, today: date) -> Sheet:
    """For those who may read judgements, and for nobody else."""
    now = seen(account, today)
    document = document_of(account, now)
    result = method.evaluate(document)
    people = list(people_to_judge(account))
    names = {f"c{contact.pk}": contact.name for contact in people}
    judged, active = judgements(account), contacted(account, now)
    lines = [_line(contact, judged.get(contact.pk), active) for contact in people]
    return Sheet(
        members=list(TeamMember.objects.filter(account=account).select_related("colleague")),
        phases=document.phases,
        lines=lines,
        columns=[_column(phase, names) for phase in result.phases],
        everything=_everything(result),
        flags=(*(_said(notice, names) for notice in result.flags), *_guessed_roles(lines)),
        ending=ending(judged.values()),
    )


def _line(contact: Contact, judgement: Judgement | None, active: set[int]) -> Line:
    guessed = sum(answer.how == Certainty.GUESSED for answer in judgement.answers.all()) if judgement else 0
    return Line(contact, judgement, contact.pk in active, guessed)


def _guessed_roles(lines: list[Line]) -> tuple[str, ...]:
    """A role that somebody only guesses is a flag like one that nobody knows."""
    names = [one.contact.name for one in lines if one.types and one.judgement and one.judgement.role_how == "guessed"]
    return (str(ROLE_GUESSED) % {"names": ", ".join(names)},) if names else ()


def _column(found: method.PhaseResult, names: dict[str, str]) -> Column:
    return Column(
        phase=found.phase,
        words=str(Phase(found.phase).label),
        judged=found.judged,
        of=found.contacts,
        flags=tuple(_said(notice, names) for notice in found.flags),
        gaps=tuple(names.get(key, "") for key in found.gaps),
        **_figures(found.support_index, found.coverage),
    )


def _everything(result: method.Result) -> Column:
    """Both measures over every phase. Flags and gaps stand at the phases."""
    figures = _figures(result.support_index, result.coverage)
    return Column(phase="", words=str(EVERYTHING), judged=0, of=0, flags=(), gaps=(), **figures)


def _figures(support: float | None, covered: float | None) -> dict[str, Any]:
    support_band, coverage_band = method.support_band(support) or "", method.coverage_band(covered) or ""
    return {
        "support_index": support,
        "support_band": support_band,
        "support_words": BANDS.get(support_band, ""),
        "coverage": covered,
        "coverage_band": coverage_band,
        "coverage_words": BANDS.get(coverage_band, ""),
    }


def _said(notice: Notice, names: dict[str, str]) -> str:
    """A flag in words, with the names of the people it is about."""
    people = notice.values.get("names") or ()
    told = ", ".join(names.get(str(key), "") for key in people) if isinstance(people, tuple) else ""
    return str(FLAGS[notice.code]) % {"names": told}
