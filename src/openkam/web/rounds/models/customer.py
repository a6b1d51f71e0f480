"""What the customer says: a link for one answer, and the answer."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .rounds import Entry, EntryCompetitor, Item


class CustomerLink(models.Model):
    """A way in for somebody at the customer, once, without signing in. Only a digest of its secret is kept."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="links")
    digest = models.CharField(max_length=64, unique=True)
    contact = models.CharField(_("for whom"), max_length=200)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    remark = models.TextField(_("remark"), blank=True)

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = _("customer link")
        verbose_name_plural = _("customer links")

    def __str__(self) -> str:
        return f"{self.contact} · {self.entry}"


class CustomerScore(models.Model):
    """The customer's score of us (no supplier) or of a competitor on one success factor."""

    link = models.ForeignKey(CustomerLink, models.CASCADE, related_name="scores")
    item = models.ForeignKey(Item, models.CASCADE, related_name="+")
    supplier = models.ForeignKey(EntryCompetitor, models.CASCADE, null=True, related_name="+")
    value = models.PositiveSmallIntegerField(_("score"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["link", "item"], condition=Q(supplier=None), name="their_score_of_us_once"),
            models.UniqueConstraint(
                fields=["link", "item", "supplier"], condition=~Q(supplier=None), name="their_score_of_them_once"
            ),
            models.CheckConstraint(name="their_score_on_the_scale", condition=Q(value__range=(1, 10))),
        ]

    def __str__(self) -> str:
        return str(self.value)
