"""What have we learned, from whom, how do we know, and what rests on it?"""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from openkam.method.errors import InvalidInput
from openkam.web.accounts.access import visible_account
from openkam.web.accounts.models import Account
from openkam.web.accounts.views import frame
from openkam.web.contacts.models import Contact
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission
from openkam.web.portfolio.selection import whole_number
from openkam.web.programme.meanwhile import refusal
from openkam.web.programme.words import problem

from .access import held, may_record, visible_insight
from .insight_actions import (
    change_insight,
    check_insight,
    create_insight,
    delete_insight,
    reopen_insight,
    resolve_insight,
)
from .insight_forms import InsightForm
from .insight_list import Choice, by_contact, cycles_of, in_order, rows, times_back
from .models import Insight, Interaction

PAGE = 50
#: Contacts offered in the filter.
OFFERED = 300


def _frame(request: PersonRequest, account: Account, **more: Any) -> dict[str, Any]:
    return frame(request, account, "interactions") | {"may_record": may_record(request.user), **more}


@allow(Permission.SEE_ACCOUNTS)
def insights(request: PersonRequest, account: int) -> HttpResponse:
    """An account's insights, what is to be checked again first; problems that came back above them."""
    subject, choice = visible_account(request, account), Choice.of(request.GET)
    there, found = Insight.objects.filter(account=subject), cycles_of(subject)
    page = Paginator(in_order(choice.narrow(there)), PAGE).get_page(request.GET.get("page"))
    said_by = Contact.objects.filter(account=subject, insights__account=subject).distinct().order_by("name", "pk")
    context = _frame(request, subject, choice=choice, page=page, rows=rows(page.object_list, found)) | {
        "escalated": [cycle for cycle in found if cycle.is_escalated],
        "bearers": by_contact(found),
        "kinds": Insight.Kind.choices,
        "contacts": said_by.only("pk", "name")[:OFFERED],
        "form": _new_form(request, subject) if may_record(request.user) else None,
    }
    return render(request, "interactions/insights.html", context)


def _new_form(request: PersonRequest, account: Account) -> InsightForm:
    """Today; what the address says it is about: an interaction and its contact, a problem that came back."""
    start: dict[str, Any] = {"learned_on": timezone.localdate(), **_after(request, account)}
    if pk := whole_number(request.GET.get("interaction")):
        heard = Interaction.objects.filter(account=account, pk=pk).first()
        there = heard.participants.exclude(contact=None) if heard else None
        start |= {"interaction": pk, "contact": there.first().contact_id if there and there.count() == 1 else None}
        start |= {"learned_on": heard.on} if heard else {}
    return InsightForm(account=account, initial=start)


def _after(request: PersonRequest, account: Account) -> dict[str, Any]:
    """A problem that came back begins with what was known of it."""
    earlier = Insight.objects.filter(account=account, pk=whole_number(request.GET.get("after"))).first()
    if earlier is None:
        return {}
    known = {"text": earlier.text, "contact": earlier.contact_id, "hurts": earlier.hurts}
    return {"kind": Insight.Kind.PROBLEM, "recurs_of": earlier.pk, **known}


@allow(Permission.RECORD_CONTACTS)
def create(request: PersonRequest, account: int) -> HttpResponse:
    subject = visible_account(request, account)
    form = InsightForm(request.POST, account=subject) if request.method == "POST" else _new_form(request, subject)
    if request.method == "POST" and form.is_valid() and _written(request, form, subject):
        messages.success(request, _("Written down."))
        return redirect("account-insights", subject.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "interactions/insight_form.html", _frame(request, subject, form=form), status=status)


@allow(Permission.RECORD_CONTACTS)
def edit(request: PersonRequest, insight: int) -> HttpResponse:
    subject = visible_insight(request, insight)
    with transaction.atomic():
        subject = held(subject) if request.method == "POST" else subject
        form = InsightForm(request.POST or None, account=subject.account, instance=subject)
        is_saved = request.method == "POST" and form.is_valid() and _written(request, form, subject.account)
    if is_saved:
        messages.success(request, _("Saved."))
        return redirect(subject)
    form = form.saw_again() if request.method == "POST" else form
    context = _frame(request, subject.account, form=form, insight=subject)
    return render(request, "interactions/insight_form.html", context, status=422 if request.method == "POST" else 200)


def _written(request: PersonRequest, form: InsightForm, account: Account) -> bool:
    fields = {name: form.cleaned_data[name] for name in form.Meta.fields}
    try:
        if form.instance.pk:
            change_insight(form.instance, by=request.user)
        else:
            create_insight(account=account, by=request.user, **fields)
    except InvalidInput as refused:
        form.add_error(refused.where or None, refusal(refused.code, **refused.values))
        return False
    return True


@allow(Permission.SEE_ACCOUNTS)
def insight(request: PersonRequest, insight: int) -> HttpResponse:
    """One insight: its source, what rests on it, and how often it came back."""
    subject, today = visible_insight(request, insight), timezone.localdate()
    cycle = next((one for one in cycles_of(subject.account) if subject in one.problems), None)
    context = _frame(request, subject.account, insight=subject) | {
        "actions": list(subject.actions.select_related("owner")),
        "cycle": cycle if cycle and cycle.times_back else None,
        "times_back": times_back([cycle])[subject.pk] if cycle else 0,
        "is_escalated": bool(cycle and cycle.is_escalated),
        "is_due": bool(subject.recheck_on and subject.recheck_on <= today and not subject.resolved_on),
    }
    return render(request, "interactions/insight.html", context)


@allow(Permission.RECORD_CONTACTS)
@require_POST
def state(request: PersonRequest, insight: int) -> HttpResponse:
    """Resolve it, open it again, or say that it is still so and when to look again."""
    subject, to = visible_insight(request, insight), request.POST.get("to", "")
    try:
        if to == "resolved":
            resolve_insight(subject, by=request.user)
        elif to == "open":
            reopen_insight(subject, by=request.user)
        elif to == "checked":
            check_insight(subject, by=request.user, again_on=_day(request.POST.get("again_on", "")))
    except InvalidInput as refused:
        messages.error(request, problem(refused.code, refused.values))
    return redirect(subject)


def _day(text: str) -> Any:
    """A day, or none for no text. Raises InvalidInput("recheck_past") for what is no day."""
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if text and day is None:
        raise InvalidInput("recheck_past", "again_on")
    return day


@allow(Permission.RECORD_CONTACTS)
def deletion(request: PersonRequest, insight: int) -> HttpResponse:
    """Ask once; actions that rest on it rest on it no more."""
    subject = visible_insight(request, insight)
    if request.method == "POST":
        delete_insight(subject, by=request.user)
        messages.success(request, _("“%(what)s” is deleted.") % {"what": subject})
        return redirect("account-insights", subject.account_id)
    context = _frame(request, subject.account, insight=subject, actions=subject.actions.count())
    return render(request, "interactions/insight_deletion.html", context)
