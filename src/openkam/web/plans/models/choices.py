"""The words of the risk grid for the codes of its method."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Level(models.TextChoices):
    LOW = "low", _("Low")
    MEDIUM = "medium", _("Medium")
    HIGH = "high", _("High")


class Label(models.TextChoices):
    """What to do about a risk. Labels are actions; they are never averaged."""

    CAUTION = "caution", _("Proceed with caution")
    FIX = "fix_before_launch", _("Fix before launch")
    SIGNIFICANT = "significant", _("Significant risk")
    SHOWSTOPPER = "showstopper", _("Showstopper")


class Family(models.TextChoices):
    BUSINESS_CASE = "business_case", _("Business case")
    PLANNING = "planning", _("Planning")
    ORGANIZATIONAL = "organizational", _("Organizational")
    TECHNICAL = "technical", _("Technical")
    EXTERNAL = "external", _("External")
    KAM = "kam", _("Key account management")


class Gate(models.TextChoices):
    DEFINE = "define", _("Define")
    MEASURE = "measure", _("Measure")
    ANALYZE = "analyze", _("Analyze")
    DESIGN = "design", _("Design")
    VERIFY = "verify", _("Verify")
    LAUNCH = "launch", _("Launch")
