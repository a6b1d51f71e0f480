"""What a round needs before it opens, and what would make it a better one."""

from collections import defaultdict
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..models import Item, Kind, Round
from ..models.library import KINDS

FEW_CRITERIA, MANY_CRITERIA = 6, 10
FEW_RATERS, MANY_RATERS = 3, 7
FEW_ACCOUNTS = 4


@dataclass(frozen=True)
class Check:
    """One line of the list. state: "ready", "advice" (it opens nevertheless) or "missing"."""

    name: str
    words: str
    state: str
    url: str


def checks(round_: Round) -> list[Check]:
    """The lines in the order of the set-up. Four queries, whatever the size."""
    items: dict[str, list[Item]] = defaultdict(list)
    for item in round_.items.all():
        items[item.kind].append(item)
    weighed = set(round_.weightings.values_list("kind", flat=True))
    return [
        _accounts(round_),
        *(_criteria(round_, kind, items) for kind in Kind.values),
        *(_weights(round_, kind, is_weighed=kind in weighed) for kind in Kind.values if len(items[kind]) > 1),
        _raters(round_),
    ]


def is_ready(lines: list[Check]) -> bool:
    return all(line.state != "missing" for line in lines)


def _accounts(round_: Round) -> Check:
    n = round_.entries.count()
    words, state = ngettext("%(n)s account", "%(n)s accounts", n) % {"n": n}, "ready"
    if not n:
        words, state = _("No accounts yet."), "missing"
    elif n < FEW_ACCOUNTS and round_.cut == Round.Cut.MEAN:
        words, state = _("%(n)s: too few for their average to be a fair cut.") % {"n": n}, "advice"
    return Check(_("Accounts"), words, state, reverse("round-accounts", args=[round_.pk]))


def _criteria(round_: Round, kind: str, items: dict[str, list[Item]]) -> Check:
    words, state = _of_criteria(kind, items[kind])
    if not any(items.values()):
        state = "missing"
    return Check(str(KINDS[kind]), words, state, f"{reverse('round-criteria', args=[round_.pk])}?of={kind}")


def _of_criteria(kind: str, items: list[Item]) -> tuple[str, str]:
    n = len(items)
    if not n and kind == Kind.SELECTION:
        return _("None: there will be no ranking."), "advice"
    if not n:
        return _("None: there will be no account matrix."), "advice"
    if kind == Kind.SELECTION and not FEW_CRITERIA <= n <= MANY_CRITERIA:
        return _("%(n)s; 6 to 10 tell customers apart best.") % {"n": n}, "advice"
    if kind == Kind.SELECTION and all(item.floor is None for item in items):
        return _("%(n)s, none of them a must-have: nothing would exclude an account.") % {"n": n}, "advice"
    return ngettext("%(n)s criterion", "%(n)s criteria", n) % {"n": n}, "ready"


def _weights(round_: Round, kind: str, *, is_weighed: bool) -> Check:
    words, state = _("Weighed."), "ready"
    if not is_weighed:
        words = _("All the same.")
        state = "advice" if kind == Kind.SELECTION else "ready"  # the deck weighs neither of its two tables
    name = _("Weights: %(kind)s") % {"kind": KINDS[kind]}
    return Check(name, words, state, reverse("round-weights", args=[round_.pk, kind]))


def _raters(round_: Round) -> Check:
    n = round_.members.filter(is_rater=True, removed_at=None).count()
    words, state = ngettext("%(n)s rater", "%(n)s raters", n) % {"n": n}, "ready"
    if not n:
        words, state = _("Nobody scores yet."), "missing"
    elif not FEW_RATERS <= n <= MANY_RATERS:
        words, state = _("%(n)s; 3 to 7 are best.") % {"n": n}, "advice"
    return Check(_("Raters"), words, state, reverse("round-people", args=[round_.pk]))
