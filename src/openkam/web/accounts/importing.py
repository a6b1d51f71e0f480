"""Accounts from a file: created or updated by their external id, never emptied, all in one transaction.

The same file again changes nothing. What cannot be used is reported row by row; a row is left out whole only when it
names no account, names one twice, or does not fit.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from openkam.web.people.models import User
from openkam.web.programme.history import record
from openkam.web.programme.models import Event

from .actions import ASK, BATCH, record_created
from .import_files import Line
from .models import Account, AccountImport, AccountKey
from .search import index_accounts

#: Problems kept on the receipt; all are counted.
KEPT = 1_000
PLAIN = ("industry", "country")
WRITTEN = ("name", "external_id", "parent_id", "industry", "country", "currency", "owner_id", "status")
YES = frozenset({"true", "1", "yes", "y", "t", "是"})


@dataclass
class Receipt:
    """What an import did."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    left_out: int = 0
    deleted: int = 0
    keys: int = 0
    problem_count: int = 0
    problems: list[dict[str, Any]] = field(default_factory=list)

    def add(self, row: int, code: str, **values: Any) -> None:
        self.problem_count += 1
        if len(self.problems) < KEPT:
            self.problems.append({"row": row, "code": code, "values": values})

    def leave_out(self, row: int, code: str, **values: Any) -> None:
        self.left_out += 1
        self.add(row, code, **values)


class People:
    """Account managers by their e-mail or their name, whatever the case."""

    def __init__(self) -> None:
        self._found: dict[str, list[int]] = {}
        for pk, email, name in User.objects.filter(is_active=True).values_list("pk", "email", "name"):
            for text in {email.casefold(), name.casefold()}:
                self._found.setdefault(text, []).append(pk)

    def called(self, text: str) -> list[int]:
        return self._found.get(text.casefold(), [])


def pieces(items: Iterable[Any]) -> Iterator[list[Any]]:
    every = list(items)
    return (every[start : start + ASK] for start in range(0, len(every), ASK))


class Known:
    """The accounts that a file's rows may mean."""

    def __init__(self, lines: list[Line]) -> None:
        ids = {line[meaning] for line in lines for meaning in ("external_id", "parent")} - {""}
        names = {line["name"] for line in lines if not line["external_id"]} - {""}
        self.by_id: dict[str, Account] = {}
        self.by_name: dict[str, list[Account]] = {}
        for part in pieces(ids):
            keys = AccountKey.objects.filter(key__in=part).select_related("account").order_by()
            self.by_id |= {key.key: key.account for key in keys}
        for part in pieces(ids):
            self.by_id |= {one.external_id: one for one in Account.objects.filter(external_id__in=part).order_by()}
        for part in pieces(names):
            for one in Account.objects.filter(name__in=part).order_by():
                self.by_name.setdefault(one.name, []).append(one)
        self._same()

    def _same(self) -> None:
        """One object per account, however it was found, so that no change is lost."""
        every = {one.pk: one for one in self.by_id.values()}
        self.by_id = {text: every[one.pk] for text, one in self.by_id.items()}
        self.by_name = {text: [every.get(one.pk, one) for one in ones] for text, ones in self.by_name.items()}


class Importing:
    """One run over the rows of a file."""

    def __init__(self, lines: list[Line], *, by: User | None) -> None:
        self.by, self.lines, self.receipt = by, lines, Receipt(rows=len(lines))
        self.people, self.known = People(), Known(lines)
        self.accounts: dict[int, Account] = {}  # row -> its account
        self.before: dict[int, dict[str, Any]] = {}  # row -> what the account held; rows of new accounts are missing
        self._first: dict[tuple[str, str], int] = {}

    def run(self) -> Receipt:
        for line in self.lines:
            if self._is_usable(line) and (account := self._account(line)):
                self.accounts[line.row] = account
                self._fill(account, line)
        fresh = [one for row, one in self.accounts.items() if row not in self.before]
        self._create(fresh)
        self._parents()
        changed = self._update()
        self._keys()
        index_accounts([one.pk for one in [*fresh, *changed]])
        self.receipt.created, self.receipt.updated = len(fresh), len(changed)
        self.receipt.unchanged = len(self.accounts) - len(fresh) - len(changed)
        return self.receipt

    def _is_usable(self, line: Line) -> bool:
        if line["deleted"].casefold() in YES:
            self.receipt.deleted += 1
            return False
        for meaning in ("external_id", "name", "industry", "country", "key"):
            most = 500 if meaning == "key" else Account._meta.get_field(meaning).max_length or 0
            if len(line[meaning]) > most:
                self.receipt.leave_out(line.row, "row_too_long", field=meaning, most=most)
                return False
        return self._is_first(line)

    def _is_first(self, line: Line) -> bool:
        identity = ("id", line["external_id"]) if line["external_id"] else ("name", line["name"])
        if not identity[1]:
            self.receipt.leave_out(line.row, "row_name_missing")
            return False
        if identity in self._first:
            self.receipt.leave_out(line.row, "row_twice", first=self._first[identity])
            return False
        self._first[identity] = line.row
        return True

    def _account(self, line: Line) -> Account | None:
        """The account that a row means, or a new one; None when it cannot be said which."""
        if line["external_id"]:
            account = self.known.by_id.get(line["external_id"])
        else:
            named = self.known.by_name.get(line["name"], [])
            if len(named) > 1:
                self.receipt.leave_out(line.row, "row_name_ambiguous", value=line["name"])
                return None
            account = named[0] if named else None
        if account:
            return self._met_again(line, account)
        if not line["name"]:
            self.receipt.leave_out(line.row, "row_name_missing")
            return None
        account = Account(name=line["name"], external_id=line["external_id"])
        if account.external_id:
            self.known.by_id[account.external_id] = account
        return account

    def _met_again(self, line: Line, account: Account) -> Account | None:
        identity = ("account", str(account.pk))
        if identity in self._first:
            self.receipt.leave_out(line.row, "row_twice", first=self._first[identity])
            return None
        self._first[identity] = line.row
        self.before[line.row] = {name: getattr(account, name) for name in WRITTEN}
        return account

    def _fill(self, account: Account, line: Line) -> None:
        account.name = line["name"] or account.name
        account.external_id = account.external_id or line["external_id"]
        for name in PLAIN:
            setattr(account, name, line[name] or getattr(account, name))
        self._fill_currency(account, line)
        self._fill_status(account, line)
        self._fill_owner(account, line)

    def _fill_currency(self, account: Account, line: Line) -> None:
        code = line["currency"].upper()
        if len(code) == 3 and code.isascii() and code.isalpha():
            account.currency = code
        elif code:
            self.receipt.add(line.row, "row_currency", value=line["currency"])

    def _fill_status(self, account: Account, line: Line) -> None:
        wanted = line["status"].casefold()
        for value, label in Account.Status.choices:
            if wanted in {value, str(label).casefold()}:
                self._set_status(account, line, value)
                return
        if wanted:
            self.receipt.add(line.row, "row_status_unknown", value=line["status"])

    def _set_status(self, account: Account, line: Line, status: str) -> None:
        """A new account may arrive as key, as a CRM knew it; for one that is here, that is a decision."""
        if account.pk and status != account.status and Account.Status.KEY in {status, account.status}:
            self.receipt.add(line.row, "status_is_decided", value=line["status"])
        else:
            account.status = status

    def _fill_owner(self, account: Account, line: Line) -> None:
        if not line["owner"]:
            return
        called = self.people.called(line["owner"])
        if len(called) == 1:
            account.owner_id = called[0]
        else:
            code = "row_owner_ambiguous" if called else "row_owner_unknown"
            self.receipt.add(line.row, code, value=line["owner"])

    def _create(self, fresh: list[Account]) -> None:
        Account.objects.bulk_create(fresh, batch_size=BATCH)
        record_created(fresh, by=self.by)

    def _parents(self) -> None:
        """Second pass: now every account of the file has its number, whatever the order of the rows."""
        if not any(line["parent"] for line in self.lines):
            return
        above = dict(Account.objects.exclude(parent=None).order_by().values_list("pk", "parent_id"))
        for line in self.lines:
            account = self.accounts.get(line.row)
            if account and line["parent"]:
                self._put_under(account, line, above)

    def _put_under(self, account: Account, line: Line, above: dict[int, int]) -> None:
        parent = self.known.by_id.get(line["parent"])
        if parent is None or parent.pk is None:
            self.receipt.add(line.row, "row_parent_unknown", value=line["parent"])
        elif _is_above(account.pk, parent.pk, above):
            self.receipt.add(line.row, "row_parent_circle", value=line["parent"])
        else:
            above[account.pk] = account.parent_id = parent.pk

    def _update(self) -> list[Account]:
        """Write what differs, one event per field; returns the accounts that were there before."""
        parents = [one for row, one in self.accounts.items() if row not in self.before and one.parent_id]
        changed, events = [], []
        for row, before in self.before.items():
            account = self.accounts[row]
            differing = [name for name in WRITTEN if getattr(account, name) != before[name]]
            events += [_changed(account, name, before[name], self.by) for name in differing]
            changed += [account] if differing else []
        Account.objects.bulk_create(
            [*parents, *changed], batch_size=BATCH, update_conflicts=True, unique_fields=["id"], update_fields=WRITTEN
        )
        Event.objects.bulk_create(events, batch_size=BATCH)
        return changed

    def _keys(self) -> None:
        wanted = {line["key"]: line.row for line in self.lines if line["key"] and line.row in self.accounts}
        taken: dict[str, int] = {}
        for part in pieces(wanted):
            taken |= dict(AccountKey.objects.filter(key__in=part).order_by().values_list("key", "account_id"))
        fresh = []
        for key, row in wanted.items():
            if key not in taken:
                fresh.append(AccountKey(key=key, account=self.accounts[row]))
            elif taken[key] != self.accounts[row].pk:
                self.receipt.add(row, "row_key_taken", value=key)
        AccountKey.objects.bulk_create(fresh, batch_size=BATCH)
        index_accounts([key.account_id for key in fresh])
        self.receipt.keys = len(fresh)


def _is_above(account: int, parent: int, above: dict[int, int]) -> bool:
    """Whether an account stands at or above its wanted parent."""
    seen: set[int] = set()
    at: int | None = parent
    while at is not None and at not in seen:
        if at == account:
            return True
        seen.add(at)
        at = above.get(at)
    return False


def _changed(account: Account, name: str, old: Any, by: User | None) -> Event:
    new = getattr(account, name)
    return Event(
        verb="imported",
        by=by,
        subject_type=Account._meta.label_lower,
        subject_id=account.pk,
        subject_name=account.name[:250],
        field=name,
        old="" if old is None else str(old),
        new="" if new is None else str(new),
    )


@transaction.atomic
def import_accounts(lines: list[Line], *, by: User | None) -> Receipt:
    """Bring the rows of a file in, all or nothing."""
    return Importing(lines, by=by).run()


@transaction.atomic
def finish(subject: AccountImport, lines: list[Line]) -> Receipt:
    """Import, and keep the receipt with the file's name."""
    receipt = import_accounts(lines, by=subject.by)
    subject.receipt, subject.state = vars(receipt), AccountImport.State.IMPORTED
    subject.save(update_fields=["receipt", "state"])
    record("imported", by=subject.by, about=subject, new=f"{receipt.created} + {receipt.updated}")
    return receipt
