"""The thresholds of the diagnosis: change them, see who would move, hold them against what teams agreed."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from openkam.method import ambition, network
from openkam.method import stage as method
from openkam.method.document import read
from openkam.method.errors import InvalidInput
from openkam.web.accounts.models import Account
from openkam.web.people.models import User
from openkam.web.programme.history import record

from .models import StageReview, StageRules, Standing
from .seen import seen_many, thresholds

#: Accounts that a preview looks at, those that we have most contact with first.
LOOKED_AT = 200


@transaction.atomic
def change_rules(values: Mapping[str, Any], *, by: User, version: int) -> list[str]:
    """Keep what differs from the method's own thresholds; one event for each that changed.

    Raises InvalidInput("thresholds_taken" | the code of what is wrong with a threshold).
    """
    wanted = read(network.Thresholds, dict(values))
    row, _made = StageRules.objects.select_for_update().get_or_create(pk=1)
    if row.version != version:
        raise InvalidInput("thresholds_taken")
    before, after = thresholds().model_dump(mode="json"), wanted.model_dump(mode="json")
    changed = [name for name in after if after[name] != before[name]]
    if changed:
        row.thresholds, row.version = _own(after), row.version + 1
        row.save()
    for name in changed:
        record("changed", by=by, about=row, field=name, old=_text(before[name]), new=_text(after[name]))
    return changed


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _own(values: Mapping[str, Any]) -> dict[str, Any]:
    defaults = network.Thresholds().model_dump(mode="json")
    return {name: value for name, value in values.items() if value != defaults[name]}


def version() -> int:
    return StageRules.objects.filter(pk=1).values_list("version", flat=True).first() or 1


@dataclass(frozen=True)
class Preview:
    """How many of the accounts looked at would move, and from where to where."""

    looked_at: int
    of: int
    moves: tuple[tuple[int, int, int], ...]

    @property
    def moving(self) -> int:
        return sum(count for _old, _new, count in self.moves)


def preview(values: Mapping[str, Any]) -> Preview:
    """What other thresholds would change, today. Raises InvalidInput like `change_rules`."""
    wanted = read(network.Thresholds, dict(values))
    living = Account.objects.filter(interactions__isnull=False).distinct()
    some = list(living.order_by("-standing__weight", "pk")[:LOOKED_AT])
    moves: Counter[tuple[int, int]] = Counter()
    for there in seen_many(some, timezone.localdate()).values():
        document = there.document
        old, new = method.evaluate(document), method.evaluate(document.model_copy(update={"rules": wanted}))
        moves[old.stage, new.stage] += old.stage != new.stage
    told = tuple((old, new, count) for (old, new), count in sorted(moves.items()) if count)
    return Preview(len(some), living.count(), told)


def calibration() -> ambition.Calibration:
    """The diagnosis that is kept of each account against the stage that its team agreed."""
    latest = StageReview.objects.filter(account=OuterRef("account")).order_by("-on", "-pk").values("agreed")[:1]
    pairs = Standing.objects.annotate(agreed=Subquery(latest)).exclude(agreed=None)
    rows = list(pairs.order_by("account").values_list("stage", "agreed"))
    return ambition.calibration([stage for stage, _agreed in rows], [agreed for _stage, agreed in rows])
