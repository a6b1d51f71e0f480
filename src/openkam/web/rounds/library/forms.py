"""What people type about a criterion; a second editor is told instead of overwriting the first."""

from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from openkam.web.programme.words import problem

from ..models import Criterion
from .actions import FIELDS, TEXTS, built_in_text

SALT = "criterion seen"


class CriterionForm(forms.ModelForm[Criterion]):
    """Name, anchors and floor of a criterion. The built-in texts stand in the fields until they are rewritten."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Criterion
        fields = FIELDS
        widgets = {name: forms.Textarea(attrs={"rows": 2, "dir": "auto"}) for name in ("at_1", "at_5", "at_10")}
        help_texts = {
            "is_picked": _("A new round starts with the criteria that are picked here."),
            "at_10": _("10 is always the best: for us, and of success factors for the customer."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stored = {name: getattr(self.instance, name) for name in FIELDS}
        self.fields["seen"].initial = signing.dumps(self.stored, salt=SALT)
        self.fields["name"].required = not self.instance.slug
        self.fields["name"].widget.attrs["dir"] = "auto"
        self.fields["floor"].widget.attrs |= {"min": 1, "max": 10}
        for part in TEXTS:
            self.initial[part] = getattr(self.instance, part) or built_in_text(self.instance, part)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.instance.pk:
            self._refuse_what_others_changed()
        return cleaned

    def _refuse_what_others_changed(self) -> None:
        try:
            seen = signing.loads(self.data.get(self.add_prefix("seen"), ""), salt=SALT)
        except signing.BadSignature:
            seen = {}
        for name in (name for name in FIELDS if seen.get(name) != self.stored[name]):
            said = self.initial[name] if name in TEXTS else self.stored[name]
            self.add_error(name, ValidationError(problem("changed_meanwhile", {"value": said or "–"})))

    def saw_again(self) -> None:
        """The refused form may be sent once more: its sender has now been told what changed."""
        self.data = self.data.copy()
        self.data[self.add_prefix("seen")] = signing.dumps(self.stored, salt=SALT)
