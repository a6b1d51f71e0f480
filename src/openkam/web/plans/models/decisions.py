"""What was decided, by whom, when, why, and on which frozen round it rests. Rows are added, never changed."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from openkam.web.accounts.models import Account
from openkam.web.projects.models import DesignProject
from openkam.web.rounds.models import Round

from .choices import Gate, Label
from .risks import Risk


class Kind(models.TextChoices):
    NAMED = "named", _("Named key account")
    DESELECTED = "deselected", _("Deselected")
    WAIVER = "waiver", _("Waiver signed")


class DecisionQuerySet(models.QuerySet["Decision"]):
    def visible_to(self, user: Any) -> "DecisionQuerySet":
        """Decisions about the accounts and the design projects that this person sees."""
        if user.is_director:
            return self
        accounts = Account.objects.visible_to(user).order_by().values("pk")
        projects = DesignProject.objects.visible_to(user).order_by().values("pk")
        return self.filter(Q(account__in=accounts) | Q(project__in=projects))

    def with_people(self) -> "DecisionQuerySet":
        return self.select_related("account", "project", "risk", "round", "by")


class Decision(models.Model):
    """An account named or deselected, or a waiver for one risk at one gate.

    status  what the account became; label the risk as it stood when the waiver was signed: a graver one is not waived.
    """

    kind = models.CharField(_("decision"), max_length=10, choices=Kind.choices)
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="decisions", verbose_name=_("account"))
    project = models.ForeignKey(
        DesignProject, models.PROTECT, null=True, related_name="decisions", verbose_name=_("design project")
    )
    risk = models.ForeignKey(Risk, models.PROTECT, null=True, related_name="decisions", verbose_name=_("risk"))
    gate = models.CharField(_("gate"), max_length=10, choices=Gate.choices, blank=True)
    label = models.CharField(_("label"), max_length=20, choices=Label.choices, blank=True)
    status = models.CharField(_("status"), max_length=20, choices=Account.Status.choices, blank=True)
    reason = models.TextField(_("reason"))
    round = models.ForeignKey(
        Round, models.PROTECT, null=True, related_name="decisions", verbose_name=_("the round it rests on")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"), auto_now_add=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        constraints = [
            models.CheckConstraint(
                name="decision_about_an_account_or_a_project",
                condition=Q(account=None, project__isnull=False) | Q(account__isnull=False, project=None),
            ),
            models.CheckConstraint(
                name="decision_is_whole",
                condition=Q(kind="waiver", risk__isnull=False, status="") & ~Q(gate="") & ~Q(label="")
                | Q(kind__in=("named", "deselected"), risk=None, account__isnull=False, gate="") & ~Q(status=""),
            ),
            models.CheckConstraint(name="decision_has_a_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.account or self.project}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise TypeError("a decision is not written twice; decide again")
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> Any:
        raise TypeError("a decision stays on record")
