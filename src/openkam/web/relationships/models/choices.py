"""The words for the codes of stages, buying phases and judgements."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Stage(models.IntegerChoices):
    DORMANT = 0, _("Dormant")
    PRE = 1, _("Pre-KAM")
    EARLY = 2, _("Early KAM")
    MID = 3, _("Mid KAM")
    PARTNERSHIP = 4, _("Partnership KAM")
    SYNERGISTIC = 5, _("Synergistic KAM")


class Preset(models.TextChoices):
    """How a purchase is divided into phases: the deck's four, or Rackham's five."""

    FOUR = "four", _("Four phases")
    FIVE = "five", _("Five phases (Rackham)")


class Phase(models.TextChoices):
    RECOGNITION = "recognition", _("Recognition of needs")
    EVALUATION = "evaluation", _("Evaluation of options")
    SELECTION = "selection", _("Selection")
    CONCERNS = "concerns", _("Resolution of concerns")
    DECISION = "decision", _("Decision")
    POST_SALE = "post_sale", _("Post-sale")


class Buying(models.TextChoices):
    ECONOMIC = "economic", _("Economic")
    USER = "user", _("User")
    TECHNICAL = "technical", _("Technical")


class LevelOfTrust(models.TextChoices):
    UNKNOWN = "", _("not assessed")
    VENDOR = "vendor", _("Vendor")
    CREDIBLE_SOURCE = "credible_source", _("Credible source")
    PROBLEM_SOLVER = "problem_solver", _("Problem solver")
    TRUSTED_ADVISOR = "trusted_advisor", _("Trusted advisor")


class Mode(models.TextChoices):
    UNKNOWN = "", _("not assessed")
    GROWTH = "growth", _("Growth")
    TROUBLE = "trouble", _("Trouble")
    EVEN_KEEL = "even_keel", _("Even keel")
    OVERCONFIDENT = "overconfident", _("Overconfident")


class Question(models.TextChoices):
    """The deck's five questions about a contact; the needs are three."""

    MOTIVE = "motive", _("What motivates this person?")
    NEED_1 = "need_1", _("Most urgent need")
    NEED_2 = "need_2", _("Second most urgent need")
    NEED_3 = "need_3", _("Third most urgent need")
    COMMUNICATION = "communication", _("Preferred communication")
    FREQUENCY = "frequency", _("How often do they want contact?")
    DEEPEN = "deepen", _("How could we deepen the relationship?")
