"""Change the cost model: pools, what they do, and the time it takes."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission

from .cost_forms import ActivityForm, PoolForm, TermFormSet
from .cost_history import delete_touching_profit, save_touching_profit
from .cost_model import described, drivers_known, equation, pools_of
from .cost_views import page_of
from .models import Activity, CostPool

POOL = ["name", "cost", "minutes"]
ACTIVITY = ["name", "driver", "minutes"]


@allow(Permission.SEE_PROFIT)
def model(request: PersonRequest, year: int) -> HttpResponse:
    """The model of a year; a posted form adds a pool."""
    form = PoolForm(request.POST or None, instance=CostPool(fiscal_year=year))
    if request.method == "POST":
        return _add_pool(request, year, form)
    return render(request, "portfolio/costs_model.html", _model(year, form))


@allow(Permission.EDIT_COSTS)
def _add_pool(request: PersonRequest, year: int, form: PoolForm) -> HttpResponse:
    if not form.is_valid():
        return render(request, "portfolio/costs_model.html", _model(year, form), status=422)
    save_touching_profit(form.instance, by=request.user, fields=POOL)
    return redirect("cost-model", year)


def _model(year: int, form: PoolForm) -> dict[str, Any]:
    return page_of(year, "model", pools=described(pools_of(year)), form=form, source=year - 1)


@allow(Permission.EDIT_COSTS)
def pool(request: PersonRequest, pk: int) -> HttpResponse:
    """Change or remove a pool."""
    subject = get_object_or_404(CostPool, pk=pk)
    if "remove" in request.POST:
        delete_touching_profit(subject, by=request.user, fields=POOL)
        return redirect("cost-model", subject.fiscal_year)
    form = PoolForm(request.POST or None, instance=subject)
    if request.method == "POST" and form.is_valid():
        save_touching_profit(form.instance, by=request.user, fields=POOL)
        return redirect("cost-model", subject.fiscal_year)
    context = page_of(subject.fiscal_year, "model", pool=CostPool.objects.get(pk=pk), form=form)
    return render(request, "portfolio/costs_pool.html", context, status=422 if form.errors else 200)


@allow(Permission.EDIT_COSTS)
def new_activity(request: PersonRequest, pk: int) -> HttpResponse:
    """Say what a pool does."""
    return _activity_page(request, Activity(pool=get_object_or_404(CostPool, pk=pk)))


@allow(Permission.EDIT_COSTS)
def activity(request: PersonRequest, pk: int) -> HttpResponse:
    """Change or remove an activity and the terms of its time equation."""
    subject = get_object_or_404(Activity.objects.select_related("pool"), pk=pk)
    if "remove" in request.POST:
        delete_touching_profit(subject, by=request.user, fields=ACTIVITY)
        return redirect("cost-model", subject.pool.fiscal_year)
    return _activity_page(request, subject)


def _activity_page(request: PersonRequest, subject: Activity) -> HttpResponse:
    form = ActivityForm(request.POST or None, instance=subject)
    terms = TermFormSet(request.POST or None, instance=subject, prefix="terms")
    year = subject.pool.fiscal_year
    if request.method == "POST" and form.is_valid() and terms.is_valid():
        _save_activity(form, terms, by=request.user)
        messages.success(request, _("Saved: %(equation)s") % {"equation": equation(_fresh(form.instance))})
        return redirect("cost-model", year)
    known = drivers_known(year, pools_of(year))
    context = page_of(year, "model", form=form, terms=terms, pool=subject.pool, drivers=known, subject=subject)
    status = 422 if request.method == "POST" else 200
    return render(request, "portfolio/costs_activity.html", context, status=status)


def _fresh(subject: Activity) -> Activity:
    return Activity.objects.prefetch_related("terms").get(pk=subject.pk)


@transaction.atomic
def _save_activity(form: ActivityForm, terms: Any, *, by: Any) -> None:
    save_touching_profit(form.instance, by=by, fields=ACTIVITY)
    terms.save(commit=False)
    for term in terms.deleted_objects:
        delete_touching_profit(term, by=by, fields=["driver", "minutes"])
    for term in [*terms.new_objects, *(changed for changed, _fields in terms.changed_objects)]:
        save_touching_profit(term, by=by, fields=["driver", "minutes"])
