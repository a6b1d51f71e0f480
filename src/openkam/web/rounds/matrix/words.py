"""The four classes, what each deserves, and what would move an account, in words."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from openkam.method.account_class import CLASSES, SERVICE_LEVEL, STAGE_CEILING
from openkam.web.programme.templatetags.words import plain

from ..models.results import Cell
from .table_two import Change, Turn

CLASS_WORDS: dict[str, Any] = dict(Cell.choices)
#: The names where there is little room.
SHORT = {
    "key": pgettext_lazy("class of accounts", "Key"),
    "key_development": pgettext_lazy("class of accounts", "Key development"),
    "maintenance": pgettext_lazy("class of accounts", "Maintenance"),
    "opportunistic": pgettext_lazy("class of accounts", "Opportunistic"),
}
#: The deck's advice.
ADVICE = {
    "key": gettext_lazy("devote time; to be their key supplier is within reach"),
    "key_development": gettext_lazy("develop our strength there"),
    "maintenance": gettext_lazy("manage time economically"),
    "opportunistic": gettext_lazy("worth chasing? be tactical"),
}
SERVICE = {
    "dedicated": gettext_lazy("dedicated: a team of their own, first call on what we have"),
    "investing": gettext_lazy("investing: time and money on what makes us stronger"),
    "economical": gettext_lazy("economical: standard offers, few visits, little tailoring"),
    "tactical": gettext_lazy("tactical: as it pays, order by order"),
}
STAGES = (
    gettext_lazy("Pre-KAM"),
    gettext_lazy("Early KAM"),
    gettext_lazy("Mid KAM"),
    gettext_lazy("Partnership KAM"),
    gettext_lazy("Synergistic KAM"),
)
RULES = {
    "best": gettext_lazy("against the best competitor"),
    "average": gettext_lazy("against the average competitor"),
}
#: What can be chosen beside the picture, in few words.
OPTIONS = {
    "cut": [
        ("mean", gettext_lazy("the average")),
        ("midpoint", gettext_lazy("the midpoint, 5.5")),
        ("fixed", gettext_lazy("a fixed score")),
    ],
    "rule": [("best", gettext_lazy("the best competitor")), ("average", gettext_lazy("the average competitor"))],
    "view": [("ours", gettext_lazy("our own scores")), ("theirs", gettext_lazy("the customers', where there are any"))],
}
AXES = {"attractiveness": gettext_lazy("attractiveness"), "strength": gettext_lazy("strength")}


def ceiling(name: str) -> str:
    """How far a relationship with an account of this class should go at most."""
    low, high = STAGE_CEILING[name]  # type: ignore[index]
    first, last = STAGES[low - 1], STAGES[high - 1]
    return str(first) if low == high else _("%(first)s to %(last)s") % {"first": first, "last": last}


def class_lines(counts: dict[str, int]) -> list[dict[str, Any]]:
    """The four classes as a table: how many accounts, the advice, what service and which stage they deserve."""
    return [
        {
            "name": name,
            "words": CLASS_WORDS[name],
            "accounts": counts[name],
            "advice": ADVICE[name],
            "service": SERVICE[SERVICE_LEVEL[name]],
            "ceiling": ceiling(name),
        }
        for name in CLASSES
    ]


def changes(steps: Iterable[Change]) -> str:
    """Success factors and the levels they go to: "Price 5 → 10, Relationship 5 → 7"."""
    return ", ".join(f"{step.factor} {plain(step.now, 1)} → {plain(step.to, 1)}" for step in steps)


def turn_words(turn: Turn | None) -> str:
    """What would turn our strength at an account, for a table."""
    if turn is None:
        return "–"
    if turn.steps is None:
        return _("no change of our scores would do") if turn.is_gain else _("nothing could take it away")
    said = _("strong with %(changes)s") if turn.is_gain else _("lost with %(changes)s")
    return said % {"changes": changes(turn.steps)}
