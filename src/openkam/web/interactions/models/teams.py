"""Joint teams: people of both firms with one written goal."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from openkam.web.accounts.models import Account
from openkam.web.contacts.models import Colleague, Contact


class TeamKind(models.TextChoices):
    OPERATIONS = "operations", _("Operations")
    NPD = "npd", _("New product development")
    LOGISTICS = "logistics", _("Logistics")
    SHE = "she", _("Safety, health, environment")
    MARKET_RESEARCH = "market_research", _("Market research")
    OTHER = "other", _("Other")


class JointTeamQuerySet(models.QuerySet["JointTeam"]):
    def visible_to(self, user: Any) -> "JointTeamQuerySet":
        if user.is_director:
            return self
        return self.filter(account__in=Account.objects.visible_to(user).order_by().values("pk"))


class JointTeam(models.Model):
    """A project team of both firms. It counts with a written goal, members of both, and meetings."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="joint_teams")
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=20, choices=TeamKind.choices, default=TeamKind.OTHER)
    goal = models.TextField(_("written goal"), blank=True)
    started_on = models.DateField(_("since"), null=True, blank=True)
    ended_on = models.DateField(_("until"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = JointTeamQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("joint team")
        verbose_name_plural = _("joint teams")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("joint-team", args=[self.pk])


class JointTeamMember(models.Model):
    team = models.ForeignKey(JointTeam, models.CASCADE, related_name="members")
    contact = models.ForeignKey(Contact, models.CASCADE, null=True, related_name="joint_teams")
    colleague = models.ForeignKey(Colleague, models.CASCADE, null=True, related_name="joint_teams")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "contact"], name="contact_once_a_team"),
            models.UniqueConstraint(fields=["team", "colleague"], name="colleague_once_a_team"),
            models.CheckConstraint(
                name="team_member_of_one_side",
                condition=Q(contact=None, colleague__isnull=False) | Q(contact__isnull=False, colleague=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contact or self.colleague} · {self.team_id}"
