"""Who reports to whom in a file, once everybody in it is known, whatever the order of the rows."""

from collections.abc import Iterable, Mapping
from typing import Any

from .import_known import Known, Person
from .naming import folded_name
from .reading.columns import Line


class Bosses:
    """The superiors that the rows of a file name. A circle is told at each of its rows, and nothing else is lost."""

    def __init__(self, known: Known, receipt: Any) -> None:
        self.known, self.receipt = known, receipt

    def put(self, people: Mapping[int, Person], lines: Iterable[Line]) -> None:
        named = {line.row: line["reports_to"] for line in lines if line["reports_to"] and line.row in people}
        wanted: dict[int, tuple[int, Person]] = {}  # number of a person -> the row and the superior
        for row, text in named.items():
            if boss := self._boss(row, people[row], text):
                wanted[people[row].pk] = row, boss
        self._refuse_circles(wanted)
        for row in named:
            if people[row].pk in wanted:
                people[row].reports_to_id = wanted[people[row].pk][1].pk

    def _boss(self, row: int, person: Person, text: str) -> Person | None:
        account = getattr(person, "account_id", None)
        found = self.known.by_id.get(text) or self.known.by_email.get(text.lower())
        some = [found] if found else self.known.named(account, folded_name(text))
        if len(some) != 1:
            self.receipt.add(row, "row_boss_ambiguous" if some else "row_boss_unknown", value=text)
            return None
        if getattr(some[0], "account_id", None) != account:
            self.receipt.add(row, "reports_elsewhere", name=some[0].name)
            return None
        return some[0]

    def _refuse_circles(self, wanted: dict[int, tuple[int, Person]]) -> None:
        """Take the rows of a circle away until none is left; what was known before may close another."""
        before = dict(self.known.people.exclude(reports_to=None).order_by().values_list("pk", "reports_to_id"))
        while circling := on_circles(before | {pk: boss.pk for pk, (_row, boss) in wanted.items()}) & set(wanted):
            for pk in sorted(circling):
                row, boss = wanted.pop(pk)
                self.receipt.add(row, "row_boss_circle", value=boss.name)


def on_circles(above: Mapping[int, int]) -> set[int]:
    """Those who report, through others, to themselves.

    >>> sorted(on_circles({1: 2, 2: 3, 3: 2, 4: 5}))
    [2, 3]
    """
    found: set[int] = set()
    done: set[int] = set()
    for start in above:
        path: dict[int, int] = {}
        at: int | None = start
        while at is not None and at not in path and at not in done:
            path[at] = len(path)
            at = above.get(at)
        if at in path:
            found |= {one for one, place in path.items() if place >= path[at]}
        done |= set(path)
    return found
