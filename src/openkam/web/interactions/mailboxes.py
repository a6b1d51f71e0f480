"""People's own mailboxes: the password kept encrypted, servers only where the operator allows them, read on demand."""

import base64
from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from openkam.method.errors import InvalidInput
from openkam.web.jobs import queue
from openkam.web.jobs.models import Job
from openkam.web.people.models import User
from openkam.web.people.permissions import Permission
from openkam.web.programme.history import record

from .import_files import piece_of
from .importing import Importing, Receipt
from .models import Attempt, Mailbox
from .reading.imap import BATCH, Letter, Seen, Server, visit
from .reading.mail import plain_text
from .reading.pieces import Piece, Problem

#: What the key is derived for; another purpose has another key.
PURPOSE = b"openkam mailbox password"
#: Where a server that is named without a port may be spoken to: STARTTLS and TLS.
USUAL_PORTS = frozenset({143, 993})


def _lock() -> Fernet:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(settings.SECRET_KEY.encode())
    return Fernet(base64.urlsafe_b64encode(key))


def sealed(password: str) -> str:
    """A password as it is stored: only this installation, with its secret key, can read it."""
    return _lock().encrypt(password.encode()).decode()


def unsealed(secret: str) -> str:
    """The password; raises InvalidInput("mailbox_secret") when the installation's secret key has changed."""
    try:
        return _lock().decrypt(secret.encode()).decode()
    except InvalidToken:
        raise InvalidInput("mailbox_secret") from None


def is_allowed(host: str, port: int) -> bool:
    """Whether the operator lets the product speak to a server: by host:port, or by its host alone on a usual port."""
    name = _host(host)
    wanted = {f"{name}:{port}", name} if port in USUAL_PORTS else {f"{name}:{port}"}
    return not wanted.isdisjoint(map(_host, settings.IMAP_HOSTS))


def _host(text: str) -> str:
    """A host, or host:port, as it is compared: in small letters, without the dot that may end a full name."""
    return text.strip().casefold().replace(".:", ":").removesuffix(".")


@transaction.atomic
def connect(mailbox: Mailbox, *, password: str, by: User) -> None:
    """Save a mailbox of somebody's own, with a new password or the one it has."""
    is_new = mailbox.pk is None
    if password:
        mailbox.secret = sealed(password)
    mailbox.problem, mailbox.problem_values = "", {}
    mailbox.save()
    record("created" if is_new else "changed", by=by, about=mailbox)


@transaction.atomic
def disconnect(mailbox: Mailbox, *, by: User) -> None:
    """Forget a mailbox and its password; what was read from it stays."""
    record("deleted", by=by, about=mailbox)
    mailbox.delete()


@transaction.atomic
def start_visit(mailbox: Mailbox) -> Attempt:
    """Read a mailbox in the background; one that is being read is not read twice at once."""
    Mailbox.objects.select_for_update().get(pk=mailbox.pk)
    under_way = mailbox.attempts.filter(state__in=[Attempt.State.WAITING, Attempt.State.READING]).first()
    if under_way:
        return under_way
    attempt = Attempt.objects.create(mailbox=mailbox, by=mailbox.user)
    queue.start("interactions_read", by=mailbox.user, subject_id=attempt.pk)
    return attempt


def start_visits(*, unread_since: datetime | None = None) -> int:
    """Read every mailbox whose owner may still record contacts; returns how many.

    unread_since  only those that nobody began to read since then.
    """
    mailboxes = Mailbox.objects.filter(user__is_active=True).select_related("user")
    if unread_since:
        mailboxes = mailboxes.exclude(attempts__at__gt=unread_since)
    due = [mailbox for mailbox in mailboxes if mailbox.user.may(Permission.RECORD_CONTACTS)]
    for mailbox in due:
        start_visit(mailbox)
    return len(due)


def letters(mailbox: Mailbox) -> Iterator[Letter]:
    """What is new in a mailbox; raises InvalidInput."""
    if not is_allowed(mailbox.host, mailbox.port):
        raise InvalidInput("imap_not_allowed", host=mailbox.host)
    server = Server(
        host=mailbox.host,
        port=mailbox.port,
        login=mailbox.login,
        password=unsealed(mailbox.secret),
        security=mailbox.security,
        folder=mailbox.folder,
    )
    seen = Seen(mailbox.uid_validity or 0, mailbox.last_uid)
    return visit(server, seen=seen, since=mailbox.since, with_text=mailbox.with_text)


def read(attempt: Attempt, mailbox: Mailbox, job: Job) -> Receipt:
    """Bring what is new in; how far it was read is kept with each batch, so that nothing is read twice or missed."""
    importing = Importing(attempt, by=mailbox.user)
    new = letters(mailbox)
    while some := list(islice(new, BATCH)):
        first = importing.receipt.read + 1
        with transaction.atomic():
            importing.take([_piece(letter, first + at, mailbox) for at, letter in enumerate(some)])
            mailbox.uid_validity, mailbox.last_uid = some[-1].seen.validity, some[-1].seen.uid
            mailbox.save(update_fields=["uid_validity", "last_uid"])
        job.beat(step="mail_reading", fraction=0.5, rows=importing.receipt.read)
    Mailbox.objects.filter(pk=mailbox.pk).update(read_at=timezone.now(), problem="", problem_values={})
    return importing.finish()


def _piece(letter: Letter, number: int, mailbox: Mailbox) -> Piece | Problem:
    text = plain_text(letter.whole) if mailbox.with_text else ""
    return piece_of(letter.head, number, received=letter.received, text=text)
