"""What a column's sample says: dates and their order, numbers and their decimal mark, codes of currencies."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from babel.numbers import list_currencies

DateOrder = Literal["ymd", "dmy", "mdy", "roc"]

_TIME = r"(?:上午|下午)?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:[AaPp]\.?[Mm]\.?)?(?:Z|[+-]\d{2}:?\d{2})?"
_DATE = re.compile(
    rf"^(?:(?:中華|中华)?民[國国]\s?)?(\d{{1,4}})[-/.年](\d{{1,2}})[-/.月](\d{{1,4}})日?(?:[T ,]\s*{_TIME})?$"
)
_COMPACT = re.compile(r"^(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$")
_NAMED = re.compile(r"^\d{1,2}[- ](jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[- ,]+\d{2,4}$", re.IGNORECASE)
_SIGN = r"[-+(−]?\s*"
_MONEY = re.compile(
    rf"^{_SIGN}(?:[A-Z]{{2,3}}\s?)?[$€£¥]?\s*{_SIGN}\d[\d.,'’\s\u00a0\u202f]*(?:e[-+]?\d+)?\s*[)\-−%]?(?:\s?[A-Z]{{3}}|\s?[€元])?$",
    re.IGNORECASE,
)
_ISO = frozenset(list_currencies())
_CURRENCIES = _ISO | {"NTD", "RMB", "CNH"}
_CURRENCY_WORDS = frozenset(
    [
        "新台幣",
        "台幣",
        "人民幣",
        "人民币",
        "美元",
        "美金",
        "歐元",
        "欧元",
        "日圓",
        "日元",
        "日幣",
        "港幣",
        "港币",
        "英鎊",
        "英镑",
    ]
)


def filled(cells: Iterable[str | None]) -> list[str]:
    """The cells that hold something."""
    return [cell for cell in cells if cell]


def share(cells: Sequence[str], fits: Iterable[bool]) -> float:
    """Share of cells that fit, 0..1; 0 without cells."""
    return sum(fits) / len(cells) if cells else 0.0


def date_share(cells: Sequence[str]) -> float:
    """Share of cells that read as a date.

    >>> date_share(["2024-01-31", "31.12.2023", "113/05/01", "20240131", "n/a"])
    0.8
    """
    return share(cells, (is_date(cell) for cell in cells))


def is_date(cell: str) -> bool:
    """A calendar date in digits (with or without a time), compact, or with an English month."""
    if _COMPACT.match(cell) or _NAMED.match(cell):
        return True
    found = _DATE.match(cell)
    return found is not None and any(_possible(_parts(found), order) for order in ("ymd", "dmy", "mdy"))


def _parts(found: re.Match[str]) -> tuple[int, int, int]:
    return int(found[1]), int(found[2]), int(found[3])


def _possible(parts: tuple[int, int, int], order: str) -> bool:
    """Whether the three numbers are a date in this order; three-digit years are of the Republic of China."""
    by = dict(zip(order, parts, strict=True))
    year = by["y"]
    if year < 100:
        year += 2000
    elif year < 1000:
        year += 1911
    try:
        date(year, by["m"], by["d"])
    except ValueError:
        return False
    return 1900 < year <= 2100


@dataclass(frozen=True)
class OrderFound:
    """The order of a date column, and whether the other day-month order fits every value too."""

    order: DateOrder
    ambiguous: bool


def date_order(cells: Sequence[str]) -> OrderFound:
    """Day first or month first, from what the values allow.

    >>> date_order(["25/12/2023", "01/02/2024"]), date_order(["01/02/2024"]).ambiguous
    (OrderFound(order='dmy', ambiguous=False), True)
    """
    parts = [_parts(found) for found in map(_DATE.match, cells) if found]
    if not parts or all(first > 31 for first, _, _ in parts):  # a year leads
        return OrderFound("ymd", ambiguous=False)
    orders: tuple[DateOrder, ...] = ("dmy", "mdy", "ymd")
    fits = [order for order in orders if all(_possible(one, order) for one in parts)]
    if not fits:
        return OrderFound("ymd", ambiguous=True)
    return OrderFound(fits[0], ambiguous=len(fits) > 1 and not all(a == b for a, b, _ in parts))


def roc_share(cells: Sequence[str]) -> float:
    """Share of cells dated in the Republic of China's calendar, 113/05/01 for 2024-05-01.

    >>> roc_share(["113/05/01", "民國99年5月1日", "2024-05-01", "2024/5/2"])
    0.5
    """
    found = [_DATE.match(cell) for cell in cells]
    return share(cells, (one is not None and (len(one[1]) == 3 or not one[0][0].isdigit()) for one in found))


def number_share(cells: Sequence[str]) -> float:
    """Share of cells that read as a number or an amount of money, in any notation.

    >>> number_share(["1,234.50", "(12)", "12-", "€ 5", "abc"])
    0.8
    """
    return share(cells, (bool(_MONEY.match(cell)) and not is_date_like(cell) for cell in cells))


def is_date_like(cell: str) -> bool:
    """A date with separators: 31.12.2023 is not a number."""
    return bool(_DATE.match(cell)) and is_date(cell)


def decimal_mark(cells: Iterable[str]) -> Literal[".", ","] | None:
    """The decimal mark that the values prove, None when they prove none.

    >>> decimal_mark(["1.234,50"]), decimal_mark(["12,5"]), decimal_mark(["1,234"]), decimal_mark(["1,234,567"])
    (',', ',', None, '.')
    """
    votes = {".": 0, ",": 0}
    for cell in cells:
        mark = _mark(re.sub(r"[^\d.,]", "", cell))
        if mark:
            votes[mark] += 1
    if votes["."] == votes[","]:
        return None
    return "." if votes["."] > votes[","] else ","


def _mark(digits: str) -> str | None:
    dots, commas = digits.count("."), digits.count(",")
    if dots and commas:
        return "." if digits.rfind(".") > digits.rfind(",") else ","
    if dots > 1 or commas > 1:
        return "," if dots > 1 else "."
    if not dots and not commas:
        return None
    mark = "." if dots else ","
    after = len(digits) - digits.index(mark) - 1
    grouped = after == 3 and not digits.startswith(("0", mark)) and digits.index(mark) <= 3
    return None if grouped else mark


def currency_share(cells: Sequence[str]) -> float:
    """Share of cells that hold an ISO 4217 code or the usual word for a currency.

    >>> currency_share(["USD", "TWD", "100", "新台幣"])
    0.75
    """
    return share(cells, (cell.upper() in _CURRENCIES or cell in _CURRENCY_WORDS for cell in cells))


def is_currency(cell: str) -> bool:
    """Whether a cell is an ISO 4217 code, in any case.

    >>> is_currency("eur"), is_currency("新台幣"), is_currency("NTD")
    (True, False, False)
    """
    return cell.upper() in _ISO


def as_number(cell: str) -> float | None:
    """A rough value for comparing magnitudes while guessing; never for money."""
    digits = re.sub(r"[^\d.,]", "", cell)
    mark = _mark(digits) or "."
    plain = digits.replace("," if mark == "." else ".", "").replace(mark, ".")
    try:
        value = float(plain)
    except ValueError:
        return None
    return -value if cell.lstrip().startswith(("-", "(", "−")) or cell.rstrip().endswith(("-", "−")) else value
