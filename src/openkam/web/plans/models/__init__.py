"""What could go wrong, what is done about it, and what was decided."""

from .choices import Family, Gate, Label, Level
from .decisions import Decision, Kind
from .risks import Risk, RiskPlacement

__all__ = ["Decision", "Family", "Gate", "Kind", "Label", "Level", "Risk", "RiskPlacement"]
