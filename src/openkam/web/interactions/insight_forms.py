"""What people type about what we have learned."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from openkam.web.accounts.models import Account
from openkam.web.contacts.models import Contact
from openkam.web.programme.meanwhile import SeenForm

from .models import Insight, Interaction

DAY = {"type": "date"}


class InsightForm(SeenForm):
    """One thing that we have learned, with its source."""

    class Meta:
        model = Insight
        fields = (
            "text",
            "kind",
            "contact",
            "how",
            "is_confirmed",
            "learned_on",
            "recheck_on",
            "recurs_of",
            "hurts",
            "interaction",
        )
        widgets = {
            "text": forms.Textarea({"rows": 2, "dir": "auto", "maxlength": 5000}),
            "how": forms.RadioSelect,
            "interaction": forms.HiddenInput,
            "learned_on": forms.DateInput(DAY, "%Y-%m-%d"),
            "recheck_on": forms.DateInput(DAY, "%Y-%m-%d"),
            "hurts": forms.TextInput({"dir": "auto"}),
        }
        help_texts = {
            "text": _("One need, plan, problem or decision of the customer. Nothing about a person's character."),
            "is_confirmed": _("A second person or a fact agrees. Otherwise it is assumed."),
        }

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account
        self.fields["text"].max_length = 5_000
        there = Contact.objects.filter(account=account, erased_at=None)
        self._offer("contact", there.filter(Q(left_on=None) | Q(pk=self.instance.contact_id)), _("not known"))
        problems = Insight.objects.filter(account=account, kind=Insight.Kind.PROBLEM).exclude(pk=self.instance.pk)
        self._offer("recurs_of", problems, _("nothing: it is new"))
        self._offer("interaction", Interaction.objects.filter(account=account), _("none"))

    def _offer(self, name: str, rows: Any, none: Any) -> None:
        self.fields[name].queryset = rows
        self.fields[name].empty_label = none

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"].strip()
        if len(text) > 5_000:
            raise forms.ValidationError(_("Longer than 5,000 letters. One insight says one thing."))
        return text
