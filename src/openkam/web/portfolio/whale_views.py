"""The whale curve of profit, and how few accounts bring the revenue."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render

from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission
from openkam.web.programme.models import Settings

from . import whale_page
from .exports import export
from .selection import Selection, whole_number
from .years import Window, window

EMPTY = {"section": "portfolio", "tab": "whale"}


def _page(ranked: whale_page.Ranked | None, number: int | None, user: Any) -> Page:
    page = Paginator(range(len(ranked) if ranked else 0), whale_page.PER_PAGE).get_page(number or 1)
    page.object_list = whale_page.listed(ranked, page.object_list, user) if ranked else []
    return page


def _context(chosen: Selection, span: Window, number: int | None) -> dict[str, Any]:
    """Profit is neither read nor mentioned for who does not see it."""
    user, currency = chosen.user, Settings.current().currency
    curve = whale_page.whale(chosen, span.anchor) if user.sees_profit else None
    shares, left_out = whale_page.pareto(chosen, span.anchor)
    return {
        "selection": chosen,
        "span": span,
        "choices": chosen.choices(),
        "carried": chosen.query(year=span.anchor),
        "kept": chosen.query(year=span.anchor),
        "verdicts": whale_page.verdicts(curve) if curve else None,
        "measure": curve.measure if curve else None,
        "chart": whale_page.profit_chart(curve, user, currency) if curve else None,
        "concentration": whale_page.concentration(shares, left_out) if shares else None,
        "revenue_chart": whale_page.revenue_chart(shares, user) if shares else None,
        "largest": whale_page.listed(shares, range(min(10, len(shares))), user) if shares else [],
        "page": _page(curve if user.sees_profit else shares, number, user),
    }


@allow(Permission.SEE_ACCOUNTS)
def whale(request: PersonRequest) -> HttpResponse:
    span = window(whole_number(request.GET.get("year")))
    if span is None:
        return render(request, "portfolio/empty.html", EMPTY)
    page = _context(Selection.of(request.user, request.GET), span, whole_number(request.GET.get("page")))
    return render(request, "portfolio/whale.html", EMPTY | page)


@allow(Permission.SEE_ACCOUNTS)
def whale_file(request: PersonRequest, kind: str) -> HttpResponseBase:
    span = window(whole_number(request.GET.get("year")))
    if span is None:
        return render(request, "portfolio/empty.html", EMPTY)
    return export(whale_page.table(Selection.of(request.user, request.GET), span), kind)
