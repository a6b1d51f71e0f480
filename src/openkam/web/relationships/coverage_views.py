"""Whom of theirs does nobody of ours talk to?"""

from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openkam.method.network import Thresholds
from openkam.report.document import Cell as Written
from openkam.web.accounts.access import visible_account
from openkam.web.accounts.views import frame
from openkam.web.contacts.models import Function
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission
from openkam.web.portfolio.exports import Table, export

from .coverage import Cell, Choice, Matrix, matrix
from .days import day_asked
from .seen import seen

#: Rows of a page.
PAGE = 100
SORTS = {
    "nobody": gettext_lazy("no contact first"),
    "most": gettext_lazy("most contacts first"),
    "level": gettext_lazy("highest level first"),
    "name": gettext_lazy("by name"),
}


@allow(Permission.SEE_ACCOUNTS)
def coverage(request: PersonRequest, account: int) -> HttpResponse:
    """Their people against ours on any day of the past."""
    subject, choice = visible_account(request, account), Choice.of(request.GET)
    on, is_day = day_asked(choice.on)
    shown = seen(subject, on)
    found = matrix(shown, choice)
    context = frame(request, subject, "contacts") | {
        "part": "coverage",
        "choice": choice,
        "on": on,
        "is_day": is_day,
        "matrix": found,
        "page": Paginator(found.lines, PAGE).get_page(request.GET.get("page")),
        "rule": rule(shown.rules),
        "functions": [pair for pair in Function.choices if pair[0]],
        "sorts": SORTS.items(),
    }
    return render(request, "relationships/coverage.html", context)


def rule(rules: Thresholds) -> str:
    """When a contact is active, with the thresholds in force."""
    return _(
        "A contact is active with at least %(often)s interactions in twelve months, the last at most %(days)s days "
        "ago; between directors or boards %(top)s are enough."
    ) % {"often": rules.active_n12, "days": rules.active_days, "top": rules.active_n12_top}


@allow(Permission.SEE_ACCOUNTS)
def coverage_file(request: PersonRequest, account: int, kind: str) -> HttpResponseBase:
    """The matrix as it is narrowed and sorted, whole: two columns for each of ours."""
    subject, choice = visible_account(request, account), Choice.of(request.GET)
    on, _is_day = day_asked(choice.on)
    shown = seen(subject, on)
    found = matrix(shown, choice)
    about = [(_("Account"), subject.name), (_("As it was on"), on.isoformat()), (_("Rule"), rule(shown.rules))]
    return export(Table("coverage", _headings(found), _rows(found), about), kind)


def _headings(found: Matrix) -> list[str]:
    of_ours: list[str] = []
    for column in found.columns:
        values = {"name": column.person.name}
        of_ours += [_("%(name)s: contacts") % values, _("%(name)s: last contact") % values]
    sums = [_("Contacts in all"), _("Active contacts"), _("Last contact")]
    return [_("Name"), _("Job title"), _("Function"), _("Level"), *sums, *of_ours]


def _rows(found: Matrix) -> Iterator[list[Written]]:
    for line in found.lines:
        one = line.person
        head = [one.name, one.title, one.function and one.get_function_display(), one.level and one.get_level_display()]
        yield [*map(str, head), line.times, line.active, line.last_on, *_written(line.cells)]
    sums: list[Any] = [part for column in found.columns for part in (column.times, column.last_on)]
    yield [_("In all"), "", "", "", found.times, found.active, None, *sums]


def _written(cells: list[Cell | None]) -> list[Written]:
    """Two fields for each of ours, empty where nothing was recorded."""
    return [part for cell in cells for part in ((cell.times, cell.last_on) if cell else (None, None))]
