from typing import Any

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.core.mail import EmailMessage
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from openkam.method.errors import InvalidInput
from openkam.web.programme.history import save_recorded
from openkam.web.programme.language import remember
from openkam.web.programme.words import problem

from . import actions
from .access import PersonRequest, allow
from .adapter import deliver, mail_works
from .forms import InvitationForm, MeForm, PersonForm
from .models import User
from .permissions import Permission, Role
from .words import ROLES


@allow(Permission.RUN_PROGRAMME)
def people(request: PersonRequest) -> HttpResponse:
    everybody = User.objects.annotate(accounts=Count("owned_accounts")).order_by("-is_active", "name", "pk")
    return render(request, "people/people.html", {"section": "people", "people": everybody})


@allow(Permission.RUN_PROGRAMME)
def invitation(request: PersonRequest) -> HttpResponse:
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _hand_over(request, actions.invite(form.save(commit=False), by=request.user))
    return render(request, "people/invitation.html", {"section": "people", "form": form})


@allow(Permission.RUN_PROGRAMME)
def person(request: PersonRequest, pk: int) -> HttpResponse:
    subject = get_object_or_404(User, pk=pk)
    form = PersonForm(request.POST or None, instance=subject)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change(form.save(commit=False), by=request.user)
        except InvalidInput as refusal:
            form.add_error("role", problem(refusal.code, refusal.values))
        else:
            messages.success(request, _("Saved."))
            return redirect("person", pk)
    context = {"section": "people", "form": form, "person": User.objects.get(pk=pk)}
    return render(request, "people/person.html", context)


@allow(Permission.RUN_PROGRAMME)
@require_POST
@reauthentication_required
def password_link(request: PersonRequest, pk: int) -> HttpResponse:
    """A new one-time link: for an invitation that got lost, or a forgotten password where no e-mail is sent."""
    return _hand_over(request, get_object_or_404(User, pk=pk, is_active=True))


@allow(Permission.RUN_PROGRAMME)
@require_POST
@reauthentication_required
def two_factor_removal(request: PersonRequest, pk: int) -> HttpResponse:
    subject = get_object_or_404(User, pk=pk)
    if actions.remove_two_factor(subject, by=request.user):
        messages.success(request, _("The second factors are removed. The password alone signs in now."))
    else:
        messages.info(request, _("There was no second factor."))
    return redirect("person", pk)


@allow(Permission.SIGNED_IN)
def me(request: PersonRequest) -> HttpResponse:
    """A person's own name, language and ways to sign in."""
    subject = User.objects.get(pk=request.user.pk)
    form = MeForm(request.POST or None, instance=subject)
    if request.method == "POST" and form.is_valid():
        save_recorded(form.save(commit=False), by=request.user, fields=form.Meta.fields)
        messages.success(request, _("Saved."))
        return remember(redirect("me"), subject.language)
    explanation = ROLES[Role(request.user.role)]
    return render(request, "people/me.html", {"section": "me", "form": form, "explanation": explanation})


def _hand_over(request: PersonRequest, subject: User) -> HttpResponse:
    """Show the link once; it is kept nowhere. Where e-mail works, it goes out too."""
    link = request.build_absolute_uri(actions.password_path(subject, by=request.user))
    details = {"person": subject, "link": link, "by": request.user, "days": settings.PASSWORD_RESET_TIMEOUT // 86_400}
    mailed = mail_works() and _send_link(details)
    return render(request, "people/link.html", {"section": "people", "mailed": mailed, **details})


def _send_link(details: dict[str, Any]) -> bool:
    """In the language of the person who gets it, when that is known."""
    with translation.override(details["person"].language or translation.get_language()):
        body = render_to_string("people/invitation_mail.txt", details)
        return deliver(EmailMessage(_("Your access to OpenKAM"), body, to=[details["person"].email]))
