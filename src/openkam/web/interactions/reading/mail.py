"""A message's headers, however broken: when, from whom, to whom, about what. The rest is not looked at.

The headers are cut by hand: the parsers of the standard library raise on some of what mailboxes hold.
"""

import email
import hashlib
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.header import decode_header
from email.message import Message as Mime
from email.utils import getaddresses, parsedate_to_datetime

from .pieces import LONGEST_SUBJECT, MOST_PARTICIPANTS, Address, Piece, address, clean, distinct, paragraphs

LONGEST_ID = 250
#: Signs of a message's own text that are kept when somebody asks for them.
LONGEST_TEXT = 20_000
_FIELD = re.compile(rb"^([!-9;-~]{1,100})[ \t]*:", re.ASCII)
_ENCODED = re.compile(r"=\?[^?\s]+\?[bBqQ]\?[^?]*\?=")
_CHARSET = re.compile(r"charset\s*=\s*\"?([\w.:-]{1,40})", re.IGNORECASE)
#: Names of old character sets whose messages use signs of the larger one.
_LARGER = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "cp950", "us-ascii": "utf-8", "iso-8859-1": "cp1252"}
_ROBOT = re.compile(
    r"(.*[._+-])?(no-?_?reply|do-?not-?reply|donotreply|mailer-daemon|postmaster|bounces?|notifications?|notify|alerts?"
    r"|newsletters?|calendar-notification|calendar-server|automailer|listserv|majordomo)([._+-].*)?@.*"
)
_BULK = frozenset({"bulk", "list", "junk", "auto_reply"})


@dataclass(frozen=True, slots=True)
class Message:
    """What a message's headers say; `date` is None when they say none that can be."""

    message_id: str
    date: datetime | None
    sender: Address | None = None
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    subject: str = ""
    in_reply_to: str = ""
    is_automatic: bool = False

    @property
    def people(self) -> tuple[Address, ...]:
        return distinct([*([self.sender] if self.sender else []), *self.to, *self.cc])


@dataclass
class _Head:
    """The fields of a head by their names in small letters; the sign set for bytes that say none."""

    fields: dict[str, list[str]] = field(default_factory=dict)

    def first(self, name: str) -> str:
        return self.fields.get(name, [""])[0]

    def every(self, name: str) -> list[str]:
        return self.fields.get(name, [])


def read_head(head: bytes) -> Message:
    """The message of a head; never raises, whatever the bytes."""
    found = _head(head)
    senders = _addresses(found.every("from") or found.every("sender"), "sender")
    return Message(
        message_id=_id(found),
        date=_date(found),
        sender=senders[0] if senders else None,
        to=_addresses(found.every("to"), "to"),
        cc=_addresses(found.every("cc"), "cc"),
        subject=clean(words(found.first("subject")[: 8 * LONGEST_SUBJECT]), LONGEST_SUBJECT),
        in_reply_to=_plain_id(found.first("in-reply-to")),
        is_automatic=_is_automatic(found, senders),
    )


def as_piece(message: Message, *, at: datetime, note: str = "") -> Piece:
    """A message as a piece of contact. What a machine sent, and what went to a crowd, does not count."""
    people = message.people
    is_mass = len(people) > MOST_PARTICIPANTS
    return Piece(
        uid=f"mail:{message.message_id}",
        kind="email",
        at=at,
        subject=message.subject,
        people=people,
        note=note,
        left_out="automatic" if message.is_automatic else "mass" if is_mass else "",
    )


def _head(head: bytes) -> _Head:
    lines: list[tuple[str, list[bytes]]] = []
    for line in head.splitlines():
        if line[:1] in {b" ", b"\t"} and lines:
            lines[-1][1].append(line)
        elif match := _FIELD.match(line):
            lines.append((match[1].decode("ascii").lower(), [line[match.end() :]]))
        elif not line.strip():
            break
    spoken = next((b"".join(parts) for name, parts in lines if name == "content-type"), b"")
    charset = _CHARSET.search(spoken.decode("ascii", "replace"))
    found = _Head()
    for name, parts in lines:
        found.fields.setdefault(name, []).append(_text(b" ".join(parts), charset[1] if charset else ""))
    return found


def _text(raw: bytes, charset: str) -> str:
    """Bytes as text: what they say they are, else UTF-8, else Western; nothing is lost to an unknown name."""
    for name in ("utf-8", _LARGER.get(charset.lower(), charset)):
        try:
            return raw.decode(name)
        except (LookupError, ValueError):
            continue
    return raw.decode("cp1252", "replace")


def words(text: str) -> str:
    """A header's text with its encoded words read, in whatever character set (RFC 2047).

    >>> words("=?gb2312?B?yc/W3A==?= =?x-no-such?Q?caf=E9?=")
    '上周café'
    """
    if not _ENCODED.search(text):
        return text
    try:
        parts = decode_header(text)
    except (ValueError, email.errors.HeaderParseError):
        return text
    return "".join(_decoded(part, charset) for part, charset in parts)


def _decoded(part: bytes | str, charset: str | None) -> str:
    return part if isinstance(part, str) else _text(part, charset or "") if charset else part.decode("latin-1")


def _addresses(values: list[str], part: str) -> tuple[Address, ...]:
    """The people of a field. A name is read after the addresses were cut, so that it cannot smuggle one in."""
    try:
        pairs = getaddresses(values)
    except (ValueError, IndexError, TypeError, AttributeError, RecursionError):
        return ()
    return distinct(one for name, mail in pairs if (one := address(mail, words(name), part)))


def _plain_id(text: str) -> str:
    return clean(text, 2_000).split(">")[0].lstrip("< ").replace(" ", "")


def _id(found: _Head) -> str:
    """The message's own name, or a digest of what it says; two mailboxes that hold it agree."""
    said = _plain_id(found.first("message-id"))
    if said and len(said) <= LONGEST_ID:
        return said
    told = said or "\n".join(" ".join(found.first(name).split()) for name in ("date", "from", "to", "cc", "subject"))
    return f"sha256:{hashlib.sha256(told.encode('utf-8', 'replace')).hexdigest()}"


def _date(found: _Head) -> datetime | None:
    """When it was written; when that cannot be read, when the last server got it."""
    for text in [found.first("date"), *(line.rpartition(";")[2] for line in found.every("received")[:3])]:
        if text.strip() and (at := instant(text)):
            return at
    return None


def instant(text: str) -> datetime | None:
    """A date of RFC 5322 as an instant in UTC; None when there is none in the text.

    >>> instant("Mon, 1 Jan 2024 09:00:00 +0800")
    datetime.datetime(2024, 1, 1, 1, 0, tzinfo=datetime.timezone.utc)
    """
    try:
        at = parsedate_to_datetime(text.strip()[:100])
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError, AttributeError):
        return None
    return at if 1970 <= at.year <= 9000 else None


def _is_automatic(found: _Head, senders: tuple[Address, ...]) -> bool:
    """Whether a machine sent it: answers, lists, notices, invitations (RFC 3834, RFC 2919, RFC 2369)."""
    says = ("list-id", "list-unsubscribe", "list-post", "x-autoreply", "x-autorespond", "x-auto-response-suppress")
    kind = found.first("content-type").strip().lower()
    return (
        any(name in found.fields for name in (*says, "feedback-id"))
        or found.first("auto-submitted").strip().lower() not in {"", "no"}
        or found.first("precedence").strip().lower() in _BULK
        or found.first("return-path").strip() == "<>"
        or kind.startswith(("multipart/report", "text/calendar"))
        or "calendarmessage" in found.first("content-class").lower()
        or any(_ROBOT.fullmatch(one.email) for one in senders)
    )


def plain_text(raw: bytes) -> str:
    """The first plain part of a message; "" when there is none. Pictures, pages and attachments are not opened."""
    try:
        message = email.message_from_bytes(raw)
        parts = [part for part in message.walk() if _is_text(part)]
        payload = parts[0].get_payload(decode=True) if parts else None
        charset = str(parts[0].get_content_charset() or "") if parts else ""
    except (ValueError, TypeError, AttributeError, LookupError, IndexError, RecursionError):
        return ""
    return paragraphs(_text(payload, charset), LONGEST_TEXT) if isinstance(payload, bytes) else ""


def _is_text(part: Mime) -> bool:
    return part.get_content_type() == "text/plain" and part.get_content_disposition() != "attachment"
