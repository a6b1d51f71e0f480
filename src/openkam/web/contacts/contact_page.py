"""What the page of one contact shows."""

from typing import Any

from django.utils import timezone

from openkam.web.accounts.models import Account
from openkam.web.people.permissions import Permission
from openkam.web.programme.telling import tell

from .duplicates import Pair, pairs
from .forms import DepartureForm
from .list_views import last_met
from .models import Contact, MainContact
from .personal import events

EVENTS = 20


def context(contact: Contact, reader: Any) -> dict[str, Any]:
    may_edit = reader.may(Permission.EDIT_ACCOUNTS) and contact.account.editable_by(reader)
    return {
        "section": "accounts",
        "tab": "contacts",
        "account": contact.account,
        "person": contact,
        "met": last_met(Contact.objects.filter(pk=contact.pk), timezone.localdate()).values("last_on", "times").get(),
        "is_main": MainContact.objects.filter(contact=contact).exists(),
        "reports": contact.reports.present(),
        "employments": employments(contact, reader),
        "addresses": contact.addresses.exclude(address__iexact=contact.email),
        "alike": alike(contact, reader) if may_edit else [],
        "merges": contact.merges.filter(undone_at=None) if may_edit else [],
        "may_edit": may_edit,
        "departure": DepartureForm(),
        "lines": tell(events(contact, reader)[:EVENTS], reader),
    }


def employments(contact: Contact, reader: Any) -> list[dict[str, Any]]:
    """Former employers; the name of an account that the reader does not see is not told."""
    rows = list(contact.employments.all())
    seen = Account.objects.visible_to(reader).filter(pk__in=[row.account_id for row in rows])
    names = {account.pk: account for account in seen.only("pk", "name")}
    return [{"row": row, "account": names.get(row.account_id), "is_hidden": _hidden(row, names)} for row in rows]


def _hidden(row: Any, names: dict[int, Account]) -> bool:
    return row.account_id is not None and row.account_id not in names


def alike(contact: Contact, reader: Any) -> list[Pair]:
    """Records that may be the same person, among those of accounts that the reader may change."""
    found = pairs(Contact.objects.visible_to(reader).filter(erased_at=None).select_related("account"), of=[contact.pk])
    return [pair for pair in found if all(one.account.editable_by(reader) for one in (pair.first, pair.second))]
