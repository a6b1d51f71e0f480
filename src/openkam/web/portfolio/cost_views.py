"""Cost to serve: what a year's resources cost, which account took how much of them, and why."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from openkam.method.errors import InvalidInput
from openkam.web.accounts.models import Account
from openkam.web.jobs import queue
from openkam.web.jobs.models import Job
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission
from openkam.web.programme.words import problem

from .cost_assign import assign, clear, is_large
from .cost_forms import RuleForm
from .cost_history import save_touching_profit
from .cost_model import account_years, chosen_year, copy_model, pools_of, rule_of, years_known
from .cost_result import coverage, dearest, facts_in_order, is_stale, share_of_revenue, why
from .models import DriverCount

PAGE = 50


def page_of(year: int, tab: str, **more: Any) -> dict[str, Any]:
    """What every page of cost to serve shows."""
    years = years_known()
    return {
        "section": "portfolio",
        "tab": "cost-to-serve",
        "year": year,
        "years": sorted({*years, year}, reverse=True),
        "part": tab,
        **more,
    }


def overview_of(year: int) -> str:
    return f"{reverse('cost-to-serve')}?year={year}"


@allow(Permission.SEE_PROFIT)
def overview(request: PersonRequest) -> HttpResponse:
    """The assignment of one year: what was assigned, what stayed unused, who cost most to serve."""
    year = chosen_year(request.GET.get("year", ""), years_known())
    return render(request, "portfolio/costs.html", _overview(request, year, RuleForm(instance=rule_of(year))))


def _overview(request: PersonRequest, year: int, form: RuleForm) -> dict[str, Any]:
    pools, rule = pools_of(year), rule_of(year)
    page = Paginator(dearest(year, request.user), PAGE).get_page(request.GET.get("page"))
    facts = [{"fact": fact, "share": share_of_revenue(fact)} for fact in facts_in_order(year, page.object_list)]
    return page_of(
        year,
        "result",
        rule=rule,
        pools=pools,
        page=page,
        facts=facts,
        form=form,
        stale=is_stale(rule, pools),
        coverage=coverage(year),
        job=Job.objects.filter(kind="assign_costs", subject_id=year).first(),
    )


@allow(Permission.SEE_PROFIT)
def explanation(request: PersonRequest, year: int, pk: int) -> HttpResponse:
    """Why an account costs what it costs: minutes times rate, activity by activity."""
    account = get_object_or_404(Account.objects.visible_to(request.user), pk=pk)
    pools, rule = pools_of(year), rule_of(year)
    counts = dict(DriverCount.objects.filter(account=account, fiscal_year=year).values_list("driver", "count"))
    fact = account_years(year).filter(account=account).first()
    stale = is_stale(rule, pools)
    lines = why(pools, counts, None if stale or not fact else fact.indirect_cost)
    context = page_of(
        year,
        "result",
        account=account,
        rule=rule,
        lines=lines,
        fact=fact,
        share=fact and share_of_revenue(fact),
        minutes=sum(line["minutes"] for line in lines),
        cost=sum(line["cost"] for line in lines),
        stale=stale,
    )
    return render(request, "portfolio/costs_why.html", context)


@allow(Permission.EDIT_COSTS)
@require_POST
def rule(request: PersonRequest, year: int) -> HttpResponse:
    """Choose how indirect cost is assigned; a changed rule waits for the next assignment."""
    form = RuleForm(request.POST, instance=rule_of(year))
    if not form.is_valid():
        return render(request, "portfolio/costs.html", _overview(request, year, form), status=422)
    save_touching_profit(form.instance, by=request.user, fields=["method", "total"])
    messages.success(request, _("The rule is saved. Assign to use it."))
    return redirect(overview_of(year))


@allow(Permission.EDIT_COSTS)
@require_POST
def assignment(request: PersonRequest, year: int) -> HttpResponse:
    """Assign now, or in the background when there are many accounts."""
    if is_large(year):
        return redirect("job", queue.start("assign_costs", by=request.user, subject_id=year).pk)
    try:
        assign(year, by=request.user)
    except InvalidInput as refusal:
        messages.error(request, problem(refusal.code, refusal.values))
    else:
        messages.success(request, _("Cost to serve of %(year)s is assigned.") % {"year": year})
    return redirect(overview_of(year))


@allow(Permission.EDIT_COSTS)
@require_POST
def clearance(request: PersonRequest, year: int) -> HttpResponse:
    """Undo an assignment."""
    clear(year, by=request.user)
    words = _("The assignment is taken back: cost to serve of %(year)s is unknown again.")
    messages.success(request, words % {"year": year})
    return redirect(overview_of(year))


@allow(Permission.EDIT_COSTS)
@require_POST
def copy(request: PersonRequest, year: int) -> HttpResponse:
    """Start a year with the model of another."""
    source = chosen_year(request.POST.get("source", ""), [year - 1])
    years = {"source": source, "year": year}
    if copy_model(source, year, by=request.user):
        messages.success(request, _("The model of %(source)s is copied. Check its costs.") % years)
    else:
        messages.error(request, _("Nothing was copied: %(year)s already has pools, or %(source)s has none.") % years)
    return redirect("cost-model", year)
