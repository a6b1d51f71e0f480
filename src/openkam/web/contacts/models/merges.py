"""Two records were one person: what came from where, so that the merge can be taken back."""

from django.conf import settings
from django.db import models

from .people import Colleague, Contact


class ContactMerge(models.Model):
    """One merge of two contacts, or of two colleagues.

    gone   the fields of the record that went, with its number.
    moved  model label -> field -> the numbers of the rows that moved to the kept record.
    """

    contact = models.ForeignKey(Contact, models.CASCADE, null=True, related_name="merges")
    colleague = models.ForeignKey(Colleague, models.CASCADE, null=True, related_name="merges")
    gone = models.JSONField(default=dict)
    moved = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.gone.get('name', '')} → {self.contact or self.colleague}"


class Distinct(models.Model):
    """Two records that look alike and are two people: somebody said so. The first has the lower number."""

    contact = models.ForeignKey(Contact, models.CASCADE, null=True, related_name="+")
    other_contact = models.ForeignKey(Contact, models.CASCADE, null=True, related_name="+")
    colleague = models.ForeignKey(Colleague, models.CASCADE, null=True, related_name="+")
    other_colleague = models.ForeignKey(Colleague, models.CASCADE, null=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contact", "other_contact"], name="contacts_distinct_once"),
            models.UniqueConstraint(fields=["colleague", "other_colleague"], name="colleagues_distinct_once"),
        ]

    def __str__(self) -> str:
        return f"{self.contact or self.colleague} ≠ {self.other_contact or self.other_colleague}"
