"""Where do we disagree? Only after the reveal."""

from django.http import HttpResponse
from django.shortcuts import render

from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission

from ..access import visible_round
from ..heads import head
from . import agreement_page


@allow(Permission.SEE_ACCOUNTS)
def agreement(request: PersonRequest, pk: int) -> HttpResponse:
    round_ = visible_round(request, pk)
    context = head(round_, request.user, "agreement")
    if not round_.shown_turn:
        return render(request, "rounds/still_blind.html", context, status=403)
    return render(request, "rounds/agreement.html", {**context, **agreement_page.context(round_, request.GET)})
