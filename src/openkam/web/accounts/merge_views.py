"""Merge two accounts, and take a merge back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from openkam.method.errors import InvalidInput
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission
from openkam.web.programme.models import Event
from openkam.web.programme.words import problem

from .access import editable_account
from .listing import is_number
from .merging import merge as merge_accounts
from .merging import preview, refuse_impossible, separate
from .models import Account

#: Candidates offered for a text.
OFFERED = 20


@allow(Permission.EDIT_ACCOUNTS)
def merge(request: PersonRequest, pk: int) -> HttpResponse:
    """Find the other account, see what would happen, do it. `other` is the account that goes."""
    kept = editable_account(request, pk)
    text, other = request.GET.get("q", ""), request.POST.get("other") or request.GET.get("other", "")
    context = {"section": "accounts", "account": kept, "text": text}
    if not is_number(other):
        found = Account.objects.visible_to(request.user).search(text).exclude(pk=pk).order_by("name", "pk")
        return render(request, "accounts/merge.html", context | {"found": found[:OFFERED] if text.strip() else []})
    gone = editable_account(request, int(other))
    try:
        refuse_impossible(kept, gone)
        if request.method == "POST":
            merge_accounts(kept=kept, gone=gone, by=request.user)
            messages.success(request, _("“%(gone)s” is now part of this account.") % {"gone": gone.name})
            return redirect(kept)
    except InvalidInput as refusal:
        messages.error(request, problem(refusal.code, refusal.values))
        return redirect("account-merge", pk)
    return render(request, "accounts/merge.html", context | {"gone": gone, "preview": preview(kept, gone)})


@allow(Permission.EDIT_ACCOUNTS)
@require_POST
def separation(request: PersonRequest, pk: int, event: int) -> HttpResponse:
    """Take a merge back, from the event that it left."""
    kept = editable_account(request, pk)
    found = get_object_or_404(Event.objects.about(kept), pk=event, verb="took_over")
    try:
        account = separate(event=found, by=request.user)
    except InvalidInput as refusal:
        messages.error(request, problem(refusal.code, refusal.values))
        return redirect("account-history", pk)
    messages.success(request, _("“%(name)s” stands by itself again.") % {"name": account.name})
    return redirect("account-history", pk)
