"""Calendars, mailboxes and tables in the hands of Acme's team, and the steps that bring them in."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from openkam.web.accounts.models import Account
from openkam.web.contacts.actions import create_contact
from openkam.web.contacts.models import Contact
from openkam.web.interactions.models import Attempt, Interaction
from openkam.web.jobs import queue
from openkam.web.jobs.models import Job
from openkam.web.people.models import User

DAY = datetime.now(UTC).replace(hour=9, minute=0, second=0, microsecond=0) - timedelta(days=40)


def contact(account: Account, name: str = "Lin", email: str = "lin@acme.example", by: User | None = None) -> Contact:
    return create_contact(account=account, by=by, name=name, email=email)


def message(number: int = 1, *, body: str = "Hello", **fields: str) -> bytes:
    """A message from Olga to Lin unless told otherwise."""
    head = {
        "From": "Olga <olga@supplier.example>",
        "To": "Lin <lin@acme.example>",
        "Subject": f"Offer {number}",
        "Date": f"{DAY:%a, %d %b %Y %H:%M:%S} +0000",
        "Message-ID": f"<{number}@supplier.example>",
    } | {name.replace("_", "-"): text for name, text in fields.items()}
    return "".join(f"{name}: {text}\n" for name, text in head.items() if text).encode() + f"\n{body}\n\n".encode()


def mbox(*messages: bytes) -> bytes:
    return b"".join(b"From x Mon Jun 10 09:00:00 2024\n" + one for one in messages)


def calendar(*events: str) -> bytes:
    return "\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *events, "END:VCALENDAR", ""]).encode()


def event(uid: str = "one", *lines: str, who: str = "lin@acme.example", start: str = "") -> str:
    start = start or f"DTSTART:{DAY:%Y%m%dT%H%M%SZ}"
    people = ["ORGANIZER:mailto:olga@supplier.example", f"ATTENDEE;CN=Lin:mailto:{who}"]
    return "\n".join(["BEGIN:VEVENT", f"UID:{uid}", start, "SUMMARY:Review", *people, *lines, "END:VEVENT"])


def workbook(*rows: tuple[Any, ...]) -> bytes:
    book, data = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(data)
    return data.getvalue()


def work_off() -> None:
    """Do what waits, in the test's own transaction: a worker of its own would close the connection."""
    for job in Job.objects.filter(state=Job.State.WAITING).order_by("pk"):
        queue.run.call(job.pk)


def bring(client: Client, name: str, data: bytes, **more: str) -> Attempt:
    """Upload a file and let the worker read it; the import as it is afterwards."""
    answer = client.post("/interactions/import/", {"file": SimpleUploadedFile(name, data), **more})
    assert answer.status_code == 302, answer.content.decode()
    work_off()
    return Attempt.objects.get(pk=answer["Location"].rstrip("/").rpartition("/")[2])


def counts(attempt: Attempt) -> dict[str, int]:
    """What a receipt says, without what is none."""
    return {name: number for name, number in attempt.receipt.items() if isinstance(number, int) and number}


def people_of(interaction: Interaction) -> dict[str, str]:
    """Who is in an interaction, with their part."""
    rows = interaction.participants.select_related("contact", "colleague")
    return {str(row.contact or row.colleague): row.part for row in rows}


def today() -> str:
    return timezone.localdate().isoformat()
