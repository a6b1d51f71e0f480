"""Who reports to whom at an account, as a list that is drawn as a tree."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from openkam.web.accounts.models import Account

from .import_bosses import on_circles
from .models import Contact, Level

#: So many people are drawn at once; below somebody whose people are not drawn stands how many they are.
MOST = 300
#: More than these side by side are set one below the other.
ABREAST = 7
_RANK = {level: place for place, level in enumerate([*Level.values[1:], ""])}


@dataclass
class Node:
    """A person in the drawing, in the order of reading. `closes`: how many lists end after it."""

    person: Contact
    depth: int
    reports: int
    drawn: int
    row: bool = False
    closes: int = 0

    @property
    def opens(self) -> bool:
        return self.drawn > 0

    @property
    def hidden(self) -> int:
        return self.reports - self.drawn

    @property
    def ends(self) -> range:
        return range(self.closes)


@dataclass(frozen=True)
class Chart:
    """The drawing, from its top or from one person downwards.

    left_out  people whom nobody is drawn above, and who found no room.
    """

    nodes: list[Node]
    people: int
    left_out: int
    top: Contact | None = None


def chart(account: Account, start: int | None = None) -> Chart:
    """Everybody who works there, and those who left as long as somebody still reports to them."""
    people = _shown(Contact.objects.filter(account=account, erased_at=None))
    below = _below(people)
    top = people.get(start or 0)
    roots = [top] if top else below.pop(None, [])
    drawn = _drawn(roots, below)
    nodes = list(_nodes([one for one in roots if one.pk in drawn], below, drawn))
    return Chart(nodes, len(people), sum(one.pk not in drawn for one in roots), top)


def _shown(contacts: Iterable[Contact]) -> dict[int, Contact]:
    everybody = {one.pk: one for one in contacts}
    wanted = {pk for pk, one in everybody.items() if one.left_on is None}
    waiting = list(wanted)
    while waiting:
        boss = everybody[waiting.pop()].reports_to_id
        if boss in everybody and boss not in wanted:
            wanted.add(boss)
            waiting.append(boss)
    return {pk: one for pk, one in everybody.items() if pk in wanted}


def _below(people: dict[int, Contact]) -> dict[int | None, list[Contact]]:
    """Superior -> their people; whoever stands on a circle counts as reporting to nobody, so that they are seen."""
    above = {pk: one.reports_to_id for pk, one in people.items() if one.reports_to_id in people}
    circling = on_circles(above)  # type: ignore[arg-type]
    below: dict[int | None, list[Contact]] = defaultdict(list)
    for one in sorted(people.values(), key=lambda one: (_RANK[one.level], one.folded, one.pk)):
        below[None if one.pk in circling else above.get(one.pk)].append(one)
    return below


def _drawn(roots: list[Contact], below: dict[int | None, list[Contact]]) -> set[int]:
    """As many as there is room for, from the top downwards; first those with people below them."""
    level = sorted(roots, key=lambda one: one.pk not in below)
    drawn: set[int] = set()
    while level and len(drawn) < MOST:
        level = level[: MOST - len(drawn)]
        drawn |= {one.pk for one in level}
        level = [report for one in level for report in below.get(one.pk, [])]
    return drawn


def _nodes(roots: list[Contact], below: dict[int | None, list[Contact]], drawn: set[int]) -> Iterable[Node]:
    """The drawn people in the order of reading, without recursion: a line of command may be long."""
    waiting = [(one, 1) for one in reversed(_trees_first(roots, below))]
    last: Node | None = None
    while waiting:
        one, depth = waiting.pop()
        if last:
            last.closes = max(last.depth - depth, 0)
            yield last
        reports = below.get(one.pk, [])
        shown = [report for report in reports if report.pk in drawn]
        last = Node(one, depth, len(reports), len(shown), row=depth == 1 and 1 < len(shown) <= ABREAST)
        waiting += [(report, depth + 1) for report in reversed(shown)]
    if last:
        last.closes = last.depth - 1
        yield last


def _trees_first(roots: list[Contact], below: Any) -> list[Contact]:
    return sorted(roots, key=lambda one: one.pk not in below)
