"""Who met whom, about what, what we learned, and where it was read from."""

from .insights import Certainty, Insight
from .interactions import Interaction, Kind, Part, Participant
from .sources import Attempt, ExclusionRule, Mailbox, Pending, SourceFile, UnknownAddress
from .teams import JointTeam, JointTeamMember, TeamKind

__all__ = [
    "Attempt",
    "Certainty",
    "ExclusionRule",
    "Insight",
    "Interaction",
    "JointTeam",
    "JointTeamMember",
    "Kind",
    "Mailbox",
    "Part",
    "Participant",
    "Pending",
    "SourceFile",
    "TeamKind",
    "UnknownAddress",
]
