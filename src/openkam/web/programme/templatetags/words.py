"""Numbers, money, dates and codes as a person reads them, in the language of the page."""

from datetime import date
from decimal import Decimal
from typing import Any

from babel import Locale
from babel.numbers import format_compact_decimal, format_currency, format_decimal, format_percent
from django import template
from django.utils.translation import get_language, ngettext

from openkam.web.programme.words import problem, step

register = template.Library()
_LOCALES = {"zh-hant": "zh_Hant_TW", "zh-hans": "zh_Hans_CN"}


def locale() -> Locale:
    return Locale.parse(_LOCALES.get(get_language() or "en", "en"))


@register.filter
def number(value: Any, places: int = 0) -> str:
    """A number in tabular figures; missing is shown as missing."""
    if value is None or value == "":
        return "–"
    pattern = "#,##0" + ("." + "0" * places if places else "")
    return format_decimal(Decimal(str(value)), pattern, locale=locale())


@register.filter
def money(value: Any, places: int = 0) -> str:
    """An amount without its currency, which the heading of a table or figure names once."""
    return number(value, places)


@register.filter
def exact(value: Any) -> str:
    """An amount with every decimal that is not zero, at least two."""
    if value is None:
        return "–"
    return format_decimal(Decimal(str(value)), "#,##0.00##", locale=locale())


@register.filter
def plain(value: Any) -> str:
    """A count or a number of minutes with as many decimals as it has."""
    return "–" if value is None else format_decimal(Decimal(str(value)), "#,##0.####", locale=locale())


@register.simple_tag
def amount(value: Any, currency: str) -> str:
    return "–" if value is None else format_currency(Decimal(str(value)), currency, locale=locale())


@register.filter
def compact(value: Any) -> str:
    return "–" if value is None else format_compact_decimal(Decimal(str(value)), locale=locale(), fraction_digits=1)


@register.filter
def percent(value: Any, places: int = 1) -> str:
    """A fraction as per cent: 0.125 becomes 12.5 %."""
    if value is None:
        return "–"
    return format_percent(Decimal(str(value)), "#,##0." + "0" * places + "%" if places else "#,##0%", locale=locale())


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
