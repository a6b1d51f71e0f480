"""The first page of the ledger: drop a file, see what was imported."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Max, Min
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from openkam.ledger.guard import Refused
from openkam.method.errors import InvalidInput
from openkam.web.jobs.queue import start
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission

from . import facts, intake
from .models import AccountYear, Import, Source
from .remembered import remembered

STATUS = {"too_large": 413, "expands_too_far": 413, "disk_full": 507, "system": 507}


@allow(Permission.IMPORT_LEDGER)
def index(request: PersonRequest) -> HttpResponse:
    return _page(request)


def _page(request: PersonRequest, refused: InvalidInput | None = None, status: int = 200) -> HttpResponse:
    imports = Import.objects.exclude(state=Import.State.DISCARDED).select_related("uploaded_by", "source")
    context: dict[str, Any] = {
        "section": "ledger",
        "page": Paginator(imports, 30).get_page(request.GET.get("page")),
        "held": remembered("held", _held),
        "behind": facts.behind(),
        "refused": refused,
        "largest": intake.limits().max_bytes,
    }
    return render(request, "ledgers/index.html", context, status=status)


def _held() -> dict[str, Any]:
    """What the ledger holds, in four figures."""
    return AccountYear.objects.aggregate(
        years=Count("fiscal_year", distinct=True),
        accounts=Count("account", distinct=True),
        first=Min("first_date"),
        last=Max("last_date"),
    )


@allow(Permission.IMPORT_LEDGER)
@require_POST
def upload(request: PersonRequest) -> HttpResponse:
    """Take files in; refusals leave nothing behind and say why."""
    files = request.FILES.getlist("files")
    refused = getattr(request, "upload_refused", None) or _wrong_number(len(files))
    if refused:
        return _page(request, refused, STATUS.get(refused.code, 422))
    try:
        first = _take(request, files)
    except InvalidInput as error:
        return _page(request, error, STATUS.get(error.code, 422))
    return redirect("ledger-import", first.pk)


def _wrong_number(count: int) -> Refused | None:
    if count == 0:
        return Refused("no_file")
    return Refused("too_many_files", limit=intake.MOST_FILES) if count > intake.MOST_FILES else None


def _take(request: PersonRequest, files: list[Any]) -> Import:
    imports = intake.receive(files, by=request.user, header=request.FILES.get("header"))
    try:
        if sum(subject.bytes for subject in imports) > intake.AT_ONCE:
            start("open", by=request.user, subject_id=imports[0].pk, imports=[subject.pk for subject in imports])
            return imports[0]
        for subject in imports:
            _read_or_keep(subject)
        return intake.pair(imports)[0]
    except (InvalidInput, OSError) as error:
        for subject in imports:
            intake.discard(subject)
            subject.delete()
        raise error if isinstance(error, InvalidInput) else intake.as_refusal(error) from error


def _read_or_keep(subject: Import) -> None:
    """Open a file; one that a person can mend by saying how it is written stays, with its problem."""
    try:
        intake.read(subject)
    except Refused as refused:
        if refused.code not in intake.MENDABLE:
            raise
        subject.error_code = refused.code
        subject.error_values = {name: str(value) for name, value in refused.values.items()}
        subject.save(update_fields=["error_code", "error_values"])
    if known := known_source(subject):
        subject.source, subject.mapping = known, known.mapping
        subject.save(update_fields=["source", "mapping"])


def known_source(subject: Import) -> Source | None:
    """The source whose last file had these very columns."""
    columns = sorted(intake.columns(subject))
    if not columns:
        return None
    return next((source for source in Source.objects.order_by("-pk") if sorted(source.columns) == columns), None)
