"""Where a relationship stands, where it shall stand, and who influences what."""

from .choices import Buying, LevelOfTrust, Mode, Phase, Preset, Question, Stage
from .health import Exit, ExitContact, ValuePromise
from .stages import Ambition, PerceivedScore, StageReview, StageRules, Standing
from .team_map import Answer, Cell, Judgement, TeamMap, TeamMember

__all__ = [
    "Ambition",
    "Answer",
    "Buying",
    "Cell",
    "Exit",
    "ExitContact",
    "Judgement",
    "LevelOfTrust",
    "Mode",
    "PerceivedScore",
    "Phase",
    "Preset",
    "Question",
    "Stage",
    "StageReview",
    "StageRules",
    "Standing",
    "TeamMap",
    "TeamMember",
    "ValuePromise",
]
