"""One interaction: a day, a kind, people of both sides."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from openkam.web.accounts.models import Account
from openkam.web.contacts.models import Colleague, Contact

from .sources import Attempt
from .teams import JointTeam


class Kind(models.TextChoices):
    MEETING = "meeting", _("Meeting")
    CALL = "call", _("Call")
    EMAIL = "email", pgettext_lazy("how people met", "E-mail")
    VISIT = "visit", _("Visit")
    JOINT_TEAM = "joint_team", _("Joint team")
    JOINT_BOARD = "joint_board", _("Joint board meeting")


class Part(models.TextChoices):
    """What somebody was in it. Only a sender and whom a message is written to are in contact by it, not its copies."""

    PRESENT = "present", _("took part")
    SENDER = "sender", _("wrote")
    TO = "to", _("was written to")
    COPY = "cc", _("got a copy")


class InteractionQuerySet(models.QuerySet["Interaction"]):
    def visible_to(self, user: Any) -> "InteractionQuerySet":
        if user.is_director:
            return self
        return self.filter(account__in=Account.objects.visible_to(user).order_by().values("pk"))


class Interaction(models.Model):
    """Somebody of ours and somebody of theirs in contact.

    counts      whether it is a contact between people: bots, newsletters and mass mail are kept but do not count.
    source_uid  what makes an imported one the same again: the message's id, the event's UID and day. None when typed.
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="interactions", verbose_name=_("account"))
    on = models.DateField(_("day"))
    at = models.DateTimeField(_("time"), null=True, blank=True)
    kind = models.CharField(_("how"), max_length=12, choices=Kind.choices, default=Kind.MEETING)
    subject = models.CharField(_("about"), max_length=500, blank=True)
    note = models.TextField(_("note"), blank=True)
    next_step = models.CharField(_("next step"), max_length=500, blank=True)
    next_on = models.DateField(_("by when"), null=True, blank=True)
    next_done_on = models.DateField(_("next step done on"), null=True, blank=True)
    team = models.ForeignKey(
        JointTeam, models.SET_NULL, null=True, blank=True, related_name="meetings", verbose_name=_("joint team")
    )
    counts = models.BooleanField(default=True)
    attempt = models.ForeignKey(Attempt, models.SET_NULL, null=True, related_name="interactions")
    source_uid = models.CharField(max_length=300, null=True, editable=False)  # noqa: DJ001 - none is not the same as none
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    #: Two accounts that become one write none of it into the history.
    is_personal = True

    objects = InteractionQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-pk"]
        verbose_name = _("interaction")
        verbose_name_plural = _("interactions")
        constraints = [
            models.UniqueConstraint(fields=["account", "source_uid"], name="source_once_an_account"),
            models.CheckConstraint(name="interaction_kind_is_known", condition=Q(kind__in=Kind.values)),
        ]
        indexes = [models.Index(fields=["account", "-on", "-id"], name="interaction_day")]

    def __str__(self) -> str:
        return self.subject or f"{self.get_kind_display()} {self.on}"

    def get_absolute_url(self) -> str:
        return reverse("interaction", args=[self.pk])


class Participant(models.Model):
    interaction = models.ForeignKey(Interaction, models.CASCADE, related_name="participants")
    contact = models.ForeignKey(Contact, models.CASCADE, null=True, related_name="participations")
    colleague = models.ForeignKey(Colleague, models.CASCADE, null=True, related_name="participations")
    part = models.CharField(max_length=8, choices=Part.choices, default=Part.PRESENT)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["interaction", "contact"], name="contact_once_an_interaction"),
            models.UniqueConstraint(fields=["interaction", "colleague"], name="colleague_once_an_interaction"),
            models.CheckConstraint(
                name="participant_of_one_side",
                condition=Q(contact=None, colleague__isnull=False) | Q(contact__isnull=False, colleague=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contact or self.colleague} · {self.interaction_id}"
