"""Who scores, and who facilitates."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from openkam.method.errors import InvalidInput
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.models import User
from openkam.web.people.permissions import Permission
from openkam.web.programme.words import problem

from ..access import facilitated_round
from ..actions import add_member, remove_member
from ..models import Member, Round
from .checklist import FEW_RATERS, MANY_RATERS
from .forms import PartForm, PeopleForm
from .page import setup_page


@allow(Permission.SEE_ACCOUNTS)
def people(request: PersonRequest, pk: int) -> HttpResponse:
    """The people of a round; a posted form adds some."""
    round_ = facilitated_round(request, pk)
    form = PeopleForm(request.POST or None, initial={"is_rater": True})
    outside = User.objects.filter(is_active=True).exclude(pk__in=round_.members.filter(removed_at=None).values("user"))
    form.fields["people"].queryset = outside
    if request.method == "POST" and form.is_valid() and _joined(request, round_, form):
        return redirect("round-people", pk)
    members = list(round_.members.filter(removed_at=None).select_related("user"))
    raters = sum(member.is_rater for member in members)
    context = setup_page(
        request,
        round_,
        "people",
        form=form,
        members=members,
        raters=raters,
        is_advised=not FEW_RATERS <= raters <= MANY_RATERS,
        outside=outside.exists(),
    )
    return render(request, "rounds/people.html", context, status=422 if form.errors else 200)


def _joined(request: PersonRequest, round_: Round, form: PeopleForm) -> bool:
    try:
        _join(round_, form.cleaned_data, by=request.user)
    except InvalidInput as refusal:
        form.add_error(None, problem(refusal.code, refusal.values))
    return not form.errors


@transaction.atomic
def _join(round_: Round, said: dict[str, Any], *, by: User) -> None:
    for user in said["people"]:
        add_member(round_, user=user, by=by, is_rater=said["is_rater"], is_facilitator=said["is_facilitator"])


def _member(request: PersonRequest, pk: int, person: int) -> Member:
    round_ = facilitated_round(request, pk)
    return get_object_or_404(round_.members.select_related("user", "round"), user=person, removed_at=None)


@allow(Permission.SEE_ACCOUNTS)
@require_POST
def part(request: PersonRequest, pk: int, person: int) -> HttpResponse:
    """Change what somebody does in the round."""
    member, form = _member(request, pk, person), PartForm(request.POST)
    if not form.is_valid():
        messages.error(request, form.non_field_errors()[0])
        return redirect("round-people", pk)
    try:
        add_member(member.round, user=member.user, by=request.user, **form.cleaned_data)
    except InvalidInput as refusal:
        messages.error(request, problem(refusal.code, refusal.values))
    return _still(request, member.round)


@allow(Permission.SEE_ACCOUNTS)
@require_POST
def departure(request: PersonRequest, pk: int, person: int) -> HttpResponse:
    """Take somebody out. Their scores are kept, and no longer counted."""
    member = _member(request, pk, person)
    try:
        remove_member(member, by=request.user)
    except InvalidInput as refusal:
        messages.error(request, problem(refusal.code, refusal.values))
    else:
        words = _("%(name)s is out. Scores that they gave are kept and no longer counted; added again, they count.")
        messages.success(request, words % {"name": member})
    return _still(request, member.round)


def _still(request: PersonRequest, round_: Round) -> HttpResponse:
    """The people's page, or the list for somebody who has just given the round away."""
    return redirect("round-people", round_.pk) if round_.facilitated_by(request.user) else redirect("rounds")
