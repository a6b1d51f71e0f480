"""What the columns of somebody's table mean, by their names."""

import re
import unicodedata
from collections.abc import Callable, Mapping


def plain(column: str) -> str:
    """A column's name as it is compared.

    >>> plain("property_hs_parent_company_id"), plain("Billing Country"), plain("客戶 名稱")
    ('hsparentcompanyid', 'billingcountry', '客戶名稱')
    """
    return re.sub("^property(?=.)", "", letters(column))


def letters(text: str) -> str:
    """A word without case, width, spaces and signs.

    >>> letters("Our people"), letters("E-Mail")
    ('ourpeople', 'email')
    """
    return "".join(sign for sign in unicodedata.normalize("NFKC", text).casefold() if sign.isalnum())


def guess(
    columns: tuple[str, ...], meanings: Mapping[str, str], compared: Callable[[str], str] = plain
) -> dict[str, str]:
    """Meaning -> column, for the meanings that a column's name gives away; the likeliest name wins.

    meanings  meaning -> the names that columns of it have, likeliest first, as they are compared.
    """
    by_name: dict[str, str] = {}
    for column in columns:
        by_name.setdefault(compared(column), column)
    found: dict[str, str] = {}
    for meaning, names in meanings.items():
        free = (by_name[name] for name in names.split() if name in by_name and by_name[name] not in found.values())
        if column := next(free, None):
            found[meaning] = column
    return found
