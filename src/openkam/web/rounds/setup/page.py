"""What the pages of a round's set-up have in common."""

from typing import Any

from openkam.web.people.access import PersonRequest

from ..access import membership
from ..actions import BEFORE_LOCK
from ..models import Round, Stage

#: While criteria may still come and go.
BEFORE_REVEAL = frozenset({Stage.DRAFT, Stage.OPEN})


def setup_page(request: PersonRequest, round_: Round, step: str, **more: Any) -> dict[str, Any]:
    """The context of a step; the reader is a facilitator."""
    member = membership(round_, request.user)
    return {
        "section": "rounds",
        "tab": "setup",
        "round": round_,
        "is_facilitator": True,
        "is_rater": bool(member and member.is_rater),
        "step": step,
        "may_change": round_.stage in BEFORE_LOCK,
        **more,
    }
