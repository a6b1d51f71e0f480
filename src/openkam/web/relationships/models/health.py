"""How healthy a relationship is, and how one ends well."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from openkam.web.accounts.models import Account
from openkam.web.contacts.models import Contact
from openkam.web.db.fields import MoneyField


class ValuePromise(models.Model):
    """The value, in money, that we promised an account for a year, and what it got, as agreed with it."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="value_promises")
    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year"))
    promised = MoneyField(_("value promised"), null=True, blank=True)
    delivered = MoneyField(_("value delivered"), null=True, blank=True)
    note = models.TextField(_("how it was counted"), blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["-fiscal_year"]
        constraints = [models.UniqueConstraint(fields=["account", "fiscal_year"], name="one_promise_a_year")]

    def __str__(self) -> str:
        return f"{self.account} · {self.fiscal_year}"


class Exit(models.Model):
    """A relationship that is given up: why, how, and who carries on."""

    class Style(models.TextChoices):
        DIRECT = "direct", _("Direct: said openly")
        INDIRECT = "indirect", _("Indirect: by fading or by price")

    class Orientation(models.TextChoices):
        PARTNER = "partner", _("With the partner's interest in mind")
        SELF = "self", _("With our own interest in mind")

    account = models.OneToOneField(Account, models.CASCADE, related_name="exit")
    reason = models.TextField(_("reason"))
    on = models.DateField(_("date"))
    style = models.CharField(_("style"), max_length=8, choices=Style.choices, default=Style.DIRECT)
    orientation = models.CharField(
        _("orientation"), max_length=8, choices=Orientation.choices, default=Orientation.PARTNER
    )
    partner_is_powerful = models.BooleanField(_("the partner is powerful"), default=False)
    may_return = models.BooleanField(_("they may come back"), default=False)
    continuity = models.TextField(_("continuity plan"), blank=True)
    lessons = models.TextField(_("lessons"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        constraints = [models.CheckConstraint(name="exit_has_a_reason", condition=~Q(reason=""))]

    def __str__(self) -> str:
        return str(self.account)


class ExitContact(models.Model):
    """The last contact with one person of the customer."""

    exit = models.ForeignKey(Exit, models.CASCADE, related_name="last_contacts")
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="+")
    who = models.CharField(_("who speaks with them"), max_length=200, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["exit", "contact"], name="last_contact_once")]

    def __str__(self) -> str:
        return f"{self.exit_id} · {self.contact}"
