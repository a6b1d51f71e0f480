"""How healthy a relationship is, the signs that it comes apart, problems that come back, and how to end one.

Sources: Sherman, Sperry & Reese, The Seven Keys (the loss cycle); Alajoutsijarvi, Moller & Tahtinen 2000 (beautiful
exit). The index, its weights and bands, and the signals are our own.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from pydantic import Field, model_validator

from openkam.method.document import Money, Name, Notice, Share, Strict
from openkam.method.errors import InvalidInput

COMPONENTS = ("coverage", "support", "threads", "cadence", "value")
GREEN, AMBER = 80.0, 60.0
#: So many threads are enough.
ENOUGH_THREADS = 5
#: A problem that comes back so often is escalated.
ESCALATE_AT = 2

Band = Literal["green", "amber", "red"]
Index = Annotated[float, Field(ge=-1, le=1)]
Part = Annotated[float, Field(ge=0, le=1)]
Weight = Annotated[float, Field(ge=0, le=100)]


class Weights(Strict):
    """Points of each component; they add up to 100."""

    coverage: Weight = 25
    support: Weight = 25
    threads: Weight = 20
    cadence: Weight = 15
    value: Weight = 15

    @model_validator(mode="after")
    def _hundred(self) -> "Weights":
        total = self.coverage + self.support + self.threads + self.cadence + self.value
        if abs(total - 100) > 1e-9:
            raise InvalidInput("weights_not_100", "", total=total)
        return self


class Document(Strict):
    """What is known; None is unknown, and never zero.

    coverage and support_index of the team map, nu of the network, cadence_kept the share of contacts within their
    wanted interval, value promised and delivered in one currency.
    """

    coverage: Part | None = None
    support_index: Index | None = None
    nu: Annotated[int, Field(ge=0, strict=True)] | None = None
    cadence_kept: Part | None = None
    value_promised: Annotated[Money, Field(ge=0)] | None = None
    value_delivered: Annotated[Money, Field(ge=0)] | None = None
    weights: Weights = Weights()


class Rule(Strict):
    """How the index was made. More value than promised counts as kept, and makes up for nothing else."""

    weights: Weights
    enough_threads: int = ENOUGH_THREADS
    value: Literal["delivered_over_promised_not_above_1"] = "delivered_over_promised_not_above_1"
    green: float = GREEN
    amber: float = AMBER


class Component(Strict):
    """One part: its share 0..1 (None unknown), its weight, and its points."""

    code: Literal["coverage", "support", "threads", "cadence", "value"]
    share: float | None
    weight: float
    points: float | None


class Result(Strict):
    """index 0..100 only when all parts that weigh anything are known; until then `known` points of `of`."""

    rule: Rule
    components: tuple[Component, ...]
    index: float | None
    band: Band | None
    known: float
    of: float
    warnings: tuple[Notice, ...]


def evaluate(document: Document) -> Result:
    """Add up the five parts. Raises nothing for a valid document.

    >>> result = evaluate(Document.model_validate(EXAMPLE))
    >>> round(result.index, 2), result.band
    (71.25, 'amber')
    """
    shares = dict(zip(COMPONENTS, _shares(document), strict=True))
    weights = document.weights.model_dump()
    components = tuple(
        Component(
            code=code,  # type: ignore[arg-type]
            share=share,
            weight=weights[code],
            points=None if share is None else weights[code] * share,
        )
        for code, share in shares.items()
    )
    known = round(sum(part.points for part in components if part.points is not None), 9)
    index = None if _missing(components) else known
    return Result(
        rule=Rule(weights=document.weights),
        components=components,
        index=index,
        band=band(index),
        known=known,
        of=sum(part.weight for part in components if part.points is not None),
        warnings=tuple(_notices(document, components)),
    )


def band(index: float | None) -> Band | None:
    """80 and more green, 60 to below 80 amber, below 60 red.

    >>> band(80), band(79.9), band(59.9)
    ('green', 'amber', 'red')
    """
    return None if index is None else "green" if index >= GREEN else "amber" if index >= AMBER else "red"


def _shares(document: Document) -> Iterator[float | None]:
    yield document.coverage
    yield None if document.support_index is None else (document.support_index + 1) / 2
    yield None if document.nu is None else min(1.0, document.nu / ENOUGH_THREADS)
    yield document.cadence_kept
    promised, delivered = document.value_promised, document.value_delivered
    yield None if not promised or delivered is None else min(1.0, float(delivered / promised))


def _missing(components: Sequence[Component]) -> tuple[str, ...]:
    return tuple(part.code for part in components if part.share is None and part.weight > 0)


def _notices(document: Document, components: Sequence[Component]) -> Iterator[Notice]:
    if missing := _missing(components):
        yield Notice(code="health_incomplete", values={"missing": missing})
    promised, delivered = document.value_promised, document.value_delivered
    if promised == 0:
        yield Notice(code="nothing_promised")
    if promised and delivered is not None and delivered > promised:
        yield Notice(code="more_than_promised", values={"promised": promised, "delivered": delivered})


class Window(Strict):
    """The network in one year: sum of w, board contact, nu."""

    weight: Annotated[int, Field(ge=0, strict=True)]
    board: bool
    nu: Annotated[int, Field(ge=0, strict=True)]


class Change(Strict):
    """This year and the year before; money and wallet are None when they are not known.

    net_income  of two consecutive years, the earlier first; has_fix whether something is being done about a loss.
    """

    now: Window
    before: Window
    wallet_now: Share | None = None
    wallet_before: Share | None = None
    net_income: tuple[Money | None, Money | None] = (None, None)
    has_fix: bool = False


class Uncoupling(Strict):
    """Signals that the relationship comes apart, and what could not be looked at."""

    signals: tuple[Notice, ...]
    unknown: tuple[Literal["contacts", "wallet", "net_income"], ...]


def uncoupling(change: Change) -> Uncoupling:
    """Compare two years. Raises nothing for a valid change.

    >>> before, now = Window(weight=60, board=True, nu=5), Window(weight=29, board=False, nu=3)
    >>> [signal.code for signal in uncoupling(Change(now=now, before=before)).signals]
    ['weight_halved', 'board_lost', 'threads_lost']
    """
    return Uncoupling(signals=tuple(_signals(change)), unknown=tuple(_unknown(change)))


def _signals(change: Change) -> Iterator[Notice]:
    now, before = change.now, change.before
    if before.weight and now.weight < before.weight / 2:
        yield Notice(code="weight_halved", values={"now": now.weight, "before": before.weight})
    if before.board and not now.board:
        yield Notice(code="board_lost")
    if before.nu - now.nu >= 2:
        yield Notice(code="threads_lost", values={"now": now.nu, "before": before.nu})
    held, had = change.wallet_now, change.wallet_before
    if held is not None and had and held * 10 < had * 8:
        yield Notice(code="wallet_shrinks", values={"now": held, "before": had})
    first, second = change.net_income
    if first is not None and second is not None and first < 0 and second < 0 and not change.has_fix:
        yield Notice(code="loss_twice", values={"first": first, "second": second})


def _unknown(change: Change) -> Iterator[Literal["contacts", "wallet", "net_income"]]:
    if not change.before.weight:
        yield "contacts"
    if change.wallet_now is None or not change.wallet_before:
        yield "wallet"
    if None in change.net_income:
        yield "net_income"


class Problem(Strict):
    """A problem of a contact; `recurs_of` names the one that came back with it."""

    id: Name
    contact: Name | None = None
    recurs_of: Name | None = None
    hurts_measure: bool = False
    is_resolved: bool = False


class Escalation(Strict):
    """A problem that came back twice or more: its first appearance, its latest, and whom it makes an adversary."""

    first: str
    latest: str
    recurrences: int
    contact: str | None
    hurts_measure: bool


def loss_cycle(problems: Sequence[Problem]) -> tuple[Escalation, ...]:
    """Chains of the same problem with at least two recurrences whose latest is not resolved; the longest first.

    problems  the oldest first; two that came back after the same one are its first and its second recurrence.
    problems  in the order in which they were met: the last of a chain is its latest.

    Raises InvalidInput("repeated_name" | "unknown_problem" | "problem_circle").

    >>> chain = [Problem(id="a"), Problem(id="b", recurs_of="a"), Problem(id="c", recurs_of="b", contact="Test")]
    >>> [(each.first, each.recurrences, each.contact) for each in loss_cycle(chain)]
    [('a', 2, 'Test')]
    """
    known = {problem.id: problem for problem in problems}
    if len(known) != len(problems):
        raise InvalidInput("repeated_name", "/problems")
    chains: dict[str, list[Problem]] = defaultdict(list)
    for problem in problems:
        chains[_first(problem, known)].append(problem)
    found = [_escalation(first, chain) for first, chain in chains.items() if _is_grave(chain)]
    return tuple(sorted(found, key=lambda each: (-each.recurrences, each.first)))


def _first(problem: Problem, known: dict[str, Problem]) -> str:
    seen = {problem.id}
    while problem.recurs_of is not None:
        if problem.recurs_of not in known:
            raise InvalidInput("unknown_problem", "/problems", id=problem.recurs_of)
        problem = known[problem.recurs_of]
        if problem.id in seen:
            raise InvalidInput("problem_circle", "/problems", id=problem.id)
        seen.add(problem.id)
    return problem.id


def _is_grave(chain: Sequence[Problem]) -> bool:
    return len(chain) - 1 >= ESCALATE_AT and not chain[-1].is_resolved


def _escalation(first: str, chain: Sequence[Problem]) -> Escalation:
    latest = chain[-1]
    contact = latest.contact or next((each.contact for each in reversed(chain) if each.contact), None)
    return Escalation(
        first=first,
        latest=latest.id,
        recurrences=len(chain) - 1,
        contact=contact,
        hurts_measure=any(each.hurts_measure for each in chain),
    )


def advised_exit(*, partner_is_powerful: bool, may_return: bool) -> tuple[str, str]:
    """Style and orientation: openly and with the partner in mind, when they are powerful or may come back.

    >>> advised_exit(partner_is_powerful=False, may_return=True)
    ('direct', 'partner')
    """
    return ("direct", "partner" if partner_is_powerful or may_return else "self")


EXAMPLE: dict[str, object] = {
    "coverage": 0.75,
    "support_index": 0.2,
    "nu": 3,
    "cadence_kept": 0.8,
    "value_promised": "100",
    "value_delivered": "90",
}
