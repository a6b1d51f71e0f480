"""Asking the customer: make a link, revoke it, take the one answer that it is good for."""

import secrets
from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from openkam.method.errors import InvalidInput
from openkam.web.people.models import User
from openkam.web.programme.history import record

from ..actions import BEFORE_LOCK, UNFROZEN, held, touch
from ..models import CustomerLink, CustomerScore, Entry, Kind
from ..scoring import Place
from .links import LinkState, digest_of, state_of

SECRET_BYTES = 32


@transaction.atomic
def make_link(entry: Entry, *, contact: str, days: int, by: User) -> str:
    """A link for one answer of somebody at the customer; returns its secret, which is kept nowhere.

    Raises InvalidInput("round_stage" | "round_frozen" | "customer_merged" | "customer_no_factors").
    """
    round_ = held(entry.round, BEFORE_LOCK)
    if entry.account_id is None:
        raise InvalidInput("customer_merged", entry.name, name=entry.name)
    if not round_.items.filter(kind=Kind.STRENGTH).exists():
        raise InvalidInput("customer_no_factors", round_.name)
    token = secrets.token_urlsafe(SECRET_BYTES)
    ends = timezone.now() + timedelta(days=days)
    CustomerLink.objects.create(entry=entry, digest=digest_of(token), contact=contact, made_by=by, expires_at=ends)
    record("customer_link_made", by=by, about=round_, field="customer", new=f"{entry.name} · {contact}")
    return token


@transaction.atomic
def revoke_link(link: CustomerLink, *, by: User) -> bool:
    """Let a link open no more; an answer that came by it is kept and no longer counted. Says whether that is new.

    Whether an answer counts is settled when the round is locked, and by who runs the round.
    Raises InvalidInput("round_stage" | "round_frozen" | "answer_not_for_you").
    """
    round_ = held(link.entry.round, BEFORE_LOCK if link.used_at else UNFROZEN)
    if link.used_at and not round_.facilitated_by(by):
        raise InvalidInput("answer_not_for_you", link.contact)
    is_new = CustomerLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=timezone.now())
    if is_new:
        touch(round_)
        who = f"{link.entry.name} · {link.contact}"
        record("customer_link_revoked", by=by, about=round_, field="customer", old=who)
    return bool(is_new)


def places_of(entry: Entry) -> list[Place]:
    """What a customer can score: each success factor, of us and of each competitor named at this customer."""
    items = entry.round.items.filter(kind=Kind.STRENGTH).values_list("pk", flat=True)
    suppliers = [0, *entry.competitors.values_list("pk", flat=True)]
    return [Place(entry.pk, item, supplier) for item in items for supplier in suppliers]


@transaction.atomic
def take_answer(link: CustomerLink, *, scores: Mapping[Place, int], remark: str) -> None:
    """Keep what the customer said, once.

    Raises InvalidInput("customer_link_shut" | "customer_questions_changed" | "round_stage" | "round_frozen").
    """
    round_ = held(link.entry.round, BEFORE_LOCK)
    now = CustomerLink.objects.select_for_update().filter(pk=link.pk).first()
    if now is None or state_of(now) != LinkState.OPEN:
        raise InvalidInput("customer_link_shut", link.entry.name)
    if not scores.keys() <= set(places_of(link.entry)):
        raise InvalidInput("customer_questions_changed", link.entry.name)
    CustomerScore.objects.bulk_create(
        CustomerScore(link=now, item_id=place.item, supplier_id=place.supplier or None, value=value)
        for place, value in scores.items()
    )
    now.used_at, now.remark = timezone.now(), remark
    now.save(update_fields=["used_at", "remark"])
    touch(round_)
    record("customer_answered", by=None, about=round_, field="customer", new=f"{link.entry.name} · {now.contact}")
