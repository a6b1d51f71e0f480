"""Answers to what the check found: decisions, missing rates, another check, the list of all findings."""

from collections.abc import Iterator
from datetime import date
from itertools import chain
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from openkam.web.accounts.models import Account
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission
from openkam.web.programme.downloads import as_csv
from openkam.web.programme.history import save_recorded
from openkam.web.programme.words import problem

from . import checking
from .decisions import decided
from .mapping_pages import OPEN_TO_CHANGE
from .models import Import, Rate
from .rates import RateForm
from .receipts import begin

PIECE = 5_000


@allow(Permission.IMPORT_LEDGER)
@require_POST
def check(request: PersonRequest, pk: int) -> HttpResponse:
    """Check the file again, after a rate, a cost or an account was added."""
    subject = get_object_or_404(Import, pk=pk)
    if not subject.mapping:
        return redirect("ledger-mapping", pk)
    begin(subject, "check", by=request.user, come_from=OPEN_TO_CHANGE)
    return redirect("ledger-import", pk)


@allow(Permission.IMPORT_LEDGER)
@require_POST
def decisions(request: PersonRequest, pk: int) -> HttpResponse:
    """Keep what was decided and work out again what would be stored."""
    decided(request, get_object_or_404(Import, pk=pk, state=Import.State.CHECKED))
    return redirect("ledger-import", pk)


@allow(Permission.IMPORT_LEDGER)
def account_names(request: PersonRequest) -> HttpResponse:
    """Accounts to choose from while typing."""
    typed = next((value for name, value in request.GET.items() if value), "").strip()
    found = Account.objects.filter(Q(name__icontains=typed) | Q(external_id__istartswith=typed))
    suggested = found.order_by("-revenue_order", "pk").values("name", "external_id")[:20]
    return render(request, "ledgers/check.html#names", {"suggested": suggested})


@allow(Permission.IMPORT_LEDGER)
@require_POST
def rate(request: PersonRequest, pk: int) -> HttpResponse:
    """A missing exchange rate, given where it is missed; then the file is checked again."""
    subject = get_object_or_404(Import, pk=pk, state=Import.State.CHECKED)
    form = RateForm(request.POST, instance=_known_rate(request.POST))
    if not form.is_valid():
        messages.error(request, " ".join(error for errors in form.errors.values() for error in errors))
        return redirect("ledger-import", pk)
    save_recorded(form.save(commit=False), by=request.user, fields=["currency", "valid_from", "rate"])
    begin(subject, "check", by=request.user, come_from=[Import.State.CHECKED])
    return redirect("ledger-import", pk)


def _known_rate(posted: Any) -> Rate | None:
    """The rate that is known for this currency and day, to be replaced."""
    try:
        day = date.fromisoformat(posted.get("valid_from", ""))
    except ValueError:
        return None
    return Rate.objects.filter(currency=posted.get("currency", "").upper(), valid_from=day).first()


@allow(Permission.IMPORT_LEDGER)
def problems(request: PersonRequest, pk: int) -> HttpResponseBase:
    """Every finding of the check as CSV."""
    subject = get_object_or_404(Import, pk=pk)
    staged = checking.staged_of(subject)
    if staged is None:
        messages.error(request, problem("check_gone"))
        return redirect("ledger-import", pk)
    header = ["row", "column", "code", "value", "disposition", "sentence"]
    return as_csv(f"import-{pk}-problems", chain([header], _findings(staged)))


def _findings(staged: Any) -> Iterator[list[Any]]:
    offset = 0
    while page := staged.problems(limit=PIECE, offset=offset):
        for found in page:
            yield [found.row, found.column, found.code, found.value, found.disposition, problem(found.code)]
        offset += len(page)
