"""Which accounts a portfolio page speaks about: the filter in its address, for the person who asks."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.core.cache import cache
from django.db.models import Exists, Model, OuterRef, QuerySet
from django.http import QueryDict

from openkam.web.accounts.models import Account
from openkam.web.people.models import User

REMEMBERED = 300  # seconds
MOST_IDS = 500  # an address with more chosen accounts than this would not fit into a browser's bar

Facts = TypeVar("Facts", bound=Model)


def whole_number(text: str | None) -> int | None:
    """The number that a part of an address holds; None for anything else, however long."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) <= 18 else None


@dataclass(frozen=True)
class Selection:
    """A filter that names nothing chooses every account that the person may see."""

    user: User
    status: tuple[str, ...] = ()
    owner: int | None = None
    country: str = ""
    mine: bool = False
    ids: tuple[int, ...] = ()

    @classmethod
    def of(cls, user: User, query: QueryDict) -> "Selection":
        chosen = (whole_number(text) for text in query.getlist("account")[:MOST_IDS])
        return cls(
            user=user,
            status=tuple(sorted({s for s in query.getlist("status") if s in Account.Status.values})),
            owner=whole_number(query.get("owner")),
            country=query.get("country", "").replace("\x00", "").strip()[:100],
            mine=query.get("mine") == "1",
            ids=tuple(pk for pk in chosen if pk is not None),
        )

    @property
    def conditions(self) -> dict[str, Any]:
        wanted = {
            "status__in": self.status,
            "owner": self.user if self.mine else self.owner,
            "country": self.country,
            "pk__in": self.ids,
        }
        return {field: value for field, value in wanted.items() if value}

    @property
    def is_everything(self) -> bool:
        return not self.conditions

    @property
    def accounts(self) -> "QuerySet[Account]":
        return Account.objects.visible_to(self.user).filter(**self.conditions)

    @cached_property
    def account_ids(self) -> list[int] | None:
        """The chosen accounts' ids; None for every account there is."""
        if self.is_everything and self.user.is_director:
            return None
        return list(self.accounts.order_by().values_list("pk", flat=True))

    def narrow(self, facts: "QuerySet[Facts]") -> "QuerySet[Facts]":
        """Only the rows (account-years, plan cells) of the chosen accounts."""
        if self.is_everything and self.user.is_director:
            return facts
        return facts.filter(account__in=self.accounts.order_by().values("pk"))

    def query(self, **more: Any) -> str:
        """The selection as the tail of an address, with further parameters."""
        pairs: list[tuple[str, Any]] = [("status", status) for status in self.status]
        own = {"owner": self.owner, "country": self.country, "mine": "1" if self.mine else "", **more}
        pairs += [(name, value) for name, value in own.items() if value not in (None, "")]
        pairs += [("account", pk) for pk in self.ids]
        return "?" + urlencode(pairs) if pairs else ""

    def choices(self) -> Mapping[str, Any]:
        """What the filter form offers."""
        owned = Account.objects.filter(owner=OuterRef("pk"))
        return {
            "statuses": Account.Status.choices,
            "owners": User.objects.filter(Exists(owned)).order_by("name").only("pk", "name", "email"),
            "countries": self._countries(),
        }

    def _countries(self) -> list[str]:
        """Countries of visible accounts; a director's, taken from all accounts, are remembered for a while."""
        named = Account.objects.visible_to(self.user).exclude(country="").order_by("country")
        found = named.values_list("country", flat=True).distinct()
        if not self.user.is_director:
            return list(found)
        return cache.get_or_set("portfolio-countries", lambda: list(found), REMEMBERED) or []
