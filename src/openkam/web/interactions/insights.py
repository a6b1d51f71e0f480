"""What needs a second look: insights to check again, and problems that came back once too often."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone

from openkam.method.health import Problem, loss_cycle

from .models import Insight

PROBLEM = Insight.Kind.PROBLEM


@dataclass(frozen=True)
class Cycle:
    """A problem with all its recurrences, oldest first."""

    problems: tuple[Insight, ...]

    @property
    def times_back(self) -> int:
        return len(self.problems) - 1

    @property
    def latest(self) -> Insight:
        return self.problems[-1]

    @property
    def is_open(self) -> bool:
        return any(problem.resolved_on is None for problem in self.problems)

    @property
    def is_escalated(self) -> bool:
        """Whether it came back twice or more, and is there: by then it hurts somebody."""
        first = str(self.problems[0].pk)
        return bool(
            loss_cycle(
                [
                    Problem(id=pk, recurs_of=None if pk == first else first, is_resolved=bool(problem.resolved_on))
                    for pk, problem in ((str(problem.pk), problem) for problem in self.problems)
                ]
            )
        )


def waiting(insights: Any) -> Any:
    """Of some insights those that are due to be checked again today or before."""
    return insights.filter(resolved_on=None, recheck_on__lte=timezone.localdate())


def due(user: Any) -> Any:
    """Insights of the reader's accounts to be checked again, the longest overdue first."""
    return waiting(Insight.objects.visible_to(user)).select_related("account").order_by("recheck_on", "pk")


def escalated(user: Any) -> list[Cycle]:
    """Open problems of the reader's accounts that came back twice or more; one query."""
    visible = Insight.objects.visible_to(user).filter(kind=PROBLEM)
    linked = visible.filter(Q(recurs_of__isnull=False) | Q(recurrences__isnull=False)).distinct()
    return [cycle for cycle in cycles(linked.select_related("account", "contact")) if cycle.is_escalated]


def cycles(problems: Iterable[Insight]) -> list[Cycle]:
    """Problems with their recurrences, in the order in which they came up first.

    Two problems that came back after the same one are its first and its second recurrence.
    """
    known = {problem.pk: problem for problem in problems}
    together: dict[int, list[Insight]] = defaultdict(list)
    for problem in known.values():
        together[_origin(problem, known)].append(problem)
    ordered = [sorted(some, key=lambda problem: (problem.learned_on, problem.pk)) for some in together.values()]
    ordered.sort(key=lambda some: (some[0].learned_on, some[0].pk))
    return [Cycle(tuple(some)) for some in ordered]


def _origin(problem: Insight, known: dict[int, Insight]) -> int:
    """The first problem of a chain; a circle, which no verb makes, ends where it was met before."""
    seen = {problem.pk}
    while problem.recurs_of_id in known and problem.recurs_of_id not in seen:
        problem = known[problem.recurs_of_id]
        seen.add(problem.pk)
    return problem.pk
