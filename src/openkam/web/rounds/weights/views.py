"""How much does each criterion weigh? Four ways to say it, and what it comes to while one types."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from openkam.method.errors import InvalidInput
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission
from openkam.web.programme.words import problem

from ..access import facilitated_round
from ..models import Item, Kind, Round, Weighting
from ..models.library import KINDS
from ..setup.page import setup_page
from .fields import content_of, fields_of
from .page import form_of, outcome_of, standing
from .weighting import set_weights, version, weighting_of


@allow(Permission.SEE_ACCOUNTS)
@never_cache
def weights(request: PersonRequest, pk: int, of: str) -> HttpResponse:
    """Weigh the criteria of one kind; htmx asks what the fields come to, and nothing is saved by that."""
    round_ = facilitated_round(request, pk)
    if of not in Kind.values:
        raise Http404
    items = list(round_.items.filter(kind=of).select_related("criterion"))
    known = weighting_of(round_, of)
    method = _method(request, known)
    if request.htmx and request.method == "GET":
        return render(request, "rounds/weights_result.html", _trial(method, items, request.GET.dict()))
    if request.method == "POST":
        return _weighed(request, round_, items, of)
    fields = fields_of(method, items, known.content if known else {})
    return render(request, "rounds/weights.html", _page(request, round_, items, of, method=method, fields=fields))


def _method(request: PersonRequest, known: Weighting | None) -> str:
    """The method that the address or the form names, or that was used before; points otherwise."""
    asked = request.POST.get("method", "") if request.method == "POST" else request.GET.get("method", "")
    fallback = known.method if known else Weighting.Method.POINTS
    return asked if asked in Weighting.Method.values else str(fallback)


def _trial(method: str, items: list[Item], given: Mapping[str, str]) -> dict[str, Any]:
    """What the fields would come to, or the sentence that says why they do not."""
    try:
        return {"outcome": outcome_of(items, content_of(method, items, given)), "is_trial": True}
    except InvalidInput as refusal:
        return {"refusal": problem(refusal.code, refusal.values), "is_trial": True}


def _weighed(request: PersonRequest, round_: Round, items: list[Item], of: str) -> HttpResponse:
    method = _method(request, None)
    try:
        content = content_of(method, items, request.POST.dict())
        set_weights(round_, kind=of, content=content, by=request.user, seen=request.POST.get("seen"))
    except InvalidInput as refusal:
        said = {"refusal": problem(refusal.code, refusal.values), "refused": refusal.where}
        context = _page(request, round_, items, of, method=method, fields=request.POST.dict(), **said)
        return render(request, "rounds/weights.html", context, status=422)
    messages.success(request, _("The weights are saved."))
    return redirect("round-weights", round_.pk, of)


def _page(request: PersonRequest, round_: Round, items: list[Item], of: str, **more: Any) -> dict[str, Any]:
    known = weighting_of(round_, of)
    return setup_page(
        request,
        round_,
        "weights",
        of=of,
        kinds=KINDS.items(),
        methods=Weighting.Method.choices,
        items=items,
        weighting=known,
        seen=version(known),
        form=form_of(more["method"], items, more["fields"]),
        outcome=standing(items, known),
        **more,
    )
