from datetime import date, datetime, time, timedelta
from typing import Any

from babel.dates import get_month_names
from django import forms
from django.apps import apps
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from openkam.web.people.models import User

from .currencies import choices, codes
from .models import EventQuerySet, Settings
from .settings_actions import REBUILDING
from .templatetags.words import locale

#: What the history can be narrowed to, in the order of the choice.
SUBJECTS = (
    "accounts.account",
    "ledgers.import",
    "ledgers.rate",
    "ledgers.productcost",
    "portfolio.costpool",
    "portfolio.activity",
    "portfolio.costrule",
    "portfolio.spend",
    "rounds.round",
    "rounds.criterion",
    "contacts.contact",
    "contacts.colleague",
    "interactions.interaction",
    "interactions.insight",
    "interactions.jointteam",
    "plans.action",
    "relationships.ambition",
    "relationships.stagerules",
    "plans.risk",
    "projects.designproject",
    "people.user",
    "programme.settings",
)


class SettingsForm(forms.ModelForm[Settings]):
    understood = forms.BooleanField(label=_("Rebuild the account-years with these rules"), required=False)

    class Meta:
        model = Settings
        fields = ["company", "currency", "fiscal_start", "year_named_by", "discount_rate"]
        help_texts = {
            "company": _("Shown on exports."),
            "currency": _("Every figure is in this currency. Invoices in others are converted at your rates."),
            "fiscal_start": _("Invoices are added up by fiscal year."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = choices() if self.instance.currency in codes() else [(self.instance.currency,) * 2, *choices()]
        self.fields["currency"] = forms.ChoiceField(
            label=self.fields["currency"].label, help_text=self.fields["currency"].help_text, choices=known
        )
        months = get_month_names(locale=locale(), context="stand-alone")
        self.fields["fiscal_start"] = forms.TypedChoiceField(
            label=self.fields["fiscal_start"].label,
            help_text=self.fields["fiscal_start"].help_text,
            choices=list(months.items()),
            coerce=int,
        )

    @property
    def rebuilds(self) -> bool:
        """Whether this change makes the account-years anew."""
        return bool(REBUILDING & set(self.changed_data))


def subject_choices() -> list[tuple[str, str]]:
    return [(label, capfirst(str(apps.get_model(label)._meta.verbose_name))) for label in SUBJECTS]


def _instant(name: str, value: Any) -> Any:
    """A day as the instant that it begins, or ends, so that an index answers."""
    if not isinstance(value, date):
        return value
    value = max(date(1900, 1, 1), min(value, date(9000, 1, 1)))  # beyond, no time zone can be told
    return timezone.make_aware(datetime.combine(value + timedelta(days=int(name == "until")), time.min))


class HistoryForm(forms.Form):
    """Narrow the history: who, what, from when until when. What is not understood narrows nothing."""

    by = forms.ModelChoiceField(User.objects.all(), label=_("Who"), required=False, empty_label=_("everybody"))
    about = forms.ChoiceField(label=_("What"), required=False)
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    until = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    subject = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["about"].choices = [("", _("everything")), *subject_choices()]

    @property
    def before(self) -> int | None:
        text = self.data.get("before", "")
        return int(text) if text.isdecimal() and len(text) < 19 else None

    def narrow(self, events: EventQuerySet) -> EventQuerySet:
        self.is_valid()
        asked = {name: value for name, value in self.cleaned_data.items() if value}
        names = {"by": "by", "about": "subject_type", "subject": "subject_id", "since": "at__gte", "until": "at__lt"}
        return events.filter(**{names[name]: _instant(name, value) for name, value in asked.items()})
