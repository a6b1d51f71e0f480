"""What will we do at this account? Its actions, the quality of its plan, and who stands behind it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from openkam.method.ambition import MOST_ACTIONS
from openkam.method.errors import InvalidInput
from openkam.web.accounts.access import editable_account, visible_account
from openkam.web.accounts.models import Account
from openkam.web.accounts.views import frame
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission
from openkam.web.programme.words import problem

from .action_actions import create_action, free_place
from .action_forms import ActionForm, PlanScoreForm, SponsorForm
from .action_listing import listed, rows
from .answers import tried
from .models import Action, PlanScore, Sponsor
from .plan_actions import latest_review, mark_of, name_sponsor, review_due, review_plan, verdict_of
from .words import PLAN_PARTS, PLAN_PHASES, PLAN_VERDICTS

#: Past actions and reviews that the page shows.
PAST = 20
PAGE = 50
#: What was finished or dropped last comes first; SQLite and PostgreSQL put missing days at different ends.
LATEST = (Coalesce("done_on", "dropped_on").desc(), "-pk")


@allow(Permission.SEE_ACCOUNTS)
def plan(request: PersonRequest, account: int) -> HttpResponse:
    """The five actions first, then the others; a posted form adds one."""
    subject = visible_account(request, account)
    start = {"title": request.GET.get("title", "")[:300], "owner": request.user.pk}
    form = ActionForm(request.POST or None, instance=Action(account=subject), initial=start)
    if request.method == "POST":
        if not request.user.may(Permission.RECORD_CONTACTS):
            raise PermissionDenied
        if form.is_valid() and _added(request, subject, form):
            return redirect("account-plan", account)
    return _page(request, subject, form=form, status=422 if form.is_bound else 200)


def _added(request: PersonRequest, account: Account, form: ActionForm) -> bool:
    fields = {name: form.cleaned_data[name] for name in ("title", "owner", "due_on", "gate", "evidence")}
    place = free_place(account) if request.POST.get("to_target") else None
    try:
        create_action(account=account, by=request.user, insights=form.cleaned_data["insights"], place=place, **fields)
    except InvalidInput as refused:
        form.add_error(None, problem(refused.code, refused.values))
        return False
    messages.success(request, _("The action is in the plan."))
    return True


def _page(
    request: PersonRequest, account: Account, *, form: ActionForm, status: int = 200, **more: Any
) -> HttpResponse:
    context = frame(request, account, "plan") | _of_actions(request, account) | _of_quality(account)
    context |= {"form": form, "may_record": request.user.may(Permission.RECORD_CONTACTS)}
    return render(request, "plans/account_plan.html", context | more, status=status)


def _of_actions(request: PersonRequest, account: Account) -> dict[str, Any]:
    there = Action.objects.filter(account=account)
    top = rows(listed(there.open().exclude(place=None)).order_by("place", "pk"))
    page = Paginator(listed(there.open().filter(place=None)), PAGE).get_page(request.GET.get("page"))
    gone = there.exclude(done_on=None, dropped_on=None)
    return {
        "top": top,
        "page": page,
        "others": rows(page.object_list),
        "past": rows(listed(gone).order_by(*LATEST)[:PAST]),
        "has_place": len(top) < MOST_ACTIONS,
        "to_target": bool(request.POST.get("to_target")),
    }


def _of_quality(account: Account) -> dict[str, Any]:
    sponsor = Sponsor.objects.filter(account=account).select_related("user").first()
    reviews = list(PlanScore.objects.filter(account=account).select_related("by")[:PAST])
    latest = reviews[0] if reviews else None
    start = {**latest.parts, "phase": latest.phase} if latest else {}
    return {
        "sponsor": sponsor,
        "sponsor_form": SponsorForm(initial={"user": sponsor.user_id if sponsor else None}),
        "score_form": PlanScoreForm(initial={**start, "seen": mark_of(latest)}),
        "reviews": [_told(score) for score in reviews],
        "review_due": review_due(latest, timezone.localdate()),
    }


def _told(score: PlanScore) -> dict[str, Any]:
    """A review of a plan with its points, part by part."""
    result = verdict_of(score)
    parts = [(words, score.parts.get(part)) for part, words in PLAN_PARTS.items()]
    verdict = PLAN_VERDICTS[result.verdict] if result.verdict else ""
    phase = PLAN_PHASES.get(score.phase, "")
    return {"score": score, "result": result, "parts": parts, "verdict": verdict, "phase": phase}


@allow(Permission.EDIT_ACCOUNTS)
@require_POST
def review(request: PersonRequest, account: int) -> HttpResponse:
    subject, form = editable_account(request, account), PlanScoreForm(request.POST)
    if form.is_valid() and _reviewed(request, subject, form):
        messages.success(request, _("The review of the plan is on record."))
        return redirect("account-plan", account)
    return _page(request, subject, form=ActionForm(instance=Action(account=subject)), score_form=form, status=422)


def _reviewed(request: PersonRequest, account: Account, form: PlanScoreForm) -> bool:
    """Saved, or refused; the refused form can be sent once more, its sender has now been told."""
    said = {name: form.cleaned_data[name] for name in ("phase", "note", "seen")}
    try:
        review_plan(account, parts=form.parts, by=request.user, **said)
    except InvalidInput as refused:
        form.add_error(None, problem(refused.code, refused.values))
        form.data = form.data.copy()
        form.data["seen"] = mark_of(latest_review(account))
        return False
    return True


@allow(Permission.EDIT_ACCOUNTS)
@require_POST
def sponsor(request: PersonRequest, account: int) -> HttpResponse:
    subject, form = editable_account(request, account), SponsorForm(request.POST)
    if form.is_valid():
        user = form.cleaned_data["user"]
        tried(request, lambda: name_sponsor(subject, user=user, by=request.user), _("Saved."))
        return redirect("account-plan", account)
    return _page(request, subject, form=ActionForm(instance=Action(account=subject)), sponsor_form=form, status=422)
