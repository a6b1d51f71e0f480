"""Import accounts from a file: upload, look at the columns, run, read the receipt."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from openkam.ledger.formats import Opened
from openkam.method.errors import InvalidInput
from openkam.web.jobs import queue
from openkam.web.jobs.models import Job
from openkam.web.ledgers.intake import as_refusal
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission
from openkam.web.programme.words import problem

from .import_files import LABELS, checked, forget, guess, keep, opened
from .models import AccountImport

RECENT = 20


@allow(Permission.RUN_PROGRAMME)
def imports(request: PersonRequest) -> HttpResponse:
    """Drop a file; the files of before with their receipts."""
    refused = ""
    if request.method == "POST":
        try:
            return redirect("accounts-import-file", _received(request).pk)
        except InvalidInput as refusal:
            refused = problem(refusal.code, refusal.values)
    context = {
        "section": "accounts",
        "refused": refused,
        "imports": AccountImport.objects.select_related("by")[:RECENT],
    }
    return render(request, "accounts/imports.html", context, status=422 if refused else 200)


def _received(request: PersonRequest) -> AccountImport:
    """The uploaded file with its columns guessed; raises InvalidInput, and keeps nothing, when it cannot be read."""
    file = request.FILES.get("file")  # reading them finds out whether they were refused on their way
    if refused := getattr(request, "upload_refused", None):
        raise refused
    if not file:
        raise InvalidInput("account_file_missing", "file")
    with transaction.atomic():
        subject = AccountImport.objects.create(file_name=(file.name or "")[-250:], by=request.user)
    try:
        keep(subject, file)
        subject.mapping = guess(opened(subject).columns)
    except (InvalidInput, OSError) as error:
        forget(subject)
        subject.delete()
        raise error if isinstance(error, InvalidInput) else as_refusal(error) from error
    subject.save(update_fields=["mapping"])
    return subject


@allow(Permission.RUN_PROGRAMME)
def file(request: PersonRequest, pk: int) -> HttpResponse:
    """The columns and first rows of an uploaded file; then how far the import is; then its receipt."""
    subject = get_object_or_404(AccountImport, pk=pk)
    context: dict[str, Any] = {"section": "accounts", "subject": subject}
    if subject.state == AccountImport.State.IMPORTED:
        return render(request, "accounts/import_receipt.html", context)
    context["job"] = Job.objects.filter(kind="accounts_import", subject_id=pk).first()
    if subject.state == AccountImport.State.IMPORTING:
        return render(request, "accounts/import_running.html", context)
    try:
        return _mapping(request, subject, context)
    except InvalidInput as refusal:
        messages.error(request, problem(refusal.code, refusal.values))
        return redirect("accounts-import")


def _mapping(request: PersonRequest, subject: AccountImport, context: dict[str, Any]) -> HttpResponse:
    """Show the columns, or take the choice and start; a choice that cannot be used is said and shown again."""
    found, refused = opened(subject), ""
    if request.method == "POST":
        chosen = {meaning: request.POST.get(meaning, "") for meaning in LABELS}
        try:
            mapping = checked(chosen, found.columns)
        except InvalidInput as refusal:
            subject.mapping, refused = chosen, problem(refusal.code, refusal.values)
        else:
            return _start(request, subject, mapping)
    page = context | _preview(subject, found) | {"refused": refused}
    return render(request, "accounts/import_mapping.html", page, status=422 if refused else 200)


def _start(request: PersonRequest, subject: AccountImport, mapping: dict[str, str]) -> HttpResponse:
    """Start the import once; a second click finds it under way."""
    with transaction.atomic():
        waiting = AccountImport.objects.filter(pk=subject.pk, state=AccountImport.State.UPLOADED)
        if waiting.update(mapping=mapping, state=AccountImport.State.IMPORTING):
            queue.start("accounts_import", by=request.user, subject_id=subject.pk)
    return redirect("accounts-import-file", subject.pk)


def _preview(subject: AccountImport, found: Opened) -> dict[str, Any]:
    fields = [
        {"name": meaning, "label": label, "chosen": subject.mapping.get(meaning, "")}
        for meaning, label in LABELS.items()
    ]
    return {"fields": fields, "columns": found.columns, "sample": found.sample[:8], "row_count": found.rows}
