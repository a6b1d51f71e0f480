"""Which services do we design, for whom, and how far are they?"""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, Prefetch, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from openkam.method.errors import InvalidInput
from openkam.web.accounts.models import Account
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission
from openkam.web.plans.register_page import register_context
from openkam.web.portfolio.selection import whole_number
from openkam.web.programme.words import problem

from .access import editable_project, visible_project
from .actions import change_project, create_project
from .forms import ProjectForm
from .models import DesignProject, Phase

PAGE = 50
#: Accounts offered while somebody types.
OFFERED = 20


@allow(Permission.SEE_ACCOUNTS)
def index(request: PersonRequest) -> HttpResponse:
    """Every visible project, with the accounts that this person sees and the open risks."""
    visible = Prefetch("accounts", Account.objects.visible_to(request.user).only("pk", "name"), to_attr="visible")
    open_risks = Count("risks", filter=Q(risks__closed_at=None), distinct=True)
    projects = DesignProject.objects.visible_to(request.user).select_related("owner").prefetch_related(visible)
    phase = request.GET.get("phase", "")
    if phase in Phase.values:
        projects = projects.filter(phase=phase)
    counted = projects.annotate(open_risks=open_risks).order_by("name", "pk")
    page = Paginator(counted, PAGE).get_page(request.GET.get("page"))
    return render(request, "projects/index.html", _page(page=page, phase=phase, phases=Phase.choices))


def _page(**more: Any) -> dict[str, Any]:
    return {"section": "projects", **more}


@allow(Permission.SEE_ACCOUNTS)
def project(request: PersonRequest, pk: int) -> HttpResponse:
    """What is designed, for whom, and what could go wrong."""
    subject = visible_project(request, pk)
    accounts = list(subject.accounts.visible_to(request.user).order_by("name", "pk"))
    context = register_context(request, project=subject)
    context |= {
        "project": subject,
        "accounts": accounts,
        "unseen": subject.members.count() - len(accounts),
        "phases": Phase.choices,
        "may_edit": request.user.may(Permission.EDIT_FIGURES) and subject.editable_by(request.user),
    }
    return render(request, "projects/project.html", context | _page())


@allow(Permission.EDIT_ACCOUNTS)
def create(request: PersonRequest) -> HttpResponse:
    start = {"owner": request.user.pk, "accounts": [whole_number(request.GET.get("account"))]}
    form = ProjectForm(request.POST or None, by=request.user, initial=start)
    if "find" not in request.POST and form.is_valid():
        fields = {name: form.cleaned_data[name] for name in ProjectForm.Meta.fields}
        try:
            made = create_project(accounts=form.cleaned_data["accounts"], by=request.user, **fields)
        except InvalidInput as refused:
            form.add_error("accounts", problem(refused.code, refused.values))
        else:
            messages.success(request, _("“%(name)s” is here.") % {"name": made.name})
            return redirect(made)
    return _form(request, form, None)


@allow(Permission.EDIT_FIGURES)
def edit(request: PersonRequest, pk: int) -> HttpResponse:
    """Change a project. What somebody else changed meanwhile is told, and nothing is overwritten."""
    editable_project(request, pk)
    with transaction.atomic():
        subject = DesignProject.objects.select_for_update(of=("self",)).get(pk=pk)
        form = ProjectForm(request.POST or None, instance=subject, by=request.user)
        if "find" not in request.POST and form.is_valid() and _saved(request, form):
            return redirect(subject)
    if form.is_bound and "find" not in request.POST:
        form.saw_again()
    return _form(request, form, DesignProject.objects.get(pk=pk))


def _saved(request: PersonRequest, form: ProjectForm) -> bool:
    seen = Account.objects.visible_to(request.user).order_by()
    among = form.instance.members.filter(account__in=seen.values("pk")).values_list("account_id", flat=True)
    try:
        changed = change_project(
            form.instance, accounts=form.cleaned_data["accounts"], by=request.user, among=list(among)
        )
    except InvalidInput as refused:
        form.add_error("accounts", problem(refused.code, refused.values))
        return False
    messages.success(request, _("Saved.") if changed else _("Nothing was different; nothing was saved."))
    return True


def _form(request: PersonRequest, form: ProjectForm, subject: DesignProject | None) -> HttpResponse:
    visible, text = Account.objects.visible_to(request.user), request.POST.get("account_text", "").strip()
    if form.is_bound:
        ids = [whole_number(pk) for pk in form.data.getlist("accounts")]
    else:
        ids = [*subject.members.values_list("account_id", flat=True)] if subject else form.initial["accounts"]
    context = _page(form=form, project=subject, **_offered(visible, text, ids))
    refused = form.is_bound and "find" not in request.POST
    return render(request, "projects/form.html", context, status=422 if refused else 200)


def _offered(visible: Any, text: str, ids: list[int | None]) -> dict[str, Any]:
    """The accounts that are chosen, and others that a text finds."""
    known = [pk for pk in ids if pk]
    found = visible.search(text).exclude(pk__in=known).order_by("name", "pk")[:OFFERED]
    chosen = visible.filter(pk__in=known).order_by("name", "pk")
    return {"chosen": chosen, "found": list(found) if text else [], "text": text}


@allow(Permission.EDIT_FIGURES)
def accounts_found(request: PersonRequest) -> HttpResponse:
    """The chosen accounts and those that a text finds: the choices under the form's search field."""
    text = request.GET.get("account_text", "").strip()
    ids = [whole_number(pk) for pk in request.GET.getlist("accounts")]
    offered = _offered(Account.objects.visible_to(request.user), text, ids)
    return render(request, "projects/form.html#found", offered)
