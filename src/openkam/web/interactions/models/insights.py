"""What we have learned, from whom, and how we know: what an action can rest on."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from openkam.web.accounts.models import Account
from openkam.web.contacts.models import Contact

from .interactions import Interaction


class Certainty(models.TextChoices):
    """How do you know?"""

    SAID = "said", _("said")
    OBSERVED = "observed", _("observed")
    GUESSED = "guessed", _("guessed")


class InsightQuerySet(models.QuerySet["Insight"]):
    def visible_to(self, user: Any) -> "InsightQuerySet":
        if user.is_director:
            return self
        return self.filter(account__in=Account.objects.visible_to(user).order_by().values("pk"))


class Insight(models.Model):
    """A need, a plan, a problem or a decision of the customer.

    recurs_of  the problem that came back with this one: the second recurrence is escalated.
    hurts      the contact's own performance measure that the problem hurts.
    """

    class Kind(models.TextChoices):
        NEED = "need", _("Need")
        PLAN = "plan", _("Plan")
        PROBLEM = "problem", _("Problem")
        DECISION = "decision", _("Decision")

    account = models.ForeignKey(Account, models.CASCADE, related_name="insights", verbose_name=_("account"))
    kind = models.CharField(_("what"), max_length=10, choices=Kind.choices, default=Kind.NEED)
    text = models.TextField(_("what we have learned"))
    contact = models.ForeignKey(
        Contact, models.SET_NULL, null=True, blank=True, related_name="insights", verbose_name=_("from whom")
    )
    interaction = models.ForeignKey(
        Interaction, models.SET_NULL, null=True, blank=True, related_name="insights", verbose_name=_("interaction")
    )
    how = models.CharField(_("how do you know?"), max_length=10, choices=Certainty.choices, default=Certainty.SAID)
    is_confirmed = models.BooleanField(_("confirmed"), default=False)
    learned_on = models.DateField(_("learned on"))
    recheck_on = models.DateField(_("check again on"), null=True, blank=True)
    recurs_of = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="recurrences", verbose_name=_("came back after")
    )
    hurts = models.CharField(_("measure of the contact that it hurts"), max_length=300, blank=True)
    resolved_on = models.DateField(_("resolved on"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    #: Two accounts that become one write none of it into the history.
    is_personal = True

    objects = InsightQuerySet.as_manager()

    class Meta:
        ordering = ["-learned_on", "-pk"]
        verbose_name = _("insight")
        verbose_name_plural = _("insights")
        constraints = [models.CheckConstraint(name="insight_says_something", condition=~Q(text=""))]
        indexes = [models.Index(fields=["account", "-learned_on"], name="insight_account")]

    def __str__(self) -> str:
        return self.text[:120]

    def get_absolute_url(self) -> str:
        return reverse("insight", args=[self.pk])
