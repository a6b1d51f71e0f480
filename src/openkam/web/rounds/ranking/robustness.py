"""How probable it is that an account is among the best N, whatever its criteria weigh: 1,000 random weightings.

Small rounds are worked out when their page is asked for; large ones in the background, and kept.
"""

from collections.abc import Callable
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from openkam.method.errors import InvalidInput
from openkam.method.ranking import BoolArray
from openkam.method.sensitivity import DRAWS, SEED, top_probability

from ..models import Kind, Robustness, Round
from ..reading import reading_of
from ..reading.sheets import Floats, Reading
from ..results import ranking

AT_ONCE = 1_000

_kept: WeakKeyDictionary[Reading, dict[int, Floats]] = WeakKeyDictionary()
_lock = Lock()


def top_shares(round_: Round, reading: Reading) -> Floats | None:
    """The share of random weightings, 0..1, that puts each entry among the round's best; NaN for one not ranked.

    None for a round that is too large to work out at once and was not worked out yet.
    """
    with _lock:
        found = _kept.get(reading, {}).get(round_.top)
    if found is None:
        found = _drawn(round_, reading) if len(reading.entries) <= AT_ONCE else _stored(round_, reading)
    if found is not None:
        with _lock:
            _kept.setdefault(reading, {})[round_.top] = found
    return found


def work_out(round_: Round, *, beat: Callable[..., None]) -> Robustness:
    """Draw for a whole round and keep what came out, for the state that it is in now. Safe to run again."""
    reading = reading_of(round_)
    shares = _drawn(round_, reading, progress=lambda part: beat(step="drawing_weights", fraction=part))
    known = ~np.isnan(shares)
    numbers = [str(entry.id) for entry in reading.entries]
    kept = {numbers[at]: float(shares[at]) for at in np.flatnonzero(known)}
    state = {"round": round_, "mark": round_.mark, "top": round_.top}
    fields = {"draws": DRAWS, "seed": SEED, "shares": kept}
    row, _is_new = Robustness.objects.update_or_create(**state, defaults=fields)
    round_.robustness.filter(mark__lt=round_.mark).delete()  # never what a later job found of a later state
    return row


def _drawn(round_: Round, reading: Reading, progress: Any = None) -> Floats:
    """A criterion that the round gives no weight is switched off in the random weightings too."""
    may = _ranked(reading)
    scores, points = reading.sheets[Kind.SELECTION].median, reading.weights(Kind.SELECTION)
    if not may.any():
        return np.full(len(may), np.nan)
    shares = top_probability(scores[:, points > 0], top=round_.top, allowed=may, progress=progress)
    return np.where(may, shares, np.nan)


def _ranked(reading: Reading) -> BoolArray:
    """Whom the round ranks: the others are never among the best, whatever the weights."""
    try:
        ranked: BoolArray = ranking(reading).rank > 0
    except InvalidInput:
        ranked = np.zeros(len(reading.entries), dtype=bool)
    return ranked


def _stored(round_: Round, reading: Reading) -> Floats | None:
    """What was kept, as long as it speaks of the accounts that the round ranks now: a merge changes them."""
    row = Robustness.objects.filter(round=round_, mark=round_.mark, top=round_.top).first()
    if row is None:
        return None
    shares = np.array([row.shares.get(str(entry.id), np.nan) for entry in reading.entries], dtype=float)
    return shares if np.array_equal(~np.isnan(shares), _ranked(reading)) else None
