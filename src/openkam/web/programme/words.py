"""Codes of the lower floors as sentences. Every code that the product can raise has its words here or in an
app's own table, registered with `teach`; a test holds them against the codes in the source."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_problems: dict[str, Any] = {
    "disk_full": gettext_lazy("The disk is full. Nothing was changed; free some space and try again."),
    "system": gettext_lazy("The system refused: %(detail)s. Nothing was changed."),
    "unexpected": gettext_lazy("Something unexpected happened. Nothing was changed; the log of the server says more."),
    "worker_died": gettext_lazy("The server stopped three times during this work. Nothing was changed."),
}
_steps: dict[str, Any] = {}
_verbs: dict[str, Any] = {
    "changed": gettext_lazy("changed"),
    "created": gettext_lazy("created"),
    "deleted": gettext_lazy("deleted"),
    "imported": gettext_lazy("imported"),
    "assigned": gettext_lazy("assigned"),
    "cleared": gettext_lazy("cleared"),
    "copied": gettext_lazy("copied"),
    "joined_team": gettext_lazy("added to the team of"),
    "left_team": gettext_lazy("took from the team of"),
    "key_added": gettext_lazy("gave a ledger key to"),
    "key_moved": gettext_lazy("moved a ledger key to"),
    "merged": gettext_lazy("merged"),
    "undone": gettext_lazy("undid"),
    "discarded": gettext_lazy("discarded"),
}


def teach(
    problems: Mapping[str, Any] | None = None,
    steps: Mapping[str, Any] | None = None,
    verbs: Mapping[str, Any] | None = None,
) -> None:
    """Add sentences for codes; an app does this once, when it starts."""
    _problems.update(problems or {})
    _steps.update(steps or {})
    _verbs.update(verbs or {})


class _Blank(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "–"


def problem(code: str, values: Mapping[str, Any] | None = None) -> str:
    """The sentence for a code, with its values filled in."""
    sentence = _problems.get(code)
    if sentence is None:
        return _("Not accepted (%(code)s).") % {"code": code}
    return str(sentence) % _Blank(values or {})


def step(code: str) -> str:
    return str(_steps.get(code, code))


def verb(code: str) -> str:
    """What somebody did, as the history says it."""
    return str(_verbs.get(code, code.replace("_", " ")))


def known_problems() -> frozenset[str]:
    return frozenset(_problems)
