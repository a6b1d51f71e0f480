"""What a person types into the cost model."""

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseInlineFormSet, inlineformset_factory
from django.utils.translation import gettext_lazy as _

from .models import Activity, CostPool, CostRule, TimeTerm

MINUTES_AN_HOUR = 60
ADVISED_SHARE = Decimal(80)


class PoolForm(forms.ModelForm):  # type: ignore[type-arg]
    """A pool's cost and its practical capacity: minutes, or people, hours and the share they can work."""

    people = forms.DecimalField(label=_("people"), required=False, min_value=0, max_value=100_000)
    hours = forms.DecimalField(label=_("hours a year, each"), required=False, min_value=0, max_value=8_784)
    share = forms.DecimalField(
        label=_("of which at work, per cent"),
        required=False,
        min_value=1,
        max_value=100,
        help_text=_("Breaks, training and meetings take their part: 80 to 85 % is usual."),
    )

    class Meta:
        model = CostPool
        fields = ["name", "cost", "minutes"]
        help_texts = {
            "cost": _("Everything the department costs in the year: salaries, rooms, systems."),
            "minutes": _("Minutes of work it can really do in the year. Leave it empty to reckon it from people."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["minutes"].required = False
        self.fields["minutes"].min_value = 0
        self.fields["cost"].widget.attrs["min"] = 0

    def clean_cost(self) -> Decimal:
        cost: Decimal = self.cleaned_data["cost"]
        if cost < 0:
            raise ValidationError(_("A cost is not negative."), code="cost_negative")
        return cost

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("minutes") is None and "minutes" not in self.errors:
            data["minutes"] = self._reckoned(data)
        if data.get("minutes") is not None and data["minutes"] <= 0:
            self.add_error("minutes", _("Capacity must be more than zero minutes."))
        self._refuse_a_second(data.get("name"))
        return data

    def _reckoned(self, data: dict[str, Any]) -> Decimal | None:
        people, hours = data.get("people"), data.get("hours")
        if people is None or hours is None:
            self.add_error("minutes", _("Enter minutes, or people and hours."))
            return None
        share = data.get("share") or ADVISED_SHARE
        minutes = people * hours * MINUTES_AN_HOUR * share / 100
        return Decimal(minutes).quantize(Decimal("0.01"), ROUND_HALF_EVEN)

    def _refuse_a_second(self, name: str | None) -> None:
        twins = CostPool.objects.filter(name=name, fiscal_year=self.instance.fiscal_year)
        if twins.exclude(pk=self.instance.pk).exists():
            self.add_error("name", _("This year already has a pool of this name."))


class ActivityForm(forms.ModelForm):  # type: ignore[type-arg]
    """Work of a pool: what counts it and how many minutes each occurrence takes."""

    class Meta:
        model = Activity
        fields = ["name", "driver", "minutes"]
        help_texts = {
            "driver": _("What causes the work, as it is named in the counts: orders, inquiries, visits."),
            "minutes": _("Minutes that each one takes at least."),
        }
        widgets = {"driver": forms.TextInput(attrs={"list": "drivers", "autocomplete": "off"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["minutes"].widget.attrs["min"] = 0

    def clean_driver(self) -> str:
        return tidy_driver(self.cleaned_data["driver"])

    def clean_minutes(self) -> Decimal:
        return _not_negative(self.cleaned_data["minutes"])

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if Activity.objects.filter(pool_id=self.instance.pool_id, name=name).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("This pool already has an activity of this name."), code="activity_twice")
        return name


class TermForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = TimeTerm
        fields = ["driver", "minutes"]
        widgets = {"driver": forms.TextInput(attrs={"list": "drivers", "autocomplete": "off"})}

    def clean_driver(self) -> str:
        return tidy_driver(self.cleaned_data["driver"])

    def clean_minutes(self) -> Decimal:
        return _not_negative(self.cleaned_data["minutes"])


TermFormSet: type[BaseInlineFormSet] = inlineformset_factory(  # type: ignore[type-arg]
    Activity, TimeTerm, form=TermForm, extra=2, max_num=20, can_delete=True
)


class RuleForm(forms.ModelForm):  # type: ignore[type-arg]
    """How indirect cost is assigned; a share of revenue only when somebody says so, with the sum to share."""

    class Meta:
        model = CostRule
        fields = ["method", "total"]
        widgets = {"method": forms.RadioSelect}
        help_texts = {"total": _("Needed for a share of revenue only.")}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        by_revenue = data.get("method") == CostRule.Method.REVENUE_SHARE
        if by_revenue and data.get("total") is None and "total" not in self.errors:
            self.add_error("total", _("Enter the indirect cost that is to be shared."))
        if data.get("total") is not None and data["total"] < 0:
            self.add_error("total", _("A cost is not negative."))
        return data


class CountsFileForm(forms.Form):
    file = forms.FileField(
        label=_("file of driver counts"),
        help_text=_("CSV or XLSX: account, year, driver, count in each row; or account and one column per driver."),
    )
    skip = forms.BooleanField(
        label=_("leave out rows with problems"),
        required=False,
        help_text=_("Otherwise one problem stops the whole file and nothing changes."),
    )


def tidy_driver(name: str) -> str:
    """Drivers are matched by name: blanks at the ends and repeated ones do not count."""
    return " ".join(name.split())[:100]


def _not_negative(minutes: Decimal) -> Decimal:
    if minutes < 0:
        raise ValidationError(_("Minutes are not negative."), code="minutes_negative")
    return minutes
