"""How much of what our customers spend comes to us, and how much is still open?"""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from openkam.method.errors import InvalidInput
from openkam.web.accounts.models import Account
from openkam.web.ledgers.models import AccountYear
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission
from openkam.web.programme.history import record, save_recorded
from openkam.web.programme.words import problem

from .cost_model import chosen_year, this_year
from .cost_tables import Problems
from .models import Spend
from .wallet_data import ORDERS, in_order, together, wallet_of, wallets
from .wallet_files import take_file
from .wallet_forms import SpendFormSet, WalletFileForm

PAGE = 50
FIELDS = ["offering", "potential", "current", "probability", "evidence"]


def _years() -> list[int]:
    known = set(Spend.objects.order_by().values_list("fiscal_year", flat=True).distinct())
    known |= set(AccountYear.objects.order_by().values_list("fiscal_year", flat=True).distinct())
    return sorted(known, reverse=True) or [this_year()]


def _page(year: int, years: list[int], **more: Any) -> dict[str, Any]:
    shown = sorted({*years, year}, reverse=True)
    return {"section": "portfolio", "tab": "wallet", "year": year, "years": shown, **more}


@allow(Permission.SEE_ACCOUNTS)
def wallet(request: PersonRequest) -> HttpResponse:
    """Every visible account with a known spend, where most is open first."""
    return render(request, "portfolio/wallet.html", _wallet(request, WalletFileForm()))


def _wallet(request: PersonRequest, form: WalletFileForm, **more: Any) -> dict[str, Any]:
    years = _years()
    year = chosen_year(request.GET.get("year", ""), years)
    order = request.GET.get("sort", "") if request.GET.get("sort", "") in ORDERS else ORDERS[0]
    visible = Account.objects.visible_to(request.user)
    found = wallets(year, visible)
    page = Paginator(in_order(found, order), PAGE).get_page(request.GET.get("page"))
    unknown = visible.exclude(spends__fiscal_year=year).only("pk", "name")
    return _page(
        year,
        years,
        page=page,
        sort=order,
        sums=together(found),
        form=form,
        unknown=unknown[:PAGE],
        known_count=len(found),
        **more,
    )


@allow(Permission.SEE_ACCOUNTS)
def account_wallet(request: PersonRequest, pk: int) -> HttpResponse:
    """One account's spend by offering; a posted table saves it."""
    account = get_object_or_404(Account.objects.visible_to(request.user), pk=pk)
    years = _years()
    year = chosen_year(request.GET.get("year", ""), years)
    rows = Spend.objects.filter(account=account, fiscal_year=year).order_by("offering")
    formset = SpendFormSet(request.POST or None, queryset=rows, prefix="spend")
    if request.method == "POST":
        return _save(request, account, year, formset)
    return render(request, "portfolio/wallet_account.html", _account(account, year, years, formset))


def _account(account: Account, year: int, years: list[int], formset: Any) -> dict[str, Any]:
    spends = list(Spend.objects.filter(account=account, fiscal_year=year).order_by("offering"))
    fact = AccountYear.objects.filter(account=account, fiscal_year=year).first()
    found = wallet_of(account, spends, fact.revenue if fact else None) if spends else None
    more = {"account": account, "wallet": found, "formset": formset, "fact": fact}
    return _page(year, years, section="accounts", **more)


@allow(Permission.EDIT_FIGURES)
def _save(request: PersonRequest, account: Account, year: int, formset: Any) -> HttpResponse:
    if not formset.is_valid():
        context = _account(account, year, _years(), formset)
        return render(request, "portfolio/wallet_account.html", context, status=422)
    _write(account, year, formset, by=request.user)
    messages.success(request, _("Saved."))
    return redirect(f"{reverse('account-wallet', args=[account.pk])}?year={year}")


@transaction.atomic
def _write(account: Account, year: int, formset: Any, *, by: Any) -> None:
    formset.save(commit=False)
    for gone in formset.deleted_objects:
        record("deleted", by=by, about=account, field=f"spend {gone.offering} {year}", old=str(gone.potential))
        gone.delete()
    for form in formset.forms:
        if form.has_changed() and form not in formset.deleted_forms:
            form.instance.account, form.instance.fiscal_year = account, year
            save_recorded(form.instance, by=by, fields=FIELDS)


@allow(Permission.EDIT_FIGURES)
@require_POST
def wallet_file(request: PersonRequest) -> HttpResponse:
    """Take customers' spend from a file, all rows or none."""
    form = WalletFileForm(request.POST, request.FILES)
    year = chosen_year(request.GET.get("year", ""), _years())
    problems = _taken(request, form, year) if form.is_valid() else None
    if form.errors or (problems and problems.count):
        return render(request, "portfolio/wallet.html", _wallet(request, form, problems=problems), status=422)
    return redirect(f"{reverse('wallet')}?year={year}")


def _taken(request: PersonRequest, form: WalletFileForm, year: int) -> Problems | None:
    visible = Account.objects.visible_to(request.user)
    try:
        changed, problems = take_file(form.cleaned_data["file"], year, visible, by=request.user)
    except InvalidInput as refusal:
        form.add_error("file", problem(refusal.code, refusal.values))
        return None
    if not problems.count:
        words = ngettext("%(n)s row changed.", "%(n)s rows changed.", changed)
        messages.success(request, words % {"n": changed})
    return problems
