"""Find people by any part of their name, in any script and either variant of Chinese."""

from typing import Any

from django.db.models import Q

from .naming import folded_parts


def named(people: Any, text: str) -> Any:
    """The people whose name, title or address holds a text; all for an empty text."""
    wanted = " ".join(text.replace("\x00", "").split())[:200]
    if not wanted:
        return people
    within = Q()
    for part in folded_parts(wanted):
        within &= Q(folded__contains=part)
    plain = Q(name__icontains=wanted) | Q(title__icontains=wanted) | Q(email__icontains=wanted)
    return people.filter(plain | within if within else plain)
