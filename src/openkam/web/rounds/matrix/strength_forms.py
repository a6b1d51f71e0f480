"""What people type about one customer's comparison: competitors, points of the success factors, the target."""

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from openkam.method.errors import InvalidInput
from openkam.web.people.models import User
from openkam.web.programme.words import problem

from ..actions import BEFORE_LOCK, held, name_competitors, set_points
from ..models import Entry
from ..reading.sheets import ItemRead

MOST_COMPETITORS = 20
MOST_POINTS = 1000
TARGET = ("target_attractiveness", "target_strength", "target_on")


@transaction.atomic
def change_competitors(entry: Entry, *, names: Iterable[str], seen: Iterable[str], by: User) -> None:
    """Add and take away what somebody added and took away; what others did meanwhile stays.

    seen  the names that their form started from. Raises InvalidInput as `name_competitors` does, and
    InvalidInput("competitors_too_many").
    """
    held(entry.round, BEFORE_LOCK)
    typed = {" ".join(name.replace("\x00", "").split())[:200] for name in names} - {""}
    seen = set(seen)
    there = {str(row) for row in entry.competitors.select_related("competitor")}
    wanted = (there | (typed - seen)) - (seen - typed)
    if len(wanted) > MOST_COMPETITORS:
        raise InvalidInput("competitors_too_many", entry.name, most=MOST_COMPETITORS)
    name_competitors(entry, names=wanted, by=by)


@transaction.atomic
def change_points(entry: Entry, *, typed: Mapping[str, str], items: Iterable[ItemRead], by: User) -> None:
    """Points of the success factors at this customer; all left empty means as everywhere in the round.

    Raises InvalidInput("points_off_scale" | "weight_missing" | "weights_all_zero" | "points_taken").
    """
    held(entry.round, BEFORE_LOCK)
    now = Entry.objects.select_for_update().get(pk=entry.pk)
    if typed.get("seen") != points_seen(now):
        raise InvalidInput("points_taken", now.name)
    texts = [(item, typed.get(f"p{item.id}", "").strip()) for item in items]
    is_empty = not any(text for _item, text in texts)
    points = {} if is_empty else {item.id: _points(text, item) for item, text in texts}
    if points and not any(points.values()):
        raise InvalidInput("weights_all_zero", now.name)
    set_points(now, points=points, by=by)


def points_seen(entry: Entry) -> str:
    """The points as an editor saw them."""
    return ",".join(f"{item}:{points}" for item, points in sorted(entry.points.items()))


def _points(text: str, item: ItemRead) -> float:
    if not text:
        raise InvalidInput("weight_missing", item.name, name=item.name)
    try:
        points = Decimal(text.replace(",", ".")[:20])
    except InvalidOperation:
        points = Decimal(-1)
    if not (points.is_finite() and 0 <= points <= MOST_POINTS):
        raise InvalidInput("points_off_scale", item.name, value=text[:20], name=item.name)
    return float(points)


class TargetForm(forms.ModelForm[Entry]):
    """Where the account shall stand, and by when. Both numbers or neither; a second editor is told."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Entry
        fields = TARGET
        widgets = {"target_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
        help_texts = {"target_strength": _("Our score over the competitor's: 1.00 is as good as they are.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stored = target_seen(self.instance)
        self.fields["seen"].initial = self.stored
        self.fields["target_attractiveness"].widget.attrs |= {"min": 1, "max": 10, "step": "0.01"}
        self.fields["target_strength"].widget.attrs |= {"min": "0.1", "max": 10, "step": "0.01"}

    def clean_target_strength(self) -> Decimal | None:
        strength: Decimal | None = self.cleaned_data["target_strength"]
        if strength is not None and strength < Decimal("0.1"):
            raise ValidationError(problem("target_strength"), code="target_strength")
        return strength

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        numbers = [cleaned.get(name) for name in TARGET[:2]]
        if not self.errors and (numbers[0] is None) != (numbers[1] is None):
            raise ValidationError(problem("target_half"), code="target_half")
        if cleaned.get("seen") != self.stored:
            raise ValidationError(problem("target_taken"), code="target_taken")
        return cleaned

    def saw_again(self) -> None:
        """The refused form may be sent once more: its sender has now been told what changed."""
        self.data = self.data.copy()
        self.data["seen"] = self.stored


def target_seen(entry: Entry) -> str:
    """The target as an editor saw it."""
    values = Entry.objects.filter(pk=entry.pk).values_list(*TARGET).first() or ()
    return "/".join("" if value is None else str(value) for value in values)
