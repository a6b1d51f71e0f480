"""Numbers, money, dates and codes as a person reads them, in the language of the page."""

from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from babel import Locale
from babel.numbers import format_compact_decimal
from django import template
from django.utils.translation import get_language, ngettext

from openkam.web.programme.words import problem, step

register = template.Library()
_LOCALES = {"zh-hant": "zh_Hant_TW", "zh-hans": "zh_Hans_CN"}


def locale() -> Locale:
    return _locale(get_language() or "en")


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(_LOCALES.get(language, "en"))


@cache
def _signs(language: str) -> dict[int, str]:
    """What a language writes for the signs of a number as Python writes it."""
    signs = _locale(language).number_symbols["latn"]
    names = {",": "group", ".": "decimal", "-": "minusSign", "%": "percentSign"}
    return str.maketrans({sign: signs[name] for sign, name in names.items()})


def _written(value: Any, places: int, at_least: int | None = None, *, unit: str = "") -> str:
    """Grouped, half-even, as Babel writes it, without reading a pattern for each of a page's hundreds of numbers.

    Zeros at the end are dropped down to `at_least` decimals; the unit "%" takes a hundredfold.
    """
    exactly = value if isinstance(value, Decimal) else Decimal(str(value))
    text = f"{exactly.scaleb(2) if unit else exactly:,.{places}f}"
    if at_least is not None:
        whole, _, decimals = text.partition(".")
        kept = decimals.rstrip("0").ljust(at_least, "0")
        text = f"{whole}.{kept}" if kept else whole
    return (text + unit).translate(_signs(get_language() or "en"))


@register.filter
def number(value: Any, places: int = 0) -> str:
    """A number in tabular figures; missing is shown as missing."""
    return "–" if value is None or value == "" else _written(value, places)


@register.filter
def money(value: Any, places: int = 0) -> str:
    """An amount without its currency, which the heading of a table or figure names once."""
    return number(value, places)


@register.filter
def exact(value: Any) -> str:
    """An amount with every decimal that is not zero, at least two."""
    return "–" if value is None else _written(value, 4, 2)


@register.filter
def plain(value: Any, places: int = 4) -> str:
    """A count, a rate or a number of minutes with as many decimals as it has, at most so many."""
    return "–" if value is None else _written(value, places, 0)


@register.filter
def compact(value: Any) -> str:
    return "–" if value is None else format_compact_decimal(Decimal(str(value)), locale=locale(), fraction_digits=1)


@register.filter
def percent(value: Any, places: int = 1) -> str:
    """A fraction as per cent: 0.125 becomes 12.5 %."""
    return "–" if value is None else _written(value, places, unit="%")


@register.filter
def duration(seconds: int) -> str:
    if seconds < 90:
        return ngettext("%(n)s second", "%(n)s seconds", seconds) % {"n": seconds}
    minutes = round(seconds / 60)
    return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}


@register.filter
def iso(value: date | None) -> str:
    return value.isoformat() if value else "–"


register.filter("problem_words", problem)
register.filter("job_step", step)
