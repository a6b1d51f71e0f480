"""Who must move, and how far? The same people as on the team map, for the same few readers."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from openkam.method import stakeholders as method
from openkam.method.errors import InvalidInput
from openkam.web.accounts.access import editable_account
from openkam.web.accounts.models import Account
from openkam.web.accounts.views import frame
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission
from openkam.web.portfolio.exports import Table, export
from openkam.web.programme.words import problem

from .judging import erase_ended, judge
from .judging_forms import StakeholderRow
from .models import TeamMap
from .team_sheet import judgements, people_to_judge
from .team_words import CAUTIONS, CELLS

#: As many rows as one form can carry.
PAGE = 60
#: The grid as it is read: power falls from top to bottom, interest grows from left to right.
GRID = (("keep_satisfied", "manage_closely"), ("monitor", "keep_informed"))


@allow(Permission.EDIT_ACCOUNTS)
def stakeholders(request: PersonRequest, account: int) -> HttpResponse:
    subject = editable_account(request, account)
    erase_ended(subject)
    judged, people = judgements(subject), list(people_to_judge(subject))
    found = _result(people, judged)
    page = Paginator(_lines(people, judged, found), PAGE).get_page(request.GET.get("page"))
    data = request.POST.copy() if request.method == "POST" else None
    for line in page:
        line["form"] = StakeholderRow(data, judgement=line["judgement"], prefix=f"c{line['contact'].pk}")
    if data is not None and _saved(request, list(page)):
        return redirect(request.get_full_path())
    context = frame(request, subject, "relationship") | {
        "page": page,
        "grid": _grid(people, found),
        "total": found.total,
        "cautions": [_caution(notice, people) for notice in found.warnings],
        "purpose": TeamMap.objects.filter(account=subject).exclude(purpose="").exists(),
    }
    return render(request, "relationships/stakeholders.html", context, status=422 if data is not None else 200)


def _saved(request: PersonRequest, lines: list[dict[str, Any]]) -> bool:
    changed = [line for line in lines if line["form"].changed]
    try:
        if not all(line["form"].is_valid() for line in changed):
            return False
        with transaction.atomic():
            for line in changed:
                version = line["judgement"].version if line["judgement"] else 0
                judge(line["contact"], said=line["form"].said, by=request.user, version=version)
    except InvalidInput as refused:
        messages.error(request, problem(refused.code, refused.values))
        return False
    finally:
        for line in lines:
            line["form"].look_again()
    messages.success(request, _("Saved.") if changed else _("Nothing was different; nothing was saved."))
    return True


def _result(people: list[Any], judged: dict[int, Any]) -> method.Result:
    return method.evaluate(method.Document(people=tuple(_person(each, judged.get(each.pk)) for each in people)))


def _person(contact: Any, judgement: Any) -> method.Person:
    scales = {"power": "power", "interest": "interest", "now": "support", "needed": "support_needed"}
    given = {name: getattr(judgement, of, None) for name, of in scales.items()}
    return method.Person(id=f"c{contact.pk}", **given)


def _lines(people: list[Any], judged: dict[int, Any], found: method.Result) -> list[dict[str, Any]]:
    """The highest priority first, those who are not judged last."""
    lines = [
        {
            "contact": contact,
            "judgement": judged.get(contact.pk),
            "found": one,
            "cell": CELLS.get(one.cell or "", ""),
            "steps": _steps(judged.get(contact.pk)),
        }
        for contact, one in zip(people, found.people, strict=True)
    ]
    return sorted(
        lines, key=lambda line: -1 if line["found"].priority is None else line["found"].priority, reverse=True
    )


def _steps(judgement: Any) -> list[str]:
    """The five steps from against to for: X is where they stand now, O where they are needed."""
    now, needed = getattr(judgement, "support", None), getattr(judgement, "support_needed", None)
    return [("X" if step == now else "") + ("O" if step == needed else "") or "·" for step in range(-2, 3)]


def _grid(people: list[Any], found: method.Result) -> list[list[dict[str, Any]]]:
    names = {f"c{contact.pk}": contact for contact in people}
    placed: dict[str, list[Any]] = {}
    for one in found.people:
        if one.cell:
            placed.setdefault(one.cell, []).append({"contact": names[one.id], "priority": one.priority})
    return [[{"code": code, "words": CELLS[code], "people": placed.get(code, [])} for code in row] for row in GRID]


def _caution(notice: Any, people: list[Any]) -> str:
    names = {f"c{contact.pk}": contact.name for contact in people}
    told = ", ".join(names[key] for key in notice.values.get("names", ()))
    return str(CAUTIONS[notice.code]) % {"names": told}


@allow(Permission.EDIT_ACCOUNTS)
def stakeholders_file(request: PersonRequest, account: int, kind: str) -> HttpResponseBase:
    return export(_table(editable_account(request, account)), kind)


def _table(account: Account) -> Table:
    people, judged = list(people_to_judge(account)), judgements(account)
    found = _result(people, judged)
    headings = [_("Contact"), _("Power"), _("Interest"), _("Support now"), _("Support needed"), _("Cell")]
    headings += [_("Gap"), _("Priority")]
    rows = []
    for contact, one in zip(people, found.people, strict=True):
        there = judged.get(contact.pk)
        scales = [getattr(there, name, None) for name in StakeholderRow.SCALES]
        rows.append([contact.name, *scales, str(CELLS.get(one.cell or "", "")), one.gap, one.priority])
    return Table("stakeholders", headings, rows)
