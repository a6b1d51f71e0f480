"""What will be done, what could go wrong, and what was decided."""

from .actions import Action, CalendarFeed, PlanScore, Sponsor
from .choices import Family, Gate, Label, Level
from .decisions import Decision, Kind
from .risks import Risk, RiskPlacement

__all__ = [
    "Action",
    "CalendarFeed",
    "Decision",
    "Family",
    "Gate",
    "Kind",
    "Label",
    "Level",
    "PlanScore",
    "Risk",
    "RiskPlacement",
    "Sponsor",
]
