"""One person of a customer: what is known, and the forms to change it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from openkam.method.errors import InvalidInput
from openkam.web.accounts.access import visible_account
from openkam.web.accounts.listing import is_number
from openkam.web.accounts.models import Account
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission
from openkam.web.programme.words import problem

from . import contact_page
from .access import visible_contact
from .actions import change_person, create_contact, leave, make_main_contact, move_contact
from .forms import ContactForm, DepartureForm, MoveForm, PersonForm, address_refusal, owner_of
from .models import Contact

#: Accounts offered for a text.
OFFERED = 20


@allow(Permission.SEE_ACCOUNTS)
def contact(request: PersonRequest, contact: int) -> HttpResponse:
    subject = visible_contact(request, contact)
    return render(request, "contacts/contact.html", contact_page.context(subject, request.user))


def saved(form: PersonForm, verb: Callable[[], Any]) -> Any:
    """What a verb answers; its refusal goes to the form, and whose an address is only to those who may know."""
    try:
        return verb()
    except InvalidInput as refused:
        where = refused.where if refused.where in form.fields else None
        taken = address_refusal(form.instance.email, form.instance, form.by) if where == "email" else None
        form.add_error(where, taken or problem(refused.code, refused.values))
    return None


@allow(Permission.RECORD_CONTACTS)
def create(request: PersonRequest, account: int) -> HttpResponse:
    """A new contact; from the list by name alone."""
    subject = visible_account(request, account)
    form = ContactForm(request.POST or None, instance=Contact(account=subject), by=request.user)
    if form.is_valid():
        fields = {name: form.cleaned_data[name] for name in form.fields if name != "seen"}
        if made := saved(form, lambda: create_contact(account=subject, by=request.user, **fields)):
            messages.success(request, _("“%(name)s” is here.") % {"name": made.name})
            return redirect(made)
    return _form(request, form, subject)


@allow(Permission.RECORD_CONTACTS)
def edit(request: PersonRequest, contact: int) -> HttpResponse:
    """Change a contact. What somebody else changed meanwhile is told, and nothing is overwritten."""
    visible_contact(request, contact)
    with transaction.atomic():
        subject = Contact.objects.select_for_update(of=("self",)).get(pk=contact)
        form = ContactForm(request.POST or None, instance=subject, by=request.user)
        if form.is_valid() and (changed := saved(form, lambda: change_person(subject, by=request.user))) is not None:
            messages.success(request, _("Saved.") if changed else _("Nothing was different; nothing was saved."))
            return redirect(subject)
    if form.is_bound:
        form.saw_again()
    stored = visible_contact(request, contact)
    return _form(request, form, stored.account, stored)


def _form(request: PersonRequest, form: ContactForm, account: Account, person: Contact | None = None) -> HttpResponse:
    context = {
        "section": "accounts",
        "tab": "contacts",
        "account": account,
        "person": person,
        "form": form,
        "elsewhere": _elsewhere(form, account) if form.is_bound else None,
    }
    return render(request, "contacts/contact_form.html", context, status=422 if form.is_bound else 200)


def _elsewhere(form: ContactForm, account: Account) -> Contact | None:
    """The contact of another account, seen by the editor, who has the address that was typed."""
    owner = owner_of(form.data.get("email", ""))
    if not isinstance(owner, Contact) or owner.account_id == account.pk:
        return None
    return Contact.objects.visible_to(form.by).filter(pk=owner.pk, erased_at=None).first()


@allow(Permission.RECORD_CONTACTS)
@require_POST
def departure(request: PersonRequest, contact: int) -> HttpResponse:
    subject, form = visible_contact(request, contact), DepartureForm(request.POST)
    if form.is_valid():
        leave(subject, on=form.cleaned_data["on"], by=request.user)
        messages.success(request, _("“%(name)s” stands among the former people now.") % {"name": subject.name})
    else:
        messages.error(request, " ".join(form.errors["on"]))
    return redirect(subject)


@allow(Permission.RECORD_CONTACTS)
def move(request: PersonRequest, contact: int) -> HttpResponse:
    """They work for another customer: find it, say since when. `account` is the new one."""
    subject, text = visible_contact(request, contact), request.GET.get("q", "").strip()
    number = request.POST.get("account") or request.GET.get("account", "")
    target = visible_account(request, int(number)) if is_number(number) else None
    form = MoveForm(request.POST or None)
    if target and form.is_valid() and _moved(request, subject, target, form.cleaned_data):
        return redirect(subject)
    found = Account.objects.visible_to(request.user).search(text).exclude(pk=subject.account_id)
    context = {"section": "accounts", "person": subject, "target": target, "form": form, "text": text}
    context["found"] = found.order_by("name", "pk")[:OFFERED] if text else []
    return render(request, "contacts/move.html", context, status=422 if form.is_bound else 200)


def _moved(request: PersonRequest, subject: Contact, target: Account, typed: dict[str, Any]) -> bool:
    try:
        move_contact(subject, account=target, on=typed["on"], title=typed["title"], by=request.user)
    except InvalidInput as refused:
        messages.error(request, problem(refused.code, refused.values))
        return False
    messages.success(
        request, _("“%(name)s” works for %(account)s now.") % {"name": subject.name, "account": target.name}
    )
    return True


@allow(Permission.RECORD_CONTACTS)
@require_POST
def main(request: PersonRequest, contact: int) -> HttpResponse:
    """The hub on the customer's side."""
    subject = visible_contact(request, contact)
    try:
        make_main_contact(subject, by=request.user)
    except InvalidInput as refused:
        messages.error(request, problem(refused.code, refused.values))
    return redirect(subject)
