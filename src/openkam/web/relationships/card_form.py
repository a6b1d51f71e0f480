"""Everything that is judged of one person: on a phone, one card after the other."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from openkam.method.errors import InvalidInput
from openkam.method.team_map import from_miller_heiman, from_six_sigma
from openkam.web.interactions.models import Certainty
from openkam.web.programme.meanwhile import refusal

from .judging import KEPT, Place, Reply, Said
from .judging_forms import INFLUENCE, OPEN, PARTICIPATION, SUPPORT
from .models import Buying, Judgement, LevelOfTrust, Mode, Phase, Question
from .sheet_text import places_of, read_place, read_step
from .started import StartedForm

#: Scales of other books: what they are called, their ends, and how they come onto our five steps.
SCALES = {
    "miller_heiman": (_("−5 … +5"), (-5, 5), from_miller_heiman),
    "six_sigma": (_("1 … 5"), (1, 5), from_six_sigma),
}
PLAIN = ("types", "is_coach", "role_how", "trust", "trust_wanted", "mode", "is_new", "competitor", "expires_on")
NUMBERS = ("influence", "support")


class CardForm(StartedForm):
    types = forms.MultipleChoiceField(
        label=_("influence type"), choices=Buying.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    is_coach = forms.BooleanField(label=_("coach"), required=False)
    role_how = forms.ChoiceField(label=_("How do you know?"), choices=[OPEN, *Certainty.choices], required=False)
    influence = forms.ChoiceField(label=_("degree of influence"), choices=[OPEN, *INFLUENCE], required=False)
    support = forms.ChoiceField(label=_("degree of support"), choices=[OPEN, *SUPPORT], required=False)
    scale = forms.ChoiceField(
        label=_("we use another scale"),
        choices=[("", _("−2 … +2")), *((code, words) for code, (words, _ends, _onto) in SCALES.items())],
        required=False,
    )
    on_scale = forms.CharField(label=_("support on that scale"), required=False, max_length=8)
    trust = forms.ChoiceField(label=_("relationship level"), choices=LevelOfTrust.choices, required=False)
    trust_wanted = forms.ChoiceField(label=_("wanted level"), choices=LevelOfTrust.choices, required=False)
    mode = forms.ChoiceField(label=_("response mode"), choices=Mode.choices, required=False)
    is_new = forms.BooleanField(label=_("new in the job"), required=False)
    competitor = forms.CharField(label=_("relation to competitors"), required=False, max_length=300)
    expires_on = forms.DateField(
        label=_("kept until"),
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        help_text=_("Saving moves it to a year from now, unless you choose a day."),
    )

    def __init__(self, *args: Any, judgement: Judgement | None, phases: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.phases, places = phases, places_of(judgement)
        self.initial |= _known(judgement)
        for phase in phases:
            self._offer_phase(phase, places.get(phase, Place()))
        known = {answer.question: answer for answer in judgement.answers.all()} if judgement else {}
        for question in Question:
            self._offer_question(question, known.get(question))
        self.remember()

    def _offer_phase(self, phase: str, place: Place) -> None:
        label = Phase(phase).label
        self.fields[f"in_{phase}"] = forms.ChoiceField(label=label, choices=[OPEN, *PARTICIPATION], required=False)
        self.fields[f"by_{phase}"] = forms.CharField(label=_("covered by the numbers"), required=False, max_length=60)
        self.initial[f"in_{phase}"] = "" if place.participation is None else place.participation
        self.initial[f"by_{phase}"] = ", ".join(map(str, place.covered_by))

    def _offer_question(self, question: Question, answer: Any) -> None:
        text, how, confirmed = (f"{part}_{question.value}" for part in ("answer", "how", "confirmed"))
        box = forms.Textarea({"rows": 2, "dir": "auto"})
        self.fields[text] = forms.CharField(label=question.label, required=False, max_length=2000, widget=box)
        self.fields[how] = forms.ChoiceField(
            label=_("How do you know?"), choices=[("", "–"), *Certainty.choices], required=False
        )
        self.fields[confirmed] = forms.BooleanField(label=_("confirmed by a second source"), required=False)
        if answer:
            self.initial |= {text: answer.text, how: answer.how, confirmed: answer.is_confirmed}

    @property
    def phase_fields(self) -> list[tuple[Any, Any]]:
        return [(self[f"in_{phase}"], self[f"by_{phase}"]) for phase in self.phases]

    @property
    def question_fields(self) -> list[tuple[Any, Any, Any]]:
        names = [question.value for question in Question]
        return [(self[f"answer_{name}"], self[f"how_{name}"], self[f"confirmed_{name}"]) for name in names]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for phase in self.phases:
            text = f"{cleaned.get(f'in_{phase}') or ''}/{cleaned.get(f'by_{phase}') or ''}"
            try:
                cleaned[phase] = read_place(text)
            except ValidationError as refused:
                self.add_error(f"by_{phase}", refused)
        self._take_other_scale(cleaned)
        return cleaned

    def _take_other_scale(self, cleaned: dict[str, Any]) -> None:
        """Support as another book counts it comes onto our steps, and over what is chosen there."""
        scale, text = cleaned.get("scale"), cleaned.get("on_scale")
        if not scale or not text:
            if text:
                self.add_error("scale", refusal("which_scale"))
            return
        _words, (low, high), onto = SCALES[scale]
        try:
            value = read_step(text, low, high)
            cleaned["support"] = "" if value is None else str(onto(value))
        except ValidationError as refused:
            self.add_error("on_scale", refused)
        except InvalidInput as refused:
            self.add_error("on_scale", refusal(refused.code, **refused.values))

    @property
    def said(self) -> Said:
        cleaned, changed = self.cleaned_data, set(self.changed)
        fields = {name: cleaned[name] for name in PLAIN if name in changed}
        fields |= {name: int(cleaned[name]) if cleaned[name] else None for name in NUMBERS}
        places = {phase: cleaned[phase] for phase in self.phases if {f"in_{phase}", f"by_{phase}"} & changed}
        return Said(fields, places, {q.value: self._reply(q.value) for q in Question})

    def _reply(self, question: str) -> Reply:
        return Reply(*(self.cleaned_data[f"{part}_{question}"] for part in ("answer", "how", "confirmed")))


def _known(judgement: Judgement | None) -> dict[str, Any]:
    if judgement is None:
        return {"types": [], "expires_on": timezone.localdate() + KEPT}
    scales = {name: getattr(judgement, name) for name in NUMBERS}
    known = {name: getattr(judgement, name) for name in PLAIN}
    return known | {name: "" if value is None else value for name, value in scales.items()}
