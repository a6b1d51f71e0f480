"""Who moved from one round to the next, and why; and the way from the portfolio to the latest ranking."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from openkam.method.errors import InvalidInput
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission
from openkam.web.portfolio.selection import whole_number
from openkam.web.programme.words import problem

from ..models import Round, Stage
from ..models.results import Cell
from ..reading import reading_of
from .comparison import Comparison, Move, Standing
from .files import comparison_file, digest_of_round, export
from .views import visible_accounts
from .words import CHANGE_RULE, reason_words, signed

PAGE = 50
NAMED = 50
SHOWN = (Stage.REVEALED, Stage.SECOND, Stage.LOCKED, Stage.FROZEN)


@allow(Permission.SEE_ACCOUNTS)
def rounds_compare(request: PersonRequest) -> HttpResponse:
    """Two rounds: the latest two frozen ones, or those that the address names."""
    rounds = _rounds(request)
    chosen = _chosen(request, rounds)
    context: dict[str, Any] = {"section": "rounds", "rounds": rounds}
    if chosen is None:
        return render(request, "rounds/compare.html", context)
    context |= {"one": chosen[0], "other": chosen[1]}
    try:
        found = _compared(*chosen)
    except InvalidInput as refusal:
        return render(request, "rounds/compare.html", context | {"problem": problem(refusal.code, refusal.values)})
    return render(request, "rounds/compare.html", context | _context(request, found))


def _context(request: PersonRequest, found: Comparison) -> dict[str, Any]:
    page = Paginator(found.order, PAGE).get_page(request.GET.get("page"))
    moves = list(found.moves(found.order[page.start_index() - 1 : page.end_index()])) if len(found.order) else []
    page.object_list = [_told(move) for move in moves]
    return {
        "found": found,
        "page": page,
        "counts": found.counts(),
        "lists": {"new": found.new[:NAMED], "gone": found.gone[:NAMED], "merged": found.merged[:NAMED]},
        "visible": visible_accounts(request, [move.entry.account for move in moves]),
        "tail": f"?from={found.before.round.pk}&to={found.after.round.pk}",
        "digests": [digest_of_round(side.round) for side in (found.before, found.after)],
        "rule": CHANGE_RULE,
    }


def _told(move: Move) -> dict[str, Any]:
    """A move in words."""
    labels = dict(Cell.choices)
    parts = move.parts or {}
    return {
        "move": move,
        "cells": [(cell, labels.get(cell, "")) for cell in dict.fromkeys(move.cells)],
        "parts": [signed(parts.get(cause)) for cause in ("scores", "weights", "criteria")],
        "why": [reason_words(reason) for reason in move.reasons],
    }


@allow(Permission.SEE_ACCOUNTS)
def rounds_compare_file(request: PersonRequest, kind: str) -> HttpResponseBase:
    chosen = _chosen(request, _rounds(request))
    if chosen is None:
        raise Http404
    try:
        return export(comparison_file(_compared(*chosen)), kind)
    except InvalidInput as refusal:
        raise Http404(problem(refusal.code, refusal.values)) from refusal


def _rounds(request: PersonRequest) -> list[Round]:
    """The rounds that the reader may see and whose scores are revealed, the latest first."""
    return list(Round.objects.visible_to(request.user).filter(stage__in=SHOWN))


def _chosen(request: PersonRequest, rounds: list[Round]) -> tuple[Round, Round] | None:
    """The earlier and the later round; None when there are not two to choose from."""
    after = _named(request.GET.get("to"), rounds) or next(iter(_frozen_first(rounds)), None)
    if after is None:
        return None
    others = [round_ for round_ in rounds if round_ != after]
    earlier = [round_ for round_ in others if (round_.on, round_.pk) < (after.on, after.pk)]
    before = _named(request.GET.get("from"), rounds) or next(iter([*_frozen_first(earlier), *others]), None)
    return None if before is None else (before, after)


def _named(text: str | None, rounds: list[Round]) -> Round | None:
    """The round with this number; "there is nothing here" for one that the reader may not compare."""
    if not text:
        return None
    found = next((round_ for round_ in rounds if round_.pk == whole_number(text)), None)
    if found is None:
        raise Http404
    return found


def _frozen_first(rounds: list[Round]) -> list[Round]:
    return sorted(rounds, key=lambda round_: not round_.is_frozen)


def _compared(before: Round, after: Round) -> Comparison:
    return Comparison(*(Standing.of(round_, reading_of(round_)) for round_ in (before, after)))


@allow(Permission.SEE_ACCOUNTS)
def selection(request: PersonRequest) -> HttpResponse:
    """To the latest frozen round that the reader may see, else to the latest revealed one, else what a round is."""
    rounds = _frozen_first(_rounds(request))
    if rounds:
        return redirect("round-ranking", rounds[0].pk)
    running = Round.objects.visible_to(request.user).first()
    return render(request, "rounds/selection.html", {"section": "portfolio", "tab": "selection", "running": running})
