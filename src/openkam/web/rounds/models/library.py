"""The library of criteria: what customers can be scored on, with written anchors."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..library.built_in import BUILT_IN


class Kind(models.TextChoices):
    """What a criterion is about. Mixing them counts a thing twice: our strength is no property of the customer."""

    SELECTION = "selection", _("Selection criterion")
    ATTRACTIVENESS = "attractiveness", _("Attractiveness factor")
    STRENGTH = "strength", _("Critical success factor")

    @property
    def plural(self) -> Any:
        return KINDS[self]


KINDS = {
    Kind.SELECTION: _("Selection criteria"),
    Kind.ATTRACTIVENESS: _("Attractiveness factors"),
    Kind.STRENGTH: _("Critical success factors"),
}


class CriterionQuerySet(models.QuerySet["Criterion"]):
    def in_use(self) -> "CriterionQuerySet":
        return self.filter(retired_at=None)


class Criterion(models.Model):
    """One criterion or factor, scored from 1 to 10; 10 is always best for us, or for success factors best for them.

    Built-in ones (`slug`) speak three languages until somebody rewrites them; an empty text means the built-in one.
    """

    kind = models.CharField(_("kind"), max_length=15, choices=Kind.choices)
    slug = models.CharField(max_length=60, blank=True, editable=False)
    name = models.CharField(_("name"), max_length=200, blank=True)
    at_1 = models.CharField(_("what scores 1"), max_length=300, blank=True)
    at_5 = models.CharField(_("what scores 5"), max_length=300, blank=True)
    at_10 = models.CharField(_("what scores 10"), max_length=300, blank=True)
    floor = models.PositiveSmallIntegerField(
        _("must score at least"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(10)],
        help_text=_("An account below this floor is excluded, whatever its total. Empty: no must-have."),
    )
    is_picked = models.BooleanField(_("picked for new rounds"), default=False)
    position = models.PositiveSmallIntegerField(default=1000)
    retired_at = models.DateTimeField(null=True, editable=False)

    objects = CriterionQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "position", "pk"]
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        constraints = [
            models.UniqueConstraint(fields=["kind", "slug"], condition=~Q(slug=""), name="built_in_once"),
            models.CheckConstraint(name="criterion_has_a_name", condition=~Q(slug="", name="")),
            models.CheckConstraint(name="floor_on_the_scale", condition=Q(floor=None) | Q(floor__range=(1, 10))),
        ]

    def __str__(self) -> str:
        return self.name or str(self._built_in("name"))

    @property
    def anchors(self) -> dict[int, str]:
        """What a score of 1, 5 and 10 means; points without a text are left out."""
        texts = {score: getattr(self, f"at_{score}") or self._built_in(f"at_{score}") for score in (1, 5, 10)}
        return {score: str(text) for score, text in texts.items() if text}

    @property
    def source(self) -> str:
        """The ledger's measure that can suggest a score ("revenue_share", "net_margin", "growth"), or nothing."""
        return str(self._built_in("source"))

    def _built_in(self, part: str) -> Any:
        words = BUILT_IN.get((self.kind, self.slug))
        return getattr(words, part) if words else ""
