"""What people type about value, and about an exit."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from openkam.method.document import MONEY_LIMIT
from openkam.web.programme.meanwhile import SeenForm

from .health_actions import Retold
from .models import Exit, ValuePromise


def _money(label: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, required=False, min_value=0, max_value=MONEY_LIMIT, decimal_places=4)


class ValueForm(SeenForm):
    """The value that was promised for a year and the value that came, in the house's currency."""

    class Meta:
        model = ValuePromise
        fields = ("promised", "delivered", "note")
        widgets = {"note": forms.Textarea({"rows": 2, "dir": "auto"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("promised", "delivered"):
            self.fields[name] = _money(self.fields[name].label)
            if (held := self.initial.get(name)) is not None:
                self.initial[name] = f"{held.normalize():f}"
        self.remember()


class ExitForm(SeenForm):
    class Meta:
        model = Exit
        fields = (
            "reason",
            "on",
            "partner_is_powerful",
            "may_return",
            "style",
            "orientation",
            "continuity",
            "lessons",
        )
        widgets = {
            "reason": forms.Textarea({"rows": 3, "dir": "auto"}),
            "continuity": forms.Textarea({"rows": 4, "dir": "auto"}),
            "lessons": forms.Textarea({"rows": 3, "dir": "auto"}),
            "on": forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        }


class LastContactForm(forms.Form):
    """Who speaks a last time with one person of theirs, and when that was. It carries what its editor found."""

    who = forms.CharField(
        label=_("who speaks with them"),
        required=False,
        max_length=200,
        show_hidden_initial=True,
        widget=forms.TextInput({"dir": "auto"}),
    )
    done_on = forms.DateField(
        label=_("done on"),
        required=False,
        show_hidden_initial=True,
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
    )

    @property
    def is_there(self) -> bool:
        """Whether this person was on the page that was sent."""
        return self.add_prefix("who") in self.data

    @property
    def retold(self) -> dict[str, Retold]:
        return {name: Retold(self._found(name), self.cleaned_data[name]) for name in self.changed_data}

    def _found(self, name: str) -> Any:
        field, sent = self.fields[name], self.data.get(self.add_initial_prefix(name))
        try:
            return field.to_python(sent)
        except forms.ValidationError:
            return sent
