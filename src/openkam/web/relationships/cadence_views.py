"""How often do they want to hear from us, and do they? A fact about a contact, for everybody who sees the account."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from openkam.web.accounts.access import visible_account
from openkam.web.accounts.views import frame
from openkam.web.contacts.actions import change_person
from openkam.web.contacts.models import Contact
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission

from .judging_forms import RhythmRow, first_contacts
from .rhythm import Rhythm, kept, rhythms

#: As many rows as one form can carry.
PAGE = 60


@allow(Permission.SEE_ACCOUNTS)
def cadence(request: PersonRequest, account: int) -> HttpResponse:
    """Every contact with the wanted interval and the last contact, overdue ones first."""
    subject = visible_account(request, account)
    may_record = request.user.may(Permission.RECORD_CONTACTS)
    if request.method == "POST" and not may_record:
        raise PermissionDenied
    contacts = Contact.objects.present().filter(account=subject, is_placeholder=False).select_related("primary")
    found = sorted(rhythms(contacts.order_by("name", "pk")), key=lambda each: not each.is_overdue)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    rows = _rows(list(page), request.POST.copy() if request.method == "POST" else None)
    if request.method == "POST" and _saved(request, rows):
        return redirect(request.get_full_path())
    context = frame(request, subject, "relationship") | {
        "rows": rows,
        "page": page,
        "kept": kept(found),
        "may_record": may_record,
    }
    return render(request, "relationships/cadence.html", context, status=422 if request.method == "POST" else 200)


def _rows(found: list[Rhythm], data: Any) -> list[tuple[Rhythm, RhythmRow]]:
    colleagues = first_contacts()
    return [
        (each, RhythmRow(data, contact=each.contact, colleagues=colleagues, prefix=f"c{each.contact.pk}"))
        for each in found
    ]


def _saved(request: PersonRequest, rows: list[tuple[Rhythm, RhythmRow]]) -> bool:
    changed = [(each, form) for each, form in rows if form.changed]
    if not all(form.is_valid() for _each, form in changed):
        for _each, form in rows:
            form.look_again()
        return False
    with transaction.atomic():
        for each, form in changed:
            change_person(each.contact, by=request.user, fields=form.take_over())
    messages.success(request, _("Saved.") if changed else _("Nothing was different; nothing was saved."))
    return True
