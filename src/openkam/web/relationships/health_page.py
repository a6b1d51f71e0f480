"""The health of one relationship: the index with its parts, the signals, the problems that come back."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from openkam.method import health as method
from openkam.method import stage, team_map
from openkam.web.accounts.models import Account
from openkam.web.contacts.models import Contact
from openkam.web.interactions.insight_list import cycles_of
from openkam.web.interactions.insights import Cycle
from openkam.web.ledgers.models import AccountYear
from openkam.web.people.permissions import Permission
from openkam.web.plans.gates import NO_LOSS
from openkam.web.portfolio.models import Spend

from .health_words import COMPONENTS, UNKNOWN, sentence
from .models import ValuePromise
from .rhythm import kept, rhythms, wanting
from .seen import Seen, seen
from .team_sheet import document_of

YEAR = timedelta(days=365)
#: Parts that come from judgements of people, and those that tell money.
JUDGED = frozenset({"coverage", "support"})
MONEY = frozenset({"value"})


@dataclass(frozen=True)
class Reader:
    """What somebody may see of an account's health."""

    judgements: bool
    money: bool


@dataclass(frozen=True)
class Part:
    """One component as the page shows it; a hidden one has no figure at all. `year`: of which it tells, if of one."""

    code: str
    words: Any
    weight: float
    share: float | None
    points: float | None
    is_hidden: bool
    year: int | None = None


@dataclass(frozen=True)
class Health:
    """The whole index only for who may see every part of it."""

    parts: tuple[Part, ...]
    index: float | None
    band: str
    is_whole: bool
    known: float
    of: float
    notices: tuple[str, ...]


def reader_of(account: Account, user: Any) -> Reader:
    return Reader(judgements=bool(account.editable_by(user)), money=user.may(Permission.SEE_PROFIT))


def health_of(account: Account, today: date, reader: Reader) -> Health:
    """What is unknown is said; what the reader may not see is neither shown nor part of a sum."""
    now, promise = seen(account, today), agreed_value(account) if reader.money else None
    hidden = (frozenset() if reader.judgements else JUDGED) | (frozenset() if reader.money else MONEY)
    known = _known(account, now, today)
    known |= _judged(account, now) if reader.judgements else {}
    known |= {"value_promised": promise.promised, "value_delivered": promise.delivered} if promise else {}
    result = method.evaluate(method.Document(**known))
    notices = [notice for notice in result.warnings if notice.code != "health_incomplete"]
    return Health(
        parts=tuple(_part(each, hidden, promise.fiscal_year if promise else None) for each in result.components),
        index=result.index,
        band=result.band or "",
        is_whole=not hidden,
        known=result.known,
        of=result.of,
        notices=tuple(sentence(notice) for notice in notices),
    )


def _part(each: method.Component, hidden: frozenset[str], year: int | None) -> Part:
    told = {"share": each.share, "points": each.points, "is_hidden": each.code in hidden}
    return Part(each.code, COMPONENTS[each.code], each.weight, **told, year=year if each.code == "value" else None)


def _known(account: Account, now: Seen, today: date) -> dict[str, Any]:
    """What everybody who sees the account may know."""
    return {
        "nu": stage.evaluate(now.document).metrics.nu,
        "cadence_kept": kept(rhythms(wanting(Account.objects.filter(pk=account.pk)), today)),
    }


def _judged(account: Account, now: Seen) -> dict[str, Any]:
    sheet = team_map.evaluate(document_of(account, now))
    return {"coverage": sheet.coverage, "support_index": sheet.support_index}


def agreed_value(account: Account) -> ValuePromise | None:
    """The latest year of which both are known, the value promised and the value delivered."""
    both = ValuePromise.objects.filter(account=account).exclude(promised=None).exclude(delivered=None)
    return both.first()


@dataclass(frozen=True)
class Signals:
    """Signs that the relationship comes apart, and what could not be looked at."""

    said: tuple[str, ...]
    unknown: tuple[Any, ...]


def signals_of(account: Account, today: date, reader: Reader) -> Signals:
    """This year against the year before it. Money is looked at for those who may see it."""
    change = method.Change(
        now=_window(seen(account, today)),
        before=_window(seen(account, today - YEAR)),
        **(_money(account) if reader.money else {}),
    )
    found = method.uncoupling(change)
    unknown = found.unknown if reader.money else tuple(code for code in found.unknown if code == "contacts")
    return Signals(tuple(sentence(each) for each in found.signals), tuple(UNKNOWN[code] for code in unknown))


def _window(of: Seen) -> method.Window:
    found = stage.evaluate(of.document).metrics
    return method.Window(weight=found.weight, board=found.board, nu=found.nu)


def _money(account: Account) -> dict[str, Any]:
    """The latest two years of net income, and the share of wallet of the latest two years that somebody typed."""
    now, before = _wallets(account)
    fix = account.actions.filter(done_on=None, dropped_on=None, gate=NO_LOSS).exists()
    return {"net_income": _net_incomes(account), "wallet_now": now, "wallet_before": before, "has_fix": fix}


def _net_incomes(account: Account) -> tuple[Decimal | None, Decimal | None]:
    """Of the latest two fiscal years, the earlier first; a year without invoices between them is not known."""
    years = dict(AccountYear.objects.filter(account=account).values_list("fiscal_year", "net_income"))
    latest = max(years, default=0)
    return years.get(latest - 1), years.get(latest)


def _wallets(account: Account) -> tuple[Decimal | None, Decimal | None]:
    spends: dict[int, list[Spend]] = {}
    for spend in Spend.objects.filter(account=account):
        spends.setdefault(spend.fiscal_year, []).append(spend)
    years = sorted(spends, reverse=True)[:2]
    if len(years) < 2 or years[0] - years[1] != 1:
        return None, None
    return _wallet(spends[years[0]]), _wallet(spends[years[1]])


def _wallet(spends: list[Spend]) -> Decimal | None:
    if any(spend.current is None for spend in spends):
        return None
    potential = sum((spend.potential for spend in spends), Decimal(0))
    held = sum((spend.current for spend in spends if spend.current is not None), Decimal(0))
    return min(Decimal(1), round(held / potential, 9)) if potential > 0 else None


def escalations(account: Account) -> list[dict[str, Any]]:
    """Problems that came back twice or more and are not solved, with the contact they make an adversary."""
    found = [cycle for cycle in cycles_of(account) if cycle.is_escalated]
    return [{"cycle": cycle, "whom": _hurt(cycle), "hurts": _measure(cycle)} for cycle in found]


def _hurt(cycle: Cycle) -> Contact | None:
    """Whom it hurt last, where anybody is known."""
    return next((each.contact for each in reversed(cycle.problems) if each.contact), None)


def _measure(cycle: Cycle) -> str:
    """The measure of their own that it hurts."""
    return next((each.hurts for each in reversed(cycle.problems) if each.hurts.strip()), "")
