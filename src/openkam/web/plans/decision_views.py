"""What was decided, by whom, when, why: the log, and one account's decisions with the forms for new ones."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from openkam.web.accounts.access import visible_account
from openkam.web.accounts.models import Account
from openkam.web.accounts.views import frame
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission
from openkam.web.portfolio.exports import export
from openkam.web.programme.words import problem
from openkam.web.rounds.models import Round

from .actions import MOST_KEY_ACCOUNTS, deselect, key_accounts, name_key_account
from .answers import tried
from .files import decisions_table
from .forms import DecisionForm, DeselectionForm
from .models import Decision, Kind

PAGE = 50


def readable_rounds(decisions: Iterable[Decision], user: Any) -> frozenset[int]:
    """Of the rounds behind some decisions, those that this person takes part in."""
    wanted = {one.round_id for one in decisions if one.round_id}
    found = Round.objects.visible_to(user).filter(pk__in=wanted).order_by().values_list("pk", flat=True)
    return frozenset(found if wanted else ())


def _narrowed(request: PersonRequest) -> tuple[str, Any]:
    kind = request.GET.get("kind", "")
    decisions = Decision.objects.visible_to(request.user).with_people()
    return (kind, decisions.filter(kind=kind)) if kind in Kind.values else ("", decisions)


@allow(Permission.SEE_ACCOUNTS)
def log(request: PersonRequest) -> HttpResponse:
    kind, decisions = _narrowed(request)
    page = Paginator(decisions, PAGE).get_page(request.GET.get("page"))
    context = {
        "section": "portfolio",
        "tab": "decisions",
        "page": page,
        "decisions": page.object_list,
        "kind": kind,
        "kinds": Kind.choices,
        "rounds": readable_rounds(page.object_list, request.user),
    }
    return render(request, "plans/decisions.html", context)


@allow(Permission.SEE_ACCOUNTS)
def log_file(request: PersonRequest, kind: str) -> HttpResponseBase:
    decisions = list(_narrowed(request)[1])
    return export(decisions_table(decisions, readable_rounds(decisions, request.user)), kind)


@allow(Permission.SEE_ACCOUNTS)
def account_decisions(request: PersonRequest, pk: int) -> HttpResponse:
    """An account's decisions; a director's forms to name or to deselect it."""
    subject = visible_account(request, pk)
    posted = request.POST.get("kind", "")
    forms = {kind: _form(request, subject, kind, posted) for kind in (Kind.NAMED, Kind.DESELECTED)}
    if request.method == "POST":
        if not request.user.may(Permission.RUN_PROGRAMME):
            raise PermissionDenied
        if posted in forms and forms[posted].is_valid() and _decided(request, subject, posted, forms[posted]):
            return redirect("account-decisions", pk)
    decisions = list(Decision.objects.filter(account=subject).with_people())
    context = frame(request, subject, "decisions") | {
        "decisions": decisions,
        "rounds": readable_rounds(decisions, request.user),
        "forms": forms,
        "opened": posted or request.GET.get("kind", ""),
        "key_accounts": key_accounts(subject.owner),
        "most": MOST_KEY_ACCOUNTS,
    }
    return render(request, "plans/account_decisions.html", context, status=422 if request.method == "POST" else 200)


def _form(request: PersonRequest, account: Account, kind: str, posted: str) -> DecisionForm:
    made = DecisionForm if kind == Kind.NAMED else DeselectionForm
    start = {"round": request.GET.get("round", "")}
    return made(request.POST if posted == kind else None, account=account, initial=start, prefix=kind)


def _decided(request: PersonRequest, account: Account, kind: str, form: DecisionForm) -> bool:
    verb = name_key_account if kind == Kind.NAMED else deselect
    fields = {"round": None, **form.cleaned_data}
    done = tried(request, lambda: verb(account, by=request.user, **fields), _("The decision is on record."))
    count = key_accounts(account.owner)
    if done and kind == Kind.NAMED and count > MOST_KEY_ACCOUNTS:
        messages.warning(request, problem("many_key_accounts", {"who": account.owner, "count": count}))
    return bool(done)
