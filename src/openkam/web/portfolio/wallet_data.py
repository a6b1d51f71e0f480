"""Share of wallet and white space of the accounts that a person looks after."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from openkam.method import wallet as method
from openkam.web.accounts.models import Account
from openkam.web.ledgers.models import AccountYear

from .models import Spend

EVERYTHING = "–"  # an offering without a name is all that we could sell
ORDERS = ("white_space", "weighted", "share", "spend", "name")
LEAST = Decimal("-Infinity")


@dataclass(frozen=True)
class Line:
    """One offering: the row, our sales and where they come from, and what is still open."""

    spend: Spend
    sales: Decimal | None
    from_ledger: bool
    share: float | None
    white_space: Decimal | None
    weighted: Decimal | None


@dataclass(frozen=True)
class Wallet:
    """One account's wallet in one year; None where a part is unknown."""

    account: Account
    lines: tuple[Line, ...]
    result: method.Result

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(notice.code for notice in self.result.warnings)


def wallets(year: int, accounts: Any) -> list[Wallet]:
    """The wallets of some accounts, by account name; three queries however many."""
    by_account: dict[Account, list[Spend]] = defaultdict(list)
    spends = Spend.objects.filter(fiscal_year=year, account__in=accounts)
    for spend in spends.select_related("account").order_by("account__name", "account", "offering"):
        by_account[spend.account].append(spend)
    sales = AccountYear.objects.filter(fiscal_year=year, account__in=spends.values("account")).order_by()
    revenue = dict(sales.values_list("account_id", "revenue"))
    return [wallet_of(account, rows, revenue.get(account.pk)) for account, rows in by_account.items()]


def wallet_of(account: Account, spends: list[Spend], revenue: Decimal | None) -> Wallet:
    """The ledger's revenue stands for our sales only where one offering is all there is."""
    usable = revenue if len(spends) == 1 and revenue is not None and revenue >= 0 else None
    sales = [spend.current if spend.current is not None else usable for spend in spends]
    cells = [
        method.Cell(
            offering=spend.offering or EVERYTHING,
            potential=spend.potential,
            current=current,
            probability=spend.probability,
        )
        for spend, current in zip(spends, sales, strict=True)
    ]
    result = method.evaluate(method.Document(account=account.name, cells=tuple(cells)))
    lines = tuple(
        Line(
            spend=spend,
            sales=current,
            from_ledger=spend.current is None and current is not None,
            share=method.share_of_wallet(current, spend.potential),
            white_space=cell.white_space,
            weighted=cell.weighted,
        )
        for spend, current, cell in zip(spends, sales, result.cells, strict=True)
    )
    return Wallet(account, lines, result)


def in_order(found: Iterable[Wallet], by: str) -> list[Wallet]:
    """The largest first, unknown ones last; names from A."""
    figures: dict[str, Any] = {
        "white_space": lambda w: w.result.white_space,
        "weighted": lambda w: w.result.weighted_white_space,
        "share": lambda w: w.result.share_of_wallet,
        "spend": lambda w: w.result.category_spend,
    }
    if by not in figures:
        return sorted(found, key=lambda w: w.account.name.casefold())
    figure = figures[by]
    return sorted(found, key=lambda w: LEAST if figure(w) is None else Decimal(str(figure(w))), reverse=True)


def together(found: Iterable[Wallet]) -> dict[str, Decimal]:
    """What the known parts add up to."""
    known = list(found)
    return {
        "white_space": sum((w.result.known_white_space for w in known), Decimal(0)),
        "weighted": sum((w.result.known_weighted_white_space for w in known), Decimal(0)),
    }
