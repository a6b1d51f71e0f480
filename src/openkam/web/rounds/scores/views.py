"""Scoring: the rater's cards and grid, saved cell by cell or as a form, and "I am done"."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from openkam.method.errors import InvalidInput
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission
from openkam.web.programme.words import problem

from ..access import membership, visible_round
from ..heads import head
from ..models import Member, Round
from ..scoring import finish
from . import page as score_page
from .desk import Desk
from .grid import Table
from .page import Choice
from .taking import Outcome, read, take

Page = Callable[[PersonRequest, Desk, Outcome], dict[str, Any]]


def _cards(request: PersonRequest, desk: Desk, outcome: Outcome) -> dict[str, Any]:
    context = score_page.context(desk, Choice.of(desk, request.GET), outcome, request.user)
    return {**head(desk.round, request.user, "score"), **context, "template": "rounds/score.html"}


def _table(request: PersonRequest, desk: Desk, outcome: Outcome) -> dict[str, Any]:
    table = Table(desk, request.GET, outcome, request.user)
    context = {"desk": desk, "table": table, "page": table.page, "template": "rounds/score_grid.html"}
    return {**head(desk.round, request.user, "score"), **context}


@allow(Permission.SEE_ACCOUNTS)
def score(request: PersonRequest, pk: int) -> HttpResponseBase:
    """One account at a time."""
    return _answer(request, pk, _cards)


@allow(Permission.SEE_ACCOUNTS)
def score_grid(request: PersonRequest, pk: int) -> HttpResponseBase:
    """Accounts down, criteria across."""
    return _answer(request, pk, _table)


def _answer(request: PersonRequest, pk: int, page: Page) -> HttpResponseBase:
    if request.method == "POST":
        return _take(request, _rated_round(request, pk), page)
    round_ = visible_round(request, pk)
    if not round_.takes_scores:
        return redirect(round_)
    return _shown(request, page(request, desk_of(request, round_), Outcome()))


def _shown(request: PersonRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return render(request, context["template"], context, status=status)


def desk_of(request: PersonRequest, round_: Round) -> Desk:
    """The rater's desk; refused to who does not score in this round."""
    member = membership(round_, request.user)
    if member is None or not member.is_rater:
        raise PermissionDenied
    return Desk(round_, member)


def _rated_round(request: PersonRequest, pk: int) -> Round:
    """The round, for who is in it and for who was: somebody taken out while typing is told so."""
    was_in = Member.objects.filter(user=request.user).values("round")
    visible = Round.objects.visible_to(request.user).values("pk")
    return get_object_or_404(Round.objects.filter(Q(pk__in=was_in) | Q(pk__in=visible)), pk=pk)


def _take(request: PersonRequest, round_: Round, page: Page) -> HttpResponseBase:
    typed = read(request.POST)
    try:
        outcome = take(round_, typed, by=request.user)
    except InvalidInput as refusal:
        return _refused(request, round_, refusal, page)
    desk = desk_of(request, round_)
    if _wants_json(request):
        return JsonResponse(_json(desk, outcome))
    if outcome.refused:
        return _shown(request, page(request, desk, outcome), status=422)
    messages.success(request, _("Saved."))
    return _onward(request, desk)


def _refused(request: PersonRequest, round_: Round, refusal: InvalidInput, page: Page) -> HttpResponseBase:
    """Nothing was kept: the stage has changed, or the person scores no more. What was typed stays on the screen."""
    said = problem(refusal.code, refusal.values)
    if _wants_json(request):
        return JsonResponse({"problem": said}, status=409)
    round_.refresh_from_db()
    member = membership(round_, request.user)
    if member is None or not member.is_rater:
        return render(request, "rounds/score_refused.html", {"section": "rounds", "problem": said}, status=409)
    context = page(request, Desk(round_, member), Outcome(read(request.POST)))
    return _shown(request, {**context, "problem": said}, status=409)


def _wants_json(request: PersonRequest) -> bool:
    return request.headers.get("Accept") == "application/json"


def _json(desk: Desk, outcome: Outcome) -> dict[str, Any]:
    refused = {str(place): problem(no.code, no.values) for place, no in outcome.refused.items()}
    saved = [str(place) for place in outcome.typed if place not in outcome.refused]
    return {"saved": saved, "refused": refused, "done": progress_words(desk)}


def progress_words(desk: Desk) -> str:
    return _("%(done)s of %(all)s accounts done") % {"done": desk.done, "all": desk.asked}


def _onward(request: PersonRequest, desk: Desk) -> HttpResponseRedirect:
    """To the next account where that was asked for, else to the same place again."""
    address = f"{request.path}?{request.GET.urlencode()}"
    if request.POST.get("then") == "next":
        cards = score_page.Cards(desk, Choice.of(desk, request.GET), Outcome(), request.user)
        address = f"{request.path}{cards.next}" if cards.next else address
    return HttpResponseRedirect(address)


@allow(Permission.SEE_ACCOUNTS)
@require_POST
def done(request: PersonRequest, pk: int) -> HttpResponse:
    """Say that one is through with the running turn, or that one is not."""
    round_ = visible_round(request, pk)
    is_done = request.POST.get("done") == "1"
    try:
        finish(round_, by=request.user, is_done=is_done)
    except InvalidInput as refusal:
        messages.error(request, problem(refusal.code, refusal.values))
        return redirect(round_)
    said = _("Thank you. You may still change your scores until they are revealed.")
    messages.success(request, said if is_done else _("You are not done yet."))
    return redirect(round_ if is_done else reverse("round-score", args=[round_.pk]))
