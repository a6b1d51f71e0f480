"""The supplier-customer team map: who influences what in each buying phase, and whether we cover them.

Sources: the deck's sheet; Miller Heiman (buying influences, red flags); Huthwaite/Rackham (buying cycle); Sherman,
Sperry & Reese, The Seven Keys, Fig. 6-2. Index, coverage and bands are our own reading.
"""

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from pydantic import Field, model_validator

from openkam.method.document import Name, Notice, Strict
from openkam.method.errors import InvalidInput

PHASES = ("recognition", "evaluation", "selection", "post_sale")
#: Rackham parts the selection into concerns and decision.
RACKHAM = ("recognition", "evaluation", "concerns", "decision", "post_sale")
TYPES = ("economic", "user", "technical")
IMPORTANT = 3
COVERED, HALF_COVERED = 0.8, 0.5
SUPPORTED, NEUTRAL = 0.3, 0.0
#: Overdue when so many times the wanted interval has passed.
PATIENCE = 1.25
SYMBOLS = {"--": -2, "-": -1, "0": 0, "+": 1, "++": 2}

Type = Literal["economic", "user", "technical"]
Trust = Literal["vendor", "credible_source", "problem_solver", "trusted_advisor"]
Mode = Literal["growth", "trouble", "even_keel", "overconfident"]
Band = Literal["green", "amber", "red"]
Influence = Annotated[int, Field(ge=1, le=3, strict=True)]
Participation = Annotated[int, Field(ge=0, le=3, strict=True)]
Support = Annotated[int, Field(ge=-2, le=2, strict=True)]
Number = Annotated[int, Field(ge=1, le=999, strict=True)]


class Contact(Strict):
    """One contact of the customer. None and empty mean "not judged", which is not neutral.

    participation  one value per phase, 0 none to 3 high.
    covered_by     one tuple of member numbers per phase; empty when nobody of ours is named for any.
    is_contacted   an active contact to a named member of ours.
    """

    id: Name
    types: tuple[Type, ...] = ()
    is_coach: bool = False
    influence: Influence | None = None
    participation: tuple[Participation | None, ...]
    support: Support | None = None
    is_contacted: bool = False
    covered_by: tuple[tuple[Number, ...], ...] = ()
    is_new: bool = False
    trust: Trust | None = None
    trust_wanted: Trust | None = None
    mode: Mode | None = None


class Document(Strict):
    """The sheet of one account: contacts, phases, and the numbers of our members."""

    contacts: tuple[Contact, ...]
    phases: tuple[Name, ...] = PHASES
    members: tuple[Number, ...] = ()

    @model_validator(mode="after")
    def _fits(self) -> "Document":
        if not self.phases or len(set(self.phases)) != len(self.phases):
            raise InvalidInput("phases", "/phases")
        if len(set(self.members)) != len(self.members):
            raise InvalidInput("repeated_member", "/members")
        seen: set[str] = set()
        for at, contact in enumerate(self.contacts):
            if contact.id in seen:
                raise InvalidInput("repeated_name", f"/contacts/{at}/id", name=contact.id)
            seen.add(contact.id)
            self._refuse(contact, f"/contacts/{at}")
        return self

    def _refuse(self, contact: Contact, where: str) -> None:
        if len(contact.participation) != len(self.phases):
            raise InvalidInput("one_value_per_phase", f"{where}/participation", phases=len(self.phases))
        if contact.covered_by and len(contact.covered_by) != len(self.phases):
            raise InvalidInput("one_value_per_phase", f"{where}/covered_by", phases=len(self.phases))
        if strange := {n for numbers in contact.covered_by for n in numbers} - set(self.members):
            raise InvalidInput("unknown_member", f"{where}/covered_by", number=min(strange))


class PhaseResult(Strict):
    """One phase. An index is None where nobody judged takes part; `judged` of `contacts` are in it.

    support_index  -1..1; coverage 0..1; gaps are contacts with high influence who take part and have nobody of ours.
    """

    phase: str
    support_index: float | None
    support_band: Band | None
    coverage: float | None
    coverage_band: Band | None
    judged: int
    contacts: int
    gaps: tuple[str, ...]
    flags: tuple[Notice, ...]


class Rule(Strict):
    """How the numbers were made."""

    support_index: Literal["sum_i_p_s_over_2_sum_i_p"] = "sum_i_p_s_over_2_sum_i_p"
    coverage: Literal["sum_i_p_c_over_sum_i_p"] = "sum_i_p_c_over_sum_i_p"
    covered: float = COVERED
    half_covered: float = HALF_COVERED
    supported: float = SUPPORTED
    neutral: float = NEUTRAL


class Result(Strict):
    """Every phase, both measures with their sums run over all phases, and the red flags of the sheet as a whole."""

    rule: Rule
    phases: tuple[PhaseResult, ...]
    support_index: float | None
    coverage: float | None
    flags: tuple[Notice, ...]


def evaluate(document: Document) -> Result:
    """Measure support and coverage phase by phase. Raises nothing for a valid document.

    >>> result = evaluate(Document.model_validate(EXAMPLE))
    >>> [round(phase.support_index, 4) for phase in result.phases]
    [0.325, 0.1538, 0.1957, 0.625]
    """
    everywhere = [(contact, p) for contact in document.contacts for p in contact.participation]
    return Result(
        rule=Rule(),
        phases=tuple(_phase(document, at) for at in range(len(document.phases))),
        support_index=support_index(everywhere),
        coverage=coverage(everywhere),
        flags=tuple(_flags(document.contacts)),
    )


def support_index(places: Sequence[tuple[Contact, int | None]]) -> float | None:
    """Sum of I.p.s over twice the sum of I.p, -1..1; contacts with a missing judgement are left out.

    None when nobody judged takes part.
    """
    parts = [
        (contact.influence * p, contact.support)
        for contact, p in places
        if contact.influence is not None and p is not None and contact.support is not None
    ]
    weight = sum(part for part, _ in parts)
    return sum(part * support for part, support in parts) / (2 * weight) if weight else None


def coverage(places: Sequence[tuple[Contact, int | None]]) -> float | None:
    """Sum of I.p of those in active contact with a member of ours over the sum of I.p, 0..1; None when that is 0."""
    parts = [
        (contact.influence * p, contact.is_contacted)
        for contact, p in places
        if contact.influence is not None and p is not None
    ]
    weight = sum(part for part, _ in parts)
    return sum(part for part, is_contacted in parts if is_contacted) / weight if weight else None


def support_band(index: float | None) -> Band | None:
    """.3 and more green, 0 to below .3 amber, below 0 red."""
    return None if index is None else "green" if index >= SUPPORTED else "amber" if index >= NEUTRAL else "red"


def coverage_band(share: float | None) -> Band | None:
    """.8 and more green, .5 to below .8 amber, below .5 red."""
    return None if share is None else "green" if share >= COVERED else "amber" if share >= HALF_COVERED else "red"


def _phase(document: Document, at: int) -> PhaseResult:
    places = [(contact, contact.participation[at]) for contact in document.contacts]
    support, covered = support_index(places), coverage(places)
    taking_part = [contact for contact, p in places if p]
    return PhaseResult(
        phase=document.phases[at],
        support_index=support,
        support_band=support_band(support),
        coverage=covered,
        coverage_band=coverage_band(covered),
        judged=sum(c.influence is not None and p is not None and c.support is not None for c, p in places),
        contacts=len(places),
        gaps=tuple(contact.id for contact in taking_part if _is_gap(contact, at)),
        flags=tuple(_phase_flags(taking_part)),
    )


def _is_gap(contact: Contact, at: int) -> bool:
    covered_by = contact.covered_by[at] if contact.covered_by else ()
    return (contact.influence or 0) >= IMPORTANT and not covered_by


def _phase_flags(taking_part: Sequence[Contact]) -> Iterator[Notice]:
    important = [contact for contact in taking_part if (contact.influence or 0) >= IMPORTANT]
    if names := tuple(contact.id for contact in important if not contact.is_contacted):
        yield Notice(code="important_uncontacted", values={"names": names})
    if names := tuple(contact.id for contact in important if contact.support is not None and contact.support < 0):
        yield Notice(code="important_against", values={"names": names})


def _flags(contacts: Sequence[Contact]) -> Iterator[Notice]:
    economic = tuple(contact.id for contact in contacts if "economic" in contact.types)
    if not economic:
        yield Notice(code="no_economic_buyer")
    if len(economic) > 1:
        yield Notice(code="several_economic_buyers", values={"names": economic})
    if names := tuple(contact.id for contact in contacts if not contact.types):
        yield Notice(code="role_unknown", values={"names": names})
    if names := tuple(contact.id for contact in contacts if contact.is_new):
        yield Notice(code="new_in_job", values={"names": names})
    yield from _phase_flags([contact for contact in contacts if any(contact.participation)])


def from_miller_heiman(value: int) -> int:
    """-5 antagonistic to +5 enthusiastic advocate, without a zero, on our five steps.

    Raises InvalidInput("support_scale").

    >>> [from_miller_heiman(value) for value in (-5, -3, -1, 1, 2, 4)]
    [-2, -1, 0, 0, 1, 2]
    """
    if value == 0 or not -5 <= value <= 5:
        raise InvalidInput("support_scale", "", value=value)
    step = (0, 0, 1, 1, 2, 2)[abs(value)]
    return step if value > 0 else -step


def from_six_sigma(value: int) -> int:
    """1 strongly against to 5 strongly for, on our five steps. Raises InvalidInput("support_scale").

    >>> [from_six_sigma(value) for value in (1, 3, 5)]
    [-2, 0, 2]
    """
    if not 1 <= value <= 5:
        raise InvalidInput("support_scale", "", value=value)
    return value - 3


def from_symbol(symbol: str) -> int:
    """The signs of the Six Sigma texts, -- to ++, on our five steps. Raises InvalidInput("support_scale").

    >>> [from_symbol(symbol) for symbol in ("--", "-", "0", "+", "++")]
    [-2, -1, 0, 1, 2]
    """
    if symbol not in SYMBOLS:
        raise InvalidInput("support_scale", "", value=symbol)
    return SYMBOLS[symbol]


class Cadence(Strict):
    """Whether somebody hears from us as often as they want.

    days_over  days beyond the wanted interval, not below 0; None when there was no contact at all.
    """

    is_overdue: bool
    days_over: int | None


def cadence(days_since: int | None, wanted_days: int) -> Cadence:
    """Overdue when more than 1.25 times the wanted interval has passed; without any contact always.

    days_since  days since the last contact, None when there was none.  Raises InvalidInput("cadence").

    >>> cadence(37, wanted_days=30).is_overdue, cadence(38, wanted_days=30).is_overdue
    (False, True)
    """
    if wanted_days < 1 or (days_since or 0) < 0:
        raise InvalidInput("cadence", "", days=days_since, wanted=wanted_days)
    if days_since is None:
        return Cadence(is_overdue=True, days_over=None)
    return Cadence(is_overdue=days_since > wanted_days * PATIENCE, days_over=max(0, days_since - wanted_days))


def kept_share(cadences: Sequence[Cadence]) -> float | None:
    """The share that is not overdue, 0..1; None when nobody said how often they want contact."""
    return sum(not each.is_overdue for each in cadences) / len(cadences) if cadences else None


EXAMPLE: dict[str, object] = {
    "members": [1, 2, 3],
    "contacts": [
        {
            "id": "CFO",
            "types": ["economic"],
            "influence": 3,
            "participation": [1, 2, 3, 0],
            "support": -1,
            "is_contacted": True,
        },
        {
            "id": "Plant manager",
            "types": ["user"],
            "influence": 3,
            "participation": [3, 2, 2, 3],
            "support": 2,
            "is_contacted": True,
        },
        {"id": "QA", "types": ["technical"], "influence": 2, "participation": [2, 3, 1, 1], "support": 0},
        {
            "id": "Buyer",
            "types": ["technical"],
            "influence": 2,
            "participation": [1, 3, 3, 2],
            "support": 1,
            "is_contacted": True,
        },
        {"id": "R&D director", "types": ["technical"], "influence": 1, "participation": [2, 2, 0, 1], "support": -2},
    ],
}
