"""Who reports to whom at an account: the drawing, and the moves in it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from openkam.method.errors import InvalidInput
from openkam.web.accounts.access import visible_account
from openkam.web.accounts.listing import is_number
from openkam.web.accounts.models import Account
from openkam.web.accounts.views import frame
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission
from openkam.web.programme.words import problem

from .actions import create_contact
from .models import Contact, MainContact
from .org_actions import move_under
from .org_chart import chart
from .org_forms import PlaceForm, SuperiorForm

#: Where the session keeps the last move, so that it can be taken back.
LAST = "org_chart_move"


@allow(Permission.SEE_ACCOUNTS)
def org_chart(request: PersonRequest, account: int) -> HttpResponse:
    subject = visible_account(request, account)
    return _page(request, subject, PlaceForm(subject))


def _page(request: PersonRequest, account: Account, form: PlaceForm) -> HttpResponse:
    top, at, moving = (_number(request.GET.get(name, "")) for name in ("from", "at", "move"))
    drawn, may_move = chart(account, top), request.user.may(Permission.RECORD_CONTACTS)
    context = frame(request, account, "contacts") | {
        "part": "org_chart",
        "chart": drawn,
        "at": at,
        "may_move": may_move,
        "main": MainContact.objects.filter(account=account).values_list("contact_id", flat=True).first(),
        "form": form,
        "last": _last(request, account) if may_move else None,
    }
    if may_move and moving:
        context |= _moving(account, moving)
    return render(request, "contacts/org_chart.html", context, status=422 if form.errors else 200)


def _number(text: str) -> int | None:
    return int(text) if is_number(text) else None


def _moving(account: Account, contact: int) -> dict[str, Any]:
    """The plain form: somebody, and all whom they may report to."""
    people = Contact.objects.filter(account=account, erased_at=None)
    moving = people.filter(pk=contact).first()
    return {"moving": moving, "bosses": people.filter(left_on=None).exclude(pk=contact)} if moving else {}


def _last(request: PersonRequest, account: Account) -> Contact | None:
    """Whom one moved last, as long as they still stand where they were put."""
    last = request.session.get(LAST) or {}
    if last.get("account") != account.pk:
        return None
    return Contact.objects.filter(account=account, pk=last["contact"], reports_to=last["boss"], erased_at=None).first()


def _back(account: Account, contact: int | None = None) -> HttpResponse:
    return redirect(reverse("org-chart", args=[account.pk]) + (f"?at={contact}" if contact else ""))


@allow(Permission.RECORD_CONTACTS)
@require_POST
def move(request: PersonRequest, account: int) -> HttpResponse:
    """Somebody reports to another superior now; a move that closes a circle is refused and said."""
    subject, form = visible_account(request, account), SuperiorForm(request.POST)
    if not form.is_valid():
        messages.error(request, problem("superior_gone"))
        return _back(subject)
    given = form.cleaned_data
    if _moved(request, subject, given):
        request.session[LAST] = {"account": subject.pk} | given
    return _back(subject, given["contact"])


def _moved(request: PersonRequest, account: Account, given: dict[str, Any]) -> bool:
    try:
        moved = move_under(account=account, by=request.user, **given)
    except InvalidInput as refused:
        messages.error(request, problem(refused.code, refused.values))
        return False
    boss = moved.reports_to
    said = _("“%(name)s” reports to “%(boss)s” now.") if boss else _("“%(name)s” reports to nobody we know now.")
    messages.success(request, said % {"name": moved.name, "boss": boss.name if boss else ""})
    return True


@allow(Permission.RECORD_CONTACTS)
@require_POST
def undo(request: PersonRequest, account: int) -> HttpResponse:
    """Take one's last move back, unless somebody has moved the person since."""
    subject, last = visible_account(request, account), request.session.pop(LAST, None) or {}
    if last.get("account") != subject.pk:
        return _back(subject)
    _moved(request, subject, {"contact": last["contact"], "boss": last["was"], "was": last["boss"]})
    return _back(subject, last["contact"])


@allow(Permission.RECORD_CONTACTS)
@require_POST
def place(request: PersonRequest, account: int) -> HttpResponse:
    """A place whose holder is not known yet."""
    subject = visible_account(request, account)
    form = PlaceForm(subject, request.POST)
    if not form.is_valid():
        return _page(request, subject, form)
    made = create_contact(account=subject, by=request.user, is_placeholder=True, **form.cleaned_data)
    messages.success(
        request, _("“%(name)s” is in the chart; who holds the place is not known yet.") % {"name": made.name}
    )
    return _back(subject, made.pk)
