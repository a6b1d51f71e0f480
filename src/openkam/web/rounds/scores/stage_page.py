"""The page on the projector: where the round stands, how far each rater is, what comes next. Never a score."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..freezing import digest_of
from ..models import Kind, Round, Stage
from ..reading import reading_of
from ..reading.sheets import Reading
from ..scoring import progress
from ..setup.checklist import checks
from .completeness import completeness, so_many
from .desk import Cells
from .stages import MINUTES, TIMED, seen

MEANINGS = {
    Stage.DRAFT: _("Accounts, criteria, weights and raters are chosen. Nobody scores yet."),
    Stage.OPEN: _("Each rater scores alone. Nobody sees another's scores, not even the facilitator."),
    Stage.REVEALED: _("Everybody sees all scores. Talk only about cells that lie far apart."),
    Stage.SECOND: _("Those cells are scored again, blind. The first scores stay readable. May be left out."),
    Stage.LOCKED: _("The median of each cell stands. The rules can still be chosen."),
    Stage.FROZEN: _("The record, with its digest. Nothing of it changes any more."),
}
TITLES = {
    Stage.DRAFT: _("Prepare"),
    Stage.OPEN: _("Score, blind"),
    Stage.REVEALED: _("Reveal"),
    Stage.SECOND: _("Score again"),
    Stage.LOCKED: _("Lock"),
    Stage.FROZEN: _("Freeze"),
}


@dataclass(frozen=True)
class Step:
    """A stage of the round as the page shows it."""

    title: Any
    meaning: Any
    is_now: bool
    is_past: bool


@dataclass(frozen=True)
class Move:
    """What a facilitator can do next: a button, and the question it asks first."""

    to: str
    words: Any
    question: Any
    is_main: bool = True


OPEN = Move(Stage.OPEN, _("Open for scoring"), _("Open the round? Raters can score from now on."))
REVEAL = Move(Stage.REVEALED, _("Reveal the scores"), _("Reveal all scores to everybody in the round?"))
AGAIN = Move(Stage.SECOND, _("Start the second round"), _("Let everybody score again, blind?"))
LOCK = Move(Stage.LOCKED, _("Lock the medians"), _("Lock the medians? Nobody can score any more."), is_main=False)
UNLOCK = Move(Stage.REVEALED, _("Unlock"), _("Unlock the round again?"), is_main=False)
FREEZE = Move(Stage.FROZEN, _("Freeze the round"), _("Freeze the round for ever? This cannot be undone."))
MOVES: dict[str, tuple[Move, ...]] = {
    "draft-1": (OPEN,),
    "open-1": (REVEAL,),
    "revealed-1": (AGAIN, LOCK),
    "second-2": (REVEAL,),
    "revealed-2": (Move(LOCK.to, LOCK.words, LOCK.question),),
    "locked-1": (FREEZE, UNLOCK),
    "locked-2": (FREEZE, UNLOCK),
}


def steps(round_: Round) -> list[Step]:
    """The six stages in their order; the second round counts as past only where there was one."""
    order = list(Stage)
    at = order.index(Stage(round_.stage))
    return [
        Step(TITLES[stage], MEANINGS[stage], place == at, _is_past(round_, stage, place < at))
        for place, stage in enumerate(order)
    ]


def _is_past(round_: Round, stage: str, is_before: bool) -> bool:
    if stage == Stage.SECOND:
        return round_.turn == 2 and round_.stage != Stage.SECOND
    return is_before


@dataclass(frozen=True)
class Bar:
    """One rater's progress: a name and counts."""

    name: str
    given: int
    wanted: int
    is_finished: bool


def bars(round_: Round) -> Iterator[Bar]:
    """In the second turn a rater is asked again only for what lay far apart."""
    is_second = round_.stage == Stage.SECOND
    again = int(Cells(reading_of(round_)).flagged().sum()) if is_second else 0
    for row in progress(round_):
        yield Bar(str(row.member), row.given, again if is_second else row.wanted, row.is_finished)


def seconds_left(round_: Round) -> int | None:
    """Of the clock; zero once it has run out, None while there is none."""
    if round_.timer_ends_at is None or round_.stage not in TIMED:
        return None
    return max(0, round((round_.timer_ends_at - timezone.now()).total_seconds()))


def live(round_: Round) -> dict[str, Any]:
    """The part of the page that is asked for again every few seconds."""
    return {
        "round": round_,
        "seen": seen(round_),
        "is_live": round_.stage in TIMED,
        "bars": list(bars(round_)),
        "left": seconds_left(round_),
    }


def _before_the_step(round_: Round, reading: Reading, rows: list[Bar]) -> dict[str, Any]:
    """What a facilitator should know before the next step: what is missing to open, or how complete the scores are."""
    if round_.stage == Stage.DRAFT:
        return {"missing": [line for line in checks(round_) if line.state == "missing"]}
    if round_.stage == Stage.SECOND:
        return {"completeness": so_many(sum(row.given for row in rows), sum(row.wanted for row in rows))}
    return {} if round_.is_frozen else {"completeness": completeness(round_, reading)}


def _record(round_: Round) -> dict[str, Any]:
    """The frozen record, and whether it still is what was frozen."""
    if not round_.is_frozen:
        return {}
    frozen = round_.frozen
    return {"frozen": frozen, "agrees": digest_of(frozen.document) == frozen.digest}


def context(round_: Round) -> dict[str, Any]:
    reading = reading_of(round_)
    kinds = [(Kind(kind), len(items)) for kind, items in reading.items.items() if items]
    shown = live(round_)
    return {
        **shown,
        **_before_the_step(round_, reading, shown["bars"]),
        **_record(round_),
        "steps": steps(round_),
        "moves": MOVES.get(seen(round_), ()),
        "minutes": MINUTES,
        "accounts": len(reading.entries),
        "kinds": kinds,
    }
