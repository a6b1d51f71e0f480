"""What a unit of each product costs us: listed, typed, uploaded."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from openkam.method.errors import InvalidInput
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission
from openkam.web.programme.history import record
from openkam.web.programme.models import Settings

from .cost_files import costs_in
from .models import ProductCost, Rate

FIELDS = ["product", "valid_from", "unit_cost", "currency"]


class CostForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = ProductCost
        fields = FIELDS
        widgets = {
            "product": forms.TextInput(attrs={"autocomplete": "off"}),
            "valid_from": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "currency": forms.TextInput(attrs={"maxlength": 3, "size": 4, "autocomplete": "off"}),
        }

    def clean_currency(self) -> str:
        code = self.cleaned_data["currency"].upper()
        if code and code != Settings.current().currency and not Rate.objects.filter(currency=code).exists():
            raise forms.ValidationError(_("There is no exchange rate for %(code)s. Add it first.") % {"code": code})
        return str(code)


@allow(Permission.IMPORT_LEDGER)
def costs(request: PersonRequest) -> HttpResponse:
    form = CostForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        keep([form.save(commit=False)], by=request.user)
        return redirect("costs")
    return _page(request, form, status=422 if form.is_bound else 200)


def _page(
    request: PersonRequest, form: CostForm, refused: InvalidInput | None = None, status: int = 200
) -> HttpResponse:
    wanted = request.GET.get("q", "").strip()
    known = ProductCost.objects.filter(product__icontains=wanted) if wanted else ProductCost.objects.all()
    context = {
        "section": "ledger",
        "form": form,
        "refused": refused,
        "page": Paginator(known, 100).get_page(request.GET.get("page")),
        "q": wanted,
    }
    return render(request, "ledgers/costs.html", context, status=status)


@allow(Permission.IMPORT_LEDGER)
@require_POST
def upload(request: PersonRequest) -> HttpResponse:
    """Costs from a file; all of them or none."""
    file = request.FILES.get("file")
    refused = getattr(request, "upload_refused", None)
    try:
        if refused or file is None:
            raise refused or InvalidInput("no_file")
        count = keep(costs_in(file), by=request.user)
    except InvalidInput as wrong:
        return _page(request, CostForm(), wrong, status=422)
    messages.success(request, _("%(count)s costs were kept. They count when a file is checked.") % {"count": count})
    return redirect("costs")


@transaction.atomic
def keep(found: list[ProductCost], *, by: Any) -> int:
    """Add costs; one that is known for the same product and day is replaced."""
    ProductCost.objects.bulk_create(
        found,
        batch_size=2_000,
        update_conflicts=True,
        unique_fields=["product", "valid_from"],
        update_fields=["unit_cost", "currency"],
    )
    if found:
        record("costs_kept", by=by, about=found[0], new=str(len(found)), touches_profit=True)
    return len(found)


@allow(Permission.IMPORT_LEDGER)
@require_POST
def deletion(request: PersonRequest, pk: int) -> HttpResponse:
    subject = get_object_or_404(ProductCost, pk=pk)
    with transaction.atomic():
        record("deleted", by=request.user, about=subject, field="unit_cost", old=str(subject.unit_cost))
        subject.delete()
    return redirect("costs")
