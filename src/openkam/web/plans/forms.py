"""What people type about risks and decisions."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from openkam.method.document import MONEY_LIMIT
from openkam.web.accounts.models import Account
from openkam.web.people.models import User
from openkam.web.people.permissions import Permission
from openkam.web.programme.meanwhile import SeenForm, refusal
from openkam.web.rounds.models import Round

from .actions import frozen_rounds
from .models import Level, Risk
from .words import prompt_words

HUNDRED = 100
NOWHERE = ("", _("no answer"))


class RiskForm(SeenForm):
    """A risk in words. The probability is typed in per cent; money is there for those who see profit alone."""

    chance = forms.DecimalField(
        label=_("probability, per cent"),
        required=False,
        min_value=0,
        max_value=100,
        decimal_places=1,
        help_text=_("Only if you know better than the row on the grid: low counts as 10, medium as 40, high as 80."),
    )

    class Meta:
        model = Risk
        fields = ("title", "what", "family", "prompt", "owner", "due_on", "plan", "at_stake")
        widgets = {
            "title": forms.TextInput(attrs={"dir": "auto"}),
            "what": forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
            "plan": forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
            "prompt": forms.HiddenInput,
            "due_on": forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        }

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = User.objects.filter(is_active=True)
        self.fields["owner"].empty_label = _("nobody yet")
        if self.instance.chance is not None:
            self.initial["chance"] = f"{(self.instance.chance * HUNDRED).normalize():f}"
        if by.may(Permission.SEE_PROFIT):
            self._offer_money()
        else:
            del self.fields["at_stake"]
        self.remember()

    def _offer_money(self) -> None:
        money = forms.DecimalField(
            label=self.fields["at_stake"].label,
            required=False,
            min_value=0,
            max_value=MONEY_LIMIT,
            decimal_places=4,
            help_text=_("What it would cost if it happened."),
        )
        self.fields["at_stake"] = money
        if (held := self.initial.get("at_stake")) is not None:
            self.initial["at_stake"] = f"{held.normalize():f}"

    def clean_title(self) -> str:
        return " ".join(self.cleaned_data["title"].split())

    def clean_prompt(self) -> str:
        prompt = self.cleaned_data["prompt"]
        return prompt if prompt_words(prompt) else ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        chance: Decimal | None = cleaned.get("chance")
        self.instance.chance = None if chance is None else chance / HUNDRED
        return cleaned


class NewRiskForm(RiskForm):
    """A risk with its first place on the grid, which may wait."""

    class Meta(RiskForm.Meta):
        fields = (*RiskForm.Meta.fields, "inherent_impact", "inherent_probability")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("inherent_impact", "inherent_probability"):
            self.fields[name].choices = [("", _("not placed yet")), *Level.choices]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if bool(cleaned.get("inherent_impact")) != bool(cleaned.get("inherent_probability")):
            self.add_error("inherent_probability", refusal("placement_half"))
        return cleaned


class BlindForm(forms.Form):
    """Where one rater would place one risk. Nothing chosen is nothing said."""

    impact = forms.ChoiceField(label=_("Impact"), required=False, widget=forms.RadioSelect)
    probability = forms.ChoiceField(label=_("Probability"), required=False, widget=forms.RadioSelect)
    residual_impact = forms.ChoiceField(label=_("Impact after measures"), required=False, widget=forms.RadioSelect)
    residual_probability = forms.ChoiceField(
        label=_("Probability after measures"), required=False, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, risk: Risk, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.risk = risk
        for field in self.fields.values():
            field.choices = [NOWHERE, *Level.choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for impact, probability in (("impact", "probability"), ("residual_impact", "residual_probability")):
            if bool(cleaned.get(impact)) != bool(cleaned.get(probability)):
                self.add_error(probability, refusal("placement_half"))
        if cleaned.get("residual_impact") and not cleaned.get("impact"):
            self.add_error("impact", refusal("placement_half"))
        return cleaned


class DecisionForm(forms.Form):
    """A key account named or deselected. The round is asked for where the account was in a frozen one."""

    round = forms.ModelChoiceField(
        Round.objects.none(), label=_("The frozen round it rests on"), empty_label=_("choose")
    )
    reason = forms.CharField(label=_("Why?"), max_length=5000, widget=forms.Textarea({"rows": 3, "dir": "auto"}))

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rounds = frozen_rounds(account)
        if rounds.exists():
            self.fields["round"].queryset = rounds  # type: ignore[attr-defined]
        else:
            del self.fields["round"]


class DeselectionForm(DecisionForm):
    status = forms.ChoiceField(label=_("It becomes"))
    field_order = ("status", "round", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = [choice for choice in Account.Status.choices if choice[0] != Account.Status.KEY]
        self.fields["status"].choices = others  # type: ignore[attr-defined]
