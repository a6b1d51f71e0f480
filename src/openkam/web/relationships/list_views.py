"""Where do all our relationships lie, and which of them hang on one thread?"""

from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from openkam.report.document import Cell
from openkam.web.accounts.models import Account
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission
from openkam.web.plans.plan_actions import plan_kpis
from openkam.web.portfolio.exports import Table, export

from .listing import Choice, Line, all_lines, bring_up_to_date, lines, summary
from .models import Stage
from .stage_words import LAMPS, MOTTOES, NO_THREAD

PAGE = 50


@allow(Permission.SEE_ACCOUNTS)
def index(request: PersonRequest) -> HttpResponse:
    """One page of relationships, and figures of all that the person sees."""
    choice = Choice.of(request.GET)
    scope = choice.scope(request.user)
    behind = bring_up_to_date(scope)
    page = Paginator(choice.narrow(scope), PAGE).get_page(request.GET.get("page"))
    context = {
        "section": "relationships",
        "choice": choice,
        "kept": choice.query(),
        "page": page,
        "lines": lines(page.object_list),
        "summary": summary(scope),
        "behind": behind,
        "plan_figures": _plan_figures(plan_kpis(scope)),
        "headings": _headings(choice),
        "mottoes": MOTTOES,
        "stages": Stage.choices,
        "statuses": Account.Status.choices,
        "lamps": [*LAMPS.items(), ("none", NO_THREAD)],
    }
    return render(request, "relationships/index.html", context)


def _plan_figures(told: dict[str, int]) -> list[dict[str, Any]]:
    """How good the plans are, each figure with its "of"."""
    figures = [
        (_("With an approved plan"), told["approved"], told["accounts"]),
        (_("Actions on time"), told["on_time"], told["done"]),
    ]
    return [{"label": label, "n": n, "of": of, "share": n / of if of else None} for label, n, of in figures]


def _headings(choice: Choice) -> list[dict[str, Any]]:
    """The columns; those with an order can be clicked."""
    titles = [("name", _("Account")), ("", _("Status")), ("stage", _("Stage now")), ("target", _("Target"))]
    titles += [("threads", _("Threads (ν)")), ("key_person", _("Key person")), ("last", _("Last contact"))]
    titles += [("", _("Overdue actions"))]
    return [
        {"title": title, "query": choice.query(sort=order) if order else "", "is_sorted": order == choice.sort}
        for order, title in titles
    ]


@allow(Permission.SEE_ACCOUNTS)
def index_file(request: PersonRequest, kind: str) -> HttpResponseBase:
    """The list as it is narrowed and sorted, whole."""
    choice = Choice.of(request.GET)
    return export(_table(all_lines(choice.narrow(choice.scope(request.user)))), kind)


def _table(found: Iterator[Line]) -> Table:
    headings = [
        *(_("Account"), _("Status"), _("Account manager"), _("Stage"), _("Stage, in words"), _("Borderline")),
        *(_("Independent threads (ν)"), _("Direct share (D)"), _("Key-person share"), _("Last contact")),
        *(_("Target"), _("By when"), _("Overdue actions")),
    ]
    return Table("relationships", headings, (_row(line) for line in found))


def _row(line: Line) -> list[Cell]:
    account, standing, ambition = line.account, line.standing, line.ambition
    return [
        account.name,
        account.get_status_display(),
        str(account.owner or ""),
        standing.stage,
        str(line.stage.label),
        _("yes") if standing.is_borderline else _("no"),
        standing.nu,
        standing.direct_share,
        standing.key_person_share,
        standing.last_on,
        ambition.get_target_display() if ambition else "",
        ambition.by_when if ambition else None,
        line.overdue,
    ]
