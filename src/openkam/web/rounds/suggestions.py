"""Scores that the ledger suggests, each with its source. A suggestion counts only once a rater accepts it.

Shown only to who may see what it follows from: revenue of accounts that are visible to them, and profit with the
permission to see profit. Figures of the whole company stand in its sentence for directors alone: who knows one account
and its share knows the rest.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from openkam.method.errors import InvalidInput
from openkam.method.scales import Anchors, suggested
from openkam.web.accounts.models import Account
from openkam.web.people.models import User
from openkam.web.people.permissions import Permission
from openkam.web.portfolio.year_facts import UNKNOWN, YearFacts, year_facts
from openkam.web.portfolio.years import window
from openkam.web.programme.models import Settings
from openkam.web.programme.templatetags.words import percent

from .reading.sheets import EntryRead, ItemRead

#: Parts of our revenue, and growth a year, that deserve a 1, a 5 and a 10; the built-in anchors say so in words.
REVENUE = Anchors(at_1=Decimal("0.005"), at_5=Decimal("0.02"), at_10=Decimal("0.05"))
GROWTH = Anchors(at_1=Decimal("-0.1"), at_5=Decimal("0.05"), at_10=Decimal("0.2"))
YEARS = 3


@dataclass(frozen=True)
class Suggestion:
    """A score and the sentence that says where it comes from."""

    value: int
    why: str


class Ledger:
    """What the latest whole fiscal years say of accounts, for one reader."""

    def __init__(self, user: User) -> None:
        self.sees_all = user.is_director
        self.with_profit = user.may(Permission.SEE_PROFIT)
        self.years = _whole_years()
        self.facts = year_facts(self.years, with_profit=self.with_profit) if self.years else {}
        self._user = user

    def suggestions(self, items: Iterable[ItemRead], entries: Sequence[EntryRead]) -> dict[tuple[int, int], Suggestion]:
        """(entry, item) -> suggestion, for the accounts that the reader may see."""
        asked = [item for item in items if item.source]
        if not self.years or not asked:
            return {}
        wanted = [entry.account for entry in entries if entry.account]
        seen = set(Account.objects.visible_to(self._user).filter(pk__in=wanted).values_list("pk", flat=True))
        found = {}
        for item in asked:
            suggest = {"revenue_share": self._revenue_share, "net_margin": self._net_margin, "growth": self._growth}
            for entry in entries:
                if entry.account in seen and (suggestion := suggest[item.source](entry.account)):
                    found[entry.id, item.id] = suggestion
        return found

    def _revenue_share(self, account: int) -> Suggestion | None:
        amounts = [amount for year in self.years if (amount := _of(self.facts[year], account, "revenue")) is not None]
        whole = sum(int(facts.columns["revenue"].sum()) for facts in self.facts.values())
        if not amounts or whole <= 0:
            return None
        share = Decimal(sum(amounts)) / whole
        why = _("from its share of our revenue in %(first)s–%(last)s (ledger)")
        if self.sees_all:
            why = _("%(share)s of our revenue in %(first)s–%(last)s (ledger)")
        said = {"share": percent(share), "first": self.years[0], "last": self.years[-1]}
        return Suggestion(suggested(share, REVENUE), why % said)

    def _net_margin(self, account: int) -> Suggestion | None:
        facts = self.facts[self.years[-1]]
        if not self.with_profit or facts.measure != "net_income":
            return None
        revenue, net = _of(facts, account, "revenue"), _of(facts, account, "net_income")
        known = facts.columns["net_income"] != UNKNOWN
        sold = int(facts.columns["revenue"][known].sum())
        if net is None or not revenue or revenue <= 0 or sold <= 0:
            return None
        ours = Decimal(int(facts.columns["net_income"][known].sum())) / sold
        try:
            anchors = Anchors(at_1=Decimal(0), at_5=round(ours, 9), at_10=round(2 * ours, 9))
        except (InvalidInput, ValueError):  # a portfolio that earns nothing is no yardstick
            return None
        margin = Decimal(net) / revenue
        why = _("net margin %(margin)s in %(year)s (ledger)")
        if self.sees_all:
            why = _("net margin %(margin)s in %(year)s; whole portfolio %(ours)s (ledger)")
        said = {"margin": percent(margin), "ours": percent(ours), "year": self.years[-1]}
        return Suggestion(suggested(margin, anchors), why % said) if ours > 0 else None

    def _growth(self, account: int) -> Suggestion | None:
        first, last = (_of(self.facts[year], account, "revenue") for year in (self.years[0], self.years[-1]))
        steps = self.years[-1] - self.years[0]
        if not steps or not first or not last or first <= 0 or last <= 0:
            return None
        growth = Decimal(str(round((last / first) ** (1 / steps) - 1, 6)))
        why = _("revenue grew by %(growth)s a year, %(first)s–%(last)s (ledger)")
        said = {"growth": percent(growth), "first": self.years[0], "last": self.years[-1]}
        return Suggestion(suggested(growth, GROWTH), why % said)


def _whole_years() -> list[int]:
    """Up to three latest fiscal years that are over, or the running one when there is no other."""
    span = window()
    if span is None:
        return []
    is_over = Settings.current().calendar.bounds(span.latest)[1] < localdate()
    last = span.latest if is_over or span.latest == span.first else span.latest - 1
    return list(range(max(span.first, last - YEARS + 1), last + 1))


def _of(facts: YearFacts, account: int, column: str) -> int | None:
    """The account's amount, None where it is unknown."""
    at = int(np.searchsorted(facts.accounts, account))
    if at == len(facts.accounts) or facts.accounts[at] != account:
        return None
    amount: Any = facts.columns[column][at]
    return None if amount == UNKNOWN else int(amount)
