"""Where a round stands, for everybody in it; leading it on, for its facilitators."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from openkam.method.errors import InvalidInput
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission
from openkam.web.portfolio.selection import whole_number
from openkam.web.programme.words import problem

from ..access import facilitated_round, visible_round
from ..freezing import written
from ..heads import head
from ..models import Round
from . import stage_page
from .stages import MINUTES, lead, seen, set_clock


def _page(request: PersonRequest, round_: Round, status: int = 200) -> HttpResponse:
    context = {**head(round_, request.user, "round"), **stage_page.context(round_)}
    return render(request, "rounds/round.html", context, status=status)


@allow(Permission.SEE_ACCOUNTS)
def round_page(request: PersonRequest, pk: int) -> HttpResponse:
    return _page(request, visible_round(request, pk))


@allow(Permission.SEE_ACCOUNTS)
def live(request: PersonRequest, pk: int) -> HttpResponse:
    """Progress and clock, asked for every few seconds; a page that shows another stage loads itself again."""
    round_ = visible_round(request, pk)
    response = render(request, "rounds/live.html", stage_page.live(round_))
    if request.GET.get("seen", seen(round_)) != seen(round_):
        response["HX-Refresh"] = "true"
    return response


@allow(Permission.SEE_ACCOUNTS)
def clock(request: PersonRequest, pk: int) -> HttpResponse:
    """The clock beside somebody's scores; it says so when the stage has changed, and leaves what is typed alone."""
    round_ = visible_round(request, pk)
    asked = request.GET.get("seen", "")[:20]
    context = {"round": round_, "left": stage_page.seconds_left(round_), "seen": asked or seen(round_)}
    return render(request, "rounds/clock.html", {**context, "is_over": bool(asked) and asked != seen(round_)})


@allow(Permission.SEE_ACCOUNTS)
def document(request: PersonRequest, pk: int) -> HttpResponse:
    """The frozen record as it is written: the SHA-256 of this file is its digest. All scores, as after any reveal."""
    round_ = visible_round(request, pk)
    if not round_.is_frozen:
        raise Http404
    headers = {"Content-Disposition": f'attachment; filename="openkam-round-{pk}.json"'}
    return HttpResponse(written(round_.frozen.document), content_type="application/json", headers=headers)


def posted(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A refused step leaves its address in the browser: whoever loads that again comes to the round."""

    @wraps(view)
    def answered(request: PersonRequest, pk: int) -> HttpResponse:
        return view(request, pk) if request.method == "POST" else redirect(visible_round(request, pk))

    return answered


@allow(Permission.SEE_ACCOUNTS)
@posted
def stage(request: PersonRequest, pk: int) -> HttpResponse:
    """One step on; of two facilitators at once the second reads what happened."""
    round_ = facilitated_round(request, pk)
    try:
        lead(round_, to=request.POST.get("to", ""), left=request.POST.get("seen", ""), by=request.user)
    except InvalidInput as refusal:
        return _told(request, round_, refusal)
    return redirect(round_)


@allow(Permission.SEE_ACCOUNTS)
@posted
def timer(request: PersonRequest, pk: int) -> HttpResponse:
    """Start the clock for some minutes; anything else stops it."""
    round_ = facilitated_round(request, pk)
    minutes = whole_number(request.POST.get("minutes"))
    try:
        set_clock(round_, minutes=minutes if minutes in MINUTES else None)
    except InvalidInput as refusal:
        return _told(request, round_, refusal)
    return redirect(round_)


def _told(request: PersonRequest, round_: Round, refusal: InvalidInput) -> HttpResponse:
    if refusal.code != "round_not_ready":  # the page names each thing that is missing, with the way to it
        messages.error(request, problem(refusal.code, refusal.values))
    round_.refresh_from_db()
    return _page(request, round_, status=409)
