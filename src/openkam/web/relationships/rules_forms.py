"""The thresholds of the diagnosis as a form, with the method's own beside each."""

from typing import Any

from django import forms

from openkam.method import network

from .seen import thresholds
from .stage_words import THRESHOLDS


class RulesForm(forms.Form):
    """One field a threshold; whether a value is allowed says the method."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.defaults = network.Thresholds().model_dump(mode="json")
        now = thresholds().model_dump(mode="json")
        for code, words in THRESHOLDS.items():
            self.fields[code] = _field(self.defaults[code], words)
            self.initial[code] = now[code]

    @property
    def rows(self) -> list[tuple[Any, Any, bool]]:
        """Each field with its default, and whether it differs from it now."""
        return [(self[code], self.defaults[code], self.initial[code] != self.defaults[code]) for code in THRESHOLDS]

    @property
    def values(self) -> dict[str, Any]:
        return {code: self.cleaned_data[code] for code in THRESHOLDS}


def _field(default: Any, words: Any) -> forms.Field:
    if isinstance(default, int):
        return forms.IntegerField(label=words, min_value=0, max_value=1000)
    return forms.FloatField(
        label=words, min_value=0, max_value=1, step_size=None, widget=forms.NumberInput({"step": "any"})
    )
