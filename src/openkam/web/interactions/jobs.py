"""Work of this app that takes longer than a request: reading files and mailboxes, taking an import back."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from openkam.method.errors import InvalidInput
from openkam.web.contacts.changed import tell
from openkam.web.jobs.models import Job
from openkam.web.jobs.queue import hourly, work
from openkam.web.people.models import User
from openkam.web.programme.history import record

from . import mailboxes
from .import_files import forget, steps
from .importing import BATCH, Importing
from .models import Attempt, Interaction, Mailbox, Pending
from .unknown import recount, settle

#: How often a running worker reads the connected mailboxes.
EVERY = timedelta(hours=1)
#: How long an uploaded table waits for somebody to say what its columns are.
WAITS = timedelta(days=7)


@hourly
def visit_all() -> None:
    """Start what is due; nothing where no server is allowed. Of several workers each may ask: a mailbox that one has
    begun to read is not due."""
    if settings.IMAP_HOSTS:
        mailboxes.start_visits(unread_since=timezone.now() - EVERY)


@hourly
def forget_unstarted() -> None:
    """A file that nobody went on with is full of people, and no use."""
    waiting = Attempt.objects.filter(state=Attempt.State.WAITING, at__lt=timezone.now() - WAITS)
    for attempt in waiting.exclude(file=None).select_related("file"):
        if attempt.file and waiting.filter(pk=attempt.pk).delete()[0]:
            forget(attempt.file)
            attempt.file.delete()


def not_read(job: Job) -> None:
    """After a failure the receipt says why; what was stored until then stays, and can be taken back."""
    attempt = Attempt.objects.filter(pk=job.subject_id).first()
    if attempt is None or attempt.state == Attempt.State.UNDONE:
        return
    attempt.state = Attempt.State.FAILED
    attempt.receipt |= {"code": job.error_code, "values": job.error_values}
    attempt.save(update_fields=["state", "receipt"])
    Mailbox.objects.filter(pk=attempt.mailbox_id).update(problem=job.error_code, problem_values=job.error_values)
    if attempt.file:
        forget(attempt.file)


@work("interactions_read", if_not_done=not_read)
def read(job: Job) -> None:
    attempt = Attempt.objects.select_related("file", "mailbox__user", "by").get(pk=job.subject_id)
    if attempt.state not in {Attempt.State.WAITING, Attempt.State.READING}:
        return
    Attempt.objects.filter(pk=attempt.pk).update(state=Attempt.State.READING)
    if attempt.mailbox:
        mailboxes.read(attempt, attempt.mailbox, job)
    elif attempt.file:
        _read_file(attempt, job)
    else:
        raise InvalidInput("source_gone")


def _read_file(attempt: Attempt, job: Job) -> None:
    importing = Importing(attempt, by=attempt.by)
    some: list[Any] = []
    for share, one in steps(attempt.file):
        some.append(one)
        if len(some) == BATCH:
            importing.take(some)
            job.beat(step="interactions_reading", fraction=share, rows=importing.receipt.read)
            some = []
    importing.take(some)
    importing.finish()
    forget(attempt.file)


def not_undone(job: Job) -> None:
    """After a failure what is left of an import can be taken back again."""
    Attempt.objects.filter(pk=job.subject_id, state=Attempt.State.READING).update(state=Attempt.State.DONE)


@work("interactions_undo", if_not_done=not_undone)
def undo(job: Job) -> None:
    """Delete what an import stored, except what somebody has changed since."""
    attempt = Attempt.objects.select_related("by").get(pk=job.subject_id)
    accounts: set[int] = set()
    while numbers := dict(_untouched(attempt)[:BATCH].values_list("pk", "account_id")):
        with transaction.atomic():
            Interaction.objects.filter(pk__in=numbers).delete()
        accounts |= set(numbers.values())
        job.beat(step="interactions_deleting", fraction=0.5)
    with transaction.atomic():
        Pending.objects.filter(attempt=attempt).delete()
        if attempt.by:
            recount(attempt.by)
        Attempt.objects.filter(pk=attempt.pk).update(state=Attempt.State.UNDONE)
        record("undone", by=job.by, about=attempt)
    tell(accounts)


def _untouched(attempt: Attempt) -> Any:
    return Interaction.objects.filter(attempt=attempt, version=1).order_by("pk")


@work("unknown_addresses")
def count(job: Job) -> None:
    """Count the kept messages of addresses that somebody has decided on."""
    person = User.objects.get(pk=job.by_id)
    tell(settle(person))
