"""Messages and mailbox files, broken and hostile ones included: headers as text, nothing run, nothing lost."""

import io
import mailbox
import resource
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openkam.method.errors import InvalidInput
from openkam.web.interactions.reading.mail import Message, as_piece, plain_text, read_head
from openkam.web.interactions.reading.mbox import MOST_HEAD, messages

HEAD = {
    "From": "Olga <olga@supplier.example>",
    "To": "Lin <lin@acme.example>",
    "Subject": "Offer",
    "Date": "Mon, 10 Jun 2024 17:00:00 +0800",
    "Message-ID": "<1@supplier.example>",
}


def head(**fields: str) -> bytes:
    every = HEAD | {name.replace("_", "-"): text for name, text in fields.items()}
    return "".join(f"{name}: {text}\r\n" for name, text in every.items() if text).encode("utf-8", "surrogateescape")


def message(**fields: str) -> Message:
    return read_head(head(**fields))


def test_a_message_says_when_who_to_whom_and_about_what() -> None:
    found = message(Cc="Ben <ben@acme.example>", In_Reply_To="<0@acme.example>")
    assert found.date == datetime(2024, 6, 10, 9, tzinfo=UTC)
    assert [(one.email, one.name, one.part) for one in found.people] == [
        ("olga@supplier.example", "Olga", "sender"),
        ("lin@acme.example", "Lin", "to"),
        ("ben@acme.example", "Ben", "cc"),
    ]
    assert (found.message_id, found.in_reply_to, found.subject) == ("1@supplier.example", "0@acme.example", "Offer")
    assert not found.is_automatic


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("=?gb18030?B?sai82w==?=", "报价"),
        ("=?big5?B?s/i7+Q==?=", "報價"),
        ("=?utf-8?Q?caf=C3=A9?= =?utf-8?Q?_au_lait?=", "café au lait"),
        ("=?x-unknown?Q?caf=E9?=", "café"),
        ("=?utf-8?B?not base64!?=", "=?utf-8?B?not base64!?="),
        ("=?utf-8?Q?a=0D=0ABcc:_all@x.example?=", "a Bcc: all@x.example"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("a\x00b\x1b[31m", "a b [31m"),
        ("safe \u202etxt.exe", "safe txt.exe"),
    ],
    ids=["gb18030", "big5", "two words", "unknown", "broken", "line ends", "script", "control", "turning"],
)
def test_a_subject_is_one_line_of_text(written: str, read: str) -> None:
    assert message(Subject=written).subject == read


def test_raw_signs_are_read_in_the_set_that_the_message_names() -> None:
    raw = (
        head(Subject="", Content_Type="text/plain; charset=gb2312") + b"Subject: " + "报价".encode("gb18030") + b"\r\n"
    )
    assert read_head(raw).subject == "报价"


def test_a_name_cannot_smuggle_an_address_in() -> None:
    found = message(From="=?utf-8?Q?Boss_=3Cboss=40acme.example=3E?= <evil@x.example>")
    assert [one.email for one in found.people] == ["evil@x.example", "lin@acme.example"]


def test_a_folded_and_a_doubled_header_are_read() -> None:
    raw = b"From: a@x.example\nTo: b@x.example,\n\tc@x.example\nTo: d@x.example\nSubject: one\nSubject: two\n"
    found = read_head(raw)
    assert [one.email for one in found.to] == ["b@x.example", "c@x.example", "d@x.example"]
    assert found.subject == "one"


@pytest.mark.parametrize(
    "text", ["", "yesterday", "Mon, 99 Foo 2024 99:99:99 +9999", "Fri, 31 Dec 9999 23:59:59 +0000", "1" * 5_000]
)
def test_a_date_that_is_none_gives_way_to_the_last_servers(text: str) -> None:
    received = "from a by b; Tue, 11 Jun 2024 09:00:00 +0000"
    assert message(Date=text, Received=received).date == datetime(2024, 6, 11, 9, tzinfo=UTC)
    assert message(Date=text).date is None


def test_without_an_id_two_mailboxes_agree_on_a_name() -> None:
    one = message(Message_ID="", Received="by here; x")
    two = read_head(head(Message_ID="").replace(b"\r\n", b"\n"))
    assert one.message_id == two.message_id
    assert one.message_id != message(Message_ID="", Subject="Another").message_id


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Auto_Submitted", "auto-replied"),
        ("List_Id", "<news.acme.example>"),
        ("List_Unsubscribe", "<mailto:off@x.example>"),
        ("Precedence", "Bulk"),
        ("X_Auto_Response_Suppress", "All"),
        ("From", "no-reply@acme.example"),
        ("From", "Acme <mailer-daemon@acme.example>"),
        ("From", "notifications@acme.example"),
        ("From", "calendar-notification@google.example"),
        ("From", "orders.noreply@acme.example"),
        ("Return_Path", "<>"),
        ("Content_Type", "multipart/report; report-type=delivery-status"),
        ("Content_Class", "urn:content-classes:calendarmessage"),
    ],
)
def test_what_a_machine_sent_does_not_count(name: str, text: str) -> None:
    found = message(**{name: text})
    assert found.is_automatic
    assert as_piece(found, at=datetime(2024, 6, 10, tzinfo=UTC)).left_out == "automatic"


@pytest.mark.parametrize(
    ("name", "text"), [("Auto_Submitted", "no"), ("From", "noreen@acme.example"), ("Precedence", "normal")]
)
def test_what_a_person_sent_counts(name: str, text: str) -> None:
    assert not message(**{name: text}).is_automatic


def test_ten_thousand_recipients_are_a_crowd() -> None:
    crowd = ", ".join(f"Person {number} <p{number}@acme.example>" for number in range(10_000))
    found = message(To=crowd)
    assert len(found.to) == 10_000
    assert as_piece(found, at=datetime(2024, 6, 10, tzinfo=UTC)).left_out == "mass"


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(raw: bytes) -> None:
    for found in (read_head(raw), read_head(b"Subject: " + raw), read_head(b"To: " + raw), read_head(b"Date: " + raw)):
        assert found.message_id
        assert not set("\r\n\0") & set(found.subject + found.message_id)
    assert "\0" not in plain_text(raw)


def test_of_a_body_only_the_plain_part_is_read() -> None:
    mail = EmailMessage()
    mail.set_content("Dear Lin,\n\nthe offer.\n")
    mail.add_alternative("<p>page</p>", subtype="html")
    mail.add_attachment(b"attached", maintype="text", subtype="plain", filename="a.txt")
    assert plain_text(bytes(mail)) == "Dear Lin,\n\nthe offer."


def box(*bodies: str, end: str = "\n") -> io.BytesIO:
    whole = "".join(
        f"From olga@supplier.example Mon Jun 10 09:00:0{number} 2024\nSubject: {number}\n\n{body}\n\n"
        for number, body in enumerate(bodies)
    )
    return io.BytesIO(whole.replace("\n", end).encode())


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_mailbox_gives_each_message_once(end: str) -> None:
    found = list(messages(box("one", "two\n>From here\n\nFrom my point of view\n", "", end=end), with_body=True))
    assert [read_head(raw.head).subject for raw in found] == ["0", "1", "2"]
    assert b"\nFrom here" in found[1].body.replace(b"\r", b"")
    assert b"From my point" in found[1].body
    assert found[0].noted.endswith("2024")


def test_a_single_message_is_a_mailbox_of_one() -> None:
    [found] = messages(io.BytesIO(b"\xef\xbb\xbf\r\nSubject: one\r\n\r\nbody\r\n"))
    assert (read_head(found.head).subject, found.body) == ("one", b"")


@pytest.mark.parametrize("raw", [b"", b"\n\n", b"hello world", b"PK\x03\x04rest", b"From my window\n\nhello"])
def test_a_file_without_messages_is_refused(raw: bytes) -> None:
    with pytest.raises(InvalidInput) as error:
        list(messages(io.BytesIO(raw)))
    assert error.value.code == "mailbox_broken"


def test_a_message_of_fifty_megabytes_is_passed_by() -> None:
    found = list(messages(box("x" * 50_000_000, "y\n" * 5_000_000, "z")))
    assert [read_head(raw.head).subject for raw in found] == ["0", "1", "2"]


def test_a_head_without_end_is_cut() -> None:
    [found] = messages(io.BytesIO(b"Subject: long\n" + b"X: " + b"a" * (3 * MOST_HEAD)))
    assert (found.is_cut, len(found.head)) == (True, MOST_HEAD)


def test_messages_are_those_of_the_standard_library(tmp_path: Path) -> None:
    path = tmp_path / "box"
    theirs = mailbox.mbox(path)
    for number in range(50):
        theirs.add(f"Subject: s{number}\n\nFrom the start\n\nFrom me at 10:00\n{'line' * number}\n")
    theirs.close()
    with path.open("rb") as file:
        assert [read_head(raw.head).subject for raw in messages(file)] == [f"s{number}" for number in range(50)]


class Endless(io.RawIOBase):
    """A mailbox made while it is read."""

    def __init__(self, count: int) -> None:
        self.made, self.waiting = self._make(count), b""

    def _make(self, count: int) -> Iterator[bytes]:
        body = b"word " * 2_000
        for number in range(count):
            yield b"From x Mon Jun 10 09:00:00 2024\nSubject: %d\n%s\n%s\n\n" % (number, head(), body)

    def read(self, size: int = -1) -> bytes:
        while len(self.waiting) < size and (more := next(self.made, b"")):
            self.waiting += more
        given, self.waiting = self.waiting[:size], self.waiting[size:]
        return given


def test_twenty_thousand_messages_need_no_more_memory_than_their_window() -> None:
    sum(1 for _ in messages(Endless(500)))  # type: ignore[arg-type] # what a window costs is paid here
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert sum(1 for _ in messages(Endless(20_000))) == 20_000  # type: ignore[arg-type]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 32 * 1024
