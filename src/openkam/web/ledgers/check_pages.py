"""Answers to what the check found: decisions, missing rates, another check, the list of all findings."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from openkam.method.errors import InvalidInput
from openkam.web.accounts.models import Account
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission
from openkam.web.programme.history import save_recorded
from openkam.web.programme.words import problem

from . import check_view, checking, tables
from .mapping_pages import OPEN_TO_CHANGE
from .models import Import, Rate
from .rates import RateForm
from .receipts import begin
from .store import engine

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
    subject = get_object_or_404(Import, pk=pk, state=Import.State.CHECKED)
    staged = checking.staged_of(subject)
    try:
        if staged is None:
            raise InvalidInput("check_gone")
        subject.decisions = _decided(request.POST, subject, staged)
        with engine():
            subject.check_result["preview"] = checking.previewed(staged, subject)
        subject.save(update_fields=["decisions", "check_result"])
    except InvalidInput as wrong:
        messages.error(request, problem(wrong.code, wrong.values))
    return redirect("ledger-import", pk)


def _decided(data: Any, subject: Import, staged: Any) -> dict[str, Any]:
    """The posted form; fields that a page did not show keep what was decided before."""
    made = dict(subject.decisions)
    switchable = {group["code"] for group in check_view.groups(subject) if group["switchable"]}
    chosen = {code: data[f"code-{code}"] for code in switchable if data.get(f"code-{code}") in {"keep", "skip"}}
    made["codes"] = made.get("codes", {}) | chosen
    if data.get("unknown_accounts") in {"create", "skip"}:
        made["unknown_accounts"] = data["unknown_accounts"]
    made["accounts"], made["belongs"] = _about_accounts(data, staged)
    name = data.get("without_account", "").strip()
    made["without_account"] = account_named(name).pk if name else None
    return made


def _about_accounts(data: Any, staged: Any) -> tuple[dict[str, str], dict[str, int]]:
    choices, belongs = {}, {}
    for place, account in enumerate(staged.accounts(limit=check_view.SHOWN_ACCOUNTS)):
        name = data.get(f"belongs-{place}", "").strip()
        if name:
            belongs[account.key] = account_named(name).pk
        elif data.get(f"account-{place}") == "skip":
            choices[account.key] = "skip"
    return choices, belongs


def account_named(name: str) -> Account:
    """The account that a person means by an external id or a name."""
    found = list(Account.objects.filter(external_id=name)[:2]) or list(Account.objects.filter(name__iexact=name)[:2])
    if len(found) != 1:
        raise InvalidInput("account_ambiguous" if found else "account_not_found", name=name)
    return found[0]


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
    known = Rate.objects.filter(
        currency=request.POST.get("currency", ""), valid_from=request.POST.get("valid_from") or None
    ).first()
    form = RateForm(request.POST, instance=known)
    if not form.is_valid():
        messages.error(request, " ".join(error for errors in form.errors.values() for error in errors))
        return redirect("ledger-import", pk)
    save_recorded(form.save(commit=False), by=request.user, fields=["currency", "valid_from", "rate"])
    begin(subject, "check", by=request.user, come_from=[Import.State.CHECKED])
    return redirect("ledger-import", pk)


@allow(Permission.IMPORT_LEDGER)
def problems(request: PersonRequest, pk: int) -> HttpResponse | StreamingHttpResponse:
    """Every finding of the check as CSV."""
    subject = get_object_or_404(Import, pk=pk)
    staged = checking.staged_of(subject)
    if staged is None:
        messages.error(request, problem("check_gone"))
        return redirect("ledger-import", pk)
    header = ["row", "column", "code", "value", "disposition", "sentence"]
    return tables.csv_stream(f"import-{pk}-problems", header, _findings(staged))


def _findings(staged: Any) -> Iterator[list[Any]]:
    offset = 0
    while page := staged.problems(limit=PIECE, offset=offset):
        for found in page:
            yield [found.row, found.column, found.code, found.value, found.disposition, problem(found.code)]
        offset += len(page)
