"""The currencies in use today (ISO 4217), named in the language of the page."""

from functools import cache

from babel.core import get_global
from babel.numbers import get_currency_name, get_territory_currencies
from django.utils.timezone import localdate

from .templatetags.words import locale


@cache
def codes() -> tuple[str, ...]:
    """Codes that are legal tender somewhere today, in alphabetical order."""
    today = localdate()
    territories = get_global("territory_currencies")
    return tuple(sorted({code for place in territories for code in get_territory_currencies(place, today, today)}))


def choices() -> list[tuple[str, str]]:
    """`("EUR", "EUR – Euro")`, for a select: typing the code jumps to it."""
    speech = locale()
    return [(code, f"{code} – {get_currency_name(code, locale=speech)}") for code in codes()]
