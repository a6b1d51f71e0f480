"""What people type: whom a link is for, and what the customer says."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from openkam.web.programme.words import problem

from ..models import CustomerLink, Kind
from ..scoring import HIGHEST, LOWEST, Place
from .actions import places_of

LONGEST_REMARK = 4000
PREFIX = "rate-"


class LinkForm(forms.Form):
    contact = forms.CharField(
        label=_("For whom is it?"),
        max_length=200,
        help_text=_("The person at the customer, so that you know whose answer it is. They do not see this."),
    )
    days = forms.IntegerField(label=_("Valid for how many days?"), min_value=1, max_value=60, initial=14)


class ScoreField(forms.TypedChoiceField):
    """A whole number from 1 to 10, or nothing: who cannot say does not say zero."""

    widget = forms.RadioSelect

    def __init__(self, **kwargs: Any) -> None:
        choices = [*((score, str(score)) for score in range(LOWEST, HIGHEST + 1)), ("", _("cannot say"))]
        super().__init__(choices=choices, coerce=int, empty_value=None, required=False, **kwargs)
        self.error_messages["invalid_choice"] = _("“%(value)s” is not a score. Scores are whole numbers from 1 to 10.")


class RatingForm(forms.Form):
    """Each success factor, of us and of each competitor named at this customer, and a remark."""

    remark = forms.CharField(
        label=_("Is there anything else you want to tell us?"),
        max_length=LONGEST_REMARK,
        required=False,
        widget=forms.Textarea({"rows": 4}),
    )

    def __init__(self, link: CustomerLink, company: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._items = link.entry.round.items.filter(kind=Kind.STRENGTH).select_related("criterion")
        names = {row.pk: str(row) for row in link.entry.competitors.select_related("competitor")}
        self.places = {_name(link, place): place for place in places_of(link.entry)}
        for name, place in self.places.items():
            self.fields[name] = ScoreField(label=names.get(place.supplier) or company or _("Our company"))

    @property
    def questions(self) -> Iterator[tuple[str, dict[int, str], list[BoundField]]]:
        """Of each success factor its name, its anchors, and a field per supplier."""
        for item in self._items:
            asked = [self[name] for name, place in self.places.items() if place.item == item.pk]
            yield str(item), item.criterion.anchors, asked

    @property
    def scores(self) -> dict[Place, int]:
        said = {place: self.cleaned_data.get(name) for name, place in self.places.items()}
        return {place: score for place, score in said.items() if score is not None}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if {name for name in self.data if name.startswith(PREFIX)} != set(self.places):
            raise ValidationError(problem("customer_questions_changed"), code="questions_changed")
        if not self.errors and not self.scores and not data.get("remark"):
            raise ValidationError(_("Nothing is rated yet. Choose at least one number."), code="nothing_said")
        return data


def _name(link: CustomerLink, place: Place) -> str:
    """A name that tells a stranger nothing, such as how many customers we have."""
    return PREFIX + salted_hmac("openkam.customer", f"{link.digest} {place}").hexdigest()[:16]
