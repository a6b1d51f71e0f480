"""Who may open a person of a customer, and who may change them: it follows the account that they work for."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from openkam.web.people.access import PersonRequest

from .models import Colleague, Contact


def visible_contact(request: PersonRequest, pk: int) -> Contact:
    """The contact, or "there is nothing here"; an erased one is there no more."""
    contacts = Contact.objects.visible_to(request.user).select_related("account", "primary", "reports_to")
    return get_object_or_404(contacts, pk=pk, erased_at=None)


def editable_contact(request: PersonRequest, pk: int) -> Contact:
    """The contact, refused to those who may not change the account."""
    contact = visible_contact(request, pk)
    if not contact.account.editable_by(request.user):
        raise PermissionDenied
    return contact


def known_colleague(pk: int) -> Colleague:
    return get_object_or_404(Colleague.objects.select_related("user", "reports_to"), pk=pk, erased_at=None)
