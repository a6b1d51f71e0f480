"""An import's own page: how far it is, what the check found, the receipt, and the way back."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from openkam.web.jobs.models import Job
from openkam.web.jobs.queue import start
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission

from . import check_view, intake
from .decisions import decided
from .models import Import

State = Import.State
MOVES = {"check": State.CHECKING, "import": State.IMPORTING, "undo": State.IMPORTING}
WORK = ("open", *MOVES)


def begin(subject: Import, kind: str, *, by: Any, come_from: Iterable[str], **changes: Any) -> Job | None:
    """Move an import on and start its work; None when somebody (or a second click) was faster."""
    with transaction.atomic():
        moved = Import.objects.filter(pk=subject.pk, state__in=list(come_from)).update(
            state=MOVES[kind], error_code="", error_values={}, **changes
        )
        return start(kind, by=by, subject_id=subject.pk) if moved else None


def live_job(subject: Import) -> Job | None:
    running = [Job.State.WAITING, Job.State.RUNNING]
    return Job.objects.filter(kind__in=WORK, subject_id=subject.pk, state__in=running).first()


@allow(Permission.IMPORT_LEDGER)
def show(request: PersonRequest, pk: int) -> HttpResponse:
    subject = get_object_or_404(Import.objects.select_related("uploaded_by", "source"), pk=pk)
    context = {"section": "ledger", "import": subject}
    if job := live_job(subject):
        return render(request, "ledgers/working.html", context | {"job": job})
    if subject.state == State.CHECKED:
        return render(request, "ledgers/check.html", context | check_view.shaped(subject))
    if subject.state in {State.IMPORTED, State.UNDONE}:
        return render(request, "ledgers/receipt.html", context | receipt_view(subject))
    if subject.state == State.UPLOADED:
        return redirect("ledger-mapping", pk)
    return render(request, "ledgers/stopped.html", context)


@allow(Permission.IMPORT_LEDGER)
@require_POST
def acceptance(request: PersonRequest, pk: int) -> HttpResponse:
    """Store the checked lines. A second click finds the import on its way and changes nothing."""
    subject = get_object_or_404(Import, pk=pk)
    if subject.state == State.CHECKED and not decided(request, subject):
        return redirect("ledger-import", pk)
    if subject.state == State.CHECKED and not subject.check_result["preview"]["stored"]["lines"]:
        messages.warning(request, _("There is nothing new in this file. Nothing was changed."))
    else:
        begin(subject, "import", by=request.user, come_from=[State.CHECKED], accepted_at=timezone.now(), receipt={})
    return redirect("ledger-import", pk)


@allow(Permission.IMPORT_LEDGER)
@require_POST
def undo(request: PersonRequest, pk: int) -> HttpResponse:
    begin(get_object_or_404(Import, pk=pk), "undo", by=request.user, come_from=[State.IMPORTED])
    return redirect("ledger-import", pk)


@allow(Permission.IMPORT_LEDGER)
@require_POST
def discard(request: PersonRequest, pk: int) -> HttpResponse:
    """Drop an upload that was not imported, with its files."""
    subject = get_object_or_404(Import, pk=pk)
    idle = [State.UPLOADED, State.CHECKED, State.FAILED, State.UNDONE]
    if Import.objects.filter(pk=pk, state__in=idle).update(state=State.DISCARDED):
        intake.discard(subject)
        messages.success(request, _("“%(name)s” was discarded.") % {"name": subject.file_name})
    return redirect("ledger")


def receipt_view(subject: Import) -> dict[str, Any]:
    """The receipt as a table per currency: the file is what was stored, what was left out, and rounding."""
    receipt = subject.receipt
    if "file" not in receipt:
        return {"receipt": receipt, "accounts": []}
    return {"receipt": receipt, "reconciliation": reconciliation(receipt), "can_repeat": _has_file(subject)}


def _has_file(subject: Import) -> bool:
    return (intake.folder(subject) / "lines").exists()


def reconciliation(receipt: dict[str, Any]) -> list[dict[str, Any]]:
    """Rows of (label, lines, amount per currency), from the file down to the difference, which must be zero."""
    currencies = [amount["currency"] for amount in receipt["file"]["amounts"]]
    parts = [("file", "", receipt["file"]), ("stored", "", receipt["stored"])]
    parts += [("skipped", part["code"], part) for part in receipt["skipped"]]
    parts.append(("rounding", "", {"lines": None, "amounts": receipt["rounding"]}))
    rows = [
        {"kind": kind, "code": code, "lines": part["lines"], "amounts": [_in(part, each) for each in currencies]}
        for kind, code, part in parts
    ]
    return [*rows, _difference(rows)]


def _difference(rows: list[dict[str, Any]]) -> dict[str, Any]:
    whole, parts = rows[0], rows[1:]
    lines = whole["lines"] - sum(row["lines"] or 0 for row in parts)
    amounts = [
        whole["amounts"][place] - sum(row["amounts"][place] for row in parts) for place in range(len(whole["amounts"]))
    ]
    return {"kind": "difference", "code": "", "lines": lines, "amounts": amounts}


def _in(part: dict[str, Any], currency: str) -> Decimal:
    found = (amount["amount"] for amount in part["amounts"] if amount["currency"] == currency)
    return Decimal(next(found, 0))
