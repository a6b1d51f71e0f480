"""Customers: who they are, who looks after them, under which keys the ledger knows them."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from openkam.web.db.fields import MoneyField

from .search import found

UNKNOWN = -(2**63)


class AccountQuerySet(models.QuerySet["Account"]):
    def visible_to(self, user: Any) -> "AccountQuerySet":
        """Directors see all accounts; others those they own or whose team they belong to."""
        if user.is_director:
            return self
        owned = Account.objects.filter(owner=user).order_by().values("pk")
        team = AccountMember.objects.filter(user=user).values("account")
        return self.filter(pk__in=owned.union(team))  # "or" would make PostgreSQL read every account

    def search(self, text: str) -> "AccountQuerySet":
        """Accounts whose name, external id or a ledger key holds a text, in any script; all for an empty text."""
        wanted = found(text)
        return self if wanted is None else self.filter(pk__in=wanted)


class Account(models.Model):
    """A customer organisation that we may treat as a key account."""

    class Status(models.TextChoices):
        CANDIDATE = "candidate", _("Candidate")
        KEY = "key", _("Key")
        KEY_DEVELOPMENT = "key_development", _("Key development")
        MAINTENANCE = "maintenance", _("Maintenance")
        OPPORTUNISTIC = "opportunistic", _("Opportunistic")
        EXITING = "exiting", _("Exiting")

    class Orientation(models.TextChoices):
        UNKNOWN = "", _("not assessed")
        TRANSACTIONAL = "transactional", _("Transactional")
        STRATEGIC = "strategic", _("Strategic")

    name = models.CharField(_("name"), max_length=500)
    external_id = models.CharField(_("external id"), max_length=200, blank=True, db_index=True)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("parent account"),
    )
    industry = models.CharField(_("industry"), max_length=200, blank=True)
    country = models.CharField(_("country"), max_length=100, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="owned_accounts",
        verbose_name=_("account manager"),
    )
    status = models.CharField(_("status"), max_length=20, choices=Status.choices, default=Status.CANDIDATE)
    orientation = models.CharField(_("orientation"), max_length=20, choices=Orientation.choices, blank=True)
    orientation_reason = models.TextField(_("reason for the orientation"), blank=True)
    team: Any = models.ManyToManyField(settings.AUTH_USER_MODEL, through="AccountMember", related_name="team_accounts")
    created_at = models.DateTimeField(auto_now_add=True)
    # The latest fiscal year's figures, kept here so that the list sorts on an index. Databases disagree on where
    # unknown values sort, so the two sort columns hold units, and UNKNOWN where there is no figure.
    revenue = MoneyField(_("revenue"), null=True, editable=False)
    net_income = MoneyField(_("net income"), null=True, editable=False)
    revenue_order = models.BigIntegerField(default=UNKNOWN, editable=False)
    net_income_order = models.BigIntegerField(default=UNKNOWN, editable=False)

    objects = AccountQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [
            models.UniqueConstraint(fields=["external_id"], condition=~Q(external_id=""), name="external_id_once"),
            models.CheckConstraint(
                name="account_is_not_its_own_parent", condition=Q(parent=None) | ~Q(parent=models.F("pk"))
            ),
        ]
        indexes = [
            models.Index(fields=["name", "id"], name="account_name"),
            models.Index(fields=["-revenue_order", "id"], name="account_revenue"),
            models.Index(fields=["-net_income_order", "id"], name="account_net_income"),
            models.Index(fields=["status", "name", "id"], name="account_status"),
            models.Index(fields=["country", "name", "id"], name="account_country"),
            models.Index(fields=["industry", "name", "id"], name="account_industry"),
            models.Index(fields=["owner", "name", "id"], name="account_owner"),
            models.Index(fields=["parent", "name", "id"], name="account_parent"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("account", args=[self.pk])

    def editable_by(self, user: Any) -> bool:
        """Whether this person may change the account itself: directors, its owner, account managers of its team."""
        return (
            user.is_director
            or self.owner_id == user.pk
            or (user.role == "manager" and self.members.filter(user=user).exists())
        )


class AccountMember(models.Model):
    """A person in an account's team."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "user"], name="member_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.account}"


class AccountKey(models.Model):
    """A key under which the ledger knows an account. Merging accounts moves keys, never lines."""

    key = models.CharField(_("ledger key"), max_length=500, unique=True)
    account = models.ForeignKey(Account, models.CASCADE, related_name="keys")

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key


class AccountSearch(models.Model):
    """The folded text that an account is found by; its tokens live beside it, where each database wants them."""

    account = models.OneToOneField(Account, models.CASCADE, primary_key=True, related_name="+")
    folded = models.TextField()

    def __str__(self) -> str:
        return self.folded


class AccountImport(models.Model):
    """A file of accounts on its way in: uploaded, mapped, imported; its receipt stays."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("uploaded")
        IMPORTING = "importing", _("being imported")
        IMPORTED = "imported", _("imported")

    file_name = models.CharField(_("file"), max_length=250)
    state = models.CharField(max_length=12, choices=State.choices, default=State.UPLOADED)
    mapping = models.JSONField(default=dict)
    receipt = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.file_name
