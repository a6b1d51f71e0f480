"""What people type about actions, plan reviews and the sponsor."""

from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from openkam.method import plan_quality
from openkam.web.accounts.models import Account
from openkam.web.interactions.models import Insight
from openkam.web.people.models import User
from openkam.web.people.permissions import Role
from openkam.web.portfolio.selection import whole_number
from openkam.web.programme.meanwhile import SALT, SeenForm

from .gates import GATES
from .models import Action
from .words import PLAN_PARTS, PLAN_PHASES

#: Insights offered to rest an action on, latest first.
OFFERED = 50


def people_of(account: Account) -> Any:
    """Whoever sees the account can own an action of it."""
    team = account.members.order_by().values("user")
    sees = Q(role=Role.DIRECTOR) | Q(pk=account.owner_id) | Q(pk__in=team)
    return User.objects.filter(sees, is_active=True).order_by("name", "pk")


def offered_insights(action: Action) -> Any:
    """The latest insights of the account, and those that the action rests on already."""
    mine = Insight.objects.filter(account=action.account)
    used = list(action.insights.values_list("pk", flat=True)) if action.pk else []
    latest = list(mine.order_by("-learned_on", "-pk").values_list("pk", flat=True)[:OFFERED])
    return mine.filter(pk__in=[*latest, *used])


class InsightsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Numbers of insights; what no number of a row can be is refused before the database is asked."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value: Any) -> Any:
        for pk in value or ():
            if whole_number(str(pk)) is None:
                raise ValidationError(self.error_messages["invalid_pk_value"], params={"pk": str(pk)[:20]})
        return super().clean(value)


class ActionForm(SeenForm):
    """An action in words: who, by when, how we will know, and what it rests on."""

    insights = InsightsField(Insight.objects.none(), label=_("rests on"), required=False)

    class Meta:
        model = Action
        fields = ("title", "owner", "due_on", "gate", "evidence", "insights")
        widgets = {
            "title": forms.TextInput({"dir": "auto"}),
            "evidence": forms.TextInput({"dir": "auto"}),
            "due_on": forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people_of(self.instance.account)
        self.fields["owner"].empty_label = _("nobody yet")
        self.fields["insights"].queryset = offered_insights(self.instance)
        gates = [("", _("none of them")), *GATES.items()]
        self.fields["gate"] = forms.ChoiceField(label=self.fields["gate"].label, required=False, choices=gates)
        self.remember()

    def remember(self) -> None:
        """What an action rests on is remembered with its fields: nobody takes off what somebody else just added."""
        super().remember()
        self.stored["insights"] = " ".join(str(pk) for pk in sorted(self._rests_on()))
        self.fields["seen"].initial = signing.dumps(self.stored, salt=SALT)

    def _rests_on(self) -> list[int]:
        return list(self.instance.insights.values_list("pk", flat=True)) if self.instance.pk else []

    def _words(self, name: str) -> str:
        if name != "insights":
            return super()._words(name)
        return " · ".join(str(insight) for insight in self.instance.insights.all())

    @property
    def offers_insights(self) -> bool:
        return bool(self.fields["insights"].choices)

    def clean_title(self) -> str:
        return " ".join(self.cleaned_data["title"].split())


class DoneForm(forms.Form):
    """What shows that an action is done."""

    note = forms.CharField(
        label=_("What shows that it is done?"), max_length=500, widget=forms.TextInput({"dir": "auto"})
    )


class PlanScoreForm(forms.Form):
    """Six parts of a plan, each from nothing to its maximum; an open part is not scored.

    seen  the latest review when the form was opened.
    """

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    phase = forms.ChoiceField(label=_("phase of the programme"), required=False)
    note = forms.CharField(
        label=_("note"), required=False, max_length=5000, widget=forms.Textarea({"rows": 2, "dir": "auto"})
    )
    field_order = (*plan_quality.PARTS, "phase", "note", "seen")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for part, most in plan_quality.PARTS.items():
            self.fields[part] = forms.DecimalField(
                label=PLAN_PARTS[part],
                required=False,
                min_value=0,
                max_value=most,
                decimal_places=1,
                help_text=_("0 to %(most)s points") % {"most": most},
            )
        self.fields["phase"].choices = [("", _("not said")), *PLAN_PHASES.items()]  # type: ignore[attr-defined]
        self.order_fields(self.field_order)

    @property
    def parts(self) -> dict[str, str | None]:
        """The document of the method: points as text, None where nothing was typed."""
        given = {part: self.cleaned_data.get(part) for part in plan_quality.PARTS}
        return {part: None if value is None else str(value) for part, value in given.items()}


class SponsorForm(forms.Form):
    user = forms.ModelChoiceField(User.objects.none(), label=_("sponsor"), required=False, empty_label=_("nobody yet"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        directors = User.objects.filter(is_active=True, role=Role.DIRECTOR)
        self.fields["user"].queryset = directors.order_by("name", "pk")  # type: ignore[attr-defined]
