"""Design projects: a service designed for one or a few accounts, in five phases from define to verify."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from openkam.web.accounts.models import Account, AccountMember


class Phase(models.TextChoices):
    DEFINE = "define", _("Define")
    MEASURE = "measure", _("Measure")
    ANALYZE = "analyze", _("Analyze")
    DESIGN = "design", _("Design")
    VERIFY = "verify", _("Verify")


class DesignProjectQuerySet(models.QuerySet["DesignProject"]):
    def visible_to(self, user: Any) -> "DesignProjectQuerySet":
        """Directors see all projects; others their own and those of accounts that they see."""
        if user.is_director:
            return self
        mine = ProjectAccount.objects.filter(account__in=Account.objects.visible_to(user).order_by().values("pk"))
        return self.filter(Q(owner=user) | Q(pk__in=mine.values("project")))


class DesignProject(models.Model):
    """A service, process or offer that is designed for accounts. `version` grows with each change."""

    name = models.CharField(_("name"), max_length=500)
    purpose = models.TextField(_("what is designed, and why"), blank=True)
    accounts: Any = models.ManyToManyField(
        Account, through="ProjectAccount", related_name="projects", verbose_name=_("accounts")
    )
    phase = models.CharField(_("phase"), max_length=10, choices=Phase.choices, default=Phase.DEFINE)
    launch_on = models.DateField(_("launch"), null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="design_projects",
        verbose_name=_("project owner"),
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = DesignProjectQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("design project")
        verbose_name_plural = _("design projects")
        constraints = [models.CheckConstraint(name="phase_is_known", condition=Q(phase__in=Phase.values))]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("project", args=[self.pk])

    def editable_by(self, user: Any) -> bool:
        """Directors, its owner, and whoever may change one of its accounts."""
        if user.is_director or self.owner_id == user.pk:
            return True
        mine = Q(owner=user)
        if user.role == "manager":
            mine |= Q(pk__in=AccountMember.objects.filter(user=user).values("account"))
        return bool(self.accounts.filter(mine).exists())


class ProjectAccount(models.Model):
    """An account that a project designs for. A merge of accounts moves the row."""

    project = models.ForeignKey(DesignProject, models.CASCADE, related_name="members")
    account = models.ForeignKey(Account, models.CASCADE, related_name="project_places")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "account"], name="account_once_a_project")]

    def __str__(self) -> str:
        return f"{self.project_id} · {self.account_id}"
