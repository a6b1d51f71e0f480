"""Risks of an account or of a design project, and where each rater would place them."""

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from openkam.method import risk as method
from openkam.web.accounts.models import Account
from openkam.web.db.fields import MoneyField
from openkam.web.projects.models import DesignProject

from .choices import Family, Level


def placed_or_not(kind: str) -> Q:
    """Impact and probability of one kind are both known levels, or both empty."""
    axes = (f"{kind}_impact", f"{kind}_probability")
    return Q(**{f"{axis}__in": Level.values for axis in axes}) | Q(**dict.fromkeys(axes, ""))


def placement(impact: str, probability: str) -> method.Placement | None:
    return method.Placement(impact=impact, probability=probability) if impact else None  # type: ignore[arg-type]


class RiskQuerySet(models.QuerySet["Risk"]):
    def visible_to(self, user: Any) -> "RiskQuerySet":
        """Risks of the accounts and of the design projects that this person sees."""
        if user.is_director:
            return self
        accounts = Account.objects.visible_to(user).order_by().values("pk")
        projects = DesignProject.objects.visible_to(user).order_by().values("pk")
        return self.filter(Q(account__in=accounts) | Q(project__in=projects))

    def with_people(self) -> "RiskQuerySet":
        return self.select_related("account", "project", "owner", "plan_approved_by")


class Risk(models.Model):
    """Something that could happen. `version` grows with each change, so that a second editor is told.

    inherent  where it stands before any measure; residual after measures, once somebody has scored again.
    turn      blind placements are asked for in turns; the running one is secret until it is revealed.
    """

    account = models.ForeignKey(
        Account, models.CASCADE, null=True, blank=True, related_name="risks", verbose_name=_("account")
    )
    project = models.ForeignKey(
        DesignProject, models.CASCADE, null=True, blank=True, related_name="risks", verbose_name=_("design project")
    )
    title = models.CharField(_("risk"), max_length=500)
    what = models.TextField(_("what could happen"), blank=True)
    family = models.CharField(_("family"), max_length=15, choices=Family.choices)
    prompt = models.CharField(_("prompt"), max_length=40, blank=True)
    inherent_impact = models.CharField(_("impact before measures"), max_length=6, choices=Level.choices, blank=True)
    inherent_probability = models.CharField(
        _("probability before measures"), max_length=6, choices=Level.choices, blank=True
    )
    residual_impact = models.CharField(_("impact after measures"), max_length=6, choices=Level.choices, blank=True)
    residual_probability = models.CharField(
        _("probability after measures"), max_length=6, choices=Level.choices, blank=True
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="risks",
        verbose_name=_("risk owner"),
    )
    due_on = models.DateField(_("due"), null=True, blank=True)
    plan = models.TextField(_("plan"), blank=True)
    plan_approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("plan approved by")
    )
    plan_approved_at = models.DateTimeField(_("plan approved at"), null=True)
    at_stake = MoneyField(_("money at stake"), null=True, blank=True)
    chance = models.DecimalField(
        _("probability, typed"),
        max_digits=4,
        decimal_places=3,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
    )
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(_("closed"), null=True)
    closed_why = models.TextField(_("why it is closed"), blank=True)
    turn = models.PositiveSmallIntegerField(default=1)
    revealed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    revealed_at = models.DateTimeField(_("placements revealed"), null=True)
    version = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    #: How many have placed it in the running turn; `openkam.web.plans.blind` counts them.
    raters = 0

    objects = RiskQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("risk")
        verbose_name_plural = _("risks")
        constraints = [
            models.CheckConstraint(
                name="risk_of_an_account_or_a_project",
                condition=Q(account=None, project__isnull=False) | Q(account__isnull=False, project=None),
            ),
            models.CheckConstraint(name="risk_placed_or_not", condition=placed_or_not("inherent")),
            models.CheckConstraint(
                name="risk_scored_again_or_not",
                condition=placed_or_not("residual") & (Q(residual_impact="") | ~Q(inherent_impact="")),
            ),
            models.CheckConstraint(
                name="plan_approval_is_whole",
                condition=Q(plan_approved_by=None, plan_approved_at=None)
                | Q(plan_approved_by__isnull=False, plan_approved_at__isnull=False),
            ),
            models.CheckConstraint(
                name="closing_is_whole",
                condition=Q(closed_by=None, closed_at=None) | Q(closed_by__isnull=False, closed_at__isnull=False),
            ),
            models.CheckConstraint(name="at_stake_not_negative", condition=Q(at_stake=None) | Q(at_stake__gte=0)),
            models.CheckConstraint(name="chance_is_a_share", condition=Q(chance=None) | Q(chance__range=(0, 1))),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("risk", args=[self.pk])

    @property
    def subject(self) -> Account | DesignProject:
        """Whose risk it is."""
        found = self.account or self.project
        assert found is not None, "the database demands one"  # noqa: S101 - for the type checker
        return found

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.due_on is not None and self.due_on < localdate()

    @property
    def has_approved_plan(self) -> bool:
        return self.plan_approved_at is not None

    @property
    def inherent(self) -> method.Placement | None:
        return placement(self.inherent_impact, self.inherent_probability)

    @property
    def residual(self) -> method.Placement | None:
        return placement(self.residual_impact, self.residual_probability)

    @property
    def current(self) -> method.Placement | None:
        return self.residual or self.inherent

    @property
    def is_blind(self) -> bool:
        """Whether the placements of the running turn are still their raters' alone."""
        return self.revealed_at is None


class RiskPlacement(models.Model):
    """Where one rater would place a risk in one turn. Others read it through `openkam.web.plans.blind` alone."""

    risk = models.ForeignKey(Risk, models.CASCADE, related_name="placements")
    rater = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="risk_placements")
    turn = models.PositiveSmallIntegerField(default=1)
    inherent_impact = models.CharField(max_length=6, choices=Level.choices)
    inherent_probability = models.CharField(max_length=6, choices=Level.choices)
    residual_impact = models.CharField(max_length=6, choices=Level.choices, blank=True)
    residual_probability = models.CharField(max_length=6, choices=Level.choices, blank=True)
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["risk", "turn", "rater"], name="placement_once_a_turn"),
            models.CheckConstraint(
                name="placement_has_levels", condition=placed_or_not("inherent") & ~Q(inherent_impact="")
            ),
            models.CheckConstraint(name="placement_scored_again_or_not", condition=placed_or_not("residual")),
        ]

    def __str__(self) -> str:
        return f"{self.risk_id} · {self.rater_id}"
