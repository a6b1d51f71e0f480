"""Which accounts are compared: found by a filter, added together, taken out again."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from openkam.method.errors import InvalidInput
from openkam.web.accounts.models import Account
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission
from openkam.web.portfolio.selection import whole_number
from openkam.web.programme.words import problem

from ..access import facilitated_round
from ..actions import MOST_ENTRIES, add_accounts
from ..models import Entry, Round, Score
from .account_choice import Choice
from .actions import remove_entries
from .page import setup_page

PAGE = 50
#: Accounts that one click adds: the largest so many.
OFFERED = (20, 100)


@allow(Permission.SEE_ACCOUNTS)
def accounts(request: PersonRequest, pk: int) -> HttpResponse:
    """The accounts of the round, and others that could come in."""
    round_ = facilitated_round(request, pk)
    choice = Choice(request.user, request.GET)
    outside = choice.outside(round_)
    context = setup_page(
        request,
        round_,
        "accounts",
        choice=choice,
        listing=choice.listing,
        largest=OFFERED,
        found=outside.select_related("owner")[:PAGE],
        found_count=outside[: MOST_ENTRIES + 1].count(),
        page=Paginator(_inside(round_), PAGE).get_page(request.GET.get("page")),
        **choice.offers(),
    )
    return render(request, "rounds/accounts.html", context)


def _inside(round_: Round) -> Any:
    """The accounts of the round, and whether anybody has scored them."""
    scored = Score.objects.filter(entry=OuterRef("pk"))
    return round_.entries.select_related("account").annotate(is_scored=Exists(scored))


@allow(Permission.SEE_ACCOUNTS)
@require_POST
def entry_in(request: PersonRequest, pk: int) -> HttpResponse:
    """Add accounts: those that are ticked, or all that the filter finds. Only what the person may see comes in."""
    round_ = facilitated_round(request, pk)
    choice = Choice(request.user, request.POST)
    ticked = _numbers(request, "account")
    wanted: Any = choice.outside(round_)
    if "all" not in request.POST and "largest" not in request.POST:
        wanted = Account.objects.visible_to(request.user).filter(pk__in=ticked)
    try:
        n = add_accounts(round_, accounts=wanted[: MOST_ENTRIES + 1], by=request.user)
    except InvalidInput as refusal:
        messages.error(request, problem(refusal.code, refusal.values))
    else:
        messages.success(request, ngettext("%(n)s account added.", "%(n)s accounts added.", n) % {"n": n})
    return redirect("round-accounts", pk)


@allow(Permission.SEE_ACCOUNTS)
@require_POST
def entry_out(request: PersonRequest, pk: int) -> HttpResponse:
    """Take accounts out: those that are ticked, or all that nobody has scored."""
    round_ = facilitated_round(request, pk)
    entries = round_.entries.all()
    if "all" not in request.POST:
        entries = entries.filter(pk__in=_numbers(request, "entry"))
    try:
        gone, kept = remove_entries(round_, entries=entries, by=request.user)
    except InvalidInput as refusal:
        messages.error(request, problem(refusal.code, refusal.values))
    else:
        _tell(request, gone, kept)
    return redirect(f"{reverse('round-accounts', args=[pk])}#inside")


def _tell(request: PersonRequest, gone: int, kept: list[Entry]) -> None:
    messages.success(request, ngettext("%(n)s account taken out.", "%(n)s accounts taken out.", gone) % {"n": gone})
    for entry in kept[:3]:
        messages.warning(request, problem("round_has_scores", {"name": entry.name}))
    if len(kept) > 3:
        rest = len(kept) - 3
        words = ngettext("%(n)s more has scores and stays.", "%(n)s more have scores and stay.", rest)
        messages.warning(request, words % {"n": rest})


def _numbers(request: PersonRequest, name: str) -> list[int]:
    found = (whole_number(text) for text in request.POST.getlist(name)[:MOST_ENTRIES])
    return [number for number in found if number is not None]
