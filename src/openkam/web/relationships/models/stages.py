"""Stages: what the contacts show, what both sides feel, what was agreed, and where it shall go."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from openkam.web.accounts.models import Account

from .choices import Stage


class StageRules(models.Model):
    """One row: the thresholds of the diagnosis, as its method reads them. Each change is an event."""

    thresholds = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("rules of the stages")
        verbose_name_plural = _("rules of the stages")
        constraints = [models.CheckConstraint(name="stage_rules_are_one_row", condition=Q(pk=1))]

    def __str__(self) -> str:
        return "stage rules"


class Standing(models.Model):
    """The latest diagnosis of an account, kept so that lists need not count contacts. Made anew when contacts change
    or a day passes; the truth is in the interactions."""

    account = models.OneToOneField(Account, models.CASCADE, primary_key=True, related_name="standing")
    on = models.DateField()
    stage = models.PositiveSmallIntegerField(choices=Stage.choices)
    nu = models.PositiveIntegerField()
    direct_share = models.FloatField(null=True)
    key_person_share = models.FloatField(null=True)
    lamp = models.CharField(max_length=6)
    progress = models.FloatField(null=True)
    weight = models.PositiveIntegerField()
    is_borderline = models.BooleanField(default=False)
    unmet = models.JSONField(default=list)
    last_on = models.DateField(null=True)
    #: Made from other rows: two accounts that become one do not carry it along.
    is_derived = True

    class Meta:
        indexes = [models.Index(fields=["stage", "account"], name="standing_stage")]

    def __str__(self) -> str:
        return f"{self.account_id} · {self.stage}"


class StageReview(models.Model):
    """A quarterly review. `agreed` follows the method's rule: two consecutive reviews move it."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="stage_reviews")
    on = models.DateField(_("reviewed on"))
    diagnosed = models.PositiveSmallIntegerField(_("what the contacts show"), choices=Stage.choices)
    agreed = models.PositiveSmallIntegerField(_("agreed stage"), choices=Stage.choices)
    metrics = models.JSONField(default=dict)
    rules = models.JSONField(default=dict)
    note = models.TextField(_("note"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-on", "-pk"]
        verbose_name = _("stage review")
        verbose_name_plural = _("stage reviews")
        constraints = [models.UniqueConstraint(fields=["account", "on"], name="one_review_a_day")]

    def __str__(self) -> str:
        return f"{self.account} · {self.on}"


class PerceivedScore(models.Model):
    """Six answers of 1 to 4: how deep one side feels that the relationship is."""

    class Side(models.TextChoices):
        US = "us", _("we")
        CUSTOMER = "customer", _("the customer")

    account = models.ForeignKey(Account, models.CASCADE, related_name="perceived_scores")
    side = models.CharField(max_length=10, choices=Side.choices)
    on = models.DateField(_("on"))
    answers = models.JSONField(default=list)
    said_by = models.CharField(_("who said so"), max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-on", "-pk"]

    def __str__(self) -> str:
        return f"{self.account} · {self.side} · {self.on}"


class Ambition(models.Model):
    """Where we would like the relationship to lie, and by when. The actions are those of the account's plan."""

    account = models.OneToOneField(Account, models.CASCADE, related_name="ambition")
    target = models.PositiveSmallIntegerField(_("target stage"), choices=Stage.choices)
    by_when = models.DateField(_("by when"))
    wished = models.PositiveSmallIntegerField(
        _("stage that the customer wishes"), choices=Stage.choices, null=True, blank=True
    )
    justification = models.TextField(_("why so fast"), blank=True)
    set_on = models.DateField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("ambition")
        verbose_name_plural = _("ambitions")

    def __str__(self) -> str:
        return f"{self.account} · {self.target}"
