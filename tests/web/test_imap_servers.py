"""Servers that hang, lie and talk for ever: each is a refusal with its code, and none is waited for without end."""

import contextlib
import socket
import ssl
import time
from datetime import date
from pathlib import Path

import pytest
from tests.web.imap_servers import HOST, LOGIN, PASSWORD, Manner, certificate, free_port, made_up, scripted

from openkam.method.errors import InvalidInput
from openkam.web.interactions.reading.imap import Letter, Seen, Server, visit

#: Of a whole visit; long enough for a busy machine where the answer is no timeout.
PATIENCE, SHORT = 30.0, 0.5


def read(manner: Manner, *, patience: float = PATIENCE, seen: Seen = Seen()) -> list[Letter]:  # noqa: B008
    with made_up(manner) as port:
        server = Server(HOST, port, LOGIN, PASSWORD, security="plain")
        return list(visit(server, seen=seen, since=date(2024, 1, 1), patience=patience, silence=patience))


def refusal(manner: Manner, *, patience: float = PATIENCE) -> str:
    with pytest.raises(InvalidInput) as error:
        read(manner, patience=patience)
    return error.value.code


def test_a_server_that_behaves_gives_its_letters() -> None:
    [letter] = read(scripted())
    assert (letter.seen, letter.head, letter.received) == (Seen(7, 1), b"Subject: one\r\n", "1 Jan 2024 09:00:00 +0800")


def silent(connection: socket.socket) -> None:
    connection.recv(1)


def dripping(connection: socket.socket) -> None:
    while True:
        connection.sendall(b"* ")
        time.sleep(0.05)


def endless(connection: socket.socket) -> None:
    while True:
        connection.sendall(b"x" * 2**16)


def chattering(connection: socket.socket) -> None:
    connection.sendall(b"* OK ready\r\n")
    while True:
        connection.sendall(b"* 1 EXISTS\r\n" * 4_000)


def rude(connection: socket.socket) -> None:
    connection.sendall(b"* OK ready\r\n")


@pytest.mark.parametrize("manner", [silent, dripping], ids=["silent", "dripping"])
def test_a_server_that_keeps_one_waiting_is_left(manner: Manner) -> None:
    assert refusal(manner, patience=SHORT) == "imap_timeout"


@pytest.mark.parametrize("manner", [endless, chattering], ids=["line without end", "answer without end"])
def test_a_server_that_talks_for_ever_is_cut_off(manner: Manner) -> None:
    assert refusal(manner) == "imap_too_much"


def test_a_server_that_hangs_up_made_no_sense() -> None:
    assert refusal(rude) == "imap_nonsense"


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({"greeting": b"HTTP/1.1 400 Bad Request\r\n\r\n"}, "imap_nonsense"),
        ({"greeting": b"* BYE busy\r\n"}, "imap_nonsense"),
        ({"LOGIN": b"{tag} NO wrong password\r\n"}, "imap_refused_login"),
        ({"EXAMINE": b"{tag} NO there is no such folder\r\n"}, "imap_refused_folder"),
        ({"EXAMINE": b"* 1 EXISTS\r\n{tag} OK done\r\n"}, "imap_nonsense"),
        ({"EXAMINE": b"* OK [UIDVALIDITY x] here\r\n{tag} OK done\r\n"}, "imap_nonsense"),
        ({"SEARCH": b"* SEARCH one two\r\n{tag} OK done\r\n"}, "imap_nonsense"),
        ({"SEARCH": b"{tag} NO never\r\n"}, "imap_nonsense"),
        ({"FETCH": b"* 1 FETCH (UID 1 BODY[] {999999999999}\r\n"}, "imap_too_much"),
        ({"FETCH": b"* 1 FETCH (UID 1 BODY[] {9" + b"9" * 5_000 + b"}\r\n"}, "imap_nonsense"),
        ({"FETCH": b"Q9 OK not yours\r\n"}, "imap_nonsense"),
        ({"FETCH": b"\xff\xfe\x00garbage\r\n"}, "imap_nonsense"),
        ({"FETCH": b"{tag} NO never\r\n"}, "imap_nonsense"),
    ],
)
def test_each_lie_has_its_code(answers: dict[str, bytes], code: str) -> None:
    assert refusal(scripted(**answers)) == code


def test_numbers_that_are_known_or_impossible_are_not_asked_for() -> None:
    lies = b"* SEARCH 1 1 3 99999999999999 0\r\n* SEARCH 2\r\n{tag} OK done\r\n"
    [letter] = read(scripted(SEARCH=lies), seen=Seen())
    assert letter.seen.uid == 1
    assert read(scripted(SEARCH=b"* SEARCH 1\r\n{tag} OK done\r\n"), seen=Seen(7, 1)) == []


def test_letters_that_nobody_asked_for_are_dropped_and_doubled_ones_come_once() -> None:
    one = b"* 1 FETCH (UID 1 BODY[] {4}\r\nA: b)\r\n"
    answer = one + one + one.replace(b"UID 1", b"UID 9") + b"* 5 FETCH (FLAGS ())\r\n{tag} OK done\r\n"
    assert [letter.seen.uid for letter in read(scripted(FETCH=answer))] == [1]


def test_where_nobody_listens_is_unreachable() -> None:
    with pytest.raises(InvalidInput) as error:
        list(visit(Server(HOST, free_port(), LOGIN, PASSWORD, security="plain"), seen=Seen()))
    assert error.value.code == "imap_unreachable"


def test_a_name_that_nobody_knows_is_unreachable() -> None:
    with pytest.raises(InvalidInput) as error:
        list(visit(Server("no-such-host.invalid", 993, LOGIN, PASSWORD), seen=Seen(), patience=5))
    assert error.value.code == "imap_unreachable"


@pytest.mark.parametrize("login", ["a\r\nA1 DELETE INBOX", "a\0b", "林"])
def test_a_login_that_would_be_a_command_is_refused(login: str) -> None:
    with made_up(scripted()) as port, pytest.raises(InvalidInput) as error:
        list(visit(Server(HOST, port, login, PASSWORD, security="plain"), seen=Seen(), patience=5))
    assert error.value.code == "imap_refused_login"


def _secured(folder: Path, manner: Manner, name: str) -> Manner:
    chain, key = certificate(folder, name)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)

    def secured(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as safe:
            manner(safe)

    return secured


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    with made_up(_secured(tmp_path, scripted(), HOST)) as port, pytest.raises(InvalidInput) as error:
        list(visit(Server(HOST, port, LOGIN, PASSWORD), seen=Seen(), patience=10))
    assert error.value.code == "imap_certificate"


def test_a_certificate_of_another_name_is_refused(tmp_path: Path) -> None:
    secured = _secured(tmp_path, scripted(), "mail.acme.example")
    trusting = ssl.create_default_context(cafile=str(tmp_path / "cert.pem"))
    with made_up(secured) as port, pytest.raises(InvalidInput) as error:
        list(visit(Server(HOST, port, LOGIN, PASSWORD), seen=Seen(), patience=10, context=trusting))
    assert error.value.code == "imap_certificate"


def _starttls(port: int) -> Server:
    return Server(HOST, port, LOGIN, PASSWORD, security="starttls")


def test_a_server_without_tls_gets_no_password() -> None:
    heard: list[bytes] = []

    def listening(connection: socket.socket) -> None:
        connection.sendall(b"* OK ready\r\n")
        for line in connection.makefile("rb"):
            heard.append(line)
            connection.sendall(b"* CAPABILITY IMAP4rev1\r\n" + line.split()[0] + b" OK done\r\n")

    with made_up(listening) as port, pytest.raises(InvalidInput) as error:
        list(visit(_starttls(port), seen=Seen(), patience=10))
    assert error.value.code == "imap_nonsense"
    assert PASSWORD.encode() not in b"".join(heard)


def test_what_is_said_before_the_secret_begins_is_not_believed(tmp_path: Path) -> None:
    chain, key = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)

    def injecting(connection: socket.socket) -> None:
        connection.sendall(b"* OK ready\r\n")
        tag = connection.recv(1_000).split()[0]
        connection.sendall(b"* CAPABILITY IMAP4rev1 STARTTLS\r\n" + tag + b" OK done\r\n")
        tag = connection.recv(1_000).split()[0]
        connection.sendall(tag + b" OK begin\r\n* CAPABILITY IMAP4rev1 AUTH=INJECTED\r\n")
        with contextlib.suppress(OSError), context.wrap_socket(connection, server_side=True) as safe:
            scripted()(safe)

    trusting = ssl.create_default_context(cafile=str(chain))
    with made_up(injecting) as port, pytest.raises(InvalidInput) as error:
        list(visit(_starttls(port), seen=Seen(), patience=10, context=trusting))
    assert error.value.code == "imap_nonsense"
