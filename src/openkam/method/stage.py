"""The stage of a relationship, diagnosed from its contact network, and what each departure would do to it.

Sources: Millman & Wilson, JMPAMS 1(1), 1995 (five stages); the deck's five drawings; Ryals & Davies, JBIM 28(2), 2013
(contact structure tells relationship types apart). The thresholds are our own default.
"""

import math
from collections.abc import Iterator
from typing import Literal

from openkam.method import network
from openkam.method.document import Notice, Strict
from openkam.method.errors import InvalidInput
from openkam.method.network import Document, Metrics, Thresholds

STAGES = ("dormant", "pre", "early", "mid", "partnership", "synergistic")
#: An account manager with so many contacts and nu 1 looks like a diamond and is a bow-tie.
WIDE = 4

GateCode = Literal[
    "contact",
    "trade",
    "active_edge",
    "nu",
    "direct_share",
    "levels_or_functions",
    "functions",
    "board",
    "joint_teams",
    "joint_board",
]


class Gate(Strict):
    """One condition of a stage: its metric, its threshold, and whether the metric is within the borderline band.

    share  how much of the threshold is reached, 0..1.
    """

    code: GateCode
    value: float
    threshold: float
    is_met: bool
    borderline: bool
    share: float


class StageGates(Strict):
    """The gates of one stage; `holds` when all of them are met."""

    stage: int
    gates: tuple[Gate, ...]
    holds: bool


class Result(Strict):
    """The highest stage whose gates and all lower gates hold.

    stage       0 dormant to 5 synergistic; `code` its word.
    unmet       gates of the next stage that are not met: what actions can close.
    progress    towards the next stage, 0..1: the mean share of its gates; None at stage 5.
    borderline  a gate that holds this stage, or all that is missing to the next, is within the band.
    """

    rule: Thresholds
    stage: int
    code: str
    metrics: Metrics
    stages: tuple[StageGates, ...]
    unmet: tuple[Gate, ...]
    progress: float | None
    borderline: bool
    warnings: tuple[Notice, ...]


def evaluate(document: Document) -> Result:
    """Diagnose the stage. Raises nothing for a valid document.

    >>> result = evaluate(Document.model_validate(EXAMPLE))
    >>> result.stage, result.code, round(result.progress, 4), [gate.code for gate in result.unmet]
    (2, 'early', 0.627, ['nu', 'direct_share', 'levels_or_functions'])
    """
    metrics = network.measures(document)
    stages = tuple(_stages(document, metrics))
    stage = next((each.stage - 1 for each in stages if not each.holds), 5)
    following = stages[stage].gates if stage < 5 else ()
    unmet = tuple(gate for gate in following if not gate.is_met)
    return Result(
        rule=document.rules,
        stage=stage,
        code=STAGES[stage],
        metrics=metrics,
        stages=stages,
        unmet=unmet,
        progress=sum(gate.share for gate in following) / len(following) if following else None,
        borderline=_is_borderline(stages, stage, unmet),
        warnings=(*metrics.warnings, *_notices(document, metrics, stages, stage)),
    )


def functions_needed(document: Document) -> int:
    """Groups of functions that a partnership links: three, or the rule's share of the relevant ones.

    >>> functions_needed(Document(trades=True))
    4
    """
    wanted = len(set(document.relevant_groups)) * document.rules.partnership_share
    return max(document.rules.partnership_functions, math.ceil(round(wanted, 9)))


def _stages(document: Document, found: Metrics) -> Iterator[StageGates]:
    rules, band = document.rules, document.rules.borderline

    def gate(code: GateCode, value: float, threshold: float) -> Gate:
        return _gate(code, value, threshold, band)

    recorded = any(edge.n12 for edge in document.edges)
    links = max(
        (gate("levels_or_functions", len(found.levels), rules.mid_levels)),
        (gate("levels_or_functions", len(found.functions), rules.mid_functions)),
        key=lambda each: (each.is_met, each.share),
    )
    direct = found.direct_share or 0.0
    yield _stage(1, _yes("contact", is_met=recorded))
    yield _stage(2, _yes("trade", is_met=document.trades is not False), _yes("active_edge", is_met=bool(found.edges)))
    yield _stage(3, gate("nu", found.nu, rules.mid_nu), gate("direct_share", direct, rules.mid_direct), links)
    yield _stage(
        4,
        gate("nu", found.nu, rules.partnership_nu),
        gate("direct_share", direct, rules.partnership_direct),
        gate("functions", len(found.functions), functions_needed(document)),
        _yes("board", is_met=found.board),
    )
    yield _stage(
        5,
        gate("joint_teams", found.joint_teams, rules.synergistic_teams),
        gate("joint_board", found.joint_board, rules.synergistic_board),
    )


def _stage(number: int, *gates: Gate) -> StageGates:
    return StageGates(stage=number, gates=gates, holds=all(gate.is_met for gate in gates))


def _gate(code: GateCode, value: float, threshold: float, band: float) -> Gate:
    return Gate(
        code=code,
        value=value,
        threshold=threshold,
        is_met=value >= threshold,
        borderline=abs(value - threshold) <= band * threshold + 1e-12,
        share=min(1.0, value / threshold),
    )


def _yes(code: GateCode, *, is_met: bool) -> Gate:
    return Gate(code=code, value=int(is_met), threshold=1, is_met=is_met, borderline=False, share=int(is_met))


def _is_borderline(stages: tuple[StageGates, ...], stage: int, unmet: tuple[Gate, ...]) -> bool:
    held = any(gate.borderline for gate in stages[stage - 1].gates) if stage else False
    return held or (bool(unmet) and all(gate.borderline for gate in unmet))


def _notices(document: Document, found: Metrics, stages: tuple[StageGates, ...], stage: int) -> Iterator[Notice]:
    """The common fakes, named; and what could not be counted."""
    people = {person.id: person for person in (*document.ours, *document.theirs)}
    if document.trades is None:
        yield Notice(code="trade_unknown")
    managers = set(document.account_managers)
    known = sum(edge.ours in managers for edge in found.edges)
    if found.nu == 1 and known >= WIDE:
        yield Notice(code="manager_knows_everybody", values={"contacts": known})
    direct = [edge for edge in found.edges if edge.is_direct]
    if stage == 2 and direct and all(network.is_top(people[edge.ours], people[edge.theirs]) for edge in direct):
        yield Notice(code="board_only")
    if stage == 3 and [gate.code for gate in stages[3].gates if not gate.is_met] == ["board"]:
        yield Notice(code="board_missing")
    vague = [name for name in found.weights if not (people[name].function and people[name].level)]
    if vague:
        yield Notice(code="function_or_level_unknown", values={"people": len(vague), "names": tuple(sorted(vague))})
    if not document.account_managers:
        yield Notice(code="no_account_manager")


class Departure(Strict):
    """What is left when one person goes.

    stage_after  never above the stage before: without the hub all contact is direct, which is not a diamond gained.
    lost         people of the other side whom nobody has an active contact with any more.
    weight_lost  the share of all weight that goes too, 0..1; None where there was none.
    """

    person: str
    stage_before: int
    stage_after: int
    nu_after: int
    lost: tuple[str, ...]
    weight_lost: float | None


def without(document: Document, person: str) -> Document:
    """The network without one person. Whoever follows in the role is not known yet, and has no contacts.

    Raises InvalidInput("unknown_person").
    """
    if person not in {each.id for each in (*document.ours, *document.theirs)}:
        raise InvalidInput("unknown_person", "", name=person)
    return document.model_copy(
        update={
            "ours": tuple(each for each in document.ours if each.id != person),
            "theirs": tuple(each for each in document.theirs if each.id != person),
            "edges": tuple(edge for edge in document.edges if person not in (edge.ours, edge.theirs)),
            "account_managers": tuple(name for name in document.account_managers if name != person),
            "main_contacts": tuple(name for name in document.main_contacts if name != person),
        }
    )


def departure(document: Document, person: str, before: Result | None = None) -> Departure:
    """If this person leaves. Raises InvalidInput("unknown_person").

    >>> gone = departure(Document.model_validate(EXAMPLE), "kam")
    >>> gone.stage_after, gone.nu_after, gone.lost
    (2, 1, ('buyer',))
    """
    before = before or evaluate(document)
    after = evaluate(without(document, person))
    total = before.metrics.weight
    gone = set(before.metrics.weights) - set(after.metrics.weights) - {person}
    return Departure(
        person=person,
        stage_before=before.stage,
        stage_after=min(before.stage, after.stage),
        nu_after=after.metrics.nu,
        lost=tuple(sorted(gone)),
        weight_lost=1 - after.metrics.weight / total if total else None,
    )


def departures(document: Document) -> tuple[Departure, ...]:
    """Every person with an active contact, the gravest departure first."""
    before = evaluate(document)
    each = [departure(document, person, before) for person in before.metrics.weights]
    return tuple(sorted(each, key=lambda d: (d.stage_after, d.nu_after, -(d.weight_lost or 0), -len(d.lost), d.person)))


EXAMPLE = network.GOLF
