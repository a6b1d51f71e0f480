"""What stands beside the places in the matrix: revenue that the reader may see, the round before, robustness."""

from collections.abc import Iterable
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
from django.db.models import Q

from openkam.method.sensitivity import high_share
from openkam.web.accounts.models import Account
from openkam.web.people.models import User
from openkam.web.portfolio.year_facts import year_facts
from openkam.web.portfolio.years import window

from ..models import Kind, Placement, Round, Stage
from ..reading.sheets import Floats, Reading

UNIT = 10_000  # ten-thousandths in the facts

_shares: WeakKeyDictionary[Reading, dict[float | None, Floats]] = WeakKeyDictionary()


@dataclass(frozen=True, eq=False)
class Revenue:
    """Revenue of the latest fiscal year by entry; NaN where it is unknown or not for this reader.

    visible  the accounts of the round that the reader may open.
    """

    year: int | None
    amounts: Floats
    visible: frozenset[int]


def revenue_of(reading: Reading, round_: Round, user: User) -> Revenue:
    """Figures of accounts that the reader may not see are left out before anything is made of them."""
    seen = Account.objects.visible_to(user).filter(entries__round=round_).order_by()
    visible = frozenset(seen.values_list("pk", flat=True))
    span = window()
    amounts = np.full(len(reading.entries), np.nan)
    if span is None:
        return Revenue(None, amounts, visible)
    facts = year_facts([span.latest], with_profit=False)[span.latest]
    at = [place for place, entry in enumerate(reading.entries) if entry.account in visible]
    accounts = np.array([reading.entries[place].account for place in at], dtype=np.int64)
    rows = np.searchsorted(facts.accounts, accounts)
    inside = rows < len(facts.accounts)
    inside[inside] = facts.accounts[rows[inside]] == accounts[inside]
    amounts[np.array(at, dtype=np.int64)[inside]] = facts.columns["revenue"][rows[inside]] / UNIT
    return Revenue(span.latest, amounts, visible)


@dataclass(frozen=True)
class Before:
    """Where accounts stood in the last frozen round before this one: by account, attractiveness, strength, class."""

    round: Round | None
    places: dict[int, tuple[float | None, float | None, str]]


def before(round_: Round, user: User, accounts: Iterable[int]) -> Before:
    """Only a round that the reader takes part in is told of."""
    older = Q(on__lt=round_.on) | Q(on=round_.on, pk__lt=round_.pk)
    frozen = Round.objects.visible_to(user).filter(older, stage=Stage.FROZEN)
    earlier = frozen.order_by("-on", "-pk").first()
    if earlier is None:
        return Before(None, {})
    rows = Placement.objects.filter(entry__round=earlier, entry__account__in=list(accounts))
    found = rows.values_list("entry__account", "attractiveness", "strength", "cell")
    return Before(earlier, {pk: (score, strength, cell) for pk, score, strength, cell in found if pk is not None})


def attractive_shares(reading: Reading, cut: float | None) -> Floats:
    """The share of random weightings, 0..1, in which each account is attractive; NaN for one that was not scored.

    It does not hang on the weights that somebody tries, so it is worked out once for a state of the round. A factor
    that the round gives no weight is switched off here too.
    """
    kept = _shares.setdefault(reading, {})
    if cut not in kept:
        if len(kept) > 3:
            kept.clear()
        kept[cut] = _drawn(reading, cut)
    return kept[cut]


def _drawn(reading: Reading, cut: float | None) -> Floats:
    used = reading.weights(Kind.ATTRACTIVENESS) > 0
    if not used.any():
        return np.full(len(reading.entries), np.nan)
    return high_share(factor_scores(reading)[:, used], cut=cut)


def factor_scores(reading: Reading) -> Floats:
    """Accounts x attractiveness factors; NaN where missing, and for an account that was merged away."""
    return np.where(reading.ranked[:, None], reading.sheets[Kind.ATTRACTIVENESS].median, np.nan)
