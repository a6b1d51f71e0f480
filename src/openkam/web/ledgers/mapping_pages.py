"""Which column means what: the guess, the first rows in view, and the person's word."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from openkam.ledger.guard import Refused
from openkam.ledger.guess import guess
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission

from . import intake
from .mapping_form import MappingForm, ReadingForm
from .models import Import, Source
from .receipts import begin

OPEN_TO_CHANGE = (Import.State.UPLOADED, Import.State.CHECKED, Import.State.UNDONE, Import.State.FAILED)


def _subject(pk: int) -> Import:
    return get_object_or_404(Import, pk=pk, state__in=OPEN_TO_CHANGE)


@allow(Permission.IMPORT_LEDGER)
def mapping(request: PersonRequest, pk: int) -> HttpResponse:
    """Show the mapping; a posted one is kept with its source, and the check begins."""
    subject = _subject(pk)
    lines, header = intake.opened(subject), intake.opened(subject, "header")
    if lines is None:
        return _page(request, subject, None)
    guessed = guess(lines, header)
    form = MappingForm(request.POST or None, subject=subject, guessed=guessed, lines=lines, header=header)
    if request.method != "POST" or not form.is_valid():
        return _page(request, subject, form, status=422 if form.is_bound else 200)
    _remember(subject, form)
    begin(subject, "check", by=request.user, come_from=OPEN_TO_CHANGE)
    return redirect("ledger-import", pk)


def _remember(subject: Import, form: MappingForm) -> None:
    name = form.cleaned_data["source"]
    subject.mapping = form.mapping().model_dump(mode="json")
    columns = intake.columns(subject)
    subject.source, _ = Source.objects.update_or_create(
        name=name, defaults={"columns": columns, "mapping": subject.mapping}
    )
    subject.save(update_fields=["mapping", "source"])


def _page(request: PersonRequest, subject: Import, form: MappingForm | None, status: int = 200) -> HttpResponse:
    lines, header = intake.opened(subject), intake.opened(subject, "header")
    context: dict[str, Any] = {
        "section": "ledger",
        "import": subject,
        "form": form,
        "reading": ReadingForm(subject=subject, lines=lines),
        "lines": lines,
        "header": header,
        "sources": Source.objects.all()[:50],
    }
    return render(request, "ledgers/mapping.html", context, status=status)


@allow(Permission.IMPORT_LEDGER)
@require_POST
def reading(request: PersonRequest, pk: int) -> HttpResponse:
    """Read the file in another encoding, with another delimiter, or from another sheet."""
    subject = _subject(pk)
    form = ReadingForm(request.POST, subject=subject, lines=intake.opened(subject))
    if not form.is_valid():
        return redirect("ledger-mapping", pk)
    for name, value in form.chosen().items():
        setattr(subject, name, value)
    try:
        intake.read(subject)
    except Refused as refused:
        subject.error_code = refused.code
        subject.error_values = {name: str(value) for name, value in refused.values.items()}
        subject.save()
    return redirect("ledger-mapping", pk)
