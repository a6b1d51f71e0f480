"""The two of the six questions that only people can answer."""

from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from openkam.web.accounts.models import Account
from openkam.web.programme.history import record, save_recorded

from .models import Growth


class AnswersForm(forms.Form):
    """Growth potential with its months; transactional or strategic, with the reason."""

    potential = forms.CharField(label=_("Growth potential"), required=False, max_length=4000)
    months = forms.IntegerField(label=_("Months to achieve it"), required=False, min_value=0, max_value=600)
    orientation = forms.ChoiceField(label=_("Orientation"), required=False, choices=Account.Orientation.choices)
    orientation_reason = forms.CharField(label=_("Reason"), required=False, max_length=4000)

    @transaction.atomic
    def save(self, account: Account, *, by: Any) -> None:
        given = self.cleaned_data
        growth = Growth.objects.filter(account=account).first() or Growth(account=account)
        for name in ("potential", "months"):
            old, new = getattr(growth, name), given[name]
            setattr(growth, name, new)
            if old != new:
                words = {"old": _text(old), "new": _text(new)}
                record("changed", by=by, about=account, field=f"growth {name}", **words)
        growth.save()
        account.orientation, account.orientation_reason = given["orientation"], given["orientation_reason"]
        save_recorded(account, by=by, fields=["orientation", "orientation_reason"])


def _text(value: Any) -> str:
    return "" if value is None else str(value)
