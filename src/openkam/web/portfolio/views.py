"""The portfolio's first page: what the chosen accounts bring, and what they will."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render

from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission

from . import pnl_page
from .account_rows import sort_of
from .exports import export
from .selection import Selection, whole_number
from .years import window

HEADER = {"section": "portfolio"}


@allow(Permission.SEE_ACCOUNTS)
def index(request: PersonRequest) -> HttpResponse:
    """Five years of the chosen accounts, the questions that they answer, and the accounts themselves."""
    span = window(whole_number(request.GET.get("year")))
    if span is None:
        return render(request, "portfolio/empty.html", {**HEADER, "tab": "pnl"})
    page = pnl_page.context(Selection.of(request.user, request.GET), span, request.GET)
    return render(request, "portfolio/pnl.html", {**HEADER, "tab": "pnl", **page})


@allow(Permission.SEE_ACCOUNTS)
def accounts_file(request: PersonRequest, kind: str) -> HttpResponseBase:
    """The table of accounts as a file."""
    span = window(whole_number(request.GET.get("year")))
    chosen = Selection.of(request.user, request.GET)
    if span is None:
        return render(request, "portfolio/empty.html", {**HEADER, "tab": "pnl"})
    return export(pnl_page.table(chosen, span, sort_of(chosen, request.GET.get("sort"))), kind)
