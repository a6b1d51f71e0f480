"""What people add to the facts: forecasts with their assumptions, costs to serve, what customers spend."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from openkam.web.accounts.models import Account
from openkam.web.db.fields import MoneyField


class Scenario(models.TextChoices):
    LOW = "low", _("Low")
    BASE = "base", _("Base")
    HIGH = "high", _("High")


class Row(models.TextChoices):
    REVENUE = "revenue", _("Revenue")
    DIRECT_COST = "direct_cost", _("Direct cost")
    INDIRECT_COST = "indirect_cost", _("Indirect cost")


class PlanCell(models.Model):
    """A typed figure of an account's five-year grid. `version` grows with each change, so that a second
    editor is told instead of overwriting."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="plan_cells")
    fiscal_year = models.IntegerField(_("fiscal year"))
    row = models.CharField(_("row"), max_length=15, choices=Row.choices)
    scenario = models.CharField(_("scenario"), max_length=5, choices=Scenario.choices, default=Scenario.BASE)
    amount = MoneyField(_("amount"), null=True)
    version = models.PositiveIntegerField(default=1)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("forecast figure")
        verbose_name_plural = _("forecast figures")
        constraints = [models.UniqueConstraint(fields=["account", "fiscal_year", "row", "scenario"], name="cell_once")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.fiscal_year} {self.row} {self.scenario}"


class Assumption(models.Model):
    """Why a forecast year looks as it does; a forecast without one is shown with a warning."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="assumptions")
    fiscal_year = models.IntegerField(_("fiscal year"))
    scenario = models.CharField(_("scenario"), max_length=5, choices=Scenario.choices, default=Scenario.BASE)
    text = models.TextField(_("assumption"))

    class Meta:
        verbose_name = _("assumption")
        verbose_name_plural = _("assumptions")
        constraints = [models.UniqueConstraint(fields=["account", "fiscal_year", "scenario"], name="assumption_once")]

    def __str__(self) -> str:
        return self.text[:60]


class Growth(models.Model):
    """The typed answer to question five: growth potential, and how long it takes."""

    account = models.OneToOneField(Account, models.CASCADE, related_name="growth")
    potential = models.TextField(_("growth potential"), blank=True)
    months = models.PositiveSmallIntegerField(_("months to achieve it"), null=True, blank=True)

    def __str__(self) -> str:
        return self.potential[:60]


class CostPool(models.Model):
    """Resources of one department in one fiscal year: what they cost and how many minutes they can work."""

    name = models.CharField(_("resource pool"), max_length=200)
    fiscal_year = models.IntegerField(_("fiscal year"))
    cost = MoneyField(_("cost"))
    minutes = models.DecimalField(_("practical capacity in minutes"), max_digits=14, decimal_places=2)

    class Meta:
        verbose_name = _("resource pool")
        verbose_name_plural = _("resource pools")
        ordering = ["fiscal_year", "name"]
        constraints = [
            models.UniqueConstraint(fields=["name", "fiscal_year"], name="pool_once_a_year"),
            models.CheckConstraint(name="pool_has_capacity", condition=models.Q(minutes__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.fiscal_year}"


class Activity(models.Model):
    """Work that a pool does for accounts; each occurrence takes the base minutes plus its terms."""

    pool = models.ForeignKey(CostPool, models.CASCADE, related_name="activities", verbose_name=_("resource pool"))
    name = models.CharField(_("activity"), max_length=200)
    driver = models.CharField(_("counted by"), max_length=100)
    minutes = models.DecimalField(_("minutes each"), max_digits=10, decimal_places=3)

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        ordering = ["pool", "name"]
        constraints = [models.UniqueConstraint(fields=["pool", "name"], name="activity_once")]

    def __str__(self) -> str:
        return self.name


class TimeTerm(models.Model):
    """One further term of an activity's time equation: minutes per unit of another driver."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="terms")
    driver = models.CharField(_("counted by"), max_length=100)
    minutes = models.DecimalField(_("minutes each"), max_digits=10, decimal_places=3)

    class Meta:
        verbose_name = _("time term")
        verbose_name_plural = _("time terms")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.driver} × {self.minutes}"


class DriverCount(models.Model):
    """How often an account caused something in a fiscal year: orders, inquiries, visits."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="driver_counts")
    fiscal_year = models.IntegerField(_("fiscal year"))
    driver = models.CharField(_("driver"), max_length=100)
    count = models.DecimalField(_("count"), max_digits=14, decimal_places=3, validators=[MinValueValidator(0)])

    class Meta:
        verbose_name = _("driver count")
        verbose_name_plural = _("driver counts")
        ordering = ["account", "fiscal_year", "driver"]
        constraints = [
            models.UniqueConstraint(fields=["account", "fiscal_year", "driver"], name="driver_count_once"),
            models.CheckConstraint(name="driver_count_not_negative", condition=models.Q(count__gte=0)),
        ]
        indexes = [models.Index(fields=["fiscal_year", "driver"], name="driver_year")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.driver}"


class CostRule(models.Model):
    """How indirect cost of a fiscal year was assigned: by time (default) or, when chosen, by revenue share."""

    class Method(models.TextChoices):
        TIME_DRIVEN = "time_driven", _("Time-driven activity-based costing")
        REVENUE_SHARE = "revenue_share", _("Share of revenue")

    fiscal_year = models.IntegerField(_("fiscal year"), unique=True)
    method = models.CharField(_("method"), max_length=15, choices=Method.choices, default=Method.TIME_DRIVEN)
    total = MoneyField(_("indirect cost to share"), null=True, blank=True)
    result = models.JSONField(default=dict)
    assigned_at = models.DateTimeField(null=True)
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("cost-to-serve rule")
        verbose_name_plural = _("cost-to-serve rules")
        ordering = ["-fiscal_year"]

    def __str__(self) -> str:
        return f"{self.fiscal_year} · {self.get_method_display()}"


class Spend(models.Model):
    """What a customer spends in a year on one offering, from all suppliers, and how likely we win the rest."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="spends")
    fiscal_year = models.IntegerField(_("fiscal year"))
    offering = models.CharField(_("offering"), max_length=200, blank=True)
    potential = MoneyField(_("customer's spend"))
    current = MoneyField(_("our sales"), null=True, blank=True)
    probability = models.DecimalField(
        _("probability"),
        max_digits=4,
        decimal_places=3,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
    )
    evidence = models.CharField(_("how do you know?"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("customer's spend")
        verbose_name_plural = _("customers' spend")
        ordering = ["account", "-fiscal_year", "offering"]
        constraints = [models.UniqueConstraint(fields=["account", "fiscal_year", "offering"], name="spend_once")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.offering}"
