"""Uploaded calendars, mailboxes and tables: known by what they hold, cut into pieces, kept until they are read."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from openkam.ledger.formats import Opened
from openkam.method.errors import InvalidInput
from openkam.web.programme import uploads

from .models import SourceFile
from .reading import rows
from .reading.events import MOST_LINE, Window, read_calendar
from .reading.mail import as_piece, instant, plain_text, read_head
from .reading.mbox import messages, noted_date
from .reading.pieces import Piece, Problem

#: How far back a calendar is read.
YEARS = 3
MOST_CALENDAR = 64 * 2**20
LOOK = 4_096
#: A share of the work, and one of its results.
Step = tuple[float, Piece | Problem | rows.Row]


def folder(subject: SourceFile) -> Path:
    return Path(settings.UPLOAD_DIR) / "interactions" / str(subject.pk)


def path(subject: SourceFile) -> Path:
    """Where the file is; raises InvalidInput when it was read and is gone."""
    found = folder(subject) / "file"
    if not found.exists():
        raise InvalidInput("source_gone", subject.file_name)
    return found


def keep(subject: SourceFile, file: UploadedFile) -> None:
    uploads.keep(folder(subject), file)


def forget(subject: SourceFile) -> None:
    uploads.forget(folder(subject))


def recognise(file: Path, name: str) -> str:
    """What a file is by its beginning; the name decides only between a message and a table of text."""
    with file.open("rb") as opened:
        start = opened.read(LOOK).lstrip(b"\xef\xbb\xbf\r\n\t ")
    if not start:
        raise InvalidInput("source_empty", name)
    if start[:15].upper() == b"BEGIN:VCALENDAR":
        return SourceFile.Format.CALENDAR
    if start.startswith(b"From ") or name.lower().endswith((".mbox", ".eml", ".mbx")):
        return SourceFile.Format.MAIL
    return SourceFile.Format.TABLE


def table(subject: SourceFile) -> Opened:
    return rows.opened(path(subject), folder(subject))


def steps(subject: SourceFile) -> Iterator[Step]:
    """Everything that a file holds, with how far it was read; raises InvalidInput when it cannot be read."""
    if subject.format == SourceFile.Format.CALENDAR:
        return _of_calendar(path(subject))
    if subject.format == SourceFile.Format.MAIL:
        return _of_mail(path(subject), with_text=subject.with_text)
    return _of_table(subject)


def _of_calendar(file: Path) -> Iterator[Step]:
    if file.stat().st_size > MOST_CALENDAR:
        raise InvalidInput("source_too_large", most=MOST_CALENDAR // 2**20)
    now = timezone.now()
    window = Window(since=now - timedelta(days=YEARS * 366), now=now, zone=timezone.get_current_timezone())
    with file.open("rb") as opened:
        yield from ((0.5, one) for one in read_calendar(_lines(opened), window))


def _lines(file: BinaryIO) -> Iterator[bytes]:
    while line := file.readline(MOST_LINE):
        yield line


def _of_mail(file: Path, *, with_text: bool) -> Iterator[Step]:
    size = max(file.stat().st_size, 1)
    with file.open("rb") as opened:
        for number, raw in enumerate(messages(opened, with_body=with_text), 1):
            text = plain_text(raw.head + raw.body) if with_text else ""
            yield raw.offset / size, piece_of(raw.head, number, received=noted_date(raw.noted), text=text)


def piece_of(head: bytes, number: int, *, received: str, text: str = "") -> Piece | Problem:
    """A message as a piece; when its head names no time, when its mailbox got it."""
    message = read_head(head)
    at: datetime | None = message.date or instant(received)
    return as_piece(message, at=at, note=text) if at else Problem(number, "message_date")


def _of_table(subject: SourceFile) -> Iterator[Step]:
    found = table(subject)
    mapping: dict[str, Any] = rows.checked(subject.mapping, found.columns)
    for number, row in enumerate(rows.read_rows(found, mapping, folder(subject))):
        yield number / max(found.rows, 1), row
