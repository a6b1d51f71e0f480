"""The reading of a round, kept in the memory of a process for as long as the round's mark says that it is true.

Ten thousand accounts on twenty-two criteria by seven raters take seconds to read; a slider has no seconds.
"""

from collections import OrderedDict
from threading import Lock
from typing import Any

from django.db import connections
from django.db.models import Count, Sum

from ..models import Round
from .frozen import thaw
from .loading import load
from .sheets import Reading

MOST_KEPT = 4


_kept: OrderedDict[tuple[Any, ...], Reading] = OrderedDict()
_lock = Lock()


def reading_of(round_: Round) -> Reading:
    """The round, read once for each of its states."""
    key = (
        str(connections[Round.objects.db].settings_dict["NAME"]),
        round_.pk,
        round_.created_at,
        round_.mark,
        round_.stage,
        *_accounts_mark(round_),
    )
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    reading = thaw(round_) if round_.is_frozen else load(round_)
    with _lock:
        _kept[key] = reading
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return reading


def _accounts_mark(round_: Round) -> tuple[Any, ...]:
    """Merging accounts changes whose entries are whose, without touching the round."""
    return tuple(
        round_.entries.order_by().aggregate(n=Count("pk"), known=Count("account"), sum=Sum("account_id")).values()
    )
