"""The list of accounts: what was asked for, the accounts that answer, and one page of them at a flat cost.

Pages are cut by place, not by number: "after this account" is a seek in the index of the chosen order, as cheap on
the last page as on the first, and no count of all accounts is ever made.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.db.models import Q

from .models import Account, AccountQuerySet

PAGE = 50
#: What each order compares, the account's number last of all. Each is an index of the table.
ORDERS: dict[str, tuple[str, ...]] = {
    "name": ("name",),
    "revenue": ("-revenue_order",),
    "net_income": ("-net_income_order",),
    "status": ("status", "name"),
    "country": ("country", "name"),
    "industry": ("industry", "name"),
}
#: What a line of the list tells of an account itself.
SHOWN = ("name", "status", "country", "industry", "owner__name", "owner__email", "parent__name")
FILTERS = ("status", "owner", "country", "industry", "orientation")
NOBODY = "nobody"
NOT_ASSESSED = "not_assessed"
PROFIT_ORDERS = frozenset({"net_income"})
#: The largest customers first: what somebody who opens the list wants to see.
DEFAULT_ORDER = "revenue"


@dataclass(frozen=True, kw_only=True)
class Listing:
    """What the address asks for; what it does not know or may not say is left out."""

    q: str = ""
    status: str = ""
    owner: str = ""
    country: str = ""
    industry: str = ""
    orientation: str = ""
    sort: str = DEFAULT_ORDER
    after: int | None = None
    before: int | None = None

    @classmethod
    def read(cls, given: Mapping[str, str], *, sees_profit: bool) -> "Listing":
        wanted = {name: given.get(name, "").strip()[:500].replace("\x00", "") for name in ("q", *FILTERS)}
        return cls(
            **wanted, sort=_sort(given, sees_profit), after=_place(given, "after"), before=_place(given, "before")
        )

    @property
    def order(self) -> str:
        return self.sort.removeprefix("-")

    @property
    def is_reversed(self) -> bool:
        return self.sort.startswith("-")

    @property
    def is_narrowed(self) -> bool:
        return any(getattr(self, name) for name in ("q", *FILTERS))

    @property
    def columns(self) -> list[str]:
        columns = [*ORDERS[self.order], "pk"]
        return [_turned(column) for column in columns] if self.is_reversed else columns

    def query(self, **changes: Any) -> str:
        """This listing as the query of an address, with changes; places are kept only when given."""
        shown = {name: getattr(self, name) for name in ("q", *FILTERS)}
        shown["sort"] = "" if self.sort == DEFAULT_ORDER else self.sort
        return urlencode({name: value for name, value in {**shown, **changes}.items() if value})

    def sorted_by(self, order: str) -> str:
        """The query for another order; the same order again turns it round."""
        return self.query(sort=f"-{order}" if self.sort == order else order)

    def accounts(self, visible: AccountQuerySet) -> AccountQuerySet:
        """The accounts that answer, in order."""
        return self._filtered(visible).search(self.q).order_by(*self.columns)

    def _filtered(self, accounts: AccountQuerySet) -> AccountQuerySet:
        for name in ("status", "country", "industry"):
            if value := getattr(self, name):
                accounts = accounts.filter(**{name: value})
        if self.orientation:
            accounts = accounts.filter(orientation=self.orientation.replace(NOT_ASSESSED, ""))
        if self.owner == NOBODY:
            return accounts.filter(owner=None)
        if self.owner:
            return accounts.filter(owner=int(self.owner)) if is_number(self.owner) else accounts.none()
        return accounts


def is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


def _sort(given: Mapping[str, str], sees_profit: bool) -> str:
    """The order asked for. An order by profit would tell who earns what, so it is as good as unknown to some."""
    sort = given.get("sort", "")
    order = sort.removeprefix("-")
    known = order in ORDERS and (sees_profit or order not in PROFIT_ORDERS)
    return sort if known else DEFAULT_ORDER


def _place(given: Mapping[str, str], name: str) -> int | None:
    text = given.get(name, "")
    return int(text) if is_number(text) else None


def _turned(column: str) -> str:
    return column[1:] if column.startswith("-") else f"-{column}"


@dataclass(frozen=True, kw_only=True)
class Page:
    """Some accounts in order, and whether there are others before and after them."""

    accounts: list[Account]
    previous: int | None
    next: int | None


def page(listing: Listing, visible: AccountQuerySet, size: int = PAGE) -> Page:
    """One page of a listing: after a place, before a place, or the first one."""
    answers = listing.accounts(visible).select_related("owner", "parent").only(*SHOWN)
    backwards = listing.before is not None
    place = _at(visible, listing.before if backwards else listing.after)
    if place is None:
        found = list(answers[: size + 1])
        return _cut(found, size, has_previous=False)
    if not backwards:
        found = list(beyond(answers, listing.columns, place)[: size + 1])
        return _cut(found, size, has_previous=True)
    found = list(before(answers, listing.columns, place)[: size + 1])
    shown = found[:size][::-1]
    if len(found) <= size and len(shown) < size:  # at the beginning: a whole first page, not a rest
        return page(replace(listing, before=None, after=None), visible, size)
    return Page(
        accounts=shown,
        previous=shown[0].pk if len(found) > size else None,
        next=shown[-1].pk if shown else None,
    )


def _at(accounts: AccountQuerySet, pk: int | None) -> Account | None:
    """The account a page begins after; a place that is gone, or not for this person, means the first page."""
    return accounts.filter(pk=pk).first() if pk is not None else None


def _cut(found: list[Account], size: int, *, has_previous: bool) -> Page:
    shown = found[:size]
    return Page(
        accounts=shown,
        previous=shown[0].pk if shown and has_previous else None,
        next=shown[-1].pk if len(found) > size else None,
    )


def beyond(accounts: AccountQuerySet, columns: list[str], place: Account) -> AccountQuerySet:
    """The accounts behind a place in an order. The bound on the first column lets the index seek."""
    first = columns[0].removeprefix("-")
    bound = Q(**{f"{first}__{'lte' if columns[0].startswith('-') else 'gte'}": getattr(place, first)})
    return accounts.filter(bound & _strictly_behind(columns, place)).order_by(*columns)


def before(accounts: AccountQuerySet, columns: list[str], place: Account) -> AccountQuerySet:
    """The accounts in front of a place, nearest first."""
    return beyond(accounts, [_turned(column) for column in columns], place)


def _strictly_behind(columns: list[str], place: Account) -> Q:
    name = columns[0].removeprefix("-")
    value = getattr(place, name)
    behind = Q(**{f"{name}__{'lt' if columns[0].startswith('-') else 'gt'}": value})
    if len(columns) == 1:
        return behind
    return behind | (Q(**{name: value}) & _strictly_behind(columns[1:], place))


def neighbours(listing: Listing, visible: AccountQuerySet, account: Account) -> tuple[Account | None, Account | None]:
    """The account before and the account after one, in the order and with the filters of a listing."""
    answers = listing.accounts(visible).only("pk", "name")
    return before(answers, listing.columns, account).first(), beyond(answers, listing.columns, account).first()


def distinct(visible: AccountQuerySet, name: str, most: int) -> list[str]:
    """The values of an indexed text field, the first so many. Of all accounts, the index is stepped through from
    value to value, which costs as much as there are values and not as there are accounts."""
    if visible.query.where:
        return list(visible.exclude(**{name: ""}).order_by(name).values_list(name, flat=True).distinct()[:most])
    column = connection.ops.quote_name(Account._meta.get_field(name).column or name)
    step = f"SELECT min({column}) FROM accounts_account WHERE {column} >"  # noqa: S608 - a field's own column
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH RECURSIVE step (value) AS ({step} '' UNION ALL SELECT ({step} step.value) FROM step "  # noqa: S608
            "WHERE step.value IS NOT NULL) SELECT value FROM step WHERE value IS NOT NULL LIMIT %s",
            [most],
        )
        return [value for (value,) in cursor.fetchall()]
