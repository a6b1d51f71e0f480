"""Bring people in from a table or from cards: upload, look at the first of them, run, read the receipt."""

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from openkam.method.errors import InvalidInput
from openkam.web.accounts.access import visible_account
from openkam.web.accounts.models import Account
from openkam.web.jobs import queue
from openkam.web.jobs.models import Job
from openkam.web.ledgers.intake import as_refusal
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission
from openkam.web.programme.words import problem

from . import guesses as guessing
from .import_files import LABELS, first_cards, first_rows, forget, keep, recognise, table
from .models import PeopleImport
from .reading import guess as read
from .reading.columns import Line, checked, guess

RECENT = 20
State, Side = PeopleImport.State, PeopleImport.Side


@allow(Permission.RECORD_CONTACTS)
def of_account(request: PersonRequest, account: int) -> HttpResponse:
    """People of one account: rows that name no account belong to it."""
    return _imports(request, visible_account(request, account))


@allow(Permission.RECORD_CONTACTS)
def imports(request: PersonRequest) -> HttpResponse:
    return _imports(request, None)


def _imports(request: PersonRequest, account: Account | None) -> HttpResponse:
    """Drop a file; one's own files of before with their receipts."""
    refused = ""
    if request.method == "POST":
        try:
            return redirect("people-import-file", _received(request, account).pk)
        except InvalidInput as refusal:
            refused = problem(refusal.code, refusal.values)
    context = {
        "section": "accounts" if account else "colleagues",
        "account": account,
        "refused": refused,
        "ours": request.GET.get("side") == Side.OURS or request.POST.get("side") == Side.OURS,
        "imports": PeopleImport.objects.filter(by=request.user).select_related("account")[:RECENT],
    }
    return render(request, "contacts/imports.html", context, status=422 if refused else 200)


def _received(request: PersonRequest, account: Account | None) -> PeopleImport:
    """The uploaded file, its columns guessed; raises InvalidInput, and keeps nothing, when it cannot be read."""
    file = request.FILES.get("file")  # reading them finds out whether they were refused on their way
    if refused := getattr(request, "upload_refused", None):
        raise refused
    if not file:
        raise InvalidInput("people_file_missing", "file")
    subject = PeopleImport(file_name=(file.name or "")[-250:], by=request.user, account=account)
    subject.side = Side.OURS if not account and request.POST.get("side") == Side.OURS else Side.THEIRS
    subject.save()
    try:
        _look_into(subject, file)
    except (InvalidInput, OSError) as error:
        forget(subject)
        subject.delete()
        raise error if isinstance(error, InvalidInput) else as_refusal(error) from error
    return subject


def _look_into(subject: PeopleImport, file: UploadedFile) -> None:
    keep(subject, file)
    subject.format = recognise(subject)
    if subject.format == PeopleImport.Format.TABLE:
        subject.mapping = guess(table(subject).columns)
    elif not first_cards(subject):
        raise InvalidInput("people_file_empty", subject.file_name)
    subject.save()


def own_file(request: PersonRequest, pk: int) -> PeopleImport:
    """A file of one's own; those of others are not there, for their receipts name people."""
    return get_object_or_404(PeopleImport.objects.select_related("account"), pk=pk, by=request.user)


@allow(Permission.RECORD_CONTACTS)
def file(request: PersonRequest, people_file: int) -> HttpResponse:
    """The first people of an uploaded file; then how far the import is; then its receipt."""
    subject = own_file(request, people_file)
    context: dict[str, Any] = {"section": "accounts", "subject": subject}
    if subject.state == State.IMPORTED:
        return render(request, "contacts/import_receipt.html", context | guessing.context(subject))
    context["job"] = Job.objects.filter(kind="people_import", subject_id=subject.pk).first()
    if subject.state == State.IMPORTING:
        return render(request, "contacts/import_running.html", context)
    try:
        return _mapping(request, subject, context)
    except InvalidInput as refusal:
        messages.error(request, problem(refusal.code, refusal.values))
        return redirect("people-import")


def _mapping(request: PersonRequest, subject: PeopleImport, context: dict[str, Any]) -> HttpResponse:
    """Show the first people, or take the choice and start; a choice that cannot be used is said and shown again."""
    is_table = subject.format == PeopleImport.Format.TABLE
    found, refused = (table(subject) if is_table else None), ""
    if request.method == "POST":
        subject.mapping = {meaning: request.POST.get(meaning, "") for meaning in LABELS} if found else {}
        subject.moved = "moved" in request.POST
        try:
            mapping = checked(subject.mapping, found.columns) if found else {}
        except InvalidInput as refusal:
            refused = problem(refusal.code, refusal.values)
        else:
            return _start(request, subject, mapping)
    first = first_rows(found, subject.mapping) if found else first_cards(subject)
    page = context | {"refused": refused, "people": [_shown(line) for line in first]} | _fields(subject, found)
    return render(request, "contacts/import_mapping.html", page, status=422 if refused else 200)


def _fields(subject: PeopleImport, found: Any) -> dict[str, Any]:
    if found is None:
        return {}
    of_accounts = {"account", "account_id"} if subject.side == Side.OURS else set()
    fields = [
        {"name": meaning, "label": label, "chosen": subject.mapping.get(meaning, "")}
        for meaning, label in LABELS.items()
        if meaning not in of_accounts
    ]
    return {"fields": fields, "columns": found.columns, "sample": found.sample[:8], "row_count": found.rows}


def _shown(line: Line) -> dict[str, Any]:
    """A person as they would be written, with what their job title gives away."""
    return {
        "line": line,
        "name": line.name,
        "account": line["account"] or line["account_id"],
        "title": line["title"],
        "email": line["email"],
        "function": guessing.words("function", read.function(line["function"]) or read.function(line["title"])),
        "level": guessing.words("level", read.level(line["level"]) or read.level(line["title"])),
        "is_guess": not (line["function"] and line["level"]),
    }


def _start(request: PersonRequest, subject: PeopleImport, mapping: dict[str, str]) -> HttpResponse:
    """Start the import once; a second click finds it under way."""
    with transaction.atomic():
        waiting = PeopleImport.objects.filter(pk=subject.pk, state=State.UPLOADED)
        if waiting.update(mapping=mapping, moved=subject.moved, state=State.IMPORTING):
            queue.start("people_import", by=request.user, subject_id=subject.pk)
    return redirect("people-import-file", subject.pk)


@allow(Permission.RECORD_CONTACTS)
@require_POST
def guesses(request: PersonRequest, people_file: int) -> HttpResponse:
    """Correct what job titles were taken for; whoever was changed by hand since keeps that."""
    subject = own_file(request, people_file)
    changed = guessing.correct(subject, request.POST, by=request.user)
    messages.success(request, _("Saved for %(count)s people.") % {"count": changed})
    return redirect("people-import-file", subject.pk)
