"""Why an interaction does not count as contact between people, as a sentence."""

from django.utils.translation import gettext as _

from openkam.web.programme.words import problem

from .actions import MOST_PARTICIPANTS
from .models import Interaction


def why_not(interaction: Interaction, people: int) -> str:
    """Empty when it counts."""
    if interaction.counts:
        return ""
    if people > MOST_PARTICIPANTS:
        return problem("interaction_crowded", {"people": people, "most": MOST_PARTICIPANTS})
    return _("It was sent by a machine or to a list: it is kept, but it is no contact between people.")
