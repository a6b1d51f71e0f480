"""What people type about an account, and how a second editor is told instead of overwriting the first."""

from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from openkam.web.people.models import User
from openkam.web.programme.words import problem

from .family import closes_a_circle
from .models import Account

TYPED = (
    "name",
    "external_id",
    "parent",
    "industry",
    "country",
    "currency",
    "owner",
    "status",
    "orientation",
    "orientation_reason",
)
SALT = "account seen"


def refusal(code: str, **values: Any) -> ValidationError:
    return ValidationError(problem(code, values), code=code)


class AccountForm(forms.ModelForm[Account]):
    """Every field of an account. `seen` carries the values that the editor started from."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Account
        fields = TYPED
        widgets = {
            "parent": forms.HiddenInput,
            "name": forms.TextInput(attrs={"dir": "auto"}),
            "orientation_reason": forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        }

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.stored = {name: self._stored(name) for name in TYPED}
        self.fields["parent"].queryset = self._possible_parents()
        self.fields["owner"].queryset = User.objects.filter(is_active=True)
        self.fields["owner"].empty_label = _("nobody yet")
        self.fields["seen"].initial = signing.dumps(self.stored, salt=SALT)

    def _stored(self, name: str) -> Any:
        value = self.instance.serializable_value(name) if self.instance.pk else None
        return "" if value is None else value

    def _possible_parents(self) -> Any:
        """What this person sees; the parent that is set stays possible, even for who may not read its name."""
        visible = Account.objects.visible_to(self.by).exclude(pk=self.instance.pk)
        if self.instance.parent_id:
            return visible | Account.objects.filter(pk=self.instance.parent_id)
        return visible

    def clean_parent(self) -> Account | None:
        parent = self.cleaned_data["parent"]
        if parent and closes_a_circle(self.instance.pk, parent.pk):
            raise refusal("parent_circle", name=parent.name)
        return parent

    def clean_currency(self) -> str:
        currency = self.cleaned_data["currency"].strip().upper()
        if currency and not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
            raise refusal("currency_code", value=currency)
        return currency

    def clean_status(self) -> str:
        """Who is a key account is a decision, with its reason and its round; it is not typed here."""
        status, before = self.cleaned_data["status"], self.stored["status"] or Account.Status.CANDIDATE
        if status != before and Account.Status.KEY in {status, before}:
            raise refusal("status_is_decided")
        return status

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("orientation") and not (cleaned.get("orientation_reason") or "").strip():
            self.add_error("orientation_reason", refusal("orientation_reason_missing"))
        if self.instance.pk:
            self._refuse_what_others_changed()
        return cleaned

    def _refuse_what_others_changed(self) -> None:
        """Fields that somebody else saved since this editor opened the form, each named with its new value."""
        for name in self.changed_meanwhile():
            value = self.stored[name]
            if name in ("owner", "parent") and value:
                person = User.objects.filter(pk=value).first() if name == "owner" else None
                value = str(person) if person else f"#{value}"
            self.add_error(name, refusal("changed_meanwhile", value=value or "–"))

    def changed_meanwhile(self) -> list[str]:
        try:
            seen = signing.loads(self.data.get(self.add_prefix("seen"), ""), salt=SALT)
        except signing.BadSignature:
            return ["name"]
        return [name for name in TYPED if seen.get(name) != self.stored[name]]

    def saw_again(self) -> "AccountForm":
        """The refused form, ready to be sent once more: its sender has now been told what changed."""
        self.data = self.data.copy()
        self.data[self.add_prefix("seen")] = signing.dumps(self.stored, salt=SALT)
        return self


class MemberForm(forms.Form):
    """Somebody to join a team."""

    person = forms.ModelChoiceField(User.objects.filter(is_active=True), label=_("person"))
