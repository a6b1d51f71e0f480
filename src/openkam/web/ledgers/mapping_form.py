"""The forms of the mapping page."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openkam.ledger.encodings import ENCODINGS
from openkam.ledger.formats import Opened
from openkam.ledger.guess import Guess
from openkam.ledger.mapping import FIELDS, Mapping
from openkam.method.errors import InvalidInput
from openkam.web.programme.words import problem

from . import intake, words
from .models import Import, Source

DATE_ORDERS = [
    ("ymd", gettext_lazy("year month day, 2024-03-31")),
    ("dmy", gettext_lazy("day month year, 31/03/2024")),
    ("mdy", gettext_lazy("month day year, 03/31/2024")),
    ("roc", gettext_lazy("Minguo year month day, 113/03/31")),
]
MARKS = [(".", gettext_lazy("point, 1,234.56")), (",", gettext_lazy("comma, 1.234,56"))]
DISCOUNTS = [
    ("", "–"),
    ("fraction", gettext_lazy("a fraction, 0.15")),
    ("percent", gettext_lazy("per cent, 15")),
    ("amount", gettext_lazy("an amount off the whole line")),
]
DELIMITERS = [
    (",", gettext_lazy("comma ,")),
    (";", gettext_lazy("semicolon ;")),
    ("\t", gettext_lazy("tab")),
    ("|", gettext_lazy("bar |")),
    ("^", "^"),
    ("~", "~"),
    (":", gettext_lazy("colon :")),
]
WAYS = ("date_order", "decimal_mark", "default_currency", "discount_kind", "lines_key", "header_key")


class ReadingForm(forms.Form):
    """How the file is read: encoding and delimiter of a text, sheet of a workbook."""

    encoding = forms.ChoiceField(label=gettext_lazy("Encoding"), required=False)
    delimiter = forms.ChoiceField(label=gettext_lazy("Delimiter"), required=False)
    sheet = forms.ChoiceField(label=gettext_lazy("Sheet"), required=False)

    def __init__(self, data: Any = None, *, subject: Import, lines: Opened | None) -> None:
        super().__init__(data, initial={name: getattr(subject, name) for name in ("encoding", "delimiter", "sheet")})
        self._offer("encoding", [(name, name) for name in ENCODINGS], subject.encoding, lines is None or lines.encoding)
        self._offer("delimiter", DELIMITERS, subject.delimiter, lines is None or lines.delimiter)
        self._offer("sheet", [(name, name) for name in lines.sheets] if lines else [], "", bool(lines and lines.sheets))

    def _offer(self, name: str, choices: Any, now: str, applies: Any) -> None:
        if not applies:
            del self.fields[name]
            return
        field: Any = self.fields[name]
        known = [("", _("find out")), *choices]
        field.choices = known if now in dict(known) else [*known, (now, now)]
        field.strip = False

    def chosen(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in self.fields}


class MappingForm(forms.Form):
    """One choice of column per field, and how the texts in them are written."""

    source = forms.CharField(
        label=gettext_lazy("Name of the system"),
        max_length=200,
        help_text=gettext_lazy(
            "Where the file comes from. The next file with the same columns is mapped like this one."
        ),
        widget=forms.TextInput(attrs={"list": "sources", "autocomplete": "off"}),
    )
    date_order = forms.ChoiceField(label=gettext_lazy("Dates are written"), choices=DATE_ORDERS)
    decimal_mark = forms.ChoiceField(label=gettext_lazy("Decimal mark"), choices=MARKS)
    discount_kind = forms.ChoiceField(label=gettext_lazy("The discount is"), choices=DISCOUNTS, required=False)
    default_currency = forms.CharField(
        label=gettext_lazy("Currency of lines that name none"),
        max_length=3,
        required=False,
        help_text=gettext_lazy("Empty: the reporting currency."),
    )
    lines_key = forms.ChoiceField(label=gettext_lazy("Shared column in the lines"), required=False)
    header_key = forms.ChoiceField(label=gettext_lazy("Shared column in the second file"), required=False)

    def __init__(
        self, data: Any = None, *, subject: Import, guessed: Guess, lines: Opened, header: Opened | None
    ) -> None:
        self._guessed, self._columns = guessed, intake.columns(subject)
        saved = _fitting(subject.mapping, self._columns)
        start = saved or guessed.mapping.model_dump()
        name = subject.source.name if subject.source else _free_name()
        super().__init__(data, initial={"source": name, **start})
        self.is_saved = bool(saved)
        for field in FIELDS:
            label, help_text = words.FIELDS[field]
            self.fields[field] = forms.ChoiceField(
                label=label, help_text=help_text, required=False, choices=_choices(self._columns)
            )
        self._join(lines, header)

    def _join(self, lines: Opened, header: Opened | None) -> None:
        if header is None:
            del self.fields["lines_key"], self.fields["header_key"]
            return
        for name, opened in (("lines_key", lines), ("header_key", header)):
            field: Any = self.fields[name]
            field.choices = _choices(opened.columns)

    def mapping(self) -> Mapping:
        chosen = {name: self.cleaned_data.get(name) or None for name in (*FIELDS, *WAYS)}
        code = chosen["default_currency"]
        return Mapping(**{**chosen, "default_currency": code and code.upper()})

    def clean(self) -> dict[str, Any]:
        if not self.errors:
            for wrong in self.mapping().problems(self._columns):
                self.add_error(wrong.where if wrong.where in self.fields else None, sentence(wrong))
        return self.cleaned_data

    def rows(self) -> list[dict[str, Any]]:
        """Per field: its choice, how sure the guess is, and why."""
        why: dict[str, list[str]] = {}
        for reason in self._guessed.reasons:
            why.setdefault(reason.where, []).append(sentence(reason))
        return [
            {
                "field": self[name],
                "guessed": getattr(self._guessed.mapping, name),
                "sure": self._guessed.confidence.get(name),
                "why": why.get(name, []),
            }
            for name in FIELDS
        ]

    def ways(self) -> list[Any]:
        return [self[name] for name in WAYS if name in self.fields]

    def remarks(self) -> list[str]:
        """What the guess wants a person to look at, beyond the single fields."""
        return [sentence(reason) for reason in self._guessed.reasons if reason.where not in FIELDS]


def _free_name() -> str:
    """A name that no other source has, so that its mapping is not written over unless somebody means it."""
    taken = set(Source.objects.values_list("name", flat=True))
    names = (_("Invoices") if n == 1 else f"{_('Invoices')} {n}" for n in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


def _choices(columns: Any) -> list[tuple[str, str]]:
    return [("", "–"), *((name, name) for name in columns)]


def _fitting(saved: dict[str, Any], columns: list[str]) -> dict[str, Any]:
    """A saved mapping, if the file has its columns."""
    if not saved:
        return {}
    known = Mapping.model_validate(saved)
    return saved if set(known.named().values()) <= set(columns) else {}


def sentence(wrong: InvalidInput) -> str:
    """A finding of the mapping or of the guess, naming the field by its label."""
    label = words.FIELDS.get(wrong.where, (wrong.where, ""))[0]
    return problem(wrong.code, {"field": label, **wrong.values})
