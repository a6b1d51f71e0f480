"""How a customer's link stands, and which one a token opens. The database knows digests only."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from openkam.web.programme.tokens import digest_of

from ..actions import BEFORE_LOCK
from ..models import CustomerLink


class LinkState(models.TextChoices):
    OPEN = "open", _("open")
    USED = "used", _("answered")
    REVOKED = "revoked", _("revoked")
    EXPIRED = "expired", _("expired")


def link_of(token: str) -> CustomerLink | None:
    """The link that a token opens: one question to one index, whatever the token looks like."""
    links = CustomerLink.objects.select_related("entry__round")
    return links.filter(digest=digest_of(token)).first()


def state_of(link: CustomerLink) -> LinkState:
    """An answer that was given stays an answer, whatever happened to the link since."""
    if link.used_at:
        return LinkState.USED
    if link.revoked_at:
        return LinkState.REVOKED
    return LinkState.EXPIRED if link.expires_at <= timezone.now() else LinkState.OPEN


def shut_by(link: CustomerLink | None) -> str:
    """Why a link takes no answer: a word of `asked.SAID`, empty while it does take one."""
    if link is None:
        return "unknown"
    state = state_of(link)
    if state != LinkState.OPEN:
        return str(state.value)
    return "" if link.entry.round.stage in BEFORE_LOCK else "closed"
