"""What people type on the team map and on the stakeholder list."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from openkam.web.contacts.models import Colleague

from .judging import Place, Said
from .models import Judgement, Phase, Preset
from .sheet_text import (
    place_text,
    places_of,
    read_influence,
    read_place,
    read_step,
    read_types,
    support_text,
    types_text,
)
from .started import StartedForm

INFLUENCE = ((3, _("3 high")), (2, _("2 medium")), (1, _("1 low")))
PARTICIPATION = ((3, _("3 high")), (2, _("2 medium")), (1, _("1 low")), (0, _("0 none")))
SUPPORT = (
    (2, _("+2 strongly supportive")),
    (1, _("+1 supportive")),
    (0, _("0 neutral")),
    (-1, _("−1 against")),
    (-2, _("−2 strongly against")),
)
STEPS = tuple((step, str(step)) for step in range(5, 0, -1))
OPEN = ("", _("not judged"))


class SheetRow(StartedForm):
    """A contact's row: short codes, made for the keyboard and for pasting."""

    types = forms.CharField(label=_("influence type"), required=False, max_length=20)
    influence = forms.CharField(label=_("degree of influence"), required=False, max_length=8)
    support = forms.CharField(label=_("degree of support"), required=False, max_length=8)

    def __init__(self, *args: Any, judgement: Judgement | None, phases: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.phases, places = phases, places_of(judgement)
        for phase in phases:
            self.fields[phase] = forms.CharField(label=Phase(phase).label, required=False, max_length=60)
            self.initial[phase] = place_text(places.get(phase, Place()))
        if judgement:
            self.initial |= {
                "types": types_text(judgement.types),
                "influence": "" if judgement.influence is None else str(judgement.influence),
                "support": support_text(judgement.support),
            }
        for name, each in self.fields.items():
            if name != "seen":
                each.widget.attrs |= {"data-cell": "", "autocomplete": "off"}
        self.remember()

    @property
    def cells(self) -> list[Any]:
        return [self[phase] for phase in self.phases]

    def clean_types(self) -> list[str]:
        return read_types(self.cleaned_data["types"])

    def clean_influence(self) -> int | None:
        return read_influence(self.cleaned_data["influence"])

    def clean_support(self) -> int | None:
        return read_step(self.cleaned_data["support"], -2, 2)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for phase in self.phases:
            try:
                cleaned[phase] = read_place(cleaned.get(phase) or "")
            except ValidationError as refused:
                self.add_error(phase, refused)
        return cleaned

    @property
    def said(self) -> Said:
        given = {name: self.cleaned_data[name] for name in self.changed}
        places = {name: value for name, value in given.items() if name in self.phases}
        return Said({name: value for name, value in given.items() if name not in places}, places)


class StakeholderRow(StartedForm):
    """Power and interest, support now and needed, of one person."""

    power = forms.ChoiceField(label=_("power"), choices=[OPEN, *STEPS], required=False)
    interest = forms.ChoiceField(label=_("interest"), choices=[OPEN, *STEPS], required=False)
    support = forms.ChoiceField(label=_("support now"), choices=[OPEN, *SUPPORT], required=False)
    support_needed = forms.ChoiceField(label=_("support needed"), choices=[OPEN, *SUPPORT], required=False)
    SCALES = ("power", "interest", "support", "support_needed")

    def __init__(self, *args: Any, judgement: Judgement | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.SCALES:
            value = getattr(judgement, name, None)
            self.initial[name] = "" if value is None else value
        self.remember()

    @property
    def said(self) -> Said:
        given = {name: self.cleaned_data[name] for name in self.changed}
        return Said({name: int(value) if value else None for name, value in given.items()})


class SheetForm(StartedForm):
    """What the notes are for, and the phases."""

    purpose = forms.CharField(
        label=_("What are these notes about people for?"),
        max_length=2000,
        widget=forms.Textarea({"rows": 2, "dir": "auto"}),
    )
    preset = forms.ChoiceField(label=_("buying phases"), choices=Preset.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.remember()


class MemberForm(forms.Form):
    """One of ours, by the role on this sheet; somebody who is there already gets the new role."""

    colleague = forms.ModelChoiceField(Colleague.objects.none(), label=_("who"))
    role = forms.CharField(label=_("role"), required=False, max_length=200, widget=forms.TextInput({"dir": "auto"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        present = Colleague.objects.filter(left_on=None, erased_at=None)
        self.fields["colleague"].queryset = present.order_by("name", "pk")  # type: ignore[attr-defined]


def first_contacts() -> list[tuple[Any, Any]]:
    """Whoever of ours can be somebody's primary contact, asked for once for all rows of a page."""
    present = Colleague.objects.filter(left_on=None, erased_at=None).order_by("name", "pk")
    return [("", "–"), *present.values_list("pk", "name")]


class RhythmRow(StartedForm):
    """How often one contact wants to hear from us, and who of ours is their first contact."""

    wanted_days = forms.IntegerField(label=_("every … days"), required=False, min_value=1, max_value=3650)
    primary = forms.ChoiceField(label=_("primary contact"), required=False)

    def __init__(self, *args: Any, contact: Any, colleagues: list[tuple[Any, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = contact.primary
        away = [] if known is None or known.pk in dict(colleagues) else [(known.pk, known.name)]
        self.fields["primary"].choices = [*colleagues, *away]  # type: ignore[attr-defined]
        self.initial |= {"wanted_days": contact.wanted_days, "primary": contact.primary_id or ""}
        self.contact = contact
        self.remember()

    def take_over(self) -> list[str]:
        """Write what was changed into the contact; returns the names of its fields."""
        self.contact.wanted_days = self.cleaned_data["wanted_days"]
        self.contact.primary_id = int(self.cleaned_data["primary"] or 0) or None
        return ["primary_id" if name == "primary" else name for name in self.changed]
