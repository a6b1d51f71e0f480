"""Relationships for the tests, made of recorded interactions alone: the networks of the method's own table."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from openkam.web.accounts.models import Account
from openkam.web.contacts.actions import (
    change_person,
    colleague_of,
    create_colleague,
    create_contact,
    make_main_contact,
)
from openkam.web.contacts.models import Colleague, Contact
from openkam.web.interactions.actions import record_interaction
from openkam.web.ledgers.models import AccountYear


def ago(days: int) -> date:
    return timezone.localdate() - timedelta(days=days)


def met(us: Colleague, them: Contact, times: int, *, last: date | None = None, every: int = 7) -> None:
    """So many meetings, the last of them on a day, the others before it."""
    last = last or ago(5)
    for number in range(times):
        on = last - timedelta(days=number * every)
        record_interaction(account=them.account, ours=[us], theirs=[them], by=None, on=on, kind="meeting")


def trades(account: Account, until: date | None = None) -> AccountYear:
    """Sales of the year before a day."""
    until = until or timezone.localdate()
    return AccountYear.objects.create(
        account=account,
        fiscal_year=until.year,
        revenue=1000,
        lines=1,
        first_date=until - timedelta(days=100),
        last_date=until - timedelta(days=10),
    )


def manager_of(account: Account) -> Colleague:
    """The account manager as one of ours."""
    assert account.owner
    manager = colleague_of(account.owner)
    manager.function, manager.level = "sales", "manager"
    change_person(manager, by=None)
    return manager


def pair(account: Account, name: str, function: str, level: str, *, theirs: str = "") -> tuple[Colleague, Contact]:
    """One of ours and one of theirs of the same level, of the same function unless said."""
    us = create_colleague(by=None, name=f"Our {name}", function=function, level=level)
    them = create_contact(account=account, by=None, name=f"Their {name}", function=theirs or function, level=level)
    return us, them


def bow_tie(account: Account, *, last: date | None = None) -> tuple[Colleague, Contact]:
    """N2: the account manager and the buyer, 24 times, and nobody else. They buy."""
    manager = manager_of(account)
    buyer = create_contact(account=account, by=None, name="Their buyer", function="purchasing", level="manager")
    make_main_contact(buyer, by=None)
    met(manager, buyer, 24, last=last)
    trades(account, last)
    return manager, buyer


def diamond(account: Account) -> dict[str, tuple[Colleague, Contact]]:
    """N5: N2, and five functions that meet."""
    pairs = {
        "hub": bow_tie(account),
        "rd": pair(account, "R&D", "rd", "specialist"),
        "admin": pair(account, "clerk", "administration", "clerk"),
        "ops": pair(account, "operations", "operations", "manager"),
        "log": pair(account, "logistics", "outbound_logistics", "specialist", theirs="inbound_logistics"),
        "board": pair(account, "board", "board", "director"),
    }
    for name, times in (("rd", 12), ("admin", 24), ("ops", 12), ("log", 24), ("board", 2)):
        met(*pairs[name], times)
    return pairs


def posted(answers: Any, side: str = "us", **more: Any) -> dict[str, Any]:
    """The form of the six questions, filled in."""
    codes = ("breadth", "information", "horizon", "trust", "exit", "status")
    return {"side": side, "on": timezone.localdate().isoformat(), **dict(zip(codes, answers, strict=True)), **more}
