"""The list of rounds, a new one, and its rules with the list of what is still missing."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from openkam.method.errors import InvalidInput
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.models import User
from openkam.web.people.permissions import Permission
from openkam.web.programme.words import problem

from ..access import facilitated_round
from ..actions import change_round, create_round, discard_round
from ..models import Round
from ..scores.stages import seen
from .checklist import checks, is_ready
from .forms import NewRoundForm, RoundForm
from .page import setup_page
from .round_list import rounds_of

PAGE = 50


@allow(Permission.SEE_ACCOUNTS)
def rounds(request: PersonRequest) -> HttpResponse:
    """The rounds that this person may see, those that wait for their scores first."""
    page = Paginator(rounds_of(request.user), PAGE).get_page(request.GET.get("page"))
    return render(request, "rounds/rounds.html", {"section": "rounds", "page": page})


@allow(Permission.RUN_ROUNDS)
def new_round(request: PersonRequest) -> HttpResponse:
    """A round begins with a name and a date."""
    form = NewRoundForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect("round-setup", create_round(by=request.user, **form.cleaned_data).pk)
    context = {"section": "rounds", "form": form}
    return render(request, "rounds/round_new.html", context, status=422 if form.errors else 200)


@allow(Permission.SEE_ACCOUNTS)
def setup(request: PersonRequest, pk: int) -> HttpResponse:
    """Name, date and rules; and what the round needs before it opens."""
    round_ = facilitated_round(request, pk)
    form = _sent(request, round_) if request.method == "POST" else RoundForm(instance=round_)
    if form.is_bound and not form.errors:
        messages.success(request, _("Saved."))
        return redirect("round-setup", pk)
    stored = Round.objects.get(pk=pk)
    lines = checks(stored)
    context = setup_page(request, stored, "rules", form=form, checks=lines, is_ready=is_ready(lines), seen=seen(stored))
    return render(request, "rounds/setup.html", context, status=422 if form.errors else 200)


@allow(Permission.SEE_ACCOUNTS)
@require_POST
def discard(request: PersonRequest, pk: int) -> HttpResponse:
    """Let go of a round that was never opened."""
    round_ = facilitated_round(request, pk)
    try:
        discard_round(round_, by=request.user)
    except InvalidInput as refusal:
        messages.error(request, problem(refusal.code, refusal.values))
        return redirect("round-setup", pk)
    messages.success(request, _("“%(name)s” was discarded.") % {"name": round_.name})
    return redirect("rounds")


@transaction.atomic
def _sent(request: PersonRequest, round_: Round) -> RoundForm:
    """The rules that were sent, kept or with what is wrong; the lock lets of two at once the second be told."""
    form = RoundForm(request.POST, instance=Round.objects.select_for_update().get(pk=round_.pk))
    if form.is_valid():
        _change(form, request.user)
    if form.errors:
        form.saw_again()
    return form


def _change(form: RoundForm, by: User) -> None:
    try:
        change_round(form.instance, by=by, fields=RoundForm.Meta.fields)
    except InvalidInput as refusal:
        form.add_error(None, problem(refusal.code, refusal.values))
