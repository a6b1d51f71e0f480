"""What people type about a stage: a review's note, the six answers, the ambition."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from openkam.web.programme.meanwhile import SeenForm

from .models import Ambition, PerceivedScore, Stage
from .stage_words import QUESTIONS

NOTE = 5_000


class ReviewForm(forms.Form):
    note = forms.CharField(
        label=_("What did you talk about?"),
        required=False,
        max_length=NOTE,
        widget=forms.Textarea({"rows": 3, "dir": "auto"}),
    )


class PerceivedForm(forms.Form):
    """Six answers of 1 to 4. Nothing is chosen beforehand: no answer is no score."""

    side = forms.ChoiceField(
        label=_("Whose answers are these?"), widget=forms.RadioSelect, choices=PerceivedScore.Side.choices
    )
    said_by = forms.CharField(
        label=_("Who said so?"), required=False, max_length=200, widget=forms.TextInput({"dir": "auto"})
    )
    on = forms.DateField(label=_("On"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, (question, levels) in QUESTIONS.items():
            choices = [(str(number), words) for number, words in enumerate(levels, start=1)]
            self.fields[code] = forms.ChoiceField(label=question, choices=choices, widget=forms.RadioSelect)

    @property
    def questions(self) -> list[Any]:
        return [self[code] for code in QUESTIONS]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("side") == PerceivedScore.Side.CUSTOMER and not cleaned.get("said_by", "").strip():
            self.add_error("said_by", _("Say who of the customer answered."))
        return cleaned

    def fields_of_the_score(self) -> dict[str, Any]:
        given = self.cleaned_data
        answers = [int(given[code]) for code in QUESTIONS]
        return {"side": given["side"], "said_by": given["said_by"], "on": given["on"], "answers": answers}


class AmbitionForm(SeenForm):
    """Where the relationship shall lie and by when. Dormant is nobody's target."""

    class Meta:
        model = Ambition
        fields = ("target", "by_when", "wished", "justification")
        widgets = {
            "by_when": forms.DateInput({"type": "date"}, "%Y-%m-%d"),
            "justification": forms.Textarea({"rows": 2, "dir": "auto"}),
        }
        help_texts = {
            "wished": _("Ask them. Different wishes are normal; it is better to know."),
            "justification": _("Only if it is more than one stage in twelve months."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stages = [choice for choice in Stage.choices if choice[0] != Stage.DORMANT]
        self.fields["target"].choices = [("", _("choose")), *stages]
        self.fields["wished"].choices = [("", _("not known")), *stages]
