"""The words of health, its signals and an exit."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from openkam.method.document import Notice
from openkam.web.programme.words import problem

COMPONENTS = {
    "coverage": _("Coverage of who decides"),
    "support": _("Their support"),
    "threads": _("Independent threads"),
    "cadence": _("Contact as often as wanted"),
    "value": _("Value delivered of value promised"),
}
BANDS = {"green": _("healthy"), "amber": _("watch it"), "red": _("at risk")}
#: What could not be compared with the year before.
UNKNOWN = {
    "contacts": _("there were no active contacts in the year before"),
    "wallet": _("their spend is not written down for two years in a row"),
    "net_income": _("net income of two years is not known"),
}
PROBLEMS = {
    "nothing_promised": _("The promised value is nothing; nothing can be kept of it."),
    "more_than_promised": _("More value was delivered than promised; it counts as kept."),
    "weight_halved": _("Active contact fell to less than half: %(now)s after %(before)s in the year before."),
    "board_lost": _("The boards met a year ago, and do not any more."),
    "threads_lost": _("Independent threads fell from %(before)s to %(now)s."),
    "wallet_shrinks": _("Our share of their spend fell by more than a fifth."),
    "loss_twice": _("Net income was below zero in two years in a row, and no action deals with it."),
    "exit_without_reason": _("Say why this relationship ends."),
}
VERBS = {"planned_exit": _("planned the exit from")}
ADVICE = {
    ("direct", "partner"): _(
        "Say it openly, and think of what they need to go on: they are powerful, or may come back."
    ),
    ("direct", "self"): _("Say it openly. Their way back matters less here; yours may come first."),
}


def sentence(notice: Notice) -> str:
    values: Mapping[str, Any] = notice.values
    return problem(notice.code, values)
