"""What stands in a drawing, in the language of the page."""

from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from openkam.web.contacts.models import Function, Level

from .model import Edge, Network, Person, Side

#: A counterpart group by what it is called on either side.
GROUPS: dict[str, tuple[Any, Any]] = {
    "brd": (Function.BOARD.label, Function.BOARD.label),
    "rd": (Function.RD.label, Function.RD.label),
    "com": (Function.SALES.label, Function.PURCHASING.label),
    "mkr": (Function.MARKET_RESEARCH.label, Function.MARKET_RESEARCH.label),
    "adm": (Function.ADMINISTRATION.label, Function.ADMINISTRATION.label),
    "ops": (Function.OPERATIONS.label, Function.OPERATIONS.label),
    "log": (Function.OUTBOUND_LOGISTICS.label, Function.INBOUND_LOGISTICS.label),
    "she": (Function.SHE.label, Function.SHE.label),
}
TITLES = {
    "pre": gettext_lazy("Two pyramids apart: hardly anybody is in contact"),
    "early": gettext_lazy("A bow-tie: all contact runs through two people"),
    "mid": gettext_lazy("Two pyramids that touch: people meet level by level"),
    "partnership": gettext_lazy("A diamond: functions work with their counterparts"),
    "synergistic": gettext_lazy("One oval: teams of both firms"),
}
HUBS = {"ours": gettext_lazy("Key account manager"), "theirs": gettext_lazy("Main contact")}


def role(person: Person, *, by_level: bool) -> str:
    """What somebody is, in few words; empty when nothing is known."""
    if person.is_hub:
        return str(HUBS[person.side])
    level = str(Level(person.level).label) if person.level else ""
    function = str(Function(person.function).label) if person.function else ""
    if by_level:
        return " · ".join(filter(None, (level, function)))
    return function or person.title or level


def whole(person: Person) -> str:
    """Everything a drawing knows of a person."""
    level = str(Level(person.level).label) if person.level else ""
    function = str(Function(person.function).label) if person.function else ""
    hub = str(HUBS[person.side]) if person.is_hub else ""
    return ", ".join(filter(None, (person.name, person.title, function, level, hub)))


def missing(band: str, side: Side, *, by_level: bool) -> str:
    """Whom a band lacks."""
    if band == "hub":
        return str(HUBS[side])
    return str(Level(band).label) if by_level else str(GROUPS[band][side == "theirs"])


def nobody() -> str:
    return _("nobody yet")


def more(people: int) -> str:
    return _("+ %(people)d more") % {"people": people}


def linked(edge: Edge, network: Network) -> str:
    """A contact and its evidence in one sentence."""
    ours, theirs = network.by_key[edge.ours], network.by_key[edge.theirs]
    if network.is_ideal:
        return f"{ours.name} – {theirs.name}"
    times = ngettext("%(times)d contact in 12 months", "%(times)d contacts in 12 months", edge.n12)
    said = [times % {"times": edge.n12}]
    if edge.last_on:
        said.append(_("last on %(day)s") % {"day": date_format(edge.last_on)})
    if edge.kinds:
        said.append(edge.kinds)
    return f"{ours.name} – {theirs.name}: {' · '.join(said)}"


def title(network: Network, stage: str) -> str:
    if network.is_ideal:
        return str(TITLES[stage])
    contacts = ngettext("%(count)d active contact", "%(count)d active contacts", len(network.edges))
    said = {"title": TITLES[stage], "contacts": contacts % {"count": len(network.edges)}}
    firms = {"ours": network.our_name, "theirs": network.their_name}
    return _("%(ours)s and %(theirs)s. %(title)s. %(contacts)s.") % (said | firms)


def joint_board(network: Network) -> str:
    if network.is_ideal:
        return _("Joint board meetings")
    meetings = network.joint_board
    return ngettext("%(count)d joint board meeting", "%(count)d joint board meetings", meetings) % {"count": meetings}
