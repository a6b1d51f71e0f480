"""One's own mailboxes: connect, read now, disconnect; and what is kept out of every import."""

from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission
from openkam.web.programme.history import record

from .mailbox_forms import ExclusionForm, MailboxForm
from .mailboxes import connect, disconnect, start_visit
from .models import ExclusionRule, Mailbox


def _own(request: PersonRequest, pk: int) -> Mailbox:
    """A mailbox of one's own; nobody sees another's, directors included."""
    return get_object_or_404(request.user.mailboxes, pk=pk)


@allow(Permission.RECORD_CONTACTS)
def mailboxes(request: PersonRequest) -> HttpResponse:
    """One's mailboxes, and the form for another."""
    form = MailboxForm(request.POST or None, instance=Mailbox(user=request.user))
    if request.method == "POST" and settings.IMAP_HOSTS and form.is_valid():
        return _connected(request, form)
    context = {
        "section": "relationships",
        "form": form,
        "mailboxes": request.user.mailboxes.all(),
        "hosts": settings.IMAP_HOSTS,
    }
    return render(request, "interactions/mailboxes.html", context, status=422 if request.method == "POST" else 200)


def _connected(request: PersonRequest, form: MailboxForm) -> HttpResponse:
    subject = form.save(commit=False)
    connect(subject, password=form.cleaned_data["password"], by=request.user)
    messages.success(
        request, _("%(mailbox)s is connected. Read it now, or wait for the next visit.") % {"mailbox": subject}
    )
    return redirect("mailboxes")


@allow(Permission.RECORD_CONTACTS)
def mailbox(request: PersonRequest, mailbox: int) -> HttpResponse:
    subject = _own(request, mailbox)
    form = MailboxForm(request.POST or None, instance=subject)
    if request.method == "POST" and form.is_valid():
        return _connected(request, form)
    context = {"section": "relationships", "form": form, "subject": subject, "hosts": settings.IMAP_HOSTS}
    return render(request, "interactions/mailbox.html", context, status=422 if request.method == "POST" else 200)


@allow(Permission.RECORD_CONTACTS)
@require_POST
def visit(request: PersonRequest, mailbox: int) -> HttpResponse:
    """Read a mailbox now."""
    return redirect("interactions-attempt", start_visit(_own(request, mailbox)).pk)


@allow(Permission.RECORD_CONTACTS)
@require_POST
def removal(request: PersonRequest, mailbox: int) -> HttpResponse:
    subject = _own(request, mailbox)
    disconnect(subject, by=request.user)
    messages.success(request, _("The mailbox is disconnected, its password forgotten. What was read from it stays."))
    return redirect("mailboxes")


@allow(Permission.RECORD_CONTACTS)
def exclusions(request: PersonRequest) -> HttpResponse:
    """What is kept out of one's imports: one's own rules, and those for everybody."""
    form = ExclusionForm(request.POST or None, by=request.user)
    if request.method == "POST" and form.is_valid():
        rule = form.save(commit=False)
        rule.user = None if form.cleaned_data.get("for_all") else request.user
        rule.save()
        record("created", by=request.user, about=rule)
        return redirect("exclusions")
    rules = ExclusionRule.objects.filter(Q(user=request.user) | Q(user=None))
    context = {"section": "relationships", "form": form, "rules": rules}
    return render(request, "interactions/exclusions.html", context, status=422 if request.method == "POST" else 200)


@allow(Permission.RECORD_CONTACTS)
@require_POST
def exclusion_removal(request: PersonRequest, rule: int) -> HttpResponse:
    """Take a rule away: one's own, or as a director one for everybody."""
    mine = Q(user=request.user) | Q(user=None) if request.user.is_director else Q(user=request.user)
    subject = get_object_or_404(ExclusionRule.objects.filter(mine), pk=rule)
    record("deleted", by=request.user, about=subject)
    subject.delete()
    return redirect("exclusions")
