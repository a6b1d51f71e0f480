"""The table of accounts under the roll-up: one page of it, sorted by the database."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from openkam.method.lifetime import cagr
from openkam.method.money import share
from openkam.web.accounts.models import Account
from openkam.web.ledgers.models import AccountYear

from .rollup import Amounts, derived, typed_amounts
from .selection import Selection
from .years import Window

PER_PAGE = 50
SORTS = {"revenue": _("Revenue"), "net": _("Net income"), "name": _("Name"), "unknown": _("Without figures")}


@dataclass(frozen=True)
class AccountRow:
    """One account over five years: its amounts by year, in the order of the columns."""

    account: Account
    years: tuple[Amounts, ...]

    @property
    def revenues(self) -> list[Decimal | None]:
        return [year.get("revenue") for year in self.years]

    @property
    def nets(self) -> list[Decimal | None]:
        return [year.get("net_income") for year in self.years]

    @property
    def net_share(self) -> float | None:
        return share(self.years[2].get("net_income"), self.years[2].get("revenue"))

    @property
    def growth(self) -> float | None:
        return cagr(self.revenues[0], self.revenues[-1], len(self.years) - 1)


def sort_of(selection: Selection, asked: str | None) -> str:
    """A known order; by profit only for who sees it, for the order alone would tell."""
    if asked not in SORTS or (asked == "net" and not selection.user.sees_profit):
        return "revenue"
    return str(asked)


def account_ids(selection: Selection, span: Window, sort: str) -> "QuerySet[Any]":
    """The chosen accounts' ids in an order: by this year's figures (those who have them), by name, or the rest."""
    facts = AccountYear.objects.filter(fiscal_year=span.anchor)
    if sort in {"name", "unknown"}:
        accounts = selection.accounts
        if sort == "unknown":
            accounts = accounts.filter(~Exists(facts.filter(account=OuterRef("pk"))))
        return accounts.order_by("name", "pk").values_list("pk", flat=True)
    order = F("net_income").desc(nulls_last=True) if sort == "net" else F("revenue").desc()
    return selection.narrow(facts).order_by(order, "account").values_list("account", flat=True)


def account_page(selection: Selection, span: Window, sort: str, number: int | None) -> Page:
    """One page of rows; a page of the table costs the same number of queries whatever its length."""
    page = Paginator(account_ids(selection, span, sort), PER_PAGE).get_page(number or 1)
    page.object_list = list(rows_of(selection, span, list(page.object_list)))
    return page


def rows_of(selection: Selection, span: Window, ids: Sequence[int]) -> Iterator[AccountRow]:
    """Rows of these accounts, in their order."""
    wanted = Selection(selection.user, ids=tuple(ids))
    accounts = Account.objects.visible_to(selection.user).select_related("owner").in_bulk(ids)
    amounts = typed_amounts(wanted, span.years, "base", with_profit=selection.user.sees_profit) if ids else {}
    for account, year, figures in _booked(wanted, span, ids):
        amounts[account, year] = figures
    for pk in ids:
        if pk in accounts:
            years = tuple(_complete(amounts.get((pk, year), {})) for year in span.years)
            yield AccountRow(accounts[pk], years)


def _booked(selection: Selection, span: Window, ids: Sequence[int]) -> Iterator[tuple[int, int, Amounts]]:
    names = ("revenue", "direct_cost", "indirect_cost") if selection.user.sees_profit else ("revenue",)
    # A range, for SQLite seeks one in the index of account and year, and a list of years it does not.
    facts = AccountYear.objects.filter(account__in=ids, fiscal_year__range=(span.years[0], span.years[-1]))
    for account, year, *figures in facts.values_list("account", "fiscal_year", *names):
        pairs = zip(names, figures, strict=True)
        yield account, year, {name: amount for name, amount in pairs if amount is not None}


def _complete(amounts: Amounts) -> Amounts:
    return amounts | {name: amount for name, amount in derived(amounts).items() if amount is not None}
