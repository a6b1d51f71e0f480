"""Dated exchange rates: listed, added, edited, deleted, pasted."""

import csv
import io
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from openkam.method.errors import InvalidInput
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission
from openkam.web.programme.history import record, save_recorded
from openkam.web.programme.models import Settings
from openkam.web.programme.words import problem

from .models import Import, Rate

FIELDS = ["currency", "valid_from", "rate"]


class DecimalWithComma(forms.DecimalField):
    """A number typed with a decimal point or a decimal comma."""

    def to_python(self, value: Any) -> Decimal | None:
        return super().to_python(value.replace(",", ".") if isinstance(value, str) else value)


class RateForm(forms.ModelForm):  # type: ignore[type-arg]
    rate = DecimalWithComma(
        label=gettext_lazy("Rate"),
        max_digits=19,
        decimal_places=10,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )

    class Meta:
        model = Rate
        fields = FIELDS
        widgets = {
            "currency": forms.TextInput(attrs={"maxlength": 3, "size": 4, "autocomplete": "off"}),
            "valid_from": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def clean_currency(self) -> str:
        code = self.cleaned_data["currency"].upper()
        if not (len(code) == 3 and code.isascii() and code.isalpha()):
            raise forms.ValidationError(problem("currency", {"found": code}))
        if code == Settings.current().currency:
            raise forms.ValidationError(_("This is the reporting currency; its rate is always 1."))
        return str(code)


class PasteForm(forms.Form):
    rows = forms.CharField(
        label=gettext_lazy("Rates, one per row"),
        help_text=gettext_lazy("Currency, day, rate; as in a spreadsheet or a CSV file: USD, 2024-01-01, 0.92"),
        widget=forms.Textarea(attrs={"rows": 6}),
        required=False,
    )
    file = forms.FileField(label=gettext_lazy("or a CSV file"), required=False)

    def text(self) -> str:
        file = self.cleaned_data.get("file")
        return self.cleaned_data["rows"] or (file.read(2**20).decode("utf-8-sig", "replace") if file else "")


@allow(Permission.IMPORT_LEDGER)
def rates(request: PersonRequest) -> HttpResponse:
    form = RateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        save_recorded(form.save(commit=False), by=request.user, fields=FIELDS)
        return redirect("rates")
    return _page(request, form, PasteForm(), status=422 if form.is_bound else 200)


def _page(request: PersonRequest, form: RateForm, paste: PasteForm, status: int = 200) -> HttpResponse:
    context = {
        "section": "ledger",
        "form": form,
        "paste": paste,
        "rates": Rate.objects.all(),
        "imports": Import.objects.filter(state=Import.State.IMPORTED).count(),
    }
    return render(request, "ledgers/rates.html", context, status=status)


@allow(Permission.IMPORT_LEDGER)
def rate(request: PersonRequest, pk: int) -> HttpResponse:
    subject = get_object_or_404(Rate, pk=pk)
    form = RateForm(request.POST or None, instance=subject)
    if request.method == "POST" and form.is_valid():
        save_recorded(form.save(commit=False), by=request.user, fields=FIELDS)
        return redirect("rates")
    status = 422 if form.is_bound else 200
    return render(request, "ledgers/rate.html", {"section": "ledger", "form": form, "rate": subject}, status=status)


@allow(Permission.IMPORT_LEDGER)
@require_POST
def deletion(request: PersonRequest, pk: int) -> HttpResponse:
    subject = get_object_or_404(Rate, pk=pk)
    with transaction.atomic():
        record("deleted", by=request.user, about=subject, field="rate", old=str(subject.rate))
        subject.delete()
    return redirect("rates")


@allow(Permission.IMPORT_LEDGER)
@require_POST
def pasted(request: PersonRequest) -> HttpResponse:
    """Many rates at once; all of them or, when one cannot be read, none."""
    paste = PasteForm(request.POST, request.FILES)
    if not paste.is_valid():
        return _page(request, RateForm(), paste, status=422)
    try:
        count = keep(parsed(paste.text()), by=request.user)
    except InvalidInput as wrong:
        paste.add_error("rows", problem(wrong.code, wrong.values))
        return _page(request, RateForm(), paste, status=422)
    messages.success(request, _("%(count)s rates were kept.") % {"count": count})
    return redirect("rates")


def parsed(text: str) -> list[Rate]:
    """Rates from rows of currency, day, rate; a heading is passed over.

    >>> [rate.currency for rate in parsed("currency,date,rate\\nUSD,2024-01-01,0.92")]
    ['USD']
    """
    sample = text[:2000]
    delimiter = next((mark for mark in ("\t", ";", ",") if mark in sample), ",")
    try:
        rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text), delimiter=delimiter)]
    except csv.Error:  # a cell longer than any rate, or a sign that no text holds
        raise InvalidInput("row_unreadable", row="–", text=text[:80]) from None
    found = []
    for place, row in enumerate((row for row in rows if any(row)), start=1):
        try:
            found.append(_rate(row))
        except (ValueError, InvalidOperation, IndexError):
            if place > 1 or any(char.isdigit() for char in "".join(row)):
                raise InvalidInput("row_unreadable", row=place, text=" ".join(row)[:80]) from None
    return found


def _rate(row: list[str]) -> Rate:
    rate = Rate(currency=row[0].upper(), valid_from=date.fromisoformat(row[1]), rate=Decimal(row[2].replace(",", ".")))
    if not (len(rate.currency) == 3 and rate.currency.isalpha() and 0 < round(rate.rate, 10) < 10**9):
        raise ValueError(row)
    return rate


@transaction.atomic
def keep(found: list[Rate], *, by: Any) -> int:
    """Add rates; one that is known for the same day is replaced."""
    for rate in found:
        known = Rate.objects.filter(currency=rate.currency, valid_from=rate.valid_from).first()
        if known:
            rate.pk = known.pk
        save_recorded(rate, by=by, fields=FIELDS)
    return len(found)
