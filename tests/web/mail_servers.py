"""Mail servers for tests: a real one that takes letters, one that refuses, one that hangs, and no server at all."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from tests.web.imap_servers import free_port

HOST = "127.0.0.1"


class Letterbox:
    """Keeps what arrives; refuses whoever is named, or everybody once it is full."""

    def __init__(self, refuses: frozenset[str] = frozenset()) -> None:
        self.refuses = refuses
        self.is_full = False
        self.letters: list[EmailMessage] = []

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        if address in self.refuses:
            return "550 no such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if self.is_full:
            return "452 the disk is full"
        letter = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        return "250 OK"

    @property
    def receivers(self) -> list[str]:
        return [str(letter["To"]) for letter in self.letters]


@contextlib.contextmanager
def taking(letterbox: Letterbox) -> Iterator[int]:
    """A server that takes letters; gives its port."""
    controller = Controller(letterbox, hostname=HOST, port=free_port())
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


@contextlib.contextmanager
def hanging() -> Iterator[int]:
    """A server that accepts a connection and never says a word; gives its port."""
    with socket.create_server((HOST, 0)) as server:
        held: list[socket.socket] = []
        thread = threading.Thread(target=_accept, args=(server, held), daemon=True)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            for connection in held:
                connection.close()
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


def _accept(server: socket.socket, held: list[socket.socket]) -> None:
    with contextlib.suppress(OSError):
        while True:
            held.append(server.accept()[0])
