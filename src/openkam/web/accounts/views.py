"""The list of accounts, an account and its history."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.models import User
from openkam.web.people.permissions import Permission
from openkam.web.programme.downloads import as_csv, as_xlsx

from .access import visible_account
from .events import events_of, told
from .export import table
from .family import group
from .figures import latest_year, rows, sparkline, visible_parents, years_of
from .listing import Listing, distinct, neighbours, page
from .models import Account

#: Values offered in a filter; more can be typed.
OFFERED = 300
EVENTS = 50
#: Orders that begin with the largest.
FALLING = frozenset({"revenue", "net_income"})


def listing_of(request: PersonRequest) -> Listing:
    return Listing.read(request.GET.dict(), sees_profit=request.user.sees_profit)


@allow(Permission.SEE_ACCOUNTS)
def index(request: PersonRequest) -> HttpResponse:
    """One page of accounts; htmx gets the table alone while somebody types."""
    listing, visible = listing_of(request), Account.objects.visible_to(request.user)
    shown, year = page(listing, visible), latest_year()
    context = {
        "section": "accounts",
        "listing": listing,
        "page": shown,
        "headings": _headings(listing, sees_profit=request.user.sees_profit),
        "rows": rows(shown.accounts, user=request.user, year=year),
        "query": f"?{listing.query()}" if listing.query() else "",
        "year": year,
    }
    if request.htmx:
        response = render(request, "accounts/index.html#table", context)
        response.headers["HX-Push-Url"] = f"{request.path}?{listing.query()}"
        return response
    return render(request, "accounts/index.html", context | _choices(visible, listing))


def _headings(listing: Listing, *, sees_profit: bool) -> list[dict[str, Any]]:
    """The columns of the list; those with an order can be clicked."""
    titles = [("name", _("Account")), ("status", _("Status")), ("country", _("Country")), ("industry", _("Industry"))]
    titles += [("", _("Account manager")), ("revenue", _("Revenue")), ("", _("Change"))]
    titles += [("net_income", _("Net income"))] if sees_profit else []
    titles += [("", _("Last invoice"))]
    return [_heading(listing, order, title) for order, title in titles]


def _heading(listing: Listing, order: str, title: Any) -> dict[str, Any]:
    falls = (order in FALLING) != listing.is_reversed
    return {
        "title": title,
        "query": listing.sorted_by(order) if order else "",
        "sorted": ("descending" if falls else "ascending") if order and order == listing.order else "",
        "is_number": order in FALLING or title == _("Change"),
    }


def _choices(visible: Any, listing: Listing) -> dict[str, Any]:
    """What the filters offer, of the accounts that this person sees; what is chosen is always among it."""

    def values(name: str) -> list[str]:
        return sorted({*distinct(visible, name, OFFERED), getattr(listing, name)} - {""})

    return {
        "countries": values("country"),
        "industries": values("industry"),
        "owners": User.objects.filter(is_active=True).only("name", "email"),
        "statuses": Account.Status.choices,
    }


@allow(Permission.SEE_ACCOUNTS)
def export(request: PersonRequest, kind: str) -> HttpResponseBase:
    """The list as it is filtered and sorted, whole, as a file."""
    if kind not in {"csv", "xlsx"}:
        raise Http404
    accounts = listing_of(request).accounts(Account.objects.visible_to(request.user))
    lines = table(accounts, user=request.user)
    return as_xlsx("accounts", lines) if kind == "xlsx" else as_csv("accounts", lines)


def frame(request: PersonRequest, account: Account, tab: str) -> dict[str, Any]:
    """What the head and the tabs of an account's pages need."""
    user, listing, year = request.user, listing_of(request), latest_year()
    years = years_of(account, sees_profit=user.sees_profit)
    before, after = neighbours(listing, Account.objects.visible_to(user), account)
    return {
        "section": "accounts",
        "account": account,
        "tab": tab,
        "listing": listing,
        "before": before,
        "after": after,
        "years": years,
        "latest": next((figures for figures in years if figures.fiscal_year == year), None),
        "latest_year": year,
        "sparkline": sparkline(years, year),
        "may_edit": user.may(Permission.EDIT_ACCOUNTS) and account.editable_by(user),
        "parent": account.parent if visible_parents([account], user) else None,
    }


@allow(Permission.SEE_ACCOUNTS)
def account(request: PersonRequest, pk: int) -> HttpResponse:
    subject = visible_account(request, pk)
    context = frame(request, subject, "overview")
    children = list(subject.children.visible_to(request.user).order_by("name", "pk")[: OFFERED + 1])
    team = User.objects.filter(memberships__account=subject)
    context |= {
        "group": group(subject, user=request.user, year=context["latest_year"]),
        "children": rows(children[:OFFERED], user=request.user, year=context["latest_year"]),
        "more_children": len(children) > OFFERED,
        "team": team,
        "keys": list(subject.keys.values_list("key", flat=True)[:OFFERED]),
        "candidates": _candidates(subject, team) if context["may_edit"] else [],
    }
    return render(request, "accounts/account.html", context)


def _candidates(subject: Account, team: Any) -> Any:
    """People who could join the team."""
    return User.objects.filter(is_active=True).exclude(pk__in=team.values("pk")).exclude(pk=subject.owner_id)


@allow(Permission.SEE_ACCOUNTS)
def history(request: PersonRequest, pk: int) -> HttpResponse:
    """What happened to this account, newest first; changes of profit figures only for those who see profit."""
    subject = visible_account(request, pk)
    number = request.GET.get("page", "1")
    events = Paginator(events_of(subject, request.user), EVENTS).get_page(number)
    context = frame(request, subject, "history") | {"events": events, "told": told(events, request.user)}
    return render(request, "accounts/history.html", context)
