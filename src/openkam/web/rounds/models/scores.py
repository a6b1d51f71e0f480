"""The scores that raters give. Others read them through `openkam.web.rounds.blind` alone."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .rounds import Entry, EntryCompetitor, Item, Member


class Score(models.Model):
    """One rater's score of one account on one criterion in one turn; of a supplier, where it is a success factor.

    `supplier` is a competitor at this customer; empty means ourselves.
    """

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="scores")
    item = models.ForeignKey(Item, models.CASCADE, related_name="scores")
    member = models.ForeignKey(Member, models.CASCADE, related_name="scores")
    supplier = models.ForeignKey(EntryCompetitor, models.CASCADE, null=True, related_name="scores")
    turn = models.PositiveSmallIntegerField(default=1)
    value = models.PositiveSmallIntegerField(_("score"))
    note = models.CharField(_("evidence"), max_length=1000, blank=True)
    is_suggested = models.BooleanField(default=False)
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "item", "member", "turn"], condition=Q(supplier=None), name="score_of_us_once"
            ),
            models.UniqueConstraint(
                fields=["supplier", "item", "member", "turn"], condition=~Q(supplier=None), name="score_of_them_once"
            ),
            models.CheckConstraint(name="score_on_the_scale", condition=Q(value__range=(1, 10))),
        ]
        indexes = [models.Index(fields=["member", "turn", "entry"], name="score_of_member")]

    def __str__(self) -> str:
        return str(self.value)
