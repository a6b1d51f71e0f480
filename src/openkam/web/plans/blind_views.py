"""Where would you place it? Several people answer for themselves before anybody sees an answer."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from openkam.method.errors import InvalidInput
from openkam.web.accounts.access import visible_account
from openkam.web.accounts.models import Account
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission
from openkam.web.portfolio.selection import whole_number
from openkam.web.programme.onward import onward
from openkam.web.programme.words import problem
from openkam.web.projects.access import visible_project

from .access import leads, led_risk
from .answers import tried
from .blind import count_raters, hides_its_raters, own
from .forms import BlindForm
from .models import Risk, RiskPlacement
from .models.risks import placement
from .register import explanations
from .register_views import register_address
from .risk_actions import accept_agreement, ask_again, place_blind, reveal


@allow(Permission.EDIT_FIGURES)
def account_blind(request: PersonRequest, pk: int) -> HttpResponse:
    return _sheet(request, visible_account(request, pk))


@allow(Permission.EDIT_FIGURES)
def project_blind(request: PersonRequest, pk: int) -> HttpResponse:
    return _sheet(request, visible_project(request, pk))


def _sheet(request: PersonRequest, subject: Any) -> HttpResponse:
    """One rater's sheet: every open risk whose placements are blind, or the one in the address."""
    risks = subject.risks.filter(closed_at=None, revealed_at=None).with_people()
    if one := whole_number(request.GET.get("risk")):
        risks = risks.filter(pk=one)
    risks = list(risks)
    count_raters(risks)
    placed = own(risks, request.user)
    forms = _forms(request, risks, placed)
    refused = [form for form in forms if not form.is_valid()]  # each is asked, so that each says what is wrong
    if request.method == "POST" and not refused and _saved(request, forms):
        return redirect(request.get_full_path())
    context = explanations() | {
        "section": "accounts" if isinstance(subject, Account) else "projects",
        "subject": subject,
        "forms": forms,
        "placed": [risk for risk in risks if hides_its_raters(risk.raters, has_own=risk.pk in placed)],
        "back": register_address(subject),
        "may_lead": subject.editable_by(request.user),
    }
    return render(request, "plans/blind.html", context, status=422 if request.method == "POST" else 200)


def _forms(request: PersonRequest, risks: list[Risk], placed: dict[int, RiskPlacement]) -> list[BlindForm]:
    return [
        BlindForm(request.POST or None, risk=risk, prefix=f"risk-{risk.pk}", initial=_start(placed.get(risk.pk)))
        for risk in risks
    ]


def _start(mine: RiskPlacement | None) -> dict[str, str]:
    if mine is None:
        return {}
    return {
        "impact": mine.inherent_impact,
        "probability": mine.inherent_probability,
        "residual_impact": mine.residual_impact,
        "residual_probability": mine.residual_probability,
    }


@transaction.atomic
def _written(forms: list[BlindForm], by: Any) -> int:
    n = 0
    for form in forms:
        said = form.cleaned_data
        inherent = placement(said["impact"], said["probability"])
        if inherent and form.has_changed():
            again = placement(said["residual_impact"], said["residual_probability"])
            place_blind(form.risk, inherent=inherent, residual=again, by=by)
            n += 1
    return n


def _saved(request: PersonRequest, forms: list[BlindForm]) -> bool:
    try:
        n = _written(forms, request.user)
    except InvalidInput as refused:
        messages.error(request, problem(refused.code, refused.values))
        return True
    words = ngettext("%(n)s risk is placed. Only you see where.", "%(n)s risks are placed. Only you see where.", n)
    messages.success(request, words % {"n": n})
    return True


@allow(Permission.EDIT_FIGURES)
@require_POST
def revelation(request: PersonRequest) -> HttpResponse:
    """Show the placements of one or of several risks to everybody who sees them."""
    wanted = [whole_number(text) for text in request.POST.getlist("risk")[:1000]]
    visible = Risk.objects.visible_to(request.user).with_people()
    risks = list(visible.filter(pk__in=[pk for pk in wanted if pk]))
    if not all(leads(risk, request.user) for risk in risks):
        raise PermissionDenied
    shown = reveal(risks, by=request.user)
    words = ngettext("The placements of %(n)s risk are shown.", "The placements of %(n)s risks are shown.", len(shown))
    if shown:
        messages.success(request, words % {"n": len(shown)})
    if any(risk.is_blind and risk not in shown for risk in risks):
        messages.warning(request, problem("placements_too_few"))
    return onward(request, otherwise=risks[0].get_absolute_url() if risks else "/")


@allow(Permission.EDIT_FIGURES)
@require_POST
def another_turn(request: PersonRequest, pk: int) -> HttpResponse:
    subject = led_risk(request, pk)
    said = _("Everybody may place it again, without seeing the others.")
    tried(request, lambda: ask_again(subject, by=request.user), said)
    return onward(request, otherwise=subject.get_absolute_url())


@allow(Permission.EDIT_FIGURES)
@require_POST
def agreement(request: PersonRequest, pk: int) -> HttpResponse:
    subject = led_risk(request, pk)
    tried(request, lambda: accept_agreement(subject, by=request.user), _("The agreed place is accepted."))
    return onward(request, otherwise=subject.get_absolute_url())
