"""Account-years: the table behind every portfolio page, with totals that agree with the stored lines."""

from collections.abc import Iterator
from itertools import chain
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from openkam.ledger.schema import from_units
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission
from openkam.web.programme.downloads import as_csv, as_xlsx

from .models import AccountYear
from .remembered import remembered
from .store import open_store

ORDERS = {
    "revenue": ("-revenue", "pk"),
    "account": ("account__name", "fiscal_year", "pk"),
    "lines": ("-lines", "pk"),
}


def chosen(request: PersonRequest) -> QuerySet[AccountYear]:
    """The account-years that the filter in the address asks for."""
    facts = AccountYear.objects.select_related("account")
    if (year := request.GET.get("year", "")).isdecimal() and len(year) == 4:
        facts = facts.filter(fiscal_year=int(year))
    if wanted := request.GET.get("q", "").strip():
        facts = facts.filter(Q(account__name__icontains=wanted) | Q(account__external_id=wanted))
    return facts.order_by(*ORDERS.get(request.GET.get("order", ""), ORDERS["revenue"]))


@allow(Permission.IMPORT_LEDGER)
def years(request: PersonRequest) -> HttpResponseBase:
    facts = chosen(request)
    if request.GET.get("format") == "csv":
        return as_csv("account-years", chain([_header()], _rows(facts)))
    if request.GET.get("format") == "xlsx":
        return as_xlsx("account-years", chain([_header()], _rows(facts)))
    context = {
        "section": "ledger",
        "page": Paginator(facts, 100).get_page(request.GET.get("page")),
        "totals": totals(),
        "reconciled": reconciled(),
        "q": request.GET.get("q", ""),
        "year": request.GET.get("year", ""),
        "order": request.GET.get("order", "revenue"),
    }
    return render(request, "ledgers/years.html", context)


def totals() -> list[dict[str, Any]]:
    """Per fiscal year over all accounts. A cost total is that of the accounts whose cost is known."""
    return remembered("totals", _totals)


def _totals() -> list[dict[str, Any]]:
    by_year = AccountYear.objects.order_by("-fiscal_year").values("fiscal_year")
    sums = by_year.annotate(
        accounts=Count("pk"),
        total_lines=Sum("lines"),
        total_revenue=Sum("revenue"),
        known_cost=Sum("direct_cost"),
        cost_unknown=Count("pk", filter=Q(direct_cost=None)),
    )
    return list(sums)


def reconciled() -> dict[str, Any]:
    """Revenue of all account-years beside that of all imports; they must be equal."""
    batches = open_store().batches()
    stored = from_units(sum(batch.revenue for batch in batches))
    summed = AccountYear.objects.aggregate(total=Sum("revenue"))["total"] or 0
    return {"stored": stored, "summed": summed, "equal": stored == summed, "imports": len(batches)}


def _header() -> list[str]:
    return [
        _("account"),
        _("external id"),
        _("fiscal year"),
        _("revenue"),
        _("direct cost"),
        _("indirect cost"),
        _("net income"),
        _("lines"),
        _("lines without cost"),
        _("first date"),
        _("last date"),
    ]


def _rows(facts: QuerySet[AccountYear]) -> Iterator[list[Any]]:
    for fact in facts.iterator(2_000):
        money = [fact.revenue, fact.direct_cost, fact.indirect_cost, fact.net_income]
        counts = [fact.lines, fact.lines_without_cost, fact.first_date, fact.last_date]
        yield [fact.account.name, fact.account.external_id, fact.fiscal_year, *money, *counts]
