"""One risk: its page, its change, its move on the grid, its plan and its end."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission
from openkam.web.portfolio.selection import whole_number
from openkam.web.programme.onward import onward

from .access import leads, led_risk, visible_risk
from .actions import sign_waiver
from .answers import tried
from .blind import count_raters, hides_its_raters, own, revealed
from .forms import RiskForm
from .models import Decision, Label, Level, Risk
from .register import explanations, read_register
from .register_views import register_address
from .risk_actions import approve_plan, change_risk, close_risk, move_risk, reopen_risk


def _version(request: PersonRequest) -> int:
    """The version that the person saw; one that none can have where the form says nothing."""
    return whole_number(request.POST.get("version")) or 0


@allow(Permission.SEE_ACCOUNTS)
def risk(request: PersonRequest, pk: int) -> HttpResponse:
    subject, user = visible_risk(request, pk), request.user
    (row,) = read_register([subject], user=user).rows
    count_raters([subject])
    mine = own([subject], user).get(pk)
    may_edit = user.may(Permission.EDIT_FIGURES)
    context = explanations() | {
        "section": "accounts" if subject.account_id else "projects",
        "risk": subject,
        "row": row,
        "back": register_address(subject.subject),
        "revealed": _counts(subject),
        "own": mine,
        "may_reveal": hides_its_raters(subject.raters, has_own=mine is not None),
        "may_edit": may_edit,
        "may_lead": may_edit and leads(subject, user),
        "waivers": Decision.objects.filter(risk=subject).select_related("by"),
    }
    return render(request, "plans/risk.html", context)


def _counts(subject: Risk) -> dict[str, Any] | None:
    """The revealed placements as a grid of counts."""
    found = revealed(subject)
    if found is None:
        return None

    def grid(counts: Any) -> list[Any]:
        return [
            (Level(chance), [(Level(impact), counts[impact, chance]) for impact in Level.values])
            for chance in reversed(Level.values)
        ]

    def words(place: Any) -> tuple[Any, Any] | None:
        return (Level(place.impact).label, Level(place.probability).label) if place else None

    return {
        "raters": found.raters,
        "inherent": grid(found.inherent),
        "residual": grid(found.residual) if found.residual else None,
        "agreed": words(found.agreed),
        "agreed_residual": words(found.agreed_residual),
        "is_there": found.agreed == subject.inherent and found.agreed_residual in (None, subject.residual),
    }


@allow(Permission.EDIT_FIGURES)
def edit(request: PersonRequest, pk: int) -> HttpResponse:
    """Change a risk. What somebody else changed meanwhile is told, and nothing is overwritten."""
    seen = visible_risk(request, pk)
    with transaction.atomic():
        subject = Risk.objects.select_for_update(of=("self",)).get(pk=pk)
        form = RiskForm(request.POST or None, instance=subject, by=request.user)
        if form.is_valid():
            changed = change_risk(form.instance, by=request.user)
            messages.success(request, _("Saved.") if changed else _("Nothing was different; nothing was saved."))
            if "plan_approved_at" in changed:
                messages.warning(request, _("The plan is not as it was approved; it needs approval again."))
            return redirect(subject)
    if form.is_bound:
        form.saw_again()
    context = {"section": "accounts" if seen.account_id else "projects", "form": form, "risk": seen}
    return render(request, "plans/edit.html", context, status=422 if form.is_bound else 200)


@allow(Permission.EDIT_FIGURES)
@require_POST
def move(request: PersonRequest, pk: int) -> HttpResponse:
    """Place a risk on the grid; the form says which of its two places is meant."""
    subject = visible_risk(request, pk)
    place = {axis: request.POST.get(axis, "") for axis in ("impact", "probability")}
    more: dict[str, Any] = {"residual": request.POST.get("stand") == "after", "version": _version(request)}
    label: Label | None = tried(request, lambda: move_risk(subject, by=request.user, **place, **more))
    if label:
        words = _("“%(name)s” stands at impact %(impact)s, probability %(probability)s: %(label)s.")
        named = {axis: Level(level).label for axis, level in place.items()}
        messages.success(request, words % {"name": subject.title, "label": label.label, **named})
    return onward(request, otherwise=subject.get_absolute_url())


@allow(Permission.RUN_PROGRAMME)
@require_POST
def approval(request: PersonRequest, pk: int) -> HttpResponse:
    subject = visible_risk(request, pk)
    verb = lambda: approve_plan(subject, by=request.user, version=_version(request))  # noqa: E731
    tried(request, verb, _("The plan is approved."))
    return onward(request, otherwise=subject.get_absolute_url())


@allow(Permission.EDIT_FIGURES)
@require_POST
def closure(request: PersonRequest, pk: int) -> HttpResponse:
    """Close a risk with a reason, or open it again."""
    subject, version = led_risk(request, pk), _version(request)
    if "reopen" in request.POST:
        tried(request, lambda: reopen_risk(subject, by=request.user, version=version), _("It is open again."))
    else:
        why = request.POST.get("why", "")
        tried(request, lambda: close_risk(subject, why=why, by=request.user, version=version), _("It is closed."))
    return onward(request, otherwise=subject.get_absolute_url())


@allow(Permission.RUN_PROGRAMME)
@require_POST
def waiver(request: PersonRequest, pk: int) -> HttpResponse:
    """The sponsor's signature under an open risk, at one launch gate."""
    subject = visible_risk(request, pk)
    gate, reason = request.POST.get("gate", ""), request.POST.get("reason", "")
    said = _("The waiver is signed and on record.")
    tried(request, lambda: sign_waiver(subject, gate=gate, reason=reason, by=request.user), said)
    return onward(request, otherwise=subject.get_absolute_url())
