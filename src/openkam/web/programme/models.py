"""The house rules of one supplier, and the record of every change."""

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from openkam.ledger.fiscal import FiscalCalendar


class Settings(models.Model):
    """One row: how this supplier counts money and years."""

    class YearName(models.TextChoices):
        END = "end", _("the calendar year it ends in")
        START = "start", _("the calendar year it starts in")

    company = models.CharField(_("our company"), max_length=200, blank=True)
    currency = models.CharField(_("reporting currency"), max_length=3, default="EUR")
    fiscal_start = models.PositiveSmallIntegerField(
        _("first month of the fiscal year"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
    )
    year_named_by = models.CharField(
        _("a fiscal year is named after"), max_length=5, choices=YearName.choices, default=YearName.END
    )
    discount_rate = models.DecimalField(
        _("discount rate"),
        max_digits=6,
        decimal_places=4,
        default="0.10",
        validators=[MinValueValidator(0), MaxValueValidator(1)],
        help_text=_("Yearly, as a fraction: 0.10 is 10 %."),
    )

    class Meta:
        verbose_name = _("settings")
        verbose_name_plural = _("settings")
        constraints = [
            models.CheckConstraint(name="settings_are_one_row", condition=models.Q(pk=1)),
            models.CheckConstraint(
                name="fiscal_year_starts_in_a_month", condition=models.Q(fiscal_start__range=(1, 12))
            ),
        ]

    def __str__(self) -> str:
        return self.company or "OpenKAM"

    @classmethod
    def current(cls) -> "Settings":
        return cls.objects.filter(pk=1).first() or cls(pk=1)

    @property
    def calendar(self) -> FiscalCalendar:
        return FiscalCalendar(start_month=self.fiscal_start, named_by=self.year_named_by)


class EventQuerySet(models.QuerySet["Event"]):
    def about(self, subject: models.Model) -> "EventQuerySet":
        return self.filter(subject_type=subject._meta.label_lower, subject_id=subject.pk)

    def visible_to(self, user: Any) -> "EventQuerySet":
        """Without "see profit", changes of cost and profit figures are not shown, not even that they happened."""
        return self if user.sees_profit else self.filter(touches_profit=False)


class Event(models.Model):
    """Who changed what, when, from which value to which. Rows are added, never changed."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    verb = models.CharField(max_length=40)
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField(null=True)
    subject_name = models.CharField(max_length=250, blank=True)
    field = models.CharField(max_length=80, blank=True)
    old = models.TextField(blank=True)
    new = models.TextField(blank=True)
    touches_profit = models.BooleanField(default=False)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["subject_type", "subject_id", "-at"], name="event_subject")]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject_name} {self.field}"
