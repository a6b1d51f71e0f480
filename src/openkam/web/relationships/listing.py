"""All relationships that a person sees: what an address asks for, and the lines that answer."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, Q, Window
from django.db.models.functions import Lag
from django.http import QueryDict
from django.utils import timezone

from openkam.web.accounts.models import Account, AccountQuerySet
from openkam.web.plans.models import Action

from .models import Ambition, Stage, StageReview, Standing
from .stage_words import LAMPS, NO_THREAD
from .standing import AT_ONCE, standings

YEAR = timedelta(days=365)
#: What each order compares; what is not known comes last.
ORDERS: dict[str, Any] = {
    "revenue": F("revenue_order").desc(),
    "name": F("name").asc(),
    "stage": F("standing__stage").desc(nulls_last=True),
    "target": F("ambition__by_when").asc(nulls_last=True),
    "threads": F("standing__nu").asc(nulls_last=True),
    "key_person": F("standing__key_person_share").desc(nulls_last=True),
    "last": F("standing__last_on").asc(nulls_last=True),
}
LAMP_RULES = {
    "none": Q(standing__nu=0),
    "red": Q(standing__lamp="red", standing__nu__gt=0),
    "amber": Q(standing__lamp="amber"),
    "green": Q(standing__lamp="green"),
}


@dataclass(frozen=True)
class Choice:
    """What an address narrows the list to; what is not known narrows nothing."""

    q: str = ""
    mine: str = ""
    status: str = ""
    stage: str = ""
    lamp: str = ""
    sort: str = "revenue"

    @classmethod
    def of(cls, query: QueryDict) -> "Choice":
        def one_of(name: str, known: Iterable[str], otherwise: str = "") -> str:
            return query.get(name, "") if query.get(name, "") in known else otherwise

        return cls(
            q=query.get("q", "").strip()[:200],
            mine=one_of("mine", ("1",)),
            status=one_of("status", Account.Status.values),
            stage=one_of("stage", [str(stage) for stage in Stage.values]),
            lamp=one_of("lamp", LAMP_RULES),
            sort=one_of("sort", ORDERS, "revenue"),
        )

    def scope(self, user: Any) -> AccountQuerySet:
        """The accounts that the figures on top are about: whose and which, whatever their stage."""
        accounts = Account.objects.visible_to(user).search(self.q)
        accounts = accounts.filter(owner=user) if self.mine else accounts
        return accounts.filter(status=self.status) if self.status else accounts

    def narrow(self, scope: AccountQuerySet) -> AccountQuerySet:
        """Those of the list, in its order."""
        accounts = scope.filter(standing__stage=int(self.stage)) if self.stage else scope
        accounts = accounts.filter(LAMP_RULES[self.lamp]) if self.lamp else accounts
        return accounts.select_related("owner", "ambition").order_by(ORDERS[self.sort], "name", "pk")

    def query(self, **changed: Any) -> str:
        plain = {**vars(self), **changed}
        return urlencode(
            {name: value for name, value in plain.items() if value and (name, value) != ("sort", "revenue")}
        )

    @property
    def is_narrow(self) -> bool:
        return bool(self.q or self.mine or self.status or self.stage or self.lamp)


@dataclass(frozen=True)
class Line:
    """One relationship."""

    account: Account
    standing: Standing
    ambition: Ambition | None
    overdue: int

    @property
    def stage(self) -> Stage:
        return Stage(self.standing.stage)

    @property
    def lamp(self) -> str:
        return self.standing.lamp if self.standing.nu else ""

    @property
    def lamp_words(self) -> Any:
        return LAMPS.get(self.lamp, NO_THREAD)

    @property
    def is_late(self) -> bool:
        return bool(self.ambition and self.ambition.by_when < timezone.localdate() and not self.is_there)

    @property
    def is_there(self) -> bool:
        return bool(self.ambition and self.standing.stage >= self.ambition.target)


def lines(accounts: Iterable[Account]) -> list[Line]:
    """Accounts with where they stand today, in a fixed number of queries."""
    accounts = list(accounts)
    found, late = standings(accounts), _overdue([account.pk for account in accounts])
    return [
        Line(account, found[account.pk], getattr(account, "ambition", None), late.get(account.pk, 0))
        for account in accounts
    ]


def all_lines(accounts: AccountQuerySet) -> Iterator[Line]:
    """Every line of a list, some at a time. The order is read first: diagnosing changes what it compares."""
    order = list(accounts.values_list("pk", flat=True))
    for start in range(0, len(order), AT_ONCE):
        some = Account.objects.select_related("owner", "ambition").in_bulk(order[start : start + AT_ONCE])
        yield from lines(some[pk] for pk in order[start : start + AT_ONCE] if pk in some)


def _overdue(accounts: list[int]) -> dict[int, int]:
    late = Action.objects.open().filter(account__in=accounts, due_on__lt=timezone.localdate())
    return dict(late.order_by().values_list("account").annotate(n=Count("pk")))


def bring_up_to_date(scope: AccountQuerySet) -> int:
    """Diagnose what was not diagnosed today, as long as that is little; returns how many are left."""
    behind = scope.exclude(standing__on=timezone.localdate())
    some = list(behind.order_by("pk")[: AT_ONCE + 1])
    if len(some) > AT_ONCE:
        return behind.count()
    standings(some)
    return 0


@dataclass(frozen=True)
class Summary:
    """How all relationships of a scope stand."""

    accounts: int
    stages: dict[Stage, int]
    unknown: int
    threaded: int
    single: int
    targets: int
    moved_up: int
    moved_down: int

    @property
    def single_share(self) -> float | None:
        return self.single / self.threaded if self.threaded else None

    @property
    def target_share(self) -> float | None:
        return self.targets / self.accounts if self.accounts else None


def summary(scope: AccountQuerySet) -> Summary:
    """Counted from the diagnoses that are kept; what is not diagnosed is counted as such."""
    counted = dict(scope.order_by().values_list("standing__stage").annotate(n=Count("pk")))
    told = scope.order_by().aggregate(
        threaded=Count("pk", filter=Q(standing__nu__gt=0)),
        single=Count("pk", filter=Q(standing__nu=1)),
        targets=Count("ambition"),
    )
    up, down = _moves(scope, timezone.localdate() - YEAR)
    return Summary(
        accounts=sum(counted.values()),
        stages={stage: counted.get(stage.value, 0) for stage in Stage},
        unknown=counted.get(None, 0),
        moved_up=up,
        moved_down=down,
        **told,
    )


def _moves(scope: AccountQuerySet, since: date) -> tuple[int, int]:
    """How often an agreed stage rose and fell since a day."""
    before = Window(Lag("agreed"), partition_by=F("account"), order_by=["on", "pk"])
    reviews = StageReview.objects.filter(account__in=scope.order_by().values("pk")).annotate(before=before)
    moves = reviews.filter(on__gt=since).exclude(before=None).exclude(before=F("agreed"))
    told = Counter(new > old for old, new in moves.order_by().values_list("before", "agreed"))
    return told[True], told[False]
