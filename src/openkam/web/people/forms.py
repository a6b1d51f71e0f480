from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from .models import User
from .permissions import Role
from .words import ROLES


class RoleSelect(forms.RadioSelect):
    """Each role with what it may do, in plain words."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        return {**option, "explanation": ROLES[Role(value)]}


class InvitationForm(forms.ModelForm[User]):
    class Meta:
        model = User
        fields = ["email", "name", "role", "sees_profit"]
        help_texts = {
            "sees_profit": _("Without this, no cost and no profit is shown to this person, nor does it reach exports."),
        }
        widgets = {"role": RoleSelect, "email": forms.EmailInput(attrs={"autocomplete": "off"})}

    def clean_email(self) -> str:
        email = User.objects.normalize_email(self.cleaned_data["email"])
        if User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("There is already a person with this e-mail address."))
        return email


class PersonForm(InvitationForm):
    class Meta(InvitationForm.Meta):
        fields = ["name", "email", "role", "sees_profit", "is_active"]
        help_texts = {
            **InvitationForm.Meta.help_texts,
            "is_active": _("Taking this away signs the person out everywhere at once. Their work and history stay."),
        }


class MeForm(forms.ModelForm[User]):
    """What a person changes about themselves."""

    language = forms.ChoiceField(label=_("Language"), required=False)

    class Meta:
        model = User
        fields = ["name", "language", "wants_reminders"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [("", _("as the browser asks")), *settings.LANGUAGES]
