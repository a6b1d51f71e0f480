"""The messages of a mailbox file, one after the other, in bounded memory: .mbox with any line ends, or one .eml."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from openkam.method.errors import InvalidInput

#: Bytes read at once; bytes of one head. A head of ten thousand recipients is half a megabyte.
CHUNK = 4 * 2**20
MOST_HEAD = 2**20
#: Bytes of a message in which its text is looked for.
MOST_BODY = 256 * 2**10
_EDGE = b"\nFrom "
_LINE = re.compile(rb"From [^\r\n]{0,400}?(\d\d:\d\d[^\r\n]{0,60})\r?\n")
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)
_FIRST = re.compile(rb"[!-9;-~]{1,100}[ \t]*:", re.ASCII)


@dataclass(frozen=True, slots=True)
class Raw:
    """One message: where it begins, its head, the beginning of its body if asked for, and what its mailbox noted."""

    offset: int
    head: bytes
    body: bytes = b""
    noted: str = ""
    is_cut: bool = False


class _Window:
    """A part of the file in memory, always with a whole head and body ahead while there is one."""

    def __init__(self, file: BinaryIO, ahead: int) -> None:
        self.file, self.ahead = file, ahead
        self.data, self.at, self.start, self.is_last = b"", 0, 0, False

    def fill(self) -> None:
        while not self.is_last and len(self.data) - self.at < self.ahead:
            more = self.file.read(CHUNK)
            self.is_last = not more
            self.start += self.at
            self.data, self.at = self.data[self.at :] + more, 0

    @property
    def offset(self) -> int:
        return self.start + self.at

    def edge(self, at: int) -> int:
        """Where the next message begins, from a place on; -1 when it is not in memory."""
        while (found := self.data.find(_EDGE, at)) >= 0:
            before = self.data[max(found - 2, 0) : found]
            if before.endswith((b"\n", b"\n\r")) and _LINE.match(self.data, found + 1):
                return found + 1
            at = found + 1
        return -1

    def skip(self) -> None:
        """Go to the next message, however far that is."""
        at = self.at
        while (found := self.edge(at)) < 0 and not self.is_last:
            self.at = max(len(self.data) - 1_000, self.at)
            self.fill()
            at = self.at
        self.at = found if found >= 0 else len(self.data)


def messages(file: BinaryIO, *, with_body: bool = False) -> Iterator[Raw]:
    """Every message of a file; raises InvalidInput("mailbox_broken") when it holds none."""
    window = _Window(file, MOST_HEAD + MOST_BODY + 1_000)
    window.fill()
    window.at = len(window.data) - len(window.data.lstrip(b"\xef\xbb\xbf\r\n"))
    if not _LINE.match(window.data, window.at) and not _FIRST.match(window.data, window.at):
        raise InvalidInput("mailbox_broken")
    while window.at < len(window.data):
        yield _message(window, with_body)
        window.skip()
        window.fill()


def _message(window: _Window, with_body: bool) -> Raw:
    offset, first = window.offset, _LINE.match(window.data, window.at)
    if first:
        window.at = first.end()
    begin = window.at
    edge = window.edge(begin)
    limit = min(begin + MOST_HEAD, edge if edge >= 0 else len(window.data))
    end = _HEAD_END.search(window.data, begin, limit)
    stop = end.end() if end else limit
    body_stop = min(stop + MOST_BODY, edge if edge >= 0 else len(window.data))
    return Raw(
        offset=offset,
        head=window.data[begin:stop],
        body=_QUOTED.sub(rb"\1", window.data[stop:body_stop]) if with_body else b"",
        noted=first[0].decode("ascii", "replace").strip() if first else "",
        is_cut=end is None and limit == begin + MOST_HEAD,
    )


def noted_date(line: str) -> str:
    """The date of a mailbox's own line as RFC 5322 writes it; "" when there is none.

    >>> noted_date("From anna@x.example Mon Jan  1 09:00:00 2024")
    'Mon, 1 Jan 2024 09:00:00 +0000'
    """
    found = re.search(r"([A-Z][a-z]{2}) ([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d\d:\d\d(?::\d\d)?).* (\d{4})$", line)
    return f"{found[1]}, {found[3]} {found[2]} {found[5]} {found[4]} +0000" if found else ""
