"""Two accounts are one customer: keys, years, children, team and typed figures come under one roof.

Lines are never touched; they follow their ledger key. What the two accounts both hold for the same year or offering
cannot be guessed together: the kept account's figure stays, the other is written into the history.
"""

import json
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.dispatch import Signal

from openkam.method.errors import InvalidInput
from openkam.web.ledgers.facts import rebuild, refresh_accounts
from openkam.web.ledgers.models import AccountYear
from openkam.web.people.models import User
from openkam.web.programme.history import record
from openkam.web.programme.models import Event

from .actions import FIELDS
from .family import closes_a_circle
from .models import Account, AccountKey, AccountMember, AccountSearch
from .search import index_accounts

#: Sent with `kept`, `gone` and `by` before rows move: whoever keeps rows that collide lays them together first.
accounts_merging = Signal()
#: Sent with `accounts`, the numbers of those whose rows moved, after a merge and after one is taken back.
accounts_moved = Signal()
#: Rows that have their own rule below, or that are made anew.
BY_RULE = (Account, AccountKey, AccountMember, AccountSearch, AccountYear)


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What a merge would do, in numbers."""

    keys: int
    years: int
    children: int
    members: int
    figures: int
    figures_left: int


def refuse_impossible(kept: Account, gone: Account) -> None:
    """Raises InvalidInput where the two cannot become one."""
    if kept.pk == gone.pk:
        raise InvalidInput("same_account", kept.name)
    if closes_a_circle(gone.pk, kept.parent_id):
        raise InvalidInput("merge_below", gone.name, name=gone.name)


def preview(kept: Account, gone: Account) -> Preview:
    moving = [_sorted_out(model, kept, gone) for model in _typed_models()]
    return Preview(
        keys=gone.keys.count(),
        years=AccountYear.objects.filter(account=gone).count(),
        children=gone.children.count(),
        members=gone.members.exclude(user__in=kept.members.values("user")).count(),
        figures=sum(len(fitting) for fitting, _ in moving),
        figures_left=sum(len(left) for _, left in moving),
    )


@transaction.atomic
def merge(*, kept: Account, gone: Account, by: User | None) -> Event:
    """Make two accounts one; the event tells what came from where, so that they can be separated again."""
    refuse_impossible(kept, gone)
    told: dict[str, Any] = {
        "fields": {name: gone.serializable_value(name) for name in FIELDS},
        "keys": list(gone.keys.values_list("key", flat=True)),
        "children": list(gone.children.order_by("pk").values_list("pk", flat=True)),
        "members": list(gone.members.order_by("pk").values_list("user_id", flat=True)),
    }
    _move_keys(kept, gone)
    gone.children.update(parent=kept)
    _join_teams(kept, gone)
    accounts_merging.send(sender=None, kept=kept, gone=gone, by=by)
    _move_figures(kept, gone, by)
    _add_years(kept, gone)
    Account.objects.filter(pk=gone.pk, external_id=gone.external_id).update(external_id="")
    if not kept.external_id and gone.external_id:
        kept.external_id = gone.external_id
        kept.save(update_fields=["external_id"])
    record("merged", by=by, about=gone, field="account", new=kept.name)
    event = record("took_over", by=by, about=kept, field="account", old=gone.name, new=json.dumps(told))
    gone.delete()
    refresh_accounts([kept.pk])
    index_accounts([kept])
    accounts_moved.send(sender=None, accounts=[kept.pk])
    return event


def _move_keys(kept: Account, gone: Account) -> None:
    """The external id of the one that goes becomes a key, so that the next file from the CRM still finds it."""
    gone.keys.update(account=kept)
    if gone.external_id and kept.external_id:
        AccountKey.objects.get_or_create(key=gone.external_id, defaults={"account": kept})


def _join_teams(kept: Account, gone: Account) -> None:
    there = set(kept.members.values_list("user_id", flat=True))
    people = {*gone.members.values_list("user_id", flat=True), gone.owner_id} - there - {kept.owner_id, None}
    AccountMember.objects.bulk_create(AccountMember(account=kept, user_id=pk) for pk in sorted(people))


def _add_years(kept: Account, gone: Account) -> None:
    """A year that both have is summed; a cost that is unknown of one is unknown of both together."""
    theirs = {fact.fiscal_year: fact for fact in AccountYear.objects.filter(account=gone)}
    for fact in AccountYear.objects.filter(account=kept, fiscal_year__in=theirs):
        other = theirs.pop(fact.fiscal_year)
        for name in ("revenue", "direct_cost", "indirect_cost", "net_income"):
            mine, added = getattr(fact, name), getattr(other, name)
            setattr(fact, name, None if mine is None or added is None else mine + added)
        fact.lines += other.lines
        fact.lines_without_cost += other.lines_without_cost
        fact.first_date, fact.last_date = min(fact.first_date, other.first_date), max(fact.last_date, other.last_date)
        fact.save()
    AccountYear.objects.filter(pk__in=[fact.pk for fact in theirs.values()]).update(account=kept)


def _typed_models() -> list[type[models.Model]]:
    """Every model whose rows belong to an account, the ones with a rule of their own left out."""
    related = Account._meta.related_objects
    return [
        relation.related_model
        for relation in related
        if relation.field.name == "account"
        and relation.related_model not in BY_RULE
        and not getattr(relation.related_model, "is_derived", False)
    ]


def _sorted_out(model: type[models.Model], kept: Account, gone: Account) -> tuple[list[Any], list[Any]]:
    """The rows of the one that goes: those that find room at the kept account, and those whose place is taken."""
    others = _place(model)
    taken = {tuple(getattr(row, name) for name in others) for row in model._default_manager.filter(account=kept)}
    fitting, left = [], []
    for row in model._default_manager.filter(account=gone):
        place = tuple(getattr(row, name) for name in others)
        is_taken = others != ("pk",) and None not in place and place in taken  # what is unknown is never the same
        (left if is_taken else fitting).append(row)
    return fitting, left


def _place(model: type[models.Model]) -> tuple[str, ...]:
    """What makes a row the only one of its kind within its account; empty for one row per account."""
    if getattr(model._meta.get_field("account"), "unique", False):
        return ()
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and "account" in constraint.fields:
            return tuple(name for name in constraint.fields if name != "account")
    return ("pk",)


def _move_figures(kept: Account, gone: Account, by: User | None) -> None:
    for model in _typed_models():
        fitting, left = _sorted_out(model, kept, gone)
        model._default_manager.filter(pk__in=[row.pk for row in fitting]).update(account=kept)
        for row in left:
            text = json.dumps(_values(row), ensure_ascii=False, default=str)
            record("changed", by=by, about=kept, field="figures", old=text, touches_profit=True)


def _values(row: models.Model) -> dict[str, Any]:
    """What the history keeps of a row. What is personal has an end, and the history has none: its kind alone."""
    fields = [] if getattr(row, "is_personal", False) else row._meta.concrete_fields
    names = [field.attname for field in fields if field.name not in {"id", "account"}]
    return {"kind": row._meta.label_lower} | {name: getattr(row, name) for name in names}


@transaction.atomic
def _restored(event: Event, by: User | None) -> Account:
    told = json.loads(event.new)
    kept = Account.objects.get(pk=event.subject_id)
    moved = AccountKey.objects.filter(key__in=told["keys"], account=kept)
    if moved.count() != len(told["keys"]):
        raise InvalidInput("merge_keys_moved", kept.name)
    fields = told["fields"]
    _give_back_external_id(kept, told)
    fields["parent_id"] = _still(Account, fields["parent_id"])
    fields["owner_id"] = _still(User, fields["owner_id"])
    account = Account.objects.create(**fields)
    moved.update(account=account)
    Account.objects.filter(pk__in=told["children"], parent=kept).update(parent=account)
    people = User.objects.filter(pk__in=told["members"])
    AccountMember.objects.bulk_create(AccountMember(account=account, user=person) for person in people)
    record("split", by=by, about=kept, field="account", new=account.name)
    record("split", by=by, about=account, field="account", old=kept.name)
    index_accounts([kept, account])
    return account


def _give_back_external_id(kept: Account, told: dict[str, Any]) -> None:
    """It was handed to the kept account, or kept as one of its keys."""
    external_id = told["fields"]["external_id"]
    if not external_id:
        return
    Account.objects.filter(pk=kept.pk, external_id=external_id).update(external_id="")
    if external_id not in told["keys"]:
        AccountKey.objects.filter(key=external_id, account=kept).delete()
    if Account.objects.filter(external_id=external_id).exists():
        raise InvalidInput("merge_external_id_taken", kept.name, value=external_id)


def _still(model: Any, pk: int | None) -> int | None:
    return pk if pk and model._default_manager.filter(pk=pk).exists() else None


def separate(*, event: Event, by: User | None) -> Account:
    """Take a merge back: the account, its keys, children and team return, and both are summed from the ledger again.

    Figures that people typed stay where they are. Raises InvalidInput when the keys have moved on since.
    """
    account = _restored(event, by)
    both = [event.subject_id or 0, account.pk]
    rebuild(accounts=both)
    accounts_moved.send(sender=None, accounts=both)
    return account
