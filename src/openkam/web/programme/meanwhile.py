"""A form that tells a second editor what somebody else saved since it was opened, and overwrites nothing."""

from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError

from .words import problem

SALT = "seen in a form"


def refusal(code: str, **values: Any) -> ValidationError:
    return ValidationError(problem(code, values), code=code)


class SeenForm(forms.ModelForm):  # type: ignore[type-arg]
    """`seen` carries the values of its own fields, signed, that the editor started from."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    #: Fields that a change of is told by its version alone.
    unseen: frozenset[str] = frozenset({"seen"})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.remember()

    def remember(self) -> None:
        """What is stored now; called again by who adds or takes fields away."""
        names = set(self.fields) - self.unseen
        known = {field.name for field in self.instance._meta.concrete_fields}
        self.stored = {name: self._stored(name) for name in sorted(names & known)}
        self.fields["seen"].initial = signing.dumps(self.stored, salt=SALT)

    def _stored(self, name: str) -> str:
        value = self.instance.serializable_value(name) if self.instance.pk else None
        return "" if value is None else str(value)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.instance.pk:
            for name in self.changed_meanwhile():
                self.add_error(name, refusal("changed_meanwhile", value=self._words(name) or "–"))
        return cleaned

    def changed_meanwhile(self) -> list[str]:
        try:
            seen = signing.loads(self.data.get(self.add_prefix("seen"), ""), salt=SALT)
        except signing.BadSignature:
            return list(self.stored)[:1]
        return [name for name, value in self.stored.items() if seen.get(name) != value]

    def _words(self, name: str) -> str:
        """What is stored now, as a person reads it."""
        field, value = self.fields[name], self.stored[name]
        if isinstance(field, forms.ModelChoiceField):
            chosen = field.queryset.model._default_manager.filter(pk=value or None).first() if field.queryset else None
            return str(chosen or "")
        return str(dict(getattr(field, "choices", ())).get(value, value))

    def saw_again(self) -> "SeenForm":
        """The refused form, ready to be sent once more: its sender has now been told what changed."""
        self.data = self.data.copy()
        self.data[self.add_prefix("seen")] = signing.dumps(self.stored, salt=SALT)
        return self
