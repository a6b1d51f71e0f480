"""How wide words are, so that no name lies on another: measured on the safe side, as nobody knows the reader's font."""

from functools import cache
from unicodedata import east_asian_width

NARROW, WIDE = set("iljtfrI.,:;'|!()[]·-– "), set("mwMW@%&")
BOLD = 1.09
ELLIPSIS = "…"


@cache
def _sign(sign: str) -> float:
    """In ems."""
    if east_asian_width(sign) in "WF":
        return 1.0
    if sign in NARROW:
        return 0.4
    if sign in WIDE:
        return 0.98
    return 0.72 if sign.isupper() else 0.63


def width(text: str, size: float, *, is_bold: bool = False) -> float:
    """In the units of the drawing."""
    return sum(map(_sign, text)) * size * (BOLD if is_bold else 1.0)


def shortened(text: str, room: float, size: float, *, is_bold: bool = False) -> str:
    """As much of a text as there is room for; whole words stand in the title."""
    text = " ".join(text.split())
    if width(text, size, is_bold=is_bold) <= room:
        return text
    room -= width(ELLIPSIS, size, is_bold=is_bold)
    kept = 0.0
    for at, sign in enumerate(text):
        kept += width(sign, size, is_bold=is_bold)
        if kept > room:
            return text[:at].rstrip() + ELLIPSIS
    return text
