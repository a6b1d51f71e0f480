"""Create and change accounts, hand them over, build their teams."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.models import User
from openkam.web.people.permissions import Permission

from .access import editable_account
from .actions import add_to_team, change_account, create_account, remove_from_team
from .forms import AccountForm, MemberForm
from .listing import is_number
from .models import Account, AccountQuerySet

#: Parents offered while somebody types.
OFFERED = 20


@allow(Permission.EDIT_ACCOUNTS)
def create(request: PersonRequest) -> HttpResponse:
    form = AccountForm(request.POST or None, by=request.user, initial={"owner": request.user.pk})
    if not _only_looks_for_parents(request) and form.is_valid():
        fields = {name: value for name, value in form.cleaned_data.items() if name != "seen"}
        account = create_account(by=request.user, **fields)
        messages.success(request, _("“%(name)s” is here.") % {"name": account.name})
        return _shown(request, account)
    return _form(request, form, None)


@allow(Permission.EDIT_ACCOUNTS)
def edit(request: PersonRequest, pk: int) -> HttpResponse:
    """Change an account. What somebody else changed meanwhile is told, and nothing is overwritten."""
    editable_account(request, pk)
    with transaction.atomic():
        account = Account.objects.select_for_update(of=("self",)).get(pk=pk)
        form = AccountForm(request.POST or None, instance=account, by=request.user)
        if not _only_looks_for_parents(request) and form.is_valid():
            changed = change_account(form.instance, by=request.user)
            messages.success(request, _("Saved.") if changed else _("Nothing was different; nothing was saved."))
            return _shown(request, account)
    if form.is_bound and not _only_looks_for_parents(request):
        form.saw_again()
    return _form(request, form, Account.objects.get(pk=pk))


def _only_looks_for_parents(request: PersonRequest) -> bool:
    """Without scripts the search for a parent sends the whole form; nothing is saved by that."""
    return "find" in request.POST


def _form(request: PersonRequest, form: AccountForm, account: Account | None) -> HttpResponse:
    chosen, text = str(form["parent"].value() or ""), request.POST.get("parent_text", "")
    context = {
        "section": "accounts",
        "form": form,
        "account": account,
        "chosen": chosen,
        "chosen_parent": _visible(request).filter(pk=int(chosen)).first() if is_number(chosen) else None,
        "found": _parents(request, text, account.pk if account else None),
        "text": text,
    }
    refused = form.is_bound and not _only_looks_for_parents(request)
    return render(request, "accounts/form.html", context, status=422 if refused else 200)


def _visible(request: PersonRequest) -> AccountQuerySet:
    return Account.objects.visible_to(request.user)


def _parents(request: PersonRequest, text: str, of: int | None) -> list[Account]:
    found = _visible(request).search(text).exclude(pk=of).order_by("name", "pk")
    return list(found[:OFFERED]) if text.strip() else []


def _shown(request: PersonRequest, account: Account) -> HttpResponse:
    """The account's page, or the list for somebody who has just handed it over."""
    still = _visible(request).filter(pk=account.pk).exists()
    return redirect(account) if still else redirect("accounts")


@allow(Permission.EDIT_ACCOUNTS)
def parents(request: PersonRequest) -> HttpResponse:
    """Accounts that could be a parent, for a text: the choices under the form's search field."""
    text, of = request.GET.get("parent_text", ""), request.GET.get("of", "")
    found = _parents(request, text, int(of) if is_number(of) else None)
    return render(request, "accounts/form.html#found", {"found": found, "text": text})


@allow(Permission.EDIT_ACCOUNTS)
@require_POST
def join(request: PersonRequest, pk: int) -> HttpResponse:
    account, form = editable_account(request, pk), MemberForm(request.POST)
    if form.is_valid():
        add_to_team(account, member=form.cleaned_data["person"], by=request.user)
    return redirect(account)


@allow(Permission.EDIT_ACCOUNTS)
@require_POST
def leave(request: PersonRequest, pk: int, person: int) -> HttpResponse:
    account = editable_account(request, pk)
    for member in User.objects.filter(pk=person):
        remove_from_team(account, member=member, by=request.user)
    return _shown(request, account)
