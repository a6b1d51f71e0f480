"""The drawing to take away, and on one sheet of paper with the target and its five actions."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate

from openkam.method import stage as method
from openkam.web.accounts.access import visible_account
from openkam.web.accounts.models import Account
from openkam.web.accounts.views import frame
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission
from openkam.web.plans.action_actions import top_actions

from .days import day_asked
from .drawing import draw, ideal
from .drawing.export import as_png, as_svg
from .drawing_page import Drawing, drawing_of
from .models import Ambition, Stage
from .seen import seen

FILES = {"svg": "image/svg+xml; charset=utf-8", "png": "image/png"}


def _drawing(request: PersonRequest, account: Account) -> Drawing:
    """As the address asks: on which day, as the drawing of which stage."""
    there = seen(account, day_asked(request.GET.get("on", ""))[0])
    found = method.evaluate(there.document)
    return drawing_of(there, found.metrics, found.stage, request.GET.get("as", ""))


@allow(Permission.SEE_ACCOUNTS)
def file(request: PersonRequest, account: int, kind: str) -> HttpResponse:
    """The drawing as SVG or PNG."""
    subject = visible_account(request, account)
    if kind not in FILES:
        raise Http404
    scene = _drawing(request, subject).scene
    name = f"openkam-relationship-{subject.pk}-{localdate().isoformat()}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(as_svg(scene) if kind == "svg" else as_png(scene), content_type=FILES[kind], headers=headers)


@allow(Permission.SEE_ACCOUNTS)
def sheet(request: PersonRequest, account: int) -> HttpResponse:
    """One A4 landscape: the drawing of today beside the one it shall become, and what leads there."""
    subject = visible_account(request, account)
    drawing, ambition = _drawing(request, subject), Ambition.objects.filter(account=subject).first()
    wanted = max(1, ambition.target) if ambition else drawing.shown_as
    context = frame(request, subject, "relationship") | {
        "drawing": drawing,
        "stage": Stage(drawing.stage),
        "ambition": ambition,
        "wanted": Stage(wanted),
        "pattern": draw(ideal(wanted), wanted),
        "agreed": subject.stage_reviews.filter(on__lte=drawing.on).first(),
        "actions": top_actions(subject),
    }
    return render(request, "relationships/print.html", context)
