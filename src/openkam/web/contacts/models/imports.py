"""Files of people on their way in."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from openkam.web.accounts.models import Account


class PeopleImport(models.Model):
    """A file of people: uploaded, mapped, imported; its receipt stays.

    moved  whether people who are known at another account work at this one now.
    """

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("uploaded")
        IMPORTING = "importing", _("being imported")
        IMPORTED = "imported", _("imported")

    class Side(models.TextChoices):
        THEIRS = "theirs", _("people of customers")
        OURS = "ours", _("our own people")

    class Format(models.TextChoices):
        TABLE = "table", _("Table (.csv, .xlsx)")
        CARDS = "cards", _("Cards (.vcf)")

    file_name = models.CharField(_("file"), max_length=250)
    format = models.CharField(max_length=8, choices=Format.choices)
    side = models.CharField(max_length=8, choices=Side.choices, default=Side.THEIRS)
    account = models.ForeignKey(Account, models.CASCADE, null=True, related_name="+")
    moved = models.BooleanField(default=False)
    state = models.CharField(max_length=12, choices=State.choices, default=State.UPLOADED)
    mapping = models.JSONField(default=dict)
    receipt = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.file_name
