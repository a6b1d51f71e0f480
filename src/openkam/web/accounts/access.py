"""Who may open an account, and who may change it."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from openkam.web.people.access import PersonRequest

from .models import Account


def visible_account(request: PersonRequest, pk: int) -> Account:
    """The account, or "there is nothing here": what one may not see does not exist."""
    accounts = Account.objects.visible_to(request.user).select_related("owner", "parent")
    return get_object_or_404(accounts, pk=pk)


def editable_account(request: PersonRequest, pk: int) -> Account:
    """The account, refused to those who may see but not change it."""
    account = visible_account(request, pk)
    if not account.editable_by(request.user):
        raise PermissionDenied
    return account
