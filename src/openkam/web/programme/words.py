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


def teach(problems: Mapping[str, Any] | None = None, steps: Mapping[str, Any] | None = None) -> None:
    """Add sentences for codes; an app does this once, when it starts."""
    _problems.update(problems or {})
    _steps.update(steps or {})


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


def known_problems() -> frozenset[str]:
    return frozenset(_problems)
