"""One account's value: its five-year grid, its suggested forecast, and the two questions that people answer."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from openkam.web.accounts.models import Account
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission

from . import account_page
from .answers import AnswersForm
from .cells import read_changes, save_assumptions, save_changes
from .exports import export
from .grid import Grid
from .pnl_page import scenario_of
from .selection import whole_number
from .suggestion import accept, in_words, offers, suggest
from .years import window


def _grid(request: PersonRequest, pk: int, query: QueryDict) -> Grid | None:
    """The grid that an address or a form speaks of; None while the ledger is empty."""
    account = get_object_or_404(Account.objects.visible_to(request.user), pk=pk)
    span = window(whole_number(query.get("year")))
    return Grid(account, span, scenario_of(query.get("scenario")), request.user) if span else None


def _filled_grid(request: PersonRequest, pk: int, query: QueryDict) -> Grid:
    found = _grid(request, pk, query)
    if found is None:
        raise Http404
    return found


def _address(grid: Grid) -> str:
    query = f"?year={grid.span.anchor}&scenario={grid.scenario}"
    return reverse("account-value", args=[grid.account.pk]) + query


@allow(Permission.SEE_ACCOUNTS)
def grid(request: PersonRequest, pk: int) -> HttpResponse:
    there = _grid(request, pk, request.GET)
    if there is None:
        return render(request, "portfolio/empty.html", {"section": "portfolio", "tab": ""})
    return render(request, "portfolio/account.html", account_page.context(there))


@allow(Permission.EDIT_FIGURES)
@require_POST
def cells(request: PersonRequest, pk: int) -> HttpResponseBase:
    """Save typed cells and assumptions; a script gets what changed, a plain form the page again."""
    there = _filled_grid(request, pk, request.POST)
    outcome = save_changes(there, read_changes(request.POST, there))
    save_assumptions(there, request.POST, outcome)
    fresh = Grid(there.account, there.span, there.scenario, request.user)
    if request.headers.get("Accept") == "application/json":
        return JsonResponse(account_page.answer(fresh, outcome, request))
    if outcome.refused:
        return render(request, "portfolio/account.html", account_page.context(fresh, outcome), status=409)
    messages.success(request, _("Saved."))
    return redirect(_address(there))


@allow(Permission.EDIT_FIGURES)
def suggestion(request: PersonRequest, pk: int) -> HttpResponse:
    """Show what a trend suggests; a POST fills it into the cells that are still empty."""
    there = _filled_grid(request, pk, QueryDict())
    found = suggest(there)
    wanted = offers(there, found)
    if request.method == "POST":
        n = accept(there, wanted)
        said = ngettext("%(n)s empty cell was filled.", "%(n)s empty cells were filled.", n) % {"n": n}
        messages.success(request, said)
        return redirect(_address(there))
    context = {"section": "portfolio", "account": there.account, "span": there.span, "offers": wanted}
    context |= {"empty": sum(offer.kept is None for offer in wanted), "method": in_words(there, found)}
    return render(request, "portfolio/suggestion.html", context | {"warnings": found.warnings if found else ()})


@allow(Permission.EDIT_FIGURES)
@require_POST
def answers(request: PersonRequest, pk: int) -> HttpResponse:
    """Questions five and six."""
    there = _filled_grid(request, pk, request.POST)
    form = AnswersForm(request.POST)
    if form.is_valid():
        form.save(there.account, by=request.user)
        messages.success(request, _("Saved."))
        return redirect(_address(there) + "#questions")
    context = account_page.context(there) | {"answers_form": form, "given": request.POST}
    return render(request, "portfolio/account.html", context, status=422)


@allow(Permission.SEE_ACCOUNTS)
def grid_file(request: PersonRequest, pk: int, kind: str) -> HttpResponseBase:
    return export(account_page.table(_filled_grid(request, pk, request.GET)), kind)
