"""The floor, views written by hand without any chrome, and Django's admin: the addresses of `web_settings`."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.db.models import Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from openkam.web.accounts.models import Account
from openkam.web.ledgers.models import AccountYear

PAGE = 50
COLUMNS = ("pk", "name", "status", "country", "industry", "owner__name", "revenue", "net_income")


@login_required
def accounts(request: HttpRequest) -> HttpResponse:
    """One page of accounts by revenue, or of those whose name, external id or key holds a text."""
    found = Account.objects.order_by("-revenue_order", "pk")
    if text := request.GET.get("q"):
        found = Account.objects.filter(
            Q(name__icontains=text) | Q(external_id__icontains=text) | Q(keys__key__icontains=text)
        )
        found = found.order_by("name", "pk").distinct()
    start = (int(request.GET.get("page", 1)) - 1) * PAGE
    return render(request, "benchmarks/accounts.html", {"rows": found.values(*COLUMNS)[start : start + PAGE]})


@login_required
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """One account, its years, its team."""
    subject = Account.objects.select_related("owner", "parent").get(pk=pk)
    years = subject.years.values("fiscal_year", "revenue", "direct_cost", "indirect_cost", "net_income")
    context = {"account": subject, "years": years, "team": subject.team.values_list("name", flat=True)}
    return render(request, "benchmarks/account.html", context)


@login_required
def years(request: HttpRequest) -> HttpResponse:
    """Three years added up by the database."""
    sums = {name: Sum(name) for name in ("revenue", "direct_cost", "indirect_cost", "net_income")}
    facts = AccountYear.objects.filter(fiscal_year__gte=2023).order_by("fiscal_year")
    return render(request, "benchmarks/years.html", {"years": facts.values("fiscal_year").annotate(**sums)})


class Accounts(admin.ModelAdmin[Account]):
    """What a team without a product would register."""

    list_display = ("name", "status", "country", "industry", "owner", "revenue", "net_income")
    list_select_related = ("owner",)
    list_per_page = PAGE
    ordering = ("-revenue_order", "pk")
    search_fields = ("name", "external_id", "keys__key")
    raw_id_fields = ("parent", "owner")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return True

    def has_module_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return True

    has_change_permission = has_add_permission = has_delete_permission = has_view_permission


class Site(admin.AdminSite):
    """The admin, for everybody who is signed in."""

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_authenticated)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        return {**super().each_context(request), "is_nav_sidebar_enabled": False}


site = Site()
site.register(Account, Accounts)
urlpatterns = [
    path("floor/accounts/", accounts),
    path("floor/accounts/<int:pk>/", account),
    path("floor/years/", years),
    path("admin/", site.urls),
]
