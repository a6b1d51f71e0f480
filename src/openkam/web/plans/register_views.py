"""What could go wrong? Registers of risks: everything that a person sees, one account's, one design project's."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from openkam.web.accounts.access import visible_account
from openkam.web.accounts.models import Account
from openkam.web.accounts.views import frame
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission
from openkam.web.portfolio.exports import export
from openkam.web.projects.access import visible_project
from openkam.web.projects.models import DesignProject

from .files import risks_table
from .forms import NewRiskForm
from .models import Family, Risk
from .register import read_register
from .register_page import Choice, people_of, register_context, shared
from .risk_actions import create_risk
from .words import PROMPTS, prompt_words

PAGE = 50
#: Accounts offered in the filter.
OFFERED = 300


@allow(Permission.SEE_ACCOUNTS)
def index(request: PersonRequest) -> HttpResponse:
    """All visible risks on one grid, and in one table."""
    choice, visible = Choice.of(request.GET), Risk.objects.visible_to(request.user)
    register = read_register(choice.narrow(visible.with_people()), user=request.user, stand=choice.stand)
    page = Paginator(register.rows, PAGE).get_page(request.GET.get("page"))
    accounts = Account.objects.visible_to(request.user).filter(pk__in=visible.order_by().values("account"))
    context = shared(request, choice, [row.risk for row in page]) | {
        "section": "portfolio",
        "tab": "risks",
        "register": register,
        "page": page,
        "owners": people_of(visible),
        "accounts": accounts.only("pk", "name").order_by("name", "pk")[:OFFERED],
    }
    return render(request, "plans/risks.html", context)


@allow(Permission.SEE_ACCOUNTS)
def index_file(request: PersonRequest, kind: str) -> HttpResponseBase:
    risks = Choice.of(request.GET).narrow(Risk.objects.visible_to(request.user).with_people())
    return export(risks_table(risks, user=request.user), kind)


@allow(Permission.SEE_ACCOUNTS)
def account_risks(request: PersonRequest, pk: int) -> HttpResponse:
    subject = visible_account(request, pk)
    context = frame(request, subject, "risks") | register_context(request, account=subject)
    return render(request, "plans/account_risks.html", context)


@allow(Permission.SEE_ACCOUNTS)
def account_file(request: PersonRequest, pk: int, kind: str) -> HttpResponseBase:
    return _file(request, visible_account(request, pk), kind)


@allow(Permission.SEE_ACCOUNTS)
def project_file(request: PersonRequest, pk: int, kind: str) -> HttpResponseBase:
    return _file(request, visible_project(request, pk), kind)


def _file(request: PersonRequest, subject: Account | DesignProject, kind: str) -> HttpResponseBase:
    risks = Choice.of(request.GET).narrow(subject.risks.with_people())
    return export(risks_table(risks, user=request.user), kind)


@allow(Permission.EDIT_FIGURES)
def account_new(request: PersonRequest, pk: int) -> HttpResponse:
    return _new(request, "account", visible_account(request, pk))


@allow(Permission.EDIT_FIGURES)
def project_new(request: PersonRequest, pk: int) -> HttpResponse:
    return _new(request, "project", visible_project(request, pk))


def _new(request: PersonRequest, name: str, subject: Any) -> HttpResponse:
    """A new risk; a prompt, chosen in the address or on the form, gives it its first title and its family."""
    begins = "begin" in request.POST
    form = NewRiskForm(None if begins else request.POST or None, by=request.user, instance=Risk(**{name: subject}))
    form.initial |= _begun(request.POST) if begins else _start(request)
    if form.is_valid():
        fields = {field: value for field, value in form.cleaned_data.items() if field not in {"seen", "chance"}}
        made = create_risk(by=request.user, **{name: subject}, chance=form.instance.chance, **fields)
        messages.success(request, _("“%(name)s” is in the register.") % {"name": made.title})
        return redirect(register_address(subject))
    section = "accounts" if name == "account" else "projects"
    context = {"section": section, "form": form, "subject": subject, "prompts": _prompts()}
    context["back"] = register_address(subject)
    return render(request, "plans/new.html", context, status=422 if form.is_bound else 200)


def _start(request: PersonRequest) -> dict[str, Any]:
    return _named(request.GET.get("prompt", "")) | {"owner": request.user.pk}


def _begun(post: QueryDict) -> dict[str, Any]:
    """What was typed so far. A prompt names a risk that has no name yet, or still that of another prompt."""
    typed = {name: text for name, text in post.items() if name != "seen"}
    prompt, title = typed["begin"], " ".join(typed.get("title", "").split())
    if not prompt_words(prompt):
        return typed
    is_unnamed = title in {"", prompt_words(typed.get("prompt", ""))}
    return typed | (_named(prompt) if is_unnamed else {"prompt": prompt})


def _named(prompt: str) -> dict[str, Any]:
    family = next((family for family, prompts in PROMPTS.items() if prompt in prompts), "")
    return {"prompt": prompt, "title": prompt_words(prompt), "family": family}


def _prompts() -> list[tuple[str, list[tuple[str, Any]]]]:
    return [(Family(family).label, list(prompts.items())) for family, prompts in PROMPTS.items()]


def register_address(subject: Account | DesignProject) -> str:
    """The page that shows the register of an account or of a project."""
    address = subject.get_absolute_url()
    return f"{address}risks/" if isinstance(subject, Account) else address
