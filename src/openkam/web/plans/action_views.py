"""What do I do next? And one action: who, by when, what it rests on, what shows that it is done."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from openkam.method.errors import InvalidInput
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission
from openkam.web.portfolio.exports import export
from openkam.web.programme.words import problem

from .action_actions import change_action, drop_action, finish_action, held, reopen_action
from .action_forms import ActionForm, DoneForm
from .action_listing import STATES, Choice, accounts_to_choose, actions_table, listed, people_to_choose, rows
from .answers import tried
from .models import Action

PAGE = 50


def visible_action(request: PersonRequest, pk: int) -> Action:
    """The action, or "there is nothing here"."""
    found = Action.objects.visible_to(request.user).select_related("account__owner", "owner", "project")
    return get_object_or_404(found, pk=pk)


@allow(Permission.SEE_ACCOUNTS)
def actions(request: PersonRequest) -> HttpResponse:
    """My list; directors and managers also read those of others."""
    choice = Choice.of(request.GET, request.user)
    found, people = choice.whose(request.user), people_to_choose(request.user)
    page = Paginator(choice.narrow(found), PAGE).get_page(request.GET.get("page"))
    context = {
        "section": "actions",
        "choice": choice,
        "kept": choice.query,
        "person": next((one for one in people if str(one.pk) == choice.who), None),
        "page": page,
        "rows": rows(page.object_list),
        "people": people,
        "accounts": accounts_to_choose(found),
        "states": STATES.items(),
        "may_record": request.user.may(Permission.RECORD_CONTACTS),
    }
    return render(request, "plans/actions.html", context)


@allow(Permission.SEE_ACCOUNTS)
def actions_file(request: PersonRequest, kind: str) -> HttpResponseBase:
    choice = Choice.of(request.GET, request.user)
    return export(actions_table(choice.narrow(choice.whose(request.user))), kind)


@allow(Permission.SEE_ACCOUNTS)
def action(request: PersonRequest, action: int) -> HttpResponse:
    """One action. What somebody else changed meanwhile is told, and nothing is overwritten."""
    subject = visible_action(request, action)
    if request.method != "POST":
        return _page(request, subject, ActionForm(instance=subject), DoneForm())
    if not request.user.may(Permission.RECORD_CONTACTS):
        raise PermissionDenied
    with transaction.atomic():
        held(subject.account)
        subject = Action.objects.select_for_update(of=("self",)).select_related("account").get(pk=action)
        form = ActionForm(request.POST, instance=subject)
        if form.is_valid() and _saved(request, form):
            return redirect("account-plan", subject.account_id)
    form.saw_again()
    return _page(request, visible_action(request, action), form, DoneForm())


def _saved(request: PersonRequest, form: ActionForm) -> bool:
    try:
        changed = change_action(form.instance, by=request.user, insights=form.cleaned_data["insights"])
    except InvalidInput as refused:
        form.add_error(None, problem(refused.code, refused.values))
        return False
    messages.success(request, _("Saved.") if changed else _("Nothing was different; nothing was saved."))
    return True


def _page(request: PersonRequest, subject: Action, form: ActionForm, done: DoneForm) -> HttpResponse:
    context = {
        "section": "actions",
        "action": subject,
        "row": rows(listed(Action.objects.filter(pk=subject.pk)))[0],
        "form": form,
        "done": done,
        "insights": subject.insights.select_related("contact"),
        "may_record": request.user.may(Permission.RECORD_CONTACTS),
    }
    return render(request, "plans/action.html", context, status=422 if form.is_bound or done.is_bound else 200)


@allow(Permission.RECORD_CONTACTS)
@require_POST
def completion(request: PersonRequest, action: int) -> HttpResponse:
    """Done, with what shows it."""
    subject, form = visible_action(request, action), DoneForm(request.POST)
    if not form.is_valid():
        return _page(request, subject, ActionForm(instance=subject), form)
    note = form.cleaned_data["note"]
    tried(request, lambda: finish_action(subject, note=note, by=request.user), _("Done, and on record."))
    return redirect("account-plan", subject.account_id)


@allow(Permission.RECORD_CONTACTS)
@require_POST
def reopening(request: PersonRequest, action: int) -> HttpResponse:
    subject = visible_action(request, action)
    tried(request, lambda: reopen_action(subject, by=request.user), _("The action is open again."))
    return redirect("action", action)


@allow(Permission.RECORD_CONTACTS)
@require_POST
def dropping(request: PersonRequest, action: int) -> HttpResponse:
    subject = visible_action(request, action)
    tried(request, lambda: drop_action(subject, by=request.user), _("It is dropped. It can be opened again."))
    return redirect("account-plan", subject.account_id)
