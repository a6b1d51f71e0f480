"""Freezing a round: everything it says becomes one document with a digest, and each account's place a row."""

import hashlib
import json
from typing import Any

from django.db import transaction
from django.utils import timezone

from openkam.method.errors import InvalidInput
from openkam.method.matrix import CLASSES
from openkam.web.people.models import User
from openkam.web.programme.history import record

from .actions import held, touch
from .models import Frozen, Placement, Round, Stage
from .reading.frozen import as_document
from .reading.loading import load
from .reading.sheets import Reading, known
from .results import Places, Ranking, places, ranking

VERSION = 1
BATCH = 2_000


@transaction.atomic
def freeze(round_: Round, *, by: User) -> Frozen:
    """Keep a locked round for ever. Of two at once the second is told who was first.

    Raises InvalidInput("round_frozen_by" | "round_stage").
    """
    now = Round.objects.select_for_update().get(pk=round_.pk)
    if now.is_frozen:
        raise _frozen_already(now)
    held(now, {Stage.LOCKED})
    reading = load(now, afresh=True)
    ranked, placed = ranking(reading), places(reading, now)
    document = _document(now, reading, ranked, placed)
    frozen = Frozen.objects.create(round=now, document=document, digest=digest_of(document), by=by)
    Placement.objects.bulk_create(_placements(reading, ranked, placed), batch_size=BATCH)
    now.stage = Stage.FROZEN
    now.save(update_fields=["stage"])
    touch(now)
    record("frozen", by=by, about=now, new=frozen.digest)
    return frozen


def written(document: dict[str, Any]) -> bytes:
    """The document in its one written form, as JSON."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def digest_of(document: dict[str, Any]) -> str:
    """SHA-256 of the document as it is written: whoever keeps the digest can tell whether it was changed."""
    return hashlib.sha256(written(document)).hexdigest()


def _frozen_already(round_: Round) -> InvalidInput:
    first = round_.frozen
    at = timezone.localtime(first.at).strftime("%Y-%m-%d %H:%M")
    return InvalidInput("round_frozen_by", round_.name, who=str(first.by or ""), at=at)


def _document(round_: Round, reading: Reading, ranked: Ranking, placed: Places) -> dict[str, Any]:
    return {
        "version": VERSION,
        "round": {
            "name": round_.name,
            "on": round_.on.isoformat(),
            "turn": round_.turn,
            "top": round_.top,
            "strength_rule": round_.strength_rule,
            "strength_view": round_.strength_view,
            "cut": round_.cut,
            "cut_at": None if round_.cut_at is None else str(round_.cut_at),
        },
        "weightings": {
            weighting.kind: {"method": weighting.method, "content": weighting.content, "result": weighting.result}
            for weighting in round_.weightings.all()
        },
        "reading": as_document(reading),
        "results": {"cut": placed.cut, "places": [_result(at, ranked, placed) for at in range(len(reading.entries))]},
    }


def _result(at: int, ranked: Ranking, placed: Places) -> dict[str, Any]:
    cell = int(placed.cells[at])
    return {
        "rank": int(ranked.rank[at]) or None,
        "score": known(ranked.score[at]),
        "completeness": float(ranked.completeness[at]),
        "is_excluded": bool(ranked.excluded[at]),
        "attractiveness": known(placed.attractiveness[at]),
        "strength": known(placed.strength[at]),
        "cell": CLASSES[cell] if cell >= 0 else "",
        "is_borderline": bool(placed.borderline[at]),
    }


def _placements(reading: Reading, ranked: Ranking, placed: Places) -> list[Placement]:
    return [Placement(entry_id=entry.id, **_result(at, ranked, placed)) for at, entry in enumerate(reading.entries)]
