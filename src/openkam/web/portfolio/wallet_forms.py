"""What a person knows about a customer's spend."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import modelformset_factory
from django.utils.translation import gettext_lazy as _

from .models import Spend

HUNDRED = 100


class SpendForm(forms.ModelForm):  # type: ignore[type-arg]
    """One offering of one account and year; the probability is typed in per cent."""

    chance = forms.DecimalField(
        label=_("probability, per cent"), required=False, min_value=0, max_value=100, decimal_places=1
    )

    class Meta:
        model = Spend
        fields = ["offering", "potential", "current", "evidence"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.probability is not None:
            self.initial["chance"] = f"{(self.instance.probability * HUNDRED).normalize():f}"
        for name in ("potential", "current"):
            self.fields[name].widget.attrs["min"] = 0
            if (held := self.initial.get(name)) is not None:
                self.initial[name] = f"{held.normalize():f}"

    def clean_offering(self) -> str:
        return " ".join(self.cleaned_data["offering"].split())

    def clean_potential(self) -> Decimal:
        return _not_negative(self.cleaned_data["potential"])

    def clean_current(self) -> Decimal | None:
        current = self.cleaned_data["current"]
        return None if current is None else _not_negative(current)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        chance = data.get("chance")
        self.instance.probability = None if chance is None else chance / HUNDRED
        return data


class SpendsOfOneAccount(forms.BaseModelFormSet):  # type: ignore[type-arg]
    def clean(self) -> None:
        """Two rows of the same offering would count its spend twice."""
        live = [f for f in self.forms if f.has_changed() or f.instance.pk]
        names = [f.cleaned_data["offering"] for f in live if _kept(f)]
        if len(names) != len(set(names)):
            raise ValidationError(_("An offering stands there twice."), code="offering_twice")


def _kept(form: Any) -> bool:
    data = getattr(form, "cleaned_data", {})
    return "offering" in data and not data.get("DELETE")


SpendFormSet: Any = modelformset_factory(
    Spend, form=SpendForm, formset=SpendsOfOneAccount, extra=2, max_num=50, can_delete=True
)


class WalletFileForm(forms.Form):
    file = forms.FileField(
        label=_("file of customers' spend"),
        help_text=_("CSV or XLSX with the columns account, offering, spend, sales, probability, evidence, year."),
    )


def _not_negative(amount: Decimal) -> Decimal:
    if amount < 0:
        raise ValidationError(_("An amount here is not negative."), code="amount_negative")
    return amount
