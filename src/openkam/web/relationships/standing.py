"""The latest diagnosis of each account, kept beside it and thrown away when what it rests on changes."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.utils import timezone

from openkam.method import stage as method
from openkam.web.accounts.models import Account
from openkam.web.contacts.changed import contacts_changed
from openkam.web.contacts.models import Contact, MainContact
from openkam.web.interactions.models import Interaction, JointTeam, JointTeamMember

from .models import Stage, StageRules, Standing
from .seen import Seen, seen_many

AT_ONCE = 200


def standings(accounts: Iterable[Account], *, on: date | None = None) -> dict[int, Standing]:
    """Where each account stands today; what is not known or older than today is diagnosed anew."""
    accounts, today = list(accounts), on or timezone.localdate()
    known = {row.pk: row for row in Standing.objects.filter(account__in=[a.pk for a in accounts], on=today)}
    missing = [account for account in accounts if account.pk not in known]
    for start in range(0, len(missing), AT_ONCE):
        known |= _diagnosed(missing[start : start + AT_ONCE], today)
    return known


def _diagnosed(accounts: list[Account], today: date) -> dict[int, Standing]:
    fresh = {pk: _standing(seen) for pk, seen in seen_many(accounts, today).items()}
    names = [field.name for field in Standing._meta.concrete_fields if field.name != "account"]
    with transaction.atomic():
        Standing.objects.bulk_create(
            fresh.values(), update_conflicts=True, unique_fields=["account"], update_fields=names
        )
    return fresh


def _standing(seen: Seen) -> Standing:
    result = method.evaluate(seen.document)
    found = result.metrics
    return Standing(
        account=seen.account,
        on=seen.on,
        stage=result.stage,
        nu=found.nu,
        direct_share=found.direct_share,
        key_person_share=found.key_person_share,
        lamp=found.lamp,
        progress=result.progress,
        weight=found.weight,
        is_borderline=result.borderline,
        unmet=[gate.code for gate in result.unmet],
        last_on=max((tie.last_on for tie in seen.ties), default=None),
    )


@receiver(contacts_changed, dispatch_uid="standing: contacts")
def forget(*, accounts: Iterable[int], **_more: Any) -> None:
    Standing.objects.filter(account__in=list(accounts)).delete()


@receiver([post_save, post_delete], dispatch_uid="standing: rows")
def _row_changed(*, sender: Any, instance: Any, **_more: Any) -> None:
    if sender in (Contact, MainContact, Interaction, JointTeam):
        forget(accounts=[instance.account_id])
    elif sender is JointTeamMember:
        forget(accounts=[instance.team.account_id])
    elif sender is Account:
        forget(accounts=[instance.pk])
    elif sender is StageRules:
        Standing.objects.all().delete()


def stage_name(stage: int | None) -> str:
    return str(Stage(stage).label) if stage is not None else ""
