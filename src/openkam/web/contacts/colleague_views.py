"""One of our people: what is known, whom they met, and the forms to change it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Max
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from openkam.web.accounts.models import Account
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission

from .access import known_colleague
from .actions import change_person, create_colleague, leave
from .contact_views import saved
from .duplicates import pairs
from .forms import ColleagueForm, DepartureForm
from .models import Colleague, Contact

MOST = 50


@allow(Permission.SEE_ACCOUNTS)
def colleague(request: PersonRequest, colleague: int) -> HttpResponse:
    subject = known_colleague(colleague)
    seen = Account.objects.visible_to(request.user)
    met = seen.filter(interactions__participants__colleague=subject, interactions__counts=True)
    accounts = met.annotate(times=Count("interactions", distinct=True), last=Max("interactions__on"))
    runs = request.user.may(Permission.RUN_PROGRAMME)
    context = {
        "section": "colleagues",
        "person": subject,
        "reports": subject.reports.filter(erased_at=None),
        "addresses": subject.addresses.exclude(address__iexact=subject.email),
        "accounts": accounts.order_by("-last", "name")[:MOST],
        "first_for": Contact.objects.visible_to(request.user)
        .present()
        .filter(primary=subject)
        .select_related("account")[:MOST],
        "alike": pairs(Colleague.objects.filter(erased_at=None), of=[subject.pk]) if runs else [],
        "merges": subject.merges.filter(undone_at=None) if runs else [],
        "departure": DepartureForm(),
    }
    return render(request, "contacts/colleague.html", context)


@allow(Permission.RECORD_CONTACTS)
def create(request: PersonRequest) -> HttpResponse:
    form = ColleagueForm(request.POST or None, by=request.user)
    if form.is_valid():
        fields = {name: form.cleaned_data[name] for name in form.fields if name != "seen"}
        if made := saved(form, lambda: create_colleague(by=request.user, **fields)):
            messages.success(request, _("“%(name)s” is here.") % {"name": made.name})
            return redirect(made)
    return _form(request, form, None)


@allow(Permission.EDIT_ACCOUNTS)
def edit(request: PersonRequest, colleague: int) -> HttpResponse:
    known_colleague(colleague)
    with transaction.atomic():
        subject = Colleague.objects.select_for_update(of=("self",)).get(pk=colleague)
        form = ColleagueForm(request.POST or None, instance=subject, by=request.user)
        if form.is_valid() and saved(form, lambda: change_person(form.instance, by=request.user)) is not None:
            messages.success(request, _("Saved."))
            return redirect(subject)
    if form.is_bound:
        form.saw_again()
    return _form(request, form, known_colleague(colleague))


def _form(request: PersonRequest, form: ColleagueForm, person: Colleague | None) -> HttpResponse:
    context = {"section": "colleagues", "form": form, "person": person}
    return render(request, "contacts/colleague_form.html", context, status=422 if form.is_bound else 200)


@allow(Permission.EDIT_ACCOUNTS)
@require_POST
def departure(request: PersonRequest, colleague: int) -> HttpResponse:
    """Somebody of ours leaves; whoever still signs in as them is the director's to end."""
    subject, form = known_colleague(colleague), DepartureForm(request.POST)
    if subject.user_id and not request.user.may(Permission.RUN_PROGRAMME):
        raise PermissionDenied
    if form.is_valid():
        leave(subject, on=form.cleaned_data["on"], by=request.user)
        messages.success(request, _("Saved."))
    else:
        messages.error(request, " ".join(form.errors["on"]))
    return redirect(subject)
