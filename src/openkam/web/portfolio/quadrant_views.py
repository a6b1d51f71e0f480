"""The customer value quadrant: sales amount against profit."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render

from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission
from openkam.web.programme.models import Settings

from . import quadrant_drawing as drawing
from .exports import export
from .quadrant_page import PER_PAGE, Choice, Quadrant, places
from .selection import Selection, whole_number
from .years import window

EMPTY = {"section": "portfolio", "tab": "quadrant"}


def _quadrant(request: PersonRequest) -> Quadrant | None:
    span = window(whole_number(request.GET.get("year")))
    chosen = Selection.of(request.user, request.GET)
    return Quadrant(chosen, span, Choice.of(request.GET)) if span else None


def _context(quadrant: Quadrant, number: int | None) -> dict[str, Any]:
    page = Paginator(quadrant.listed, PER_PAGE).get_page(number or 1)
    page.object_list = places(quadrant, page.object_list)
    chosen, year = quadrant.selection, quadrant.span.anchor
    return {
        "quadrant": quadrant,
        "choice": quadrant.choice,
        "selection": chosen,
        "span": quadrant.span,
        "page": page,
        "chart": drawing.chart(quadrant, Settings.current().currency) if len(quadrant.placed) else None,
        "rule": drawing.rule_words(quadrant),
        "cells": list(quadrant.cell_totals()),
        "unknown": quadrant.unknown(),
        "carried": chosen.query(year=year),
        "kept": chosen.query(year=year, **quadrant.choice.parameters()),
        "kept_all": chosen.query(year=year, **{**quadrant.choice.parameters(), "cell": ""}),
    }


@allow(Permission.SEE_PROFIT)
def quadrant(request: PersonRequest) -> HttpResponse:
    """Every chosen account in one of four cells; htmx gets the picture and its table only."""
    found = _quadrant(request)
    if found is None:
        return render(request, "portfolio/empty.html", EMPTY)
    context = EMPTY | _context(found, whole_number(request.GET.get("page")))
    if request.htmx:
        return render(request, "portfolio/quadrant_result.html", context)
    return render(request, "portfolio/quadrant.html", context | {"choices": found.selection.choices()})


@allow(Permission.SEE_PROFIT)
def quadrant_file(request: PersonRequest, kind: str) -> HttpResponseBase:
    found = _quadrant(request)
    return render(request, "portfolio/empty.html", EMPTY) if found is None else export(drawing.table(found), kind)
