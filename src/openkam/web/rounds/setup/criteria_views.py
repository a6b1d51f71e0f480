"""What the accounts of a round are scored on: ticked in the library, each with its must-have."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from openkam.method.errors import InvalidInput
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission
from openkam.web.programme.words import problem

from ..access import facilitated_round
from ..library.actions import HIGHEST, LOWEST, group_of
from ..library.views import known_kind
from ..models import Criterion, Kind, Round
from ..models.library import KINDS
from ..weights.weighting import choose_criteria, weighting_of
from .actions import set_floors
from .checklist import MANY_CRITERIA
from .page import BEFORE_REVEAL, setup_page


class CriteriaForm(forms.Form):
    """A tick and a floor for each criterion of a kind: those in use, and those that the round has anyway."""

    def __init__(self, *args: Any, offered: "list[Criterion]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = offered
        for criterion in offered:
            floor = forms.IntegerField(required=False, min_value=LOWEST, max_value=HIGHEST)
            floor.widget.attrs["aria-label"] = _("%(name)s: must score at least") % {"name": criterion}
            self.fields[f"take-{criterion.pk}"] = forms.BooleanField(required=False)
            self.fields[f"floor-{criterion.pk}"] = floor

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [
            {
                "criterion": each,
                "group": group_of(each),
                "take": self[f"take-{each.pk}"],
                "floor": self[f"floor-{each.pk}"],
            }
            for each in self.offered
        ]

    @property
    def taken(self) -> list[Criterion]:
        return [criterion for criterion in self.offered if self.cleaned_data[f"take-{criterion.pk}"]]

    @property
    def floors(self) -> dict[int, int | None]:
        return {criterion.pk: self.cleaned_data[f"floor-{criterion.pk}"] for criterion in self.taken}


@allow(Permission.SEE_ACCOUNTS)
def criteria(request: PersonRequest, pk: int) -> HttpResponse:
    """Tick the criteria of a kind, with their anchors in view."""
    round_, of = facilitated_round(request, pk), known_kind(request.GET.get("of", ""))
    form = CriteriaForm(request.POST or None, offered=list(_offered(round_, of)), initial=_initial(round_, of))
    if request.method == "POST" and form.is_valid() and _chosen(request, round_, of, form):
        messages.success(request, _("Saved."))
        return redirect(f"{reverse('round-criteria', args=[pk])}?of={of}")
    context = setup_page(
        request, round_, "criteria", form=form, of=of, kinds=KINDS.items(), **_advice(round_, of, form)
    )
    context["may_change"] = round_.stage in BEFORE_REVEAL
    return render(request, "rounds/round_criteria.html", context, status=422 if form.errors else 200)


def _offered(round_: Round, of: str) -> "QuerySet[Criterion]":
    there = Q(pk__in=round_.items.filter(kind=of).values("criterion"))
    return Criterion.objects.filter(Q(retired_at=None) | there, kind=of)


def _initial(round_: Round, of: str) -> dict[str, Any]:
    """The round's own choice; for a criterion that it has not, the library's floor."""
    floors = {f"floor-{pk}": floor for pk, floor in Criterion.objects.filter(kind=of).values_list("pk", "floor")}
    for criterion, floor in round_.items.filter(kind=of).values_list("criterion", "floor"):
        floors |= {f"take-{criterion}": True, f"floor-{criterion}": floor}
    return floors


def _advice(round_: Round, of: str, form: CriteriaForm) -> dict[str, Any]:
    """What the page says about the choice as it is stored."""
    n = round_.items.filter(kind=of).count()
    weights = round_.items.filter(kind=of).aggregate(different=Count("weight", distinct=True))
    return {
        "count": n,
        "is_many": of == Kind.SELECTION and n > MANY_CRITERIA,
        "is_equal": of == Kind.SELECTION and n > 1 and weights["different"] == 1,
        "is_weighed": weighting_of(round_, of) is not None,
        "most_wanted": MANY_CRITERIA,
        "is_refused": bool(form.errors),
    }


@transaction.atomic
def _save(round_: Round, of: str, form: CriteriaForm, by: Any) -> None:
    choose_criteria(round_, kind=of, criteria=form.taken, by=by)
    set_floors(round_, kind=of, floors=form.floors, by=by)


def _chosen(request: PersonRequest, round_: Round, of: str, form: CriteriaForm) -> bool:
    """Whether the round takes the choice; else the form says why not, and nothing has changed."""
    try:
        _save(round_, of, form, request.user)
    except InvalidInput as refusal:
        form.add_error(None, problem(refusal.code, refusal.values))
    return not form.errors
