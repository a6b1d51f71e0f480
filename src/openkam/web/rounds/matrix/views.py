"""Which customers are strategic? The matrix of a round, what-if in its address, and its files."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from openkam.method.errors import InvalidInput
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission
from openkam.web.portfolio.exports import export
from openkam.web.programme.words import problem

from ..access import facilitated_round, visible_round
from ..actions import BEFORE_LOCK, change_round, held
from ..heads import head
from ..models import Kind, Round, Stage
from ..reading import reading_of
from ..weights.weighting import set_weights, version, weighting_of
from . import files as matrix_files
from .choice import UNPLACED, Choice
from .drawing import draw
from .notices import notices, why_unplaced
from .page import PER_PAGE, Matrix
from .words import OPTIONS, class_lines

NAMED = 20
RULE_FIELDS = ("strength_rule", "strength_view", "cut", "cut_at")


@allow(Permission.SEE_ACCOUNTS)
def matrix(request: PersonRequest) -> HttpResponse:
    """The latest round with a matrix: a frozen one, else one that is revealed."""
    rounds = Round.objects.visible_to(request.user)
    shown = rounds.exclude(stage__in=(Stage.DRAFT, Stage.OPEN)).order_by("-on", "-pk")
    found = shown.filter(stage=Stage.FROZEN).first() or shown.first()
    if found:
        return redirect("round-matrix", found.pk)
    return render(request, "rounds/matrix_none.html", {"section": "portfolio", "tab": "matrix"})


@allow(Permission.SEE_ACCOUNTS)
def round_matrix(request: PersonRequest, pk: int) -> HttpResponse:
    """The picture and one page of its table; htmx gets both without what stands around them."""
    round_ = visible_round(request, pk)
    try:
        found = _matrix(request, round_)
    except InvalidInput as refusal:
        return _hidden(request, round_, problem(refusal.code, refusal.values))
    if found is None:
        return _hidden(request, round_)
    template = "rounds/matrix_answer.html" if request.htmx else "rounds/matrix.html"
    return render(request, template, _context(request, found))


def _matrix(request: PersonRequest, round_: Round) -> Matrix | None:
    """None before the reveal, and for a round without factors of both kinds."""
    if not round_.shown_turn:
        return None
    reading = reading_of(round_)
    if not (reading.items[Kind.ATTRACTIVENESS] and reading.items[Kind.STRENGTH]):
        return None
    choice = Choice.of(round_, reading.items[Kind.ATTRACTIVENESS], request.GET)
    return Matrix(round_, reading, choice, request.user)


def _hidden(request: PersonRequest, round_: Round, words: str = "") -> HttpResponse:
    context = {**head(round_, request.user, "matrix"), "problem": words}
    return render(request, "rounds/matrix_hidden.html", context)


def _context(request: PersonRequest, found: Matrix) -> dict[str, Any]:
    page = Paginator(found.listed, PER_PAGE).get_page(request.GET.get("page"))
    shown = found.shown(page.object_list)
    page.object_list = list(found.rows(shown.listed, shown.earlier))
    unplaced = [(found.reading.entries[at], why_unplaced(found, at)) for at in found.unplaced[:NAMED].tolist()]
    refused = found.choice.problem
    return {
        **head(found.round, request.user, "matrix"),
        "matrix": found,
        "choice": found.choice,
        "page": page,
        "drawing": draw(found, shown) if len(found.placed) else None,
        "earlier": shown.earlier.round,
        "classes": class_lines(found.counts),
        "options": OPTIONS,
        "notices": notices(found),
        "unplaced": unplaced,
        "none": UNPLACED,
        "problem": problem(refused.code, refused.values) if refused else "",
        "tail": "?" + urlencode(found.choice.parameters()),
        **_keeping(request, found),
    }


def _keeping(request: PersonRequest, found: Matrix) -> dict[str, Any]:
    """What a facilitator saw who may make the tried rules the round's own."""
    is_open = found.round.stage in BEFORE_LOCK and found.round.facilitated_by(request.user)
    if not (is_open and found.choice.is_moved):
        return {"may_keep": False}
    weights = version(weighting_of(found.round, Kind.ATTRACTIVENESS))
    return {"may_keep": True, "seen": weights, "seen_rules": rules_seen(found.round)}


def rules_seen(round_: Round) -> str:
    """The rules of a round as an editor saw them."""
    return "/".join(str(getattr(round_, name)) for name in RULE_FIELDS)


@allow(Permission.SEE_ACCOUNTS)
@require_POST
def round_matrix_rules(request: PersonRequest, pk: int) -> HttpResponse:
    """Make the rules and weights that somebody tried the round's own."""
    round_ = facilitated_round(request, pk)
    choice = Choice.of(round_, reading_of(round_).items[Kind.ATTRACTIVENESS], request.POST)
    try:
        _keep(request, choice)
    except InvalidInput as refusal:
        messages.error(request, problem(refusal.code, refusal.values))
    else:
        messages.success(request, _("These are the rules of the round now."))
    return redirect("round-matrix", pk)


@transaction.atomic
def _keep(request: PersonRequest, choice: Choice) -> None:
    now = held(choice.own, BEFORE_LOCK)
    if choice.problem:
        raise choice.problem
    if request.POST.get("seen_rules") != rules_seen(now):
        raise InvalidInput("rules_taken", now.name)
    if choice.rules:
        change_round(choice.tried, by=request.user, fields=RULE_FIELDS)
    if choice.trial.is_moved:
        content, seen = choice.trial.document(), request.POST.get("seen", "")
        set_weights(choice.own, kind=Kind.ATTRACTIVENESS, content=content, by=request.user, seen=seen)


@allow(Permission.SEE_ACCOUNTS)
def round_matrix_file(request: PersonRequest, pk: int, kind: str) -> HttpResponseBase:
    """The table of the chosen accounts, or the picture; refused while it is blind."""
    round_ = visible_round(request, pk)
    if not round_.shown_turn:
        raise PermissionDenied
    try:
        found = _matrix(request, round_)
    except InvalidInput as refusal:
        return _hidden(request, round_, problem(refusal.code, refusal.values))
    if found is None:
        return _hidden(request, round_)
    return matrix_files.picture(found) if kind == "svg" else export(matrix_files.table(found), kind)
