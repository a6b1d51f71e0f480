"""What somebody will do by when, which gate it closes, and what it rests on."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from openkam.web.accounts.models import Account
from openkam.web.interactions.models import Insight
from openkam.web.projects.models import DesignProject


class ActionQuerySet(models.QuerySet["Action"]):
    def visible_to(self, user: Any) -> "ActionQuerySet":
        """Actions of the accounts that this person sees: somebody who lost an account lost its actions too."""
        if user.is_director:
            return self
        accounts = Account.objects.visible_to(user).order_by().values("pk")
        return self.filter(account__in=accounts)

    def open(self) -> "ActionQuerySet":
        return self.filter(done_on=None, dropped_on=None)


class Action(models.Model):
    """An action of an account's plan. `place` 1 to 5: one of the five that lead to the target stage.

    gate      the code of the gate that it closes; `evidence` how we will know that it is done.
    insights  what we have learned that it rests on.
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="actions", verbose_name=_("account"))
    project = models.ForeignKey(
        DesignProject,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="actions",
        verbose_name=_("design project"),
    )
    place = models.PositiveSmallIntegerField(_("place"), null=True, blank=True)
    title = models.CharField(_("action"), max_length=300)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="actions",
        verbose_name=_("who"),
    )
    due_on = models.DateField(_("due on"), null=True, blank=True)
    gate = models.CharField(_("gate that it closes"), max_length=40, blank=True)
    evidence = models.CharField(_("how we will know"), max_length=500, blank=True)
    insights: Any = models.ManyToManyField(Insight, blank=True, related_name="actions", verbose_name=_("rests on"))
    done_on = models.DateField(_("done on"), null=True, blank=True)
    done_note = models.CharField(_("what shows it"), max_length=500, blank=True)
    dropped_on = models.DateField(_("dropped on"), null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ActionQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = _("action")
        verbose_name_plural = _("actions")
        constraints = [
            models.CheckConstraint(name="action_place_one_to_five", condition=Q(place=None) | Q(place__range=(1, 5))),
            models.CheckConstraint(name="action_is_done_or_dropped", condition=Q(done_on=None) | Q(dropped_on=None)),
        ]
        indexes = [models.Index(fields=["owner", "due_on"], name="action_owner")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("action", args=[self.pk])


class CalendarFeed(models.Model):
    """A secret address under which a calendar reads somebody's actions. Only its digest is kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feeds")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return f"{self.user} · {self.made_at:%Y-%m-%d}"


class PlanScore(models.Model):
    """The quality of an account's plan at one review: six parts of 100 points."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="plan_scores")
    on = models.DateField(_("reviewed on"))
    parts = models.JSONField(default=dict)
    phase = models.CharField(_("programme phase"), max_length=12, blank=True)
    note = models.TextField(_("note"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-on", "-pk"]
        verbose_name = _("plan review")
        verbose_name_plural = _("plan reviews")
        constraints = [models.UniqueConstraint(fields=["account", "on"], name="one_plan_review_a_day")]

    def __str__(self) -> str:
        return f"{self.account} · {self.on}"


class Sponsor(models.Model):
    """The executive of ours who stands behind an account."""

    account = models.OneToOneField(Account, models.CASCADE, related_name="sponsor")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="sponsored")

    def __str__(self) -> str:
        return f"{self.user} · {self.account_id}"
