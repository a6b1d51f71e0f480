"""`{% load rounds %}{% last_round account %}`: where an account stood in the latest frozen round, on its own page."""

from typing import Any

from django import template
from django.db.models import Count, Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce

from openkam.web.accounts.models import Account
from openkam.web.rounds.models import Placement, Round

register = template.Library()


@register.inclusion_tag("rounds/last_round.html", takes_context=True)
def last_round(context: dict[str, Any], account: Account) -> dict[str, Any]:
    """For everybody who may see the account; the round's name is for those who may open it. One query."""
    others = Placement.objects.filter(entry__round=OuterRef("entry__round"), rank__isnull=False).order_by()
    ranked = others.values("entry__round").annotate(n=Count("pk")).values("n")
    readable = Round.objects.visible_to(context["request"].user).filter(pk=OuterRef("entry__round"))
    found = Placement.objects.filter(entry__account=account).select_related("entry__round")
    found = found.annotate(ranked=Coalesce(Subquery(ranked), 0), is_open=Exists(readable))
    return {"placement": found.order_by("-entry__round__on", "-entry__round").first()}
