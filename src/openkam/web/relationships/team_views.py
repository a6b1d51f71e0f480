"""Who of ours covers whom of theirs, in each phase? For those who may change the account, and for nobody else."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from openkam.method.errors import InvalidInput
from openkam.web.accounts.access import editable_account
from openkam.web.accounts.models import Account
from openkam.web.accounts.views import frame
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission
from openkam.web.plans.answers import tried
from openkam.web.portfolio.exports import export
from openkam.web.programme.words import problem

from .judging import erase_ended, judge, set_purpose
from .judging_forms import MemberForm, SheetForm, SheetRow
from .models import Phase, TeamMap
from .team_files import map_table
from .team_page import Sheet, sheet_of
from .team_sheet import numbers_of
from .team_words import PURPOSE

#: As many rows as one form can carry.
PAGE = 60


@allow(Permission.EDIT_ACCOUNTS)
def team_map(request: PersonRequest, account: int) -> HttpResponse:
    """The sheet. A posted one saves every row that changed, all of them or none."""
    subject = editable_account(request, account)
    erase_ended(subject)
    sheet = sheet_of(subject, timezone.localdate())
    page = _lines(request, sheet)
    rows = _rows(request, sheet, page, request.POST.copy() if request.method == "POST" else None)
    if request.method == "POST" and _saved(request, subject, rows):
        return redirect(request.get_full_path())
    return sheet_page(request, subject, sheet=sheet, rows=rows, page=page)


def _chosen(request: PersonRequest, sheet: Sheet) -> str:
    """The phase that the sheet is narrowed to."""
    phase = request.GET.get("phase", "")
    return phase if phase in sheet.phases else ""


def _lines(request: PersonRequest, sheet: Sheet) -> Any:
    phase = _chosen(request, sheet)
    lines = [line for line in sheet.lines if not phase or line.takes_part(phase)]
    return Paginator(lines, PAGE).get_page(request.GET.get("page"))


def _rows(request: PersonRequest, sheet: Sheet, page: Any, data: Any = None) -> list[tuple[Any, SheetRow]]:
    phase = _chosen(request, sheet)
    phases = (phase,) if phase else sheet.phases
    return [
        (line, SheetRow(data, judgement=line.judgement, phases=phases, prefix=f"c{line.contact.pk}")) for line in page
    ]


def _saved(request: PersonRequest, account: Account, rows: list[tuple[Any, SheetRow]]) -> bool:
    changed = [(line, form) for line, form in rows if form.changed]
    if not all(form.is_valid() for _line, form in changed):
        return False
    try:
        if changed and request.POST.get("numbers") != numbers_of(account):
            raise InvalidInput("numbers_moved", "numbers")
        with transaction.atomic():
            for line, form in changed:
                judge(line.contact, said=form.said, by=request.user, version=line.version)
    except InvalidInput as refused:
        messages.error(request, problem(refused.code, refused.values))
        return False
    messages.success(request, _("Saved.") if changed else _("Nothing was different; nothing was saved."))
    return True


def sheet_page(request: PersonRequest, account: Account, **more: Any) -> HttpResponse:
    """The whole page; more gives what was refused."""
    sheet: Sheet = more.get("sheet") or sheet_of(account, timezone.localdate())
    page = more.get("page") or _lines(request, sheet)
    rows = more.get("rows") or _rows(request, sheet, page)
    for _line, row in rows if request.method == "POST" else ():
        if row.is_bound:
            row.look_again()
    context = frame(request, account, "relationship") | {
        "sheet": sheet,
        "page": page,
        "rows": rows,
        "phase": _chosen(request, sheet),
        "phases": [(code, Phase(code).label) for code in sheet.phases],
        "numbers": numbers_of(account),
        "sheet_form": _sheet_form(account),
        "member_form": MemberForm(),
    }
    purpose = TeamMap.objects.filter(account=account).values_list("purpose", flat=True).first() or ""
    status = 422 if request.method == "POST" else 200
    return render(request, "relationships/team_map.html", context | {"purpose": purpose} | more, status=status)


def _sheet_form(account: Account, data: Any = None) -> SheetForm:
    there = TeamMap.objects.filter(account=account).first()
    start = {"purpose": there.purpose if there else str(PURPOSE), "preset": there.preset if there else "four"}
    return SheetForm(data, initial=start)


@allow(Permission.EDIT_ACCOUNTS)
@require_POST
def purpose(request: PersonRequest, account: int) -> HttpResponse:
    subject = editable_account(request, account)
    form = _sheet_form(subject, request.POST.copy())
    if not form.is_valid():
        form.look_again()
        return sheet_page(request, subject, sheet_form=form)
    values = {name: form.cleaned_data[name] for name in ("purpose", "preset")}
    tried(request, lambda: set_purpose(subject, **values, by=request.user), _("Saved."))
    return redirect("team-map", account)


@allow(Permission.EDIT_ACCOUNTS)
def team_map_file(request: PersonRequest, account: int, kind: str) -> HttpResponseBase:
    subject = editable_account(request, account)
    return export(map_table(sheet_of(subject, timezone.localdate())), kind)
