"""The team map: numbered members of ours, and what we judge of each contact.

A judgement is personal data with a purpose and an end: it is read by those who may change the account and by nobody
else, and it is erased when it expires.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from openkam.web.accounts.models import Account
from openkam.web.contacts.models import Colleague, Contact
from openkam.web.interactions.models import Certainty

from .choices import LevelOfTrust, Mode, Phase, Preset, Question


class TeamMap(models.Model):
    """The sheet of one account."""

    account = models.OneToOneField(Account, models.CASCADE, related_name="team_map")
    preset = models.CharField(_("buying phases"), max_length=5, choices=Preset.choices, default=Preset.FOUR)
    purpose = models.TextField(_("what these notes are for"), blank=True)

    def __str__(self) -> str:
        return str(self.account)


class TeamMember(models.Model):
    """One of ours on the sheet, by number."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="team_members")
    number = models.PositiveSmallIntegerField(_("number"))
    colleague = models.ForeignKey(Colleague, models.CASCADE, related_name="team_places", verbose_name=_("who"))
    role = models.CharField(_("role"), max_length=200, blank=True)

    class Meta:
        ordering = ["number", "pk"]
        constraints = [models.UniqueConstraint(fields=["account", "colleague"], name="member_once_on_a_sheet")]

    def __str__(self) -> str:
        return f"{self.number} {self.colleague}"


class Judgement(models.Model):
    """What we judge of a contact of one account. Missing is not neutral: each scale can be left open.

    types      economic, user, technical: as many as fit; none means that the role is not known.
    influence  1 low to 3 high; support -2 strongly against to 2 strongly for; power and interest 1 to 5.
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="judgements")
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="judgements")
    types: Any = models.JSONField(_("influence type"), default=list)
    is_coach = models.BooleanField(_("coach"), default=False)
    influence = models.PositiveSmallIntegerField(_("degree of influence"), null=True, blank=True)
    support = models.SmallIntegerField(_("degree of support"), null=True, blank=True)
    support_needed = models.SmallIntegerField(_("support needed"), null=True, blank=True)
    power = models.PositiveSmallIntegerField(_("power"), null=True, blank=True)
    interest = models.PositiveSmallIntegerField(_("interest"), null=True, blank=True)
    trust = models.CharField(_("relationship level"), max_length=16, choices=LevelOfTrust.choices, blank=True)
    trust_wanted = models.CharField(_("wanted level"), max_length=16, choices=LevelOfTrust.choices, blank=True)
    mode = models.CharField(_("response mode"), max_length=14, choices=Mode.choices, blank=True)
    is_new = models.BooleanField(_("new in the job"), default=False)
    competitor = models.CharField(_("relation to competitors"), max_length=300, blank=True)
    role_how = models.CharField(_("how do you know?"), max_length=10, choices=Certainty.choices, blank=True)
    expires_on = models.DateField(_("kept until"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    #: Two accounts that become one write none of it into the history.
    is_personal = True

    class Meta:
        verbose_name = _("judgement")
        verbose_name_plural = _("judgements")
        constraints = [
            models.UniqueConstraint(fields=["account", "contact"], name="one_judgement_a_contact"),
            models.CheckConstraint(
                name="judgement_within_its_scales",
                condition=(Q(influence=None) | Q(influence__range=(1, 3)))
                & (Q(support=None) | Q(support__range=(-2, 2)))
                & (Q(support_needed=None) | Q(support_needed__range=(-2, 2)))
                & (Q(power=None) | Q(power__range=(1, 5)))
                & (Q(interest=None) | Q(interest__range=(1, 5))),
            ),
        ]

    def __str__(self) -> str:
        return str(self.contact)


class Cell(models.Model):
    """How much a contact takes part in one buying phase, 0 to 3, and who of ours covers them in it."""

    judgement = models.ForeignKey(Judgement, models.CASCADE, related_name="cells")
    phase = models.CharField(max_length=12, choices=Phase.choices)
    participation = models.PositiveSmallIntegerField(null=True, blank=True)
    covered_by: Any = models.ManyToManyField(TeamMember, related_name="cells")
    is_personal = True

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["judgement", "phase"], name="one_cell_a_phase"),
            models.CheckConstraint(
                name="participation_within_its_scale",
                condition=Q(participation=None) | Q(participation__range=(0, 3)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.judgement_id} · {self.phase}"


class Answer(models.Model):
    """What we know of one of the five questions, and how we know it."""

    judgement = models.ForeignKey(Judgement, models.CASCADE, related_name="answers")
    question = models.CharField(max_length=14, choices=Question.choices)
    text = models.TextField(blank=True)
    how = models.CharField(_("how do you know?"), max_length=10, choices=Certainty.choices, blank=True)
    is_confirmed = models.BooleanField(_("confirmed"), default=False)
    is_personal = True

    class Meta:
        constraints = [models.UniqueConstraint(fields=["judgement", "question"], name="one_answer_a_question")]

    def __str__(self) -> str:
        return f"{self.judgement_id} · {self.question}"
