"""Who met whom, about what, and what comes next? Typed in seconds; one interaction, changed and deleted."""

import json
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from openkam.method.errors import InvalidInput
from openkam.web.accounts.views import frame
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission
from openkam.web.programme.meanwhile import refusal
from openkam.web.programme.onward import onward
from openkam.web.programme.words import problem

from .access import held, may_record, visible_interaction
from .actions import MOST_PARTICIPANTS, change_interaction, delete_interaction, record_interaction
from .forms import InteractionForm, new_interaction, visible_choice
from .models import Interaction, Kind, Participant
from .reasons import why_not
from .whom import find, likely, put_on_record, those_of, ticked

#: People of each side that a page shows.
MOST_LISTED = 100
#: Where a refusal of a verb belongs in the form.
FIELDS = {"participants": "who", "on": "on"}


@allow(Permission.RECORD_CONTACTS)
def create(request: PersonRequest) -> HttpResponse:
    """Record an interaction: the page, or the part inside the dialog that "n" opens."""
    asked = request.POST if request.method == "POST" else request.GET
    account = visible_choice(request.user, asked.get("account"))
    preset = ticked(request.GET.getlist("person"), request.user)
    form = new_interaction(
        request.POST or None, by=request.user, account=account, whom=preset, asked=request.GET.dict()
    )
    if request.method == "POST" and form.is_valid() and (made := _recorded(request, form)):
        return _told(request, made)
    context = {"section": "accounts", "form": form, "account": form.account, "next": request.POST.get("next", "")}
    if request.htmx:
        return render(request, "interactions/new.html#form", context)
    return render(request, "interactions/new.html", context, status=422 if request.method == "POST" else 200)


def _recorded(request: PersonRequest, form: InteractionForm) -> Interaction | None:
    """The stored interaction; None, with the refusal in the form, when it is refused."""
    fields = {name: form.cleaned_data[name] for name in form.Meta.fields if name in form.cleaned_data}
    try:
        with transaction.atomic():
            if form.account is None:  # only people of ours are named
                raise InvalidInput("interaction_one_sided", "participants")
            ours, theirs = put_on_record(form.whom, account=form.account, by=request.user)
            made = record_interaction(account=form.account, ours=ours, theirs=theirs, by=request.user, **fields)
    except InvalidInput as refused:
        form.add_error(FIELDS.get(refused.where), refusal(refused.code, **refused.values))
        return None
    _warn_of_audience(request, made, len(ours) + len(theirs))
    return made


def _warn_of_audience(request: PersonRequest, interaction: Interaction, people: int) -> None:
    if not interaction.counts and people > MOST_PARTICIPANTS:
        messages.warning(request, problem("interaction_crowded", {"people": people, "most": MOST_PARTICIPANTS}))


def _told(request: PersonRequest, made: Interaction) -> HttpResponse:
    """The page says that it is recorded; a dialog's page is told, and shows itself anew."""
    said = _("Recorded for %(account)s: %(what)s.") % {"account": made.account, "what": made}
    messages.success(request, said)
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Trigger": json.dumps({"recorded": {"said": said}})})
    return onward(request, otherwise=reverse("account-interactions", args=[made.account_id]))


@allow(Permission.RECORD_CONTACTS)
def people(request: PersonRequest) -> HttpResponse:
    """Whom the name that is being typed may mean: the list under the field."""
    account = visible_choice(request.user, request.GET.get("account"))
    text = " ".join(request.GET.get("who", "")[:200].split())
    found = find(text, user=request.user, account=account) if text else likely(account) if account else []
    chosen = set(request.GET.getlist("person"))
    found = [one for one in found if one.token not in chosen]
    context = {"text": text, "found": found, "made": those_of(text), "account": account}
    return render(request, "interactions/suggestions.html", context)


@allow(Permission.SEE_ACCOUNTS)
def interaction(request: PersonRequest, interaction: int) -> HttpResponse:
    subject = visible_interaction(request, interaction)
    rows = subject.participants.select_related("contact", "colleague").order_by("part", "pk")
    theirs, more_theirs = _listed(rows.exclude(contact=None))
    ours, more_ours = _listed(rows.exclude(colleague=None))
    context = frame(request, subject.account, "interactions") | {
        "interaction": subject,
        "ours": ours,
        "more_ours": more_ours,
        "theirs": theirs,
        "more_theirs": more_theirs,
        "why_not": why_not(subject, rows.count()),
        "insights": list(subject.insights.select_related("contact")),
        "may_record": may_record(request.user),
        "is_mail": subject.kind == Kind.EMAIL,
    }
    return render(request, "interactions/interaction.html", context)


def _listed(rows: Any) -> tuple[list[Participant], str]:
    """The first people of a side, and how many more there are, in words."""
    found = list(rows[: MOST_LISTED + 1])
    more = rows.count() - MOST_LISTED if len(found) > MOST_LISTED else 0
    return found[:MOST_LISTED], _("+ %(people)d more") % {"people": more} if more else ""


@allow(Permission.RECORD_CONTACTS)
def edit(request: PersonRequest, interaction: int) -> HttpResponse:
    """Change an interaction and who took part; nothing that somebody else saved meanwhile is overwritten."""
    subject = visible_interaction(request, interaction)
    account = subject.account
    with transaction.atomic():
        subject = held(subject) if request.method == "POST" else subject
        form = InteractionForm(request.POST or None, by=request.user, account=account, instance=subject)
        is_saved = request.method == "POST" and form.is_valid() and _changed(request, form)
    if is_saved:
        messages.success(request, _("Saved."))
        return redirect("interaction", subject.pk)
    form = form.saw_again() if request.method == "POST" else form
    context = frame(request, account, "interactions") | {"form": form, "interaction": subject}
    return render(request, "interactions/edit.html", context, status=422 if request.method == "POST" else 200)


def _changed(request: PersonRequest, form: InteractionForm) -> bool:
    try:
        with transaction.atomic():
            ours, theirs = put_on_record(form.whom, account=form.instance.account, by=request.user)
            change_interaction(form.instance, ours=ours, theirs=theirs, by=request.user)
    except InvalidInput as refused:
        form.add_error(FIELDS.get(refused.where), refusal(refused.code, **refused.values))
        return False
    _warn_of_audience(request, form.instance, len(ours) + len(theirs))
    return True


@allow(Permission.RECORD_CONTACTS)
def deletion(request: PersonRequest, interaction: int) -> HttpResponse:
    """Ask once; then it is gone, and the drawing with it."""
    subject = visible_interaction(request, interaction)
    if request.method == "POST":
        delete_interaction(subject, by=request.user)
        messages.success(request, _("“%(what)s” is deleted.") % {"what": subject})
        return redirect("account-interactions", subject.account_id)
    context = frame(request, subject.account, "interactions") | {"interaction": subject}
    return render(request, "interactions/deletion.html", context)
