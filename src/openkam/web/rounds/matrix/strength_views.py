"""How strong are we there? Table Two of each customer: competitors, success factors, targets, their own view."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from openkam.method.errors import InvalidInput
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission
from openkam.web.programme.words import problem

from ..access import entry_of, facilitated_round, membership, visible_round
from ..actions import BEFORE_LOCK, held, set_targets
from ..heads import head
from ..models import Entry, Kind, Round
from ..reading import reading_of
from .strength_forms import TargetForm, change_competitors, change_points
from .strength_page import PER_PAGE, account_page, lines, positions

MOST_TYPED = 40


@allow(Permission.SEE_ACCOUNTS)
def round_strengths(request: PersonRequest, pk: int) -> HttpResponse:
    """The accounts of the round with whom we are compared there, and how strong we are."""
    round_ = visible_round(request, pk)
    reading = reading_of(round_)
    text = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    only_missing = request.GET.get("missing") == "1"
    chosen = positions(reading, text=text, only_missing=only_missing)
    page = Paginator(chosen, PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = list(lines(reading, page.object_list))
    context = {
        **head(round_, request.user, "strength"),
        "page": page,
        "q": text,
        "only_missing": only_missing,
        "missing": len(positions(reading, only_missing=True)),
        "factors": reading.items[Kind.STRENGTH],
        "tail": "?" + urlencode({"q": text, "missing": "1" if only_missing else ""}),
    }
    return render(request, "rounds/strengths.html", context)


@allow(Permission.SEE_ACCOUNTS)
def round_strength(request: PersonRequest, pk: int, entry: int) -> HttpResponse:
    """Table Two of one customer."""
    round_ = visible_round(request, pk)
    return _page(request, round_, entry_of(round_, entry))


def _page(
    request: PersonRequest, round_: Round, entry: Entry, *, typed: Mapping[str, str] | None = None, **more: Any
) -> HttpResponse:
    around = head(round_, request.user, "strength")
    page = account_page(round_, entry, request.user, typed=typed)
    context = {**around, **page, **_may(round_, around), **more}
    return render(request, "rounds/strength.html", context, status=422 if more else 200)


def _may(round_: Round, around: dict[str, Any]) -> dict[str, bool]:
    """What this person may change here."""
    is_open = round_.stage in BEFORE_LOCK
    runs = around["is_facilitator"]
    return {
        "may_compete": is_open and (runs or around["is_rater"]),
        "may_weigh": is_open and runs,
        "may_aim": runs and not round_.is_frozen,
    }


@allow(Permission.SEE_ACCOUNTS)
@require_POST
def round_competitors(request: PersonRequest, pk: int, entry: int) -> HttpResponse:
    """Name whom we are compared with: who runs the round, and who scores in it can add some."""
    round_ = visible_round(request, pk)
    member = membership(round_, request.user)
    if not (round_.facilitated_by(request.user) or (member and member.is_rater)):
        raise PermissionDenied
    at = entry_of(round_, entry)
    names, seen = (request.POST.getlist(name)[:MOST_TYPED] for name in ("competitor", "seen"))
    try:
        change_competitors(at, names=names, seen=seen, by=request.user)
    except InvalidInput as refusal:
        messages.error(request, problem(refusal.code, refusal.values))
    else:
        messages.success(request, _("Saved."))
    return redirect("round-strength", pk, entry)


@allow(Permission.SEE_ACCOUNTS)
@require_POST
def round_points(request: PersonRequest, pk: int, entry: int) -> HttpResponse:
    """What counts how much for this customer."""
    round_ = facilitated_round(request, pk)
    at = entry_of(round_, entry)
    try:
        change_points(at, typed=request.POST.dict(), items=reading_of(round_).items[Kind.STRENGTH], by=request.user)
    except InvalidInput as refusal:
        said = problem(refusal.code, refusal.values)
        return _page(request, round_, at, typed=request.POST.dict(), points_problem=said)
    messages.success(request, _("Saved."))
    return redirect("round-strength", pk, entry)


@allow(Permission.SEE_ACCOUNTS)
@require_POST
def round_target(request: PersonRequest, pk: int, entry: int) -> HttpResponse:
    """Where the account shall stand, and by when."""
    round_ = facilitated_round(request, pk)
    try:
        form = _aimed(request, entry_of(round_, entry))
    except InvalidInput as refusal:
        messages.error(request, problem(refusal.code, refusal.values))
        return redirect("round-strength", pk, entry)
    if form.errors:
        form.saw_again()
        return _page(request, round_, entry_of(round_, entry), target_form=form)
    messages.success(request, _("Saved."))
    return redirect("round-strength", pk, entry)


@transaction.atomic
def _aimed(request: PersonRequest, entry: Entry) -> TargetForm:
    """The form, saved when it is right."""
    held(entry.round)  # the round before what is in it, as every verb does: two orders would be a deadlock
    form = TargetForm(request.POST, instance=Entry.objects.select_for_update().get(pk=entry.pk))
    if form.is_valid():
        set_targets(form.instance, by=request.user)
    return form
