"""The five actions that lead to the target, as rows of one form."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from openkam.web.accounts.models import Account
from openkam.web.interactions.models import Insight
from openkam.web.plans.action_actions import top_actions
from openkam.web.plans.action_forms import OFFERED, InsightsField, people_of
from openkam.web.plans.gates import gate_words
from openkam.web.plans.models import Action
from openkam.web.programme.meanwhile import SeenForm, refusal

PLACES = (1, 2, 3, 4, 5)


class ActionRow(SeenForm):
    """One of the five. An empty new row is no action; an action is taken off the list, never emptied."""

    take_off = forms.BooleanField(label=_("take it off this list"), required=False)
    insights = InsightsField(Insight.objects.none(), label=_("rests on"), required=False)

    class Meta:
        model = Action
        fields = ("title", "owner", "due_on", "gate", "evidence", "insights")
        widgets = {
            "title": forms.TextInput({"dir": "auto"}),
            "evidence": forms.TextInput({"dir": "auto"}),
            "due_on": forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        }

    def __init__(self, *args: Any, offer: dict[str, Any], unmet: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].required = bool(self.instance.pk)
        self.fields["owner"].empty_label = _("nobody yet")
        for name, rows in offer.items():
            self.fields[name].queryset = rows
        self.fields["gate"] = forms.ChoiceField(
            label=self.fields["gate"].label, required=False, choices=_gates(unmet, self.instance.gate)
        )
        if not self.instance.pk:
            del self.fields["take_off"]
        self.remember()

    @property
    def offers_insights(self) -> bool:
        return bool(self.fields["insights"].choices)

    @property
    def chosen_insights(self) -> list[Insight]:
        return list(self.cleaned_data["insights"])

    @property
    def rests_on(self) -> int:
        return len(self["insights"].value() or ())

    @property
    def is_empty(self) -> bool:
        """A new row that nobody touched; what it was opened with is signed anew each time."""
        return not self.instance.pk and set(self.changed_data) <= {"seen"}

    @property
    def is_off(self) -> bool:
        return bool(self.cleaned_data.get("take_off"))

    def clean_title(self) -> str:
        return " ".join(self.cleaned_data["title"].split())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.instance.pk and not self.is_empty and not cleaned.get("title"):
            self.add_error("title", refusal("action_without_title"))
        return cleaned


def _gates(unmet: list[str], now: str) -> list[tuple[str, Any]]:
    """The gates that are not met, and the one that is chosen already."""
    codes = [*unmet, *([now] if now and now not in unmet else [])]
    return [("", _("none of them")), *((code, gate_words(code)) for code in codes)]


def offered(account: Account) -> Any:
    """The latest insights of an account, and all that one of the five rests on already."""
    latest = Insight.objects.filter(account=account).values_list("pk", flat=True)[:OFFERED]
    used = Insight.objects.filter(account=account, actions__place__isnull=False).values_list("pk", flat=True)
    return Insight.objects.filter(pk__in={*latest, *used})


def action_rows(account: Account, data: QueryDict | None, unmet: list[str]) -> list[ActionRow]:
    """Five rows: what stands in each place, or an empty one."""
    there = {action.place: action for action in top_actions(account)}
    owners, insights = people_of(account), offered(account)
    return [
        ActionRow(
            data,
            instance=there.get(place) or Action(account=account, place=place),
            offer={"owner": owners, "insights": insights},
            unmet=unmet,
            prefix=f"action-{place}",
        )
        for place in PLACES
    ]
