"""One's own scores as a file: taken away at any time, brought back while the round takes scores."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from openkam.method.errors import InvalidInput
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission
from openkam.web.portfolio.cost_tables import Problems
from openkam.web.programme.downloads import as_csv, as_xlsx
from openkam.web.programme.words import problem

from ..access import visible_round
from ..heads import head
from .desk import Desk
from .files import rows, take_file
from .views import desk_of


class ScoresFileForm(forms.Form):
    file = forms.FileField(
        label=_("file of my scores"),
        help_text=_("CSV or XLSX with the columns account, criterion, supplier, score, note."),
    )


@allow(Permission.SEE_ACCOUNTS)
def scores_file(request: PersonRequest, pk: int, kind: str) -> HttpResponseBase:
    """My own scores, with an empty row where I gave none."""
    desk = desk_of(request, visible_round(request, pk))
    if kind not in {"csv", "xlsx"}:
        raise Http404
    return (as_csv if kind == "csv" else as_xlsx)("openkam-my-scores", rows(desk))


@allow(Permission.SEE_ACCOUNTS)
@require_POST
def scores_import(request: PersonRequest, pk: int) -> HttpResponse:
    """Keep the rows of a file that can be kept, and say of each other row why not."""
    round_ = visible_round(request, pk)
    desk, form = desk_of(request, round_), ScoresFileForm(request.POST, request.FILES)
    found = _taken(request, form, desk) if form.is_valid() else None
    if found is None or found[1].count:
        kept, problems = found or (0, None)
        context = {**head(round_, request.user, "score"), "form": form, "kept": kept, "problems": problems}
        return render(request, "rounds/scores_file.html", context, status=422)
    said = ngettext("%(n)s score was read.", "%(n)s scores were read.", found[0]) % {"n": found[0]}
    messages.success(request, said)
    return redirect(reverse("round-score", args=[round_.pk]))


def _taken(request: PersonRequest, form: ScoresFileForm, desk: Desk) -> tuple[int, Problems] | None:
    try:
        return take_file(form.cleaned_data["file"], desk.round, desk, by=request.user)
    except InvalidInput as refusal:
        form.add_error("file", problem(refusal.code, refusal.values))
        return None
