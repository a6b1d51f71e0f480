"""What an action can close: a gate of the relationship's stages, or a loss."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from openkam.web.relationships.stage_words import GATES as STAGE_GATES

#: An open action with this gate deals with a loss of two years.
NO_LOSS = "net_income"
GATES: dict[str, Any] = {**STAGE_GATES, NO_LOSS: _("net income above zero")}


def gate_words(code: str) -> str:
    return str(GATES.get(code, code))
