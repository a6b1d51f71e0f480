"""How healthy is this relationship, what changed, and how does it end, if it must?"""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from openkam.method.errors import InvalidInput
from openkam.method.health import advised_exit
from openkam.web.accounts.access import editable_account, visible_account
from openkam.web.accounts.models import Account
from openkam.web.accounts.views import frame
from openkam.web.contacts.models import Contact
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission
from openkam.web.plans.answers import tried
from openkam.web.portfolio.selection import whole_number
from openkam.web.programme.models import Settings
from openkam.web.programme.words import problem

from .health_actions import exit_of, held, note_last_contacts, save_exit, save_value, say_it_ends
from .health_forms import ExitForm, LastContactForm, ValueForm
from .health_page import escalations, health_of, reader_of, signals_of
from .health_words import ADVICE, BANDS
from .models import Exit, ValuePromise
from .rhythm import rhythms

#: People on one page of last contacts.
PAGE = 50


@allow(Permission.SEE_ACCOUNTS)
def health(request: PersonRequest, account: int) -> HttpResponse:
    subject = visible_account(request, account)
    return _health(request, subject, _value_form(subject, request))


def _value_form(account: Account, request: PersonRequest, data: Any = None) -> ValueForm | None:
    """The value of a year, for those who may change the account and see money: the running one, unless asked."""
    reader = reader_of(account, request.user)
    if not (reader.judgements and reader.money):
        return None
    years, asked = _value_years(), whole_number(request.GET.get("year"))
    year = asked if asked in years else years[0]
    there = ValuePromise.objects.filter(account=account, fiscal_year=year).first()
    return ValueForm(data, instance=there or ValuePromise(account=account, fiscal_year=year))


def _value_years() -> tuple[int, int]:
    """The running fiscal year, and the one before it: what came is known when a year is over."""
    running = Settings.current().calendar.fiscal_year(timezone.localdate())
    return running, running - 1


def _health(request: PersonRequest, account: Account, form: ValueForm | None) -> HttpResponse:
    today, reader = timezone.localdate(), reader_of(account, request.user)
    found = health_of(account, today, reader)
    context = frame(request, account, "relationship") | {
        "health": found,
        "band": BANDS.get(found.band, ""),
        "signals": signals_of(account, today, reader),
        "escalations": escalations(account),
        "values": ValuePromise.objects.filter(account=account) if reader.money else [],
        "value_form": form,
        "value_years": _value_years() if form else (),
        "reader": reader,
    }
    return render(request, "relationships/health.html", context, status=422 if form and form.is_bound else 200)


@allow(Permission.EDIT_ACCOUNTS)
@require_POST
@transaction.atomic
def value(request: PersonRequest, account: int) -> HttpResponse:
    """Write down what was promised and what came in the running fiscal year, or in the one before it."""
    subject = editable_account(request, account)
    held(subject)
    form = _value_form(subject, request, request.POST)
    if form is None:
        raise PermissionDenied
    if not form.is_valid():
        return _health(request, subject, form.saw_again())  # type: ignore[arg-type]
    save_value(form.instance, by=request.user)
    messages.success(request, _("Saved."))
    return redirect("account-health", account)


@allow(Permission.SEE_ACCOUNTS)
def exit_page(request: PersonRequest, account: int) -> HttpResponse:
    """The plan of an exit; whoever may change the account writes it."""
    subject = visible_account(request, account)
    if request.method != "POST":
        return _exit(request, subject, _exit_form(subject))
    if not (request.user.may(Permission.EDIT_ACCOUNTS) and subject.editable_by(request.user)):
        raise PermissionDenied
    return _exit_posted(request, subject)


@transaction.atomic
def _exit_posted(request: PersonRequest, account: Account) -> HttpResponse:
    held(account)
    form = _exit_form(account, request.POST)
    if form.is_valid() and _exit_saved(request, form):
        return redirect("account-exit", account.pk)
    form.saw_again()
    return _exit(request, account, form)


def _exit_form(account: Account, data: Any = None) -> ExitForm:
    return ExitForm(data, instance=exit_of(account) or Exit(account=account))


def _exit(request: PersonRequest, account: Account, form: ExitForm) -> HttpResponse:
    there = exit_of(account)
    advice = there and advised_exit(partner_is_powerful=there.partner_is_powerful, may_return=there.may_return)
    context = frame(request, account, "relationship") | {
        "exit": there,
        "form": form,
        "advice": ADVICE[advice] if advice else "",
        **_last_contacts(request, account, there),
    }
    return render(request, "relationships/exit.html", context, status=422 if form.is_bound else 200)


def _exit_saved(request: PersonRequest, form: ExitForm) -> bool:
    try:
        changed = save_exit(form.instance, by=request.user)
    except InvalidInput as refused:
        form.add_error(None, problem(refused.code, refused.values))
        return False
    messages.success(request, _("Saved.") if changed else _("Nothing was different; nothing was saved."))
    return True


def _last_contacts(request: PersonRequest, account: Account, exit_: Exit | None) -> dict[str, Any]:
    """Everybody who works there, with the last recorded contact and the last planned one; a page of them."""
    if exit_ is None:
        return {"people": []}
    there = Contact.objects.present().filter(account=account).order_by("name", "pk")
    page = Paginator(there, PAGE).get_page(request.GET.get("page"))
    shown = [contact.pk for contact in page.object_list]
    planned = {row.contact_id: row for row in exit_.last_contacts.filter(contact__in=shown)}
    found = rhythms(there.filter(pk__in=shown))
    people = [{"rhythm": each, "form": _row_form(each.contact, planned.get(each.contact.pk))} for each in found]
    return {"people": people, "page": page}


def _row_form(contact: Contact, planned: Any, data: Any = None) -> LastContactForm:
    start = {"who": planned.who, "done_on": planned.done_on} if planned else {}
    return LastContactForm(data, initial=start, prefix=f"contact-{contact.pk}")


@allow(Permission.EDIT_ACCOUNTS)
@require_POST
def last_contacts(request: PersonRequest, account: int) -> HttpResponse:
    """Of the people on the page that was sent, what its editor changed."""
    subject = editable_account(request, account)
    there = get_object_or_404(Exit, account=subject)
    people = Contact.objects.present().filter(account=subject)
    forms = {contact.pk: _row_form(contact, None, request.POST) for contact in people}
    sent = {pk: form for pk, form in forms.items() if form.is_there}
    if all(form.is_valid() for form in sent.values()):
        told = {pk: form.retold for pk, form in sent.items() if form.changed_data}
        tried(request, lambda: note_last_contacts(there, told=told, by=request.user), _("Saved."))
    else:
        messages.error(request, _("A name was too long or a day was not readable; nothing was saved."))
    return redirect("account-exit", account)


@allow(Permission.EDIT_ACCOUNTS)
@require_POST
def ending(request: PersonRequest, account: int) -> HttpResponse:
    """Let the account's status say what its plan says."""
    subject = editable_account(request, account)
    get_object_or_404(Exit, account=subject)
    if say_it_ends(subject, by=request.user):
        messages.success(request, _("The account's status says now that it ends."))
    return redirect("account-exit", account)
