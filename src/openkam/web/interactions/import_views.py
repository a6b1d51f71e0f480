"""Bring interactions in from a calendar, a mailbox or a table: upload, wait, read the receipt, take it back."""

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from openkam.method.errors import InvalidInput
from openkam.web.jobs import queue
from openkam.web.jobs.models import Job
from openkam.web.ledgers.intake import as_refusal
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission
from openkam.web.programme.words import problem

from .import_files import folder, forget, keep, path, recognise, table
from .models import Attempt, SourceFile
from .reading.rows import checked, guess

RECENT = 20
LABELS = {
    "on": gettext_lazy("day"),
    "kind": gettext_lazy("how: meeting, call, e-mail, visit …"),
    "ours": gettext_lazy("our people (addresses or names)"),
    "theirs": gettext_lazy("their people (addresses or names)"),
    "subject": gettext_lazy("about"),
    "note": gettext_lazy("note"),
    "account": gettext_lazy("account, where names alone would not do"),
}


@allow(Permission.RECORD_CONTACTS)
def imports(request: PersonRequest) -> HttpResponse:
    """Drop a file; one's own imports so far with their receipts."""
    refused = ""
    if request.method == "POST":
        try:
            return redirect("interactions-attempt", _received(request).pk)
        except InvalidInput as refusal:
            refused = problem(refusal.code, refusal.values)
    own = Attempt.objects.filter(by=request.user).select_related("file", "mailbox")
    context = {"section": "relationships", "refused": refused, "attempts": own[:RECENT], "unknown": _unknown(request)}
    return render(request, "interactions/imports.html", context, status=422 if refused else 200)


def _unknown(request: PersonRequest) -> int:
    return request.user.unknown_addresses.filter(verdict="").count()


def _received(request: PersonRequest) -> Attempt:
    """The uploaded file, being read already unless its columns must be looked at first.

    Raises InvalidInput, and keeps nothing, when it is none of the kinds that can be read.
    """
    file = request.FILES.get("file")  # reading them finds out whether they were refused on their way
    if refused := getattr(request, "upload_refused", None):
        raise refused
    if not file:
        raise InvalidInput("source_missing", "file")
    subject = SourceFile(file_name=(file.name or "")[-250:], by=request.user, with_text="with_text" in request.POST)
    subject.save()
    try:
        _look_into(subject, file)
    except (InvalidInput, OSError) as error:
        forget(subject)
        subject.delete()
        raise error if isinstance(error, InvalidInput) else as_refusal(error) from error
    return _begun(subject)


def _look_into(subject: SourceFile, file: UploadedFile) -> None:
    keep(subject, file)
    subject.stored_as = str(folder(subject).name)
    subject.format = recognise(path(subject), subject.file_name)
    if subject.format == SourceFile.Format.TABLE:
        subject.mapping = guess(table(subject).columns)


@transaction.atomic
def _begun(subject: SourceFile) -> Attempt:
    subject.save()
    attempt = Attempt.objects.create(file=subject, by=subject.by)
    if subject.format != SourceFile.Format.TABLE:
        queue.start("interactions_read", by=subject.by, subject_id=attempt.pk)
        Attempt.objects.filter(pk=attempt.pk).update(state=Attempt.State.READING)
    return attempt


def own_attempt(request: PersonRequest, pk: int) -> Attempt:
    """An import of one's own; those of others are not there."""
    return get_object_or_404(Attempt.objects.select_related("file", "mailbox"), pk=pk, by=request.user)


@allow(Permission.RECORD_CONTACTS)
def attempt(request: PersonRequest, attempt: int) -> HttpResponse:
    """The columns of a table; then how far the import is; then its receipt."""
    subject = own_attempt(request, attempt)
    if subject.state == Attempt.State.WAITING and subject.file:
        try:
            return _mapping(request, subject, subject.file)
        except InvalidInput as refusal:
            messages.error(request, problem(refusal.code, refusal.values))
            return redirect("interactions-import")
    context = {"section": "relationships", "subject": subject, "unknown": _unknown(request)}
    context["job"] = Job.objects.filter(kind__in=["interactions_read", "interactions_undo"], subject_id=attempt).first()
    return render(request, "interactions/import_receipt.html", context)


def _mapping(request: PersonRequest, subject: Attempt, file: SourceFile) -> HttpResponse:
    """Show the columns, or take the choice and start; a choice that cannot be used is said and shown again."""
    found, refused = table(file), ""
    if request.method == "POST":
        chosen = {meaning: request.POST.get(meaning, "") for meaning in LABELS}
        try:
            mapping = checked(chosen, found.columns)
        except InvalidInput as refusal:
            file.mapping, refused = chosen, problem(refusal.code, refusal.values)
        else:
            return _start(request, subject, mapping)
    fields = [
        {"name": meaning, "label": label, "chosen": file.mapping.get(meaning, "")} for meaning, label in LABELS.items()
    ]
    context: dict[str, Any] = {
        "section": "relationships",
        "subject": subject,
        "refused": refused,
        "fields": fields,
        "columns": found.columns,
        "sample": found.sample[:8],
        "row_count": found.rows,
    }
    return render(request, "interactions/import_mapping.html", context, status=422 if refused else 200)


@transaction.atomic
def _start(request: PersonRequest, subject: Attempt, mapping: dict[str, str]) -> HttpResponse:
    """Start the import once; a second click finds it under way."""
    waiting = Attempt.objects.filter(pk=subject.pk, state=Attempt.State.WAITING)
    if waiting.update(state=Attempt.State.READING):
        SourceFile.objects.filter(pk=subject.file_id).update(mapping=mapping)
        queue.start("interactions_read", by=request.user, subject_id=subject.pk)
    return redirect("interactions-attempt", subject.pk)


@allow(Permission.RECORD_CONTACTS)
@require_POST
def undoing(request: PersonRequest, attempt: int) -> HttpResponse:
    """Take an import back: what it stored goes, except what somebody has changed since."""
    subject = own_attempt(request, attempt)
    over = Attempt.objects.filter(pk=subject.pk, state__in=[Attempt.State.DONE, Attempt.State.FAILED])
    with transaction.atomic():
        if over.update(state=Attempt.State.READING):
            queue.start("interactions_undo", by=request.user, subject_id=subject.pk)
            messages.success(request, _("The import is being taken back."))
    return redirect("interactions-attempt", subject.pk)
