"""`{% load relationship %}`: the words of stages and gates, and where a relationship lies, on other pages."""

from typing import Any

from django import template

from openkam.web.accounts.models import Account
from openkam.web.plans.gates import gate_words
from openkam.web.relationships.models import Ambition, Stage
from openkam.web.relationships.stage_words import LAMPS, NO_THREAD
from openkam.web.relationships.standing import standings

register = template.Library()
register.filter(gate_words)


@register.filter
def stage_words(stage: int | None) -> str:
    return "–" if stage is None else str(Stage(stage).label)


@register.simple_tag
def with_stage(choice: Any, stage: int) -> str:
    """The query of a list narrowed to a stage; narrowed to it already, of all stages."""
    return str(choice.query(stage="" if choice.stage == str(int(stage)) else int(stage) or "0"))


@register.inclusion_tag("relationships/card.html")
def relationship_card(account: Account) -> dict[str, Any]:
    """Where the relationship lies and where it shall lie: for everybody who may see the account."""
    standing = standings([account])[account.pk]
    ambition = Ambition.objects.filter(account=account).first()
    lamp = standing.lamp if standing.nu else ""
    words = LAMPS.get(lamp, NO_THREAD)
    return {"account": account, "standing": standing, "ambition": ambition, "lamp": lamp, "lamp_words": words}


@register.inclusion_tag("relationships/chip.html")
def relationship_chip(account: Account) -> dict[str, Any]:
    """Where it lies, and the target: for the head of every page of the account."""
    ambition = Ambition.objects.filter(account=account).first()
    return {"account": account, "stage": standings([account])[account.pk].stage, "ambition": ambition}
