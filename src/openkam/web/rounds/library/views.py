"""The library of criteria and factors: what customers can be scored on, with anchors in words."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from openkam.method.errors import InvalidInput
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission
from openkam.web.programme.words import problem

from ..models import Criterion, Kind
from ..models.library import KINDS
from .actions import (
    FIELDS,
    TEXTS,
    add_criterion,
    change_criterion,
    group_of,
    move_criterion,
    remove_criterion,
    reset_criterion,
    restore,
    retire,
)
from .forms import CriterionForm

GROUPS = ("deck", "optional", "own")


@allow(Permission.RUN_ROUNDS)
def criteria(request: PersonRequest) -> HttpResponse:
    """The library, one kind at a time."""
    return _library(request, known_kind(request.GET.get("of", "")))


def known_kind(text: str) -> str:
    """The kind that an address names; selection criteria for anything else."""
    return text if text in Kind.values else Kind.SELECTION


def _library(request: PersonRequest, of: str) -> HttpResponse:
    known = Criterion.objects.filter(kind=of).annotate(rounds=Count("items"))
    in_use = [criterion for criterion in known if criterion.retired_at is None]
    context = {
        "section": "criteria",
        "of": of,
        "kinds": KINDS.items(),
        "groups": [(name, [each for each in in_use if group_of(each) == name]) for name in GROUPS],
        "picked": sum(criterion.is_picked for criterion in in_use),
        "retired": [criterion for criterion in known if criterion.retired_at is not None],
    }
    return render(request, "rounds/criteria.html#library" if request.htmx else "rounds/criteria.html", context)


def _back(request: PersonRequest, of: str) -> HttpResponse:
    """The list again: for htmx the part that changed."""
    return _library(request, of) if request.htmx else redirect(f"{reverse('criteria')}?of={of}")


@allow(Permission.RUN_PROGRAMME)
def new_criterion(request: PersonRequest, of: str) -> HttpResponse:
    """Add a criterion of our own."""
    if of not in Kind.values:
        raise Http404
    form = CriterionForm(request.POST or None, instance=Criterion(kind=of))
    if request.method == "POST" and _accepted(form, lambda: add_criterion(kind=of, by=request.user, **_typed(form))):
        messages.success(request, _("“%(name)s” is in the library.") % {"name": form.cleaned_data["name"]})
        return redirect(f"{reverse('criteria')}?of={of}")
    return _form(request, form, Criterion(kind=of))


def _typed(form: CriterionForm) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in FIELDS}


def _accepted(form: CriterionForm, verb: Callable[[], Any]) -> bool:
    """Whether the form is right and the library takes it; else the form says why not."""
    if not form.is_valid():
        return False
    try:
        verb()
    except InvalidInput as refusal:
        form.add_error(refusal.where, problem(refusal.code, refusal.values))
    return not form.errors


def _form(request: PersonRequest, form: CriterionForm, criterion: Criterion) -> HttpResponse:
    if form.is_bound:
        form.saw_again()
    context = {
        "section": "criteria",
        "form": form,
        "criterion": criterion,
        "is_rewritten": bool(criterion.slug) and any(getattr(criterion, part) for part in TEXTS),
        "is_used": bool(criterion.pk) and criterion.items.exists(),
    }
    return render(request, "rounds/criterion.html", context, status=422 if form.errors else 200)


@allow(Permission.RUN_PROGRAMME)
def criterion(request: PersonRequest, pk: int) -> HttpResponse:
    """Change a criterion. What somebody else changed meanwhile is told, and nothing is overwritten."""
    with transaction.atomic():
        subject = get_object_or_404(Criterion.objects.select_for_update(no_key=True), pk=pk)
        form = CriterionForm(request.POST or None, instance=subject)
        if request.method == "POST" and _accepted(form, lambda: change_criterion(subject, by=request.user)):
            messages.success(request, _("Saved."))
            return redirect(f"{reverse('criteria')}?of={subject.kind}")
    return _form(request, form, Criterion.objects.get(pk=pk))


@allow(Permission.RUN_PROGRAMME)
@require_POST
def pick(request: PersonRequest, pk: int) -> HttpResponse:
    """Whether new rounds start with it."""
    subject = get_object_or_404(Criterion, pk=pk)
    subject.is_picked = "picked" in request.POST
    return _told(request, subject, lambda: change_criterion(subject, by=request.user, fields=["is_picked"]))


def _told(request: PersonRequest, subject: Criterion, verb: Callable[[], Any]) -> HttpResponse:
    """The list after a verb; what the library refused stands above it."""
    try:
        verb()
    except InvalidInput as refusal:
        messages.error(request, problem(refusal.code, refusal.values))
    return _back(request, subject.kind)


@allow(Permission.RUN_PROGRAMME)
@require_POST
def place(request: PersonRequest, pk: int) -> HttpResponse:
    subject = get_object_or_404(Criterion, pk=pk)
    return _told(request, subject, lambda: move_criterion(subject, is_up="up" in request.POST, by=request.user))


@allow(Permission.RUN_PROGRAMME)
@require_POST
def reset(request: PersonRequest, pk: int) -> HttpResponse:
    """The built-in name and anchors again."""
    subject = get_object_or_404(Criterion.objects.exclude(slug=""), pk=pk)
    try:
        reset_criterion(subject, by=request.user)
    except InvalidInput as refusal:
        messages.error(request, problem(refusal.code, refusal.values))
    return redirect("criterion", pk)


@allow(Permission.RUN_PROGRAMME)
@require_POST
def retirement(request: PersonRequest, pk: int) -> HttpResponse:
    """Retire a criterion, or take it back into use."""
    subject = get_object_or_404(Criterion, pk=pk)
    verb = restore if "restore" in request.POST else retire
    return _told(request, subject, lambda: verb(subject, by=request.user))


@allow(Permission.RUN_PROGRAMME)
@require_POST
def removal(request: PersonRequest, pk: int) -> HttpResponse:
    """Delete a criterion that nobody uses."""
    subject = get_object_or_404(Criterion, pk=pk)
    if not remove_criterion(subject, by=request.user):
        messages.warning(request, problem("criterion_in_rounds"))
    return _back(request, subject.kind)
