"""Ours on the sheet: who joins, with which number, and who leaves it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from openkam.web.accounts.access import editable_account
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission

from .judging import add_member, remove_member, renumber
from .judging_forms import MemberForm
from .models import TeamMember
from .team_views import sheet_page


@allow(Permission.EDIT_ACCOUNTS)
@require_POST
def members(request: PersonRequest, account: int) -> HttpResponse:
    subject, form = editable_account(request, account), MemberForm(request.POST)
    if not form.is_valid():
        return sheet_page(request, subject, member_form=form)
    add_member(subject, **form.cleaned_data, by=request.user)
    return redirect("team-map", account)


@allow(Permission.EDIT_ACCOUNTS)
@require_POST
def place(request: PersonRequest, account: int, member: int) -> HttpResponse:
    """Another number for somebody; one that is no number changes nothing."""
    subject = editable_account(request, account)
    one, number = get_object_or_404(TeamMember, pk=member, account=subject), request.POST.get("number", "")
    if number.isascii() and number.isdigit() and len(number) < 4:
        renumber(one, number=int(number), by=request.user)
    return redirect("team-map", account)


@allow(Permission.EDIT_ACCOUNTS)
@require_POST
def departure(request: PersonRequest, account: int, member: int) -> HttpResponse:
    subject = editable_account(request, account)
    remove_member(get_object_or_404(TeamMember, pk=member, account=subject), by=request.user)
    return redirect("team-map", account)
