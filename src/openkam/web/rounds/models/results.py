"""What came out: the frozen record, each account's place in it, the probability of being among the best."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .rounds import Entry, Round


class Frozen(models.Model):
    """A round as it was when it was frozen: who froze it, when, and everything it says. Never changed."""

    round = models.OneToOneField(Round, models.PROTECT, related_name="frozen")
    document = models.JSONField()
    digest = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.round} · {self.digest[:12]}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise TypeError("what is frozen is not written twice")
        super().save(*args, **kwargs)


class Cell(models.TextChoices):
    KEY = "key", _("Key account")
    KEY_DEVELOPMENT = "key_development", _("Key development account")
    MAINTENANCE = "maintenance", _("Maintenance account")
    OPPORTUNISTIC = "opportunistic", _("Opportunistic account")


class Placement(models.Model):
    """An account's place in a frozen round, for pages that ask about the account."""

    entry = models.OneToOneField(Entry, models.CASCADE, related_name="placement")
    rank = models.PositiveIntegerField(null=True)
    score = models.FloatField(null=True)
    completeness = models.FloatField(default=0)
    is_excluded = models.BooleanField(default=False)
    attractiveness = models.FloatField(null=True)
    strength = models.FloatField(null=True)
    cell = models.CharField(max_length=20, choices=Cell.choices, blank=True)
    is_borderline = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["cell"], name="placement_cell")]

    def __str__(self) -> str:
        return f"{self.entry} {self.cell}"


class Robustness(models.Model):
    """The probability of each account being among the best N under random weights, for one state of a round."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="robustness")
    mark = models.PositiveBigIntegerField()
    top = models.PositiveSmallIntegerField()
    draws = models.PositiveIntegerField()
    seed = models.BigIntegerField()
    shares = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "mark", "top"], name="robustness_once")]

    def __str__(self) -> str:
        return f"{self.round} top {self.top}"
