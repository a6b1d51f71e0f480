"""What people and imports do to accounts: each change leaves an event and keeps the search index."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from openkam.web.people.models import User
from openkam.web.programme.history import record, save_recorded
from openkam.web.programme.models import Event

from .models import Account, AccountKey, AccountMember
from .search import index_accounts

#: The fields of an account that people type; each change of one is an event.
FIELDS = (
    "name",
    "external_id",
    "parent_id",
    "industry",
    "country",
    "currency",
    "owner_id",
    "status",
    "orientation",
    "orientation_reason",
)
BATCH = 2_000
#: Databases bound the values of one statement; keys are asked for in pieces of this size.
ASK = 5_000


@transaction.atomic
def create_account(*, by: User | None, **fields: Any) -> Account:
    """A new account, found by its name at once. Somebody who is not a director owns what they create."""
    if by is not None and not by.is_director and not fields.get("owner"):
        fields["owner"] = by
    account = Account.objects.create(**fields)
    record("created", by=by, about=account, new=account.name)
    index_accounts([account])
    return account


@transaction.atomic
def change_account(account: Account, *, by: User | None, fields: Iterable[str] = FIELDS) -> list[str]:
    """Save the changed fields of an account, one event each; returns the names of those that changed."""
    changed = save_recorded(account, by=by, fields=fields)
    if {"name", "external_id"} & set(changed):
        index_accounts([account])
    return changed


def set_owner(account: Account, *, owner: User | None, by: User | None) -> bool:
    """Hand an account to an account manager, or to nobody; says whether that was a change."""
    account.owner = owner
    return bool(change_account(account, by=by, fields=["owner_id"]))


@transaction.atomic
def add_to_team(account: Account, *, member: User, by: User | None) -> bool:
    """Let somebody work on an account; adding them twice changes nothing."""
    _, is_new = AccountMember.objects.get_or_create(account=account, user=member)
    if is_new:
        record("joined_team", by=by, about=account, field="team", new=str(member))
    return is_new


@transaction.atomic
def remove_from_team(account: Account, *, member: User, by: User | None) -> bool:
    """End somebody's work on an account; says whether they were in its team."""
    gone, _ = AccountMember.objects.filter(account=account, user=member).delete()
    if gone:
        record("left_team", by=by, about=account, field="team", old=str(member))
    return bool(gone)


@transaction.atomic
def add_key(account: Account, *, key: str, by: User | None) -> AccountKey:
    """Let the ledger know an account under one more key."""
    row = AccountKey.objects.create(account=account, key=key)
    record("key_added", by=by, about=account, field="key", new=key)
    index_accounts([account])
    return row


def accounts_for_keys(keys: Iterable[str]) -> dict[str, int]:
    """The id of the account behind each ledger key that is known."""
    wanted = sorted(set(keys))
    known: dict[str, int] = {}
    for start in range(0, len(wanted), ASK):
        rows = AccountKey.objects.filter(key__in=wanted[start : start + ASK]).order_by()
        known.update(rows.values_list("key", "account_id"))
    return known


@transaction.atomic
def create_for_keys(names: Mapping[str, str], *, by: User | None) -> dict[str, int]:
    """An account behind each ledger key; returns the account's id for every key given.

    names   ledger key -> the customer's name in the ledger; a blank name becomes the key.

    A key that is known stays with its account. A key that equals an account's external id joins that account.
    For every other key an account is made, with the key as its external id.
    """
    known = accounts_for_keys(names)
    missing = {key: name for key, name in names.items() if key not in known}
    joined = _accounts_by_external_id(missing)
    made = _create_accounts({key: name for key, name in missing.items() if key not in joined}, by=by)
    fresh = joined | made
    AccountKey.objects.bulk_create([AccountKey(key=key, account_id=pk) for key, pk in fresh.items()], batch_size=BATCH)
    index_accounts(fresh.values())
    return known | fresh


def _accounts_by_external_id(keys: Iterable[str]) -> dict[str, int]:
    wanted = sorted(set(keys) - {""})
    known: dict[str, int] = {}
    for start in range(0, len(wanted), ASK):
        rows = Account.objects.filter(external_id__in=wanted[start : start + ASK]).order_by()
        known.update(rows.values_list("external_id", "pk"))
    return known


def _create_accounts(names: Mapping[str, str], *, by: User | None) -> dict[str, int]:
    longest = Account._meta.get_field("external_id").max_length or 0
    accounts = Account.objects.bulk_create(
        [
            Account(name=(name.strip() or key)[:500], external_id=key if len(key) <= longest else "")
            for key, name in names.items()
        ],
        batch_size=BATCH,
    )
    record_created(accounts, by=by)
    return {key: account.pk for key, account in zip(names, accounts, strict=True)}


def record_created(accounts: Iterable[Account], *, by: User | None) -> None:
    """One event per account of a bulk creation."""
    label = Account._meta.label_lower
    Event.objects.bulk_create(
        [
            Event(
                verb="created",
                by=by,
                subject_type=label,
                subject_id=account.pk,
                subject_name=account.name[:250],
                new=account.name,
            )
            for account in accounts
        ],
        batch_size=BATCH,
    )
