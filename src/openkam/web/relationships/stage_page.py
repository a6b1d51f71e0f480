"""What the page of a relationship shows of one day: the stage, its gates one by one, and who holds it together."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import timezone

from openkam.method import network, perceived
from openkam.method import stage as method
from openkam.web.accounts.models import Account
from openkam.web.plans.action_actions import top_actions

from .days import quarter_ends
from .drawing_page import drawing_of
from .models import Ambition, PerceivedScore, Stage
from .seen import Seen, seen
from .stage_actions import review_due
from .stage_words import GATE_RULES, GATES, LAMPS, MOTTOES, NO_THREAD, SHARES, SWITCHES, sentence


@dataclass(frozen=True)
class Rung:
    """A stage of the ladder."""

    stage: Stage
    motto: Any
    is_now: bool
    is_target: bool
    is_agreed: bool


@dataclass(frozen=True)
class GateLine:
    """One gate with its figure, its threshold, and the rule behind it."""

    code: str
    label: Any
    rule: str
    value: float
    threshold: float
    is_met: bool
    is_borderline: bool

    @property
    def is_share(self) -> bool:
        return self.code in SHARES

    @property
    def is_switch(self) -> bool:
        return self.code in SWITCHES


@dataclass(frozen=True)
class Picture:
    """An account's contacts on one day, and what the method says of them."""

    seen: Seen
    found: method.Result
    names: dict[str, Any] = field(default_factory=dict)

    @property
    def stage(self) -> Stage:
        return Stage(self.found.stage)

    @property
    def motto(self) -> Any:
        return MOTTOES[self.stage]

    @property
    def lamp(self) -> str:
        """The colour; none where nobody is in active contact."""
        return self.found.metrics.lamp if self.found.metrics.nu else ""

    @property
    def lamp_words(self) -> Any:
        return LAMPS.get(self.lamp, NO_THREAD)

    @property
    def key_person(self) -> Any:
        return self.names.get(self.found.metrics.key_person or "")

    @property
    def contacts(self) -> int:
        return sum(tie.n12 for tie in self.seen.ties)

    @property
    def last_on(self) -> date | None:
        return max((tie.last_on for tie in self.seen.ties), default=None)

    @property
    def next_stage(self) -> Stage | None:
        return Stage(self.stage + 1) if self.stage < Stage.SYNERGISTIC else None

    @property
    def next_gates(self) -> list[GateLine]:
        """The gates of the next stage, or those of the last where there is none."""
        return self.gates_of(self.next_stage or Stage.SYNERGISTIC)

    @property
    def passed(self) -> list[tuple[Stage, list[GateLine]]]:
        """The stages below with their gates, nearest first."""
        return [(Stage(stage), self.gates_of(stage)) for stage in range(self.stage, 0, -1)]

    def gates_of(self, stage: int) -> list[GateLine]:
        return [gate_line(gate, self.seen.rules) for gate in self.found.stages[stage - 1].gates]

    @property
    def warnings(self) -> list[str]:
        return [sentence(notice, self.names) for notice in self.found.warnings]


def gate_line(gate: method.Gate, rules: network.Thresholds) -> GateLine:
    return GateLine(
        code=gate.code,
        label=GATES[gate.code],
        rule=str(GATE_RULES[gate.code]) % rules.model_dump(),
        value=gate.value,
        threshold=gate.threshold,
        is_met=gate.is_met,
        is_borderline=gate.borderline,
    )


def picture(account: Account, on: date) -> Picture:
    there = seen(account, on)
    return Picture(there, method.evaluate(there.document), names_of(there))


def names_of(there: Seen) -> dict[str, Any]:
    """Everybody in the picture, by the key that the method knows them by."""
    ours = {f"u{pk}": person for pk, person in there.colleagues.items()}
    return ours | {f"c{pk}": person for pk, person in there.contacts.items()}


def ladder(now: int, target: int | None, agreed: int | None) -> list[Rung]:
    stages = [stage for stage in Stage if stage != Stage.DORMANT]
    return [Rung(stage, MOTTOES[stage], stage == now, stage == target, stage == agreed) for stage in stages]


def felt(account: Account, on: date) -> dict[str, PerceivedScore]:
    """The latest answers of either side up to a day."""
    found: dict[str, PerceivedScore] = {}
    for score in account.perceived_scores.filter(on__lte=on):
        found.setdefault(score.side, score)
    return found


def read_score(score: PerceivedScore | None) -> perceived.Result | None:
    return perceived.evaluate(perceived.Document(answers=tuple(score.answers))) if score else None


def comparison(diagnosed: int, scores: dict[str, PerceivedScore]) -> list[str]:
    """Where the contacts and what both sides feel do not agree."""
    us, customer = (read_score(scores.get(side)) for side in PerceivedScore.Side.values)
    notices = perceived.compare(diagnosed, us.stage if us else None, customer.stage if customer else None)
    return [sentence(notice) for notice in notices]


def stage_context(account: Account, on: date, drawn_as: str = "") -> dict[str, Any]:
    """All of the page but its head: the picture of a day, what was felt and agreed by then, and where it shall go."""
    shown, scores = picture(account, on), felt(account, on)
    reviews = list(account.stage_reviews.filter(on__lte=on).select_related("by")[:1])
    latest = reviews[0] if reviews else None
    ambition = Ambition.objects.filter(account=account).first()
    return {
        "on": on,
        "is_today": on == timezone.localdate(),
        "quarters": quarter_ends(timezone.localdate()),
        "picture": shown,
        "drawing": drawing_of(shown.seen, shown.found.metrics, shown.found.stage, drawn_as),
        "ladder": ladder(shown.stage, ambition.target if ambition else None, latest.agreed if latest else None),
        "felt": [(side, scores.get(side), read_score(scores.get(side))) for side in PerceivedScore.Side],
        "comparison": comparison(shown.stage, scores),
        "latest_review": latest,
        "review_due": review_due(latest, timezone.localdate()),
        "ambition": ambition,
        "actions": top_actions(account),
    }


@dataclass(frozen=True)
class Leaver:
    """Somebody of either side, and what would go with them."""

    key: str
    person: Any
    is_ours: bool
    share: float | None
    lost: list[Any]
    before: Stage
    after: Stage
    nu_before: int
    nu_after: int


def leavers(shown: Picture) -> list[Leaver]:
    """Everybody with an active contact, whose leaving would cost most first."""
    return [_leaver(one, shown) for one in method.departures(shown.seen.document)]


def _leaver(one: method.Departure, shown: Picture) -> Leaver:
    return Leaver(
        key=one.person,
        person=shown.names[one.person],
        is_ours=one.person.startswith("u"),
        share=one.weight_lost,
        lost=[shown.names[key] for key in one.lost],
        before=Stage(one.stage_before),
        after=Stage(one.stage_after),
        nu_before=shown.found.metrics.nu,
        nu_after=one.nu_after,
    )


def chosen(everybody: Iterable[Leaver], key: str) -> Leaver | None:
    return next((one for one in everybody if one.key == key), None)
