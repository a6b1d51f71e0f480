"""A person is one record, read by the drawing, the team map and the stakeholder analysis alike."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from openkam.web.accounts.models import Account

from ..naming import folded_name
from .choices import Function, Level


class Person(models.Model):
    """What is known of a person on either side. `version` grows with each change."""

    name = models.CharField(_("full name"), max_length=200)
    address_form = models.CharField(
        _("form of address"), max_length=200, blank=True, help_text=_("How they want to be addressed: 王總, Dr. Meyer.")
    )
    title = models.CharField(_("job title"), max_length=200, blank=True)
    function = models.CharField(_("function"), max_length=20, choices=Function.choices, blank=True)
    level = models.CharField(_("level"), max_length=12, choices=Level.choices, blank=True)
    site = models.CharField(_("site"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=60, blank=True)
    languages = models.CharField(_("languages"), max_length=200, blank=True)
    left_on = models.DateField(_("left on"), null=True, blank=True)
    external_id = models.CharField(_("external id"), max_length=200, blank=True, db_index=True)
    #: The name as it is compared: without case, script variant and order of its parts.
    folded = models.CharField(max_length=400, editable=False, db_index=True)
    erased_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.folded = folded_name(self.name)
        if (fields := kwargs.get("update_fields")) and "name" in fields:
            kwargs["update_fields"] = {*fields, "folded"}
        super().save(*args, **kwargs)


class Colleague(Person):
    """A person of our own, who signs in or not."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="colleague",
        verbose_name=_("signs in as"),
    )
    reports_to = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="reports", verbose_name=_("reports to")
    )

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("colleague")
        verbose_name_plural = _("our people")
        constraints = [
            models.CheckConstraint(
                name="colleague_is_not_their_own_boss", condition=Q(reports_to=None) | ~Q(reports_to=models.F("pk"))
            )
        ]

    def get_absolute_url(self) -> str:
        return reverse("colleague", args=[self.pk])


class ContactQuerySet(models.QuerySet["Contact"]):
    def visible_to(self, user: Any) -> "ContactQuerySet":
        """The people of the accounts that this person sees."""
        if user.is_director:
            return self
        return self.filter(account__in=Account.objects.visible_to(user).order_by().values("pk"))

    def present(self) -> "ContactQuerySet":
        """Those who still work there, or will: placeholders are among them."""
        return self.filter(left_on=None, erased_at=None)


class Contact(Person):
    """A person of a customer, or a place whose holder is not known yet.

    wanted_days  how often they want to be contacted: every so many days.
    primary      who of ours is their first contact.
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="contacts", verbose_name=_("account"))
    reports_to = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="reports", verbose_name=_("reports to")
    )
    is_placeholder = models.BooleanField(
        _("not known by name yet"), default=False, help_text=_("A place that somebody must hold: head of quality.")
    )
    wanted_days = models.PositiveSmallIntegerField(_("wants contact every … days"), null=True, blank=True)
    primary = models.ForeignKey(
        Colleague,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="first_contact_of",
        verbose_name=_("primary contact"),
    )

    objects = ContactQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints = [
            models.CheckConstraint(
                name="contact_is_not_their_own_boss", condition=Q(reports_to=None) | ~Q(reports_to=models.F("pk"))
            ),
            models.CheckConstraint(
                name="contact_wants_days_above_zero", condition=Q(wanted_days=None) | Q(wanted_days__gt=0)
            ),
        ]
        indexes = [models.Index(fields=["account", "name", "id"], name="contact_account")]

    def get_absolute_url(self) -> str:
        return reverse("contact", args=[self.pk])


class MainContact(models.Model):
    """Who is the buyer, the hub on the customer's side. Without a row it is whom we talk to most."""

    account = models.OneToOneField(Account, models.CASCADE, related_name="main_contact")
    contact = models.OneToOneField(Contact, models.CASCADE, related_name="main_of")

    def __str__(self) -> str:
        return f"{self.contact} · {self.account_id}"


class Employment(models.Model):
    """Where a contact worked before, with us knowing the account or not."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="employments")
    account = models.ForeignKey(Account, models.SET_NULL, null=True, blank=True, related_name="former_contacts")
    employer = models.CharField(_("employer"), max_length=500)
    title = models.CharField(_("job title"), max_length=200, blank=True)
    since = models.DateField(_("since"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        ordering = ["-until", "-pk"]

    def __str__(self) -> str:
        return f"{self.contact} · {self.employer}"


class MailAddress(models.Model):
    """An address that messages are matched by: the present one, and those of earlier times and employers."""

    address = models.EmailField(_("e-mail"))
    contact = models.ForeignKey(Contact, models.CASCADE, null=True, related_name="addresses")
    colleague = models.ForeignKey(Colleague, models.CASCADE, null=True, related_name="addresses")

    class Meta:
        ordering = ["address"]
        constraints = [
            models.UniqueConstraint(Lower("address"), name="address_once_whatever_the_case"),
            models.CheckConstraint(
                name="address_of_one_side",
                condition=Q(contact=None, colleague__isnull=False) | Q(contact__isnull=False, colleague=None),
            ),
        ]

    def __str__(self) -> str:
        return self.address
