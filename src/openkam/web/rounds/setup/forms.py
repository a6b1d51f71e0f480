"""What people type when they set a round up."""

from typing import Any

from django import forms
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from openkam.web.people.models import User
from openkam.web.portfolio.selection import whole_number
from openkam.web.programme.meanwhile import SeenForm

from ..models import Round


class RoundForm(SeenForm):
    """A round's name, date and rules; a second facilitator is told what the first changed."""

    class Meta:
        model = Round
        fields = ("name", "on", "top", "strength_rule", "strength_view", "cut", "cut_at")
        widgets = {
            "name": forms.TextInput(attrs={"dir": "auto"}),
            "on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }
        help_texts = {
            "top": _("How many accounts can be treated as key accounts: the ranking says who would be among them."),
            "cut_at": _("From 1 to 10; only with “a fixed score”."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["top"].widget.attrs |= {"min": 1, "max": 1000}
        self.fields["cut_at"].widget.attrs |= {"min": 1, "max": 10, "step": "0.01"}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("cut") == Round.Cut.FIXED and data.get("cut_at") is None and "cut_at" not in self.errors:
            self.add_error("cut_at", _("Enter the score from which an account is attractive."))
        return data


class NewRoundForm(forms.ModelForm[Round]):
    """The first steps: a name and a date; the rules of the deck until somebody chooses others."""

    class Meta(RoundForm.Meta):
        fields = ("name", "on", "top")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = localdate()
        self.fields["top"].widget.attrs |= {"min": 1, "max": 1000}


class PartForm(forms.Form):
    """What somebody does in a round."""

    is_rater = forms.BooleanField(label=_("scores"), required=False)
    is_facilitator = forms.BooleanField(label=_("facilitates"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not data.get("is_rater") and not data.get("is_facilitator"):
            self.add_error(None, _("Choose whether they score, facilitate, or both."))
        return data


class PeopleField(forms.ModelMultipleChoiceField):
    """Refuses what is no number that a database holds before it is asked for."""

    def clean(self, value: Any) -> Any:
        if any(whole_number(str(pk)) is None for pk in value or ()):
            raise forms.ValidationError(_("Choose among the people who are offered."))
        return super().clean(value)


class PeopleForm(PartForm):
    """People to join a round."""

    people = PeopleField(
        User.objects.filter(is_active=True),
        label=_("people"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one person.")},
    )
