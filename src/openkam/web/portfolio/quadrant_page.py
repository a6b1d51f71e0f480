"""The value quadrant as a page needs it: every account placed, a few hundred drawn, one page of them listed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from math import floor, log10
from typing import Any

import numpy as np
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from openkam.method.errors import InvalidInput
from openkam.method.money import share
from openkam.method.quadrant import ADVICE, CELLS, UNKNOWN, Cut, Placement, place
from openkam.web.accounts.models import Account
from openkam.web.db.fields import MoneyField, from_units, to_units
from openkam.web.ledgers.models import AccountYear

from .amounts import parse_amount
from .arrays import Integers, YearArrays, chosen_facts, year_arrays
from .models import Spend
from .selection import Selection
from .years import Window

DRAWN = 250
PER_PAGE = 50
NAMED = 20
FEW = 2_000  # ids that a query may well name
ORDER = ("HH", "HL", "LH", "LL")

CELL_WORDS = {
    # Translators: the deck's four names: 銷售金額高利潤高, 銷售金額高利潤低, 銷售金額低利潤高, 銷售金額低利潤低
    "HH": _("Sales high, profit high"),
    "HL": _("Sales high, profit low"),
    "LH": _("Sales low, profit high"),
    "LL": _("Sales low, profit low"),
}
ADVICE_WORDS = {
    "protect_grow": _("Protect and grow"),
    "fix_cost_to_serve": _("Fix price, mix or cost to serve"),
    "grow_share": _("Grow our share of their wallet"),
    "automate_or_exit": _("Automate, reprice or exit"),
}
RULE_WORDS = {"median": _("median"), "mean": _("mean"), "fixed": _("fixed"), "portfolio": _("whole portfolio")}
MEASURE_WORDS = {
    "net_income": _("net income"),
    "contribution": _("contribution: revenue less direct cost; no cost to serve is assigned in this year"),
}
#: The column that must be known for an account to have a profit.
KNOWN_BY = {"net_income": "net_income", "contribution": "direct_cost"}
AXIS_WORDS = {"amount": _("amount"), "net_percent": _("net % of sales")}


@dataclass(frozen=True)
class Choice:
    """What the address says about axis and cuts."""

    axis: str
    sales_rule: str
    profit_rule: str
    sales_at: Decimal | None
    profit_at: Decimal | None
    cell: str
    bubble: str

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Choice":
        axis = "net_percent" if query.get("axis") == "net_percent" else "amount"
        sales_at, profit_at = _amount(query.get("sales_at")), _amount(query.get("profit_at"))
        profit_rules = ["portfolio", "median", "mean"] if axis == "net_percent" else ["median", "mean"]
        return cls(
            axis=axis,
            sales_rule=_rule(query.get("sales_cut"), ["median", "mean"], sales_at),
            profit_rule=_rule(query.get("profit_cut"), profit_rules, profit_at),
            sales_at=sales_at,
            profit_at=profit_at,
            cell=query.get("cell", "") if query.get("cell") in CELLS else "",
            bubble="wallet" if query.get("bubble") == "wallet" else "revenue",
        )

    @property
    def rules(self) -> dict[str, list[tuple[str, Any]]]:
        """The cut rules that each axis offers."""
        profit = ["portfolio"] if self.axis == "net_percent" else []
        common = ["median", "mean", "fixed"]
        return {
            "sales": [(name, RULE_WORDS[name]) for name in common],
            "profit": [(name, RULE_WORDS[name]) for name in [*profit, *common]],
        }

    def parameters(self) -> dict[str, Any]:
        """For an address that leads back to this picture."""
        fixed = {"sales_at": self.sales_at if self.sales_rule == "fixed" else None}
        fixed["profit_at"] = self.profit_at if self.profit_rule == "fixed" else None
        rules = {"axis": self.axis, "sales_cut": self.sales_rule, "profit_cut": self.profit_rule}
        return {**rules, **fixed, "cell": self.cell, "bubble": self.bubble}


def _amount(text: str | None) -> Decimal | None:
    try:
        return parse_amount(text or "")
    except InvalidInput:
        return None


def _rule(asked: str | None, rules: Sequence[str], value: Decimal | None) -> str:
    if asked == "fixed" and value is not None:
        return "fixed"
    return asked if asked in rules else rules[0]


def _cut(rule: str, value: Decimal | None, *, in_units: bool) -> Cut | Fraction:
    if rule != "fixed" or value is None:
        return Cut(rule=rule)  # type: ignore[arg-type]
    return Fraction(to_units(value)) if in_units else Fraction(value) / 100


class Quadrant:
    """Every chosen account with a known profit placed against the cuts; the others counted apart."""

    def __init__(self, selection: Selection, span: Window, choice: Choice) -> None:
        self.selection, self.span, self.choice = selection, span, choice
        self.facts = chosen_facts(selection, (span.anchor,), with_profit=True)[span.anchor]
        self.arrays: YearArrays = year_arrays(self.facts)

    @cached_property
    def placement(self) -> Placement:
        choice, in_units = self.choice, self.choice.axis == "amount"
        return place(
            self.arrays.revenue,
            self.arrays.profit,
            profit_axis=choice.axis,  # type: ignore[arg-type]
            sales_cut=_cut(choice.sales_rule, choice.sales_at, in_units=True),
            profit_cut=_cut(choice.profit_rule, choice.profit_at, in_units=in_units),
        )

    @property
    def sales_cut(self) -> Decimal | None:
        cut = self.placement.sales_cut
        return None if cut is None else from_units(round(cut))

    @property
    def profit_cut(self) -> Decimal | None:
        """Money, or per cent of sales."""
        cut = self.placement.profit_cut
        if cut is None:
            return None
        return from_units(round(cut)) if self.choice.axis == "amount" else round(Decimal(float(cut) * 100), 4)

    @cached_property
    def placed(self) -> Integers:
        """Positions of the placed accounts, largest sales first."""
        ranked = self.arrays.by_revenue
        return ranked[self.placement.cells[ranked] != UNKNOWN]

    @cached_property
    def listed(self) -> Integers:
        """Positions of the accounts in the chosen cell, or of all that are placed."""
        if not self.choice.cell:
            return self.placed
        return self.placed[self.placement.cells[self.placed] == CELLS.index(self.choice.cell)]  # type: ignore[arg-type]

    @cached_property
    def drawn(self) -> Integers:
        return thinned(self.arrays, self.placed, DRAWN)

    def cell_totals(self) -> Iterator[dict[str, Any]]:
        """The four cells with their names, their advice, and what is in them."""
        for name in ORDER:
            inside = self.placement.cells == CELLS.index(name)  # type: ignore[arg-type]
            yield {
                "cell": name,
                "words": CELL_WORDS[name],
                "advice": ADVICE_WORDS[ADVICE[name]],
                "accounts": int(inside.sum()),
                "sales": from_units(sum(self.arrays.revenue[inside].tolist())),
                "profit": from_units(sum(self.arrays.profit[inside].tolist())),
            }

    def unknown(self) -> dict[str, Any]:
        """How many chosen accounts cannot be placed, by reason, and the first of them by name."""
        chosen, with_year = self.selection.accounts.count(), len(self.facts.accounts)
        reasons = [
            (chosen - with_year, _("without invoices in this year")),
            (with_year - len(self.arrays), _("with a cost that is not known")),
            (len(self.arrays) - len(self.placed), _("without positive sales, which a percentage needs")),
        ]
        count = chosen - len(self.placed)
        unplaced = np.setdiff1d(self.facts.accounts, self.arrays.accounts[self.placed], assume_unique=True)
        few = chosen == with_year and len(unplaced) <= FEW
        missing = self.selection.accounts.filter(pk__in=unplaced.tolist()) if few else self._without_a_place()
        listed = missing.order_by("name", "pk")[:NAMED] if count else []
        return {"count": count, "reasons": [r for r in reasons if r[0]], "accounts": listed, "more": count - NAMED}

    def _without_a_place(self) -> "QuerySet[Account]":
        """The chosen accounts that cannot be placed, found by the database: they may be all but a few."""
        known = AccountYear.objects.filter(fiscal_year=self.span.anchor)
        known = known.filter(**{f"{KNOWN_BY[self.arrays.measure]}__isnull": False})
        if self.choice.axis == "net_percent":
            known = known.filter(revenue__gt=0)
        return self.selection.accounts.filter(~Exists(known.filter(account=OuterRef("pk"))))


def thinned(arrays: YearArrays, ranked: Integers, limit: int) -> Integers:
    """At most so many positions: the largest sales, the best and worst profits, and an even sample of the rest."""
    if len(ranked) <= limit:
        return ranked
    is_ranked = np.zeros(len(arrays), dtype=bool)
    is_ranked[ranked] = True
    by_profit = arrays.by_profit[is_ranked[arrays.by_profit]]
    quarter = limit // 4
    kept = np.zeros(len(arrays), dtype=bool)
    for extreme in (ranked[:quarter], by_profit[:quarter], by_profit[-quarter:]):
        kept[extreme] = True
    rest = ranked[~kept[ranked]]
    kept[rest[np.linspace(0, len(rest) - 1, limit - int(kept.sum())).astype(np.int64)]] = True
    return ranked[kept[ranked]]


@dataclass(frozen=True)
class Place:
    """One account in its cell, beside where it stood a year before."""

    account: Account
    cell: str
    sales: Decimal
    profit: Decimal
    before_cell: str
    before: tuple[Decimal, Decimal] | None
    potential: Decimal | None

    @property
    def cell_words(self) -> Any:
        return CELL_WORDS[self.cell]

    @property
    def before_words(self) -> Any:
        return CELL_WORDS.get(self.before_cell, "")

    @property
    def moved(self) -> bool:
        return bool(self.before_cell) and self.before_cell != self.cell

    @property
    def advice(self) -> Any:
        return ADVICE_WORDS[ADVICE[self.cell]]

    @property
    def net_share(self) -> float | None:
        return share(self.profit, self.sales)

    @property
    def wallet_share(self) -> float | None:
        return share(self.sales, self.potential)

    @property
    def white_space(self) -> Decimal | None:
        return None if self.potential is None else max(self.potential - self.sales, Decimal(0))


def places(quadrant: Quadrant, positions: Integers) -> list[Place]:
    """These accounts with their names, last year and wallet: three queries, whatever their number."""
    arrays, year = quadrant.arrays, quadrant.span.anchor
    ids = [int(pk) for pk in arrays.accounts[positions]]
    visible = Account.objects.visible_to(quadrant.selection.user)
    accounts = visible.only("name", "external_id").in_bulk(ids)
    column = KNOWN_BY[arrays.measure]
    facts = AccountYear.objects.filter(account__in=ids, fiscal_year=year - 1, **{f"{column}__isnull": False})
    earned = F("net_income") if column == "net_income" else F("revenue") - F("direct_cost")
    profit = ExpressionWrapper(earned, output_field=MoneyField())
    rows = facts.annotate(profit=profit).values_list("account", "revenue", "profit")
    before = {pk: (sales, profit) for pk, sales, profit in rows}
    cells = _cells_before(quadrant, before)
    spends = Spend.objects.filter(account__in=ids, fiscal_year=year).order_by().values_list("account")
    potentials = dict(spends.annotate(total=Sum("potential")))
    return [
        Place(
            account=accounts[pk],
            cell=CELLS[quadrant.placement.cells[position]],
            sales=from_units(int(arrays.revenue[position])),
            profit=from_units(int(arrays.profit[position])),
            before_cell=cells.get(pk, ""),
            before=before.get(pk),
            potential=potentials.get(pk),
        )
        for pk, position in zip(ids, positions, strict=True)
        if pk in accounts
    ]


def _cells_before(quadrant: Quadrant, before: Mapping[int, tuple[Decimal, Decimal]]) -> dict[int, str]:
    """Last year against this year's cuts, so that a move is the account's own."""
    now = quadrant.placement
    if not before or now.sales_cut is None:
        return {}
    units = [[to_units(amount) for amount in pair] for pair in before.values()]
    sales, profit = np.array(units, dtype=np.int64).T
    axis, cuts = quadrant.choice.axis, {"sales_cut": now.sales_cut, "profit_cut": now.profit_cut}
    cells = place(sales, profit, profit_axis=axis, **cuts).cells  # type: ignore[arg-type]
    return {pk: CELLS[cell] for pk, cell in zip(before, cells, strict=True) if cell != UNKNOWN}


def squeeze(values: Sequence[float]) -> float | None:
    """The constant of a symmetric logarithm when a few giants would press all others into a corner; else None."""
    sizes = sorted(abs(value) for value in values if value)
    if len(sizes) < 5 or sizes[-1] < 12 * sizes[len(sizes) // 2]:
        return None
    return float(10 ** floor(log10(sizes[len(sizes) // 4])))
