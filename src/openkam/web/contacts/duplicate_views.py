"""Records that may be one person: look at them, join them, tell them apart, take a merge back."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from openkam.method.errors import InvalidInput
from openkam.web.accounts.access import editable_account
from openkam.web.accounts.listing import is_number
from openkam.web.accounts.models import Account, AccountMember
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission
from openkam.web.programme.words import problem

from .access import editable_contact, known_colleague
from .duplicates import pairs, tell_apart
from .finding import named
from .merging import filled, merge, preview, refuse_impossible, separate
from .models import Colleague, Contact, ContactMerge

PAGE = 25
#: Records offered for a text.
OFFERED = 20


def _editable(request: PersonRequest) -> Any:
    """The contacts of accounts that this person may change: nobody else is suggested to them."""
    contacts = Contact.objects.filter(erased_at=None)
    if request.user.is_director:
        return contacts
    accounts = Account.objects.filter(owner=request.user).order_by().values("pk")
    team = AccountMember.objects.filter(user=request.user).values("account")
    own = contacts.filter(account__in=accounts)
    return own | contacts.filter(account__in=team) if request.user.role == "manager" else own


@allow(Permission.EDIT_ACCOUNTS)
def index(request: PersonRequest) -> HttpResponse:
    """Pairs among all contacts whose accounts this person may change."""
    return _list(request, pairs(_editable(request).select_related("account")), {"section": "accounts"})


@allow(Permission.EDIT_ACCOUNTS)
def of_account(request: PersonRequest, account: int) -> HttpResponse:
    """Pairs with at least one contact of an account."""
    subject = editable_account(request, account)
    of = Contact.objects.filter(account=subject).values_list("pk", flat=True)
    found = pairs(_editable(request).select_related("account"), of=of)
    return _list(request, found, {"section": "accounts", "tab": "contacts", "account": subject})


@allow(Permission.RUN_PROGRAMME)
def of_colleagues(request: PersonRequest) -> HttpResponse:
    return _list(request, pairs(Colleague.objects.filter(erased_at=None)), {"section": "colleagues"})


def _list(request: PersonRequest, found: list[Any], more: dict[str, Any]) -> HttpResponse:
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return render(request, "contacts/duplicates.html", {"page": page, "side": _side(more["section"]), **more})


def _side(section: str) -> str:
    return "colleague" if section == "colleagues" else "contact"


@allow(Permission.EDIT_ACCOUNTS)
def merge_contact(request: PersonRequest, contact: int) -> HttpResponse:
    """Find the other record, see what would happen, do it. `other` is the record that goes."""
    kept = editable_contact(request, contact)
    return _merge(request, kept, lambda pk: editable_contact(request, pk), _editable(request).select_related("account"))


@allow(Permission.RUN_PROGRAMME)
def merge_colleague(request: PersonRequest, colleague: int) -> HttpResponse:
    return _merge(request, known_colleague(colleague), known_colleague, Colleague.objects.filter(erased_at=None))


def _merge(request: PersonRequest, kept: Any, opened: Any, offered: Any) -> HttpResponse:
    text, other = request.GET.get("q", "").strip(), request.POST.get("other") or request.GET.get("other", "")
    context = {"kept": kept, "text": text, **_place(kept)}
    if not is_number(other):
        found = named(offered, text).exclude(pk=kept.pk)[:OFFERED] if text else []
        return render(request, "contacts/merge.html", context | {"found": found})
    gone = opened(int(other))
    try:
        refuse_impossible(kept, gone)
        if request.method == "POST":
            merge(kept=kept, gone=gone, by=request.user)
            messages.success(request, _("“%(name)s” is one record now.") % {"name": kept.name})
            return redirect(kept)
    except InvalidInput as refused:
        messages.error(request, problem(refused.code, refused.values))
        return redirect(kept)
    context |= {"gone": gone, "moving": preview(kept, gone), "filled": _told(kept, filled(kept, gone))}
    return render(request, "contacts/merge.html", context)


def _place(person: Any) -> dict[str, Any]:
    """The address names of a side, and where its pages stand."""
    side = "contact" if isinstance(person, Contact) else "colleague"
    return {"side": side, "section": "accounts" if side == "contact" else "colleagues"}


def _told(kept: Any, values: dict[str, Any]) -> list[Any]:
    """The names of the fields that would be filled in."""
    return [
        kept._meta.get_field(name.removesuffix("_id") if name != "external_id" else name).verbose_name
        for name in values
    ]


@allow(Permission.EDIT_ACCOUNTS)
@require_POST
def apart_contact(request: PersonRequest, contact: int) -> HttpResponse:
    return _apart(request, editable_contact(request, contact), lambda pk: editable_contact(request, pk))


@allow(Permission.RUN_PROGRAMME)
@require_POST
def apart_colleague(request: PersonRequest, colleague: int) -> HttpResponse:
    return _apart(request, known_colleague(colleague), known_colleague)


def _apart(request: PersonRequest, one: Any, opened: Any) -> HttpResponse:
    number = request.POST.get("other", "")
    if not is_number(number):
        raise Http404
    other = opened(int(number))
    if other.pk != one.pk:
        tell_apart(one, other, by=request.user)
        messages.success(request, _("The two are two people; they are not offered again."))
    return redirect(one)


@allow(Permission.EDIT_ACCOUNTS)
@require_POST
def separation(request: PersonRequest, merge: int) -> HttpResponse:
    """Take a merge back."""
    found = get_object_or_404(ContactMerge.objects.select_related("contact", "colleague"), pk=merge)
    if found.contact_id:
        editable_contact(request, found.contact_id)
    elif not request.user.may(Permission.RUN_PROGRAMME):
        raise PermissionDenied
    _refuse_return(request, found)
    try:
        person = separate(found, by=request.user)
    except InvalidInput as refused:
        messages.error(request, problem(refused.code, refused.values))
        return redirect(found.contact or found.colleague)
    messages.success(request, _("“%(name)s” stands by itself again.") % {"name": person.name})
    return redirect(person)


def _refuse_return(request: PersonRequest, merged: ContactMerge) -> None:
    """The record goes back to the account that it came from, and that is changed by those who may."""
    account = Account.objects.filter(pk=merged.gone.get("fields", {}).get("account_id")).first()
    if account and not account.editable_by(request.user):
        raise PermissionDenied
