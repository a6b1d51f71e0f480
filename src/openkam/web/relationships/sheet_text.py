"""The cells of the team map as people type them: "2 1,3" takes part with 2 and is covered by the members 1 and 3."""

import re
from typing import Any

from openkam.web.programme.meanwhile import refusal

from .judging import Place
from .models import Buying, Judgement

TYPES = {"E": Buying.ECONOMIC, "U": Buying.USER, "T": Buying.TECHNICAL}
CELL = re.compile(r"^(?P<degree>[0-3LMHlmh–-]?)(?:[\s/:;·]+(?P<numbers>[\d\s,、]*))?$")
LETTERS = {"l": 1, "m": 2, "h": 3}
MOST_NUMBERS = 30


def read_place(text: str) -> Place:
    """A cell of the sheet. Raises a form's error for what is none."""
    found = CELL.match(text.strip())
    if found is None:
        raise refusal("cell_unreadable", text=text[:40])
    degree, numbers = found["degree"], re.findall(r"\d{1,3}", found["numbers"] or "")
    if len(numbers) > MOST_NUMBERS:
        raise refusal("cell_unreadable", text=text[:40])
    value = None if degree in ("", "-", "–") else LETTERS.get(degree.lower()) or int(degree)
    return Place(value, tuple(sorted({int(number) for number in numbers})))


def place_text(place: Place) -> str:
    """With a space between, for a spreadsheet would take a slash for a date."""
    numbers = ",".join(map(str, place.covered_by))
    degree = "" if place.participation is None else str(place.participation)
    return f"{degree or '–'} {numbers}" if numbers else degree


def places_of(judgement: Judgement | None) -> dict[str, Place]:
    cells = judgement.cells.all() if judgement and judgement.pk else []
    return {
        cell.phase: Place(cell.participation, tuple(sorted(member.number for member in cell.covered_by.all())))
        for cell in cells
    }


def read_types(text: str) -> list[str]:
    letters = re.findall(r"[A-Z]", text.upper())
    if strange := [letter for letter in letters if letter not in TYPES]:
        raise refusal("influence_type", value=strange[0])
    return [TYPES[letter].value for letter in dict.fromkeys(letters)]


def types_text(types: Any) -> str:
    letters = {value: letter for letter, value in TYPES.items()}
    return " ".join(letters[value] for value in types if value in letters)


def read_step(text: str, low: int, high: int) -> int | None:
    """A whole number of a scale; None for nothing, which is not zero. Raises a form's error outside the scale."""
    text = text.strip().replace("−", "-").replace("＋", "+")
    if not text or text in "–-":
        return None
    try:
        value = int(text)
    except ValueError:
        value = high + 1
    if not low <= value <= high:
        raise refusal("scale", value=text[:20], low=low, high=high)
    return value


def read_influence(text: str) -> int | None:
    text = text.strip().lower()
    return LETTERS[text] if text in LETTERS else read_step(text, 1, 3)


def support_text(support: int | None) -> str:
    return "" if support is None else f"{support:+d}".replace("+0", "0")
