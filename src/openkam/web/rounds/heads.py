"""What every page of a round needs: its tabs, and what the reader is in it."""

from typing import Any

from openkam.web.people.models import User

from .access import membership
from .models import Round


def head(round_: Round, user: User, tab: str) -> dict[str, Any]:
    member = membership(round_, user)
    return {
        "section": "rounds",
        "round": round_,
        "tab": tab,
        "member": member,
        "is_rater": bool(member and member.is_rater),
        "is_facilitator": user.is_director or bool(member and member.is_facilitator),
    }
