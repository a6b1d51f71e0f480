"""By which thresholds is a stage diagnosed, and do the teams agree with it?"""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from openkam.method import network
from openkam.method.errors import InvalidInput
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission
from openkam.web.plans.answers import tried
from openkam.web.programme.words import problem

from .rules import calibration, change_rules, preview, version
from .rules_forms import RulesForm
from .stage_words import sentence


@allow(Permission.RUN_PROGRAMME)
def rules(request: PersonRequest) -> HttpResponse:
    """The thresholds; a POST shows who would move, or changes them."""
    form = RulesForm(request.POST or None, initial={"version": version()})
    if form.is_valid() and "preview" not in request.POST and _changed(request, form):
        return redirect("stage-rules")
    context = _page(form) | ({"preview": _previewed(form)} if form.is_bound and form.is_valid() else {})
    return render(request, "relationships/rules.html", context, status=422 if form.errors else 200)


def _changed(request: PersonRequest, form: RulesForm) -> bool:
    """Whether the thresholds were saved; what the method refuses stands beside its field."""
    try:
        change_rules(form.values, by=request.user, version=form.cleaned_data["version"])
    except InvalidInput as refusal:
        _refused(form, refusal)
        return False
    messages.success(request, _("The thresholds are changed. Every relationship is diagnosed anew."))
    return True


def _previewed(form: RulesForm) -> Any:
    try:
        return preview(form.values)
    except InvalidInput as refusal:
        _refused(form, refusal)
        return None


def _refused(form: RulesForm, refusal: InvalidInput) -> None:
    name = refusal.where.strip("/")
    form.add_error(name if name in form.fields else None, problem(refusal.code, refusal.values))


def _page(form: RulesForm) -> dict[str, Any]:
    found = calibration()
    notices = [sentence(notice) for notice in found.warnings]
    return {"section": "relationships", "form": form, "calibration": found, "calibration_notices": notices}


@allow(Permission.RUN_PROGRAMME)
@require_POST
def defaults(request: PersonRequest) -> HttpResponse:
    """Back to the method's own thresholds."""
    values = network.Thresholds().model_dump(mode="json")
    said = _("The thresholds are the method's own again.")
    tried(request, lambda: change_rules(values, by=request.user, version=version()), said)
    return redirect("stage-rules")
