"""Driver counts: typed in a grid, taken from a file, or counted by the ledger itself."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from openkam.method.errors import InvalidInput
from openkam.web.accounts.models import Account
from openkam.web.ledgers.driver_counts import DRIVERS, driver_counts
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission
from openkam.web.programme.words import problem

from .cost_counts import save_grid, take_counts
from .cost_files import Taken, take_file
from .cost_forms import CountsFileForm, tidy_driver
from .cost_history import text
from .cost_model import drivers_known, pools_of
from .cost_views import page_of
from .models import DriverCount
from .selection import whole_number

PAGE = 50


@allow(Permission.SEE_PROFIT)
def counts(request: PersonRequest, year: int) -> HttpResponse:
    """Accounts by drivers; a posted grid saves what was typed."""
    if request.method == "POST":
        return _save(request, year)
    return render(request, "portfolio/costs_counts.html", _counts(request, year))


@allow(Permission.EDIT_COSTS)
def _save(request: PersonRequest, year: int) -> HttpResponse:
    saved = save_grid(year, _typed(request.POST), by=request.user)
    _say_changed(request, saved.changed)
    if saved.refused:
        words = _("Not saved, because it is no count: %(cells)s") % {"cells": "; ".join(saved.refused[:10])}
        messages.error(request, words)
    if saved.conflicts:
        words = _("Somebody else changed these in the meantime, so they stay as they are now: %(cells)s")
        messages.warning(request, words % {"cells": "; ".join(saved.conflicts[:10])})
    return redirect(f"{request.path}?{request.GET.urlencode()}")


def _typed(posted: Any) -> dict[tuple[int, str], tuple[str, str]]:
    """Fields named "count-<account>-<driver>" beside "seen-<account>-<driver>"; and one new driver."""
    typed = {}
    added = tidy_driver(posted.get("new_driver", ""))
    for name, value in posted.items():
        kind, _dash, rest = name.partition("-")
        pk, _dash, driver = rest.partition("-")
        driver = driver or added
        account = whole_number(pk)
        if kind == "count" and account is not None and driver:
            typed[account, driver[:100]] = (posted.get(f"seen-{rest}", ""), value.strip())
    return typed


def _say_changed(request: PersonRequest, changed: int) -> None:
    words = ngettext("%(n)s count changed.", "%(n)s counts changed.", changed) % {"n": changed}
    messages.success(request, words)


def _counts(request: PersonRequest, year: int, **more: Any) -> dict[str, Any]:
    accounts = Account.objects.visible_to(request.user).only("pk", "name")
    if asked := request.GET.get("q", "").strip():
        accounts = accounts.filter(name__icontains=asked)
    page = Paginator(accounts, PAGE).get_page(request.GET.get("page"))
    drivers = drivers_known(year, pools_of(year))
    found = DriverCount.objects.filter(fiscal_year=year, account__in=[account.pk for account in page])
    held = {(c.account_id, c.driver): text(c.count) for c in found}
    rows = [(account, [(driver, held.get((account.pk, driver), "")) for driver in drivers]) for account in page]
    form = more.pop("form", None) or CountsFileForm()
    return page_of(year, "counts", page=page, rows=rows, drivers=drivers, q=asked, form=form, automatic=DRIVERS, **more)


@allow(Permission.EDIT_COSTS)
@require_POST
def counts_file(request: PersonRequest, year: int) -> HttpResponse:
    """Take counts from a file, all or nothing unless rows with problems are to be left out."""
    form = CountsFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "portfolio/costs_counts.html", _counts(request, year, form=form), status=422)
    data = form.cleaned_data
    try:
        taken = take_file(data["file"], year, skip=data["skip"], by=request.user)
    except InvalidInput as refusal:
        form.add_error("file", problem(refusal.code, refusal.values))
        return render(request, "portfolio/costs_counts.html", _counts(request, year, form=form), status=422)
    return _after_file(request, year, taken, skipped=data["skip"])


def _after_file(request: PersonRequest, year: int, taken: Taken, *, skipped: bool) -> HttpResponse:
    if taken.problems.count and not skipped:
        context = _counts(request, year, problems=taken.problems)
        return render(request, "portfolio/costs_counts.html", context, status=422)
    _say_changed(request, taken.changed)
    if taken.problems.count:
        words = ngettext("%(n)s row left out.", "%(n)s rows left out.", taken.problems.count)
        messages.warning(request, words % {"n": taken.problems.count})
    return redirect("cost-counts", year)


@allow(Permission.EDIT_COSTS)
@require_POST
def counts_ledger(request: PersonRequest, year: int) -> HttpResponse:
    """Take one driver's counts from the invoice lines."""
    driver = request.POST.get("driver", "")
    if driver not in DRIVERS:
        return redirect("cost-counts", year)
    counted = driver_counts(year).get(driver, {})
    names = dict(Account.objects.order_by().values_list("pk", "name"))
    wanted = {(pk, year, driver): count for pk, count in counted.items() if pk in names}
    _say_changed(request, take_counts(wanted, "ledger", names, by=request.user))
    return redirect("cost-counts", year)
