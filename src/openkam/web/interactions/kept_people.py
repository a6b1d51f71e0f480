"""The people of kept messages as they are today: their numbers outlive merges, and erased people are left out."""

from collections.abc import Iterable

from openkam.web.contacts.models import Colleague, Contact, ContactMerge

from .models import Pending

Side = type[Colleague] | type[Contact]


def still_there(rows: Iterable[Pending]) -> None:
    """Let each row name the people that those who were known in its message are by now, each once."""
    rows = list(rows)
    known: dict[bool, dict[int, int]] = {
        is_theirs: _now(side, {pk for row in rows for pk, _, *more in row.ours if bool(more) is is_theirs})
        for is_theirs, side in ((False, Colleague), (True, Contact))
    }
    for row in rows:
        now: dict[tuple[int, bool], list[object]] = {}
        for pk, part, *more in row.ours:
            if person := known[bool(more)].get(pk):
                now.setdefault((person, bool(more)), [person, part, *more])
        row.ours = list(now.values())


def _now(side: Side, numbers: set[int]) -> dict[int, int]:
    """Number -> the number of the record that it is one with today, of those who are there."""
    now = {pk: pk for pk in numbers}
    while merged := _merged(side, set(now.values())):
        now = {pk: merged.get(person, person) for pk, person in now.items()}
    there = side._default_manager.filter(pk__in=set(now.values()), erased_at=None)
    present = set(there.order_by().values_list("pk", flat=True))
    return {pk: person for pk, person in now.items() if person in present}


def _merged(side: Side, numbers: set[int]) -> dict[int, int]:
    """Number of a record that went -> the number of the one that it became part of."""
    into = side._meta.model_name
    merges = ContactMerge.objects.filter(undone_at=None, gone__id__in=numbers).exclude(**{into: None})
    return dict(merges.order_by("pk").values_list("gone__id", f"{into}_id"))
