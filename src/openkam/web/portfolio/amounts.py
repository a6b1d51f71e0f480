"""Amounts as people type or paste them: separators of either habit, brackets for negatives, any script's digits."""

import re
import unicodedata
from decimal import Decimal, InvalidOperation

from openkam.method.document import MONEY_LIMIT
from openkam.method.errors import InvalidInput

_SPACES = re.compile(r"[\s'’_]")
_HABITS = (
    re.compile(r"(\d{1,3}(?:,\d{3})+)(?:\.(\d*))?"),  # 1,234,567.8
    re.compile(r"(\d{1,3}(?:\.\d{3})+),(\d*)"),  # 1.234,5
    re.compile(r"(\d{1,3}(?:\.\d{3}){2,})()"),  # 1.234.567
    re.compile(r"(\d+),(\d+)"),  # 12,5
)
_PLAIN = re.compile(r"\d+(\.\d*)?|\.\d+")
_MINUS = str.maketrans({"−": "-", "–": "-", "﹣": "-"})


def parse_amount(text: str) -> Decimal | None:
    """The amount that a text stands for; None for an empty one or a lone dash, which both say "not known".

    "1,234.50", "1.234,50", "1 234,5", "(250)", "-250", "１２３" are understood. One comma before exactly three
    digits separates thousands; one point is always decimal.
    """
    cleaned = _SPACES.sub("", unicodedata.normalize("NFKC", text)).translate(_MINUS)
    if cleaned in {"", "-"}:
        return None
    negative = cleaned.startswith("-") or (cleaned.startswith("(") and cleaned.endswith(")"))
    digits = _decimal_text(cleaned.strip("()").lstrip("-+"))
    if not _PLAIN.fullmatch(digits):
        raise InvalidInput("not_an_amount", text=text[:40])
    return _within_limits(-Decimal(digits) if negative else Decimal(digits), text)


def _decimal_text(digits: str) -> str:
    """The digits with a decimal point and no other separator."""
    for habit in _HABITS:
        if found := habit.fullmatch(digits):
            return re.sub(r"\D", "", found[1]) + "." + (found[2] or "0")
    return digits


def _within_limits(amount: Decimal, text: str) -> Decimal:
    try:
        rounded = amount.quantize(Decimal("0.0001"))
    except InvalidOperation as error:
        raise InvalidInput("amount_too_large", text=text[:40]) from error
    if abs(rounded) > MONEY_LIMIT:
        raise InvalidInput("amount_too_large", text=text[:40])
    return rounded


def typed_text(amount: Decimal | None) -> str:
    """An amount as it stands in a field: grouped, and with as many decimals as it has."""
    if amount is None:
        return ""
    plain = f"{amount:,.4f}".rstrip("0").rstrip(".")
    return "0" if plain in {"-0", ""} else plain
