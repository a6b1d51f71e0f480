"""People: contacts of the customers, our own people, and where they worked before."""

from .choices import Function, Level
from .imports import PeopleImport
from .merges import ContactMerge, Distinct
from .people import Colleague, Contact, Employment, MailAddress, MainContact

__all__ = [
    "Colleague",
    "Contact",
    "ContactMerge",
    "Distinct",
    "Employment",
    "Function",
    "Level",
    "MailAddress",
    "MainContact",
    "PeopleImport",
]
