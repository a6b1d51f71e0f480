"""What the org chart takes in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from openkam.web.accounts.models import Account

from .models import Contact, Function, Level


class SuperiorForm(forms.Form):
    """Numbers of people; which of them work there, the verb says."""

    contact = forms.IntegerField(min_value=1, max_value=2**62)
    boss = forms.IntegerField(min_value=1, max_value=2**62, required=False)
    was = forms.IntegerField(min_value=1, max_value=2**62, required=False)


class PlaceForm(forms.Form):
    """A place that somebody must hold, whose holder is not known yet."""

    name = forms.CharField(label=_("Which place?"), max_length=200)
    function = forms.ChoiceField(label=_("Function"), choices=Function.choices, required=False)
    level = forms.ChoiceField(label=_("Level"), choices=Level.choices, required=False)
    reports_to = forms.ModelChoiceField(Contact.objects.none(), label=_("Reports to"), required=False)

    def __init__(self, account: Account, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs |= {"placeholder": _("Head of quality"), "dir": "auto", "autocomplete": "off"}
        self.fields["reports_to"].queryset = Contact.objects.filter(account=account).present()
        self.fields["reports_to"].empty_label = _("nobody we know")

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())
