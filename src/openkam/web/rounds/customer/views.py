"""What does the customer say? Links for their answer, and both views beside each other."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from openkam.method.errors import InvalidInput
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission
from openkam.web.programme.words import problem

from ..access import entry_of, visible_round
from ..actions import BEFORE_LOCK
from ..heads import head
from ..models import Entry, Round
from ..reading import reading_of
from .actions import make_link, revoke_link
from .forms import LinkForm
from .links import state_of
from .two_views import shown_views


@allow(Permission.SEE_ACCOUNTS)
def round_links(request: PersonRequest, pk: int, entry: int) -> HttpResponse:
    """The links of one customer; a posted form makes another."""
    round_, at = _asked(request, pk, entry)
    form = LinkForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and (answer := _made(request, at, form)):
        return answer
    status = 422 if request.method == "POST" else 200
    return render(request, "rounds/customer_links.html", _page(request, round_, at, form=form), status=status)


@allow(Permission.SEE_ACCOUNTS)
@require_POST
def link_revocation(request: PersonRequest, pk: int, entry: int, link: int) -> HttpResponse:
    _round, at = _asked(request, pk, entry)
    try:
        revoke_link(get_object_or_404(at.links.select_related("entry__round"), pk=link), by=request.user)
    except InvalidInput as refusal:
        messages.error(request, problem(refusal.code, refusal.values))
    else:
        messages.success(request, _("The link is revoked."))
    return redirect("round-links", pk, entry)


def _asked(request: PersonRequest, pk: int, entry: int) -> tuple[Round, Entry]:
    """The round and the account in it, for who may ask this customer."""
    round_ = visible_round(request, pk)
    at = entry_of(round_, entry)
    if not may_ask(request.user, round_, at):
        raise PermissionDenied
    return round_, at


def may_ask(user: Any, round_: Round, entry: Entry) -> bool:
    """Who runs the round, and of those who take part in it who may change the account."""
    if round_.facilitated_by(user):
        return True
    is_theirs = entry.account is not None and entry.account.editable_by(user)
    return is_theirs and user.may(Permission.EDIT_ACCOUNTS)


def _made(request: PersonRequest, entry: Entry, form: LinkForm) -> HttpResponse | None:
    """Show the link once; only a digest of it is kept."""
    try:
        token = make_link(entry, **form.cleaned_data, by=request.user)
    except InvalidInput as refusal:
        form.add_error(None, problem(refusal.code, refusal.values))
        return None
    address = request.build_absolute_uri(reverse("customer-rating", args=[token]))
    context = {**_frame(request, entry.round, entry), **form.cleaned_data, "link": address}
    return render(request, "rounds/customer_link.html", context)


def _frame(request: PersonRequest, round_: Round, entry: Entry) -> dict[str, Any]:
    customer = str(entry.account or entry)
    return {**head(round_, request.user, "strength"), "entry": entry, "customer": customer}


def _page(request: PersonRequest, round_: Round, entry: Entry, **more: Any) -> dict[str, Any]:
    links = list(entry.links.select_related("made_by"))
    return {
        **_frame(request, round_, entry),
        **shown_views(round_, entry, reading_of(round_)),
        "links": [(link, state_of(link)) for link in links],
        "answers": sum(1 for link in links if link.used_at and not link.revoked_at),
        "takes_links": round_.stage in BEFORE_LOCK and entry.account_id is not None,
        **more,
    }
