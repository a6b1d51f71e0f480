"""What people type about a design project."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from openkam.web.accounts.models import Account
from openkam.web.people.models import User
from openkam.web.portfolio.selection import whole_number
from openkam.web.programme.meanwhile import SeenForm, refusal

from .models import DesignProject

#: More accounts than this are a programme, not a project.
MOST_ACCOUNTS = 200


class AccountsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Numbers of accounts; what no number of a row can be is refused before the database is asked."""

    def clean(self, value: Any) -> Any:
        for pk in value or ():
            if whole_number(str(pk)) is None:
                raise ValidationError(self.error_messages["invalid_pk_value"], params={"pk": str(pk)[:20]})
        return super().clean(value)


class ProjectForm(SeenForm):
    """A project and its accounts, of those that the editor sees."""

    accounts = AccountsField(Account.objects.none(), required=False)

    class Meta:
        model = DesignProject
        fields = ("name", "purpose", "phase", "launch_on", "owner")
        widgets = {
            "name": forms.TextInput(attrs={"dir": "auto"}),
            "purpose": forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
            "launch_on": forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        }

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["accounts"].queryset = Account.objects.visible_to(by)
        self.fields["owner"].queryset = User.objects.filter(is_active=True)
        self.fields["owner"].empty_label = _("nobody yet")

    def clean_accounts(self) -> list[Account]:
        chosen = list(self.cleaned_data["accounts"].order_by("name", "pk")[: MOST_ACCOUNTS + 1])
        if len(chosen) > MOST_ACCOUNTS:
            raise refusal("project_accounts_too_many", most=MOST_ACCOUNTS)
        return chosen
