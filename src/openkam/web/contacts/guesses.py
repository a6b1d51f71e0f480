"""What an import took job titles for, title by title, to be corrected by who knows better."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from openkam.web.people.models import User

from .actions import change_person
from .models import Colleague, Contact, Function, Level, PeopleImport

SHOWN = 200
CHOICES: dict[str, Any] = {"function": Function, "level": Level}


def words(what: str, code: str) -> str:
    return str(CHOICES[what](code).label) if code else ""


def context(subject: PeopleImport) -> dict[str, Any]:
    rows = [
        {"number": number, "title": title, "function": function, "level": level, "people": len(people)}
        for number, (title, (function, level, people)) in enumerate(_titles(subject))
    ]
    rows.sort(key=lambda row: (-row["people"], row["title"]))
    return {"titles": rows[:SHOWN], "functions": Function.choices, "levels": Level.choices}


def _titles(subject: PeopleImport) -> list[tuple[str, Any]]:
    return sorted(subject.receipt.get("guessed", {}).items())


@transaction.atomic
def correct(subject: PeopleImport, given: Mapping[str, str], *, by: User) -> int:
    """Put what is chosen in the place of each guess; returns how many people were changed."""
    changed = 0
    for number, (_title, guess) in enumerate(_titles(subject)):
        for at, (what, choices) in enumerate(CHOICES.items()):
            chosen = given.get(f"{what}-{number}")
            if chosen is not None and chosen in choices.values and chosen != guess[at]:
                changed += _corrected(subject, guess[2], {what: (guess[at], chosen)}, by)
                guess[at] = chosen
    subject.save(update_fields=["receipt"])
    return changed


def _corrected(subject: PeopleImport, people: list[int], change: dict[str, tuple[str, str]], by: User) -> int:
    """Change those who still have what was guessed, as far as the person sees them."""
    ((what, (guess, chosen)),) = change.items()
    seen: Any = Contact.objects.visible_to(by) if subject.side == PeopleImport.Side.THEIRS else Colleague.objects
    count = 0
    for person in seen.filter(pk__in=people, erased_at=None, **{what: guess}).select_related("reports_to"):
        setattr(person, what, chosen)
        count += bool(change_person(person, by=by, fields=[what]))
    return count
