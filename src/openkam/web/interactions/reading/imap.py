"""The heads of a mailbox over IMAP, from a server that may hang, lie or talk for ever. Nothing there is changed.

The connection of the standard library waits as long as each byte comes in time and reads what the server announces;
here a clock runs over the whole visit, and every line, literal and answer is bounded.
"""

import contextlib
import imaplib
import re
import socket
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from openkam.method.errors import InvalidInput

#: Seconds of a visit, and of silence within it.
PATIENCE = 600.0
SILENCE = 30.0
#: Bytes of one line, of one message's head or text, and of one answer.
MOST_LINE = 4 * 2**20
MOST_LITERAL = 2**20
MOST_ANSWER = 64 * 2**20
MOST_LINES = 20_000
#: Messages asked for at once: one answer is small enough to hold.
BATCH = 200
_NAMES = (
    "FROM SENDER TO CC SUBJECT DATE MESSAGE-ID IN-REPLY-TO RECEIVED CONTENT-TYPE CONTENT-CLASS AUTO-SUBMITTED LIST-ID "
    "LIST-UNSUBSCRIBE LIST-POST PRECEDENCE RETURN-PATH X-AUTOREPLY X-AUTORESPOND X-AUTO-RESPONSE-SUPPRESS FEEDBACK-ID"
)
_HEADS = f"(UID INTERNALDATE BODY.PEEK[HEADER.FIELDS ({_NAMES})])"
_TEXTS = "(UID INTERNALDATE BODY.PEEK[]<0.262144>)"
_UID = re.compile(rb"\bUID (\d{1,10})\b")
_RECEIVED = re.compile(rb'INTERNALDATE "([^"]{10,40})"')
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@dataclass(frozen=True)
class Server:
    """A mailbox and how to get there. `plain` is for tests on this machine; nothing else may say it."""

    host: str
    port: int
    login: str
    password: str
    security: str = "tls"
    folder: str = "INBOX"


@dataclass(frozen=True)
class Seen:
    """How far a mailbox was read: the server's numbering, and the last number."""

    validity: int = 0
    uid: int = 0


@dataclass(frozen=True, slots=True)
class Letter:
    """One message of the mailbox: its number, when the server got it, its head, its beginning if asked for."""

    seen: Seen
    received: str
    head: bytes
    whole: bytes = b""


class _Bounded(imaplib.IMAP4):
    """A connection that reads by its own clock and its own measure."""

    def __init__(self, host: str, port: int, *, over_at: float, silence: float, context: ssl.SSLContext | None) -> None:
        self.over_at, self.silence, self.context = over_at, silence, context
        self.waiting, self.left, self.lines = bytearray(), MOST_ANSWER, 0
        super().__init__(host, port, timeout=self.wait())

    def wait(self) -> float:
        left = self.over_at - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return min(left, self.silence)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        plain = socket.create_connection((self.host, self.port), timeout)
        return self.context.wrap_socket(plain, server_hostname=self.host) if self.context else plain

    def secure(self, context: ssl.SSLContext) -> None:
        """STARTTLS. What came before the secret began was said by anybody: it is refused, not believed."""
        if "STARTTLS" not in self.capabilities or self._simple_command("STARTTLS")[0] != "OK" or self.waiting:
            raise InvalidInput("imap_nonsense")
        self.sock = context.wrap_socket(self.sock, server_hostname=self.host)
        self._tls_established = True
        self._get_capabilities()

    def read(self, size: int) -> bytes:
        if size > MOST_LITERAL:
            raise InvalidInput("imap_too_much")
        while len(self.waiting) < size:
            self._more()
        return self._take(size)

    def readline(self) -> bytes:
        start = 0
        self.lines += 1
        if self.lines > MOST_LINES:
            raise InvalidInput("imap_too_much")
        while (end := self.waiting.find(b"\n", start)) < 0:
            start = len(self.waiting)
            if start > MOST_LINE:
                raise InvalidInput("imap_too_much")
            self._more()
        return self._take(end + 1)

    def _more(self) -> None:
        self.sock.settimeout(self.wait())
        data = self.sock.recv(2**16)
        if not data:
            raise self.abort("the server hung up")
        self.left -= len(data)
        if self.left < 0:
            raise InvalidInput("imap_too_much")
        self.waiting += data

    def _take(self, size: int) -> bytes:
        data = bytes(self.waiting[:size])
        del self.waiting[:size]
        return data

    def send(self, data: Any) -> None:
        self.left, self.lines = MOST_ANSWER, 0
        self.sock.settimeout(self.wait())
        super().send(data)


@contextlib.contextmanager
def _as_refusals() -> Iterator[None]:
    """Whatever a connection can run into, as a code."""
    try:
        yield
    except InvalidInput:
        raise
    except TimeoutError:
        raise InvalidInput("imap_timeout") from None
    except ssl.SSLCertVerificationError:
        raise InvalidInput("imap_certificate") from None
    except (imaplib.IMAP4.error, ssl.SSLError, ValueError, KeyError, IndexError, TypeError, AttributeError):
        raise InvalidInput("imap_nonsense") from None
    except OSError:
        raise InvalidInput("imap_unreachable") from None


def visit(
    server: Server,
    *,
    seen: Seen,
    since: date | None = None,
    with_text: bool = False,
    context: ssl.SSLContext | None = None,
    patience: float = PATIENCE,
    silence: float = SILENCE,
) -> Iterator[Letter]:
    """The messages that came after the last one seen, oldest first; all of them where the server numbers anew.

    Raises InvalidInput("imap_unreachable" | "imap_timeout" | "imap_certificate" | "imap_refused_login" |
    "imap_refused_folder" | "imap_nonsense" | "imap_too_much").
    """
    over_at = time.monotonic() + patience
    with _as_refusals():
        connection = _connect(server, context, over_at, silence)
    try:
        with _as_refusals():
            _sign_in(connection, server)
            validity = _look_at(connection, server.folder)
            uids = _after(connection, seen.uid if seen.validity == validity else 0, since)
        for start in range(0, len(uids), BATCH):
            with _as_refusals():
                letters = _fetch(connection, uids[start : start + BATCH], validity, with_text)
            yield from letters
    finally:
        _leave(connection)


def _connect(server: Server, context: ssl.SSLContext | None, over_at: float, silence: float) -> _Bounded:
    secure = context or ssl.create_default_context()
    at_once = secure if server.security == "tls" else None
    connection = _Bounded(server.host, server.port, over_at=over_at, silence=silence, context=at_once)
    if server.security == "starttls":
        try:
            connection.secure(secure)
        except BaseException:
            _leave(connection)
            raise
    return connection


def _leave(connection: _Bounded) -> None:
    """Hang up without waiting for a farewell."""
    with contextlib.suppress(OSError):
        connection.sock.settimeout(1)
        connection.sock.sendall(b"bye LOGOUT\r\n")
    with contextlib.suppress(OSError):
        connection.shutdown()


def _sign_in(connection: _Bounded, server: Server) -> None:
    if any(sign in server.login + server.password + server.folder for sign in "\r\n\0"):
        raise InvalidInput("imap_refused_login")
    try:
        connection.login(_string(server.login), server.password)
    except UnicodeEncodeError:
        raise InvalidInput("imap_refused_login") from None
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error:
        raise InvalidInput("imap_refused_login") from None


def _look_at(connection: _Bounded, folder: str) -> int:
    """Open a folder for reading alone; its numbering."""
    status, _ = connection.select(quoted(folder), readonly=True)
    if status != "OK":
        raise InvalidInput("imap_refused_folder")
    said = connection.untagged_responses.get("UIDVALIDITY") or []
    return int(said[-1])


def quoted(folder: str) -> str:
    """A folder's name as IMAP writes it (RFC 3501, 5.1.3).

    >>> quoted("INBOX/客戶")
    '"INBOX/&W6JiNg-"'
    """
    coded = re.sub(r"[^ -~]+|&", _shifted, folder)
    return _string(coded)


def _string(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _shifted(found: re.Match[str]) -> str:
    if found[0] == "&":
        return "&-"
    return "&" + found[0].encode("utf-7").decode().removeprefix("+").removesuffix("-").replace("/", ",") + "-"


def _after(connection: _Bounded, last: int, since: date | None) -> list[int]:
    """The numbers after one, each once; a server that names others is not followed."""
    terms = ["UID", f"{last + 1}:*"]
    if since:
        terms += ["SINCE", f"{since.day}-{_MONTHS[since.month - 1]}-{since.year}"]
    status, data = connection.uid("SEARCH", *terms)
    if status != "OK":
        raise InvalidInput("imap_nonsense")
    said = b" ".join(part for part in data if isinstance(part, bytes)).split()
    return sorted({number for number in map(int, said) if last < number < 2**32})


def _fetch(connection: _Bounded, uids: list[int], validity: int, with_text: bool) -> list[Letter]:
    """A batch of messages, oldest first; what was not asked for is dropped."""
    status, data = connection.uid("FETCH", ranges(uids), _TEXTS if with_text else _HEADS)
    if status != "OK":
        raise InvalidInput("imap_nonsense")
    wanted, found = set(uids), {}
    for letter in _letters(data, validity, with_text):
        if letter.seen.uid in wanted:
            found.setdefault(letter.seen.uid, letter)
    return [found[uid] for uid in sorted(found)]


def ranges(uids: list[int]) -> str:
    """Numbers as IMAP writes a set of them.

    >>> ranges([3, 4, 5, 9])
    '3:5,9'
    """
    runs: list[list[int]] = []
    for uid in uids:
        if runs and runs[-1][-1] == uid - 1:
            runs[-1][1:] = [uid]
        else:
            runs.append([uid])
    return ",".join(":".join(map(str, run)) for run in runs)


def _letters(data: list[Any], validity: int, with_text: bool) -> Iterator[Letter]:
    """An answer's parts: (what is said, the literal) and what is said after it, which may hold the number."""
    for at, part in enumerate(data):
        if not isinstance(part, tuple) or len(part) < 2:
            continue
        after = data[at + 1] if at + 1 < len(data) and isinstance(data[at + 1], bytes) else b""
        uid, received = _UID.search(part[0]) or _UID.search(after), _RECEIVED.search(part[0]) or _RECEIVED.search(after)
        if uid:
            yield Letter(
                seen=Seen(validity, int(uid[1])),
                received=internal_date(received[1]) if received else "",
                head=part[1],
                whole=part[1] if with_text else b"",
            )


def internal_date(raw: bytes) -> str:
    """When the server got a message, as RFC 5322 writes it; "" when it does not say so.

    >>> internal_date(b" 1-Jan-2024 09:00:00 +0800")
    '1 Jan 2024 09:00:00 +0800'
    """
    try:
        at = datetime.strptime(raw.decode("ascii").strip(), "%d-%b-%Y %H:%M:%S %z")
    except ValueError:
        return ""
    return f"{at.day} {_MONTHS[at.month - 1]} {at:%Y %H:%M:%S %z}"
