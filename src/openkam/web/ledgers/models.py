"""Where invoices come from, what was imported, and the account-year facts that every page reads."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from openkam.web.accounts.models import Account
from openkam.web.db.fields import MoneyField


class Source(models.Model):
    """A system that invoices come from, with the mapping that was last accepted for its files."""

    name = models.CharField(_("source"), max_length=200, unique=True)
    columns = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Import(models.Model):
    """One upload on its way into the ledger: uploaded, mapped, checked, accepted, perhaps undone."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("uploaded")
        CHECKING = "checking", _("being checked")
        CHECKED = "checked", _("checked")
        IMPORTING = "importing", _("being imported")
        IMPORTED = "imported", _("imported")
        UNDONE = "undone", _("undone")
        FAILED = "failed", _("failed")
        DISCARDED = "discarded", _("discarded")

    source = models.ForeignKey(Source, models.PROTECT, null=True, related_name="imports")
    state = models.CharField(max_length=12, choices=State.choices, default=State.UPLOADED)
    file_name = models.CharField(_("file"), max_length=250)
    header_file_name = models.CharField(_("second file"), max_length=250, blank=True)
    encoding = models.CharField(max_length=20, blank=True)
    delimiter = models.CharField(max_length=5, blank=True)
    sheet = models.CharField(max_length=100, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    bytes = models.BigIntegerField(default=0)
    mapping = models.JSONField(default=dict)
    decisions = models.JSONField(default=dict)
    check_result = models.JSONField(default=dict)
    receipt = models.JSONField(default=dict)
    error_code = models.CharField(max_length=60, blank=True)
    error_values = models.JSONField(default=dict, blank=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)
    accepted_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-uploaded_at", "-pk"]

    def __str__(self) -> str:
        return self.file_name

    @property
    def batch_id(self) -> str:
        return f"import-{self.pk}"


class Rate(models.Model):
    """One unit of a currency in the reporting currency, from a day on."""

    currency = models.CharField(_("currency"), max_length=3)
    valid_from = models.DateField(_("valid from"))
    rate = models.DecimalField(_("rate"), max_digits=20, decimal_places=10)

    class Meta:
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        ordering = ["currency", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["currency", "valid_from"], name="rate_once_a_day"),
            models.CheckConstraint(name="rate_is_positive", condition=models.Q(rate__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.valid_from}"


class ProductCost(models.Model):
    """What one unit of a product costs us, from a day on."""

    product = models.CharField(_("product"), max_length=500)
    valid_from = models.DateField(_("valid from"), default=date(1900, 1, 1))
    unit_cost = MoneyField(_("unit cost"))
    currency = models.CharField(_("currency"), max_length=3, blank=True)

    class Meta:
        verbose_name = _("cost per product")
        verbose_name_plural = _("costs per product")
        ordering = ["product", "-valid_from"]
        constraints = [models.UniqueConstraint(fields=["product", "valid_from"], name="product_cost_once_a_day")]

    def __str__(self) -> str:
        return self.product


class AccountYearQuerySet(models.QuerySet["AccountYear"]):
    def visible_to(self, user: Any) -> "AccountYearQuerySet":
        return self if user.is_director else self.filter(account__in=Account.objects.visible_to(user))


class AccountYear(models.Model):
    """What one account brought in one fiscal year; the fact behind every portfolio page.

    A cost that is not known is null, never zero: direct cost as soon as one line lacks it, indirect cost until
    cost-to-serve has been assigned. Net income is known when both are.
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="years")
    fiscal_year = models.IntegerField(_("fiscal year"))
    revenue = MoneyField(_("revenue"))
    direct_cost = MoneyField(_("direct cost"), null=True)
    indirect_cost = MoneyField(_("indirect cost"), null=True)
    net_income = MoneyField(_("net income"), null=True)
    lines = models.BigIntegerField(_("lines"))
    lines_without_cost = models.BigIntegerField(_("lines without cost"), default=0)
    first_date = models.DateField(_("first date"))
    last_date = models.DateField(_("last date"))

    objects = AccountYearQuerySet.as_manager()

    class Meta:
        verbose_name = _("account-year")
        verbose_name_plural = _("account-years")
        ordering = ["account", "fiscal_year"]
        constraints = [models.UniqueConstraint(fields=["account", "fiscal_year"], name="account_year_once")]
        indexes = [models.Index(fields=["fiscal_year", "-revenue"], name="year_revenue")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.fiscal_year}"


class LedgerState(models.Model):
    """One row: of which state of the stored lines, and of which calendar, the account-years are the sum.

    Written in the transaction that writes the facts. When it differs from the store, the facts are behind.
    """

    facts_of = models.CharField(max_length=300, blank=True)
    written_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.CheckConstraint(name="ledger_state_is_one_row", condition=models.Q(pk=1))]

    def __str__(self) -> str:
        return self.facts_of
