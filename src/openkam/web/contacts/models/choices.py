"""The words for the codes of functions and levels that the method counts by."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Level(models.TextChoices):
    UNKNOWN = "", _("not known")
    DIRECTOR = "director", _("Director")
    MANAGER = "manager", _("Manager")
    SPECIALIST = "specialist", _("Specialist")
    CLERK = "clerk", _("Clerk")
    OPERATOR = "operator", _("Operator")


class Function(models.TextChoices):
    UNKNOWN = "", _("not known")
    BOARD = "board", _("Board")
    SALES = "sales", _("Sales")
    MARKETING = "marketing", _("Marketing")
    PURCHASING = "purchasing", _("Purchasing")
    RD = "rd", _("R&D")
    NPD = "npd", _("New product development")
    OPERATIONS = "operations", _("Operations")
    OUTBOUND_LOGISTICS = "outbound_logistics", _("Outbound logistics")
    INBOUND_LOGISTICS = "inbound_logistics", _("Inbound logistics")
    LOGISTICS = "logistics", _("Logistics")
    ADMINISTRATION = "administration", _("Administration")
    FINANCE = "finance", _("Finance")
    SHE = "she", _("Safety, health, environment")
    MARKET_RESEARCH = "market_research", _("Market research")
    QUALITY = "quality", _("Quality")
    IT = "it", _("IT")
    HR = "hr", _("Human resources")
    OTHER = "other", _("Other")
